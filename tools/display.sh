# Sourced: an X server and a Wayland compositor of our own, for programs that need one, and an end
# for every process started here, whatever way the script ends.
# shellcheck shell=sh

work=$(mktemp -d)
chmod 700 "$work"
started=

stop()
{
	# shellcheck disable=SC2086
	kill $1 2>/dev/null || return 0
	stop_tries=0
	# shellcheck disable=SC2086
	while kill -0 $1 2>/dev/null && [ "$stop_tries" -lt 50 ]; do
		sleep 0.1
		stop_tries=$((stop_tries + 1))
	done
	# shellcheck disable=SC2086
	kill -KILL $1 2>/dev/null || true
}

stop_servers()
{
	for pid in $started; do
		stop "$pid"
	done
	started=
	rm -f "$work/x-display"
}

clean_up()
{
	stop_servers
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# wait_for PID SECONDS CONDITION...: until the condition holds, the process is gone, or time is up.
wait_for()
{
	wait_pid=$1
	wait_tries=$(($2 * 10))
	shift 2
	until "$@"; do
		wait_tries=$((wait_tries - 1))
		{ [ "$wait_tries" -gt 0 ] && kill -0 "$wait_pid" 2>/dev/null; } || return 1
		sleep 0.1
	done
}

# start_xvfb WIDTH HEIGHT. Its screen is the file $work/Xvfb_screen0, in xwd's format. Without
# -noreset it would begin anew, and refuse connections meanwhile, each time its last client leaves.
start_xvfb()
{
	Xvfb -displayfd 3 -noreset -nolisten tcp -screen 0 "$1x$2x24" -fbdir "$work" \
		3>"$work/x-display" >"$work/xvfb.log" 2>&1 &
	xvfb=$!
	started="$xvfb $started"
	wait_for "$xvfb" 20 test -s "$work/x-display" || {
		cat "$work/xvfb.log" >&2
		echo "Xvfb did not start" >&2
		return 1
	}
	DISPLAY=:$(cat "$work/x-display")
	export DISPLAY
}

# start_weston WIDTH HEIGHT [STACK]. Nothing on its screen but the window, which has no decoration, and
# when it is as large as the screen has only one place to be. It composes on that stack, with llvmpipe
# unless told: its other renderer shows windows with 10 bits a channel, which es2gears_wayland chooses
# there, as black. --debug lets weston-screenshooter in.
start_weston()
{
	weston_stack=${3:-llvmpipe}
	cat >"$work/weston.ini" <<-EOF
		[shell]
		panel-position=none
		background-color=0xff010101
		startup-animation=none
		animation=none
		close-animation=none
		locking=false
	EOF
	XDG_RUNTIME_DIR=$work
	WAYLAND_DISPLAY=wayland-dxg
	export XDG_RUNTIME_DIR WAYLAND_DISPLAY
	(
		"use_$weston_stack"
		exec env -u DISPLAY weston --backend=headless-backend.so --use-gl \
			--config="$work/weston.ini" --socket="$WAYLAND_DISPLAY" --width="$1" --height="$2" \
			--idle-time=0 --debug
	) >"$work/weston.log" 2>&1 &
	weston=$!
	started="$weston $started"
	wait_for "$weston" 20 test -S "$work/$WAYLAND_DISPLAY" || {
		cat "$work/weston.log" >&2
		echo "weston did not start" >&2
		return 1
	}
}

screenshot_x()
{
	xwdtopnm <"$work/Xvfb_screen0" 2>/dev/null | pnmtopng 2>/dev/null >"$1"
}

screenshot_wayland()
{
	XDG_PICTURES_DIR="$work" timeout 10 weston-screenshooter >>"$work/weston.log" 2>&1 || return 1
	mv "$work"/wayland-screenshot-*.png "$1"
}

# At first weston's shell draws a black curtain over everything, until its own client is ready. The
# background is next to black, to be told from it, and to look the same behind a transparent window.
curtain_is_open()
{
	screenshot_wayland "$work/curtain.png" &&
		[ "$(pngtopnm "$work/curtain.png" | tail -c 3 | od -An -tu1 | tr -d ' ')" = 111 ]
}

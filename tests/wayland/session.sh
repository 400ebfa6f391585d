# Sourced by the tests of this folder: the compositor and clients as processes, and an end for each of
# them, whatever way the script ends. Needs $DXG_BUILD; LONG is 1 if the long version is asked for.
# shellcheck shell=sh

programs=$DXG_BUILD/tests/wayland
# shellcheck disable=SC2034
LONG=${DXG_TEST_LONG:-0}
started=
compositor=

XDG_RUNTIME_DIR=$(mktemp -d)
WAYLAND_DISPLAY=frames-0
__EGL_VENDOR_LIBRARY_FILENAMES=${DXG_TEST_VENDOR:-$DXG_BUILD/src/egl/dxg_uninstalled.json}
export XDG_RUNTIME_DIR WAYLAND_DISPLAY __EGL_VENDOR_LIBRARY_FILENAMES
unset GALLIUM_DRIVER LD_LIBRARY_PATH LIBGL_ALWAYS_SOFTWARE MESA_LOADER_DRIVER_OVERRIDE LIBGL_DRIVERS_PATH DXG_DEBUG

fail()
{
	echo "failed: $*"
	for log in "$XDG_RUNTIME_DIR"/*.log; do
		[ ! -s "$log" ] || {
			echo "--- $(basename "$log")"
			tail -n 40 "$log"
		}
	done
	exit 1
}

end()
{
	for pid in $started; do
		kill -KILL "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	rm -rf "$XDG_RUNTIME_DIR"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# is_alive PID: also of children that ended and were not waited for, so ask the kernel for the state.
is_alive()
{
	state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null)
	[ -n "$state" ] && [ "$state" != Z ]
}

# wait_until SECONDS CONDITION...: false when the time is up.
wait_until()
{
	wait_tries=$(($1 * 20))
	shift
	until "$@"; do
		wait_tries=$((wait_tries - 1))
		[ "$wait_tries" -gt 0 ] || return 1
		sleep 0.05
	done
}

# start NAME COMMAND...: in the background, with output to $XDG_RUNTIME_DIR/NAME.log; the process is
# $pid.
start()
{
	start_log=$XDG_RUNTIME_DIR/$1.log
	shift
	"$@" >"$start_log" 2>&1 </dev/null &
	pid=$!
	started="$pid $started"
}

# finish PID SECONDS: waits for its end; the status is the process's, or 124 if it had to be killed.
finish()
{
	finish_status=0
	if ! wait_until "$2" is_gone "$1"; then
		kill -KILL "$1"
		wait "$1" 2>/dev/null || true
		finish_status=124
	else
		wait "$1" 2>/dev/null || finish_status=$? # the shell would say that it was killed
	fi
	remaining=
	for finish_pid in $started; do
		[ "$finish_pid" = "$1" ] || remaining="$finish_pid $remaining"
	done
	started=$remaining
	return "$finish_status"
}

is_gone()
{
	! is_alive "$1"
}

listens()
{
	[ -S "$XDG_RUNTIME_DIR/$WAYLAND_DISPLAY" ] || is_gone "$compositor"
}

# start_compositor OPTION...
start_compositor()
{
	start compositor "$programs/compositor" --socket="$WAYLAND_DISPLAY" "$@"
	compositor=$pid
	wait_until 20 listens || fail "the compositor does not listen"
	is_alive "$compositor" || fail "the compositor did not start"
}

# Its status, when told to end.
stop_compositor()
{
	kill "$compositor"
	finish "$compositor" 20
}

# run_client SECONDS NAME COMMAND...
run_client()
{
	run_seconds=$1
	shift
	start "$@"
	finish "$pid" "$run_seconds"
}

# says NAME REGEX
says()
{
	grep -Eqs "$2" "$XDG_RUNTIME_DIR/$1.log"
}

# What the compositor saw in the end: summary WORD gives the number before it.
summary()
{
	sed -n "s/.*[^0-9]\([0-9]*\) $1.*/\1/p" "$XDG_RUNTIME_DIR/compositor.log" | tail -n 1
}

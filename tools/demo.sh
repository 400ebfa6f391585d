#!/bin/sh
# Build, run unmodified programs on our stack and on llvmpipe, and compare the same frame of both.
set -eu
DXG_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$DXG_ROOT/tools/env.sh"
. "$DXG_ROOT/tools/deps.sh"

case ${1-} in
-h | --help)
	echo "usage: ./dxg demo   the pictures will be in out/demo/"
	exit
	;;
esac

# shellcheck disable=SC2086
need_packages $PACKAGES_BUILD $PACKAGES_APPS $PACKAGES_DEMO
"$DXG_ROOT/tools/build.sh" --only src/d3d12/libd3d12.so src/d3d12/libdxcore.so \
	src/egl/libEGL_dxg.so.0 src/glx/libGLX_dxg.so.0 \
	tools/dxg-info tools/picture-diff tools/libframe.so
need_libraries
. "$DXG_ROOT/tools/display.sh"
. "$DXG_ROOT/tools/picture.sh"

out=$DXG_ROOT/out/demo
mkdir -p "$out"
failed=0

show_on_x()
{
	start_xvfb "$size" "$size" && draw_and_show screenshot_x "$@"
}

show_on_wayland()
{
	start_weston "$size" "$size" && wait_for "$weston" 20 curtain_is_open &&
		draw_and_show screenshot_wayland "$@"
}

# picture FILE STACK SERVER COMMAND...: one frame of the program, as the server shows it.
picture()
{
	picture_file=$1
	picture_stack=$2
	picture_server=$3
	shift 3
	picture_status=0
	"show_on_$picture_server" 120 "$picture_stack" "$work/program" "$@" || picture_status=1
	stop_servers
	if [ "$picture_status" = 0 ]; then
		cp "$work/program/shown.png" "$picture_file"
	else
		cat "$work/program/log"
	fi
	return "$picture_status"
}

# program SERVER NAME SIZE COMMAND...: NAME's window is a square of that size.
program()
{
	server=$1
	name=$2
	size=$3
	shift 3
	step "$name on llvmpipe" picture "$out/$name-llvmpipe.png" reference "$server" "$@" &&
		step "$name on $DXG_STACK" picture "$out/$name-dxg.png" "$DXG_STACK" "$server" "$@" &&
		printf '  %s: ' "$name" &&
		compare_pictures "$out/$name-llvmpipe.png" "$out/$name-dxg.png" \
			"$out/$name-difference.png" || failed=$((failed + 1))
}

# start_client NAME COMMAND...: its output goes to $work/client-NAME.log.
start_client()
{
	client_name=$1
	shift
	(
		"use_$DXG_STACK"
		exec env DXG_DEBUG=perf SDL_AUDIODRIVER=dummy HOME="$work" "$@"
	) >"$work/client-$client_name.log" 2>&1 </dev/null &
	started="$! $started"
	client_pids="$! $client_pids"
}

# That many programs have said, as they do once in a hundred frames, how much was copied.
have_drawn()
{
	[ "$(cat "$work"/client-*.log | grep -c ' 100 frames, ')" -ge "$1" ]
}

clients_live()
{
	for pid in $client_pids; do
		kill -0 "$pid" || return 1
	done
}

# end_session FILE: nothing was copied by us.
end_session()
{
	clients_live || {
		tail -n 20 "$work"/client-*.log
		echo "a program has ended"
		return 1
	}
	sed -n 's/^dxg: \(.*window.* frames, .*\)/\1/p' "$work"/client-*.log | sort -u >"$1"
	! grep -Ev ' 0 bytes copied( by us, [0-9]+ by the server)?, 0 CPU waits' "$1"
}

# Weston composes on our EGL, and everybody's windows reach it as handles.
wayland_session()
{
	client_pids=
	start_weston 1600 900 "$DXG_STACK" && wait_for "$weston" 20 curtain_is_open || return 1
	grep 'EGL Wayland extension: yes' "$work/weston.log" || {
		echo "weston has no EGL_WL_bind_wayland_display"
		return 1
	}
	# One after another, so that the larger windows are below.
	start_client gtk env GDK_BACKEND=wayland gtk3-demo --run=glarea
	sleep 1
	start_client simple-egl weston-simple-egl
	sleep 1
	start_client gears es2gears_wayland
	sleep 1
	start_client glmark2 glmark2-es2-wayland -s 300x300 -b jellyfish:duration=60
	wait_for "$weston" 60 have_drawn 3 || {
		tail -n 20 "$work"/client-*.log
		echo "the programs do not draw"
		return 1
	}
	screenshot_wayland "$out/session.png"
	end_session "$work/perf"
}

# An X server, in it Weston, on EGL's X11 platform; in Weston an SDL2 program, and Xwayland with
# glxgears on our GLX. (SDL2 needs a seat, which a headless Weston has not.)
x_session()
{
	client_pids=
	rm -f "$work"/client-*.log
	start_xvfb 1024 640 || return 1
	XDG_RUNTIME_DIR=$work
	WAYLAND_DISPLAY=wayland-x
	export XDG_RUNTIME_DIR WAYLAND_DISPLAY
	(
		"use_$DXG_STACK"
		exec weston --backend=x11-backend.so --socket="$WAYLAND_DISPLAY" --width=1024 --height=640 \
			--idle-time=0 --xwayland
	) >"$work/weston.log" 2>&1 &
	weston=$!
	started="$weston $started"
	wait_for "$weston" 20 grep -q 'xserver listening on display' "$work/weston.log" || {
		cat "$work/weston.log"
		return 1
	}
	start_client sdl2 env SDL_VIDEODRIVER=wayland /usr/bin/python3 \
		"$DXG_ROOT/tests/apps/sdl2-triangle.py"
	start_client glxgears env \
		DISPLAY="$(sed -n 's/.*xserver listening on display \(:[0-9]*\).*/\1/p' "$work/weston.log")" glxgears
	wait_for "$weston" 60 have_drawn 2 || {
		tail -n 20 "$work"/client-*.log
		echo "the programs do not draw"
		return 1
	}
	# The picture is read from the server's memory bit by bit: no frame may come meanwhile.
	kill -STOP "$weston"
	sleep 0.2
	screenshot_x "$out/x-session.png"
	kill -CONT "$weston"
	end_session "$work/perf"
}

# Blender is there when its window has more than one colour; a plain one makes a small file.
blender_is_there()
{
	screenshot_x "$out/blender.png" && [ "$(stat -c %s "$out/blender.png")" -gt 60000 ]
}

blender_session()
{
	client_pids=
	rm -f "$work"/client-*.log
	start_xvfb 1280 800 || return 1
	start_client blender blender --factory-startup --window-geometry 0 0 1280 800
	wait_for "$xvfb" 120 blender_is_there || {
		tail -n 20 "$work"/client-*.log
		echo "Blender shows nothing"
		return 1
	}
	clients_live
}

# session LABEL FUNCTION
session()
{
	session_status=0
	: >"$work/perf"
	step "$1" "$2" || session_status=1
	sed 's/^/  /' "$work/perf"
	stop_servers
	failed=$((failed + session_status))
}

echo
on "$DXG_STACK" "$DXG_BUILD/tools/dxg-info" || failed=$((failed + 1))
echo
program x glxgears 300 glxgears
program wayland es2gears_wayland 300 es2gears_wayland
program x glmark2-texture 600 glmark2 -s 600x600 -b texture:texture-filter=mipmap:nframes=100
echo
session "Weston, and four programs in it, on $DXG_STACK" wayland_session
session "SDL2 and Xwayland in Weston in X, on $DXG_STACK" x_session
session "Blender, on $DXG_STACK" blender_session
echo
echo "The pictures are in out/demo/; NAME-difference.png is llvmpipe | ours | difference x8;"
echo "session.png is Weston's screenshot, x-session.png and blender.png are of X."
[ "$failed" = 0 ] || die "$failed of the above failed"

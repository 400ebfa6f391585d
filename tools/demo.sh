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
need_packages $PACKAGES_BUILD $PACKAGES_APPS
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

# Weston composes on our EGL, and everybody's windows reach it as handles. Each program says, once in
# a hundred frames, how much was copied.
clients="gtk3-demo --run=glarea
weston-simple-egl
es2gears_wayland
glmark2-es2-wayland -s 300x300 -b jellyfish:duration=60"

start_client()
{
	(
		"use_$DXG_STACK"
		exec env DXG_DEBUG=perf GDK_BACKEND=wayland "$@"
	) >"$work/client-$1.log" 2>&1 </dev/null &
	started="$! $started"
	client_pids="$! $client_pids"
}

have_drawn()
{
	[ "$(grep -l ' frames, ' "$work"/client-*.log | wc -l)" -ge 3 ]
}

session()
{
	client_pids=
	start_weston 1600 900 "$DXG_STACK" && wait_for "$weston" 20 curtain_is_open || return 1
	grep 'EGL Wayland extension: yes' "$work/weston.log" || {
		echo "weston has no EGL_WL_bind_wayland_display"
		return 1
	}
	while read -r client; do
		# shellcheck disable=SC2086
		start_client $client
		sleep 1 # the larger windows below
	done <<-EOF
		$clients
	EOF
	wait_for "$weston" 60 have_drawn || {
		cat "$work"/client-*.log
		echo "the programs do not draw"
		return 1
	}
	screenshot_wayland "$out/session.png"
	for pid in $client_pids; do
		kill -0 "$pid" || return 1
	done
	sed -n 's/^dxg: \(window.* frames, .*\)/\1/p' "$work"/client-*.log | sort -u >"$work/perf"
	! grep -v ' 0 bytes copied, 0 CPU waits' "$work/perf"
}

echo
on "$DXG_STACK" "$DXG_BUILD/tools/dxg-info" || failed=$((failed + 1))
echo
program x glxgears 300 glxgears
program wayland es2gears_wayland 300 es2gears_wayland
program x glmark2-texture 600 glmark2 -s 600x600 -b texture:texture-filter=mipmap:nframes=100
echo
session_status=0
step "Weston, and four programs in it, on $DXG_STACK" session || session_status=1
[ "$session_status" = 0 ] && sed 's/^/  /' "$work/perf"
stop_servers
failed=$((failed + session_status))
echo
echo "The pictures are in out/demo/; NAME-difference.png is llvmpipe | ours | difference x8;"
echo "session.png is Weston's screenshot."
[ "$failed" = 0 ] || die "$failed of the above failed"

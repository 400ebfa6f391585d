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

echo
on "$DXG_STACK" "$DXG_BUILD/tools/dxg-info" || failed=$((failed + 1))
echo
program x glxgears 300 glxgears
program wayland es2gears_wayland 300 es2gears_wayland
program x glmark2-texture 600 glmark2 -s 600x600 -b texture:texture-filter=mipmap:nframes=100
echo
echo "The pictures are in out/demo/; NAME-difference.png is llvmpipe | ours | difference x8."
[ "$failed" = 0 ] || die "$failed of the above failed"

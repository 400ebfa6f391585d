#!/bin/sh
# picture.sh x|wayland to-the-end|endless NAME COMMAND...
#
# One frame of a program on our stack must look as on llvmpipe, and a program that ends by itself
# must get there. The pictures, and the programs' outputs, stay in build/tests/apps/out/NAME.
set -eu
DXG_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$DXG_ROOT/tools/env.sh"
. "$DXG_ROOT/tools/display.sh"
. "$DXG_ROOT/tools/picture.sh"

server=$1
draw=draw_$(echo "$2" | tr - _)
out=$DXG_BUILD/tests/apps/out/$3
shift 3
need_libraries

case $server in
x) start_xvfb 800 600 ;;
wayland) start_weston 800 600 ;;
esac

rm -rf "$out"
"$draw" 60 reference "$out/expected" "$@" || {
	cat "$out/expected/log"
	echo "llvmpipe cannot do this; nothing to compare with"
	exit 77
}
"$draw" 60 "$DXG_STACK" "$out/got" "$@" || {
	cat "$out/got/log"
	die "no picture"
}
compare_pictures "$out/expected/drawn.png" "$out/got/drawn.png" "$out/difference.png" ||
	die "see $out/difference.png (llvmpipe | ours | difference x8)"

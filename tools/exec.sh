#!/bin/sh
# Run a program on our stack: Debian's Mesa, its d3d12 driver, our libd3d12.so.
set -eu
DXG_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$DXG_ROOT/tools/env.sh"

case ${1-} in
'' | -h | --help)
	echo "usage: ./dxg exec COMMAND [ARGUMENT...]"
	exit
	;;
esac
need_libraries
use_dxg
exec "$@"

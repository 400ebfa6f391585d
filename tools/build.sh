#!/bin/sh
# Install what the build needs, configure once, compile.
set -eu
DXG_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$DXG_ROOT/tools/env.sh"
. "$DXG_ROOT/tools/deps.sh"

case ${1-} in
-h | --help)
	echo "usage: ./dxg build [MESON OPTION...]   the options count when the directory is new"
	exit
	;;
esac

# shellcheck disable=SC2086
need_packages $PACKAGES_BUILD
if [ ! -f "$DXG_BUILD/build.ninja" ]; then
	step "configuring" meson setup "$@" "$DXG_BUILD" "$DXG_ROOT"
fi
step "compiling" ninja -C "$DXG_BUILD"

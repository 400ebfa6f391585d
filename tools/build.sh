#!/bin/sh
# Install what the build needs, configure once, compile.
set -eu
DXG_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$DXG_ROOT/tools/env.sh"
. "$DXG_ROOT/tools/deps.sh"

case ${1-} in
-h | --help)
	cat <<'EOF'
usage: ./dxg build [MESON OPTION...]      options count when the directory is new
       ./dxg build --only TARGET...       not everything, but these targets of ninja's
EOF
	exit
	;;
--only)
	shift
	targets=$*
	set --
	;;
*) targets= ;;
esac

# shellcheck disable=SC2086
need_packages $PACKAGES_BUILD
if [ ! -f "$DXG_BUILD/build.ninja" ]; then
	step "configuring" meson setup "$@" "$DXG_BUILD" "$DXG_ROOT"
fi
# shellcheck disable=SC2086
step "compiling" ninja -C "$DXG_BUILD" $targets

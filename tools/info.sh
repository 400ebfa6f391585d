#!/bin/sh
# What is here, what is missing, and why.
set -eu
DXG_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$DXG_ROOT/tools/env.sh"
. "$DXG_ROOT/tools/deps.sh"

case ${1-} in
-h | --help)
	echo "usage: ./dxg info   exit status 0 if GL runs on the device"
	exit
	;;
esac

# Nothing is installed or built here: to look must change nothing.
if command -v dpkg-query >/dev/null; then
	# shellcheck disable=SC2086
	missing=$(missing_packages $PACKAGES_BUILD $PACKAGES_MESA | tr '\n' ' ')
	[ -z "$missing" ] || echo "Debian packages that are missing: $missing"
fi
[ -x "$DXG_BUILD/tools/dxg-info" ] || die "nothing is built in $DXG_BUILD; run './dxg build' first"
use_dxg
exec "$DXG_BUILD/tools/dxg-info"

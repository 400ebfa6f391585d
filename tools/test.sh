#!/bin/sh
# Build, and run all tests, or those that are asked for.
set -eu
DXG_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$DXG_ROOT/tools/env.sh"
. "$DXG_ROOT/tools/deps.sh"

case ${1-} in
-h | --help)
	echo "usage: ./dxg test [NAME...]   a suite, or a part of a test's name; none means all"
	exit
	;;
esac

# shellcheck disable=SC2086
need_packages $PACKAGES_BUILD $PACKAGES_APPS
"$DXG_ROOT/tools/build.sh"

output=$(mktemp)
trap 'rm -f "$output"' EXIT

# Meson lists "PROJECT:SUITE / NAME"; print the names of those that are asked for.
selected()
{
	meson test -C "$DXG_BUILD" --no-rebuild --list | while read -r test; do
		suite=${test%% / *}
		name=${test#* / }
		for wanted; do
			case ${suite#*:}:$name in
			"$wanted":* | *:*"$wanted"*)
				echo "$name"
				break
				;;
			esac
		done
	done
}

names=
if [ $# -gt 0 ]; then
	names=$(selected "$@")
	[ -n "$names" ] || die "no test or suite is called: $*"
fi

# One test's name a line; none, and meson runs them all.
old_ifs=$IFS
IFS='
'
set -f
# shellcheck disable=SC2086
set -- $names
set +f
IFS=$old_ifs

status=0
{
	meson test -C "$DXG_BUILD" --no-rebuild --print-errorlogs "$@" 2>&1 || echo "status $?"
} | tee "$output" | grep -v '^status ' || true
! grep -q '^status ' "$output" || status=1

awk '
	/^Ok: / || /^Expected Fail: / { passed += $NF }
	/^Fail: / || /^Unexpected Pass: / || /^Timeout: / { failed += $NF }
	/^Skipped: / { skipped += $NF }
	END { printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : "" }
' "$output"
exit "$status"

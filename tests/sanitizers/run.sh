#!/bin/sh
# run.sh address|thread SOURCE BUILD [TEST...]
#
# Builds the tree with the sanitizer and runs the tests that it is for, or those named. Machine code that
# the JIT makes and LLVM itself are not instrumented: what they do wrong is seen only where it reaches
# instrumented code (or a red zone's page is unmapped).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
sanitizer=$1 source=$2 build=$3
shift 3
suites=

case $sanitizer in
address)
	flags=address,undefined
	[ $# -gt 0 ] || {
		suites='--suite d3d12 --suite egl'
		set -- swapchain dxg-protocol dxg-processes fuzz-protocol
	}
	;;
thread)
	flags=thread
	[ $# -gt 0 ] || set -- d3d12-compute d3d12-coverage d3d12-device d3d12-handover d3d12-late \
		d3d12-queries d3d12-share cache share transfer \
		swapchain dxg-protocol egl-api
	;;
*)
	echo "run.sh: no such sanitizer: $sanitizer" >&2
	exit 2
	;;
esac

# The libraries are linked with -z defs, but the sanitizer's symbols come from the program.
[ -f "$build/build.ninja" ] ||
	meson setup "$build" "$source" -Db_sanitize="$flags" -Db_lundef=false
# A fresh code cache: the compiler runs, too.
DXG_CACHE_DIR=$build/cache
ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:allocator_may_return_null=1
LSAN_OPTIONS=suppressions=$here/lsan.supp:print_suppressions=0
UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
TSAN_OPTIONS=suppressions=$here/tsan.supp:halt_on_error=1:second_deadlock_stack=1
export DXG_CACHE_DIR ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS
ninja -C "$build"
rm -rf "$DXG_CACHE_DIR"

# Meson takes suites or names, not both at once.
run()
{
	meson test -C "$build" --no-rebuild --timeout-multiplier 10 --print-errorlogs "$@"
}
# shellcheck disable=SC2086
[ -z "$suites" ] || run $suites
run "$@"

#!/bin/sh
# piglit's tests on our stack, compared with llvmpipe test by test.
set -eu
DXG_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$DXG_ROOT/tools/env.sh"
. "$DXG_ROOT/tools/deps.sh"

usage()
{
	cat <<'EOF'
usage: ./dxg piglit [OPTION...] [PROFILE...]
  PROFILE        of piglit's, such as quick_gl, quick_shader or glslparser; by default `subset`,
                 the tests of tests/piglit/subset.txt, which take some minutes
  --reference    run llvmpipe, too, before our stack; done anyway when it has no results yet that
                 hold all tests
  --no-reference do not, and do not compare
  -t REGEX       only tests whose names match (grep -E)
  --failed       only tests that did not pass in the last whole run
  --shard=I/N    only the I-th of N parts, I counted from 1
  --timeout=S    for each test (default 60)
  --jobs=N       tests at a time (default: the CPUs)
Results and summary are left in out/piglit/PROFILE/: ours, of the whole profile; part, of a part of it;
llvmpipe. The summary is there as text (.txt) and, test by test with its output, for a browser:
ours-html/problems.html.
EOF
}

reference=missing regex='' failed_only=false shard=1/1 timeout=60 jobs=$(nproc) profiles=
while [ $# -gt 0 ]; do
	case $1 in
	--reference) reference=always ;;
	--no-reference) reference=never ;;
	--failed) failed_only=true ;;
	--shard=*/*) shard=${1#*=} ;;
	--timeout=*) timeout=${1#*=} ;;
	--jobs=*) jobs=${1#*=} ;;
	-t)
		[ $# -gt 1 ] || die "-t needs a regular expression"
		regex=$2
		shift
		;;
	-h | --help)
		usage
		exit
		;;
	-*)
		usage >&2
		exit 2
		;;
	*) profiles="$profiles $1" ;;
	esac
	shift
done

# shellcheck disable=SC2086
need_packages $PACKAGES_PIGLIT
need_libraries
. "$DXG_ROOT/tools/display.sh"
XDG_RUNTIME_DIR=$work
export XDG_RUNTIME_DIR
unset WAYLAND_DISPLAY
start_xvfb 1280 1024 || exit 1

lists=$DXG_ROOT/tests/piglit
version=$(dpkg-query -W -f '${Version}' libgl1-mesa-dri | sed 's/[-+].*//')

# The names of a profile's tests that are asked for.
tests_of()
{
	if [ "$failed_only" = true ]; then
		cat "$out/ours.failed"
	elif [ "$1" = subset ]; then
		cat "$lists/subset.txt"
	else
		piglit print-cmd --format '{name}' "$1"
	fi | grep -E -- "$regex" |
		awk -v part="${shard%/*}" -v parts="${shard#*/}" 'NR % parts == part % parts' |
		awk -v skips="$lists/$version-skips.txt" '
			BEGIN {
				while ((getline line < skips) > 0)
					if (line !~ /^#/) {
						sub(/ # .*/, "", line)
						skip[line]
					}
			}
			!($0 in skip)'
}

# run_piglit STACK PROFILE DIRECTORY LIST: with a line of progress every half minute.
run_piglit()
{
	echo "$1, $2: $(wc -l <"$4") tests"
	[ "$2" = subset ] && run_profile=quick || run_profile=$2
	(
		"use_$1"
		exec piglit run --all-concurrent --jobs "$jobs" --overwrite --platform glx \
			--timeout "$timeout" --log-level quiet --test-list "$4" "$run_profile" "$3"
	) >"$work/piglit.log" 2>&1 </dev/null &
	run_pid=$!
	started="$run_pid $started"
	until wait_for "$run_pid" 30 false || ! kill -0 "$run_pid" 2>/dev/null; do
		tail -n 1 "$work/piglit.log" | sed 's/^/  /; s/ *[-\\|/]* *$//'
	done
	wait "$run_pid" || {
		tail -n 20 "$work/piglit.log" >&2
		die "piglit did not end as it should"
	}
	sed 's/ # .*//' "$4" >"$3.tests"
}

# Whether the results in a directory hold all tests of a list.
has_all()
{
	[ -e "$1/results.json.bz2" ] && [ -e "$1.tests" ] && ! grep -Fxvq -f "$1.tests" "$2"
}

# A part of the tests has its own results, so as not to take the place of the whole.
if [ "$failed_only$regex$shard" = false1/1 ]; then
	ours=ours
else
	ours=part
fi

status=0
for profile in ${profiles:-subset}; do
	out=$DXG_ROOT/out/piglit/$profile
	mkdir -p "$out"
	[ "$failed_only" = false ] || [ -e "$out/ours.failed" ] || die "$profile has not been run yet"
	tests_of "$profile" >"$work/tests" || true
	[ -s "$work/tests" ] || die "there are no such tests in $profile"

	if [ "$reference" = always ] ||
		{ [ "$reference" = missing ] && ! has_all "$out/llvmpipe" "$work/tests"; }; then
		run_piglit llvmpipe "$profile" "$out/llvmpipe" "$work/tests"
	fi
	run_piglit "$DXG_STACK" "$profile" "$out/$ours" "$work/tests"

	set -- --lists "$lists/$version" "$out/$ours"
	[ "$reference" = never ] || set -- "$@" "$out/llvmpipe"
	"$lists/compare.py" --failed "$out/$ours.failed" "$@" >"$out/$ours.txt" || status=1
	cat "$out/$ours.txt"

	set -- "$out/$ours"
	[ "$reference" = never ] || set -- "$@" "$out/llvmpipe"
	piglit summary html --overwrite --exclude-details pass --exclude-details skip \
		"$out/$ours-html" "$@" >"$work/html.log" 2>&1 || cat "$work/html.log" >&2
	echo "(in out/piglit/$profile/: $ours.txt, $ours-html/problems.html)"
done
exit "$status"

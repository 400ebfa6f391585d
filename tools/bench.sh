#!/bin/sh
# glmark2's frame rates on our stack and on llvmpipe, in alternation, so that what else the machine
# does weighs on both alike.
set -eu
DXG_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$DXG_ROOT/tools/env.sh"
. "$DXG_ROOT/tools/deps.sh"

usage()
{
	cat <<'EOF'
usage: ./dxg bench [OPTION...]
       ./dxg bench --present    what it costs to show a frame, by handles and by Mesa's wl_shm
  --scenes=REGEX   of all scenes, only those that match (grep -E)
  --rounds=N       how often each scene runs on each stack (default 2)
  --seconds=N      how long each time (default 2)
  --size=WxH       of the window (default 800x600)
The table is left in out/bench/table.txt. The scenes are those of tests/apps/scenes.txt, glmark2's
own list, which alone counts for the geometric mean, and those of tests/bench/scenes.txt.
EOF
}

case ${1-} in
--present)
	shift
	exec "$DXG_ROOT/tools/present.sh" "$@"
	;;
esac

scenes='' rounds=2 seconds=2 size=800x600
for option; do
	case $option in
	--scenes=*) scenes=${option#*=} ;;
	--rounds=*) rounds=${option#*=} ;;
	--seconds=*) seconds=${option#*=} ;;
	--size=*) size=${option#*=} ;;
	-h | --help)
		usage
		exit
		;;
	*)
		usage >&2
		exit 2
		;;
	esac
done

# shellcheck disable=SC2086
need_packages $PACKAGES_APPS
need_libraries
. "$DXG_ROOT/tools/display.sh"
start_xvfb 1280 1024 || exit 1
out=$DXG_ROOT/out/bench
mkdir -p "$out"

# A line "LIST STACK SCENE FPS" for each run; FPS is 0 if the scene did not run to its end. glmark2
# rounds the rate, but not the time that it comes from.
run()
{
	fps=$(on "$2" timeout -k 5 $((seconds * 4 + 60)) \
		glmark2 -s "$size" -b "$3:duration=$seconds" 2>&1 </dev/null |
		sed -n 's/.*FrameTime: \([0-9.]*\) ms.*/\1/p' | awk '$1 > 0 { print 1000 / $1 }')
	echo "$1 $2 $3 ${fps:-0}" >>"$work/runs"
}

round=1
while [ "$round" -le "$rounds" ]; do
	for list in apps bench; do
		grep -E -- "$scenes" "$DXG_ROOT/tests/$list/scenes.txt" >"$work/scenes" || continue
		while read -r scene; do
			run "$list" llvmpipe "$scene"
			run "$list" "$DXG_STACK" "$scene"
			tail -n 2 "$work/runs" | awk -v round="$round" -v rounds="$rounds" '
				{ fps[NR] = $4; scene = $3 }
				END {
					printf "round %d of %d: llvmpipe %7.1f, ours %7.1f fps  %s\n",
						round, rounds, fps[1], fps[2], scene
				}'
		done <"$work/scenes"
	done
	round=$((round + 1))
done

[ -s "$work/runs" ] || die "no scene is called that"
echo
awk -f "$DXG_ROOT/tests/bench/table.awk" "$work/runs" | tee "$out/table.txt"

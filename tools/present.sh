#!/bin/sh
# ./dxg bench --present: what it costs to show a frame. A light scene of glmark2, drawn offscreen, in a
# window by handles, and in a window as Mesa's own EGL does it on the same driver, through wl_shm; in
# alternation, under one Weston of 1024×640.
set -eu
DXG_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$DXG_ROOT/tools/env.sh"
. "$DXG_ROOT/tools/deps.sh"

rounds=3 seconds=3 scene=build
for option; do
	case $option in
	--rounds=*) rounds=${option#*=} ;;
	--seconds=*) seconds=${option#*=} ;;
	--scene=*) scene=${option#*=} ;;
	*)
		echo "usage: ./dxg bench --present [--rounds=N] [--seconds=N] [--scene=NAME]" >&2
		exit 2
		;;
	esac
done

# shellcheck disable=SC2086
need_packages $PACKAGES_APPS
need_libraries
. "$DXG_ROOT/tools/display.sh"
out=$DXG_ROOT/out/bench
mkdir -p "$out"
start_weston 1024 640 dxg && wait_for "$weston" 20 curtain_is_open || exit 1

# A line "SIZE WAY FPS"; 0 if it did not run to its end.
run()
{
	size=$1 way=$2 stack=$3
	shift 3
	fps=$(on "$stack" timeout -k 5 $((seconds * 4 + 60)) \
		glmark2-es2-wayland -s "$size" "$@" -b "$scene:duration=$seconds" 2>&1 </dev/null |
		sed -n 's/.*FrameTime: \([0-9.]*\) ms.*/\1/p' | awk '$1 > 0 { print 1000 / $1 }')
	echo "$size $way ${fps:-0}" | tee -a "$work/runs"
}

round=1
while [ "$round" -le "$rounds" ]; do
	for size in 1920x1080 3840x2160; do
		run "$size" offscreen dxg --off-screen
		run "$size" window dxg
		run "$size" wl_shm mesa
	done
	round=$((round + 1))
done

# Of the rounds the median: what else the machine does comes in bursts. So a ratio is of runs of one round.
awk -v scene="$scene" '
	function add(key, value) { values[key, ++count[key]] = value }
	function median(key,    i, j, value, sorted) {
		for (i = 1; i <= count[key]; i++) {
			value = values[key, i]
			for (j = i; j > 1 && sorted[j - 1] > value; j--)
				sorted[j] = sorted[j - 1]
			sorted[j] = value
		}
		return sorted[int((count[key] + 1) / 2)]
	}
	{
		add($1 " " $2, $3)
		last[$1, $2] = $3
		sizes[$1] = 1
		if ($2 == "window" && last[$1, "offscreen"] > 0)
			add($1 " of offscreen", $3 / last[$1, "offscreen"])
		if ($2 == "wl_shm" && $3 > 0)
			add($1 " of wl_shm", last[$1, "window"] / $3)
	}
	END {
		printf "\nglmark2 %s, frames a second, and their ratios in a round (medians):\n", scene
		printf "%-10s %9s %9s %9s  %16s %13s\n", "size", "offscreen", "window", "wl_shm",
			"window/offscreen", "window/wl_shm"
		for (size in sizes)
			printf "%-10s %9.1f %9.1f %9.1f  %16.2f %13.2f\n", size, median(size " offscreen"),
				median(size " window"), median(size " wl_shm"), median(size " of offscreen"),
				median(size " of wl_shm")
	}' "$work/runs" | tee "$out/present.txt"

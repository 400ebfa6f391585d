# Sourced, after display.sh: pictures of one frame of a program. docs/testing.md tells how.
# shellcheck shell=sh

PICTURE_FRAME=10

# These bounds hold for every comparison with llvmpipe: rounding may differ, and an edge may move by
# a pixel, but no more.
PICTURE_TOLERANCE=8
PICTURE_SHARE=0.5
PICTURE_MEAN=1

# compare_pictures EXPECTED GOT DIFFERENCE: say how close, and fail if not close enough.
compare_pictures()
{
	"$DXG_BUILD/tools/picture-diff" --tolerance="$PICTURE_TOLERANCE" --share="$PICTURE_SHARE" \
		--mean="$PICTURE_MEAN" --image="$3" "$1" "$2"
}

# start_drawing STACK DIRECTORY COMMAND...: the program's process is $program; its picture will be
# the file drawn.png in the directory, its output the file log. With FRAME_HOLD it then waits.
start_drawing()
{
	drawing_stack=$1
	drawing=$2
	shift 2
	mkdir -p "$drawing"
	rm -f "$drawing/drawn.png"
	(
		"use_$drawing_stack"
		exec env LD_PRELOAD="$DXG_BUILD/tools/libframe.so" FRAME_SHOT="$PICTURE_FRAME" \
			FRAME_FILE="$drawing/drawn.png" "$@"
	) >"$drawing/log" 2>&1 </dev/null &
	program=$!
	started="$program $started"
}

# draw_to_the_end SECONDS STACK DIRECTORY COMMAND...: the program ends by itself, in time.
draw_to_the_end()
{
	drawing_seconds=$1
	shift
	start_drawing "$@"
	wait_for "$program" "$drawing_seconds" false || true
	if kill -0 "$program" 2>/dev/null; then
		stop "$program"
		echo "no end after $drawing_seconds s" >>"$drawing/log"
		return 1
	fi
	wait "$program" || {
		echo "exit status $?" >>"$drawing/log"
		return 1
	}
	[ -e "$drawing/drawn.png" ]
}

# draw_endless SECONDS STACK DIRECTORY COMMAND...: the program is stopped once the picture is there.
draw_endless()
{
	drawing_seconds=$1
	shift
	start_drawing "$@"
	drawing_status=0
	wait_for "$program" "$drawing_seconds" test -e "$drawing/drawn.png" || drawing_status=1
	stop "$program"
	return "$drawing_status"
}

# draw_and_show SCREENSHOT SECONDS STACK DIRECTORY COMMAND...: as draw_endless, and the command
# SCREENSHOT makes shown.png of what the server shows of that frame.
draw_and_show()
{
	drawing_shot=$1
	drawing_seconds=$2
	shift 2
	FRAME_HOLD=$work/hold
	export FRAME_HOLD
	start_drawing "$@"
	unset FRAME_HOLD
	drawing_status=1
	rm -f "$drawing/shown.png"
	if wait_for "$program" "$drawing_seconds" test -e "$work/hold"; then
		"$drawing_shot" "$drawing/shown.png" && drawing_status=0
	fi
	rm -f "$work/hold"
	stop "$program"
	return "$drawing_status"
}

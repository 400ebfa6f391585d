#!/bin/sh
# swap-returns.sh DRAW_MS: eglSwapBuffers does not wait for the GPU. It takes less than a fifth of the
# time that the frame takes to draw, measured in the same run.
set -eu
. "$(dirname "$0")/session.sh"

for interval in 0 1; do
	# With interval 1 a swap waits for the last frame to be shown: for 5 ms at most here.
	start_compositor --rate=200
	run_client 60 client "$programs/frame-client" --frames=16 --interval="$interval" \
		--draw-ms="$1" --size=256x256 --print-swap-time || fail "the client ended with status $?"
	stop_compositor || fail "the compositor ended with status $?"
	echo "interval $interval: $(cat "$XDG_RUNTIME_DIR/client.log")"
	awk '/^swap:/ { told = 1; if ($2 >= 0.2 * $10) exit 1 } END { if (!told) exit 1 }' \
		"$XDG_RUNTIME_DIR/client.log" || fail "a swap took too long"
done

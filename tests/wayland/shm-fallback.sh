#!/bin/sh
# Where the compositor has no dxg_v1, frames are copied into wl_shm: the picture is right, whatever its
# size, and DXG_DEBUG=perf says what it costs.
set -eu
. "$(dirname "$0")/session.sh"

# expected WIDTH HEIGHT BLUE: what frame-client --gradient draws, a line for each pixel.
expected()
{
	awk -v width="$1" -v height="$2" -v blue="$3" 'BEGIN {
		for (y = 0; y < height; y++)
			for (x = 0; x < width; x++)
				printf " %02x %02x %02x\n", x % 256, y % 256, blue
	}'
}

# pixels FILE.ppm: the same, of a picture.
pixels()
{
	tail -n +4 "$1" | od -An -v -tx1 -w3
}

for size in 128x128 131x67; do
	start_compositor --no-bind --dump="$XDG_RUNTIME_DIR/picture.ppm"
	DXG_DEBUG=perf
	export DXG_DEBUG
	start client "$programs/frame-client" --gradient --frames=201 --interval=0 --size="$size" --hold
	client=$pid
	unset DXG_DEBUG
	wait_until 30 says client '^holding' || fail "the client does not get there"
	sleep 0.5
	stop_compositor || fail "the compositor ended with status $?"
	finish "$client" 10 || true
	expected "${size%x*}" "${size#*x}" 201 >"$XDG_RUNTIME_DIR/expected"
	pixels "$XDG_RUNTIME_DIR/picture.ppm" >"$XDG_RUNTIME_DIR/got"
	cmp "$XDG_RUNTIME_DIR/expected" "$XDG_RUNTIME_DIR/got" || fail "$size: the picture is not right"
	[ "$(summary 'of them copied')" = "$(summary frames)" ] || fail "not all frames were copied"
	[ "$(summary frames)" -gt 0 ] || fail "no frames"

	bytes=$(sed -n 's/.* \([0-9]*\) bytes copied.*/\1/p' "$XDG_RUNTIME_DIR/client.log" | tail -n 1)
	wanted=$((${size%x*} * ${size#*x} * 4 * 200))
	echo "$size: $bytes bytes copied in 200 frames"
	[ "$bytes" = "$wanted" ] || fail "DXG_DEBUG=perf should say $wanted bytes copied"
done

#!/bin/sh
# What the compositor samples is the memory that the client drew: both map the same memory files, and
# another client maps others.
set -eu
. "$(dirname "$0")/session.sh"

# Inodes of the memory files that a process maps, and that are as large as a frame.
frame_files()
{
	awk '
		function value(hex,    i, n) {
			for (i = 1; i <= length(hex); i++)
				n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
			return n
		}
		/memfd:/ {
			split($1, range, "-")
			if (value(range[2]) - value(range[1]) >= 256 * 256 * 4)
				print $5
		}' "/proc/$1/maps" | sort -u
}

shared_files()
{
	frame_files "$1" >"$XDG_RUNTIME_DIR/one"
	frame_files "$2" >"$XDG_RUNTIME_DIR/other"
	comm -12 "$XDG_RUNTIME_DIR/one" "$XDG_RUNTIME_DIR/other" | wc -l
}

start_compositor --rate=60
start client "$programs/frame-client" --size=256x256 --frames=20 --hold
client=$pid
start other "$programs/frame-client" --size=256x256 --frames=20 --hold
other=$pid
wait_until 30 says client '^holding' || fail "the client does not get there"
wait_until 30 says other '^holding' || fail "the other client does not get there"

with_compositor=$(shared_files "$client" "$compositor")
other_with_compositor=$(shared_files "$other" "$compositor")
between=$(shared_files "$client" "$other")
echo "memory files as large as a frame: $with_compositor of the client and $other_with_compositor" \
	"of another are the compositor's, $between are both clients'"
[ "$with_compositor" -ge 2 ] || fail "the client's frames are not mapped by the compositor"
[ "$other_with_compositor" -ge 2 ] || fail "the other client's frames are not, either"
[ "$between" = 0 ] || fail "clients map each other's memory"

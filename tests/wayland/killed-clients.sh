#!/bin/sh
# killed-clients.sh CLIENTS: clients that are killed at random moments leave nothing behind in the
# compositor, and it goes on. The long version kills 1,000.
set -eu
. "$(dirname "$0")/session.sh"

clients=$(if [ "$LONG" = 1 ]; then echo 1000; else echo "$1"; fi)

count_fds()
{
	find "/proc/$compositor/fd" -mindepth 1 | wc -l
}

count_memory_files()
{
	grep -c memfd: "/proc/$compositor/maps" || true
}

resident_kb()
{
	awk '/^VmRSS:/ { print $2 }' "/proc/$compositor/status"
}

# kill_clients COUNT
kill_clients()
{
	kill_left=$1
	while [ "$kill_left" -gt 0 ]; do
		# Two at a time, so that one dies while another works.
		start a "$programs/frame-client" --frames=0 --interval=0 --draw-ms=2 --resize-every=5
		one=$pid
		start b "$programs/frame-client" --frames=0 --interval=1
		other=$pid
		sleep "0.$(awk "BEGIN { srand($kill_left * 7919 + $$); print int(100 + rand() * 800) }")"
		kill -KILL "$one"
		finish "$one" 10 || true
		kill -KILL "$other"
		finish "$other" 10 || true
		kill_left=$((kill_left - 2))
	done
}

# The client that died last may take the compositor a moment.
back_to_normal()
{
	[ "$(count_fds)" -le "$fds" ] && [ "$(count_memory_files)" -le "$memory_files" ]
}

# Unchecked: of a client that dies while it draws, a frame is shown as it was then.
start_compositor --slow=4
run_client 30 warm-up "$programs/frame-client" --frames=30 || fail "no client works"
kill_clients 10
sleep 1
fds=$(count_fds)
memory_files=$(count_memory_files)
resident=$(resident_kb)

kill_clients "$clients"
is_alive "$compositor" || fail "the compositor died"
wait_until 10 back_to_normal ||
	fail "$fds descriptors became $(count_fds), $memory_files memory files $(count_memory_files)"
resident_after=$(resident_kb)
echo "$clients clients killed: $fds descriptors, now $(count_fds); $memory_files memory files, now" \
	"$(count_memory_files); $resident kB resident, now $resident_after kB"
# A frame of each client would be four times this.
[ "$resident_after" -le $((resident + 8192 + clients * 16)) ] || fail "the compositor grows"

run_client 30 last "$programs/frame-client" --frames=30 || fail "a client does not work any more"
stop_compositor || fail "the compositor ended with status $?"
tail -n 1 "$XDG_RUNTIME_DIR/compositor.log"
[ "$(summary 'of them copied')" = 0 ] || fail "frames were copied"

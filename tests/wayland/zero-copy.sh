#!/bin/sh
# DXG_DEBUG=perf says, on both sides: nothing was copied, no CPU waited. And the picture is right.
set -eu
. "$(dirname "$0")/session.sh"

DXG_DEBUG=perf
export DXG_DEBUG
start_compositor --check
run_client 60 client "$programs/frame-client" --frames=320 || fail "the client ended with status $?"
stop_compositor || fail "the compositor ended with status $?"
grep -h 'bytes copied' "$XDG_RUNTIME_DIR"/client.log "$XDG_RUNTIME_DIR"/compositor.log ||
	fail "DXG_DEBUG=perf says nothing"

for side in client compositor; do
	says "$side" '[^0-9]0 bytes copied, 0 CPU waits' || fail "no line of the $side says 0 and 0"
	! says "$side" '[1-9][0-9]* bytes copied' || fail "the $side copied"
	! says "$side" '[1-9][0-9]* CPU waits' || fail "the $side waited"
done
[ "$(summary 'of them copied')" = 0 ] || fail "frames came by wl_shm"
[ "$(summary frames)" -ge 200 ] || fail "few frames were shown"

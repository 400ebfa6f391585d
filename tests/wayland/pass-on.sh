#!/bin/sh
# A compositor in a compositor passes its client's frames on, none torn, nothing copied.
set -eu
. "$(dirname "$0")/session.sh"

start_compositor --check
start relay "$programs/relay" inner-0
relay=$pid
wait_until 20 test -S "$XDG_RUNTIME_DIR/inner-0" || fail "the relay does not listen"
run_client 60 client env WAYLAND_DISPLAY=inner-0 "$programs/frame-client" --frames=600 \
	--interval=0 --draw-ms=4 || fail "the client ended with status $?"
finish "$relay" 20 || fail "the relay ended with status $?"
stop_compositor || fail "the compositor ended with status $?"
cat "$XDG_RUNTIME_DIR/relay.log" "$XDG_RUNTIME_DIR/compositor.log"
says relay '^600 buffers passed on' || fail "not all buffers were passed on"
[ "$(summary 'of them copied')" = 0 ] || fail "frames came by wl_shm"
[ "$(summary frames)" -ge 20 ] || fail "few frames were shown"

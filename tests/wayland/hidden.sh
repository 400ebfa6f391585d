#!/bin/sh
# A surface that is never shown gets no frame callbacks. Its client swaps with interval 1, and gets on.
set -eu
. "$(dirname "$0")/session.sh"

start_compositor --no-callbacks
run_client 20 client "$programs/frame-client" --frames=30 --interval=1 ||
	fail "the client ended with status $? (124: it hung)"
cat "$XDG_RUNTIME_DIR/client.log"
stop_compositor || fail "the compositor ended with status $?"

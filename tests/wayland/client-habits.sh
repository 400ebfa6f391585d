#!/bin/sh
# Runs test-client-habits with a compositor; client-habits.sh [NAME]: one test of it.
set -eu
. "$(dirname "$0")/session.sh"

start_compositor --rate=120
run_client 200 habits "$programs/test-client-habits" "$@" || fail "status $?"
stop_compositor || fail "the compositor ended with status $?"
cat "$XDG_RUNTIME_DIR/habits.log" "$XDG_RUNTIME_DIR/compositor.log"

#!/bin/sh
# A client whose acquire points are never reached does not stop the others: the compositor goes on
# repainting, and another client goes on being shown.
set -eu
. "$(dirname "$0")/session.sh"

# The repaints of the last full seconds that the compositor told of, one a second.
repaints()
{
	sed -n 's/^second: \([0-9]*\) repaints.*/\1/p' "$XDG_RUNTIME_DIR/compositor.log" |
		tail -n "$1" | awk '{ sum += $1 } END { print int(sum / NR) }'
}

# How many frames a second an honest client has shown.
honest_rate()
{
	run_client 60 honest "$programs/frame-client" --frames="$1" --interval=1 ||
		fail "the honest client ended with status $?"
	sed -n 's/.*, \([0-9]*\)\.[0-9]* a second/\1/p' "$XDG_RUNTIME_DIR/honest.log"
}

start_compositor --rate=60 --verbose
rate_alone=$(honest_rate 240)
repaints_alone=$(repaints 3)

start one-lie "$programs/lying-client" 0
start many-lies "$programs/lying-client" 16
liar=$pid
rate_at_first=$(honest_rate 120) # the compositor is still patient
sleep 3
rate=$(honest_rate 240)
repaints=$(repaints 3)
is_alive "$compositor" || fail "the compositor ended"
is_alive "$liar" || fail "the lying client ended"
stop_compositor || fail "the compositor ended with status $?"

echo "repaints a second: $repaints_alone alone, $repaints with clients that lie"
echo "an honest client's frames a second: $rate_alone alone, $rate_at_first when the lies begin," \
	"$rate later"
[ "$rate_alone" -ge 10 ] || fail "the machine is too slow for this test"
[ "$repaints" -ge $((repaints_alone * 2 / 3)) ] || fail "the compositor repaints much less often"
[ "$rate" -ge $((rate_alone * 2 / 3)) ] || fail "the honest client is shown much less often"

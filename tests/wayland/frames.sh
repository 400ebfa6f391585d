#!/bin/sh
# frames.sh slow-client|fast-client|lazy-compositor|resizing FRAMES: frames that the compositor shows are whole, and in
# order. Ends when so many were shown; the long version shows 10,000.
set -eu
. "$(dirname "$0")/session.sh"

frames=$(if [ "$LONG" = 1 ]; then echo 10000; else echo "$2"; fi)
case $1 in
slow-client) # reads come before the drawing is done
	compositor_options='--rate=200'
	client_options='--interval=0 --draw-ms=6'
	;;
fast-client) # drawing comes before the reads are done
	compositor_options='--rate=200 --slow=12'
	client_options='--interval=0 --draw-ms=0.5'
	;;
lazy-compositor) # buffers are released before the GPU was told to read them
	compositor_options='--rate=200 --slow=5 --no-flush'
	client_options='--interval=0 --draw-ms=0.5'
	;;
resizing) # buffers go while the compositor is yet to read them
	compositor_options='--rate=200'
	client_options='--interval=0 --draw-ms=8 --resize-every=1'
	;;
esac

# shellcheck disable=SC2086
start_compositor --check --frames="$frames" $compositor_options
# shellcheck disable=SC2086
start client "$programs/frame-client" --frames=0 $client_options
finish "$compositor" 1500 || fail "the compositor ended with status $?"
status=0
finish "$pid" 20 || status=$?
[ "$status" = 1 ] || fail "the client ended with status $status when its compositor was gone"
cat "$XDG_RUNTIME_DIR/compositor.log"
[ "$(summary frames)" -ge "$frames" ] || fail "too few frames were shown"
[ "$(summary 'of them copied')" = 0 ] || fail "frames were copied"

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

# Says what happened; DXG_DEBUG=sync has the compositor's log tell of clients that took longer than its
# patience, a second.
show_frames()
{
	# shellcheck disable=SC2086
	DXG_DEBUG=sync start_compositor --check --frames="$frames" $compositor_options
	# shellcheck disable=SC2086
	start client "$programs/frame-client" --frames=0 $client_options
	client=$pid
	compositor_status=0
	finish "$compositor" 1500 || compositor_status=$?
	client_status=0
	finish "$client" 20 || client_status=$?
	rm -f "$XDG_RUNTIME_DIR/$WAYLAND_DISPLAY"*
}

show_frames
if [ "$compositor_status" = 1 ] && says compositor 'not reached in time'; then
	echo "the machine stood still for a second; once more"
	show_frames
fi
[ "$compositor_status" = 0 ] || fail "the compositor ended with status $compositor_status"
[ "$client_status" = 1 ] ||
	fail "the client ended with status $client_status when its compositor was gone"
cat "$XDG_RUNTIME_DIR/compositor.log"
[ "$(summary frames)" -ge "$frames" ] || fail "too few frames were shown"
[ "$(summary 'of them copied')" = 0 ] || fail "frames were copied"

#!/bin/sh
# A compositor that dies takes no client's thread with it: eglSwapBuffers fails, in bounded time.
set -eu
. "$(dirname "$0")/session.sh"

for options in '--interval=1' '--interval=0 --draw-ms=5' '--interval=0'; do
	start_compositor --slow=10
	# shellcheck disable=SC2086
	start client "$programs/frame-client" --frames=0 $options
	client=$pid
	sleep 1.5
	is_alive "$client" || fail "$options: the client does not work"
	kill -KILL "$compositor"
	finish "$compositor" 5 || true
	status=0
	finish "$client" 10 || status=$?
	[ "$status" = 1 ] || fail "$options: the client ended with status $status (124: it hung)"
	says client 'eglSwapBuffers: 0x' || fail "$options: no swap failed"
	echo "$options: $(cat "$XDG_RUNTIME_DIR/client.log")"
	rm -f "$XDG_RUNTIME_DIR/$WAYLAND_DISPLAY"*
done

#!/bin/sh
# The subset of piglit, where piglit is installed: it is too large to install for this alone.
command -v piglit >/dev/null && command -v wflinfo >/dev/null || exit 77
exec "$(dirname -- "$0")/../../tools/piglit.sh"

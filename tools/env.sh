# Sourced by every command, which has set DXG_ROOT: where things are, how to say things, the
# environment of a stack.
# shellcheck shell=sh

DXG_BUILD=${DXG_BUILD:-$DXG_ROOT/build}
case $DXG_BUILD in
/*) ;;
*) DXG_BUILD=$PWD/$DXG_BUILD ;;
esac

# The stack under test. With DXG_STACK=reference a comparison is with itself, which tests the tests.
DXG_STACK=${DXG_STACK:-dxg}

die()
{
	echo "dxg: $*" >&2
	exit 1
}

# The directory of libd3d12.so and libdxcore.so.
dxg_libraries()
{
	echo "$DXG_BUILD/src/d3d12"
}

need_libraries()
{
	[ "$DXG_STACK" = dxg ] || return 0
	for library in "$(dxg_libraries)/libdxcore.so" "$(dxg_libraries)/libd3d12.so" \
		"$DXG_BUILD/src/egl/libEGL_dxg.so.0" "$DXG_BUILD/src/glx/libGLX_dxg.so.0"; do
		[ -e "$library" ] || die "no $library; run './dxg build' first"
	done
}

# Mesa decides by these alone; docs/testing.md tells what each is for.
mesa_environment()
{
	unset MESA_LOADER_DRIVER_OVERRIDE LIBGL_DRIVERS_PATH
	LIBGL_ALWAYS_SOFTWARE=1
	__GLX_VENDOR_LIBRARY_NAME=mesa
	export LIBGL_ALWAYS_SOFTWARE __GLX_VENDOR_LIBRARY_NAME
	if [ -e /usr/share/glvnd/egl_vendor.d/50_mesa.json ]; then
		__EGL_VENDOR_LIBRARY_FILENAMES=/usr/share/glvnd/egl_vendor.d/50_mesa.json
		export __EGL_VENDOR_LIBRARY_FILENAMES
	fi
}

# Mesa's own EGL and GLX on our device: what our vendor libraries are compared with.
use_mesa()
{
	mesa_environment
	GALLIUM_DRIVER=d3d12
	LD_LIBRARY_PATH=$(dxg_libraries)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
	export GALLIUM_DRIVER LD_LIBRARY_PATH
}

# Our EGL and GLX. Mesa's EGL comes after ours, for displays that are not ours.
use_dxg()
{
	use_mesa
	__GLX_VENDOR_LIBRARY_NAME=dxg
	LD_LIBRARY_PATH=$DXG_BUILD/src/glx:$LD_LIBRARY_PATH
	__EGL_VENDOR_LIBRARY_FILENAMES=$DXG_BUILD/src/egl/dxg_uninstalled.json${__EGL_VENDOR_LIBRARY_FILENAMES:+:$__EGL_VENDOR_LIBRARY_FILENAMES}
	export __EGL_VENDOR_LIBRARY_FILENAMES
}

use_llvmpipe()
{
	mesa_environment
	GALLIUM_DRIVER=llvmpipe
	export GALLIUM_DRIVER
}

# llvmpipe as the reference for pictures: exact rather than fast. Where the CPU has half floats, it
# computes what a GLES shader calls mediump with them; and it samples 8-bit textures with 8-bit
# arithmetic. D3D12 allows neither.
use_reference()
{
	use_llvmpipe
	GALLIUM_OVERRIDE_CPU_CAPS=sse4.1
	GALLIVM_PERF=no_aos_sampling
	export GALLIUM_OVERRIDE_CPU_CAPS GALLIVM_PERF
}

# on dxg|mesa|llvmpipe|reference COMMAND...: run a command on that stack, in a process of its own.
on()
(
	"use_$1"
	shift
	exec "$@"
)

# step LABEL COMMAND...: run a long command, with one line that says what it is and how long it
# took. Its output goes to a log, of which the end is shown if it fails.
step()
{
	step_label=$1
	shift
	step_log=$(mktemp)
	step_start=$(date +%s)
	printf '%-48s ' "$step_label"
	step_status=0
	"$@" >"$step_log" 2>&1 </dev/null || step_status=$?
	step_time="$(($(date +%s) - step_start)) s"
	if [ "$step_status" = 0 ]; then
		echo "$step_time"
	else
		echo "failed after $step_time"
		tail -n 40 "$step_log" >&2
	fi
	rm -f "$step_log"
	return "$step_status"
}

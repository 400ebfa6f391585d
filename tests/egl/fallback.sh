#!/bin/sh
# fallback.sh PROGRAM LIBRARY: where our library cannot work it gives no display, and libglvnd goes on to
# the next vendor, Mesa. PROGRAM is whose-display, LIBRARY our libEGL_dxg.so.0.
set -eu

program=$1
library=$2
mesa=/usr/share/glvnd/egl_vendor.d/50_mesa.json
[ -e "$mesa" ] || {
	echo "no $mesa"
	exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
unset GALLIUM_DRIVER LD_LIBRARY_PATH LIBGL_ALWAYS_SOFTWARE MESA_LOADER_DRIVER_OVERRIDE \
	LIBGL_DRIVERS_PATH DXG_DEBUG DXG_ADAPTER

# vendor LIBRARY: the JSON file of a vendor.
vendor()
{
	printf '{ "file_format_version": "1.0.0", "ICD": { "library_path": "%s" } }\n' "$1"
}

# expect PATTERN VENDOR [VARIABLE=VALUE...]
expect()
{
	expect_pattern=$1
	expect_vendor=$2
	shift 2
	got=$(env __EGL_VENDOR_LIBRARY_FILENAMES="$expect_vendor:$mesa" "$@" "$program" 2>"$work/log") ||
		{
			cat "$work/log"
			echo "failed: ${*:-by default}: status $?, $got"
			exit 1
		}
	echo "${*:-by default}: $got"
	# shellcheck disable=SC2254
	case $got in
	$expect_pattern) ;;
	*)
		cat "$work/log"
		echo "failed: expected $expect_pattern"
		exit 1
		;;
	esac
}

# said PATTERN: the program said so on stderr.
said()
{
	grep -q "$1" "$work/log" || {
		cat "$work/log"
		echo "failed: it does not say: $1"
		exit 1
	}
}

vendor "$library" >"$work/ours.json"
mkdir "$work/alone"
cp "$library" "$work/alone/libEGL_dxg.so.0"
vendor "$work/alone/libEGL_dxg.so.0" >"$work/alone.json"

expect 'mesa-dxg, D3D12*' "$work/ours.json"
expect 'mesa-dxg, D3D12*' "$work/ours.json" GALLIUM_DRIVER=d3d12
expect 'Mesa Project, llvmpipe*' "$work/ours.json" GALLIUM_DRIVER=llvmpipe
expect 'Mesa Project, *' "$work/ours.json" DXG_ADAPTER=nonexistent DXG_DEBUG=info
said nonexistent
# Without a device beside it.
expect 'Mesa Project, *' "$work/alone.json" DXG_DEBUG=info
said 'no D3D12'

# Sourced: which Debian packages a task needs, and how to get those that are missing.
# docs/dependencies.md says why each is there.
# shellcheck shell=sh

PACKAGES_BUILD="gcc libc6-dev meson ninja-build pkg-config llvm-15-dev directx-headers-dev
	libzstd-dev libxxhash-dev libpng-dev libcmocka-dev libegl-dev libgl-dev libgles-dev libglvnd-dev
	libdrm-dev mesa-common-dev libwayland-dev libwayland-egl-backend-dev
	libx11-dev libx11-xcb-dev libxcb1-dev libxcb-glx0-dev libxcb-present-dev libxcb-randr0-dev
	libxcb-shm0-dev libxcb-xfixes0-dev"
PACKAGES_MESA="libgl1-mesa-dri libegl1 libegl-mesa0 libgl1 libglx-mesa0 libgles2"
PACKAGES_APPS="$PACKAGES_MESA xvfb weston netpbm mesa-utils glmark2-x11 glmark2-es2-wayland"
PACKAGES_DEMO="gtk-3-examples libsdl2-2.0-0 python3 xwayland blender"
PACKAGES_PIGLIT="$PACKAGES_MESA xvfb piglit waffle-utils python3"

missing_packages()
{
	for package; do
		dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null |
			grep -qx installed || echo "$package"
	done
}

# need_packages PACKAGE...: install what is missing with apt. Does nothing, quickly, if nothing is.
need_packages()
{
	if ! command -v dpkg-query >/dev/null; then
		echo "dxg: this is no Debian; packages are not checked" >&2
		return
	fi
	missing=$(missing_packages "$@" | tr '\n' ' ')
	[ -n "$missing" ] || return 0

	# shellcheck disable=SC2086
	set -- env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300
	if [ "$(id -u)" != 0 ]; then
		{ command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; } ||
			die "packages are missing; as root: apt-get install --no-install-recommends $missing"
		sudo true
		set -- sudo "$@"
	fi
	step "updating apt's lists" "$@" update ||
		echo "dxg: apt's lists could not be updated; trying with those that are here" >&2
	# shellcheck disable=SC2086
	step "installing $(echo $missing | wc -w) packages" \
		"$@" --no-install-recommends install $missing ||
		die "could not install: $missing"
}

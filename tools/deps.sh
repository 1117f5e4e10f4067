#!/bin/sh
# Installs what the tests and the GPU command line need beside Go and Node:
# Chromium, Mesa's software Vulkan adapter (lavapipe) and the npm packages of
# tools/testing. Does nothing, quickly, where all is there already.
#
# Debian 12 carries a Mesa that Dawn refuses, so lavapipe comes from
# bookworm-backports, on the mirror that the machine already uses. Elsewhere the
# script lists what to install.
set -eu
cd "$(dirname "$0")"

mesa_min=25 # Dawn refuses the lavapipe of Mesa 22

die() { printf 'deps: %s\n' "$*" >&2; exit 1; }

need() { command -v "$1" >/dev/null 2>&1 || die "$1 is missing: $2"; }

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"
	elif command -v sudo >/dev/null 2>&1; then sudo "$@"
	else die "must install system packages: run this as root or install sudo"
	fi
}

# major PACKAGE prints the major version of an installed package, 0 if absent.
major() {
	version=$(dpkg-query -W -f '${db:Status-Abbrev}${Version}' "$1" 2>/dev/null || true)
	case $version in
	ii*) version=${version#ii}; version=${version# }; version=${version#*:}; echo "${version%%.*}" ;;
	*) echo 0 ;;
	esac
}

have_lavapipe() { [ "$(major mesa-vulkan-drivers)" -ge "$mesa_min" ] && [ "$(major libvulkan1)" -ge 1 ]; }

have_chromium() { command -v chromium >/dev/null 2>&1; }

# write_backports adds the backports suite of the mirror that serves bookworm.
write_backports() {
	list=/etc/apt/sources.list.d/bookworm-backports.list
	if apt-get indextargets --format '$(RELEASE)' 2>/dev/null | grep -qx bookworm-backports; then return; fi
	mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' | sed -n 's/^bookworm //p' | head -n 1)
	[ -n "$mirror" ] || die "found no Debian mirror for bookworm in the machine's apt sources"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm-backports main" |
		as_root tee "$list" >/dev/null
}

install_debian() {
	export DEBIAN_FRONTEND=noninteractive
	packages=
	if ! have_lavapipe; then write_backports; packages=yes; fi
	if ! have_chromium; then packages=yes; fi
	[ -n "$packages" ] || return 0
	as_root apt-get update -q
	have_chromium || as_root apt-get install -q -y --no-install-recommends chromium
	have_lavapipe || as_root apt-get install -q -y --no-install-recommends -t bookworm-backports \
		mesa-vulkan-drivers libvulkan1
	have_lavapipe || die "mesa-vulkan-drivers is still older than $mesa_min after installing it"
}

need node "install Node 20 or newer"
need npm "install npm"
need go "install Go 1.26 or newer"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || die "Node $(node --version) is too old: install Node 20 or newer"

. /etc/os-release 2>/dev/null || ID=unknown
if [ "${ID:-}" = debian ] && [ "${VERSION_ID:-}" = 12 ]; then
	install_debian
elif ! have_chromium || ! ls /usr/share/vulkan/icd.d/lvp_icd*.json >/dev/null 2>&1; then
	die "this is not Debian 12; please install chromium (as \"chromium\" in PATH), the Vulkan loader and Mesa $mesa_min or newer with lavapipe (lvp_icd.json), then run this again"
fi

# npm ci only when the lock file changed since the last install.
if ! cmp -s testing/package-lock.json testing/node_modules/.installed-lock; then
	(cd testing && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error)
	cp testing/package-lock.json testing/node_modules/.installed-lock
fi

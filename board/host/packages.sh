# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Which Debian packages (12 and 13) the build needs, and how they get onto the machine. Sourced by board/host/run,
# tests/run, tests/bench/run and .ci/run, and how they speak; it runs nothing by itself.

# To build and run: the compiler, CMake with Ninja, gettext's tools for the languages' catalogues, the
# libraries, a font for what is printed on paper, and the time zones.
PACKAGES_RUN=(
	gcc libc6-dev cmake ninja-build pkgconf gettext
	libcairo2-dev libcbor-dev libcurl4-openssl-dev libdrm-dev libevdev-dev libjansson-dev libjpeg62-turbo-dev
	libmicrohttpd-dev libpango1.0-dev libpng-dev libqrencode-dev libseccomp-dev
	libsodium-dev libsqlite3-dev libssl-dev libsystemd-dev libxkbcommon-dev libzbar-dev fonts-dejavu-core tzdata)
# More for the tests.
PACKAGES_TESTS=(libcmocka-dev ca-certificates nodejs gammu)
# More for tests/devices/run: a virtual machine.
PACKAGES_DEVICES=(qemu-system-x86 busybox-static kmod cpio xz-utils)
# More for the sanitizer and fuzzing presets; packages_clang adds the runtime library of clang's version.
PACKAGES_CLANG=(clang llvm)

say() {
	printf '%s\n' "$*" >&2
}

# Those of the named packages that are not installed, one a line.
packages_missing() {
	local installed name
	installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p')
	for name in "$@"; do
		grep -qxF -- "$name" <<<"$installed" || printf '%s\n' "$name"
	done
}

# The command that may install packages: empty as root, sudo else; fails with a sentence where there is neither.
packages_as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		return 0
	fi
	if command -v sudo >/dev/null; then
		echo sudo
		return 0
	fi
	say "This needs root or sudo, and there is no sudo here. As root, run: apt-get install $*"
	return 1
}

# packages_need INSTALL NAME…: says what is missing; with INSTALL "yes" installs it, else fails.
packages_need() {
	local install=$1 missing as_root
	shift
	mapfile -t missing < <(packages_missing "$@")
	if [ "${#missing[@]}" -eq 0 ]; then
		return 0
	fi
	say "Missing Debian packages: ${missing[*]}"
	if [ "$install" != yes ]; then
		say "Nothing was installed (--no-install). To install them: apt-get install ${missing[*]}"
		return 1
	fi
	if ! command -v apt-get >/dev/null; then
		say "This is not a Debian system (no apt-get): install what stands for these there, then use --no-install."
		return 1
	fi
	as_root=$(packages_as_root "${missing[@]}") || return 1
	say "Installing them${as_root:+ with $as_root} …"
	# Standard output is the caller's own; apt's goes to standard error.
	if ! { $as_root apt-get -q -o Acquire::Retries=3 update &&
		$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
			-o Dpkg::Use-Pty=0 install "${missing[@]}"; } >&2 </dev/null; then
		say "apt-get failed: its message is above. Mend that and run this again."
		return 1
	fi
}

# packages_need_clang INSTALL: clang and the sanitizer runtime that belongs to its version (14 on Debian 12, 19 on 13).
packages_need_clang() {
	local install=$1 version
	packages_need "$install" "${PACKAGES_CLANG[@]}" || return 1
	version=$(dpkg-query -W -f '${Depends}' clang | sed -n 's/.*clang-\([0-9][0-9]*\).*/\1/p')
	if [ -z "$version" ]; then
		say "Cannot tell which version the package clang stands for."
		return 1
	fi
	packages_need "$install" "libclang-rt-$version-dev"
}

# Standard output of a build is of no interest unless it fails: quietly TITLE COMMAND…
quietly() {
	local title=$1 log status=0
	shift
	log=$(mktemp) || return 1
	say "$title …"
	"$@" >"$log" 2>&1 </dev/null || status=$?
	if [ "$status" -ne 0 ]; then
		say "$title failed (exit code $status):"
		tail -n 120 "$log" >&2
	fi
	rm -f "$log"
	return "$status"
}

# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The steps of board/rpi/build, which sources this. A step runs in a shell of its own that ends at the first error.

# make_builder FOLDER PACKAGE…: a tree that builds. The dates of what is in it do not matter: nothing of it gets into the
# image.
make_builder() {
	local folder=$1 include
	shift
	rm -rf "$folder.new"
	sources >"$tmp/builder.list"
	include=$(printf '%s,' "$@")
	mmdebstrap --mode=root --variant=apt --architectures=amd64,arm64 \
		--aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
		--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-unsafe-io \
		--include="${include%,}" "$SUITE" "$folder.new" "$tmp/builder.list"
	mv "$folder.new" "$folder"
}

step_builder() {
	[ -d "$builder" ] || step builder-arm64 make_builder "$builder" "${BUILDER[@]}" "${BUILDER_ARM64[@]}" "${LIBRARIES[@]/%/:arm64}"
	[ -d "$builder_amd64" ] || step builder-amd64 make_builder "$builder_amd64" "${BUILDER[@]}" "${LIBRARIES[@]}"
}

# inside TREE COMMAND: a shell command in a tree, with the sources at /src, what is made at /work, and no network.
inside() {
	local tree=$1 command=$2
	mkdir -p "$tree/src" "$tree/work"
	# shellcheck disable=SC2016
	unshare --mount --pid --fork --net --kill-child bash -euc '
		mount --make-rprivate /
		mount --bind "$1" "$0/src"
		mount -o remount,bind,ro "$0/src"
		mount --bind "$2" "$0/work"
		mount -t proc proc "$0/proc"
		mount --rbind /sys "$0/sys"
		mount --rbind /dev "$0/dev"
		mount -t tmpfs tmpfs "$0/tmp"
		mount -t tmpfs tmpfs "$0/run"
		exec chroot "$0" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
			DEBIAN_FRONTEND=noninteractive TERM=dumb SOURCE_DATE_EPOCH="$3" bash -euc "$4"
	' "$tree" "$root" "$work" "$SOURCE_DATE_EPOCH" "$command"
}

# make_packages ARCHITECTURE TREE: the programs and their Debian packages, in build/rpi/packages.
make_packages() {
	local architecture=$1 tree=$2 toolchain=
	[ "$architecture" = amd64 ] || toolchain=-DCMAKE_TOOLCHAIN_FILE=/src/board/rpi/toolchain.cmake
	rm -rf "$work/packages/$architecture"
	mkdir -p "$work/packages/$architecture"
	inside "$tree" "
		export DEB_HOST_ARCH=$architecture
		cmake -G Ninja -S /src -B /work/programs-$architecture -DKIOSK_TESTS=OFF $toolchain
		cmake --build /work/programs-$architecture --target packaged
		cd /work/packages/$architecture
		cpack --config /work/programs-$architecture/CPackConfig.cmake -G DEB
		rm -rf _CPack_Packages
		for package in *.deb; do
			lintian --tag-display-limit 0 --fail-on error --suppress-tags bad-distribution-in-changes-file \"\$package\"
		done"
}

step_packages() {
	step packages-arm64 make_packages arm64 "$builder"
	step packages-amd64 make_packages amd64 "$builder_amd64"
}

# The Raspberry Pi's tree, in two steps: mmdebstrap makes the essential set; then the builder's own apt and dpkg, which
# need no emulation, put the rest in, so that only the packages' scripts are emulated.
make_base() {
	local option names=()
	rm -rf "$base" "$base.new"
	mkdir -p "$work/archives/partial"
	for option in "${LEFT_OUT[@]}"; do names+=("path-exclude=$option"); done
	for option in "${KEPT[@]}"; do names+=("path-include=$option"); done
	names+=(force-unsafe-io force-confold)
	sources >"$work/sources.list"
	emulate
	mmdebstrap --mode=root --variant=essential --architectures=arm64 --format=directory --skip=cleanup/apt \
		--aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' "${names[@]/#/--dpkgopt=}" \
		"$SUITE" "$base.new" "$work/sources.list"
	# Neither services nor initramfs-tools' long work under emulation: what they would do is done natively later.
	mkdir -p "$base.new/usr/local/sbin"
	for name in depmod update-initramfs update-ca-certificates; do
		printf '#!/bin/sh\nexit 0\n' >"$base.new/usr/local/sbin/$name"
		chmod +x "$base.new/usr/local/sbin/$name"
	done
	printf '#!/bin/sh\nexit 101\n' >"$base.new/usr/sbin/policy-rc.d"
	chmod +x "$base.new/usr/sbin/policy-rc.d"
	in_base "$base.new" "update" "-y -q install ${ROOT[*]} $KERNEL/$SUITE-backports linux-base/$SUITE-backports"
	rm -rf "$base.new"/usr/local/sbin/{depmod,update-initramfs,update-ca-certificates} "$base.new/usr/sbin/policy-rc.d"
	mv "$base.new" "$base"
}

# emulate: the kernel starts arm64 programs, wherever they are, through the builder's qemu.
emulate() {
	local handlers=/proc/sys/fs/binfmt_misc
	mountpoint -q "$handlers" || mount -t binfmt_misc binfmt_misc "$handlers"
	[ ! -e "$handlers/qemu-aarch64" ] || return 0
	# The magic of an ELF file for aarch64; F: opened now, so that it is found in every tree.
	printf '%s' ":qemu-aarch64:M::\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00:\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff:$builder/usr/bin/qemu-aarch64:F" >"$handlers/register"
}

# in_base TREE ARGUMENTS…: apt-get of the builder, once for each, on a tree of arm64.
in_base() {
	local tree=$1 arguments options
	shift
	options="-o Dir=/tree -o Dir::Etc::Trusted=/etc/apt/trusted.gpg -o Dir::Etc::TrustedParts=/etc/apt/trusted.gpg.d
		-o Dir::Cache::archives=/work/archives -o Dir::State::status=/tree/var/lib/dpkg/status
		-o Dir::Etc::sourcelist=/work/sources.list -o Acquire::Languages=none -o APT::Architecture=arm64
		-o APT::Architectures::=arm64 -o APT::Install-Recommends=false -o APT::Sandbox::User=root
		-o DPkg::Options::=--root=/tree -o DPkg::Use-Pty=0 -o DPkg::Path=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
	options=${options//[$'\n\t']/ }
	for option in "${LEFT_OUT[@]}"; do options+=" -o DPkg::Options::=--path-exclude=$option"; done
	for option in "${KEPT[@]}"; do options+=" -o DPkg::Options::=--path-include=$option"; done
	options+=" -o DPkg::Options::=--force-unsafe-io -o DPkg::Options::=--force-confold"
	for arguments in "$@"; do
		mkdir -p "$builder/tree" "$builder/work"
		# shellcheck disable=SC2016
		unshare --mount --pid --fork --kill-child bash -euc '
			set -f
			mount --make-rprivate /
			mount --bind "$1" "$0/tree"
			mount --bind "$2" "$0/work"
			mount -t proc proc "$0/proc"
			mount -t proc proc "$0/tree/proc"
			mount --rbind /dev "$0/dev"
			mount -t tmpfs tmpfs "$0/tree/dev"
			for device in null zero full random urandom tty; do
				: >"$0/tree/dev/$device"
				mount --bind "/dev/$device" "$0/tree/dev/$device"
			done
			mount -t tmpfs tmpfs "$0/tmp"
			mount --bind /etc/resolv.conf "$0/etc/resolv.conf" 2>/dev/null || true
			exec chroot "$0" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
				DEBIAN_FRONTEND=noninteractive SOURCE_DATE_EPOCH="$3" apt-get $4 $5
		' "$builder" "$tree" "$work" "$SOURCE_DATE_EPOCH" "$options" "$arguments"
	done
}

step_base() {
	if [ -d "$base" ]; then
		say "base: $base is there already"
		return 0
	fi
	step base make_base
}

# make_keys: who signs updates. A network that gives its kiosks updates has its own: KIOSK_UPDATE_KEY and
# KIOSK_UPDATE_CERTIFICATE name them; else a pair is made once, for trials, and stays in build/rpi/keys.
make_keys() {
	mkdir -p "$work/keys"
	if [ -n "${KIOSK_UPDATE_KEY:-}" ]; then
		install -m 0600 "$KIOSK_UPDATE_KEY" "$work/keys/update.key.pem"
		install -m 0644 "${KIOSK_UPDATE_CERTIFICATE:?names the certificate of KIOSK_UPDATE_KEY}" "$work/keys/update.cert.pem"
	elif [ ! -s "$work/keys/update.cert.pem" ]; then
		inside "$builder" "openssl req -x509 -newkey rsa:3072 -nodes -days 7300 -subj '/CN=Civic Kiosk updates (trial)' \
			-keyout /work/keys/update.key.pem -out /work/keys/update.cert.pem"
	fi
}

# make_image: civic-kiosk put into a copy of the base, and the card's image made of it.
make_image() {
	make_keys
	rm -rf "$work/tree"
	cp -a --reflink=auto "$base" "$work/tree"
	mkdir -p "$work/tree/usr/local/sbin"
	printf '#!/bin/sh\nexit 101\n' >"$work/tree/usr/sbin/policy-rc.d"
	chmod +x "$work/tree/usr/sbin/policy-rc.d"
	emulate
	sources >"$work/sources.list"
	in_base "$work/tree" "-y -q install /work/packages/arm64/civic-kiosk_${version}_arm64.deb /work/packages/arm64/civic-hub_${version}_arm64.deb"
	rm -f "$work/tree/usr/sbin/policy-rc.d"
	[ -z "$also" ] || cp -r --no-preserve=ownership "$also/." "$work/tree/"
	inside "$builder" "/src/board/rpi/assemble /work/tree /work/out"
}

step_image() {
	step image make_image
}

# make_release: what is handed out.
make_release() {
	rm -rf "$work/bundle" "$work"/kiosk-arm64.* "$work/bundle.raucb"
	mkdir -p "$work/bundle"
	cp --sparse=always "$work/out/root.ext4" "$work/bundle/"
	printf '[update]\ncompatible=civic-kiosk-arm64\nversion=%s\n[bundle]\nformat=plain\n[image.rootfs]\nfilename=root.ext4\n' \
		"$version" >"$work/bundle/manifest.raucm"
	inside "$builder" "
		zstd -q -T0 -9 -f -o /work/kiosk-arm64.img.zst /work/out/kiosk-arm64.img
		rauc bundle --cert=/work/keys/update.cert.pem --key=/work/keys/update.key.pem \
			--mksquashfs-args='-comp zstd -Xcompression-level 15' /work/bundle /work/kiosk-arm64.raucb
		cd /work && debsbom generate -r /work/tree -o kiosk-arm64 -t spdx --distro-name civic-kiosk --with-licenses"
	rm -rf "$work/bundle"
	(cd "$work" && sha256sum kiosk-arm64.img.zst kiosk-arm64.raucb >kiosk-arm64.sha256)
	ls -l "$work"/kiosk-arm64.*
}

step_release() {
	step release make_release
	ls -l "$work"/kiosk-arm64.* >&2
}

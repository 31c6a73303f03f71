# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# Which Debian packages make the builder, the image and its boot. Sourced by board/rpi/build; it runs nothing by itself.

# The machine that builds: a Debian 12 or 13 of its own, which makes a tree of Debian 13.
PACKAGES_RPI=(mmdebstrap arch-test debian-archive-keyring)
SUITE=trixie

# The trees that build: Debian 13 for amd64. What both have, to build the programs and their packages.
BUILDER=(
	ca-certificates gcc libc6-dev cmake ninja-build pkgconf gettext help2man dpkg-dev file lintian)
# One has a cross compiler for arm64 too, what makes file systems and card images, and the machine that tries them.
BUILDER_ARM64=(
	gcc-aarch64-linux-gnu libc6-dev:arm64 qemu-user qemu-system-arm genimage mtools dosfstools e2fsprogs zstd
	mmdebstrap u-boot-tools u-boot-qemu kmod cpio xz-utils rauc debsbom python3-spdx-tools python3-cyclonedx-lib fdisk
	openssl squashfs-tools)
# The libraries of the product; of one architecture a tree, for not all can be there twice.
LIBRARIES=(
	libcairo2-dev libcbor-dev libcurl4-openssl-dev libevdev-dev libjansson-dev libjpeg62-turbo-dev
	libmicrohttpd-dev libpango1.0-dev libpng-dev libqrencode-dev libseccomp-dev libsodium-dev libsqlite3-dev
	libssl-dev libsystemd-dev libxkbcommon-dev libzbar-dev libgpiod-dev libdrm-dev libasound2-dev)

# The Raspberry Pi's root beside civic-kiosk itself, whose own dependencies come with it. The kernel is that of the
# backports: Debian 13's own has no driver for a Raspberry Pi 5.
KERNEL=linux-image-arm64
ROOT=(
	systemd systemd-sysv systemd-timesyncd udev dbus kmod e2fsprogs dosfstools fdisk util-linux
	network-manager wpasupplicant wireless-regdb firmware-brcm80211 nftables avahi-daemon libnss-mdns
	ca-certificates tzdata fonts-dejavu-core rauc rauc-service libubootenv-tool raspi-firmware u-boot-rpi busybox-static initramfs-tools)
# What of these packages stays out: no documentation, no other languages, no drivers that no Raspberry Pi has.
LEFT_OUT=(
	'/usr/share/man/*' '/usr/share/doc/*' '/usr/share/locale/*' '/usr/share/info/*' '/usr/share/lintian/*'
	'/usr/lib/modules/*/kernel/drivers/gpu/drm/amd/*' '/usr/lib/modules/*/kernel/drivers/gpu/drm/nouveau/*'
	'/usr/lib/modules/*/kernel/drivers/gpu/drm/radeon/*' '/usr/lib/modules/*/kernel/drivers/gpu/drm/i915/*'
	'/usr/lib/modules/*/kernel/drivers/gpu/drm/xe/*' '/usr/lib/modules/*/kernel/drivers/net/ethernet/mellanox/*'
	'/usr/lib/modules/*/kernel/drivers/net/ethernet/intel/*' '/usr/lib/modules/*/kernel/drivers/net/ethernet/chelsio/*'
	'/usr/lib/modules/*/kernel/drivers/net/ethernet/qlogic/*'
	'/usr/lib/modules/*/kernel/drivers/net/ethernet/broadcom/bnx*' '/usr/lib/modules/*/kernel/drivers/infiniband/*'
	'/usr/lib/modules/*/kernel/drivers/scsi/*' '/usr/lib/modules/*/kernel/drivers/iio/*'
	'/usr/lib/modules/*/kernel/drivers/accel/*' '/usr/lib/modules/*/kernel/drivers/comedi/*'
	'/usr/lib/modules/*/kernel/drivers/media/dvb-frontends/*' '/usr/lib/modules/*/kernel/drivers/media/tuners/*'
	'/usr/lib/modules/*/kernel/sound/pci/*' '/usr/lib/modules/*/dtb/[!b]*' '/usr/lib/linux-image-*/[!b]*')
# What of them is kept all the same.
KEPT=('/usr/share/doc/*/copyright')

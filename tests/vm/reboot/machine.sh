# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
#
# The machine of the tests in which one restarts itself: a guest with a disk, and its own kernels,
# initrds and hmmbench on that. Once its power is on it goes its way alone (start.sh): at its
# first start it does what /begin says, at each other one what a machine's units do. Sourced
# behind tap.sh.
for program in qemu-system-x86_64:qemu-system-x86 jq:jq mke2fs:e2fsprogs \
	debugfs:e2fsprogs xz:xz-utils busybox:busybox-static; do
	PATH=$PATH:/usr/sbin command -v "${program%%:*}" >/dev/null ||
		skip_all "no ${program%%:*}; apt-get install ${program##*:}"
done
PATH=$PATH:/usr/sbin
base=${HMMBENCH_TEST_KERNEL:-debian:6.1}
candidate=${HMMBENCH_TEST_OTHER_KERNEL:-debian:6.12}
tree=$trash/tree
here=$source_top/tests/vm/reboot
releases=()

# What the initrd loads, in this order, where a kernel has it as a module.
drivers="crc16 mbcache crc32c_generic jbd2 ext4 virtio_ring virtio virtio_pci_legacy_dev
	virtio_pci_modern_dev virtio_pci virtio_blk"

# make_initrd RELEASE MODULES: the kernel's initrd, on the disk; MODULES is its folder.
make_initrd() {
	local folder=$trash/initrd-$1 driver found

	mkdir -p "$folder"/{bin,dev,proc,root,modules}
	cp "$(command -v busybox)" "$folder/bin/busybox"
	cp "$here/initrd.sh" "$folder/init"
	chmod +x "$folder/init"
	for driver in $drivers; do
		found=$(find "$2" -name "$driver.ko*" | head -n 1)
		case $found in
		*.xz) xz -dc "$found" >"$folder/modules/$driver.ko" ;;
		*.ko) cp "$found" "$folder/modules/$driver.ko" ;;
		*) continue ;;
		esac
		echo "$driver" >>"$folder/modules/order"
	done
	(cd "$folder" && find . | busybox cpio -o -H newc >"$tree/boot/initrd.img-$1") 2>/dev/null
}

# install_kernel NAME: image, initrd and hmmbench's module, as a package and DKMS have them.
install_kernel() {
	local release image module

	"$build/tests/vm/lab_driver" kernel "$1" >"$trash/parts" 2>&1 ||
		{ sed 's/^/# /' "$trash/parts"; return 1; }
	{ read -r _ release; read -r _ image; read -r _ module; } <"$trash/parts"
	releases+=("$release")
	cp "$image" "$tree/boot/vmlinuz-$release"
	make_initrd "$release" "${image%/boot/*}/lib/modules/$release/kernel"
	mkdir -p "$tree/lib/modules/$release/updates"
	cp "$module" "$tree/lib/modules/$release/updates/"
}

# A program with its libraries, each where it lies here.
install_program() {
	cp "$build/$1" "$tree/bin/"
	ldd "$build/$1" | grep -oE '/[^ )]+' | sort -u | while read -r library; do
		mkdir -p "$tree$(dirname "$library")"
		cp -Ln "$library" "$tree$library"
	done
}

# install_machine BASE CANDIDATE: the machine as its disk will have it, but for /begin. Its
# kernels' releases are in $releases then, the default kernel's first.
install_machine() {
	local kernel

	mkdir -p "$tree"/{bin,boot,dev,proc,sys,tmp,root,var/lib/hmmbench,panics-once}
	for kernel in "$@"; do
		"$hmmbench" kernel fetch "${kernel%@*}" >"$trash/kernel" 2>&1 ||
			skip_all "$kernel cannot be had: $(tail -n 1 "$trash/kernel")"
		install_kernel "$kernel" || exit 1
	done
	install_program hmmbench
	install_program hmmbench-agent
	cp "$build/configs/units/hmmbench-nightly" "$tree/bin/"
	chmod +x "$tree/bin/hmmbench-nightly"
	cp "$(command -v busybox)" "$tree/bin/busybox"
	cp "$here/start.sh" "$source_top/tests/vm/campaign.conf" "$tree/"
	chmod +x "$tree/start.sh"
}

# begin_night BOOTS: at its first start the machine begins a night of so many boots of each kernel.
begin_night() {
	cat >"$tree/begin" <<END
export HMMBENCH_NIGHTLY_BASE=${releases[0]}
export HMMBENCH_NIGHTLY_CANDIDATE=${releases[1]}
export HMMBENCH_NIGHTLY_BOOTS=$1
export HMMBENCH_NIGHTLY_CONFIG=/campaign.conf
hmmbench-nightly begin
END
}

make_disk() {
	mke2fs -q -t ext4 -d "$tree" "$trash/disk" 256M >"$trash/mke2fs.log" 2>&1 ||
		{ sed 's/^/# /' "$trash/mke2fs.log"; exit 1; }
}

# The power is switched on: the firmware starts the default kernel from the disk. QEMU ends
# when the machine is switched off, and when it restarts through its firmware.
switch_on() {
	timeout 1800 qemu-system-x86_64 -accel tcg -m 768M -smp 2 -no-reboot -nographic \
		-nodefaults -serial stdio -kernel "$tree/boot/vmlinuz-${releases[0]}" \
		-initrd "$tree/boot/initrd.img-${releases[0]}" \
		-drive "file=$trash/disk,format=raw,if=virtio" \
		-append "console=ttyS0 quiet panic=1 tsc=reliable no_timer_check" </dev/null >>"$trash/console" \
		2>"$trash/qemu" ||
		cat "$trash/qemu" >>"$trash/console"
}

# From the first start of a new disk until the machine switches itself off, for good or amiss.
# What its console said is in $trash/lines.
run_machine() {
	local power

	make_disk
	for ((power = 1; power <= 6; power++)); do
		switch_on
		! grep -q '^machine: the night ended with status' "$trash/console" || break
	done
	tr -d '\r' <"$trash/console" >"$trash/lines"
}

# read_disk NAME: a file of the machine's disk, in $trash.
read_disk() {
	debugfs -R "dump /$1 $trash/$1" "$trash/disk" >/dev/null 2>&1
	[ -s "$trash/$1" ] || { tail -n 40 "$trash/lines"; return 1; }
}

# says_console PATTERN: a line of the console matches.
says_console() {
	grep -Eq -- "$1" "$trash/lines" || { cat "$trash/lines"; return 1; }
}

# Nothing on the disk says that a campaign is on its way.
no_state() {
	debugfs -R "ls -p /var/lib/hmmbench" "$trash/disk" >"$trash/files" 2>/dev/null
	[ -s "$trash/files" ] && ! grep -q reboot.json "$trash/files" ||
		{ cat "$trash/files"; return 1; }
}

#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a distribution's initrd does, for tests/vm/reboot.test: finds the disk, and goes
# on from there. A kernel for which the disk has a wish /panics-once/RELEASE panics first.
b=/bin/busybox
$b mount -t devtmpfs dev /dev
$b mount -t proc proc /proc
for module in $($b cat /modules/order); do
	$b insmod "/modules/$module.ko" || echo "initrd: $module cannot be loaded"
done
for tries in 1 2 3 4 5 6 7 8 9 10; do
	[ ! -b /dev/vda ] || break
	$b sleep 0.5
done
$b mount -t ext4 /dev/vda /root || $b poweroff -f
wish=/root/panics-once/$($b uname -r)
if [ -e "$wish" ]; then
	$b rm "$wish"
	$b sync
	echo c >/proc/sysrq-trigger
fi
$b mount -o move /dev /root/dev
exec $b switch_root /root /start.sh

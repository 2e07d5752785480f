#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The start-up of the machine in tests/vm/reboot.test, in place of systemd and its units: at
# its very first start a night begins, and whenever the state file is there it goes on.
/bin/busybox --install -s /bin
export PATH=/bin HOME=/root HMMBENCH_AGENT=/bin/hmmbench-agent HMMBENCH_STORE=/store.db
export HMMBENCH_STATE_DIR=/var/lib/hmmbench HMMBENCH_NIGHTLY_PROGRAM=/bin/hmmbench
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmp /tmp
state=$HMMBENCH_STATE_DIR/reboot.json

echo "machine: $(uname -r) is up"
echo "$(uname -r) $(cat "$state" 2>/dev/null | tr -d ' \n')" >>/starts
if [ -e "$state" ]; then
	hmmbench-nightly resume
elif [ ! -e /begun ]; then
	: >/begun
	set -a
	. /nightly.env
	hmmbench-nightly begin
fi
echo "machine: the night ended with status $?"
mount -o remount,ro /
poweroff -f

#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The start-up of the machine in tests/vm/reboot.test and its like, in place of systemd and its
# units: at its very first start it does what /begin says, and whenever the state file is there
# that goes on.
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
	. /begin
fi
echo "machine: the night ended with status $?"
mount -o remount,ro /
poweroff -f

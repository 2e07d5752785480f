#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A machine that tune.test starts: it tunes itself, is killed amid it, and looks at itself.
# Each line "machine: STEP TEXT" is what tune.test proves something of.
/bin/busybox --install -s /bin
mount -t devtmpfs nodev /dev
mount -t proc nodev /proc
mount -t sysfs nodev /sys
mount -t tracefs nodev /sys/kernel/tracing
export PATH=/bin HMMBENCH_STATE_DIR=/state XDG_CACHE_HOME=/tmp XDG_DATA_HOME=/tmp
thp=/sys/kernel/mm/transparent_hugepage/enabled
numa=/proc/sys/kernel/numa_balancing
ksm=/sys/kernel/mm/ksm/run
irq=/proc/irq/4 # the first serial port's: this console's

say() {
	echo "machine: $*"
}

# What stands in the files of the kernel.
values() {
	echo "$(sed 's/.*\[\(.*\)\].*/\1/' $thp) $(cat $numa) $(cat $ksm) $(cat $irq/smp_affinity_list)"
}

# An interrupt comes to another CPU with the next that comes at all: what is written causes it.
until_irq_on() {
	while [ "$(cat $irq/effective_affinity_list)" != "$1" ]; do
		echo "the console's interrupt is to come to CPU $1"
		usleep 20000
	done
}

# until_values VALUES: waits for them; tune.test's own limit ends a machine that waits in vain.
until_values() {
	while [ "$(values)" != "$1" ]; do usleep 20000; done
}

doctor() {
	hmmbench doctor | grep '^  [a-z]* *tune ' | tr -s ' '
}

# What runs for a tune; one that ended and was not waited for yet does not.
commands() {
	for pid in $(pidof sleep); do
		grep -q '^State:.*Z' /proc/$pid/status 2>/dev/null || echo $pid
	done
}

# The process of hmmbench that another one started.
child_of() {
	for stat in /proc/[0-9]*/stat; do
		read -r pid name _ parent _ <$stat 2>/dev/null || continue
		[ "$name $parent" != "(hmmbench) $1" ] || echo $pid
	done
}

# The one that the shell started: the process that restores is its child.
tuner() {
	until_irq_on 1
	hmmbench tune -- sleep 1000 2>/tmp/errors &
	tuner=$!
	until_values "$quiet"
}

echo always >$thp
echo 1 >$numa
echo 1 >$ksm
echo 1 >$irq/smp_affinity_list
until_irq_on 1
was=$(values)
echo # behind what the firmware wrote
say was "$was"

hmmbench tune
say tune $?
quiet=$(values)
say quiet "$quiet"
say doctor-in-force "$(doctor)"
hmmbench tune 2>&1
say second $?
hmmbench tune --restore
say restore $?
say restored "$(values)"
say doctor-restored "$(doctor)"

until_irq_on 1
hmmbench tune -- sh -c 'exit 7'
say command $? "$(values)"
tuner
hmmbench tune -- true
say beside $?
kill -TERM $tuner
wait $tuner
say terminated $? "$(values)"

tuner
kill -9 $tuner
wait $tuner
say killed $?
until_values "$was"
say after-kill "$(values)"
while [ -e /state/tune.json ]; do usleep 20000; done
cat /tmp/errors
say doctor-after-kill "$(doctor)"

# Nobody is left that could restore.
tuner
kill -9 "$(child_of $tuner)"
kill -9 $tuner
wait $tuner
say all-killed "$(values)"
while commands | grep -q .; do usleep 20000; done
say commands-gone
say doctor-all-killed "$(doctor)"
hmmbench tune
say refused $?
hmmbench tune --restore
say after-all-killed $? "$(values)"

# The boot that a state is of is over.
hmmbench tune >/dev/null
sed -i 's/"boot_id": "[^"]*"/"boot_id": "another"/' /state/tune.json
say doctor-stale "$(doctor)"
hmmbench tune --restore
say stale $? "$(ls /state)"

if grep -qw hwlat /sys/kernel/tracing/available_tracers; then
	say hwlat "$(hmmbench doctor --hwlat 3 | grep ' hwlat ' | tr -s ' ')"
	say hwlat-instances "$(ls /sys/kernel/tracing/instances)"
	hmmbench doctor --hwlat 1000 >/dev/null &
	while [ "$(cat /sys/kernel/tracing/instances/*/current_tracer 2>/dev/null)" != hwlat ]; do
		usleep 20000
	done
	kill -9 $!
	say hwlat-left "$(ls /sys/kernel/tracing/instances)"
	say hwlat-again "$(hmmbench doctor --hwlat 1 | grep ' hwlat ' | tr -s ' ')"
	say hwlat-gone "$(ls /sys/kernel/tracing/instances)"
	hmmbench doctor --hwlat 1000 >/dev/null &
	while [ "$(cat /sys/kernel/tracing/instances/*/current_tracer 2>/dev/null)" != hwlat ]; do
		usleep 20000
	done
	kill -INT $!
	wait $!
	say hwlat-interrupted $? "$(ls /sys/kernel/tracing/instances)"
fi
say over
poweroff -f

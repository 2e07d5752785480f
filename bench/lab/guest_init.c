// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/guest_init.h"

#include "lab/vm_machine.h"

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

/* Busybox's applets are called through it, so that no links need to be made at boot. */
#define PROLOGUE \
	"#!/bin/busybox sh\n" \
	"b=/bin/busybox\n" \
	"end() {\n" \
	"	printf \"\\\\$(printf %03o $(($1)))\" |\n" \
	"		$b dd of=/dev/port bs=1 seek=$((" TEXT(VM_END_PORT) ")) 2>/dev/null\n" \
	"	$b poweroff -f\n" \
	"}\n"

const char guest_init[] =
	PROLOGUE
	"say() { echo \"<5>" GUEST_MARK "$*\" >/dev/kmsg; }\n"
	"fail() { say \"$2\"; end $1; }\n"
	"\n"
	"$b mount -t devtmpfs dev /dev || end " TEXT(VM_END_INIT) "\n"
	"for pair in proc:/proc sysfs:/sys tmpfs:/tmp; do\n"
	"	$b mount -t ${pair%%:*} none ${pair#*:} ||\n"
	"		fail " TEXT(VM_END_INIT) " \"cannot mount ${pair%%:*}\"\n"
	"done\n"
	/* These two are for diagnosis; a kernel without them measures as well. */
	"[ ! -d /sys/kernel/debug ] || $b mount -t debugfs none /sys/kernel/debug\n"
	"[ ! -d /sys/kernel/tracing ] || $b mount -t tracefs none /sys/kernel/tracing\n"
	"[ -c /dev/ttyS1 ] || fail " TEXT(VM_END_INIT) " \"no second serial port\"\n"
	/* Raw: a terminal would turn a newline of the stream into two bytes. */
	"$b stty -F /dev/ttyS1 raw -echo 115200 || fail " TEXT(VM_END_INIT) " \"no raw serial port\"\n"
	"\n"
	/*
	 * The clock under CLOCK_MONOTONIC_RAW changes its rate when the kernel, a second
	 * after it found the TSC, has refined it: the measurement begins behind that.
	 */
	"clock=/sys/devices/system/clocksource/clocksource0/current_clocksource\n"
	"tries=0\n"
	"while [ \"$($b cat $clock)\" = tsc-early ] && [ $tries -lt 200 ]; do\n"
	"	$b sleep 0.02\n"
	"	tries=$((tries + 1))\n"
	"done\n"
	"\n"
	"if [ -e /hmmbench/hmmbench.ko ]; then\n"
	"	said=$($b insmod /hmmbench/hmmbench.ko 2>&1) ||\n"
	"		fail " TEXT(VM_END_MODULE) " \"the module does not load: $said\"\n"
	"fi\n"
	"say \"the agent starts\"\n"
	"LD_LIBRARY_PATH=/hmmbench/lib HOME=/ PATH=/bin /hmmbench/agent \\\n"
	"	--plan /hmmbench/plan.json --output /dev/ttyS1 </dev/null\n"
	"status=$?\n"
	"if [ $status -gt 128 ]; then\n"
	"	say \"the agent ended by signal $((status - 128))\"\n"
	"	$b sleep 0.2\n"
	"	end " TEXT(VM_END_SIGNAL) "\n"
	"fi\n"
	"say \"the agent ended with status $status\"\n"
	/* For kernels whose console is written by a thread: what they said must come out. */
	"$b sleep 0.2\n"
	"[ $status -le $((" TEXT(VM_END_LAST) " - " TEXT(VM_END_AGENT) ")) ] &&\n"
	"	end $((" TEXT(VM_END_AGENT) " + status))\n"
	"end " TEXT(VM_END_ODD) "\n";

const char guest_init_probe[] =
	PROLOGUE
	"$b mount -t devtmpfs dev /dev\n"
	"end " TEXT(GUEST_END_PROBE) "\n";

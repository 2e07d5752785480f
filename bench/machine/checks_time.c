// SPDX-License-Identifier: GPL-2.0-or-later
/* The clock, and who takes time away without the kernel's knowing. */
#include "machine/check.h"

#include <stdlib.h>
#include <string.h>

#include "machine/hwlat.h"

#define STEAL_MAX 0.001 /* of all time since the start */

static const struct {
	const char *name;
	enum finding finding;
	const char *says;
} sources[] = {
	{ "tsc", FINDING_GOOD, "a register of the CPU" },
	{ "arch_sys_counter", FINDING_GOOD, "a register of the CPU" },
	{ "timebase", FINDING_GOOD, "a register of the CPU" },
	{ "kvm-clock", FINDING_GOOD, "the hypervisor's, read without leaving the guest" },
	{ "hyperv_clocksource_tsc_page", FINDING_GOOD,
	  "the hypervisor's, read without leaving the guest" },
	{ "hpet", FINDING_NOISY, "a device, microseconds away" },
	{ "acpi_pm", FINDING_NOISY, "a device, microseconds away" },
	{ "jiffies", FINDING_IMPOSSIBLE, "the tick, milliseconds coarse" },
};

static enum finding clock_source(const struct check *check, const struct machine *machine,
				 char *found)
{
	char name[MACHINE_TEXT_BYTES];

	if (!machine_line(machine, check->reads, name))
		return check_unknown(check, found);
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (!strcmp(sources[i].name, name))
			return check_say(sources[i].finding, found, "%s: %s", name,
					 sources[i].says);
	return check_say(FINDING_UNKNOWN, found, "%s, which is not known here", name);
}

static bool in_guest(const struct machine *machine)
{
	char *cpuinfo = machine_text(machine, "/proc/cpuinfo");
	const bool guest = cpuinfo && strstr(cpuinfo, " hypervisor");

	free(cpuinfo);
	return guest;
}

/* cpu USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ STEAL, in ticks: proc_stat(5). */
static enum finding steal(const struct check *check, const struct machine *machine, char *found)
{
	unsigned long long ticks[8], all = 0;
	char text[MACHINE_TEXT_BYTES];
	double share;

	if (!machine_line(machine, check->reads, text) ||
	    sscanf(text, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &ticks[0], &ticks[1],
		   &ticks[2], &ticks[3], &ticks[4], &ticks[5], &ticks[6], &ticks[7]) != 8)
		return check_unknown(check, found);
	for (size_t i = 0; i < 8; i++)
		all += ticks[i];
	if (!ticks[7] && in_guest(machine))
		return check_say(FINDING_UNKNOWN, found,
				 "none told, in a guest, where not every "
				 "hypervisor tells");
	share = all ? (double)ticks[7] / (double)all : 0;
	return check_say(share > STEAL_MAX ? FINDING_NOISY : FINDING_GOOD, found,
			 "%.2f %% since the start", 100 * share);
}

static int add_throttles(const struct machine *machine, const char *path, void *context)
{
	long long *all = context, count;

	if (machine_number(machine, path, &count))
		*all = (*all < 0 ? 0 : *all) + count;
	return 0;
}

/* Devices that hold the clock down: "Processor" of ACPI, "cpufreq-cpu0" of a device tree. */
static int add_cooling(const struct machine *machine, const char *path, void *context)
{
	char type[MACHINE_TEXT_BYTES], state[512];
	long long *cooling = context, level;

	if (!machine_line(machine, path, type) ||
	    (strcmp(type, "Processor") && !strstr(type, "cpufreq")))
		return 0;
	snprintf(state, sizeof(state), "%.*scur_state", (int)(strlen(path) - strlen("type")), path);
	if (machine_number(machine, state, &level))
		*cooling = (*cooling < 0 ? 0 : *cooling) + (level > 0);
	return 0;
}

static enum finding throttling(const struct check *check, const struct machine *machine,
			       char *found)
{
	long long throttles = -1, cooling = -1;

	machine_each(machine, check->reads, add_throttles, &throttles);
	machine_each(machine, "/sys/class/thermal/cooling_device*/type", add_cooling, &cooling);
	if (cooling > 0)
		return check_say(FINDING_NOISY, found,
				 "%lld cooling devices hold the clock down now", cooling);
	if (throttles > 0)
		return check_say(FINDING_NOISY, found, "%lld times since the start", throttles);
	if (throttles < 0 && cooling < 0)
		return check_say(FINDING_UNKNOWN, found, "neither counts nor cooling devices");
	return check_say(FINDING_GOOD, found, throttles < 0 ? "not now" : "never since the start");
}

static const struct check list[] = {
	{ "clock source", clock_source,
	  "/sys/devices/system/clocksource/clocksource0/current_clocksource",
	  "every phase is between two reads of the clock",
	  "boot with clocksource=tsc tsc=reliable, where the TSC is constant", 0, NULL },
	{ "steal", steal, "/proc/stat", "the host ran somebody else while a sample was timed",
	  "measure on a machine of its own, or with as many CPUs as the guest has", 0, NULL },
	{ "throttling", throttling,
	  "/sys/devices/system/cpu/cpu*/thermal_throttle/core_throttle_count",
	  "a hot CPU is slowed down, in the midst of a night",
	  "cool it, or hold its clock lower: hmmbench tune turns turbo off", 0, NULL },
	{ "hwlat", hwlat_look, "/sys/kernel/tracing/available_tracers",
	  "firmware (SMIs) or a hypervisor stops the CPU, and no counter tells",
	  "update the firmware; turn off what polls there (USB legacy support, power capping)", 0,
	  "hmmbench doctor --hwlat 60 as root, on a kernel with CONFIG_HWLAT_TRACER=y" },
};

const struct check_family checks_time = { "time", list, sizeof(list) / sizeof(list[0]) };

// SPDX-License-Identifier: GPL-2.0-or-later
/* How fast a CPU runs, and how long it takes to wake. */
#include "machine/check.h"

#include <stdlib.h>
#include <string.h>

#define POLICIES "/sys/devices/system/cpu/cpufreq/policy*/"
#define IDLE	 "/sys/devices/system/cpu/cpu*/cpuidle/state*/"

static enum finding governor(const struct check *check, const struct machine *machine, char *found)
{
	const struct machine_count count = machine_count(machine, check->reads, "performance");

	if (!count.files)
		return check_say(FINDING_UNKNOWN, found,
				 "no cpufreq: the firmware or the "
				 "hypervisor decides");
	if (count.equal == count.files)
		return check_say(FINDING_GOOD, found, "performance on all %zu", count.files);
	return check_say(FINDING_NOISY, found, "%s on %zu of %zu", count.other,
			 count.files - count.equal, count.files);
}

/* intel_pstate has the file the other way round; amd-pstate's may be of each policy alone. */
static enum finding turbo(const struct check *check, const struct machine *machine, char *found)
{
	static const struct {
		const char *files, *off;
	} drivers[] = {
		{ "/sys/devices/system/cpu/intel_pstate/no_turbo", "1" },
		{ "/sys/devices/system/cpu/cpufreq/boost", "0" },
		{ POLICIES "boost", "0" },
	};

	(void)check;
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		const struct machine_count count = machine_count(machine, drivers[i].files,
								 drivers[i].off);

		if (count.files)
			return check_say(count.equal == count.files ? FINDING_GOOD : FINDING_NOISY,
					 found, "%s (%s)",
					 count.equal == count.files ? "off" : "on",
					 strrchr(drivers[i].files, '/') + 1);
	}
	return check_say(FINDING_UNKNOWN, found, "no file of a driver says");
}

struct deepest {
	size_t states;
	long long wake_us;
	char name[MACHINE_TEXT_BYTES];
};

static int look_at_state(const struct machine *machine, const char *path, void *context)
{
	const size_t folder = strlen(path) - strlen("latency");
	char disable[512], name[512];
	struct deepest *deepest = context;
	long long disabled = 0, wake_us;

	snprintf(disable, sizeof(disable), "%.*sdisable", (int)folder, path);
	snprintf(name, sizeof(name), "%.*sname", (int)folder, path);
	if (!machine_number(machine, path, &wake_us))
		return 0;
	deepest->states++;
	machine_number(machine, disable, &disabled);
	if (disabled || wake_us <= deepest->wake_us)
		return 0;
	deepest->wake_us = wake_us;
	machine_line(machine, name, deepest->name);
	return 0;
}

static enum finding idle_states(const struct check *check, const struct machine *machine,
				char *found)
{
	struct deepest deepest = { .wake_us = 0 };

	machine_each(machine, check->reads, look_at_state, &deepest);
	if (!deepest.states)
		return check_say(FINDING_UNKNOWN, found,
				 "no states of cpuidle: the firmware or the "
				 "hypervisor decides");
	if (deepest.wake_us <= CHECK_WAKE_US)
		return check_say(FINDING_GOOD, found, "none in use takes more than %d us to leave",
				 CHECK_WAKE_US);
	return check_say(FINDING_NOISY, found, "%s takes %lld us to leave", deepest.name,
			 deepest.wake_us);
}

static const struct check list[] = {
	{ "governor", governor, POLICIES "scaling_governor",
	  "with another than performance the clock follows the load, and a block's first "
	  "operations "
	  "run slower than its last",
	  "hmmbench tune, or cpupower frequency-set -g performance", 0, NULL },
	{ "turbo", turbo, "/sys/devices/system/cpu/{intel_pstate/no_turbo,cpufreq/boost}",
	  "how far the clock is raised depends on heat and on how many CPUs work",
	  "hmmbench tune, or turn it off in the firmware", 0, NULL },
	{ "idle states", idle_states, IDLE "latency",
	  "a thread that is woken on a sleeping CPU starts late, which hits contended cells",
	  "hmmbench tune, or boot with processor.max_cstate=1 intel_idle.max_cstate=1", 0, NULL },
};

const struct check_family checks_frequency = { "frequency", list, sizeof(list) / sizeof(list[0]) };

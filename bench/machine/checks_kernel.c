// SPDX-License-Identifier: GPL-2.0-or-later
/* What the running kernel does beside its work, and what it lets be seen. */
#include "machine/check.h"

#include <stdlib.h>
#include <string.h>

#include "common/kernel_config.h"
#include "common/paths.h"

static enum finding watchdog(const struct check *check, const struct machine *machine, char *found)
{
	long long hard, soft = 0;

	if (!machine_number(machine, check->reads, &hard))
		return check_say(FINDING_GOOD, found, "this kernel has none");
	machine_number(machine, "/proc/sys/kernel/soft_watchdog", &soft);
	return check_say(hard ? FINDING_NOISY : FINDING_GOOD, found,
			 "for hard lockups %s; for soft ones %s", hard ? "on" : "off",
			 soft ? "on, which a run looks at" : "off");
}

/* Each makes a walk another one than the kernel that is shipped has. */
static const char *const debug_options[] = {
	"CONFIG_KASAN",		"CONFIG_KCSAN",
	"CONFIG_KMEMLEAK",	"CONFIG_PROVE_LOCKING",
	"CONFIG_LOCK_STAT",	"CONFIG_DEBUG_VM",
	"CONFIG_DEBUG_OBJECTS", "CONFIG_DEBUG_PAGEALLOC",
	"CONFIG_SLUB_DEBUG_ON", "CONFIG_DEBUG_ATOMIC_SLEEP",
	"CONFIG_UBSAN",		"CONFIG_GCOV_KERNEL",
};

static enum finding say_options(const char *config, char *found)
{
	char names[CHECK_FOUND_BYTES] = "";
	size_t used = 0;

	for (size_t i = 0; i < sizeof(debug_options) / sizeof(debug_options[0]); i++) {
		char *value = kernel_config_value(config, debug_options[i]);

		if (value && used < sizeof(names))
			used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
						 used ? ", " : "", debug_options[i]);
		free(value);
	}
	if (!used)
		return check_say(FINDING_GOOD, found, "none of %zu that slow it down",
				 sizeof(debug_options) / sizeof(debug_options[0]));
	return check_say(FINDING_NOISY, found, "%s", names);
}

static enum finding debugging(const struct check *check, const struct machine *machine, char *found)
{
	char release[MACHINE_TEXT_BYTES], *path = NULL, *config = NULL;
	enum finding finding;

	if (machine_line(machine, "/proc/sys/kernel/osrelease", release))
		path = path_printf("/boot/config-%s", release);
	if (path)
		config = machine_text(machine, path);
	finding = config ? say_options(config, found) : check_unknown(check, found);
	free(config);
	free(path);
	return finding;
}

/* Documentation/admin-guide/sysctl/kernel.rst: above 1 the kernel's own events are root's. */
static enum finding paranoid(const struct check *check, const struct machine *machine, char *found)
{
	long long level;

	if (!machine_number(machine, check->reads, &level))
		return check_say(FINDING_IMPOSSIBLE, found, "this kernel has no perf events");
	if (level > 1 && !machine->root_user)
		return check_say(FINDING_IMPOSSIBLE, found, "%lld, and you are not root", level);
	return check_say(FINDING_GOOD, found, "%lld%s", level,
			 level > 1 ? ", which lets root" : "");
}

static const struct check list[] = {
	{ "watchdogs", watchdog, "/proc/sys/kernel/nmi_watchdog",
	  "the one for hard lockups takes a counter of each CPU and interrupts it with NMIs",
	  "hmmbench tune, or sysctl kernel.nmi_watchdog=0", 0 },
	{ "debug options", debugging, "/boot/config-RELEASE",
	  "checks inside the kernel are most of what is measured then",
	  "measure a kernel that is built without them", 0 },
	{ "perf events", paranoid, "/proc/sys/kernel/perf_event_paranoid",
	  "hmmbench run --counters and profile on this kernel",
	  "sudo, or sysctl kernel.perf_event_paranoid=1", 0 },
};

const struct check_family checks_kernel = { "kernel", list, sizeof(list) / sizeof(list[0]) };

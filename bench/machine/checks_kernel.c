// SPDX-License-Identifier: GPL-2.0-or-later
/* What the running kernel does beside its work, and what it lets be seen. */
#include "machine/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "common/kernel_config.h"

#define CONFIG_BYTES_MAX (4 << 20) /* a distribution's has 300 KB */

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

/* /proc/config.gz, of kernels with CONFIG_IKCONFIG_PROC. NULL: it is not there, or no memory. */
static char *own_config(const struct machine *machine)
{
	char *path = machine_path(machine, "/proc/config.gz"), *config = NULL;
	gzFile file = path ? gzopen(path, "r") : NULL;
	int got = -1;

	if (file)
		config = malloc(CONFIG_BYTES_MAX);
	if (config)
		got = gzread(file, config, CONFIG_BYTES_MAX - 1);
	if (got >= 0) {
		config[got] = '\0';
	} else {
		free(config);
		config = NULL;
	}
	if (file)
		gzclose(file);
	free(path);
	return config;
}

static enum finding debugging(const struct check *check, const struct machine *machine, char *found)
{
	static const struct {
		const char *before, *behind;
	} places[] = { { "/boot/config-", "" },
		       { "/lib/modules/", "/config" },
		       { "/lib/modules/", "/build/.config" } };
	char release[MACHINE_TEXT_BYTES], *config = own_config(machine);
	enum finding finding;

	(void)check;
	if (!machine_line(machine, "/proc/sys/kernel/osrelease", release))
		snprintf(release, sizeof(release), "?");
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !config; i++) {
		char path[MACHINE_TEXT_BYTES + 64];

		snprintf(path, sizeof(path), "%s%s%s", places[i].before, release, places[i].behind);
		config = machine_text(machine, path);
	}
	finding = config ? say_options(config, found) :
			   check_say(FINDING_UNKNOWN, found,
				     "neither /proc/config.gz nor /boot/config-%s", release);
	free(config);
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
	  "hmmbench tune, or sysctl kernel.nmi_watchdog=0", 0, NULL },
	{ "debug options", debugging, "/proc/config.gz, /boot/config-RELEASE",
	  "checks inside the kernel are most of what is measured then",
	  "measure a kernel that is built without them", 0,
	  "copy the kernel's .config to /boot/config-$(uname -r), or build it with "
	  "CONFIG_IKCONFIG_PROC=y" },
	{ "perf events", paranoid, "/proc/sys/kernel/perf_event_paranoid",
	  "hmmbench run --counters and profile on this kernel",
	  "sudo, or sysctl kernel.perf_event_paranoid=1", 0, NULL },
};

const struct check_family checks_kernel = { "kernel", list, sizeof(list) / sizeof(list[0]) };

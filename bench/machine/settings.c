// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/check.h"
#include "machine/irqs.h"

#define CPU "/sys/devices/system/cpu/"

static bool put(char *to, size_t bytes, const char *from)
{
	return (size_t)snprintf(to, bytes, "%s", from) < bytes;
}

/* A value that is as it should be, or does not fit what a state can keep, is left alone. */
static int add(struct tune *tune, const struct setting *setting, const char *path, const char *was,
	       const char *set)
{
	struct tune_value value = { .end = TUNE_PLANNED }, *values;

	if (!strcmp(was, set) || (setting->as_good && !strcmp(was, setting->as_good)) ||
	    !put(value.setting, sizeof(value.setting), setting->name) ||
	    !put(value.path, sizeof(value.path), path) || !put(value.was, sizeof(value.was), was) ||
	    !put(value.set, sizeof(value.set), set))
		return 0;
	values = realloc(tune->values, (tune->count + 1) * sizeof(*values));
	if (!values)
		return -ENOMEM;
	values[tune->count++] = value;
	tune->values = values;
	return 0;
}

struct collecting {
	const struct setting *setting;
	struct tune *tune;
};

static int collect_file(const struct machine *machine, const char *path, void *context)
{
	const struct collecting *collecting = context;
	char was[MACHINE_TEXT_BYTES];

	if (!machine_choice(machine, path, was) || !was[0])
		return 0;
	return add(collecting->tune, collecting->setting, path, was, collecting->setting->value);
}

static int collect_files(const struct setting *setting, const struct machine *machine,
			 struct tune *tune)
{
	struct collecting collecting = { setting, tune };

	return machine_each(machine, setting->files, collect_file, &collecting);
}

/* States that wake quickly stay: with all of them off, a CPU that waits runs hot. */
static int collect_state(const struct machine *machine, const char *path, void *context)
{
	char latency[TUNE_PATH_BYTES];
	long long wake_us;

	snprintf(latency, sizeof(latency), "%.*slatency", (int)(strlen(path) - strlen("disable")),
		 path);
	if (!machine_number(machine, latency, &wake_us) || wake_us <= CHECK_WAKE_US)
		return 0;
	return collect_file(machine, path, context);
}

static int collect_states(const struct setting *setting, const struct machine *machine,
			  struct tune *tune)
{
	struct collecting collecting = { setting, tune };

	return machine_each(machine, setting->files, collect_state, &collecting);
}

struct collecting_irqs {
	struct collecting to;
	struct cpu_list aside, others; /* set aside, and the rest of those online */
};

/* Off the CPUs set aside; to all others where it could come to those alone. */
static int collect_irq(const struct machine *machine, const struct irq *irq, void *context)
{
	struct collecting_irqs *irqs = context;
	struct cpu_list *rest;
	char path[TUNE_PATH_BYTES], was[MACHINE_TEXT_BYTES], *set;
	int result;

	snprintf(path, sizeof(path), "%s/smp_affinity_list", irq->folder);
	if (!cpu_list_meets(&irq->effective, &irqs->aside) || !machine_line(machine, path, was))
		return 0;
	rest = malloc(sizeof(*rest));
	if (!rest)
		return -ENOMEM;
	cpu_list_minus(&irq->asked, &irqs->aside, rest);
	set = cpu_list_text(cpu_list_count(rest) ? rest : &irqs->others);
	result = set ? add(irqs->to.tune, irqs->to.setting, path, was, set) : -ENOMEM;
	free(set);
	free(rest);
	return result;
}

static int collect_irqs(const struct setting *setting, const struct machine *machine,
			struct tune *tune)
{
	struct collecting_irqs *irqs = calloc(1, sizeof(*irqs));
	char online[MACHINE_TEXT_BYTES];
	int result = 0;

	if (!irqs)
		return -ENOMEM;
	irqs->to = (struct collecting){ setting, tune };
	if (cpus_set_aside(machine, &irqs->aside) && cpu_list_count(&irqs->aside) &&
	    machine_line(machine, CPU "online", online) && !cpu_list_parse(online, &irqs->others)) {
		cpu_list_minus(&irqs->others, &irqs->aside, &irqs->others);
		if (cpu_list_count(&irqs->others))
			result = irqs_each(machine, collect_irq, irqs);
	}
	free(irqs);
	return result;
}

/* KSM's 2 takes apart what was merged, and merges nothing. */
const struct setting settings[] = {
	{ "governor", collect_files, CPU "cpufreq/policy*/scaling_governor", "performance", NULL,
	  false },
	{ "turbo", collect_files, CPU "intel_pstate/no_turbo", "1", NULL, false },
	{ "turbo", collect_files, CPU "cpufreq/boost", "0", NULL, true },
	{ "turbo", collect_files, CPU "cpufreq/policy*/boost", "0", NULL, true },
	{ "idle states", collect_states, CPU "cpu*/cpuidle/state*/disable", "1", NULL, false },
	{ "irq affinity", collect_irqs, "/proc/irq/*/smp_affinity_list", "", NULL, false },
	{ "THP", collect_files, "/sys/kernel/mm/transparent_hugepage/enabled", "madvise", "never",
	  false },
	{ "NUMA balancing", collect_files, "/proc/sys/kernel/numa_balancing", "0", NULL, false },
	{ "KSM", collect_files, "/sys/kernel/mm/ksm/run", "0", "2", false },
	{ "watchdogs", collect_files, "/proc/sys/kernel/nmi_watchdog", "0", NULL, false },
	{ NULL, NULL, NULL, NULL, NULL, false },
};

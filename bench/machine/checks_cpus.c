// SPDX-License-Identifier: GPL-2.0-or-later
/* What else runs where is measured. */
#include "machine/check.h"

#include <stdlib.h>
#include <string.h>

#include "machine/irqs.h"

#define CPU	 "/sys/devices/system/cpu/"
#define LOAD_MAX 0.5 /* of work waiting or running: more is somebody else's */

static enum finding smt(const struct check *check, const struct machine *machine, char *found)
{
	char control[MACHINE_TEXT_BYTES];
	long long active;

	if (!machine_number(machine, check->reads, &active))
		return check_unknown(check, found);
	if (!active)
		return check_say(FINDING_GOOD, found, "%s",
				 machine_line(machine, CPU "smt/control", control) ? control
										   : "off");
	return check_say(FINDING_NOISY, found, "on: two threads share a core");
}

static enum finding set_aside(const struct check *check, const struct machine *machine, char *found)
{
	char text[MACHINE_TEXT_BYTES];

	if (!machine_line(machine, check->reads, text))
		return check_unknown(check, found);
	/* nohz_full prints "(null)" where it was not asked for, before Linux 6.3. */
	if (!text[0] || !strcmp(text, "(null)"))
		return check_say(FINDING_NOISY, found, "no CPUs");
	return check_say(FINDING_GOOD, found, "CPUs %s", text);
}

struct interrupts {
	struct cpu_list aside;
	size_t all, there;
	char first[32];
};

static int count_interrupt(const struct machine *machine, const struct irq *irq, void *context)
{
	struct interrupts *interrupts = context;

	(void)machine;
	interrupts->all++;
	if (!cpu_list_meets(&irq->effective, &interrupts->aside))
		return 0;
	if (!interrupts->there++)
		snprintf(interrupts->first, sizeof(interrupts->first), "%s",
			 strrchr(irq->folder, '/') + 1);
	return 0;
}

static enum finding say_interrupts(const struct check *check, const struct interrupts *interrupts,
				   char *found)
{
	if (!interrupts->all)
		return check_unknown(check, found);
	if (!cpu_list_count(&interrupts->aside))
		return check_say(FINDING_NOISY, found,
				 "no CPU is set aside that %zu interrupts "
				 "keep away from",
				 interrupts->all);
	if (interrupts->there)
		return check_say(FINDING_NOISY, found,
				 "%zu of %zu come to CPUs set aside, the first "
				 "is %s",
				 interrupts->there, interrupts->all, interrupts->first);
	return check_say(FINDING_GOOD, found, "none of %zu comes to the CPUs set aside",
			 interrupts->all);
}

static enum finding affinity(const struct check *check, const struct machine *machine, char *found)
{
	struct interrupts *interrupts = calloc(1, sizeof(*interrupts));
	enum finding finding;

	if (!interrupts || !cpus_set_aside(machine, &interrupts->aside) ||
	    irqs_each(machine, count_interrupt, interrupts))
		finding = check_unknown(check, found);
	else
		finding = say_interrupts(check, interrupts, found);
	free(interrupts);
	return finding;
}

static int is_balancer(const struct machine *machine, const char *path, void *context)
{
	char name[MACHINE_TEXT_BYTES];

	(void)context;
	return machine_line(machine, path, name) && !strcmp(name, "irqbalance");
}

static enum finding balancer(const struct check *check, const struct machine *machine, char *found)
{
	if (!machine_has(machine, "/proc/1/comm"))
		return check_unknown(check, found);
	if (machine_each(machine, check->reads, is_balancer, NULL) > 0)
		return check_say(FINDING_NOISY, found, "it runs");
	return check_say(FINDING_GOOD, found, "it does not run");
}

static enum finding load(const struct check *check, const struct machine *machine, char *found)
{
	char text[MACHINE_TEXT_BYTES];
	double minute;

	if (!machine_line(machine, check->reads, text) || sscanf(text, "%lf", &minute) != 1)
		return check_unknown(check, found);
	return check_say(minute > LOAD_MAX ? FINDING_NOISY : FINDING_GOOD, found,
			 "%.2f over the last minute", minute);
}

static const struct check list[] = {
	{ "SMT", smt, CPU "smt/active", "what runs on the other thread of a core slows this one",
	  "echo off > " CPU "smt/control, or boot with nosmt", 0, NULL },
	{ "isolcpus", set_aside, CPU "isolated",
	  "the scheduler puts other work onto the CPUs that measure",
	  "boot with isolcpus=managed_irq,domain,LIST", 0, NULL },
	{ "nohz_full", set_aside, CPU "nohz_full",
	  "the scheduler's tick interrupts what is measured, 100 to 1000 times a second",
	  "boot with nohz_full=LIST rcu_nocbs=LIST", 0, "a kernel with CONFIG_NO_HZ_FULL=y" },
	{ "irq affinity", affinity, "/proc/irq/*/effective_affinity_list",
	  "an interrupt inside a sample is in its time; samples that had one are marked",
	  "boot with isolcpus=managed_irq,domain,LIST; hmmbench tune then moves them off LIST", 0, NULL },
	{ "irqbalance", balancer, "/proc/[0-9]*/comm", "it moves interrupts while is measured",
	  "systemctl stop irqbalance", 0, NULL },
	{ "load", load, "/proc/loadavg", "others' work is in the numbers, or delays them",
	  "stop it; a machine that measures does nothing else", 0, NULL },
};

const struct check_family checks_cpus = { "CPUs", list, sizeof(list) / sizeof(list[0]) };

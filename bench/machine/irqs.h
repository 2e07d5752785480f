/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts that somebody handles, and the CPUs that they may come to.
 */
#ifndef HMMBENCH_IRQS_H
#define HMMBENCH_IRQS_H

#include "machine/cpu_list.h"
#include "machine/machine.h"

struct irq {
	const char *folder;	   /* "/proc/irq/24" */
	struct cpu_list asked;	   /* smp_affinity_list: where it may come */
	struct cpu_list effective; /* where it does come, as far as the kernel says */
};

/* Each once, in the order of their numbers. Stops where `visit` does not give 0; -ENOMEM. */
int irqs_each(const struct machine *machine,
	      int (*visit)(const struct machine *machine, const struct irq *irq, void *context),
	      void *context);

/* CPUs that the scheduler keeps out of, or whose tick stops. False: it cannot be told. */
bool cpus_set_aside(const struct machine *machine, struct cpu_list *list);

#endif

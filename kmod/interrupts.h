/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can disturb an operation without its task being scheduled out: interrupts served on
 * its CPU, and time that a hypervisor took. Both are read from the kernel's own counters of
 * this CPU, before the first and after the last reading of the clock.
 *
 * Counted are interrupts with a descriptor (devices; where the timer and other CPUs have
 * one, those too), and on x86 the local timer, performance counters, irq_work, other
 * CPUs' calls and the hypervisor's own vectors. Not counted: those of thermal and machine
 * check events.
 */
#ifndef HMMBENCH_INTERRUPTS_H
#define HMMBENCH_INTERRUPTS_H

#include <linux/kernel_stat.h>
#include <linux/percpu.h>

#include "compat.h"

#ifdef HMMBENCH_HAVE_INTERRUPTS

#define HMMBENCH_INTERRUPTS_TOLD 1

/* So far on this CPU; wraps. */
static __always_inline u32 hmmbench_interrupts(void)
{
	u32 count = this_cpu_read(kstat.irqs_sum);

#ifdef CONFIG_X86
	count += this_cpu_read(irq_stat.apic_timer_irqs);
	count += this_cpu_read(irq_stat.apic_perf_irqs);
	count += this_cpu_read(irq_stat.apic_irq_work_irqs);
	count += this_cpu_read(irq_stat.irq_resched_count);
	count += this_cpu_read(irq_stat.irq_call_count);
#ifdef CONFIG_X86_HV_CALLBACK_VECTOR
	count += this_cpu_read(irq_stat.irq_hv_callback_count);
#endif
#if IS_ENABLED(CONFIG_HYPERV)
	count += this_cpu_read(irq_stat.hyperv_stimer0_count);
#endif
#endif
	return count;
}

/* So far from this CPU, as its ticks accounted it. */
static __always_inline u64 hmmbench_stolen_ns(void)
{
	return this_cpu_read(kernel_cpustat.cpustat[CPUTIME_STEAL]);
}

#else

#define HMMBENCH_INTERRUPTS_TOLD 0

static __always_inline u32 hmmbench_interrupts(void)
{
	return 0;
}

static __always_inline u64 hmmbench_stolen_ns(void)
{
	return 0;
}

#endif

#endif

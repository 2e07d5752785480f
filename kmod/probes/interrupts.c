// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 3.3, commit 3292beb340c7: kernel_cpustat; kstat is older. On x86 the vectors that have no
 * descriptor, the local timer among them, are in irq_stat beside it. Both are exported.
 */
#include <linux/kernel_stat.h>
#include <linux/percpu.h>

unsigned long hmmbench_probe(void);
unsigned long hmmbench_probe(void)
{
	unsigned long count = this_cpu_read(kstat.irqs_sum) +
			      this_cpu_read(kernel_cpustat.cpustat[CPUTIME_STEAL]);

#ifdef CONFIG_X86
	count += this_cpu_read(irq_stat.apic_timer_irqs) + this_cpu_read(irq_stat.apic_perf_irqs) +
		 this_cpu_read(irq_stat.apic_irq_work_irqs) +
		 this_cpu_read(irq_stat.irq_resched_count) + this_cpu_read(irq_stat.irq_call_count);
#endif
	return count;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Grace period and unmapping, by return probes: see teardown.h.
 *
 * The handlers know an address space by its mm alone and find its binding in `pending`.
 * A binding leaves that table, under the lock, before it is given back, and pins its mm as
 * long as it is there; so a handler never meets one that is gone, nor an mm used anew.
 */
#include <linux/bits.h>
#include <linux/hashtable.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "samples.h"
#include "session.h"
#include "teardown.h"

/* Address spaces between entry and return at one time, in a storm of exits. */
#define PROBE_INSTANCES	4096

struct hmmbench_teardown {
	struct hlist_node in_pending;	/* under pending_lock */
	struct hmmbench_binding *binding;
	u32 seen;		/* phases whose end will be seen: BIT(phase) */
	bool deferred;		/* the walk is over, `record` waits */
	u64 end_ns;		/* of the phase before */
	struct hmmbench_record record;
};

static DEFINE_HASHTABLE(pending, 8);
static DEFINE_RAW_SPINLOCK(pending_lock);

/* Holds pending_lock. */
static struct hmmbench_teardown *pending_find(const struct mm_struct *mm)
{
	struct hmmbench_teardown *teardown;

	hash_for_each_possible(pending, teardown, in_pending, (unsigned long)mm)
		if (teardown->binding->mm == mm)
			return teardown;
	return NULL;
}

/* The end of a phase. The last one writes the record. Holds pending_lock. */
static void phase_end(struct hmmbench_teardown *teardown, enum hmmbench_phase phase, u64 now_ns)
{
	if (!teardown->deferred)
		return;
	/*
	 * The walk's end was read from the counter: a clocksource changed since may put it behind
	 * now. How long the phase was is then unknown, which is no bit and not a length of 0.
	 */
	if (now_ns >= teardown->end_ns)
		hmmbench_record_phase(&teardown->record, phase, now_ns - teardown->end_ns);
	teardown->end_ns = now_ns;
	teardown->seen &= ~BIT(phase);
	if (teardown->seen)
		return;
	hash_del(&teardown->in_pending);
	hmmbench_record_write(teardown->binding->session, &teardown->record);
	hmmbench_binding_released(teardown->binding);
}

static struct mm_struct **instance_mm(struct kretprobe_instance *instance)
{
	return (struct mm_struct **)instance->data;
}

/* Not 0: this call is none of ours, do not catch its return. */
static int probe_entry(struct kretprobe_instance *instance, struct pt_regs *regs,
		       enum hmmbench_phase phase)
{
	struct mm_struct *mm = hmmbench_first_argument(regs);
	struct hmmbench_teardown *teardown;
	unsigned long flags;

	*instance_mm(instance) = mm;
	raw_spin_lock_irqsave(&pending_lock, flags);
	teardown = pending_find(mm);
	if (teardown)
		teardown->seen |= BIT(phase);
	raw_spin_unlock_irqrestore(&pending_lock, flags);
	return teardown ? 0 : 1;
}

static int probe_return(struct kretprobe_instance *instance, enum hmmbench_phase phase)
{
	const u64 now_ns = ktime_get_raw_ns();
	struct hmmbench_teardown *teardown;
	unsigned long flags;

	raw_spin_lock_irqsave(&pending_lock, flags);
	teardown = pending_find(*instance_mm(instance));
	if (teardown)
		phase_end(teardown, phase, now_ns);
	raw_spin_unlock_irqrestore(&pending_lock, flags);
	return 0;
}

static int grace_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return probe_entry(instance, regs, HMMBENCH_PHASE_GRACE);
}

static int grace_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return probe_return(instance, HMMBENCH_PHASE_GRACE);
}

static int unmap_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return probe_entry(instance, regs, HMMBENCH_PHASE_UNMAP);
}

static int unmap_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return probe_return(instance, HMMBENCH_PHASE_UNMAP);
}

static struct probe {
	const char *function; /* its first argument is the mm */
	kretprobe_handler_t entry, returned;
	bool set;
	struct kretprobe kretprobe;
} probes[] = {
	{ .function = "__mmu_notifier_release", .entry = grace_entry, .returned = grace_return },
	{ .function = "exit_mmap", .entry = unmap_entry, .returned = unmap_return },
};

static DEFINE_MUTEX(arm_lock);
static unsigned int armed; /* sessions, under arm_lock */

static void probe_set(struct probe *probe)
{
	int err;

	probe->kretprobe = (struct kretprobe){
		.kp.symbol_name = probe->function,
		.handler = probe->returned,
		.entry_handler = probe->entry,
		.maxactive = PROBE_INSTANCES,
		.data_size = sizeof(struct mm_struct *),
	};
	err = register_kretprobe(&probe->kretprobe);
	probe->set = !err;
	if (err)
		pr_notice("hmmbench: cannot probe %s (error %d); its phase is unavailable\n",
			  probe->function, err);
}

void hmmbench_teardown_arm(void)
{
	size_t i;

	mutex_lock(&arm_lock);
	if (!armed++)
		for (i = 0; i < ARRAY_SIZE(probes); i++)
			probe_set(&probes[i]);
	mutex_unlock(&arm_lock);
}

void hmmbench_teardown_disarm(void)
{
	size_t i;

	mutex_lock(&arm_lock);
	if (!--armed)
		for (i = 0; i < ARRAY_SIZE(probes); i++)
			if (probes[i].set)
				unregister_kretprobe(&probes[i].kretprobe);
	mutex_unlock(&arm_lock);
}

int hmmbench_teardown_new(struct hmmbench_binding *binding)
{
	struct hmmbench_teardown *teardown = kzalloc(sizeof(*teardown), GFP_KERNEL);
	unsigned long flags;

	if (!teardown)
		return -ENOMEM;
	teardown->binding = binding;
	binding->teardown = teardown;
	raw_spin_lock_irqsave(&pending_lock, flags);
	hash_add(pending, &teardown->in_pending, (unsigned long)binding->mm);
	raw_spin_unlock_irqrestore(&pending_lock, flags);
	return 0;
}

/* UNMAP begins where GRACE ends: without that it is not known. */
bool hmmbench_teardown_defer(struct hmmbench_teardown *teardown,
			     const struct hmmbench_record *record, u64 end_ns)
{
	unsigned long flags;
	bool deferred;

	if (!teardown)
		return false;
	raw_spin_lock_irqsave(&pending_lock, flags);
	deferred = !hlist_unhashed(&teardown->in_pending) &&
		   teardown->seen & BIT(HMMBENCH_PHASE_GRACE);
	if (deferred) {
		teardown->record = *record;
		teardown->end_ns = end_ns;
		teardown->deferred = true;
	}
	raw_spin_unlock_irqrestore(&pending_lock, flags);
	return deferred;
}

void hmmbench_teardown_forget(struct hmmbench_teardown *teardown)
{
	unsigned long flags;

	if (!teardown)
		return;
	raw_spin_lock_irqsave(&pending_lock, flags);
	hash_del(&teardown->in_pending);
	raw_spin_unlock_irqrestore(&pending_lock, flags);
}

void hmmbench_teardown_free(struct hmmbench_teardown *teardown)
{
	kfree(teardown);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Profiles of drivers that leave the work to a worker.
 *
 * schedule-unregister, as amdgpu had it: the callback schedules work, whose worker
 * unregisters the mirror. Under `read`, `getput` and `srcu` the worker waits for the end of
 * the walk; nobody waits for the worker.
 *
 * drain-workqueue: the callback then waits for its worker, as a driver does that must not
 * return while work on its mirror is under way. Under `write` the walk has dropped its
 * lock, and the wait is short. Under the others it is a cycle:
 *
 *     the walk    holds mirrors_sem for reading (srcu: is a reader), waits for the worker
 *     the worker  wants mirrors_sem for writing (srcu: a grace period), waits for the walk
 *
 * A kernel would hang there. Here a wait gives up after HMMBENCH_DRAIN_NS, and no later
 * callback of that walk waits at all: a walk loses that time once. It is counted and its
 * record marked; the workers go on when the walk is over.
 *
 * A worker holds its binding. A walk whose session has already given the binding back
 * schedules nothing. The queue is of the kind of system_wq, which amdgpu used, and our own:
 * a million works of ours are nobody else's delay, and unloading can wait for the last.
 */
#include <linux/jiffies.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "session.h"

static struct workqueue_struct *driver_queue;

static void worker(struct work_struct *work)
{
	struct hmmbench_mirror *mirror = container_of(work, struct hmmbench_mirror, work);
	struct hmmbench_binding *binding = mirror->binding;

	/* Its owner may have done it before: -ENOENT, and nothing is left to do. */
	hmmbench_unregister(binding, mirror->index, binding->session->pass);
	smp_store_release(&mirror->worked, true);
	if (wq_has_sleeper(&binding->worked))
		wake_up(&binding->worked);
	hmmbench_binding_put(binding);
}

/* False: the binding is on its way out. */
static bool schedule_worker(struct hmmbench_mirror *mirror)
{
	if (!hmmbench_binding_get(mirror->binding))
		return false;
	INIT_WORK(&mirror->work, worker);
	queue_work(driver_queue, &mirror->work);
	return true;
}

static void release_schedule(struct hmmbench_mirror *mirror)
{
	schedule_worker(mirror);
}

static void release_drain(struct hmmbench_mirror *mirror)
{
	struct hmmbench_binding *binding = mirror->binding;

	if (!schedule_worker(mirror) || binding->timed_out)
		return;
	if (wait_event_timeout(binding->worked, smp_load_acquire(&mirror->worked),
			       nsecs_to_jiffies(HMMBENCH_DRAIN_NS)))
		return;
	binding->timed_out = true;
	atomic64_inc(&binding->session->timeouts);
}

/* Nothing to invalidate: no profile keeps a second page table. */
static int sync_nothing(struct hmmbench_mirror *mirror, const struct hmmbench_update *update)
{
	return 0;
}

const struct hmmbench_profile hmmbench_profile_schedule_unregister = {
	.id = HMMBENCH_PROFILE_SCHEDULE_UNREGISTER,
	.name = "schedule-unregister",
	.unregisters = true,
	.ops = { .release = release_schedule, .sync = sync_nothing },
};

const struct hmmbench_profile hmmbench_profile_drain_workqueue = {
	.id = HMMBENCH_PROFILE_DRAIN_WORKQUEUE,
	.name = "drain-workqueue",
	.unregisters = true,
	.ops = { .release = release_drain, .sync = sync_nothing },
};

int hmmbench_workers_init(void)
{
	driver_queue = alloc_workqueue("hmmbench_driver", 0, 0);
	return driver_queue ? 0 : -ENOMEM;
}

void hmmbench_workers_exit(void)
{
	destroy_workqueue(driver_queue);
}

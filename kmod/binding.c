// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lifetime of bindings, and the counts of what is alive.
 *
 * A binding can be reached from the address space (through its notifier) and from its
 * session, which holds a reference until it gives the binding back; so do an ioctl that
 * works on another process's binding and a mirror's worker while they use it. The last
 * reference goes to the core, whose unbind() cuts the first way and calls
 * hmmbench_binding_free() after a grace period, from the callback of that grace period,
 * where nothing may sleep; so the memory goes in a worker. It goes before the session learns of it:
 * HMMBENCH_IOC_REAP returns when the memory is back.
 */
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "core.h"
#include "session.h"
#include "teardown.h"

struct hmmbench_live hmmbench_live;

static struct workqueue_struct *free_queue;
static DECLARE_WAIT_QUEUE_HEAD(gone);

void hmmbench_gone(atomic64_t *live)
{
	atomic64_dec(live);
	wake_up_all(&gone);
}

static void binding_free_work(struct work_struct *work)
{
	struct hmmbench_binding *binding = container_of(work, struct hmmbench_binding, free_work);
	struct hmmbench_session *session = binding->session;
	const u32 mirrors = binding->next_index;

	hmmbench_mirrors_free(binding);
	if (session && session->core->free)
		session->core->free(binding);
	hmmbench_teardown_free(binding->teardown);
	mutex_destroy(&binding->register_lock);
	kfree(binding);
	atomic64_sub(mirrors, &hmmbench_live.mirrors);
	hmmbench_gone(&hmmbench_live.bindings);
	if (session)
		hmmbench_session_unbound(session, mirrors);
}

struct hmmbench_binding *hmmbench_binding_new(struct mm_struct *mm)
{
	struct hmmbench_binding *binding;

	binding = kzalloc(struct_size(binding, filling, nr_node_ids + 1), GFP_KERNEL);
	if (!binding)
		return NULL;
	binding->mm = mm;
	init_rwsem(&binding->mirrors_sem);
	INIT_LIST_HEAD(&binding->mirrors);
	mutex_init(&binding->register_lock);
	xa_init(&binding->by_index);
	INIT_LIST_HEAD(&binding->chunks);
	INIT_WORK(&binding->free_work, binding_free_work);
	init_waitqueue_head(&binding->worked);
	refcount_set(&binding->references, 1);
	atomic64_inc(&hmmbench_live.bindings);
	return binding;
}

bool hmmbench_binding_get(struct hmmbench_binding *binding)
{
	return refcount_inc_not_zero(&binding->references);
}

void hmmbench_binding_put(struct hmmbench_binding *binding)
{
	const struct hmmbench_session *session = binding->session;

	if (!refcount_dec_and_test(&binding->references))
		return;
	hmmbench_teardown_forget(binding->teardown);
	if (session->core->clear)
		session->core->clear(binding);
	session->core->unbind(binding);
}

void hmmbench_binding_released(struct hmmbench_binding *binding)
{
	smp_store_release(&binding->released, true);
}

void hmmbench_binding_free(struct hmmbench_binding *binding)
{
	queue_work(free_queue, &binding->free_work);
}

int hmmbench_bindings_init(void)
{
	free_queue = alloc_workqueue("hmmbench_free", WQ_UNBOUND, 0);
	if (!free_queue)
		return -ENOMEM;
	if (hmmbench_workers_init()) {
		destroy_workqueue(free_queue);
		return -ENOMEM;
	}
	return 0;
}

/*
 * No session is open, for the module's count is 0, and the last references to bindings
 * are given back; what is under way is their grace periods and the worker. The worker
 * may be done with a binding whose grace period's callback is still on its last
 * instructions, in this module's text: that is what hmmbench_cores_synchronize() is for.
 */
void hmmbench_bindings_exit(void)
{
	wait_event(gone, !atomic64_read(&hmmbench_live.bindings) &&
				 !atomic64_read(&hmmbench_live.sessions));
	hmmbench_cores_synchronize();
	hmmbench_workers_exit();
	destroy_workqueue(free_queue);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * HMMBENCH_IOC_REGISTER and HMMBENCH_IOC_NODES: mirrors of the caller's address space, and
 * where their memory lies.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/nodemask.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "session.h"

/* Takes the room or leaves it as it was: who is refused is never in the way of somebody else. */
static bool mirrors_reserve(atomic_t *held, int count)
{
	int seen = atomic_read(held);

	do {
		if (seen + count > HMMBENCH_MIRRORS_MAX)
			return false;
	} while (!atomic_try_cmpxchg(held, &seen, seen + count));
	return true;
}

/* Room for `count` more mirrors, in the session and in the time of the binding's walk. */
static int register_reserve(struct hmmbench_session *session, struct hmmbench_binding *binding,
			    u32 count)
{
	const u64 mirrors = (u64)binding->next_index + count;

	if (mirrors * session->profile_ns > HMMBENCH_WALK_NS_MAX)
		return -E2BIG;
	return mirrors_reserve(&session->mirrors, count) ? 0 : -E2BIG;
}

/* Onto the list; from the store of its state on, anybody may unregister it. */
static void register_mirror(struct hmmbench_session *session, struct hmmbench_mirror *mirror)
{
	atomic_inc(&mirror->binding->registered);
	session->core->add(mirror);
	atomic64_set_release(&mirror->unregistered_ns, HMMBENCH_MIRROR_REGISTERED);
}

/* Makes the mirrors, then puts them on the list, which cannot fail. Holds register_lock. */
static int register_mirrors(struct hmmbench_session *session, struct hmmbench_binding *binding,
			    struct hmmbench_register *argument)
{
	const u32 first = binding->next_index;
	u32 i;
	int err;

	if (binding->unregistering)
		return -EBUSY;
	err = register_reserve(session, binding, argument->count);
	if (err)
		return err;
	err = hmmbench_mirrors_prepare(binding, argument->count, argument->node,
				       &session->profile->ops, &argument->on_node);
	if (err) {
		atomic_sub(argument->count, &session->mirrors);
		return err;
	}
	atomic64_add(argument->count, &hmmbench_live.mirrors);
	WRITE_ONCE(binding->operation, argument->operation);
	for (i = 0; i < argument->count; i++) {
		register_mirror(session, hmmbench_mirror_prepared(binding, first + i));
		cond_resched();
	}
	argument->first = first;
	return 0;
}

int hmmbench_session_register(struct hmmbench_session *session, struct hmmbench_register *argument)
{
	struct hmmbench_binding *binding;
	int err;

	if (!argument->count)
		return -EINVAL;
	if (argument->count > HMMBENCH_REGISTER_MAX)
		return -E2BIG;
	if (argument->node != HMMBENCH_NODE_ANY &&
	    (argument->node < 0 || argument->node >= nr_node_ids || !node_online(argument->node)))
		return -EINVAL;
	if (!current->mm)
		return -ESRCH;

	binding = hmmbench_session_bind(session);
	if (IS_ERR(binding))
		return PTR_ERR(binding);
	/* The binding stays: this task keeps its mm and the file. */
	if (mutex_lock_killable(&binding->register_lock))
		return -EINTR;
	err = register_mirrors(session, binding, argument);
	mutex_unlock(&binding->register_lock);
	return err;
}

/* Copies in pieces: no memory of the size of the answer. */
static int nodes_copy(struct hmmbench_binding *binding, const struct hmmbench_nodes *argument)
{
	s16 __user *to = u64_to_user_ptr(argument->nodes);
	s16 nodes[128];
	u32 done, piece, i;

	for (done = 0; done < argument->count; done += piece) {
		piece = min_t(u32, argument->count - done, ARRAY_SIZE(nodes));
		for (i = 0; i < piece; i++) {
			const int node = hmmbench_mirror_node(binding,
							      (u64)argument->first + done + i);

			if (node < 0)
				return node;
			nodes[i] = node;
		}
		if (copy_to_user(to + done, nodes, piece * sizeof(nodes[0])))
			return -EFAULT;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

int hmmbench_session_nodes(struct hmmbench_session *session, struct hmmbench_nodes *argument)
{
	struct hmmbench_binding *binding;
	int err;

	if (!argument->count)
		return -EINVAL;
	if (argument->count > HMMBENCH_REGISTER_MAX)
		return -E2BIG;
	binding = hmmbench_session_find(session, false, 0);
	if (IS_ERR(binding))
		return PTR_ERR(binding);
	err = nodes_copy(binding, argument);
	hmmbench_binding_put(binding);
	return err;
}

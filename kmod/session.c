// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sessions: see session.h for their lifetime, core.h for the order of locks.
 */
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/nodemask.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "samples.h"
#include "session.h"
#include "timing.h"

struct hmmbench_session *hmmbench_session_open(void)
{
	struct hmmbench_session *session = kzalloc(sizeof(*session), GFP_KERNEL);

	if (!session)
		return NULL;
	refcount_set(&session->references, 1);
	mutex_init(&session->lock);
	hash_init(session->bindings);
	init_waitqueue_head(&session->freed);
	atomic64_inc(&hmmbench_live.sessions);
	return session;
}

static void session_put(struct hmmbench_session *session)
{
	if (!refcount_dec_and_test(&session->references))
		return;
	hmmbench_rings_free(session->rings);
	mutex_destroy(&session->lock);
	kfree(session);
	hmmbench_gone(&hmmbench_live.sessions);
}

bool hmmbench_session_ready(const struct hmmbench_session *session)
{
	return smp_load_acquire(&session->rings);
}

/* Gives a binding back to its core. The caller holds session->lock. */
static void session_unbind(struct hmmbench_session *session, struct hmmbench_binding *binding)
{
	hash_del(&binding->in_session);
	session->binding_count--;
	atomic_inc(&session->freeing);
	session->core->unbind(binding);
}

void hmmbench_session_unbound(struct hmmbench_session *session, u32 mirrors)
{
	atomic_sub(mirrors, &session->mirrors);
	if (atomic_dec_and_test(&session->freeing))
		wake_up_all(&session->freed);
	session_put(session);
}

void hmmbench_session_close(struct hmmbench_session *session)
{
	struct hmmbench_binding *binding;
	struct hlist_node *next;
	unsigned int bucket;

	mutex_lock(&session->lock);
	hash_for_each_safe(session->bindings, bucket, next, binding, in_session)
		session_unbind(session, binding);
	mutex_unlock(&session->lock);
	session_put(session);
}

static int setup_check(const struct hmmbench_setup *argument)
{
	const struct hmmbench_profile *profile = hmmbench_profile_find(argument->profile);

	if (!hmmbench_core_find(argument->core) || !hmmbench_strategy_find(argument->strategy) ||
	    !profile)
		return -EOPNOTSUPP;
	if (argument->ring_records > HMMBENCH_RING_RECORDS_MAX ||
	    argument->profile_ns > HMMBENCH_DELAY_NS_MAX)
		return -E2BIG;
	if (argument->ring_records < HMMBENCH_RING_RECORDS_MIN ||
	    !is_power_of_2(argument->ring_records) ||
	    profile->takes_ns != (argument->profile_ns != 0))
		return -EINVAL;
	/* An unrecorded operation has no detail. */
	if ((argument->flags & HMMBENCH_SETUP_UNRECORDED) &&
	    (argument->flags & HMMBENCH_SETUP_CALLBACKS))
		return -EINVAL;
	return 0;
}

static enum hmmbench_pass setup_pass(u32 flags)
{
	if (flags & HMMBENCH_SETUP_UNRECORDED)
		return HMMBENCH_PASS_UNRECORDED;
	if (flags & HMMBENCH_SETUP_CALLBACKS)
		return HMMBENCH_PASS_DETAILED;
	return HMMBENCH_PASS_PLAIN;
}

int hmmbench_session_setup(struct hmmbench_session *session, struct hmmbench_setup *argument)
{
	struct hmmbench_rings *rings;
	int err = setup_check(argument);

	if (err)
		return err;
	if (mutex_lock_killable(&session->lock))
		return -EINTR;
	if (session->rings) {
		err = -EBUSY;
		goto unlock;
	}
	rings = hmmbench_rings_new(argument->ring_records);
	if (IS_ERR(rings)) {
		err = PTR_ERR(rings);
		goto unlock;
	}
	session->core = hmmbench_core_find(argument->core);
	session->strategy = hmmbench_strategy_find(argument->strategy);
	session->profile = hmmbench_profile_find(argument->profile);
	session->pass = setup_pass(argument->flags);
	session->profile_ns = argument->profile_ns;
	argument->map_bytes = hmmbench_rings_map_bytes(rings);
	argument->region_bytes = hmmbench_rings_region_bytes(rings);
	smp_store_release(&session->rings, rings);
unlock:
	mutex_unlock(&session->lock);
	return err;
}

/* The session's binding of the caller's address space, or NULL. Holds session->lock. */
static struct hmmbench_binding *session_find(struct hmmbench_session *session)
{
	struct hmmbench_binding *binding;

	hash_for_each_possible(session->bindings, binding, in_session,
				(unsigned long)current->mm)
		if (binding->notifier.mm == current->mm)
			return binding;
	return NULL;
}

/* As session_find(), made where there is none. Holds session->lock. */
static struct hmmbench_binding *session_bind(struct hmmbench_session *session)
{
	struct hmmbench_binding *binding = session_find(session);

	if (binding)
		return binding;
	if (session->binding_count == HMMBENCH_ADDRESS_SPACES_MAX)
		return ERR_PTR(-E2BIG);
	binding = session->core->bind(current->mm);
	/* Any signal stops the kernel there; nothing was done, so the call starts again. */
	if (binding == ERR_PTR(-EINTR))
		return ERR_PTR(-ERESTARTNOINTR);
	if (IS_ERR(binding))
		return binding;
	if (cmpxchg(&binding->session, NULL, session)) {
		session->core->unbind(binding);
		return ERR_PTR(-EBUSY);
	}
	refcount_inc(&session->references);
	hash_add(session->bindings, &binding->in_session, (unsigned long)current->mm);
	session->binding_count++;
	return binding;
}

/* Room for `count` more mirrors, in the session and in the time of the binding's walk. */
static int register_reserve(struct hmmbench_session *session, struct hmmbench_binding *binding,
			    u32 count)
{
	const u64 mirrors = (u64)binding->next_index + count;

	if (mirrors * session->profile_ns > HMMBENCH_WALK_NS_MAX)
		return -E2BIG;
	if (atomic_add_return(count, &session->mirrors) > HMMBENCH_MIRRORS_MAX) {
		atomic_sub(count, &session->mirrors);
		return -E2BIG;
	}
	return 0;
}

/* Makes the mirrors, then puts them on the list, which cannot fail. Holds register_lock. */
static int register_mirrors(struct hmmbench_session *session, struct hmmbench_binding *binding,
			    struct hmmbench_register *argument)
{
	const u32 first = binding->next_index;
	u32 i;
	int err;

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
		atomic_inc(&binding->registered);
		session->core->add(hmmbench_mirror_find(binding, (u64)first + i));
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

	if (mutex_lock_killable(&session->lock))
		return -EINTR;
	binding = session_bind(session);
	mutex_unlock(&session->lock);
	if (IS_ERR(binding))
		return PTR_ERR(binding);

	/* From here on the binding stays: this task keeps its mm and the file. */
	if (mutex_lock_killable(&binding->register_lock))
		return -EINTR;
	err = register_mirrors(session, binding, argument);
	mutex_unlock(&binding->register_lock);
	return err;
}

/* One mirror, one sample. Whoever wins the exchange unregisters; a mirror has one winner. */
static int unregister_mirror(struct hmmbench_session *session, struct hmmbench_mirror *mirror)
{
	struct hmmbench_sample sample = {};
	u64 unregistered_ns = HMMBENCH_UNREGISTERED_UNTIMED;

	if (atomic64_cmpxchg(&mirror->unregistered_ns, 0, HMMBENCH_UNREGISTERING))
		return -ENOENT;
	session->core->remove(mirror, &sample);
	if (session->pass != HMMBENCH_PASS_UNRECORDED) {
		hmmbench_record_unregister(session, mirror, &sample);
		unregistered_ns = sample.end_ns;
	}
	atomic64_set(&mirror->unregistered_ns, unregistered_ns);
	atomic_dec(&mirror->binding->registered);
	return 0;
}

int hmmbench_session_unregister(struct hmmbench_session *session,
				struct hmmbench_unregister *argument)
{
	struct hmmbench_binding *binding;
	struct hmmbench_mirror *mirror;
	int err;

	if (!argument->count)
		return -EINVAL;
	if (argument->count > HMMBENCH_MIRRORS_MAX)
		return -E2BIG;
	argument->done = 0;
	if (mutex_lock_killable(&session->lock))
		return -EINTR;
	binding = session_find(session);
	mutex_unlock(&session->lock);
	if (!binding)
		return -ENOENT;

	while (argument->done < argument->count) {
		if (fatal_signal_pending(current))
			return -EINTR;
		mirror = hmmbench_mirror_find(binding, (u64)argument->first + argument->done);
		err = mirror ? unregister_mirror(session, mirror) : -ENOENT;
		if (err)
			return err;
		argument->done++;
		cond_resched();
	}
	return 0;
}

int hmmbench_session_reap(struct hmmbench_session *session, struct hmmbench_reap *argument)
{
	struct hmmbench_binding *binding;
	struct hlist_node *next;
	unsigned int bucket;

	argument->address_spaces = 0;
	argument->mirrors = 0;
	if (mutex_lock_killable(&session->lock))
		return -EINTR;
	hash_for_each_safe(session->bindings, bucket, next, binding, in_session) {
		if (!smp_load_acquire(&binding->released))
			continue;
		argument->address_spaces++;
		argument->mirrors += binding->next_index;
		session_unbind(session, binding);
	}
	mutex_unlock(&session->lock);
	if (wait_event_killable(session->freed, !atomic_read(&session->freeing)))
		return -EINTR;
	return 0;
}

int hmmbench_session_consume(struct hmmbench_session *session, struct hmmbench_consume *argument)
{
	if (argument->pad)
		return -EINVAL;
	return hmmbench_rings_consume(session->rings, argument->cpu, argument->tail);
}

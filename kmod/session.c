// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sessions: see session.h for their lifetime, core.h for the order of locks.
 */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/kconfig.h>
#include <linux/log2.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "samples.h"
#include "session.h"
#include "teardown.h"

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
	if (session->teardown)
		hmmbench_teardown_disarm();
	if (session->profile && session->profile->teardown)
		session->profile->teardown(session);
	hmmbench_rings_free(session->rings);
	mutex_destroy(&session->lock);
	kfree(session);
	hmmbench_gone(&hmmbench_live.sessions);
}

bool hmmbench_session_ready(const struct hmmbench_session *session)
{
	return smp_load_acquire(&session->rings);
}

/* Gives a binding back, to its core once nobody uses it. The caller holds session->lock. */
static void session_unbind(struct hmmbench_session *session, struct hmmbench_binding *binding)
{
	hash_del(&binding->in_session);
	session->binding_count--;
	atomic_inc(&session->freeing);
	WRITE_ONCE(binding->given_up, true);
	hmmbench_binding_put(binding);
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

/* The flags that choose a pass: at most one of them. */
#define HMMBENCH_SETUP_PASSES                                                                      \
	(HMMBENCH_SETUP_UNRECORDED | HMMBENCH_SETUP_CALLBACKS | HMMBENCH_SETUP_RACE)

static bool strategy_fits(const struct hmmbench_core_ops *core, u32 strategy)
{
	return core->own_strategy ? strategy == HMMBENCH_STRATEGY_KERNEL :
				    hmmbench_strategy_find(strategy) != NULL;
}

static int setup_check(const struct hmmbench_setup *argument)
{
	const struct hmmbench_core_ops *core = hmmbench_core_find(argument->core);
	const struct hmmbench_profile *profile = hmmbench_profile_find(argument->profile);

	if (!core || !strategy_fits(core, argument->strategy) || !profile)
		return -EOPNOTSUPP;
	if (argument->ring_records > HMMBENCH_RING_RECORDS_MAX ||
	    argument->profile_ns > HMMBENCH_DELAY_NS_MAX)
		return -E2BIG;
	if (argument->ring_records < HMMBENCH_RING_RECORDS_MIN ||
	    !is_power_of_2(argument->ring_records) ||
	    profile->takes_ns != (argument->profile_ns != 0))
		return -EINVAL;
	/* One kind of pass; and an unrecorded operation has no phases. */
	if (hweight32(argument->flags & HMMBENCH_SETUP_PASSES) > 1 ||
	    ((argument->flags & HMMBENCH_SETUP_UNRECORDED) &&
	     (argument->flags & HMMBENCH_SETUP_TEARDOWN)))
		return -EINVAL;
	/* A driver that itself unregisters what it is being called for races with nobody. */
	if ((argument->flags & HMMBENCH_SETUP_RACE) && profile->unregisters)
		return -EINVAL;
	return 0;
}

static enum hmmbench_pass setup_pass(u32 flags)
{
	if (flags & HMMBENCH_SETUP_UNRECORDED)
		return HMMBENCH_PASS_UNRECORDED;
	if (flags & HMMBENCH_SETUP_CALLBACKS)
		return HMMBENCH_PASS_DETAILED;
	if (flags & HMMBENCH_SETUP_RACE)
		return HMMBENCH_PASS_RACE;
	return HMMBENCH_PASS_PLAIN;
}

/* What is set up before the rings, by which others see that all of it is. Holds session->lock. */
static int setup_rest(struct hmmbench_session *session, const struct hmmbench_setup *argument)
{
	const struct hmmbench_profile *profile = hmmbench_profile_find(argument->profile);
	int err = profile->setup ? profile->setup(session) : 0;

	if (err)
		return err;
	session->core = hmmbench_core_find(argument->core);
	session->strategy = hmmbench_strategy_find(argument->strategy);
	session->profile = profile;
	session->pass = setup_pass(argument->flags);
	if (session->pass == HMMBENCH_PASS_PLAIN && hmmbench_ticks_start(&session->ticks))
		session->pass = HMMBENCH_PASS_TICKS;
	session->profile_ns = argument->profile_ns;
	session->teardown = argument->flags & HMMBENCH_SETUP_TEARDOWN;
	if (session->teardown)
		hmmbench_teardown_arm();
	return 0;
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
	err = setup_rest(session, argument);
	if (err) {
		hmmbench_rings_free(rings);
		goto unlock;
	}
	argument->map_bytes = hmmbench_rings_map_bytes(rings);
	argument->region_bytes = hmmbench_rings_region_bytes(rings);
	argument->counter = session->pass == HMMBENCH_PASS_TICKS;
	smp_store_release(&session->rings, rings);
unlock:
	mutex_unlock(&session->lock);
	return err;
}

/* The binding of the caller's address space, or NULL. Holds session->lock. */
static struct hmmbench_binding *find_own(struct hmmbench_session *session)
{
	struct hmmbench_binding *binding;

	hash_for_each_possible(session->bindings, binding, in_session,
				(unsigned long)current->mm)
		if (binding->mm == current->mm)
			return binding;
	return NULL;
}

/* The newest of that tag, or NULL. Holds session->lock. */
static struct hmmbench_binding *find_tagged(struct hmmbench_session *session, u64 operation)
{
	struct hmmbench_binding *binding, *newest = NULL;
	unsigned int bucket;

	hash_for_each(session->bindings, bucket, binding, in_session)
		if (READ_ONCE(binding->operation) == operation &&
		    (!newest || binding->serial > newest->serial))
			newest = binding;
	return newest;
}

struct hmmbench_binding *hmmbench_session_find(struct hmmbench_session *session, bool foreign,
					       u64 operation)
{
	struct hmmbench_binding *binding;

	if (mutex_lock_killable(&session->lock))
		return ERR_PTR(-EINTR);
	binding = foreign ? find_tagged(session, operation) : find_own(session);
	/* What the session has, it holds. */
	if (binding)
		hmmbench_binding_get(binding);
	mutex_unlock(&session->lock);
	return binding ? binding : ERR_PTR(-ENOENT);
}

/* What the session needs of a binding before it is its own. Nobody else sees it yet. */
static int binding_prepare(struct hmmbench_session *session, struct hmmbench_binding *binding)
{
	int err = session->teardown ? hmmbench_teardown_new(binding) : 0;

	if (!err && session->core->prepare)
		err = session->core->prepare(binding, session);
	if (err) {
		hmmbench_teardown_forget(binding->teardown);
		hmmbench_teardown_free(binding->teardown);
		binding->teardown = NULL;
	}
	return err;
}

/* Any signal stops the kernel there; nothing was done, so the call starts again. */
static int bind_error(int err)
{
	return err == -EINTR ? -ERESTARTNOINTR : err;
}

/* The caller's address space becomes the session's. Holds session->lock. */
static struct hmmbench_binding *session_claim(struct hmmbench_session *session)
{
	struct hmmbench_binding *binding = session->core->bind(current->mm);
	int err;

	if (IS_ERR(binding))
		return ERR_PTR(bind_error(PTR_ERR(binding)));
	if (xchg(&binding->claimed, true)) {
		session->core->unbind(binding);
		return ERR_PTR(-EBUSY);
	}
	err = binding_prepare(session, binding);
	if (err) {
		WRITE_ONCE(binding->claimed, false);
		session->core->unbind(binding);
		return ERR_PTR(bind_error(err));
	}
	refcount_inc(&session->references);
	hash_add(session->bindings, &binding->in_session, (unsigned long)current->mm);
	session->binding_count++;
	binding->serial = session->binding_serial++;
	smp_store_release(&binding->session, session);
	return binding;
}

struct hmmbench_binding *hmmbench_session_bind(struct hmmbench_session *session)
{
	struct hmmbench_binding *binding;

	if (mutex_lock_killable(&session->lock))
		return ERR_PTR(-EINTR);
	binding = find_own(session);
	if (!binding)
		binding = session->binding_count < HMMBENCH_ADDRESS_SPACES_MAX ?
				  session_claim(session) :
				  ERR_PTR(-E2BIG);
	mutex_unlock(&session->lock);
	return binding;
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

int hmmbench_session_counts(struct hmmbench_session *session, struct hmmbench_counts *argument)
{
	argument->callbacks = atomic64_read(&session->callbacks);
	argument->hits = atomic64_read(&session->hits);
	argument->window_max_ns = atomic64_read(&session->window_max_ns);
	argument->timeouts = atomic64_read(&session->timeouts);
	argument->clock_changed = session->pass == HMMBENCH_PASS_TICKS &&
				  !hmmbench_ticks_hold(&session->ticks);
	return 0;
}

int hmmbench_session_consume(struct hmmbench_session *session, struct hmmbench_consume *argument)
{
	if (argument->pad)
		return -EINVAL;
	return hmmbench_rings_consume(session->rings, argument->cpu, argument->tail);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One session of the module: the agent's side of kmod/hmmbench_uapi.h.
 *
 * The agent opens and sets up a session and maps its rings; children that it forks
 * inherit the open file, not the mapping, and register and unregister mirrors of their
 * own through the same struct. What may be called after fork() says so: those calls
 * allocate nothing and take no lock.
 */
#ifndef HMMBENCH_SESSION_H
#define HMMBENCH_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "hmmbench_uapi.h"

/*
 * What the module can do. STATUS_MODULE in error: no device (-ENOENT), no permission
 * (-EACCES, -EPERM), another ABI version (-EPROTO); each with its remedy.
 */
int session_info(const char *device, struct hmmbench_info *info, struct error *error);

struct session_options {
	const char *device;
	uint32_t core;	   /* enum hmmbench_core */
	uint32_t strategy; /* enum hmmbench_strategy_id; KERNEL for a core with its own */
	uint32_t profile;  /* enum hmmbench_profile_id */
	uint64_t profile_ns;
	uint32_t records; /* each CPU's ring holds at least as many, up to the ABI's limit */
	uint32_t flags;	  /* HMMBENCH_SETUP_* */
};

struct session;

/* Opens, sets up, maps. *session is the caller's. -EOPNOTSUPP: the module lacks something. */
int session_open(const struct session_options *options, struct session **session,
		 struct error *error);
/* Everything that the session still has in the kernel goes with it. NULL is allowed. */
void session_close(struct session *session);

bool session_is_unrecorded(const struct session *session);
/* Does the module read the counter behind the clock inside operations? hmmbench_setup.counter. */
bool session_reads_counter(const struct session *session);

/*
 * After fork(): registers mirrors of the caller's address space, all from `node` (or
 * HMMBENCH_NODE_ANY). *on_node: how many really lie there. 0 or -errno of the ioctl.
 */
int session_register(const struct session *session, uint32_t count, int32_t node,
		     uint64_t operation, uint32_t *on_node);

/*
 * After fork(): the node that each of `count` mirrors of the caller's address space, from
 * `first` on, really lies on. 0 or -errno.
 */
int session_nodes(const struct session *session, uint32_t first, uint32_t count, int16_t *nodes);

/*
 * After fork(): unregisters one mirror of the caller's address space; not `recorded`, it gives
 * no sample whatever the session. 0 or -errno.
 */
int session_unregister(const struct session *session, uint32_t mirror, bool recorded);

/*
 * When a call on another process's address space begins: once its release walk has begun
 * and offset_ns more have passed. It spins for that, wait_ns at most.
 */
struct session_aim {
	uint64_t operation; /* the tag of the address space */
	uint64_t offset_ns; /* at most HMMBENCH_OFFSET_NS_MAX */
	uint64_t wait_ns;   /* 1 .. HMMBENCH_WAIT_NS_MAX */
};

/*
 * After fork(): unregisters first, first - 1, ... (the order of the walk) of an address
 * space that exits. *done: how many. 0 or -errno; -ETIMEDOUT: no walk began in time.
 */
int session_unregister_at_walk(const struct session *session, const struct session_aim *aim,
			       uint32_t first, uint32_t count, uint32_t *done);

/*
 * After fork(): calls the invalidation callback of an address space that exits, once.
 * *done: 1 where it was made. *again: 1 where it gave -EAGAIN, with `nonblock` only. 0 or
 * -errno; -ETIMEDOUT: no walk began in time.
 */
int session_invalidate_at_walk(const struct session *session, const struct session_aim *aim,
			       bool nonblock, uint32_t *done, uint32_t *again);

/*
 * Calls back for every record written since the last time, per CPU in order, and gives
 * the rings' room back. The records stay valid during the call only. A callback that
 * gives non-zero ends it and that is returned; its ring is given back up to that record.
 */
int session_drain(struct session *session,
		  int (*each)(const struct hmmbench_record *record, void *context), void *context,
		  struct error *error);

/* Records lost to full rings since the session was opened. */
uint64_t session_dropped(const struct session *session);

/* Frees the mirrors of exited address spaces and waits until their memory is back. */
int session_reap(struct session *session, struct error *error);

/* What the session has counted since it was opened. */
int session_counts(struct session *session, struct hmmbench_counts *counts, struct error *error);

/* Objects alive in the whole module, all sessions: info->live_*. */
int session_live(struct session *session, struct hmmbench_info *info, struct error *error);

#endif

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
	uint32_t strategy; /* enum hmmbench_strategy_id */
	uint32_t profile;  /* enum hmmbench_profile_id */
	uint64_t profile_ns;
	uint32_t records; /* each CPU's ring holds at least as many, up to the ABI's limit */
	bool unrecorded;
};

struct session;

/* Opens, sets up, maps. *session is the caller's. -EOPNOTSUPP: the module lacks something. */
int session_open(const struct session_options *options, struct session **session,
		 struct error *error);
/* Everything that the session still has in the kernel goes with it. NULL is allowed. */
void session_close(struct session *session);

bool session_is_unrecorded(const struct session *session);

/*
 * After fork(): registers mirrors of the caller's address space, all from `node` (or
 * HMMBENCH_NODE_ANY). *on_node: how many really lie there. 0 or -errno of the ioctl.
 */
int session_register(const struct session *session, uint32_t count, int32_t node,
		     uint64_t operation, uint32_t *on_node);

/* After fork(): unregisters one mirror of the caller's address space. 0 or -errno. */
int session_unregister(const struct session *session, uint32_t mirror);

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

/* Mirrors alive in the whole module, all sessions. */
int session_live_mirrors(struct session *session, uint64_t *mirrors, struct error *error);

#endif

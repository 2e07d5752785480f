/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Campaigns in the store: which runs belong together. A campaign has its arms (kernels)
 * and its boots, all written before the first boot begins. A run is one attempt at one
 * boot; the boot is whole when one of its runs ended with STATUS_OK, and that run counts.
 *
 * Errors as in store.h.
 */
#ifndef HMMBENCH_STORE_CAMPAIGN_H
#define HMMBENCH_STORE_CAMPAIGN_H

#include <stdbool.h>
#include <sys/types.h>

#include "plan/campaign.h"
#include "store/store.h"

struct store_arm {
	char *kernel;		/* as named on the command line, "debian:6.1" */
	char *identity;		/* kernel_identity(): what must not change under a campaign */
};

struct store_campaign {
	int64_t id;
	char *label;
	char *plan_name;
	char *lab;
	enum plan_clock clock;
	uint64_t seed;
	uint32_t boots;		/* of each kernel */
	uint32_t retries;	/* how often a failed boot was to be tried again */
	bool adaptive;		/* it ends when every verdict is decided: `boots` are then at most */
	/* Of an adaptive one `boots` before it was shortened; 0: not known, of older programs. */
	uint32_t boots_at_most;
	uint32_t budget_s;	/* of an adaptive one, from its beginning; 0: none */
	bool calibration;	/* its two arms are one kernel: store_calibration.h */
	struct store_arm *arms;	/* the first is the base */
	uint32_t arm_count;
	char *config_path, *config_text;	/* the configuration as it was read */
	char *started;		/* ISO 8601, UTC */
	char *ended;		/* "" while it runs and when it can be resumed */
	int status;		/* enum exit_status; -1 while `ended` is "" */
	char *status_text;
	uint32_t boot_count;	/* arm_count x boots */
	uint32_t whole;		/* of these */
};

/* One boot of a campaign and what became of it. */
struct store_boot {
	struct campaign_boot plan;
	int64_t run;		/* the newest whole one, 0: none is */
	uint32_t attempts;	/* runs of it so far */
	int64_t last_run;	/* the newest, 0: not begun */
	int last_status;	/* of it; -1: it runs or was killed */
	int64_t began_s;	/* its first attempt, in seconds since 1970; 0: not begun */
};

/* Its id, label ... ended to boot_count are taken but id, started, ended, status* and whole. */
int store_campaign_begin(struct store *store, const struct store_campaign *campaign, int64_t *id,
			 struct error *error);

/*
 * A campaign of another store, as it was there: with its beginning and its end, or
 * STATUS_INTERRUPTED where it had none. It has no boots yet.
 */
int store_campaign_take(struct store *store, const struct store_campaign *campaign, int64_t *id,
			struct error *error);

/* Makes a run one of a campaign; where it is `whole` the campaign has the boot from now on. */
int store_campaign_take_run(struct store *store, int64_t id, const struct campaign_boot *boot,
			    int64_t run, bool whole, struct error *error);

/* Boots of pairs above `pairs`, none of which may have begun, are no part of it any more. */
int store_campaign_shorten(struct store *store, int64_t id, uint32_t pairs, struct error *error);

/* Another budget of an adaptive campaign, from its beginning. */
int store_campaign_budget(struct store *store, int64_t id, uint32_t budget_s, struct error *error);

/* Ends it; its runs and boots stay as they are. */
int store_campaign_end(struct store *store, int64_t id, int status, const char *text,
		       struct error *error);

/*
 * Makes it unended again. Runs of it without an end get STATUS_INTERRUPTED and `text`:
 * call it with the campaigns' lock held, nobody else can still be running them.
 */
int store_campaign_resume(struct store *store, int64_t id, const char *text, struct error *error);

/* -ENOENT with a remedy when there is none. `id` 0: the newest. */
int store_campaign_get(struct store *store, int64_t id, struct store_campaign *campaign,
		       struct error *error);
void store_campaign_free(struct store_campaign *campaign);	/* its members, not itself */

/* As store_runs_each(), newest first. */
int store_campaigns_each(struct store *store,
			 int (*each)(const struct store_campaign *campaign, void *context),
			 void *context, struct error *error);

/* All boots of a campaign in their order; *boots is malloc'ed. */
int store_boots_get(struct store *store, int64_t campaign, struct store_boot **boots,
		    uint32_t *count, struct error *error);

/*
 * One campaign at a time on a store: two would disturb each other's measurements. The lock
 * lies on "STORE.campaign" (F_OFD_SETLK); the kernel drops it with the process, however
 * that ends. -EBUSY (STATUS_STORE) with the holder's process and the remedy.
 */
struct store_lock {
	int fd;
};
#define STORE_LOCK_NONE { .fd = -1 }

int store_campaign_lock(const struct store *store, struct store_lock *lock, struct error *error);
void store_campaign_unlock(struct store_lock *lock);

/* The process that runs a campaign on this store; 0: none does, or it cannot be told. */
pid_t store_campaign_process(const struct store *store);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A campaign: boots of several kernels, alternated, until all are whole. Everything that
 * it needs to go on is in the store before the first boot begins, and it goes on from
 * there after a crash, a kill or a restart of the machine.
 *
 * An adaptive campaign is looked at after sequential_boots[] of each kernel (stats/sequential.h)
 * and ends as soon as every verdict is decided, or where its budget does not reach to the next
 * look. A budget that does not even reach to the first one buys as many pairs as it can.
 *
 * Retries: a boot that does not end whole is tried again at once, `retries` times, and is
 * then recorded as missing; the other boots go on. What would be the same at every boot (a
 * module that does not load, a program or a kernel that is missing, a store that is full)
 * stops the campaign, which can be resumed when it is mended.
 */
#ifndef HMMBENCH_CAMPAIGN_RUN_H
#define HMMBENCH_CAMPAIGN_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/progress.h"
#include "common/error.h"
#include "lab/lab.h"
#include "plan/campaign.h"
#include "plan/plan.h"

#define CAMPAIGN_RETRIES_MAX	 10
#define CAMPAIGN_RETRIES_DEFAULT 1

struct campaign_request {
	const char *config_path;
	const struct lab *lab;
	const char *kernels[CAMPAIGN_KERNELS_MAX];
	uint32_t kernel_count;		/* at least one */
	uint32_t boots, retries;
	bool confirm;			/* a second set of boots where the first raises a suspicion */
	bool adaptive;			/* --boots auto: `boots` are the most */
	uint32_t budget_s;		/* of an adaptive one; 0: none */
	bool calibration;		/* the two kernels are one, against itself */
	bool seed_given;		/* else the configuration's */
	uint64_t seed;
	enum plan_clock clock;
	const char *label;
};

/* How this process runs it, which another may do otherwise. */
struct campaign_means {
	const char *store;		/* as given by --store, or NULL: the usual one */
	bool fetch;
	enum progress_mode progress;
	const char *way;		/* --on reboot: how to come to a kernel, or NULL */
	bool force;			/* --on reboot: though others are logged in */
	uint32_t budget_s;		/* of a campaign that is resumed: from now on; 0: as it was */
	bool no_number;			/* nothing on standard output at its end */
	bool compare;			/* its kernels, when every boot is whole */
};

/*
 * STATUS_LEAVES: the machine is about to restart, for a lab that has it so; whoever comes
 * up then calls campaign_resume().
 *
 * Both give 0 when every boot is whole; of a campaign that is to be confirmed STATUS_REGRESSION
 * where a second one bore its suspicion out (campaign_confirm.h); of one that is to be compared
 * the status of that (campaign_compare.h); and otherwise -errno with the error set:
 * STATUS_BOOTS how many are missing, STATUS_INTERRUPTED after Ctrl-C, and what stopped it,
 * with the command that resumes it.
 */
int campaign_begin(const struct campaign_request *request, const struct campaign_means *means,
		   struct error *error);

/* `id` 0: the newest that is not complete. */
int campaign_resume(int64_t id, const struct campaign_means *means, struct error *error);

#endif

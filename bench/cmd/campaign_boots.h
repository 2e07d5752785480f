/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loop over a campaign's boots, from whatever state they are in to the end.
 */
#ifndef HMMBENCH_CAMPAIGN_BOOTS_H
#define HMMBENCH_CAMPAIGN_BOOTS_H

#include "cmd/campaign.h"
#include "plan/config.h"
#include "store/store_campaign.h"

/* A campaign that is being run: begun or resumed, its lock held, its kernels ready. */
struct campaign {
	struct store_campaign record;
	const struct lab *lab;
	const struct campaign_means *means;
	struct config *config;		/* with its control workload */
	struct kernel *kernels[CAMPAIGN_KERNELS_MAX];	/* of its arms */
	struct store *store;
	char *store_path;
	struct store_lock lock;
	char way[32];			/* how a lab that restarts comes to kernels; "": it chooses */
	bool force;			/* it restarts though others are logged in */
};

/* Runs every boot that is not whole, in order; what it gives is campaign_begin()'s. */
int campaign_run_boots(struct campaign *campaign, struct error *error);

/* The campaign's boot as its lab sees it; NULL for the kernel: of no boot. */
struct lab_boot campaign_lab_boot(const struct campaign *campaign, const struct kernel *kernel,
				  uint32_t boot, uint32_t tries);

/* "hmmbench run --resume 3", with --store where it was given. */
void campaign_resume_command(const struct campaign *campaign, char *text, size_t bytes);

#endif

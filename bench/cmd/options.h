/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that several commands take alike; what is wrong with one is told as the command's. */
#ifndef HMMBENCH_OPTIONS_H
#define HMMBENCH_OPTIONS_H

#include "cmd/campaign.h"
#include "cmd/command.h"

/* The word of --clock: host or virtual. 0 or -EINVAL. */
int option_clock(const struct command *command, const char *text, enum plan_clock *clock,
		 struct error *error);

/* The word of --progress. 0 or -EINVAL. */
int option_progress(const struct command *command, const char *text, enum progress_mode *mode,
		    struct error *error);

/*
 * Of --retries ('t'), --seed ('s') and --label ('l'), which belong to a campaign's beginning,
 * with its argument in optarg. 0, -EINVAL; 1: it is none of them.
 */
int option_of_request(struct campaign_request *request, int option, struct error *error);

/*
 * Of --store ('S'), --no-fetch ('n'), --way ('w'), --force ('f') and --progress ('p'), which
 * another process may take otherwise. 0, -EINVAL; 1: it is none of them.
 */
int option_of_means(const struct command *command, struct campaign_means *means, int option,
		    struct error *error);

/* -EINVAL where --way or --force was given for a lab that is not restarted. */
int option_check_means(const struct command *command, const struct campaign_means *means,
		       const struct lab *lab, struct error *error);

#endif

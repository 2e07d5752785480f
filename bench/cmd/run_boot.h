/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One plan on one boot of one kernel, into one run of the store: what `hmmbench run` does
 * once, and a campaign many times.
 */
#ifndef HMMBENCH_RUN_BOOT_H
#define HMMBENCH_RUN_BOOT_H

#include <stdint.h>

#include "cmd/progress.h"
#include "lab/kernel.h"
#include "lab/lab.h"
#include "plan/config.h"
#include "plan/plan.h"
#include "store/store.h"

struct run_boot {
	const struct config *config;
	const struct plan *plan;
	const struct lab *lab;
	const struct kernel *kernel;
	struct store *store;
	const char *store_path;		/* the run's folder lies beside it */
	const char *label;
	enum progress_mode progress;
	const struct progress_boots *boots;	/* NULL: a boot alone */
	int64_t campaign;		/* 0: of none */
	uint32_t boot;			/* of the campaign */
};

struct run_end {
	int64_t run;
	int status;		/* enum exit_status */
	char text[1024];
};

/*
 * Runs it to its end and says on stderr how that was. 0: *end is what the store has as
 * the run's end, whatever it is; -errno: the store could not take the run.
 */
int run_boot(const struct run_boot *boot, struct run_end *end, struct error *error);

/* Puts a run down for a boot whose kernel was never reached: nothing in it but its end. */
int run_boot_missed(const struct run_boot *boot, int status, const char *text, struct run_end *end,
		    struct error *error);

#endif

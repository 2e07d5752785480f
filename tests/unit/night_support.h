/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nights made up for tests: stores with runs of kernel builds, their samples from a level
 * and a seed. Each function fails the test where it cannot do its work.
 */
#ifndef HMMBENCH_TEST_NIGHT_SUPPORT_H
#define HMMBENCH_TEST_NIGHT_SUPPORT_H

#include "store_support.h"

#include "plan/plan.h"

#define NIGHT_QUARTETS 8

/* One boot; what is NULL or 0 has the default that is said. */
struct night_boot {
	const char *kernel;		/* "debian:6.1" */
	const char *build;		/* build id; the kernel's name */
	const char *label;		/* "" */
	const char *started;		/* "2024-05-01T02:MM:00Z", MM the run's number */
	const char *accelerator;	/* "kvm" */
	const char *machine;		/* the host's name; "lab1" */
	const char *plan_name;		/* "night" */
	const char *note;		/* JSON; none */
	const char *config;		/* of the kernel, as text; not known */
	double level;			/* ln, of every sample */
	double effect;			/* ln, of the exits alone */
	double spread;			/* of a sample, ln; 0: all samples of a boot are equal */
	uint32_t mirrors;		/* of the first exit cell, one more in each other; 1024 */
	uint32_t exit_cells;		/* 1 */
	uint32_t operations;		/* of a block; 8 */
	enum plan_clock clock;
	bool no_control;
	bool only_exits;		/* neither the unregister cell nor the control */
	bool one_strategy;		/* write alone */
	bool marks;			/* each block's first sample interrupted, ten times as long */
	bool four_strategies;		/* srcu and getput too, see night_shift[] */
	int64_t campaign;		/* 0: of none */
	uint32_t boot;			/* of the campaign */
	uint32_t calibration_days;	/* of the plan; not said */
	int status;			/* enum exit_status */
};

#define NIGHT_BASE_NS 100000.0
#define NIGHT_BOOT_S 40		/* from a run's begin to its end */
#define NIGHT_BLOCK_S .25

/* With four strategies, ln of their exits: write, read, srcu, getput. */
extern const double night_shift[4];

/* Gives the number of the new run: exits, unregister of 64 mirrors, and the control. */
int64_t night_put(struct store *store, const char *path, const struct night_boot *boot);

/*
 * Boots of two builds in turn (ABBA), `count` of each. Their levels lie `deviation` above and
 * below, by pairs of one boot of each, so that it is in no difference of the builds.
 */
void night_put_builds(struct store *store, const char *path, const struct night_boot *base,
		      const struct night_boot *candidate, size_t count, double deviation);

/* The same as boots of a campaign of these kernels, which may be adaptive; gives its number. */
int64_t night_put_campaign(struct store *store, const char *path, const struct night_boot *base,
			   const struct night_boot *candidate, size_t count, double deviation,
			   bool adaptive);

#endif

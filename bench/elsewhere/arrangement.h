/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a table of samples to the input of the analysis: which two groups are compared, and
 * by which design.
 *
 * Where boots hold both groups they are compared inside each boot, in pairs: the
 * quartets, where the blocks of a cell run ABBA or BAAB; else the k-th block of one with
 * the k-th of the other, or both halves of a block that holds both; without blocks all
 * samples of a boot are one pair. The test of pairs rests on a coin having decided which group came
 * first: a cell in whose boots one group was over before the other began, the same one oftener
 * than not, has no verdict, since whatever drifted is in the difference. Where each boot holds one group only they are compared
 * between boots.
 */
#ifndef HMMBENCH_ARRANGEMENT_H
#define HMMBENCH_ARRANGEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "elsewhere/sample_table.h"
#include "stats/comparison.h"

/* How the blocks of a cell are paired inside a boot, the best first. */
enum pairing {
	PAIRING_QUARTETS,	/* ABBA or BAAB, all of them */
	PAIRING_SAME_BLOCK,	/* every block holds both groups */
	PAIRING_ORDER,		/* the k-th with the k-th */
	PAIRING_BOOT,		/* no blocks: one pair per boot */
	PAIRING_COUNT
};

struct arrangement_options {
	const char *base;	/* group; NULL: the first of the file */
	const char *candidate;	/* NULL: the other, where there are two */
	bool between;		/* the boots of each group are numbered for themselves */
	bool force;		/* cells are judged though one group always came first */
};

struct arrangement {
	struct comparison_input input;	/* seed, thresholds and rate are the caller's */
	uint32_t boots[ARM_COUNT];	/* that hold samples of the arm */
	uint32_t pairings[PAIRING_COUNT];	/* cells by how they are paired; inside boots only */
	uint32_t unpaired_blocks;	/* left out: without a partner in their boot */
	uint32_t lone_boots;	/* left out: hold one group where others hold both */
	uint32_t lone_cells;	/* in one group only */
	uint32_t one_first;	/* cells in whose boots one group always came first: not judged */
	uint64_t samples;	/* of both groups, what is left out among them */

	struct comparison_block *blocks;	/* behind the input */
	struct comparison_boot *boot_arms;
	struct cell *cells;
	uint32_t *strategies;	/* none has one */
	const char **refusals;	/* per cell; literals */
};

/*
 * The arrangement borrows from the table. -EINVAL: no such group, fewer than two, or more
 * than two and none named; -EXDEV with STATUS_NOT_COMPARABLE: the groups have no cell in
 * common; -ENOMEM.
 */
int arrangement_make(const struct sample_table *table, const struct arrangement_options *options,
		     struct arrangement *arrangement, struct error *error);
void arrangement_free(struct arrangement *arrangement);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All alternatives of one kernel side by side, cell by cell: which is shortest, and which cannot be
 * told from it. Shown beside a comparison of two, never judged: it does not touch the report's
 * verdict, nor its false-discovery budget.
 *
 * The alternatives of a cell are compared two by two as a comparison of two is (stats/paired.h: the
 * median's differences inside boots, of several boots one each, and the test of their signs). The
 * shortest is that whose median is least against all others. Because the data pick it, all
 * pairs of the cell are tested and Holm's adjustment (stats/holm.h) runs over all of them, so
 * that the probability of any false "longer" in a cell is at most RANKING_LEVEL, whichever is
 * picked. A pair needs RANKING_PAIRS_MIN differences for that.
 */
#ifndef HMMBENCH_STATS_RANKING_H
#define HMMBENCH_STATS_RANKING_H

#include "comparison.h"

#define RANKING_LEVEL	  .05
#define RANKING_PAIRS_MIN 6	/* fewer differences give no p below .05 */

enum ranking_place {
	RANKING_ABSENT = 0,	/* no samples of it in the cell */
	RANKING_REFUSED,	/* the cell gives no verdict: ranking_row.refusal */
	RANKING_SHORTEST,
	RANKING_ALIKE,		/* not to be told from the shortest */
	RANKING_LONGER,
};

/* So many differences that agree in sign are the fewest that tell two of `arm_count` apart. */
uint32_t ranking_least(uint32_t arm_count);

struct ranked {
	uint64_t rows;		/* samples, warm-up left out */
	double p10_ns, p50_ns, p99_ns;
	/* Of ln(its median / the shortest's), and 95 %; NAN: none, or of the shortest. */
	double over, low, high;
	double p;		/* of that, after Holm; NAN: not tested */
	enum ranking_place place;
};

/* One judged column of one cell. */
struct ranking_row {
	uint32_t cell;
	enum sample_column column;
	const char *refusal;	/* of the input; NULL: none */
	struct ranked *arms;	/* ranking->arm_count of them */
};

struct ranking {
	struct ranking_row *rows;	/* cells in input order */
	uint32_t row_count;
	uint32_t arm_count, boots;
	struct ranked *arms;		/* memory behind the rows */
};

/*
 * As comparison_make(), but that blocks have arms below `arm_count` and one without samples is
 * no error; DESIGN_IN_BOOT alone. Cells of the control are left out. *ranking is the caller's.
 * -EINVAL: a block of a cell, boot or arm that there is not; errors of bring(); -ENOMEM.
 */
int ranking_make(const struct comparison_input *input, uint32_t arm_count,
		 struct ranking **ranking, struct error *error);
void ranking_free(struct ranking *ranking);

#endif

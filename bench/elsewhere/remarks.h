/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reader must know of samples from elsewhere, a line each: how they are paired, what is
 * left out, that their unit looks wrong.
 */
#ifndef HMMBENCH_ELSEWHERE_REMARKS_H
#define HMMBENCH_ELSEWHERE_REMARKS_H

#include "elsewhere/arrangement.h"

struct remarks {
	char **marks;		/* what makes the verdict weaker */
	size_t mark_count;
	char **notes;		/* what was done */
	size_t note_count;
};

/* `name` is the file's. -ENOMEM; `remarks` is to be freed in any case. */
int remarks_make(const struct arrangement *arrangement, const char *name, struct remarks *remarks);

/*
 * Adds a mark where a cell's median is above 0 and below 1 ns in either arm: latencies that nobody
 * measures, so that the file has another unit than was said. `comparison` is of `input`, whose
 * cells have names; `name` is the file's. -ENOMEM.
 */
int remarks_add_unit(const struct comparison_input *input, const struct comparison *comparison,
		     const char *name, struct remarks *remarks);

void remarks_free(struct remarks *remarks);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a reader must know of an arrangement, a line each: how it pairs, what it leaves out. */
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
void remarks_free(struct remarks *remarks);

#endif

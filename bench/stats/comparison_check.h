/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether there is something to compare in an input, and all of it in its place. */
#ifndef HMMBENCH_STATS_COMPARISON_CHECK_H
#define HMMBENCH_STATS_COMPARISON_CHECK_H

#include "comparison.h"

/* Of an input whose defaults are filled in. -EINVAL with the reason: it cannot be compared. */
int comparison_check(const struct comparison_input *input, struct error *error);

#endif

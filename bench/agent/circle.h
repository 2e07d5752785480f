/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who waits for whom where the release callback of a profile waits for a worker that
 * unregisters the mirror: with some strategies a circle, which a kernel would never leave and
 * the module's bounded wait ends.
 */
#ifndef HMMBENCH_CIRCLE_H
#define HMMBENCH_CIRCLE_H

#include <stddef.h>
#include <stdint.h>

/* Both sides, as the end of a sentence. NULL, NULL: nobody waits for the other side. */
struct circle {
	uint32_t strategy;  /* enum hmmbench_strategy_id */
	const char *walk;   /* what the walk has and waits for */
	const char *worker; /* the same of the worker */
};

/* Of that strategy; NULL: this agent does not know it. */
const struct circle *circle_of(uint32_t strategy);

/*
 * For people: so many walks of the profile ended by the bounded wait, under that strategy.
 * Cut to bytes.
 */
void circle_text(uint32_t strategy, const char *profile, uint64_t walks, char *text, size_t bytes);

#endif

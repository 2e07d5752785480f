/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The progress line: on a terminal one line with boot, cell, block and time left, redrawn at
 * most five times a second and cut to the width; on a dumb terminal, and elsewhere where asked
 * for, a plain line every tenth of the way, so that a log shows that it goes on.
 */
#ifndef HMMBENCH_PROGRESS_H
#define HMMBENCH_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/plan.h"

enum progress_mode { PROGRESS_AUTO, PROGRESS_LINE, PROGRESS_PLAIN, PROGRESS_NONE };

/* Where in a campaign a boot stands. */
struct progress_boots {
	uint32_t boot, count;		/* this one, from 1, of how many */
	bool at_most;			/* the campaign may end before these */
	uint32_t left;			/* boots to come behind it */
	uint32_t measured;		/* boots that were run whole so far, */
	uint64_t measured_ns;		/* and what they took together */
};

struct progress {
	enum progress_mode mode;
	const struct plan *plan;
	const struct progress_boots *boots;	/* NULL: a boot alone */
	uint32_t done;
	uint64_t operations_done, operations_all;
	uint64_t started_ns, first_block_ns, drawn_ns;
	uint32_t plain_tenths;
	bool line_drawn;
};

/* Words of --progress; -EINVAL for another. */
int progress_mode_parse(const char *text, enum progress_mode *mode);

/* `plan` and `boots` are borrowed until progress_end(). */
void progress_begin(struct progress *progress, enum progress_mode mode, const struct plan *plan,
		    const struct progress_boots *boots);
void progress_say(struct progress *progress, const char *text);	/* "booting debian:6.1" */
void progress_block_begun(struct progress *progress, uint32_t block);
void progress_block_done(struct progress *progress, uint32_t block);
/* Takes the line away, so that something else can be printed. */
void progress_clear(struct progress *progress);
void progress_end(struct progress *progress);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/progress.h"

#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/terminal.h"
#include "report/clean.h"

#define REDRAW_NS 200000000ull

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

int progress_mode_parse(const char *text, enum progress_mode *mode)
{
	static const char *const words[] = { "auto", "line", "plain", "none" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(text, words[i])) {
			*mode = (enum progress_mode)i;
			return 0;
		}
	}
	return -EINVAL;
}

void progress_begin(struct progress *progress, enum progress_mode mode, const struct plan *plan,
		    const struct progress_boots *boots)
{
	memset(progress, 0, sizeof(*progress));
	if (mode == PROGRESS_AUTO && isatty(STDERR_FILENO))
		mode = terminal_has_sequences(STDERR_FILENO) ? PROGRESS_LINE : PROGRESS_PLAIN;
	else if (mode == PROGRESS_AUTO)
		mode = PROGRESS_NONE;
	progress->mode = mode;
	progress->plan = plan;
	progress->boots = boots;
	progress->started_ns = now_ns();
	for (uint32_t i = 0; i < plan->block_count; i++)
		progress->operations_all += plan->blocks[i].operations;
}

/*
 * Back to the first column, the text cut to the width, the rest erased. The last column stays
 * empty: some terminals go on to the next line behind it.
 */
static void draw(struct progress *progress, const char *text)
{
	const int columns = terminal_columns(STDERR_FILENO, 80);
	char *line = clean_text(text, strcmp(nl_langinfo(CODESET), "UTF-8") != 0);

	if (!line)
		return;
	clean_cut(line, columns > 1 ? (size_t)columns - 1 : 0);
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
	free(line);
	progress->line_drawn = true;
	progress->drawn_ns = now_ns();
}

void progress_say(struct progress *progress, const char *text)
{
	if (progress->mode == PROGRESS_LINE)
		draw(progress, text);
	else if (progress->mode == PROGRESS_PLAIN)
		fprintf(stderr, "%s\n", text);
}

/*
 * Of this boot, from the operations done so far: cells differ in cost, but every round of
 * the plan visits all of them, so the mean settles after one round.
 */
static double boot_left_ns(const struct progress *progress)
{
	const uint64_t gone_ns = now_ns() - progress->first_block_ns;

	return (double)gone_ns / (double)progress->operations_done *
	       (double)(progress->operations_all - progress->operations_done);
}

/* Of the boots behind this one: as long as those before it took, or as this one will. */
static double boots_left_ns(const struct progress *progress, double this_left_ns)
{
	const struct progress_boots *boots = progress->boots;
	double each_ns = (double)(now_ns() - progress->started_ns) + this_left_ns;

	if (!boots)
		return 0;
	if (boots->measured)
		each_ns = (double)boots->measured_ns / boots->measured;
	return each_ns * boots->left;
}

static void time_left(const struct progress *progress, char *text, size_t bytes)
{
	double left_ns;
	uint64_t left_s;

	if (!progress->operations_done) {
		snprintf(text, bytes, "time left unknown");
		return;
	}
	left_ns = boot_left_ns(progress);
	left_s = (uint64_t)((left_ns + boots_left_ns(progress, left_ns)) / 1e9);
	if (left_s >= 3600)
		snprintf(text, bytes, "%lu h %02lu min left", left_s / 3600, left_s / 60 % 60);
	else
		snprintf(text, bytes, "%lu:%02lu left", left_s / 60, left_s % 60);
}

/* "boot 5 of 16, block 3 of 80, 1:20 left" */
static void where(const struct progress *progress, uint32_t block, char *text, size_t bytes)
{
	const struct progress_boots *boots = progress->boots;
	char left[64], boot[64] = "";

	time_left(progress, left, sizeof(left));
	if (boots)
		snprintf(boot, sizeof(boot), "boot %u of %s%u, ", boots->boot,
			 boots->at_most ? "at most " : "", boots->count);
	snprintf(text, bytes, "%sblock %u of %u, %s", boot, block, progress->plan->block_count, left);
}

void progress_block_begun(struct progress *progress, uint32_t block)
{
	const struct plan_block *next = &progress->plan->blocks[block];
	char name[CELL_NAME_BYTES], place[192], text[512];

	if (!progress->first_block_ns)
		progress->first_block_ns = now_ns();
	if (progress->mode != PROGRESS_LINE || now_ns() - progress->drawn_ns < REDRAW_NS)
		return;
	cell_name(&progress->plan->cells[next->cell], name);
	where(progress, progress->done + 1, place, sizeof(place));
	snprintf(text, sizeof(text), "%s: %s %s%s", place, name,
		 strategy_name(next->strategy), next->warmup ? " (warm-up)" : "");
	draw(progress, text);
}

void progress_block_done(struct progress *progress, uint32_t block)
{
	uint32_t tenths;
	char place[192];

	progress->done++;
	progress->operations_done += progress->plan->blocks[block].operations;
	if (progress->mode != PROGRESS_PLAIN)
		return;
	tenths = (uint32_t)(progress->operations_done * 10 / progress->operations_all);
	if (tenths == progress->plain_tenths)
		return;
	progress->plain_tenths = tenths;
	where(progress, progress->done, place, sizeof(place));
	fprintf(stderr, "%s\n", place);
}

void progress_clear(struct progress *progress)
{
	if (!progress->line_drawn)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->line_drawn = false;
}

void progress_end(struct progress *progress)
{
	progress_clear(progress);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/plan_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "stats/comparison.h"
#include "stats/judge.h"

#define LINE_COLUMNS 78 /* of the order, at most */

/* What the plan makes of one cell, but for passes of their own. */
struct cell_count {
	uint32_t quartets, warmup_quartets, blocks, operations_each, record_every;
	uint64_t operations;
};

/*
 * Blocks of a quartet lie together, so a new one begins where the cell or the quartet
 * changes. That holds for every plan of plan_make().
 */
static bool begins_quartet(const struct plan *plan, uint32_t block)
{
	const struct plan_block *now = &plan->blocks[block], *before = now - 1;

	return !block || now->cell != before->cell || now->quartet != before->quartet;
}

/* The blocks that are timed: those of passes of their own stand behind them. */
static uint32_t timed_blocks(const struct plan *plan)
{
	uint32_t count = plan->block_count;

	while (count && plan_block_is_apart(&plan->blocks[count - 1]))
		count--;
	return count;
}

static struct cell_count *count_cells(const struct plan *plan)
{
	struct cell_count *counts = calloc(plan->cell_count, sizeof(*counts));

	for (uint32_t i = 0; counts && i < timed_blocks(plan); i++) {
		const struct plan_block *block = &plan->blocks[i];
		struct cell_count *count = &counts[block->cell];

		count->blocks++;
		count->operations_each = block->operations;
		count->record_every = block->record_every;
		count->operations += block->operations;
		if (!begins_quartet(plan, i))
			continue;
		count->quartets++;
		count->warmup_quartets += block->warmup;
	}
	return counts;
}

static bool has_own_strategy(const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->cell_count; i++)
		if (core_has_own_strategy(plan->cells[i].core))
			return true;
	return false;
}

static void print_head(const struct plan *plan, const struct text_style *style, FILE *file)
{
	char line[256];
	size_t used;

	fprintf(file, "plan %s, seed %" PRIu64 ", %s clock\n", plan->name, plan->seed,
		plan->clock == PLAN_CLOCK_VIRTUAL ? "virtual" : "host");
	used = (size_t)snprintf(line, sizeof(line), "strategies: ");
	for (uint32_t i = 0; i < plan->strategy_count && used < sizeof(line); i++)
		used += (size_t)snprintf(line + used, sizeof(line) - used, "%s%c = %s%s",
					 i ? ", " : "", 'A' + (int)i,
					 name_of(strategy_names, plan->strategies[i]),
					 i ? "" : " (base)");
	if (has_own_strategy(plan) && used < sizeof(line))
		snprintf(line + used, sizeof(line) - used,
			 "; K = the kernel's own, of cores that have one");
	text_wrap(file, style, "", line);
	snprintf(line, sizeof(line), "smallest effect of interest: %g %% for p10 and p50, %g %% for p99",
		 plan->threshold * 100, plan->threshold_p99 * 100);
	text_wrap(file, style, "", line);
	putc('\n', file);
}

static const struct text_column columns[] = {
	{ "no.", ALIGN_RIGHT, 0, false },	{ "cell", ALIGN_LEFT, 0, false },
	{ "quartets", ALIGN_RIGHT, 2, false },	{ "warm-up", ALIGN_RIGHT, 4, false },
	{ "ops/block", ALIGN_RIGHT, 3, false }, { "operations", ALIGN_RIGHT, 1, false },
};

static void put_number(struct text_table *table, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	text_table_cell(table, text);
}

static int print_cells(const struct plan *plan, const struct cell_count *counts,
		       const struct text_style *style, FILE *file)
{
	struct text_table *table =
		text_table_new(columns, sizeof(columns) / sizeof(columns[0]));
	char name[CELL_NAME_BYTES];

	for (uint32_t i = 0; i < plan->cell_count; i++) {
		cell_name(&plan->cells[i], name);
		put_number(table, i);
		text_table_cell(table, name);
		put_number(table, counts[i].quartets);
		put_number(table, counts[i].warmup_quartets);
		put_number(table, counts[i].operations_each);
		put_number(table, counts[i].operations);
	}
	return text_table_print_fitted(table, style, file);
}

/* Only where it says something: which cells leave calls unrecorded. */
static void print_record_every(const struct plan *plan, const struct cell_count *counts, FILE *file)
{
	for (uint32_t i = 0; i < plan->cell_count; i++)
		if (counts[i].record_every > 1)
			fprintf(file, "cell %u: one call in %u is recorded\n", i,
				counts[i].record_every);
}

/*
 * One boot has a difference for each quartet behind the warm-up. Of too few no p is small enough,
 * however clear they are.
 */
static bool has_too_few(const struct plan *plan, const struct cell_count *counts, uint32_t cell)
{
	return plan->clock == PLAN_CLOCK_HOST && plan->strategy_count > 1 &&
	       workload_gated_columns(plan->cells[cell].workload) &&
	       !core_has_own_strategy(plan->cells[cell].core) &&
	       counts[cell].quartets - counts[cell].warmup_quartets < JUDGE_PAIRS_MIN;
}

static void print_too_few(const struct plan *plan, const struct cell_count *counts,
			  const struct text_style *style, FILE *file)
{
	char line[512];
	size_t used = 0;
	uint32_t cells = 0;

	for (uint32_t i = 0; i < plan->cell_count; i++)
		if (has_too_few(plan, counts, i) && used + 16 < sizeof(line) - 160)
			used += (size_t)snprintf(line + used, sizeof(line) - used, "%s%u",
						 cells++ ? ", " : "", i);
	if (!cells)
		return;
	snprintf(line + used, sizeof(line) - used,
		 ": one boot gives no verdict from so few quartets; it takes %d behind the warm-up, or "
		 "as many boots", JUDGE_PAIRS_MIN);
	text_wrap(file, style, cells > 1 ? "cells " : "cell ", line);
}

static void print_total(const struct plan *plan, const struct cell_count *counts,
			const struct text_style *style, FILE *file)
{
	char line[160];
	uint64_t operations = 0, processes = 0, mirrors = 0;

	for (uint32_t i = 0; i < plan->cell_count; i++) {
		operations += counts[i].operations;
		processes += counts[i].operations * plan->cells[i].processes;
		mirrors += counts[i].operations * plan->cells[i].processes * plan->cells[i].mirrors;
	}
	snprintf(line, sizeof(line),
		 "%u blocks, %" PRIu64 " operations; %" PRIu64 " processes to start, %" PRIu64
		 " mirrors to register",
		 plan->block_count, operations, processes, mirrors);
	putc('\n', file);
	text_wrap(file, style, "", line);
}

static char letter_of(const struct plan *plan, const struct plan_block *block)
{
	for (uint32_t i = 0; i < plan->strategy_count; i++)
		if (plan->strategies[i] == block->strategy)
			return (char)((block->warmup ? 'a' : 'A') + (int)i);
	return block->warmup ? 'k' : 'K';
}

/* One word a quartet: "3:ABBA"; an unrecorded block has a '-' behind its letter. */
static int quartet_word(const struct plan *plan, uint32_t *block, char *word, size_t bytes)
{
	int used = snprintf(word, bytes, "%u:", plan->blocks[*block].cell);

	do {
		used += snprintf(word + used, bytes - (size_t)used, "%c%s",
				 letter_of(plan, &plan->blocks[*block]),
				 plan->blocks[*block].unrecorded ? "-" : "");
		++*block;
	} while (*block < timed_blocks(plan) && !begins_quartet(plan, *block) &&
		 (size_t)used < bytes - 3);
	return used;
}

/* What follows all that is timed. */
static void print_passes(const struct plan *plan, FILE *file)
{
	uint32_t counted = 0, detailed = 0;

	for (uint32_t i = timed_blocks(plan); i < plan->block_count; i++) {
		counted += plan->blocks[i].counted;
		detailed += plan->blocks[i].detailed;
	}
	if (counted)
		fprintf(file,
			"\nthen, with counters: each cell once under each strategy, %u blocks\n",
			counted);
	if (detailed)
		fprintf(file,
			"\nthen, detailed: each cell of workload exit once under each strategy, %u "
			"blocks\n",
			detailed);
}

static void print_order(const struct plan *plan, const struct text_style *style, FILE *file)
{
	const int columns_max = style->width && style->width < LINE_COLUMNS ? (int)style->width :
									      LINE_COLUMNS;
	char word[4 * CONFIG_STRATEGIES_MAX * CONFIG_STRATEGIES_MAX + 16];
	const uint32_t blocks = timed_blocks(plan);
	int column = 0, length;
	uint32_t block = 0;

	fprintf(file, "\norder, as cell:quartet (small letters are warm-up%s)\n",
		plan->blocks[0].unrecorded || (plan->block_count > 1 && plan->blocks[1].unrecorded)
			? ", '-' unrecorded"
			: "");
	while (block < blocks) {
		length = quartet_word(plan, &block, word, sizeof(word));
		if (column && column + 1 + length > columns_max) {
			fputc('\n', file);
			column = 0;
		}
		column += fprintf(file, "%s%s", column ? " " : "  ", word);
	}
	fputc('\n', file);
	print_passes(plan, file);
}

int plan_text(const struct plan *plan, const struct text_style *style, FILE *file)
{
	struct cell_count *counts = count_cells(plan);
	int result;

	if (!counts)
		return -ENOMEM;
	print_head(plan, style, file);
	result = print_cells(plan, counts, style, file);
	print_record_every(plan, counts, file);
	print_too_few(plan, counts, style, file);
	print_total(plan, counts, style, file);
	print_order(plan, style, file);
	free(counts);
	return result ? result : ferror(file) ? -EIO : 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "elsewhere/remarks.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int add_line(char ***lines, size_t *count, const char *format, va_list args)
{
	char **grown = reallocarray(*lines, *count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	*lines = grown;
	if (vasprintf(&grown[*count], format, args) < 0)
		return -ENOMEM;
	(*count)++;
	return 0;
}

static int mark(struct remarks *remarks, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static int note(struct remarks *remarks, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int mark(struct remarks *remarks, const char *format, ...)
{
	va_list args;
	int result;

	va_start(args, format);
	result = add_line(&remarks->marks, &remarks->mark_count, format, args);
	va_end(args);
	return result;
}

static int note(struct remarks *remarks, const char *format, ...)
{
	va_list args;
	int result;

	va_start(args, format);
	result = add_line(&remarks->notes, &remarks->note_count, format, args);
	va_end(args);
	return result;
}

static int pairing_remarks(const struct arrangement *arrangement, struct remarks *remarks)
{
	const uint32_t *cells = arrangement->pairings;
	uint32_t all = arrangement->input.cell_count;
	int result = 0;

	if (cells[PAIRING_QUARTETS])
		result = note(remarks,
			      "%u of %u cells: paired in ABBA quartets of blocks inside each "
			      "boot",
			      cells[PAIRING_QUARTETS], all);
	if (!result && cells[PAIRING_SAME_BLOCK])
		result = mark(remarks,
			      "%u of %u cells: each block holds both groups, and is one pair; "
			      "a drift inside a block is not told from a difference",
			      cells[PAIRING_SAME_BLOCK], all);
	if (!result && cells[PAIRING_ORDER])
		result = mark(
			remarks,
			"%u of %u cells: no ABBA quartets of blocks: the k-th block of one "
			"group is paired with the k-th of the other inside each boot, where a "
			"drift does not cancel",
			cells[PAIRING_ORDER], all);
	if (!result && arrangement->one_first)
		result = mark(remarks,
			      "%u of %u cells: one group was over before the other began, in most "
			      "boots the same one: no verdict, for what drifts is not told from a "
			      "difference; interleave the groups (--force judges all the same)",
			      arrangement->one_first, all);
	if (!result && cells[PAIRING_BOOT])
		result = mark(remarks,
			      "no blocks: the samples of a boot make one difference, and a "
			      "drift inside the boot is not told from it: the verdict holds where a "
			      "coin decided which group came first");
	return result;
}

static int left_out(const struct arrangement *arrangement, struct remarks *remarks)
{
	int result = 0;

	if (arrangement->lone_boots)
		result = mark(remarks,
			      "%u boots hold one of the groups only, where others hold both: "
			      "left out",
			      arrangement->lone_boots);
	if (!result && arrangement->unpaired_blocks)
		result = mark(remarks, "%u blocks have no partner in their boot: left out",
			      arrangement->unpaired_blocks);
	if (!result && arrangement->lone_cells)
		result = mark(remarks,
			      "%u of %u cells are in one of the groups only: nothing to compare "
			      "there",
			      arrangement->lone_cells, arrangement->input.cell_count);
	return result;
}

int remarks_make(const struct arrangement *arrangement, const char *name, struct remarks *remarks)
{
	const bool between = arrangement->input.design == DESIGN_BUILDS;
	int result;

	*remarks = (struct remarks){ 0 };
	result = note(remarks, "%s: %llu samples, measured elsewhere", name,
		      (unsigned long long)arrangement->samples);
	if (!result && between)
		result = note(remarks,
			      "each boot holds one group: %u boot%s of %s and %u of %s are compared "
			      "between boots, all as of one night",
			      arrangement->boots[ARM_BASE],
			      arrangement->boots[ARM_BASE] == 1 ? "" : "s", arrangement->input.base_name,
			      arrangement->boots[ARM_CANDIDATE], arrangement->input.candidate_name);
	if (!result && between)
		result = note(remarks,
			      "no control workload: beta = 0, what a boot's cells share is not "
			      "taken out");
	if (!result && !between)
		result = pairing_remarks(arrangement, remarks);
	if (!result)
		result = left_out(arrangement, remarks);
	return result;
}

/* The smaller of both arms' medians above 0; a median of 0 ns is refused where it is judged. */
static double lower_median(const struct cell_result *result)
{
	double lower = INFINITY;

	for (size_t arm = 0; arm < ARM_COUNT; arm++)
		if (result->arm[arm].p50_ns > 0)
			lower = fmin(lower, result->arm[arm].p50_ns);
	return lower;
}

int remarks_add_unit(const struct comparison_input *input, const struct comparison *comparison,
		     const char *name, struct remarks *remarks)
{
	const struct cell_result *first = NULL;
	uint32_t below = 0;

	for (uint32_t i = 0; i < comparison->result_count; i++) {
		const struct cell_result *result = &comparison->results[i];

		if (!(lower_median(result) < 1))
			continue;
		first = first ? first : result;
		below++;
	}
	if (!first)
		return 0;
	return mark(remarks,
		    "%u of %u cells have a median below 1 ns, shorter than a clock can tell (%s: "
		    "%.3g ns); are the values of %s in another unit? --unit ns, us, ms or s names it",
		    below, input->cell_count, input->cells[first->cell].name, lower_median(first),
		    name);
}

static void free_lines(char **lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(lines[i]);
	free(lines);
}

void remarks_free(struct remarks *remarks)
{
	free_lines(remarks->marks, remarks->mark_count);
	free_lines(remarks->notes, remarks->note_count);
	*remarks = (struct remarks){ 0 };
}

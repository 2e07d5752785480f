// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Both halves of the picture: a walk under the read lock makes exits cheaper and lets
 * an unregister that meets it wait. A report that shows only one says so.
 */
#include "report/phrase.h"

#include <math.h>

#include "report/cell_parts.h"
#include "report/selection.h"

static const struct {
	const char *name;
	uint32_t workloads; /* 1 << enum workload_id */
	const char *missing;
} sides[SIDE_COUNT] = {
	[SIDE_EXIT] = { "Exit", 1u << WORKLOAD_EXIT | 1u << WORKLOAD_STORM,
			"Only the unregister side was measured: what an exit costs is not in "
			"this report." },
	[SIDE_UNREGISTER] = { "Unregister",
			      1u << WORKLOAD_UNREGISTER | 1u << WORKLOAD_CONTEND |
				      1u << WORKLOAD_BYSTANDER,
			      "Only the exit side was measured: what unregister pays for it is not "
			      "in this report, and that is half of the picture." },
};

const char *side_name(enum side side)
{
	return sides[side].name;
}

static bool on_side(const struct report *report, const struct cell_result *result, enum side side)
{
	const uint32_t workload = report->input->cells[result->cell].workload;

	return result->gated && workload < 32 && (sides[side].workloads >> workload & 1);
}

static bool side_measured(const struct report *report, enum side side)
{
	for (uint32_t i = 0; i < report->comparison->result_count; i++)
		if (on_side(report, &report->comparison->results[i], side))
			return true;
	return false;
}

/* The result that shows a side best: the one with the most mirrors, the first of those. */
static const struct cell_result *example_of(const struct report *report, enum side side)
{
	const struct comparison *comparison = report->comparison;
	const struct cell *cells = report->input->cells;
	const struct cell_result *example = NULL;

	for (uint32_t i = 0; i < comparison->result_count; i++) {
		const struct cell_result *result = &comparison->results[i];

		if (on_side(report, result, side) &&
		    (!example || cells[result->cell].mirrors > cells[example->cell].mirrors))
			example = result;
	}
	return example;
}

static void write_counts(FILE *file, const struct report *report, enum side side)
{
	static const struct {
		enum verdict verdict;
		const char *text;
	} words[] = {
		{ VERDICT_REGRESSED, "slower in" },
		{ VERDICT_IMPROVED, "faster in" },
		{ VERDICT_EQUIVALENT, "equivalent in" },
		{ VERDICT_INCONCLUSIVE, "could not be told in" },
		{ VERDICT_NONE, "without a verdict in" },
	};
	uint32_t count[VERDICT_NONE + 1] = { 0 }, judged = 0;
	const char *between = " ";

	for (uint32_t i = 0; i < report->comparison->result_count; i++) {
		const struct cell_result *result = &report->comparison->results[i];

		if (!on_side(report, result, side))
			continue;
		count[result->verdict]++;
		judged++;
	}
	fprintf(file, "%s:", sides[side].name);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!count[words[i].verdict])
			continue;
		fprintf(file, "%s%s %u of %u", between, words[i].text, count[words[i].verdict],
			judged);
		between = ", ";
	}
}

static void write_quantile(FILE *file, const struct report *report,
			   const struct cell_result *result, enum gated_quantile quantile,
			   double base_ns, double candidate_ns)
{
	char base[FORMAT_BYTES], candidate[FORMAT_BYTES], effect[FORMAT_BYTES];

	format_ns(base_ns, base, sizeof(base));
	format_ns(candidate_ns, candidate, sizeof(candidate));
	format_effect(result->effect[quantile].estimate, effect, sizeof(effect));
	fprintf(file, " %s %s with %s, %s with %s", gated_quantile_name(quantile), base,
		report->input->base_name, candidate, report->input->candidate_name);
	if (isnan(result->effect[quantile].estimate))
		fputs(" (not judged)", file);
	else
		fprintf(file, " (%s%s)", effect,
			effect_hides_below_clock(report, result, quantile) ? ", below the clock"
									   : "");
}

void phrase_side(FILE *file, const struct report *report, enum side side)
{
	const struct cell_result *example = example_of(report, side);

	if (!example)
		return;
	write_counts(file, report, side);
	fputs(". ", file);
	phrase_result(file, report, example);
	fputc(':', file);
	write_quantile(file, report, example, GATED_P50, example->arm[ARM_BASE].p50_ns,
		       example->arm[ARM_CANDIDATE].p50_ns);
	fputc(';', file);
	write_quantile(file, report, example, GATED_P99, example->arm[ARM_BASE].p99_ns,
		       example->arm[ARM_CANDIDATE].p99_ns);
	fputc('.', file);
}

/* Unregisters were measured, and none of them beside an exit. */
static bool unregister_alone(const struct report *report)
{
	bool alone = false;

	for (uint32_t i = 0; i < report->comparison->result_count; i++) {
		const struct cell_result *result = &report->comparison->results[i];
		const uint32_t workload = report->input->cells[result->cell].workload;

		if (workload == WORKLOAD_CONTEND || workload == WORKLOAD_BYSTANDER)
			return false;
		alone |= workload == WORKLOAD_UNREGISTER;
	}
	return alone;
}

void phrase_other_half(FILE *file, const struct report *report)
{
	const bool exits = side_measured(report, SIDE_EXIT);
	const bool unregisters = side_measured(report, SIDE_UNREGISTER);

	if (exits && !unregisters)
		fputs(sides[SIDE_UNREGISTER].missing, file);
	else if (unregisters && !exits)
		fputs(sides[SIDE_EXIT].missing, file);
	else if (unregister_alone(report))
		fputs("Unregister was measured with no exit beside it: how long it waits for the "
		      "walk of an exit is not in this report.",
		      file);
}

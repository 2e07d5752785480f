// SPDX-License-Identifier: GPL-2.0-or-later
/* The head line: what the verdict is, and in how many of the judged results. */
#include "report/phrase.h"

#include "report/selection.h"

/* The changed result of this verdict that leads the list, or NULL. */
static const struct cell_result *leading(const struct report *report, enum verdict verdict)
{
	const struct cell_result *found = NULL;
	struct selection changed;

	if (selection_changed(report, &changed))
		return NULL;
	for (uint32_t i = 0; i < changed.count && !found; i++)
		if (report->comparison->results[changed.results[i]].verdict == verdict)
			found = &report->comparison->results[changed.results[i]];
	selection_free(&changed);
	return found;
}

static void write_changed(FILE *file, const struct report *report, enum verdict verdict,
			  uint32_t judged)
{
	const struct comparison_input *input = report->input;
	const struct cell_result *result = leading(report, verdict);
	const bool slower = verdict == VERDICT_REGRESSED;

	fprintf(file, "%s is %s than %s in %u of %u judged results", input->candidate_name,
		slower ? "slower" : "faster", input->base_name, report->comparison->count[verdict],
		judged);
	if (result) {
		fprintf(file, ", %s in ", slower ? "worst" : "most");
		phrase_result(file, report, result);
		fprintf(file, " at ");
		phrase_effect(file, result, result_leading_quantile(result));
	}
}

/* The counts that the leading clause did not name. */
static void write_others(FILE *file, const struct report *report, enum verdict named)
{
	static const struct {
		enum verdict verdict;
		const char *text;
	} others[] = {
		{ VERDICT_IMPROVED, "faster in" },
		{ VERDICT_EQUIVALENT, "equivalent in" },
		{ VERDICT_INCONCLUSIVE, "could not be told in" },
		{ VERDICT_NONE, "without a verdict in" },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		const uint32_t count = report->comparison->count[others[i].verdict];

		if (count && others[i].verdict != named)
			fprintf(file, "; %s %u", others[i].text, count);
	}
}

static uint32_t judged_count(const struct comparison *comparison)
{
	uint32_t count = 0;

	for (size_t i = 0; i <= VERDICT_NONE; i++)
		count += comparison->count[i];
	return count;
}

/*
 * INCONCLUSIVE as a whole. Its results have been told neither way, or were judged and gave no
 * verdict (too few samples, a broken clock): of one result there is nothing to count.
 */
static void write_untold(FILE *file, const struct report *report, uint32_t judged)
{
	const struct comparison *comparison = report->comparison;
	const struct comparison_input *input = report->input;
	const uint32_t untold = comparison->count[VERDICT_INCONCLUSIVE];
	const uint32_t without = comparison->count[VERDICT_NONE];

	if (judged == 1)
		fprintf(file, "The only judged result %s: whether %s is slower than %s is open",
			untold ? "could not be told" : "has no verdict", input->candidate_name,
			input->base_name);
	else if (untold)
		fprintf(file,
			"%u of %u judged results could not be told; %s was found slower than %s "
			"in none",
			untold, judged, input->candidate_name, input->base_name);
	else
		fprintf(file,
			"%u of %u judged results %s no verdict; %s was found slower than %s in none",
			without, judged, without == 1 ? "has" : "have", input->candidate_name,
			input->base_name);
	write_others(file, report, untold ? VERDICT_INCONCLUSIVE : VERDICT_NONE);
}

/* A quantile that was not judged anywhere is none of which anything is said. */
static bool is_judged_somewhere(const struct report *report, enum gated_quantile quantile)
{
	const struct comparison *comparison = report->comparison;

	for (uint32_t i = 0; i < comparison->result_count; i++)
		if (comparison->results[i].gated &&
		    comparison->results[i].effect[quantile].verdict != VERDICT_NONE)
			return true;
	return false;
}

static void write_equivalent(FILE *file, const struct report *report, uint32_t judged)
{
	const struct comparison_input *input = report->input;

	fprintf(file, "%s and %s differ by less than %g %% (p10, p50)", input->candidate_name,
		input->base_name, input->threshold * 100);
	if (is_judged_somewhere(report, GATED_P99))
		fprintf(file, " and %g %% (p99)", input->threshold_p99 * 100);
	fprintf(file, "%s in %u of %u judged results",
		report_is_clock_bound(report) ? ", or by less than the clock can tell," : "",
		report->comparison->count[VERDICT_EQUIVALENT], judged);
	write_others(file, report, VERDICT_EQUIVALENT);
}

void phrase_verdict(FILE *file, const struct report *report)
{
	const struct comparison *comparison = report->comparison;
	const uint32_t judged = judged_count(comparison);

	if (!judged) {
		fputs("There is no verdict: nothing was judged.", file);
		return;
	}
	switch (comparison->verdict) {
	case VERDICT_REGRESSED:
	case VERDICT_IMPROVED:
		write_changed(file, report, comparison->verdict, judged);
		write_others(file, report, comparison->verdict);
		break;
	case VERDICT_EQUIVALENT:
		write_equivalent(file, report, judged);
		break;
	case VERDICT_INCONCLUSIVE:
		write_untold(file, report, judged);
		break;
	case VERDICT_NONE:
		fputs("There is no verdict", file);
		break;
	}
	fputc('.', file);
}

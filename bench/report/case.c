// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/case.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/phrase.h"
#include "report/selection.h"

void result_cell_name(const struct report *report, const struct cell_result *result, char *text,
		      size_t bytes)
{
	const uint32_t *strategies = report->input->strategies;
	char name[CELL_NAME_BYTES];

	cell_name(&report->input->cells[result->cell], name);
	if (strategies && strategies[result->cell] != COMPARISON_ANY_STRATEGY)
		snprintf(text, bytes, "%s/%s", name,
			 strategy_name(strategies[result->cell]));
	else
		snprintf(text, bytes, "%s", name);
}

double arm_quantile_ns(const struct arm_summary *arm, enum gated_quantile quantile)
{
	const double values[GATED_COUNT] = {
		[GATED_P10] = arm->p10_ns, [GATED_P50] = arm->p50_ns, [GATED_P99] = arm->p99_ns
	};

	return arm->rows ? values[quantile] : NAN;
}

static enum case_outcome outcome_of(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_REGRESSED:
		return CASE_FAILED;
	case VERDICT_EQUIVALENT:
	case VERDICT_IMPROVED:
		return CASE_PASSED;
	case VERDICT_INCONCLUSIVE:
	case VERDICT_NONE:
		break;
	}
	return CASE_SKIPPED;
}

static void write_text(const struct report *report, struct report_case *test, FILE *file)
{
	const struct effect *effect = test->effect;
	char p[FORMAT_BYTES], threshold[FORMAT_BYTES];

	if (effect->verdict == VERDICT_NONE) {
		fprintf(file, "no verdict: %s",
			effect->why[0] ? effect->why : "no reason was given");
		return;
	}
	fprintf(file, "%s: %s against %s: ", verdict_name(effect->verdict),
		report->input->candidate_name, report->input->base_name);
	phrase_effect(file, test->result, test->quantile);
	format_p(effect->p_adjusted, p, sizeof(p));
	format_effect(effect->threshold, threshold, sizeof(threshold));
	fprintf(file, ", p adjusted %s, smallest effect of interest %s", p,
		threshold[0] == '+' ? threshold + 1 : threshold);
	if (effect->verdict == VERDICT_INCONCLUSIVE && effect->needed)
		fprintf(file, "; %u would decide, there are %u", effect->needed, effect->pairs);
}

static int make_case(const struct report *report, const struct cell_result *result,
		     enum gated_quantile quantile, struct report_case *test)
{
	FILE *file;

	*test = (struct report_case){
		.result = result,
		.quantile = quantile,
		.effect = &result->effect[quantile],
		.outcome = outcome_of(result->effect[quantile].verdict),
		.base_ns = arm_quantile_ns(&result->arm[ARM_BASE], quantile),
		.candidate_ns = arm_quantile_ns(&result->arm[ARM_CANDIDATE], quantile),
	};
	result_cell_name(report, result, test->cell, sizeof(test->cell));
	snprintf(test->name, sizeof(test->name), "%s %s", column_name(result->column),
		 gated_quantile_name(quantile));
	file = fmemopen(test->text, sizeof(test->text), "w");
	if (!file)
		return -ENOMEM;
	write_text(report, test, file);
	fclose(file);
	test->text[sizeof(test->text) - 1] = '\0';
	return 0;
}

int report_cases_each(const struct report *report,
		      int (*each)(const struct report_case *test, void *context), void *context)
{
	struct report_case test;

	for (uint32_t i = 0; i < report->comparison->result_count; i++) {
		const struct cell_result *result = &report->comparison->results[i];

		for (enum gated_quantile quantile = 0; quantile < GATED_COUNT && result->gated;
		     quantile++) {
			int ret = make_case(report, result, quantile, &test);

			if (!ret)
				ret = each(&test, context);
			if (ret)
				return ret;
		}
	}
	return 0;
}

struct case_counts report_cases_count(const struct report *report)
{
	struct case_counts counts = { 0 };

	for (uint32_t i = 0; i < report->comparison->result_count; i++) {
		const struct cell_result *result = &report->comparison->results[i];

		for (size_t quantile = 0; quantile < GATED_COUNT && result->gated; quantile++) {
			counts.all++;
			counts.of[outcome_of(result->effect[quantile].verdict)]++;
		}
	}
	return counts;
}

double report_started(const struct report *report)
{
	const char *text = report->run_count ? report->runs[0].started : NULL, *end;
	struct tm time = { 0 };

	end = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &time) : NULL;
	return end ? (double)timegm(&time) : NAN;
}

int report_written(FILE *file, struct error *error)
{
	if (ferror(file))
		return error_set(error, EIO, "report: cannot be written; is the disk full?");
	return 0;
}

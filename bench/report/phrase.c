// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/phrase.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/cell_parts.h"
#include "report/selection.h"

const char *column_name(enum sample_column column)
{
	return (unsigned int)column < COLUMN_COUNT ? sample_columns[column].name : "?";
}

const char *column_help(enum sample_column column)
{
	return (unsigned int)column < COLUMN_COUNT ? sample_columns[column].help : "";
}

bool report_is_guest(const struct report *report)
{
	for (size_t i = 0; i < report->run_count; i++)
		if (report->runs[i].lab && !strcmp(report->runs[i].lab, "vm"))
			return true;
	return false;
}

bool report_is_virtual(const struct report *report)
{
	bool found = false;

	for (size_t i = 0; i < report->run_count && !found; i++) {
		const char *text = report->runs[i].lab_json;
		json_t *lab = text ? json_loads(text, 0, NULL) : NULL;
		const char *clock = json_string_value(json_object_get(lab, "clock"));

		found = clock && !strcmp(clock, "virtual");
		json_decref(lab);
	}
	return found;
}

char *phrase_text(void (*write)(FILE *, const struct report *), const struct report *report)
{
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);
	bool failed;

	if (!file)
		return NULL;
	write(file, report);
	failed = ferror(file);
	if (fclose(file) || failed) {
		free(text);
		return NULL;
	}
	return text;
}

void phrase_words(FILE *file, const struct report *report, const struct cell_result *result,
		  uint32_t mask)
{
	const struct cell *cell = &report->input->cells[result->cell];
	const char *column = column_name(result->column);

	cell_words(file, report->input, result->cell, mask);
	if (!cell->name && strcmp(column, cell_workload(cell)))
		fprintf(file, " (%s)", column);
}

void phrase_result(FILE *file, const struct report *report, const struct cell_result *result)
{
	phrase_words(file, report, result,
		     report_parts_varying(report) | PART_BIT(PART_NAME) |
			     PART_BIT(PART_WORKLOAD) | PART_BIT(PART_MIRRORS));
}

void phrase_effect(FILE *file, const struct cell_result *result, enum gated_quantile quantile)
{
	const struct effect *effect = &result->effect[quantile];
	char estimate[FORMAT_BYTES], interval[FORMAT_BYTES];

	if (isnan(effect->estimate)) {
		fprintf(file, "%s without a verdict", gated_quantile_name(quantile));
		return;
	}
	format_effect(effect->estimate, estimate, sizeof(estimate));
	format_interval(effect->low, effect->high, interval, sizeof(interval));
	fprintf(file, "%s %s", gated_quantile_name(quantile), estimate);
	if (!isnan(effect->low) && !isnan(effect->high))
		fprintf(file, " (95 %% interval %s)", interval);
}

static void builds_scope(FILE *file, const struct report *report)
{
	const struct comparison *comparison = report->comparison;
	const struct comparison_input *input = report->input;

	fprintf(file, "%u boot%s of %s and %u of %s", comparison->arm_boots[ARM_BASE],
		comparison->arm_boots[ARM_BASE] == 1 ? "" : "s", input->base_name,
		comparison->arm_boots[ARM_CANDIDATE], input->candidate_name);
	if (input->exact) {
		fputs(", compared exactly: this clock has no noise.", file);
		return;
	}
	if (comparison->nights > 1)
		fprintf(file, " in %u nights", comparison->nights);
	fputs("; the boot is the unit of the comparison.", file);
	if (input->looks)
		fprintf(file, " They were looked at %u time%s to decide whether more are wanted, and "
			"p and intervals allow for that.", input->looks, input->looks == 1 ? "" : "s");
}

void phrase_scope(FILE *file, const struct report *report)
{
	const uint32_t boots = report->comparison->boots;

	if (report->input->design == DESIGN_BUILDS)
		builds_scope(file, report);
	else if (boots == 1)
		fputs("One boot: this holds for this boot only.", file);
	else
		fprintf(file, "%u boots; the boot is the unit of the comparison.", boots);
	if (report_is_virtual(report))
		fputs(" Virtual clock: 1 ns stands for one instruction of the guest.", file);
}

/* The largest share of the control that was taken out of a judged quantile; NAN: of none. */
static double largest_beta(const struct report *report)
{
	double beta = NAN;

	for (uint32_t i = 0; i < report->comparison->result_count; i++)
		for (size_t quantile = 0; quantile < GATED_COUNT; quantile++)
			if (report->comparison->results[i].gated)
				beta = fmax(beta,
					    report->comparison->results[i].effect[quantile].beta);
	return beta;
}

void phrase_unchanged(FILE *file, const struct report *report)
{
	const uint32_t *count = report->comparison->count;

	fputs("No change beyond the smallest effect of interest was found", file);
	fputs(count[VERDICT_INCONCLUSIVE] || count[VERDICT_NONE] ?
		      "; what could not be told may hide one." : ".", file);
}

void phrase_change(FILE *file, const struct report *report)
{
	if (report->input->exact)
		return;
	fprintf(file, "change: %s, and not the ratio of the two columns before it, which are "
		      "quantiles of all samples.",
		report->input->design == DESIGN_BUILDS ?
			"between boots, each of which is one value" :
			"the centre of paired differences");
}

void phrase_control(FILE *file, const struct report *report)
{
	const struct comparison *comparison = report->comparison;
	char change[FORMAT_BYTES];

	if (report->input->design != DESIGN_BUILDS || !(largest_beta(report) > 0))
		return;
	for (uint32_t i = 0; i < comparison->result_count; i++) {
		const struct cell_result *result = &comparison->results[i];

		if (report->input->cells[result->cell].workload != WORKLOAD_CONTROL)
			continue;
		format_effect(result->effect[GATED_P50].estimate, change, sizeof(change));
		fprintf(file,
			"The control workload, a process without mirrors, changed by %s at p50. What "
			"the boots of a build share with it was taken out of the changes, at most %.0f %% "
			"of it.",
			change, 100 * largest_beta(report));
		return;
	}
}

void phrase_replay(FILE *file, const struct report *report)
{
	if (report->verdict)
		fprintf(file, "Verdict %lld, from inputs %.12s; hmmbench compare %s--replay %lld gives "
			"it again, byte for byte.", (long long)report->verdict,
			report->inputs ? report->inputs : "?",
			report->store_words ? report->store_words : "", (long long)report->verdict);
}

void phrase_run(FILE *file, const struct store_run *run)
{
	fprintf(file, "run %lld: %s, %s", (long long)run->id, run->lab ? run->lab : "?",
		run->kernel ? run->kernel : "?");
	if (run->label && run->label[0])
		fprintf(file, ", \"%s\"", run->label);
	fprintf(file, ", %s, %s", run->started ? run->started : "?",
		run->status_text && run->status_text[0] ? run->status_text : "no end");
	if (run->status)
		fprintf(file, ", %lld samples", (long long)run->rows);
	if (run->dropped)
		fprintf(file, ", %lld dropped", (long long)run->dropped);
}

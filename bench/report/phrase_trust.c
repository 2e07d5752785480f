// SPDX-License-Identifier: GPL-2.0-or-later
/* How far to trust the numbers of a report: what disturbed them, what recording them costs. */
#include "report/phrase.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "report/cell_parts.h"

static const char *arm_name(const struct report *report, uint32_t arm)
{
	return arm == ARM_BASE ? report->input->base_name : report->input->candidate_name;
}

/* ---- disturbed samples ---- */

static void add_marks(struct arm_summary *sum, const struct arm_summary *arm)
{
	sum->rows += arm->rows;
	sum->disturbed += arm->disturbed;
	for (size_t i = 0; i < MARK_COUNT; i++) {
		sum->mark[i].told += arm->mark[i].told;
		sum->mark[i].marked += arm->mark[i].marked;
	}
}

/* ": 12 interrupted, 3 scheduled out". */
static void write_kinds(FILE *file, const struct arm_summary *sum)
{
	const char *between = ": ";

	for (size_t i = 0; i < MARK_COUNT; i++) {
		if (!sum->mark[i].marked)
			continue;
		fprintf(file, "%s%llu %s", between, (unsigned long long)sum->mark[i].marked,
			sample_marks[i].help);
		between = ", ";
	}
}

/* Over the judged results; nothing where none has a sample with marks. */
static void write_disturbed(FILE *file, const struct report *report, uint32_t arm)
{
	struct arm_summary sum = { 0 };

	for (uint32_t i = 0; i < report->comparison->result_count; i++)
		if (report->comparison->results[i].gated)
			add_marks(&sum, &report->comparison->results[i].arm[arm]);
	if (!sum.mark[MARK_SWITCHED].told)
		return;
	fprintf(file, "%s: %llu of %llu judged samples were disturbed, kept and marked",
		arm_name(report, arm), (unsigned long long)sum.disturbed,
		(unsigned long long)sum.rows);
	write_kinds(file, &sum);
	fputc('.', file);
}

/* What neither arm could tell, where there are marks at all. */
static void write_untold_marks(FILE *file, const struct report *report)
{
	struct arm_summary sum = { 0 };
	const char *between = "";

	for (uint32_t i = 0; i < report->comparison->result_count; i++)
		for (uint32_t arm = 0; arm < ARM_COUNT; arm++)
			if (report->comparison->results[i].gated)
				add_marks(&sum, &report->comparison->results[i].arm[arm]);
	for (size_t i = 0; i < MARK_COUNT; i++) {
		if (sum.mark[i].told || !sum.mark[MARK_SWITCHED].told)
			continue;
		fprintf(file, "%s%s", between, sample_marks[i].name);
		between = ", ";
	}
	if (between[0])
		fputs(": this machine and kernel cannot tell which samples were.", file);
}

/* ---- levels ---- */

static void write_level(FILE *file, const struct report *report, const struct cell_result *result)
{
	const struct drift *drift = &result->drift;
	char text[FORMAT_BYTES];

	phrase_result(file, report, result);
	if (result->drifts) {
		format_effect(drift->trend, text, sizeof(text));
		fprintf(file, ": the level drifted by %s over %zu quartets", text, drift->levels);
	}
	if (result->unsettled) {
		format_effect(drift->first_from, text, sizeof(text));
		fprintf(file, "%s the first %zu quartets behind the warm-up were %s off the rest",
			result->drifts ? ";" : ":", drift->first, text);
	}
	fputs(". What is paired cancels that; plain quantiles do not.", file);
}

/* ---- recording ---- */

static void write_probe(FILE *file, const struct report *report, const struct probe *probe)
{
	char effect[FORMAT_BYTES], interval[FORMAT_BYTES];

	cell_words(file, report->input, probe->cell,
		   report_parts_varying(report) | PART_BIT(PART_WORKLOAD) | PART_BIT(PART_MIRRORS));
	format_effect(probe->estimate, effect, sizeof(effect));
	fprintf(file, ", %s: recording it changes the whole by %s", arm_name(report, probe->arm),
		effect);
	if (!isnan(probe->low) && !isnan(probe->high)) {
		format_interval(probe->low, probe->high, interval, sizeof(interval));
		fprintf(file, " (95 %% interval %s)", interval);
	}
	fputc('.', file);
}

/* ---- all of it ---- */

struct trust {
	const struct report *report;
	void (*each)(const char *line, void *context);
	void *context;
	FILE *file;
	char *text;
	size_t bytes;
	int result;
};

static FILE *line_begin(struct trust *trust)
{
	trust->text = NULL;
	trust->file = trust->result ? NULL : open_memstream(&trust->text, &trust->bytes);
	if (!trust->file)
		trust->result = -ENOMEM;
	return trust->file;
}

/* A line that came out empty is none. */
static void line_end(struct trust *trust)
{
	if (fclose(trust->file))
		trust->result = -ENOMEM;
	else if (trust->text[0])
		trust->each(trust->text, trust->context);
	free(trust->text);
}

int trust_each(const struct report *report, void (*each)(const char *line, void *context),
	       void *context)
{
	struct trust trust = { .report = report, .each = each, .context = context };

	for (uint32_t arm = 0; arm < ARM_COUNT; arm++) {
		if (!line_begin(&trust))
			return trust.result;
		write_disturbed(trust.file, report, arm);
		line_end(&trust);
	}
	if (!line_begin(&trust))
		return trust.result;
	write_untold_marks(trust.file, report);
	line_end(&trust);
	for (uint32_t i = 0; i < report->comparison->result_count; i++) {
		const struct cell_result *result = &report->comparison->results[i];

		if (!result->drifts && !result->unsettled)
			continue;
		if (!line_begin(&trust))
			return trust.result;
		write_level(trust.file, report, result);
		line_end(&trust);
	}
	for (uint32_t i = 0; i < report->probe_count; i++) {
		if (!line_begin(&trust))
			return trust.result;
		write_probe(trust.file, report, &report->probes[i]);
		line_end(&trust);
	}
	return trust.result;
}

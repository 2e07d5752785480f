// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The Test Anything Protocol, version 13 (testanything.org): a line per quantile, with a
 * YAML block where it failed.
 */
#include "report/formats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "report/case.h"
#include "report/clean.h"

struct lines {
	const struct report *report;
	FILE *file;
	uint32_t number;
};

/* A '#' begins a directive; a backslash takes that away. */
static void description(FILE *file, const char *text)
{
	for (; *text; text++) {
		if (*text == '#' || *text == '\\')
			fputc('\\', file);
		fputc(*text, file);
	}
}

/* A scalar in double quotes, as YAML takes it. */
static void scalar(FILE *file, const char *key, const char *text)
{
	fprintf(file, "  %s: \"", key);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', file);
		fputc(*text, file);
	}
	fputs("\"\n", file);
}

static void number(FILE *file, const char *key, double value)
{
	if (!isfinite(value))
		fprintf(file, "  %s: ~\n", key);
	else
		fprintf(file, "  %s: %.6g\n", key, value);
}

static int write_line(const struct report_case *test, void *context)
{
	struct lines *lines = context;
	FILE *file = lines->file;
	char *cell = clean_text(test->cell, false), *text = clean_text(test->text, false);
	int result = -ENOMEM;

	if (!cell || !text)
		goto out;
	fprintf(file, "%sok %u - ", test->outcome == CASE_FAILED ? "not " : "", ++lines->number);
	description(file, cell);
	fprintf(file, " %s", test->name);
	if (test->outcome == CASE_SKIPPED) {
		fputs(" # SKIP ", file);
		description(file, text);
	}
	fputc('\n', file);
	if (test->outcome == CASE_FAILED) {
		fputs("  ---\n", file);
		scalar(file, "message", text);
		number(file, "base_ns", test->base_ns);
		number(file, "candidate_ns", test->candidate_ns);
		number(file, "estimate", test->effect->estimate);
		number(file, "low", test->effect->low);
		number(file, "high", test->effect->high);
		number(file, "p_adjusted", test->effect->p_adjusted);
		fputs("  ...\n", file);
	}
	result = 0;
out:
	free(cell);
	free(text);
	return result;
}

static int tap_render(const struct report *report, const struct report_options *options, FILE *file,
		      const char *folder, struct error *error)
{
	struct lines lines = { .report = report, .file = file };
	const struct case_counts counts = report_cases_count(report);
	int result = 0;

	(void)options;
	(void)folder;
	fprintf(file, "TAP version 13\n1..%u%s\n", counts.all,
		counts.all ? "" : " # SKIP nothing was judged");
	for (size_t i = 0; i < report->mark_count && !result; i++) {
		char *mark = clean_text(report->marks[i], false);

		if (mark)
			fprintf(file, "# %s\n", mark);
		else
			result = -ENOMEM;
		free(mark);
	}
	if (!result)
		result = report_cases_each(report, write_line, &lines);
	if (result)
		return error_set(error, -result, "report: out of memory");
	return report_written(file, error);
}

const struct report_format report_tap = {
	.name = "tap",
	.help = "Test Anything Protocol, version 13",
	.file = "report.tap",
	.render = tap_render,
};

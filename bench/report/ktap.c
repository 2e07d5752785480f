// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * KTAP, the kernel's own (Documentation/dev-tools/ktap.rst, version 1): a test per judged
 * result, its quantiles nested in it.
 */
#include "report/formats.h"

#include <errno.h>
#include <stdlib.h>

#include "report/case.h"
#include "report/clean.h"
#include "report/phrase.h"
#include "report/selection.h"

struct ktap {
	const struct report *report;
	FILE *file;
	const struct cell_result *result; /* of the open test, or NULL */
	uint32_t number, inner;		  /* of the tests so far */
	struct case_counts counts;	  /* of the open test */
};

/* A name has no '#', which begins a directive, and no escape for it. */
static int write_name(FILE *file, const char *text)
{
	char *clean = clean_text(text, false);

	if (!clean)
		return -ENOMEM;
	for (char *at = clean; *at; at++)
		fputc(*at == '#' ? '_' : *at, file);
	free(clean);
	return 0;
}

static uint32_t count_judged(const struct report *report)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < report->comparison->result_count; i++)
		count += report->comparison->results[i].gated;
	return count;
}

static int write_title(struct ktap *ktap)
{
	char cell[sizeof(((struct report_case *)0)->cell)];
	int result;

	result_cell_name(ktap->report, ktap->result, cell, sizeof(cell));
	result = write_name(ktap->file, cell);
	fprintf(ktap->file, " %s", column_name(ktap->result->column));
	return result;
}

static int close_test(struct ktap *ktap)
{
	int result;

	if (!ktap->result)
		return 0;
	fprintf(ktap->file, "%sok %u ", ktap->counts.of[CASE_FAILED] ? "not " : "", ++ktap->number);
	result = write_title(ktap);
	if (ktap->counts.of[CASE_SKIPPED] == ktap->counts.all)
		fputs(" # SKIP no quantile has a verdict that decides", ktap->file);
	fputc('\n', ktap->file);
	return result;
}

static int open_test(struct ktap *ktap, const struct report_case *test)
{
	int result = close_test(ktap);

	ktap->result = test->result;
	ktap->counts = (struct case_counts){ 0 };
	ktap->inner = 0;
	fputs("  KTAP version 1\n  # Subtest: ", ktap->file);
	if (!result)
		result = write_title(ktap);
	fprintf(ktap->file, "\n  1..%d\n", GATED_COUNT);
	return result;
}

static int write_line(const struct report_case *test, void *context)
{
	struct ktap *ktap = context;
	FILE *file = ktap->file;
	int result = 0;

	if (ktap->result != test->result)
		result = open_test(ktap, test);
	ktap->counts.all++;
	ktap->counts.of[test->outcome]++;
	if (test->outcome == CASE_FAILED) {
		fputs("  # ", file);
		if (!result)
			result = write_name(file, test->text);
		fputc('\n', file);
	}
	fprintf(file, "  %sok %u %s", test->outcome == CASE_FAILED ? "not " : "", ++ktap->inner,
		gated_quantile_name(test->quantile));
	if (test->outcome == CASE_SKIPPED) {
		fputs(" # SKIP ", file);
		if (!result)
			result = write_name(file, test->text);
	}
	fputc('\n', file);
	return result;
}

static int ktap_render(const struct report *report, const struct report_options *options,
		       FILE *file, const char *folder, struct error *error)
{
	struct ktap ktap = { .report = report, .file = file };
	int result = 0;

	(void)options;
	(void)folder;
	fprintf(file, "KTAP version 1\n1..%u\n", count_judged(report));
	for (size_t i = 0; i < report->mark_count && !result; i++) {
		fputs("# ", file);
		result = write_name(file, report->marks[i]);
		fputc('\n', file);
	}
	if (!result)
		result = report_cases_each(report, write_line, &ktap);
	if (!result)
		result = close_test(&ktap);
	if (result)
		return error_set(error, -result, "report: out of memory");
	return report_written(file, error);
}

const struct report_format report_ktap = {
	.name = "ktap",
	.help = "the kernel's test protocol, version 1",
	.file = "report.ktap",
	.render = ktap_render,
};

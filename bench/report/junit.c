// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JUnit XML, as test servers read it: one suite per judged result, one case per quantile. The
 * time of a case is the candidate's quantile in seconds, so that a server's trend of times
 * is one of latencies.
 *
 * There is no standard; this keeps to what the schema of Ant's junitreport and that of the
 * Jenkins xUnit plugin have in common.
 */
#include "report/formats.h"

#include <math.h>

#include "report/case.h"
#include "report/xml.h"

struct suite {
	const struct report *report;
	FILE *file;
	const struct cell_result *result; /* of the open suite, or NULL */
};

static struct case_counts counts_of(const struct cell_result *result)
{
	const struct comparison one = { .results = (struct cell_result *)result,
					.result_count = 1 };
	const struct report report = { .comparison = &one };

	return report_cases_count(&report);
}

static void counts(FILE *file, const struct case_counts *counts)
{
	fprintf(file, " tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\"", counts->all,
		counts->of[CASE_FAILED], counts->of[CASE_SKIPPED]);
}

static void close_suite(struct suite *suite)
{
	if (suite->result)
		fputs("  </testsuite>\n", suite->file);
}

static void property(FILE *file, const char *name, const char *value)
{
	fputs("      <property", file);
	xml_attribute(file, "name", name);
	xml_attribute(file, "value", value ? value : "");
	fputs("/>\n", file);
}

static void open_suite(struct suite *suite, const struct report_case *test)
{
	const struct report *report = suite->report;
	const struct case_counts of_result = counts_of(test->result);

	close_suite(suite);
	suite->result = test->result;
	fputs("  <testsuite", suite->file);
	xml_attribute(suite->file, "name", test->cell);
	counts(suite->file, &of_result);
	/* The readers' schema has no zone: it is UTC. */
	if (report->run_count && report->runs[0].started && report->runs[0].started[0]) {
		char started[20];

		snprintf(started, sizeof(started), "%s", report->runs[0].started);
		xml_attribute(suite->file, "timestamp", started);
	}
	fputs(">\n    <properties>\n", suite->file);
	property(suite->file, "base", report->input->base_name);
	property(suite->file, "candidate", report->input->candidate_name);
	for (size_t i = 0; i < report->run_count; i++) {
		property(suite->file, "lab", report->runs[i].lab);
		property(suite->file, "kernel", report->runs[i].kernel);
	}
	for (size_t i = 0; i < report->mark_count; i++)
		property(suite->file, "mark", report->marks[i]);
	fputs("    </properties>\n", suite->file);
}

static void outcome(FILE *file, const struct report_case *test, const char *element)
{
	fprintf(file, "      <%s", element);
	if (test->outcome == CASE_FAILED)
		xml_attribute(file, "type", verdict_name(test->effect->verdict));
	xml_attribute(file, "message", test->text);
	fputs("/>\n", file);
}

static int write_case(const struct report_case *test, void *context)
{
	struct suite *suite = context;
	FILE *file = suite->file;

	if (suite->result != test->result)
		open_suite(suite, test);
	fputs("    <testcase", file);
	xml_attribute(file, "classname", test->cell);
	xml_attribute(file, "name", test->name);
	fprintf(file, " time=\"%.9f\">\n",
		isnan(test->candidate_ns) ? 0 : test->candidate_ns / 1e9);
	if (test->outcome == CASE_FAILED)
		outcome(file, test, "failure");
	else if (test->outcome == CASE_SKIPPED)
		outcome(file, test, "skipped");
	if (test->outcome == CASE_PASSED) {
		fputs("      <system-out>", file);
		xml_text(file, test->text);
		fputs("</system-out>\n", file);
	}
	fputs("    </testcase>\n", file);
	return 0;
}

static int junit_render(const struct report *report, const struct report_options *options,
			FILE *file, const char *folder, struct error *error)
{
	const struct case_counts all = report_cases_count(report);
	struct suite suite = { .report = report, .file = file };
	int result;

	(void)options;
	(void)folder;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hmmbench\"", file);
	counts(file, &all);
	fputs(">\n", file);
	result = report_cases_each(report, write_case, &suite);
	close_suite(&suite);
	fputs("</testsuites>\n", file);
	if (result)
		return error_set(error, -result, "report: out of memory");
	return report_written(file, error);
}

const struct report_format report_junit = {
	.name = "junit",
	.help = "JUnit XML, for test servers",
	.file = "junit.xml",
	.render = junit_render,
};

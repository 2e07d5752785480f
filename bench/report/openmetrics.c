// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * OpenMetrics 1.0 text, for node_exporter's textfile collector: gauges only, which the older
 * Prometheus text format has as well, and no times of samples, which the collector refuses.
 */
#include "report/formats.h"

#include <errno.h>
#include <math.h>

#include "report/case.h"
#include "report/clean.h"
#include "report/phrase.h"
#include "report/selection.h"

struct metric {
	const char *name, *unit, *help;
};

enum {
	EXIT_STATUS,
	RESULTS,
	CHANGE,
	CHANGE_LOW,
	CHANGE_HIGH,
	VERDICT,
	LATENCY,
	SAMPLES,
	STARTED,
	METRICS
};

static const struct metric metrics[METRICS] = {
	[EXIT_STATUS] = { "hmmbench_exit_status", "",
			  "Of the comparison: 0 no regression, 1 regression, 2 inconclusive" },
	[RESULTS] = { "hmmbench_results", "", "Judged results by verdict" },
	[CHANGE] = { "hmmbench_change_ratio", "ratio",
		     "Candidate over base less 1, of one quantile" },
	[CHANGE_LOW] = { "hmmbench_change_low_ratio", "ratio", "Lower end of its 95 % interval" },
	[CHANGE_HIGH] = { "hmmbench_change_high_ratio", "ratio", "Upper end of its 95 % interval" },
	[VERDICT] = { "hmmbench_verdict", "",
		      "1 for the verdict of one quantile: regressed, improved, equivalent, "
		      "inconclusive, none" },
	[LATENCY] = { "hmmbench_latency_seconds", "seconds", "One quantile of one side" },
	[SAMPLES] = { "hmmbench_samples", "", "Samples of one side in the analysis" },
	[STARTED] = { "hmmbench_run_started_timestamp_seconds", "seconds",
		      "When a run began, in seconds since 1970" },
};

static void begin(FILE *file, int metric)
{
	fprintf(file, "# TYPE %s gauge\n", metrics[metric].name);
	if (metrics[metric].unit[0])
		fprintf(file, "# UNIT %s %s\n", metrics[metric].name, metrics[metric].unit);
	fprintf(file, "# HELP %s %s.\n", metrics[metric].name, metrics[metric].help);
}

static void label(FILE *file, const char *before, const char *name, const char *value)
{
	uint32_t c;

	fprintf(file, "%s%s=\"", before, name);
	while (clean_next(&value, &c)) {
		if (c == '\n')
			fputs("\\n", file);
		else if (c == '"' || c == '\\')
			fprintf(file, "\\%c", (int)c);
		else
			clean_put(file, c);
	}
	fputc('"', file);
}

static void sides(FILE *file, const char *before, const struct report *report)
{
	label(file, before, "base", report->input->base_name);
	label(file, ",", "candidate", report->input->candidate_name);
}

struct writing {
	const struct report *report;
	FILE *file;
	int metric;
};

/* The labels of a case; a label called quantile belongs to summaries. */
static void case_labels(const struct writing *writing, const struct report_case *test)
{
	FILE *file = writing->file;

	fprintf(file, "%s", metrics[writing->metric].name);
	sides(file, "{", writing->report);
	label(file, ",", "cell", test->cell);
	label(file, ",", "column", column_name(test->result->column));
	label(file, ",", "point", gated_quantile_name(test->quantile));
}

static void write_value(FILE *file, double value)
{
	fprintf(file, "} %.9g\n", value);
}

static int write_change(const struct report_case *test, void *context)
{
	const struct writing *writing = context;
	const double values[METRICS] = {
		[CHANGE] = test->effect->estimate,
		[CHANGE_LOW] = test->effect->low,
		[CHANGE_HIGH] = test->effect->high,
	};

	if (!isfinite(values[writing->metric]))
		return 0;
	case_labels(writing, test);
	write_value(writing->file, expm1(values[writing->metric]));
	return 0;
}

static const char *const verdict_labels[] = {
	[VERDICT_EQUIVALENT] = "equivalent",
	[VERDICT_IMPROVED] = "improved",
	[VERDICT_REGRESSED] = "regressed",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_NONE] = "none",
};

static int write_verdict(const struct report_case *test, void *context)
{
	const struct writing *writing = context;

	for (enum verdict verdict = 0; verdict <= VERDICT_NONE; verdict++) {
		case_labels(writing, test);
		label(writing->file, ",", "verdict", verdict_labels[verdict]);
		write_value(writing->file, test->effect->verdict == verdict);
	}
	return 0;
}

static int write_latency(const struct report_case *test, void *context)
{
	const struct writing *writing = context;
	const double ns[ARM_COUNT] = { test->base_ns, test->candidate_ns };

	for (size_t arm = 0; arm < ARM_COUNT; arm++) {
		if (!isfinite(ns[arm]))
			continue;
		case_labels(writing, test);
		label(writing->file, ",", "side", arm == ARM_BASE ? "base" : "candidate");
		write_value(writing->file, ns[arm] / 1e9);
	}
	return 0;
}

static int write_samples(const struct report_case *test, void *context)
{
	const struct writing *writing = context;

	for (size_t arm = 0; arm < ARM_COUNT && test->quantile == 0; arm++) {
		fprintf(writing->file, "%s", metrics[SAMPLES].name);
		sides(writing->file, "{", writing->report);
		label(writing->file, ",", "cell", test->cell);
		label(writing->file, ",", "column", column_name(test->result->column));
		label(writing->file, ",", "side", arm == ARM_BASE ? "base" : "candidate");
		write_value(writing->file, (double)test->result->arm[arm].rows);
	}
	return 0;
}

static void write_whole(const struct report *report, FILE *file)
{
	const double started = report_started(report);

	begin(file, EXIT_STATUS);
	fprintf(file, "%s", metrics[EXIT_STATUS].name);
	sides(file, "{", report);
	write_value(file, report->comparison->exit_status);
	begin(file, RESULTS);
	for (enum verdict verdict = 0; verdict <= VERDICT_NONE; verdict++) {
		fprintf(file, "%s", metrics[RESULTS].name);
		sides(file, "{", report);
		label(file, ",", "verdict", verdict_labels[verdict]);
		write_value(file, report->comparison->count[verdict]);
	}
	if (!isfinite(started))
		return;
	begin(file, STARTED);
	fprintf(file, "%s", metrics[STARTED].name);
	sides(file, "{", report);
	fprintf(file, "} %.0f\n", started);
}

static int openmetrics_render(const struct report *report, const struct report_options *options,
			      FILE *file, const char *folder, struct error *error)
{
	static const struct {
		int metric;
		int (*write)(const struct report_case *test, void *context);
	} each[] = {
		{ CHANGE, write_change },      { CHANGE_LOW, write_change },
		{ CHANGE_HIGH, write_change }, { VERDICT, write_verdict },
		{ LATENCY, write_latency },    { SAMPLES, write_samples },
	};
	struct writing writing = { .report = report, .file = file };

	(void)options;
	(void)folder;
	write_whole(report, file);
	for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
		writing.metric = each[i].metric;
		begin(file, writing.metric);
		if (report_cases_each(report, each[i].write, &writing))
			return error_set(error, ENOMEM, "report: out of memory");
	}
	fputs("# EOF\n", file);
	return report_written(file, error);
}

const struct report_format report_openmetrics = {
	.name = "openmetrics",
	.help = "gauges for node_exporter's textfile collector",
	.file = "hmmbench.prom",
	.render = openmetrics_render,
};

// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/analyze_series.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "cmd/look.h"
#include "elsewhere/night_table.h"
#include "report/series_report.h"
#include "stats/verdict.h"

/* The results of a table's cells, and the names of its nights behind them. */
struct judged_nights {
	struct series_result *results;
	struct series_cell *cells;
	const char ***names;
	uint32_t count;
};

static int judge_cell(const struct night_table *table, uint32_t cell, double threshold,
		      struct judged_nights *judged)
{
	const struct night_series *series = &table->series[cell];
	int result;

	judged->names[cell] = calloc(series->count + 1, sizeof(*judged->names[cell]));
	if (!judged->names[cell])
		return -ENOMEM;
	for (size_t i = 0; i < series->count; i++)
		judged->names[cell][i] = name_set_text(&table->nights, series->rows[i].name);
	result = series_judge(series->nights, series->values, series->count, threshold,
			      &judged->results[cell]);
	judged->cells[cell] = (struct series_cell){
		.name = name_set_text(&table->cells, cell),
		.result = &judged->results[cell],
		.nights = judged->names[cell],
		.count = series->count,
	};
	return result;
}

static int judge_nights(const struct night_table *table, double threshold,
			struct judged_nights *judged)
{
	int result = 0;

	judged->count = table->series_count;
	judged->results = calloc(judged->count + 1, sizeof(*judged->results));
	judged->cells = calloc(judged->count + 1, sizeof(*judged->cells));
	judged->names = calloc(judged->count + 1, sizeof(*judged->names));
	if (!judged->results || !judged->cells || !judged->names)
		return -ENOMEM;
	for (uint32_t cell = 0; cell < judged->count && !result; cell++)
		result = judge_cell(table, cell, log1p(threshold), judged);
	return result;
}

static void judged_nights_free(struct judged_nights *judged)
{
	for (uint32_t cell = 0; cell < judged->count; cell++) {
		if (judged->names)
			free(judged->names[cell]);
		if (judged->results)
			series_result_free(&judged->results[cell]);
	}
	free(judged->results);
	free(judged->cells);
	free(judged->names);
}

static int print_nights(const struct series_request *request, const struct judged_nights *judged,
			struct error *error)
{
	struct report_options look = command_look();
	struct series_report report = {
		.cells = judged->cells,
		.cell_count = judged->count,
		.threshold = request->threshold,
		.verdict = VERDICT_NONE,
		.command = request->command,
	};
	int result;

	for (uint32_t cell = 0; cell < judged->count; cell++)
		report.verdict = verdict_worse(report.verdict, judged->results[cell].verdict);
	report.exit_status = series_exit_status(report.verdict);
	if (request->json)
		result = series_json(&report, stdout, error);
	else
		result = series_text(&report, &look, stdout, error);
	return result ? result : report.exit_status;
}

int analyze_series(const struct series_request *request, FILE *file, struct error *error)
{
	struct judged_nights judged = { 0 };
	struct night_table table;
	int result;

	result = night_table_read(file, request->name, &table, error);
	if (!result && judge_nights(&table, request->threshold, &judged))
		result = error_out_of_memory(error);
	if (!result)
		result = print_nights(request, &judged, error);
	judged_nights_free(&judged);
	night_table_free(&table);
	return result;
}

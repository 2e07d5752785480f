/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every strategy of a report's runs side by side, where they hold more than the two that are
 * compared: which would have been best. For people and programs.
 */
#ifndef HMMBENCH_REPORT_STRATEGIES_H
#define HMMBENCH_REPORT_STRATEGIES_H

#include <jansson.h>

#include "report/report.h"
#include "report/text_table.h"

#define STRATEGIES_TITLE "All strategies"
#define STRATEGIES_TEXT_BYTES 400

/* A strategy in a cell, as text: what a row of each table has. */
struct strategy_row {
	char what[STRATEGIES_TEXT_BYTES];	/* "exit, 1024 mirrors (walk)" */
	bool first;				/* of its cell */
	const char *strategy;
	char p10[FORMAT_BYTES], p50[FORMAT_BYTES], p99[FORMAT_BYTES];
	char over[FORMAT_BYTES], interval[FORMAT_BYTES], p[FORMAT_BYTES];
	char place[160];			/* "shortest", "longer", "no verdict: contended, .." */
	enum ranking_place ranked;
};

/* Calls for each strategy of each cell that has samples of it. The first value that is not 0. */
int strategy_rows_each(const struct report_strategies *strategies,
		       int (*each)(const struct strategy_row *row, void *context), void *context);

/* What every table says above it: how the rows were told apart, and with which error. */
void strategies_explain(FILE *file, const struct report_strategies *strategies);

/* A title, that and the table; -ENOMEM. */
int text_strategies(FILE *file, const struct text_style *style,
		    const struct report_strategies *strategies);

/*
 * {"of", "boots", "level", "cells": [{"cell", "column", "refusal": null or why, "strategies":
 * [{"strategy", "samples", "p10_ns", "p50_ns", "p99_ns", "place": "shortest", "alike", "longer" or
 * "refused", "over", "low", "high", "p_adjusted"} ..]} ..]}; `over` .. `high` in ln.
 */
json_t *strategies_json(const struct report_strategies *strategies, bool *failed);

#endif

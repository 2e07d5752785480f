// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/series_report.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "report/json_value.h"
#include "stats/nights.h"

#define JSON_SERIES_VERSION 1

static json_t *change_json(const struct series_cell *cell, const struct series_change *found,
			   bool *failed)
{
	struct json_object object = json_object_new(failed);

	json_set(&object, "night", json_text(cell->nights[found->change.first]));
	json_set(&object, "index", json_integer((json_int_t)found->change.first));
	json_set(&object, "before", json_number(exp(found->before)));
	json_set(&object, "after", json_number(exp(found->after)));
	json_set(&object, "shift", json_number(found->change.shift));
	json_set(&object, "z", json_number(found->change.z));
	json_set(&object, "critical", json_number(found->change.critical));
	json_set(&object, "lag1", json_number(found->change.lag1));
	return object.json;
}

static json_t *cell_json(const struct series_cell *cell, bool *failed)
{
	struct json_object object = json_object_new(failed), trend = json_object_new(failed);
	const struct series_result *result = cell->result;
	json_t *changes = json_array();

	for (size_t i = 0; i < result->change_count; i++)
		json_add(changes, change_json(cell, &result->changes[i], failed), failed);
	json_set(&trend, "slope", json_number(result->trend.slope));
	json_set(&trend, "p", json_number(result->trend.p));
	json_set(&trend, "tau", json_number(result->trend.tau));
	json_set(&trend, "lag1", json_number(result->trend.lag1));
	json_set(&object, "cell", json_text(cell->name));
	json_set(&object, "verdict", json_text(verdict_name(result->verdict)));
	json_set(&object, "nights", json_integer((json_int_t)cell->count));
	json_set(&object, "first_night", json_text(cell->nights[0]));
	json_set(&object, "last_night", json_text(cell->nights[cell->count - 1]));
	json_set(&object, "level_since", json_text(cell->nights[result->regime]));
	json_set(&object, "level", json_number(exp(result->level)));
	json_set(&object, "changes", changes);
	json_set(&object, "trend", trend.json);
	json_set(&object, "creeps", json_boolean(result->creeps));
	return object.json;
}

int series_json(const struct series_report *report, FILE *file, struct error *error)
{
	bool failed = false;
	struct json_object object = json_object_new(&failed);
	json_t *cells = json_array();

	json_set(&object, "series", json_integer(JSON_SERIES_VERSION));
	json_set(&object, "verdict", json_text(verdict_name(report->verdict)));
	json_set(&object, "exit_status", json_integer(report->exit_status));
	json_set(&object, "threshold", json_number(report->threshold));
	json_set(&object, "command", json_text(report->command));
	for (size_t i = 0; i < report->cell_count; i++)
		json_add(cells, cell_json(&report->cells[i], &failed), &failed);
	json_set(&object, "cells", cells);
	return json_print(&object, file, error);
}

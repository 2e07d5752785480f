// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/history_report.h"

#include <math.h>

#include "report/json_value.h"
#include "report/phrase.h"

#define JSON_HISTORY_VERSION 1
#define CONFIDENCE .999		/* of changes of level: they are significant at .001 */

static json_t *date_json(int64_t time_s)
{
	char text[HISTORY_DATE_BYTES];

	history_date(time_s, text);
	return json_text(text);
}

static json_t *change_json(const struct history_row *row, size_t i, bool *failed)
{
	const struct history_change *change = &row->changes[i];
	struct json_object object = json_object_new(failed);
	const bool creep = change->kind == HISTORY_CREEP;

	json_set(&object, "change", json_integer((json_int_t)change->id));
	json_set(&object, "kind", json_text(creep ? "creep" : "level"));
	json_set(&object, "first_night", date_json(change->first_s));
	json_set(&object, "found", date_json(change->found_s));
	json_set(&object, "first_kernel", json_text(row->change_kernels[i]));
	json_set(&object, "shift", json_number(change->shift));
	json_set(&object, "low", json_number(change->low));
	json_set(&object, "high", json_number(change->high));
	json_set(&object, "before", json_number(exp(change->before)));
	json_set(&object, "after", json_number(exp(change->after)));
	json_set(&object, "z", json_number(change->z));
	json_set(&object, "critical", json_number(change->critical));
	json_set(&object, "confidence", json_number(creep ? 1 - change->p : CONFIDENCE));
	json_set(&object, "acknowledged",
		 change->acknowledged[0] ? json_text(change->acknowledged) : json_null());
	json_set(&object, "note", json_text(change->note));
	return object.json;
}

static json_t *night_json(const struct history_night *night, bool *failed)
{
	struct json_object object = json_object_new(failed);

	json_set(&object, "night", date_json(night->night_s));
	json_set(&object, "time_s", json_integer((json_int_t)night->night_s));
	json_set(&object, "value", json_number(exp(night->value)));
	json_set(&object, "error", json_number(night->error));
	json_set(&object, "boots", json_integer(night->boots));
	return object.json;
}

static json_t *row_json(const struct history_report *report, const struct history_row *row,
			bool *failed)
{
	struct json_object object = json_object_new(failed);
	const struct history_night *last = &row->nights[row->night_count - 1];
	json_t *changes = json_array(), *nights = json_array();

	for (size_t i = 0; i < row->change_count; i++)
		json_add(changes, change_json(row, i, failed), failed);
	for (size_t i = 0; i < row->night_count && report->nights; i++)
		json_add(nights, night_json(&row->nights[i], failed), failed);
	json_set(&object, "machine", json_text(row->series.machine));
	json_set(&object, "line", json_text(row->series.line));
	json_set(&object, "plan", json_text(row->series.plan));
	json_set(&object, "cell", json_text(row->series.cell));
	json_set(&object, "strategy",
		 row->series.strategy[0] ? json_text(row->series.strategy) : json_null());
	json_set(&object, "column", json_text(column_name(row->series.column)));
	json_set(&object, "clock", json_text(row->series.clock == PLAN_CLOCK_VIRTUAL ?
						     "virtual" : "host"));
	json_set(&object, "judged", json_boolean(row->series.judged));
	json_set(&object, "threshold", json_number(row->series.threshold));
	json_set(&object, "verdict", json_text(verdict_name(row->verdict)));
	json_set(&object, "nights", json_integer(row->series.nights));
	json_set(&object, "last_night", date_json(last->night_s));
	json_set(&object, "last_kernel", json_text(row->kernel));
	json_set(&object, "value", json_number(exp(last->value)));
	json_set(&object, "error", json_number(last->error));
	json_set(&object, "level_since", date_json(row->since_s));
	json_set(&object, "level", json_number(exp(row->level)));
	json_set(&object, "changes", changes);
	json_set(&object, "values", nights);
	return object.json;
}

int history_json(const struct history_report *report, FILE *file, struct error *error)
{
	const struct history_page *page = report->page;
	bool failed = false;
	struct json_object object = json_object_new(&failed);
	json_t *series = json_array();

	json_set(&object, "history", json_integer(JSON_HISTORY_VERSION));
	json_set(&object, "verdict", json_text(verdict_name(page->verdict)));
	json_set(&object, "exit_status", json_integer(page->exit_status));
	json_set(&object, "alarms", json_integer((json_int_t)page->alarms));
	for (size_t i = 0; i < page->row_count; i++)
		json_add(series, row_json(report, &page->rows[i], &failed), &failed);
	json_set(&object, "series", series);
	return json_print(&object, file, error);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/json_trust.h"

#include "report/json_value.h"

json_t *json_disturbed(const struct arm_summary *arm)
{
	for (size_t i = 0; i < MARK_COUNT; i++)
		if (arm->mark[i].told)
			return json_integer((json_int_t)arm->disturbed);
	return json_null();
}

json_t *json_marks(const struct arm_summary *arm, bool *failed)
{
	struct json_object object = json_object_new(failed);

	for (size_t i = 0; i < MARK_COUNT; i++)
		json_set(&object, sample_marks[i].name,
			 arm->mark[i].told ? json_integer((json_int_t)arm->mark[i].marked) :
					     json_null());
	return object.json;
}

json_t *json_drift(const struct cell_result *result, bool *failed)
{
	const struct drift *drift = &result->drift;
	struct json_object object;

	if (!drift->levels)
		return json_null();
	object = json_object_new(failed);
	json_set(&object, "levels", json_integer((json_int_t)drift->levels));
	json_set(&object, "drifts", json_boolean(result->drifts));
	json_set(&object, "trend", json_number(drift->trend));
	json_set(&object, "trend_p", json_number(drift->trend_p));
	json_set(&object, "unsettled", json_boolean(result->unsettled));
	json_set(&object, "first", json_integer((json_int_t)drift->first));
	json_set(&object, "first_from", json_number(drift->first_from));
	json_set(&object, "first_p", json_number(drift->first_p));
	return object.json;
}

static json_t *probe_json(const struct report *report, const struct probe *probe, bool *failed)
{
	struct json_object object = json_object_new(failed);
	char name[CELL_NAME_BYTES];

	cell_name(&report->input->cells[probe->cell], name);
	json_set(&object, "cell", json_text(name));
	json_set(&object, "arm", json_text(probe->arm == ARM_BASE ? "base" : "candidate"));
	json_set(&object, "rows_off", json_integer((json_int_t)probe->rows[0]));
	json_set(&object, "rows_on", json_integer((json_int_t)probe->rows[1]));
	json_set(&object, "off_p50_ns", json_number(probe->off_p50_ns));
	json_set(&object, "on_p50_ns", json_number(probe->on_p50_ns));
	json_set(&object, "estimate", json_number(probe->estimate));
	json_set(&object, "low", json_number(probe->low));
	json_set(&object, "high", json_number(probe->high));
	json_set(&object, "pairs", json_integer(probe->pairs));
	return object.json;
}

json_t *json_recording(const struct report *report, bool *failed)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < report->probe_count; i++)
		json_add(array, probe_json(report, &report->probes[i], failed), failed);
	return array;
}

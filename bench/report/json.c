// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything the analysis says, for programs. Keys come in this file's order; a number
 * that does not exist is null; durations end in _ns, effects are ln(candidate / base).
 */
#include "report/formats.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "report/clean.h"
#include "report/counted_rows.h"
#include "report/json_trust.h"
#include "report/kernels.h"
#include "report/phrase.h"
#include "report/selection.h"

#define JSON_REPORT_VERSION 1
#define JSON_DIGITS	    15 /* every digit that a double keeps for sure, none that it makes up */

/*
 * Jansson's setters fail on NULL and give -1: a value that could not be made is found at
 * the end through `failed`, without a test at every key.
 */
struct json_object {
	json_t *json;
	bool *failed;
};

static struct json_object object_new(bool *failed)
{
	struct json_object object = { json_object(), failed };

	if (!object.json)
		*failed = true;
	return object;
}

static void set(struct json_object *object, const char *key, json_t *value)
{
	if (json_object_set_new(object->json, key, value))
		*object->failed = true;
}

static void append(json_t *array, json_t *value, bool *failed)
{
	if (json_array_append_new(array, value))
		*failed = true;
}

static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *text(const char *value)
{
	char *clean = clean_document(value);
	json_t *json = clean ? json_string(clean) : NULL;

	free(clean);
	return json;
}

static json_t *texts(const char *const *values, size_t count, bool *failed)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		append(array, text(values[i]), failed);
	return array;
}

/* JSON that the store keeps as text; text that is no JSON stays a string. */
static json_t *document(const char *value)
{
	json_t *json;

	if (!value || !value[0])
		return json_null();
	json = json_loads(value, JSON_DECODE_ANY, NULL);
	return json ? json : text(value);
}

static json_t *arm_json(const struct arm_summary *arm, bool *failed)
{
	struct json_object object = object_new(failed);

	set(&object, "rows", json_integer((json_int_t)arm->rows));
	set(&object, "warmup_rows", json_integer((json_int_t)arm->warmup_rows));
	set(&object, "disturbed", json_integer((json_int_t)arm->disturbed));
	set(&object, "marks", json_marks(arm, failed));
	set(&object, "dropped", json_integer((json_int_t)arm->dropped));
	set(&object, "min_ns", number(arm->min_ns));
	set(&object, "p10_ns", number(arm->p10_ns));
	set(&object, "p25_ns", number(arm->p25_ns));
	set(&object, "p50_ns", number(arm->p50_ns));
	set(&object, "p75_ns", number(arm->p75_ns));
	set(&object, "p90_ns", number(arm->p90_ns));
	set(&object, "p99_ns", number(arm->p99_ns));
	set(&object, "p999_ns", number(arm->p999_ns));
	set(&object, "max_ns", number(arm->max_ns));
	return object.json;
}

/* Boots of base and candidate; zeroes inside a boot. */
static json_t *boots_json(const uint32_t boots[ARM_COUNT], bool *failed)
{
	json_t *array = json_array();

	for (size_t arm = 0; arm < ARM_COUNT; arm++)
		append(array, json_integer(boots[arm]), failed);
	return array;
}

static json_t *effect_json(const struct effect *effect, enum gated_quantile quantile, bool *failed)
{
	struct json_object object = object_new(failed);

	set(&object, "quantile", number(gated_quantiles[quantile]));
	set(&object, "verdict", text(verdict_name(effect->verdict)));
	set(&object, "estimate", number(effect->estimate));
	set(&object, "low", number(effect->low));
	set(&object, "high", number(effect->high));
	set(&object, "p", number(effect->p));
	set(&object, "p_adjusted", number(effect->p_adjusted));
	set(&object, "threshold", number(effect->threshold));
	set(&object, "smallest_seen", number(effect->seen));
	set(&object, "pairs", json_integer(effect->pairs));
	set(&object, "boots", boots_json(effect->boots, failed));
	set(&object, "beta", number(effect->beta));
	set(&object, "needed", json_integer(effect->needed));
	set(&object, "lag1", number(effect->lag1));
	set(&object, "block_factor", json_integer(effect->block_factor));
	set(&object, "why", text(effect->why));
	return object.json;
}

static json_t *shift_json(const struct shift_function *shift, bool *failed)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < shift->points && i < SHIFT_POINTS; i++) {
		struct json_object point = object_new(failed);

		set(&point, "quantile", number(shift->quantile[i]));
		set(&point, "estimate", number(shift->estimate[i]));
		set(&point, "low", number(shift->low[i]));
		set(&point, "high", number(shift->high[i]));
		append(array, point.json, failed);
	}
	return array;
}

static json_t *node_of_matrix(const struct cell *cell, uint32_t node)
{
	return cell->layout == LAYOUT_MATRIX ? json_integer(node) : json_null();
}

/* null where strategies are what is compared, and for the control, which has none. */
static json_t *strategy_json(const struct comparison_input *input, uint32_t cell)
{
	if (!input->strategies || input->strategies[cell] == COMPARISON_ANY_STRATEGY)
		return json_null();
	return text(strategy_name(input->strategies[cell]));
}

static void set_cell(struct json_object *object, const struct comparison_input *input,
		     uint32_t number)
{
	static const char *const parts[] = { "workload", "core", "strategy", "profile", "mirrors",
					     "layout", "cpu_node", "memory_node", "threads",
					     "processes", "memory_bytes" };
	const struct cell *cell = &input->cells[number];
	char value[CELL_NAME_BYTES];

	cell_name(cell, value);
	set(object, "cell", text(value));
	if (cell->name) {	/* from elsewhere: it has no parts */
		for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
			set(object, parts[i], json_null());
		return;
	}
	set(object, "workload", text(name_of(workload_names, cell->workload)));
	set(object, "core", text(name_of(core_names, cell->core)));
	set(object, "strategy", strategy_json(input, number));
	cell_profile_name(cell, value, sizeof(value));
	set(object, "profile", text(value));
	set(object, "mirrors", json_integer(cell->mirrors));
	cell_layout_name(cell, value, sizeof(value));
	set(object, "layout", text(value));
	set(object, "cpu_node", node_of_matrix(cell, cell->cpu_node));
	set(object, "memory_node", node_of_matrix(cell, cell->memory_node));
	set(object, "threads", json_integer(cell->threads));
	set(object, "processes", json_integer(cell->processes));
	set(object, "memory_bytes", json_integer((json_int_t)cell->memory_bytes));
}

static json_t *result_json(const struct report *report, const struct cell_result *result,
			   bool *failed)
{
	struct json_object object = object_new(failed), arms = object_new(failed);
	json_t *effects = json_array();

	set_cell(&object, report->input, result->cell);
	set(&object, "column", text(column_name(result->column)));
	set(&object, "gated", json_boolean(result->gated));
	set(&object, "verdict", text(verdict_name(result->verdict)));
	set(&arms, "base", arm_json(&result->arm[ARM_BASE], failed));
	set(&arms, "candidate", arm_json(&result->arm[ARM_CANDIDATE], failed));
	set(&object, "arms", arms.json);
	for (size_t i = 0; i < GATED_COUNT; i++)
		append(effects, effect_json(&result->effect[i], i, failed), failed);
	set(&object, "effects", effects);
	set(&object, "shift", shift_json(&result->shift, failed));
	set(&object, "drift", json_drift(result, failed));
	return object.json;
}

static json_t *slope_interval_json(const struct slope_interval *interval, bool *failed)
{
	struct json_object object = object_new(failed);

	set(&object, "estimate", number(interval->estimate));
	set(&object, "low", number(interval->low));
	set(&object, "high", number(interval->high));
	return object.json;
}

static json_t *slope_arm_json(const struct slope *slope, enum comparison_arm arm, bool *failed)
{
	struct json_object object = object_new(failed);

	set(&object, "exponent", slope_interval_json(&slope->exponent[arm], failed));
	set(&object, "fixed_ns", number(slope->curve[arm].fixed_ns));
	set(&object, "factor_ns", number(exp(slope->curve[arm].ln_factor)));
	set(&object, "misfit", number(slope->curve[arm].misfit));
	return object.json;
}

static json_t *sweep_json(const struct report *report, const struct sweep *sweep, bool *failed)
{
	struct json_object object = object_new(failed), arms = object_new(failed);
	json_t *sizes = json_array(), *cells = json_array();
	char name[CELL_NAME_BYTES];

	for (uint32_t i = 0; i < sweep->count; i++) {
		const struct cell_result *result = &report->comparison->results[sweep->results[i]];
		const struct cell *cell = &report->input->cells[result->cell];

		cell_name(cell, name);
		append(cells, text(name), failed);
		append(sizes, json_integer((json_int_t)sweep_size(cell, sweep->part)), failed);
	}
	set(&object, "against", text(sweep_part_name(sweep->part)));
	set(&object, "column",
	    text(column_name(report->comparison->results[sweep->results[0]].column)));
	set(&object, "gated", json_boolean(sweep_is_gated(report, sweep)));
	set(&object, "sizes", sizes);
	set(&object, "cells", cells);
	set(&arms, "base", slope_arm_json(&sweep->slope, ARM_BASE, failed));
	set(&arms, "candidate", slope_arm_json(&sweep->slope, ARM_CANDIDATE, failed));
	set(&object, "arms", arms.json);
	set(&object, "difference", slope_interval_json(&sweep->slope.difference, failed));
	set(&object, "plain", json_boolean(sweep->slope.plain));
	set(&object, "units", json_integer((json_int_t)sweep->slope.units));
	return object.json;
}

static json_t *run_json(const struct store_run *run, bool *failed)
{
	struct json_object object = object_new(failed);

	set(&object, "id", json_integer(run->id));
	set(&object, "label", text(run->label));
	set(&object, "plan", text(run->plan_name));
	set(&object, "lab", text(run->lab));
	set(&object, "kernel", text(run->kernel));
	set(&object, "started", text(run->started));
	set(&object, "ended", text(run->ended));
	set(&object, "status", json_integer(run->status));
	set(&object, "status_text", text(run->status_text));
	set(&object, "blocks", json_integer(run->blocks));
	set(&object, "rows", json_integer(run->rows));
	set(&object, "dropped", json_integer(run->dropped));
	set(&object, "environment", document(run->environment_json));
	set(&object, "lab_facts", document(run->lab_json));
	return object.json;
}

static json_t *counts_json(const struct comparison *comparison, bool *failed)
{
	static const enum verdict order[] = { VERDICT_REGRESSED, VERDICT_IMPROVED,
					      VERDICT_EQUIVALENT, VERDICT_INCONCLUSIVE };
	struct json_object object = object_new(failed);

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		set(&object, verdict_name(order[i]), json_integer(comparison->count[order[i]]));
	set(&object, "none", json_integer(comparison->count[VERDICT_NONE]));
	return object.json;
}

static const char *const design_names[] = { [DESIGN_IN_BOOT] = "in-boot",
					    [DESIGN_BUILDS] = "builds" };

/* null: the machine is not calibrated, or nothing is compared that it would be about. */
static json_t *calibration_json(const struct report_calibration *calibration, bool *failed)
{
	struct json_object object;

	if (!calibration)
		return json_null();
	object = object_new(failed);
	set(&object, "id", json_integer(calibration->id));
	set(&object, "made", text(calibration->made));
	set(&object, "age_days", number(calibration->age_days));
	set(&object, "limit_days", json_integer(calibration->limit_days));
	set(&object, "old", json_boolean(calibration->old));
	set(&object, "command", text(calibration->command));
	return object.json;
}

static json_t *report_json_value(const struct report *report, bool *failed)
{
	const struct comparison *comparison = report->comparison;
	const struct comparison_input *input = report->input;
	struct json_object object = object_new(failed);
	json_t *results = json_array(), *sweeps = json_array(), *runs = json_array();

	set(&object, "report", json_integer(JSON_REPORT_VERSION));
	set(&object, "design", text(design_names[input->design]));
	set(&object, "base", text(input->base_name));
	set(&object, "candidate", text(input->candidate_name));
	set(&object, "verdict", text(verdict_name(comparison->verdict)));
	set(&object, "exit_status", json_integer(comparison->exit_status));
	set(&object, "counts", counts_json(comparison, failed));
	set(&object, "boots", json_integer(comparison->boots));
	set(&object, "arm_boots", boots_json(comparison->arm_boots, failed));
	set(&object, "nights", json_integer(comparison->nights));
	set(&object, "exact", json_boolean(input->exact));
	set(&object, "looks", json_integer(input->looks));
	set(&object, "threshold", number(input->threshold));
	set(&object, "threshold_p99", number(input->threshold_p99));
	set(&object, "false_discovery_rate", number(input->false_discovery_rate));
	set(&object, "clock_floor_ns", number(input->clock_floor_ns));
	set(&object, "seed", json_integer((json_int_t)input->seed));
	set(&object, "command", text(report->command));
	set(&object, "verdict_id", report->verdict ? json_integer(report->verdict) : json_null());
	set(&object, "inputs", report->inputs ? text(report->inputs) : json_null());
	set(&object, "calibration", calibration_json(report->calibration, failed));
	set(&object, "marks", texts(report->marks, report->mark_count, failed));
	set(&object, "notes", texts(report->notes, report->note_count, failed));
	for (uint32_t i = 0; i < comparison->result_count; i++)
		append(results, result_json(report, &comparison->results[i], failed), failed);
	set(&object, "results", results);
	for (uint32_t i = 0; i < comparison->sweep_count; i++)
		append(sweeps, sweep_json(report, &comparison->sweeps[i], failed), failed);
	set(&object, "sweeps", sweeps);
	set(&object, "recording", json_recording(report, failed));
	for (size_t i = 0; i < report->run_count; i++)
		append(runs, run_json(&report->runs[i], failed), failed);
	set(&object, "runs", runs);
	set(&object, "kernels", report->kernels ? kernels_json(report->kernels) : json_null());
	if (report->counted)
		set(&object, "counters", counted_json(report->counted));
	return object.json;
}

static int json_render(const struct report *report, const struct report_options *options,
		       FILE *file, const char *folder, struct error *error)
{
	bool failed = false;
	json_t *json = report_json_value(report, &failed);
	int result = 0;

	(void)options;
	(void)folder;
	if (failed)
		result = error_set(error, ENOMEM, "report: out of memory");
	else if (json_dumpf(json, file, JSON_INDENT(1) | JSON_REAL_PRECISION(JSON_DIGITS)) ||
		 fputc('\n', file) == EOF || ferror(file))
		result = error_set(error, EIO, "report: cannot be written; is the disk full?");
	json_decref(json);
	return result;
}

const struct report_format report_json = {
	.name = "json",
	.help = "everything, for programs",
	.file = "report.json",
	.render = json_render,
};

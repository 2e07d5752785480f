// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything the analysis says, for programs. Keys come in this file's order; a number
 * that does not exist is null; durations end in _ns, effects are ln(candidate / base).
 */
#include "report/formats.h"

#include <jansson.h>
#include <math.h>

#include "report/counted_rows.h"
#include "report/json_trust.h"
#include "report/json_value.h"
#include "report/kernels.h"
#include "report/phrase.h"
#include "report/selection.h"
#include "report/strategies.h"

#define JSON_REPORT_VERSION 1

/* JSON that the store keeps as text; text that is no JSON stays a string. */
static json_t *document(const char *value)
{
	json_t *json;

	if (!value || !value[0])
		return json_null();
	json = json_loads(value, JSON_DECODE_ANY, NULL);
	return json ? json : json_text(value);
}

static json_t *arm_json(const struct arm_summary *arm, bool *failed)
{
	struct json_object object = json_object_new(failed);

	json_set(&object, "rows", json_integer((json_int_t)arm->rows));
	json_set(&object, "warmup_rows", json_integer((json_int_t)arm->warmup_rows));
	json_set(&object, "disturbed", json_disturbed(arm));
	json_set(&object, "marks", json_marks(arm, failed));
	json_set(&object, "dropped", json_integer((json_int_t)arm->dropped));
	json_set(&object, "min_ns", json_number(arm->min_ns));
	json_set(&object, "p10_ns", json_number(arm->p10_ns));
	json_set(&object, "p25_ns", json_number(arm->p25_ns));
	json_set(&object, "p50_ns", json_number(arm->p50_ns));
	json_set(&object, "p75_ns", json_number(arm->p75_ns));
	json_set(&object, "p90_ns", json_number(arm->p90_ns));
	json_set(&object, "p99_ns", json_number(arm->p99_ns));
	json_set(&object, "p999_ns", json_number(arm->p999_ns));
	json_set(&object, "max_ns", json_number(arm->max_ns));
	return object.json;
}

/* Boots of base and candidate; zeroes inside a boot. */
static json_t *boots_json(const uint32_t boots[ARM_COUNT], bool *failed)
{
	json_t *array = json_array();

	for (size_t arm = 0; arm < ARM_COUNT; arm++)
		json_add(array, json_integer(boots[arm]), failed);
	return array;
}

static json_t *effect_json(const struct effect *effect, enum gated_quantile quantile, bool *failed)
{
	struct json_object object = json_object_new(failed);

	json_set(&object, "quantile", json_number(gated_quantiles[quantile]));
	json_set(&object, "verdict", json_text(verdict_name(effect->verdict)));
	json_set(&object, "estimate", json_number(effect->estimate));
	json_set(&object, "low", json_number(effect->low));
	json_set(&object, "high", json_number(effect->high));
	json_set(&object, "p", json_number(effect->p));
	json_set(&object, "p_adjusted", json_number(effect->p_adjusted));
	json_set(&object, "threshold", json_number(effect->threshold));
	json_set(&object, "smallest_seen", json_number(effect->seen));
	json_set(&object, "pairs", json_integer(effect->pairs));
	json_set(&object, "boots", boots_json(effect->boots, failed));
	json_set(&object, "beta", json_number(effect->beta));
	json_set(&object, "needed", json_integer(effect->needed));
	json_set(&object, "lag1", json_number(effect->lag1));
	json_set(&object, "block_factor", json_integer(effect->block_factor));
	json_set(&object, "why", json_text(effect->why));
	return object.json;
}

static json_t *shift_json(const struct shift_function *shift, bool *failed)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < shift->points && i < SHIFT_POINTS; i++) {
		struct json_object point = json_object_new(failed);

		json_set(&point, "quantile", json_number(shift->quantile[i]));
		json_set(&point, "estimate", json_number(shift->estimate[i]));
		json_set(&point, "low", json_number(shift->low[i]));
		json_set(&point, "high", json_number(shift->high[i]));
		json_add(array, point.json, failed);
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
	return json_text(strategy_name(input->strategies[cell]));
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
	json_set(object, "cell", json_text(value));
	if (cell->name) {	/* from elsewhere: it has no parts */
		for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
			json_set(object, parts[i], json_null());
		return;
	}
	json_set(object, "workload", json_text(name_of(workload_names, cell->workload)));
	json_set(object, "core", json_text(name_of(core_names, cell->core)));
	json_set(object, "strategy", strategy_json(input, number));
	cell_profile_name(cell, value, sizeof(value));
	json_set(object, "profile", json_text(value));
	json_set(object, "mirrors", json_integer(cell->mirrors));
	cell_layout_name(cell, value, sizeof(value));
	json_set(object, "layout", json_text(value));
	json_set(object, "cpu_node", node_of_matrix(cell, cell->cpu_node));
	json_set(object, "memory_node", node_of_matrix(cell, cell->memory_node));
	json_set(object, "threads", json_integer(cell->threads));
	json_set(object, "processes", json_integer(cell->processes));
	json_set(object, "memory_bytes", json_integer((json_int_t)cell->memory_bytes));
}

static json_t *result_json(const struct report *report, const struct cell_result *result,
			   bool *failed)
{
	struct json_object object = json_object_new(failed), arms = json_object_new(failed);
	json_t *effects = json_array();

	set_cell(&object, report->input, result->cell);
	json_set(&object, "column", json_text(column_name(result->column)));
	json_set(&object, "gated", json_boolean(result->gated));
	json_set(&object, "verdict", json_text(verdict_name(result->verdict)));
	json_set(&arms, "base", arm_json(&result->arm[ARM_BASE], failed));
	json_set(&arms, "candidate", arm_json(&result->arm[ARM_CANDIDATE], failed));
	json_set(&object, "arms", arms.json);
	for (size_t i = 0; i < GATED_COUNT; i++)
		json_add(effects, effect_json(&result->effect[i], i, failed), failed);
	json_set(&object, "effects", effects);
	json_set(&object, "shift", shift_json(&result->shift, failed));
	json_set(&object, "drift", json_drift(result, failed));
	return object.json;
}

static json_t *slope_interval_json(const struct slope_interval *interval, bool *failed)
{
	struct json_object object = json_object_new(failed);

	json_set(&object, "estimate", json_number(interval->estimate));
	json_set(&object, "low", json_number(interval->low));
	json_set(&object, "high", json_number(interval->high));
	return object.json;
}

static json_t *slope_arm_json(const struct slope *slope, enum comparison_arm arm, bool *failed)
{
	struct json_object object = json_object_new(failed);

	json_set(&object, "exponent", slope_interval_json(&slope->exponent[arm], failed));
	json_set(&object, "fixed_ns", json_number(slope->curve[arm].fixed_ns));
	json_set(&object, "factor_ns", json_number(exp(slope->curve[arm].ln_factor)));
	json_set(&object, "misfit", json_number(slope->curve[arm].misfit));
	return object.json;
}

static json_t *sweep_json(const struct report *report, const struct sweep *sweep, bool *failed)
{
	struct json_object object = json_object_new(failed), arms = json_object_new(failed);
	json_t *sizes = json_array(), *cells = json_array();
	char name[CELL_NAME_BYTES];

	for (uint32_t i = 0; i < sweep->count; i++) {
		const struct cell_result *result = &report->comparison->results[sweep->results[i]];
		const struct cell *cell = &report->input->cells[result->cell];

		cell_name(cell, name);
		json_add(cells, json_text(name), failed);
		json_add(sizes, json_integer((json_int_t)sweep_size(cell, sweep->part)), failed);
	}
	json_set(&object, "against", json_text(sweep_part_name(sweep->part)));
	json_set(&object, "column",
		 json_text(column_name(report->comparison->results[sweep->results[0]].column)));
	json_set(&object, "gated", json_boolean(sweep_is_gated(report, sweep)));
	json_set(&object, "sizes", sizes);
	json_set(&object, "cells", cells);
	json_set(&arms, "base", slope_arm_json(&sweep->slope, ARM_BASE, failed));
	json_set(&arms, "candidate", slope_arm_json(&sweep->slope, ARM_CANDIDATE, failed));
	json_set(&object, "arms", arms.json);
	json_set(&object, "difference", slope_interval_json(&sweep->slope.difference, failed));
	json_set(&object, "plain", json_boolean(sweep->slope.plain));
	json_set(&object, "units", json_integer((json_int_t)sweep->slope.units));
	return object.json;
}

static json_t *run_json(const struct store_run *run, bool *failed)
{
	struct json_object object = json_object_new(failed);

	json_set(&object, "id", json_integer(run->id));
	json_set(&object, "label", json_text(run->label));
	json_set(&object, "plan", json_text(run->plan_name));
	json_set(&object, "lab", json_text(run->lab));
	json_set(&object, "kernel", json_text(run->kernel));
	json_set(&object, "started", json_text(run->started));
	json_set(&object, "ended", json_text(run->ended));
	json_set(&object, "status", json_integer(run->status));
	json_set(&object, "status_text", json_text(run->status_text));
	json_set(&object, "blocks", json_integer(run->blocks));
	json_set(&object, "rows", json_integer(run->rows));
	json_set(&object, "dropped", json_integer(run->dropped));
	json_set(&object, "environment", document(run->environment_json));
	json_set(&object, "lab_facts", document(run->lab_json));
	return object.json;
}

static json_t *counts_json(const struct comparison *comparison, bool *failed)
{
	static const enum verdict order[] = { VERDICT_REGRESSED, VERDICT_IMPROVED,
					      VERDICT_EQUIVALENT, VERDICT_INCONCLUSIVE };
	struct json_object object = json_object_new(failed);

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		json_set(&object, verdict_name(order[i]),
			 json_integer(comparison->count[order[i]]));
	json_set(&object, "none", json_integer(comparison->count[VERDICT_NONE]));
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
	object = json_object_new(failed);
	json_set(&object, "id", json_integer(calibration->id));
	json_set(&object, "made", json_text(calibration->made));
	json_set(&object, "age_days", json_number(calibration->age_days));
	json_set(&object, "limit_days", json_integer(calibration->limit_days));
	json_set(&object, "old", json_boolean(calibration->old));
	json_set(&object, "command", json_text(calibration->command));
	return object.json;
}

static struct json_object report_object(const struct report *report, bool *failed)
{
	const struct comparison *comparison = report->comparison;
	const struct comparison_input *input = report->input;
	struct json_object object = json_object_new(failed);
	json_t *results = json_array(), *sweeps = json_array(), *runs = json_array();

	json_set(&object, "report", json_integer(JSON_REPORT_VERSION));
	json_set(&object, "design", json_text(design_names[input->design]));
	json_set(&object, "base", json_text(input->base_name));
	json_set(&object, "candidate", json_text(input->candidate_name));
	json_set(&object, "verdict", json_text(verdict_name(comparison->verdict)));
	json_set(&object, "exit_status", json_integer(comparison->exit_status));
	json_set(&object, "counts", counts_json(comparison, failed));
	json_set(&object, "boots", json_integer(comparison->boots));
	json_set(&object, "arm_boots", boots_json(comparison->arm_boots, failed));
	json_set(&object, "nights", json_integer(comparison->nights));
	json_set(&object, "exact", json_boolean(input->exact));
	json_set(&object, "looks", json_integer(input->looks));
	json_set(&object, "threshold", json_number(input->threshold));
	json_set(&object, "threshold_p99", json_number(input->threshold_p99));
	json_set(&object, "false_discovery_rate", json_number(input->false_discovery_rate));
	json_set(&object, "clock_floor_ns", json_number(input->clock_floor_ns));
	json_set(&object, "seed", json_integer((json_int_t)input->seed));
	json_set(&object, "command", json_text(report->command));
	json_set(&object, "verdict_id",
		 report->verdict ? json_integer(report->verdict) : json_null());
	json_set(&object, "inputs", report->inputs ? json_text(report->inputs) : json_null());
	json_set(&object, "calibration", calibration_json(report->calibration, failed));
	json_set(&object, "marks", json_texts(report->marks, report->mark_count, failed));
	json_set(&object, "notes", json_texts(report->notes, report->note_count, failed));
	for (uint32_t i = 0; i < comparison->result_count; i++)
		json_add(results, result_json(report, &comparison->results[i], failed), failed);
	json_set(&object, "results", results);
	for (uint32_t i = 0; i < comparison->sweep_count; i++)
		json_add(sweeps, sweep_json(report, &comparison->sweeps[i], failed), failed);
	json_set(&object, "sweeps", sweeps);
	json_set(&object, "recording", json_recording(report, failed));
	for (size_t i = 0; i < report->run_count; i++)
		json_add(runs, run_json(&report->runs[i], failed), failed);
	json_set(&object, "runs", runs);
	json_set(&object, "kernels", report->kernels ? kernels_json(report->kernels) : json_null());
	json_set(&object, "strategies",
		 report->strategies ? strategies_json(report->strategies, failed) : json_null());
	if (report->counted)
		json_set(&object, "counters", counted_json(report->counted));
	if (report->detailed)
		json_set(&object, "detailed", detailed_json(report->detailed));
	return object;
}

static int json_render(const struct report *report, const struct report_options *options,
		       FILE *file, const char *folder, struct error *error)
{
	bool failed = false;
	struct json_object object = report_object(report, &failed);

	(void)options;
	(void)folder;
	return json_print(&object, file, error);
}

const struct report_format report_json = {
	.name = "json",
	.help = "everything, for programs",
	.file = "report.json",
	.render = json_render,
};

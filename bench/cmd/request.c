// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define REQUEST_VERSION 1

void request_free(struct request *request)
{
	free(request->runs);
	free(request->baseline.name);
	free(request->baseline.runs);
	for (size_t arm = 0; arm < ARM_COUNT; arm++) {
		free(request->sides[arm].name);
		free(request->sides[arm].note);
		free(request->sides[arm].runs);
	}
	*request = (struct request){ 0 };
}

/* ---- to JSON ---- */

static json_t *runs_json(const int64_t *runs, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, json_integer(runs[i]));
	return array;
}

static json_t *side_json(const struct request *request, const struct request_side *side)
{
	if (request->design == DESIGN_IN_BOOT)
		return json_pack("{s:s, s:b}", "strategy", strategy_name(side->arm.strategy),
				 "unrecorded", side->arm.unrecorded);
	return json_pack("{s:s, s:s, s:o}", "name", side->name, "note", side->note, "runs",
			 runs_json(side->runs, side->run_count));
}

char *request_to_json(const struct request *request)
{
	json_t *json = json_pack("{s:i, s:s, s:b, s:o, s:o}", "request", REQUEST_VERSION, "design",
				 request->design == DESIGN_BUILDS ? "builds" : "in-boot", "force",
				 request->force, "base",
				 side_json(request, &request->sides[ARM_BASE]), "candidate",
				 side_json(request, &request->sides[ARM_CANDIDATE]));
	char *text = NULL;

	if (json && request->baseline.name)
		json_object_set_new(json, "baseline",
				    json_pack("{s:s, s:b, s:o}", "name", request->baseline.name,
					      "base", request->baseline.is_base, "runs",
					      runs_json(request->baseline.runs,
							request->baseline.run_count)));
	if (json && request->calibration != REQUEST_UNCALIBRATED)
		json_object_set_new(json, "calibration",
				    json_pack("{s:I, s:i}", "id",
					      (json_int_t)request->calibration, "days",
					      (int)request->calibration_days));
	if (json && request->design == DESIGN_IN_BOOT)
		json_object_set_new(json, "runs", runs_json(request->runs, request->run_count));
	if (json)
		text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return text;
}

/* ---- from JSON ---- */

static int read_runs(const json_t *array, int64_t **runs, size_t *count)
{
	*count = json_array_size(array);
	*runs = calloc(*count + 1, sizeof(**runs));
	if (!*runs)
		return -ENOMEM;
	for (size_t i = 0; i < *count; i++)
		(*runs)[i] = json_integer_value(json_array_get(array, i));
	return *count ? 0 : -EINVAL;
}

static int read_text(const json_t *json, const char *key, char **text)
{
	const char *value = json_string_value(json_object_get(json, key));

	if (!value)
		return -EINVAL;
	*text = strdup(value);
	return *text ? 0 : -ENOMEM;
}

static int read_side(const json_t *json, enum comparison_design design, struct request_side *side)
{
	const char *strategy = json_string_value(json_object_get(json, "strategy"));
	int ret;

	if (design == DESIGN_IN_BOOT) {
		side->arm.unrecorded = json_is_true(json_object_get(json, "unrecorded"));
		return strategy ? strategy_lookup(strategy, &side->arm.strategy) : -EINVAL;
	}
	ret = read_text(json, "name", &side->name);
	if (!ret)
		ret = read_text(json, "note", &side->note);
	return ret ? ret : read_runs(json_object_get(json, "runs"), &side->runs, &side->run_count);
}

static int read_baseline(const json_t *json, struct request_baseline *baseline)
{
	int ret = read_text(json, "name", &baseline->name);

	baseline->is_base = json_is_true(json_object_get(json, "base"));
	return ret ? ret : read_runs(json_object_get(json, "runs"), &baseline->runs,
				     &baseline->run_count);
}

/* Verdicts from before there were calibrations were made without. */
static void read_calibration(const json_t *json, struct request *request)
{
	request->calibration = REQUEST_UNCALIBRATED;
	if (!json_is_object(json))
		return;
	request->calibration = json_integer_value(json_object_get(json, "id"));
	request->calibration_days =
		(uint32_t)json_integer_value(json_object_get(json, "days"));
}

static int read_request(const json_t *json, struct request *request)
{
	const char *design = json_string_value(json_object_get(json, "design"));
	int ret = 0;

	if (json_integer_value(json_object_get(json, "request")) != REQUEST_VERSION || !design)
		return -EINVAL;
	if (!strcmp(design, "builds"))
		request->design = DESIGN_BUILDS;
	else if (strcmp(design, "in-boot"))
		return -EINVAL;
	request->force = json_is_true(json_object_get(json, "force"));
	read_calibration(json_object_get(json, "calibration"), request);
	if (json_object_get(json, "baseline"))
		ret = read_baseline(json_object_get(json, "baseline"), &request->baseline);
	if (!ret && request->design == DESIGN_IN_BOOT)
		ret = read_runs(json_object_get(json, "runs"), &request->runs, &request->run_count);
	if (!ret)
		ret = read_side(json_object_get(json, "base"), request->design,
				&request->sides[ARM_BASE]);
	return ret ? ret : read_side(json_object_get(json, "candidate"), request->design,
				     &request->sides[ARM_CANDIDATE]);
}

int request_from_json(const char *text, struct request *request, struct error *error)
{
	json_t *json = json_loads(text, 0, NULL);
	int ret;

	*request = (struct request){ 0 };
	ret = json ? read_request(json, request) : -EINVAL;
	json_decref(json);
	if (ret == -ENOMEM)
		return error_out_of_memory(error);
	if (ret)
		return error_set(error, EINVAL, "it was asked in a way that this hmmbench does not "
				 "know; use the one that made it");
	return 0;
}

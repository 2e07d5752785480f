// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/cross_check.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/exit_status.h"
#include "common/samples.h"
#include "common/stream.h"

#define COLUMNS (1u << COLUMN_WALK | 1u << COLUMN_TRACED)

/* ---- the plan ---- */

/* The cell of one mirror that is like `cell` in all else; plan->cell_count: there is none. */
static uint32_t calibration_of(const struct plan *plan, uint32_t cell)
{
	struct cell one = plan->cells[cell];
	uint32_t i = 0;

	one.mirrors = 1;
	while (i < plan->cell_count && !cell_equal(&plan->cells[i], &one))
		i++;
	return i;
}

static int check_cells(const struct plan *plan, const char *path, struct error *error)
{
	uint32_t judged = 0;

	for (uint32_t i = 0; i < plan->cell_count; i++) {
		judged += plan->cells[i].mirrors > 1;
		if (calibration_of(plan, i) < plan->cell_count)
			continue;
		error->exit_status = STATUS_USAGE;
		return error_set(error, EINVAL,
				 "%s: the tracer is calibrated by a walk of one mirror; add 1 to "
				 "'mirrors'",
				 path);
	}
	if (judged)
		return 0;
	error->exit_status = STATUS_USAGE;
	return error_set(error, EINVAL, "%s: there is no cell of more than one mirror", path);
}

int cross_check_plan(const char *path, enum plan_clock clock, struct config **config,
		     struct plan **plan, struct error *error)
{
	/* Its cells name no node, so that those of [vm] do on any machine. */
	int result = config_load(path, 0, config, error);

	*plan = NULL;
	if (result)
		return result;
	(*config)->unrecorded = false;
	(*config)->traced = true;
	result = plan_make(*config, (*config)->seed, clock, plan, error);
	if (!result)
		result = check_cells(*plan, path, error);
	if (result) {
		plan_free(*plan);
		config_free(*config);
		*plan = NULL;
		*config = NULL;
	}
	return result;
}

/* ---- the stream ---- */

/* By cell and strategy. */
struct passes {
	struct cross_check_pass timed, traced;
};

struct cross_check_collector {
	const struct plan *plan;
	struct cross_check_listener listener;
	struct stream_reader *reader;
	struct passes *passes;	/* cell * strategy_count + index of the strategy */
	bool ended;
	int end_status;
	char end_text[512];
};

struct cross_check_collector *cross_check_collector_new(const struct plan *plan,
							const struct cross_check_listener *listener)
{
	struct cross_check_collector *collector = calloc(1, sizeof(*collector));

	if (!collector)
		return NULL;
	collector->plan = plan;
	if (listener)
		collector->listener = *listener;
	collector->end_status = STATUS_CUT_STREAM;
	collector->reader = stream_reader_new();
	collector->passes = calloc((size_t)plan->cell_count * plan->strategy_count,
				   sizeof(*collector->passes));
	if (collector->reader && collector->passes)
		return collector;
	cross_check_collector_free(collector);
	return NULL;
}

void cross_check_collector_free(struct cross_check_collector *collector)
{
	if (!collector)
		return;
	for (size_t i = 0; collector->passes && i < (size_t)collector->plan->cell_count *
								collector->plan->strategy_count;
	     i++) {
		cross_check_pass_free(&collector->passes[i].timed);
		cross_check_pass_free(&collector->passes[i].traced);
	}
	free(collector->passes);
	stream_reader_free(collector->reader);
	free(collector);
}

static struct passes *passes_of(const struct cross_check_collector *collector, uint32_t cell,
				uint32_t strategy)
{
	const struct plan *plan = collector->plan;
	uint32_t count, i = 0;
	const uint32_t *strategies = plan_strategies(plan, cell, &count);

	while (strategies[i] != strategy)
		i++;
	return &collector->passes[(size_t)cell * plan->strategy_count + i];
}

static int broken(const struct frame *frame, struct error *error, const char *what)
{
	error->exit_status = STATUS_CUT_STREAM;
	return error_set(error, EPROTO, "stream record %u: %s", frame->sequence, what);
}

static int add_rows(struct cross_check_pass *pass, const struct samples *samples)
{
	const uint64_t *walks = samples->columns[COLUMN_WALK];
	const uint64_t *traced = samples->columns[COLUMN_TRACED];
	int result = 0;

	for (size_t row = 0; walks && row < samples->rows && !result; row++)
		if (walks[row] != SAMPLE_MISSING)
			result = cross_check_add(pass, walks[row], traced ? traced[row] : 0);
	return result;
}

static int take_samples(struct cross_check_collector *collector, const struct frame *frame,
			struct error *error)
{
	const struct plan *plan = collector->plan;
	const struct plan_block *block;
	struct passes *passes;
	struct samples samples;
	uint32_t number;
	int result;

	if (frame->bytes < sizeof(number))
		return broken(frame, error, "samples without a block number");
	memcpy(&number, frame->payload, sizeof(number));
	number = le32toh(number);
	if (number >= plan->block_count)
		return broken(frame, error, "samples of a block that the plan does not have");
	block = &plan->blocks[number];
	if (block->warmup)
		return 0;
	if (samples_decode_columns((const char *)frame->payload + sizeof(number),
				   frame->bytes - sizeof(number), COLUMNS, &samples))
		return broken(frame, error, "its samples cannot be decoded");
	passes = passes_of(collector, block->cell, block->strategy);
	if (block->traced && samples.rows && !samples.columns[COLUMN_TRACED])
		result = broken(frame, error, "a traced block without what the tracer saw");
	else
		result = add_rows(block->traced ? &passes->traced : &passes->timed, &samples);
	samples_free(&samples);
	return result == -ENOMEM ? error_out_of_memory(error) : result;
}

static int take_json(struct cross_check_collector *collector, const struct frame *frame,
		     struct error *error)
{
	const struct cross_check_listener *listener = &collector->listener;
	json_t *json = json_loadb(frame->payload, frame->bytes, 0, NULL);
	const uint32_t block = (uint32_t)json_integer_value(json_object_get(json, "block"));
	const char *text = json_string_value(json_object_get(json, "text"));
	const char *level = json_string_value(json_object_get(json, "level"));

	if (!json)
		return broken(frame, error, "its JSON cannot be read");
	if (frame->type == FRAME_BLOCK_BEGIN && listener->block_begun &&
	    block < collector->plan->block_count)
		listener->block_begun(block, listener->context);
	if (frame->type == FRAME_BLOCK_END && listener->block_done &&
	    block < collector->plan->block_count)
		listener->block_done(block, listener->context);
	if (frame->type == FRAME_NOTE && listener->noted)
		listener->noted(level ? level : "info", text ? text : "", listener->context);
	if (frame->type == FRAME_END) {
		collector->ended = true;
		collector->end_status = (int)json_integer_value(json_object_get(json, "status"));
		strncpy(collector->end_text, text ? text : "", sizeof(collector->end_text) - 1);
	}
	json_decref(json);
	return 0;
}

int cross_check_bytes(struct cross_check_collector *collector, const void *data, size_t bytes,
		      struct error *error)
{
	struct frame frame;
	int result = stream_reader_push(collector->reader, data, bytes);

	if (result)
		return error_out_of_memory(error);
	while ((result = stream_reader_next(collector->reader, &frame, error)) == 1) {
		result = frame.type == FRAME_SAMPLES ? take_samples(collector, &frame, error) :
						       take_json(collector, &frame, error);
		if (result)
			return result;
	}
	if (result && !error->exit_status)
		error->exit_status = STATUS_CUT_STREAM;
	return result;
}

bool cross_check_ended(const struct cross_check_collector *collector)
{
	return collector->ended;
}

int cross_check_end_status(const struct cross_check_collector *collector)
{
	return collector->end_status;
}

const char *cross_check_end_text(const struct cross_check_collector *collector)
{
	return collector->end_text;
}

/* ---- the result ---- */

static int judge(const struct cross_check_collector *collector, uint32_t cell, uint32_t strategy,
		 struct cross_check_result *result, struct error *error)
{
	const struct plan *plan = collector->plan;
	const struct passes *one =
		passes_of(collector, calibration_of(plan, cell), strategy);
	const struct passes *many = passes_of(collector, cell, strategy);
	char name[CELL_NAME_BYTES];
	int status;

	*result = (struct cross_check_result){ .cell = cell, .strategy = strategy };
	status = cross_check_judge(&one->traced, &many->timed, &many->traced, &result->check);
	if (!status)
		return 0;
	cell_name(&plan->cells[cell], name);
	return error_set(error, -status,
			 "%s, strategy %s: too few walks for a median (%zu timed, %zu traced, %zu "
			 "that calibrate); more quartets or operations",
			 name, strategy_name(strategy), many->timed.count,
			 many->traced.count, one->traced.count);
}

int cross_check_results(const struct cross_check_collector *collector,
			struct cross_check_result **results, size_t *count, struct error *error)
{
	const struct plan *plan = collector->plan;
	int result = 0;

	*count = 0;
	*results = calloc((size_t)plan->cell_count * plan->strategy_count, sizeof(**results));
	if (!*results)
		return error_out_of_memory(error);
	for (uint32_t cell = 0; cell < plan->cell_count; cell++) {
		uint32_t strategy_count;
		const uint32_t *strategies = plan_strategies(plan, cell, &strategy_count);

		for (uint32_t i = 0; i < strategy_count && !result; i++)
			if (plan->cells[cell].mirrors > 1)
				result = judge(collector, cell, strategies[i],
					       &(*results)[(*count)++], error);
	}
	if (result) {
		free(*results);
		*results = NULL;
		*count = 0;
	}
	return result;
}

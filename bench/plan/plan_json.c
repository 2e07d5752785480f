// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plan as text, for the agent and the store. The agent runs what stands there, as
 * root: so reading checks every value and takes nothing that plan_make() cannot give.
 */
#include "plan/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "hmmbench_uapi.h"

#define FLAG_WARMUP	1u
#define FLAG_UNRECORDED 2u
#define FLAG_TRACED	4u
#define FLAG_COUNTED	8u
#define FLAG_PROFILED	16u
#define FLAG_DETAILED	32u
#define FLAGS_PASS                                                                           \
	(FLAG_UNRECORDED | FLAG_TRACED | FLAG_COUNTED | FLAG_PROFILED |                      \
	 FLAG_DETAILED) /* one at most */
#define FLAGS_ALL	(FLAG_WARMUP | FLAGS_PASS)

static const struct name_table clock_names[] = {
	{ "host", PLAN_CLOCK_HOST, "nanoseconds of the kernel's trusted clock" },
	{ "virtual", PLAN_CLOCK_VIRTUAL, "guest instructions under QEMU -icount" },
	{ NULL, 0, NULL },
};

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	free(plan->cells);
	free(plan->blocks);
	free(plan);
}

uint32_t plan_quartet_blocks(uint32_t strategies)
{
	return strategies == 2 ? 4 : strategies * strategies;
}

const uint32_t *plan_strategies(const struct plan *plan, uint32_t cell, uint32_t *count)
{
	static const uint32_t own_strategy = HMMBENCH_STRATEGY_KERNEL;
	const bool own = core_has_own_strategy(plan->cells[cell].core);

	*count = own ? 1 : plan->strategy_count;
	return own ? &own_strategy : plan->strategies;
}

bool plan_name_is_valid(const char *name)
{
	size_t length = name ? strlen(name) : 0;

	return length >= 1 && length <= PLAN_NAME_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

/* ---- writing ---- */

static json_t *strategies_to_json(const struct plan *plan)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < plan->strategy_count; i++)
		json_array_append_new(array,
				      json_string(name_of(strategy_names, plan->strategies[i])));
	return array;
}

static json_t *cells_to_json(const struct plan *plan)
{
	json_t *array = json_array();
	char name[CELL_NAME_BYTES];

	for (uint32_t i = 0; i < plan->cell_count; i++) {
		cell_name(&plan->cells[i], name);
		json_array_append_new(array, json_string(name));
	}
	return array;
}

static json_t *block_to_json(const struct plan_block *block)
{
	unsigned int flags = (block->warmup ? FLAG_WARMUP : 0) |
			     (block->unrecorded ? FLAG_UNRECORDED : 0) |
			     (block->traced ? FLAG_TRACED : 0) |
			     (block->counted ? FLAG_COUNTED : 0) |
			     (block->profiled ? FLAG_PROFILED : 0) |
			     (block->detailed ? FLAG_DETAILED : 0);
	json_t *array = json_pack("[isiiii]", (int)block->cell,
				  strategy_name(block->strategy), (int)block->operations,
				  (int)block->quartet, (int)block->position, (int)flags);

	if (array && block->record_every > 1 &&
	    json_array_append_new(array, json_integer(block->record_every))) {
		json_decref(array);
		return NULL;
	}
	return array;
}

static json_t *blocks_to_json(const struct plan *plan)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < plan->block_count; i++)
		json_array_append_new(array, block_to_json(&plan->blocks[i]));
	return array;
}

/* The fewest digits with which both thresholds read back as they are. */
static int real_precision(const struct plan *plan)
{
	char text[40];
	int digits;

	for (digits = 15; digits < 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, plan->threshold);
		if (strtod(text, NULL) != plan->threshold)
			continue;
		snprintf(text, sizeof(text), "%.*g", digits, plan->threshold_p99);
		if (strtod(text, NULL) == plan->threshold_p99)
			break;
	}
	return digits;
}

char *plan_to_json(const struct plan *plan, size_t *bytes)
{
	json_t *strategies = strategies_to_json(plan);
	json_t *cells = cells_to_json(plan);
	json_t *blocks = blocks_to_json(plan);
	char *text = NULL;
	json_t *root;

	/* An allocation that failed inside an array shows as an array that is too short. */
	if (json_array_size(strategies) != plan->strategy_count ||
	    json_array_size(cells) != plan->cell_count ||
	    json_array_size(blocks) != plan->block_count) {
		json_decref(strategies);
		json_decref(cells);
		json_decref(blocks);
		return NULL;
	}
	root = json_pack("{si ss sI ss sf sf so so so}", "plan", PLAN_VERSION, "name", plan->name,
			 "seed", (json_int_t)plan->seed, "clock", name_of(clock_names, plan->clock),
			 "threshold", plan->threshold, "threshold_p99", plan->threshold_p99,
			 "strategies", strategies, "cells", cells, "blocks", blocks);
	if (root && plan->calibration_days &&
	    plan->calibration_days != CONFIG_DEFAULT_CALIBRATION_DAYS &&
	    json_object_set_new(root, "calibration_days", json_integer(plan->calibration_days))) {
		json_decref(root);
		return NULL;
	}
	if (root)
		text = json_dumps(root,
				  JSON_COMPACT | JSON_REAL_PRECISION((size_t)real_precision(plan)));
	json_decref(root);
	if (text && bytes)
		*bytes = strlen(text);
	return text;
}

/* ---- reading ---- */

static int refuse(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int refuse(struct error *error, const char *format, ...)
{
	char text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return error_set(error, EINVAL, "plan: %s", text);
}

/* A string without a NUL inside, or NULL. */
static const char *plain_string(const json_t *value)
{
	const char *text = json_string_value(value);

	return text && strlen(text) == json_string_length(value) ? text : NULL;
}

static int integer_in(const json_t *value, json_int_t low, json_int_t high, json_int_t *number)
{
	if (!json_is_integer(value))
		return -EINVAL;
	*number = json_integer_value(value);
	return *number < low || *number > high ? -EINVAL : 0;
}

static int threshold_from_json(const json_t *root, const char *key, double *threshold,
			       struct error *error)
{
	*threshold = json_number_value(json_object_get(root, key));
	if (!isfinite(*threshold) || *threshold <= 0 || *threshold > 1)
		return refuse(error, "\"%s\" is not a fraction above 0 and up to 1", key);
	return 0;
}

/* Plans say it where it is not the default. */
static int calibration_from_json(const json_t *root, struct plan *plan, struct error *error)
{
	const json_t *value = json_object_get(root, "calibration_days");
	json_int_t days = CONFIG_DEFAULT_CALIBRATION_DAYS;

	if (value && integer_in(value, 1, CONFIG_CALIBRATION_DAYS_MAX, &days))
		return refuse(error, "\"calibration_days\" is not a number from 1 to %d",
			      CONFIG_CALIBRATION_DAYS_MAX);
	plan->calibration_days = (uint32_t)days;
	return 0;
}

static int head_from_json(const json_t *root, struct plan *plan, struct error *error)
{
	const char *name = plain_string(json_object_get(root, "name"));
	const char *clock = plain_string(json_object_get(root, "clock"));
	uint32_t clock_value;
	json_int_t seed;
	int err;

	if (!plan_name_is_valid(name))
		return refuse(error, "\"name\" is not 1 to 40 of a-z, 0-9 and -");
	strcpy(plan->name, name);
	if (integer_in(json_object_get(root, "seed"), 0, INT64_MAX, &seed))
		return refuse(error, "\"seed\" is not a number from 0 to 2^63-1");
	plan->seed = (uint64_t)seed;
	if (!clock || name_lookup(clock_names, clock, &clock_value))
		return refuse(error, "\"clock\" is neither \"host\" nor \"virtual\"");
	plan->clock = clock_value;
	err = threshold_from_json(root, "threshold", &plan->threshold, error);
	if (!err)
		err = threshold_from_json(root, "threshold_p99", &plan->threshold_p99, error);
	return err ? err : calibration_from_json(root, plan, error);
}

static int strategies_from_json(const json_t *array, struct plan *plan, struct error *error)
{
	size_t count = json_array_size(array);
	const char *name;
	uint32_t value;

	if (count < 1 || count > CONFIG_STRATEGIES_MAX)
		return refuse(error, "\"strategies\" is not a list of 1 to %d",
			      CONFIG_STRATEGIES_MAX);
	for (size_t i = 0; i < count; i++) {
		name = plain_string(json_array_get(array, i));
		if (!name || name_lookup(strategy_names, name, &value))
			return refuse(error, "\"strategies\"[%zu] is no strategy of this version",
				      i);
		for (size_t j = 0; j < i; j++)
			if (plan->strategies[j] == value)
				return refuse(error, "strategy %s is listed twice", name);
		plan->strategies[i] = value;
	}
	plan->strategy_count = (uint32_t)count;
	return 0;
}

static int cells_from_json(const json_t *array, struct plan *plan, struct error *error)
{
	size_t count = json_array_size(array);
	const char *name;

	if (count < 1 || count > CONFIG_CELLS_MAX)
		return refuse(error, "\"cells\" is not a list of 1 to %d", CONFIG_CELLS_MAX);
	plan->cells = calloc(count, sizeof(*plan->cells));
	if (!plan->cells)
		return error_set(error, ENOMEM, "plan: out of memory");
	for (size_t i = 0; i < count; i++) {
		name = plain_string(json_array_get(array, i));
		if (!name || cell_parse(name, &plan->cells[i]))
			return refuse(error, "\"cells\"[%zu] is no cell of this version: %.160s", i,
				      name ? name : "not a string");
		for (size_t j = 0; j < i; j++)
			if (cell_equal(&plan->cells[i], &plan->cells[j]))
				return refuse(error, "cell %s is listed twice", name);
		if (plan->clock == PLAN_CLOCK_VIRTUAL && cell_is_concurrent(&plan->cells[i]))
			return refuse(error,
				      "cell %s needs two running CPUs, which the virtual "
				      "clock does not have",
				      name);
	}
	plan->cell_count = (uint32_t)count;
	return 0;
}

/* How many strategies are in the cell's quartets; 0: not this one. */
static uint32_t strategies_beside(const struct plan *plan, uint32_t cell, uint32_t strategy)
{
	uint32_t count;
	const uint32_t *strategies = plan_strategies(plan, cell, &count);

	for (uint32_t i = 0; i < count; i++)
		if (strategies[i] == strategy)
			return count;
	return 0;
}

static int block_from_json(const json_t *entry, const struct plan *plan, struct plan_block *block)
{
	const char *strategy = plain_string(json_array_get(entry, 1));
	json_int_t cell, operations, quartet, position, flags, record_every = 1;
	size_t size = json_array_size(entry);
	uint32_t strategies;

	if (size < 6 || size > 7 || !strategy || strategy_lookup(strategy, &block->strategy) ||
	    integer_in(json_array_get(entry, 0), 0, (json_int_t)plan->cell_count - 1, &cell))
		return -EINVAL;
	strategies = strategies_beside(plan, (uint32_t)cell, block->strategy);
	if (!strategies ||
	    integer_in(json_array_get(entry, 2), 1, CONFIG_OPERATIONS_MAX, &operations) ||
	    integer_in(json_array_get(entry, 3), 0, CONFIG_QUARTETS_MAX - 1, &quartet) ||
	    integer_in(json_array_get(entry, 4), 0,
		       (json_int_t)plan_quartet_blocks(strategies) - 1, &position) ||
	    integer_in(json_array_get(entry, 5), 0, FLAGS_ALL, &flags) ||
	    __builtin_popcount((unsigned int)flags & FLAGS_PASS) > 1 ||
	    (size == 7 && integer_in(json_array_get(entry, 6), 2, CONFIG_RECORD_EVERY_MAX,
				     &record_every)))
		return -EINVAL;
	/* Where an operation is one call, none can be left out. */
	if (record_every > 1 && !cell_has_calls(&plan->cells[cell]))
		return -EINVAL;
	if (flags & FLAG_DETAILED && !cell_walk_divides(&plan->cells[cell]))
		return -EINVAL;
	block->cell = (uint32_t)cell;
	block->operations = (uint32_t)operations;
	block->record_every = (uint32_t)record_every;
	block->quartet = (uint32_t)quartet;
	block->position = (uint32_t)position;
	block->warmup = flags & FLAG_WARMUP;
	block->unrecorded = flags & FLAG_UNRECORDED;
	block->traced = flags & FLAG_TRACED;
	block->counted = flags & FLAG_COUNTED;
	block->profiled = flags & FLAG_PROFILED;
	block->detailed = flags & FLAG_DETAILED;
	return 0;
}

static int blocks_from_json(const json_t *array, struct plan *plan, struct error *error)
{
	size_t count = json_array_size(array);

	if (count < 1 || count > PLAN_BLOCKS_MAX)
		return refuse(error, "\"blocks\" is not a list of 1 to %u", PLAN_BLOCKS_MAX);
	plan->blocks = calloc(count, sizeof(*plan->blocks));
	if (!plan->blocks)
		return error_set(error, ENOMEM, "plan: out of memory");
	for (size_t i = 0; i < count; i++)
		if (block_from_json(json_array_get(array, i), plan, &plan->blocks[i]))
			return refuse(error,
				      "\"blocks\"[%zu] is not [cell, strategy, operations, "
				      "quartet, position, flags, record_every] in their ranges",
				      i);
	plan->block_count = (uint32_t)count;
	return 0;
}

static int root_from_json(const json_t *root, struct plan *plan, struct error *error)
{
	static const char *const keys[] = { "plan",	  "name",      "seed",
					    "clock",	  "threshold", "threshold_p99",
					    "strategies", "cells",     "blocks" };
	const size_t key_count = sizeof(keys) / sizeof(keys[0]);
	json_int_t version;
	int err;

	if (!json_is_object(root))
		return refuse(error, "not a JSON object");
	if (integer_in(json_object_get(root, "plan"), 0, INT32_MAX, &version))
		return refuse(error, "\"plan\" (its version) is missing");
	if (version != PLAN_VERSION)
		return refuse(error,
			      "version %" JSON_INTEGER_FORMAT ", and this program reads "
			      "version %d",
			      version, PLAN_VERSION);
	for (size_t i = 0; i < key_count; i++)
		if (!json_object_get(root, keys[i]))
			return refuse(error, "\"%s\" is missing", keys[i]);
	if (json_object_size(root) !=
	    key_count + (json_object_get(root, "calibration_days") ? 1 : 0))
		return refuse(error, "it has keys that version %d does not know", PLAN_VERSION);

	err = head_from_json(root, plan, error);
	if (!err)
		err = strategies_from_json(json_object_get(root, "strategies"), plan, error);
	if (!err)
		err = cells_from_json(json_object_get(root, "cells"), plan, error);
	if (!err)
		err = blocks_from_json(json_object_get(root, "blocks"), plan, error);
	return err;
}

int plan_from_json(const char *text, size_t bytes, struct plan **plan, struct error *error)
{
	json_error_t reason;
	struct plan *made;
	json_t *root;
	int err;

	*plan = NULL;
	root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &reason);
	if (!root)
		return refuse(error, "line %d, column %d: %s", reason.line, reason.column,
			      reason.text);
	made = calloc(1, sizeof(*made));
	err = made ? root_from_json(root, made, error)
		   : error_set(error, ENOMEM, "plan: out of memory");
	json_decref(root);
	if (err)
		plan_free(made);
	else
		*plan = made;
	return err;
}

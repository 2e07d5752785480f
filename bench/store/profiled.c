// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/profiled.h"

#include <errno.h>

#include "common/cell.h"

static int take_block(const struct store_block *stored, void *context)
{
	struct profiled *profiled = context;
	json_t *end, *profile;
	int result = 0;

	if (!stored->plan.profiled)
		return 0;
	end = json_loads(stored->end_json, 0, NULL);
	profile = json_deep_copy(json_object_get(end, "profile"));
	if (!profile || json_object_set_new(profile, "cell", json_string(stored->cell_name)) ||
	    json_object_set_new(profile, "strategy",
				json_string(strategy_name(stored->plan.strategy))) ||
	    json_array_append_new(profiled->blocks, profile))
		result = -ENOMEM;
	json_decref(end);
	return result;
}

int profiled_load(struct store *store, int64_t run, struct profiled *profiled, struct error *error)
{
	int result;

	profiled->blocks = json_array();
	result = profiled->blocks ? store_blocks_each(store, run, take_block, profiled, error) :
				    -ENOMEM;
	if (!result)
		return 0;
	profiled_free(profiled);
	if (error && !error->text[0])
		error_set_errno(error, -result, "run %lld: its profile", (long long)run);
	return result;
}

void profiled_free(struct profiled *profiled)
{
	json_decref(profiled->blocks);
	profiled->blocks = NULL;
}

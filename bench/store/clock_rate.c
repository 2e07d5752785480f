// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/clock_rate.h"

#include <jansson.h>

static int take_rate(const char *note_json, void *context)
{
	json_t *json = json_loads(note_json, 0, NULL);
	const json_t *rate = json_object_get(json, "clock_rate");

	if (json_is_number(rate))
		*(double *)context = json_number_value(rate);
	json_decref(json);
	return 0;
}

int store_clock_rate(struct store *store, int64_t run, double *rate, struct error *error)
{
	*rate = 1;
	return store_notes_each(store, run, take_rate, rate, error);
}

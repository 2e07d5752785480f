// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/json_value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "report/clean.h"

#define JSON_DIGITS 15 /* every digit that a double keeps for sure, none that it makes up */

struct json_object json_object_new(bool *failed)
{
	struct json_object object = { json_object(), failed };

	if (!object.json)
		*failed = true;
	return object;
}

void json_set(struct json_object *object, const char *key, json_t *value)
{
	if (json_object_set_new(object->json, key, value))
		*object->failed = true;
}

void json_add(json_t *array, json_t *value, bool *failed)
{
	if (json_array_append_new(array, value))
		*failed = true;
}

json_t *json_number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

json_t *json_text(const char *value)
{
	char *clean = clean_document(value);
	json_t *json = clean ? json_string(clean) : NULL;

	free(clean);
	return json;
}

json_t *json_texts(const char *const *values, size_t count, bool *failed)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_add(array, json_text(values[i]), failed);
	return array;
}

int json_print(struct json_object *object, FILE *file, struct error *error)
{
	int result = 0;

	if (*object->failed)
		result = error_set(error, ENOMEM, "report: out of memory");
	else if (json_dumpf(object->json, file,
			    JSON_INDENT(1) | JSON_REAL_PRECISION(JSON_DIGITS)) ||
		 fputc('\n', file) == EOF || ferror(file))
		result = error_set(error, EIO, "report: cannot be written; is the disk full?");
	json_decref(object->json);
	object->json = NULL;
	return result;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building JSON without a test at every key: Jansson's setters fail on a NULL, and what
 * could not be made is found at the end through `failed`.
 */
#ifndef HMMBENCH_JSON_VALUE_H
#define HMMBENCH_JSON_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

#include "common/error.h"

struct json_object {
	json_t *json;
	bool *failed;
};

struct json_object json_object_new(bool *failed);

/* All take the value over. */
void json_set(struct json_object *object, const char *key, json_t *value);
void json_add(json_t *array, json_t *value, bool *failed);

json_t *json_number(double value);	/* null where it is none */
json_t *json_text(const char *value);	/* cleaned (report/clean.h) */
json_t *json_texts(const char *const *values, size_t count, bool *failed);

/* Prints the whole and lets go of it. -ENOMEM where something could not be made; -EIO. */
int json_print(struct json_object *object, FILE *file, struct error *error);

#endif

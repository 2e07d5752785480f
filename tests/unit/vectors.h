/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests against reference values of others, which are read from a folder that
 * is not part of the project: $HMMBENCH_VECTORS, or ../shared/vectors from the source
 * folder ($top_srcdir or $HMMBENCH_SOURCE_DIR). Such a test is skipped where it is not there.
 */
#ifndef HMMBENCH_TEST_VECTORS_H
#define HMMBENCH_TEST_VECTORS_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <jansson.h>
#include <strings.h>
#include <unistd.h>

#include "stats/sort.h"

static char folder[4096];

static inline bool find_folder(void)
{
	const char *vectors = getenv("HMMBENCH_VECTORS");
	const char *top = getenv("top_srcdir");

	if (!top)
		top = getenv("HMMBENCH_SOURCE_DIR");
	if (vectors)
		snprintf(folder, sizeof(folder), "%s", vectors);
	else
		snprintf(folder, sizeof(folder), "%s/../shared/vectors", top ? top : ".");
	return access(folder, R_OK | X_OK) == 0;
}

static inline json_t *load(const char *name)
{
	char path[sizeof(folder) + 512];
	json_error_t error;
	json_t *json;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	json = json_load_file(path, 0, &error);
	if (!json)
		fail_msg("%s:%d: %s", path, error.line, error.text);
	return json;
}

struct numbers {
	double *values;
	size_t count;
};

static inline struct numbers numbers_of(const json_t *array)
{
	struct numbers numbers = { .count = json_array_size(array) };

	numbers.values = malloc((numbers.count + 1) * sizeof(*numbers.values));
	assert_non_null(numbers.values);
	for (size_t i = 0; i < numbers.count; i++)
		numbers.values[i] = json_number_value(json_array_get(array, i));
	return numbers;
}

static inline struct numbers sorted_of(const json_t *array)
{
	struct numbers numbers = numbers_of(array);

	sort_doubles(numbers.values, numbers.count);
	return numbers;
}

static inline void assert_near(double value, double expected, double tolerance, const char *what)
{
	bool same = value == expected || (isnan(value) && isnan(expected));

	if (!same && !(fabs(value - expected) <= tolerance))
		fail_msg("%s: %.17g, expected %.17g +- %g", what, value, expected, tolerance);
}

/* Calls back for each JSON file of a sub-folder; gives how many there were. */
static inline size_t each_file(const char *sub, void (*test)(const char *name, const json_t *json))
{
	char path[sizeof(folder) + 64];
	struct dirent *entry;
	size_t files = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s", folder, sub);
	dir = opendir(path);
	if (!dir)
		fail_msg("no folder %s", path);
	while ((entry = readdir(dir))) {
		char name[320];
		json_t *json;

		if (!strstr(entry->d_name, ".json"))
			continue;
		snprintf(name, sizeof(name), "%s/%s", sub, entry->d_name);
		json = load(name);
		test(name, json);
		json_decref(json);
		files++;
	}
	closedir(dir);
	return files;
}

/* Where there is no folder: says so and gives the exit status of a skipped test; else -1. */
static inline int skip_without_folder(void)
{
	const char *output = getenv("CMOCKA_MESSAGE_OUTPUT");
	bool tap = output && !strcasecmp(output, "TAP");

	if (find_folder())
		return -1;
	printf(tap ? "1..0 # SKIP no reference vectors in %s\n" :
		     "skipped: no reference vectors in %s\n", folder);
	return tap ? 0 : 77;
}

#endif

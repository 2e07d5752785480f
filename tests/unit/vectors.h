/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests against reference values of others, which are read from a folder that
 * is not part of the project: $HMMBENCH_VECTORS, or ../shared/vectors from the source
 * folder ($top_srcdir or $HMMBENCH_SOURCE_DIR). Where it is not there, a few cases of each kind
 * are, in tests/fixtures/vectors.
 *
 * With $HMMBENCH_DEVIATIONS a test appends to that file what it compared, for make bench-stats:
 * the largest deviation of each kind beside its bar.
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
#include <unistd.h>

#include "stats/sort.h"

static char folder[4096];

static bool is_whole;	/* the folder with all cases */

/* Whether the folder with all cases is there. */
static inline bool find_folder(void)
{
	const char *vectors = getenv("HMMBENCH_VECTORS");
	const char *top = getenv("top_srcdir");

	if (!top)
		top = getenv("HMMBENCH_SOURCE_DIR");
	if (!top)
		top = ".";
	if (vectors)
		snprintf(folder, sizeof(folder), "%s", vectors);
	else
		snprintf(folder, sizeof(folder), "%s/../shared/vectors", top);
	is_whole = access(folder, R_OK | X_OK) == 0;
	return is_whole;
}

/* The folder, or what is kept of it. */
static inline void find_vectors(void)
{
	const char *top = getenv("top_srcdir");

	if (find_folder())
		return;
	if (!top)
		top = getenv("HMMBENCH_SOURCE_DIR");
	snprintf(folder, sizeof(folder), "%s/tests/fixtures/vectors", top ? top : ".");
}

/* At least so many were compared, where all are there. */
static inline void assert_compared(size_t compared, size_t least)
{
	assert_true(compared >= (is_whole ? least : 1));
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

/* One kind of value, and how far ours were from the others' at most. */
struct kind {
	const char *what;
	double bar;
	double least;	/* relative to the value, or to this where that is smaller; 0: absolute */
	double worst;
	size_t compared;
};

/* `printed`: half a unit of the last digit that the other's figure has; what is within is none. */
static inline void compare_printed(struct kind *kind, double value, double expected, double printed,
				   const char *where)
{
	const bool same = value == expected || (isnan(value) && isnan(expected));
	double deviation = same ? 0 : fmax(0, fabs(value - expected) - printed);

	if (kind->least > 0)
		deviation /= fmax(fabs(expected), kind->least);
	if (!(deviation <= kind->bar))
		fail_msg("%s: %.17g, expected %.17g", where, value, expected);
	kind->worst = fmax(kind->worst, deviation);
	kind->compared++;
}

static inline void compare(struct kind *kind, double value, double expected, const char *where)
{
	compare_printed(kind, value, expected, 0, where);
}

static inline void write_deviations(const struct kind *kinds, size_t count)
{
	const char *path = getenv("HMMBENCH_DEVIATIONS");
	FILE *file = path ? fopen(path, "a") : NULL;

	for (size_t i = 0; i < count && file; i++) {
		char bar[32];

		snprintf(bar, sizeof(bar), "<= %.3g", kinds[i].bar);
		fprintf(file, "%-74s %-12s %8.2g %8zu\n", kinds[i].what, bar, kinds[i].worst,
			kinds[i].compared);
	}
	if (file)
		fclose(file);
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

#endif

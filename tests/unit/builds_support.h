/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two kernel builds in a store, and what they are compared by: for tests of either half. */
#ifndef HMMBENCH_TESTS_BUILDS_SUPPORT_H
#define HMMBENCH_TESTS_BUILDS_SUPPORT_H

#include <stdbool.h>

#include "night_support.h"

#include "store/dataset.h"

/* A store, what was loaded of it, and the verdict. */
struct bench {
	char *path;
	struct store *store;
	struct dataset *dataset;
	struct comparison *comparison;
	struct error error;
};

extern const struct night_boot base_boot;
extern const struct night_boot candidate_boot;

struct bench bench_new(void);
void bench_end(struct bench *bench);

/*
 * Loads runs 1 .. 2 * count. Those with an odd place in ABBA are the candidate's: 1 4 5 8
 * against 2 3 6 7. What dataset_load_builds() gives.
 */
int load_abba(struct bench *bench, size_t count, bool force);

/* Loads and compares them; the test fails where that does. */
void must_compare(struct bench *bench, size_t count, bool force);

/* The test fails unless they are not comparable, in words that hold `part`. */
void must_refuse(struct bench *bench, size_t count, const char *part);

/* The result of a cell under a strategy (COMPARISON_ANY_STRATEGY: any), or NULL. */
const struct cell_result *result_of(const struct bench *bench, uint32_t workload,
				    uint32_t strategy);

/* Whether one of the dataset's notes or marks, of which there are `count`, holds `part`. */
bool has_line(char *const *lines, size_t count, const char *part);

void assert_mark(const struct bench *bench, const char *part);
void assert_note(const struct bench *bench, const char *part);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include "builds_support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"

const struct night_boot base_boot = { .kernel = "debian:6.1", .spread = .01 };
const struct night_boot candidate_boot = { .kernel = "debian:6.12", .spread = .01 };

struct bench bench_new(void)
{
	struct bench bench = { .path = store_fresh_path() };

	bench.store = store_must_open(bench.path, STORE_WRITE);
	return bench;
}

void bench_end(struct bench *bench)
{
	comparison_free(bench->comparison);
	dataset_free(bench->dataset);
	store_close(bench->store);
	free(bench->path);
}

int load_abba(struct bench *bench, size_t count, bool force)
{
	int64_t runs[2][64];
	struct dataset_side sides[2];
	size_t of_arm[2] = { 0 };

	for (size_t i = 0; i < 2 * count; i++) {
		size_t arm = i % 4 == 1 || i % 4 == 2;

		runs[arm][of_arm[arm]++] = (int64_t)i + 1;
	}
	for (size_t arm = 0; arm < 2; arm++)
		sides[arm] = (struct dataset_side){ .name = "", .note = "", .runs = runs[arm],
						    .run_count = of_arm[arm] };
	memset(&bench->error, 0, sizeof(bench->error));
	return dataset_load_builds(bench->store, &sides[0], &sides[1], force, &bench->dataset,
				   &bench->error);
}

void must_compare(struct bench *bench, size_t count, bool force)
{
	if (load_abba(bench, count, force) ||
	    comparison_make(&bench->dataset->input, &bench->comparison, &bench->error))
		fail_msg("%s", bench->error.text);
}

void must_refuse(struct bench *bench, size_t count, const char *part)
{
	assert_int_equal(load_abba(bench, count, false), -EXDEV);
	assert_int_equal(bench->error.exit_status, STATUS_NOT_COMPARABLE);
	assert_null(bench->dataset);
	if (!strstr(bench->error.text, part))
		fail_msg("\"%s\" does not say \"%s\"", bench->error.text, part);
}

const struct cell_result *result_of(const struct bench *bench, uint32_t workload,
					   uint32_t strategy)
{
	const struct comparison_input *input = &bench->dataset->input;

	for (uint32_t i = 0; i < bench->comparison->result_count; i++) {
		const struct cell_result *result = &bench->comparison->results[i];

		if (input->cells[result->cell].workload == workload &&
		    input->strategies[result->cell] == strategy)
			return result;
	}
	return NULL;
}

bool has_line(char *const *lines, size_t count, const char *part)
{
	for (size_t i = 0; i < count; i++)
		if (strstr(lines[i], part))
			return true;
	return false;
}

void assert_mark(const struct bench *bench, const char *part)
{
	if (!has_line(bench->dataset->marks, bench->dataset->mark_count, part))
		fail_msg("no mark says \"%s\"", part);
}

void assert_note(const struct bench *bench, const char *part)
{
	if (!has_line(bench->dataset->notes, bench->dataset->note_count, part))
		fail_msg("no note says \"%s\"", part);
}

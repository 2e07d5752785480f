// SPDX-License-Identifier: GPL-2.0-or-later
/* Several boots of one kernel whose strategies are compared inside each: which go together. */
#include "builds_support.h"

#include <errno.h>
#include <string.h>

#include "common/exit_status.h"
#include "hmmbench_uapi.h"

static int load_boots(struct bench *bench, const int64_t *runs, size_t count, bool force)
{
	static const struct dataset_arm base = { .strategy = HMMBENCH_STRATEGY_WRITE };
	static const struct dataset_arm candidate = { .strategy = HMMBENCH_STRATEGY_READ };

	memset(&bench->error, 0, sizeof(bench->error));
	return dataset_load(bench->store, runs, count, &base, &candidate, force, &bench->dataset,
			    &bench->error);
}

/* A boot as the usual one, and one that is other. */
static void put_two(struct bench *bench, const struct night_boot *other)
{
	*bench = bench_new();
	night_put(bench->store, bench->path, &base_boot);
	night_put(bench->store, bench->path, other);
}

static const int64_t both[] = { 1, 2 };

static void must_be_unlike(struct bench *bench, const char *part)
{
	assert_int_equal(load_boots(bench, both, 2, false), -EXDEV);
	assert_int_equal(bench->error.exit_status, STATUS_NOT_COMPARABLE);
	assert_null(bench->dataset);
	if (!strstr(bench->error.text, part))
		fail_msg("\"%s\" does not say \"%s\"", bench->error.text, part);
}

static void boots_that_are_alike_go_together(void **state)
{
	struct bench bench;

	(void)state;
	put_two(&bench, &base_boot);
	assert_int_equal(load_boots(&bench, both, 2, false), 0);
	assert_int_equal(bench.dataset->input.boots, 2);
	assert_false(bench.dataset->forced);
	bench_end(&bench);
}

static void boots_of_two_machines_do_not_unless_by_force(void **state)
{
	struct night_boot other = base_boot;
	struct bench bench;

	(void)state;
	other.machine = "lab2";
	other.accelerator = "tcg";
	put_two(&bench, &other);
	must_be_unlike(&bench, "accelerator: kvm in run 1; tcg in run 2");
	assert_non_null(strstr(bench.error.text, "machine: lab1 in run 1; lab2 in run 2"));
	assert_int_equal(load_boots(&bench, both, 2, true), 0);
	assert_true(bench.dataset->forced);
	assert_non_null(strstr(bench.dataset->marks[0], "by force although not alike"));
	bench_end(&bench);
}

static void boots_of_two_builds_under_one_name_do_not(void **state)
{
	struct night_boot rebuilt = base_boot;
	struct bench bench;

	(void)state;
	rebuilt.build = "another";
	put_two(&bench, &rebuilt);
	must_be_unlike(&bench, "kernel build: debian:6.1 in run 1; another in run 2");
	bench_end(&bench);
}

/* Their blocks could not be told apart, whatever is asked for. */
static void boots_of_other_cells_do_not_even_by_force(void **state)
{
	struct night_boot other = base_boot;
	struct bench bench;

	(void)state;
	other.mirrors = 512;
	put_two(&bench, &other);
	must_be_unlike(&bench, "cells differ");
	assert_int_equal(load_boots(&bench, both, 2, true), -EXDEV);
	bench_end(&bench);
}

/* Eight times the same boot would be eight differences that agree. */
static void a_boot_counts_once(void **state)
{
	static const int64_t runs[] = { 1, 2, 1 };
	struct bench bench;

	(void)state;
	put_two(&bench, &base_boot);
	assert_int_equal(load_boots(&bench, runs, 3, true), -EINVAL);
	assert_non_null(strstr(bench.error.text, "run 1 is given twice"));
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boots_that_are_alike_go_together),
		cmocka_unit_test(boots_of_two_machines_do_not_unless_by_force),
		cmocka_unit_test(boots_of_two_builds_under_one_name_do_not),
		cmocka_unit_test(boots_of_other_cells_do_not_even_by_force),
		cmocka_unit_test(a_boot_counts_once),
	};

	return cmocka_run_group_tests_name("dataset_in_boot", tests, NULL, NULL);
}

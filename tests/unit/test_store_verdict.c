// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts in the store: kept once, found by their number. */
#include "store_support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/store_verdict.h"

static const struct store_verdict one = {
	.program = (char *)"0.1.0", .request = (char *)"{\"request\":1}", .seed = INT64_MAX,
	.input_digest = (char *)"aa", .report_digest = (char *)"bb",
	.verdict = (char *)"REGRESSED", .exit_status = STATUS_REGRESSION,
};

static int64_t put(struct store *store, const struct store_verdict *verdict)
{
	struct error error = { 0 };
	int64_t id = 0;

	if (store_verdict_put(store, verdict, &id, &error))
		fail_msg("%s", error.text);
	return id;
}

static void what_is_put_comes_back(void **state)
{
	char *path = store_fresh_path();
	struct store *store = store_must_open(path, STORE_WRITE);
	struct store_verdict verdict;
	struct error error;

	(void)state;
	assert_int_equal(put(store, &one), 1);
	assert_int_equal(store_verdict_get(store, 1, &verdict, &error), 0);
	assert_int_equal(verdict.id, 1);
	assert_string_equal(verdict.request, one.request);
	assert_string_equal(verdict.input_digest, "aa");
	assert_string_equal(verdict.report_digest, "bb");
	assert_string_equal(verdict.verdict, "REGRESSED");
	assert_string_equal(verdict.program, "0.1.0");
	assert_true(verdict.seed == INT64_MAX);
	assert_int_equal(verdict.exit_status, STATUS_REGRESSION);
	assert_int_equal(strlen(verdict.made), strlen("2024-05-01T02:00:00Z"));
	store_verdict_free(&verdict);
	store_close(store);
	free(path);
}

static void the_same_verdict_is_kept_once(void **state)
{
	char *path = store_fresh_path();
	struct store *store = store_must_open(path, STORE_WRITE);
	struct store_verdict other = one;

	(void)state;
	assert_int_equal(put(store, &one), 1);
	assert_int_equal(put(store, &one), 1);
	other.input_digest = (char *)"cc";
	assert_int_equal(put(store, &other), 2);
	assert_int_equal(put(store, &one), 1);
	store_close(store);
	free(path);
}

static void a_number_that_is_not_there_is_an_input_error(void **state)
{
	char *path = store_fresh_path();
	struct store *store = store_must_open(path, STORE_WRITE);
	struct store_verdict verdict;
	struct error error;

	(void)state;
	assert_int_equal(store_verdict_get(store, 7, &verdict, &error), -ENOENT);
	assert_int_equal(error.exit_status, STATUS_USAGE);
	assert_non_null(strstr(error.text, "there is no verdict 7"));
	store_close(store);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_comes_back),
		cmocka_unit_test(the_same_verdict_is_kept_once),
		cmocka_unit_test(a_number_that_is_not_there_is_an_input_error),
	};

	return cmocka_run_group_tests_name("store_verdict", tests, NULL, NULL);
}

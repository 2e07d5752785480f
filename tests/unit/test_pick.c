// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of sets of runs: which runs they mean, and what is said when they mean none. */
#include "night_support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/pick.h"

struct picking {
	char *path;
	struct store *store;
	struct pick sides[2];
	struct error error;
};

static struct picking picking_new(void)
{
	struct picking picking = { .path = store_fresh_path() };

	picking.store = store_must_open(picking.path, STORE_WRITE);
	return picking;
}

static int64_t put(struct picking *picking, struct night_boot boot)
{
	return night_put(picking->store, picking->path, &boot);
}

static void clear(struct picking *picking)
{
	pick_free(&picking->sides[0]);
	pick_free(&picking->sides[1]);
	memset(&picking->error, 0, sizeof(picking->error));
}

static void picking_end(struct picking *picking)
{
	clear(picking);
	store_close(picking->store);
	free(picking->path);
}

static int pick(struct picking *picking, const char *base, const char *candidate)
{
	clear(picking);
	return pick_sides(picking->store, base, candidate, NULL, 0, picking->sides,
			  &picking->error);
}

/* "1 4" as runs. */
static void assert_runs(const struct pick *pick, const char *wanted)
{
	char text[200] = "";

	for (size_t i = 0; i < pick->count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%lld", i ? " " : "",
			 (long long)pick->runs[i]);
	assert_string_equal(text, wanted);
}

static void assert_picked(struct picking *picking, const char *base, const char *candidate,
			  const char *bases, const char *candidates)
{
	if (pick(picking, base, candidate))
		fail_msg("%s", picking->error.text);
	assert_runs(&picking->sides[0], bases);
	assert_runs(&picking->sides[1], candidates);
}

static void assert_refused(struct picking *picking, const char *text, int result, const char *part)
{
	assert_int_equal(pick(picking, "1", text), result);
	if (!strstr(picking->error.text, part))
		fail_msg("\"%s\" does not say \"%s\"", picking->error.text, part);
}

static void numbers_are_taken_as_they_are(void **state)
{
	struct picking picking = picking_new();

	(void)state;
	assert_picked(&picking, "7,1-3,2", "12", "1 2 3 7", "12");
	assert_true(picking.sides[0].by_number);
	assert_refused(&picking, "3-1", -EINVAL, "write 3,5-8");
	assert_refused(&picking, "0", -EINVAL, "write 3,5-8");
	assert_refused(&picking, "1,,2", -EINVAL, "write 3,5-8");
	assert_refused(&picking, "-", -EINVAL, "write 3,5-8");
	assert_refused(&picking, "1-99999999999999999999", -EINVAL, "write 3,5-8");
	assert_refused(&picking, "1-100000000", -EINVAL, "write 3,5-8");
	picking_end(&picking);
}

static void kernels_and_labels_are_found(void **state)
{
	struct picking picking = picking_new();

	(void)state;
	put(&picking, (struct night_boot){ .kernel = "debian:6.1", .label = "old, tired" });
	put(&picking, (struct night_boot){ .kernel = "debian:6.12", .label = "new" });
	put(&picking, (struct night_boot){ .kernel = "debian:6.12", .status = STATUS_PANIC });
	put(&picking, (struct night_boot){ .kernel = "debian:6.12" });
	assert_picked(&picking, "debian:6.1", "debian:6.12", "1", "2 4");
	assert_string_equal(picking.sides[1].name, "debian:6.12");
	assert_string_equal(picking.sides[1].note, "");
	assert_picked(&picking, "kernel=debian:6.1", "kernel=debian:6.12-rel", "1", "2 4");
	assert_picked(&picking, "label=old, tired", "new", "1", "2");
	assert_picked(&picking, "label=old, tired,kernel=debian:6.1", "2,4", "1", "2 4");
	assert_refused(&picking, "debian:7", -ENOENT, "debian:7: no finished run has that");
	assert_int_equal(picking.error.exit_status, STATUS_USAGE);
	assert_refused(&picking, "label=new,kernel=debian:6.1", -ENOENT, "no finished run");
	picking_end(&picking);
}

static void a_word_that_is_label_and_kernel_is_refused(void **state)
{
	struct picking picking = picking_new();

	(void)state;
	put(&picking, (struct night_boot){ .kernel = "mine", .label = "a" });
	put(&picking, (struct night_boot){ .kernel = "other", .label = "mine" });
	assert_refused(&picking, "mine", -EINVAL, "write label=mine or kernel=mine");
	assert_picked(&picking, "kernel=mine", "label=mine", "1", "2");
	picking_end(&picking);
}

static void wrong_conditions_are_refused(void **state)
{
	struct picking picking = picking_new();

	(void)state;
	assert_refused(&picking, "", -EINVAL, "not a set of runs");
	assert_refused(&picking, "campaign=x", -EINVAL, "not a set of runs");
	assert_refused(&picking, "campaign=0", -EINVAL, "not a set of runs");
	assert_refused(&picking, "arm=1", -EINVAL, "arm= goes with campaign=");
	picking_end(&picking);
}

/* A tree that is built anew keeps its name; the newest build is meant. */
static void older_builds_of_a_name_are_left_out(void **state)
{
	struct picking picking = picking_new();

	(void)state;
	put(&picking, (struct night_boot){ .kernel = "linux", .build = "monday" });
	put(&picking, (struct night_boot){ .kernel = "debian:6.1" });
	put(&picking, (struct night_boot){ .kernel = "linux", .build = "tuesday" });
	put(&picking, (struct night_boot){ .kernel = "linux", .build = "tuesday" });
	assert_picked(&picking, "debian:6.1", "linux", "2", "3 4");
	assert_string_equal(picking.sides[1].note, "left out: run 1, not like run 4 (another "
						   "build, configuration or place)");
	picking_end(&picking);
}

/* The base's runs are those that can be compared with the candidate's, not just the newest. */
static void the_base_is_like_the_candidate(void **state)
{
	struct picking picking = picking_new();

	(void)state;
	put(&picking, (struct night_boot){ .kernel = "old" });
	put(&picking, (struct night_boot){ .kernel = "new" });
	put(&picking, (struct night_boot){ .kernel = "old", .operations = 20 });
	assert_picked(&picking, "old", "new", "1", "2");
	assert_non_null(strstr(picking.sides[0].note, "left out: run 3"));
	/* Nothing is like it: the newest, and the comparison says what differs. */
	put(&picking, (struct night_boot){ .kernel = "odd", .accelerator = "tcg" });
	assert_picked(&picking, "old", "odd", "3", "4");
	picking_end(&picking);
}

static void only_the_runs_allowed_are_taken(void **state)
{
	static const int64_t only[] = { 1, 2, 3 };
	struct picking picking = picking_new();

	(void)state;
	night_put_builds(picking.store, picking.path, &(struct night_boot){ .kernel = "a" },
			 &(struct night_boot){ .kernel = "b" }, 4, 0);
	assert_int_equal(pick_sides(picking.store, "a", "b", only, 3, picking.sides,
				    &picking.error), 0);
	assert_runs(&picking.sides[0], "1");
	assert_runs(&picking.sides[1], "2 3");
	picking_end(&picking);
}

static void strategies_are_no_runs(void **state)
{
	(void)state;
	assert_false(pick_is_runs("strategy=write"));
	assert_false(pick_is_runs("recording=off,strategy=write"));
	assert_true(pick_is_runs("write"));
	assert_true(pick_is_runs("3-5"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_taken_as_they_are),
		cmocka_unit_test(kernels_and_labels_are_found),
		cmocka_unit_test(a_word_that_is_label_and_kernel_is_refused),
		cmocka_unit_test(wrong_conditions_are_refused),
		cmocka_unit_test(older_builds_of_a_name_are_left_out),
		cmocka_unit_test(the_base_is_like_the_candidate),
		cmocka_unit_test(only_the_runs_allowed_are_taken),
		cmocka_unit_test(strategies_are_no_runs),
	};

	return cmocka_run_group_tests_name("pick", tests, NULL, NULL);
}

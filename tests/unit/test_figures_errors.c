// SPDX-License-Identifier: GPL-2.0-or-later
/* Proves that one gnuplot draws all figures, and that figures which cannot be drawn are errors. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "hand_made_report.h"

static const struct hand_made_shape usual = {
	.exit_cells = 6, .unregister_cells = 3, .rows = 512, .boots = 1
};

#define FORMATS (FIGURE_FORMAT_BIT(FIGURE_SVG) | FIGURE_FORMAT_BIT(FIGURE_PNG))

/* Puts a program called gnuplot in front of PATH that does what `body` says. */
static int with_gnuplot(const char *body, const char *bin_name, const char *folder_name,
			struct error *error)
{
	struct hand_made *made = hand_made_new(&usual);
	char *bin = support_path(bin_name), *program = path_printf("%s/gnuplot", bin);
	char *folder = support_path(folder_name), *old = strdup(getenv("PATH"));
	char *path = path_printf("%s:%s", bin, old);
	struct figure *figures;
	size_t count;
	FILE *file;
	int result;

	assert_int_equal(mkdir(bin, 0700), 0);
	file = fopen(program, "w");
	assert_non_null(file);
	fprintf(file, "#!/bin/sh\n%s\n", body);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(program, 0700), 0);
	setenv("PATH", path, 1);
	result = figures_make(&made->report, folder, FORMATS, &figures, &count, error);
	setenv("PATH", old, 1);
	assert_int_equal(figures != NULL, result == 0);
	assert_int_equal(count > 0, result == 0);
	free(figures);
	free(bin);
	free(program);
	free(folder);
	free(path);
	free(old);
	hand_made_free(made);
	return result;
}

static void test_no_gnuplot_is_a_missing_tool(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *folder = support_path("none"), *old = strdup(getenv("PATH"));
	struct error error = { 0 };
	struct figure *figures;
	size_t count;

	(void)state;
	setenv("PATH", "/nonexistent", 1);
	assert_int_equal(figures_make(&made->report, folder, FORMATS, &figures, &count, &error),
			 -ENOENT);
	setenv("PATH", old, 1);
	assert_int_equal(error.exit_status, STATUS_MISSING_TOOL);
	assert_non_null(strstr(error.text, "apt install gnuplot-nox"));
	assert_null(figures);
	free(folder);
	free(old);
	hand_made_free(made);
}

static void test_a_gnuplot_that_fails_is_an_error(void **state)
{
	struct error error = { 0 };

	(void)state;
	assert_int_equal(with_gnuplot("echo it is broken >&2; exit 3", "broken", "a", &error),
			 -EIO);
	assert_non_null(strstr(error.text, "it is broken"));
	memset(&error, 0, sizeof(error));
	assert_int_equal(with_gnuplot("exit 0", "lazy", "b", &error), -EIO);
	assert_non_null(strstr(error.text, "left no picture"));
}

static void test_an_old_picture_does_not_pass_for_a_new_one(void **state)
{
	static const char diligent[] = "shift; for gp; do echo x >${gp%.gp}.svg; "
				       "echo x >${gp%.gp}.png; done";
	struct error error = { 0 };

	(void)state;
	assert_int_equal(with_gnuplot(diligent, "diligent", "again", &error), 0);
	assert_int_equal(with_gnuplot("exit 0", "tired", "again", &error), -EIO);
	assert_non_null(strstr(error.text, "left no picture"));
}

static void test_one_gnuplot_draws_all(void **state)
{
	struct error error = { 0 };

	(void)state;
	assert_int_equal(with_gnuplot("echo \"once $# $*\" >&2; exit 3", "once", "c", &error),
			 -EIO);
	/* The option and 14 scripts, in one call: effects, 4 of mirrors, 9 of judged results. */
	assert_non_null(strstr(error.text, "once 15 --default-settings effects-01"));
}

static void test_a_folder_that_cannot_be_made_is_an_error(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *file = support_file("a-file", "x", 1), *folder = path_printf("%s/below", file);
	struct error error = { 0 };
	struct figure *figures;
	size_t count;

	(void)state;
	assert_true(figures_make(&made->report, folder, FORMATS, &figures, &count, &error) < 0);
	assert_non_null(strstr(error.text, folder));
	assert_null(figures);
	free(file);
	free(folder);
	hand_made_free(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_gnuplot_is_a_missing_tool),
		cmocka_unit_test(test_a_gnuplot_that_fails_is_an_error),
		cmocka_unit_test(test_an_old_picture_does_not_pass_for_a_new_one),
		cmocka_unit_test(test_one_gnuplot_draws_all),
		cmocka_unit_test(test_a_folder_that_cannot_be_made_is_an_error),
	};

	return cmocka_run_group_tests_name("figures_errors", tests, NULL, NULL);
}

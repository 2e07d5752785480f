// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The progress line on terminals of several widths, dumb ones and none at all: it says boot,
 * block, time left and cell, it never wraps, and what cannot be redrawn is not.
 */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pty.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/progress.h"
#include "report/clean.h"

#define BLOCKS 40

static struct plan plan;
static int saved_stderr = -1, screen = -1;

static void make_plan(void)
{
	static struct cell cell;
	static struct plan_block blocks[BLOCKS];

	assert_int_equal(cell_parse("exit/bundled/empty/1024/same-node/t1/p1/64K", &cell), 0);
	for (uint32_t i = 0; i < BLOCKS; i++)
		blocks[i] = (struct plan_block){ .operations = 10, .record_every = 1 };
	plan = (struct plan){
		.cells = &cell, .cell_count = 1, .blocks = blocks, .block_count = BLOCKS
	};
}

/* Standard error becomes a terminal of that width; 0: a pipe. */
static void begin_screen(unsigned short columns)
{
	struct winsize size = { .ws_col = columns, .ws_row = 25 };
	int ends[2];

	fflush(stderr);
	saved_stderr = dup(STDERR_FILENO);
	if (columns)
		assert_int_equal(openpty(&ends[0], &ends[1], NULL, NULL, &size), 0);
	else
		assert_int_equal(pipe(ends), 0);
	screen = ends[0];
	assert_int_equal(fcntl(screen, F_SETFL, O_NONBLOCK), 0);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
}

/* What came to it; malloc'ed. */
static char *end_screen(void)
{
	char *text = calloc(1, 65536);
	size_t used = 0;
	ssize_t got;

	fflush(stderr);
	while ((got = read(screen, text + used, 65535 - used)) > 0)
		used += (size_t)got;
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	close(screen);
	return text;
}

/* A boot, the fifth of 16, with all its blocks. */
static char *run(unsigned short columns, enum progress_mode mode)
{
	const struct progress_boots boots = { .boot = 5, .count = 16, .left = 11 };
	struct progress progress;

	begin_screen(columns);
	progress_begin(&progress, mode, &plan, &boots);
	progress_say(&progress, "starting debian:6.1");
	for (uint32_t i = 0; i < BLOCKS; i++) {
		progress.drawn_ns = 0; /* as if a fifth of a second had gone */
		progress_block_begun(&progress, i);
		progress_block_done(&progress, i);
	}
	progress_end(&progress);
	return end_screen();
}

/* Every state of the line, between "\r" and the sequence that erases the rest. */
static size_t each_line(char *text, size_t columns)
{
	size_t lines = 0;

	for (char *at = text; *at; lines++) {
		char *end;

		assert_int_equal(*at, '\r');
		end = strstr(at, "\033[K");
		assert_non_null(end);
		*end = '\0';
		if (clean_columns(at + 1) >= columns)
			fail_msg("wraps at %zu columns: %s", columns, at + 1);
		at = end + 3;
	}
	return lines;
}

static void test_a_line_says_boot_block_time_left_and_cell(void **state)
{
	char *text;

	(void)state;
	text = run(120, PROGRESS_AUTO);
	assert_non_null(strstr(text, "\rstarting debian:6.1\033[K"));
	assert_non_null(strstr(text, "\rboot 5 of 16, block 1 of 40, time left unknown: "
				     "exit/bundled/empty/1024/same-node/t1/p1/64K "));
	assert_non_null(strstr(text, "\rboot 5 of 16, block 40 of 40, 0:0"));
	/* The end takes it away. */
	assert_string_equal(text + strlen(text) - 4, "\r\033[K");
	assert_null(strchr(text, '\n'));
	assert_int_equal(each_line(text, 120), 1 + BLOCKS + 1);
	free(text);
}

static void test_a_line_never_wraps(void **state)
{
	static const unsigned short widths[] = { 1, 2, 3, 10, 19, 20, 40, 60, 79, 80, 81 };

	(void)state;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		char *text = run(widths[i], PROGRESS_AUTO);

		each_line(text, widths[i]);
		free(text);
	}
}

static void test_a_narrow_line_keeps_what_matters_most(void **state)
{
	char *text = run(40, PROGRESS_AUTO);

	(void)state;
	assert_non_null(strstr(text, "\rboot 5 of 16, block 40 of 40, 0:0"));
	free(text);
}

static void test_a_character_is_not_cut(void **state)
{
	struct progress progress;
	char *text;

	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	for (unsigned short columns = 2; columns < 16; columns++) {
		const char *at;
		uint32_t c;

		begin_screen(columns);
		progress_begin(&progress, PROGRESS_AUTO, &plan, NULL);
		progress_say(&progress,
			     "starting \u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4");
		text = end_screen();
		for (at = text; clean_next(&at, &c);)
			assert_int_not_equal(c, 0xfffd);
		each_line(text, columns);
		free(text);
	}
	setlocale(LC_CTYPE, "C");
}

static void test_control_characters_stay_off_the_terminal(void **state)
{
	struct progress progress;
	char *text;

	(void)state;
	begin_screen(80);
	progress_begin(&progress, PROGRESS_AUTO, &plan, NULL);
	progress_say(&progress, "starting \033[2Jhere");
	text = end_screen();
	assert_null(strstr(text, "\033[2J"));
	free(text);
}

/* "boot 5 of 16, block 4 of 40, 0:00 left" at each tenth. */
static void expect_plain(char *text)
{
	size_t lines = 0;
	char *save = NULL;

	assert_null(strchr(text, '\033'));
	for (char *line = strtok_r(text, "\r\n", &save); line;
	     line = strtok_r(NULL, "\r\n", &save), lines++) {
		unsigned int block;
		char left[3] = "";

		if (!lines)
			assert_string_equal(line, "starting debian:6.1");
		else if (sscanf(line, "boot 5 of 16, block %u of 40, %*[0-9]:%2[0-9] left", &block,
				left) != 2 ||
			 block != 4 * lines || strlen(left) != 2)
			fail_msg("line %zu: %s", lines, line);
	}
	assert_int_equal(lines, 1 + 10);
}

static void test_plain_is_a_line_every_tenth(void **state)
{
	char *text = run(0, PROGRESS_PLAIN);

	(void)state;
	expect_plain(text);
	free(text);
}

static void test_a_dumb_terminal_gets_plain_lines(void **state)
{
	static const char *const names[] = { "dumb", "", NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *text;

		if (names[i])
			setenv("TERM", names[i], 1);
		else
			unsetenv("TERM");
		text = run(80, PROGRESS_AUTO);
		expect_plain(text);
		free(text);
	}
	setenv("TERM", "xterm", 1);
}

static void test_no_terminal_gets_nothing_unasked(void **state)
{
	char *text = run(0, PROGRESS_AUTO);

	(void)state;
	assert_string_equal(text, "");
	free(text);
	text = run(80, PROGRESS_NONE);
	assert_string_equal(text, "");
	free(text);
}

static void test_words_of_the_option(void **state)
{
	enum progress_mode mode;

	(void)state;
	assert_int_equal(progress_mode_parse("plain", &mode), 0);
	assert_int_equal(mode, PROGRESS_PLAIN);
	assert_int_equal(progress_mode_parse("loud", &mode), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_says_boot_block_time_left_and_cell),
		cmocka_unit_test(test_a_line_never_wraps),
		cmocka_unit_test(test_a_narrow_line_keeps_what_matters_most),
		cmocka_unit_test(test_a_character_is_not_cut),
		cmocka_unit_test(test_control_characters_stay_off_the_terminal),
		cmocka_unit_test(test_plain_is_a_line_every_tenth),
		cmocka_unit_test(test_a_dumb_terminal_gets_plain_lines),
		cmocka_unit_test(test_no_terminal_gets_nothing_unasked),
		cmocka_unit_test(test_words_of_the_option),
	};

	setenv("TERM", "xterm", 1);
	make_plan();
	return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}

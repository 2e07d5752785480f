// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that of a campaign's environment a report has what differs between its runs and no more:
 * not the random order of their blocks, nor what is otherwise in each boot.
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "hand_made_report.h"
#include "report/environment.h"
#include "store/runs_text.h"

#define BOOTS	   16	/* eight of either kernel */
#define BLOCKS	   400
#define ROWS_LIMIT 30

static const struct hand_made_shape usual = {
	.exit_cells = 2, .unregister_cells = 1, .rows = 256, .boots = BOOTS
};

/* ABBA: runs 1, 4, 5, 8 .. are of the base. */
static bool is_base(size_t run)
{
	return run % 4 == 0 || run % 4 == 3;
}

/* As an agent tells it: most of it differs from boot to boot and says nothing. */
static char *environment_of(size_t run)
{
	const char *release = is_base(run) ? "6.1.0-56-amd64" : "6.12.95+deb12-amd64";
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	fprintf(file, "{\"hello\":1,\"kernel\":{\"release\":\"%s\",\"version\":\"of %s\",\"tainted\":4096,"
		"\"build_id\":\"id of %s\"},\"clock\":{\"name\":\"tsc\",\"read_cost_ns\":%zu},"
		"\"memory\":{\"total_bytes\":%d,\"nodes\":[{\"node\":0,\"free_bytes\":%zu}]},"
		"\"topology\":{\"cpus\":4,\"xml\":\"<topology>\\n%zu</topology>\"},"
		"\"load\":[0.%zu,0.02,0],\"uptime_s\":%f,\"plan\":{\"seed\":%zu,\"blocks\":[",
		release, release, release, 80 + run, is_base(run) ? 1007947776 : 1015107584,
		400000000 + 4096 * run, run, 10 + run, 1.5 + .01 * (double)run, 1000 + run);
	for (size_t i = 0; i < BLOCKS; i++)
		fprintf(file, "%s[%zu,%zu,8]", i ? "," : "", (i * 7 + run * 13) % 28, (i + run) % 2);
	fputs("]}}", file);
	assert_int_equal(fclose(file), 0);
	return text;
}

static char *lab_of(size_t run)
{
	const char *kernel = is_base(run) ? "debian:6.1" : "debian:6.12";
	char *text;

	assert_true(asprintf(&text, "{\"lab\":\"vm\",\"kernel\":{\"name\":\"%s\"},\"console\":"
			     "\"/var/runs/%zu/console.log\",\"boot\":{\"first_byte_ns\":%zu},"
			     "\"command\":\"qemu -serial file:/var/runs/%zu/stream\"}", kernel,
			     run + 1, 1000000 + run, run + 1) > 0);
	return text;
}

struct campaign {
	struct hand_made *made;
	struct store_run runs[BOOTS];
};

static void campaign_begin(struct campaign *campaign)
{
	campaign->made = hand_made_new(&usual);
	for (size_t i = 0; i < BOOTS; i++) {
		campaign->runs[i] = campaign->made->run;
		campaign->runs[i].id = (int64_t)i + 1;
		campaign->runs[i].environment_json = environment_of(i);
		campaign->runs[i].lab_json = lab_of(i);
	}
	campaign->made->report.runs = campaign->runs;
	campaign->made->report.run_count = BOOTS;
}

static void campaign_end(struct campaign *campaign)
{
	for (size_t i = 0; i < BOOTS; i++) {
		free(campaign->runs[i].environment_json);
		free(campaign->runs[i].lab_json);
	}
	hand_made_free(campaign->made);
}

struct told {
	char text[16384];
	size_t rows;
};

static int take(const struct environment_difference *difference, void *context)
{
	struct told *told = context;
	const size_t used = strlen(told->text);

	told->rows++;
	snprintf(told->text + used, sizeof(told->text) - used, "%s|%s|%s\n", difference->fact,
		 difference->runs, difference->value);
	return 0;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in:\n%s", part, text);
}

static void assert_has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("'%s' is in:\n%s", part, text);
}

static void runs_with_one_value_are_one_row(void **state)
{
	struct campaign campaign;
	struct told told = { 0 };

	(void)state;
	campaign_begin(&campaign);
	assert_int_equal(environment_differences(&campaign.made->report, take, &told), 0);
	assert_has(told.text, "kernel release|runs 1, 4, 5, 8, 9, 12, 13, 16|6.1.0-56-amd64\n");
	assert_has(told.text,
		   "kernel release|runs 2, 3, 6, 7, 10, 11, 14, 15|6.12.95+deb12-amd64\n");
	assert_has(told.text, "lab kernel name|runs 1, 4, 5, 8, 9, 12, 13, 16|debian:6.1\n");
	/* Of many values their range. */
	assert_has(told.text, "clock read cost ns|runs 1-16|from 80 to 95\n");
	assert_has(told.text, "load|runs 1-16|from 0.1 to 0.25\n");
	assert_in_range(told.rows, 8, ROWS_LIMIT);
	campaign_end(&campaign);
}

static void what_differs_in_every_boot_is_left_out(void **state)
{
	static const char *const noise[] = { "plan", "seed", "uptime", "free bytes", "lab boot",
					     "lab console", "lab command", "xml", "tainted" };
	struct campaign campaign;
	struct told told = { 0 };

	(void)state;
	campaign_begin(&campaign);
	assert_int_equal(environment_differences(&campaign.made->report, take, &told), 0);
	for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++)
		assert_has_not(told.text, noise[i]);
	campaign_end(&campaign);
}

static void what_some_runs_were_not_told_is_said(void **state)
{
	struct campaign campaign;
	struct told told = { 0 };

	(void)state;
	campaign_begin(&campaign);
	campaign.made->report.run_count = 3;
	free(campaign.runs[1].environment_json);
	free(campaign.runs[2].environment_json);
	campaign.runs[1].environment_json = strdup("{\"kernel\":{\"release\":null},\"only\":1}");
	campaign.runs[2].environment_json = strdup("no JSON {");
	assert_int_equal(environment_differences(&campaign.made->report, take, &told), 0);
	assert_has(told.text, "kernel release|run 1|6.1.0-56-amd64\n"
			      "kernel release|run 2|not told\nkernel release|run 3|not there\n");
	assert_has(told.text, "only|runs 1, 3|not there\nonly|run 2|1\n");
	assert_has(told.text, "environment|runs 1, 2|not there\nenvironment|run 3|no JSON {\n");
	campaign_end(&campaign);
}

static char *render(const struct report *report, const char *format)
{
	const struct report_options options = { 0 };
	struct error error = { 0 };
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	assert_int_equal(report_format_find(format)->render(report, &options, file, NULL, &error),
			 0);
	assert_int_equal(fclose(file), 0);
	return text;
}

static size_t count_between(const char *text, const char *from, const char *to, const char *part)
{
	const char *at = strstr(text, from), *end;
	size_t found = 0;

	assert_non_null(at);
	end = strstr(at, to);
	assert_non_null(end);
	for (; (at = strstr(at, part)) && at < end; at += strlen(part))
		found++;
	return found;
}

static void every_form_of_a_campaigns_report_has_few_lines_of_it(void **state)
{
	struct campaign campaign;
	char *page, *text, *markdown;

	(void)state;
	campaign_begin(&campaign);
	page = render(&campaign.made->report, "html");
	text = render(&campaign.made->report, "text");
	markdown = render(&campaign.made->report, "markdown");
	assert_in_range(count_between(page, "What differs between the runs", "</details>", "<tr>"), 8,
			ROWS_LIMIT);
	assert_in_range(count_between(text, "What differs between the runs", "\nFrom run 1:", "\n"), 6,
			ROWS_LIMIT);
	assert_in_range(count_between(markdown, "What differs between the runs:\n\n-", "\n\nAgain: ", "\n- "),
			6, ROWS_LIMIT);
	assert_has(text, "  - kernel release: 6.1.0-56-amd64 (runs 1, 4, 5, 8, 9, 12, 13, 16); "
			 "6.12.95+deb12-amd64 (runs 2, 3, 6, 7, 10, 11, 14, 15)\n");
	assert_has(markdown, "- kernel release: 6.1.0-56-amd64 (runs 1, 4, 5, 8, 9, 12, 13, 16); "
			     "6.12.95+deb12-amd64 (runs 2, 3, 6, 7, 10, 11, 14, 15)\n");
	/* Nor has the table of the first run the order of its blocks. */
	assert_has_not(page, "blocks 0<");
	assert_has(page, "<th scope=\"row\">seed</th><td>1000</td>");
	free(page);
	free(text);
	free(markdown);
	campaign_end(&campaign);
}

/* Thirty nights of other builds are left out of a comparison. */
static void a_list_of_runs_that_is_too_long_is_counted(void **state)
{
	char text[RUNS_TEXT_BYTES], expected[24];
	const char *rest;
	int64_t ids[120];
	size_t listed = 1;

	(void)state;
	for (size_t i = 0; i < 120; i++)
		ids[i] = 1000 + 2 * (int64_t)(119 - i);
	runs_text(ids, 120, text, sizeof(text));
	assert_int_equal(strncmp(text, "runs 1000, 1002, 1004, ", 23), 0);
	rest = strstr(text, ", ... and ");
	assert_non_null(rest);
	for (const char *at = text; (at = strchr(at, ',')) && at < rest; at++)
		listed++;
	snprintf(expected, sizeof(expected), ", ... and %zu more", 120 - listed);
	assert_string_equal(rest, expected);
	/* Neighbours take no more room than their ends. */
	for (size_t i = 0; i < 120; i++)
		ids[i] = 1000 + (int64_t)i;
	runs_text(ids, 120, text, sizeof(text));
	assert_string_equal(text, "runs 1000-1119");
	runs_text(ids, 2, text, sizeof(text));
	assert_string_equal(text, "runs 1000, 1001");
	runs_text(ids, 1, text, sizeof(text));
	assert_string_equal(text, "run 1000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_with_one_value_are_one_row),
		cmocka_unit_test(what_differs_in_every_boot_is_left_out),
		cmocka_unit_test(what_some_runs_were_not_told_is_said),
		cmocka_unit_test(every_form_of_a_campaigns_report_has_few_lines_of_it),
		cmocka_unit_test(a_list_of_runs_that_is_too_long_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

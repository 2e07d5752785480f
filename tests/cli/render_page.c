// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * render_page FOLDER: a page with every section and every kind of figure that there is, in the
 * folder; wherever text from people or machines can stand, it has markup, quotes, scripts,
 * letters of other alphabets and bytes that are none. What a browser must show and not run.
 */
#include "../unit/hand_made_figures.h"

#include <locale.h>
#include <stdio.h>

#include "common/paths.h"
#include "report/report.h"

#define HOSTILE                                                                        \
	"\"'><script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)>" \
	"<svg onload=alert(3)>&amp;\033\xff\xe2\x80\xae\xc3\xbc\xe7\x8c\xab"

static const char *const lines[] = {
	HOSTILE,
	"]]><!-- </style></title><style>*{display:none}</style>",
	"one_word_without_any_blank_that_goes_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on",
};

/* More than a sentence names: they go into a table. */
static struct kernel_option options[20];

static const struct kernel_pair kernels = {
	.base = { .name = (char *)"debian" HOSTILE, .compiler = (char *)"gcc <12> & #1" },
	.candidate = { .name = (char *)"~/src/linux \"a\" <b>",
		       .release = (char *)"6.12.0",
		       .build_id = (char *)"ab",
		       .config_sha256 = (char *)"cd" },
	.compared = true,
	.options = options,
	.option_count = 20,
};

static struct counted_value values[] = {
	{ .name = (char *)"cycles" HOSTILE, .per_operation = 1834567 },
	{ .name = (char *)"llc_misses", .per_operation = 12, .scaled = true },
	{ .name = (char *)"dtlb", .per_operation = NAN, .unavailable = (char *)"no " HOSTILE },
};
static struct counted_block counted_blocks[] = {
	{ .cell = (char *)"exit/" HOSTILE, .operations = 8, .values = values, .value_count = 3 },
};
static const struct counted counted = { .blocks = counted_blocks, .count = 1 };

static struct store_run runs[2];

static void fill_runs(struct hand_made *made)
{
	runs[0] = runs[1] = made->run;
	runs[0].kernel = (char *)"debian" HOSTILE;
	runs[0].label = runs[0].status_text = (char *)HOSTILE;
	runs[0].environment_json =
		(char *)"{\"a<script>\":{\"b\\\"onload=\":\"</table><script>alert(4)</script>\"},"
			"\"topology\":{\"cpus\":4,\"xml\":\"<?xml version='1.0'?>\\n"
			"<a onclick='x'>&\\u0007</a>\"}}";
	runs[0].lab_json = (char *)"</script> this is no JSON";
	runs[1].id = 4;
	runs[1].environment_json = (char *)"{ cut";
	made->report.runs = runs;
	made->report.run_count = 2;
}

static void fill_words(struct hand_made *made)
{
	struct cell_result *unjudged = &made->comparison.results[3];

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		options[i] = (struct kernel_option){ (char *)"CONFIG_CC_VERSION_TEXT",
						     (char *)HOSTILE, (char *)"y" };
	made->input.base_name = "write" HOSTILE;
	made->input.candidate_name = "read" HOSTILE;
	made->report.marks = made->report.notes = lines;
	made->report.mark_count = made->report.note_count = sizeof(lines) / sizeof(lines[0]);
	made->report.kernels = &kernels;
	made->report.counted = &counted;
	made->report.command = "hmmbench compare " HOSTILE;
	made->report.arguments = HOSTILE;
	unjudged->verdict = unjudged->effect[GATED_P50].verdict = VERDICT_NONE;
	snprintf(unjudged->effect[GATED_P50].why, sizeof(unjudged->effect[GATED_P50].why),
		 "because </li><script>alert(5)</script>'\"");
}

int main(int argc, char **argv)
{
	const struct report_options look = { 0 };
	struct hand_made *made = hand_made_new(&hand_made_every_kind_shape);
	struct error error = { 0 };
	char *path;
	FILE *file;
	int result;

	setlocale(LC_CTYPE, "C.UTF-8");
	if (argc != 2 || path_make_folder(argv[1], &error)) {
		fprintf(stderr, "render_page FOLDER: %s\n", error.text);
		return 4;
	}
	path = path_printf("%s/report.html", argv[1]);
	file = fopen(path, "w");
	if (!file) {
		perror(path);
		return 5;
	}
	fill_runs(made);
	fill_words(made);
	hand_made_every_kind(made);
	result = report_format_find("html")->render(&made->report, &look, file, argv[1], &error);
	if (error.text[0])
		fprintf(stderr, "%s\n", error.text);
	if (fclose(file))
		result = -1;
	free(path);
	hand_made_free(made);
	return result || error.text[0] ? 5 : 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report as the terminal gets it. */
#ifndef HMMBENCH_TEST_REPORT_TEXT_H
#define HMMBENCH_TEST_REPORT_TEXT_H

#include "support.h"

#include <stdio.h>

#include "report/report.h"

/* malloc'ed; `width` 0: no limit. */
static inline char *render_text(const struct report *report, int width, bool colour)
{
	const struct report_options options = { .width = width, .colour = colour };
	struct error error = { 0 };
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	assert_int_equal(report_format_find("text")->render(report, &options, file, NULL, &error),
			 0);
	assert_string_equal(error.text, "");
	assert_int_equal(fclose(file), 0);
	return text;
}

#endif

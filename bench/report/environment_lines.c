// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/environment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/clean.h"

#define VALUE_COLUMNS 60	/* of a value that is longer, the beginning */

/* A line in the making. */
struct environment_line {
	char *text;
	size_t bytes;
	FILE *file;	/* NULL: none was begun */
	void (*each)(const char *line, void *context);
	void *context;
};

static int end_line(struct environment_line *line)
{
	int result = 0;

	if (!line->file)
		return 0;
	if (fclose(line->file))
		result = -ENOMEM;
	else
		line->each(line->text, line->context);
	free(line->text);
	line->text = NULL;
	line->file = NULL;
	return result;
}

static int add_value(const struct environment_difference *difference, void *context)
{
	struct environment_line *line = context;
	char *value;
	int result = difference->first ? end_line(line) : 0;

	if (result)
		return result;
	if (!line->file) {
		line->file = open_memstream(&line->text, &line->bytes);
		if (!line->file)
			return -ENOMEM;
		fprintf(line->file, "%s: ", difference->fact);
	}
	value = clean_text(difference->value, false);
	if (!value)
		return -ENOMEM;
	clean_cut(value, VALUE_COLUMNS);
	fprintf(line->file, "%s%s (%s)", difference->first ? "" : "; ", value, difference->runs);
	free(value);
	return 0;
}

int environment_lines(const struct report *report, void (*each)(const char *line, void *context),
		      void *context)
{
	struct environment_line line = { .each = each, .context = context };
	int result = environment_differences(report, add_value, &line), ended = end_line(&line);

	return result ? result : ended;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/help.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/terminal.h"
#include "report/text_table.h"

#define HEAD_BYTES 80

size_t help_width(void)
{
	const int columns = terminal_columns(STDOUT_FILENO, HELP_WIDTH);

	return columns < HELP_WIDTH ? (size_t)columns : HELP_WIDTH;
}

void help_entry(FILE *file, size_t width, const char *head, size_t column, const char *text)
{
	const struct text_style style = { .width = width };
	char first[HEAD_BYTES];

	if (!*text || (column && strlen(head) >= column)) {
		fprintf(file, "%s\n", head);
		head = "";
	}
	if (!*text)
		return;
	snprintf(first, sizeof(first), "%-*s", (int)column, head);
	text_wrap(file, &style, first, text);
}

void help_usage(FILE *file, size_t width, const char *name, const char *arguments)
{
	const struct text_style style = { .width = width };
	const char *word = "Usage";

	for (const char *line = arguments; line; line = strchr(line, '\n'), line += line != NULL) {
		char text[256], first[HEAD_BYTES];

		snprintf(text, sizeof(text), "%.*s", (int)strcspn(line, "\n"), line);
		snprintf(first, sizeof(first), "%5s: hmmbench %s ", word, name);
		text_wrap(file, &style, first, text);
		word = "or";
	}
}

/* A paragraph or an option whose lines are being put together. */
struct item {
	char head[HEAD_BYTES]; /* of an option; "": a paragraph */
	char *text;
	size_t bytes;
};

/* What an option does begins behind two blanks, or at HELP_COLUMN. */
static size_t head_bytes(const char *line, size_t length)
{
	const char *gap = strstr(line + strspn(line, " "), "  ");

	if (gap && gap < line + length)
		return (size_t)(gap - line);
	return length > HELP_COLUMN && line[HELP_COLUMN - 1] == ' ' ? HELP_COLUMN - 1 : length;
}

static void end_item(struct item *item, FILE *file, size_t width)
{
	const struct text_style style = { .width = width };

	if (item->head[0])
		help_entry(file, width, item->head, HELP_COLUMN, item->text);
	else if (item->bytes)
		text_wrap(file, &style, "  ", item->text);
	item->head[0] = '\0';
	item->text[0] = '\0';
	item->bytes = 0;
}

static void add_line(struct item *item, const char *line, size_t length)
{
	const size_t blanks = strspn(line, " ");

	if (item->bytes)
		item->text[item->bytes++] = ' ';
	memcpy(item->text + item->bytes, line + blanks, length - blanks);
	item->bytes += length - blanks;
	item->text[item->bytes] = '\0';
}

static void take_line(struct item *item, const char *line, size_t length, FILE *file, size_t width)
{
	const size_t blanks = strspn(line, " ");
	size_t head = 0;

	if (!length || (line[blanks] == '-' && blanks < HELP_COLUMN)) {
		end_item(item, file, width);
		if (!length) {
			fputc('\n', file);
			return;
		}
		head = head_bytes(line, length);
		snprintf(item->head, sizeof(item->head), "%.*s", (int)head, line);
	}
	if (head < length)
		add_line(item, line + head, length - head);
}

int help_options(FILE *file, size_t width, const char *text)
{
	struct item item = { .text = calloc(1, strlen(text) + 2) };

	if (!item.text)
		return -ENOMEM;
	while (*text) {
		const size_t length = strcspn(text, "\n");

		take_line(&item, text, length, file, width);
		text += length + (text[length] == '\n');
	}
	end_item(&item, file, width);
	free(item.text);
	return 0;
}

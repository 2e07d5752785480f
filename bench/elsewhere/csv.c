// SPDX-License-Identifier: GPL-2.0-or-later
#include "elsewhere/csv.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"

void csv_begin(struct csv *csv, FILE *file, const char *name)
{
	*csv = (struct csv){ .file = file, .name = name };
}

void csv_end(struct csv *csv)
{
	free(csv->text);
	csv->text = NULL;
}

int csv_refuse(const struct csv *csv, struct error *error, const char *format, ...)
{
	va_list args;
	char text[512];

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return error_set(error, EINVAL, "%s:%llu: %s", csv->name,
			 (unsigned long long)(csv->line ? csv->line : 1), text);
}

/* One more line behind the `used` bytes in csv->text; gives its length, -1 at the end. */
static ssize_t read_line(struct csv *csv, size_t used)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	if (!used) {
		length = getline(&csv->text, &csv->room, csv->file);
	} else {
		length = getline(&line, &room, csv->file);
		if (length >= 0 && used + (size_t)length + 1 > csv->room) {
			char *grown = realloc(csv->text, used + (size_t)length + 1);

			if (!grown) {
				free(line);
				errno = ENOMEM;
				return -1;
			}
			csv->text = grown;
			csv->room = used + (size_t)length + 1;
		}
		if (length >= 0)
			memcpy(csv->text + used, line, (size_t)length + 1);
		free(line);
	}
	if (length >= 0)
		csv->lines++;
	return length;
}

static int read_error(const struct csv *csv, struct error *error)
{
	int errnum = errno;

	if (!ferror(csv->file) && errnum != ENOMEM)
		return 0;
	if (errnum == EISDIR)
		error->exit_status = STATUS_USAGE;
	return error_set_errno(error, errnum ? errnum : EIO, "%s", csv->name);
}

static size_t count_quotes(const char *text, size_t bytes)
{
	size_t count = 0;

	for (const char *at = text; (at = memchr(at, '"', bytes - (size_t)(at - text))); at++)
		count++;
	return count;
}

/* Lines until the quotes are closed. 1, 0 at the end, -errno. */
static int read_row(struct csv *csv, size_t *bytes, struct error *error)
{
	size_t used = 0, quotes = 0;

	csv->line = csv->lines + 1;
	do {
		ssize_t length;

		errno = 0;
		length = read_line(csv, used);
		if (length < 0) {
			int result = read_error(csv, error);

			if (result)
				return result;
			if (!used) {
				csv->line = csv->lines;
				return 0;
			}
			return csv_refuse(csv, error, "a quote is not closed");
		}
		if (used + (size_t)length > CSV_ROW_MAX)
			return csv_refuse(csv, error, "a row of more than %d bytes", CSV_ROW_MAX);
		if (memchr(csv->text + used, 0, (size_t)length))
			return csv_refuse(csv, error, "a zero byte: this is no text");
		quotes += count_quotes(csv->text + used, (size_t)length);
		used += (size_t)length;
	} while (quotes % 2);
	while (used && (csv->text[used - 1] == '\n' || csv->text[used - 1] == '\r'))
		used--;
	csv->text[used] = '\0';
	*bytes = used;
	return 1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Takes a quoted field out of its quotes, in place; *at moves behind the closing one. */
static char *unquote(char **at)
{
	char *field = *at + 1, *to = field, *from = field;

	for (; *from && (*from != '"' || from[1] == '"'); from++) {
		if (*from == '"')
			from++;
		*to++ = *from;
	}
	*at = *from ? from + 1 : from;
	*to = '\0';
	return field;
}

/* Takes an unquoted field, blanks around it off; *at moves to the comma or the end. */
static char *take_plain(char **at)
{
	char *field = *at, *end = strchrnul(field, ',');

	*at = end;
	while (end > field && is_blank(end[-1]))
		end--;
	if (end != *at)
		*end = '\0';
	return field;
}

static int split(struct csv *csv, struct error *error)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	size_t mark = strlen(byte_order_mark);
	char *at = csv->text;

	if (csv->line == 1 && !strncmp(at, byte_order_mark, mark))
		at += mark;
	csv->count = 0;
	for (;;) {
		char *field;
		bool quoted, more;

		while (is_blank(*at))
			at++;
		quoted = *at == '"';
		field = quoted ? unquote(&at) : take_plain(&at);
		while (quoted && is_blank(*at))
			at++;
		if (*at && *at != ',')
			return csv_refuse(csv, error, "text behind a closing quote");
		more = *at == ',';
		*at++ = '\0';
		if (csv->count == CSV_FIELDS_MAX)
			return csv_refuse(csv, error, "more than %d fields", CSV_FIELDS_MAX);
		csv->fields[csv->count++] = field;
		if (!more)
			return 0;
	}
}

int csv_next(struct csv *csv, struct error *error)
{
	size_t bytes = 0;
	int result;

	do {
		result = read_row(csv, &bytes, error);
		if (result <= 0)
			return result;
	} while (strspn(csv->text, " \t") == bytes);
	result = split(csv, error);
	if (result)
		return result;
	if (csv->width && csv->count != csv->width)
		return csv_refuse(csv, error, "%zu fields where the heading has %zu", csv->count,
				  csv->width);
	return 1;
}

static void list_columns(const struct csv_column *columns, size_t count, char *text, size_t bytes)
{
	size_t used = 0;

	for (size_t i = 0; i < count && used < bytes; i++)
		used += (size_t)snprintf(text + used, bytes - used, "%s%s", i ? ", " : "",
					 columns[i].name);
}

static int take_heading(struct csv *csv, struct csv_column *columns, size_t count,
			struct error *error)
{
	char all[256];

	list_columns(columns, count, all, sizeof(all));
	for (size_t field = 0; field < csv->count; field++) {
		size_t i = 0;

		while (i < count && strcmp(columns[i].name, csv->fields[field]))
			i++;
		if (i == count)
			return csv_refuse(csv, error,
					  "the heading has a column '%.60s'; there can be %s",
					  csv->fields[field], all);
		if (columns[i].field >= 0)
			return csv_refuse(csv, error, "the heading has the column %s twice",
					  columns[i].name);
		columns[i].field = (int)field;
	}
	for (size_t i = 0; i < count; i++)
		if (columns[i].required && columns[i].field < 0)
			return csv_refuse(csv, error,
					  "the heading has no column %s; its first line names the "
					  "columns, which can be %s",
					  columns[i].name, all);
	csv->width = csv->count;
	return 0;
}

int csv_heading(struct csv *csv, struct csv_column *columns, size_t count, struct error *error)
{
	int result = csv_next(csv, error);

	for (size_t i = 0; i < count; i++)
		columns[i].field = -1;
	if (result < 0)
		return result;
	if (!result) {
		csv->line = 1;
		return csv_refuse(csv, error, "the file is empty");
	}
	return take_heading(csv, columns, count, error);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Most values: up to 15 digits and nothing else. */
static bool whole_number(const char *text, double *value)
{
	uint64_t number = 0;
	size_t i;

	for (i = 0; is_digit(text[i]) && i < 15; i++)
		number = 10 * number + (uint64_t)(text[i] - '0');
	*value = (double)number;
	return i && !text[i];
}

/* [+-]digits[.digits][e[+-]digits] with a digit before the exponent; its decimals, or -EINVAL. */
static int scan_number(const char *text, int *decimals)
{
	size_t digits = 0, behind = 0;
	long exponent = 0;
	char *end;

	text += *text == '+' || *text == '-';
	for (; is_digit(*text); text++)
		digits++;
	if (*text == '.')
		for (text++; is_digit(*text); text++)
			behind++;
	if (!digits && !behind)
		return -EINVAL;
	if (*text == 'e' || *text == 'E') {
		const char *power = text + 1 + (text[1] == '+' || text[1] == '-');

		if (!is_digit(*power))
			return -EINVAL;
		exponent = strtol(text + 1, &end, 10);
		text = end;
	}
	if (*text || behind > 400 || exponent > 400 || exponent < -400)
		return -EINVAL;
	*decimals = (int)behind - (int)exponent;
	return 0;
}

int csv_number(const char *text, double *value, int *decimals)
{
	*decimals = 0;
	if (whole_number(text, value))
		return 0;
	if (scan_number(text, decimals))
		return -EINVAL;
	*value = strtod(text, NULL);
	return isfinite(*value) ? 0 : -EINVAL;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/config_internal.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hmmbench_uapi.h"

static const char *next_of_table(const void *names, uint32_t index)
{
	return ((const struct name_table *)names)[index].name;
}

/* ---- single values ---- */

const char *config_comment_hint(const char *text)
{
	return strchr(text, '#') ? " (a comment behind a value begins with ' ;')" : "";
}

int config_parse_name(struct config_reader *reader, const struct config_key *key, const char *text,
		      void *to)
{
	if (!plan_name_is_valid(text))
		return config_error(reader, reader->line,
				    "%s = %s is no name; 1 to %d characters of a-z, 0-9 and -%s",
				    key->name, text, PLAN_NAME_MAX, config_comment_hint(text));
	strcpy(to, text);
	return 0;
}

/* Digits only, whole text. 0, -EINVAL or -ERANGE. */
static int whole_number(const char *text, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, &end, 10);
	if (*end)
		return -EINVAL;
	return errno ? -ERANGE : 0;
}

static int number_in_range(struct config_reader *reader, const struct config_key *key,
			   const char *text, uint64_t *value)
{
	int err = whole_number(text, value);

	if (err == -EINVAL)
		return config_error(reader, reader->line,
				    "%s = %s is no number; %" PRIu64 " to %" PRIu64 "%s", key->name,
				    text, key->low, key->high, config_comment_hint(text));
	if (err || *value < key->low || *value > key->high)
		return config_error(reader, reader->line,
				    "%s = %s is out of range; %" PRIu64 " to %" PRIu64, key->name,
				    text, key->low, key->high);
	return 0;
}

int config_parse_number(struct config_reader *reader, const struct config_key *key,
			const char *text, void *to)
{
	return number_in_range(reader, key, text, to);
}

static int bytes_in_range(struct config_reader *reader, const struct config_key *key,
			  const char *text, uint64_t *value)
{
	int err = bytes_parse(text, value);
	char low[24], high[24];

	bytes_name(key->low, low, sizeof(low));
	bytes_name(key->high, high, sizeof(high));
	if (err == -EINVAL)
		return config_error(reader, reader->line,
				    "%s = %s is no size; %s to %s, with K, M, G or T behind the "
				    "number%s",
				    key->name, text, low, high, config_comment_hint(text));
	if (err || *value < key->low || *value > key->high)
		return config_error(reader, reader->line, "%s = %s is out of range; %s to %s",
				    key->name, text, low, high);
	return 0;
}

int config_parse_bytes(struct config_reader *reader, const struct config_key *key, const char *text,
		       void *to)
{
	return bytes_in_range(reader, key, text, to);
}

int config_parse_seconds(struct config_reader *reader, const struct config_key *key,
			 const char *text, void *to)
{
	static const struct {
		char suffix;
		uint64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 } };
	size_t length = strlen(text);
	uint64_t number, unit = 0;
	char digits[24];
	int err = -EINVAL;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (length && text[length - 1] == units[i].suffix)
			unit = units[i].seconds;
	if (unit && length <= sizeof(digits)) {
		snprintf(digits, sizeof(digits), "%.*s", (int)(length - 1), text);
		err = whole_number(digits, &number);
	}
	if (err == -EINVAL)
		return config_error(reader, reader->line,
				    "%s = %s is no duration; %" PRIu64 "s to %" PRIu64
				    "h, with s, m or h behind a whole number%s",
				    key->name, text, key->low, key->high / 3600,
				    config_comment_hint(text));
	if (err || number > key->high / unit || number * unit < key->low)
		return config_error(reader, reader->line,
				    "%s = %s is out of range; %" PRIu64 "s to %" PRIu64 "h",
				    key->name, text, key->low, key->high / 3600);
	*(uint64_t *)to = number * unit;
	return 0;
}

int config_parse_days(struct config_reader *reader, const struct config_key *key, const char *text,
		      void *to)
{
	const size_t digits = strspn(text, "0123456789");
	char number[24];

	snprintf(number, sizeof(number), "%.*s", (int)digits, text);
	if (!digits || digits >= sizeof(number) || strcmp(text + digits, "d") ||
	    whole_number(number, to) == -EINVAL)
		return config_error(reader, reader->line,
				    "%s = %s is no number of days; %" PRIu64 "d to %" PRIu64 "d%s",
				    key->name, text, key->low, key->high,
				    config_comment_hint(text));
	if (*(uint64_t *)to < key->low || *(uint64_t *)to > key->high)
		return config_error(reader, reader->line,
				    "%s = %s is out of range; %" PRIu64 "d to %" PRIu64 "d",
				    key->name, text, key->low, key->high);
	return 0;
}

/* Digits and one point, with % behind: strtod() would take more than is meant. */
int config_parse_percent(struct config_reader *reader, const struct config_key *key,
			 const char *text, void *to)
{
	double low = (double)key->low / 10, high = (double)key->high / 10, percent;
	size_t number = strspn(text, "0123456789.");
	const char *point = strchr(text, '.');
	char *end;

	percent = strtod(text, &end);
	if (!number || number != (size_t)(end - text) || strcmp(end, "%") ||
	    !isdigit((unsigned char)*text) || (point && !isdigit((unsigned char)point[1])))
		return config_error(reader, reader->line,
				    "%s = %s is no percentage; %g%% to %g%%, with the %%%s",
				    key->name, text, low, high, config_comment_hint(text));
	if (percent < low || percent > high)
		return config_error(reader, reader->line, "%s = %s is out of range; %g%% to %g%%",
				    key->name, text, low, high);
	*(double *)to = percent / 100;
	return 0;
}

int config_parse_yes_no(struct config_reader *reader, const struct config_key *key,
			const char *text, void *to)
{
	bool yes = !strcmp(text, "yes");

	if (!yes && strcmp(text, "no"))
		return config_error(reader, reader->line, "%s = %s is neither yes nor no%s",
				    key->name, text, config_comment_hint(text));
	*(bool *)to = yes;
	return 0;
}

/* ---- lists ---- */

static int list_add(struct config_reader *reader, const struct config_key *key, const char *text,
		    struct config_list *list, struct config_entry entry)
{
	list->line = reader->line;
	for (uint32_t i = 0; i < list->count; i++)
		if (list->entries[i].value == entry.value && list->entries[i].ns == entry.ns)
			return config_error(reader, reader->line,
					    "%s: '%s' gives an entry that the list has already; "
					    "give each once",
					    key->name, text);
	if (list->count == CONFIG_LIST_MAX)
		return config_error(reader, reader->line, "%s: more than %d entries", key->name,
				    CONFIG_LIST_MAX);
	list->entries[list->count++] = entry;
	return 0;
}

int config_parse_list(struct config_reader *reader, const struct config_key *key, const char *text,
		      void *to, config_parse *parse)
{
	char *copy = strdup(text), *rest = copy, *entry;
	int err = 0;

	if (!copy)
		return reader->result = error_out_of_memory(reader->error);
	while (!err && (entry = strsep(&rest, ","))) {
		entry += strspn(entry, " \t");
		for (size_t end = strlen(entry); end && isblank((unsigned char)entry[end - 1]);)
			entry[--end] = '\0';
		if (*entry)
			err = parse(reader, key, entry, to);
		else
			err = config_error(reader, reader->line,
					   "%s = %s has an empty entry; one comma between two "
					   "entries, the whole list on one line",
					   key->name, text);
	}
	free(copy);
	return err;
}

static int name_entry(struct config_reader *reader, const struct config_key *key, const char *text,
		      void *list)
{
	struct config_entry entry = { 0 };
	char remedy[300];
	uint32_t value;

	if (name_lookup(key->names, text, &value)) {
		config_suggest(text, next_of_table, key->names, remedy, sizeof(remedy));
		return config_error(reader, reader->line, "%s: '%s' is not known; %s%s", key->name,
				    text, remedy, config_comment_hint(text));
	}
	entry.value = value;
	return list_add(reader, key, text, list, entry);
}

int config_parse_names(struct config_reader *reader, const struct config_key *key, const char *text,
		       void *to)
{
	return config_parse_list(reader, key, text, to, name_entry);
}

static int profile_entry(struct config_reader *reader, const struct config_key *key,
			 const char *text, void *list)
{
	struct cell cell = { 0 };

	switch (cell_profile_parse(text, &cell)) {
	case 0:
		return list_add(reader, key, text, list,
				(struct config_entry){ cell.profile, cell.profile_ns });
	case -ENOENT:
		return name_entry(reader, key, text, list);
	default:
		return config_error(reader, reader->line,
				    "%s: '%s' is not one; delay:NS with NS from 1 to %d "
				    "nanoseconds, others without a number%s",
				    key->name, text, HMMBENCH_DELAY_NS_MAX,
				    config_comment_hint(text));
	}
}

int config_parse_profiles(struct config_reader *reader, const struct config_key *key,
			  const char *text, void *to)
{
	return config_parse_list(reader, key, text, to, profile_entry);
}

/* FROM..TO*FACTOR. */
static int range_entry(struct config_reader *reader, const struct config_key *key, const char *text,
		       const char *dots, struct config_list *list)
{
	const char *star = strchr(dots, '*');
	char from_text[32], to_text[32];
	uint64_t from, to, factor;
	int err;

	if (!star || dots == text || star == dots + 2 || dots - text >= (int)sizeof(from_text) ||
	    star - dots - 2 >= (int)sizeof(to_text) || whole_number(star + 1, &factor) ||
	    factor < 2 || factor > UINT32_MAX)
		return config_error(reader, reader->line,
				    "%s: '%s' is no range; FROM..TO*FACTOR with a FACTOR of 2 or "
				    "more, like 1..1024*4",
				    key->name, text);
	snprintf(from_text, sizeof(from_text), "%.*s", (int)(dots - text), text);
	snprintf(to_text, sizeof(to_text), "%.*s", (int)(star - dots - 2), dots + 2);
	err = number_in_range(reader, key, from_text, &from);
	if (!err)
		err = number_in_range(reader, key, to_text, &to);
	if (err)
		return err;
	if (!from || from > to)
		return config_error(reader, reader->line,
				    "%s: '%s' is an empty range; FROM is 1 or more and not above "
				    "TO",
				    key->name, text);
	for (; !err && from <= to; from *= factor)
		err = list_add(reader, key, text, list, (struct config_entry){ .value = from });
	return err;
}

static int number_entry(struct config_reader *reader, const struct config_key *key,
			const char *text, void *list)
{
	struct config_entry entry = { 0 };
	const char *dots = strstr(text, "..");
	int err;

	if (dots)
		return range_entry(reader, key, text, dots, list);
	err = number_in_range(reader, key, text, &entry.value);
	return err ? err : list_add(reader, key, text, list, entry);
}

int config_parse_numbers(struct config_reader *reader, const struct config_key *key,
			 const char *text, void *to)
{
	return config_parse_list(reader, key, text, to, number_entry);
}

static int size_entry(struct config_reader *reader, const struct config_key *key, const char *text,
		      void *list)
{
	struct config_entry entry = { 0 };
	int err = bytes_in_range(reader, key, text, &entry.value);

	return err ? err : list_add(reader, key, text, list, entry);
}

int config_parse_sizes(struct config_reader *reader, const struct config_key *key, const char *text,
		       void *to)
{
	return config_parse_list(reader, key, text, to, size_entry);
}

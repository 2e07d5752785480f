// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/tune_print.h"

#include <jansson.h>
#include <string.h>

static const char *const end_names[] = {
	[TUNE_PLANNED] = "planned",   [TUNE_SET] = "set",      [TUNE_REFUSED] = "refused",
	[TUNE_RESTORED] = "restored", [TUNE_FOREIGN] = "left", [TUNE_GONE] = "gone",
	[TUNE_STUCK] = "stuck",
};

static bool went_well(const struct tune_value *value)
{
	return value->end == TUNE_PLANNED || value->end == TUNE_SET || value->end == TUNE_RESTORED;
}

static bool alike(const struct tune_value *left, const struct tune_value *right)
{
	return left->end == right->end && !strcmp(left->setting, right->setting) &&
	       !strcmp(left->was, right->was) && !strcmp(left->set, right->set);
}

/* "set       governor        powersave -> performance, in 8 files" */
static void print_well(FILE *file, const struct tune_value *value, size_t files)
{
	const bool back = value->end == TUNE_RESTORED;

	fprintf(file, "%-10s%-16s%s -> %s", end_names[value->end], value->setting,
		back ? value->set : value->was, back ? value->was : value->set);
	if (files > 1)
		fprintf(file, ", in %zu files", files);
	fputc('\n', file);
}

static void print_ill(FILE *file, const struct tune_value *value)
{
	fprintf(file, "%-10s%-16s%s", end_names[value->end], value->setting, value->path);
	if (value->end == TUNE_REFUSED)
		fprintf(file, ": %s; it stays %s\n", strerror(value->errnum), value->was);
	else if (value->end == TUNE_STUCK)
		fprintf(file, ": %s; it was %s\n", strerror(value->errnum), value->was);
	else if (value->end == TUNE_FOREIGN)
		fprintf(file, ": somebody changed it since; it was %s\n", value->was);
	else
		fprintf(file, ": it is not there any more; it was %s\n", value->was);
}

void tune_print(FILE *file, const struct tune *tune)
{
	for (size_t i = 0; i < tune->count;) {
		const struct tune_value *value = &tune->values[i];
		size_t files = 1;

		while (went_well(value) && i + files < tune->count &&
		       alike(value, &tune->values[i + files]))
			files++;
		if (went_well(value))
			print_well(file, value, files);
		else
			print_ill(file, value);
		i += files;
	}
}

void tune_print_json(FILE *file, const struct tune *tune)
{
	json_t *values = json_array(), *root;

	for (size_t i = 0; i < tune->count; i++) {
		const struct tune_value *value = &tune->values[i];

		json_array_append_new(values,
				      json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?}", "setting",
						value->setting, "file", value->path, "was",
						value->was, "set", value->set, "end",
						end_names[value->end], "error",
						value->errnum ? strerror(value->errnum) : NULL));
	}
	root = json_pack("{s:s, s:s, s:o}", "since", tune->since, "boot_id", tune->boot_id,
			 "values", values);
	json_dumpf(root, file, JSON_INDENT(2));
	fputc('\n', file);
	json_decref(root);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/show_profiled.h"

#include <stdlib.h>

#include "common/paths.h"
#include "report/clean.h"

/* A text from data: a stream that was imported may hold anything. */
static void print_clean(FILE *file, const json_t *text)
{
	char *clean = clean_text(json_string_value(text), true);

	fputs(clean ? clean : "?", file);
	free(clean);
}

static void print_block(const json_t *block, const char *folder, FILE *file)
{
	const char *tool;
	json_t *value;
	size_t i;

	fputs("  ", file);
	print_clean(file, json_object_get(block, "cell"));
	fputc(' ', file);
	print_clean(file, json_object_get(block, "strategy"));
	fputs(", sampled by ", file);
	print_clean(file, json_object_get(block, "event"));
	fputc('\n', file);
	json_array_foreach(json_object_get(block, "files"), i, value) {
		fprintf(file, "    %s/", folder);
		print_clean(file, value);
		fputc('\n', file);
	}
	json_object_foreach(json_object_get(block, "unavailable"), tool, value) {
		json_t *name = json_string(tool);

		fputs("    unavailable: ", file);
		print_clean(file, name);
		fputs(": ", file);
		print_clean(file, value);
		fputc('\n', file);
		json_decref(name);
	}
}

void show_profiled(const struct profiled *profiled, const char *folder, FILE *file)
{
	json_t *block;
	size_t i;

	if (json_array_size(profiled->blocks))
		fputs("profile\n", file);
	json_array_foreach(profiled->blocks, i, block)
		print_block(block, folder, file);
}

static json_t *paths_json(const json_t *files, const char *folder)
{
	json_t *paths = json_array(), *file;
	size_t i;

	json_array_foreach(files, i, file) {
		const char *name = json_string_value(file);
		char *path = path_printf("%s/%s", folder, name ? name : "");

		json_array_append_new(paths, json_string(path ? path : ""));
		free(path);
	}
	return paths;
}

json_t *profiled_json(const struct profiled *profiled, const char *folder)
{
	json_t *blocks = json_deep_copy(profiled->blocks), *block;
	size_t i;

	json_array_foreach(blocks, i, block)
		if (json_object_set_new(block, "files",
					paths_json(json_object_get(block, "files"), folder))) {
			json_decref(blocks);
			return NULL;
		}
	return blocks;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/kernels.h"

#include <errno.h>
#include <stdlib.h>

#include "report/json_value.h"

static void kernel_line(FILE *file, const struct kernel_facts *kernel)
{
	fprintf(file, "%s: %s", kernel->name,
		kernel->release ? kernel->release : "release not told");
	if (kernel->build_id)
		fprintf(file, ", build %s", kernel->build_id);
	if (kernel->compiler)
		fprintf(file, ", by %s", kernel->compiler);
}

static void options_line(FILE *file, const struct kernel_pair *kernels, size_t most)
{
	const size_t named = kernels->option_count < most ? kernels->option_count : most;

	if (!kernels->compared) {
		fputs("The configuration of one of them is not known.", file);
		return;
	}
	if (!kernels->option_count) {
		fputs("Their configurations do not differ.", file);
		return;
	}
	fprintf(file, "%zu option%s of their configurations differ%s: ", kernels->option_count,
		kernels->option_count == 1 ? "" : "s", kernels->option_count == 1 ? "s" : "");
	for (size_t i = 0; i < named; i++)
		fprintf(file, "%s%s (%s, %s)", i ? ", " : "", kernels->options[i].name,
			kernels->options[i].base, kernels->options[i].candidate);
	if (named < kernels->option_count)
		fprintf(file, " and %zu more", kernels->option_count - named);
}

int kernel_lines_each(const struct report *report, size_t options,
		      void (*each)(const char *line, void *context), void *context)
{
	const struct kernel_pair *kernels = report->kernels;

	for (int line = 0; kernels && line < 3; line++) {
		char *text = NULL;
		size_t bytes;
		FILE *file = open_memstream(&text, &bytes);
		bool failed = !file;

		if (file && line < 2)
			kernel_line(file, line ? &kernels->candidate : &kernels->base);
		else if (file)
			options_line(file, kernels, options);
		if (file && fclose(file))
			failed = true;
		if (!failed)
			each(text, context);
		free(text);
		if (failed)
			return -ENOMEM;
	}
	return 0;
}

static json_t *text_or_null(const char *text)
{
	return text ? json_text(text) : json_null();
}

static json_t *kernel_json(const struct kernel_facts *kernel)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "name", json_text(kernel->name), "release",
			 text_or_null(kernel->release), "build_id", text_or_null(kernel->build_id),
			 "compiler", text_or_null(kernel->compiler), "config_sha256",
			 text_or_null(kernel->config_sha256));
}

static json_t *options_json(const struct kernel_pair *kernels)
{
	json_t *list = json_array();

	for (size_t i = 0; i < kernels->option_count; i++)
		if (json_array_append_new(
			    list, json_pack("{s:o, s:o, s:o}", "name",
					    json_text(kernels->options[i].name), "base",
					    json_text(kernels->options[i].base), "candidate",
					    json_text(kernels->options[i].candidate)))) {
			json_decref(list);
			return NULL;
		}
	return list;
}

json_t *kernels_json(const struct kernel_pair *kernels)
{
	return json_pack("{s:o, s:o, s:o}", "base", kernel_json(&kernels->base), "candidate",
			 kernel_json(&kernels->candidate), "options",
			 kernels->compared ? options_json(kernels) : json_null());
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* A figure's script and data file: what they are called, and how they are opened and closed. */
#include "report/figure.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "report/phrase.h"

/* "mirrors-03-exit-empty": letters, digits, '.', '-' and '_' only; or what was asked for. */
void figure_name(struct figure *figure, const char *words)
{
	size_t used;

	figure->caption[0] = '\0';
	if (figure->as) {
		snprintf(figure->name, sizeof(figure->name), "%s", figure->as);
		return;
	}
	used = (size_t)snprintf(figure->name, sizeof(figure->name), "%s-%02u-", figure->maker->name,
				figure->number);
	for (; *words && used + 1 < sizeof(figure->name); words++) {
		const unsigned char c = (unsigned char)*words;
		const bool plain = c < 0x80 && (isalnum(c) || c == '.' || c == '_');

		if (plain)
			figure->name[used++] = (char)c;
		else if (figure->name[used - 1] != '-')
			figure->name[used++] = '-';
	}
	if (figure->name[used - 1] == '-')
		used--;
	figure->name[used] = '\0';
}

void figure_words(const struct report *report, const struct cell_result *result, uint32_t mask,
		  char *text, size_t bytes)
{
	FILE *file = fmemopen(text, bytes, "w");

	text[0] = '\0';
	if (!file)
		return;
	phrase_words(file, report, result, mask);
	fclose(file);
	text[bytes - 1] = '\0';
}

void figure_over(const struct report *report, double pixels, char *text, size_t bytes)
{
	const double room = (pixels - figure_text_pixels(" over ", FIGURE_TEXT)) / 2;
	char base[FIGURE_SHORT_BYTES], candidate[FIGURE_SHORT_BYTES];

	figure_arm_name(report, ARM_BASE, room, FIGURE_TEXT, base, sizeof(base));
	figure_arm_name(report, ARM_CANDIDATE, room, FIGURE_TEXT, candidate, sizeof(candidate));
	snprintf(text, bytes, "%s over %s", candidate[0] ? candidate : "candidate",
		 base[0] ? base : "base");
}

void figure_describe(const struct report *report, uint32_t without, struct figure *figure,
		     char *title, size_t bytes)
{
	const struct cell_result *result = &report->comparison->results[figure->result];
	char words[CELL_WORDS_BYTES];

	figure_words(report, result, (report_parts_varying(report) | FIGURE_PARTS) & ~without,
		     title, bytes);
	figure_name(figure, title);
	figure_words(report, result, PARTS_ALL & ~without, words, sizeof(words));
	figure_caption_add(figure, "%s: %s. ", words, column_help(result->column));
}

void figure_caption_add(struct figure *figure, const char *format, ...)
{
	size_t used = strlen(figure->caption);
	va_list args;

	va_start(args, format);
	vsnprintf(figure->caption + used, sizeof(figure->caption) - used, format, args);
	va_end(args);
}

static int open_one(const struct figure *figure, const char *folder, const char *ending,
		    FILE **file, struct error *error)
{
	char *path = folder ? path_printf("%s/%s.%s", folder, figure->name, ending)
			    : strdup("/dev/null");
	int result = 0;

	if (!path)
		return error_set(error, ENOMEM, "figure: out of memory");
	*file = fopen(path, "we");
	if (!*file) {
		result = error_set_errno(error, errno, "%s: cannot be written", path);
		if (error)
			error->exit_status = STATUS_FAILED;
	}
	free(path);
	return result;
}

int figure_open(const struct figure *figure, const char *folder, struct figure_files *files,
		struct error *error)
{
	int result;

	*files = (struct figure_files){ 0 };
	result = open_one(figure, folder, "gp", &files->script, error);
	if (result)
		return result;
	result = open_one(figure, folder, "dat", &files->data, error);
	if (result) {
		fclose(files->script);
		files->script = NULL;
	}
	return result;
}

int figure_close(const struct figure *figure, const char *folder, struct figure_files *files,
		 struct error *error)
{
	bool failed = ferror(files->script) || ferror(files->data);

	failed |= fclose(files->script) != 0;
	failed |= fclose(files->data) != 0;
	*files = (struct figure_files){ 0 };
	if (!failed)
		return 0;
	if (error)
		error->exit_status = STATUS_FAILED;
	return error_set(error, EIO, "%s/%s.gp or .dat: cannot be written; is the disk full?",
			 folder, figure->name);
}

void figure_data_end(struct figure_files *files)
{
	fputs("\n\n", files->data);
	files->data_sets++;
}

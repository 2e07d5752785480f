// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/doctor_checks.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "machine/check.h"
#include "report/clean.h"
#include "report/text_table.h"

#define WORD_COLUMNS 12
#define NAME_COLUMNS 16
#define WIDTH_MIN    50 /* narrower terminals get lines of this width */

struct page {
	FILE *file;
	struct text_style style;
	size_t counts[FINDING_UNKNOWN + 1];
	size_t missing; /* of what the labs asked for need */
	unsigned int lacking; /* labs that miss something, asked for or not */
	int result;
};

/* Wrapped behind `first`, whose columns are those of its bytes. */
static void paragraph(struct page *page, FILE *file, const char *first, const char *text)
{
	char *clean = clean_text(text, !page->style.utf8);

	if (clean)
		text_wrap(file, &page->style, first, clean);
	else
		page->result = -ENOMEM;
	free(clean);
}

/* What is good is told in a line; the rest with what it does and what mends it. */
static void write_check(struct page *page, FILE *file, const struct check *check,
			enum finding finding, const char *found)
{
	const char *remedy = check_remedy(check, finding);
	char first[64];

	snprintf(first, sizeof(first), "  %-*s%-*s", WORD_COLUMNS, finding_name(finding),
		 NAME_COLUMNS, check->name);
	paragraph(page, file, first, found);
	if (finding == FINDING_GOOD)
		return;
	snprintf(first, sizeof(first), "  %*s", WORD_COLUMNS + NAME_COLUMNS, "");
	paragraph(page, file, first, check->why);
	if (!remedy)
		return;
	snprintf(first, sizeof(first), "  %*s-> ", WORD_COLUMNS + NAME_COLUMNS, "");
	paragraph(page, file, first, remedy);
}

/* The word is coloured where it stands already: colour is never all that carries it. */
static void print_check(struct page *page, const struct check *check, enum finding finding,
			const char *found)
{
	static const enum text_colour colours[] = {
		[FINDING_GOOD] = TEXT_GOOD,
		[FINDING_NOISY] = TEXT_DOUBT,
		[FINDING_IMPOSSIBLE] = TEXT_BAD,
		[FINDING_UNKNOWN] = TEXT_FAINT,
	};
	const char *word = finding_name(finding);
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	if (!file) {
		page->result = -ENOMEM;
		return;
	}
	write_check(page, file, check, finding, found);
	if (fclose(file)) {
		page->result = -ENOMEM;
	} else {
		fputs("  ", page->file);
		text_coloured(page->file, &page->style, colours[finding], word);
		fputs(text + 2 + strlen(word), page->file);
	}
	free(text);
}

/* "--on vm" and "--on local, reboot": the labs of a set. */
static void lab_names(unsigned int labs, char *text, size_t bytes)
{
	static const char *const names[] = { "vm", "local", "reboot" };
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (check_lab_named(names[i]) & labs && used < bytes)
			used += (size_t)snprintf(text + used, bytes - used, "%s%s",
						 used ? ", " : "--on ", names[i]);
}

static void print_sum(struct page *page, unsigned int labs)
{
	char asked[40], elsewhere[40], missing[120], text[400];
	const unsigned int others = page->lacking & ~labs;

	lab_names(labs, asked, sizeof(asked));
	lab_names(others, elsewhere, sizeof(elsewhere));
	snprintf(missing, sizeof(missing), "Nothing that %s needs is missing", asked);
	if (page->missing)
		snprintf(missing, sizeof(missing), "%zu of what %s needs %s missing", page->missing,
			 asked, page->missing == 1 ? "is" : "are");
	snprintf(text, sizeof(text), "%s; %zu good, %zu noisy, %zu impossible%s%s, %zu unknown.",
		 missing, page->counts[FINDING_GOOD], page->counts[FINDING_NOISY],
		 page->counts[FINDING_IMPOSSIBLE], others ? ", some of it only for " : "",
		 elsewhere, page->counts[FINDING_UNKNOWN]);
	fputc('\n', page->file);
	paragraph(page, page->file, "", text);
}

static void look_at(struct page *page, const struct check_family *family,
		    const struct machine *machine, unsigned int labs, json_t *array)
{
	char found[CHECK_FOUND_BYTES];

	if (!array)
		fprintf(page->file, "%s\n", family->name);
	for (size_t i = 0; i < family->count; i++) {
		const struct check *check = &family->checks[i];
		const enum finding finding = check->look(check, machine, found);

		page->counts[finding]++;
		page->missing += finding == FINDING_IMPOSSIBLE && check->needs & labs;
		if (finding == FINDING_IMPOSSIBLE)
			page->lacking |= check->needs;
		if (array)
			json_array_append_new(array, check_json(family, check, finding, found));
		else
			print_check(page, check, finding, found);
	}
}

int doctor_checks(FILE *file, const struct machine *machine, unsigned int labs, bool json,
		  const struct report_options *look)
{
	struct page page = {
		.file = file,
		.style = text_style_of(look),
	};
	json_t *array = json ? json_array() : NULL;

	if (page.style.width && page.style.width < WIDTH_MIN)
		page.style.width = WIDTH_MIN;
	for (size_t i = 0; check_families[i]; i++)
		look_at(&page, check_families[i], machine, labs, array);
	if (array && !json_dumpf(array, file, JSON_INDENT(2)))
		fputc('\n', file);
	if (!array)
		print_sum(&page, labs);
	json_decref(array);
	if (page.result)
		return page.result;
	if (ferror(file))
		return -EIO;
	return page.missing ? STATUS_MISSING_TOOL : STATUS_OK;
}

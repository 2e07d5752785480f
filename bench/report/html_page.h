/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HTML report's own parts, shared between its files. One page, no network, no script:
 * a policy in its head forbids both even if something slipped through.
 */
#ifndef HMMBENCH_HTML_PAGE_H
#define HMMBENCH_HTML_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "report/figure.h"
#include "report/phrase.h"
#include "report/report.h"
#include "report/selection.h"

struct html_page {
	const struct report *report;
	FILE *file;
	const char *folder;		/* of the figures */
	struct figure *figures;
	size_t figure_count;
	unsigned int figures_placed;	/* makes ids unique */
	const char *figures_missing;	/* why there are none, or NULL */
	int result;			/* the first -errno */
};

void html_fail(struct html_page *page, int result);

/* Text from data: cleaned and escaped, safe in content and in quoted attributes. */
void html_text(struct html_page *page, const char *text);
/* The same with line ends kept, for <pre>. */
void html_document(struct html_page *page, const char *text);
/* Formats first, then escapes all of it. */
void html_format(struct html_page *page, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Markup of ours, as it is. */
void html_raw(struct html_page *page, const char *markup);
/* A phrase, escaped. */
void html_phrase(struct html_page *page,
		 void (*write)(FILE *file, const struct report *report));

/* A verdict as a badge; "no verdict" for none. */
void html_verdict(struct html_page *page, enum verdict verdict);

/*
 * Begins what folds away, to be ended with "</details>": markup of ours as its summary's beginning.
 * On paper nothing unfolds: `lines` behind it are printed where they are few, else it is said that
 * they are not.
 */
#define HTML_PRINTED_LINES 60
void html_fold(struct html_page *page, size_t lines, const char *summary);

/* The style sheet; html_style.c. */
extern const char html_style[];

/* Sections, each with its heading: html_results.c, html_tables.c, html_environment.c .. */
void html_changed(struct html_page *page);
void html_untold(struct html_page *page);
void html_trust(struct html_page *page);
void html_slopes(struct html_page *page);
/* The kinds of figures that have a part of their own, in the order of their table. */
void html_figures(struct html_page *page);
/* Those that belong to a result and that no card has shown. */
void html_other_figures(struct html_page *page);
/* How to read each kind that the page has. */
void html_figure_help(struct html_page *page);
void html_judged_tables(struct html_page *page, const struct selection *all);
void html_shown_tables(struct html_page *page, const struct selection *all);
void html_strategies(struct html_page *page);		/* where there are more than two */
void html_counted(struct html_page *page);		/* counters and how walks divide, where there are any */
void html_kernels(struct html_page *page);		/* where builds are compared */
void html_environment(struct html_page *page);
void html_help(struct html_page *page);

/* The figures that belong to a result. */
void html_figures_of(struct html_page *page, uint32_t result);

/*
 * Copies gnuplot's SVG into a page: only elements and attributes that draw, every id
 * with `prefix` in front so that figures do not share them, no reference to the outside.
 * `label` is what a screen reader says. Writes nothing and gives -EBADMSG where the text is
 * no such SVG; -ENOMEM.
 */
int svg_embed(FILE *file, const char *svg, const char *prefix, const char *label);

/* Escapes clean text for content and quoted attributes. */
void html_escape(FILE *file, const char *text);

#endif

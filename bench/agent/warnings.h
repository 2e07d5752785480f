/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reader must know of a block: every oddity once, with how often it came.
 */
#ifndef HMMBENCH_WARNINGS_H
#define HMMBENCH_WARNINGS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* More kinds than the agent has. */
#define WARNINGS_MAX 12

/* All zero: none. */
struct warnings {
	uint32_t count;
	struct warning {
		const char *kind; /* the format it was made from */
		uint64_t times;	  /* at least 1 */
		char text[512];	  /* of the first */
	} all[WARNINGS_MAX];
};

/*
 * The format is a constant and says which kind it is: the first of a kind is kept, the others
 * are counted. A text longer than its room is cut.
 */
void warnings_add(struct warnings *warnings, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void warnings_add_list(struct warnings *warnings, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Adds those of another: a kind that is there already keeps its text and counts further. */
void warnings_add_all(struct warnings *warnings, const struct warnings *more);

/* "TEXT", or "TEXT (and 4 more like it)". Cut to bytes. */
void warning_text(const struct warning *warning, char *text, size_t bytes);

#endif

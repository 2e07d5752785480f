/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kernel's console says about its health. Pure functions over text.
 *
 * Only the kernel's own lines count: those with its time stamp ("[    1.234567] ",
 * anywhere in a line, since a program's unfinished line can stand before it). The
 * patterns are data: console_patterns.c.
 */
#ifndef HMMBENCH_CONSOLE_H
#define HMMBENCH_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

#define CONSOLE_LINE_BYTES 512

/* A line that says something is wrong. Extended regular expression on what follows the stamp. */
struct console_pattern {
	const char *name;	/* "oops" */
	const char *regex;
	int status;		/* STATUS_PANIC, STATUS_WOUNDED or STATUS_LOCKUP */
	bool while_measuring;	/* means nothing before the agent starts */
	const char *why;	/* what it means for the numbers */
};

/* A line that a pattern matches and that is nothing to worry about. */
struct console_exception {
	const char *regex;
	const char *why;
};

extern const struct console_pattern console_patterns[];		/* ends with name NULL */
extern const struct console_exception console_exceptions[];	/* ends with regex NULL */

struct console_finding {
	const struct console_pattern *pattern;	/* NULL: nothing was found */
	char line[CONSOLE_LINE_BYTES];		/* that matched, without its stamp */
	uint64_t line_number;			/* from 1 */
};

/*
 * Takes text in pieces of any size. `first` is the first line that matched, the cause;
 * `panic` the panic if there was one: what came first explains, the panic is the end.
 */
struct console_scanner {
	struct console_finding first, panic;
	uint64_t matches;
	uint64_t lines;
	bool agent_started;	/* the guest's /init said so; settable where there is no guest */
	bool agent_ended;	/* and that it ended: the console is whole up to there */
	char said[CONSOLE_LINE_BYTES];	/* the last it said, "" for nothing */
	struct console_rules *rules;
	char line[2 * CONSOLE_LINE_BYTES];	/* unfinished; what is longer is cut */
	size_t line_bytes;
};

/* Compiles the patterns. -EINVAL: one of them is no regular expression; -ENOMEM. */
int console_scanner_init(struct console_scanner *scanner, struct error *error);
void console_scanner_push(struct console_scanner *scanner, const char *text, size_t bytes);
/* The text ends here: an unfinished line is looked at as well. */
void console_scanner_finish(struct console_scanner *scanner);
void console_scanner_free(struct console_scanner *scanner);

/* What a scanner found for the whole: the panic's status if any, else the first's; 0: nothing. */
int console_status(const struct console_scanner *scanner);

/*
 * The last `lines` lines of a text, malloc'ed, at most `bytes` long, without escape
 * sequences and other bytes that a terminal would obey. NULL: out of memory.
 */
char *console_tail(const char *text, size_t text_bytes, unsigned int lines, size_t bytes);

#endif

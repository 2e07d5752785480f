/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `bisect` and `bisect-step` share of their command lines. */
#ifndef HMMBENCH_BISECT_OPTIONS_H
#define HMMBENCH_BISECT_OPTIONS_H

#include <getopt.h>

#include "bisect/measure.h"
#include "cmd/command.h"
#include "common/error.h"

struct bisect_options {
	struct measure measure; /* its pointers belong to argv and to the options */
	const char *good, *bad; /* commits, or runs' labels */
	const char *config;	/* a kernel's; NULL: the tree's .config */
	char *store;		/* the usual one where none is given */
	bool boots_given;
};

#define BISECT_OPTIONS                                                                     \
	{ "good", required_argument, NULL, 'g' }, { "bad", required_argument, NULL, 'b' }, \
		{ "tree", required_argument, NULL, 't' },                                  \
		{ "cell", required_argument, NULL, 'C' },                                  \
		{ "strategy", required_argument, NULL, 's' },                              \
		{ "clock", required_argument, NULL, 'c' },                                 \
		{ "boots", required_argument, NULL, 'n' },                                 \
		{ "module", required_argument, NULL, 'm' },                                \
		{ "kernel", required_argument, NULL, 'k' },                                \
		{ "build", required_argument, NULL, 'B' },                                 \
		{ "config", required_argument, NULL, 'f' },                                \
	{                                                                                  \
		"store", required_argument, NULL, 'S'                                      \
	}

#define BISECT_OPTIONS_HELP                                                                  \
	"      --cell CELL      what is judged, by its name in tables and 'hmmbench plan'\n" \
	"      --strategy NAME  under this strategy; default: read\n"                        \
	"      --clock CLOCK    virtual (default): instructions; or host: nanoseconds\n"     \
	"      --boots N        of each commit; default: 1 on the virtual clock, else 5\n"   \
	"      --module FOLDER  the tree holds the module's sources there, not a kernel's\n" \
	"      --kernel NAME    with --module: what boots it; default: debian:6.1\n"         \
	"      --build DIR      folder the kernel is built in (make O=)\n"                   \
	"      --config FILE    configuration of the kernel; default: the tree's .config\n"  \
	"      --store FILE     instead of the usual store\n"

/* Defaults. The caller frees options->store. */
void bisect_options_init(struct bisect_options *options);
/* Takes one of BISECT_OPTIONS, given to that command. 0, or -EINVAL for a wrong argument. */
int bisect_option(const struct command *command, struct bisect_options *options, int option,
		  const char *argument, struct error *error);
/* Are they whole, and do they go together? -EINVAL with what would be right. */
int bisect_options_check(struct bisect_options *options, struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a report is to look: the terminal's needs, and the format asked for. */
#ifndef HMMBENCH_LOOK_H
#define HMMBENCH_LOOK_H

#include "cmd/command.h"
#include "report/report.h"

/* The terminal's width, and colour where it is one, not dumb, and NO_COLOR is not set. */
struct report_options command_look(void);

/* The format of --format NAME. -EINVAL with the names there are. */
int command_format(const struct command *command, const char *name,
		   const struct report_format **format, struct error *error);

/* Its line of --help; `otherwise` is the default. */
#define LOOK_FORMAT_HELP(otherwise)                                                                \
	"      --format NAME    text, json, html, markdown, junit, tap, ktap, csv, openmetrics,\n"  \
	"                       hdr or kcidb, default " otherwise "\n"

#endif

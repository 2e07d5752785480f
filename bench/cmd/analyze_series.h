/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `hmmbench analyze --series`: nights that nobody here measured. */
#ifndef HMMBENCH_ANALYZE_SERIES_H
#define HMMBENCH_ANALYZE_SERIES_H

#include <stdbool.h>
#include <stdio.h>

#include "common/error.h"

struct series_request {
	const char *name;	/* of the file, for messages */
	const char *command;	/* that does this again */
	double threshold;	/* smallest effect of interest, a fraction */
	bool json;
};

/* Reads, judges and prints; an exit status, or -errno with the error set. */
int analyze_series(const struct series_request *request, FILE *file, struct error *error);

#endif

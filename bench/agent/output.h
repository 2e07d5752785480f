/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the stream goes: a descriptor that the caller gave, a serial line, or a file
 * carried by hand.
 */
#ifndef HMMBENCH_OUTPUT_H
#define HMMBENCH_OUTPUT_H

#include <stdbool.h>

#include "common/error.h"

struct output {
	int fd;
	bool is_terminal; /* raw from output_open() on */
	bool is_file;	  /* made durable by output_flush() */
	bool is_owned;
};

/*
 * `name`: digits are an open descriptor; anything else is opened. A regular file must
 * not exist yet (-EEXIST): a stream is never written over. A terminal is made raw, so
 * that no byte of the stream is changed on its way.
 */
int output_open(const char *name, struct output *output, struct error *error);

/* Waits until what was written has left a terminal, or is on the file's disk. 0 or -errno. */
int output_flush(const struct output *output);

/* output_flush() and the end. 0 or -errno. */
int output_close(struct output *output);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine as its kernel shows it in files of /proc and /sys: this one, or one laid out in
 * a folder.
 */
#ifndef HMMBENCH_MACHINE_H
#define HMMBENCH_MACHINE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#define MACHINE_TEXT_BYTES 256

struct machine {
	const char *root;     /* in front of every path; "": this machine */
	bool root_user;	      /* whoever looks may change the kernel's settings */
	unsigned int hwlat_s; /* how long to look for gaps of the hardware; 0: not at all */
	const volatile sig_atomic_t *interrupted; /* ends that look early; NULL: nothing does */
	/* In place of writing a file, to see what a failure does; NULL: the file is written. */
	int (*write)(const char *path, const char *value);
};

/* This machine, by the user who runs the program. */
struct machine machine_here(void);

/* The path below the root, malloc'ed; NULL: out of memory. */
char *machine_path(const struct machine *machine, const char *path);

bool machine_has(const struct machine *machine, const char *path);

/* The first line without blanks at its end. False: the file is not there or cannot be read. */
bool machine_line(const struct machine *machine, const char *path, char text[MACHINE_TEXT_BYTES]);

/* The whole file, malloc'ed; NULL as machine_line(). */
char *machine_text(const struct machine *machine, const char *path);

/* The number that the first line begins with. False also where there is none. */
bool machine_number(const struct machine *machine, const char *path, long long *number);

/* What is in force of a choice, "never" of "always madvise [never]"; else the whole line. */
bool machine_choice(const struct machine *machine, const char *path, char text[MACHINE_TEXT_BYTES]);

/*
 * Calls `visit` for each file that matches a pattern of glob(7), with its path below the
 * root, in the order of their names with numbers by their size. Stops at the first that does
 * not give 0, and gives that; -ENOMEM.
 */
int machine_each(const struct machine *machine, const char *pattern,
		 int (*visit)(const struct machine *machine, const char *path, void *context),
		 void *context);

/* Of the files that match a pattern: how many there are, and how many say just this. */
struct machine_count {
	size_t files, equal;
	char other[MACHINE_TEXT_BYTES]; /* what the first that does not say it says; "": none */
};
struct machine_count machine_count(const struct machine *machine, const char *pattern,
				   const char *text);

/* Writes a setting of the kernel in one write(2). 0 or -errno. */
int machine_write(const struct machine *machine, const char *path, const char *value);

#endif

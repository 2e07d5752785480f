/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sub-commands: one file each in this folder, one line each in the table of
 * hmmbench.c.
 */
#ifndef HMMBENCH_COMMAND_H
#define HMMBENCH_COMMAND_H

#include <getopt.h>
#include <stdint.h>

#include "common/error.h"
#include "store/store.h"

struct command {
	const char *name;
	const char *arguments;	/* behind "hmmbench NAME " in the usage, a line for each form */
	const char *help;	/* one line for `hmmbench --help` */
	const char *options;	/* the lines of `hmmbench NAME --help`, each ending in a newline */
	/*
	 * argv[0] is the command's name. Gives an exit status >= 0, or -errno with the
	 * error set: main() prints it and exits with error->exit_status, or with
	 * STATUS_USAGE for -EINVAL, else STATUS_FAILED.
	 */
	int (*run)(int argc, char **argv, struct error *error);
};

extern const struct command command_analyze, command_calibrate, command_baseline, command_history;
extern const struct command command_run, command_compare, command_report, command_plot,
	command_list, command_show, command_plan, command_kernel, command_doctor, command_export,
	command_import, command_profile, command_reference, command_bisect, command_bisect_step,
	command_tune;
extern const struct command *const commands[];	/* ends with NULL */

/*
 * getopt_long() with the command's own errors: the next option's value, -1 at the end,
 * -ECANCELED after --help was printed (return 0 then), -EINVAL with the error set. Call
 * command_options_begin() before the first. Short options: give them in `shorts`, behind a
 * '+' where the first word that is no option ends them; `longs` ends in COMMAND_OPTION_HELP.
 */
#define COMMAND_OPTION_HELP { "help", no_argument, NULL, 'h' }, { NULL, 0, NULL, 0 }
void command_options_begin(void);
int command_option(const struct command *command, int argc, char **argv, const char *shorts,
		   const struct option *longs, struct error *error);

/* A whole number of an option's argument, with its range in the message. 0 or -EINVAL. */
int command_number(const char *option, const char *text, uint64_t low, uint64_t high,
		   uint64_t *value, struct error *error);

/* A duration as 90s, 30m or 2h, 1 s to 7 days, in seconds. 0 or -EINVAL. */
int command_duration(const char *option, const char *text, uint32_t *seconds, struct error *error);

/* The same as it is written, in the largest unit that is whole: "90m", "2h". */
#define COMMAND_DURATION_BYTES 16
void command_duration_text(uint32_t seconds, char *text, size_t bytes);

/* -EINVAL with "COMMAND: TEXT; see 'hmmbench COMMAND --help'". */
int command_usage(const struct command *command, struct error *error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* store_open() of the file of --store, or of the usual one where `given` is NULL. */
int command_open_store(const char *given, enum store_mode mode, struct store **store,
		       struct error *error);

/* Writes everything of stdout out; -errno where that fails (a full disk behind a redirection). */
int command_flush(struct error *error);

#endif

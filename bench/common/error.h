/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors are values until somebody knows the user's context.
 *
 * A function that can fail for a reason a user must read takes a `struct error *`
 * and returns 0 or -errno. It calls error_set() once, with the thing, the place
 * and the remedy; the caller may put its own place in front with error_prefix().
 * main() prints it, once, as "hmmbench: TEXT".
 */
#ifndef HMMBENCH_ERROR_H
#define HMMBENCH_ERROR_H

struct error {
	int exit_status;	/* enum exit_status wished for, 0: let main() derive it */
	char text[1024];	/* one line, no newline at its end */
};

/*
 * Sets the text and returns -errnum. errnum is positive (EINVAL, not -EINVAL).
 * A text longer than the buffer is cut. `error` may be NULL.
 */
int error_set(struct error *error, int errnum, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Like error_set() with ": strerror(errnum)" behind the text. */
int error_set_errno(struct error *error, int errnum, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Sets "out of memory" and returns -ENOMEM. */
int error_out_of_memory(struct error *error);

/* Puts "PREFIX: " in front of the text. */
void error_prefix(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

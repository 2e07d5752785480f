/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other programs are started with an argument vector by posix_spawn (by fork and exec
 * where they shall die with their parent, which posix_spawn cannot ask for); no shell.
 * They start with an empty signal mask and the default action of SIGINT, SIGTERM and
 * SIGPIPE.
 */
#ifndef HMMBENCH_SPAWN_H
#define HMMBENCH_SPAWN_H

#include <signal.h>
#include <stddef.h>
#include <sys/types.h>

#include "error.h"

struct spawn_options {
	const char *directory;	/* NULL: the caller's */
	int stdin_fd;		/* -1: /dev/null */
	int stdout_fd;		/* -1: /dev/null */
	int stderr_fd;		/* -1: /dev/null */
	const char *const *environment;	/* "NAME=value" added to the caller's; NULL: none */
	int new_group;		/* its own process group, so that it can be killed whole */
	/* Killed by the kernel when the thread that starts it dies, however it dies. */
	int die_with_parent;
};

#define SPAWN_OPTIONS_DEFAULT { .stdin_fd = -1, .stdout_fd = -1, .stderr_fd = -1 }

/*
 * Starts argv[0] (found through PATH). 0 and *pid, or -errno: -ENOENT where the
 * program is not there (error->exit_status = STATUS_MISSING_TOOL, the text names it).
 */
int spawn_start(const char *const argv[], const struct spawn_options *options, pid_t *pid,
		struct error *error);

/* Waits. *status is 0..255 as exited, 256 + signal as killed. */
int spawn_wait(pid_t pid, int *status);

/*
 * Once *flag is set spawn_logged() starts nothing and ends what it waits for, with -EINTR: what it
 * runs, builds and downloads, takes minutes. NULL, the state at the beginning: never.
 */
void spawn_stop_by(const volatile sig_atomic_t *flag);

/*
 * Runs to its end, output and errors appended to the file `log` (created 0600). A
 * status other than 0 is -EIO and the error names the program, the status and the log,
 * with the log's last lines.
 */
int spawn_logged(const char *const argv[], const char *directory, const char *log,
		 struct error *error);

/*
 * Runs to its end and gives its standard output, at most `limit` bytes, NUL-terminated,
 * malloc'ed, in *output. A status other than 0 is -EIO with its last line of stderr.
 */
int spawn_output(const char *const argv[], size_t limit, char **output, struct error *error);

/*
 * The absolute path of a program of PATH, malloc'ed, or NULL. A name with a slash is taken as
 * it is, /proc/self/exe too, which is this program even after its file was replaced.
 */
char *spawn_find(const char *program);

#endif

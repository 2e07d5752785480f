// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/tune_command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/spawn.h"

/* ---- the process apart: it outlives ours, which may be killed at any moment ---- */

static void restore_after_kill(const struct machine *machine)
{
	struct error error = { 0 };
	struct tune tune;
	int result = tune_state_load(&tune, &error);

	if (!result)
		result = tune_restore(machine, &tune, &error);
	if (result && result != -ENOENT)
		fprintf(stderr, "hmmbench: tune: its process was killed: %s\n", error.text);
	else
		fprintf(stderr,
			"hmmbench: tune: its process was killed; %zu settings are as they "
			"were\n",
			result ? 0 : tune.count);
	tune_free(&tune);
}

/* Waits for a byte, which says that all is done, or for the end of the process that has none. */
static void guard(const struct machine *machine, int pipe_end)
{
	ssize_t got;
	char done;

	setsid();
	do
		got = read(pipe_end, &done, 1);
	while (got < 0 && errno == EINTR);
	if (got != 1)
		restore_after_kill(machine);
	_exit(0);
}

static pid_t start_guard(const struct machine *machine, int *end, struct error *error)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set_errno(error, errno, "tune: a pipe");
	fflush(NULL);
	pid = fork();
	if (!pid) {
		close(ends[1]);
		guard(machine, ends[0]);
	}
	close(ends[0]);
	if (pid < 0) {
		const int errnum = errno;

		close(ends[1]);
		return error_set_errno(error, errnum, "tune: a process that restores");
	}
	*end = ends[1];
	return pid;
}

/* Where it was killed, nothing is lost but its help: that is no reason to fail. */
static void end_guard(pid_t pid, int end)
{
	while (write(end, "x", 1) < 0 && errno == EINTR)
		;
	close(end);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* ---- the command ---- */

static void block_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGHUP);
	sigaddset(signals, SIGQUIT);
	sigaddset(signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, signals, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Ctrl-C comes from the terminal to the command as well: only what was sent to us is handed on. */
static int wait_for(pid_t pid, const sigset_t *signals)
{
	siginfo_t info;
	int status;
	pid_t ended;

	for (;;) {
		const int number = sigwaitinfo(signals, &info);

		if (number > 0 && number != SIGCHLD && info.si_code != SI_KERNEL)
			kill(pid, number);
		ended = waitpid(pid, &status, WNOHANG);
		if (ended == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		if (ended < 0 && errno != EINTR)
			return -errno;
	}
}

static int run(const char *const argv[], const sigset_t *signals, struct error *error)
{
	const struct spawn_options options = {
		.stdin_fd = STDIN_FILENO,
		.stdout_fd = STDOUT_FILENO,
		.stderr_fd = STDERR_FILENO,
		.die_with_parent = 1,
	};
	pid_t pid;
	int result = spawn_start(argv, &options, &pid, error);

	if (result)
		return result;
	result = wait_for(pid, signals);
	return result < 0 ? error_set_errno(error, -result, "waiting for %s", argv[0]) : result;
}

static size_t set_count(const struct tune *tune)
{
	size_t count = 0;

	for (size_t i = 0; i < tune->count; i++)
		count += tune->values[i].end == TUNE_SET;
	return count;
}

static int apply_and_run(const struct machine *machine, struct tune *tune, const char *const argv[],
			 void (*applied)(const struct tune *tune), const sigset_t *signals,
			 struct error *error)
{
	struct error stuck = { 0 };
	int result = tune_apply(machine, tune, error), restored;

	if (result)
		return result;
	applied(tune);
	if (tune->count && !set_count(tune))
		result = error_set(error, tune->values[0].errnum,
				   "tune: no setting could be made, the "
				   "first is %s: %s",
				   tune->values[0].path, strerror(tune->values[0].errnum));
	else
		result = run(argv, signals, error);
	restored = tune_restore(machine, tune, &stuck);
	if (!restored)
		return result;
	/* What the command said of itself stands above it already. */
	*error = stuck;
	return restored;
}

int tune_command(const struct machine *machine, struct tune *tune, const char *const argv[],
		 void (*applied)(const struct tune *tune), struct error *error)
{
	sigset_t signals;
	pid_t guardian;
	int end = -1, result;

	block_signals(&signals);
	guardian = start_guard(machine, &end, error);
	if (guardian < 0)
		return (int)guardian;
	result = apply_and_run(machine, tune, argv, applied, &signals, error);
	end_guard(guardian, end);
	return result;
}

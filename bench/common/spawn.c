// SPDX-License-Identifier: GPL-2.0-or-later
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exit_status.h"
#include "paths.h"

extern char **environ;

/* How much of a log's end an error shows, and how much of it is read for that. */
#define TAIL_LINES 6
#define TAIL_BYTES 4096

/* Enough for the error of a program that writes a great deal of them. */
#define STDERR_BYTES_MAX (1 << 20)

/* The caller's environment without the names that are set anew, then those. */
static char **environment_make(const char *const *added)
{
	size_t old = 0, more = 0, used = 0;
	char **all;

	while (environ && environ[old])
		old++;
	while (added && added[more])
		more++;
	all = calloc(old + more + 1, sizeof(*all));
	if (!all)
		return NULL;
	for (size_t i = 0; i < old; i++) {
		const size_t name = strcspn(environ[i], "=") + 1;
		bool replaced = false;

		for (size_t j = 0; j < more && !replaced; j++)
			replaced = !strncmp(environ[i], added[j], name);
		if (!replaced)
			all[used++] = environ[i];
	}
	for (size_t i = 0; i < more; i++)
		all[used++] = (char *)added[i];
	return all;
}

static int null_or(int fd, int null_fd)
{
	return fd < 0 ? null_fd : fd;
}

/*
 * A descriptor that is already at its target keeps its close-on-exec flag with dup2(),
 * and one below 3 would be overwritten by another's dup2(): both are avoided by lifting
 * all three above the standard ones first.
 */
static int lift(int fds[3], const struct spawn_options *options, int null_fd)
{
	const int given[3] = { options->stdin_fd, options->stdout_fd, options->stderr_fd };

	for (int i = 0; i < 3; i++) {
		fds[i] = fcntl(null_or(given[i], null_fd), F_DUPFD_CLOEXEC, 3);
		if (fds[i] < 0) {
			const int errnum = errno;

			while (i--)
				close(fds[i]);
			return -errnum;
		}
	}
	return 0;
}

/* posix_spawn() has no attribute for the parent's death, so that this one wish forks. */
static int start_dying_with_parent(char *program, char *const argv[], char **environment,
				   const int fds[3], const struct spawn_options *options,
				   pid_t *pid)
{
	const pid_t parent = getpid();
	int report[2], errnum = 0;
	sigset_t none;
	ssize_t got;

	if (pipe2(report, O_CLOEXEC) < 0)
		return -errno;
	*pid = fork();
	if (*pid < 0) {
		errnum = errno;
		close(report[0]);
		close(report[1]);
		return -errnum;
	}
	if (*pid == 0) {
		sigemptyset(&none);
		signal(SIGINT, SIG_DFL);
		signal(SIGTERM, SIG_DFL);
		signal(SIGPIPE, SIG_DFL);
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
			goto failed;
		if (getppid() != parent)	/* it died before the prctl() */
			_exit(127);
		if (options->new_group && setpgid(0, 0) < 0)
			goto failed;
		if (options->directory && chdir(options->directory) < 0)
			goto failed;
		for (int i = 0; i < 3; i++)
			if (dup2(fds[i], i) < 0)
				goto failed;
		sigprocmask(SIG_SETMASK, &none, NULL);
		execve(program, argv, environment);
failed:
		errnum = errno;
		while (write(report[1], &errnum, sizeof(errnum)) < 0 && errno == EINTR)
			;
		_exit(127);
	}
	close(report[1]);
	do
		got = read(report[0], &errnum, sizeof(errnum));
	while (got < 0 && errno == EINTR);
	close(report[0]);
	if (got != sizeof(errnum))
		return 0;
	waitpid(*pid, NULL, 0);
	return -errnum;
}

static int start_spawn(char *program, char *const argv[], char **environment, const int fds[3],
		       const struct spawn_options *options, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, defaults;
	short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
	int ret;

	ret = posix_spawn_file_actions_init(&actions);
	if (ret)
		return -ret;
	ret = posix_spawnattr_init(&attributes);
	if (ret) {
		posix_spawn_file_actions_destroy(&actions);
		return -ret;
	}
	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGTERM);
	sigaddset(&defaults, SIGPIPE);
	if (options->new_group)
		flags |= POSIX_SPAWN_SETPGROUP;
	ret = posix_spawnattr_setsigmask(&attributes, &none);
	if (!ret)
		ret = posix_spawnattr_setsigdefault(&attributes, &defaults);
	if (!ret)
		ret = posix_spawnattr_setpgroup(&attributes, 0);
	if (!ret)
		ret = posix_spawnattr_setflags(&attributes, flags);
	if (!ret && options->directory)
		ret = posix_spawn_file_actions_addchdir_np(&actions, options->directory);
	for (int i = 0; i < 3 && !ret; i++)
		ret = posix_spawn_file_actions_adddup2(&actions, fds[i], i);
	if (!ret)
		ret = posix_spawn(pid, program, &actions, &attributes, argv, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -ret;
}

int spawn_start(const char *const argv[], const struct spawn_options *options, pid_t *pid,
		struct error *error)
{
	static const struct spawn_options plain = SPAWN_OPTIONS_DEFAULT;
	char **environment = NULL;
	char *program;
	int fds[3], null_fd, ret;

	if (!options)
		options = &plain;
	program = spawn_find(argv[0]);
	if (!program) {
		if (error)
			error->exit_status = STATUS_MISSING_TOOL;
		return error_set(error, ENOENT,
				 "%s: no such program; install it or put it into PATH "
				 "(\"hmmbench doctor\" names the package)", argv[0]);
	}
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null_fd < 0) {
		ret = error_set_errno(error, errno, "/dev/null");
		goto out_program;
	}
	ret = lift(fds, options, null_fd);
	if (ret) {
		error_set_errno(error, -ret, "%s: cannot pass on its files", program);
		goto out_null;
	}
	environment = environment_make(options->environment);
	if (!environment) {
		ret = error_set(error, ENOMEM, "%s: out of memory", program);
		goto out_fds;
	}
	if (options->die_with_parent)
		ret = start_dying_with_parent(program, (char *const *)argv, environment, fds,
					      options, pid);
	else
		ret = start_spawn(program, (char *const *)argv, environment, fds, options, pid);
	if (ret)
		error_set_errno(error, -ret, "%s: cannot be started%s%s", program,
				options->directory ? " in " : "",
				options->directory ? options->directory : "");
	free(environment);
out_fds:
	for (int i = 0; i < 3; i++)
		close(fds[i]);
out_null:
	close(null_fd);
out_program:
	free(program);
	return ret;
}

static const volatile sig_atomic_t *stop_flag;

void spawn_stop_by(const volatile sig_atomic_t *flag)
{
	stop_flag = flag;
}

static bool is_stopped(void)
{
	return stop_flag && *stop_flag;
}

/* `stops`: a signal that sets the flag ends it; make and apt-get take what they began along. */
static int wait_for(pid_t pid, bool stops, int *status)
{
	int raw;

	if (stops && is_stopped())	/* between the check before its start and here */
		kill(pid, SIGTERM);
	while (waitpid(pid, &raw, 0) < 0) {
		if (errno != EINTR)
			return -errno;
		if (stops && is_stopped())
			kill(pid, SIGTERM);
	}
	if (status)
		*status = WIFSIGNALED(raw) ? 256 + WTERMSIG(raw) : WEXITSTATUS(raw);
	return 0;
}

int spawn_wait(pid_t pid, int *status)
{
	return wait_for(pid, false, status);
}

/* "exit status 2", "killed by signal 11 (Segmentation fault)". */
static void status_text(int status, char *text, size_t bytes)
{
	if (status < 256)
		snprintf(text, bytes, "exit status %d", status);
	else
		snprintf(text, bytes, "killed by signal %d (%s)", status - 256,
			 strsignal(status - 256));
}

/* The last lines of a file as one line, " | " between them. */
static void last_lines(int fd, int lines, char *text, size_t bytes)
{
	char data[TAIL_BYTES + 1];
	const off_t end = lseek(fd, 0, SEEK_END);
	const off_t from = end > TAIL_BYTES ? end - TAIL_BYTES : 0;
	ssize_t got = end > 0 ? pread(fd, data, TAIL_BYTES, from) : 0;
	size_t used = 0;
	char *line;

	text[0] = '\0';
	while (got > 0 && (data[got - 1] == '\n' || data[got - 1] == ' '))
		got--;
	if (got <= 0)
		return;
	data[got] = '\0';
	line = data + got;
	while (line > data && lines) {
		line--;
		if (*line == '\n' && --lines == 0)
			line++;
	}
	for (; *line && used + 4 < bytes; line++) {
		if (*line == '\n')
			used += (size_t)snprintf(text + used, bytes - used, " | ");
		else
			text[used++] = (unsigned char)*line < ' ' ? ' ' : *line;
	}
	text[used] = '\0';
}

int spawn_logged(const char *const argv[], const char *directory, const char *log,
		 struct error *error)
{
	static const char *const environment[] = { "LC_ALL=C", NULL };
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	char tail[700], how[80];
	int fd, status = 0, ret;
	pid_t pid;

	if (is_stopped())
		return error_set(error, EINTR, "%s: interrupted", argv[0]);
	fd = open(log, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set_errno(error, errno, "%s: cannot be written", log);
	options.directory = directory;
	options.stdout_fd = fd;
	options.stderr_fd = fd;
	options.environment = environment;
	options.die_with_parent = 1;
	ret = spawn_start(argv, &options, &pid, error);
	if (ret)
		goto out;
	ret = wait_for(pid, true, &status);
	if (ret) {
		error_set_errno(error, -ret, "%s: cannot be waited for", argv[0]);
	} else if (status && is_stopped()) {
		ret = error_set(error, EINTR, "%s: interrupted", argv[0]);
	} else if (status) {
		last_lines(fd, TAIL_LINES, tail, sizeof(tail));
		status_text(status, how, sizeof(how));
		ret = error_set(error, EIO, "%s: %s; see %s: %s", argv[0], how, log, tail);
	}
out:
	close(fd);
	return ret;
}

/* Everything that comes until end of file; -EFBIG above `limit`. */
static int read_all(int fd, size_t limit, char **output)
{
	size_t size = 4096, used = 0;
	char *data = malloc(size), *larger;
	ssize_t got;

	if (!data)
		return -ENOMEM;
	for (;;) {
		if (used + 1 == size) {
			larger = realloc(data, size * 2);
			if (!larger) {
				free(data);
				return -ENOMEM;
			}
			data = larger;
			size *= 2;
		}
		got = read(fd, data + used, size - used - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || used + (size_t)got > limit) {
			const int errnum = got < 0 ? errno : EFBIG;

			free(data);
			return -errnum;
		}
		if (got == 0)
			break;
		used += (size_t)got;
	}
	data[used] = '\0';
	*output = data;
	return 0;
}

int spawn_output(const char *const argv[], size_t limit, char **output, struct error *error)
{
	static const char *const environment[] = { "LC_ALL=C", NULL };
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	int pipes[2] = { -1, -1 }, errors = -1, status = 0, ret;
	char line[700], how[80];
	pid_t pid;

	*output = NULL;
	errors = memfd_create("stderr", MFD_CLOEXEC);
	if (errors < 0)
		return error_set_errno(error, errno, "%s: no place for its errors", argv[0]);
	if (pipe2(pipes, O_CLOEXEC) < 0) {
		ret = error_set_errno(error, errno, "%s: no pipe", argv[0]);
		goto out;
	}
	options.stdout_fd = pipes[1];
	options.stderr_fd = errors;
	options.environment = environment;
	options.die_with_parent = 1;
	ret = spawn_start(argv, &options, &pid, error);
	if (ret)
		goto out;
	close(pipes[1]);
	pipes[1] = -1;
	ret = read_all(pipes[0], limit, output);
	if (ret) {
		kill(pid, SIGKILL);
		spawn_wait(pid, NULL);
		error_set_errno(error, -ret, "%s: its output cannot be read", argv[0]);
		goto out;
	}
	ret = spawn_wait(pid, &status);
	if (!ret && status) {
		last_lines(errors, 1, line, sizeof(line));
		status_text(status, how, sizeof(how));
		ret = error_set(error, EIO, "%s: %s%s%s", argv[0], how, line[0] ? ": " : "", line);
	} else if (ret) {
		error_set_errno(error, -ret, "%s: cannot be waited for", argv[0]);
	}
out:
	if (ret) {
		free(*output);
		*output = NULL;
	}
	close(errors);
	for (int i = 0; i < 2; i++)
		if (pipes[i] >= 0)
			close(pipes[i]);
	return ret;
}

static bool is_program(const char *path)
{
	struct stat status;

	return !stat(path, &status) && S_ISREG(status.st_mode) && !access(path, X_OK);
}

char *spawn_find(const char *program)
{
	const char *list = getenv("PATH");
	char *path;

	if (strchr(program, '/')) {
		if (!is_program(program))
			return NULL;
		/* /proc/PID/exe leads to a program whose file was replaced, and no path does. */
		path = realpath(program, NULL);
		return path ? path : strdup(program);
	}
	if (!list)
		list = "/usr/bin:/bin";
	while (*list) {
		const size_t length = strcspn(list, ":");

		/* An empty entry means the current folder: never wanted here. */
		if (length && *list == '/') {
			path = path_printf("%.*s/%s", (int)length, list, program);
			if (path && is_program(path))
				return path;
			free(path);
		}
		list += length + (list[length] == ':');
	}
	return NULL;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/profiler.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/counters.h"
#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"

#define ANSWER_MS     60000 /* for perf to start, on a slow guest */
#define ARGUMENTS_MAX 40
#define FILE_BYTES_MAX (60u << 20) /* what a record of the stream can carry */

struct profiler {
	struct observer observer;
	char *perf;
	const char *event;
	char folder[64]; /* "": not made */
	char *data, *text, *log;

	/* While perf runs: */
	const struct profile_tool *tool;
	pid_t pid;
	int control, answer; /* our ends of the pipes; -1: none */
};

/* ---- talking to perf ---- */

/* Sends a command and takes the answer, a line and a NUL. One process at a time does so. */
static int talk(const struct profiler *profiler, const char *command)
{
	char byte = 0;

	if (write(profiler->control, command, strlen(command)) < 0)
		return -errno;
	while (byte != '\n') {
		struct pollfd answer = { .fd = profiler->answer, .events = POLLIN };
		int ready = poll(&answer, 1, ANSWER_MS);

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return ready ? -errno : -ETIMEDOUT;
		if (read(profiler->answer, &byte, 1) != 1)
			return -EPIPE; /* perf has ended */
	}
	return 0;
}

static const struct profiler *profiler_of(const struct observer *observer)
{
	return (const void *)((const char *)observer - offsetof(struct profiler, observer));
}

/* A perf that does not answer any more is found when it is ended. */
static void switch_on(const struct observer *observer)
{
	talk(profiler_of(observer), "enable\n");
}

static void switch_off(const struct observer *observer)
{
	talk(profiler_of(observer), "disable\n");
}

const struct observer *profiler_observer(const struct profiler *profiler)
{
	return &profiler->observer;
}

/* ---- making and freeing ---- */

static int make_names(struct profiler *profiler, struct error *error)
{
	snprintf(profiler->folder, sizeof(profiler->folder), "/tmp/hmmbench-perf.XXXXXX");
	if (!mkdtemp(profiler->folder)) {
		const int errnum = errno;

		profiler->folder[0] = '\0';
		return error_set_errno(error, errnum, "a folder for perf's files in /tmp");
	}
	profiler->data = path_printf("%s/perf.data", profiler->folder);
	profiler->text = path_printf("%s/perf.txt", profiler->folder);
	profiler->log = path_printf("%s/perf.log", profiler->folder);
	if (!profiler->data || !profiler->text || !profiler->log)
		return error_set_errno(error, ENOMEM, "making the profiler");
	return 0;
}

int profiler_new(struct profiler **profiler, struct error *error)
{
	struct profiler *made = calloc(1, sizeof(*made));
	int result;

	*profiler = NULL;
	if (!made)
		return error_set_errno(error, ENOMEM, "making the profiler");
	made->observer = (struct observer){ switch_on, switch_off };
	made->control = made->answer = -1;
	made->event = counters_can("cycles") ? "cycles" : "cpu-clock";
	made->perf = spawn_find("perf");
	if (made->perf) {
		result = make_names(made, error);
	} else {
		error->exit_status = STATUS_MISSING_TOOL;
		result = error_set(error, ENOENT,
				   "perf: not in PATH; on Debian: apt-get install linux-perf");
	}
	if (result)
		profiler_free(made);
	else
		*profiler = made;
	return result;
}

static void hang_up(struct profiler *profiler)
{
	if (profiler->control >= 0)
		close(profiler->control);
	if (profiler->answer >= 0)
		close(profiler->answer);
	profiler->control = profiler->answer = -1;
}

void profiler_free(struct profiler *profiler)
{
	if (!profiler)
		return;
	profiler_stop(profiler, NULL, NULL, NULL);
	if (profiler->folder[0])
		path_remove_tree(profiler->folder, NULL);
	free(profiler->perf);
	free(profiler->data);
	free(profiler->text);
	free(profiler->log);
	free(profiler);
}

void profile_free(struct profile *profile)
{
	for (size_t i = 0; i < profile->file_count; i++)
		free(profile->files[i].data);
	*profile = (struct profile){ 0 };
}

/* ---- running perf ---- */

/* Its last words, as the reason of a failure. */
static int perf_failed(const struct profiler *profiler, const char *what, struct error *error)
{
	char *text = NULL, *line, *last = NULL, *save = NULL;

	path_read_file(profiler->log, 1 << 20, &text, NULL, NULL);
	for (line = text ? strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		if (line[strspn(line, " \t")])
			last = line;
	error_set(error, EIO, "perf %s: %s%s%.300s", profiler->tool->name, what, last ? ": " : "",
		  last ? last : "");
	free(text);
	return -EIO;
}

struct arguments {
	const char *all[ARGUMENTS_MAX];
	size_t count;
};

static void add(struct arguments *arguments, const char *const *more)
{
	while (*more)
		arguments->all[arguments->count++] = *more++;
}

static int open_log(const char *path, struct error *error)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	return fd < 0 ? error_set_errno(error, errno, "%s", path) : fd;
}

static int start_perf(struct profiler *profiler, const char *cpus, const int control[2],
		      const int answer[2], struct error *error)
{
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	struct arguments arguments = { .all = { profiler->perf }, .count = 1 };
	char wires[40];
	int result;

	snprintf(wires, sizeof(wires), "fd:%d,%d", control[0], answer[1]);
	add(&arguments, profiler->tool->record);
	if (profiler->tool->event)
		add(&arguments, (const char *const[]){ "-e", profiler->event, NULL });
	add(&arguments, (const char *const[]){ "-a", "-C", cpus, "-D", "-1", "--control", wires, "-o",
					       profiler->data, NULL });
	options.stderr_fd = open_log(profiler->log, error);
	if (options.stderr_fd < 0)
		return options.stderr_fd;
	options.stdout_fd = options.stderr_fd;
	options.new_group = 1; /* Ctrl-C is ours */
	options.die_with_parent = 1;
	result = spawn_start(arguments.all, &options, &profiler->pid, error);
	close(options.stderr_fd);
	return result;
}

static char *cpu_list(const uint32_t *cpus, uint32_t count)
{
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	if (!file)
		return NULL;
	for (uint32_t i = 0; i < count; i++)
		fprintf(file, "%s%u", i ? "," : "", cpus[i]);
	fclose(file);
	return text;
}

int profiler_start(struct profiler *profiler, const struct profile_tool *tool, const uint32_t *cpus,
		   uint32_t cpu_count, struct error *error)
{
	char *list = cpu_list(cpus, cpu_count);
	int control[2] = { -1, -1 }, answer[2] = { -1, -1 }, result;

	profiler->tool = tool;
	unlink(profiler->data);
	if (!list || pipe(control) || pipe(answer)) {
		result = error_set_errno(error, list ? errno : ENOMEM, "starting perf");
	} else {
		/* Our ends stay ours; perf's are inherited by their numbers. */
		fcntl(control[1], F_SETFD, FD_CLOEXEC);
		fcntl(answer[0], F_SETFD, FD_CLOEXEC);
		result = start_perf(profiler, list, control, answer, error);
	}
	if (control[0] >= 0)
		close(control[0]);
	if (answer[1] >= 0)
		close(answer[1]);
	profiler->control = control[1];
	profiler->answer = answer[0];
	free(list);
	if (!result && talk(profiler, "disable\n")) {
		profiler_stop(profiler, NULL, NULL, NULL);
		result = perf_failed(profiler, "it ended or did not answer", error);
	}
	if (result)
		hang_up(profiler);
	return result;
}

static int keep(const char *path, const char *name, struct profile *profile, struct error *error)
{
	struct profile_file *file = &profile->files[profile->file_count];
	int result = path_read_file(path, FILE_BYTES_MAX, &file->data, &file->bytes, error);

	if (result == -EFBIG)
		return error_set(error, EFBIG, "%s is larger than %u MB; give fewer --operations",
				 name, FILE_BYTES_MAX >> 20);
	if (result)
		return result;
	snprintf(file->name, sizeof(file->name), "%s", name);
	profile->file_count++;
	return 0;
}

/* perf writes some reports to standard output and some to standard error. */
static int report(const struct profiler *profiler, struct error *error)
{
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	struct arguments arguments = { .all = { profiler->perf }, .count = 1 };
	pid_t pid;
	int status, result;

	add(&arguments, profiler->tool->report);
	add(&arguments, (const char *const[]){ "-i", profiler->data, NULL });
	add(&arguments, profiler->tool->report_more);
	options.stdout_fd = open_log(profiler->text, error);
	if (options.stdout_fd < 0)
		return options.stdout_fd;
	options.stderr_fd = options.stdout_fd;
	options.die_with_parent = 1;
	result = spawn_start(arguments.all, &options, &pid, error);
	if (!result)
		result = spawn_wait(pid, &status);
	close(options.stdout_fd);
	if (!result && status)
		result = error_set(error, EIO, "perf %s: its report ended with status %d",
				   profiler->tool->name, status);
	return result;
}

/* Ended by SIGINT it writes its file and then says so by dying of it. */
static int end_perf(struct profiler *profiler, struct error *error)
{
	int status, result;

	kill(profiler->pid, SIGINT);
	result = spawn_wait(profiler->pid, &status);
	profiler->pid = 0;
	hang_up(profiler);
	if (!result && status && status != 256 + SIGINT)
		return perf_failed(profiler, "it failed", error);
	return result;
}

int profiler_stop(struct profiler *profiler, struct profile *profile, const char *suffix,
		  struct error *error)
{
	char data[64], text[64];
	int result;

	if (!profiler->pid)
		return 0;
	result = end_perf(profiler, error);
	if (result || !profile)
		return result;
	profile->any = true;
	profile->event = profiler->event;
	snprintf(data, sizeof(data), "%s-%s.data", profiler->tool->name, suffix);
	snprintf(text, sizeof(text), "%s-%s.txt", profiler->tool->name, suffix);
	result = report(profiler, error);
	if (!result)
		result = keep(profiler->data, data, profile, error);
	if (!result)
		result = keep(profiler->text, text, profile, error);
	return result;
}

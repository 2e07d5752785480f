// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/vm_boot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/paths.h"
#include "common/spawn.h"
#include "lab/console.h"
#include "lab/kernel.h"
#include "lab/vm_outcome.h"

#define TICK_MS 200		/* how often the console, the clocks and Ctrl-C are looked at */
#define AFTER_END_S 20		/* for the guest to end by itself when its stream is whole */
#define CONSOLE_BYTES_MAX (256ull << 20)
#define STREAM_PIPE_BYTES (1 << 20)	/* the usual /proc/sys/fs/pipe-max-size */
#define TAIL_LINES 25
#define TAIL_BYTES 4096
#define SECOND_NS 1000000000ull

struct watch {
	struct vm_boot *boot;
	struct vm_evidence evidence;
	struct console_scanner console;
	int stream_fd, console_fd;
	off_t console_bytes;
	uint64_t started_ns, byte_ns, ended_ns, first_byte_ns;
	char console_error[256];
	char qemu_error[256];
	int callback;	/* what stopped us, negative */
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

static bool started(const struct watch *watch)
{
	return watch->first_byte_ns || watch->console.agent_started;
}

/* Hands on what there is. 1: more may come, 0: QEMU has closed it, negative: stop. */
static int take_stream(struct watch *watch)
{
	const struct lab_request *request = watch->boot->request;
	char data[65536];
	ssize_t got;

	for (;;) {
		got = read(watch->stream_fd, data, sizeof(data));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno == EAGAIN ? 1 : -errno;
		if (got == 0)
			return 0;
		watch->byte_ns = now_ns();
		if (!watch->first_byte_ns)
			watch->first_byte_ns = watch->byte_ns;
		watch->callback = request->bytes(data, (size_t)got, request->context);
		if (watch->callback < 0)
			return watch->callback;
	}
}

static void console_failed(struct watch *watch, const char *why)
{
	if (watch->console_error[0])
		return;
	snprintf(watch->console_error, sizeof(watch->console_error), "%s", why);
	watch->evidence.console_error = watch->console_error;
}

/* A console that cannot be looked at is a failure: a fault of the kernel would go unseen. */
static void take_console(struct watch *watch)
{
	char data[65536];
	ssize_t got;

	while (!watch->console_error[0]) {
		got = pread(watch->console_fd, data, sizeof(data), watch->console_bytes);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			console_failed(watch, strerror(errno));
		if (got <= 0)
			return;
		watch->console_bytes += got;
		if (!started(watch))
			watch->byte_ns = now_ns();
		console_scanner_push(&watch->console, data, (size_t)got);
		if ((uint64_t)watch->console_bytes > CONSOLE_BYTES_MAX)
			console_failed(watch, "it is longer than 256 MiB");
	}
}

/* Which limit is reached, if any. */
static enum vm_limit limit_reached(struct watch *watch)
{
	const struct vm_boot *boot = watch->boot;
	const uint64_t now = now_ns();
	const uint64_t silent_s = (now - watch->byte_ns) / SECOND_NS;

	if (watch->evidence.ended)
		return (now - watch->ended_ns) / SECOND_NS >= AFTER_END_S ? VM_LIMIT_QUIET :
									    VM_LIMIT_NONE;
	watch->evidence.limit_s = boot->total_s;
	if ((now - watch->started_ns) / SECOND_NS >= boot->total_s)
		return VM_LIMIT_TOTAL;
	watch->evidence.limit_s = boot->stuck_s;
	if (console_status(&watch->console) && silent_s >= boot->stuck_s)
		return VM_LIMIT_STUCK;
	watch->evidence.limit_s = boot->quiet_s;
	return silent_s >= boot->quiet_s ? VM_LIMIT_QUIET : VM_LIMIT_NONE;
}

/* Until QEMU has gone or has to go: true when it went by itself. */
static bool watch_until_end(struct watch *watch)
{
	const struct lab_request *request = watch->boot->request;
	struct pollfd poll_fd = { .fd = watch->stream_fd, .events = POLLIN };

	for (;;) {
		int state;

		if (request->interrupted && *request->interrupted) {
			watch->evidence.interrupted = true;
			return false;
		}
		if (poll(&poll_fd, 1, TICK_MS) < 0 && errno != EINTR) {
			watch->callback = -errno;
			return false;
		}
		state = take_stream(watch);
		take_console(watch);
		if (state <= 0) {
			if (state < 0)
				watch->callback = state;
			return state == 0;
		}
		if (!watch->evidence.ended && request->ended(request->context)) {
			watch->evidence.ended = true;
			watch->ended_ns = now_ns();
		}
		if (watch->console_error[0])
			return false;
		watch->evidence.limit = limit_reached(watch);
		if (watch->evidence.limit != VM_LIMIT_NONE)
			return false;
	}
}

static int start(struct watch *watch, pid_t *pid, struct error *error)
{
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	struct vm_boot *boot = watch->boot;
	int pipes[2], log = -1, ret;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return error_set_errno(error, errno, "pipe for the stream");
	watch->stream_fd = pipes[0];
	/* Made here, so that it is there to be read and only its owner can read it. */
	watch->console_fd = open(boot->console_path,
				 O_RDONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (watch->console_fd < 0) {
		ret = error_set_errno(error, errno, "%s", boot->console_path);
		goto out;
	}
	log = open(boot->log_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (log < 0) {
		ret = error_set_errno(error, errno, "%s", boot->log_path);
		goto out;
	}
	if (fcntl(pipes[0], F_SETFL, O_NONBLOCK) < 0) {
		ret = error_set_errno(error, errno, "pipe for the stream");
		goto out;
	}
	/*
	 * A full pipe stops the guest's serial port at a moment that the host decides, which
	 * virtual time must not see: so it is as large as anybody may make it. A smaller one
	 * is no error.
	 */
	fcntl(pipes[0], F_SETPIPE_SZ, STREAM_PIPE_BYTES);
	options.stdout_fd = pipes[1];
	options.stderr_fd = log;
	options.new_group = 1;		/* Ctrl-C is ours to handle */
	options.die_with_parent = 1;
	watch->started_ns = now_ns();
	watch->byte_ns = watch->started_ns;
	ret = spawn_start((const char *const *)boot->argv, &options, pid, error);
out:
	close(pipes[1]);
	if (log >= 0)
		close(log);
	return ret;
}

/* QEMU's last line, for people. */
static void read_qemu_error(struct watch *watch)
{
	char *text, *last;
	size_t bytes;

	if (path_read_file(watch->boot->log_path, 1 << 20, &text, &bytes, NULL))
		return;
	last = console_tail(text, bytes, 1, sizeof(watch->qemu_error) - 1);
	if (last)
		snprintf(watch->qemu_error, sizeof(watch->qemu_error), "%s", last);
	free(last);
	free(text);
}

static char *read_console_tail(const struct watch *watch)
{
	char data[TAIL_BYTES];
	const off_t from = watch->console_bytes > (off_t)sizeof(data) ?
				   watch->console_bytes - (off_t)sizeof(data) : 0;
	const ssize_t got = pread(watch->console_fd, data, sizeof(data), from);

	return got > 0 ? console_tail(data, (size_t)got, TAIL_LINES, sizeof(data)) : NULL;
}

static void judge(struct watch *watch, struct lab_result *result)
{
	const struct lab_request *request = watch->boot->request;
	struct vm_evidence *evidence = &watch->evidence;

	take_console(watch);
	console_scanner_finish(&watch->console);
	read_qemu_error(watch);
	evidence->first_byte = watch->first_byte_ns != 0;
	evidence->ended = evidence->ended || request->ended(request->context);
	evidence->console = &watch->console;
	evidence->console_path = watch->boot->console_path;
	evidence->qemu_error = watch->qemu_error;
	evidence->release = request->kernel->release;
	vm_outcome(evidence, result);
	result->console_tail = read_console_tail(watch);
	result->whole_ns = now_ns() - watch->started_ns;
	if (watch->first_byte_ns)
		result->first_byte_ns = watch->first_byte_ns - watch->started_ns;
	watch->boot->console_lines = watch->console.lines;
}

int vm_boot_run(struct vm_boot *boot, struct lab_result *result, struct error *error)
{
	struct watch watch = { .boot = boot, .stream_fd = -1, .console_fd = -1 };
	bool by_itself;
	pid_t pid;
	int ret;

	ret = console_scanner_init(&watch.console, error);
	if (ret)
		return ret;
	ret = start(&watch, &pid, error);
	if (ret)
		goto out;
	by_itself = watch_until_end(&watch);
	if (!by_itself)
		kill(-pid, SIGKILL);
	spawn_wait(pid, &watch.evidence.qemu_status);
	if (!by_itself) {
		watch.evidence.qemu_status = -1;
		/* What it had sent before is kept, unless it was the taker that gave up. */
		if (!watch.callback)
			take_stream(&watch);
	}
	judge(&watch, result);
	ret = watch.callback < 0 ? watch.callback : 0;
	if (ret && error && !error->text[0])
		error_set_errno(error, -ret, "the stream cannot be taken");
out:
	console_scanner_free(&watch.console);
	if (watch.stream_fd >= 0)
		close(watch.stream_fd);
	if (watch.console_fd >= 0)
		close(watch.console_fd);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The local lab: the running kernel, as root. The module is loaded, the agent runs
 * beside us and its stream comes through a pipe. The kernel's log is watched as a
 * guest's console is; unlike a guest, this machine has to live on.
 *
 * What it tells the store:
 *	{"lab": "local" or "reboot", "way": "kexec" or null, "accelerator": null, "clock": "host", "console": path of the kernel's
 *	 log during the run, "kernel": {"name", "release"}, "module": {"path", "sha256"} or null
 *	 (it was loaded already), "agent": {"path", "sha256"}, "host": {..}}
 */
#include "lab/lab.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"
#include "lab/console.h"
#include "lab/describe.h"
#include "lab/kernel.h"
#include "lab/kernel_log.h"
#include "lab/local_module.h"
#include "lab/local_nodes.h"

#define TICK_MS 200
#define STOP_S 20		/* for the agent to end its stream when told to */
#define QUIET_S 600		/* no byte for this long: a dead agent, not a slow machine */
#define TAIL_LINES 25
#define TAIL_BYTES 4096
#define SECOND_NS 1000000000ull

struct local {
	const struct lab_request *request;
	struct local_module module;
	struct kernel_log log;
	struct console_scanner console;
	char *agent, *plan, *console_path, *agent_log;
	int stream_fd;
	pid_t pid;
	bool log_lost;
	bool silent;		/* the quiet limit was reached */
	int agent_status;	/* as spawn_wait()'s; -1: it could not be killed */
	int callback;
	uint64_t started_ns, byte_ns, first_byte_ns;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

static int usage(struct error *error, int errnum, const char *text)
{
	if (error)
		error->exit_status = STATUS_USAGE;
	return error_set(error, errnum, "%s", text);
}

static int check(const struct lab_request *request, struct error *error)
{
	struct utsname system;

	if (geteuid() != 0)
		return usage(error, EPERM, "--on local loads a kernel module and needs root; run it with "
			     "sudo, or use --on vm");
	if (request->plan->clock == PLAN_CLOCK_VIRTUAL)
		return usage(error, EINVAL, "--clock virtual needs --on vm: it counts a guest's "
			     "instructions");
	if (uname(&system) < 0)
		return error_set_errno(error, errno, "uname");
	if (strcmp(system.release, request->kernel->release)) {
		if (error)
			error->exit_status = STATUS_USAGE;
		return error_set(error, EINVAL, "--on local measures the running kernel, %s, and not %s; "
				 "boot that one, or use --on vm", system.release,
				 request->kernel->release);
	}
	return 0;
}

/* Without its kernel, as "kernel" is that: another one is no difference between machines. */
static json_t *this_machine(void)
{
	json_t *host = describe_host();

	json_object_del(host, "release");
	return host;
}

static int describe(const struct local *local, struct error *error)
{
	const struct lab_request *request = local->request;
	json_t *root = json_pack("{s:s, s:s?, s:n, s:s, s:s, s:{s:s, s:s}, s:o, s:o, s:o}", "lab",
				 request->lab, "way", request->way, "accelerator", "clock", "host",
				 "console", local->console_path, "kernel", "name",
				 request->kernel->name, "release", request->kernel->release,
				 "module", describe_file(local->module.path), "agent",
				 describe_file(local->agent), "host", this_machine());
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	int ret;

	json_decref(root);
	if (!text)
		return error_out_of_memory(error);
	ret = request->described(text, request->context);
	free(text);
	if (ret < 0 && error && !error->text[0])
		error_set_errno(error, -ret, "what the lab knows cannot be kept");
	return ret < 0 ? ret : 0;
}

static int start_agent(struct local *local, struct error *error)
{
	const char *const argv[] = { local->agent, "--plan", local->plan, "--output", "1", NULL };
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	int pipes[2], log, ret;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return error_set_errno(error, errno, "pipe for the stream");
	local->stream_fd = pipes[0];
	log = open(local->agent_log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (log < 0 || fcntl(pipes[0], F_SETFL, O_NONBLOCK) < 0) {
		ret = error_set_errno(error, errno, "%s", local->agent_log);
		goto out;
	}
	options.stdout_fd = pipes[1];
	options.stderr_fd = log;
	options.new_group = 1;		/* Ctrl-C is ours to handle */
	options.die_with_parent = 1;
	local->started_ns = now_ns();
	local->byte_ns = local->started_ns;
	ret = spawn_start(argv, &options, &local->pid, error);
out:
	close(pipes[1]);
	if (log >= 0)
		close(log);
	return ret;
}

/* 1: more may come; 0: the agent has closed it; negative: the taker stops us. */
static int take_stream(struct local *local)
{
	const struct lab_request *request = local->request;
	char data[65536];
	ssize_t got;

	for (;;) {
		got = read(local->stream_fd, data, sizeof(data));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno == EAGAIN ? 1 : -errno;
		if (got == 0)
			return 0;
		local->byte_ns = now_ns();
		if (!local->first_byte_ns)
			local->first_byte_ns = local->byte_ns;
		local->callback = request->bytes(data, (size_t)got, request->context);
		if (local->callback < 0)
			return local->callback;
	}
}

static void take_log(struct local *local)
{
	if (!local->log_lost && kernel_log_take(&local->log, &local->console))
		local->log_lost = true;
}

/* Takes the stream until the agent closes it, has to be stopped, or `until_ns` has come. */
static bool watch(struct local *local, bool stopping, uint64_t until_ns)
{
	const struct lab_request *request = local->request;
	struct pollfd poll_fd = { .fd = local->stream_fd, .events = POLLIN };
	int state;

	for (;;) {
		if (!stopping && request->interrupted && *request->interrupted)
			return false;
		poll(&poll_fd, 1, TICK_MS);
		state = take_stream(local);
		take_log(local);
		if (state < 0)
			local->callback = state;
		if (state <= 0)
			return state == 0;
		if (stopping && now_ns() >= until_ns)
			return false;
		if (!stopping && now_ns() - local->byte_ns > QUIET_S * SECOND_NS) {
			local->silent = true;
			return false;
		}
	}
}

/* Waits for the agent's end; false where even SIGKILL does not help: it hangs in the kernel. */
static bool reap(struct local *local, unsigned int seconds)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	const uint64_t until_ns = now_ns() + seconds * SECOND_NS;
	int raw;

	while (waitpid(local->pid, &raw, WNOHANG) != local->pid) {
		if (now_ns() >= until_ns)
			return false;
		nanosleep(&pause, NULL);
	}
	local->agent_status = WIFSIGNALED(raw) ? 256 + WTERMSIG(raw) : WEXITSTATUS(raw);
	return true;
}

/* Asked to stop, an agent ends its stream in order. */
static void run_agent(struct local *local)
{
	if (!watch(local, false, 0) && !local->callback) {
		kill(-local->pid, SIGTERM);
		watch(local, true, now_ns() + STOP_S * SECOND_NS);
	}
	/* A stream that is closed is followed by the end at once; children may be left over. */
	if (!reap(local, local->callback ? 0 : STOP_S)) {
		kill(-local->pid, SIGKILL);
		if (!reap(local, STOP_S))
			local->agent_status = -1;
	} else {
		kill(-local->pid, SIGKILL);
	}
	take_log(local);
	console_scanner_finish(&local->console);
}

static void outcome(const struct local *local, struct lab_result *result)
{
	const struct lab_request *request = local->request;
	const struct console_finding *first = &local->console.first;
	const int status = local->agent_status;
	char *text = result->text;
	const size_t bytes = sizeof(result->text);

	if (request->interrupted && *request->interrupted) {
		result->status = STATUS_INTERRUPTED;
		snprintf(text, bytes, "%s", exit_status_text(STATUS_INTERRUPTED));
	} else if (local->log_lost) {
		result->status = STATUS_FAILED;
		snprintf(text, bytes, "the kernel's log could not be read on, so that a fault of the "
			 "kernel would go unseen");
	} else if (first->pattern) {
		result->status = first->pattern->status;
		snprintf(text, bytes, "%.200s (%s); see %s", first->line, first->pattern->why,
			 local->console_path);
	} else if (status < 0) {
		result->status = STATUS_HANG;
		snprintf(text, bytes, "the agent (process %d) hangs in the kernel and cannot be killed; "
			 "reboot this machine", (int)local->pid);
	} else if (local->silent) {
		result->status = STATUS_HANG;
		snprintf(text, bytes, "nothing came from the agent for %u s; see %s", QUIET_S,
			 local->agent_log);
	} else if (request->ended(request->context)) {
		result->status = STATUS_OK;
		snprintf(text, bytes, "%s", exit_status_text(STATUS_OK));
	} else if (status >= 256) {
		result->status = STATUS_CUT_STREAM;
		snprintf(text, bytes, "the agent was killed by signal %d; see %s", status - 256,
			 local->agent_log);
	} else if (status == 0) {
		result->status = STATUS_CUT_STREAM;
		snprintf(text, bytes, "the agent ended without its end record; see %s",
			 local->agent_log);
	} else {
		result->status = strcmp(exit_status_text(status), "unknown end") &&
				 status > STATUS_NOT_COMPARABLE ? status : STATUS_AGENT;
		snprintf(text, bytes, "the agent ended with status %d (%s); see %s", status,
			 exit_status_text(status), local->agent_log);
	}
}

static char *log_tail(const struct local *local)
{
	char data[TAIL_BYTES];
	const off_t from = local->log.bytes > sizeof(data) ?
				   (off_t)(local->log.bytes - sizeof(data)) : 0;
	const ssize_t got = pread(local->log.file_fd, data, sizeof(data), from);

	return got > 0 ? console_tail(data, (size_t)got, TAIL_LINES, sizeof(data)) : NULL;
}

static int prepare(struct local *local, struct error *error)
{
	const struct lab_request *request = local->request;
	int ret;

	local->agent = path_agent();
	local->plan = path_printf("%s/plan.json", request->folder);
	local->console_path = path_printf("%s/console.log", request->folder);
	local->agent_log = path_printf("%s/agent.log", request->folder);
	if (!local->agent || !local->plan || !local->console_path || !local->agent_log)
		return error_out_of_memory(error);
	ret = path_write_file(local->plan, request->plan_json, strlen(request->plan_json), error);
	if (!ret)
		ret = console_scanner_init(&local->console, error);
	local->console.agent_started = true;	/* what the log says from now on counts */
	if (!ret)
		ret = kernel_log_open(local->console_path, &local->log, error);
	if (!ret)
		ret = local_module_load(request->kernel, &local->module, error);
	return ret;
}

static int run(const struct lab_request *request, struct lab_result *result, struct error *error)
{
	struct local local = {
		.request = request,
		.log = { .fd = -1, .file_fd = -1 },
		.stream_fd = -1,
	};
	struct error unload_error = { 0 };
	int ret;

	*result = (struct lab_result){ 0 };
	ret = check(request, error);
	if (ret)
		return ret;
	ret = prepare(&local, error);
	if (!ret)
		ret = describe(&local, error);
	if (!ret)
		ret = start_agent(&local, error);
	if (!ret) {
		run_agent(&local);
		outcome(&local, result);
		result->console_tail = log_tail(&local);
		result->whole_ns = now_ns() - local.started_ns;
		if (local.first_byte_ns)
			result->first_byte_ns = local.first_byte_ns - local.started_ns;
		ret = local.callback < 0 ? local.callback : 0;
		if (ret && error && !error->text[0])
			error_set_errno(error, -ret, "the stream cannot be taken");
	}
	if (local_module_unload(&local.module, &unload_error) && !ret && !result->status) {
		result->status = STATUS_MODULE;
		snprintf(result->text, sizeof(result->text), "%.500s", unload_error.text);
	}
	if (local.stream_fd >= 0)
		close(local.stream_fd);
	kernel_log_close(&local.log);
	console_scanner_free(&local.console);
	free(local.agent);
	free(local.plan);
	free(local.console_path);
	free(local.agent_log);
	return ret;
}

const struct lab lab_local = {
	.name = "local",
	.help = "the running kernel of this machine, as root",
	.default_kernel = "running",
	.boots = false,
	.guest = false,
	.nodes = local_nodes,
	.run = run,
};

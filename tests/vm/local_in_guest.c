// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The local lab, tried where nobody is harmed: this program takes the agent's place in a
 * guest, whose running kernel it measures with --on local's code, as root, and prints
 * TAP into the guest's stream. The module is the test's own, tests/vm/wound. The lab
 * starts an agent in turn: the same program again, told by its environment.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "lab/kernel.h"
#include "lab/lab.h"

#define MODULE "/hmmbench/hmmbench.ko"
#define INNER "HMMBENCH_TEST_INNER"
#define FOLDER "/tmp/run"

static volatile sig_atomic_t interrupted;
static FILE *tap;
static int number, failed;
static struct utsname running;

/* What the inner lab handed on. */
static struct {
	char text[4096];
	size_t bytes;
	int described;
	bool interrupt;		/* as soon as a byte comes */
} taken;

static void check(bool good, const char *proves, const struct lab_result *result,
		  const struct error *error)
{
	if (!good)
		fprintf(tap, "# status %d: %s; error: %s; stream: %.*s\n", result->status,
			result->text, error->text, (int)taken.bytes, taken.text);
	fprintf(tap, "%sok %d - %s\n", good ? "" : "not ", ++number, proves);
	fflush(tap);
	failed += !good;
}

static bool loaded(void)
{
	return !access("/sys/module/hmmbench", F_OK);
}

static int on_bytes(const void *data, size_t bytes, void *context)
{
	(void)context;
	if (bytes > sizeof(taken.text) - taken.bytes)
		return -ENOSPC;
	memcpy(taken.text + taken.bytes, data, bytes);
	taken.bytes += bytes;
	if (taken.interrupt)
		raise(SIGINT);
	return 0;
}

static int on_ended(void *context)
{
	(void)context;
	return taken.bytes >= 4 && !memcmp(taken.text + taken.bytes - 4, "end\n", 4);
}

static int on_described(const char *lab_json, void *context)
{
	(void)context;
	taken.described += strstr(lab_json, "\"lab\":\"local\"") != NULL;
	return 0;
}

static void on_signal(int signal_number)
{
	(void)signal_number;
	interrupted = 1;
}

/* Runs the local lab with an inner agent of this mode. */
static int run(const char *mode, const char *release, struct lab_result *result,
	       struct error *error)
{
	static const struct config_vm vm = { .quiet_limit_s = 1, .total_limit_s = 1 };
	static const struct plan plan = { .name = "local" };
	const struct kernel kernel = { .source = KERNEL_RUNNING, .name = (char *)"running",
				       .release = (char *)release };
	const struct lab_request request = {
		.lab = "local",
		.vm = &vm, .plan = &plan, .plan_json = "{}", .kernel = &kernel, .folder = FOLDER,
		.interrupted = &interrupted, .bytes = on_bytes, .ended = on_ended,
		.described = on_described,
	};

	setenv(INNER, mode, 1);
	interrupted = 0;
	taken.bytes = 0;
	taken.described = 0;
	taken.interrupt = !strcmp(mode, "wait") || !strcmp(mode, "stubborn");
	*error = (struct error){ 0 };
	return lab_local.run(&request, result, error);
}

static void set_up(void)
{
	char folder[200], *file, *module;
	size_t bytes;

	uname(&running);
	snprintf(folder, sizeof(folder), "/lib/modules/%s/updates", running.release);
	file = path_printf("%s/hmmbench.ko", folder);
	if (path_make_folder(folder, NULL) || path_make_folder(FOLDER, NULL) ||
	    path_read_file(MODULE, 64 << 20, &module, &bytes, NULL) ||
	    path_write_file(file, module, bytes, NULL) ||
	    syscall(SYS_delete_module, "hmmbench", O_NONBLOCK))
		fprintf(tap, "# set-up: %s\n", strerror(errno));
	free(module);
	free(file);
}

static void test_whole(void)
{
	struct lab_result result;
	struct error error;
	const bool before = loaded();
	int ret = run("whole", running.release, &result, &error);

	check(!ret && result.status == STATUS_OK && on_ended(NULL),
	      "a whole run on the running kernel is complete", &result, &error);
	check(!before && strstr(taken.text, "loaded 1") && !loaded(),
	      "the module is loaded for the agent and unloaded behind it", &result, &error);
	check(taken.described == 1, "the lab describes itself", &result, &error);
	free(result.console_tail);
}

static void test_loaded_before(void)
{
	const int fd = open(MODULE, O_RDONLY);
	struct lab_result result;
	struct error error;
	int ret;

	syscall(SYS_finit_module, fd, "", 0);
	close(fd);
	ret = run("whole", running.release, &result, &error);
	check(!ret && result.status == STATUS_OK && loaded(),
	      "a module that was loaded before stays loaded", &result, &error);
	free(result.console_tail);
	syscall(SYS_delete_module, "hmmbench", O_NONBLOCK);
}

static void test_ends(void)
{
	static const struct {
		const char *mode;
		int status;
		const char *says, *proves;
	} ends[] = {
		{ "warn", STATUS_WOUNDED, "WARNING: CPU", "a warning of the kernel wounds the run" },
		{ "cut", STATUS_CUT_STREAM, "without its end record", "an agent that ends early is a cut stream" },
		{ "killed", STATUS_CUT_STREAM, "signal 9", "so is one that is killed" },
		{ "status", STATUS_AGENT, "status 31", "an agent's own error is told" },
		{ "wait", STATUS_INTERRUPTED, "interrupted", "Ctrl-C ends the agent in order" },
		{ "stubborn", STATUS_INTERRUPTED, "interrupted", "and one that does not listen is killed" },
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct lab_result result;
		struct error error;
		int ret = run(ends[i].mode, running.release, &result, &error);

		check(!ret && result.status == ends[i].status &&
		      strstr(result.text, ends[i].says) && !loaded(), ends[i].proves, &result,
		      &error);
		if (!strcmp(ends[i].mode, "wait"))
			check(on_ended(NULL), "  which ends its stream whole", &result, &error);
		free(result.console_tail);
	}
	check(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "no agent is left",
	      &(struct lab_result){ 0 }, &(struct error){ 0 });
}

static void test_refused(void)
{
	struct lab_result result = { 0 };
	struct error error = { 0 };
	int ret, raw;
	pid_t pid;

	ret = run("whole", "1.2.3-other", &result, &error);
	check(ret == -EINVAL && error.exit_status == STATUS_USAGE && strstr(error.text, "1.2.3-other"),
	      "another kernel than the running one is refused", &result, &error);
	fflush(tap);
	pid = fork();
	if (!pid) {
		if (setuid(1000))
			_exit(2);
		ret = run("whole", running.release, &result, &error);
		_exit(ret == -EPERM && error.exit_status == STATUS_USAGE &&
		      strstr(error.text, "root") ? 0 : 1);
	}
	waitpid(pid, &raw, 0);
	check(raw == 0, "a user who is not root is refused", &result, &error);
	setenv("HMMBENCH_AGENT", "/no/such/agent", 1);
	ret = run("whole", running.release, &result, &error);
	check(ret == -ENOENT && error.exit_status == STATUS_MISSING_TOOL && !loaded(),
	      "an agent that is not there is missed, and the module unloaded", &result, &error);
}

/* The inner agent: its stream is descriptor 1. */
static int inner(const char *mode)
{
	printf("begin loaded %d\n", loaded());
	fflush(stdout);
	if (!strcmp(mode, "warn")) {
		const int fd = open("/dev/hmmbench", O_WRONLY);

		if (fd < 0 || write(fd, "warn", 4) != 4)
			return 9;
		close(fd);
	} else if (!strcmp(mode, "cut")) {
		return 0;
	} else if (!strcmp(mode, "killed")) {
		raise(SIGKILL);
	} else if (!strcmp(mode, "status")) {
		return 31;
	} else if (!strcmp(mode, "wait")) {
		signal(SIGTERM, on_signal);
		while (!interrupted)
			usleep(10000);
	} else if (!strcmp(mode, "stubborn")) {
		signal(SIGTERM, SIG_IGN);
		for (;;)
			pause();
	}
	printf("end\n");
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "plan", required_argument, NULL, 'p' },
		{ "output", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 },
	};
	const char *mode = getenv(INNER);
	int option;

	if (mode)
		return inner(mode);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (option == 'o')
			tap = fopen(optarg, "w");
	if (!tap)
		return 7;
	setenv("HMMBENCH_AGENT", argv[0], 1);
	signal(SIGINT, on_signal);
	set_up();
	test_whole();
	test_loaded_before();
	test_ends();
	test_refused();
	fprintf(tap, "1..%d\nend\n", number);
	fclose(tap);
	return failed != 0;
}

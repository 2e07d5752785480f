// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs a lab for a test and prints how it ended:
 *
 *	lab_driver LAB KERNEL MODE [OPTION=VALUE]...
 *
 * MODE goes into the plan as {"guest": MODE}: what guest_agent.c does. Options: clock,
 * nodes, cpus, memory, quiet, total (seconds), image and headers (of another kernel),
 * folder, stream (a file for the stream's bytes), lab (a file for the lab's JSON).
 * lab_driver kernel KERNEL prints where a kernel's parts are, its module built where it has
 * to be: "release R", "image FILE", "module FILE".
 *
 * Prints "status N", "text ...", "ended 0|1", "bytes N", "first_byte_ns N", "tail ..." and
 * exits with the status.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cell.h"
#include "common/exit_status.h"
#include "common/paths.h"
#include "lab/kernel.h"
#include "lab/lab.h"

static volatile sig_atomic_t interrupted;

struct taken {
	FILE *stream;
	const char *lab;
	unsigned long long bytes;
	char tail[5];	/* the stream's last bytes */
};

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

static int on_bytes(const void *data, size_t bytes, void *context)
{
	struct taken *taken = context;
	const char *text = data;

	if (taken->stream && fwrite(data, 1, bytes, taken->stream) != bytes)
		return -EIO;
	for (size_t i = bytes > 4 ? bytes - 4 : 0; i < bytes; i++) {
		memmove(taken->tail, taken->tail + 1, 3);
		taken->tail[3] = text[i];
	}
	taken->bytes += bytes;
	return 0;
}

static int on_ended(void *context)
{
	const struct taken *taken = context;

	return !strcmp(taken->tail, "end\n");
}

static int on_described(const char *lab_json, void *context)
{
	const struct taken *taken = context;
	FILE *file = taken->lab ? fopen(taken->lab, "w") : NULL;

	if (!file)
		return taken->lab ? -errno : 0;
	fprintf(file, "%s\n", lab_json);
	return fclose(file) ? -errno : 0;
}

static char *replace(char *old, const char *value)
{
	free(old);
	return value[0] ? strdup(value) : NULL;
}

/* One OPTION=VALUE; false where there is no such option. */
static bool set_option(const char *option, struct config_vm *vm, struct plan *plan,
		       struct kernel *kernel, struct lab_request *request, struct taken *taken)
{
	const char *value = strchr(option, '=');

	if (!value++)
		return false;
#define IS(name) (!strncmp(option, name "=", sizeof(name)))
	if (IS("clock"))
		plan->clock = strcmp(value, "virtual") ? PLAN_CLOCK_HOST : PLAN_CLOCK_VIRTUAL;
	else if (IS("nodes"))
		vm->nodes = (uint32_t)atoi(value);
	else if (IS("cpus"))
		vm->cpus = (uint32_t)atoi(value);
	else if (IS("memory"))
		return !bytes_parse(value, &vm->memory_bytes);
	else if (IS("quiet"))
		vm->quiet_limit_s = (uint32_t)atoi(value);
	else if (IS("total"))
		vm->total_limit_s = (uint32_t)atoi(value);
	else if (IS("image"))
		kernel->image = replace(kernel->image, value);
	else if (IS("headers"))
		kernel->headers = replace(kernel->headers, value);
	else if (IS("folder"))
		request->folder = value;
	else if (IS("lab"))
		taken->lab = value;
	else if (IS("stream"))
		return (taken->stream = fopen(value, "w")) != NULL;
	else
		return false;
#undef IS
	return true;
}

static void report(const struct lab_result *result, const struct taken *taken)
{
	printf("status %d\ntext %s\nended %d\nbytes %llu\nfirst_byte_ns %llu\n", result->status,
	       result->text, on_ended((void *)taken), taken->bytes,
	       (unsigned long long)result->first_byte_ns);
	if (result->console_tail)
		printf("tail %s\n", result->console_tail);
}

static int print_kernel(const char *name)
{
	struct kernel *kernel = NULL;
	struct error error = { 0 };
	char *module = NULL;
	int ret = kernel_resolve(name, false, &kernel, &error);

	if (!ret)
		ret = kernel_module(kernel, &module, &error);
	if (!ret)
		printf("release %s\nimage %s\nmodule %s\n", kernel->release, kernel->image, module);
	else
		fprintf(stderr, "lab_driver: %s\n", error.text);
	free(module);
	kernel_free(kernel);
	return ret ? STATUS_FAILED : STATUS_OK;
}

int main(int argc, char **argv)
{
	struct config_vm vm = { .nodes = 2, .cpus = 2, .memory_bytes = 512ull << 20,
				.quiet_limit_s = 60, .total_limit_s = 120 };
	struct plan plan = { .name = "driver" };
	struct taken taken = { 0 };
	struct error error = { 0 };
	struct lab_result result = { 0 };
	struct kernel *kernel = NULL;
	struct lab_request request = {
		.vm = &vm, .plan = &plan, .folder = ".", .interrupted = &interrupted,
		.bytes = on_bytes, .ended = on_ended, .described = on_described, .context = &taken,
	};
	const struct lab *lab = argc > 3 ? lab_find(argv[1]) : NULL;
	struct sigaction action = { .sa_handler = on_signal };
	int ret, status;

	if (argc == 3 && !strcmp(argv[1], "kernel"))
		return print_kernel(argv[2]);
	if (!lab)
		return STATUS_USAGE;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	ret = kernel_resolve(argv[2], false, &kernel, &error);
	for (int i = 4; i < argc && !ret; i++) {
		if (!set_option(argv[i], &vm, &plan, kernel, &request, &taken)) {
			error.exit_status = STATUS_USAGE;
			ret = error_set(&error, EINVAL, "%s", argv[i]);
		}
	}
	request.kernel = kernel;
	request.lab = argv[1];
	request.plan_json = path_printf("{\"guest\": \"%s\"}\n", argv[3]);
	if (!ret)
		ret = path_make_folder(request.folder, &error);
	if (!ret)
		ret = lab->run(&request, &result, &error);
	if (!ret) {
		report(&result, &taken);
		status = result.status;
	} else {
		fprintf(stderr, "lab_driver: %s\n", error.text);
		status = error.exit_status ? error.exit_status : STATUS_FAILED;
	}
	if (taken.stream && fclose(taken.stream))
		status = STATUS_STORE;
	free(result.console_tail);
	free((char *)request.plan_json);
	kernel_free(kernel);
	return status;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hmmbench-agent: runs a plan on the kernel under test and says in a stream what it
 * measured. It loads nothing and decides nothing: what happens stands in the plan, in
 * order. From here: blocks.c runs the blocks, workload_*.c the operations of one.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/blocks.h"
#include "agent/clock.h"
#include "agent/environment.h"
#include "agent/frames.h"
#include "agent/kernel_files.h"
#include "agent/output.h"
#include "agent/own_strategy.h"
#include "agent/placement.h"
#include "agent/session.h"
#include "common/exit_status.h"

#define PLAN_BYTES_MAX (256u << 20)

static volatile sig_atomic_t interrupted;

struct options {
	const char *plan, *output, *device, *module_info;
	bool coarse_clock_ok;
};

struct agent {
	struct options options;
	struct output output;
	struct stream_writer writer;
	struct frames frames;
	struct hmmbench_info module;
	hwloc_topology_t topology;
	struct clock_quality clock;
	struct plan *plan;
};

static const char help[] =
	"Usage: hmmbench-agent --plan=FILE --output=WHERE [OPTION]...\n"
	"Run a plan of hmmbench on the running kernel, whose hmmbench module is loaded.\n"
	"\n"
	"  --plan=FILE        the plan as JSON, as hmmbench writes it\n"
	"  --output=WHERE     where the stream goes: the number of an open descriptor, a\n"
	"                     terminal (made raw), or a new file\n"
	"  --device=FILE      the module's device; default " HMMBENCH_DEVICE "\n"
	"  --module-info=TEXT kept with the run's environment, for instance how the module\n"
	"                     was built\n"
	"  --coarse-clock-ok  measure with a clock coarser than a microsecond all the same\n"
	"  --help             print this and exit\n"
	"  --version          print the version and exit\n"
	"\n"
	"Exit status: 0 complete, 4 usage error, 27 the module is missing or another\n"
	"version's, 28 perf is missing, 31 an error of the agent, 130 interrupted. The\n"
	"stream ends with it.\n";

enum {
	OPTION_PLAN = 256,
	OPTION_OUTPUT,
	OPTION_DEVICE,
	OPTION_MODULE_INFO,
	OPTION_COARSE_CLOCK_OK,
	OPTION_HELP,
	OPTION_VERSION
};

static const struct option long_options[] = {
	{ "plan", required_argument, NULL, OPTION_PLAN },
	{ "output", required_argument, NULL, OPTION_OUTPUT },
	{ "device", required_argument, NULL, OPTION_DEVICE },
	{ "module-info", required_argument, NULL, OPTION_MODULE_INFO },
	{ "coarse-clock-ok", no_argument, NULL, OPTION_COARSE_CLOCK_OK },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ NULL, 0, NULL, 0 },
};

static void complain(const char *text)
{
	fprintf(stderr, "hmmbench-agent: %s\n", text);
}

/* -1: go on; else the exit status. */
static int parse_options(int argc, char **argv, struct options *options)
{
	int option;

	options->device = HMMBENCH_DEVICE;
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (option) {
		case OPTION_PLAN:
			options->plan = optarg;
			break;
		case OPTION_OUTPUT:
			options->output = optarg;
			break;
		case OPTION_DEVICE:
			options->device = optarg;
			break;
		case OPTION_MODULE_INFO:
			options->module_info = optarg;
			break;
		case OPTION_COARSE_CLOCK_OK:
			options->coarse_clock_ok = true;
			break;
		case OPTION_HELP:
			fputs(help, stdout);
			return STATUS_OK;
		case OPTION_VERSION:
			puts("hmmbench-agent " PACKAGE_VERSION);
			return STATUS_OK;
		default:
			return STATUS_USAGE; /* getopt_long() has complained */
		}
	}
	if (optind == argc && options->plan && options->output)
		return -1;
	complain(optind < argc ? "it takes options only; see --help"
			       : "--plan and --output are both needed; see --help");
	return STATUS_USAGE;
}

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

static void catch_signals(void)
{
	const struct sigaction interrupting = { .sa_handler = on_interrupt }; /* no SA_RESTART */

	sigaction(SIGINT, &interrupting, NULL);
	sigaction(SIGTERM, &interrupting, NULL);
	sigaction(SIGHUP, &interrupting, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static int read_plan(struct agent *agent, struct error *error)
{
	const char *path = agent->options.plan;
	size_t bytes = 0;
	char *text = kernel_file_read(path, PLAN_BYTES_MAX, &bytes);
	int result;

	if (!text)
		return error_set_errno(error, errno, "plan %s cannot be read", path);
	result = plan_from_json(text, bytes, &agent->plan, error);
	if (result)
		error_prefix(error, "plan %s", path);
	free(text);
	/* Children are forked from what is left: the less, the cheaper their start. */
	malloc_trim(0);
	return result;
}

static int check_clock(const struct agent *agent, struct error *error)
{
	unsigned long long resolution_ns = agent->clock.resolution_ns;

	if (resolution_ns <= CLOCK_RESOLUTION_MAX_NS || agent->options.coarse_clock_ok)
		return 0;
	return error_set(
		error, ERANGE,
		CLOCK_NAME
		" steps by %llu ns here, more than %d: too coarse for "
		"what is measured; make the kernel use the TSC (tsc=reliable in a guest), or "
		"give --coarse-clock-ok",
		resolution_ns, CLOCK_RESOLUTION_MAX_NS);
}

/* The first frame of the stream, even where no module answers. */
static int say_hello(struct agent *agent, const struct hmmbench_info *module, struct error *error)
{
	const struct environment_input input = {
		.topology = agent->topology,
		.clock = &agent->clock,
		.module = module,
		.module_info = agent->options.module_info,
		.plan = agent->plan,
	};
	size_t bytes;
	char *text;
	int result = environment_to_json(&input, &text, &bytes, error);

	if (result)
		return result;
	result = frames_hello(&agent->frames, text, bytes, error);
	free(text);
	return result;
}

/* 0 and *text, or -errno and *error. */
static int run(struct agent *agent, char *text, size_t bytes, struct error *error)
{
	struct error module_error = { 0 }, plan_error = { 0 };
	int no_plan = read_plan(agent, &plan_error);
	int no_module = session_info(agent->options.device, &agent->module, &module_error);
	struct blocks_input input = {
		.device = agent->options.device,
		.module = &agent->module,
		.writer = &agent->writer,
		.output = &agent->output,
		.interrupted = &interrupted,
	};
	int result = placement_topology(&agent->topology, error);

	if (result)
		return result;
	if (!no_module)
		no_module = own_strategy_learn(agent->options.device, &agent->module,
					       &module_error);
	result = clock_quality_measure(&agent->clock, error);
	if (!result)
		result = say_hello(agent, no_module ? NULL : &agent->module, error);
	if (result)
		return result;
	if (no_module) {
		*error = module_error;
		return no_module;
	}
	if (no_plan) {
		*error = plan_error;
		return no_plan;
	}
	result = check_clock(agent, error);
	if (result)
		return result;
	input.plan = agent->plan;
	input.topology = agent->topology;
	return blocks_run(&input, text, bytes, error);
}

int main(int argc, char **argv)
{
	static struct agent agent;
	struct error error = { 0 }, end_error = { 0 };
	char text[200] = "";
	int status = parse_options(argc, argv, &agent.options), result;

	if (status >= 0)
		return status;
	catch_signals();
	/*
	 * jansson would read its seed from /dev/urandom, which makes a machine without
	 * random hardware wait a second right after its boot. Nobody hostile is here.
	 */
	json_object_seed(1);
	if (output_open(agent.options.output, &agent.output, &error)) {
		complain(error.text);
		return STATUS_USAGE;
	}
	stream_writer_init(&agent.writer, agent.output.fd);
	agent.frames = (struct frames){ &agent.writer, &agent.output };

	result = run(&agent, text, sizeof(text), &error);
	status = !result ? STATUS_OK : error.exit_status ? error.exit_status : STATUS_AGENT;
	if (result)
		complain(error.text);
	if (frames_end(&agent.frames, status, result ? error.text : text, &end_error)) {
		if (strcmp(end_error.text, error.text)) /* not what was just said */
			complain(end_error.text);
		status = status ? status : STATUS_AGENT;
	}
	result = output_close(&agent.output);
	if (result && !status) {
		complain(strerror(-result));
		status = STATUS_AGENT;
	}
	plan_free(agent.plan);
	if (agent.topology)
		hwloc_topology_destroy(agent.topology);
	return status;
}

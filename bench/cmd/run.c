// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hmmbench run: a configuration becomes a plan, the plan runs in a lab, its stream
 * goes into the store block by block. Whatever ends it, what was measured is kept.
 */
#include "cmd/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/interrupt.h"
#include "cmd/progress.h"
#include "common/exit_status.h"
#include "common/paths.h"
#include "lab/kernel.h"
#include "lab/lab.h"
#include "plan/config.h"
#include "plan/plan.h"
#include "store/ingest.h"
#include "store/store.h"

struct run_options {
	const char *config;
	const char *lab;
	const char *kernel;
	const char *label;
	const char *store;
	bool fetch;
	bool seed_given;
	uint64_t seed;
	enum plan_clock clock;
	enum progress_mode progress;
};

/* The same moment by the clock under test and by this machine's. */
struct moment {
	uint64_t there_ns, here_ns;
};

/* One run in the making: what the lab's and the stream's callbacks need. */
struct run_state {
	struct store *store;
	int64_t id;
	struct ingest *ingest;
	struct progress progress;
	uint64_t lab_started_ns;
	struct moment first, last;	/* ends of blocks, by both clocks */
	struct error error;	/* the first of a callback */
};

static int parse_options(int argc, char **argv, struct run_options *options, struct error *error)
{
	static const struct option longs[] = {
		{ "on", required_argument, NULL, 'o' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "seed", required_argument, NULL, 's' },
		{ "label", required_argument, NULL, 'l' },
		{ "clock", required_argument, NULL, 'c' },
		{ "store", required_argument, NULL, 'S' },
		{ "no-fetch", no_argument, NULL, 'n' },
		{ "progress", required_argument, NULL, 'p' },
		COMMAND_OPTION_HELP
	};
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_run, argc, argv, "", longs, error)) >= 0) {
		switch (option) {
		case 'o':
			options->lab = optarg;
			break;
		case 'k':
			options->kernel = optarg;
			break;
		case 's':
			result = command_number("--seed", optarg, 0, INT64_MAX, &options->seed,
						error);
			if (result)
				return result;
			options->seed_given = true;
			break;
		case 'l':
			options->label = optarg;
			break;
		case 'c':
			if (!strcmp(optarg, "virtual"))
				options->clock = PLAN_CLOCK_VIRTUAL;
			else if (strcmp(optarg, "host"))
				return command_usage(&command_run, error,
						     "--clock %s: host or virtual", optarg);
			break;
		case 'S':
			options->store = optarg;
			break;
		case 'n':
			options->fetch = false;
			break;
		case 'p':
			if (progress_mode_parse(optarg, &options->progress))
				return command_usage(&command_run, error,
						     "--progress %s: auto, line, plain or none",
						     optarg);
			break;
		}
	}
	if (option != -1)
		return option;
	if (optind + 1 != argc)
		return command_usage(&command_run, error, "give one configuration");
	options->config = argv[optind];
	return 0;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

static int on_bytes(const void *data, size_t bytes, void *context)
{
	struct run_state *state = context;

	return ingest_bytes(state->ingest, data, bytes, &state->error);
}

static int on_ended(void *context)
{
	struct run_state *state = context;

	return ingest_ended(state->ingest);
}

static int on_described(const char *lab_json, void *context)
{
	struct run_state *state = context;

	return store_run_lab(state->store, state->id, lab_json, &state->error);
}

static void on_block_begun(uint32_t block, void *context)
{
	struct run_state *state = context;

	progress_block_begun(&state->progress, block);
}

/* How long a boot takes to its first samples is one of the numbers the project holds. */
static void note_first_block(struct run_state *state)
{
	char note[128];

	snprintf(note, sizeof(note),
		 "{\"level\":\"info\",\"text\":\"first block in the store after %.2f s\","
		 "\"first_block_s\":%.3f}",
		 (double)(now_ns() - state->lab_started_ns) / 1e9,
		 (double)(now_ns() - state->lab_started_ns) / 1e9);
	if (!state->error.text[0])
		store_run_note(state->store, state->id, note, &state->error);
}

static void on_block_done(uint32_t block, uint64_t ended_ns, void *context)
{
	struct run_state *state = context;

	state->last = (struct moment){ ended_ns, now_ns() };
	if (!state->progress.done) {
		state->first = state->last;
		note_first_block(state);
	}
	progress_block_done(&state->progress, block);
}

#define CLOCK_CHECK_NS 3000000000u	/* shorter runs cannot tell: a block's end arrives late */

/*
 * Does the clock under test go as fast as this machine's? A guest calibrates its TSC while
 * it boots, on a busy host sometimes wrongly, and then every latency is wrong by a factor
 * that nothing inside the guest shows.
 */
static void check_clock_rate(struct run_state *state)
{
	double here_ns = (double)(state->last.here_ns - state->first.here_ns);
	double there_ns = (double)state->last.there_ns - (double)state->first.there_ns;
	char note[256];

	if (!state->first.there_ns || here_ns < CLOCK_CHECK_NS ||
	    state->progress.plan->clock == PLAN_CLOCK_VIRTUAL || state->error.text[0] ||
	    (there_ns > .9 * here_ns && there_ns < 1.1 * here_ns))
		return;
	snprintf(note, sizeof(note),
		 "{\"level\":\"warning\",\"text\":\"the clock under test ran %.2f times as fast as this "
		 "machine's: ratios hold, no latency in ns does; run it again on a calmer host\"}",
		 there_ns / here_ns);
	store_run_note(state->store, state->id, note, &state->error);
	fprintf(stderr, "hmmbench: warning: the clock under test ran %.2f times as fast as this "
			"machine's; run it again on a calmer host\n",
		there_ns / here_ns);
}

static void on_note(const char *level, const char *text, void *context)
{
	struct run_state *state = context;

	if (!strcmp(level, "info"))
		return;
	progress_clear(&state->progress);
	fprintf(stderr, "hmmbench: %s: %s\n", level, text);
}

/* The folder that keeps what is needed to doubt run `id`: beside the store. */
static char *run_folder(const char *store_path, int64_t id)
{
	const char *slash = strrchr(store_path, '/');

	if (!slash)
		return path_printf("runs/%lld", (long long)id);
	return path_printf("%.*s/runs/%lld", (int)(slash - store_path), store_path, (long long)id);
}

/* Which of the many things that can end a run it was, worst first. */
static int end_status(const struct run_state *state, const struct lab_result *lab, int lab_error,
		      char *text, size_t bytes)
{
	if (state->error.text[0] && lab_error != -ECANCELED) {
		snprintf(text, bytes, "%s", state->error.text);
		return state->error.exit_status ? state->error.exit_status : STATUS_FAILED;
	}
	if (interrupted) {
		snprintf(text, bytes, "interrupted");
		return STATUS_INTERRUPTED;
	}
	if (lab->status != STATUS_OK) {
		snprintf(text, bytes, "%s", lab->text);
		return lab->status;
	}
	if (!ingest_ended(state->ingest)) {
		snprintf(text, bytes, "%s", exit_status_text(STATUS_CUT_STREAM));
		return STATUS_CUT_STREAM;
	}
	snprintf(text, bytes, "%s", ingest_end_text(state->ingest));
	return ingest_end_status(state->ingest);
}

static void say_ended(const struct run_state *state, const struct plan *plan,
		      const struct lab_result *lab, int status)
{
	if (status != STATUS_OK && status != STATUS_INTERRUPTED && lab->console_tail)
		fprintf(stderr, "last lines of the console:\n%s\n", lab->console_tail);
	fprintf(stderr, "run %lld: %s; %u of %u blocks, %llu samples in the store\n",
		(long long)state->id, exit_status_text(status), ingest_blocks(state->ingest),
		plan->block_count, (unsigned long long)ingest_rows(state->ingest));
}

/* One plan on one boot of one kernel, into one run of the store. */
static int run_boot(const struct run_options *options, const struct config *config,
		    const struct plan *plan, const struct lab *lab, const struct kernel *kernel,
		    const char *store_path, struct store *store, struct error *error)
{
	struct run_state state = { .store = store };
	const struct ingest_listener listener = { on_block_begun, on_block_done, on_note, &state };
	struct lab_result lab_result = { 0 };
	char *plan_json = plan_to_json(plan, NULL), *folder = NULL;
	char text[sizeof(error->text)], said[256];
	const struct store_run_new run = {
		.label = options->label,
		.plan_json = plan_json,
		.plan_name = plan->name,
		.lab = lab->name,
		.kernel = kernel->name,
		.lab_json = "{}",
	};
	int result, status;

	if (!plan_json)
		return error_set(error, ENOMEM, "out of memory");
	result = store_run_begin(store, &run, &state.id, error);
	if (result)
		goto out;
	folder = run_folder(store_path, state.id);
	state.ingest = ingest_new(store, state.id, plan, &listener);
	if (!folder || !state.ingest) {
		result = error_set(error, ENOMEM, "out of memory");
		goto out;
	}
	result = path_make_folder(folder, error);
	if (result)
		goto out;
	progress_begin(&state.progress, options->progress, plan);
	snprintf(said, sizeof(said), "run %lld: starting %s (%s)", (long long)state.id,
		 kernel->name, kernel->release);
	progress_say(&state.progress, said);

	{
		const struct lab_request request = {
			.vm = &config->vm,
			.plan = plan,
			.plan_json = plan_json,
			.kernel = kernel,
			.folder = folder,
			.interrupted = &interrupted,
			.bytes = on_bytes,
			.ended = on_ended,
			.described = on_described,
			.context = &state,
		};

		state.lab_started_ns = now_ns();
		result = lab->run(&request, &lab_result, error);
	}
	progress_end(&state.progress);
	check_clock_rate(&state);
	if (result < 0 && !state.error.text[0]) {
		state.error = *error;
		if (!state.error.text[0])
			error_set_errno(&state.error, -result, "lab %s", lab->name);
	}
	status = end_status(&state, &lab_result, result, text, sizeof(text));
	result = store_run_end(store, state.id, status, text, error);
	say_ended(&state, plan, &lab_result, status);
	if (result)
		goto out;
	if (status != STATUS_OK) {
		error->exit_status = status;
		result = error_set(error, EIO, "run %lld: %s", (long long)state.id, text);
	} else {
		printf("%lld\n", (long long)state.id);
	}
out:
	ingest_free(state.ingest);
	free(lab_result.console_tail);
	free(folder);
	free(plan_json);
	return result;
}

static int run(int argc, char **argv, struct error *error)
{
	struct run_options options = { .lab = "vm", .kernel = NULL, .fetch = true, .label = "" };
	struct config *config = NULL;
	struct plan *plan = NULL;
	struct kernel *kernel = NULL;
	struct store *store = NULL;
	const struct lab *lab;
	char *store_path = NULL;
	uint32_t nodes = 0;
	int result;

	result = parse_options(argc, argv, &options, error);
	if (result)
		return result == -ECANCELED ? 0 : result;
	lab = lab_find(options.lab);
	if (!lab)
		return command_usage(&command_run, error, "--on %s: vm or local", options.lab);
	if (!options.kernel)
		options.kernel = lab->default_kernel;

	/* Everything that can be wrong in the input is found before anything is fetched or boots. */
	result = lab->nodes ? lab->nodes(&nodes, error) : 0;
	if (!result)
		result = config_load(options.config, nodes, &config, error);
	if (!result && lab->guest)
		result = config_check_vm(config, error);
	if (result)
		goto out;
	result = plan_make(config, options.seed_given ? options.seed : config->seed, options.clock,
			   &plan, error);
	if (result)
		goto out;
	store_path = options.store ? strdup(options.store) : path_store();
	if (!store_path) {
		result = error_set(error, ENOMEM, "out of memory");
		goto out;
	}
	interrupt_catch();
	result = kernel_resolve(options.kernel, options.fetch, &kernel, error);
	if (result)
		goto out;
	result = store_open(store_path, STORE_WRITE, &store, error);
	if (result)
		goto out;
	result = run_boot(&options, config, plan, lab, kernel, store_path, store, error);
out:
	if (interrupted && result < 0)
		error->exit_status = STATUS_INTERRUPTED;
	store_close(store);
	free(store_path);
	kernel_free(kernel);
	plan_free(plan);
	config_free(config);
	return result;
}

const struct command command_run = {
	.name = "run",
	.arguments = "[OPTION]... CONFIG",
	.help = "run a configuration on a kernel, into the store",
	.options = "      --on LAB         vm (default) or local: this machine's running kernel, as root\n"
		   "      --kernel NAME    debian:6.1 (default on vm), a build tree, an installed\n"
		   "                       release, or running (default on local)\n"
		   "      --no-fetch       use the kernel from the cache or fail\n"
		   "      --clock CLOCK    host (default) or virtual: guest instructions\n"
		   "      --seed N         instead of the configuration's\n"
		   "      --label TEXT     a name to find the run by\n"
		   "      --store FILE     instead of the usual store\n"
		   "      --progress HOW   auto, line, plain or none\n",
	.run = run,
};

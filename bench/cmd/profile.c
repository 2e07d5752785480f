// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hmmbench profile: one cell under perf, a run whose blocks are profiled and not timed.
 * What perf gave lies in the run's folder.
 */
#include "cmd/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/interrupt.h"
#include "cmd/options.h"
#include "cmd/run_alone.h"
#include "cmd/show_profiled.h"
#include "common/paths.h"
#include "hmmbench_uapi.h"
#include "lab/lab.h"
#include "plan/config.h"
#include "store/profiled.h"

#define OPERATIONS_DEFAULT 20

struct profile_options {
	const char *lab, *kernel, *label, *store, *cell;
	uint32_t strategies[CONFIG_STRATEGIES_MAX];
	uint32_t strategy_count;
	uint64_t operations;
	bool fetch;
	enum progress_mode progress;
};

static int add_strategy(struct profile_options *options, const char *name, struct error *error)
{
	char known[200];
	uint32_t strategy;

	if (name_lookup(strategy_names, name, &strategy)) {
		name_list(strategy_names, known, sizeof(known));
		return command_usage(&command_profile, error, "--strategy %s: %s", name, known);
	}
	for (uint32_t i = 0; i < options->strategy_count; i++)
		if (options->strategies[i] == strategy)
			return 0;
	if (options->strategy_count == CONFIG_STRATEGIES_MAX)
		return command_usage(&command_profile, error, "--strategy: at most %d",
				     CONFIG_STRATEGIES_MAX);
	options->strategies[options->strategy_count++] = strategy;
	return 0;
}

static int parse_option(int option, struct profile_options *options, struct error *error)
{
	switch (option) {
	case 'o':
		options->lab = optarg;
		break;
	case 'k':
		options->kernel = optarg;
		break;
	case 'n':
		options->fetch = false;
		break;
	case 's':
		return add_strategy(options, optarg, error);
	case 'N':
		return command_number("--operations", optarg, 1, CONFIG_OPERATIONS_MAX,
				      &options->operations, error);
	case 'l':
		options->label = optarg;
		break;
	case 'S':
		options->store = optarg;
		break;
	case 'p':
		return option_progress(&command_profile, optarg, &options->progress, error);
	}
	return 0;
}

static int parse_options(int argc, char **argv, struct profile_options *options,
			 struct error *error)
{
	static const struct option longs[] = {
		{ "on", required_argument, NULL, 'o' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "no-fetch", no_argument, NULL, 'n' },
		{ "strategy", required_argument, NULL, 's' },
		{ "operations", required_argument, NULL, 'N' },
		{ "label", required_argument, NULL, 'l' },
		{ "store", required_argument, NULL, 'S' },
		{ "progress", required_argument, NULL, 'p' },
		COMMAND_OPTION_HELP
	};
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_profile, argc, argv, "", longs, error)) >= 0) {
		result = parse_option(option, options, error);
		if (result)
			return result;
	}
	if (option != -1)
		return option;
	if (optind + 1 != argc)
		return command_usage(&command_profile, error, "give one cell");
	options->cell = argv[optind];
	if (!options->strategy_count) {
		options->strategies[options->strategy_count++] = HMMBENCH_STRATEGY_WRITE;
		options->strategies[options->strategy_count++] = HMMBENCH_STRATEGY_READ;
	}
	return 0;
}

/*
 * As the text of a configuration, so that the cell is checked as any other is. Its quartets go
 * afterwards: nothing of a profile is timed.
 */
static int make_config(const void *given, uint32_t nodes, struct config **config,
		       struct error *error)
{
	const struct profile_options *options = given;
	char profile[64], layout[CELL_LAYOUT_BYTES], memory[32], *text;
	struct cell cell;
	int result;

	if (cell_parse(options->cell, &cell))
		return command_usage(&command_profile, error,
				     "%s: no cell; give one as 'hmmbench plan CONFIG' prints it, "
				     "exit/bundled/empty/1024/same-node/t1/p1/4M for instance",
				     options->cell);
	cell_profile_name(&cell, profile, sizeof(profile));
	cell_layout_name(&cell, layout, sizeof(layout));
	bytes_name(cell.memory_bytes, memory, sizeof(memory));
	text = path_printf("[plan]\nname = profile\n[cells profile]\nworkload = %s\ncore = %s\n"
			   "profile = %s\n%s%.0u%slayout = %s\nthreads = %u\nprocesses = %u\n"
			   "memory = %s\noperations = %llu\n",
			   name_of(workload_names, cell.workload), name_of(core_names, cell.core),
			   profile, cell.mirrors ? "mirrors = " : "", cell.mirrors,
			   cell.mirrors ? "\n" : "", layout, cell.threads, cell.processes, memory,
			   (unsigned long long)options->operations);
	if (!text)
		return error_out_of_memory(error);
	result = config_load_text(options->cell, text, nodes, config, error);
	free(text);
	if (result)
		return result;
	memcpy((*config)->strategies, options->strategies, sizeof(options->strategies));
	(*config)->strategy_count = options->strategy_count;
	(*config)->cells[0].quartets = 0;
	(*config)->profile = true;
	return 0;
}

static int print_files(struct store *store, int64_t run, const char *store_path,
		       struct error *error)
{
	char *folder = path_run_folder(store_path, run);
	struct profiled profiled;
	int result = folder ? profiled_load(store, run, &profiled, error) :
			      error_out_of_memory(error);

	if (!result) {
		show_profiled(&profiled, folder, stdout);
		profiled_free(&profiled);
	}
	free(folder);
	return result;
}

static int profile(int argc, char **argv, struct error *error)
{
	struct profile_options options = { .lab = "vm", .label = "", .fetch = true,
					   .operations = OPERATIONS_DEFAULT };
	struct run_alone alone = { .configure = make_config, .print = print_files,
				   .given = &options };
	int result;

	result = parse_options(argc, argv, &options, error);
	if (result)
		return result == -ECANCELED ? 0 : result;
	alone.lab = lab_find(options.lab);
	if (!alone.lab || alone.lab->restart) /* one boot: there is nothing to restart for */
		return command_usage(&command_profile, error, "--on %s: vm or local", options.lab);
	alone.kernel = options.kernel;
	alone.fetch = options.fetch;
	alone.store = options.store;
	alone.label = options.label;
	alone.progress = options.progress;
	interrupt_catch();
	return interrupt_status(run_alone(&alone, error), error);
}

const struct command command_profile = {
	.name = "profile",
	.arguments = "[OPTION]... CELL",
	.help = "run perf around a cell, into the folder of a run",
	.options = "  CELL as 'hmmbench plan CONFIG' prints it.\n\n"
		   "      --strategy NAME  write and read (default), or those named, each with --strategy\n"
		   "      --operations N   of each strategy, default 20\n"
		   "      --on LAB         vm (default) or local: this machine's running kernel, as root\n"
		   "      --kernel NAME    debian:6.1 (default on vm), a build tree, an installed\n"
		   "                       release, or running (default on local)\n"
		   "      --no-fetch       use the kernel from the cache or fail\n"
		   "      --label TEXT     a name to find the run by\n"
		   "      --store FILE     instead of the usual store\n"
		   "      --progress HOW   auto, line, plain or none\n",
	.run = profile,
};

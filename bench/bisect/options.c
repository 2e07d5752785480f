// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/options.h"
#include "common/paths.h"
#include "hmmbench_uapi.h"

#define HOST_BOOTS 5

void bisect_options_init(struct bisect_options *options)
{
	*options = (struct bisect_options){
		.measure = { .tree = ".",
			     .strategy = HMMBENCH_STRATEGY_READ,
			     .clock = PLAN_CLOCK_VIRTUAL,
			     .boots = 1 },
	};
}

static int take_strategy(struct bisect_options *options, const char *argument, struct error *error)
{
	char names[160];

	if (!strategy_lookup(argument, &options->measure.strategy))
		return 0;
	name_list(strategy_names, names, sizeof(names));
	return error_set(error, EINVAL, "--strategy %s: no such strategy; there are %s", argument,
			 names);
}

static int take_boots(struct bisect_options *options, const char *argument, struct error *error)
{
	uint64_t boots;
	int result = command_number("--boots", argument, 1, MEASURE_BOOTS_MAX, &boots, error);

	if (!result)
		options->measure.boots = (uint32_t)boots;
	options->boots_given = true;
	return result;
}

int bisect_option(const struct command *command, struct bisect_options *options, int option,
		  const char *argument, struct error *error)
{
	switch (option) {
	case 'g':
		options->good = argument;
		break;
	case 'b':
		options->bad = argument;
		break;
	case 't':
		options->measure.tree = argument;
		break;
	case 'C':
		if (cell_parse(argument, &options->measure.cell))
			return error_set(error, EINVAL,
					 "--cell %s: no cell; give a name such as "
					 "exit/bundled/empty/1024/same-node/t1/p1/256K",
					 argument);
		break;
	case 's':
		return take_strategy(options, argument, error);
	case 'c':
		return option_clock(command, argument, &options->measure.clock, error);
	case 'n':
		return take_boots(options, argument, error);
	case 'm':
		options->measure.module = argument;
		break;
	case 'k':
		options->measure.kernel = argument;
		break;
	case 'B':
		options->measure.build = argument;
		break;
	case 'f':
		options->config = argument;
		break;
	case 'S':
		free(options->store);
		options->store = strdup(argument);
		break;
	}
	return 0;
}

int bisect_options_check(struct bisect_options *options, struct error *error)
{
	struct measure *measure = &options->measure;

	if (!options->good || !options->bad)
		return error_set(error, EINVAL, "give --good and --bad");
	if (!measure->cell.threads)
		return error_set(error, EINVAL, "give --cell, what is to be judged");
	if (core_has_own_strategy(measure->cell.core))
		measure->strategy = HMMBENCH_STRATEGY_KERNEL;
	if (!measure->module && measure->kernel)
		return error_set(error, EINVAL,
				 "--kernel goes with --module: a kernel's tree boots "
				 "what is built from it");
	if (measure->module && (measure->build || options->config))
		return error_set(error, EINVAL,
				 "--build and --config are for a kernel's tree, not "
				 "with --module");
	if (measure->clock == PLAN_CLOCK_VIRTUAL && cell_is_concurrent(&measure->cell))
		return error_set(error, EINVAL,
				 "that cell needs two running CPUs, and the virtual "
				 "clock has one; give --clock host");
	if (measure->module && !measure->kernel)
		measure->kernel = "debian:6.1";
	if (measure->clock == PLAN_CLOCK_HOST && !options->boots_given)
		measure->boots = HOST_BOOTS;
	if (!options->store)
		options->store = path_store();
	measure->store = options->store;
	return options->store ? 0 : error_out_of_memory(error);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hmmbench run: a configuration becomes a plan, and the plan a run of the store; or, with
 * --boots or several kernels, a campaign.
 */
#include "cmd/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/campaign.h"
#include "cmd/interrupt.h"
#include "cmd/options.h"
#include "cmd/run_alone.h"
#include "lab/lab.h"
#include "lab/reboot_state.h"
#include "stats/sequential.h"

struct run_options {
	struct campaign_request request;
	struct campaign_means means;
	const char *lab;
	const char *argument;	/* the configuration, or the campaign to resume, or NULL */
	const char *new_only;	/* an option that only a new run can take, where one was given */
	bool boots_given;
	bool counters, detailed;
	bool resume;
};

/* "8", "auto" or "auto:16": as many at most, which is one of the looks. */
static int parse_boots(struct campaign_request *request, const char *text, struct error *error)
{
	const size_t most = sequential_boots[SEQUENTIAL_LOOKS - 1];
	uint64_t number = most;
	int result;

	request->adaptive = !strncmp(text, "auto", 4) && (!text[4] || text[4] == ':');
	if (request->adaptive && !text[4]) {
		request->boots = (uint32_t)most;
		return 0;
	}
	result = command_number("--boots", text + (request->adaptive ? 5 : 0), 1,
				request->adaptive ? most : CAMPAIGN_BOOTS_MAX, &number, error);
	request->boots = (uint32_t)number;
	for (size_t i = 0; i < SEQUENTIAL_LOOKS && request->adaptive && !result; i++)
		if (sequential_boots[i] == number)
			return 0;
	if (!result && request->adaptive)
		return command_usage(&command_run, error,
				     "--boots %s: the looks are after 8, 12, 16 and 24 boots of each "
				     "kernel; give one of these", text);
	return result;
}

/* The options that a campaign is begun with; 1: it is none of them. */
static int parse_new(struct run_options *options, int option, struct error *error)
{
	struct campaign_request *request = &options->request;

	switch (option) {
	case 'o':
		options->lab = optarg;
		break;
	case 'k':
		if (request->kernel_count == CAMPAIGN_KERNELS_MAX)
			return command_usage(&command_run, error, "--kernel: at most %d kernels",
					     CAMPAIGN_KERNELS_MAX);
		request->kernels[request->kernel_count++] = optarg;
		break;
	case 'b':
		options->boots_given = true;
		return parse_boots(request, optarg, error);
	case 'F':
		request->confirm = true;
		break;
	case 'C':
		options->counters = true;
		break;
	case 'D':
		options->detailed = true;
		break;
	case 'c':
		return option_clock(&command_run, optarg, &request->clock, error);
	default:
		return option_of_request(request, option, error);
	}
	return 0;
}

static int parse_means(struct run_options *options, int option, struct error *error)
{
	switch (option) {
	case 'r':
		options->resume = true;
		break;
	case 'B':
		return command_duration("--budget", optarg, &options->means.budget_s, error);
	case 'V':
		options->means.compare = true;
		break;
	default:
		return option_of_means(&command_run, &options->means, option, error);
	}
	return 0;
}

static const struct option long_options[] = {
	{ "on", required_argument, NULL, 'o' },
	{ "kernel", required_argument, NULL, 'k' },
	{ "boots", required_argument, NULL, 'b' },
	{ "budget", required_argument, NULL, 'B' },
	{ "retries", required_argument, NULL, 't' },
	{ "seed", required_argument, NULL, 's' },
	{ "compare", no_argument, NULL, 'V' },
	{ "confirm", no_argument, NULL, 'F' },
	{ "counters", no_argument, NULL, 'C' },
	{ "detailed", no_argument, NULL, 'D' },
	{ "label", required_argument, NULL, 'l' },
	{ "clock", required_argument, NULL, 'c' },
	{ "way", required_argument, NULL, 'w' },
	{ "force", no_argument, NULL, 'f' },
	{ "resume", no_argument, NULL, 'r' },
	{ "store", required_argument, NULL, 'S' },
	{ "no-fetch", no_argument, NULL, 'n' },
	{ "progress", required_argument, NULL, 'p' },
	COMMAND_OPTION_HELP
};

static const char *option_name(int value)
{
	for (size_t i = 0; long_options[i].name; i++)
		if (long_options[i].val == value)
			return long_options[i].name;
	return "?";
}

static int parse_options(int argc, char **argv, struct run_options *options, struct error *error)
{
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_run, argc, argv, "", long_options, error)) >= 0) {
		result = parse_new(options, option, error);
		if (!result)
			options->new_only = option_name(option);
		else if (result == 1)
			result = parse_means(options, option, error);
		if (result)
			return result;
	}
	if (option != -1)
		return option;
	if (argc - optind > 1 || (argc == optind && !options->resume))
		return command_usage(&command_run, error, options->resume ?
				     "--resume takes at most one campaign" :
				     "give one configuration");
	options->argument = argc > optind ? argv[optind] : NULL;
	return 0;
}

/* ---- one boot alone ---- */

static int load_config(const void *given, uint32_t nodes, struct config **config,
		       struct error *error)
{
	const struct run_options *options = given;
	const int result = config_load(options->request.config_path, nodes, config, error);

	if (!result) {
		(*config)->counters = options->counters;
		(*config)->detailed |= options->detailed;
	}
	return result;
}

static int print_run(struct store *store, int64_t run, const char *store_path, struct error *error)
{
	(void)store;
	(void)store_path;
	(void)error;
	printf("%lld\n", (long long)run);
	return 0;
}

static int run_one(const struct run_options *options, struct error *error)
{
	const struct campaign_request *request = &options->request;
	const struct run_alone alone = {
		.lab = request->lab,
		.kernel = request->kernels[0],
		.fetch = options->means.fetch,
		.seed_given = request->seed_given,
		.seed = request->seed,
		.clock = request->clock,
		.store = options->means.store,
		.label = request->label,
		.progress = options->means.progress,
		.configure = load_config,
		.print = print_run,
		.given = options,
	};

	return run_alone(&alone, error);
}

/* ---- which of them ---- */

/* In the middle of a campaign across restarts it is that one, wherever its store is. */
static int resume_named(const struct run_options *options, uint64_t id, struct error *error)
{
	struct campaign_means means = options->means;
	struct reboot_state state;
	int result = -ENOENT;

	if (!id && !means.store)
		result = reboot_state_load(&state, error);
	if (!result) {
		means.store = state.store;
		id = (uint64_t)state.campaign;
	} else if (result != -ENOENT && result != -EACCES) {
		return result;
	}
	*error = (struct error){ 0 };
	return campaign_resume((int64_t)id, &means, error);
}

static int resume(const struct run_options *options, struct error *error)
{
	uint64_t id = 0;
	int result = 0;

	if (options->new_only)
		return command_usage(&command_run, error,
				     "--%s: a campaign is resumed with what it was begun with",
				     options->new_only);
	if (options->argument)
		result = command_number("run --resume", options->argument, 1, INT64_MAX, &id, error);
	return result ? result : resume_named(options, id, error);
}

static int begin(struct run_options *options, struct error *error)
{
	struct campaign_request *request = &options->request;
	int result;

	request->config_path = options->argument;
	request->lab = lab_find(options->lab);
	if (!request->lab)
		return command_usage(&command_run, error, "--on %s: vm, local or reboot",
				     options->lab);
	result = option_check_means(&command_run, &options->means, request->lab, error);
	if (result)
		return result;
	if (!request->kernel_count)
		request->kernels[request->kernel_count++] = request->lab->default_kernel;
	request->budget_s = options->means.budget_s;
	if (request->budget_s && !request->adaptive)
		return command_usage(&command_run, error, "--budget belongs to --boots auto");
	if (request->adaptive && request->kernel_count == 1)
		return command_usage(&command_run, error,
				     "--boots auto ends when two kernels are told apart: give another "
				     "--kernel");
	if (request->confirm && request->kernel_count == 1)
		return command_usage(&command_run, error,
				     "--confirm is about one kernel against another: give another "
				     "--kernel");
	if (options->means.compare && request->kernel_count == 1)
		return command_usage(&command_run, error,
				     "--compare is of several kernels: give another --kernel");
	if (options->means.compare && request->confirm)
		return command_usage(&command_run, error,
				     "--confirm judges by itself; 'hmmbench compare' gives the table "
				     "of either set of boots");
	if (request->confirm && request->clock == PLAN_CLOCK_VIRTUAL)
		return command_usage(&command_run, error,
				     "--confirm: the virtual clock has no noise, one set of boots is "
				     "enough");
	if (!options->boots_given && request->kernel_count == 1 && !request->lab->restart)
		return run_one(options, error);
	if (options->counters || options->detailed)
		return command_usage(&command_run, error,
				     "--%s belongs to one boot: give one --kernel and no --boots",
				     options->counters ? "counters" : "detailed");
	return campaign_begin(request, &options->means, error);
}

static int run(int argc, char **argv, struct error *error)
{
	struct run_options options = {
		.request = {
			.boots = CAMPAIGN_BOOTS_DEFAULT,
			.retries = CAMPAIGN_RETRIES_DEFAULT,
			.label = "",
		},
		.means = { .fetch = true },
		.lab = "vm",
	};
	int result = parse_options(argc, argv, &options, error);

	if (result)
		return result == -ECANCELED ? 0 : result;
	interrupt_catch();
	result = options.resume ? resume(&options, error) : begin(&options, error);
	return interrupt_status(result, error);
}

const struct command command_run = {
	.name = "run",
	.arguments = "[OPTION]... CONFIG\n--resume [CAMPAIGN]",
	.help = "run a configuration on a kernel, or a campaign on several, into the store",
	.options = "      --on LAB         vm (default); local: this machine's running kernel, as root;\n"
		   "                       reboot: this machine, restarted into each kernel\n"
		   "      --kernel NAME    debian:6.1 (default on vm), a build tree, an installed\n"
		   "                       release, or running (default on local); given more than\n"
		   "                       once it makes a campaign, whose first kernel is the base\n"
		   "      --boots N        boots of each kernel (a campaign); default with several: 8;\n"
		   "                       auto: 8, 12, 16 or 24, until every verdict is decided;\n"
		   "                       auto:16: at most so many\n"
		   "      --budget TIME    with auto: no boots that would end later, as in 90m or 2h;\n"
		   "                       with --resume: from now on\n"
		   "      --retries N      how often a boot that failed is tried again; default 1\n"
		   "      --way NAME       to a kernel, on reboot: kexec, grub or systemd-boot; default:\n"
		   "                       the first of them that works here\n"
		   "      --force          on reboot: though others are logged in\n"
		   "      --resume         go on with a campaign; default: the newest with boots missing\n"
		   "      --no-fetch       use the kernel from the cache or fail\n"
		   "      --clock CLOCK    host (default) or virtual: guest instructions\n"
		   "      --seed N         instead of the configuration's\n"
		   "      --compare        of several kernels: when every boot is whole, each against\n"
		   "                       the first, as 'hmmbench compare' has it, and its exit status\n"
		   "      --confirm        of several kernels: where the boots raise a suspicion, a second\n"
		   "                       set of boots by itself; exit status 1 where that bears out\n"
		   "                       that a kernel is slower\n"
		   "      --counters       then a pass of its own with counters of kernel and CPU;\n"
		   "                       of one boot\n"
		   "      --detailed       then a pass of its own with every callback and lock of an\n"
		   "                       exit's walk clocked; of one boot\n"
		   "      --label TEXT     a name to find the run by\n"
		   "      --store FILE     instead of the usual store\n"
		   "      --progress HOW   auto, line, plain or none\n",
	.run = run,
};

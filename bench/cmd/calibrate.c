// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hmmbench calibrate: a campaign of one kernel against itself, and what the comparison makes of
 * it: how often equal boots are called different here, and what change can be seen.
 */
#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "cmd/calibrate_print.h"
#include "cmd/campaign.h"
#include "cmd/interrupt.h"
#include "cmd/options.h"

#define BOOTS_MAX 100	/* under each name */

struct calibrate_options {
	struct campaign_request request;
	struct campaign_means means;
	const char *lab, *argument;
	bool show, as_json;
};

static const struct option long_options[] = {
	{ "on", required_argument, NULL, 'o' },
	{ "kernel", required_argument, NULL, 'k' },
	{ "boots", required_argument, NULL, 'b' },
	{ "retries", required_argument, NULL, 't' },
	{ "seed", required_argument, NULL, 's' },
	{ "label", required_argument, NULL, 'l' },
	{ "way", required_argument, NULL, 'w' },
	{ "force", no_argument, NULL, 'f' },
	{ "show", no_argument, NULL, 'v' },
	{ "json", no_argument, NULL, 'j' },
	{ "store", required_argument, NULL, 'S' },
	{ "no-fetch", no_argument, NULL, 'n' },
	{ "progress", required_argument, NULL, 'p' },
	COMMAND_OPTION_HELP
};

static int take_request(struct calibrate_options *options, int option, struct error *error)
{
	struct campaign_request *request = &options->request;
	uint64_t number;
	int result = 0;

	switch (option) {
	case 'k':
		if (request->kernel_count)
			return command_usage(&command_calibrate, error,
					     "--kernel: one, which is measured against itself");
		request->kernels[request->kernel_count++] = optarg;
		break;
	case 'b':
		result = command_number("--boots", optarg, CALIBRATION_PAIRS_MIN, BOOTS_MAX, &number,
					error);
		request->boots = (uint32_t)number;
		break;
	default:
		return option_of_request(request, option, error);
	}
	return result;
}

static int take_means(struct calibrate_options *options, int option, struct error *error)
{
	switch (option) {
	case 'o':
		options->lab = optarg;
		break;
	case 'v':
		options->show = true;
		break;
	case 'j':
		options->as_json = true;
		break;
	default:
		return option_of_means(&command_calibrate, &options->means, option, error);
	}
	return 0;
}

static int parse_options(int argc, char **argv, struct calibrate_options *options,
			 struct error *error)
{
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_calibrate, argc, argv, "", long_options, error)) >= 0) {
		result = take_request(options, option, error);
		if (result == 1)
			result = take_means(options, option, error);
		if (result)
			return result;
	}
	if (option != -1)
		return option;
	if (argc - optind > 1 || (argc == optind && !options->show))
		return command_usage(&command_calibrate, error, options->show ?
				     "--show takes at most one calibration" : "give one configuration");
	options->argument = argc > optind ? argv[optind] : NULL;
	return 0;
}

/* `id` 0: the newest. */
static int show(const struct calibrate_options *options, int64_t id, struct error *error)
{
	struct calibration calibration = { 0 };
	struct store *store = NULL;
	int result = command_open_store(options->means.store, STORE_READ, &store, error);

	if (!result)
		result = store_calibration_get(store, id, &calibration, error);
	if (!result)
		result = options->as_json ? calibration_json(&calibration, error) :
					    calibration_print(&calibration);
	calibration_free(&calibration);
	store_close(store);
	return result == -ENOMEM && !error->text[0] ? error_out_of_memory(error) : result;
}

static int measure(struct calibrate_options *options, struct error *error)
{
	struct campaign_request *request = &options->request;
	int result;

	request->config_path = options->argument;
	request->lab = lab_find(options->lab);
	if (!request->lab)
		return command_usage(&command_calibrate, error, "--on %s: vm or reboot", options->lab);
	if (!request->lab->boots)
		return command_usage(&command_calibrate, error,
				     "--on %s: it boots no kernel, and boots are what is told apart; vm or "
				     "reboot", options->lab);
	result = option_check_means(&command_calibrate, &options->means, request->lab, error);
	if (result)
		return result;
	if (!request->kernel_count)
		request->kernels[0] = request->lab->default_kernel;
	request->kernels[1] = request->kernels[0];
	request->kernel_count = 2;
	interrupt_catch();
	result = interrupt_status(campaign_begin(request, &options->means, error), error);
	return result ? result : show(options, 0, error);
}

static int calibrate(int argc, char **argv, struct error *error)
{
	struct calibrate_options options = {
		.request = {
			.boots = CAMPAIGN_BOOTS_DEFAULT,
			.retries = CAMPAIGN_RETRIES_DEFAULT,
			.clock = PLAN_CLOCK_HOST,
			.label = "calibration",
			.calibration = true,
		},
		.means = { .fetch = true, .no_number = true },
		.lab = "vm",
	};
	uint64_t id = 0;
	int result = parse_options(argc, argv, &options, error);

	if (result)
		return result == -ECANCELED ? 0 : result;
	if (!options.show)
		return measure(&options, error);
	if (options.argument)
		result = command_number("calibrate --show", options.argument, 1, INT64_MAX, &id, error);
	return result ? result : show(&options, (int64_t)id, error);
}

const struct command command_calibrate = {
	.name = "calibrate",
	.arguments = "[OPTION]... CONFIG\n--show [CALIBRATION]",
	.help = "run one kernel against itself: false positives, and what can be seen here",
	.options = "      --on LAB         vm (default), or reboot: this machine\n"
		   "      --kernel NAME    debian:6.1 (default on vm), a build tree or an installed\n"
		   "                       release\n"
		   "      --boots N        of the kernel under each of its two names; default 8\n"
		   "      --retries N      how often a boot that failed is tried again; default 1\n"
		   "      --way NAME       to a kernel, on reboot: kexec, grub or systemd-boot\n"
		   "      --force          on reboot: though others are logged in\n"
		   "      --seed N         instead of the configuration's\n"
		   "      --label TEXT     of its runs; default calibration\n"
		   "      --show           a calibration that was made, default the newest\n"
		   "      --json           for programs\n"
		   "      --no-fetch       use the kernel from the cache or fail\n"
		   "      --store FILE     instead of the usual store\n"
		   "      --progress HOW   auto, line, plain or none\n",
	.run = calibrate,
};

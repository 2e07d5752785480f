// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/cross_check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cmd/command.h"
#include "cmd/interrupt.h"
#include "common/exit_status.h"
#include "common/paths.h"
#include "lab/cross_check.h"
#include "lab/kernel.h"
#include "lab/lab.h"
#include "report/report.h"

struct cross_check_run {
	const struct cross_check_options *options;
	const struct lab *lab;
	struct config *config;
	struct plan *plan;
	struct kernel *kernel;
	struct cross_check_collector *collector;
	struct progress progress;
	char *folder;	/* of the console's log, while it runs */
	struct error error;	/* the first of a callback */
};

/* ---- measuring ---- */

static int on_bytes(const void *data, size_t bytes, void *context)
{
	struct cross_check_run *run = context;

	return cross_check_bytes(run->collector, data, bytes, &run->error);
}

static int on_ended(void *context)
{
	const struct cross_check_run *run = context;

	return cross_check_ended(run->collector);
}

static int on_described(const char *lab_json, void *context)
{
	(void)lab_json;
	(void)context;
	return 0;
}

static void on_block_begun(uint32_t block, void *context)
{
	struct cross_check_run *run = context;

	progress_block_begun(&run->progress, block);
}

static void on_block_done(uint32_t block, void *context)
{
	struct cross_check_run *run = context;

	progress_block_done(&run->progress, block);
}

static void on_noted(const char *level, const char *text, void *context)
{
	struct cross_check_run *run = context;

	if (!strcmp(level, "info"))
		return;
	progress_clear(&run->progress);
	fprintf(stderr, "hmmbench: %s: %s\n", level, text);
}

static int make_folder(struct cross_check_run *run, struct error *error)
{
	const char *above = getenv("TMPDIR");

	run->folder = path_printf("%s/hmmbench-cross-check.XXXXXX",
				  above && above[0] ? above : "/tmp");
	if (!run->folder)
		return error_out_of_memory(error);
	if (mkdtemp(run->folder))
		return 0;
	error_set_errno(error, errno, "%s (set TMPDIR to a folder that can be written)",
			run->folder);
	free(run->folder);
	run->folder = NULL;
	return -EIO;
}

static int failed(struct error *error, int status, const char *text)
{
	error->exit_status = status;
	return error_set(error, EIO, "the cross-check: %s", text);
}

/* Why the lab's run is none to judge; 0 where it is one. */
static int outcome(const struct cross_check_run *run, int lab_error,
		   const struct lab_result *result, struct error *error)
{
	if (interrupted)
		return failed(error, STATUS_INTERRUPTED, exit_status_text(STATUS_INTERRUPTED));
	if (run->error.text[0]) {
		*error = run->error;
		return -EIO;
	}
	if (lab_error)
		return lab_error;
	if (result->status != STATUS_OK && result->console_tail)
		fprintf(stderr, "last lines of the console:\n%s\n", result->console_tail);
	if (result->status != STATUS_OK)
		return failed(error, result->status, result->text);
	if (cross_check_end_status(run->collector) != STATUS_OK)
		return failed(error, cross_check_end_status(run->collector),
			      cross_check_end_text(run->collector));
	return 0;
}

static int measure(struct cross_check_run *run, const char *plan_json, struct error *error)
{
	const struct cross_check_listener listener = { on_block_begun, on_block_done, on_noted,
						       run };
	const struct lab_request request = {
		.lab = run->lab->name,
		.vm = &run->config->vm,
		.plan = run->plan,
		.plan_json = plan_json,
		.kernel = run->kernel,
		.folder = run->folder,
		.interrupted = &interrupted,
		.bytes = on_bytes,
		.ended = on_ended,
		.described = on_described,
		.context = run,
	};
	struct lab_result result = { 0 };
	char said[256];
	int status;

	run->collector = cross_check_collector_new(run->plan, &listener);
	if (!run->collector)
		return error_out_of_memory(error);
	progress_begin(&run->progress, run->options->progress, run->plan, NULL);
	snprintf(said, sizeof(said), "cross-check: starting %s (%s)", run->kernel->name,
		 run->kernel->release);
	progress_say(&run->progress, said);
	status = run->lab->run(&request, &result, error);
	progress_end(&run->progress);
	status = outcome(run, status, &result, error);
	free(result.console_tail);
	return status;
}

/* The folder is kept where it tells why something failed. */
static int measure_in_folder(struct cross_check_run *run, struct error *error)
{
	char *plan_json = plan_to_json(run->plan, NULL);
	struct error ignored;
	int result;

	if (!plan_json)
		return error_out_of_memory(error);
	result = make_folder(run, error);
	if (!result) {
		result = measure(run, plan_json, error);
		if (!result || interrupted)
			path_remove_tree(run->folder, &ignored);
		else
			fprintf(stderr, "hmmbench: console and command line are in %s\n",
				run->folder);
	}
	free(plan_json);
	return result;
}

/* ---- printing ---- */

static void percent(double ratio, char *text, size_t bytes)
{
	snprintf(text, bytes, "%+.2f %%", 100 * ratio);
}

static void print_result(const struct cross_check_run *run,
			 const struct cross_check_result *result)
{
	const struct cross_check *check = &result->check;
	char module[FORMAT_BYTES], tracer[FORMAT_BYTES], cost[FORMAT_BYTES], rest[FORMAT_BYTES];
	char apart[32], same[32], slowed[32], name[CELL_NAME_BYTES];

	cell_name(&run->plan->cells[result->cell], name);
	format_ns(check->module_ns, module, sizeof(module));
	format_ns(check->tracer_ns, tracer, sizeof(tracer));
	format_ns(check->cost_ns, cost, sizeof(cost));
	format_ns(check->tracer_ns - check->cost_ns, rest, sizeof(rest));
	percent(check->disagreement, apart, sizeof(apart));
	percent(check->same_walks, same, sizeof(same));
	percent(check->slowed, slowed, sizeof(slowed));
	printf("%s, strategy %s\n", name, strategy_name(result->strategy));
	printf("  the module         %-10s median of %zu walks, no tracer set\n", module,
	       check->walks);
	printf("  kernel's tracer    %-10s median of %zu walks\n", tracer, check->traced_walks);
	printf("    less its cost    %-10s %s, calibrated by walks of one mirror\n", rest, cost);
	printf("  the medians differ %-10s %s\n", apart,
	       check->agrees ? "they agree" : "THEY DO NOT AGREE");
	printf("  in the same walks  %s\n", same);
	printf("  under the tracer the module's median is %s\n\n", slowed);
}

static bool all_agree(const struct cross_check_result *results, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!results[i].check.agrees)
			return false;
	return true;
}

static void print_text(const struct cross_check_run *run, const struct cross_check_result *results,
		       size_t count)
{
	printf("the release callback by two instruments, on %s (%s), lab %s, clock %s\n\n",
	       run->kernel->name, run->kernel->release, run->lab->name,
	       run->plan->clock == PLAN_CLOCK_VIRTUAL ? "virtual" : "host");
	for (size_t i = 0; i < count; i++)
		print_result(run, &results[i]);
	if (all_agree(results, count))
		printf("Module and kernel's tracer agree within %.0f %%.\n",
		       100 * CROSS_CHECK_AGREEMENT);
	else
		printf("Module and kernel's tracer differ by more than %.0f %%: trust no walk "
		       "measured here before it is known why.\n",
		       100 * CROSS_CHECK_AGREEMENT);
}

static json_t *result_json(const struct cross_check_run *run,
			   const struct cross_check_result *result)
{
	const struct cross_check *check = &result->check;
	char name[CELL_NAME_BYTES];

	cell_name(&run->plan->cells[result->cell], name);
	return json_pack("{s:s, s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:I, s:I, s:b}", "cell", name,
			 "strategy", strategy_name(result->strategy), "module_p50_ns",
			 check->module_ns, "tracer_p50_ns", check->tracer_ns, "tracer_cost_ns",
			 check->cost_ns, "disagreement", check->disagreement, "same_walks",
			 check->same_walks, "slowed", check->slowed, "walks",
			 (json_int_t)check->walks, "traced_walks", (json_int_t)check->traced_walks,
			 "agrees", (int)check->agrees);
}

static int print_json(const struct cross_check_run *run, const struct cross_check_result *results,
		      size_t count)
{
	json_t *list = json_array(), *root;

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, result_json(run, &results[i]));
	root = json_pack("{s:s, s:s, s:s, s:s, s:f, s:b, s:o}", "kernel", run->kernel->name,
			 "release", run->kernel->release, "lab", run->lab->name, "clock",
			 run->plan->clock == PLAN_CLOCK_VIRTUAL ? "virtual" : "host",
			 "agreement_wanted", CROSS_CHECK_AGREEMENT, "agrees",
			 (int)all_agree(results, count), "results", list);
	if (!root)
		return -ENOMEM;
	json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
	putchar('\n');
	json_decref(root);
	return 0;
}

static int print_results(const struct cross_check_run *run, struct error *error)
{
	struct cross_check_result *results;
	size_t count;
	int result = cross_check_results(run->collector, &results, &count, error);

	if (result)
		return result;
	if (run->options->json)
		result = print_json(run, results, count);
	else
		print_text(run, results, count);
	if (result)
		error_set(error, -result, "out of memory");
	else
		result = all_agree(results, count) ? STATUS_OK : STATUS_FAILED;
	free(results);
	return result;
}

int cross_check_command(const struct cross_check_options *options, struct error *error)
{
	struct cross_check_run run = { .options = options };
	const char *kernel = options->kernel;
	char *path = NULL;
	int result;

	run.lab = lab_find(options->lab);
	if (!run.lab || run.lab->restart) /* one boot: there is nothing to restart for */
		return command_usage(&command_doctor, error, "--on %s: vm or local", options->lab);
	path = path_data(CROSS_CHECK_CONFIG);
	if (!path)
		return error_out_of_memory(error);
	result = cross_check_plan(path, options->clock, &run.config, &run.plan, error);
	if (result)
		goto out;
	interrupt_catch();
	result = kernel_resolve(kernel ? kernel : run.lab->default_kernel, options->fetch,
				&run.kernel, error);
	if (!result)
		result = measure_in_folder(&run, error);
	if (!result)
		result = print_results(&run, error);
	interrupt_status(result, error);
out:
	cross_check_collector_free(run.collector);
	kernel_free(run.kernel);
	plan_free(run.plan);
	config_free(run.config);
	free(run.folder);
	free(path);
	return result;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plan runs in a lab, its stream goes into the store block by block. Whatever ends it,
 * what was measured is kept.
 */
#include "cmd/run_boot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/interrupt.h"
#include "common/exit_status.h"
#include "common/paths.h"
#include "lab/cache.h"
#include "store/ingest.h"

#define KERNEL_CONFIG_BYTES_MAX (16u << 20)

/* The same moment by the clock under test and by this machine's. */
struct moment {
	uint64_t there_ns, here_ns;
};

/* One run in the making: what the lab's and the stream's callbacks need. */
struct run_state {
	struct store *store;
	int64_t id;
	const char *folder;
	struct ingest *ingest;
	struct progress progress;
	uint64_t lab_started_ns;
	struct moment first, last;	/* ends of blocks, by both clocks */
	struct error error;	/* the first of a callback */
};

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
	char note[320];

	if (!state->first.there_ns || here_ns < CLOCK_CHECK_NS ||
	    state->progress.plan->clock == PLAN_CLOCK_VIRTUAL || state->error.text[0] ||
	    (there_ns > .9 * here_ns && there_ns < 1.1 * here_ns))
		return;
	snprintf(note, sizeof(note),
		 "{\"level\":\"warning\",\"text\":\"the clock under test ran %.2f times as fast as this "
		 "machine's: ratios hold, no latency in ns does; run it again on a calmer host\","
		 "\"clock_rate\":%.4f}",
		 there_ns / here_ns, there_ns / here_ns);
	store_run_note(state->store, state->id, note, &state->error);
	fprintf(stderr, "hmmbench: warning: run %lld: the clock under test ran %.2f times as fast as "
		"this machine's; run it again on a calmer host\n", (long long)state->id,
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

static int on_file(const char *name, const void *data, size_t bytes, void *context,
		   struct error *error)
{
	const struct run_state *state = context;

	return path_write_below(state->folder, name, data, bytes, error);
}

/* Which of the many things that can end a run it was, worst first. */
static int end_status(const struct run_state *state, const struct lab_result *lab, int lab_error,
		      char *text, size_t bytes)
{
	/* Ctrl-C reaches the lab's own programs too: what fails in them then is no failure. */
	if (state->error.text[0] && lab_error != -ECANCELED && !(interrupted && lab_error)) {
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

static void say_ended(const struct run_state *state, const struct run_boot *boot,
		      const struct lab_result *lab, int status)
{
	if (status != STATUS_OK && status != STATUS_INTERRUPTED && lab->console_tail)
		fprintf(stderr, "last lines of the console:\n%s\n", lab->console_tail);
	if (boot->boots)
		fprintf(stderr, "boot %u of %u, ", boot->boots->boot, boot->boots->count);
	fprintf(stderr, "run %lld: %s; %u of %u blocks, %llu samples in the store\n",
		(long long)state->id, exit_status_text(status), ingest_blocks(state->ingest),
		boot->plan->block_count, (unsigned long long)ingest_rows(state->ingest));
}

/* Why a kernel's numbers differ is often in its configuration; a run without it is no less one. */
static int keep_kernel_config(const struct run_boot *boot, int64_t run, struct error *error)
{
	struct error why = { 0 };
	char digest[65], *text;
	int err;

	if (!boot->kernel->config)
		return 0;
	err = path_read_file(boot->kernel->config, KERNEL_CONFIG_BYTES_MAX, &text, NULL, &why);
	if (!err)
		err = cache_digest(boot->kernel->config, digest, &why);
	if (!err)
		err = store_run_kernel_config(boot->store, run, digest, text, error);
	else
		fprintf(stderr, "hmmbench: warning: the kernel's configuration is not kept: %s\n",
			why.text);
	free(text);
	return why.text[0] ? 0 : err;
}

static int begin_run(const struct run_boot *boot, const char *plan_json, int64_t *id,
		     struct error *error)
{
	const struct store_run_new run = {
		.label = boot->label,
		.plan_json = plan_json,
		.plan_name = boot->plan->name,
		.lab = boot->lab->name,
		.kernel = boot->kernel->name,
		.lab_json = "{}",
		.campaign = boot->campaign,
		.boot = boot->boot,
	};
	int err = store_run_begin(boot->store, &run, id, error);

	return err ? err : keep_kernel_config(boot, *id, error);
}

static void say_begins(struct run_state *state, const struct run_boot *boot)
{
	char said[256];
	int used = 0;

	if (boot->boots)
		used = snprintf(said, sizeof(said), "boot %u of %u, ", boot->boots->boot,
				boot->boots->count);
	snprintf(said + used, sizeof(said) - (size_t)used, "run %lld: starting %s (%s)",
		 (long long)state->id, boot->kernel->name, boot->kernel->release);
	progress_say(&state->progress, said);
}

static int run_lab(struct run_state *state, const struct run_boot *boot, const char *plan_json,
		   const char *folder, struct lab_result *lab_result, struct error *error)
{
	const struct lab_request request = {
		.lab = boot->lab->name,
		.vm = &boot->config->vm,
		.plan = boot->plan,
		.plan_json = plan_json,
		.kernel = boot->kernel,
		.folder = folder,
		.interrupted = &interrupted,
		.bytes = on_bytes,
		.ended = on_ended,
		.described = on_described,
		.context = state,
	};
	int result;

	progress_begin(&state->progress, boot->progress, boot->plan, boot->boots);
	say_begins(state, boot);
	state->lab_started_ns = now_ns();
	result = boot->lab->run(&request, lab_result, error);
	progress_end(&state->progress);
	/* Without a guest both are one machine's clock, and what differs is when bytes arrive. */
	if (boot->lab->guest)
		check_clock_rate(state);
	if (result < 0 && !state->error.text[0]) {
		state->error = *error;
		if (!state->error.text[0])
			error_set_errno(&state->error, -result, "lab %s", boot->lab->name);
	}
	return result;
}

int run_boot(const struct run_boot *boot, struct run_end *end, struct error *error)
{
	struct run_state state = { .store = boot->store };
	const struct ingest_listener listener = { on_block_begun, on_block_done, on_note,
						   on_file, &state };
	struct lab_result lab_result = { 0 };
	char *plan_json = plan_to_json(boot->plan, NULL), *folder = NULL;
	int result;

	*end = (struct run_end){ 0 };
	if (!plan_json)
		return error_out_of_memory(error);
	result = begin_run(boot, plan_json, &state.id, error);
	if (result)
		goto out;
	folder = path_run_folder(boot->store_path, state.id);
	state.folder = folder;
	state.ingest = ingest_new(boot->store, state.id, boot->plan, &listener);
	if (!folder || !state.ingest) {
		result = error_out_of_memory(error);
		goto out;
	}
	result = path_make_folder(folder, error);
	if (result)
		goto out;
	result = run_lab(&state, boot, plan_json, folder, &lab_result, error);
	end->run = state.id;
	end->status = end_status(&state, &lab_result, result, end->text, sizeof(end->text));
	result = store_run_end(boot->store, state.id, end->status, end->text, error);
	say_ended(&state, boot, &lab_result, end->status);
out:
	ingest_free(state.ingest);
	free(lab_result.console_tail);
	free(folder);
	free(plan_json);
	return result;
}

int run_boot_missed(const struct run_boot *boot, int status, const char *text, struct run_end *end,
		    struct error *error)
{
	char *plan_json = plan_to_json(boot->plan, NULL);
	int err;

	*end = (struct run_end){ .status = status };
	snprintf(end->text, sizeof(end->text), "%s", text);
	if (!plan_json)
		return error_out_of_memory(error);
	err = begin_run(boot, plan_json, &end->run, error);
	if (!err)
		err = store_run_end(boot->store, end->run, status, text, error);
	free(plan_json);
	return err;
}

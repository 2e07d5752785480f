// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an analysis costs: 300 cells, 16 boots, 4000 samples of each cell and boot, to the whole
 * report; out of a store with all columns that an exit has, and from samples of the judged
 * one in memory. Processor time of one core, and the most memory the process had so far, beside
 * their bars. Judges nothing by exit status.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "common/paths.h"
#include "hmmbench_uapi.h"
#include "plan/plan.h"
#include "report/report.h"
#include "stats/random.h"
#include "store/dataset.h"
#include "store/store.h"

#define CELLS	300
#define BOOTS	16
#define SAMPLES 4000
#define BLOCKS	8 /* of a cell in a boot: two quartets */

static double cpu_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double peak_mib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_maxrss / 1024;
}

static void *must(void *memory)
{
	if (memory)
		return memory;
	fputs("bench_analysis: out of memory\n", stderr);
	exit(5);
}

static void row(const char *what, const char *bar, double measured, const char *unit)
{
	printf("%-74s %-12s %8.3f %s\n", what, bar, measured, unit);
	fflush(stdout);
}

/* What a recorded exit stores of each operation. */
static const enum sample_column exit_columns[] = { COLUMN_OPERATION, COLUMN_START_NS, COLUMN_FLAGS,
						   COLUMN_CPU, COLUMN_THREAD, COLUMN_WHOLE,
						   COLUMN_LOCK_WAIT, COLUMN_WALK,
						   COLUMN_BEFORE_WALK, COLUMN_AFTER_WALK };

static void check(int result, const struct error *error)
{
	if (!result)
		return;
	fprintf(stderr, "bench_analysis: %s\n", error->text);
	exit(5);
}

static struct plan *make_plan(void)
{
	struct plan *plan = must(calloc(1, sizeof(*plan)));

	snprintf(plan->name, sizeof(plan->name), "bench");
	plan->seed = 1;
	plan->threshold = .02;
	plan->threshold_p99 = .05;
	plan->strategies[0] = HMMBENCH_STRATEGY_WRITE;
	plan->strategies[1] = HMMBENCH_STRATEGY_READ;
	plan->strategy_count = 2;
	plan->cell_count = CELLS;
	plan->cells = must(calloc(CELLS, sizeof(*plan->cells)));
	for (uint32_t i = 0; i < CELLS; i++)
		plan->cells[i] = (struct cell){ .workload = WORKLOAD_EXIT, .mirrors = i + 1,
						.threads = 1, .processes = 1 };
	plan->block_count = CELLS * BLOCKS;
	plan->blocks = must(calloc(plan->block_count, sizeof(*plan->blocks)));
	for (uint32_t i = 0; i < plan->block_count; i++)
		plan->blocks[i] = (struct plan_block){
			.cell = i / 4 % CELLS, .position = i % 4, .quartet = i / 4 / CELLS,
			.strategy = plan->strategies[i % 4 == 1 || i % 4 == 2],
			.operations = SAMPLES / BLOCKS, .record_every = 1,
		};
	return plan;
}

static void put_block(struct store *store, int64_t run, const struct plan *plan, uint32_t index,
		      double level, struct generator *generator)
{
	struct store_block block = { .block = index, .plan = plan->blocks[index], .end_json = "{}",
				     .rows = SAMPLES / BLOCKS };
	struct error error = { 0 };
	struct samples samples;
	uint32_t mask = 0;
	void *data;

	for (size_t i = 0; i < sizeof(exit_columns) / sizeof(exit_columns[0]); i++)
		mask |= 1u << exit_columns[i];
	if (samples_init(&samples, SAMPLES / BLOCKS, mask))
		must(NULL);
	for (size_t row = 0; row < samples.rows; row++) {
		for (size_t i = 0; i < COLUMN_COUNT; i++)
			if (samples.columns[i])
				samples.columns[i][row] = sample_columns[i].is_latency ?
					(uint64_t)(level * exp(.1 * generator_normal(generator))) :
					0;
		samples.columns[COLUMN_OPERATION][row] = row;
		samples.columns[COLUMN_START_NS][row] = index * 1000000 + row * 2000;
	}
	cell_name(&plan->cells[block.plan.cell], block.cell_name);
	if (samples_encode(&samples, &data, &block.samples_bytes))
		must(NULL);
	block.samples = data;
	check(store_block_put(store, run, &block, &error), &error);
	free(data);
	samples_free(&samples);
}

static void put_run(struct store *store, const struct plan *plan, struct generator *generator)
{
	const struct store_run_new new = { .label = "", .lab = "local", .kernel = "bench",
					   .plan_name = plan->name, .lab_json = "{}",
					   .plan_json = must(plan_to_json(plan, NULL)) };
	struct error error = { 0 };
	int64_t run;

	check(store_run_begin(store, &new, &run, &error), &error);
	check(store_run_environment(store, run, "{}", &error), &error);
	for (uint32_t i = 0; i < plan->block_count; i++)
		put_block(store, run, plan, i, 1000, generator);
	check(store_run_end(store, run, 0, "complete", &error), &error);
	free((char *)new.plan_json);
}

static char *make_store(void)
{
	char *path = must(strdup("/tmp/hmmbench-analysis.XXXXXX"));
	struct generator generator;
	struct error error = { 0 };
	struct store *store;
	struct plan *plan = make_plan();

	if (!mkdtemp(path))
		check(error_set_errno(&error, errno, "%s", path), &error);
	path = must(realloc(path, strlen(path) + sizeof("/store.db")));
	strcat(path, "/store.db");
	check(store_open(path, STORE_WRITE, &store, &error), &error);
	generator_seed(&generator, 3);
	for (size_t boot = 0; boot < BOOTS; boot++)
		put_run(store, plan, &generator);
	store_close(store);
	plan_free(plan);
	return path;
}

/* One block of samples around a level that its boot and cell have. */
static void fill_block(struct comparison_block *block, double level, struct generator *generator)
{
	uint64_t *values = must(malloc(SAMPLES / BLOCKS * sizeof(*values)));

	for (size_t i = 0; i < SAMPLES / BLOCKS; i++)
		values[i] = (uint64_t)(level * exp(.1 * generator_normal(generator)));
	block->samples.rows = SAMPLES / BLOCKS;
	block->samples.columns[COLUMN_WALK] = values;
}

static void generate(struct comparison_input *input)
{
	struct comparison_block *blocks = must(calloc(CELLS * BOOTS * BLOCKS, sizeof(*blocks)));
	struct cell *cells = must(calloc(CELLS, sizeof(*cells)));
	struct generator generator;
	uint32_t next = 0;

	generator_seed(&generator, 1);
	for (uint32_t cell = 0; cell < CELLS; cell++) {
		cells[cell] = (struct cell){
			.workload = WORKLOAD_EXIT, .mirrors = cell + 1, .threads = 1, .processes = 1
		};
		for (uint32_t boot = 0; boot < BOOTS; boot++) {
			double level = 1000 * exp(.02 * generator_normal(&generator));

			for (uint32_t i = 0; i < BLOCKS; i++) {
				blocks[next] = (struct comparison_block){
					.cell = cell,
					.boot = boot,
					.quartet = i / 4,
					.position = i % 4,
					.arm = i % 4 == 1 || i % 4 == 2,
				};
				fill_block(&blocks[next++], level, &generator);
			}
		}
	}
	*input = (struct comparison_input){
		.base_name = "base",
		.candidate_name = "candidate",
		.cells = cells,
		.cell_count = CELLS,
		.blocks = blocks,
		.block_count = next,
		.boots = BOOTS,
		.seed = 1,
		.threshold = .02,
		.threshold_p99 = .05,
		.false_discovery_rate = .05,
	};
}

/* Half of the boots of either build: the same samples in another arrangement. */
static void between_boots(struct comparison_input *input)
{
	struct comparison_block *blocks = (struct comparison_block *)input->blocks;
	struct comparison_boot *boots = must(calloc(BOOTS, sizeof(*boots)));
	uint32_t *strategies = must(calloc(CELLS, sizeof(*strategies)));

	for (uint32_t boot = 0; boot < BOOTS; boot++)
		boots[boot].arm = boot % 2;
	for (uint32_t i = 0; i < input->block_count; i++)
		blocks[i].arm = blocks[i].boot % 2;
	for (uint32_t cell = 0; cell < CELLS; cell++)
		strategies[cell] = COMPARISON_ANY_STRATEGY;
	input->design = DESIGN_BUILDS;
	input->boot = boots;
	input->strategies = strategies;
}

/* Every format, without the figures that gnuplot draws. */
static void render(const struct comparison_input *input, const struct comparison *comparison)
{
	const struct report report = { .comparison = comparison, .input = input, .command = "" };
	const struct report_options options = { 0 };
	struct error error = { 0 };
	FILE *file = must(fopen("/dev/null", "we"));

	for (size_t i = 0; report_formats[i]; i++) {
		if (report_formats[i]->render(&report, &options, file, NULL, &error)) {
			fprintf(stderr, "bench_analysis: %s\n", error.text);
			exit(5);
		}
	}
	fclose(file);
}

static void analyze(const struct comparison_input *input, const char *design)
{
	struct comparison *comparison;
	struct error error = { 0 };
	double start = cpu_s(), made;
	char what[80];

	if (comparison_make(input, &comparison, &error)) {
		fprintf(stderr, "bench_analysis: %s\n", error.text);
		exit(5);
	}
	made = cpu_s();
	render(input, comparison);
	snprintf(what, sizeof(what), "analysis %s, 300 cells x 16 boots x 4000 samples", design);
	row(what, "<= 10 s", made - start, "s of one core");
	snprintf(what, sizeof(what), "  with its report in every format");
	row(what, "<= 10 s", cpu_s() - start, "s of one core");
	comparison_free(comparison);
}

static void out_of_a_store(void)
{
	const struct dataset_arm arms[ARM_COUNT] = { { .strategy = HMMBENCH_STRATEGY_WRITE },
						     { .strategy = HMMBENCH_STRATEGY_READ } };
	struct comparison *comparison;
	struct error error = { 0 };
	struct dataset *dataset;
	char *path = make_store();
	struct store *store;
	int64_t runs[BOOTS];
	double start;

	for (size_t i = 0; i < BOOTS; i++)
		runs[i] = (int64_t)i + 1;
	start = cpu_s();
	check(store_open(path, STORE_READ, &store, &error), &error);
	check(dataset_load(store, runs, BOOTS, &arms[0], &arms[1], false, &dataset, &error),
	      &error);
	check(comparison_make(&dataset->input, &comparison, &error), &error);
	render(&dataset->input, comparison);
	row("300 cells x 16 boots x 4000 samples of 5 phases, store to report", "<= 10 s",
	    cpu_s() - start, "s of one core");
	row("  most memory", "<= 512 MiB", peak_mib(), "MiB");
	comparison_free(comparison);
	dataset_free(dataset);
	store_close(store);
	*strrchr(path, '/') = '\0';
	check(path_remove_tree(path, &error), &error);
	free(path);
}

int main(void)
{
	struct comparison_input input;

	printf("%-74s %-12s %8s\n", "what", "bar", "measured");
	out_of_a_store();
	generate(&input);
	analyze(&input, "inside boots");
	between_boots(&input);
	analyze(&input, "between boots");
	row("  most memory, the samples among it", "<= 512 MiB", peak_mib(), "MiB");
	return 0;
}

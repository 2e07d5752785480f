// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an analysis costs: 300 cells, 16 boots, 4000 samples of each cell and boot, from samples
 * in memory to the whole report. Processor time of one core, and the most memory the process
 * had, beside their bars. Judges nothing by exit status.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "report/report.h"
#include "stats/random.h"

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

int main(void)
{
	struct comparison_input input;

	printf("%-74s %-12s %8s\n", "what", "bar", "measured");
	generate(&input);
	analyze(&input, "inside boots");
	between_boots(&input);
	analyze(&input, "between boots");
	row("  most memory, the samples among it", "<= 512 MiB", peak_mib(), "MiB");
	return 0;
}

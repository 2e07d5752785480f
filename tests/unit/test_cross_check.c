// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that a cross-check takes the tracer's cost off, tells instruments that agree from
 * ones that do not, plans both passes of the same cells, and reads them out of a stream.
 */
#include "support.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/samples.h"
#include "common/stream.h"
#include "lab/cross_check.h"
#include "stats/cross_check.h"

/* ---- judging ---- */

/* `count` walks around middle_ns; the tracer shows `scale` of each and cost_ns more. */
static void fill(struct cross_check_pass *pass, size_t count, uint64_t middle_ns, double scale,
		 uint64_t cost_ns)
{
	for (size_t i = 0; i < count; i++) {
		const uint64_t walk_ns = middle_ns - count / 2 + i;

		assert_int_equal(cross_check_add(pass, walk_ns,
						 (uint64_t)lround(scale * (double)walk_ns) +
							 cost_ns),
				 0);
	}
}

static int judge(double scale, size_t count, struct cross_check *check)
{
	struct cross_check_pass calibration = { 0 }, timed = { 0 }, traced = { 0 };
	int result;

	fill(&calibration, 101, 500, 1, 2000);
	fill(&timed, count, 100000, 1, 0);
	fill(&traced, count, 101000, scale, 2000);
	result = cross_check_judge(&calibration, &timed, &traced, check);
	cross_check_pass_free(&calibration);
	cross_check_pass_free(&timed);
	cross_check_pass_free(&traced);
	return result;
}

static void test_the_tracer_s_cost_is_taken_off(void **state)
{
	struct cross_check check;

	(void)state;
	assert_int_equal(judge(1, 301, &check), 0);
	assert_true(check.cost_ns == 2000);
	assert_true(check.module_ns == 100000);
	assert_true(check.tracer_ns == 103000);
	/* 101000 of the tracer's less its cost, over 100000. */
	assert_true(fabs(check.disagreement - .01) < 1e-12);
	assert_true(fabs(check.slowed - .01) < 1e-12);
	assert_true(fabs(check.same_walks) < 1e-12);
	assert_true(check.agrees);
	assert_int_equal(check.walks, 301);
	assert_int_equal(check.traced_walks, 301);
}

static void test_instruments_that_differ_do_not_agree(void **state)
{
	struct cross_check check;

	(void)state;
	assert_int_equal(judge(1.2, 301, &check), 0);
	assert_false(check.agrees);
	assert_true(fabs(check.same_walks - .2) < 1e-4);
	assert_int_equal(judge(.8, 301, &check), 0);
	assert_false(check.agrees);
}

static void test_a_few_walks_are_too_few(void **state)
{
	struct cross_check check;

	(void)state;
	assert_int_equal(judge(1, CROSS_CHECK_WALKS_MIN, &check), 0);
	assert_int_equal(judge(1, CROSS_CHECK_WALKS_MIN - 1, &check), -ENODATA);
}

/* ---- planning ---- */

static struct plan *plan_of(const char *text, struct config **config)
{
	char *path = support_file("cross.conf", text, strlen(text));
	struct error error = { 0 };
	struct plan *plan;

	if (cross_check_plan(path, PLAN_CLOCK_HOST, config, &plan, &error))
		fail_msg("%s", error.text);
	free(path);
	return plan;
}

static const char example[] = "[plan]\nname = x\nquartets = 20\noperations = 2\n"
			      "[cells a]\nworkload = exit\nmirrors = 1, 64\n";

static void test_both_passes_hold_the_same_cells_and_strategies(void **state)
{
	struct config *config;
	struct plan *plan = plan_of(example, &config);
	uint32_t blocks[2][2][2] = { 0 }, first_traced = 0;

	(void)state;
	assert_int_equal(plan->block_count, 2 * 20 * 8);
	for (uint32_t i = 0; i < plan->block_count; i++) {
		const struct plan_block *block = &plan->blocks[i];

		assert_false(block->unrecorded);
		blocks[block->cell][block->strategy][block->traced]++;
		/* Its partner of the other pass stands beside it. */
		if (i % 2)
			continue;
		assert_int_not_equal(block->traced, block[1].traced);
		assert_int_equal(block->strategy, block[1].strategy);
		assert_int_equal(block->cell, block[1].cell);
		first_traced += block->traced;
	}
	for (uint32_t cell = 0; cell < 2; cell++)
		for (uint32_t strategy = 0; strategy < 2; strategy++)
			for (uint32_t traced = 0; traced < 2; traced++)
				assert_int_equal(blocks[cell][strategy][traced], 20 * 2);
	assert_int_equal(first_traced, plan->block_count / 4);
	plan_free(plan);
	config_free(config);
}

static void check_refused(const char *mirrors, const char *reason)
{
	char text[200], *path;
	struct error error = { 0 };
	struct config *config;
	struct plan *plan;

	snprintf(text, sizeof(text), "[plan]\nname = x\n[cells a]\nworkload = exit\nmirrors = %s\n",
		 mirrors);
	path = support_file("refused.conf", text, strlen(text));
	assert_int_equal(cross_check_plan(path, PLAN_CLOCK_HOST, &config, &plan, &error), -EINVAL);
	assert_int_equal(error.exit_status, STATUS_USAGE);
	assert_null(plan);
	if (!strstr(error.text, reason))
		fail_msg("%s", error.text);
	free(path);
}

static void test_without_a_walk_of_one_mirror_there_is_no_calibration(void **state)
{
	(void)state;
	check_refused("2, 64", "add 1 to 'mirrors'");
	check_refused("1", "no cell of more than one mirror");
}

/* ---- reading a stream ---- */

struct stream {
	struct stream_writer writer;
	FILE *file;
};

static void open_stream(struct stream *stream)
{
	stream->file = tmpfile();
	assert_non_null(stream->file);
	stream_writer_init(&stream->writer, fileno(stream->file));
}

static void write_text(struct stream *stream, enum frame_type type, const char *text)
{
	assert_int_equal(stream_write(&stream->writer, type, text, strlen(text)), 0);
}

static void write_block(struct stream *stream, uint32_t number, uint64_t walk_ns, bool traced)
{
	struct samples samples;
	unsigned char *payload;
	char text[64];
	void *data;
	size_t bytes;

	assert_int_equal(samples_init(&samples, 2,
				      1u << COLUMN_WALK | (traced ? 1u << COLUMN_TRACED : 0)),
			 0);
	for (size_t i = 0; i < 2; i++) {
		samples.columns[COLUMN_WALK][i] = walk_ns;
		if (traced)
			samples.columns[COLUMN_TRACED][i] = walk_ns + 50;
	}
	assert_int_equal(samples_encode(&samples, &data, &bytes), 0);
	payload = malloc(bytes + sizeof(number));
	memcpy(payload, &number, sizeof(number));
	memcpy(payload + sizeof(number), data, bytes);
	snprintf(text, sizeof(text), "{\"block\":%u}", number);
	write_text(stream, FRAME_BLOCK_BEGIN, text);
	assert_int_equal(stream_write(&stream->writer, FRAME_SAMPLES, payload,
				      bytes + sizeof(number)),
			 0);
	write_text(stream, FRAME_BLOCK_END, text);
	samples_free(&samples);
	free(payload);
	free(data);
}

static int pour(struct stream *stream, struct cross_check_collector *collector,
		struct error *error)
{
	char data[100];
	size_t got;
	int result = 0;

	rewind(stream->file);
	while (!result && (got = fread(data, 1, sizeof(data), stream->file)))
		result = cross_check_bytes(collector, data, got, error);
	fclose(stream->file);
	return result;
}

static void count_block(uint32_t block, void *context)
{
	(void)block;
	++*(uint32_t *)context;
}

static void test_the_passes_are_read_out_of_the_stream(void **state)
{
	struct config *config;
	struct plan *plan = plan_of(example, &config);
	uint32_t done = 0;
	const struct cross_check_listener listener = { .block_done = count_block,
						       .context = &done };
	struct cross_check_collector *collector = cross_check_collector_new(plan, &listener);
	struct cross_check_result *results;
	struct error error = { 0 };
	struct stream stream;
	size_t count;

	(void)state;
	open_stream(&stream);
	write_text(&stream, FRAME_HELLO, "{}");
	for (uint32_t i = 0; i < plan->block_count; i++) {
		const struct plan_block *block = &plan->blocks[i];
		const uint64_t mirrors = plan->cells[block->cell].mirrors;

		/* Warm-up is far from the rest, and must not be seen. */
		write_block(&stream, i,
			    block->warmup ? 1 : mirrors * (block->strategy ? 100 : 1000),
			    block->traced);
	}
	write_text(&stream, FRAME_END, "{\"status\":0,\"text\":\"done\"}");
	if (pour(&stream, collector, &error))
		fail_msg("%s", error.text);
	assert_true(cross_check_ended(collector));
	assert_int_equal(cross_check_end_status(collector), 0);
	assert_string_equal(cross_check_end_text(collector), "done");
	assert_int_equal(done, plan->block_count);
	if (cross_check_results(collector, &results, &count, &error))
		fail_msg("%s", error.text);
	assert_int_equal(count, 2);
	for (size_t i = 0; i < count; i++) {
		const double walk_ns = results[i].strategy ? 6400 : 64000;

		assert_int_equal(plan->cells[results[i].cell].mirrors, 64);
		assert_true(results[i].check.module_ns == walk_ns);
		assert_true(results[i].check.tracer_ns == walk_ns + 50);
		assert_true(results[i].check.cost_ns == 50);
		/* 18 of 20 quartets, each two blocks of a strategy, each two operations. */
		assert_int_equal(results[i].check.walks, 72);
		assert_true(results[i].check.agrees);
	}
	free(results);
	cross_check_collector_free(collector);
	plan_free(plan);
	config_free(config);
}

static void test_a_traced_block_without_a_trace_is_refused(void **state)
{
	struct config *config;
	struct plan *plan = plan_of(example, &config);
	struct cross_check_collector *collector = cross_check_collector_new(plan, NULL);
	struct error error = { 0 };
	struct stream stream;
	uint32_t block = 0;

	(void)state;
	while (!plan->blocks[block].traced || plan->blocks[block].warmup)
		block++;
	open_stream(&stream);
	write_block(&stream, block, 100, false);
	assert_int_equal(pour(&stream, collector, &error), -EPROTO);
	assert_int_equal(error.exit_status, STATUS_CUT_STREAM);
	assert_false(cross_check_ended(collector));
	cross_check_collector_free(collector);
	plan_free(plan);
	config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_tracer_s_cost_is_taken_off),
		cmocka_unit_test(test_instruments_that_differ_do_not_agree),
		cmocka_unit_test(test_a_few_walks_are_too_few),
		cmocka_unit_test(test_both_passes_hold_the_same_cells_and_strategies),
		cmocka_unit_test(test_without_a_walk_of_one_mirror_there_is_no_calibration),
		cmocka_unit_test(test_the_passes_are_read_out_of_the_stream),
		cmocka_unit_test(test_a_traced_block_without_a_trace_is_refused),
	};

	return cmocka_run_group_tests_name("cross_check", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* A baseline as a file: it comes back as it was, and what was altered is not taken in. */
#include "night_support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "store/baseline_file.h"
#include "store/store_baseline.h"

static const struct night_boot boot = {
	.kernel = "debian:6.1", .spread = .01, .label = "night", .config = "CONFIG_HZ=250\n",
	.note = "{\"level\":\"info\",\"text\":\"said\"}",
};

/* A file of the baseline "good", of two boots. */
static char *exported(void)
{
	char *path = store_fresh_path(), *file = path_printf("%s.baseline", path);
	struct store *store = store_must_open(path, STORE_WRITE);
	int64_t runs[] = { night_put(store, path, &boot), night_put(store, path, &boot) };
	const struct store_baseline baseline = { .name = (char *)"good", .program = (char *)"0.1.0",
						 .note = (char *)"why", .runs = runs,
						 .run_count = 2 };
	struct error error;

	if (store_baseline_set(store, &baseline, NULL, &error) ||
	    baseline_file_write(store, "good", file, &error))
		fail_msg("%s", error.text);
	assert_int_equal(baseline_file_write(store, "good", file, &error), -EINVAL);
	assert_non_null(strstr(error.text, "is there already"));
	store_close(store);
	free(path);
	return file;
}

struct sum {
	uint64_t walk_ns, rows;
	uint32_t blocks;
};

static int add_block(const struct store_block *block, void *context)
{
	struct sum *sum = context;
	struct samples samples;

	assert_int_equal(samples_decode(block->samples, block->samples_bytes, &samples), 0);
	for (size_t i = 0; samples.columns[COLUMN_WALK] && i < samples.rows; i++)
		sum->walk_ns += samples.columns[COLUMN_WALK][i];
	sum->rows += samples.rows;
	sum->blocks++;
	samples_free(&samples);
	return 0;
}

static void a_file_gives_the_baseline_again(void **state)
{
	char *file = exported(), *path = store_fresh_path(), *config;
	struct store *store = store_must_open(path, STORE_WRITE);
	struct store_baseline baseline;
	struct sum sum = { 0 };
	struct store_run run;
	struct error error;

	(void)state;
	store_new_run(store, "its own");
	if (baseline_file_read(store, file, NULL, NULL, &error) ||
	    store_baseline_get(store, "good", &baseline, &error))
		fail_msg("%s", error.text);
	assert_string_equal(baseline.note, "why");
	assert_int_equal(baseline.run_count, 2);
	assert_int_equal(baseline.runs[0], 2);
	assert_int_equal(store_run_get(store, 2, &run, &error), 0);
	assert_string_equal(run.started, "2024-05-01T02:01:00Z");
	assert_string_equal(run.kernel, "debian:6.1");
	assert_string_equal(run.label, "night");
	assert_string_equal(run.plan_name, "night");
	assert_int_equal(run.status, STATUS_OK);
	assert_non_null(strstr(run.environment_json, "debian:6.1-rel"));
	assert_non_null(strstr(run.lab_json, "kvm"));
	assert_int_equal(store_kernel_config_get(store, 3, &config, &error), 0);
	assert_string_equal(config, "CONFIG_HZ=250\n");
	assert_int_equal(store_blocks_each(store, 2, add_block, &sum, &error), 0);
	assert_int_equal(sum.blocks, run.blocks);
	assert_int_equal(sum.rows, run.rows);
	assert_true(sum.walk_ns > 0);
	store_run_free(&run);
	store_baseline_free(&baseline);
	free(config);

	/* Once more only under another name. */
	assert_int_equal(baseline_file_read(store, file, NULL, NULL, &error), -EEXIST);
	assert_int_equal(error.exit_status, STATUS_USAGE);
	assert_int_equal(store_run_get(store, 4, &run, &error), -ENOENT);
	assert_int_equal(baseline_file_read(store, file, "again", NULL, &error), 0);
	store_close(store);
	free(path);
	free(file);
}

/* A file with `data`, which must be refused and leave nothing. */
static void must_refuse(const char *data, size_t bytes, const char *part)
{
	char *path = store_fresh_path(), *file = path_printf("%s.bad", path);
	struct store *store = store_must_open(path, STORE_WRITE);
	struct error error = { 0 };
	struct store_run run;

	assert_int_equal(path_write_file(file, data, bytes, &error), 0);
	assert_int_equal(baseline_file_read(store, file, NULL, NULL, &error), -EINVAL);
	assert_int_equal(error.exit_status, STATUS_USAGE);
	if (!strstr(error.text, part))
		fail_msg("\"%s\" does not say \"%s\"", error.text, part);
	assert_int_equal(store_run_get(store, 1, &run, &error), -ENOENT);
	store_close(store);
	free(file);
	free(path);
}

static void a_damaged_file_is_refused(void **state)
{
	char *file = exported(), *data, *copy;
	struct error error;
	size_t bytes;

	(void)state;
	assert_int_equal(path_read_file(file, 1 << 24, &data, &bytes, &error), 0);
	copy = malloc(bytes + 2);
	/* One bit anywhere: in the first line, in the manifest, in what it holds, at the end. */
	for (size_t at = 19; at < bytes; at += at < 600 ? 23 : bytes / 40 + 1) {
		memcpy(copy, data, bytes);
		copy[at] ^= 1;
		must_refuse(copy, bytes, "");
	}
	memcpy(copy, data, bytes);
	copy[bytes - 1] ^= 0x10;
	must_refuse(copy, bytes, "it is cut or was altered");
	must_refuse(data, bytes - 1, "it is cut or was altered");
	must_refuse(data, bytes / 2, "it is cut or was altered");
	must_refuse(data, 25, "it is cut or was altered");
	memcpy(copy, data, bytes);
	copy[bytes] = '\n';
	must_refuse(copy, bytes + 1, "it is cut or was altered");
	must_refuse("", 0, "it is no baseline");
	must_refuse("SQLite format 3", 15, "it is no baseline");
	memcpy(copy, data, bytes);
	copy[strlen("hmmbench-baseline ")] = '7';
	must_refuse(copy, bytes, "a baseline of version 7, and this hmmbench knows version 1");
	free(copy);
	free(data);
	free(file);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_gives_the_baseline_again),
		cmocka_unit_test(a_damaged_file_is_refused),
	};

	return cmocka_run_group_tests_name("baseline_file", tests, NULL, NULL);
}

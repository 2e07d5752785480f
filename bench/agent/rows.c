// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMORY_UNASKED (16u << 20) /* bytes taken without a look at what is free */

/* The column of each phase, by the phase's number. */
static const enum sample_column phase_columns[HMMBENCH_PHASE_SLOTS] = {
	[HMMBENCH_PHASE_LOCK_WAIT] = COLUMN_LOCK_WAIT,
	[HMMBENCH_PHASE_CALLBACKS] = COLUMN_CALLBACKS,
	[HMMBENCH_PHASE_WALK] = COLUMN_WALK,
	[HMMBENCH_PHASE_UNREGISTER] = COLUMN_UNREGISTER,
	[HMMBENCH_PHASE_GRACE] = COLUMN_GRACE,
	[HMMBENCH_PHASE_UNMAP] = COLUMN_UNMAP,
	[HMMBENCH_PHASE_INVALIDATE] = COLUMN_INVALIDATE,
	[HMMBENCH_PHASE_WINDOW] = COLUMN_WINDOW,
};

/* Memory that can be had without harm, from /proc/meminfo; UINT64_MAX where it does not say. */
static uint64_t memory_available(void)
{
	unsigned long long kilobytes;
	uint64_t bytes = UINT64_MAX;
	FILE *file = fopen("/proc/meminfo", "re");
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %llu", &kilobytes) == 1)
			bytes = kilobytes * 1024;
	if (file)
		fclose(file);
	return bytes;
}

int rows_init(struct rows *rows, uint64_t count, uint32_t mask, struct error *error)
{
	uint64_t bytes = count * sizeof(uint64_t) * (uint64_t)__builtin_popcount(mask);
	int result;

	memset(rows, 0, sizeof(*rows));
	if (count > SAMPLES_ROWS_MAX)
		return error_set(error, E2BIG,
				 "a block of %llu samples is more than the %u that one "
				 "may have; take fewer operations per block or fewer mirrors",
				 (unsigned long long)count, SAMPLES_ROWS_MAX);
	if (bytes > MEMORY_UNASKED && bytes > memory_available() / 2)
		return error_set(
			error, ENOMEM,
			"the samples of a block need %llu MiB, more than half of "
			"the memory there is; take fewer operations per block or fewer mirrors",
			(unsigned long long)(bytes >> 20));
	result = samples_init(&rows->samples, count, mask);
	rows->measured = calloc(count + 1, sizeof(*rows->measured));
	if (!result && rows->measured)
		return 0;
	if (result)
		memset(&rows->samples, 0, sizeof(rows->samples));
	rows_free(rows);
	return error_set_errno(error, ENOMEM, "making room for %llu samples",
			       (unsigned long long)count);
}

void rows_free(struct rows *rows)
{
	samples_free(&rows->samples);
	free(rows->measured);
	rows->measured = NULL;
}

void rows_set_record(struct rows *rows, size_t row, const struct hmmbench_record *record)
{
	rows_set(rows, row, COLUMN_START_NS, record->start_ns);
	rows_set(rows, row, COLUMN_FLAGS, record->flags);
	rows_set(rows, row, COLUMN_CPU, record->cpu);
	rows_set(rows, row, COLUMN_MIRRORS, record->mirrors);
	for (unsigned int i = 0; i < HMMBENCH_PHASE_SLOTS; i++)
		if (record->phases & (1u << i))
			rows_set(rows, row, phase_columns[i], record->phase_ns[i]);
}

/* Moves the measured rows of a column to its front. Has any of them a value? */
static bool compact(uint64_t *values, const bool *measured, size_t rows)
{
	bool any = false;
	size_t kept = 0;

	for (size_t row = 0; row < rows; row++) {
		if (!measured[row])
			continue;
		any |= values[row] != SAMPLE_MISSING;
		values[kept++] = values[row];
	}
	return any;
}

void rows_finish(struct rows *rows, struct samples *samples)
{
	size_t kept = 0;

	for (size_t row = 0; row < rows->samples.rows; row++)
		kept += rows->measured[row];
	for (int i = 0; i < COLUMN_COUNT; i++) {
		uint64_t *values = rows->samples.columns[i];

		if (values && !compact(values, rows->measured, rows->samples.rows)) {
			free(values);
			rows->samples.columns[i] = NULL;
		}
	}
	rows->samples.rows = kept;
	*samples = rows->samples;
	memset(&rows->samples, 0, sizeof(rows->samples));
	rows_free(rows);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/clock.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BATCHES = 32, BATCH = 64 };

static int compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static int smallest_step(const uint64_t *readings_ns, size_t count, uint64_t *step_ns)
{
	uint64_t smallest = UINT64_MAX;

	for (size_t i = 1; i < count; i++) {
		uint64_t step = readings_ns[i] - readings_ns[i - 1];

		if (readings_ns[i] < readings_ns[i - 1])
			return -EILSEQ;
		if (step && step < smallest)
			smallest = step;
	}
	if (smallest == UINT64_MAX)
		return -ERANGE;
	*step_ns = smallest;
	return 0;
}

int clock_quality_estimate(const uint64_t *readings_ns, size_t batches, size_t batch,
			   struct clock_quality *quality)
{
	size_t count = batches * batch;
	double *costs, mean;
	int result;

	if (!batches || batch < 2)
		return -EINVAL;
	result = smallest_step(readings_ns, count, &quality->resolution_ns);
	if (result)
		return result;
	costs = malloc(batches * sizeof(*costs));
	if (!costs)
		return -ENOMEM;
	for (size_t i = 0; i < batches; i++) {
		const uint64_t *first = readings_ns + i * batch;

		costs[i] = (double)(first[batch - 1] - first[0]) / (double)(batch - 1);
	}
	qsort(costs, batches, sizeof(*costs), compare_doubles);
	mean = (double)(readings_ns[count - 1] - readings_ns[0]) / (double)(count - 1);
	quality->read_cost_ns = batches % 2 ? costs[batches / 2]
					    : (costs[batches / 2 - 1] + costs[batches / 2]) / 2;
	if (quality->read_cost_ns == 0)
		quality->read_cost_ns = mean;
	quality->read_cost_min_ns = costs[0] > 0 ? costs[0] : quality->read_cost_ns;
	free(costs);
	return 0;
}

/*
 * Spreads the readings kept over more and more readings not kept, until the clock
 * steps among them. Gives how many were taken for each one kept.
 */
static size_t read_coarse(uint64_t *readings_ns, size_t count)
{
	struct timespec start, now;
	size_t stride = 1;

	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		stride *= 8;
		for (size_t i = 0; i < count; i++)
			for (size_t j = 0; j < stride; j++)
				readings_ns[i] = clock_now_ns();
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (readings_ns[count - 1] == readings_ns[0] && now.tv_sec - start.tv_sec < 1);
	return stride;
}

int clock_quality_measure(struct clock_quality *quality, struct error *error)
{
	static uint64_t readings_ns[BATCHES * BATCH];
	size_t stride = 1;
	int result;

	for (int warm = 0; warm < 2; warm++)
		for (size_t i = 0; i < BATCHES * BATCH; i++)
			readings_ns[i] = clock_now_ns();
	result = clock_quality_estimate(readings_ns, BATCHES, BATCH, quality);
	if (result == -ERANGE) {
		stride = read_coarse(readings_ns, BATCHES * BATCH);
		result = clock_quality_estimate(readings_ns, BATCHES, BATCH, quality);
	}
	if (result == -EILSEQ)
		return error_set(error, EILSEQ,
				 CLOCK_NAME
				 " went back between two readings; "
				 "nothing can be measured here, see the kernel's clocksource");
	if (result == -ERANGE)
		return error_set(error, ERANGE,
				 CLOCK_NAME
				 " did not advance within a second; "
				 "nothing can be measured here, see the kernel's clocksource");
	if (result)
		return error_set_errno(error, -result, "measuring " CLOCK_NAME);
	quality->read_cost_ns /= (double)stride;
	quality->read_cost_min_ns /= (double)stride;
	return 0;
}

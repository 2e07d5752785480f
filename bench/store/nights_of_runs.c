// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/nights_of_runs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct moment {
	int64_t campaign, started, ended, id;	/* seconds; `ended` as `started` where it has no end */
	size_t run;
};

static int64_t seconds_of(const char *text, int64_t otherwise)
{
	struct tm utc = { 0 };

	if (!text || !strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc))
		return otherwise;
	return timegm(&utc);
}

static int by_begin(const void *left, const void *right)
{
	const struct moment *a = left, *b = right;

	if (a->started != b->started)
		return a->started < b->started ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static int by_campaign(const void *left, const void *right)
{
	const struct moment *a = left, *b = right;

	if (a->campaign != b->campaign)
		return a->campaign < b->campaign ? -1 : 1;
	return by_begin(left, right);
}

/* By campaign (0: of none), then by time. NULL: out of memory. */
static struct moment *moments_of(const struct nights_runs *runs)
{
	struct moment *moments = calloc(runs->count + 1, sizeof(*moments));

	for (size_t i = 0; moments && i < runs->count; i++) {
		const struct store_run *run = &runs->runs[i];
		int64_t started = seconds_of(run->started, 0);

		moments[i] = (struct moment){ run->campaign, started,
					      seconds_of(run->ended, started), run->id, i };
	}
	if (moments)
		qsort(moments, runs->count, sizeof(*moments), by_campaign);
	return moments;
}

static bool same_night(const struct moment *first, const struct moment *last,
		       const struct moment *next)
{
	if (first->campaign != next->campaign)
		return false;
	return next->campaign || (next->started - last->ended < NIGHTS_PAUSE_S &&
				  next->started - first->started < NIGHTS_LENGTH_S);
}

/*
 * Numbers in the order of their beginning in place of those in that of campaigns, whose numbers are
 * others in another store. A night's begin has its number in `run`.
 */
static int number_by_begin(struct moment *begins, uint32_t nights, struct comparison_boot *boots,
			   size_t count)
{
	uint32_t *number = calloc((size_t)nights + 1, sizeof(*number));

	if (!number)
		return -ENOMEM;
	qsort(begins, nights, sizeof(*begins), by_begin);
	for (uint32_t i = 0; i < nights; i++)
		number[begins[i].run] = i;
	for (size_t i = 0; i < count; i++)
		boots[i].night = number[boots[i].night];
	free(number);
	return 0;
}

int nights_find(const struct nights_runs *runs, struct comparison_boot *boots, bool *alone)
{
	struct moment *moments = moments_of(runs);
	uint32_t night = 0;
	int ret;

	if (!moments)
		return -ENOMEM;
	for (size_t first = 0, end; first < runs->count; first = end, night++) {
		size_t of_arm[ARM_COUNT] = { 0 };

		for (end = first; end < runs->count; end++) {
			if (end > first && !same_night(&moments[first], &moments[end - 1],
						       &moments[end]))
				break;
			boots[moments[end].run].night = night;
			of_arm[runs->arm[moments[end].run]]++;
		}
		for (size_t i = first; i < end; i++)
			alone[moments[i].run] = !of_arm[ARM_BASE] || !of_arm[ARM_CANDIDATE];
		/* Its place among the moments is behind us. */
		moments[night] = moments[first];
		moments[night].run = night;
	}
	ret = number_by_begin(moments, night, boots, runs->count);
	free(moments);
	return ret;
}

int nights_one_after_the_other(const struct nights_runs *runs,
			       const struct comparison_boot *boots)
{
	struct moment *moments = moments_of(runs);
	int found = 0;

	if (!moments)
		return -ENOMEM;
	for (size_t first = 0, end; first < runs->count; first = end) {
		const uint32_t night = boots[moments[first].run].night;
		size_t of_arm[ARM_COUNT] = { 0 }, changes = 0;

		for (end = first; end < runs->count && boots[moments[end].run].night == night;
		     end++) {
			const uint32_t arm = runs->arm[moments[end].run];

			of_arm[arm]++;
			changes += end > first && arm != runs->arm[moments[end - 1].run];
		}
		if (of_arm[ARM_BASE] > 1 && of_arm[ARM_CANDIDATE] > 1 && changes == 1)
			found = 1;
	}
	free(moments);
	return found;
}

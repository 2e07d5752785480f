// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/figure_safety.h"

#include <inttypes.h>

#define P99_LEAST 100 /* unregisters: of fewer, it is between the two slowest */

const struct arm_summary *safety_window(const struct report *report, const struct safety_pair *pair,
					enum comparison_arm arm)
{
	return &report->comparison->results[pair->window].arm[arm];
}

const struct arm_summary *safety_wait(const struct report *report, const struct safety_pair *pair,
				      enum comparison_arm arm)
{
	return &report->comparison->results[pair->unregister].arm[arm];
}

/* The least and the most of the pairs. */
struct counts {
	uint64_t least_hits, most_hits, least_calls, most_calls;
};

static struct counts counts_of(const struct report *report, const struct safety_pair *pairs,
			       uint32_t count, enum comparison_arm arm)
{
	struct counts counts = { .least_hits = UINT64_MAX, .least_calls = UINT64_MAX };

	for (uint32_t i = 0; i < count; i++) {
		const uint64_t hits = safety_window(report, &pairs[i], arm)->rows;
		const uint64_t calls = safety_wait(report, &pairs[i], arm)->rows;

		counts.least_hits = hits < counts.least_hits ? hits : counts.least_hits;
		counts.most_hits = hits > counts.most_hits ? hits : counts.most_hits;
		counts.least_calls = calls < counts.least_calls ? calls : counts.least_calls;
		counts.most_calls = calls > counts.most_calls ? calls : counts.most_calls;
	}
	return counts;
}

static void range_text(uint64_t least, uint64_t most, char *text, size_t bytes)
{
	if (least < most)
		snprintf(text, bytes, "%" PRIu64 " to %" PRIu64, least, most);
	else
		snprintf(text, bytes, "%" PRIu64, most);
}

void safety_counts(const struct report *report, const struct safety_pair *pairs, uint32_t count,
		   enum comparison_arm arm, char *text, size_t bytes)
{
	const struct counts counts = counts_of(report, pairs, count, arm);
	char hits[50], calls[50];

	range_text(counts.least_hits, counts.most_hits, hits, sizeof(hits));
	range_text(counts.least_calls, counts.most_calls, calls, sizeof(calls));
	snprintf(text, bytes, "n = %s hits, %s unregisters", hits, calls);
}

const char *safety_note(const struct report *report, const struct safety_pair *pairs,
			uint32_t count)
{
	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++)
		if (counts_of(report, pairs, count, arm).least_calls < P99_LEAST)
			return "left: no use after unregister; below: no wait; p99 of n < 100 is "
			       "about the slowest";
	return "left: no use after unregister; below: no wait";
}

void safety_caption(const struct report *report, const struct safety_pair *pairs, uint32_t count,
		    struct figure *figure)
{
	char texts[ARM_COUNT][SAFETY_COUNTS_BYTES];

	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++)
		safety_counts(report, pairs, count, arm, texts[arm], sizeof(texts[arm]));
	figure_caption_add(figure,
			   "What safety costs: the time for which a callback used a mirror whose "
			   "unregister had returned, against the p99 of an unregister that meets "
			   "an exit; base: %s; candidate: %s.",
			   texts[ARM_BASE], texts[ARM_CANDIDATE]);
}

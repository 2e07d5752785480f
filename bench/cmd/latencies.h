/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Latencies to be shown: all of them, and those that nothing disturbed, of which the longest
 * is not the machine's doing.
 */
#ifndef HMMBENCH_LATENCIES_H
#define HMMBENCH_LATENCIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "common/samples.h"

struct latency_list {
	uint64_t *ns; /* ascending after latencies_sort() */
	size_t count, room;
};

struct latencies {
	struct latency_list all, undisturbed;
	uint64_t marked[MARK_COUNT]; /* samples with each mark; one can have several */
	bool told;		     /* some sample says what disturbed it, or that nothing did */
};

/* `flags` are SAMPLE_FLAG_*, or SAMPLE_MISSING where the sample has none. -ENOMEM. */
int latencies_add(struct latencies *latencies, uint64_t latency_ns, uint64_t flags);
int latencies_sort(struct latencies *latencies); /* -ENOMEM */
void latencies_free(struct latencies *latencies);

/* Sorted: ", p50 9.41 us, p99 59.4 us, max 60.9 us"; nothing of an empty list. */
void latencies_write(FILE *file, const struct latency_list *list);
/* Sorted: "undisturbed 52, p50 9.40 us ...; interrupted 4, switched 1". */
void latencies_write_undisturbed(FILE *file, const struct latencies *latencies);
/* Sorted: count and quantiles of the undisturbed, count of each mark; null where none is told. */
json_t *latencies_undisturbed_json(const struct latencies *latencies);

#endif

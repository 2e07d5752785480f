// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/latencies.h"

#include <errno.h>
#include <stdlib.h>

#include "report/json_value.h"
#include "report/report.h"
#include "stats/quantile.h"
#include "stats/sort.h"

static int add(struct latency_list *to, uint64_t latency_ns)
{
	if (to->count == to->room) {
		const size_t room = to->room ? 2 * to->room : 1024;
		uint64_t *ns = reallocarray(to->ns, room, sizeof(*ns));

		if (!ns)
			return -ENOMEM;
		to->ns = ns;
		to->room = room;
	}
	to->ns[to->count++] = latency_ns;
	return 0;
}

int latencies_add(struct latencies *latencies, uint64_t latency_ns, uint64_t flags)
{
	int result = add(&latencies->all, latency_ns);

	if (result || flags == SAMPLE_MISSING)
		return result;
	latencies->told = true;
	for (size_t i = 0; i < MARK_COUNT; i++)
		latencies->marked[i] += (flags & sample_marks[i].flag) != 0;
	return flags & SAMPLE_FLAGS_DISTURBED ? 0 : add(&latencies->undisturbed, latency_ns);
}

static int sort(struct latency_list *list)
{
	uint64_t *scratch = malloc((list->count + 1) * sizeof(*scratch));

	if (!scratch)
		return -ENOMEM;
	sort_u64(list->ns, scratch, list->count);
	free(scratch);
	return 0;
}

int latencies_sort(struct latencies *latencies)
{
	int result = sort(&latencies->all);

	return result ? result : sort(&latencies->undisturbed);
}

void latencies_free(struct latencies *latencies)
{
	free(latencies->all.ns);
	free(latencies->undisturbed.ns);
	*latencies = (struct latencies){ 0 };
}

static double quantile_of(const struct latency_list *list, double q)
{
	return quantile_type7_u64(list->ns, list->count, q);
}

void latencies_write(FILE *file, const struct latency_list *list)
{
	char p50[FORMAT_BYTES], p99[FORMAT_BYTES], max[FORMAT_BYTES];

	if (!list->count)
		return;
	format_ns(quantile_of(list, .5), p50, sizeof(p50));
	format_ns(quantile_of(list, .99), p99, sizeof(p99));
	format_ns(quantile_of(list, 1), max, sizeof(max));
	fprintf(file, ", p50 %s, p99 %s, max %s", p50, p99, max);
}

void latencies_write_undisturbed(FILE *file, const struct latencies *latencies)
{
	const char *between = ";";

	fprintf(file, "undisturbed %zu", latencies->undisturbed.count);
	latencies_write(file, &latencies->undisturbed);
	for (size_t i = 0; i < MARK_COUNT; i++) {
		if (!latencies->marked[i])
			continue;
		fprintf(file, "%s %s %llu", between, sample_marks[i].name,
			(unsigned long long)latencies->marked[i]);
		between = ",";
	}
}

json_t *latencies_undisturbed_json(const struct latencies *latencies)
{
	const struct latency_list *list = &latencies->undisturbed;
	json_t *marked;

	if (!latencies->told)
		return json_null();
	marked = json_object();
	for (size_t i = 0; i < MARK_COUNT; i++)
		json_object_set_new(marked, sample_marks[i].name,
				    json_integer((json_int_t)latencies->marked[i]));
	return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}", "samples", (json_int_t)list->count,
			 "p50_ns", json_number(quantile_of(list, .5)), "p90_ns",
			 json_number(quantile_of(list, .9)), "p99_ns",
			 json_number(quantile_of(list, .99)), "max_ns",
			 json_number(quantile_of(list, 1)), "marked", marked);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/show_tallies.h"

#include <stdio.h>

static void show_counts(const struct tally *tally)
{
	if (tally->dropped)
		printf(", %llu dropped", (unsigned long long)tally->dropped);
	if (tally->lost)
		printf(", %llu lost", (unsigned long long)tally->lost);
	if (tally->tries != TALLY_UNKNOWN && tally->tries)
		printf("; %llu aimed calls, %llu met (%.2f %%)", (unsigned long long)tally->tries,
		       (unsigned long long)tally->hits,
		       100. * (double)tally->hits / (double)tally->tries);
	if (tally->again != TALLY_UNKNOWN)
		printf("; %llu times -EAGAIN", (unsigned long long)tally->again);
	if (tally->callbacks != TALLY_UNKNOWN)
		printf("; %llu callbacks checked, widest window %llu ns",
		       (unsigned long long)tally->callbacks,
		       (unsigned long long)tally->window_max_ns);
	if (tally->start_spread_max_ns != TALLY_UNKNOWN)
		printf("; started within %llu ns", (unsigned long long)tally->start_spread_max_ns);
	if (tally->timeouts != TALLY_UNKNOWN && tally->timeouts)
		printf("; %llu waits ran out", (unsigned long long)tally->timeouts);
}

void show_tallies(const struct tally *tallies, size_t count)
{
	if (count)
		puts("\ncells");
	for (size_t i = 0; i < count; i++) {
		const struct tally *tally = &tallies[i];

		printf("  %s %s%s: %llu blocks, %llu operations, %llu of %llu samples", tally->cell,
		       strategy_name(tally->strategy),
		       tally->unrecorded ? ",recording=off" : "", (unsigned long long)tally->blocks,
		       (unsigned long long)tally->operations, (unsigned long long)tally->rows,
		       (unsigned long long)tally->expected_rows);
		show_counts(tally);
		putchar('\n');
	}
}

static json_t *known(uint64_t value)
{
	return value == TALLY_UNKNOWN ? json_null() : json_integer((json_int_t)value);
}

json_t *tallies_json(const struct tally *tallies, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count && list; i++) {
		const struct tally *tally = &tallies[i];
		json_t *one = json_pack("{s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
					"s:o, s:o, s:o, s:o, s:o, "
					"s:o}",
					"cell", tally->cell, "strategy",
					strategy_name(tally->strategy), "unrecorded",
					tally->unrecorded, "blocks", known(tally->blocks),
					"operations", known(tally->operations), "expected_samples",
					known(tally->expected_rows), "samples", known(tally->rows),
					"dropped", known(tally->dropped), "lost",
					known(tally->lost), "tries", known(tally->tries), "hits",
					known(tally->hits), "again", known(tally->again),
					"callbacks", known(tally->callbacks), "window_max_ns",
					known(tally->window_max_ns), "start_spread_max_ns",
					known(tally->start_spread_max_ns), "timeouts",
					known(tally->timeouts), "steal_ns", known(tally->steal_ns));

		if (json_array_append_new(list, one)) {
			json_decref(list);
			list = NULL;
		}
	}
	return list;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/show_tallies.h"

#include <inttypes.h>
#include <stdio.h>

static bool counted(uint64_t value)
{
	return value != TALLY_UNKNOWN && value;
}

static void show_callbacks(const struct tally *tally, FILE *file)
{
	fprintf(file, "; %" PRIu64, tally->callbacks);
	if (tally->callbacks_due != TALLY_UNKNOWN)
		fprintf(file, " of %" PRIu64, tally->callbacks_due);
	fprintf(file, " callbacks checked, widest window %" PRIu64 " ns", tally->window_max_ns);
}

static void show_counts(const struct tally *tally, FILE *file)
{
	if (counted(tally->dropped))
		fprintf(file, ", %" PRIu64 " dropped", tally->dropped);
	if (counted(tally->lost))
		fprintf(file, ", %" PRIu64 " lost", tally->lost);
	if (counted(tally->tries) && tally->hits != TALLY_UNKNOWN)
		fprintf(file, "; %" PRIu64 " aimed calls, %" PRIu64 " met (%.2f %%)", tally->tries,
			tally->hits, 100. * (double)tally->hits / (double)tally->tries);
	if (tally->again != TALLY_UNKNOWN)
		fprintf(file, "; %" PRIu64 " times -EAGAIN", tally->again);
	if (tally->callbacks != TALLY_UNKNOWN)
		show_callbacks(tally, file);
	if (tally->start_spread_max_ns != TALLY_UNKNOWN)
		fprintf(file, "; started within %" PRIu64 " ns", tally->start_spread_max_ns);
	if (counted(tally->timeouts))
		fprintf(file, "; %" PRIu64 " waits ran out", tally->timeouts);
}

static void show_number(uint64_t value, const char *behind, FILE *file)
{
	if (value == TALLY_UNKNOWN)
		fprintf(file, "-%s", behind);
	else
		fprintf(file, "%" PRIu64 "%s", value, behind);
}

void show_tallies(const struct tally *tallies, size_t count, FILE *file)
{
	if (count)
		fputs("\ncells\n", file);
	for (size_t i = 0; i < count; i++) {
		const struct tally *tally = &tallies[i];

		fprintf(file, "  %s %s%s: ", tally->cell, strategy_name(tally->strategy),
			tally->unrecorded ? ",recording=off" : "");
		show_number(tally->blocks, " blocks, ", file);
		show_number(tally->operations, " operations, ", file);
		show_number(tally->rows, " of ", file);
		show_number(tally->expected_rows, " samples", file);
		show_counts(tally, file);
		putc('\n', file);
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
					"s:o, s:o}",
					"cell", tally->cell, "strategy",
					strategy_name(tally->strategy), "unrecorded",
					tally->unrecorded, "blocks", known(tally->blocks),
					"operations", known(tally->operations), "expected_samples",
					known(tally->expected_rows), "samples", known(tally->rows),
					"dropped", known(tally->dropped), "lost",
					known(tally->lost), "tries", known(tally->tries), "hits",
					known(tally->hits), "again", known(tally->again),
					"callbacks", known(tally->callbacks), "callbacks_due",
					known(tally->callbacks_due), "window_max_ns",
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

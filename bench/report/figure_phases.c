// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the time of an exit goes: a bar for each cell and alternative, its phases one behind the
 * other (stats/breakdown.h).
 */
#include "report/figure_phases.h"

#include <errno.h>
#include <stdlib.h>

bool phases_has(const struct report *report, uint32_t result)
{
	const struct cell_result *shown = &report->comparison->results[result];

	return report->input->cells[shown->cell].workload == WORKLOAD_EXIT &&
	       shown->column == COLUMN_WALK &&
	       (shown->arm[ARM_BASE].rows || shown->arm[ARM_CANDIDATE].rows);
}

static int find(const struct figure_maker *maker, const struct report *report, uint32_t **results,
		uint32_t *count)
{
	uint32_t cells = 0;

	(void)maker;
	*count = 0;
	*results = calloc(report->comparison->result_count + 1, sizeof(**results));
	if (!*results)
		return -ENOMEM;
	for (uint32_t i = 0; i < report->comparison->result_count; i++)
		if (phases_has(report, i) && cells++ % PHASES_CELLS_MAX == 0)
			(*results)[(*count)++] = i;
	return 0;
}

static int collect(const struct report *report, uint32_t first, struct phases_bars *bars, bool *any,
		   struct error *error)
{
	for (uint32_t i = first;
	     i < report->comparison->result_count && bars->count < PHASES_CELLS_MAX; i++) {
		if (!phases_has(report, i))
			continue;
		for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
			struct breakdown *breakdown = &bars->breakdown[bars->count][arm];
			int ret = breakdown_make(report->input, report->comparison->results[i].cell,
						 arm, breakdown, error);

			if (ret)
				return ret;
			*any |= breakdown->samples > 0;
		}
		bars->results[bars->count++] = i;
	}
	return 0;
}

static void sample_range(const struct phases_bars *bars, char *text, size_t bytes)
{
	size_t least = SIZE_MAX, most = 0;

	for (uint32_t i = 0; i < bars->count * ARM_COUNT; i++) {
		const size_t samples = bars->breakdown[i / ARM_COUNT][i % ARM_COUNT].samples;

		if (samples && samples < least)
			least = samples;
		most = samples > most ? samples : most;
	}
	if (least < most)
		snprintf(text, bytes, "n = %zu to %zu per bar", least, most);
	else
		snprintf(text, bytes, "n = %zu per bar", most);
}

static int write_bars(struct phases_bars *bars, const char *folder, struct figure *figure,
		      struct error *error)
{
	bool has_part[BREAKDOWN_PARTS] = { false };
	struct figure_files files;
	char samples[80];
	int status;

	sample_range(bars, samples, sizeof(samples));
	figure_name(figure, "exit");
	figure_caption_add(figure,
			   "Exit of a process, from its last instruction to its parent's wake-up: "
			   "means of the exits between the quartiles of the whole; walk without "
			   "lock_wait, which under write is the first wait of the walk; %s.",
			   samples);
	phases_lay_out(bars, figure);
	status = figure_open(figure, folder, &files, error);
	if (status)
		return status;
	phases_write_data(bars, has_part, &files);
	figure_head(bars->report, figure, "Where the time of an exit goes", "",
		    "means of the middle half; walk is without lock_wait", files.script);
	phases_draw(bars, figure, has_part, samples, files.script);
	return figure_close(figure, folder, &files, error);
}

static int write_phases(const struct report *report, const char *folder, struct figure *figure,
			struct error *error)
{
	struct phases_bars *bars = calloc(1, sizeof(*bars));
	bool any = false;
	int result;

	if (!bars)
		return error_set(error, ENOMEM, "figure: out of memory");
	bars->report = report;
	result = collect(report, figure->result, bars, &any, error);
	if (result == -ENOMEM)
		error_set(error, ENOMEM, "figure: out of memory");
	else if (!result && !any)
		result = -ENODATA;
	else if (!result)
		result = write_bars(bars, folder, figure, error);
	free(bars);
	return result;
}

const struct figure_maker figure_phases = {
	.name = "phases",
	.heading = "Where the time goes",
	.help = "A bar is one exit, from the child's last instruction on the left to the parent's "
		"wake-up on the right, its phases one behind the other: what comes before the "
		"walk, the wait for the lock, the walk (outlined, with its time behind the bar), "
		"the grace period of SRCU, unmapping, and the rest. Each is a mean over the exits "
		"between the quartiles of the whole, so that the phases add up and no slow exit "
		"counts for many. Phases are taken apart in one quartet of four; where a kernel "
		"does not give them, after_walk stands for the last three.",
	.find = find,
	.write = write_phases,
};

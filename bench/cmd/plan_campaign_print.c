// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/plan_campaign_print.h"

#include <math.h>

#include "cmd/command.h"
#include "cmd/look.h"
#include "report/json_value.h"
#include "report/selection.h"
#include "report/text_table.h"
#include "stats/paired.h"
#include "store/runs_text.h"

#define FEW_DEGREES 6	/* below it a standard deviation is known to no better than a third */

struct experiment_part planned_part(const struct measured_part *part, enum gated_quantile quantile)
{
	return (struct experiment_part){
		.cell = part->cell, .spread = part->spread[quantile],
		.operations = part->operations,
		.least_blocks = (uint32_t)ceil((double)paired_minimum(gated_quantiles[quantile]) /
					       part->operations),
	};
}

double planned_least_s(const struct planned *planned)
{
	const struct experiment *experiment = &planned->experiment;
	double seconds = experiment->boot_s;

	for (size_t i = 0; i < experiment->cell_count; i++) {
		uint32_t blocks = experiment->cells[i].unit;

		for (size_t part = 0; part < experiment->part_count; part++)
			if (experiment->parts[part].cell == i &&
			    experiment->parts[part].least_blocks > blocks)
				blocks = experiment->parts[part].least_blocks;
		seconds += blocks * experiment->cells[i].block_s;
	}
	return seconds;
}

/* The smallest change that a part's quantile shows, a fraction; NAN: it cannot be told. */
static double smallest(const struct planned *planned, const struct measured_part *part,
		       enum gated_quantile quantile)
{
	const uint32_t blocks = planned->experiment.cells[part->cell].blocks;
	const struct experiment_part seen = planned_part(part, quantile);

	if (!part->known[quantile] || blocks < seen.least_blocks)
		return NAN;
	return expm1(experiment_smallest(&planned->experiment, &seen, planned->experiment.boots,
					 blocks));
}

/* ---- text ---- */

static void time_text(double seconds, char *text, size_t bytes)
{
	const unsigned long whole = (unsigned long)(seconds + .5);

	if (whole >= 3600)
		snprintf(text, bytes, "%lu h %lu min", whole / 3600, whole / 60 % 60);
	else if (whole >= 60)
		snprintf(text, bytes, "%lu min %lu s", whole / 60, whole % 60);
	else
		snprintf(text, bytes, "%lu s", whole);
}

static void print_origin(const struct planned *planned, const struct text_style *style)
{
	const struct measured *measured = planned->measured;
	const struct spread *spread = &planned->experiment.parts[0].spread;
	char runs[RUNS_TEXT_BYTES];

	runs_text(measured->runs, measured->run_count, runs, sizeof(runs));
	text_wrap_format(stdout, style, "",
			 "Planned from the scatter of %zu boots of the plan %s on %s, in %zu group%s of "
			 "one kernel in one campaign: %s.", spread->boots, measured->plan->name,
			 measured->lab, spread->groups, spread->groups == 1 ? "" : "s", runs);
	if (spread->boots - spread->groups < FEW_DEGREES)
		text_wrap(stdout, style, "! ",
			  "From so few boots the scatter can be half of what it is, or twice: the plan "
			  "is longer for that, and keeps its probability on average only. 8 boots of a "
			  "kernel make it shorter.");
}

static void print_campaign(const struct planned *planned, const struct text_style *style)
{
	const struct experiment *experiment = &planned->experiment;
	const double boot_s = experiment_boot_s(experiment);
	const char *quantile = gated_quantile_name(planned->quantile);
	char all[40], each[40], beside[40], budget[COMMAND_DURATION_BYTES];

	time_text(2 * experiment->boots * boot_s, all, sizeof(all));
	time_text(boot_s, each, sizeof(each));
	time_text(experiment->boot_s, beside, sizeof(beside));
	if (planned->budget_s) {
		command_duration_text(planned->budget_s, budget, sizeof(budget));
		printf("\nIn %s, the smallest changes at %s are seen by\n", budget, quantile);
	} else {
		printf("\nA change of %g %% at %s is found with probability %g by\n",
		       planned->effect * 100, quantile, experiment->power);
	}
	text_wrap_format(stdout, style, "  ",
			 "%u boots of each of two kernels, %u in all: %s, %s a boot, of which %s are its "
			 "start and end", experiment->boots, 2 * experiment->boots, all, each, beside);
	putchar('\n');
}

static void percent(struct text_table *table, double fraction)
{
	char text[40];

	if (isnan(fraction))
		snprintf(text, sizeof(text), "-");
	else
		snprintf(text, sizeof(text), fraction < .995 ? "%.2g %%" : "%.0f %%", fraction * 100);
	text_table_cell(table, text);
}

static void add_row(const struct planned *planned, const struct experiment_part *seen,
		    const struct measured_part *part, struct text_table *table)
{
	const struct experiment_cell *cell = &planned->experiment.cells[part->cell];
	char name[CELL_NAME_BYTES], text[60];

	cell_name(&planned->measured->plan->cells[part->cell], name);
	text_table_cell(table, name);
	text_table_cell(table, strategy_name(part->strategy));
	snprintf(text, sizeof(text), "%u", cell->blocks / cell->unit);
	text_table_cell(table, text);
	snprintf(text, sizeof(text), "%u x %.0f", cell->blocks, part->operations);
	text_table_cell(table, text);
	percent(table, sqrt(seen->spread.boot));
	percent(table, sqrt(seen->spread.block));
	percent(table, sqrt(seen->spread.operation));
	for (size_t i = 0; i < GATED_COUNT; i++)
		percent(table, smallest(planned, part, i));
}

static int print_parts(const struct planned *planned, const struct text_style *style)
{
	static const struct text_column columns[] = {
		{ "cell", ALIGN_LEFT, 0, true },	{ "strategy", ALIGN_LEFT, 0, false },
		{ "quartets", ALIGN_RIGHT, 2, false },	{ "blocks", ALIGN_RIGHT, 0, false },
		{ "boot", ALIGN_RIGHT, 1, false },	{ "block", ALIGN_RIGHT, 1, false },
		{ "operation", ALIGN_RIGHT, 1, false }, { "p10", ALIGN_RIGHT, 0, false },
		{ "p50", ALIGN_RIGHT, 0, false },	{ "p99", ALIGN_RIGHT, 0, false },
	};
	struct text_table *table = text_table_new(columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < planned->experiment.part_count; i++)
		add_row(planned, &planned->experiment.parts[i],
			&planned->measured->parts[planned->part_of[i]], table);
	return text_table_print(table, style, stdout, NULL);
}

static void print_beyond(const struct planned *planned, const struct text_style *style)
{
	const struct experiment *experiment = &planned->experiment;
	size_t beyond = 0;

	for (size_t i = 0; i < experiment->part_count; i++)
		beyond += experiment->parts[i].beyond;
	if (beyond)
		text_wrap_format(stdout, style, "",
				 "%zu of %zu rows scatter too much for it: %u boots of each would not "
				 "find it there. The others are planned for.", beyond,
				 experiment->part_count, experiment->boots_max);
}

static void print_legend(const struct planned *planned, const struct text_style *style)
{
	const struct plan *plan = planned->measured->plan;

	text_wrap(stdout, style, "",
		  "blocks: of each strategy in a boot, by the operations that a block records; "
		  "quartets: what they make, behind the warm-up.");
	text_wrap_format(stdout, style, "",
			 "boot, block, operation: what each adds by itself to the scatter of %s, as "
			 "standard deviations; what the control shares is taken out.",
			 gated_quantile_name(planned->quantile));
	text_wrap_format(stdout, style, "",
			 "p10, p50, p99: the smallest change that such a campaign finds with "
			 "probability %g: p at most %g, before the correction for all tests of a report.",
			 planned->experiment.power, planned->experiment.alpha);
	text_wrap_format(stdout, style, "",
			 "A verdict also takes an estimate beyond the smallest effect of interest, "
			 "%g %% (%g %% at p99): of changes of just that size half are called.",
			 plan->threshold * 100, plan->threshold_p99 * 100);
}

int planned_print(const struct planned *planned)
{
	const struct report_options look = command_look();
	const struct text_style style = text_style_of(&look);
	int ret;

	print_origin(planned, &style);
	print_campaign(planned, &style);
	ret = print_parts(planned, &style);
	putchar('\n');
	print_beyond(planned, &style);
	print_legend(planned, &style);
	return ret;
}

/* ---- JSON ---- */

static json_t *part_json(const struct planned *planned, const struct experiment_part *seen,
			 const struct measured_part *part, bool *failed)
{
	const struct experiment_cell *cell = &planned->experiment.cells[part->cell];
	struct json_object object = json_object_new(failed);
	char name[CELL_NAME_BYTES];

	cell_name(&planned->measured->plan->cells[part->cell], name);
	json_set(&object, "cell", json_text(name));
	json_set(&object, "strategy", json_text(strategy_name(part->strategy)));
	json_set(&object, "column", json_text(sample_columns[part->column].name));
	json_set(&object, "quartets", json_integer(cell->blocks / cell->unit));
	json_set(&object, "blocks", json_integer(cell->blocks));
	json_set(&object, "operations", json_number(part->operations));
	json_set(&object, "beyond", json_boolean(seen->beyond));
	json_set(&object, "boots_measured", json_integer((json_int_t)seen->spread.boots));
	json_set(&object, "boot_deviation", json_number(sqrt(seen->spread.boot)));
	json_set(&object, "block_deviation", json_number(sqrt(seen->spread.block)));
	json_set(&object, "operation_deviation", json_number(sqrt(seen->spread.operation)));
	for (size_t i = 0; i < GATED_COUNT; i++) {
		char key[24];

		snprintf(key, sizeof(key), "smallest_%s", gated_quantile_name(i));
		json_set(&object, key, json_number(smallest(planned, part, i)));
	}
	return object.json;
}

int planned_json(const struct planned *planned, struct error *error)
{
	const struct experiment *experiment = &planned->experiment;
	const struct measured *measured = planned->measured;
	bool failed = false;
	struct json_object object = json_object_new(&failed);
	json_t *parts = json_array(), *runs = json_array();

	for (size_t i = 0; i < experiment->part_count; i++)
		json_add(parts, part_json(planned, &experiment->parts[i],
					  &measured->parts[planned->part_of[i]], &failed), &failed);
	for (size_t i = 0; i < measured->run_count; i++)
		json_add(runs, json_integer(measured->runs[i]), &failed);
	json_set(&object, "plan", json_text(measured->plan->name));
	json_set(&object, "lab", json_text(measured->lab));
	json_set(&object, "quantile", json_text(gated_quantile_name(planned->quantile)));
	json_set(&object, "power", json_number(experiment->power));
	json_set(&object, "alpha", json_number(experiment->alpha));
	json_set(&object, "effect", json_number(planned->budget_s ? NAN : planned->effect));
	json_set(&object, "budget_s", planned->budget_s ? json_integer(planned->budget_s) : json_null());
	json_set(&object, "boots", json_integer(experiment->boots));
	json_set(&object, "boot_s", json_number(experiment_boot_s(experiment)));
	json_set(&object, "start_s", json_number(experiment->boot_s));
	json_set(&object, "total_s", json_number(2 * experiment->boots *
						 experiment_boot_s(experiment)));
	json_set(&object, "parts", parts);
	json_set(&object, "runs", runs);
	return json_print(&object, stdout, error);
}

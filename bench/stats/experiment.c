// SPDX-License-Identifier: GPL-2.0-or-later
#include "experiment.h"

#include <math.h>

#include "boots.h"

uint32_t experiment_fewest(double alpha)
{
	uint32_t boots = 2;

	while (boots_smallest_p(boots) > alpha)
		boots++;
	return boots;
}

/* The change that is found, in deviations between boots as the part has them. */
static double reach_of(const struct experiment *experiment, const struct experiment_part *part,
		       uint32_t boots)
{
	return boots_detectable_by(boots, experiment->alpha, experiment->power,
				   part->spread.degrees);
}

static double deviation_of(const struct experiment_part *part, uint32_t blocks)
{
	return boots_deviation(part->spread.boot, part->spread.block, part->spread.operation,
			       blocks, part->operations);
}

double experiment_smallest(const struct experiment *experiment, const struct experiment_part *part,
			   uint32_t boots, uint32_t blocks)
{
	return reach_of(experiment, part, boots) * deviation_of(part, blocks);
}

double experiment_boot_s(const struct experiment *experiment)
{
	double seconds = experiment->boot_s;

	for (size_t i = 0; i < experiment->cell_count; i++)
		seconds += experiment->cells[i].blocks * experiment->cells[i].block_s;
	return seconds;
}

static uint32_t whole_units(double blocks, uint32_t unit)
{
	return (uint32_t)ceil(blocks / unit) * unit;
}

/* Blocks at which the part deviates by no more than that; 0: there are none. */
static uint32_t blocks_for(const struct experiment_part *part, double deviation)
{
	const double left = deviation * deviation - part->spread.boot;
	double blocks = part->spread.block + part->spread.operation / part->operations;

	if (blocks > 0)
		blocks = left > 0 ? ceil(blocks / left) : INFINITY;
	if (!(blocks <= EXPERIMENT_BLOCKS_MAX) || (left < 0 && part->spread.boot > 0))
		return 0;
	return (uint32_t)fmax(blocks, part->least_blocks);
}

/* The largest deviation at which the part's change is found; parts mostly have the same. */
struct target {
	double effect;
	uint32_t boots;
	double degrees, deviation;	/* of the last one that was asked for; 0: none was */
};

static double target_of(const struct experiment *experiment, const struct experiment_part *part,
			struct target *target)
{
	if (target->deviation > 0 && target->degrees == part->spread.degrees)
		return target->deviation;
	target->degrees = part->spread.degrees;
	target->deviation = target->effect / reach_of(experiment, part, target->boots);
	return target->deviation;
}

/* Gives every cell its blocks for so many boots; false: they are not enough boots. */
static bool fill_blocks(struct experiment *experiment, double effect, uint32_t boots)
{
	struct target target = { .effect = effect, .boots = boots };

	for (size_t i = 0; i < experiment->cell_count; i++)
		experiment->cells[i].blocks = experiment->cells[i].least;
	for (size_t i = 0; i < experiment->part_count; i++) {
		const struct experiment_part *part = &experiment->parts[i];
		struct experiment_cell *cell = &experiment->cells[part->cell];
		uint32_t blocks;

		if (part->beyond)
			continue;
		blocks = blocks_for(part, target_of(experiment, part, &target));
		if (!blocks)
			return false;
		blocks = whole_units(blocks, cell->unit);
		if (blocks > cell->blocks)
			cell->blocks = blocks;
	}
	return true;
}

static bool mark_beyond(struct experiment *experiment, double effect)
{
	struct target target = { .effect = effect, .boots = experiment->boots_max };
	bool any = false;

	for (size_t i = 0; i < experiment->part_count; i++) {
		struct experiment_part *part = &experiment->parts[i];

		part->beyond = !blocks_for(part, target_of(experiment, part, &target));
		any |= !part->beyond;
	}
	return any;
}

void experiment_for_effect(struct experiment *experiment, double effect)
{
	const uint32_t most = experiment->boots_max;
	double least_s = INFINITY;
	uint32_t best = 0;

	experiment->boots = 0;
	if (!mark_beyond(experiment, effect))
		return;
	for (uint32_t boots = experiment_fewest(experiment->alpha); boots <= most; boots++) {
		double seconds;

		/* More boots cost more than all blocks of the best so far save. */
		if (2 * boots * experiment->boot_s >= least_s)
			break;
		if (!fill_blocks(experiment, effect, boots))
			continue;
		seconds = 2 * boots * experiment_boot_s(experiment);
		if (seconds >= least_s)
			continue;
		least_s = seconds;
		best = boots;
	}
	experiment->boots = best;
	if (best)
		fill_blocks(experiment, effect, best);
}

/* The blocks of one boot of `boot_s` seconds; false: it is not enough for what quantiles need. */
static bool share_time(struct experiment *experiment, double boot_s)
{
	double measured_s = 0, factor;

	for (size_t i = 0; i < experiment->cell_count; i++)
		measured_s += experiment->cells[i].measured * experiment->cells[i].block_s;
	factor = measured_s > 0 ? (boot_s - experiment->boot_s) / measured_s : 1;
	if (factor <= 0)
		return false;
	for (size_t i = 0; i < experiment->cell_count; i++) {
		struct experiment_cell *cell = &experiment->cells[i];
		const double units = floor(cell->measured * factor / cell->unit);

		cell->blocks = (uint32_t)fmin(fmax(units, 1), EXPERIMENT_BLOCKS_MAX / cell->unit) *
			       cell->unit;
	}
	for (size_t i = 0; i < experiment->part_count; i++)
		if (experiment->cells[experiment->parts[i].cell].blocks <
		    experiment->parts[i].least_blocks)
			return false;
	return experiment_boot_s(experiment) <= boot_s;
}

/* The largest of the parts' smallest changes. */
static double worst_part(const struct experiment *experiment, uint32_t boots)
{
	struct target target = { .effect = 1, .boots = boots };
	double worst = 0;

	for (size_t i = 0; i < experiment->part_count; i++) {
		const struct experiment_part *part = &experiment->parts[i];
		const uint32_t blocks = experiment->cells[part->cell].blocks;

		worst = fmax(worst, deviation_of(part, blocks) /
					    target_of(experiment, part, &target));
	}
	return worst;
}

void experiment_for_time(struct experiment *experiment, double budget_s)
{
	double smallest = INFINITY;

	experiment->boots = 0;
	for (size_t i = 0; i < experiment->part_count; i++)
		experiment->parts[i].beyond = false;
	for (uint32_t boots = experiment_fewest(experiment->alpha);
	     boots <= experiment->boots_max && budget_s / (2 * boots) > experiment->boot_s;
	     boots++) {
		double found;

		if (!share_time(experiment, budget_s / (2 * boots)))
			continue;
		found = worst_part(experiment, boots);
		if (found >= smallest)
			continue;
		smallest = found;
		experiment->boots = boots;
	}
	if (experiment->boots)
		share_time(experiment, budget_s / (2 * experiment->boots));
}

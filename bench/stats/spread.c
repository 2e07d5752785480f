// SPDX-License-Identifier: GPL-2.0-or-later
#include "spread.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A boot's deviation from the mean of its group. */
struct deviation {
	double value, control;
};

static bool is_usable(const struct spread_boot *boots, size_t count, size_t i)
{
	size_t alike = 0;

	for (size_t j = 0; j < count; j++)
		alike += boots[j].group == boots[i].group && !isnan(boots[j].value);
	return alike >= 2 && !isnan(boots[i].value);
}

/* The boots that a deviation can be told of, behind each other; gives how many. */
static size_t take_usable(const struct spread_boot *boots, size_t count, struct spread_boot *usable)
{
	size_t taken = 0;

	for (size_t i = 0; i < count; i++)
		if (is_usable(boots, count, i))
			usable[taken++] = boots[i];
	return taken;
}

static void centre(const struct spread_boot *boots, size_t count, size_t i, struct deviation *off)
{
	double value = 0, control = 0;
	size_t alike = 0;

	for (size_t j = 0; j < count; j++) {
		if (boots[j].group != boots[i].group)
			continue;
		value += boots[j].value;
		control += boots[j].control;
		alike++;
	}
	off->value = boots[i].value - value / (double)alike;
	off->control = boots[i].control - control / (double)alike;
}

static size_t count_groups(const struct spread_boot *boots, size_t count)
{
	size_t groups = 0;

	for (size_t i = 0; i < count; i++) {
		bool seen = false;

		for (size_t j = 0; j < i; j++)
			seen |= boots[j].group == boots[i].group;
		groups += !seen;
	}
	return groups;
}

/* The variance between boots of a group, what the control shares taken out. */
static double between_boots(const struct spread_boot *boots, size_t count, struct deviation *off,
			    struct spread *spread)
{
	double degrees = (double)(count - spread->groups), shared = 0, both = 0, squares = 0;

	for (size_t i = 0; i < count; i++) {
		centre(boots, count, i, &off[i]);
		shared += off[i].control * off[i].control;
		both += off[i].control * off[i].value;
	}
	/* A boot without a control makes these sums NAN: no control then. */
	if (shared > 0 && degrees > 1) {
		spread->beta = fmin(fmax(both / shared, 0), 1);
		degrees--;
	}
	for (size_t i = 0; i < count; i++) {
		const double rest = off[i].value -
				    (spread->beta > 0 ? spread->beta * off[i].control : 0);

		squares += rest * rest;
	}
	spread->degrees = degrees;
	return squares / degrees;
}

/* The mean over the boots that have it, 0 where none has. */
static double mean_known(double sum, size_t known)
{
	return known ? sum / (double)known : 0;
}

int spread_of(const struct spread_boot *boots, size_t count, struct spread *spread)
{
	struct spread_boot *usable = malloc((count + 1) * sizeof(*usable));
	struct deviation *off = malloc((count + 1) * sizeof(*off));
	double block = 0, within = 0, operation = 0, in_block = 0;
	size_t with_blocks = 0, with_operations = 0;
	int ret = usable && off ? 0 : -ENOMEM;

	memset(spread, 0, sizeof(*spread));
	if (!ret)
		spread->boots = take_usable(boots, count, usable);
	if (!ret && !spread->boots)
		ret = -ENODATA;
	for (size_t i = 0; i < spread->boots && !ret; i++) {
		const struct spread_boot *boot = &usable[i];
		const double single = isfinite(boot->operation_variance) ?
					      boot->operation_variance :
					      0;
		const bool has_blocks = isfinite(boot->block_variance);

		operation += single;
		with_operations += isfinite(boot->operation_variance);
		block += has_blocks ? boot->block_variance : 0;
		in_block += has_blocks ? single / boot->operations : 0;
		with_blocks += has_blocks;
		within += (has_blocks ? boot->block_variance : single / boot->operations) /
			  (double)boot->blocks;
	}
	if (!ret) {
		spread->groups = count_groups(usable, spread->boots);
		spread->operation = mean_known(operation, with_operations);
		spread->block = fmax(0, mean_known(block - in_block, with_blocks));
		spread->boot = fmax(0, between_boots(usable, spread->boots, off, spread) -
				       within / (double)spread->boots);
	}
	free(off);
	free(usable);
	return ret;
}

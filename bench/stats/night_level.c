// SPDX-License-Identifier: GPL-2.0-or-later
#include "night_level.h"

#include <math.h>

static int boot_median(const struct paired_block *boot, bool exact,
		       struct paired_workspace *workspace, double *value)
{
	if (!exact)
		return paired_log_quantile(workspace, boot->sorted, boot->count, .5, value);
	*value = log(fmax(PAIRED_ZERO_NS, quantile_type7_u64(boot->sorted, boot->count, .5)));
	return 0;
}

/* Mean and squares in one pass: Welford, Technometrics 4 (1962). */
int night_level_make(const struct column_data *data, bool exact, struct paired_workspace *workspace,
		     struct night_level *level)
{
	double mean = 0, squares = 0;

	*level = (struct night_level){ .value = NAN, .error = NAN };
	for (size_t i = 0; i < data->boot_count; i++) {
		const struct paired_block *boot = &data->boots[i];
		double value, distance;
		int ret;

		if (boot->count < paired_minimum(.5))
			continue;
		ret = boot_median(boot, exact, workspace, &value);
		if (ret)
			return ret;
		distance = value - mean;
		mean += distance / ++level->boots;
		squares += distance * (value - mean);
	}
	if (level->boots)
		level->value = mean;
	if (level->boots > 1)
		level->error = sqrt(squares / (level->boots - 1) / level->boots);
	return 0;
}

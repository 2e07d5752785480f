// SPDX-License-Identifier: GPL-2.0-or-later
#include "exact.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "quantile.h"
#include "sort.h"

static size_t take_build(const struct boot_value *boots, size_t count, uint32_t build, double *to)
{
	size_t taken = 0;

	for (size_t i = 0; i < count; i++)
		if (boots[i].build == build && isfinite(boots[i].value))
			to[taken++] = boots[i].value;
	sort_doubles(to, taken);
	return taken;
}

int exact_compare(const struct boot_value *boots, size_t count, struct boots_effect *effect)
{
	double *values = malloc((count + 1) * sizeof(*values)), *candidate = values;

	*effect = (struct boots_effect){ .estimate = NAN, .low = NAN, .high = NAN, .p = NAN,
					 .deviation = NAN };
	if (!values)
		return -ENOMEM;
	effect->count[0] = take_build(boots, count, 0, values);
	candidate += effect->count[0];
	effect->count[1] = take_build(boots, count, 1, candidate);
	if (effect->count[0] && effect->count[1]) {
		effect->estimate = quantile_type7(candidate, effect->count[1], .5) -
				   quantile_type7(values, effect->count[0], .5);
		effect->low = candidate[0] - candidate[-1];
		effect->high = candidate[effect->count[1] - 1] - values[0];
	}
	free(values);
	return 0;
}

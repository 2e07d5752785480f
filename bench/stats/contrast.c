// SPDX-License-Identifier: GPL-2.0-or-later
#include "contrast.h"

#include <math.h>

void sums_add(struct boot_sums *sums, const struct boot_value *boot)
{
	sums->count++;
	sums->value += boot->value;
	sums->control += boot->control;
	sums->value2 += boot->value * boot->value;
	sums->product += boot->value * boot->control;
	sums->control2 += boot->control * boot->control;
}

/* Squares and products about the means. */
static struct boot_sums about_means(const struct boot_sums *sums)
{
	double n = sums->count;

	return (struct boot_sums){
		.count = n, .value = sums->value / n, .control = sums->control / n,
		.value2 = fmax(0, sums->value2 - sums->value * sums->value / n),
		.product = sums->product - sums->value * sums->control / n,
		.control2 = fmax(0, sums->control2 - sums->control * sums->control / n),
	};
}

struct contrast contrast_make(const struct boot_sums *base, const struct boot_sums *candidate)
{
	const struct boot_sums group[2] = { about_means(base), about_means(candidate) };
	double control2 = group[0].control2 + group[1].control2, each[2];
	double controls = group[1].control - group[0].control, freedom;
	struct contrast contrast = { 0 };

	freedom = group[0].count + group[1].count - 2;
	if (control2 > 0)
		contrast.beta = fmin(1, fmax(0, (group[0].product + group[1].product) / control2));
	contrast.difference = group[1].value - group[0].value - contrast.beta * controls;
	for (size_t i = 0; i < 2; i++) {
		double n = group[i].count, beta = contrast.beta;

		contrast.squares[i] = fmax(0, group[i].value2 - 2 * beta * group[i].product +
					      beta * beta * group[i].control2);
		each[i] = contrast.squares[i] / (n - 1) / n;
		if (contrast.beta > 0)
			each[i] *= freedom / (freedom - 1);
	}
	contrast.variance = each[0] + each[1];
	contrast.degrees = contrast.variance * contrast.variance /
			   (each[0] * each[0] / (group[0].count - 1) +
			    each[1] * each[1] / (group[1].count - 1));
	if (contrast.beta > 0)
		contrast.variance += (contrast.squares[0] + contrast.squares[1]) / (freedom - 1) *
				     controls * controls / control2;
	return contrast;
}

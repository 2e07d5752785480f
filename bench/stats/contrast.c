// SPDX-License-Identifier: GPL-2.0-or-later
#include "contrast.h"

#include <math.h>

void sums_add(struct boot_sums *sums, const struct boot_value *boot, double base_share)
{
	sums->value += boot->value;
	sums->control += boot->control;
	sums->value2 += boot->value * boot->value;
	sums->product += boot->value * boot->control;
	sums->control2 += boot->control * boot->control;
	sums->weighted_value += base_share * boot->value;
	sums->weighted_control += base_share * boot->control;
}

void design_add(struct contrast_design *design, size_t base, size_t candidates)
{
	const double n[2] = { (double)base, (double)candidates }, all = n[0] + n[1];

	design->nights++;
	for (size_t build = 0; build < 2; build++) {
		const double z = n[!build] / all;

		design->count[build] += n[build];
		design->z2[build] += n[build] * z * z;
		design->left[build] += n[build] - n[build] / all;
	}
}

void design_finish(struct contrast_design *design)
{
	const double s = design->z2[0] + design->z2[1];

	for (size_t build = 0; build < 2; build++)
		design->left[build] -= design->z2[build] / s;
}

double design_freedom(const struct contrast_design *design)
{
	return design->count[0] + design->count[1] - design->nights - 1;
}

/* Sums over one build of the squares and products of what the fit leaves. */
struct residuals {
	double value2, product, control2;
};

/* `value`, `control`: sums of z times them; `d` the fitted differences of both. */
static struct residuals residuals_of(double value2, double product, double control2, double value,
				     double control, double z2, const double d[2])
{
	return (struct residuals){
		.value2 = fmax(0, value2 - 2 * d[0] * value + d[0] * d[0] * z2),
		.product = product - d[0] * control - d[1] * value + d[0] * d[1] * z2,
		.control2 = fmax(0, control2 - 2 * d[1] * control + d[1] * d[1] * z2),
	};
}

struct contrast contrast_make(const struct contrast_design *design, const struct boot_sums *all,
			      const struct boot_sums *candidates)
{
	const double s = design->z2[0] + design->z2[1], freedom = design_freedom(design);
	const struct boot_sums *own = candidates;
	/* z is the share of base for a candidate, and that less 1 for a base boot. */
	const double value[2] = {
		all->weighted_value - own->weighted_value - (all->value - own->value),
		own->weighted_value,
	};
	const double control[2] = {
		all->weighted_control - own->weighted_control - (all->control - own->control),
		own->weighted_control,
	};
	const double d[2] = { (value[0] + value[1]) / s, (control[0] + control[1]) / s };
	const struct residuals left[2] = {
		residuals_of(all->value2 - own->value2, all->product - own->product,
			     all->control2 - own->control2, value[0], control[0], design->z2[0], d),
		residuals_of(own->value2, own->product, own->control2, value[1], control[1],
			     design->z2[1], d),
	};
	const double control2 = left[0].control2 + left[1].control2;
	struct contrast contrast = { 0 };
	double each[2], degrees[2], beta = 0;

	if (control2 > 0 && freedom >= 2)
		beta = fmin(1, fmax(0, (left[0].product + left[1].product) / control2));
	contrast.beta = beta;
	contrast.difference = d[0] - beta * d[1];
	for (size_t i = 0; i < 2; i++) {
		contrast.squares[i] = fmax(0, left[i].value2 - 2 * beta * left[i].product +
					      beta * beta * left[i].control2);
		/* What the slope takes of all degrees is each build's loss in proportion. */
		degrees[i] = design->left[i];
		if (beta > 0)
			degrees[i] *= (freedom - 1) / freedom;
		each[i] = contrast.squares[i] / degrees[i] * design->z2[i] / (s * s);
	}
	contrast.variance = each[0] + each[1];
	contrast.degrees = contrast.variance * contrast.variance /
			   (each[0] * each[0] / degrees[0] + each[1] * each[1] / degrees[1]);
	if (beta > 0)
		contrast.variance += (contrast.squares[0] + contrast.squares[1]) / (freedom - 1) *
				     d[1] * d[1] / control2;
	return contrast;
}

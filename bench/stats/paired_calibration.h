/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the comparison inside a boot (paired.h) can see on a machine, and how often it calls one
 * strategy different from itself there: from quartets that were measured, of any boots.
 *
 * What it can see follows from how the D_j scatter about the centre of their own boot, whatever
 * the strategies differ by: that takes no strategy against itself. They are joined as the
 * comparison joins them, so that where neighbours are alike they count as the few that they
 * are. Of several boots the unit is the D of a boot, and how these scatter is taken from them.
 *
 * Its false positives take blocks that do not differ. The two blocks of a strategy in a quartet
 * are its outer ones or its inner ones: the difference of the outer ones has three blocks of the
 * machine's drift in it, which no difference of A B B A has, and scatters more than these.
 * So four successive blocks of one strategy in a boot, mostly those of two quartets, are
 * taken as a quartet: its outer blocks against its inner ones, from which a steady drift is gone
 * but for the step by which two quartets that began differently are apart. Which of them is A
 * a coin decides, as the plan decides it for A B B A, and each throw of all coins is a run that
 * the plan might have made. Both strategies give such quartets, together as many as there were.
 *
 * To flip all signs of a difference is what the test itself does, so that the rate cannot be
 * far above its level while the coins are what it takes them for. It shows what is not so
 * plain: that samples are pooled over quartets, each with a coin of its own, that
 * differences are joined by a look at their signs, and that few differences have few values
 * of p. How many would be a verdict depends on the machine alone. It errs on the large side,
 * because these quartets span twice the time.
 *
 * Sources: the design's own randomisation distribution, Cox, Planning of Experiments (1958),
 * chapter 5; a scale from the width of the interval, Lehmann, "Nonparametric confidence
 * intervals for a shift parameter", Annals of Mathematical Statistics 34 (1963).
 */
#ifndef HMMBENCH_STATS_PAIRED_CALIBRATION_H
#define HMMBENCH_STATS_PAIRED_CALIBRATION_H

#include <stddef.h>
#include <stdint.h>

#include "calibration.h"
#include "paired.h"

#define PAIRED_CALIBRATION_THROWS 128	/* of the coins of all quartets */

struct paired_rate {
	uint32_t tried;		/* tests of blocks that do not differ; 0: too few of them for any */
	uint32_t called;	/* of these: p at most CALIBRATION_ALPHA */
	uint32_t judged;	/* of these: and beyond the smallest effect of interest */
};

struct paired_calibration {
	/*
	 * Of one D_j about the centre of its boot, ln: that of a joined one times the root of how
	 * many it is of. NAN where no boot has two.
	 */
	double deviation;
	uint32_t differences;	/* of a boot, before they are joined: the median */
	uint32_t factor;	/* by which they were joined, 1, 2, 4 ..: the median */
	struct paired_rate one_boot;
	double boot_deviation;	/* of the D of a boot, ln; NAN below two boots */
	uint32_t boots;		/* that have a difference */
	struct paired_rate several_boots;
};

/*
 * `quartets` by boot and in order. `least` differences are what a verdict on one boot takes:
 * boots with fewer are in no rate of one boot. `threshold` is the smallest effect of interest (ln).
 * -ENODATA: no boot has a difference; -ENOMEM.
 */
int paired_calibration_make(const struct paired_quartet *quartets, size_t count, double q,
			    uint32_t least, double threshold, uint64_t seed,
			    struct paired_workspace *workspace,
			    struct paired_calibration *calibration);

/*
 * The smallest change (ln) that is found with probability CALIBRATION_POWER at a p of
 * CALIBRATION_ALPHA: by `pairs` differences of one boot, each of `factor` that were joined; or
 * by that many boots. NAN where so few find none, or the deviation is not known.
 */
double paired_calibration_smallest(const struct paired_calibration *calibration, uint32_t pairs,
				   uint32_t factor);
double paired_calibration_smallest_of_boots(const struct paired_calibration *calibration,
					    uint32_t boots);

#endif

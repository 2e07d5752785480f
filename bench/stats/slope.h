/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How latency grows with the size of what is torn down: the exponent c of size^c, for two
 * alternatives and for their difference, with intervals.
 *
 * A straight line through a log-log plot of latency against mirrors is bent by what a
 * teardown costs whatever its size: an exit with one mirror is nearly all fixed cost, and
 * the plain slope over 1 .. 1024 mirrors of a walk that is exactly linear comes out as
 * .5. The curve that is fitted is therefore
 *	latency = fixed + factor * size^c,	fixed >= 0,
 * by least squares of logarithms, each size counting the same. All sizes are used; what the
 * fixed cost takes of the small ones is fitted, not cut off. It can be told from the rest only
 * where latency rises enough: where one alternative rises less than SLOPE_RISE_MIN times from
 * its least to its largest size, both get the plain line (fixed = 0), so that their exponents
 * can be compared in any case.
 *
 * The unit is the quartet inside one boot, the boot where there are several; never the
 * sample. A point is the 20 % trimmed mean of its quartets, so that a disturbed one does not
 * turn the line, or the mean of its boots, each of which is the centre of many quartets. The
 * interval follows from the units' spread through the fit's influence
 * function (the delta method), with degrees of freedom added up by Satterthwaite's rule;
 * inside a boot it is widened by the units' correlation in time. Boots share what they do to
 * every point, so that each gives one influence, the sum over its points. An interval tells
 * how far another measurement of the same points could be away. How far the points are from
 * any such curve (caches that are left bend it as well) is `misfit`, beside it.
 *
 * Sources: Seber, Wild, Nonlinear Regression (1989), sections 2.1 and 5.1, for the fit and its
 * linearisation; Tukey, McLaughlin, Sankhya A 25 (1963), for the trimmed mean's variance and
 * degrees of freedom; Satterthwaite, Biometrics Bulletin 2 (1946).
 */
#ifndef HMMBENCH_STATS_SLOPE_H
#define HMMBENCH_STATS_SLOPE_H

#include <stdbool.h>
#include <stddef.h>

#define SLOPE_ARMS 2
#define SLOPE_POINTS_MIN 3
#define SLOPE_RISE_MIN 4.0	/* from here on three quarters of the largest point are not fixed */
#define SLOPE_TRIM 0.2		/* of the quartets, at each end */
#define SLOPE_UNITS_FEW 4	/* fewer do not tell their spread alone */
#define SLOPE_MISRATE 0.05	/* of the intervals */

/* One size. Unit i of one arm was measured beside unit i of the other. */
struct slope_point {
	double size;			/* above 0 */
	size_t units;
	const double *ln_ns[SLOPE_ARMS];	/* logarithms in the order they were measured; borrowed */
};

struct slope_curve {
	double exponent;	/* NAN: none could be fitted */
	double fixed_ns;	/* 0 for the plain line */
	double ln_factor;	/* of nanoseconds */
	double misfit;		/* the largest distance of a point from it, in logarithms */
};

/* Nanoseconds at a size. */
double slope_curve_at(const struct slope_curve *curve, double size);

struct slope_interval {
	double estimate, low, high;	/* 95 %; NAN in low and high where the units are too few */
};

struct slope {
	struct slope_curve curve[SLOPE_ARMS];
	struct slope_interval exponent[SLOPE_ARMS];
	struct slope_interval difference;	/* candidate less base */
	bool plain;				/* no fixed cost was fitted */
	size_t units;				/* of the point that has least */
};

/*
 * Of `count` points with sizes that ascend. `shared`: unit i of one point and unit i of
 * another are the same boot, and each point has as many. NANs in *slope below
 * SLOPE_POINTS_MIN points, for a point without units and for values that are not finite.
 * -ENOMEM.
 */
int slope_fit(const struct slope_point *points, size_t count, bool shared, struct slope *slope);

/*
 * The curve through (size, ln_ns), and how much the exponent moves by when each ln_ns does:
 * influence[count]. With `plain` the line without a fixed cost. False, with NAN in
 * curve->exponent: the best exponent lies at the edge of those looked at, so that the points
 * do not determine one.
 */
bool slope_curve_fit(const double *sizes, const double *ln_ns, size_t count, bool plain,
		     struct slope_curve *curve, double *influence);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmocka with what it needs in front of it, and comparison of doubles. */
#ifndef HMMBENCH_TEST_WITHIN_H
#define HMMBENCH_TEST_WITHIN_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* |value - expected| <= tolerance; equal infinities pass, a NAN never does. */
#define assert_within(value, expected, tolerance)                                            \
	do {                                                                                 \
		double value_ = (value), expected_ = (expected), tolerance_ = (tolerance);   \
		if (!(value_ == expected_ || fabs(value_ - expected_) <= tolerance_))        \
			fail_msg("%s: %.17g, expected %.17g +- %g", #value, value_, expected_, \
				 tolerance_);                                                \
	} while (0)

#define assert_nan(value)                                                                    \
	do {                                                                                 \
		double value_ = (value);                                                     \
		if (!isnan(value_))                                                          \
			fail_msg("%s: %.17g, expected NAN", #value, value_);                 \
	} while (0)

#endif

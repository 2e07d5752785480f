// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that every strategy looks the same in every figure and like no other, and each phase of a
 * bar like none beside it: on white, in greyscale, and to eyes that lack one kind of cones. Colours
 * are looked at as such eyes see them: Machado, Oliveira and Fernandes, "A Physiologically-based
 * Model for Simulation of Color Vision Deficiency" (IEEE TVCG 15, 2009), their matrices for severity
 * 1; distances are CIE 1976, where 2.3 is just noticeable.
 */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cell.h"
#include "hand_made_report.h"
#include "report/figure_phases.h"

#define LIGHTNESS_LEAST 6.0  /* L* between two strategies: all that greyscale leaves */
#define NEIGHBOUR_LEAST 18.0 /* L* between two phases that touch: slivers, without a shape */
#define DISTANCE_LEAST	12.0 /* to each kind of eyes */
#define CONTRAST_LEAST	3.0  /* against white: WCAG 2.1, 1.4.11, for graphics */

static const struct eyes {
	const char *name;
	double matrix[3][3]; /* linear sRGB to linear sRGB */
} eyes[] = {
	{ "usual", { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } } },
	{ "protanopia",
	  { { .152286, 1.052583, -.204868 },
	    { .114503, .786281, .099216 },
	    { -.003882, -.048116, 1.051998 } } },
	{ "deuteranopia",
	  { { .367322, .860646, -.227968 },
	    { .280085, .672501, .047413 },
	    { -.011820, .042940, .968881 } } },
	{ "tritanopia",
	  { { 1.255528, -.076749, -.178779 },
	    { -.078411, .930809, .147602 },
	    { .004733, .691367, .303900 } } },
};

struct lab {
	double lightness, a, b;
};

static double linear(unsigned int channel)
{
	const double share = channel / 255.0;

	return share <= .04045 ? share / 12.92 : pow((share + .055) / 1.055, 2.4);
}

/* "#0072B2" as those eyes see it, in linear light. */
static void seen(const char *colour, const struct eyes *who, double light[3])
{
	unsigned int red, green, blue;
	double full[3];

	assert_int_equal(sscanf(colour, "#%02x%02x%02x", &red, &green, &blue), 3);
	full[0] = linear(red);
	full[1] = linear(green);
	full[2] = linear(blue);
	for (size_t i = 0; i < 3; i++) {
		light[i] = 0;
		for (size_t k = 0; k < 3; k++)
			light[i] += who->matrix[i][k] * full[k];
		light[i] = fmin(1, fmax(0, light[i]));
	}
}

static double luminance(const double light[3])
{
	return .2126 * light[0] + .7152 * light[1] + .0722 * light[2];
}

static double compressed(double share)
{
	return share > 216.0 / 24389 ? cbrt(share) : (24389.0 / 27 * share + 16) / 116;
}

/* sRGB's white, D65. */
static struct lab to_lab(const double light[3])
{
	const double x = compressed((.4124 * light[0] + .3576 * light[1] + .1805 * light[2]) /
				    .95047);
	const double y = compressed(luminance(light));
	const double z = compressed((.0193 * light[0] + .1192 * light[1] + .9505 * light[2]) /
				    1.08883);

	return (struct lab){ 116 * y - 16, 500 * (x - y), 200 * (y - z) };
}

static double distance(const char *first, const char *second, const struct eyes *who)
{
	double one[3], other[3];
	struct lab a, b;

	seen(first, who, one);
	seen(second, who, other);
	a = to_lab(one);
	b = to_lab(other);
	return sqrt(pow(a.lightness - b.lightness, 2) + pow(a.a - b.a, 2) + pow(a.b - b.b, 2));
}

static double lightness(const char *colour)
{
	double light[3];

	seen(colour, &eyes[0], light);
	return to_lab(light).lightness;
}

/* The style of a strategy that stands on `arm` beside another. */
static const struct figure_style *style_of(const char *strategy, const char *other,
					   enum comparison_arm arm)
{
	const struct hand_made_shape shape = { .boots = 1 };
	struct hand_made *made = hand_made_new(&shape);
	const struct figure_style *style;

	made->input.base_name = arm == ARM_BASE ? strategy : other;
	made->input.candidate_name = arm == ARM_BASE ? other : strategy;
	style = figure_style(&made->report, arm);
	hand_made_free(made);
	return style;
}

/* Calls back for each two strategies that there are. */
static void each_pair(void (*check)(const char *first, const char *second))
{
	size_t pairs = 0;

	for (size_t i = 0; strategy_names[i].name; i++) {
		for (size_t k = i + 1; strategy_names[k].name; k++) {
			check(strategy_names[i].name, strategy_names[k].name);
			pairs++;
		}
	}
	assert_true(pairs >= 6);
}

static void check_same(const char *first, const char *second)
{
	const struct figure_style *style = style_of(first, second, ARM_BASE);

	/* On either side, and whatever it is beside. */
	assert_ptr_equal(style, style_of(first, second, ARM_CANDIDATE));
	for (size_t i = 0; strategy_names[i].name; i++)
		if (strcmp(strategy_names[i].name, first))
			assert_ptr_equal(style,
					 style_of(first, strategy_names[i].name, ARM_CANDIDATE));
}

static void test_a_strategy_looks_the_same_wherever_it_stands(void **state)
{
	(void)state;
	each_pair(check_same);
}

static void check_greyscale(const char *first, const char *second)
{
	const struct figure_style *one = style_of(first, second, ARM_BASE);
	const struct figure_style *other = style_of(second, first, ARM_BASE);

	if (fabs(lightness(one->colour) - lightness(other->colour)) < LIGHTNESS_LEAST)
		fail_msg("%s and %s: L* %.1f and %.1f", first, second, lightness(one->colour),
			 lightness(other->colour));
	assert_int_not_equal(one->dash, other->dash);
	assert_int_not_equal(one->point, other->point);
}

static void test_greyscale_leaves_lightness_dashes_and_points(void **state)
{
	(void)state;
	each_pair(check_greyscale);
}

static void check_eyes(const char *first, const char *second)
{
	const char *one = style_of(first, second, ARM_BASE)->colour;
	const char *other = style_of(second, first, ARM_BASE)->colour;

	for (size_t i = 0; i < sizeof(eyes) / sizeof(eyes[0]); i++)
		if (distance(one, other, &eyes[i]) < DISTANCE_LEAST)
			fail_msg("%s and %s, %s: %.1f", first, second, eyes[i].name,
				 distance(one, other, &eyes[i]));
}

static void test_no_two_look_alike_to_any_eyes(void **state)
{
	(void)state;
	each_pair(check_eyes);
}

static void test_each_stands_out_from_white(void **state)
{
	(void)state;
	for (size_t i = 0; strategy_names[i].name; i++) {
		const char *name = strategy_names[i].name;
		double light[3];

		seen(style_of(name, strategy_names[!i].name, ARM_BASE)->colour, &eyes[0], light);
		if (1.05 / (luminance(light) + .05) < CONTRAST_LEAST)
			fail_msg("%s: contrast %.2f", name, 1.05 / (luminance(light) + .05));
	}
}

/* Builds have no colours of their own: base and candidate do. */
static void test_builds_are_told_apart_too(void **state)
{
	const struct figure_style *base = style_of("debian:6.1", "debian:6.12", ARM_BASE);
	const struct figure_style *candidate = style_of("debian:6.12", "debian:6.1", ARM_CANDIDATE);

	(void)state;
	assert_ptr_not_equal(base, candidate);
	assert_int_not_equal(base->dash, candidate->dash);
	assert_int_not_equal(base->point, candidate->point);
	assert_true(fabs(lightness(base->colour) - lightness(candidate->colour)) >=
		    LIGHTNESS_LEAST);
}

static void check_neighbours(enum breakdown_part left, enum breakdown_part right)
{
	const double apart = fabs(lightness(phases_colour(left)) - lightness(phases_colour(right)));

	if (apart < NEIGHBOUR_LEAST)
		fail_msg("%s and %s: L* %.1f apart", breakdown_part_name(left),
			 breakdown_part_name(right), apart);
	for (size_t i = 0; i < sizeof(eyes) / sizeof(eyes[0]); i++)
		assert_true(distance(phases_colour(left), phases_colour(right), &eyes[i]) >=
			    DISTANCE_LEAST);
}

/* Those that touch, also where an exit had no wait or a kernel has no grace period. */
static void test_phases_that_touch_differ_in_greyscale(void **state)
{
	(void)state;
	check_neighbours(BREAKDOWN_BEFORE_WALK, BREAKDOWN_LOCK_WAIT);
	check_neighbours(BREAKDOWN_BEFORE_WALK, BREAKDOWN_WALK);
	check_neighbours(BREAKDOWN_LOCK_WAIT, BREAKDOWN_WALK);
	check_neighbours(BREAKDOWN_WALK, BREAKDOWN_GRACE);
	check_neighbours(BREAKDOWN_WALK, BREAKDOWN_UNMAP);
	check_neighbours(BREAKDOWN_WALK, BREAKDOWN_AFTER_WALK);
	check_neighbours(BREAKDOWN_GRACE, BREAKDOWN_UNMAP);
	check_neighbours(BREAKDOWN_UNMAP, BREAKDOWN_REST);
}

/* The walk is like no other phase, to any eyes. */
static void test_the_walk_stands_out(void **state)
{
	(void)state;
	for (enum breakdown_part part = 0; part < BREAKDOWN_PARTS; part++) {
		if (part == BREAKDOWN_WALK)
			continue;
		for (size_t i = 0; i < sizeof(eyes) / sizeof(eyes[0]); i++)
			assert_true(distance(phases_colour(BREAKDOWN_WALK), phases_colour(part),
					     &eyes[i]) >= 2 * DISTANCE_LEAST);
	}
}

/* The measure itself: red and green of one lightness are one to those who miss the cones. */
static void test_the_simulation_finds_what_it_is_for(void **state)
{
	(void)state;
	assert_true(distance("#B03A2E", "#3F6F1A", &eyes[0]) > 60);
	assert_true(distance("#B03A2E", "#3F6F1A", &eyes[2]) < DISTANCE_LEAST);
	assert_true(fabs(lightness("#ffffff") - 100) < .1 && fabs(lightness("#000000")) < .1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_strategy_looks_the_same_wherever_it_stands),
		cmocka_unit_test(test_greyscale_leaves_lightness_dashes_and_points),
		cmocka_unit_test(test_no_two_look_alike_to_any_eyes),
		cmocka_unit_test(test_each_stands_out_from_white),
		cmocka_unit_test(test_builds_are_told_apart_too),
		cmocka_unit_test(test_phases_that_touch_differ_in_greyscale),
		cmocka_unit_test(test_the_walk_stands_out),
		cmocka_unit_test(test_the_simulation_finds_what_it_is_for),
	};

	return cmocka_run_group_tests_name("figure_colours", tests, NULL, NULL);
}

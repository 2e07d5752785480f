// SPDX-License-Identifier: GPL-2.0-or-later
/* Proves that numbers read as intended at every edge, and that text from data is made harmless. */
#include "support.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/clean.h"
#include "report/report.h"

static void test_durations_have_three_digits_and_the_unit_that_fits(void **state)
{
	static const struct {
		double ns;
		const char *text;
	} cases[] = {
		{ 0, "0 ns" },	      { 1, "1 ns" },	     { 812, "812 ns" },
		{ 999, "999 ns" },    { 0.25, "0.25 ns" },   { 12.5, "12.5 ns" },
		{ 99.94, "99.9 ns" }, { 99.96, "100 ns" },   { 999.4, "999 ns" },
		{ 999.6, "1.00 us" }, { 1000, "1.00 us" },   { 9410, "9.41 us" },
		{ 9994, "9.99 us" },  { 9996, "10.0 us" },   { 99949, "99.9 us" },
		{ 99951, "100 us" },  { 999499, "999 us" },  { 999501, "1.00 ms" },
		{ 1.2e6, "1.20 ms" }, { 3.4e9, "3.40 s" },   { 1.234e12, "1234 s" },
		{ -812, "-812 ns" },  { -9410, "-9.41 us" }, { NAN, "-" },
	};
	char text[FORMAT_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		format_ns(cases[i].ns, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
}

static void test_exponents_have_an_interval_that_is_not_rounded_down(void **state)
{
	static const struct {
		struct slope_interval slope;
		const char *exponent, *difference;
	} cases[] = {
		{ { 1, .98, 1.02 }, "N^1.00 ± .02", "+1.00 ± .02" },
		{ { 1, .979, 1.021 }, "N^1.00 ± .03", "+1.00 ± .03" },
		{ { .998, .9955, 1.0005 }, "N^0.998 ± .003", "+.998 ± .003" },
		{ { -.18, -.24, -.12 }, "N^-0.18 ± .06", "-.18 ± .06" },
		{ { 0, -.1, .1 }, "N^0.00 ± .10", ".00 ± .10" },
		{ { -.004, -.034, .026 }, "N^0.00 ± .03", ".00 ± .03" },
		{ { 2, .5, 3.5 }, "N^2.00 ± 1.50", "+2.00 ± 1.50" },
		{ { 1, 1, 1 }, "N^1.000 ± .000", "+1.000 ± .000" },
		{ { 1, NAN, NAN }, "N^1.00", "+1.00" },
		{ { NAN, NAN, NAN }, "-", "-" },
		{ { 1, -1e300, 1e300 }, "N^1.00 ± 1000000.00", "+1.00 ± 1000000.00" },
	};
	char text[FORMAT_BYTES], *ascii;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		format_slope(&cases[i].slope, text, sizeof(text));
		assert_string_equal(text, cases[i].exponent);
		format_slope_difference(&cases[i].slope, text, sizeof(text));
		assert_string_equal(text, cases[i].difference);
	}
	format_slope(&cases[0].slope, text, sizeof(text));
	ascii = clean_text(text, true);
	assert_string_equal(ascii, "N^1.00 +- .02");
	free(ascii);
}

static void test_effects_are_per_cent_up_to_200_and_ratios_above(void **state)
{
	static const struct {
		double ratio;
		const char *text;
	} cases[] = {
		{ 1, "0.0 %" },	      { 0.9999, "0.0 %" },     { 1.0001, "0.0 %" },
		{ 0.108, "-89.2 %" }, { 1.041, "+4.1 %" },     { 2.5, "+150.0 %" },
		{ 3, "+200.0 %" },    { 3.01, "x3.01" },       { 12.3, "x12.3" },
		{ 123.4, "x123" },    { 0.0002, "-99.980 %" }, { 5e6, "x5.00e+06" },
		{ 1e-9, "<-99.999 %" },
	};
	char text[FORMAT_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		format_effect(log(cases[i].ratio), text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
	format_effect(NAN, text, sizeof(text));
	assert_string_equal(text, "-");
	format_effect(INFINITY, text, sizeof(text));
	assert_string_equal(text, "unbounded");
	format_effect(-INFINITY, text, sizeof(text));
	assert_string_equal(text, "<-99.999 %");
}

static void test_intervals_and_p(void **state)
{
	char text[FORMAT_BYTES];

	(void)state;
	format_interval(log(.099), log(.12), text, sizeof(text));
	assert_string_equal(text, "-90.1 .. -88.0 %");
	format_interval(log(1.1), log(5), text, sizeof(text));
	assert_string_equal(text, "+10.0 % .. x5.00");
	format_interval(log(4), log(5), text, sizeof(text));
	assert_string_equal(text, "x4.00 .. x5.00");
	format_interval(NAN, 0, text, sizeof(text));
	assert_string_equal(text, "-");
	format_p(.0312, text, sizeof(text));
	assert_string_equal(text, "0.0312");
	format_p(.00001, text, sizeof(text));
	assert_string_equal(text, "<0.0001");
	format_p(1, text, sizeof(text));
	assert_string_equal(text, "1.0000");
	format_p(NAN, text, sizeof(text));
	assert_string_equal(text, "-");
}

/* Whatever the value, FORMAT_BYTES hold it whole and a smaller buffer is not overrun. */
static void test_every_value_fits(void **state)
{
	static const double values[] = { 0,	 1e-300, 1.5,  -1.5,	 99.95,	    1e18, 1e300,
					 -1e300, 700,	 -700, INFINITY, -INFINITY, NAN };
	char text[FORMAT_BYTES + 1], small[5];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		for (size_t k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
			format_interval(values[i], values[k], text, sizeof(text));
			assert_true(strlen(text) < FORMAT_BYTES);
			assert_true(strlen(text) > 0);
		}
		format_effect(values[i], text, sizeof(text));
		assert_true(strlen(text) < FORMAT_BYTES);
		small[4] = '#';
		format_ns(values[i], small, 4);
		format_effect(values[i], small, 4);
		format_p(values[i], small, 4);
		assert_int_equal(small[4], '#');
	}
}

static void assert_clean(const char *from, bool ascii, const char *to)
{
	char *clean = clean_text(from, ascii);

	assert_string_equal(clean, to);
	free(clean);
}

#define BAD "\xef\xbf\xbd" /* U+FFFD */

static void test_clean_text_has_no_control_characters_and_is_utf8(void **state)
{
	(void)state;
	assert_clean("plain", false, "plain");
	assert_clean(NULL, false, "");
	assert_clean("a\tb\nc\rd", false, "a b c d");
	assert_clean("\033[31mred\a\x7f", false, BAD "[31mred" BAD BAD);
	assert_clean("\xc2\x9b"
		     "1m",
		     false, BAD "1m"); /* C1: CSI as one character */
	assert_clean("\xc3\xbc\xe2\x9c\x93\xf0\x9f\x98\x80", false,
		     "\xc3\xbc\xe2\x9c\x93\xf0\x9f\x98\x80"); /* two, three and four bytes */
	assert_clean("\xff\xfe"
		     "x",
		     false, BAD BAD "x");
	assert_clean("\xc0\xaf", false, BAD BAD);		  /* overlong '/' */
	assert_clean("\xe0\x80\xaf", false, BAD BAD BAD);	  /* overlong again */
	assert_clean("\xed\xa0\x80", false, BAD BAD BAD);	  /* a surrogate */
	assert_clean("\xf4\x90\x80\x80", false, BAD BAD BAD BAD); /* above U+10FFFF */
	assert_clean("\xe2\x82", false, BAD BAD);		  /* cut */
	assert_clean("a\xe2\x80\xae"
		     "b\xe2\x81\xa6",
		     false, "a" BAD "b" BAD); /* direction */
	assert_clean("\xc3\xbcx\xff", true, "?x?");
}

static void test_cutting_keeps_characters_whole(void **state)
{
	static const char text[] = "\xc3\xbc\xc3\xb6\xc3\xa4\xc3\x9f"
				   "abcd";

	(void)state;
	setlocale(LC_ALL, "C.UTF-8");
	assert_int_equal(clean_columns(text), 8);
	for (size_t columns = 0; columns <= 10; columns++) {
		char cut[sizeof(text)];
		char *clean;

		strcpy(cut, text);
		clean_cut(cut, columns);
		clean = clean_text(cut, false);
		assert_string_equal(clean, cut);
		free(clean);
		if (columns >= 8)
			assert_string_equal(cut, text);
		else
			assert_true(clean_columns(cut) <= columns);
		if (columns >= 2 && columns < 8)
			assert_string_equal(cut + strlen(cut) - 2, "..");
	}
	setlocale(LC_ALL, "C");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_durations_have_three_digits_and_the_unit_that_fits),
		cmocka_unit_test(test_exponents_have_an_interval_that_is_not_rounded_down),
		cmocka_unit_test(test_effects_are_per_cent_up_to_200_and_ratios_above),
		cmocka_unit_test(test_intervals_and_p),
		cmocka_unit_test(test_every_value_fits),
		cmocka_unit_test(test_clean_text_has_no_control_characters_and_is_utf8),
		cmocka_unit_test(test_cutting_keeps_characters_whole),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Samples and nights from elsewhere: what a file may look like, what is refused and where. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "elsewhere/arrangement.h"
#include "elsewhere/csv.h"
#include "elsewhere/night_table.h"
#include "elsewhere/remarks.h"
#include "support.h"

/* --- Rows --------------------------------------------------------------------------------- */

static FILE *file_of(const char *text)
{
	FILE *file = fmemopen((void *)text, strlen(text), "r");

	assert_non_null(file);
	return file;
}

static void a_field_may_be_quoted_and_hold_anything(void **state)
{
	static const char text[] = "\xef\xbb\xbf\"a\", b ,c\r\n"
				   "\"x, \"\"y\"\"\",  plain words\t,\r\n"
				   "\n"
				   "\"two\nlines\" , \"\" ,last";
	struct error error = { 0 };
	FILE *file = file_of(text);
	struct csv csv;

	(void)state;
	csv_begin(&csv, file, "t.csv");
	assert_int_equal(csv_next(&csv, &error), 1);
	assert_int_equal(csv.count, 3);
	assert_string_equal(csv.fields[0], "a");
	assert_string_equal(csv.fields[1], "b");
	assert_string_equal(csv.fields[2], "c");
	assert_int_equal(csv_next(&csv, &error), 1);
	assert_int_equal(csv.line, 2);
	assert_string_equal(csv.fields[0], "x, \"y\"");
	assert_string_equal(csv.fields[1], "plain words");
	assert_string_equal(csv.fields[2], "");
	assert_int_equal(csv_next(&csv, &error), 1);
	assert_int_equal(csv.line, 4);
	assert_string_equal(csv.fields[0], "two\nlines");
	assert_string_equal(csv.fields[1], "");
	assert_string_equal(csv.fields[2], "last");
	assert_int_equal(csv_next(&csv, &error), 0);
	csv_end(&csv);
	fclose(file);
}

static void a_number_is_decimal_and_nothing_else(void **state)
{
	static const struct {
		const char *text;
		double value;
		int decimals;
	} good[] = {
		{ "0", 0, 0 },		  { "007", 7, 0 },	     { "12.50", 12.5, 2 },
		{ "1e3", 1000, -3 },	  { "2.5E-3", .0025, 4 },    { "-4", -4, 0 },
		{ "+.5", .5, 1 },	  { "5.", 5, 0 },
		{ "123456789012345678", 123456789012345678.0, 0 },
	};
	static const char *const bad[] = { "", " ", "nan", "NaN", "inf", "-inf", "0x10", "1e", "1e+",
					   "1 2", "12a", ".", "-", "1e999", "1,5", "--1", "1e9999999999" };
	double value;
	int decimals;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(csv_number(good[i].text, &value, &decimals), 0);
		assert_true(value == good[i].value);
		assert_int_equal(decimals, good[i].decimals);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (csv_number(bad[i], &value, &decimals) != -EINVAL)
			fail_msg("'%s' is taken for %g", bad[i], value);
}

/* --- What is refused ---------------------------------------------------------------------- */

static void refused(const char *text, const char *message)
{
	struct error error = { 0 };
	struct sample_table table;
	FILE *file = file_of(text);

	assert_int_equal(sample_table_read(file, "t.csv", 1, &table, &error), -EINVAL);
	sample_table_free(&table);
	fclose(file);
	if (strncmp(error.text, message, strlen(message)))
		fail_msg("'%s' is not '%s...'", error.text, message);
}

#define HEADING "group,boot,block,cell,value\n"

static void bad_samples_are_refused_with_their_line(void **state)
{
	(void)state;
	refused(HEADING "a,1,0,c,1\na,1,0,c,nan\n", "t.csv:3: value 'nan' is not a number");
	refused(HEADING "a,1,0,c,-5\n", "t.csv:2: value -5: a latency is not negative");
	refused(HEADING "a,1,0,c,inf\n", "t.csv:2: value 'inf' is not a number");
	refused(HEADING "a,1,0,c,\n", "t.csv:2: value '' is not a number");
	refused(HEADING "a,1,0,c,1e19\n", "t.csv:2: value 1e19: longer than 292 years");
	refused(HEADING "\na,1,0,c\n", "t.csv:3: 4 fields where the heading has 5");
	refused(HEADING "a,1,0,c,1,2\n", "t.csv:2: 6 fields");
	refused(HEADING "a,1,x,c,1\n", "t.csv:2: block 'x'");
	refused(HEADING "a,1,-1,c,1\n", "t.csv:2: block '-1'");
	refused(HEADING "a,1,1.5,c,1\n", "t.csv:2: block '1.5'");
	refused(HEADING ",1,0,c,1\n", "t.csv:2: group '': a name");
	refused(HEADING "a,,0,c,1\n", "t.csv:2: boot ''");
	refused(HEADING "a,1,0,\"c\nd\",1\n", "t.csv:2: cell 'c\nd': a name");
	refused(HEADING "a,1,0,\"c,1\n", "t.csv:2: a quote is not closed");
	refused(HEADING "a,1,0,\"c\"x,1\n", "t.csv:2: text behind a closing quote");
	refused(HEADING, "t.csv:1: a heading and no row");
	refused("\n\n", "t.csv:1: the file is empty");
	refused("group,boot,cell\n", "t.csv:1: the heading has no column value");
	refused("group,boot,cell,value,colour\n", "t.csv:1: the heading has a column 'colour'");
	refused("group,boot,cell,value,group\n", "t.csv:1: the heading has the column group twice");
}

static void a_zero_byte_is_refused(void **state)
{
	static const char text[] = HEADING "a,1,0,c,1\na,1\0,0,c,1\n";
	FILE *file = fmemopen((void *)text, sizeof(text) - 1, "r");
	struct error error = { 0 };
	struct sample_table table;

	(void)state;
	assert_int_equal(sample_table_read(file, "t.csv", 1, &table, &error), -EINVAL);
	assert_non_null(strstr(error.text, "t.csv:3: a zero byte"));
	sample_table_free(&table);
	fclose(file);
}

/* --- Values -------------------------------------------------------------------------------- */

static struct sample_table table_of(const char *text, double unit_ns)
{
	struct error error = { 0 };
	struct sample_table table;
	FILE *file = file_of(text);
	int result = sample_table_read(file, "t.csv", unit_ns, &table, &error);

	if (result)
		fail_msg("%s", error.text);
	fclose(file);
	return table;
}

static void decimals_are_kept(void **state)
{
	struct sample_table table = table_of("value,cell,boot,group\n1.25,c,1,a\n3,c,1,a\n"
					     "1e-1,c,1,a\n", 1e6);

	(void)state;
	assert_int_equal(table.block_count, 1);
	assert_true(table.sample_ns == 1e4);
	assert_true(table.blocks[0].values[0] == 125);
	assert_true(table.blocks[0].values[1] == 300);
	assert_true(table.blocks[0].values[2] == 10);
	sample_table_free(&table);
}

static void whole_numbers_stay_as_they_are(void **state)
{
	struct sample_table table = table_of("value,cell,boot,group\n9007199254740991,c,1,a\n"
					     "0,c,1,a\n7e3,c,1,a\n", 1);

	(void)state;
	assert_true(table.sample_ns == 1);
	assert_true(table.blocks[0].values[0] == 9007199254740991);
	assert_true(table.blocks[0].values[1] == 0);
	assert_true(table.blocks[0].values[2] == 7000);
	sample_table_free(&table);
}

static void as_many_decimals_are_kept_as_fit(void **state)
{
	struct sample_table table = table_of("value,cell,boot,group\n1000000.0000000001,c,1,a\n"
					     "0.5,c,1,a\n", 1);

	(void)state;
	assert_true(fabs(table.sample_ns - 1e-9) < 1e-24);
	assert_true(table.blocks[0].values[1] == 500000000);
	sample_table_free(&table);
}

/* --- Which design ---------------------------------------------------------------------------- */

struct arranged {
	struct sample_table table;
	struct arrangement arrangement;
};

static struct arranged arranged_of(const char *text, const struct arrangement_options *options)
{
	static const struct arrangement_options none;
	struct arranged arranged = { .table = table_of(text, 1) };
	struct error error = { 0 };

	if (arrangement_make(&arranged.table, options ? options : &none, &arranged.arrangement,
			     &error))
		fail_msg("%s", error.text);
	return arranged;
}

static void arranged_free(struct arranged *arranged)
{
	arrangement_free(&arranged->arrangement);
	sample_table_free(&arranged->table);
}

static void quartets_are_recognised(void **state)
{
	struct arranged arranged = arranged_of(HEADING "a,1,0,c,1\nb,1,1,c,2\nb,1,2,c,3\na,1,3,c,4\n"
					       "b,1,4,c,5\na,1,5,c,6\na,1,6,c,7\nb,1,7,c,8\n"
					       "a,1,8,c,9\nb,1,9,c,9\n", NULL);
	const struct comparison_input *input = &arranged.arrangement.input;

	(void)state;
	assert_int_equal(input->design, DESIGN_IN_BOOT);
	assert_int_equal(arranged.arrangement.pairings[PAIRING_QUARTETS], 1);
	assert_int_equal(arranged.arrangement.unpaired_blocks, 2);
	assert_int_equal(input->block_count, 8);
	for (uint32_t i = 0; i < 8; i++) {
		assert_int_equal(input->blocks[i].quartet, i / 4);
		assert_int_equal(input->blocks[i].samples.columns[COLUMN_WHOLE][0], i + 1);
	}
	assert_string_equal(input->base_name, "a");
	arranged_free(&arranged);
}

static void blocks_are_paired_by_their_order(void **state)
{
	struct arranged arranged = arranged_of(HEADING "a,1,10,c,1\na,1,20,c,2\nb,1,30,c,3\nb,1,25,c,4\n"
					       "b,1,40,c,5\n", NULL);
	const struct comparison_input *input = &arranged.arrangement.input;
	struct remarks remarks;
	uint64_t paired[2][2] = { 0 };

	(void)state;
	assert_int_equal(arranged.arrangement.pairings[PAIRING_ORDER], 1);
	assert_int_equal(arranged.arrangement.unpaired_blocks, 1);
	assert_int_equal(input->block_count, 4);
	for (uint32_t i = 0; i < 4; i++)
		paired[input->blocks[i].quartet][input->blocks[i].arm] =
			input->blocks[i].samples.columns[COLUMN_WHOLE][0];
	assert_int_equal(paired[0][0], 1);
	assert_int_equal(paired[0][1], 4);
	assert_int_equal(paired[1][0], 2);
	assert_int_equal(paired[1][1], 3);
	assert_int_equal(remarks_make(&arranged.arrangement, "t.csv", &remarks), 0);
	assert_int_equal(remarks.mark_count, 2);
	assert_non_null(strstr(remarks.marks[0], "no ABBA quartets"));
	assert_non_null(strstr(remarks.marks[1], "1 blocks have no partner"));
	remarks_free(&remarks);
	arranged_free(&arranged);
}

/* Boots 1 to 6 of two blocks each; `first` has the group that comes first in each. */
static bool is_refused(const char *first)
{
	char text[512] = HEADING;
	struct arranged arranged;
	bool refused;

	for (int boot = 0; boot < 6; boot++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%c,%d,1,c,1\n%c,%d,2,c,2\n",
			 first[boot], boot, first[boot] == 'a' ? 'b' : 'a', boot);
	arranged = arranged_of(text, NULL);
	refused = arranged.arrangement.refusals[0];
	assert_int_equal(arranged.arrangement.one_first, refused);
	arranged_free(&arranged);
	return refused;
}

/* The test of pairs rests on a coin: where the same group always came first there was none. */
static void the_same_group_first_is_no_evidence(void **state)
{
	(void)state;
	assert_true(is_refused("aaaaaa"));
	assert_true(is_refused("bbbbbb"));
	assert_true(is_refused("aaaaab"));
	assert_false(is_refused("aaabbb"));
	assert_false(is_refused("abbaab"));
}

static void a_block_that_holds_both_is_a_pair(void **state)
{
	struct arranged arranged = arranged_of(HEADING "a,1,0,c,1\nb,1,0,c,2\na,1,1,c,3\nb,1,1,c,4\n",
					       NULL);

	(void)state;
	assert_int_equal(arranged.arrangement.pairings[PAIRING_SAME_BLOCK], 1);
	assert_int_equal(arranged.arrangement.input.block_count, 4);
	assert_int_equal(arranged.arrangement.input.blocks[3].quartet, 1);
	arranged_free(&arranged);
}

static void without_blocks_a_boot_is_a_pair(void **state)
{
	struct arranged arranged = arranged_of("boot,group,cell,value\n1,a,c,1\n1,b,c,2\n2,a,c,3\n"
					       "2,b,c,4\n1,a,c,5\n3,a,c,6\n", NULL);
	const struct comparison_input *input = &arranged.arrangement.input;

	(void)state;
	assert_int_equal(arranged.arrangement.pairings[PAIRING_BOOT], 1);
	assert_int_equal(arranged.arrangement.lone_boots, 1);
	assert_int_equal(input->boots, 2);
	assert_int_equal(input->block_count, 4);
	assert_int_equal(input->blocks[0].samples.rows, 2);
	arranged_free(&arranged);
}

static void boots_of_one_group_each_are_compared_between(void **state)
{
	static const char text[] = "boot,group,cell,value\n1,a,c,1\n2,b,c,2\n3,b,c,3\n4,a,d,4\n";
	struct arranged arranged = arranged_of(text, NULL);
	const struct comparison_input *input = &arranged.arrangement.input;
	struct remarks remarks;

	(void)state;
	assert_int_equal(input->design, DESIGN_BUILDS);
	assert_int_equal(input->boots, 4);
	assert_int_equal(input->boot[0].arm, ARM_BASE);
	assert_int_equal(input->boot[1].arm, ARM_CANDIDATE);
	assert_int_equal(input->boot[3].arm, ARM_BASE);
	assert_int_equal(arranged.arrangement.lone_cells, 1);
	assert_int_equal(remarks_make(&arranged.arrangement, "t.csv", &remarks), 0);
	assert_non_null(strstr(remarks.notes[2], "beta = 0"));
	remarks_free(&remarks);
	arranged_free(&arranged);
}

static void boots_numbered_for_each_group_can_be_told_apart(void **state)
{
	const struct arrangement_options options = { .between = true, .base = "b" };
	struct arranged arranged = arranged_of("boot,group,cell,value\n1,a,c,1\n1,b,c,2\n2,b,c,3\n"
					       "2,a,c,4\n", &options);

	(void)state;
	assert_int_equal(arranged.arrangement.input.design, DESIGN_BUILDS);
	assert_int_equal(arranged.arrangement.input.boots, 4);
	assert_string_equal(arranged.arrangement.input.base_name, "b");
	assert_string_equal(arranged.arrangement.input.candidate_name, "a");
	arranged_free(&arranged);
}

static void not_arranged(const char *text, const struct arrangement_options *options, int result,
			 const char *message)
{
	struct sample_table table = table_of(text, 1);
	struct arrangement arrangement;
	struct error error = { 0 };

	assert_int_equal(arrangement_make(&table, options, &arrangement, &error), result);
	if (!strstr(error.text, message))
		fail_msg("'%s' does not say '%s'", error.text, message);
	assert_int_equal(error.exit_status, result == -EXDEV ? STATUS_NOT_COMPARABLE : 0);
	sample_table_free(&table);
}

static void groups_that_cannot_be_compared_are_refused(void **state)
{
	static const char three[] = "boot,group,cell,value\n1,a,c,1\n1,b,c,2\n1,d,c,3\n";
	const struct arrangement_options none = { 0 };

	(void)state;
	not_arranged("boot,group,cell,value\n1,a,c,1\n", &none, -EINVAL, "one group (a)");
	not_arranged(three, &none, -EINVAL, "3 groups (a, b, d): name the one to judge");
	not_arranged(three, &(struct arrangement_options){ .base = "x" }, -EINVAL,
		     "--base x: no such group; there are a, b, d");
	not_arranged(three, &(struct arrangement_options){ .candidate = "a" }, -EINVAL,
		     "group a is compared with itself");
	not_arranged("boot,group,cell,value\n1,a,c,1\n1,b,d,2\n", &none, -EXDEV,
		     "a and b have no cell in common");
}

/* --- Nights ---------------------------------------------------------------------------------- */

static void refused_nights(const char *text, const char *message)
{
	struct error error = { 0 };
	struct night_table table;
	FILE *file = file_of(text);

	assert_int_equal(night_table_read(file, "n.csv", &table, &error), -EINVAL);
	night_table_free(&table);
	fclose(file);
	if (strncmp(error.text, message, strlen(message)))
		fail_msg("'%s' is not '%s...'", error.text, message);
}

static void bad_nights_are_refused_with_their_line(void **state)
{
	(void)state;
	refused_nights("night,value\n1,5\n2,0\n", "n.csv:3: value 0: a latency is above 0");
	refused_nights("night,value\n1,-5\n", "n.csv:2: value -5");
	refused_nights("night,value\n1,nan\n", "n.csv:2: value 'nan' is not a number");
	refused_nights("night,value\nx,5\n", "n.csv:2: night 'x' is neither");
	refused_nights("night,value\n2023-02-29,5\n", "n.csv:2: night '2023-02-29' is neither");
	refused_nights("night,value\n1,5\n2024-02-29,5\n", "n.csv:3: night '2024-02-29': dates and");
	refused_nights("night,value\n1,5\n2,5\n01,6\n",
		       "n.csv:4: a second value of value for night 01; the first is in line 2");
	refused_nights("night,value,cell\n1,5,\n", "n.csv:2: cell ''");
	refused_nights("night,cell\n", "n.csv:1: the heading has no column value");
	refused_nights("night,value\n", "n.csv:1: a heading and no row");
}

static void nights_are_sorted_cell_by_cell(void **state)
{
	static const char text[] = "value,night,cell\n3,2024-03-01,x\n1,2024-02-28,x\n"
				   "7,2024-01-01,y\n2,2024-02-29,x\n";
	struct error error = { 0 };
	struct night_table table;
	FILE *file = file_of(text);

	(void)state;
	assert_int_equal(night_table_read(file, "n.csv", &table, &error), 0);
	fclose(file);
	assert_int_equal(table.series_count, 2);
	assert_int_equal(table.series[0].count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_true(table.series[0].values[i] == log((double)i + 1));
		assert_true(table.series[0].nights[i] == table.series[0].nights[0] + (double)i);
	}
	assert_true(table.series[1].nights[0] == 19723);	/* days from 1970 to 2024 */
	assert_string_equal(name_set_text(&table.nights, table.series[0].rows[1].name),
			    "2024-02-29");
	night_table_free(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_field_may_be_quoted_and_hold_anything),
		cmocka_unit_test(a_number_is_decimal_and_nothing_else),
		cmocka_unit_test(bad_samples_are_refused_with_their_line),
		cmocka_unit_test(a_zero_byte_is_refused),
		cmocka_unit_test(decimals_are_kept),
		cmocka_unit_test(whole_numbers_stay_as_they_are),
		cmocka_unit_test(as_many_decimals_are_kept_as_fit),
		cmocka_unit_test(quartets_are_recognised),
		cmocka_unit_test(blocks_are_paired_by_their_order),
		cmocka_unit_test(the_same_group_first_is_no_evidence),
		cmocka_unit_test(a_block_that_holds_both_is_a_pair),
		cmocka_unit_test(without_blocks_a_boot_is_a_pair),
		cmocka_unit_test(boots_of_one_group_each_are_compared_between),
		cmocka_unit_test(boots_numbered_for_each_group_can_be_told_apart),
		cmocka_unit_test(groups_that_cannot_be_compared_are_refused),
		cmocka_unit_test(bad_nights_are_refused_with_their_line),
		cmocka_unit_test(nights_are_sorted_cell_by_cell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

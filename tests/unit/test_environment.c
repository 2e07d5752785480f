// SPDX-License-Identifier: GPL-2.0-or-later
/* Proves that what describes the machine is read right: build ids, kernel files, serial numbers. */
#include "support.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "agent/environment.h"
#include "agent/kernel_files.h"

/* Elf64_Nhdr: name bytes, descriptor bytes, type; then both, padded to 4. */
#define NOTE(name_bytes, bytes, type) name_bytes, 0, 0, 0, bytes, 0, 0, 0, type, 0, 0, 0

static void test_the_build_id_is_found_behind_other_notes(void **state)
{
	static const unsigned char notes[] = {
		NOTE(6, 3, 1), 'L', 'i', 'n', 'u', 'x',	 0,    0,    0,	   1,	 2, 3, 0,
		NOTE(4, 5, 3), 'G', 'N', 'U', 0,   0xde, 0xad, 0x00, 0xbe, 0x0f, 0, 0, 0,
		NOTE(4, 4, 1), 'X', 'e', 'n', 0,   9,	 9,    9,    9,
	};
	char *id;

	(void)state;
	id = environment_build_id(notes, sizeof(notes));
	assert_non_null(id);
	assert_string_equal(id, "dead00be0f");
	free(id);
	/* The last note may end without its padding. */
	id = environment_build_id(notes + 24, 12 + 4 + 5);
	assert_non_null(id);
	assert_string_equal(id, "dead00be0f");
	free(id);
}

static void test_notes_cut_anywhere_or_without_an_id_give_none(void **state)
{
	static const unsigned char notes[] = {
		NOTE(6, 3, 1), 'L', 'i', 'n', 'u', 'x',	 0,    0,    0,	   1,	 2, 3, 0,
		NOTE(4, 5, 3), 'G', 'N', 'U', 0,   0xde, 0xad, 0x00, 0xbe, 0x0f, 0, 0, 0,
	};
	static const unsigned char endless[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
						 3,    0,    0,	   0,	 'G',  'N',  'U',  0 };

	(void)state;
	for (size_t bytes = 0; bytes < 24 + 12 + 4 + 5; bytes++) {
		/* A copy of its own, so that reading behind it would be seen. */
		unsigned char *copy = malloc(bytes + 1);

		memcpy(copy, notes, bytes);
		assert_null(environment_build_id(copy, bytes));
		free(copy);
	}
	assert_null(environment_build_id(endless, sizeof(endless)));
}

static void test_serial_numbers_are_blanked_and_the_rest_is_kept(void **state)
{
	char xml[] = "<info name=\"DMIProductSerial\" value=\"AB12\"/>\n"
		     "<info name=\"DMIProductUUID\" value=\"c0ffee\"/>\n"
		     "<info name=\"DMIBoardAssetTag\" value=\"\"/>\n"
		     "<info name=\"DMIProductName\" value=\"Serial killer\"/>\n";

	(void)state;
	environment_blank_serials(xml);
	assert_string_equal(xml, "<info name=\"DMIProductSerial\" value=\"----\"/>\n"
				 "<info name=\"DMIProductUUID\" value=\"------\"/>\n"
				 "<info name=\"DMIBoardAssetTag\" value=\"\"/>\n"
				 "<info name=\"DMIProductName\" value=\"Serial killer\"/>\n");
}

static void check(json_t *json, const char *expected)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);

	assert_string_equal(text, expected);
	free(text);
	json_decref(json);
}

static char *file(const char *text)
{
	return support_file("kernel-file", text, strlen(text));
}

static void test_kernel_files_become_json_and_absent_ones_null(void **state)
{
	char *path;

	(void)state;
	path = file("always [madvise] never\n");
	check(kernel_file_choice(path), "\"madvise\"");
	check(kernel_file_line(path), "\"always [madvise] never\"");
	check(kernel_file_words(path), "[\"always\",\"[madvise]\",\"never\"]");
	check(kernel_file_number(path), "null");
	free(path);
	path = file("processor\t: 0\nmodel name\t: A \xff CPU  \nmodel name\t: B\n");
	check(kernel_file_field(path, "model name"), "\"A ? CPU\"");
	check(kernel_file_field(path, "microcode"), "null");
	free(path);
	path = file("-12\n");
	check(kernel_file_number(path), "-12");
	check(kernel_file_choice(path), "\"-12\"");
	free(path);
	path = file("");
	check(kernel_file_line(path), "null");
	check(kernel_file_words(path), "null");
	check(kernel_file_number(path), "null");
	free(path);
	path = support_path("absent");
	check(kernel_file_line(path), "null");
	check(kernel_file_number(path), "null");
	check(kernel_file_words(path), "null");
	check(kernel_file_choice(path), "null");
	check(kernel_file_field(path, "a"), "null");
	free(path);
}

static void test_a_file_is_read_whole_or_to_its_limit(void **state)
{
	size_t bytes, length = 3 * 4096 + 7;
	char *text = malloc(length), *path, *data;

	(void)state;
	memset(text, 'x', length);
	path = support_file("long", text, length);
	data = kernel_file_read(path, KERNEL_FILE_LIMIT, &bytes);
	assert_non_null(data);
	assert_int_equal(bytes, length);
	assert_int_equal(data[length], 0);
	free(data);
	for (size_t limit = 4095; limit <= 4097; limit++) {
		data = kernel_file_read(path, limit, &bytes);
		assert_non_null(data);
		assert_int_equal(bytes, limit);
		free(data);
	}
	free(path);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_build_id_is_found_behind_other_notes),
		cmocka_unit_test(test_notes_cut_anywhere_or_without_an_id_give_none),
		cmocka_unit_test(test_serial_numbers_are_blanked_and_the_rest_is_kept),
		cmocka_unit_test(test_kernel_files_become_json_and_absent_ones_null),
		cmocka_unit_test(test_a_file_is_read_whole_or_to_its_limit),
	};

	return cmocka_run_group_tests_name("environment", tests, NULL, NULL);
}

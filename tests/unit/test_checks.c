// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the doctor finds on machines of many kinds, laid out in folders, and that nothing of
 * this machine gets into it. Programs and files of this machine are no part of that.
 */
#include "support.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "fake_machine.h"
#include "machine/check.h"
#include "machine/cpu_list.h"
#include "machine/hwlat.h"

static const char *const machines[] = {
	"intel-laptop",	    "intel-prepared",	   "amd-desktop", "amd-pstate", "arm-board",
	"guest-with-steal", "guest-without-steal", "nothing",	  "damaged",
};

#define MACHINES (sizeof(machines) / sizeof(machines[0]))

/* The check that the line begins with: names may have blanks. */
static const struct check *named(const char *line)
{
	for (size_t i = 0; check_families[i]; i++) {
		const struct check_family *family = check_families[i];

		for (size_t k = 0; k < family->count && family != &checks_tools; k++) {
			const size_t length = strlen(family->checks[k].name);

			if (!strncmp(line, family->checks[k].name, length) && line[length] == ' ')
				return &family->checks[k];
		}
	}
	fail_msg("no check of the line '%s'", line);
	return NULL;
}

static void expect(const struct machine *machine, const char *line, const char *name)
{
	const struct check *check = named(line);
	const char *word = line + strlen(check->name) + 1;
	const size_t length = strcspn(word, " ");
	const char *text = word + length + (word[length] == ' ');
	char found[CHECK_FOUND_BYTES] = "";
	const char *got = finding_name(check->look(check, machine, found));

	if (strncmp(got, word, length) || got[length] || !strstr(found, text))
		fail_msg("%s: %s; found %s: %s", name, line, got, found);
}

static void test_machines_are_found_as_they_are(void **state)
{
	(void)state;
	for (size_t i = 0; i < MACHINES; i++) {
		struct fake_machine fake = fake_machine(machines[i]);
		char *save = NULL;

		for (char *line = strtok_r(fake.expected, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			expect(&fake.machine, line, machines[i]);
		fake_machine_free(&fake);
	}
}

/* A check that is never seen good, or never anything else, is not tested. */
static void test_every_check_is_seen_both_ways(void **state)
{
	(void)state;
	for (size_t i = 1; check_families[i]; i++) {
		const struct check_family *family = check_families[i];

		for (size_t k = 0; k < family->count; k++) {
			char found[CHECK_FOUND_BYTES];
			unsigned int seen = 0;

			for (size_t m = 0; m < MACHINES; m++) {
				struct fake_machine fake = fake_machine(machines[m]);

				seen |= 1u << family->checks[k].look(&family->checks[k],
								     &fake.machine, found);
				fake_machine_free(&fake);
			}
			/* Gaps of the hardware: tests/vm/tune.test; a tune: test_tune.c. */
			if (family->checks[k].look == hwlat_look || family == &checks_tune)
				continue;
			if (!(seen & 1u << FINDING_GOOD) || !(seen & ~(1u << FINDING_GOOD)))
				fail_msg("%s is only seen as %#x", family->checks[k].name, seen);
		}
	}
}

static void test_every_check_explains_itself(void **state)
{
	(void)state;
	for (size_t i = 0; check_families[i]; i++) {
		for (size_t k = 0; k < check_families[i]->count; k++) {
			const struct check *check = &check_families[i]->checks[k];
			json_t *json = check_json(check_families[i], check, FINDING_NOISY, "x");

			assert_true(strlen(check->why) > 5 && !strchr(check->why, '\n'));
			assert_true(strlen(check->remedy) > 3 && check->reads[0]);
			assert_string_equal(json_string_value(json_object_get(json, "remedy")),
					    check->remedy);
			json_decref(json);
		}
	}
}

/* A kernel that was built here has its configuration in itself, if anywhere. */
static void test_a_kernel_tells_its_own_configuration(void **state)
{
	struct fake_machine fake = fake_machine("nothing");
	const struct check *check = named("debug options ");
	char found[CHECK_FOUND_BYTES], *path = machine_path(&fake.machine, "/proc/config.gz");
	gzFile file;

	(void)state;
	assert_int_equal(check->look(check, &fake.machine, found), FINDING_UNKNOWN);
	assert_non_null(check_remedy(check, FINDING_UNKNOWN));
	fake_machine_file(&fake.machine, "/proc/config.gz", "");
	file = gzopen(path, "w");
	assert_non_null(file);
	assert_true(gzputs(file, "CONFIG_SMP=y\nCONFIG_KASAN=y\n") > 0);
	assert_int_equal(gzclose(file), Z_OK);
	assert_int_equal(check->look(check, &fake.machine, found), FINDING_NOISY);
	assert_string_equal(found, "CONFIG_KASAN");
	free(path);
	fake_machine_free(&fake);
}

static void test_lists_of_cpus(void **state)
{
	static const char *const good[] = { "", "0", "0-3", "0,2", "1-2,4-6,8191" };
	static const char *const bad[] = { "x", "-1", "1-", "3-1", "1,", "8192", "0 1", "0-3:1" };
	struct cpu_list *list = malloc(sizeof(*list)), *other = malloc(sizeof(*other));

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		char *text;

		assert_int_equal(cpu_list_parse(good[i], list), 0);
		text = cpu_list_text(list);
		assert_string_equal(text, good[i]);
		free(text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!cpu_list_parse(bad[i], list))
			fail_msg("'%s' was taken for a list of CPUs", bad[i]);
	cpu_list_parse("0-7", list);
	cpu_list_parse("2-3,9", other);
	assert_true(cpu_list_meets(list, other));
	cpu_list_minus(list, other, list);
	assert_int_equal(cpu_list_count(list), 6);
	assert_false(cpu_list_meets(list, other));
	free(other);
	free(list);
}

/* As print_hwlat() of kernel/trace/trace_output.c writes them, Linux 6.12. */
static void test_gaps_of_the_hardware(void **state)
{
	static const char none[] = "# tracer: hwlat\n#\n# entries-in-buffer/entries-written: 0/0\n";
	static const char two[] =
		"# tracer: hwlat\n"
		"           <...>-1638    [000] d....    47.2: #1     inner/outer(us):   12/14    "
		"ts:1499801089.066141940 count:1\n"
		"           <...>-1638    [001] dn...    48.2: #2     inner/outer(us):   38/9     "
		"ts:1499801090.066141940 count:3 nmi-total:4 nmi-count:1\n";

	(void)state;
	assert_int_equal(hwlat_parse(none).gaps, 0);
	assert_int_equal(hwlat_parse(two).gaps, 2);
	assert_int_equal(hwlat_parse(two).max_us, 38);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_machines_are_found_as_they_are),
		cmocka_unit_test(test_every_check_is_seen_both_ways),
		cmocka_unit_test(test_every_check_explains_itself),
		cmocka_unit_test(test_a_kernel_tells_its_own_configuration),
		cmocka_unit_test(test_lists_of_cpus),
		cmocka_unit_test(test_gaps_of_the_hardware),
	};

	return cmocka_run_group_tests_name("checks", tests, NULL, NULL);
}

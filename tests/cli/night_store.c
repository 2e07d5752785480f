// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * night_store FILE BOOTS BASE CANDIDATE [WORD]...: makes a store with a night of boots of two
 * kernels in turn, for the tests of the command line. The candidate is slower by WORD "+8",
 * per cent of an exit; other words: "virtual" the clock, "noisy" boots that differ by 20 %
 * and no control, "alone" a base that was measured a month before, "options" configurations,
 * "exits=N" that many cells of exits and no other, "one-strategy" blocks of write alone,
 * "all+8" both by so many per cent, "at=TIME" when they were measured, "on=NAME" the machine. A
 * store that is there gets the night behind what it has.
 */
#include "../unit/night_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *file, *const *words;
static size_t boots, word_count;
static struct night_boot base, candidate;

static void take_word(const char *word, double *deviation)
{
	if (*word == '+' || *word == '-') {
		candidate.effect = log1p(atof(word) / 100);
	} else if (!strncmp(word, "all", 3)) {
		base.level = candidate.level = log1p(atof(word + 3) / 100);
	} else if (!strncmp(word, "at=", 3)) {
		base.started = candidate.started = word + 3;
	} else if (!strncmp(word, "on=", 3)) {
		base.machine = candidate.machine = word + 3;
	} else if (!strcmp(word, "virtual")) {
		base.clock = candidate.clock = PLAN_CLOCK_VIRTUAL;
		base.spread = candidate.spread = 0;
		*deviation = 0;
	} else if (!strcmp(word, "noisy")) {
		base.no_control = candidate.no_control = true;
		*deviation = .2;
	} else if (!strcmp(word, "alone")) {
		base.started = "2024-04-01T02:00:00Z";
	} else if (!strcmp(word, "options")) {
		base.config = "CONFIG_CC_VERSION_TEXT=\"gcc 12\"\nCONFIG_HZ=250\nCONFIG_KVM=m\n";
		candidate.config = "CONFIG_CC_VERSION_TEXT=\"gcc 12\"\nCONFIG_HZ=1000\n"
				   "# CONFIG_KVM is not set\n";
	} else if (!strcmp(word, "tcg")) {
		candidate.accelerator = "tcg";
	} else if (!strncmp(word, "exits=", strlen("exits="))) {
		base.exit_cells = candidate.exit_cells =
			(uint32_t)atoi(word + strlen("exits="));
		base.only_exits = candidate.only_exits = true;
	} else if (!strcmp(word, "one-strategy")) {
		base.one_strategy = candidate.one_strategy = true;
	} else {
		fail_msg("no such word: %s", word);
	}
}

static void make(void **state)
{
	struct store *store = store_must_open(file, STORE_WRITE);
	double deviation = .02;

	(void)state;
	/* Nobody pulls the plug: thousands of blocks need not wait for the disk. */
	assert_int_equal(sqlite3_exec(store->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL),
			 SQLITE_OK);
	for (size_t i = 0; i < word_count; i++)
		take_word(words[i], &deviation);
	night_put_builds(store, file, &base, &candidate, boots, deviation);
	store_close(store);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(make) };

	if (argc < 5) {
		fputs("usage: night_store FILE BOOTS BASE CANDIDATE [WORD]...\n", stderr);
		return 4;
	}
	file = argv[1];
	boots = (size_t)atoi(argv[2]);
	base = (struct night_boot){ .kernel = argv[3], .label = "base", .spread = .01 };
	candidate = (struct night_boot){ .kernel = argv[4], .label = "candidate", .spread = .01 };
	words = (const char *const *)argv + 5;
	word_count = (size_t)argc - 5;
	return cmocka_run_group_tests_name("night_store", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * night_store FILE BOOTS BASE CANDIDATE [WORD]...: makes a store with a night of boots of two
 * kernels in turn, for the tests of the command line. The candidate is slower by WORD "+8", per
 * cent of an exit; other words: "virtual" the clock, "noisy=20" boots that differ by so many
 * per cent and no control, "marks" an interrupt in each block's first sample, "alone" a base
 * that was measured a month before, "options" configurations, "exits=N" that many cells of
 * exits and no other, "one-strategy" blocks of write alone, "four-strategies" of srcu and
 * getput too (night_shift[]), "nights=30" nights with a kernel build each, "from=20" the first
 * of them with the effect, "all+8" both by so many per cent, "at=TIME" when they were measured,
 * "on=NAME" the machine, "campaign" boots of one that is adaptive, "calibrated=TIME" a
 * calibration of BASE before them, its boots 3 % apart, "age=7" days beyond which the plan
 * calls one old. A store that is there gets the night behind what it has.
 */
#include "../unit/night_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/store_calibration.h"

static const char *file, *const *words;
static size_t boots, word_count, nights, from;
static struct night_boot base, candidate;
static const char *calibrated;
static bool of_campaign;

static void take_word(const char *word, double *deviation)
{
	if (*word == '+' || *word == '-') {
		candidate.effect = log1p(atof(word) / 100);
	} else if (!strncmp(word, "all", 3)) {
		base.level = candidate.level = log1p(atof(word + 3) / 100);
	} else if (!strncmp(word, "nights=", 7)) {
		nights = (size_t)atoi(word + 7);
	} else if (!strncmp(word, "from=", 5)) {
		from = (size_t)atoi(word + 5);
	} else if (!strncmp(word, "at=", 3)) {
		base.started = candidate.started = word + 3;
	} else if (!strncmp(word, "calibrated=", 11)) {
		calibrated = word + 11;
	} else if (!strncmp(word, "age=", 4)) {
		base.calibration_days = candidate.calibration_days = (uint32_t)atoi(word + 4);
	} else if (!strncmp(word, "on=", 3)) {
		base.machine = candidate.machine = word + 3;
	} else if (!strcmp(word, "virtual")) {
		base.clock = candidate.clock = PLAN_CLOCK_VIRTUAL;
		base.spread = candidate.spread = 0;
		*deviation = 0;
	} else if (!strncmp(word, "noisy=", strlen("noisy="))) {
		base.no_control = candidate.no_control = true;
		*deviation = atof(word + strlen("noisy=")) / 100;
	} else if (!strcmp(word, "alone")) {
		base.started = "2024-04-01T02:00:00Z";
	} else if (!strcmp(word, "options")) {
		base.config = "CONFIG_CC_VERSION_TEXT=\"gcc 12\"\nCONFIG_HZ=250\nCONFIG_KVM=m\n";
		candidate.config = "CONFIG_CC_VERSION_TEXT=\"gcc 12\"\nCONFIG_HZ=1000\n"
				   "# CONFIG_KVM is not set\n";
	} else if (!strcmp(word, "campaign")) {
		of_campaign = true;
	} else if (!strcmp(word, "tcg")) {
		candidate.accelerator = "tcg";
	} else if (!strncmp(word, "exits=", strlen("exits="))) {
		base.exit_cells = candidate.exit_cells =
			(uint32_t)atoi(word + strlen("exits="));
		base.only_exits = candidate.only_exits = true;
	} else if (!strcmp(word, "four-strategies")) {
		base.four_strategies = candidate.four_strategies = true;
	} else if (!strcmp(word, "one-strategy")) {
		base.one_strategy = candidate.one_strategy = true;
	} else if (!strcmp(word, "marks")) {
		base.marks = candidate.marks = true;
	} else {
		fail_msg("no such word: %s", word);
	}
}

/* Each night a little beside the one before, as nights are. */
static void put_night(struct store *store, size_t night, double deviation)
{
	struct night_boot two[] = { base, candidate };
	char started[40], build[2][80];
	struct tm date = { .tm_year = 124, .tm_mon = 3, .tm_mday = 1 + (int)night, .tm_hour = 2 };

	timegm(&date);
	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", &date);
	for (size_t arm = 0; arm < 2; arm++) {
		snprintf(build[arm], sizeof(build[arm]), "%zu of %s", night, two[arm].kernel);
		two[arm].build = build[arm];
		two[arm].started = started;
		two[arm].level += .004 * ((double)(night * 7 % 11) / 5 - 1);
	}
	if (night < from)
		two[1].effect = 0;
	night_put_builds(store, file, &two[0], &two[1], boots, deviation);
}

static void calibrate(struct store *store)
{
	struct night_boot boot = base;
	struct calibration calibration;
	struct error error;
	char sql[120];
	int64_t campaign;

	boot.started = calibrated;
	boot.no_control = true;
	campaign = night_put_campaign(store, file, &boot, &boot, 8, .03, false);
	if (calibration_of_campaign(store, campaign, &calibration, &error) ||
	    store_calibration_put(store, &calibration, &error))
		fail_msg("%s", error.text);
	snprintf(sql, sizeof(sql), "UPDATE calibration SET made = '%s' WHERE id = %d", calibrated,
		 (int)calibration.id);
	store_execute(file, sql);
	calibration_free(&calibration);
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
	if (calibrated)
		calibrate(store);
	for (size_t night = 1; night <= nights; night++)
		put_night(store, night, deviation);
	if (of_campaign)
		night_put_campaign(store, file, &base, &candidate, boots, deviation, true);
	else if (!nights)
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

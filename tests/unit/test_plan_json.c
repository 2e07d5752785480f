// SPDX-License-Identifier: GPL-2.0-or-later
/* A plan comes back from its JSON as it was; what is no plan is refused with the reason. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/plan.h"

static struct config *load(const char *text)
{
	char *path = support_file("test.conf", text, strlen(text));
	struct config *config;
	struct error error;

	if (config_load(path, 0, &config, &error))
		fail_msg("%s", error.text);
	free(path);
	return config;
}

static struct plan *make(const struct config *config, uint64_t seed)
{
	struct error error;
	struct plan *plan;

	if (plan_make(config, seed, PLAN_CLOCK_HOST, &plan, &error))
		fail_msg("%s", error.text);
	return plan;
}

static const char example[] =
	"[plan]\nname = example\nquartets = 40\nwarmup = 10%\nthreshold = 0.7%\n"
	"[cells exit]\nworkload = exit\nmirrors = 1, 32, 1024\n"
	"[cells unregister]\nworkload = unregister\nmirrors = 64\nthreads = 1, 2\nquartets = 10\n"
	"operations = 3\n[cells control]\nworkload = control\n";

static void check_same(const struct plan *a, const struct plan *b)
{
	assert_string_equal(a->name, b->name);
	assert_true(a->seed == b->seed && a->clock == b->clock);
	assert_true(a->threshold == b->threshold && a->threshold_p99 == b->threshold_p99);
	assert_int_equal(a->calibration_days, b->calibration_days);
	assert_int_equal(a->strategy_count, b->strategy_count);
	assert_memory_equal(a->strategies, b->strategies, sizeof(a->strategies));
	assert_int_equal(a->cell_count, b->cell_count);
	for (uint32_t i = 0; i < a->cell_count; i++)
		assert_true(cell_equal(&a->cells[i], &b->cells[i]));
	assert_int_equal(a->block_count, b->block_count);
	for (uint32_t i = 0; i < a->block_count; i++) {
		const struct plan_block *x = &a->blocks[i], *y = &b->blocks[i];

		assert_true(x->cell == y->cell && x->strategy == y->strategy);
		assert_true(x->operations == y->operations && x->quartet == y->quartet);
		assert_int_equal(x->record_every, y->record_every);
		assert_true(x->position == y->position && x->warmup == y->warmup);
		assert_true(x->unrecorded == y->unrecorded && x->detailed == y->detailed);
	}
}

static void check_round_trip(const char *text, uint64_t seed)
{
	struct config *config = load(text);
	struct plan *plan = make(config, seed), *again;
	struct error error;
	size_t bytes;
	char *json = plan_to_json(plan, &bytes), *json_again;

	if (plan_from_json(json, bytes, &again, &error))
		fail_msg("%s", error.text);
	check_same(plan, again);
	json_again = plan_to_json(again, NULL);
	assert_string_equal(json, json_again);
	free(json);
	free(json_again);
	plan_free(plan);
	plan_free(again);
	config_free(config);
}

static void test_json_round_trip(void **state)
{
	(void)state;
	check_round_trip(example, 0);
	check_round_trip(example, INT64_MAX);
	/* Thresholds whose nearest double needs all its digits, and ones that do not. */
	check_round_trip(
		"[plan]\nname = x\nthreshold = 0.1%\nthreshold-p99 = 33.3333333333333333%\n"
		"unrecorded = yes\n[cells a]\nworkload = exit\nmirrors = 1\n",
		1);
	check_round_trip("[plan]\nname = x\n[cells a]\nworkload = unregister\nmirrors = 8\n"
			 "record-every = 1024\n",
			 1);
	check_round_trip("[plan]\nname = x\nunrecorded = yes\n[cells a]\nworkload = exit\n"
			 "core = interval, bundled\nmirrors = 1\n",
			 1);
	check_round_trip("[plan]\nname = x\ncalibration-age = 7d\n"
			 "[cells a]\nworkload = exit\nmirrors = 1\n",
			 1);
	check_round_trip("[plan]\nname = x\ndetailed = yes\n[cells a]\nworkload = exit, unregister\n"
			 "mirrors = 1\n",
			 1);
	check_round_trip("[plan]\nname = x\nthreshold = 1.1%\nthreshold-p99 = 100%\n"
			 "[cells a]\nworkload = exit\nmirrors = 1\n",
			 1);
}

#define HEAD                                                       \
	"\"plan\":1,\"name\":\"x\",\"seed\":1,\"clock\":\"host\"," \
	"\"threshold\":0.02,\"threshold_p99\":0.05,"
#define STRATEGIES "\"strategies\":[\"write\",\"read\"],"
#define CELL	   "exit/bundled/empty/1/same-node/t1/p1/4M"
#define CELLS	   "\"cells\":[\"" CELL "\"],"
#define OWN_CELLS  "\"cells\":[\"exit/interval/empty/1/same-node/t1/p1/4M\"],"
#define CALLS	   "\"cells\":[\"unregister/bundled/empty/4/same-node/t1/p1/4M\"],"
#define RANGES                                                                        \
	"is not [cell, strategy, operations, quartet, position, flags, record_every]" \
	" in their ranges"

static const struct {
	const char *text, *message;
} bad_plans[] = {
	{ "", "line 1, column 0: '[' or '{' expected near end of file" },
	{ "[]", "not a JSON object" },
	{ "{}", "\"plan\" (its version) is missing" },
	{ "{\"plan\":2}", "version 2, and this program reads version 1" },
	{ "{\"plan\":1}", "\"name\" is missing" },
	{ "{\"plan\":1,\"plan\":1}", "line 1, column 16: duplicate object key near '\"plan\"'" },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",1,0,0,0]],\"more\":1}",
	  "it has keys that version 1 does not know" },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",1,0,0,0]],\"calibration_days\":0}",
	  "\"calibration_days\" is not a number from 1 to 3650" },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",1,0,0,0]],\"calibration_days\":\"a\"}",
	  "\"calibration_days\" is not a number from 1 to 3650" },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",1,0,0,0]],\"calibration_days\":7,"
	  "\"more\":1}", "it has keys that version 1 does not know" },
	{ "{\"plan\":1,\"name\":\"A B\",\"seed\":1,\"clock\":\"host\",\"threshold\":0.02,"
	  "\"threshold_p99\":0.05," STRATEGIES CELLS "\"blocks\":[]}",
	  "\"name\" is not 1 to 40 of a-z, 0-9 and -" },
	{ "{\"plan\":1,\"name\":\"x\",\"seed\":-1,\"clock\":\"host\",\"threshold\":0.02,"
	  "\"threshold_p99\":0.05," STRATEGIES CELLS "\"blocks\":[]}",
	  "\"seed\" is not a number from 0 to 2^63-1" },
	{ "{\"plan\":1,\"name\":\"x\",\"seed\":1,\"clock\":\"sun\",\"threshold\":0.02,"
	  "\"threshold_p99\":0.05," STRATEGIES CELLS "\"blocks\":[]}",
	  "\"clock\" is neither \"host\" nor \"virtual\"" },
	{ "{\"plan\":1,\"name\":\"x\",\"seed\":1,\"clock\":\"host\",\"threshold\":0,"
	  "\"threshold_p99\":0.05," STRATEGIES CELLS "\"blocks\":[]}",
	  "\"threshold\" is not a fraction above 0 and up to 1" },
	{ "{" HEAD "\"strategies\":[]," CELLS "\"blocks\":[]}",
	  "\"strategies\" is not a list of 1 to 8" },
	{ "{" HEAD "\"strategies\":[\"write\",\"magic\"]," CELLS "\"blocks\":[]}",
	  "\"strategies\"[1] is no strategy of this version" },
	{ "{" HEAD "\"strategies\":[\"read\",\"read\"]," CELLS "\"blocks\":[]}",
	  "strategy read is listed twice" },
	{ "{" HEAD STRATEGIES "\"cells\":[],\"blocks\":[]}",
	  "\"cells\" is not a list of 1 to 4096" },
	{ "{" HEAD STRATEGIES "\"cells\":[\"exit\"],\"blocks\":[]}",
	  "\"cells\"[0] is no cell of this version: exit" },
	{ "{" HEAD STRATEGIES "\"cells\":[3],\"blocks\":[]}",
	  "\"cells\"[0] is no cell of this version: not a string" },
	{ "{" HEAD STRATEGIES "\"cells\":[\"" CELL "\",\"" CELL "\"],\"blocks\":[]}",
	  "cell " CELL " is listed twice" },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[]}", "\"blocks\" is not a list of 1 to 1048576" },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":{}}", "\"blocks\" is not a list of 1 to 1048576" },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",1,0,0,0],[0,\"write\",1,0,0]]}",
	  "\"blocks\"[1] " RANGES },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[1,\"write\",1,0,0,0]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[-1,\"write\",1,0,0,0]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"srcu\",1,0,0,0]]}", "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"kernel\",1,0,0,0]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES OWN_CELLS "\"blocks\":[[0,\"write\",1,0,0,0]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES OWN_CELLS "\"blocks\":[[0,\"kernel\",1,0,1,0]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD "\"strategies\":[\"write\",\"kernel\"]," CELLS "\"blocks\":[]}",
	  "\"strategies\"[1] is no strategy of this version" },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",0,0,0,0]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",100001,0,0,0]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",1,100000,0,0]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",1,0,4,0]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",1,0,0,64]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",1,0,0,40]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CALLS "\"blocks\":[[0,\"write\",1,0,0,32]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",1,0,0,12]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",1,0,0,6]]}",
	  "\"blocks\"[0] " RANGES },
	/* Each exit is recorded, and of an unregister's calls at least one in 1024. */
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",1,0,0,0,2]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CALLS "\"blocks\":[[0,\"write\",1,0,0,0,1]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CALLS "\"blocks\":[[0,\"write\",1,0,0,0,1025]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CALLS "\"blocks\":[[0,\"write\",1,0,0,0,8,0]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",1.0,0,0,0]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",4294967297,0,0,0]]}",
	  "\"blocks\"[0] " RANGES },
	{ "{\"plan\":1,\"name\":\"x\",\"seed\":1,\"clock\":\"virtual\",\"threshold\":0.02,"
	  "\"threshold_p99\":0.05," STRATEGIES
	  "\"cells\":[\"unregister/bundled/empty/4/same-node/t2/p1/4M\"],\"blocks\":[]}",
	  "cell unregister/bundled/empty/4/same-node/t2/p1/4M needs two running CPUs, which the "
	  "virtual clock does not have" },
};

static void test_what_is_no_plan(void **state)
{
	static const char good[] = "{" HEAD STRATEGIES CELLS "\"blocks\":[[0,\"write\",1,0,0,0]]}";
	char message[500];
	struct error error;
	struct plan *plan;

	(void)state;
	assert_int_equal(plan_from_json(good, strlen(good), &plan, &error), 0);
	plan_free(plan);
	for (size_t i = 0; i < sizeof(bad_plans) / sizeof(bad_plans[0]); i++) {
		const char *text = bad_plans[i].text;

		snprintf(message, sizeof(message), "plan: %s", bad_plans[i].message);
		if (plan_from_json(text, strlen(text), &plan, &error) != -EINVAL)
			fail_msg("no error for %s", text);
		assert_null(plan);
		assert_string_equal(error.text, message);
	}
	/* A plan cut short anywhere is none. */
	for (size_t cut = 0; cut < strlen(good); cut++)
		assert_int_equal(plan_from_json(good, cut, &plan, &error), -EINVAL);
}

static void test_random_plans(void **state)
{
	static const char letters[] = "[]{}:,\"\\0159aewx-.\n\xff\x00";
	uint64_t rounds = support_count("HMMBENCH_FUZZ_ROUNDS", 5000), random = 3, good = 0;
	struct config *config = load("[plan]\nname = x\nquartets = 2\n[cells a]\nworkload = exit\n"
				     "mirrors = 1\n");
	struct plan *plan = make(config, 3), *read;
	struct error error;
	size_t bytes;
	char *json = plan_to_json(plan, &bytes), *text = malloc(bytes);

	(void)state;
	for (uint64_t i = 0; i < rounds; i++) {
		memcpy(text, json, bytes);
		for (uint64_t changes = support_below(&random, 4); changes; changes--)
			text[support_below(&random, bytes)] =
				letters[support_below(&random, sizeof(letters) - 1)];
		if (!plan_from_json(text, bytes, &read, &error)) {
			assert_int_equal(read->cell_count, 1);
			plan_free(read);
			good++;
		}
		support_fill(&random, text, bytes);
		assert_int_equal(plan_from_json(text, support_below(&random, bytes), &read, &error),
				 -EINVAL);
	}
	assert_true(good > 0 && good < rounds);
	free(json);
	free(text);
	plan_free(plan);
	config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_round_trip),
		cmocka_unit_test(test_what_is_no_plan),
		cmocka_unit_test(test_random_plans),
	};

	return cmocka_run_group_tests_name("plan_json", tests, NULL, NULL);
}

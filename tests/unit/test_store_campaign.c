// SPDX-License-Identifier: GPL-2.0-or-later
/* The store knows which boots belong together, which of them are whole, and who runs them. */
#include "store_support.h"
#include "support.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "store/store_campaign.h"

static int64_t new_campaign(struct store *store, uint32_t kernels, uint32_t boots)
{
	struct store_arm arms[] = { { (char *)"debian:6.1", (char *)"6.1 image 1" },
				    { (char *)"debian:6.12", (char *)"6.12 image 2" },
				    { (char *)"/src/linux", (char *)"6.13 image 3" } };
	const struct store_campaign campaign = {
		.label = (char *)"tonight",
		.plan_name = (char *)"quick",
		.lab = (char *)"vm",
		.clock = PLAN_CLOCK_VIRTUAL,
		.seed = 42,
		.boots = boots,
		.boots_at_most = boots,
		.retries = 1,
		.arms = arms,
		.arm_count = kernels,
		.config_path = (char *)"quick.conf",
		.config_text = (char *)"[plan]\nname = quick\n",
		.boot_count = kernels * boots,
	};
	struct error error;
	int64_t id;

	if (store_campaign_begin(store, &campaign, &id, &error))
		fail_msg("%s", error.text);
	return id;
}

static int64_t attempt(struct store *store, int64_t campaign, uint32_t boot)
{
	const struct store_run_new run = { .label = "tonight",
					   .plan_json = "{}",
					   .plan_name = "quick",
					   .lab = "vm",
					   .kernel = "debian:6.1",
					   .lab_json = "{}",
					   .campaign = campaign,
					   .boot = boot };
	struct error error;
	int64_t id;

	if (store_run_begin(store, &run, &id, &error))
		fail_msg("%s", error.text);
	return id;
}

static void end(struct store *store, int64_t run, int status)
{
	struct error error;

	assert_int_equal(store_run_end(store, run, status, exit_status_text(status), &error), 0);
}

static void test_a_campaign_is_given_back(void **state)
{
	char *path = store_fresh_path();
	struct store *store = store_must_open(path, STORE_WRITE);
	const int64_t id = new_campaign(store, 2, 3);
	struct store_campaign campaign;
	struct error error;

	(void)state;
	assert_int_equal(store_campaign_get(store, 0, &campaign, &error), 0);
	assert_int_equal(campaign.id, id);
	assert_string_equal(campaign.label, "tonight");
	assert_string_equal(campaign.plan_name, "quick");
	assert_string_equal(campaign.lab, "vm");
	assert_int_equal(campaign.clock, PLAN_CLOCK_VIRTUAL);
	assert_int_equal(campaign.seed, 42);
	assert_int_equal(campaign.boots, 3);
	assert_int_equal(campaign.retries, 1);
	assert_int_equal(campaign.arm_count, 2);
	assert_string_equal(campaign.arms[0].kernel, "debian:6.1");
	assert_string_equal(campaign.arms[1].kernel, "debian:6.12");
	assert_string_equal(campaign.arms[1].identity, "6.12 image 2");
	assert_string_equal(campaign.config_path, "quick.conf");
	assert_string_equal(campaign.config_text, "[plan]\nname = quick\n");
	assert_string_equal(campaign.ended, "");
	assert_int_equal(campaign.status, -1);
	assert_int_equal(campaign.boot_count, 6);
	assert_int_equal(campaign.whole, 0);
	store_campaign_free(&campaign);
	assert_int_equal(store_campaign_get(store, 9, &campaign, &error), -ENOENT);
	assert_store_error(&error, path,
			   "there is no campaign 9; hmmbench list --campaigns shows those there "
			   "are");
	store_close(store);
	free(path);
}

static void test_boots_are_as_planned_and_know_their_runs(void **state)
{
	char *path = store_fresh_path();
	struct store *store = store_must_open(path, STORE_WRITE);
	const int64_t other = new_campaign(store, 1, 2), id = new_campaign(store, 2, 2);
	struct store_campaign campaign;
	struct store_boot *boots;
	struct store_run run;
	struct error error;
	int64_t runs[4];
	uint32_t count;

	(void)state;
	end(store, attempt(store, other, 1), STATUS_OK);
	runs[0] = attempt(store, id, 1);
	end(store, runs[0], STATUS_OK);
	runs[1] = attempt(store, id, 2);
	end(store, runs[1], STATUS_PANIC);
	runs[2] = attempt(store, id, 2);
	end(store, runs[2], STATUS_OK);
	runs[3] = attempt(store, id, 3);

	assert_int_equal(store_boots_get(store, id, &boots, &count, &error), 0);
	assert_int_equal(count, 4);
	for (uint32_t i = 0; i < count; i++) {
		const struct campaign_boot plan = campaign_boot(2, 42, i + 1);

		assert_int_equal(boots[i].plan.boot, plan.boot);
		assert_int_equal(boots[i].plan.pair, plan.pair);
		assert_int_equal(boots[i].plan.arm, plan.arm);
		assert_true(boots[i].plan.seed == plan.seed);
	}
	assert_int_equal(boots[0].run, runs[0]);
	assert_int_equal(boots[0].attempts, 1);
	assert_int_equal(boots[1].run, runs[2]);
	assert_int_equal(boots[1].attempts, 2);
	assert_int_equal(boots[2].run, 0);
	assert_int_equal(boots[2].last_run, runs[3]);
	assert_int_equal(boots[2].last_status, -1);
	assert_int_equal(boots[3].attempts, 0);
	assert_true(boots[0].began_s > 1700000000 && boots[0].began_s <= time(NULL));
	assert_int_equal(boots[3].began_s, 0);
	assert_int_equal(boots[3].last_run, 0);
	free(boots);

	assert_int_equal(store_campaign_get(store, id, &campaign, &error), 0);
	assert_int_equal(campaign.whole, 2);
	store_campaign_free(&campaign);

	assert_int_equal(store_run_get(store, runs[2], &run, &error), 0);
	assert_int_equal(run.campaign, id);
	assert_int_equal(run.boot, 2);
	assert_int_equal(run.pair, 1);
	assert_int_equal(run.arm, 1);
	store_run_free(&run);
	store_close(store);
	free(path);
}

static void test_a_run_alone_belongs_to_no_campaign(void **state)
{
	char *path = store_fresh_path();
	struct store *store = store_must_open(path, STORE_WRITE);
	struct store_run run;
	struct error error;

	(void)state;
	new_campaign(store, 2, 2);
	assert_int_equal(store_run_get(store, store_new_run(store, "alone"), &run, &error), 0);
	assert_int_equal(run.campaign, 0);
	assert_int_equal(run.boot, 0);
	assert_int_equal(run.pair, 0);
	assert_int_equal(run.arm, 0);
	store_run_free(&run);
	store_close(store);
	free(path);
}

static void test_resuming_ends_what_was_killed_and_nothing_else(void **state)
{
	char *path = store_fresh_path();
	struct store *store = store_must_open(path, STORE_WRITE);
	const int64_t id = new_campaign(store, 2, 2), other = new_campaign(store, 2, 2);
	const int64_t whole = attempt(store, id, 1), killed = attempt(store, id, 2);
	const int64_t elsewhere = attempt(store, other, 1);
	struct store_campaign campaign;
	struct store_run run;
	struct error error;

	(void)state;
	end(store, whole, STATUS_OK);
	assert_int_equal(store_campaign_end(store, id, STATUS_BOOTS, "3 missing", &error), 0);
	assert_int_equal(store_campaign_get(store, id, &campaign, &error), 0);
	assert_int_equal(campaign.status, STATUS_BOOTS);
	assert_string_equal(campaign.status_text, "3 missing");
	assert_true(campaign.ended[0]);
	store_campaign_free(&campaign);

	assert_int_equal(store_campaign_resume(store, id, "killed", &error), 0);
	assert_int_equal(store_campaign_get(store, id, &campaign, &error), 0);
	assert_int_equal(campaign.status, -1);
	assert_string_equal(campaign.ended, "");
	store_campaign_free(&campaign);
	assert_int_equal(store_run_get(store, killed, &run, &error), 0);
	assert_int_equal(run.status, STATUS_INTERRUPTED);
	assert_string_equal(run.status_text, "killed");
	store_run_free(&run);
	assert_int_equal(store_run_get(store, whole, &run, &error), 0);
	assert_int_equal(run.status, STATUS_OK);
	store_run_free(&run);
	assert_int_equal(store_run_get(store, elsewhere, &run, &error), 0);
	assert_int_equal(run.status, -1);
	store_run_free(&run);
	assert_int_equal(store_campaign_resume(store, 7, "killed", &error), -ENOENT);
	store_close(store);
	free(path);
}

/* What an adaptive campaign does not need any more is no part of it; what was measured stays. */
static void test_a_campaign_is_shortened(void **state)
{
	char *path = store_fresh_path();
	struct store *store = store_must_open(path, STORE_WRITE);
	const int64_t id = new_campaign(store, 2, 3);
	struct store_campaign campaign;
	struct store_boot *boots;
	struct error error;
	uint32_t count;

	(void)state;
	end(store, attempt(store, id, 1), STATUS_OK);
	end(store, attempt(store, id, 2), STATUS_OK);
	assert_int_equal(store_campaign_shorten(store, id, 1, &error), 0);
	assert_int_equal(store_campaign_budget(store, id, 3600, &error), 0);
	assert_int_equal(store_campaign_budget(store, 99, 3600, &error), -ENOENT);
	assert_int_equal(store_campaign_get(store, id, &campaign, &error), 0);
	assert_int_equal(campaign.boots, 1);
	assert_int_equal(campaign.boots_at_most, 3);
	assert_int_equal(campaign.boot_count, 2);
	assert_int_equal(campaign.whole, 2);
	assert_false(campaign.adaptive);
	assert_int_equal(campaign.budget_s, 3600);
	assert_int_equal(store_boots_get(store, id, &boots, &count, &error), 0);
	assert_int_equal(count, 2);
	assert_int_equal(boots[1].run, 2);
	free(boots);
	store_campaign_free(&campaign);
	store_close(store);
	free(path);
}

static int note_campaign(const struct store_campaign *campaign, void *context)
{
	int64_t **next = context;

	*(*next)++ = campaign->id;
	return 0;
}

static void test_campaigns_are_listed_newest_first(void **state)
{
	char *path = store_fresh_path();
	struct store *store = store_must_open(path, STORE_WRITE);
	int64_t ids[3] = { 0 }, *next = ids;
	struct store_campaign campaign;
	struct error error;

	(void)state;
	assert_int_equal(store_campaign_get(store, 0, &campaign, &error), -ENOENT);
	assert_non_null(strstr(error.text, "--kernel A --kernel B makes one"));
	for (uint32_t i = 0; i < 3; i++)
		new_campaign(store, i + 1, 1);
	assert_int_equal(store_campaigns_each(store, note_campaign, &next, &error), 0);
	assert_true(ids[0] == 3 && ids[1] == 2 && ids[2] == 1);
	store_close(store);
	free(path);
}

/* Takes the lock in a child, which says so through the pipe and then waits to be killed. */
static pid_t lock_in_child(const char *path)
{
	struct store_lock lock = STORE_LOCK_NONE;
	struct error error;
	int ends[2];
	char byte;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		struct store *store;

		if (store_open(path, STORE_WRITE, &store, &error) ||
		    store_campaign_lock(store, &lock, &error) || write(ends[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	close(ends[1]);
	return child;
}

static void test_two_campaigns_at_once_are_told_and_a_kill_leaves_no_lock(void **state)
{
	char *path = store_fresh_path(), text[64];
	struct store *store = store_must_open(path, STORE_WRITE);
	struct store_lock lock = STORE_LOCK_NONE, again = STORE_LOCK_NONE;
	struct error error;
	pid_t child;

	(void)state;
	assert_int_equal(store_campaign_process(store), 0);
	child = lock_in_child(path);
	assert_int_equal(store_campaign_process(store), child);
	assert_int_equal(store_campaign_lock(store, &lock, &error), -EBUSY);
	assert_int_equal(error.exit_status, STATUS_STORE);
	snprintf(text, sizeof(text), "process %d runs a campaign on it; wait", (int)child);
	assert_non_null(strstr(error.text, text));
	assert_non_null(strstr(error.text, "--store"));

	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_int_equal(store_campaign_process(store), 0);
	assert_int_equal(store_campaign_lock(store, &lock, &error), 0);
	assert_int_equal(store_campaign_process(store), getpid());
	assert_int_equal(store_campaign_lock(store, &again, &error), -EBUSY);
	store_campaign_unlock(&lock);
	assert_int_equal(store_campaign_lock(store, &again, &error), 0);
	store_campaign_unlock(&again);
	store_close(store);
	free(path);
}

static int count_configs(struct store *store)
{
	sqlite3_stmt *statement;
	int count;

	assert_int_equal(sqlite3_prepare_v2(store->db, "SELECT count(*) FROM kernel_config", -1,
					    &statement, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	count = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return count;
}

static void test_a_kernels_configuration_is_kept_once(void **state)
{
	char *path = store_fresh_path(), digest[65], *text, *kept;
	struct store *store = store_must_open(path, STORE_WRITE);
	const size_t bytes = 1 << 18;
	struct store_run run;
	struct error error;
	int64_t ids[3];

	(void)state;
	memset(digest, 'a', 64);
	digest[64] = '\0';
	text = malloc(bytes + 1);
	assert_non_null(text);
	for (size_t i = 0; i < bytes; i++)
		text[i] = "CONFIG_X=y\n"[i % 11];
	text[bytes] = '\0';
	for (int i = 0; i < 3; i++)
		ids[i] = store_new_run(store, "run");
	for (int i = 0; i < 2; i++)
		assert_int_equal(store_run_kernel_config(store, ids[i], digest, text, &error), 0);
	assert_int_equal(count_configs(store), 1);
	assert_int_equal(store_run_kernel_config(store, 99, digest, text, &error), -ENOENT);

	for (int i = 0; i < 2; i++) {
		assert_int_equal(store_kernel_config_get(store, ids[i], &kept, &error), 0);
		assert_string_equal(kept, text);
		free(kept);
	}
	assert_int_equal(store_run_get(store, ids[1], &run, &error), 0);
	assert_string_equal(run.config_digest, digest);
	store_run_free(&run);
	assert_int_equal(store_kernel_config_get(store, ids[2], &kept, &error), 0);
	assert_null(kept);
	assert_int_equal(store_run_get(store, ids[2], &run, &error), 0);
	assert_string_equal(run.config_digest, "");
	store_run_free(&run);

	assert_int_equal(sqlite3_exec(store->db, "UPDATE kernel_config SET deflated = x'00'", NULL,
				      NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(store_kernel_config_get(store, ids[0], &kept, &error), -EUCLEAN);
	assert_null(kept);
	store_close(store);
	free(text);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_campaign_is_shortened),
		cmocka_unit_test(test_a_campaign_is_given_back),
		cmocka_unit_test(test_boots_are_as_planned_and_know_their_runs),
		cmocka_unit_test(test_a_run_alone_belongs_to_no_campaign),
		cmocka_unit_test(test_resuming_ends_what_was_killed_and_nothing_else),
		cmocka_unit_test(test_campaigns_are_listed_newest_first),
		cmocka_unit_test(test_two_campaigns_at_once_are_told_and_a_kill_leaves_no_lock),
		cmocka_unit_test(test_a_kernels_configuration_is_kept_once),
	};

	return cmocka_run_group_tests_name("store_campaign", tests, NULL, NULL);
}

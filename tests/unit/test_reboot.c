// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A machine that restarts through a campaign: what it knows of itself after a restart, and
 * what it tells the boot loaders. That it comes up again is tests/vm/reboot.test's.
 */
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "lab/lab.h"
#include "lab/reboot_state.h"
#include "lab/reboot_way.h"

static const struct reboot_facts before = { "6.1.0-56-amd64", "11111111-aaaa" },
				 as_asked = { "6.12.9-amd64", "22222222-bbbb" },
				 another = { "6.1.0-56-amd64", "22222222-bbbb" };

static struct reboot_state asked(enum reboot_phase phase)
{
	return (struct reboot_state){
		.store = "/var/lib/hmmbench/store.db", .campaign = 3, .home = "6.1.0-56-amd64",
		.way = "kexec", .force = true, .phase = phase, .boot = 2, .tries = 1, .failed = 2,
		.release = "6.12.9-amd64", .boot_id = "11111111-aaaa",
		.asked = "2026-01-06T01:02:03Z",
	};
}

static void test_the_kernel_that_was_asked_for_measures(void **state)
{
	const struct reboot_state then = asked(REBOOT_ASKED);

	(void)state;
	assert_int_equal(reboot_step(&then, &as_asked, 2), REBOOT_STEP_MEASURE);
}

static void test_another_kernel_is_a_failed_boot(void **state)
{
	const struct reboot_state then = asked(REBOOT_ASKED);

	(void)state;
	assert_int_equal(reboot_step(&then, &another, 2), REBOOT_STEP_FAILED);
}

/* The same kernel as before without a restart has not been booted for this boot. */
static void test_a_machine_that_did_not_go_down_is_asked_again(void **state)
{
	struct reboot_state then = asked(REBOOT_ASKED);
	struct reboot_facts same = as_asked;

	(void)state;
	assert_int_equal(reboot_step(&then, &before, 2), REBOOT_STEP_ASK);
	strcpy(same.boot_id, then.boot_id);
	assert_int_equal(reboot_step(&then, &same, 2), REBOOT_STEP_ASK);
}

static void test_a_machine_that_went_down_while_it_measured_failed(void **state)
{
	const struct reboot_state then = asked(REBOOT_MEASURING);

	(void)state;
	assert_int_equal(reboot_step(&then, &another, 2), REBOOT_STEP_FAILED);
	assert_int_equal(reboot_step(&then, &as_asked, 2), REBOOT_STEP_FAILED);
	assert_int_equal(reboot_step(&then, &before, 2), REBOOT_STEP_ASK);
}

static void test_boots_before_the_one_asked_for_are_passed(void **state)
{
	(void)state;
	for (int phase = REBOOT_BETWEEN; phase <= REBOOT_MEASURING; phase++) {
		const struct reboot_state then = asked((enum reboot_phase)phase);

		assert_int_equal(reboot_step(&then, &as_asked, 1), REBOOT_STEP_PASSED);
		assert_int_equal(reboot_step(&then, &as_asked, 3), REBOOT_STEP_ASK);
	}
}

static void test_on_the_way_home_no_boot_is_left(void **state)
{
	const struct reboot_state then = asked(REBOOT_HOME);

	(void)state;
	for (uint32_t boot = 1; boot <= 3; boot++)
		assert_int_equal(reboot_step(&then, &another, boot), REBOOT_STEP_PASSED);
}

static void use_folder(const char *name)
{
	char *folder = support_path(name);

	setenv("HMMBENCH_STATE_DIR", folder, 1);
	free(folder);
}

static void test_the_state_is_read_as_it_was_written(void **state)
{
	(void)state;
	use_folder("state");
	for (int phase = REBOOT_BETWEEN; phase <= REBOOT_HOME; phase++) {
		const struct reboot_state then = asked((enum reboot_phase)phase);
		struct reboot_state now;
		struct error error = { 0 };

		assert_int_equal(reboot_state_save(&then, &error), 0);
		assert_int_equal(reboot_state_load(&now, &error), 0);
		assert_string_equal(now.store, then.store);
		assert_int_equal(now.campaign, then.campaign);
		assert_string_equal(now.home, then.home);
		assert_string_equal(now.way, then.way);
		assert_int_equal(now.force, then.force);
		assert_int_equal(now.phase, then.phase);
		assert_int_equal(now.boot, then.boot);
		assert_int_equal(now.tries, then.tries);
		assert_int_equal(now.failed, then.failed);
		assert_string_equal(now.release, then.release);
		assert_string_equal(now.boot_id, then.boot_id);
		assert_string_equal(now.asked, then.asked);
	}
}

static void test_no_state_is_no_error(void **state)
{
	struct reboot_state now;
	struct error error = { 0 };

	(void)state;
	use_folder("nothing");
	assert_int_equal(reboot_state_load(&now, &error), -ENOENT);
	assert_string_equal(error.text, "");
	assert_int_equal(reboot_state_remove(&error), 0);
}

static void test_a_removed_state_is_gone(void **state)
{
	const struct reboot_state then = asked(REBOOT_ASKED);
	struct reboot_state now;
	struct error error = { 0 };

	(void)state;
	use_folder("removed");
	assert_int_equal(reboot_state_save(&then, &error), 0);
	assert_int_equal(reboot_state_remove(&error), 0);
	assert_int_equal(reboot_state_load(&now, &error), -ENOENT);
}

/* A machine must not restart by what is no state of ours. */
static void test_a_damaged_state_is_refused_with_the_remedy(void **state)
{
	static const char *const texts[] = {
		"", "{", "[]", "{\"version\": 1}",
		"{\"version\": 2, \"store\": \"/s\", \"campaign\": 3, \"home\": \"h\", \"way\": \"\", "
		"\"force\": false, \"phase\": \"asked\", \"boot\": 2, \"tries\": 0, \"failed\": 0, "
		"\"release\": \"r\", \"boot_id\": \"b\", \"asked\": \"t\"}",
		"{\"version\": 1, \"store\": \"/s\", \"campaign\": 3, \"home\": \"h\", \"way\": \"\", "
		"\"force\": false, \"phase\": \"dreaming\", \"boot\": 2, \"tries\": 0, \"failed\": 0, "
		"\"release\": \"r\", \"boot_id\": \"b\", \"asked\": \"t\"}",
		"{\"version\": 1, \"store\": \"/s\", \"campaign\": 3, \"home\": \"h\", \"way\": \"\", "
		"\"force\": false, \"phase\": \"asked\", \"boot\": -1, \"tries\": 0, \"failed\": 0, "
		"\"release\": \"r\", \"boot_id\": \"b\", \"asked\": \"t\"}",
	};
	char *path;

	(void)state;
	use_folder("damaged");
	path = reboot_state_path();
	assert_int_equal(path_make_folder(getenv("HMMBENCH_STATE_DIR"), NULL), 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct reboot_state now;
		struct error error = { 0 };

		assert_int_equal(path_write_file(path, texts[i], strlen(texts[i]), NULL), 0);
		assert_int_equal(reboot_state_load(&now, &error), -EUCLEAN);
		assert_non_null(strstr(error.text, "remove it"));
	}
	free(path);
}

static void expect_line(const char *running, const char *next)
{
	char *line = reboot_command_line(running);

	assert_string_equal(line, next);
	free(line);
}

static void test_the_next_kernel_gets_this_ones_command_line(void **state)
{
	(void)state;
	expect_line("BOOT_IMAGE=/boot/vmlinuz-6.1 root=/dev/sda1 ro quiet\n",
		    "root=/dev/sda1 ro quiet panic=30");
	expect_line("initrd=\\initrd.img  root=UUID=1 panic=-1 ro", "root=UUID=1 panic=-1 ro");
	expect_line("\n", "panic=30");
}

/* As grub-mkconfig 2.06 of Debian 12 writes it, with two kernels. */
static const char grub_config[] =
	"if [ \"${next_entry}\" ] ; then\n"
	"   set default=\"${next_entry}\"\n"
	"fi\n"
	"if [ x\"${feature_menuentry_id}\" = xy ]; then\n"
	"  menuentry_id_option=\"--id\"\n"
	"fi\n"
	"function gfxmode {\n"
	"\tset gfxpayload=\"${1}\"\n"
	"}\n"
	"menuentry 'Debian GNU/Linux' --class debian --class os $menuentry_id_option "
	"'gnulinux-simple-aa-bb' {\n"
	"\tload_video\n"
	"\tlinux\t/boot/vmlinuz-6.12.9-amd64 root=UUID=aa-bb ro  quiet\n"
	"\tinitrd\t/boot/initrd.img-6.12.9-amd64\n"
	"}\n"
	"submenu 'Advanced options for Debian GNU/Linux' $menuentry_id_option "
	"'gnulinux-advanced-aa-bb' {\n"
	"\tmenuentry 'Debian, with Linux 6.12.9-amd64' --class os $menuentry_id_option "
	"'gnulinux-6.12.9-amd64-advanced-aa-bb' {\n"
	"\t\tlinux\t/boot/vmlinuz-6.12.9-amd64 root=UUID=aa-bb ro  quiet\n"
	"\t}\n"
	"\tmenuentry 'Debian, with Linux 6.1.0-56-amd64 (recovery mode)' $menuentry_id_option "
	"'gnulinux-6.1.0-56-amd64-recovery-aa-bb' {\n"
	"\t\tlinux\t/boot/vmlinuz-6.1.0-56-amd64 root=UUID=aa-bb ro single\n"
	"\t}\n"
	"\tmenuentry 'Debian, with Linux 6.1.0-56-amd64' --class os $menuentry_id_option "
	"'gnulinux-6.1.0-56-amd64-advanced-aa-bb' {\n"
	"\t\tlinux\t/boot/vmlinuz-6.1.0-56-amd64 root=UUID=aa-bb ro  quiet\n"
	"\t}\n"
	"}\n"
	"menuentry 'Own' $menuentry_id_option 'own' {\n"
	"\tlinux /vmlinuz-7.0.0-own root=/dev/sda1\n"
	"}\n";

static void expect_entry(char *(*find)(const char *, const char *), const char *text,
			 const char *release, const char *wanted)
{
	char *entry = find(text, release);

	if (wanted)
		assert_string_equal(entry, wanted);
	else
		assert_null(entry);
	free(entry);
}

static void test_a_grub_entry_is_found_by_its_kernels_release(void **state)
{
	(void)state;
	expect_entry(reboot_grub_entry, grub_config, "6.12.9-amd64", "gnulinux-simple-aa-bb");
	expect_entry(reboot_grub_entry, grub_config, "6.1.0-56-amd64",
		     "gnulinux-advanced-aa-bb>gnulinux-6.1.0-56-amd64-advanced-aa-bb");
	expect_entry(reboot_grub_entry, grub_config, "7.0.0-own", "own");
	expect_entry(reboot_grub_entry, grub_config, "6.1.0", NULL);
	expect_entry(reboot_grub_entry, grub_config, "0-56-amd64", NULL);
	expect_entry(reboot_grub_entry, "", "6.1.0", NULL);
}

/* As `bootctl list --json=short` of systemd 252 prints it, without what nobody reads here. */
static const char systemd_boot_list[] =
	"[{\"type\":\"type1\",\"id\":\"0123-6.12.9-amd64.conf\",\"title\":\"Debian GNU/Linux 12\","
	"\"version\":\"6.12.9-amd64\",\"linux\":\"/0123/6.12.9-amd64/linux\",\"isDefault\":true},"
	"{\"type\":\"type1\",\"id\":\"own.conf\",\"title\":\"Own\",\"linux\":\"/vmlinuz-7.0.0-own\"},"
	"{\"type\":\"auto\",\"id\":\"auto-reboot-to-firmware-setup\",\"title\":\"Firmware\"}]";

static void test_a_systemd_boot_entry_is_found_by_its_kernels_release(void **state)
{
	(void)state;
	expect_entry(reboot_systemd_boot_entry, systemd_boot_list, "6.12.9-amd64",
		     "0123-6.12.9-amd64.conf");
	expect_entry(reboot_systemd_boot_entry, systemd_boot_list, "7.0.0-own", "own.conf");
	expect_entry(reboot_systemd_boot_entry, systemd_boot_list, "7.0.0", NULL);
	expect_entry(reboot_systemd_boot_entry, systemd_boot_list, "6.12.9", NULL);
	expect_entry(reboot_systemd_boot_entry, "no JSON", "6.12.9", NULL);
}

static void test_an_unknown_way_is_refused(void **state)
{
	const struct kernel kernel = { .name = (char *)"x", .release = (char *)"1.2.3-none" };
	const struct reboot_way *way;
	struct error error = { 0 };

	(void)state;
	assert_int_equal(reboot_way_find("teleport", &kernel, &way, &error), -EINVAL);
	assert_int_equal(error.exit_status, STATUS_USAGE);
	assert_non_null(strstr(error.text, "kexec, grub or systemd-boot"));
	/* A kernel that is nowhere: no way, and each says why. */
	assert_int_equal(reboot_way_find(NULL, &kernel, &way, &error), -ENOTSUP);
	for (size_t i = 0; reboot_ways[i]; i++)
		assert_non_null(strstr(error.text, reboot_ways[i]->name));
}

static void test_a_kernel_that_is_not_installed_is_refused(void **state)
{
	const struct kernel running = { .source = KERNEL_RUNNING, .name = (char *)"running",
					.release = (char *)"1.2.3-none" };
	const struct kernel away = { .source = KERNEL_INSTALLED, .name = (char *)"1.2.3-none",
				     .release = (char *)"1.2.3-none" };
	struct lab_boot boot = { .kernel = &running };
	struct error error = { 0 };

	(void)state;
	assert_int_not_equal(lab_reboot.restart->check(&boot, &error), 0);
	assert_int_equal(error.exit_status, STATUS_USAGE);
	boot.kernel = &away;
	assert_int_not_equal(lab_reboot.restart->check(&boot, &error), 0);
	assert_int_equal(error.exit_status, STATUS_USAGE);
}

/* ---- reach(), as far as it asks for no restart ---- */

/* A state of this machine's present: asked for by a start before this one. */
static struct reboot_state asked_of_this_machine(const char *store, const char *release)
{
	struct reboot_state then = asked(REBOOT_ASKED);
	struct reboot_facts facts;

	assert_int_equal(reboot_facts_get(&facts, NULL), 0);
	snprintf(then.store, sizeof(then.store), "%s", store);
	snprintf(then.release, sizeof(then.release), "%s", release ? release : facts.release);
	snprintf(then.home, sizeof(then.home), "%s", facts.release);
	then.failed = 0;
	then.tries = 0;
	return then;
}

static void test_what_came_up_is_on_disk_before_it_measures(void **state)
{
	char *store = support_file("reached.db", "", 0);
	struct reboot_state then = asked_of_this_machine(store, NULL), now;
	const struct lab_boot boot = { .store_path = store, .campaign = 3, .boot = 2,
				       .boot_count = 4 };
	struct lab_reached reached;
	struct error error = { 0 };

	(void)state;
	use_folder("reached");
	assert_int_equal(reboot_state_save(&then, &error), 0);
	assert_int_equal(lab_reboot.restart->reach(&boot, &reached, &error), 0);
	assert_int_equal(reached.reach, LAB_REACHED);
	assert_int_equal(reboot_state_load(&now, &error), 0);
	assert_int_equal(now.phase, REBOOT_MEASURING);
	assert_string_not_equal(now.boot_id, then.boot_id);
	free(store);
}

static void test_failures_in_a_row_end_the_campaign_at_home(void **state)
{
	char *store = support_file("failed.db", "", 0);
	const struct lab_boot boot = { .store_path = store, .campaign = 3, .boot = 2,
				       .boot_count = 4 };
	struct reboot_state then = asked_of_this_machine(store, "0.0.1-none"), now;
	struct lab_reached reached;
	struct error error = { 0 };

	(void)state;
	use_folder("failed");
	for (uint32_t tries = 1; tries <= REBOOT_FAILED_MAX; tries++) {
		assert_int_equal(reboot_state_save(&then, &error), 0);
		assert_int_equal(lab_reboot.restart->reach(&boot, &reached, &error), 0);
		assert_int_equal(reached.reach, LAB_FAILED);
		assert_int_equal(reached.status, STATUS_NO_BOOT);
		assert_int_equal(reached.tries, tries);
		assert_non_null(strstr(reached.text, "0.0.1-none was asked for by kexec"));
		assert_int_equal(reboot_state_load(&now, &error), 0);
		then.failed = now.failed;
		then.tries = now.tries;
	}
	assert_non_null(strstr(reached.text, "3 boots in a row failed"));
	assert_int_equal(lab_reboot.restart->reach(&boot, &reached, &error), 0);
	assert_int_equal(reached.reach, LAB_PASSED);
	assert_int_equal(lab_reboot.restart->finish(&boot, &error), 0);
	assert_int_equal(reboot_state_load(&now, &error), -ENOENT);
	free(store);
}

static void test_a_machine_under_another_kernel_goes_home_once(void **state)
{
	char *store = support_file("home.db", "", 0);
	const struct lab_boot boot = { .store_path = store, .campaign = 3, .boot_count = 4 };
	struct reboot_state then = asked_of_this_machine(store, NULL), now;
	struct error error = { 0 };

	(void)state;
	use_folder("home");
	strcpy(then.home, "0.0.1-home");
	assert_int_equal(reboot_state_save(&then, &error), 0);
	assert_int_equal(lab_reboot.restart->finish(&boot, &error), 1);
	assert_int_equal(reboot_state_load(&now, &error), 0);
	assert_int_equal(now.phase, REBOOT_HOME);
	assert_int_equal(lab_reboot.restart->finish(&boot, &error), 0);
	assert_int_equal(reboot_state_load(&now, &error), -ENOENT);
	free(store);
}

/* A campaign that follows this one is to come to its kernels as this one does. */
static void test_a_campaign_underway_says_how_it_comes_to_its_kernels(void **state)
{
	const struct reboot_state then = asked(REBOOT_ASKED);
	struct error error = { 0 };
	char way[32] = "grub";
	bool force = false;

	(void)state;
	use_folder("underway");
	assert_false(lab_reboot.restart->underway(way, sizeof(way), &force));
	assert_string_equal(way, "grub");
	assert_int_equal(reboot_state_save(&then, &error), 0);
	assert_true(lab_reboot.restart->underway(way, sizeof(way), &force));
	assert_string_equal(way, "kexec");
	assert_true(force);
}

static void test_another_campaign_on_its_way_is_not_disturbed(void **state)
{
	char *store = support_file("other.db", "", 0);
	const struct lab_boot boot = { .store_path = store, .campaign = 4, .boot = 1,
				       .boot_count = 4 };
	struct reboot_state then = asked_of_this_machine(store, NULL);
	struct lab_reached reached;
	struct error error = { 0 };

	(void)state;
	use_folder("other");
	assert_int_equal(reboot_state_save(&then, &error), 0);
	assert_int_equal(lab_reboot.restart->reach(&boot, &reached, &error), -EBUSY);
	assert_non_null(strstr(error.text, "campaign 3"));
	free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_kernel_that_was_asked_for_measures),
		cmocka_unit_test(test_another_kernel_is_a_failed_boot),
		cmocka_unit_test(test_a_machine_that_did_not_go_down_is_asked_again),
		cmocka_unit_test(test_a_machine_that_went_down_while_it_measured_failed),
		cmocka_unit_test(test_boots_before_the_one_asked_for_are_passed),
		cmocka_unit_test(test_on_the_way_home_no_boot_is_left),
		cmocka_unit_test(test_the_state_is_read_as_it_was_written),
		cmocka_unit_test(test_no_state_is_no_error),
		cmocka_unit_test(test_a_removed_state_is_gone),
		cmocka_unit_test(test_a_damaged_state_is_refused_with_the_remedy),
		cmocka_unit_test(test_the_next_kernel_gets_this_ones_command_line),
		cmocka_unit_test(test_a_grub_entry_is_found_by_its_kernels_release),
		cmocka_unit_test(test_a_systemd_boot_entry_is_found_by_its_kernels_release),
		cmocka_unit_test(test_an_unknown_way_is_refused),
		cmocka_unit_test(test_a_kernel_that_is_not_installed_is_refused),
		cmocka_unit_test(test_what_came_up_is_on_disk_before_it_measures),
		cmocka_unit_test(test_failures_in_a_row_end_the_campaign_at_home),
		cmocka_unit_test(test_a_machine_under_another_kernel_goes_home_once),
		cmocka_unit_test(test_a_campaign_underway_says_how_it_comes_to_its_kernels),
		cmocka_unit_test(test_another_campaign_on_its_way_is_not_disturbed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

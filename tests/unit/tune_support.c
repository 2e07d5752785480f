// SPDX-License-Identifier: GPL-2.0-or-later
#include "tune_support.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/paths.h"
#include "support.h"

struct fake_machine tune_fake;

int tune_set_up(void **state)
{
	char *folder = support_path("state");

	(void)state;
	path_remove_tree(folder, NULL);
	setenv("HMMBENCH_STATE_DIR", folder, 1);
	free(folder);
	tune_fake = fake_machine("intel-laptop");
	return 0;
}

int tune_tear_down(void **state)
{
	(void)state;
	fake_machine_free(&tune_fake);
	return 0;
}

struct tune tune_planned(void)
{
	struct tune tune = { 0 };
	struct error error = { 0 };

	assert_int_equal(tune_plan(&tune_fake.machine, &tune, &error), 0);
	return tune;
}

void tune_expect(const char *path, const char *value)
{
	char now[MACHINE_TEXT_BYTES];

	assert_true(machine_choice(&tune_fake.machine, path, now));
	if (strcmp(now, value))
		fail_msg("%s is %s, wanted %s", path, now, value);
}

void tune_expect_as_it_was(void)
{
	static const char *const values[][2] = {
		{ "/sys/devices/system/cpu/cpufreq/policy0/scaling_governor", "powersave" },
		{ "/sys/devices/system/cpu/cpufreq/policy1/scaling_governor", "powersave" },
		{ "/sys/devices/system/cpu/cpufreq/policy2/scaling_governor", "performance" },
		{ "/sys/devices/system/cpu/cpufreq/policy3/scaling_governor", "powersave" },
		{ NO_TURBO, "0" },
		{ "/sys/devices/system/cpu/cpu0/cpuidle/state0/disable", "0" },
		{ "/sys/devices/system/cpu/cpu0/cpuidle/state3/disable", "0" },
		{ "/sys/kernel/mm/transparent_hugepage/enabled", "always" },
		{ "/proc/sys/kernel/numa_balancing", "1" },
		{ "/sys/kernel/mm/ksm/run", "0" },
		{ "/proc/sys/kernel/nmi_watchdog", "1" },
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		tune_expect(values[i][0], values[i][1]);
}

bool tune_state_is_there(void)
{
	char *path = tune_state_path();
	const bool there = !access(path, F_OK);

	free(path);
	return there;
}

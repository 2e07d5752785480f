// SPDX-License-Identifier: GPL-2.0-or-later
/* The order of a campaign's boots: alternating, balanced, one seed for each pair. */
#include "support.h"

#include <stdint.h>

#include "plan/campaign.h"

static void test_two_kernels_alternate_abba(void **state)
{
	static const uint32_t arms[] = { 0, 1, 1, 0, 0, 1, 1, 0 };

	(void)state;
	for (uint32_t i = 0; i < 8; i++) {
		const struct campaign_boot boot = campaign_boot(2, 7, i + 1);

		assert_int_equal(boot.boot, i + 1);
		assert_int_equal(boot.pair, i / 2 + 1);
		assert_int_equal(boot.arm, arms[i]);
	}
}

/* Whatever grows by the same amount from boot to boot adds the same to every arm. */
static void test_a_linear_drift_meets_all_arms_alike(void **state)
{
	(void)state;
	for (uint32_t kernels = 1; kernels <= CAMPAIGN_KERNELS_MAX; kernels++) {
		uint32_t sums[CAMPAIGN_KERNELS_MAX] = { 0 }, counts[CAMPAIGN_KERNELS_MAX] = { 0 };

		for (uint32_t boot = 1; boot <= 6 * kernels; boot++) {
			const uint32_t arm = campaign_boot(kernels, 1, boot).arm;

			assert_true(arm < kernels);
			sums[arm] += boot;
			counts[arm]++;
		}
		for (uint32_t arm = 0; arm < kernels; arm++) {
			assert_int_equal(counts[arm], 6);
			assert_int_equal(sums[arm], sums[0]);
		}
	}
}

static void test_each_pair_has_one_boot_of_each_kernel_and_one_seed(void **state)
{
	uint64_t seeds[100];

	(void)state;
	for (uint32_t pair = 1; pair <= 100; pair++) {
		uint32_t seen = 0;

		for (uint32_t i = 0; i < 3; i++) {
			const struct campaign_boot boot = campaign_boot(3, 20190101,
									3 * (pair - 1) + i + 1);

			assert_int_equal(boot.pair, pair);
			seen |= 1u << boot.arm;
			if (!i)
				seeds[pair - 1] = boot.seed;
			assert_true(boot.seed == seeds[pair - 1]);
			assert_true(boot.seed <= INT64_MAX);
		}
		assert_int_equal(seen, 7);
		for (uint32_t other = 1; other < pair; other++)
			assert_true(seeds[other - 1] != seeds[pair - 1]);
	}
}

static void test_the_seed_decides(void **state)
{
	(void)state;
	assert_true(campaign_boot(2, 5, 3).seed == campaign_boot(2, 5, 3).seed);
	assert_true(campaign_boot(2, 5, 3).seed != campaign_boot(2, 6, 3).seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_kernels_alternate_abba),
		cmocka_unit_test(test_a_linear_drift_meets_all_arms_alike),
		cmocka_unit_test(test_each_pair_has_one_boot_of_each_kernel_and_one_seed),
		cmocka_unit_test(test_the_seed_decides),
	};

	return cmocka_run_group_tests_name("campaign", tests, NULL, NULL);
}

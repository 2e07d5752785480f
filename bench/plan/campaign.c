// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/campaign.h"

#include "common/random.h"

#define SPLITMIX_STEP 0x9e3779b97f4a7c15u /* splitmix64's state is a counter with this step */

/* The pair's own number of the sequence that the campaign's seed begins. */
static uint64_t pair_seed(uint64_t seed, uint32_t pair)
{
	uint64_t state = seed + (uint64_t)(pair - 1) * SPLITMIX_STEP;

	return splitmix64(&state) >> 1;
}

struct campaign_boot campaign_boot(uint32_t kernels, uint64_t seed, uint32_t boot)
{
	const uint32_t pair = (boot - 1) / kernels + 1;
	const uint32_t position = (boot - 1) % kernels;

	return (struct campaign_boot){
		.boot = boot,
		.pair = pair,
		.arm = pair % 2 ? position : kernels - 1 - position,
		.seed = pair_seed(seed, pair),
	};
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "comparison_check.h"

#include <errno.h>

#include "sequential.h"

static int check_block(const struct comparison_input *input, uint32_t i, struct error *error)
{
	const struct comparison_block *block = &input->blocks[i];

	if (block->cell >= input->cell_count || block->arm >= ARM_COUNT ||
	    block->boot >= input->boots)
		return error_set(error, EINVAL,
				 "block %u belongs to cell %u, arm %u, boot %u; "
				 "there are %u, %u and %u", i, block->cell, block->arm,
				 block->boot, input->cell_count, (unsigned int)ARM_COUNT,
				 input->boots);
	if (input->design == DESIGN_BUILDS && input->boot[block->boot].arm != block->arm)
		return error_set(error, EINVAL, "block %u is of arm %u, its boot %u of arm %u", i,
				 block->arm, block->boot, input->boot[block->boot].arm);
	return 0;
}

static int check_input(const struct comparison_input *input, struct error *error)
{
	int ret = 0;

	if (!(input->threshold > 0 && input->threshold_p99 > 0))
		return error_set(error, EINVAL, "the smallest effect of interest is not above 0");
	if (!(input->false_discovery_rate > 0 && input->false_discovery_rate < 1))
		return error_set(error, EINVAL, "the false discovery rate is not between 0 and 1");
	if (input->looks_planned > SEQUENTIAL_LOOKS || input->looks > input->looks_planned)
		return error_set(error, EINVAL, "%u looks of %u; there are at most %d", input->looks,
				 input->looks_planned, SEQUENTIAL_LOOKS);
	if (input->design == DESIGN_BUILDS && (!input->boot || !input->strategies))
		return error_set(error, EINVAL, "builds are compared without their boots");
	for (uint32_t i = 0; i < input->block_count && !ret; i++)
		ret = check_block(input, i, error);
	return ret;
}

/* Both arms somewhere, outside the warm-up. */
static int check_arms(const struct comparison_input *input, struct error *error)
{
	const char *const names[ARM_COUNT] = { input->base_name, input->candidate_name };
	bool present[ARM_COUNT] = { false, false };

	for (uint32_t i = 0; i < input->block_count; i++)
		if (!input->blocks[i].warmup && input->blocks[i].samples.rows)
			present[input->blocks[i].arm] = true;
	for (size_t arm = 0; arm < ARM_COUNT; arm++)
		if (!present[arm])
			return error_set(error, EINVAL,
					 "nothing to compare: no sample of %s outside the warm-up",
					 names[arm]);
	return 0;
}

int comparison_check(const struct comparison_input *input, struct error *error)
{
	const int ret = check_input(input, error);

	return ret ? ret : check_arms(input, error);
}

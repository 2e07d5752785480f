// SPDX-License-Identifier: GPL-2.0-or-later
/* Pairs of blocks inside boots: quartets where they ran as such, else the best there is. */
#include "elsewhere/arranging.h"

/* The end of the blocks of one boot that begin at `first`. */
static size_t boot_end(const struct arranging *arranging, size_t first, size_t end)
{
	size_t i = first;

	while (i < end && arranging->chosen[i].block->boot == arranging->chosen[first].block->boot)
		i++;
	return i;
}

static bool is_quartet(const struct chosen *chosen)
{
	return chosen[0].arm == chosen[3].arm && chosen[1].arm == chosen[2].arm &&
	       chosen[0].arm != chosen[1].arm;
}

/* A boot's blocks in quartets, a last one that was cut short aside. */
static bool runs_quartets(const struct chosen *chosen, size_t count)
{
	for (size_t i = 0; i + 1 < count; i++)
		if (chosen[i].block->block == chosen[i + 1].block->block)
			return false;
	for (size_t i = 0; i + 4 <= count; i += 4)
		if (!is_quartet(chosen + i))
			return false;
	return count >= 4;
}

static bool shares_blocks(const struct chosen *chosen, size_t count)
{
	for (size_t i = 0; i + 1 < count; i += 2)
		if (chosen[i].block->block != chosen[i + 1].block->block)
			return false;
	return count % 2 == 0;
}

static bool is_left_out(const struct arranging *arranging, const struct chosen *chosen)
{
	return arranging->boot_arms[chosen->block->boot] != BOTH_ARMS;
}

/* The best pairing that all boots of a cell allow. */
static enum pairing pairing_of(const struct arranging *arranging, size_t first, size_t end)
{
	bool quartets = true, same = true;

	if (!arranging->table->has_blocks)
		return PAIRING_BOOT;
	for (size_t next; first < end; first = next) {
		next = boot_end(arranging, first, end);
		if (is_left_out(arranging, &arranging->chosen[first]))
			continue;
		quartets &= runs_quartets(arranging->chosen + first, next - first);
		same &= shares_blocks(arranging->chosen + first, next - first);
	}
	return quartets ? PAIRING_QUARTETS : same ? PAIRING_SAME_BLOCK : PAIRING_ORDER;
}

static void add_quartets(struct arranging *arranging, const struct chosen *chosen, size_t count,
			 uint32_t cell)
{
	size_t whole = count / 4 * 4;

	for (size_t i = 0; i < whole; i++)
		arranging_add_block(arranging, &chosen[i], cell, (uint32_t)i / 4, (uint32_t)i % 4);
	arranging->arrangement->unpaired_blocks += (uint32_t)(count - whole);
}

/* The k-th block of either arm is pair k; of blocks that hold both that is the block itself. */
static void add_pairs(struct arranging *arranging, const struct chosen *chosen, size_t count,
		      uint32_t cell)
{
	uint32_t of_arm[ARM_COUNT] = { 0 }, taken[ARM_COUNT] = { 0 }, pairs;

	for (size_t i = 0; i < count; i++)
		of_arm[chosen[i].arm]++;
	pairs = of_arm[0] < of_arm[1] ? of_arm[0] : of_arm[1];
	for (size_t i = 0; i < count; i++) {
		uint32_t pair = taken[chosen[i].arm]++;

		if (pair < pairs)
			arranging_add_block(arranging, &chosen[i], cell, pair, (uint32_t)i);
		else
			arranging->arrangement->unpaired_blocks++;
	}
}

void arranging_pair(struct arranging *arranging, size_t first, size_t end, uint32_t cell)
{
	enum pairing pairing = pairing_of(arranging, first, end);

	arranging->arrangement->pairings[pairing]++;
	for (size_t next; first < end; first = next) {
		const struct chosen *chosen = arranging->chosen + first;

		next = boot_end(arranging, first, end);
		if (is_left_out(arranging, chosen))
			continue;
		if (pairing == PAIRING_QUARTETS)
			add_quartets(arranging, chosen, next - first, cell);
		else
			add_pairs(arranging, chosen, next - first, cell);
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Pairs of blocks inside boots: quartets where they ran as such, else the best there is. */
#include "elsewhere/arranging.h"

#define JUDGED_FROM 6 /* differences; fewer have neither interval nor a p below .05 */

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

/* Which group was over before the other began; -1: neither. Blocks of one number ran together. */
static int came_first(const struct chosen *chosen, size_t count)
{
	size_t change = 1;

	while (change < count && chosen[change].arm == chosen[0].arm)
		change++;
	for (size_t i = change; i < count; i++)
		if (chosen[i].arm == chosen[0].arm)
			return -1;
	return change < count && chosen[change - 1].block->block != chosen[change].block->block ?
		       (int)chosen[0].arm : -1;
}

/*
 * Did the same group come first in most boots? One boot more of the one order than of the other is
 * what an odd number of boots cannot avoid; a single boot says nothing at all. Where there is too
 * little to judge anyway, that is what is said.
 */
static bool is_one_first(const struct arranging *arranging, size_t first, size_t end)
{
	size_t firsts[ARM_COUNT] = { 0 }, boots = 0, pairs = 0;

	for (size_t next; first < end; first = next) {
		int arm;

		next = boot_end(arranging, first, end);
		if (is_left_out(arranging, &arranging->chosen[first]))
			continue;
		boots++;
		pairs += (next - first) / 2;
		arm = came_first(arranging->chosen + first, next - first);
		if (arm >= 0)
			firsts[arm]++;
	}
	if ((boots > 1 ? boots : pairs) < JUDGED_FROM)
		return false;
	return firsts[0] > firsts[1] + (boots > 1) || firsts[1] > firsts[0] + (boots > 1);
}

void arranging_pair(struct arranging *arranging, size_t first, size_t end, uint32_t cell)
{
	enum pairing pairing = pairing_of(arranging, first, end);

	arranging->arrangement->pairings[pairing]++;
	if (pairing == PAIRING_ORDER && !arranging->force && is_one_first(arranging, first, end)) {
		arranging->arrangement->refusals[cell] =
			"one group was always measured before the other: a drift would be the "
			"difference; interleave them, or --force";
		arranging->arrangement->one_first++;
	}
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

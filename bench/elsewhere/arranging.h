/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An arrangement in the making; internal to it. */
#ifndef HMMBENCH_ARRANGING_H
#define HMMBENCH_ARRANGING_H

#include "elsewhere/arrangement.h"

#define BOTH_ARMS (1u << ARM_BASE | 1u << ARM_CANDIDATE)

/* A block of one of the two groups on its way to the input. */
struct chosen {
	const struct table_block *block;
	uint32_t arm;
};

struct arranging {
	const struct sample_table *table;
	struct arrangement *arrangement;
	uint32_t group[ARM_COUNT];
	bool force;
	struct chosen *chosen; /* by cell, boot, block, arm */
	size_t count;
	uint8_t *boot_arms; /* per boot of the table: 1 << arm */
	uint8_t *cell_arms;
	uint32_t *boot_numbers; /* per boot and arm: its number in the input */
};

/* Errors as of arrangement_make(). */
int arranging_choose_groups(const struct name_set *groups,
			    const struct arrangement_options *options, uint32_t group[ARM_COUNT],
			    struct error *error);

/* Adds a block to the input. */
void arranging_add_block(struct arranging *arranging, const struct chosen *chosen, uint32_t cell,
			 uint32_t quartet, uint32_t position);

/* Adds the blocks first .. end - 1, all of the input's cell `cell`, paired inside their boots. */
void arranging_pair(struct arranging *arranging, size_t first, size_t end, uint32_t cell);

#endif

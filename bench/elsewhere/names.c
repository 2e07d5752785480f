// SPDX-License-Identifier: GPL-2.0-or-later
#include "elsewhere/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a (Fowler, Noll, Vo), 64 bits. */
static uint64_t hash(const unsigned char *bytes, size_t length)
{
	uint64_t value = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < length; i++)
		value = (value ^ bytes[i]) * UINT64_C(0x100000001b3);
	return value ^ value >> 32;
}

/* The slot that has the key, or the free one where it belongs. */
static uint32_t *find_slot(const struct name_set *set, const void *bytes, size_t length)
{
	size_t mask = set->slot_count - 1;

	for (size_t i = hash(bytes, length) & mask;; i = (i + 1) & mask) {
		const struct name_key *key;

		if (!set->slots[i])
			return &set->slots[i];
		key = &set->keys[set->slots[i] - 1];
		if (key->length == length && !memcmp(key->bytes, bytes, length))
			return &set->slots[i];
	}
}

static int grow(struct name_set *set)
{
	uint32_t room = set->room ? 2 * set->room : 64;
	struct name_key *keys = reallocarray(set->keys, room, sizeof(*keys));
	uint32_t *slots;

	if (!keys)
		return -ENOMEM;
	set->keys = keys;
	slots = calloc(2 * (size_t)room, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	free(set->slots);
	set->slots = slots;
	set->slot_count = 2 * (size_t)room;
	set->room = room;
	for (uint32_t i = 0; i < set->count; i++)
		*find_slot(set, keys[i].bytes, keys[i].length) = i + 1;
	return 0;
}

int name_set_add(struct name_set *set, const void *bytes, size_t length, uint32_t *number)
{
	uint32_t *slot;
	char *copy;

	if (set->count == set->room && grow(set))
		return -ENOMEM;
	slot = find_slot(set, bytes, length);
	if (!*slot) {
		copy = malloc(length + 1);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, bytes, length);
		copy[length] = '\0';
		set->keys[set->count] = (struct name_key){ copy, length };
		*slot = ++set->count;
	}
	*number = *slot - 1;
	return 0;
}

uint32_t name_set_find(const struct name_set *set, const void *bytes, size_t length)
{
	return set->count ? *find_slot(set, bytes, length) - 1 : UINT32_MAX;
}

const char *name_set_text(const struct name_set *set, uint32_t number)
{
	return set->keys[number].bytes;
}

void name_set_free(struct name_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		free(set->keys[i].bytes);
	free(set->keys);
	free(set->slots);
	*set = (struct name_set){ 0 };
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names, and keys of any bytes, numbered from 0 in the order in which they first come. */
#ifndef HMMBENCH_ELSEWHERE_NAMES_H
#define HMMBENCH_ELSEWHERE_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct name_key {
	char *bytes;		/* with a zero behind it, which is not counted */
	size_t length;
};

/* Starts as { 0 }. */
struct name_set {
	struct name_key *keys;
	uint32_t count, room;
	uint32_t *slots;	/* number + 1, 0: free; open addressing */
	size_t slot_count;	/* a power of two */
};

/* The number of a key, which is added where it is new. 0 or -ENOMEM. */
int name_set_add(struct name_set *set, const void *bytes, size_t length, uint32_t *number);

/* The number, or UINT32_MAX. */
uint32_t name_set_find(const struct name_set *set, const void *bytes, size_t length);

const char *name_set_text(const struct name_set *set, uint32_t number);
void name_set_free(struct name_set *set);

#endif

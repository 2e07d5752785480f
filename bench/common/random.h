/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * splitmix64: a generator of 64-bit numbers whose whole state is one counter, so that
 * a seed gives the same sequence on every machine.
 *
 * Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
 * OOPSLA 2014, with the finaliser constants of Stafford's variant 13.
 */
#ifndef HMMBENCH_RANDOM_H
#define HMMBENCH_RANDOM_H

#include <stdint.h>

/* Advances *state and returns the next number, 0 .. 2^64 - 1. Any state is a good seed. */
static inline uint64_t splitmix64(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include "random.h"

#include <math.h>

#include "common/random.h"

static uint64_t rotate_left(uint64_t value, int bits)
{
	return (value << bits) | (value >> (64 - bits));
}

void generator_seed(struct generator *generator, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		generator->state[i] = splitmix64(&seed);
	generator->has_spare = false;
	generator->spare = 0;
}

uint64_t generator_next(struct generator *generator)
{
	uint64_t *s = generator->state;
	uint64_t result = rotate_left(s[0] + s[3], 23) + s[0];
	uint64_t shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotate_left(s[3], 45);
	return result;
}

double generator_uniform(struct generator *generator)
{
	return (double)(generator_next(generator) >> 11) * 0x1p-53;
}

uint64_t generator_below(struct generator *generator, uint64_t bound)
{
	unsigned __int128 product = (unsigned __int128)generator_next(generator) * bound;

	if ((uint64_t)product < bound) {
		uint64_t rejected = -bound % bound;

		while ((uint64_t)product < rejected)
			product = (unsigned __int128)generator_next(generator) * bound;
	}
	return (uint64_t)(product >> 64);
}

double generator_normal(struct generator *generator)
{
	double x, y, square, factor;

	if (generator->has_spare) {
		generator->has_spare = false;
		return generator->spare;
	}
	do {
		x = 2 * generator_uniform(generator) - 1;
		y = 2 * generator_uniform(generator) - 1;
		square = x * x + y * y;
	} while (square >= 1 || square == 0);
	factor = sqrt(-2 * log(square) / square);
	generator->spare = y * factor;
	generator->has_spare = true;
	return x * factor;
}

uint64_t seed_derive(uint64_t seed, uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t state = seed;
	uint64_t mixed = splitmix64(&state);

	state = mixed ^ a;
	mixed = splitmix64(&state);
	state = mixed ^ b;
	mixed = splitmix64(&state);
	state = mixed ^ c;
	return splitmix64(&state);
}

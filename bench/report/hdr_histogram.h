/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A histogram of whole numbers whose bins have a constant relative width, and its
 * exchange form, HdrHistogram V2.
 *
 * Bins: values below 2 * 10^digits are kept exactly (rounded up to a power of two: 2048 for 3
 * digits); every doubling beyond has half as many bins again. The exchange form, base64 of
 *	u32 cookie 0x1c849314, u32 length of the zlib stream, then deflated:
 *	u32 cookie 0x1c849313, u32 length of the counts, u32 0, u32 digits,
 *	u64 lowest value told apart, u64 highest value, f64 1.0 (a value's unit), counts
 * in network order; the counts up to the largest value's as ZigZag LEB128, a run of n > 1
 * zeros as -n.
 *
 * Source: Tene, HdrHistogram, "V2 encoding" (AbstractHistogram's and ZigZagEncoding's
 * description, 2.1); the cookies' low bits say that counts are 1 to 9 bytes.
 */
#ifndef HMMBENCH_HDR_HISTOGRAM_H
#define HMMBENCH_HDR_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define HDR_DIGITS 3
#define HDR_VALUE_MAX INT64_MAX

struct hdr_histogram {
	uint64_t highest;	/* that it has bins for */
	uint64_t *counts;	/* owned */
	size_t bins;
	uint64_t total, largest;
};

/* For values up to `highest` (at least 2 is taken, at most HDR_VALUE_MAX). -ENOMEM. */
int hdr_histogram_init(struct hdr_histogram *histogram, uint64_t highest);
void hdr_histogram_free(struct hdr_histogram *histogram);

/* -ERANGE: above `highest`. */
int hdr_histogram_record(struct hdr_histogram *histogram, uint64_t value);

/* The exchange form, malloc'ed and zero-terminated. -ENOMEM. */
int hdr_histogram_encode(const struct hdr_histogram *histogram, char **text);

#endif

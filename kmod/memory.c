// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How much memory the module may take: see hmmbench_memory_fits() in core.h.
 */
#include <linux/mm.h>

#include "core.h"

bool hmmbench_memory_fits(unsigned long pages)
{
	const unsigned long reserve = totalram_pages() / 8;
	const long available = si_mem_available();

	return available > 0 && (unsigned long)available > reserve &&
	       pages <= (unsigned long)available - reserve;
}

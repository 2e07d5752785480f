// SPDX-License-Identifier: GPL-2.0-or-later
/* 5.0, commit ca79b0c211af: totalram_pages() is a function, no longer a variable */
#include <linux/mm.h>

unsigned long hmmbench_probe(void);
unsigned long hmmbench_probe(void)
{
	return totalram_pages();
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Every kernel. What every other probe includes compiles: the compiler, headers and flags work. */
#include <linux/module.h>

int hmmbench_probe(void);
int hmmbench_probe(void)
{
	return 0;
}

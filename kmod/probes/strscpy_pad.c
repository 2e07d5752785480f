// SPDX-License-Identifier: GPL-2.0-or-later
/* 5.2, commit 458a3bf82df4: strscpy_pad() */
#include <linux/string.h>

ssize_t hmmbench_probe(char *to, const char *from);
ssize_t hmmbench_probe(char *to, const char *from)
{
	return strscpy_pad(to, from, 8);
}

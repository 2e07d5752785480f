/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters in a terminal, and how walks divide.
 */
#ifndef HMMBENCH_TEXT_COUNTED_H
#define HMMBENCH_TEXT_COUNTED_H

#include <stdio.h>

#include "report/counted_rows.h"
#include "report/text_table.h"
#include "store/counted.h"

/* A heading and a table; nothing where nothing was counted. 0 or -ENOMEM. */
int text_counted(FILE *file, const struct text_style *style, const struct counted *counted,
		 const struct counted_words *words);

#endif

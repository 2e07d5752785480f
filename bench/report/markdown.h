/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text in Markdown (CommonMark 0.31 with GitHub's tables, mentions and links), so that it stays
 * text and can still be read as it is.
 */
#ifndef HMMBENCH_MARKDOWN_H
#define HMMBENCH_MARKDOWN_H

#include <stdio.h>

/* Clean text, where a line or the cell of a table begins: no markup, no mention, no link. */
void markdown_text(FILE *file, const char *text);

/* The same in a code span that no backquote in it can end. */
void markdown_code(FILE *file, const char *text);

#endif

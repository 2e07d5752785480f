/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text into XML. */
#ifndef HMMBENCH_REPORT_XML_H
#define HMMBENCH_REPORT_XML_H

#include <stdio.h>

/*
 * Writes text as content or as an attribute's value in double quotes: markup escaped, line
 * ends in attributes kept, characters that XML 1.0 does not have replaced by U+FFFD.
 */
void xml_text(FILE *file, const char *text);

/* ` name="value"`. */
void xml_attribute(FILE *file, const char *name, const char *value);

#endif

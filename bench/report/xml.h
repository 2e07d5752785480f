/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text into XML. */
#ifndef HMMBENCH_REPORT_XML_H
#define HMMBENCH_REPORT_XML_H

#include <stdint.h>
#include <stdio.h>

/*
 * What stands for a character of markup in content and in attributes, of XML and of HTML:
 * "&amp;" and its like. NULL: the character stands for itself.
 */
const char *xml_entity(uint32_t character);

/*
 * Writes text as content or as an attribute's value in double quotes: markup escaped, line
 * ends in attributes kept, characters that XML 1.0 does not have replaced by U+FFFD.
 */
void xml_text(FILE *file, const char *text);

/* ` name="value"`. */
void xml_attribute(FILE *file, const char *name, const char *value);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HMMBENCH_TEST_HTML_CHECK_H
#define HMMBENCH_TEST_HTML_CHECK_H

#include <stddef.h>

/*
 * Fails the test unless every element of a page is known and closed in order, every attribute known
 * and quoted, and every id is there once. Gives the number of elements.
 */
size_t assert_well_formed_html(const char *page);

#endif

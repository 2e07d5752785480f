// SPDX-License-Identifier: GPL-2.0-or-later
/* Proves that of a picture nothing but what draws gets into a page, and of a broken one nothing. */
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/html_page.h"

static int embed(const char *svg, char **out)
{
	size_t bytes;
	FILE *file = open_memstream(out, &bytes);
	int result = svg_embed(file, svg, "p-", "a \"label\"");

	assert_int_equal(fclose(file), 0);
	return result;
}

static void test_only_what_draws_gets_out_of_an_svg(void **state)
{
	static const char svg[] =
		"<?xml version=\"1.0\"?><!-- c --><svg onload='x' width='1' viewBox='0 0 9 9'>"
		"<script>alert(1)</script><style>*{}</style><foreignObject><p>q</p></foreignObject>"
		"<defs><path id='a' d='M0,0' onclick=\"x\" style='y'/></defs>"
		"<use xlink:href='#a' href='javascript:x'/><use xlink:href=\"http://x/\"/>"
		"<rect fill='url(http://x)' x='1'/><a href='x'><g><text>in a link</text></g></a>"
		"<title>t</title><text x='1'>a &lt;b&gt; &amp; &bad; &#65; \"q\"</text></svg>";
	char *out;

	(void)state;
	assert_int_equal(embed(svg, &out), 0);
	assert_string_equal(
		out, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
		     "aria-label=\"a &quot;label&quot;\" viewBox=\"0 0 9 9\">"
		     "<defs><path id=\"p-a\" d=\"M0,0\"/></defs>"
		     "<use href=\"#p-a\"/><use/><rect x=\"1\"/>"
		     "<text x=\"1\">a &lt;b&gt; &amp; &amp;bad; &#65; &quot;q&quot;</text></svg>");
	free(out);
}

static void test_broken_svg_is_refused_whole(void **state)
{
	static const char *const broken[] = {
		"",
		"text",
		"<svg",
		"<svg>",
		"<svg><g></svg>",
		"<svg a></svg>",
		"<svg a=b></svg>",
		"<svg a='></svg>",
		"<svg></svg",
		"<svg><!-- </svg>",
		"<!DOCTYPE x []><svg></svg>",
		"<svg><![CDATA[<script>]]></svg>",
		"<html><svg></svg></html>",
		"<svg></script>",
		"<svg><g></script></svg>",
		"</svg>",
		"<svg><",
		"<svg><g",
		"<svg><g a",
		"<svg><g a=",
		"<svg><g a='b",
		"<svg><g/",
		"<svg><?",
		"<svg></",
		"< svg></svg>",
	};
	char *out;

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		if (embed(broken[i], &out) != -EBADMSG)
			fail_msg("taken: %s", broken[i]);
		assert_string_equal(out, "");
		free(out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_what_draws_gets_out_of_an_svg),
		cmocka_unit_test(test_broken_svg_is_refused_whole),
	};

	return cmocka_run_group_tests_name("svg_embed", tests, NULL, NULL);
}

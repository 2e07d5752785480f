// SPDX-License-Identifier: GPL-2.0-or-later
/* Of two kernels' configurations just the options are told that differ. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "common/kernel_config.h"

static const char base[] = "#\n"
			   "# Automatically generated file; DO NOT EDIT.\n"
			   "# Linux/x86 6.1.100 Kernel Configuration\n"
			   "CONFIG_CC_VERSION_TEXT=\"gcc-12 (Debian 12.2.0-14) 12.2.0\"\n"
			   "CONFIG_KVM=m\n"
			   "CONFIG_ATM=m\n"
			   "CONFIG_HZ=250\n"
			   "# CONFIG_KASAN is not set\n"
			   "CONFIG_SLUB=y\n"
			   "CONFIG_SLUB_DEBUG=y\n"
			   "# CONFIG_OLD is not set\n"
			   "CONFIG_LAST=\"a=b\"";

static const char candidate[] = "# Linux/x86 6.12.1 Kernel Configuration\n"
				"CONFIG_SLUB_DEBUG=y\n"
				"CONFIG_KASAN=y\n"
				"# CONFIG_NEW is not set\n"
				"CONFIG_SLUB=y\n"
				"CONFIG_HZ=1000\n"
				"CONFIG_OFF=n\n"
				"CONFIG_CC_VERSION_TEXT=\"gcc-12 (Debian 12.2.0-14) 12.2.0\"\n"
				"CONFIG_LAST=\"a=b\"\n";

static void test_only_what_differs_is_told_by_name(void **state)
{
	struct kernel_option *options;
	size_t count;

	(void)state;
	assert_int_equal(kernel_config_differences(base, candidate, &options, &count), 0);
	assert_int_equal(count, 4);
	assert_string_equal(options[0].name, "CONFIG_HZ");
	assert_string_equal(options[0].base, "250");
	assert_string_equal(options[0].candidate, "1000");
	assert_string_equal(options[1].name, "CONFIG_KASAN");
	assert_string_equal(options[1].base, "n");
	assert_string_equal(options[1].candidate, "y");
	/* Modules come last. */
	assert_string_equal(options[2].name, "CONFIG_ATM");
	assert_string_equal(options[3].name, "CONFIG_KVM");
	assert_string_equal(options[3].base, "m");
	assert_string_equal(options[3].candidate, "n");
	kernel_options_free(options, count);
}

static void test_equal_and_empty_configurations(void **state)
{
	struct kernel_option *options;
	size_t count;

	(void)state;
	assert_int_equal(kernel_config_differences(base, base, &options, &count), 0);
	assert_int_equal(count, 0);
	kernel_options_free(options, count);
	assert_int_equal(kernel_config_differences("", "", &options, &count), 0);
	assert_int_equal(count, 0);
	kernel_options_free(options, count);
	assert_int_equal(kernel_config_differences("", base, &options, &count), 0);
	assert_int_equal(count, 7);
	kernel_options_free(options, count);
}

static void test_a_value_is_found_by_its_whole_name(void **state)
{
	char *value = kernel_config_value(base, "CONFIG_SLUB");

	(void)state;
	assert_string_equal(value, "y");
	free(value);
	value = kernel_config_value(base, "CONFIG_LAST");
	assert_string_equal(value, "\"a=b\"");
	free(value);
	assert_null(kernel_config_value(base, "CONFIG_KASAN"));
	assert_null(kernel_config_value(base, "CONFIG_SLU"));
	assert_null(kernel_config_value("", "CONFIG_SLUB"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_what_differs_is_told_by_name),
		cmocka_unit_test(test_equal_and_empty_configurations),
		cmocka_unit_test(test_a_value_is_found_by_its_whole_name),
	};

	return cmocka_run_group_tests_name("kernel_config", tests, NULL, NULL);
}

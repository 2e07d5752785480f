// SPDX-License-Identifier: GPL-2.0-or-later
/* What apt and packages say about mirrors, versions and dependencies is read right. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "lab/debian_apt.h"
#include "lab/debian_mirror.h"
#include "lab/kernel.h"
#include "lab/kernel_debian.h"

static void check_mirror(struct debian_mirror *mirror, const char *main_uri, const char *security)
{
	if (main_uri)
		assert_string_equal(mirror->main, main_uri);
	else
		assert_null(mirror->main);
	if (security)
		assert_string_equal(mirror->security, security);
	else
		assert_null(mirror->security);
	debian_mirror_free(mirror);
}

/* Others' archives are not Debian's, whatever their releases are called. */
static void test_mirror_from_targets(void **state)
{
	struct debian_mirror mirror = { 0 };

	(void)state;
	assert_int_equal(debian_mirror_from_targets(
		"http://other.example/apt/|Other|bookworm\n"
		"http://mirror.example/debian|Debian|bookworm\n"
		"http://second.example/debian/|Debian|bookworm-updates\n"
		"http://mirror.example/security/|Debian|bookworm-security\n", &mirror), 0);
	check_mirror(&mirror, "http://mirror.example/debian/", "http://mirror.example/security/");
	assert_int_equal(debian_mirror_from_targets("http://other.example/|Other|x\n", &mirror), 0);
	check_mirror(&mirror, NULL, NULL);
	assert_int_equal(debian_mirror_from_targets("", &mirror), 0);
	check_mirror(&mirror, NULL, NULL);
	assert_int_equal(debian_mirror_from_targets("a|Debian\n|Debian|x\nx\n|\n||\n", &mirror), 0);
	check_mirror(&mirror, NULL, NULL);
}

static void test_mirror_from_uris(void **state)
{
	struct debian_mirror mirror = { 0 };

	(void)state;
	assert_int_equal(debian_mirror_from_uris(
		"'https://other.example/dists/nodistro/InRelease' other_InRelease 0 \n"
		"'http://mirror.example/debian/dists/trixie/InRelease' a_InRelease 0 \n"
		"'http://mirror.example/debian/dists/trixie/main/binary-amd64/Packages.xz' b 0 \n"
		"'http://mirror.example/sec/dists/trixie-security/InRelease' c_InRelease 0 \n",
		&mirror), 0);
	check_mirror(&mirror, "http://mirror.example/debian/", "http://mirror.example/sec/");
	assert_int_equal(debian_mirror_from_uris(
		"'http://other.example/dists/jammy/InRelease' x 0\n'/dists/\n/dists//InRelease'\n",
		&mirror), 0);
	check_mirror(&mirror, NULL, NULL);
}

static void test_mirror_from_environment(void **state)
{
	struct debian_mirror mirror;
	struct error error = { 0 };

	(void)state;
	setenv("HMMBENCH_DEBIAN_MIRROR", "file:/srv/debian", 1);
	assert_int_equal(debian_mirror_find(&mirror, &error), 0);
	check_mirror(&mirror, "file:/srv/debian/", NULL);
	setenv("HMMBENCH_DEBIAN_SECURITY_MIRROR", "file:/srv/security/", 1);
	assert_int_equal(debian_mirror_find(&mirror, &error), 0);
	check_mirror(&mirror, "file:/srv/debian/", "file:/srv/security/");
	unsetenv("HMMBENCH_DEBIAN_MIRROR");
	unsetenv("HMMBENCH_DEBIAN_SECURITY_MIRROR");
}

static void check_and_free(char *text, const char *expected)
{
	if (expected)
		assert_string_equal(text, expected);
	else
		assert_null(text);
	free(text);
}

static void test_fields(void **state)
{
	static const char paragraph[] =
		"Package: linux-image-amd64\n"
		"Pre-Depends: nothing\n"
		"Depends: linux-image-6.1.0-56-amd64 (= 6.1.192-2),\n"
		" more\n"
		"Description: a kernel\n";

	(void)state;
	check_and_free(debian_field(paragraph, "Package"), "linux-image-amd64");
	check_and_free(debian_field(paragraph, "Depends"),
		       "linux-image-6.1.0-56-amd64 (= 6.1.192-2),  more");
	check_and_free(debian_field(paragraph, "Description"), "a kernel");
	check_and_free(debian_field(paragraph, "Depend"), NULL);
	check_and_free(debian_field("", "Package"), NULL);
}

static void test_dependencies(void **state)
{
	static const char depends[] =
		"linux-compiler-gcc-12-x86, linux-headers-6.1.0-56-common (= 6.1.192-2), "
		"linux-kbuild-6.1 (>= 6.1.192-2), a:any | b (= 3), linux-image (= 1:2~bpo+1)";

	(void)state;
	check_and_free(debian_dependency(depends, "linux-headers-"),
		       "linux-headers-6.1.0-56-common=6.1.192-2");
	/* "at least" is no version to ask for, nor is the next package's. */
	check_and_free(debian_dependency(depends, "linux-kbuild-"), "linux-kbuild-6.1");
	check_and_free(debian_dependency(depends, "linux-compiler-"), "linux-compiler-gcc-12-x86");
	check_and_free(debian_dependency(depends, "linux-image"), "linux-image=1:2~bpo+1");
	check_and_free(debian_dependency(depends, "nothing"), NULL);
	check_and_free(debian_dependency("", "nothing"), NULL);
}

static void test_relocate(void **state)
{
	char *fixed;

	(void)state;
	assert_int_equal(kernel_debian_relocate(
		"include /usr/src/linux-headers-6.1.0-56-common/Makefile\n", &fixed), 0);
	check_and_free(fixed, "include $(dir $(lastword $(MAKEFILE_LIST)))../"
			      "linux-headers-6.1.0-56-common/Makefile\n");
	assert_int_equal(kernel_debian_relocate("# made by hand\ninclude /usr/src/x/Makefile\n",
						&fixed), 0);
	check_and_free(fixed, "# made by hand\ninclude $(dir $(lastword $(MAKEFILE_LIST)))../"
			      "x/Makefile\n");
	assert_int_equal(kernel_debian_relocate("all:\n\t# include /usr/src/x\n", &fixed), -EINVAL);
}

static void test_names(void **state)
{
	char *cache = support_path("cache"), name[32];
	struct kernel *kernel;
	struct error error = { 0 };
	size_t count = 0;

	(void)state;
	setenv("XDG_CACHE_HOME", cache, 1);
	/* Every name that is offered is known; from an empty cache it is not fetched unasked. */
	for (; kernel_debian_name(count, name); count++) {
		error = (struct error){ 0 };
		assert_int_equal(kernel_resolve(name, false, &kernel, &error), -ENOENT);
		assert_int_equal(error.exit_status, STATUS_KERNEL);
		assert_non_null(strstr(error.text, "kernel fetch"));
		assert_null(kernel);
	}
	assert_int_equal(count, 9);
	assert_string_equal((kernel_debian_name(0, name), name), "debian:6.1");
	/* One that does not exist is answered with those that do, before anything is fetched. */
	error = (struct error){ 0 };
	assert_int_equal(kernel_resolve("debian:6.2", true, &kernel, &error), -ENOENT);
	assert_non_null(strstr(error.text, "debian:6.12-cloud"));
	assert_int_equal(kernel_resolve("debian:", true, &kernel, &error), -ENOENT);
	assert_int_equal(kernel_resolve("debian:6.1-", true, &kernel, &error), -ENOENT);
	free(cache);
}

static void write_text(const char *folder, const char *name, const char *text)
{
	char *path = path_printf("%s/%s", folder, name), *slash = strrchr(path, '/');

	*slash = '\0';
	assert_int_equal(path_make_folder(path, NULL), 0);
	*slash = '/';
	assert_int_equal(path_write_file(path, text, strlen(text), NULL), 0);
	free(path);
}

/* With the cache full, no network and no apt are needed; a damaged entry says what to remove. */
static void test_from_cache(void **state)
{
	char *cache = support_path("full"), *entry = path_printf(
		"%s/hmmbench/kernels/debian-6.1-cloud-amd64", cache);
	char *old = strdup(getenv("PATH"));
	struct kernel *kernel;
	struct error error = { 0 };

	(void)state;
	setenv("XDG_CACHE_HOME", cache, 1);
	setenv("PATH", "/nowhere", 1);
	write_text(entry, "kernel.json", "{\"version\": \"6.1-cloud\", \"release\": \"6.1.0-1-cloud\","
		   " \"package_version\": \"6.1.5-1\"}");
	assert_int_equal(kernel_resolve("debian:6.1-cloud", true, &kernel, &error), -EINVAL);
	assert_non_null(strstr(error.text, entry));
	write_text(entry, "root/boot/vmlinuz-6.1.0-1-cloud", "image");
	write_text(entry, "root/usr/src/linux-headers-6.1.0-1-cloud/Makefile", "");
	assert_int_equal(kernel_resolve("debian:6.1-cloud", true, &kernel, &error), 0);
	assert_int_equal(kernel->source, KERNEL_DEBIAN);
	assert_string_equal(kernel->name, "debian:6.1-cloud");
	assert_string_equal(kernel->release, "6.1.0-1-cloud");
	assert_string_equal(kernel->package_version, "6.1.5-1");
	kernel_free(kernel);
	write_text(entry, "kernel.json", "{\"release\": 3}");
	assert_int_equal(kernel_resolve("debian:6.1-cloud", true, &kernel, &error), -EINVAL);
	setenv("PATH", old, 1);
	free(old);
	free(entry);
	free(cache);
}

/* Build trees by their path, with what is missing said. */
static void test_trees(void **state)
{
	char *folder = support_path("linux"), *image;
	struct kernel *kernel;
	struct error error = { 0 };

	(void)state;
	assert_int_equal(path_make_folder(folder, NULL), 0);
	assert_int_equal(kernel_resolve(folder, false, &kernel, &error), -ENOENT);
	assert_non_null(strstr(error.text, "build the kernel first"));
	write_text(folder, "include/config/kernel.release", "6.9.0-rc1+\n");
	assert_int_equal(kernel_resolve(folder, false, &kernel, &error), 0);
	assert_int_equal(kernel->source, KERNEL_TREE);
	assert_string_equal(kernel->release, "6.9.0-rc1+");
	assert_null(kernel->image);
	kernel_free(kernel);
	write_text(folder, "arch/x86/boot/bzImage", "image");
	image = path_printf("%s/arch/x86/boot/bzImage", folder);
	assert_int_equal(kernel_resolve(folder, false, &kernel, &error), 0);
	assert_string_equal(kernel->image, image);
	assert_string_equal(kernel->headers, folder);
	kernel_free(kernel);
	error = (struct error){ 0 };
	assert_int_equal(kernel_resolve("9.9.9-nobody", false, &kernel, &error), -ENOENT);
	assert_int_equal(error.exit_status, STATUS_KERNEL);
	assert_non_null(strstr(error.text, "9.9.9-nobody"));
	free(image);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mirror_from_targets),
		cmocka_unit_test(test_mirror_from_uris),
		cmocka_unit_test(test_mirror_from_environment),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_dependencies),
		cmocka_unit_test(test_relocate),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_from_cache),
		cmocka_unit_test(test_trees),
	};

	return cmocka_run_group_tests_name("debian", tests, NULL, NULL);
}

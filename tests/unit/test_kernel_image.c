// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel in a bzImage is found, uncompressed and known to be bootable, or refused. */
#include "support.h"

#include <archive.h>
#include <archive_entry.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/paths.h"
#include "lab/kernel_image.h"

#define KERNEL_BYTES 70000
#define SETUP_SECTORS 3
#define PAYLOAD_AT 100	/* behind the setup code */

/* An ELF kernel with a note segment; `type` 18 is the PVH entry point. */
static void make_kernel(unsigned char *kernel, uint32_t type)
{
	const Elf64_Ehdr header = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB },
		.e_phoff = sizeof(header), .e_phnum = 2, .e_phentsize = sizeof(Elf64_Phdr),
	};
	const Elf64_Phdr segments[2] = {
		{ .p_type = PT_LOAD, .p_filesz = KERNEL_BYTES },
		{ .p_type = PT_NOTE, .p_offset = 4096, .p_filesz = 20 + 20 },
	};
	/* A note of somebody else's stands in front, with a name and a value to be padded. */
	const struct {
		Elf64_Nhdr first;
		char name[4], value[4];
		Elf64_Nhdr second;
		char xen[4];
		uint32_t entry;
	} notes = {
		{ 4, 1, 18 }, "GNU", "x", { 4, 4, type }, "Xen", 0x1000000,
	};
	uint64_t random = 3;

	support_fill(&random, kernel, KERNEL_BYTES);
	memcpy(kernel, &header, sizeof(header));
	memcpy(kernel + sizeof(header), segments, sizeof(segments));
	memcpy(kernel + 4096, &notes, sizeof(notes));
}

static void put32(unsigned char *to, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		to[i] = (unsigned char)(value >> 8 * i);
}

/* As the kernel's build does it: compressed, and but for gzip the size behind it. */
static size_t compress(const char *filter, const unsigned char *kernel, unsigned char *to)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	size_t used;

	assert_int_equal(archive_write_set_format_raw(archive), ARCHIVE_OK);
	if (archive_write_add_filter_by_name(archive, filter) != ARCHIVE_OK)
		fail_msg("libarchive here does not know %s", filter);
	archive_write_set_bytes_in_last_block(archive, 1);
	assert_int_equal(archive_write_open_memory(archive, to, 2 * KERNEL_BYTES, &used),
			 ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(archive, kernel, KERNEL_BYTES), KERNEL_BYTES);
	archive_entry_free(entry);
	assert_int_equal(archive_write_free(archive), ARCHIVE_OK);
	if (strcmp(filter, "gzip")) {
		put32(to + used, KERNEL_BYTES);
		used += 4;
	}
	return used;
}

static size_t make_image(const char *filter, const unsigned char *kernel, unsigned char *image)
{
	const size_t at = (SETUP_SECTORS + 1) * 512 + PAYLOAD_AT;
	const size_t length = compress(filter, kernel, image + at);

	memset(image, 0, at);
	image[0x1f1] = SETUP_SECTORS;
	memcpy(image + 0x202, "HdrS", 4);
	image[0x206] = 0x0f;
	image[0x207] = 2;
	put32(image + 0x248, PAYLOAD_AT);
	put32(image + 0x24c, (uint32_t)length);
	return at + length;
}

static void test_uncompressed(void **state)
{
	static const char *const filters[] = { "gzip", "bzip2", "xz", "lzma", "zstd" };
	unsigned char *kernel = malloc(KERNEL_BYTES), *image = malloc(3 * KERNEL_BYTES);
	char *cache = support_path("cache");

	(void)state;
	setenv("XDG_CACHE_HOME", cache, 1);
	make_kernel(kernel, 18);
	for (size_t i = 0; i < 5; i++) {
		const size_t bytes = make_image(filters[i], kernel, image);
		char *file = support_file("bzImage", image, bytes), *path, *again, *data;
		struct error error = { 0 };
		struct stat before, after;
		size_t found;

		if (kernel_image_uncompressed(file, &path, &error))
			fail_msg("%s: %s", filters[i], error.text);
		assert_int_equal(path_read_file(path, 1 << 20, &data, &found, NULL), 0);
		assert_int_equal(found, KERNEL_BYTES);
		assert_memory_equal(data, kernel, KERNEL_BYTES);
		/* The second time it comes from the cache. */
		assert_int_equal(stat(path, &before), 0);
		assert_int_equal(kernel_image_uncompressed(file, &again, &error), 0);
		assert_string_equal(again, path);
		assert_int_equal(stat(path, &after), 0);
		assert_int_equal(before.st_ino, after.st_ino);
		free(data);
		free(path);
		free(again);
		free(file);
	}
	free(cache);
	free(kernel);
	free(image);
}

static void check_refused(const unsigned char *image, size_t bytes, const char *says)
{
	char *file = support_file("bzImage", image, bytes), *path;
	struct error error = { 0 };

	assert_int_equal(kernel_image_uncompressed(file, &path, &error), -ENOTSUP);
	assert_null(path);
	if (!strstr(error.text, says))
		fail_msg("\"%s\" should say \"%s\"", error.text, says);
	free(file);
}

/* What cannot be started uncompressed is booted as it is: -ENOTSUP, and why. */
static void test_refused(void **state)
{
	unsigned char *kernel = malloc(KERNEL_BYTES), *image = malloc(3 * KERNEL_BYTES);
	size_t bytes;

	(void)state;
	make_kernel(kernel, 17);
	bytes = make_image("gzip", kernel, image);
	check_refused(image, bytes, "PVH");
	make_kernel(kernel, 18);
	bytes = make_image("gzip", kernel, image);
	check_refused(image, bytes - 5000, "no bzImage");	/* the file is cut */
	memset(image + bytes - 5000, 0x55, 4000);		/* or damaged */
	check_refused(image, bytes, "uncompressed");
	memset(image + 2048 + PAYLOAD_AT, 0x55, 100);		/* or compressed by nobody known */
	check_refused(image, bytes, "");
	check_refused((const unsigned char *)"no kernel", 9, "no bzImage");
	free(kernel);
	free(image);
}

static void test_payload(void **state)
{
	unsigned char image[8192] = { 0 };
	size_t offset, length;

	(void)state;
	assert_int_equal(kernel_image_payload(image, sizeof(image), &offset, &length), -EINVAL);
	memcpy(image + 0x202, "HdrS", 4);
	image[0x206] = 7;	/* protocol 2.07 has no payload fields */
	image[0x207] = 2;
	put32(image + 0x24c, 1000);
	assert_int_equal(kernel_image_payload(image, sizeof(image), &offset, &length), -EINVAL);
	image[0x206] = 8;
	assert_int_equal(kernel_image_payload(image, sizeof(image), &offset, &length), 0);
	assert_int_equal(offset, 5 * 512);	/* no setup_sects means 4 */
	assert_int_equal(length, 1000);
	put32(image + 0x24c, 0xffffffff);
	assert_int_equal(kernel_image_payload(image, sizeof(image), &offset, &length), -EINVAL);
	put32(image + 0x24c, 1000);
	put32(image + 0x248, 0xfffff000);
	assert_int_equal(kernel_image_payload(image, sizeof(image), &offset, &length), -EINVAL);
}

/* Damaged headers and notes: any answer, no read outside. */
static void test_damaged(void **state)
{
	unsigned char *kernel = malloc(KERNEL_BYTES);
	uint64_t random = 9, with = 0, without = 0;

	(void)state;
	for (uint64_t round = support_count("HMMBENCH_FUZZ_ROUNDS", 5000); round; round--) {
		size_t bytes = support_below(&random, KERNEL_BYTES), offset, length;
		unsigned char *copy;

		make_kernel(kernel, 18);
		for (int i = 0; i < 4; i++) {
			const size_t at = support_below(&random, 2) ?
						  support_below(&random, 200) :
						  4096 + support_below(&random, 40);

			kernel[at] = (unsigned char)support_random(&random);
		}
		/* A copy of just these bytes, so that a sanitizer sees what goes beyond. */
		copy = malloc(bytes + 1);
		memcpy(copy, kernel, bytes);
		if (kernel_image_has_pvh_entry(copy, bytes))
			with++;
		else
			without++;
		kernel_image_payload(copy, bytes, &offset, &length);
		free(copy);
	}
	assert_true(with > 0 && without > 0);
	free(kernel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uncompressed),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_payload),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests_name("kernel_image", tests, NULL, NULL);
}

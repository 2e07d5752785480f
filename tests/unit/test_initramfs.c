// SPDX-License-Identifier: GPL-2.0-or-later
/* What goes into a guest's initramfs comes out of it, byte for byte, every time the same. */
#include "support.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "common/paths.h"
#include "lab/guest_init.h"
#include "lab/initramfs.h"
#include "lab/libraries.h"

#define ENTRIES_MAX 200

struct entry {
	char *name;
	mode_t mode;
	dev_t device;
	size_t bytes;
	char *data;
};

struct listing {
	struct entry entries[ENTRIES_MAX];
	size_t count;
};

/* Reads the archive back with the library that did not write its padding by hand. */
static void list(const char *path, struct listing *listing)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;

	memset(listing, 0, sizeof(*listing));
	assert_int_equal(archive_read_support_format_cpio(archive), ARCHIVE_OK);
	assert_int_equal(archive_read_open_filename(archive, path, 10240), ARCHIVE_OK);
	while (archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
		struct entry *to = &listing->entries[listing->count++];

		assert_true(listing->count < ENTRIES_MAX);
		to->name = strdup(archive_entry_pathname(entry));
		to->mode = archive_entry_mode(entry);
		to->device = archive_entry_rdev(entry);
		to->bytes = (size_t)archive_entry_size(entry);
		to->data = malloc(to->bytes + 1);
		assert_int_equal(archive_read_data(archive, to->data, to->bytes), to->bytes);
		assert_int_equal(archive_entry_uid(entry), 0);
		assert_int_equal(archive_entry_mtime(entry), 0);
	}
	archive_read_free(archive);
}

static void free_listing(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++) {
		free(listing->entries[i].name);
		free(listing->entries[i].data);
	}
}

static const struct entry *find(const struct listing *listing, const char *name)
{
	for (size_t i = 0; i < listing->count; i++)
		if (!strcmp(listing->entries[i].name, name))
			return &listing->entries[i];
	return NULL;
}

/* The kernel unpacks in order: each folder stands before what is in it, and once. */
static void check_folders(const struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++) {
		const char *slash = strrchr(listing->entries[i].name, '/');
		char *folder = slash ? strndup(listing->entries[i].name,
					       (size_t)(slash - listing->entries[i].name)) : NULL;

		assert_ptr_equal(find(listing, listing->entries[i].name), &listing->entries[i]);
		if (folder) {
			const struct entry *above = find(listing, folder);

			assert_non_null(above);
			assert_true(S_ISDIR(above->mode));
			assert_true(above < &listing->entries[i]);
		}
		free(folder);
	}
}

static void test_parts(void **state)
{
	char *path = support_path("parts.cpio"), *source = support_file("source", "a\0b", 3);
	struct error error = { 0 };
	struct initramfs *initramfs = initramfs_open(path, &error);
	struct listing listing;
	const struct entry *entry;

	(void)state;
	assert_non_null(initramfs);
	assert_int_equal(initramfs_add_data(initramfs, "/a/b/data", 0640, "text", 4, &error), 0);
	assert_int_equal(initramfs_add_file(initramfs, "/a/b/file", 0755, source, &error), 0);
	assert_int_equal(initramfs_add_data(initramfs, "/empty", 0600, "", 0, &error), 0);
	assert_int_equal(initramfs_add_folder(initramfs, "/a/c", &error), 0);
	assert_int_equal(initramfs_add_device(initramfs, "/dev/console", 5, 1, &error), 0);
	assert_int_equal(initramfs_close(initramfs, &error), 0);
	list(path, &listing);
	check_folders(&listing);
	assert_int_equal(listing.count, 8);
	entry = find(&listing, "a/b/data");
	assert_int_equal(entry->mode, S_IFREG | 0640);
	assert_int_equal(entry->bytes, 4);
	assert_memory_equal(entry->data, "text", 4);
	entry = find(&listing, "a/b/file");
	assert_int_equal(entry->mode, S_IFREG | 0755);
	assert_int_equal(entry->bytes, 3);
	assert_memory_equal(entry->data, "a\0b", 3);
	assert_int_equal(find(&listing, "empty")->bytes, 0);
	assert_int_equal(find(&listing, "a/c")->mode, S_IFDIR | 0755);
	entry = find(&listing, "dev/console");
	assert_true(S_ISCHR(entry->mode));
	assert_int_equal(major(entry->device), 5);
	assert_int_equal(minor(entry->device), 1);
	free_listing(&listing);
	free(source);
	free(path);
}

/* The kernel takes two files of one inode number and two links for one file. */
static void test_no_hard_links(void **state)
{
	char *path = support_path("links.cpio"), *data;
	struct initramfs *initramfs = initramfs_open(path, NULL);
	unsigned int inodes[3], links[3], count = 0;
	size_t bytes;

	(void)state;
	initramfs_add_data(initramfs, "/one", 0644, "1", 1, NULL);
	initramfs_add_data(initramfs, "/two", 0644, "2", 1, NULL);
	assert_int_equal(initramfs_close(initramfs, NULL), 0);
	assert_int_equal(path_read_file(path, 1 << 20, &data, &bytes, NULL), 0);
	assert_memory_equal(data, "070701", 6);	/* newc, which the kernel reads */
	for (const char *at = data; count < 2; at++) {
		if (memcmp(at, "070701", 6))
			continue;
		assert_int_equal(sscanf(at + 6, "%8x", &inodes[count]), 1);
		assert_int_equal(sscanf(at + 6 + 32, "%8x", &links[count]), 1);
		count++;
	}
	assert_int_not_equal(inodes[0], inodes[1]);
	assert_int_equal(links[0], 1);
	assert_int_equal(links[1], 1);
	free(data);
	free(path);
}

static const struct initramfs_contents contents = {
	.busybox = "/bin/sh",	/* any program will do here */
	.init = guest_init,
	.agent = "/proc/self/exe",
	.module = "/etc/passwd",
	.plan_json = "{\"plan\":1}",
};

/* This test's own program as the agent: its libraries come with it and its loader, too. */
static void test_guest(void **state)
{
	char *path = support_path("guest.cpio"), *self = realpath("/proc/self/exe", NULL);
	struct initramfs_contents with = contents;
	struct libraries libraries;
	struct listing listing;
	struct error error = { 0 };
	char *program;
	size_t bytes;

	(void)state;
	with.agent = self;
	assert_int_equal(initramfs_write(path, &with, &error), 0);
	list(path, &listing);
	check_folders(&listing);
	assert_int_equal(find(&listing, "init")->mode, S_IFREG | 0755);
	assert_int_equal(find(&listing, "init")->bytes, strlen(guest_init));
	assert_int_equal(find(&listing, "bin/busybox")->mode, S_IFREG | 0755);
	assert_memory_equal(find(&listing, "hmmbench/plan.json")->data, "{\"plan\":1}", 10);
	assert_non_null(find(&listing, "hmmbench/hmmbench.ko"));
	assert_true(S_ISCHR(find(&listing, "dev/console")->mode));
	assert_true(S_ISDIR(find(&listing, "proc")->mode));
	assert_int_equal(path_read_file(self, 1u << 30, &program, &bytes, &error), 0);
	assert_int_equal(find(&listing, "hmmbench/agent")->bytes, bytes);
	assert_memory_equal(find(&listing, "hmmbench/agent")->data, program, bytes);
	assert_int_equal(libraries_find(self, &libraries, &error), 0);
	assert_non_null(find(&listing, libraries.loader + 1));
	assert_true(libraries.count >= 2);	/* libc and cmocka at least */
	for (size_t i = 0; i < libraries.count; i++) {
		char *name = path_printf("hmmbench/lib%s", strrchr(libraries.paths[i], '/'));
		const struct entry *entry = find(&listing, name);
		struct stat status;

		assert_non_null(entry);
		assert_int_equal(stat(libraries.paths[i], &status), 0);
		assert_int_equal(entry->bytes, status.st_size);
		free(name);
	}
	libraries_free(&libraries);
	free(program);
	free_listing(&listing);
	free(self);
	free(path);
}

/* Two programs with the same libraries: each library once. */
static void test_libraries_are_shared(void **state)
{
	char *path = support_path("shared.cpio"), *self = realpath("/proc/self/exe", NULL);
	struct initramfs_contents with = contents;
	struct libraries libraries;
	struct listing listing;
	struct error error = { 0 };

	(void)state;
	with.agent = self;
	with.perf = self;
	assert_int_equal(initramfs_write(path, &with, &error), 0);
	list(path, &listing);
	assert_int_equal(find(&listing, "bin/perf")->mode, S_IFREG | 0755);
	assert_int_equal(libraries_find(self, &libraries, &error), 0);
	for (size_t i = 0; i < libraries.count; i++) {
		char *name = path_printf("hmmbench/lib%s", strrchr(libraries.paths[i], '/'));
		size_t times = 0;

		for (size_t j = 0; j < listing.count; j++)
			times += !strcmp(listing.entries[j].name, name);
		assert_int_equal(times, 1);
		free(name);
	}
	libraries_free(&libraries);
	free_listing(&listing);
	free(self);
	free(path);
}

static void test_same_bytes(void **state)
{
	char *paths[2] = { support_path("one.cpio"), support_path("two.cpio") }, *data[2];
	char *self = realpath("/proc/self/exe", NULL);
	struct initramfs_contents with = contents;
	size_t bytes[2];

	(void)state;
	with.agent = self;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(initramfs_write(paths[i], &with, NULL), 0);
		assert_int_equal(path_read_file(paths[i], 1u << 30, &data[i], &bytes[i], NULL), 0);
	}
	assert_int_equal(bytes[0], bytes[1]);
	assert_memory_equal(data[0], data[1], bytes[0]);
	for (int i = 0; i < 2; i++) {
		free(data[i]);
		free(paths[i]);
	}
	free(self);
}

/* A file that is missing, no program, or a full disk: an error that names it, no archive. */
static void test_errors(void **state)
{
	char *path = support_path("bad.cpio"), *text = support_file("text", "no program", 10);
	struct initramfs_contents with = contents;
	struct error error = { 0 };

	(void)state;
	with.agent = NULL;
	with.module = "/no/such/module.ko";
	assert_int_equal(initramfs_write(path, &with, &error), -ENOENT);
	assert_non_null(strstr(error.text, "/no/such/module.ko"));
	assert_int_equal(access(path, F_OK), -1);
	with.module = NULL;
	with.agent = text;
	assert_int_equal(initramfs_write(path, &with, &error), -ENOEXEC);
	assert_non_null(strstr(error.text, text));
	assert_int_equal(access(path, F_OK), -1);
	with.agent = NULL;
	assert_int_not_equal(initramfs_write("/no/such/folder/x", &with, &error), 0);
	assert_non_null(strstr(error.text, "/no/such/folder/x"));
	if (access("/dev/full", W_OK) == 0) {
		/* Through a link, so that what is removed after the error is the link. */
		assert_int_equal(symlink("/dev/full", path), 0);
		assert_int_equal(initramfs_write(path, &with, &error), -ENOSPC);
		assert_int_equal(access(path, F_OK), -1);
		assert_int_equal(access("/dev/full", F_OK), 0);
	}
	free(text);
	free(path);
}

static void test_libraries(void **state)
{
	char *text = support_file("text", "no program", 10), *loader;
	struct libraries libraries;
	struct error error = { 0 };

	(void)state;
	assert_int_equal(libraries_find(text, &libraries, &error), -ENOEXEC);
	assert_int_equal(libraries_find("/no/such/program", &libraries, &error), -ENOENT);
	assert_int_equal(libraries_loader("/proc/self/exe", &loader, &error), 0);
	assert_int_equal(loader[0], '/');
	/* The loader is itself a program without an interpreter: a static one. */
	assert_int_equal(libraries_find(loader, &libraries, &error), 0);
	assert_null(libraries.loader);
	assert_int_equal(libraries.count, 0);
	libraries_free(&libraries);
	free(loader);
	free(text);
}

/* Cut or damaged ELF files are refused, not read beyond their end. */
static void test_damaged_programs(void **state)
{
	char *self = realpath("/proc/self/exe", NULL), *data;
	uint64_t random = 5;
	size_t bytes;

	(void)state;
	assert_int_equal(path_read_file(self, 1u << 30, &data, &bytes, NULL), 0);
	for (uint64_t round = support_count("HMMBENCH_FUZZ_ROUNDS", 200); round; round--) {
		const size_t length = support_below(&random, 2048);
		char *copy = malloc(2048), *path, *loader;

		memcpy(copy, data, 2048);
		for (int i = 0; i < 3; i++)
			copy[4 + support_below(&random, 500)] = (char)support_random(&random);
		path = support_file("damaged", copy, length);
		if (!libraries_loader(path, &loader, NULL))
			free(loader);
		free(path);
		free(copy);
	}
	free(data);
	free(self);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_no_hard_links),
		cmocka_unit_test(test_guest),
		cmocka_unit_test(test_libraries_are_shared),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_libraries),
		cmocka_unit_test(test_damaged_programs),
	};

	return cmocka_run_group_tests_name("initramfs", tests, NULL, NULL);
}

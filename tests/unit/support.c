// SPDX-License-Identifier: GPL-2.0-or-later
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/paths.h"

#define MEMORY "/dev/shm"
#define MEMORY_BYTES (UINT64_C(256) << 20)

static char folder[200];
static pid_t owner;

static void remove_folder(void)
{
	struct error error;

	if (getpid() == owner && path_remove_tree(folder, &error))
		fprintf(stderr, "%s\n", error.text);
}

/*
 * Memory where there is room and programs may be run: commits of stores by the hundred wait for
 * a disk, and prove nothing more by that.
 */
static const char *temporary(void)
{
	const char *told = getenv("TMPDIR");
	struct statvfs memory;

	if (told && *told)
		return told;
	return !statvfs(MEMORY, &memory) && !(memory.f_flag & (ST_RDONLY | ST_NOEXEC)) &&
			       (uint64_t)memory.f_bavail * memory.f_frsize >= MEMORY_BYTES &&
			       !access(MEMORY, W_OK) ?
		       MEMORY :
		       "/tmp";
}

char *support_path(const char *name)
{
	if (!folder[0]) {
		snprintf(folder, sizeof(folder), "%s/hmmbench-test-XXXXXX", temporary());
		assert_non_null(mkdtemp(folder));
		owner = getpid();
		atexit(remove_folder);
	}
	return path_printf("%s/%s", folder, name);
}

char *support_file(const char *name, const void *data, size_t bytes)
{
	char *path = support_path(name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, bytes, file), bytes);
	assert_int_equal(fclose(file), 0);
	return path;
}

char *support_fixture(const char *name)
{
	const char *source = getenv("HMMBENCH_SOURCE_DIR");

	return path_printf("%s/tests/fixtures/%s", source ? source : ".", name);
}

uint64_t support_count(const char *variable, uint64_t otherwise)
{
	const char *text = getenv(variable);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

uint64_t support_random(uint64_t *state)
{
	uint64_t x = *state ? *state : 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return *state = x;
}

uint64_t support_below(uint64_t *state, uint64_t bound)
{
	return support_random(state) % bound;
}

void support_fill(uint64_t *state, void *data, size_t bytes)
{
	unsigned char *to = data;

	while (bytes--)
		*to++ = (unsigned char)(support_random(state) >> 32);
}

size_t support_peak_bytes(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (size_t)usage.ru_maxrss * 1024;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/kernel_image.h"

#include <archive.h>
#include <archive_entry.h>
#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/paths.h"
#include "lab/cache.h"

#define IMAGE_BYTES_MAX (256u << 20)
#define KERNEL_BYTES_MAX (1u << 30)
#define IMAGES_KEPT 8

/* Boot protocol: where in the image the fields are. */
#define SETUP_SECTS	0x1f1
#define HEADER_MAGIC	0x202
#define VERSION		0x206
#define PAYLOAD_OFFSET	0x248
#define PAYLOAD_LENGTH	0x24c

#define NOTE_PHYS32_ENTRY 18	/* include/xen/interface/elfnote.h */

static uint32_t little32(const unsigned char *data)
{
	return data[0] | data[1] << 8 | data[2] << 16 | (uint32_t)data[3] << 24;
}

int kernel_image_payload(const void *image, size_t bytes, size_t *offset, size_t *length)
{
	const unsigned char *data = image;
	size_t setup;

	if (bytes < PAYLOAD_LENGTH + 4 || memcmp(data + HEADER_MAGIC, "HdrS", 4) ||
	    (data[VERSION] | data[VERSION + 1] << 8) < 0x208)
		return -EINVAL;
	setup = data[SETUP_SECTS] ? data[SETUP_SECTS] : 4;
	*offset = (setup + 1) * 512 + little32(data + PAYLOAD_OFFSET);
	*length = little32(data + PAYLOAD_LENGTH);
	if (*length < 8 || *offset > bytes || *length > bytes - *offset)
		return -EINVAL;
	return 0;
}

static bool segment_has_entry(const unsigned char *notes, size_t bytes)
{
	while (bytes >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr note;
		size_t name, whole;

		memcpy(&note, notes, sizeof(note));
		name = ((size_t)note.n_namesz + 3) & ~(size_t)3;
		whole = sizeof(note) + name + (((size_t)note.n_descsz + 3) & ~(size_t)3);
		if (whole > bytes)
			return false;
		if (note.n_type == NOTE_PHYS32_ENTRY && note.n_namesz == 4 &&
		    !memcmp(notes + sizeof(note), "Xen", 4))
			return true;
		notes += whole;
		bytes -= whole;
	}
	return false;
}

bool kernel_image_has_pvh_entry(const void *elf, size_t bytes)
{
	const unsigned char *data = elf;
	Elf64_Ehdr header;
	Elf64_Phdr segment;

	if (bytes < sizeof(header))
		return false;
	memcpy(&header, data, sizeof(header));
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) ||
	    header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_phentsize != sizeof(segment))
		return false;
	for (size_t i = 0; i < header.e_phnum; i++) {
		const uint64_t at = header.e_phoff + i * sizeof(segment);

		if (at > bytes || bytes - at < sizeof(segment))
			return false;
		memcpy(&segment, data + at, sizeof(segment));
		if (segment.p_type == PT_NOTE && segment.p_offset <= bytes &&
		    segment.p_filesz <= bytes - segment.p_offset &&
		    segment_has_entry(data + segment.p_offset, segment.p_filesz))
			return true;
	}
	return false;
}

/*
 * The kernel's build puts the uncompressed size behind whatever compressed it, as the
 * last four bytes (gzip has that by itself): scripts/Makefile.lib, size_append.
 */
static int unpack(const unsigned char *payload, size_t length, unsigned char **kernel,
		  size_t *bytes, struct error *error)
{
	const bool gzip = payload[0] == 0x1f && payload[1] == 0x8b;
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	size_t used = 0;
	la_ssize_t got = 1;

	*bytes = little32(payload + length - 4);
	*kernel = *bytes && *bytes <= KERNEL_BYTES_MAX ? malloc(*bytes) : NULL;
	if (!archive || !*kernel || archive_read_support_filter_all(archive) < ARCHIVE_WARN ||
	    archive_read_support_format_raw(archive) < ARCHIVE_WARN ||
	    archive_read_open_memory(archive, payload, gzip ? length : length - 4) ||
	    archive_read_next_header(archive, &entry)) {
		error_set(error, ENOTSUP, "its compression is unknown here: %s",
			  archive && archive_error_string(archive) ?
				  archive_error_string(archive) : "no size");
		goto failed;
	}
	while (used < *bytes && got > 0) {
		got = archive_read_data(archive, *kernel + used, *bytes - used);
		if (got > 0)
			used += (size_t)got;
	}
	if (used != *bytes) {
		error_set(error, ENOTSUP, "it cannot be uncompressed: %s",
			  got < 0 ? archive_error_string(archive) : "it ends too early");
		goto failed;
	}
	archive_read_free(archive);
	return 0;
failed:
	archive_read_free(archive);
	free(*kernel);
	*kernel = NULL;
	return -ENOTSUP;
}

/* Writes the kernel of `image` into the new cache entry. */
static int make(const char *image, struct cache_entry *entry, struct error *error)
{
	unsigned char *kernel = NULL;
	size_t bytes, offset, length;
	char *data, *path = NULL;
	int ret;

	ret = path_read_file(image, IMAGE_BYTES_MAX, &data, &bytes, error);
	if (ret)
		return ret;
	if (kernel_image_payload(data, bytes, &offset, &length)) {
		ret = error_set(error, ENOTSUP, "it is no bzImage");
		goto out;
	}
	ret = unpack((unsigned char *)data + offset, length, &kernel, &bytes, error);
	if (ret)
		goto out;
	if (!kernel_image_has_pvh_entry(kernel, bytes)) {
		ret = error_set(error, ENOTSUP,
				"it has no PVH entry point (CONFIG_PVH is not set)");
		goto out;
	}
	path = path_printf("%s/vmlinux", entry->making);
	ret = path ? cache_make(entry, error) : error_out_of_memory(error);
	if (!ret)
		ret = path_write_file(path, kernel, bytes, error);
	if (!ret)
		ret = cache_commit(entry, error);
	if (ret)
		path_remove_tree(entry->making, NULL);
out:
	free(path);
	free(kernel);
	free(data);
	return ret;
}

int kernel_image_uncompressed(const char *image, char **path, struct error *error)
{
	struct cache_entry entry;
	char digest[65];
	int ret;

	*path = NULL;
	ret = cache_digest(image, digest, error);
	if (ret)
		return ret;
	digest[24] = '\0';
	ret = cache_open("images", digest, &entry, error);
	if (ret)
		return ret;
	*path = path_printf("%s/vmlinux", entry.path);
	if (!*path)
		ret = error_set(error, ENOMEM, "%s: out of memory", image);
	else if (access(*path, R_OK) < 0)
		ret = make(image, &entry, error);
	if (!ret) {
		cache_touch(entry.path);
		cache_prune("images", IMAGES_KEPT);
	} else {
		free(*path);
		*path = NULL;
		error_prefix(error, "%s", image);
	}
	cache_close(&entry);
	return ret;
}

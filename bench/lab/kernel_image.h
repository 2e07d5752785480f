/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel inside a bzImage, uncompressed on the host and kept in the cache.
 *
 * Why: under TCG the image's own decompressor takes longer than the rest of the boot
 * (Debian 5.10 and 6.1, xz: 6.5 s and 5.5 s to the first line of /init, 2.5 s without
 * it; 6.12, zstd: 3.3 s and 3.0 s; two cores). QEMU starts an uncompressed kernel through
 * its PVH entry point. The code that runs is the same; what the decompressor would have
 * done beside is left out: address space randomisation, so that every boot has the same
 * addresses, and 5-level page tables.
 */
#ifndef HMMBENCH_KERNEL_IMAGE_H
#define HMMBENCH_KERNEL_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

/*
 * *path (malloc'ed) is the uncompressed kernel of `image`, made in the cache when it is
 * not there. -ENOTSUP: this image cannot be started that way and must be booted as it
 * is; the error says why (no PVH entry, unknown compression, no bzImage).
 */
int kernel_image_uncompressed(const char *image, char **path, struct error *error);

/* Does this 64-bit ELF file's note segment name a PVH entry point (XEN_ELFNOTE_PHYS32_ENTRY)? */
bool kernel_image_has_pvh_entry(const void *elf, size_t bytes);

/*
 * Where the compressed kernel lies in a bzImage: Documentation/arch/x86/boot.rst, fields
 * setup_sects, header, version, payload_offset and payload_length (protocol 2.08 on).
 * -EINVAL where this is none.
 */
int kernel_image_payload(const void *image, size_t bytes, size_t *offset, size_t *length);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/kernel_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RECORD_BYTES_MAX 8192	/* CONSOLE_EXT_LOG_MAX, kernel/printk */

int kernel_log_open(const char *copy, struct kernel_log *log, struct error *error)
{
	*log = (struct kernel_log){ .fd = -1, .file_fd = -1 };
	log->fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log->fd < 0 || lseek(log->fd, 0, SEEK_END) < 0) {
		error_set_errno(error, errno, "/dev/kmsg: the kernel's log cannot be read, so that a "
				"fault of the kernel would go unseen");
		goto failed;
	}
	log->file_fd = open(copy, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (log->file_fd < 0) {
		error_set_errno(error, errno, "%s", copy);
		goto failed;
	}
	return 0;
failed:
	kernel_log_close(log);
	return -EIO;
}

size_t kernel_log_line(const char *record, size_t record_bytes, char *line, size_t bytes)
{
	unsigned long long stamp_us;
	const char *text = memchr(record, ';', record_bytes);
	const char *end;
	int length;

	if (!text || sscanf(record, "%*u,%*u,%llu,", &stamp_us) != 1)
		return 0;
	text++;
	end = memchr(text, '\n', record_bytes - (size_t)(text - record));
	length = (int)((end ? end : record + record_bytes) - text);
	length = snprintf(line, bytes, "[%5llu.%06llu] %.*s", stamp_us / 1000000, stamp_us % 1000000,
			  length, text);
	if (length < 0)
		return 0;
	if ((size_t)length > bytes - 2)
		length = (int)bytes - 2;
	line[length] = '\n';
	line[length + 1] = '\0';
	return (size_t)length + 1;
}

int kernel_log_take(struct kernel_log *log, struct console_scanner *scanner)
{
	char record[RECORD_BYTES_MAX + 1], line[RECORD_BYTES_MAX + 64];
	size_t length;
	ssize_t got;

	for (;;) {
		got = read(log->fd, record, RECORD_BYTES_MAX);
		if (got < 0 && errno == EAGAIN)
			return 0;
		/* EPIPE: records were overwritten before they were read; the next ones are there. */
		if (got < 0 && (errno == EPIPE || errno == EINTR))
			continue;
		if (got <= 0)
			return got < 0 ? -errno : 0;
		record[got] = '\0';
		length = kernel_log_line(record, (size_t)got, line, sizeof(line));
		console_scanner_push(scanner, line, length);
		if (write(log->file_fd, line, length) != (ssize_t)length)
			return -ENOSPC;
		log->bytes += length;
	}
}

void kernel_log_close(struct kernel_log *log)
{
	if (log->fd >= 0)
		close(log->fd);
	if (log->file_fd >= 0)
		close(log->file_fd);
	log->fd = -1;
	log->file_fd = -1;
}

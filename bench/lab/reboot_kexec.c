// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kexec: the running kernel starts the next one, in seconds and without firmware. By
 * kexec_file_load(2), which checks the image and needs no other program.
 */
#include "lab/reboot_way.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/paths.h"

#define COMMAND_LINE_BYTES_MAX 65536
#define PANIC_OPTION " panic=30"

/* "initramfs-R.img" on Fedora, "initrd-R" on openSUSE. NULL: there is none, or no memory. */
static char *find_initrd(const char *release)
{
	static const char *const forms[] = { "/boot/initrd.img-%s", "/boot/initramfs-%s.img",
					     "/boot/initrd-%s" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const char *hole = strstr(forms[i], "%s");
		char *path = path_printf("%.*s%s%s", (int)(hole - forms[i]), forms[i], release,
					 hole + 2);

		if (path && !access(path, R_OK))
			return path;
		free(path);
	}
	return NULL;
}

static bool is_disabled(void)
{
	char *text;
	bool disabled;

	if (path_read_file("/proc/sys/kernel/kexec_load_disabled", 64, &text, NULL, NULL))
		return false;
	disabled = text[0] != '0';
	free(text);
	return disabled;
}

static int probe(const struct kernel *kernel, struct error *error)
{
	char *initrd;

	if (access("/sys/kernel/kexec_loaded", F_OK))
		return error_set(error, ENOTSUP, "this kernel was built without kexec");
	if (is_disabled())
		return error_set(error, EPERM, "kernel.kexec_load_disabled is set until the next "
				 "start of this machine");
	if (!kernel->image)
		return error_set(error, ENOENT, "%s has no image", kernel->name);
	initrd = find_initrd(kernel->release);
	if (!initrd)
		return error_set(error, ENOENT, "/boot has no initrd of %s (initrd.img-%s)",
				 kernel->release, kernel->release);
	free(initrd);
	return 0;
}

static bool is_loaders(const char *word, size_t length)
{
	return (length >= 11 && !strncmp(word, "BOOT_IMAGE=", 11)) ||
	       (length >= 7 && !strncmp(word, "initrd=", 7));
}

char *reboot_command_line(const char *running)
{
	char *line = malloc(strlen(running) + sizeof(PANIC_OPTION));
	bool has_panic = false;
	size_t used = 0;

	if (!line)
		return NULL;
	for (const char *word = running; *word;) {
		const size_t length = strcspn(word, " \t\n");

		if (length && !is_loaders(word, length)) {
			has_panic = has_panic || !strncmp(word, "panic=", 6);
			if (used)
				line[used++] = ' ';
			memcpy(line + used, word, length);
			used += length;
		}
		word += length + (word[length] != '\0');
	}
	strcpy(line + used, has_panic ? "" : PANIC_OPTION + !used);
	return line;
}

static int running_command_line(char **line, struct error *error)
{
	char *running;
	int ret = path_read_file("/proc/cmdline", COMMAND_LINE_BYTES_MAX, &running, NULL, error);

	if (ret)
		return ret;
	*line = reboot_command_line(running);
	free(running);
	return *line ? 0 : error_out_of_memory(error);
}

static const char *load_remedy(int errnum)
{
	switch (errnum) {
	case ENOSYS:
		return "this kernel was built without CONFIG_KEXEC_FILE";
	case EPERM:
		return "it is locked down, or this is a container";
	case EKEYREJECTED:
	case ENOKEY:
	case EBADMSG:
		return "this kernel takes signed images only";
	case ENOEXEC:
		return "the image is none for this machine";
	case EBUSY:
		return "another program is loading one";
	default:
		return "the kernel's log may say why";
	}
}

static int load(const char *image, const char *initrd, const char *line, struct error *error)
{
	const int image_fd = open(image, O_RDONLY | O_CLOEXEC);
	const int initrd_fd = open(initrd, O_RDONLY | O_CLOEXEC);
	int ret = 0, errnum;

	if (image_fd < 0 || initrd_fd < 0) {
		ret = error_set_errno(error, errno, "%s", image_fd < 0 ? image : initrd);
	} else if (syscall(SYS_kexec_file_load, image_fd, initrd_fd, strlen(line) + 1, line, 0ul)) {
		errnum = errno;
		ret = error_set(error, errnum, "%s cannot be loaded by kexec: %s; %s", image,
				strerror(errnum), load_remedy(errnum));
	}
	if (image_fd >= 0)
		close(image_fd);
	if (initrd_fd >= 0)
		close(initrd_fd);
	return ret;
}

static int prepare(const struct kernel *kernel, struct error *error)
{
	char *initrd = find_initrd(kernel->release), *line = NULL;
	int ret = initrd ? running_command_line(&line, error) :
			   error_set(error, ENOENT, "/boot has no initrd of %s", kernel->release);

	if (!ret)
		ret = load(kernel->image, initrd, line, error);
	free(line);
	free(initrd);
	return ret;
}

const struct reboot_way reboot_kexec = {
	.name = "kexec",
	.help = "the running kernel starts the next, without firmware",
	.probe = probe,
	.prepare = prepare,
	.kexec = true,
};

// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/accelerator.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"
#include "lab/cache.h"
#include "lab/guest_init.h"
#include "lab/initramfs.h"

#define CACHE_NAME "accelerator.json"
#define PROBE_SECONDS 15
#define PROBE_FILE_BYTES_MAX (1 << 20)

bool accelerator_kvm_opens(char *why, size_t bytes)
{
	const int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int version;

	if (fd < 0) {
		snprintf(why, bytes, "/dev/kvm: %s%s", strerror(errno),
			 errno == EACCES ? " (is this user in the group kvm?)" : "");
		return false;
	}
	version = ioctl(fd, KVM_GET_API_VERSION, 0);
	close(fd);
	if (version == KVM_API_VERSION)
		return true;
	snprintf(why, bytes, "/dev/kvm: speaks version %d of its API, not %d", version,
		 KVM_API_VERSION);
	return false;
}

static double seconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) + 1e-9 * (double)(now.tv_nsec - start->tv_nsec);
}

/* Waits for the probe's QEMU, at most PROBE_SECONDS: its status, -ETIMEDOUT or -EINTR. */
static int wait_for(pid_t pid, volatile sig_atomic_t *interrupted, double *took_s)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	struct timespec start;
	int raw, ret = -ETIMEDOUT;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while ((*took_s = seconds_since(&start)) < PROBE_SECONDS) {
		if (waitpid(pid, &raw, WNOHANG) == pid)
			return WIFSIGNALED(raw) ? 256 + WTERMSIG(raw) : WEXITSTATUS(raw);
		if (interrupted && *interrupted) {
			ret = -EINTR;
			break;
		}
		nanosleep(&pause, NULL);
	}
	kill(-pid, SIGKILL);
	spawn_wait(pid, NULL);
	return ret;
}

/* The last line of what QEMU said, for the reason. */
static void last_line(const char *path, char *line, size_t bytes)
{
	char *text, *start;
	size_t length;

	line[0] = '\0';
	if (path_read_file(path, PROBE_FILE_BYTES_MAX, &text, &length, NULL))
		return;
	while (length && text[length - 1] == '\n')
		text[--length] = '\0';
	start = strrchr(text, '\n');
	snprintf(line, bytes, ": %s", start ? start + 1 : text);
	free(text);
}

static int start(char *const *argv, const char *folder, const char *log, pid_t *pid,
		 struct error *error)
{
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	const int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int ret;

	if (fd < 0)
		return error_set_errno(error, errno, "%s", log);
	options.directory = folder;	/* where it may leave a core */
	options.stderr_fd = fd;
	options.new_group = 1;
	options.die_with_parent = 1;
	ret = spawn_start((const char *const *)argv, &options, pid, error);
	close(fd);
	return ret;
}

/* Boots with its files in `folder`. 0 and the choice, or -errno. */
static int boot(const struct accelerator_request *request, const char *folder,
		struct accelerator_choice *choice, struct error *error)
{
	char *initramfs = path_printf("%s/initramfs", folder);
	char *console = path_printf("%s/console", folder);
	char *log = path_printf("%s/log", folder);
	const struct initramfs_contents contents = {
		.busybox = request->busybox,
		.init = guest_init_probe,
	};
	const struct vm_machine machine = {
		.qemu = request->qemu,
		.accelerator = ACCELERATOR_KVM,
		.nodes = 1,
		.cpus = 2,	/* a second CPU has its own ways not to start */
		.memory_bytes = 256ull << 20,
		.kernel = request->image,
		.initramfs = initramfs,
		.console = console,
	};
	char **argv = NULL, line[160];
	double took_s = 0;
	pid_t pid;
	int ret = -ENOMEM;

	if (!initramfs || !console || !log)
		goto out;
	ret = initramfs_write(initramfs, &contents, error);
	if (!ret)
		ret = vm_machine_argv(&machine, &argv, error);
	if (!ret)
		ret = start(argv, folder, log, &pid, error);
	if (ret)
		goto out;
	ret = wait_for(pid, request->interrupted, &took_s);
	if (ret == -EINTR) {
		error_set(error, EINTR, "interrupted during the probe of KVM");
		goto out;
	}
	last_line(log, line, sizeof(line));
	if (ret == ((GUEST_END_PROBE << 1) | 1)) {
		choice->accelerator = ACCELERATOR_KVM;
		snprintf(choice->why, sizeof(choice->why), "a probe boot ended well in %.1f s",
			 took_s);
	} else if (ret == -ETIMEDOUT) {
		snprintf(choice->why, sizeof(choice->why),
			 "KVM: a probe boot did not end within %d s%s", PROBE_SECONDS, line);
	} else if (ret >= 256) {
		snprintf(choice->why, sizeof(choice->why),
			 "KVM: QEMU was killed by signal %d in a probe boot%s", ret - 256, line);
	} else {
		snprintf(choice->why, sizeof(choice->why),
			 "KVM: a probe boot ended with status %d%s", ret, line);
	}
	ret = 0;
out:
	if (ret == -ENOMEM)
		error_out_of_memory(error);
	vm_machine_free_argv(argv);
	free(initramfs);
	free(console);
	free(log);
	return ret;
}

static char *read_boot_id(struct error *error)
{
	char *boot_id;

	if (path_read_file("/proc/sys/kernel/random/boot_id", 128, &boot_id, NULL, error))
		return NULL;
	boot_id[strcspn(boot_id, "\n")] = '\0';
	return boot_id;
}

/* What the answer depends on. */
static char *key_of(const struct accelerator_request *request, struct error *error)
{
	char digest[65], *boot_id, *key;

	if (cache_digest(request->image, digest, error))
		return NULL;
	boot_id = read_boot_id(error);
	if (!boot_id)
		return NULL;
	key = path_printf("%s %s %s %u %s", boot_id, request->qemu, request->qemu_version,
			  (unsigned int)geteuid(), digest);
	free(boot_id);
	return key;
}

static bool choice_from_json(json_t *value, struct accelerator_choice *choice)
{
	const char *accelerator, *why;

	if (!value ||
	    json_unpack(value, "{s:s, s:s}", "accelerator", &accelerator, "why", &why))
		return false;
	choice->accelerator = !strcmp(accelerator, "kvm") ? ACCELERATOR_KVM : ACCELERATOR_TCG;
	snprintf(choice->why, sizeof(choice->why), "%s", why);
	return true;
}

static bool recall(const char *file, const char *key, struct accelerator_choice *choice)
{
	json_t *kept = json_load_file(file, 0, NULL);
	const bool known = choice_from_json(json_object_get(kept, key), choice);

	json_decref(kept);
	return known;
}

bool accelerator_recall(struct accelerator_choice *choice)
{
	char *file = path_cache(CACHE_NAME), *boot_id = read_boot_id(NULL);
	json_t *kept = file ? json_load_file(file, 0, NULL) : NULL, *value;
	bool known = false;
	const char *key;

	json_object_foreach(kept, key, value)
		if (boot_id && !strncmp(key, boot_id, strlen(boot_id)))
			known = choice_from_json(value, choice) || known;
	json_decref(kept);
	free(boot_id);
	free(file);
	return known;
}

/* Answers of other boots of this machine are of no use any more and are dropped. */
static void keep(const char *file, const char *key, const struct accelerator_choice *choice)
{
	json_t *kept = json_load_file(file, 0, NULL), *fresh = json_object(), *value;
	const size_t boot_id = strcspn(key, " ");
	const char *name;
	char *text;

	json_object_foreach(kept, name, value)
		if (!strncmp(name, key, boot_id + 1))
			json_object_set(fresh, name, value);
	json_object_set_new(fresh, key, json_pack("{s:s, s:s}", "accelerator",
						  accelerator_name(choice->accelerator), "why",
						  choice->why));
	text = json_dumps(fresh, JSON_INDENT(1));
	if (text)
		path_write_file(file, text, strlen(text), NULL);
	free(text);
	json_decref(fresh);
	json_decref(kept);
}

static int choose_kvm(const struct accelerator_request *request,
		      struct accelerator_choice *choice, struct error *error)
{
	struct cache_entry entry;
	char *key, *file;
	int ret;

	key = key_of(request, error);
	if (!key)
		return -EIO;
	ret = cache_open("", CACHE_NAME, &entry, error);
	if (ret) {
		free(key);
		return ret;
	}
	file = entry.path;
	if (!recall(file, key, choice)) {
		ret = cache_make(&entry, error);
		if (!ret)
			ret = boot(request, entry.making, choice, error);
		if (!ret)
			keep(file, key, choice);
		path_remove_tree(entry.making, NULL);
	}
	cache_close(&entry);
	free(key);
	return ret;
}

int accelerator_choose(const struct accelerator_request *request,
		       struct accelerator_choice *choice, struct error *error)
{
	const char *wish = getenv("HMMBENCH_ACCELERATOR");
	struct error probe_error = { 0 };
	int ret;

	choice->accelerator = ACCELERATOR_TCG;
	if (wish && wish[0]) {
		if (strcmp(wish, "kvm") && strcmp(wish, "tcg")) {
			if (error)
				error->exit_status = STATUS_USAGE;
			return error_set(error, EINVAL, "HMMBENCH_ACCELERATOR=%s: tcg or kvm", wish);
		}
		if (!strcmp(wish, "kvm"))
			choice->accelerator = ACCELERATOR_KVM;
		snprintf(choice->why, sizeof(choice->why), "HMMBENCH_ACCELERATOR=%s", wish);
		return 0;
	}
	if (!accelerator_kvm_opens(choice->why, sizeof(choice->why)))
		return 0;
	ret = choose_kvm(request, choice, &probe_error);
	if (ret == -EINTR) {
		if (error)
			*error = probe_error;
		return ret;
	}
	if (ret) {
		choice->accelerator = ACCELERATOR_TCG;
		snprintf(choice->why, sizeof(choice->why), "KVM: no probe boot: %.200s",
			 probe_error.text);
	}
	return 0;
}

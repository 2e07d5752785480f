// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/store_campaign.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/paths.h"
#include "store/store_internal.h"

static char *lock_path(const struct store *store)
{
	return path_printf("%s.campaign", store->path);
}

/* The process that the file names; 0 where it names none. */
static pid_t holder(int fd)
{
	char text[32] = "";
	const ssize_t got = pread(fd, text, sizeof(text) - 1, 0);

	return got > 0 ? (pid_t)atoi(text) : 0;
}

/* Of the whole file. It belongs to the open file: no other close() in this process drops it. */
static struct flock whole_file(void)
{
	return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
}

static int take(const struct store *store, const char *path, int fd, struct error *error)
{
	struct flock whole = whole_file();
	const int busy = fcntl(fd, F_OFD_SETLK, &whole) ? errno : 0;
	char text[32];
	int length;

	if (busy == EAGAIN || busy == EACCES)
		return store_refuse(store, EBUSY, error,
				    "process %d runs a campaign on it; wait for its end, end it "
				    "with Ctrl-C ('hmmbench run --resume' goes on with it later), "
				    "or name another store with --store",
				    (int)holder(fd));
	if (busy)
		return store_refuse(store, busy, error, "%s cannot be locked: %s", path,
				    strerror(busy));
	length = snprintf(text, sizeof(text), "%d\n", (int)getpid());
	if (ftruncate(fd, 0) || pwrite(fd, text, (size_t)length, 0) != length)
		return store_refuse(store, errno, error, "%s cannot be written: %s", path,
				    strerror(errno));
	return 0;
}

/* The file stays: removing it would let two processes hold two files of one name. */
int store_campaign_lock(const struct store *store, struct store_lock *lock, struct error *error)
{
	char *path = lock_path(store);
	int err;

	lock->fd = -1;
	if (!path)
		return store_out_of_memory(store, error);
	lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock->fd < 0)
		err = store_refuse(store, errno, error, "%s cannot be made: %s", path,
				   strerror(errno));
	else
		err = take(store, path, lock->fd, error);
	if (err)
		store_campaign_unlock(lock);
	free(path);
	return err;
}

void store_campaign_unlock(struct store_lock *lock)
{
	if (lock->fd >= 0)
		close(lock->fd);
	lock->fd = -1;
}

pid_t store_campaign_process(const struct store *store)
{
	char *path = lock_path(store);
	const int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	struct flock whole = whole_file();
	pid_t process = 0;

	if (fd >= 0 && !fcntl(fd, F_OFD_GETLK, &whole) && whole.l_type != F_UNLCK)
		process = holder(fd);
	if (fd >= 0)
		close(fd);
	free(path);
	return process;
}

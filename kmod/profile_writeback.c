// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Profile writeback: each mirror's driver writes one page of its device's memory back to
 * the host's, one pass of what a driver does whose device holds dirty pages at exit.
 *
 * Two pages for each of a million mirrors would be 8 GB. So a session has one device
 * memory and one host memory of PAGES pages each, larger than a second-level cache, and a
 * mirror's page is its index modulo PAGES; address spaces that exit at the same time start
 * at different pages. What is copied does not matter: all of it is 0.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "session.h"

#define PAGES		1024 /* 4 MiB */
#define PAGES_APART	64   /* between two address spaces */

struct hmmbench_pages {
	void *device;
	void *host;
};

/* May sleep, and a real one does: a walk of a million never keeps the CPU for itself. */
static void release_writeback(struct hmmbench_mirror *mirror)
{
	const struct hmmbench_pages *pages = mirror->binding->session->pages;
	const size_t page = (mirror->index + mirror->binding->serial * PAGES_APART) % PAGES;

	memcpy(pages->host + page * PAGE_SIZE, pages->device + page * PAGE_SIZE, PAGE_SIZE);
	cond_resched();
}

/* Nothing to invalidate: no profile keeps a second page table. */
static int sync_nothing(struct hmmbench_mirror *mirror, const struct hmmbench_update *update)
{
	return 0;
}

static void writeback_teardown(struct hmmbench_session *session)
{
	struct hmmbench_pages *pages = session->pages;

	if (!pages)
		return;
	vfree(pages->device);
	vfree(pages->host);
	kfree(pages);
	session->pages = NULL;
}

static int writeback_setup(struct hmmbench_session *session)
{
	struct hmmbench_pages *pages;

	if (!hmmbench_memory_fits(2 * PAGES))
		return -ENOMEM;
	pages = kzalloc(sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	session->pages = pages;
	pages->device = vzalloc(PAGES * PAGE_SIZE);
	pages->host = vzalloc(PAGES * PAGE_SIZE);
	if (!pages->device || !pages->host) {
		writeback_teardown(session);
		return -ENOMEM;
	}
	return 0;
}

const struct hmmbench_profile hmmbench_profile_writeback = {
	.id = HMMBENCH_PROFILE_WRITEBACK,
	.name = "writeback",
	.setup = writeback_setup,
	.teardown = writeback_teardown,
	.ops = { .release = release_writeback, .sync = sync_nothing },
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Takes the place of hmmbench.ko in guests whose kernel a test wants wounded: a word
 * written to /dev/hmmbench says how. Never for a machine that anybody uses.
 */
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#define SPIN_SECONDS 8

static void wound_warn(void)
{
	WARN(1, "a warning that a test asked for\n");
}

static void wound_bug(void)
{
	BUG();
}

static void wound_oops(void)
{
	int *volatile nowhere = NULL;

	*nowhere = 1;
}

static void wound_grace_period_over(struct rcu_head *head)
{
	kfree(head);
}

/* Keeps a CPU without scheduling while a grace period waits: a soft lockup, a stall of RCU. */
static void wound_spin(void)
{
	struct rcu_head *head = kzalloc(sizeof(*head), GFP_KERNEL);
	unsigned long end = jiffies + SPIN_SECONDS * HZ;

	if (!head)
		return;
	/* One that began before the stall's timeout was set would hold to the old one. */
	synchronize_rcu();
	call_rcu(head, wound_grace_period_over);
	preempt_disable();
	while (time_before(jiffies, end))
		cpu_relax();
	preempt_enable();
}

static void wound_sleep(void)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_timeout(SPIN_SECONDS * HZ);
}

static void wound_list(void)
{
	LIST_HEAD(head);
	struct list_head *entry = kzalloc(sizeof(*entry), GFP_KERNEL);

	if (!entry)
		return;
	list_add(entry, &head);
	entry->next = entry;
	list_del(entry);
	kfree(entry);
}

/* Takes two mutexes in both orders, one after the other: only lockdep minds. */
static void wound_lock(void)
{
	static DEFINE_MUTEX(first);
	static DEFINE_MUTEX(second);

	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void wound_free(void)
{
	char *volatile memory = kmalloc(64, GFP_KERNEL);

	kfree(memory);
	if (memory)
		memory[3] = 1;	/* only KASAN minds */
}

static const struct {
	const char *word;
	void (*run)(void);
} wounds[] = {
	{ "warn", wound_warn },
	{ "bug", wound_bug },
	{ "oops", wound_oops },
	{ "spin", wound_spin },
	{ "sleep", wound_sleep },
	{ "list", wound_list },
	{ "lock", wound_lock },
	{ "free", wound_free },
};

static ssize_t wound_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	char word[16] = "";
	size_t i;

	if (count >= sizeof(word) || copy_from_user(word, from, count))
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(wounds); i++) {
		if (!strcmp(word, wounds[i].word)) {
			wounds[i].run();
			return count;
		}
	}
	return -EINVAL;
}

static const struct file_operations wound_operations = {
	.owner = THIS_MODULE,
	.write = wound_write,
};

static struct miscdevice wound_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "hmmbench",
	.fops = &wound_operations,
	.mode = 0600,
};

module_misc_device(wound_device);
MODULE_DESCRIPTION("Wounds the kernel of a test's guest");
MODULE_LICENSE("GPL");

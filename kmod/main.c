// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device /dev/hmmbench: its file operations and the table of its ioctls.
 */
#include <linux/capability.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "interrupts.h"
#include "samples.h"
#include "session.h"

/* Room for any ioctl's argument. Each begins with size and flags. */
union argument {
	struct {
		u32 size;
		u32 flags;
	} head;
	struct hmmbench_info info;
	struct hmmbench_setup setup;
	struct hmmbench_register reg;
	struct hmmbench_unregister unreg;
	struct hmmbench_reap reap;
	struct hmmbench_consume consume;
	struct hmmbench_invalidate invalidate;
	struct hmmbench_nodes nodes;
	struct hmmbench_counts counts;
};

static int ioctl_info(struct hmmbench_session *session, union argument *argument)
{
	struct hmmbench_info *info = &argument->info;

	info->abi_version = HMMBENCH_ABI_VERSION;
	info->cores = hmmbench_core_mask();
	info->strategies = hmmbench_strategy_mask();
	info->profiles = hmmbench_profile_mask();
	info->cpus = nr_cpu_ids;
	info->record_bytes = sizeof(struct hmmbench_record);
	info->marks = HMMBENCH_SAMPLE_SWITCHED | HMMBENCH_SAMPLE_MIGRATED |
		      (HMMBENCH_INTERRUPTS_TOLD ?
			       HMMBENCH_SAMPLE_INTERRUPTED | HMMBENCH_SAMPLE_STOLEN :
			       0);
	info->live_sessions = atomic64_read(&hmmbench_live.sessions);
	info->live_bindings = atomic64_read(&hmmbench_live.bindings);
	info->live_mirrors = atomic64_read(&hmmbench_live.mirrors);
	info->invalidates = hmmbench_core_invalidates();
	info->intree_strategy = hmmbench_intree_strategy();
	strscpy_pad(info->version, HMMBENCH_VERSION, sizeof(info->version));
	return 0;
}

static int ioctl_setup(struct hmmbench_session *session, union argument *argument)
{
	return hmmbench_session_setup(session, &argument->setup);
}

static int ioctl_register(struct hmmbench_session *session, union argument *argument)
{
	return hmmbench_session_register(session, &argument->reg);
}

static int ioctl_unregister(struct hmmbench_session *session, union argument *argument)
{
	return hmmbench_session_unregister(session, &argument->unreg);
}

static int ioctl_reap(struct hmmbench_session *session, union argument *argument)
{
	return hmmbench_session_reap(session, &argument->reap);
}

static int ioctl_consume(struct hmmbench_session *session, union argument *argument)
{
	return hmmbench_session_consume(session, &argument->consume);
}

static int ioctl_invalidate(struct hmmbench_session *session, union argument *argument)
{
	return hmmbench_session_invalidate(session, &argument->invalidate);
}

static int ioctl_nodes(struct hmmbench_session *session, union argument *argument)
{
	return hmmbench_session_nodes(session, &argument->nodes);
}

static int ioctl_counts(struct hmmbench_session *session, union argument *argument)
{
	return hmmbench_session_counts(session, &argument->counts);
}

static const struct ioctl {
	unsigned int number;
	u32 flags;	 /* known */
	size_t reserved; /* offset from which to the end every byte must be 0 */
	bool needs_setup;
	int (*run)(struct hmmbench_session *session, union argument *argument);
} ioctls[] = {
	{ HMMBENCH_IOC_INFO, 0, offsetof(struct hmmbench_info, pad), false, ioctl_info },
	{ HMMBENCH_IOC_SETUP,
	  HMMBENCH_SETUP_UNRECORDED | HMMBENCH_SETUP_CALLBACKS | HMMBENCH_SETUP_TEARDOWN |
		  HMMBENCH_SETUP_RACE,
	  offsetof(struct hmmbench_setup, pad), false, ioctl_setup },
	{ HMMBENCH_IOC_REGISTER, 0, offsetof(struct hmmbench_register, reserved), true,
	  ioctl_register },
	{ HMMBENCH_IOC_UNREGISTER,
	  HMMBENCH_UNREGISTER_FOREIGN | HMMBENCH_UNREGISTER_AT_WALK |
		  HMMBENCH_UNREGISTER_DESCENDING | HMMBENCH_UNREGISTER_UNRECORDED,
	  offsetof(struct hmmbench_unregister, reserved), true, ioctl_unregister },
	{ HMMBENCH_IOC_REAP, 0, offsetof(struct hmmbench_reap, reserved), true, ioctl_reap },
	{ HMMBENCH_IOC_CONSUME, 0, offsetof(struct hmmbench_consume, reserved), true,
	  ioctl_consume },
	{ HMMBENCH_IOC_INVALIDATE,
	  HMMBENCH_INVALIDATE_FOREIGN | HMMBENCH_INVALIDATE_AT_WALK | HMMBENCH_INVALIDATE_NONBLOCK,
	  offsetof(struct hmmbench_invalidate, reserved), true, ioctl_invalidate },
	{ HMMBENCH_IOC_NODES, 0, offsetof(struct hmmbench_nodes, reserved), true, ioctl_nodes },
	{ HMMBENCH_IOC_COUNTS, 0, offsetof(struct hmmbench_counts, reserved), true, ioctl_counts },
};

static const struct ioctl *ioctl_find(unsigned int number)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ioctls); i++)
		if (ioctls[i].number == number)
			return &ioctls[i];
	return NULL;
}

/*
 * The caller's structure, checked as far as all ioctls have it in common. It is written
 * back unchanged at once: memory that cannot be written is found before anything is done.
 */
static int argument_get(const struct ioctl *ioctl, union argument *argument, void __user *address)
{
	const size_t size = _IOC_SIZE(ioctl->number);

	if (copy_from_user(argument, address, size))
		return -EFAULT;
	if (argument->head.size != size || argument->head.flags & ~ioctl->flags)
		return -EINVAL;
	if (memchr_inv((char *)argument + ioctl->reserved, 0, size - ioctl->reserved))
		return -EINVAL;
	return copy_to_user(address, argument, size) ? -EFAULT : 0;
}

static long hmmbench_ioctl(struct file *file, unsigned int number, unsigned long address)
{
	struct hmmbench_session *session = file->private_data;
	const struct ioctl *ioctl = ioctl_find(number);
	void __user *user = (void __user *)address;
	union argument argument = {};
	int err;

	if (!ioctl)
		return -ENOTTY;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = argument_get(ioctl, &argument, user);
	if (err)
		return err;
	if (ioctl->needs_setup && !hmmbench_session_ready(session))
		return -ENXIO;
	err = ioctl->run(session, &argument);
	if (copy_to_user(user, &argument, _IOC_SIZE(number)))
		return -EFAULT;
	return err;
}

/* Takes no lock: mmap_lock is held here, and register takes it inside session->lock. */
static int hmmbench_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct hmmbench_session *session = file->private_data;

	if (!hmmbench_session_ready(session))
		return -ENXIO;
	return hmmbench_rings_map(session->rings, vma);
}

static int hmmbench_open(struct inode *inode, struct file *file)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	file->private_data = hmmbench_session_open();
	if (!file->private_data)
		return -ENOMEM;
	return nonseekable_open(inode, file);
}

static int hmmbench_release(struct inode *inode, struct file *file)
{
	hmmbench_session_close(file->private_data);
	return 0;
}

static const struct file_operations hmmbench_file_operations = {
	.owner = THIS_MODULE,
	.open = hmmbench_open,
	.release = hmmbench_release,
	.unlocked_ioctl = hmmbench_ioctl,
	.compat_ioctl = hmmbench_compat_ptr_ioctl,
	.mmap = hmmbench_mmap,
};

static struct miscdevice hmmbench_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "hmmbench",
	.fops = &hmmbench_file_operations,
	.mode = 0600,
};

/* debugfs: hmmbench/live, the counts of HMMBENCH_IOC_INFO for who has no session. */
static int live_show(struct seq_file *file, void *unused)
{
	seq_printf(file, "sessions %lld\nbindings %lld\nmirrors %lld\n",
		   (long long)atomic64_read(&hmmbench_live.sessions),
		   (long long)atomic64_read(&hmmbench_live.bindings),
		   (long long)atomic64_read(&hmmbench_live.mirrors));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(live);

static struct dentry *debugfs_folder;

static int __init hmmbench_init(void)
{
	int err;

	BUILD_BUG_ON(sizeof(struct hmmbench_record) != 128);
	BUILD_BUG_ON(sizeof(struct hmmbench_ring) > PAGE_SIZE);

	hmmbench_ticks_init();
	err = hmmbench_bindings_init();
	if (err)
		return err;
	debugfs_folder = debugfs_create_dir("hmmbench", NULL);
	debugfs_create_file("live", 0400, debugfs_folder, NULL, &live_fops);
	err = misc_register(&hmmbench_device);
	if (err) {
		debugfs_remove_recursive(debugfs_folder);
		hmmbench_bindings_exit();
	}
	return err;
}

static void __exit hmmbench_exit(void)
{
	misc_deregister(&hmmbench_device);
	debugfs_remove_recursive(debugfs_folder);
	hmmbench_bindings_exit();
}

module_init(hmmbench_init);
module_exit(hmmbench_exit);

MODULE_DESCRIPTION("Benchmark of HMM mirror teardown");
MODULE_AUTHOR("The hmmbench developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(HMMBENCH_VERSION);

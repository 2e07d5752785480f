// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reboot lab: this machine, as root, restarted into the kernel of each boot. Then the
 * kernel runs and what is left is the local lab's work. Between two boots nothing of this
 * program is there: the state file (reboot_state.h) and the store carry the campaign over,
 * and hmmbench-resume.service goes on with it.
 *
 * The machine always has a way back: each start of another kernel is for once, so that
 * whatever fails ends in the default kernel, by a panic's timeout, a watchdog or a hand at
 * the power switch. There the same unit sees that another kernel came up than was asked for.
 */
#include "lab/lab.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>
#include <utmpx.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"
#include "lab/kernel.h"
#include "lab/local_nodes.h"
#include "lab/reboot_state.h"
#include "lab/reboot_way.h"

#define UNIT "hmmbench-resume.service"

static int usage(struct error *error, int errnum)
{
	if (error)
		error->exit_status = STATUS_USAGE;
	return -errnum;
}

/* ---- may it? ---- */

static int check_rights(struct error *error)
{
	if (geteuid() != 0) {
		error_set(error, EPERM, "--on reboot restarts this machine and needs root; run it "
			  "with sudo, or use --on vm");
		return usage(error, EPERM);
	}
	if (prctl(PR_CAPBSET_READ, CAP_SYS_BOOT, 0, 0, 0) != 1) {
		error_set(error, EPERM, "--on reboot: this is a container without CAP_SYS_BOOT, which "
			  "cannot restart its machine; run it on the machine itself, or use --on vm");
		return usage(error, EPERM);
	}
	return 0;
}

static int check_kernel(const struct kernel *kernel, struct error *error)
{
	char *modules;
	int missing;

	if (kernel->source == KERNEL_RUNNING) {
		error_set(error, EINVAL, "--on reboot --kernel running: it is another after each "
			  "restart; name it by its release, %s", kernel->release);
		return usage(error, EINVAL);
	}
	modules = path_printf("/lib/modules/%s", kernel->release);
	if (!modules)
		return error_set(error, ENOMEM, "out of memory");
	missing = access(modules, F_OK);
	free(modules);
	if (!missing)
		return 0;
	error_set(error, ENOENT, "--on reboot: kernel %s is not installed on this machine (no "
		  "/lib/modules/%s); install it (make modules_install install, or its package)",
		  kernel->name, kernel->release);
	return usage(error, ENOENT);
}

/* Who works on this machine beside the one who started us, as who(1) shows it; "" for nobody. */
static void find_others(char *name, size_t bytes)
{
	const char *self = getenv("SUDO_USER");
	const struct utmpx *entry;

	name[0] = '\0';
	setutxent();
	while ((entry = getutxent())) {
		if (entry->ut_type != USER_PROCESS || kill(entry->ut_pid, 0) < 0 ||
		    !strncmp(entry->ut_user, self ? self : "root", sizeof(entry->ut_user)))
			continue;
		snprintf(name, bytes, "%.*s", (int)sizeof(entry->ut_user), entry->ut_user);
	}
	endutxent();
}

static int check_users(bool force, struct error *error)
{
	char name[64];

	find_others(name, sizeof(name));
	if (force || !name[0])
		return 0;
	error_set(error, EBUSY, "--on reboot: %s is logged in on this machine, which is about to "
		  "restart; wait, or give --force", name);
	return usage(error, EBUSY);
}

/* Without the unit the machine would restart once, and that would be all. */
static int check_unit(struct error *error)
{
	const char *const argv[] = { "systemctl", "is-enabled", UNIT, NULL };
	char *output;

	if (!reboot_has_systemd())
		return 0;
	if (!spawn_output(argv, 4096, &output, NULL)) {
		free(output);
		return 0;
	}
	error_set(error, ENOENT, "--on reboot: %s, which goes on with the campaign after each restart, "
		  "is not enabled; systemctl enable %s", UNIT, UNIT);
	return usage(error, ENOENT);
}

static int check(const struct lab_boot *boot, struct error *error)
{
	const struct reboot_way *way;
	int ret = check_rights(error);

	if (!ret)
		ret = check_kernel(boot->kernel, error);
	if (!ret)
		ret = reboot_way_find(boot->way, boot->kernel, &way, error);
	if (!ret)
		ret = check_unit(error);
	return ret ? ret : check_users(boot->force, error);
}

/* ---- the state ---- */

/* The state of this campaign, or a new one: this kernel is where the machine goes home to. */
static int load(const struct lab_boot *boot, const struct reboot_facts *facts,
		struct reboot_state *state, struct error *error)
{
	char *store = realpath(boot->store_path, NULL);
	int ret = store ? reboot_state_load(state, error) :
			  error_set_errno(error, errno, "%s", boot->store_path);

	if (ret == -ENOENT && store) {
		*state = (struct reboot_state){ .campaign = boot->campaign, .force = boot->force };
		snprintf(state->store, sizeof(state->store), "%s", store);
		snprintf(state->home, sizeof(state->home), "%s", facts->release);
		snprintf(state->way, sizeof(state->way), "%s", boot->way ? boot->way : "");
		ret = 0;
	} else if (!ret && (strcmp(state->store, store) || state->campaign != boot->campaign)) {
		ret = error_set(error, EBUSY, "campaign %lld of %s is on its way through this machine's "
				"restarts; let it end, or resume it and end it with Ctrl-C",
				(long long)state->campaign, state->store);
	}
	free(store);
	return ret;
}

static void stamp(struct reboot_state *state, const struct reboot_facts *facts,
		  enum reboot_phase phase)
{
	state->phase = phase;
	snprintf(state->boot_id, sizeof(state->boot_id), "%s", facts->boot_id);
}

static void stamp_time(struct reboot_state *state)
{
	const time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(state->asked, sizeof(state->asked), "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* Arms the machine's next start and notes it. What is armed and not noted harms nobody. */
static int ask(const struct lab_boot *boot, const struct reboot_facts *facts,
	       struct reboot_state *state, struct lab_reached *reached, struct error *error)
{
	const char *name = state->way[0] ? state->way : NULL;
	const struct reboot_way *way;
	int ret = check_users(state->force, error);

	if (!ret)
		ret = reboot_way_find(name, boot->kernel, &way, error);
	if (!ret)
		ret = way->prepare(boot->kernel, error);
	if (ret)
		return ret;
	/* A program that lived to ask for the next boot had a kernel under it that lived as well. */
	if (state->phase == REBOOT_MEASURING)
		state->failed = 0;
	if (state->boot != boot->boot)
		state->tries = 0;
	if (state->tries < boot->tries)
		state->tries = boot->tries;
	state->boot = boot->boot;
	snprintf(state->way, sizeof(state->way), "%s", way->name);
	snprintf(state->release, sizeof(state->release), "%s", boot->kernel->release);
	stamp(state, facts, REBOOT_ASKED);
	stamp_time(state);
	reached->reach = LAB_LEAVES;
	snprintf(reached->text, sizeof(reached->text), "this machine restarts into %s, by %s",
		 boot->kernel->name, way->name);
	return reboot_state_save(state, error);
}

static int failed(const struct lab_boot *boot, const struct reboot_facts *facts,
		  struct reboot_state *state, struct lab_reached *reached, struct error *error)
{
	int used;

	reached->reach = LAB_FAILED;
	if (state->phase == REBOOT_MEASURING) {
		reached->status = STATUS_CUT_STREAM;
		reached->begun = true;
		used = snprintf(reached->text, sizeof(reached->text), "the machine went down while "
				"%s measured, and came up with %s", state->release, facts->release);
	} else {
		reached->status = STATUS_NO_BOOT;
		used = snprintf(reached->text, sizeof(reached->text), "%s was asked for by %s at %s, "
				"and %s came up", state->release, state->way, state->asked,
				facts->release);
	}
	reached->tries = ++state->tries;
	if (++state->failed >= REBOOT_FAILED_MAX) {
		snprintf(reached->text + used, sizeof(reached->text) - (size_t)used,
			 "; %u boots in a row failed: no more are tried", state->failed);
		state->boot = boot->boot_count + 1;
	}
	stamp(state, facts, REBOOT_BETWEEN);
	return reboot_state_save(state, error);
}

static int reach(const struct lab_boot *boot, struct lab_reached *reached, struct error *error)
{
	struct reboot_facts facts;
	struct reboot_state state;
	int ret = reboot_facts_get(&facts, error);

	*reached = (struct lab_reached){ 0 };
	if (!ret)
		ret = load(boot, &facts, &state, error);
	if (ret)
		return ret;
	switch (reboot_step(&state, &facts, boot->boot)) {
	case REBOOT_STEP_PASSED:
		reached->reach = LAB_PASSED;
		return 0;
	case REBOOT_STEP_FAILED:
		return failed(boot, &facts, &state, reached, error);
	case REBOOT_STEP_MEASURE:
		reached->reach = LAB_REACHED;
		reached->tries = state.tries;
		stamp(&state, &facts, REBOOT_MEASURING);
		return reboot_state_save(&state, error);
	default:
		return ask(boot, &facts, &state, reached, error);
	}
}

static int finish(const struct lab_boot *last, struct error *error)
{
	struct reboot_facts facts;
	struct reboot_state state;
	int ret = reboot_facts_get(&facts, error);

	if (!ret)
		ret = load(last, &facts, &state, error);
	if (ret)
		return ret;
	/* Once is enough: a default kernel that has changed under the campaign is home as well. */
	if (state.phase == REBOOT_HOME || !strcmp(state.home, facts.release))
		return reboot_state_remove(error);
	state.boot = last->boot_count + 1;
	stamp(&state, &facts, REBOOT_HOME);
	stamp_time(&state);
	ret = reboot_state_save(&state, error);
	return ret ? ret : 1;
}

static int depart(struct error *error)
{
	struct reboot_state state;
	int ret = reboot_state_load(&state, error);

	if (ret)
		return ret;
	return reboot_go(state.phase == REBOOT_ASKED && !strcmp(state.way, reboot_kexec.name),
			 error);
}

static void abandon(void)
{
	struct error why = { 0 };

	if (reboot_state_remove(&why))
		fprintf(stderr, "hmmbench: warning: %s: the campaign may go on by itself\n", why.text);
}

static bool underway(char *way, size_t bytes, bool *force)
{
	struct reboot_state state;

	if (reboot_state_load(&state, NULL))
		return false;
	snprintf(way, bytes, "%s", state.way);
	*force = state.force;
	return true;
}

static int run(const struct lab_request *request, struct lab_result *result, struct error *error)
{
	struct lab_request here = *request;
	struct reboot_state state;

	/* Who doubts a boot wants to know whether it came through the firmware. */
	if (!reboot_state_load(&state, NULL))
		here.way = state.way;
	return lab_local.run(&here, result, error);
}

static const struct lab_restart restart = {
	.check = check,
	.underway = underway,
	.reach = reach,
	.finish = finish,
	.depart = depart,
	.abandon = abandon,
};

const struct lab lab_reboot = {
	.name = "reboot",
	.help = "this machine, restarted into each kernel, as root",
	.default_kernel = "running",
	.boots = true,
	.guest = false,
	.nodes = local_nodes,
	.restart = &restart,
	.run = run,
};

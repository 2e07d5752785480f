// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/reboot_state.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "common/paths.h"

#define STATE_VERSION	1
#define STATE_BYTES_MAX 65536

static const char *const phases[] = {
	[REBOOT_BETWEEN] = "between",
	[REBOOT_ASKED] = "asked",
	[REBOOT_MEASURING] = "measuring",
	[REBOOT_HOME] = "home",
};

#define PHASES (sizeof(phases) / sizeof(phases[0]))

enum reboot_step reboot_step(const struct reboot_state *state, const struct reboot_facts *facts,
			     uint32_t boot)
{
	const bool restarted = strcmp(state->boot_id, facts->boot_id) != 0;

	if (boot < state->boot || state->phase == REBOOT_HOME)
		return REBOOT_STEP_PASSED;
	if (boot > state->boot)
		return REBOOT_STEP_ASK;
	switch (state->phase) {
	case REBOOT_ASKED:
		/* Without a restart the machine did not go down: it is no failed boot. */
		if (!restarted)
			return REBOOT_STEP_ASK;
		return strcmp(state->release, facts->release) ? REBOOT_STEP_FAILED :
								REBOOT_STEP_MEASURE;
	case REBOOT_MEASURING:
		/* Nor is a program that was ended, and a boot measures once. */
		return restarted ? REBOOT_STEP_FAILED : REBOOT_STEP_ASK;
	default:
		return REBOOT_STEP_ASK;
	}
}

static int take_boot_id(char *boot_id, size_t bytes, struct error *error)
{
	char *text;
	int ret = path_read_file("/proc/sys/kernel/random/boot_id", 256, &text, NULL, error);

	if (ret)
		return ret;
	text[strcspn(text, "\n")] = '\0';
	snprintf(boot_id, bytes, "%s", text);
	free(text);
	return 0;
}

int reboot_facts_get(struct reboot_facts *facts, struct error *error)
{
	struct utsname system;

	if (uname(&system) < 0)
		return error_set_errno(error, errno, "uname");
	snprintf(facts->release, sizeof(facts->release), "%s", system.release);
	return take_boot_id(facts->boot_id, sizeof(facts->boot_id), error);
}

char *reboot_state_path(void)
{
	return path_state("reboot.json");
}

/* Copies a string that has to fit; false: it does not. */
static bool take(char *to, size_t bytes, const char *from)
{
	return (size_t)snprintf(to, bytes, "%s", from) < bytes;
}

static bool take_phase(struct reboot_state *state, const char *name)
{
	for (size_t i = 0; i < PHASES; i++) {
		if (!strcmp(phases[i], name)) {
			state->phase = (enum reboot_phase)i;
			return true;
		}
	}
	return false;
}

static bool parse(json_t *root, struct reboot_state *state)
{
	const char *store, *home, *way, *phase, *release, *boot_id, *asked;
	json_int_t campaign, boot, tries, failed;
	int version, force;

	if (json_unpack(root, "{s:i, s:s, s:I, s:s, s:s, s:b, s:s, s:I, s:I, s:I, s:s, s:s, s:s}",
			"version", &version, "store", &store, "campaign", &campaign, "home", &home,
			"way", &way, "force", &force, "phase", &phase, "boot", &boot, "tries",
			&tries, "failed", &failed, "release", &release, "boot_id", &boot_id,
			"asked", &asked) ||
	    version != STATE_VERSION || campaign < 1 || boot < 0 || boot > UINT32_MAX ||
	    tries < 0 || tries > UINT32_MAX || failed < 0 || failed > UINT32_MAX)
		return false;
	*state = (struct reboot_state){
		.campaign = campaign,
		.force = force,
		.boot = (uint32_t)boot,
		.tries = (uint32_t)tries,
		.failed = (uint32_t)failed,
	};
	return take(state->store, sizeof(state->store), store) &&
	       take(state->home, sizeof(state->home), home) &&
	       take(state->way, sizeof(state->way), way) && take_phase(state, phase) &&
	       take(state->release, sizeof(state->release), release) &&
	       take(state->boot_id, sizeof(state->boot_id), boot_id) &&
	       take(state->asked, sizeof(state->asked), asked);
}

int reboot_state_load(struct reboot_state *state, struct error *error)
{
	char *path = reboot_state_path(), *text = NULL;
	struct error why = { 0 };
	json_t *root = NULL;
	int ret;

	if (!path)
		return error_out_of_memory(error);
	ret = path_read_file(path, STATE_BYTES_MAX, &text, NULL, &why);
	if (ret == -ENOENT)
		goto out;
	if (ret) {
		ret = error_set(error, -ret, "%s", why.text);
		goto out;
	}
	root = json_loads(text, 0, NULL);
	if (!root || !parse(root, state))
		ret = error_set(error, EUCLEAN,
				"%s is no state of a campaign across restarts that this version "
				"knows; remove it, and 'hmmbench run --resume' goes on from the store",
				path);
out:
	json_decref(root);
	free(text);
	free(path);
	return ret;
}

/* A renamed file is there after a power cut when its folder is. */
static int sync_folder_of(const char *path, struct error *error)
{
	char *folder = strndup(path, (size_t)(strrchr(path, '/') - path));
	const int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	int ret = 0;

	if (fd < 0 || fsync(fd) < 0)
		ret = error_set_errno(error, errno, "%s", folder ? folder : path);
	if (fd >= 0)
		close(fd);
	free(folder);
	return ret;
}

static int write_state(const char *path, const char *text, struct error *error)
{
	char *folder = strndup(path, (size_t)(strrchr(path, '/') - path));
	int ret = folder ? path_make_folder(folder, error) : error_out_of_memory(error);

	if (!ret)
		ret = path_write_file(path, text, strlen(text), error);
	if (!ret)
		ret = sync_folder_of(path, error);
	free(folder);
	return ret;
}

int reboot_state_save(const struct reboot_state *state, struct error *error)
{
	json_t *root = json_pack("{s:i, s:s, s:I, s:s, s:s, s:b, s:s, s:I, s:I, s:I, s:s, s:s, s:s}",
				 "version", STATE_VERSION, "store", state->store, "campaign",
				 (json_int_t)state->campaign, "home", state->home, "way",
				 state->way, "force", state->force, "phase", phases[state->phase],
				 "boot", (json_int_t)state->boot, "tries", (json_int_t)state->tries,
				 "failed", (json_int_t)state->failed, "release", state->release,
				 "boot_id", state->boot_id, "asked", state->asked);
	char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
	char *path = reboot_state_path();
	int ret = text && path ? write_state(path, text, error) : error_out_of_memory(error);

	json_decref(root);
	free(text);
	free(path);
	return ret;
}

int reboot_state_remove(struct error *error)
{
	char *path = reboot_state_path();
	int ret = 0;

	if (!path)
		return error_out_of_memory(error);
	if (!unlink(path))
		ret = sync_folder_of(path, error);
	else if (errno != ENOENT)
		ret = error_set_errno(error, errno, "%s cannot be removed", path);
	free(path);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/kernel_facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* A member of the environment's "kernel"; NULL where it is not told. */
static char *copy_member(const json_t *kernel, const char *key)
{
	const char *value = json_string_value(json_object_get(kernel, key));

	return value ? strdup(value) : NULL;
}

/* The compiler's words without the quotes around them. */
static char *compiler_of(const char *config)
{
	char *value = config ? kernel_config_value(config, "CONFIG_CC_VERSION_TEXT") : NULL;
	size_t length = value ? strlen(value) : 0;

	if (length > 1 && value[0] == '"' && value[length - 1] == '"') {
		memmove(value, value + 1, length - 2);
		value[length - 2] = '\0';
	}
	return value;
}

int kernel_facts_load(struct store *store, int64_t run, struct kernel_facts *facts,
		      struct error *error)
{
	struct store_run read;
	json_t *environment;
	const json_t *kernel;
	char *config;
	int err = store_run_get(store, run, &read, error);

	memset(facts, 0, sizeof(*facts));
	if (err)
		return err;
	environment = json_loads(read.environment_json, 0, NULL);
	kernel = json_object_get(environment, "kernel");
	facts->name = strdup(read.kernel);
	facts->release = copy_member(kernel, "release");
	facts->build_id = copy_member(kernel, "build_id");
	facts->config_sha256 = read.config_digest[0] ? strdup(read.config_digest) : NULL;
	json_decref(environment);
	store_run_free(&read);
	err = store_kernel_config_get(store, run, &config, error);
	if (!err)
		facts->compiler = compiler_of(config);
	free(config);
	if (!err && !facts->name)
		err = error_out_of_memory(error);
	if (err)
		kernel_facts_free(facts);
	return err;
}

void kernel_facts_free(struct kernel_facts *facts)
{
	free(facts->name);
	free(facts->release);
	free(facts->build_id);
	free(facts->compiler);
	free(facts->config_sha256);
	memset(facts, 0, sizeof(*facts));
}

int kernel_pair_load(struct store *store, int64_t base_run, int64_t candidate_run,
		     struct kernel_pair *pair, struct error *error)
{
	int err;

	memset(pair, 0, sizeof(*pair));
	err = kernel_facts_load(store, base_run, &pair->base, error);
	if (!err)
		err = kernel_facts_load(store, candidate_run, &pair->candidate, error);
	if (!err) {
		err = store_kernel_differences(store, base_run, candidate_run, &pair->options,
					       &pair->option_count, error);
		pair->compared = !err;
		if (err == -ENODATA)
			err = 0;
	}
	if (err)
		kernel_pair_free(pair);
	return err;
}

void kernel_pair_free(struct kernel_pair *pair)
{
	kernel_facts_free(&pair->base);
	kernel_facts_free(&pair->candidate);
	kernel_options_free(pair->options, pair->option_count);
	memset(pair, 0, sizeof(*pair));
}

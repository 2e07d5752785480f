// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/debian_apt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"
#include "lab/debian_mirror.h"

#define KEYRING "/usr/share/keyrings/debian-archive-keyring.gpg"
#define OUTPUT_BYTES_MAX (4 << 20)

static const char *const folders[] = { "lists/partial", "archives/partial", "empty", NULL };

/*
 * Read after the machine's own configuration, whose proxies stay and whose hooks, pins
 * and architectures do not.
 */
static const char configuration[] =
	"Dir::State \"%1$s\";\n"
	"Dir::State::lists \"%1$s/lists\";\n"
	"Dir::State::status \"%1$s/status\";\n"
	"Dir::State::extended_states \"%1$s/extended_states\";\n"
	"Dir::Cache \"%1$s\";\n"
	"Dir::Cache::archives \"%1$s/archives\";\n"
	"Dir::Etc::sourcelist \"%1$s/sources.list\";\n"
	"Dir::Etc::sourceparts \"%1$s/empty\";\n"
	"Dir::Etc::preferences \"/dev/null\";\n"
	"Dir::Etc::preferencesparts \"%1$s/empty\";\n"
	"Dir::Log \"%1$s\";\n"
	"#clear APT::Architectures;\n"
	"APT::Architecture \"amd64\";\n"
	"APT::Architectures { \"amd64\"; };\n"
	/* Files under a user's own folders are not readable for apt's sandbox user. */
	"APT::Sandbox::User \"\";\n"
	"#clear APT::Update::Pre-Invoke;\n"
	"#clear APT::Update::Post-Invoke;\n"
	"#clear APT::Update::Post-Invoke-Success;\n"
	"APT::Update::Error-Mode \"any\";\n"
	"APT::Get::AllowUnauthenticated \"false\";\n"
	"Acquire::AllowInsecureRepositories \"false\";\n"
	"Acquire::Languages \"none\";\n"
	"Acquire::GzipIndexes \"true\";\n"
	"Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled \"false\";\n"
	"Acquire::IndexTargets::deb::DEP-11::DefaultEnabled \"false\";\n"
	"Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled \"false\";\n"
	"Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled \"false\";\n"
	"Acquire::IndexTargets::deb::DEP-11-icons-large::DefaultEnabled \"false\";\n"
	"Acquire::Retries \"3\";\n"
	"Acquire::http::Timeout \"30\";\n"
	"Acquire::https::Timeout \"30\";\n";

static int write_file(const char *folder, const char *name, const char *text, struct error *error)
{
	char *path = path_printf("%s/%s", folder, name);
	int ret;

	if (!path || !text)
		ret = error_out_of_memory(error);
	else
		ret = path_write_file(path, text, strlen(text), error);
	free(path);
	return ret;
}

static int write_sources(const char *folder, const struct debian_suite *suites,
			 struct error *error)
{
	struct debian_mirror mirror;
	char *text = NULL;
	size_t bytes;
	FILE *file;
	int ret;

	ret = debian_mirror_find(&mirror, error);
	if (ret)
		return ret;
	file = open_memstream(&text, &bytes);
	if (!file) {
		debian_mirror_free(&mirror);
		return error_out_of_memory(error);
	}
	for (; suites->name; suites++)
		if (!suites->security || mirror.security)
			fprintf(file, "deb [arch=amd64 signed-by=" KEYRING "] %s %s main\n",
				suites->security ? mirror.security : mirror.main, suites->name);
	ret = fclose(file) ? error_out_of_memory(error) :
			     write_file(folder, "sources.list", text, error);
	free(text);
	debian_mirror_free(&mirror);
	return ret;
}

static int write_configuration(struct debian_apt *apt, struct error *error)
{
	const char *folder = apt->entry.path;
	char *text;
	int ret = 0;

	for (size_t i = 0; folders[i] && !ret; i++) {
		char *path = path_printf("%s/%s", folder, folders[i]);

		ret = path ? path_make_folder(path, error) : error_out_of_memory(error);
		free(path);
	}
	if (!ret)
		ret = write_file(folder, "status", "", error);
	if (ret)
		return ret;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	text = path_printf(configuration, folder);
#pragma GCC diagnostic pop
	ret = write_file(folder, "apt.conf", text, error);
	free(text);
	return ret;
}

int debian_apt_open(const char *name, const struct debian_suite *suites, struct debian_apt *apt,
		    struct error *error)
{
	int ret;

	*apt = (struct debian_apt){ .entry = { .lock_fd = -1 } };
	if (access(KEYRING, R_OK) < 0) {
		if (error)
			error->exit_status = STATUS_MISSING_TOOL;
		return error_set_errno(error, errno, KEYRING " (needed to trust what is fetched; "
				       "apt-get install debian-archive-keyring)");
	}
	ret = cache_open("apt", name, &apt->entry, error);
	if (ret)
		return ret;
	apt->configuration = path_printf("%s/apt.conf", apt->entry.path);
	apt->log = path_printf("%s/log", apt->entry.path);
	if (!apt->configuration || !apt->log)
		ret = error_out_of_memory(error);
	if (!ret)
		ret = write_configuration(apt, error);
	if (!ret)
		ret = write_sources(apt->entry.path, suites, error);
	if (!ret)
		unlink(apt->log);
	if (ret)
		debian_apt_close(apt);
	return ret;
}

void debian_apt_close(struct debian_apt *apt)
{
	free(apt->configuration);
	free(apt->log);
	cache_close(&apt->entry);
	apt->configuration = NULL;
	apt->log = NULL;
}

int debian_apt_update(struct debian_apt *apt, struct error *error)
{
	const char *const argv[] = { "apt-get", "-c", apt->configuration, "-q", "update", NULL };

	return spawn_logged(argv, NULL, apt->log, error);
}

char *debian_field(const char *paragraph, const char *field)
{
	const size_t length = strlen(field);
	const char *end;
	char *value;
	size_t used = 0;

	while (strncmp(paragraph, field, length) || paragraph[length] != ':') {
		paragraph = strchr(paragraph, '\n');
		if (!paragraph)
			return NULL;
		paragraph++;
	}
	paragraph += length + 1;
	paragraph += strspn(paragraph, " \t");
	/* A line that begins with a blank goes on with the value. */
	for (end = paragraph; *end && !(end[0] == '\n' && end[1] != ' ' && end[1] != '\t'); end++)
		;
	value = malloc((size_t)(end - paragraph) + 1);
	if (!value)
		return NULL;
	for (; paragraph < end; paragraph++)
		value[used++] = *paragraph == '\n' ? ' ' : *paragraph;
	value[used] = '\0';
	return value;
}

char *debian_dependency(const char *depends, const char *prefix)
{
	while (*depends) {
		const size_t entry = strcspn(depends, ",");
		const size_t name = strcspn(depends, " ,(|:");
		const char *exact = strstr(depends, "(= ");

		if (!strncmp(depends, prefix, strlen(prefix))) {
			if (!exact || exact > depends + entry)
				return path_printf("%.*s", (int)name, depends);
			exact += strlen("(= ");
			return path_printf("%.*s=%.*s", (int)name, depends,
					   (int)strcspn(exact, ") "), exact);
		}
		depends += entry;
		depends += strspn(depends, ", ");
	}
	return NULL;
}

int debian_apt_field(struct debian_apt *apt, const char *package, const char *field,
		     char **value, struct error *error)
{
	const char *const argv[] = { "apt-cache", "-c", apt->configuration, "show",
				     "--no-all-versions", package, NULL };
	char *paragraph;
	int ret;

	ret = spawn_output(argv, OUTPUT_BYTES_MAX, &paragraph, error);
	if (ret)
		return ret;
	*value = debian_field(paragraph, field);
	free(paragraph);
	return *value ? 0 : error_set(error, ENOENT, "package %s has no field %s", package, field);
}

int debian_apt_download(struct debian_apt *apt, const char *package, const char *folder,
			struct error *error)
{
	const char *const argv[] = { "apt-get", "-c", apt->configuration, "-q", "download",
				     package, NULL };

	return spawn_logged(argv, folder, apt->log, error);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/debian_mirror.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"

#define OUTPUT_BYTES_MAX (4 << 20)

/* Before apt has fetched a list it does not know whose a source is; its release tells. */
static const char *const releases[] = {
	"buster", "bullseye", "bookworm", "trixie", "forky", "sid", "stable", "oldstable",
	"oldoldstable", "testing", "unstable", NULL
};

static bool is_security(const char *release, size_t length)
{
	static const char end[] = "-security";
	const size_t end_length = sizeof(end) - 1;

	return length > end_length && !strncmp(release + length - end_length, end, end_length);
}

static bool is_debian(const char *release, size_t length)
{
	const char *dash = memchr(release, '-', length);
	const size_t name = dash ? (size_t)(dash - release) : length;

	for (size_t i = 0; releases[i]; i++)
		if (strlen(releases[i]) == name && !strncmp(releases[i], release, name))
			return true;
	return false;
}

/* Takes a base URI for main or security, whichever its release says; the first one counts. */
static int take(struct debian_mirror *mirror, const char *uri, size_t uri_length,
		const char *release, size_t release_length)
{
	char **place = is_security(release, release_length) ? &mirror->security : &mirror->main;
	const char *slash = uri_length && uri[uri_length - 1] == '/' ? "" : "/";

	if (*place || !uri_length)
		return 0;
	*place = path_printf("%.*s%s", (int)uri_length, uri, slash);
	return *place ? 0 : -ENOMEM;
}

int debian_mirror_from_targets(const char *text, struct debian_mirror *mirror)
{
	int ret = 0;

	while (*text && !ret) {
		const size_t line = strcspn(text, "\n");
		const size_t uri = strcspn(text, "|\n");
		const size_t origin = uri < line ? strcspn(text + uri + 1, "|\n") : 0;
		const size_t release = uri + origin + 2;

		if (origin == strlen("Debian") && !strncmp(text + uri + 1, "Debian", origin) &&
		    release < line)
			ret = take(mirror, text, uri, text + release, line - release);
		text += line + (text[line] == '\n');
	}
	return ret;
}

int debian_mirror_from_uris(const char *text, struct debian_mirror *mirror)
{
	int ret = 0;

	while (*text && !ret) {
		const size_t line = strcspn(text, "\n");
		char *copy = strndup(text, line), *dists, *end;

		if (!copy)
			return -ENOMEM;
		dists = strstr(copy, "/dists/");
		end = dists ? strstr(dists, "/InRelease'") : NULL;
		if (copy[0] == '\'' && end) {
			const char *release = dists + strlen("/dists/");
			/* "buster/updates" was the name of a security release once. */
			const size_t length = (size_t)(end - release);

			if (is_debian(release, length))
				ret = take(mirror, copy + 1, (size_t)(dists - copy), release,
					   length);
		}
		free(copy);
		text += line + (text[line] == '\n');
	}
	return ret;
}

static int take_environment(const char *name, char **place)
{
	const char *value = getenv(name);
	size_t length;

	if (!value || !value[0])
		return 0;
	length = strlen(value);
	*place = path_printf("%s%s", value, value[length - 1] == '/' ? "" : "/");
	return *place ? 0 : -ENOMEM;
}

/* Runs apt-get and lets `parse` read what it prints. */
static int ask(const char *const argv[],
	       int (*parse)(const char *text, struct debian_mirror *mirror),
	       struct debian_mirror *mirror, struct error *error)
{
	char *text;
	int ret = spawn_output(argv, OUTPUT_BYTES_MAX, &text, error);

	if (ret)
		return ret;
	ret = parse(text, mirror);
	free(text);
	return ret ? error_set(error, -ret, "out of memory") : 0;
}

int debian_mirror_find(struct debian_mirror *mirror, struct error *error)
{
	static const char *const targets[] = {
		"apt-get", "indextargets", "--format", "$(REPO_URI)|$(ORIGIN)|$(RELEASE)",
		"Created-By: Packages", NULL
	};
	static const char *const uris[] = { "apt-get", "update", "--print-uris", NULL };
	int ret;

	*mirror = (struct debian_mirror){ 0 };
	ret = take_environment("HMMBENCH_DEBIAN_MIRROR", &mirror->main);
	if (!ret)
		ret = take_environment("HMMBENCH_DEBIAN_SECURITY_MIRROR", &mirror->security);
	if (ret)
		error_out_of_memory(error);
	if (!ret && !mirror->main)
		ret = ask(targets, debian_mirror_from_targets, mirror, error);
	if (!ret && !mirror->main)
		ret = ask(uris, debian_mirror_from_uris, mirror, error);
	if (!ret && !mirror->main) {
		if (error)
			error->exit_status = STATUS_KERNEL;
		ret = error_set(error, ENOENT,
				"this machine's apt knows no mirror of Debian; put its base URI into "
				"HMMBENCH_DEBIAN_MIRROR, and that of the security archive into "
				"HMMBENCH_DEBIAN_SECURITY_MIRROR");
	}
	if (ret)
		debian_mirror_free(mirror);
	return ret;
}

void debian_mirror_free(struct debian_mirror *mirror)
{
	free(mirror->main);
	free(mirror->security);
	*mirror = (struct debian_mirror){ 0 };
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All figures of a report: every script and data file first, then one gnuplot for all of
 * them, since starting it costs more than drawing.
 */
#include "report/figure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"

static const struct figure_maker *const makers[] = { &figure_mirrors, &figure_distribution };

#define MAKER_COUNT (sizeof(makers) / sizeof(makers[0]))

static int write_kind(const struct report *report, const struct figure_maker *maker,
		      const char *folder, struct figure *figures, size_t *count,
		      struct error *error)
{
	uint32_t *results, found, written = 0;
	int status = maker->find(report, &results, &found);

	if (status)
		return error_set(error, -status, "figures: out of memory");
	for (uint32_t i = 0; i < found && written < FIGURES_PER_KIND_MAX; i++) {
		struct figure *figure = &figures[*count];

		figure->kind = maker->kind;
		figure->result = results[i];
		status = maker->write(report, written + 1, folder, figure, error);
		if (status == -ENODATA) {
			status = 0;
			continue;
		}
		if (status)
			break;
		++*count;
		written++;
	}
	free(results);
	return status;
}

static int require_gnuplot(struct error *error)
{
	char *path = spawn_find("gnuplot");

	if (path) {
		free(path);
		return 0;
	}
	if (error)
		error->exit_status = STATUS_MISSING_TOOL;
	return error_set(error, ENOENT,
			 "gnuplot is not there, figures are not drawn; install it "
			 "(apt install gnuplot-nox)");
}

/* The log stays only where it says something. */
static int draw(const char *folder, const char *const argv[], struct error *error)
{
	char *log = path_printf("%s/gnuplot.log", folder);
	struct stat status;
	int result;

	if (!log)
		return error_set(error, ENOMEM, "figures: out of memory");
	if (unlink(log) && errno != ENOENT)
		result = error_set_errno(error, errno, "%s: cannot be removed", log);
	else
		result = spawn_logged(argv, folder, log, error);
	if (!result && !stat(log, &status) && !status.st_size)
		unlink(log);
	free(log);
	return result;
}

/* gnuplot can end well and leave a picture out: no space is one reason. */
static int check_drawn(const char *folder, const struct figure *figures, size_t count,
		       struct error *error)
{
	static const char *const endings[] = { "svg", "png" };

	for (size_t i = 0; i < count * 2; i++) {
		char *path = path_printf("%s/%s.%s", folder, figures[i / 2].name, endings[i % 2]);
		struct stat status;
		int result = 0;

		if (!path)
			return error_set(error, ENOMEM, "figures: out of memory");
		if (stat(path, &status) || !status.st_size)
			result = error_set(error, EIO,
					   "%s: gnuplot left no picture; is the disk "
					   "full?",
					   path);
		free(path);
		if (result)
			return result;
	}
	return 0;
}

/* A picture of an earlier report must not pass for one of this. */
static int remove_old(const char *folder, const struct figure *figures, size_t count,
		      struct error *error)
{
	static const char *const endings[] = { "svg", "png" };

	for (size_t i = 0; i < count * 2; i++) {
		char *path = path_printf("%s/%s.%s", folder, figures[i / 2].name, endings[i % 2]);
		int result = 0;

		if (!path)
			return error_set(error, ENOMEM, "figures: out of memory");
		if (unlink(path) && errno != ENOENT)
			result = error_set_errno(error, errno, "%s: cannot be removed", path);
		free(path);
		if (result)
			return result;
	}
	return 0;
}

static int draw_all(const char *folder, const struct figure *figures, size_t count,
		    struct error *error)
{
	/* Text is UTF-8 whatever the caller's locale; the user's own settings stay out. */
	static const char *const command[] = { "env", "LC_ALL=C.UTF-8", "gnuplot",
					       "--default-settings" };
	const size_t words = sizeof(command) / sizeof(command[0]);
	const char **argv = calloc(words + count + 1, sizeof(*argv));
	char(*scripts)[sizeof(figures->name) + 3] = calloc(count + 1, sizeof(*scripts));
	int result;

	if (!argv || !scripts) {
		result = error_set(error, ENOMEM, "figures: out of memory");
		goto out;
	}
	result = remove_old(folder, figures, count, error);
	if (result)
		goto out;
	memcpy(argv, command, sizeof(command));
	for (size_t i = 0; i < count; i++) {
		snprintf(scripts[i], sizeof(scripts[i]), "%s.gp", figures[i].name);
		argv[words + i] = scripts[i];
	}
	result = draw(folder, argv, error);
	if (!result)
		result = check_drawn(folder, figures, count, error);
out:
	free(argv);
	free(scripts);
	return result;
}

int figures_make(const struct report *report, const char *folder, struct figure **figures,
		 size_t *count, struct error *error)
{
	struct figure *all = calloc(MAKER_COUNT * FIGURES_PER_KIND_MAX, sizeof(*all));
	int result;

	*figures = NULL;
	*count = 0;
	if (!all)
		return error_set(error, ENOMEM, "figures: out of memory");
	result = require_gnuplot(error);
	if (!result)
		result = path_make_folder(folder, error);
	for (size_t i = 0; i < MAKER_COUNT && !result; i++)
		result = write_kind(report, makers[i], folder, all, count, error);
	if (!result && *count)
		result = draw_all(folder, all, *count, error);
	if (result) {
		free(all);
		*count = 0;
		return result;
	}
	*figures = all;
	return 0;
}

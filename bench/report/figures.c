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

const struct figure_maker *const figure_makers[] = {
	&figure_effects,
	&figure_mirrors,
	&figure_threads,
	&figure_processes,
	&figure_memory,
	&figure_nodes,
	&figure_phases,
	&figure_safety,
	&figure_trend,
	&figure_shift,
	&figure_distribution,
	NULL,
};

struct figure_list {
	struct figure *figures;
	size_t count;
};

/*
 * The figures of one kind, at most `limit`, behind those that are there. `folder` NULL: they are
 * only described.
 */
static int write_kind(const struct report *report, const struct figure_maker *maker,
		      const char *folder, unsigned int formats, uint32_t limit,
		      struct figure_list *list, struct error *error)
{
	uint32_t *results, found, written = 0;
	struct figure *longer = NULL;
	int status = maker->find(maker, report, &results, &found);

	if (!status) {
		longer = reallocarray(list->figures, list->count + found + 1, sizeof(*longer));
		if (longer)
			list->figures = longer;
		else
			free(results);
	}
	if (!longer)
		return error_set(error, ENOMEM, "figures: out of memory");
	for (uint32_t i = 0; i < found; i++) {
		struct figure *figure = &list->figures[list->count];

		if (written == limit) {
			figure[-1].undrawn = found - i;
			break;
		}
		*figure = (struct figure){ .maker = maker,
					   .result = results[i],
					   .number = written + 1,
					   .height = FIGURE_HEIGHT,
					   .left = FIGURE_LEFT,
					   .formats = formats };
		status = maker->write(report, folder, figure, error);
		if (status == -ENODATA) {
			status = 0;
			continue;
		}
		if (status)
			break;
		list->count++;
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

/* Calls for each picture that the figures' scripts draw, until one call is not 0. */
static int each_picture(const char *folder, const struct figure *figures, size_t count,
			int (*call)(const char *path, struct error *error), struct error *error)
{
	int result = 0;

	for (size_t i = 0; i < count * FIGURE_FORMAT_COUNT && !result; i++) {
		const struct figure *figure = &figures[i / FIGURE_FORMAT_COUNT];
		const enum figure_format format = i % FIGURE_FORMAT_COUNT;
		char *path;

		if (!(figure->formats & FIGURE_FORMAT_BIT(format)))
			continue;
		path = path_printf("%s/%s.%s", folder, figure->name, figure_format_names[format]);
		if (!path)
			return error_set(error, ENOMEM, "figures: out of memory");
		result = call(path, error);
		free(path);
	}
	return result;
}

/* gnuplot can end well and leave a picture out: no space is one reason. */
static int check_drawn(const char *path, struct error *error)
{
	struct stat status;

	if (!stat(path, &status) && status.st_size)
		return 0;
	return error_set(error, EIO, "%s: gnuplot left no picture; is the disk full?", path);
}

/* A picture of an earlier report must not pass for one of this. */
static int remove_old(const char *path, struct error *error)
{
	if (unlink(path) && errno != ENOENT)
		return error_set_errno(error, errno, "%s: cannot be removed", path);
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
	result = each_picture(folder, figures, count, remove_old, error);
	if (result)
		goto out;
	memcpy(argv, command, sizeof(command));
	for (size_t i = 0; i < count; i++) {
		snprintf(scripts[i], sizeof(scripts[i]), "%s.gp", figures[i].name);
		argv[words + i] = scripts[i];
	}
	result = draw(folder, argv, error);
	if (!result)
		result = each_picture(folder, figures, count, check_drawn, error);
out:
	free(argv);
	free(scripts);
	return result;
}

static int write_all(const struct report *report, const char *folder, unsigned int formats,
		     uint32_t limit, struct figure **figures, size_t *count, struct error *error)
{
	struct figure_list list = { 0 };
	int result = 0;

	for (size_t i = 0; figure_makers[i] && !result; i++)
		result = write_kind(report, figure_makers[i], folder, formats, limit, &list, error);
	*figures = list.figures;
	*count = list.count;
	return result;
}

/* None where something went wrong. */
static int hand_over(int result, struct figure **figures, size_t *count)
{
	if (result) {
		free(*figures);
		*figures = NULL;
		*count = 0;
	}
	return result;
}

int figures_make(const struct report *report, const char *folder, unsigned int formats,
		 struct figure **figures, size_t *count, struct error *error)
{
	int result;

	*figures = NULL;
	*count = 0;
	result = require_gnuplot(error);
	if (!result)
		result = path_make_shared_folder(folder, error);
	if (!result)
		result = write_all(report, folder, formats, FIGURES_PER_KIND_MAX, figures, count,
				   error);
	if (!result && *count)
		result = draw_all(folder, *figures, *count, error);
	return hand_over(result, figures, count);
}

int figures_list(const struct report *report, struct figure **figures, size_t *count,
		 struct error *error)
{
	int result = write_all(report, NULL, FIGURE_FORMAT_BIT(FIGURE_SVG), UINT32_MAX, figures,
			       count, error);

	return hand_over(result, figures, count);
}

int figure_make(const struct report *report, const struct figure *figure, const char *folder,
		enum figure_format format, const char *as, struct error *error)
{
	struct figure one = { .maker = figure->maker,
			      .result = figure->result,
			      .number = figure->number,
			      .height = FIGURE_HEIGHT,
			      .left = FIGURE_LEFT,
			      .formats = FIGURE_FORMAT_BIT(format),
			      .as = as };
	int result = require_gnuplot(error);

	if (!result)
		result = path_make_shared_folder(folder, error);
	if (!result)
		result = one.maker->write(report, folder, &one, error);
	if (!result)
		result = draw_all(folder, &one, 1, error);
	return result;
}

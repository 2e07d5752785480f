// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lines of a configuration. inih splits lines into keys and values;
 * around it stands a reader of our own, since inih's handler is told neither the line
 * number nor of sections, and inih cuts long lines and long section names without a
 * word and merges a line that begins with a blank into the value before it.
 */
#include "plan/config_internal.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "common/exit_status.h"

#define LINE_BYTES_MAX 4096 /* of a comment; for other lines the limit of inih holds */

/* ---- errors ---- */

int config_error(struct config_reader *reader, unsigned int line, const char *format, ...)
{
	char text[sizeof(reader->error->text)];
	va_list args;

	if (reader->result)
		return reader->result;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	reader->result = error_set(reader->error, EINVAL, "%s:%u: %s", reader->config->path, line,
				   text);
	return reader->result;
}

/* ---- lines ---- */

/* inih's handler: one key and its value. */
static int on_key(void *user, const char *section, const char *name, const char *value)
{
	struct config_reader *reader = user;

	(void)section; /* which may be cut: config_read_section() knows better */
	if (!reader->result)
		config_read_key(reader, name, value);
	return !reader->result;
}

/* The next line without its end. 1, 0 at the end of the file, or -errno. */
static int get_line(struct config_reader *reader, char *text, size_t room)
{
	size_t length = 0;
	int byte;

	reader->line++;
	while ((byte = getc(reader->file)) != EOF && byte != '\n') {
		if (length == room - 1)
			return config_error(reader, reader->line,
					    "a line of more than %zu characters", room - 1);
		text[length++] = (char)byte;
	}
	if (ferror(reader->file))
		return reader->result = error_set_errno(reader->error, errno, "%s",
							reader->config->path);
	if (byte == EOF && !length) {
		reader->line--;
		return 0;
	}
	if (length && text[length - 1] == '\r')
		length--;
	text[length] = '\0';
	for (size_t i = 0; i < length; i++)
		if (iscntrl((unsigned char)text[i]) && text[i] != '\t')
			return config_error(reader, reader->line,
					    "control character 0x%02x in column %zu; a "
					    "configuration is plain text",
					    (unsigned char)text[i], i + 1);
	return 1;
}

/* The line without the blanks around it; in the first line also without a byte order mark. */
static char *trim(const struct config_reader *reader, char *text)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t length;

	if (reader->line == 1 && !strncmp(text, mark, strlen(mark)))
		text += strlen(mark);
	text += strspn(text, " \t");
	length = strlen(text);
	while (length && isblank((unsigned char)text[length - 1]))
		text[--length] = '\0';
	return text;
}

/*
 * inih's reader, in the place of fgets(). It gives comments and blank lines on as empty
 * lines, and others without the blanks in front of them, so that none is taken for the
 * continuation of the one before.
 */
static char *on_line(char *line, int room, void *stream)
{
	struct config_reader *reader = stream;
	char buffer[LINE_BYTES_MAX], *text;

	if (reader->result || get_line(reader, buffer, sizeof(buffer)) != 1)
		return NULL;
	text = trim(reader, buffer);
	if (*text == ';' || *text == '#')
		*text = '\0';
	/* inih takes its buffer for full when neither '\n' nor two more bytes are left. */
	if (strlen(text) + 3 > (size_t)room) {
		config_error(reader, reader->line,
			     "a line of %zu characters; at most %d (comments can be longer)",
			     strlen(text), room - 3);
		return NULL;
	}
	if (*text == '[' && config_read_section(reader, text))
		return NULL;
	sprintf(line, "%s\n", text);
	return line;
}

/* ---- the whole ---- */

static void set_defaults(struct config_reader *reader)
{
	reader->plan.seed = CONFIG_DEFAULT_SEED;
	reader->plan.quartets = 16;
	reader->plan.operations = 8;
	reader->plan.warmup = .1;
	reader->plan.threshold = .02;
	reader->plan.threshold_p99 = .05;
	reader->plan.calibration_days = CONFIG_DEFAULT_CALIBRATION_DAYS;
	reader->vm.nodes = 2;
	reader->vm.cpus = (struct config_per_node){ { 4 }, 1 };
	reader->vm.memory = (struct config_per_node){ { UINT64_C(1) << 30 }, 1 };
	reader->vm.quiet_limit_s = 60;
	reader->vm.total_limit_s = 20 * 60;
}

static void free_sections(struct config_reader *reader)
{
	for (uint32_t i = 0; i < reader->cells_count; i++) {
		free(reader->cells[i]->layout.entries);
		free(reader->cells[i]);
	}
	free(reader->cells);
}

static int read_file(struct config_reader *reader)
{
	int bad_line = ini_parse_stream(on_line, reader, on_key, reader);

	/* What inih itself refused: it goes on behind it, so that it may come first. */
	if (bad_line > 0 && (!reader->result || (unsigned int)bad_line < reader->line)) {
		reader->result = 0;
		config_error(reader, (unsigned int)bad_line,
			     "neither a section, nor 'key = value', nor a comment");
	}
	if (bad_line < 0 && !reader->result)
		reader->result = error_set(reader->error, ENOMEM, "%s: out of memory",
					   reader->config->path);
	if (!reader->result)
		config_end_section(reader);
	return reader->result;
}

/* Reads `file`, which it closes; NULL with errno is why there is none. */
static int load(FILE *file, const char *path, uint32_t nodes, struct config **config,
		struct error *error)
{
	struct error scratch = { 0 };
	struct config_reader reader = {
		.error = error ? error : &scratch, .nodes = nodes, .file = file,
	};
	int err = file ? 0 : errno;

	*config = NULL;
	reader.error->exit_status = STATUS_USAGE;
	if (err)
		return error_set_errno(error, err, "%s", path);
	reader.config = calloc(1, sizeof(*reader.config));
	if (reader.config)
		reader.config->path = strdup(path);
	if (!reader.config || !reader.config->path) {
		fclose(file);
		config_free(reader.config);
		return error_out_of_memory(error);
	}
	set_defaults(&reader);
	err = read_file(&reader);
	if (!err)
		err = config_check(&reader);
	fclose(file);
	free_sections(&reader);
	if (err) {
		config_free(reader.config);
		return err;
	}
	reader.error->exit_status = 0;
	*config = reader.config;
	return 0;
}

int config_load(const char *path, uint32_t nodes, struct config **config, struct error *error)
{
	return load(fopen(path, "re"), path, nodes, config, error);
}

int config_load_text(const char *path, const char *text, uint32_t nodes, struct config **config,
		     struct error *error)
{
	return load(fmemopen((void *)text, strlen(text), "r"), path, nodes, config, error);
}

void config_free(struct config *config)
{
	if (!config)
		return;
	free(config->cells);
	free(config->path);
	free(config);
}

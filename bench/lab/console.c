// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/console.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "lab/guest_init.h"

/* "[    1.234567] " and, with CONFIG_PRINTK_CALLER, "[    T1] " or "[    C0] " behind it. */
#define STAMP "\\[ *[0-9]+\\.[0-9]{6}\\](\\[ *[TC][0-9]+\\])? "

struct console_rules {
	regex_t stamp;
	regex_t *patterns, *exceptions;
	size_t pattern_count, exception_count;	/* compiled so far */
};

static int compile(regex_t *regex, const char *text, struct error *error)
{
	const int ret = regcomp(regex, text, REG_EXTENDED);
	char why[128];

	if (!ret)
		return 0;
	regerror(ret, regex, why, sizeof(why));
	return error_set(error, EINVAL, "console pattern \"%s\": %s", text, why);
}

static int compile_all(struct console_rules *rules, struct error *error)
{
	size_t patterns = 0, exceptions = 0;
	int ret = 0;

	while (console_patterns[patterns].name)
		patterns++;
	while (console_exceptions[exceptions].regex)
		exceptions++;
	rules->patterns = calloc(patterns, sizeof(*rules->patterns));
	rules->exceptions = calloc(exceptions, sizeof(*rules->exceptions));
	if (!rules->patterns || !rules->exceptions)
		return error_set(error, ENOMEM, "console patterns: out of memory");
	while (rules->pattern_count < patterns && !ret) {
		ret = compile(&rules->patterns[rules->pattern_count],
			      console_patterns[rules->pattern_count].regex, error);
		rules->pattern_count += !ret;
	}
	while (rules->exception_count < exceptions && !ret) {
		ret = compile(&rules->exceptions[rules->exception_count],
			      console_exceptions[rules->exception_count].regex, error);
		rules->exception_count += !ret;
	}
	return ret;
}

int console_scanner_init(struct console_scanner *scanner, struct error *error)
{
	struct console_rules *rules = calloc(1, sizeof(*rules));
	int ret;

	memset(scanner, 0, sizeof(*scanner));
	if (!rules)
		return error_set(error, ENOMEM, "console patterns: out of memory");
	ret = compile(&rules->stamp, STAMP, error);
	if (ret) {
		free(rules);
		return ret;
	}
	scanner->rules = rules;
	ret = compile_all(rules, error);
	if (ret)
		console_scanner_free(scanner);
	return ret;
}

void console_scanner_free(struct console_scanner *scanner)
{
	struct console_rules *rules = scanner->rules;

	scanner->rules = NULL;
	if (!rules)
		return;
	for (size_t i = 0; i < rules->pattern_count; i++)
		regfree(&rules->patterns[i]);
	for (size_t i = 0; i < rules->exception_count; i++)
		regfree(&rules->exceptions[i]);
	regfree(&rules->stamp);
	free(rules->patterns);
	free(rules->exceptions);
	free(rules);
}

static bool matches(const regex_t *regex, const char *text)
{
	return regexec(regex, text, 0, NULL, 0) == 0;
}

static const struct console_pattern *pattern_of(const struct console_rules *rules,
						const char *text, bool measuring)
{
	for (size_t i = 0; i < rules->exception_count; i++)
		if (matches(&rules->exceptions[i], text))
			return NULL;
	for (size_t i = 0; i < rules->pattern_count; i++)
		if ((measuring || !console_patterns[i].while_measuring) &&
		    matches(&rules->patterns[i], text))
			return &console_patterns[i];
	return NULL;
}

static void found(struct console_finding *finding, const struct console_pattern *pattern,
		  const char *text, uint64_t line_number)
{
	finding->pattern = pattern;
	finding->line_number = line_number;
	snprintf(finding->line, sizeof(finding->line), "%.*s", CONSOLE_LINE_BYTES - 1, text);
}

static void look_at(struct console_scanner *scanner, const char *line)
{
	const struct console_pattern *pattern;
	regmatch_t stamp;

	if (regexec(&scanner->rules->stamp, line, 1, &stamp, 0))
		return;
	line += stamp.rm_eo;
	if (!strncmp(line, GUEST_MARK, sizeof(GUEST_MARK) - 1)) {
		if (!strcmp(line, GUEST_MARK_AGENT))
			scanner->agent_started = true;
		else if (!strncmp(line, GUEST_MARK_ENDED, sizeof(GUEST_MARK_ENDED) - 1))
			scanner->agent_ended = true;
		snprintf(scanner->said, sizeof(scanner->said), "%.*s", CONSOLE_LINE_BYTES - 1,
			 line + sizeof(GUEST_MARK) - 1);
		return;
	}
	pattern = pattern_of(scanner->rules, line, scanner->agent_started);
	if (!pattern)
		return;
	scanner->matches++;
	if (!scanner->first.pattern)
		found(&scanner->first, pattern, line, scanner->lines);
	if (pattern->status == STATUS_PANIC && !scanner->panic.pattern)
		found(&scanner->panic, pattern, line, scanner->lines);
}

static void end_line(struct console_scanner *scanner)
{
	scanner->line[scanner->line_bytes] = '\0';
	scanner->line_bytes = 0;
	scanner->lines++;
	look_at(scanner, scanner->line);
}

void console_scanner_push(struct console_scanner *scanner, const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		if (text[i] == '\n')
			end_line(scanner);
		else if (text[i] && text[i] != '\r' &&
			 scanner->line_bytes < sizeof(scanner->line) - 1)
			scanner->line[scanner->line_bytes++] = text[i];
	}
}

void console_scanner_finish(struct console_scanner *scanner)
{
	if (scanner->line_bytes)
		end_line(scanner);
}

int console_status(const struct console_scanner *scanner)
{
	if (scanner->panic.pattern)
		return STATUS_PANIC;
	return scanner->first.pattern ? scanner->first.pattern->status : 0;
}

/* Skips an escape sequence that begins at text[at]; gives where the text goes on. */
static size_t skip_escape(const char *text, size_t bytes, size_t at)
{
	at++;
	if (at < bytes && text[at] == '[') {
		at++;
		while (at < bytes && (unsigned char)text[at] < 0x40)
			at++;
	}
	return at < bytes ? at + 1 : bytes;
}

char *console_tail(const char *text, size_t text_bytes, unsigned int lines, size_t bytes)
{
	size_t start = text_bytes, used = 0;
	char *tail;

	while (text_bytes && (text[text_bytes - 1] == '\n' || text[text_bytes - 1] == '\r'))
		text_bytes--;
	start = text_bytes;
	while (start && text_bytes - start < bytes) {
		if (text[start - 1] == '\n' && --lines == 0)
			break;
		start--;
	}
	tail = malloc(text_bytes - start + 1);
	if (!tail)
		return NULL;
	while (start < text_bytes) {
		const unsigned char byte = (unsigned char)text[start];

		if (byte == 0x1b) {
			start = skip_escape(text, text_bytes, start);
			continue;
		}
		if (byte == '\n' || byte == '\t' || (byte >= ' ' && byte < 0x7f))
			tail[used++] = (char)byte;
		start++;
	}
	tail[used] = '\0';
	return tail;
}

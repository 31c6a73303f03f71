/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "file.h"
#include "remedy.h"
#include "text.h"

enum {
	FILE_BYTES_MAX = 64 * 1024,
	FIELDS_MAX = 64,
	SENTENCE_MAX = 256,
};

struct reading {
	const struct config_table *table;
	const char *path;
	unsigned line;
	unsigned errors;
	FILE *out;
	const char *section; /* of the table, or NULL before the first and after an unknown one */
	bool section_known;
	unsigned seen_at[FIELDS_MAX]; /* line that set the field; 0 none */
	void *values;
};

__attribute__((format(printf, 3, 4))) static void complain(struct reading *r, const char *key,
                                                           const char *format, ...)
{
	va_list args;

	r->errors++;
	(void)fprintf(r->out, "%s:%u: ", r->path, r->line);
	if (key != NULL)
		(void)fprintf(r->out, "[%s] %s: ", r->section, key);
	va_start(args, format);
	(void)vfprintf(r->out, format, args);
	va_end(args);
	(void)fputc('\n', r->out);
}

static const struct {
	const char *suffix;
	uint64_t ms;
} unit[] = {
    {"ms", 1}, {"s", 1000}, {"min", 60 * 1000}, {"h", 3600 * 1000}, {"d", 24 * 3600 * 1000}};

enum { N_UNITS = sizeof(unit) / sizeof(unit[0]) };

static void format_duration(uint64_t ms, char *text, size_t size)
{
	size_t u = N_UNITS - 1;

	while (u > 0 && (ms == 0 || ms % unit[u].ms != 0))
		u--;
	(void)snprintf(text, size, "%" PRIu64 "%s", ms == 0 ? 0 : ms / unit[u].ms,
	               unit[ms == 0 ? 1 : u].suffix);
}

static bool parse_number(const char *text, uint64_t *ret, const char **ret_end)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*ret = strtoull(text, &end, 10);
	*ret_end = end;
	return errno == 0;
}

static bool parse_duration(const char *text, uint64_t *ret_ms)
{
	const char *end;
	uint64_t n;

	if (!parse_number(text, &n, &end))
		return false;
	for (size_t u = 0; u < N_UNITS; u++)
		if (strcmp(end, unit[u].suffix) == 0 && n <= UINT64_MAX / unit[u].ms) {
			*ret_ms = n * unit[u].ms;
			return true;
		}
	return false;
}

static void list_choices(const char *const *choices, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; choices[i] != NULL; i++) {
		const char *before = i == 0 ? "" : choices[i + 1] == NULL ? " or " : ", ";
		const int n = snprintf(text + len, size - len, "%s%s", before, choices[i]);

		if (n < 0 || (size_t)n >= size - len)
			return;
		len += (size_t)n;
	}
}

/* Says what a value of the field may be: "a whole number from 1 to 200". */
static void say_right(const struct config_field *field, char *text, size_t size)
{
	char low[32], high[32];

	switch (field->type) {
	case CONFIG_TEXT:
		(void)snprintf(text, size, "a text of at most %zu octets", field->size - 1);
		return;
	case CONFIG_BOOL:
		(void)snprintf(text, size, "yes or no");
		return;
	case CONFIG_NUMBER:
		(void)snprintf(text, size, "a whole number from %" PRIu64 " to %" PRIu64,
		               field->min, field->max);
		return;
	case CONFIG_DURATION:
		format_duration(field->min, low, sizeof(low));
		format_duration(field->max, high, sizeof(high));
		(void)snprintf(text, size,
		               "a time with its unit (ms, s, min, h or d) from %s to %s", low,
		               high);
		return;
	case CONFIG_CHOICE:
		list_choices(field->choices, text, size);
		return;
	}
}

static bool set_choice(const struct config_field *field, const char *text, int *ret)
{
	for (int i = 0; field->choices[i] != NULL; i++)
		if (strcmp(field->choices[i], text) == 0) {
			*ret = i;
			return true;
		}
	return false;
}

static bool set(const struct config_field *field, const char *text, void *values)
{
	void *at = (uint8_t *)values + field->offset;
	uint64_t n = 0;
	const char *end = "";

	switch (field->type) {
	case CONFIG_TEXT:
		if (strlen(text) >= field->size)
			return false;
		memcpy(at, text, strlen(text) + 1);
		return true;
	case CONFIG_BOOL:
		*(bool *)at = strcmp(text, "yes") == 0;
		return *(bool *)at || strcmp(text, "no") == 0;
	case CONFIG_NUMBER:
	case CONFIG_DURATION:
		if (field->type == CONFIG_NUMBER ? !parse_number(text, &n, &end) || *end != '\0'
		                                 : !parse_duration(text, &n))
			return false;
		if (n < field->min || n > field->max)
			return false;
		*(uint64_t *)at = n;
		return true;
	case CONFIG_CHOICE:
		return set_choice(field, text, at);
	}
	return false;
}

static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " \t\r");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
		text[--len] = '\0';
	return text;
}

static void read_section(struct reading *r, char *line)
{
	char *end = strchr(line, ']');
	size_t i;

	r->section_known = false;
	if (end == NULL || *trim(end + 1) != '\0') {
		complain(r, NULL, "a section is written [name] on a line of its own, not \"%s\"",
		         line);
		return;
	}
	*end = '\0';
	for (i = 0; i < r->table->n_fields; i++)
		if (strcmp(r->table->field[i].section, line + 1) == 0)
			break;
	if (i < r->table->n_fields) {
		r->section = r->table->field[i].section;
		r->section_known = true;
		return;
	}
	complain(r, NULL, "there is no section [%s]; there are these:", line + 1);
	for (i = 0; i < r->table->n_fields; i++)
		if (i == 0 ||
		    strcmp(r->table->field[i].section, r->table->field[i - 1].section) != 0)
			(void)fprintf(r->out, "    [%s]\n", r->table->field[i].section);
}

static void unknown_key(struct reading *r, const char *key)
{
	complain(r, key, "there is no such field; [%s] has these:", r->section);
	for (size_t i = 0; i < r->table->n_fields; i++)
		if (strcmp(r->table->field[i].section, r->section) == 0)
			(void)fprintf(r->out, "    %s\n", r->table->field[i].key);
}

static void read_value(struct reading *r, size_t i, const char *text)
{
	const struct config_field *field = &r->table->field[i];
	char right[SENTENCE_MAX] = "";

	if (r->seen_at[i] > 0) {
		complain(r, field->key, "given again; line %u gave it first: keep one",
		         r->seen_at[i]);
		return;
	}
	r->seen_at[i] = r->line;
	if (!text_is_clean(text, strlen(text))) {
		complain(r, field->key,
		         "holds a control character or one that nobody sees, or is not UTF-8: type "
		         "it anew");
		return;
	}
	if (!set(field, text, r->values)) {
		say_right(field, right, sizeof(right));
		complain(r, field->key, "\"%s\" does not fit; it takes %s", text, right);
		return;
	}
	if (field->check != NULL &&
	    field->check((uint8_t *)r->values + field->offset, right, sizeof(right)) != 0)
		complain(r, field->key, "\"%s\": %s", text, right);
}

static void read_line(struct reading *r, char *line)
{
	char *equals, *key;

	line = trim(line);
	if (*line == '\0' || *line == '#')
		return;
	if (*line == '[') {
		read_section(r, line);
		return;
	}
	equals = strchr(line, '=');
	if (equals == NULL) {
		complain(r, NULL, "\"%s\" is neither [section], key = value, nor a # comment",
		         line);
		return;
	}
	*equals = '\0';
	key = trim(line);
	if (r->section == NULL) {
		complain(r, NULL, "\"%s\" stands before any [section]: put it under one", key);
		return;
	}
	if (!r->section_known)
		return; /* its section was complained of */
	for (size_t i = 0; i < r->table->n_fields; i++)
		if (strcmp(r->table->field[i].section, r->section) == 0 &&
		    strcmp(r->table->field[i].key, key) == 0) {
			read_value(r, i, trim(equals + 1));
			return;
		}
	unknown_key(r, key);
}

static void set_standards(const struct config_table *table, void *values)
{
	for (size_t i = 0; i < table->n_fields; i++)
		if (table->field[i].standard != NULL) {
			const bool fits = set(&table->field[i], table->field[i].standard, values);

			assert(fits); /* the table's own default is in the table's own range */
		}
}

static void say_missing(struct reading *r)
{
	char right[SENTENCE_MAX] = "";

	for (size_t i = 0; i < r->table->n_fields; i++) {
		const struct config_field *field = &r->table->field[i];

		if (field->standard != NULL || r->seen_at[i] > 0)
			continue;
		r->section = field->section;
		say_right(field, right, sizeof(right));
		complain(r, field->key, "is missing and has no default; it takes %s (%s)", right,
		         field->comment);
	}
}

int config_read(const struct config_table *table, const char *path, void *ret, FILE *errors)
{
	struct reading r = {.table = table, .path = path, .out = errors, .values = ret};
	uint8_t *text;
	char *line, *rest;
	size_t len;
	int error;

	assert(table->n_fields <= FIELDS_MAX);
	error = file_read(path, FILE_BYTES_MAX, &text, &len);
	if (error < 0) {
		char help[SENTENCE_MAX];

		remedy(-error, path, help, sizeof(help));
		(void)fprintf(errors, "%s: cannot be read: %s\n", path, help);
		return error;
	}
	set_standards(table, ret);
	rest = (char *)text;
	if (strlen(rest) != len) {
		r.line = 1;
		complain(&r, NULL, "holds a NUL octet: this is not a text file");
		rest = NULL;
	}
	while ((line = strsep(&rest, "\n")) != NULL) {
		r.line++;
		read_line(&r, line);
	}
	say_missing(&r);
	free(text);
	return r.errors > 0 ? -EINVAL : 0;
}

static void print_comment(const char *comment, FILE *out)
{
	while (*comment != '\0') {
		const size_t len = strcspn(comment, "\n");

		(void)fprintf(out, "# %.*s\n", (int)len, comment);
		comment += len + (comment[len] == '\n');
	}
}

void config_print(const struct config_table *table, FILE *out)
{
	char right[SENTENCE_MAX];

	for (size_t i = 0; i < table->n_fields; i++) {
		const struct config_field *field = &table->field[i];

		if (i == 0 || strcmp(field->section, field[-1].section) != 0)
			(void)fprintf(out, "%s[%s]\n", i == 0 ? "" : "\n", field->section);
		(void)fputc('\n', out);
		print_comment(field->comment, out);
		if (field->type != CONFIG_TEXT) {
			right[0] = '\0';
			say_right(field, right, sizeof(right));
			(void)fprintf(out, "# Takes %s.\n", right);
		}
		if (field->standard == NULL)
			(void)fprintf(out, "# Must be given.\n#%s =\n", field->key);
		else
			(void)fprintf(out, "%s = %s\n", field->key, field->standard);
	}
}

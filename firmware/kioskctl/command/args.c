/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "text.h"

enum { WORD_MAX = 31, OPTIONS_MAX = 32 };

void complain(const struct args *args, const char *format, ...)
{
	char sentence[2048];
	va_list list;

	va_start(list, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, list);
	va_end(list);
	/* What a person typed comes back in it: nothing in there may steer the terminal. */
	for (char *c = sentence; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	(void)fprintf(stderr, "kioskctl %s: %s\n", args->command->name, sentence);
}

/* Levenshtein's distance, of words no longer than WORD_MAX. */
static size_t distance(const char *a, const char *b)
{
	const size_t n = strlen(b);
	size_t row[WORD_MAX + 1];

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

const char *nearest(const char *text, const char *const *names, size_t n)
{
	const char *best = NULL;
	size_t best_distance = 4;

	if (strlen(text) > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const size_t len = strlen(names[i]);
		size_t d;

		if (len > WORD_MAX)
			continue;
		d = distance(text, names[i]);
		/* More than half of it changed is another word. */
		if (d < best_distance && d * 2 <= len) {
			best = names[i];
			best_distance = d;
		}
	}
	return best;
}

static const struct option_spec *find(const struct command *command, const char *name, size_t len)
{
	for (size_t i = 0; i < command->n_options; i++)
		if (strncmp(command->option[i].name, name, len) == 0 &&
		    command->option[i].name[len] == '\0')
			return &command->option[i];
	return NULL;
}

static int unknown_option(const struct args *args, const char *name)
{
	const char *names[OPTIONS_MAX];
	const struct command *command = args->command;
	const char *near;

	assert(command->n_options <= OPTIONS_MAX);
	for (size_t i = 0; i < command->n_options; i++)
		names[i] = command->option[i].name;
	near = nearest(name, names, command->n_options);
	if (near != NULL)
		complain(args, "there is no option %s; did you mean %s?", name, near);
	else
		complain(args, "there is no option %s; `kioskctl help %s` lists the ones there are",
		         name, command->name);
	return EX_USAGE;
}

/* One option at argv[*i]; moves *i to the value if that is a word of its own. */
static int take_option(struct args *args, int argc, const char **argv, int *i)
{
	const char *word = argv[*i], *equals = strchr(word, '=');
	const size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);
	const struct option_spec *option = find(args->command, word, len);
	const char *value = NULL;

	if (option == NULL) {
		char name[WORD_MAX + 1];

		text_format(name, sizeof(name), "%.*s", (int)len, word);
		return unknown_option(args, name);
	}
	if (option->kind == OPTION_FLAG) {
		if (equals != NULL) {
			complain(args, "%s takes no value; write it alone", option->name);
			return EX_USAGE;
		}
	} else if (equals != NULL) {
		value = equals + 1;
	} else if (*i + 1 < argc) {
		value = argv[++*i];
	} else {
		complain(args, "%s needs a value behind it: %s %s", option->name, option->name,
		         option->value);
		return EX_USAGE;
	}
	if (option->kind == OPTION_VALUE && args_value(args, option->name) != NULL) {
		complain(args, "%s is given twice; once is right", option->name);
		return EX_USAGE;
	}
	if (args->n_given == ARGS_MAX) {
		complain(args, "there are more than %d options; that is too many", ARGS_MAX);
		return EX_USAGE;
	}
	args->given[args->n_given].option = option;
	args->given[args->n_given].value = value;
	args->n_given++;
	return 0;
}

static int check_whole(const struct args *args)
{
	const struct command *command = args->command;

	for (size_t i = 0; i < command->n_options; i++)
		if (command->option[i].required && args_count(args, command->option[i].name) == 0) {
			complain(args, "%s is missing: give %s %s (%s)", command->option[i].name,
			         command->option[i].name, command->option[i].value,
			         command->option[i].help);
			return EX_USAGE;
		}
	if (args->n_positional < command->positional_min) {
		complain(args, "%s is missing: kioskctl %s %s", command->positional, command->name,
		         command->positional);
		return EX_USAGE;
	}
	if (args->n_positional > command->positional_max) {
		complain(args, "“%s” is one word too many; right is: kioskctl %s [OPTION…]%s%s",
		         args->positional[command->positional_max], command->name,
		         command->positional[0] != '\0' ? " " : "", command->positional);
		return EX_USAGE;
	}
	return 0;
}

int args_parse(const struct command *command, int argc, const char **argv, struct args *ret,
               bool *ret_help)
{
	size_t n = 0;
	bool options = true;

	*ret = (struct args){.command = command, .positional = argv};
	*ret_help = false;
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0) {
			*ret_help = true;
			return 0;
		}
	for (int i = 0; i < argc; i++) {
		int r;

		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
			continue;
		}
		if (!options || argv[i][0] != '-' || argv[i][1] == '\0') {
			argv[n++] = argv[i];
			continue;
		}
		r = take_option(ret, argc, argv, &i);
		if (r != 0)
			return r;
	}
	ret->n_positional = n;
	return check_whole(ret);
}

const char *args_nth(const struct args *args, const char *option, size_t i)
{
	assert(find(args->command, option, strlen(option)) != NULL);
	for (size_t k = 0; k < args->n_given; k++)
		if (strcmp(args->given[k].option->name, option) == 0 && i-- == 0)
			return args->given[k].value;
	return NULL;
}

const char *args_value(const struct args *args, const char *option)
{
	return args_nth(args, option, 0);
}

size_t args_count(const struct args *args, const char *option)
{
	size_t n = 0;

	assert(find(args->command, option, strlen(option)) != NULL);
	for (size_t k = 0; k < args->n_given; k++)
		n += strcmp(args->given[k].option->name, option) == 0;
	return n;
}

bool args_flag(const struct args *args, const char *option)
{
	return args_count(args, option) > 0;
}

int number_parse(const struct args *args, const char *what, const char *text, uint32_t min,
                 uint32_t max, uint32_t *ret)
{
	uint64_t value = 0;
	const char *c = text;

	for (; *c >= '0' && *c <= '9' && value <= UINT32_MAX; c++)
		value = value * 10 + (uint64_t)(*c - '0');
	if (c == text || *c != '\0' || value < min || value > max) {
		complain(args, "%s: “%s” will not do; a whole number from %u to %u would", what,
		         text, min, max);
		return EX_USAGE;
	}
	*ret = (uint32_t)value;
	return 0;
}

int args_number(const struct args *args, const char *option, uint32_t min, uint32_t max,
                uint32_t standard, uint32_t *ret)
{
	const char *text = args_value(args, option);

	if (text != NULL)
		return number_parse(args, option, text, min, max, ret);
	*ret = standard;
	return 0;
}

int args_choice(const struct args *args, const char *option, const char *const *choices,
                unsigned int standard, unsigned int *ret)
{
	const char *text = args_value(args, option);
	char list[128] = "";

	if (text == NULL) {
		*ret = standard;
		return 0;
	}
	for (unsigned int i = 0; choices[i] != NULL; i++) {
		if (strcmp(choices[i], text) == 0) {
			*ret = i;
			return 0;
		}
		text_format(list + strlen(list), sizeof(list) - strlen(list), "%s%s",
		            i > 0 ? " or " : "", choices[i]);
	}
	complain(args, "%s: “%s” is none of the choices; right is %s", option, text, list);
	return EX_USAGE;
}

int args_clean_text(const struct args *args, const char *what, const char *text, size_t max,
                    char *ret)
{
	const size_t len = strlen(text);

	if (len == 0) {
		complain(args, "%s is empty; give it 1 to %zu octets of text", what, max);
		return EX_USAGE;
	}
	if (!text_is_clean(text, len)) {
		complain(args,
		         "%s: “%s” holds a control character or is not UTF-8; plain text is right",
		         what, text);
		return EX_USAGE;
	}
	if (len > max) {
		complain(args, "%s: “%s” takes %zu octets of UTF-8 and %zu fit; shorten it by %zu",
		         what, text, len, max, len - max);
		return EX_USAGE;
	}
	memcpy(ret, text, len + 1);
	return 0;
}

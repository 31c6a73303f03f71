/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kioskctl: the tool of volunteers, hubs and the national team. In: a command line, key files,
 * pictures, and a running kioskd's control socket. Out: keys, certificates, manifests, printed
 * paper, bundles, and what the kiosk says. It never changes a kiosk's ledger (a stopped kiosk's it
 * reads, where asked to) and opens no network connection.
 *
 * This header: a command says what it takes in a table; args_parse() checks a command line against
 * it, and the other functions read values from it. Every one that refuses has told standard error,
 * in a sentence, which option, what was wrong and what would be right.
 */
#ifndef KIOSKCTL_ARGS_H
#define KIOSKCTL_ARGS_H

#include <sysexits.h>

#include <kiosk/types.h>

/* Exit statuses beside those of sysexits.h. */
enum {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1, /* asked properly, and the answer was no */
};

enum { ARGS_MAX = 96 };

enum option_kind {
	OPTION_VALUE, /* --name VALUE, at most once */
	OPTION_MANY,  /* --name VALUE, any number of times */
	OPTION_FLAG,  /* --name */
};

struct option_spec {
	const char *name; /* with its dashes */
	enum option_kind kind;
	bool required;
	const char *value; /* what the value is called: "FILE"; NULL for a flag */
	const char *help;
};

struct args;

struct command {
	const char *name;       /* "event new" */
	const char *summary;    /* one line */
	const char *positional; /* "FILE…"; "" for none */
	size_t positional_min, positional_max;
	const struct option_spec *option;
	size_t n_options;
	const char *about; /* paragraphs of the help */
	int (*run)(const struct args *args);
};

struct args {
	const struct command *command;
	size_t n_given;
	struct {
		const struct option_spec *option;
		const char *value; /* NULL for a flag */
	} given[ARGS_MAX];
	size_t n_positional;
	const char *const *positional;
};

/*
 * `argv` without the command's own words; it is put in order: what is no option comes first. 0, or
 * EX_USAGE.
 * --help counts as given when the command line has it anywhere; *ret_help says so, and nothing else
 * is checked then.
 */
int args_parse(const struct command *command, int argc, const char **argv, struct args *ret,
               bool *ret_help);

/* "kioskctl event new: …" and a new line, to standard error. */
__attribute__((format(printf, 2, 3))) void complain(const struct args *args, const char *format,
                                                    ...);

/* The value given; NULL if none was. For OPTION_MANY the i-th, NULL after the last. */
const char *args_value(const struct args *args, const char *option);
const char *args_nth(const struct args *args, const char *option, size_t i);
size_t args_count(const struct args *args, const char *option);
bool args_flag(const struct args *args, const char *option);

/* Readers of one value. 0; or EX_USAGE, told, with *ret untouched. Without the option *ret becomes
 * `standard`. */
int args_number(const struct args *args, const char *option, uint32_t min, uint32_t max,
                uint32_t standard, uint32_t *ret);
/* Index into `choices`, a NULL-terminated list. */
int args_choice(const struct args *args, const char *option, const char *const *choices,
                unsigned int standard, unsigned int *ret);
/* A text field: 1..max octets of UTF-8 without control characters. `what` names it in the sentence.
 */
int args_clean_text(const struct args *args, const char *what, const char *text, size_t max,
                    char *ret);
/* A number standing for itself, such as a positional argument; `what` names it in the sentence. */
int number_parse(const struct args *args, const char *what, const char *text, uint32_t min,
                 uint32_t max, uint32_t *ret);

/* The one of `names` that is likest to `text`, or NULL if none is like it. */
const char *nearest(const char *text, const char *const *names, size_t n);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration files: [section], key = value, # comments. A table says what there is; errors name
 * file, line and field, and what would be right. The same table prints a commented file with every
 * default.
 */
#ifndef KIOSK_BASE_CONFIG_H
#define KIOSK_BASE_CONFIG_H

#include <stdio.h>
#include <kiosk/types.h>

enum config_type {
	CONFIG_TEXT,     /* char[size] at the offset */
	CONFIG_BOOL,     /* bool; yes or no */
	CONFIG_NUMBER,   /* uint64_t in [min, max] */
	CONFIG_DURATION, /* uint64_t milliseconds in [min, max]; written 500ms, 30s, 15min, 6h, 7d
	                  */
	CONFIG_CHOICE,   /* int: index into `choices`, a NULL-terminated list */
};

struct config_field {
	const char *section, *key;
	enum config_type type;
	size_t offset; /* into the caller's struct */
	size_t size;   /* CONFIG_TEXT: the array's */
	uint64_t min, max;
	const char *const *choices;
	const char *standard; /* as it would be written; NULL: must be given */
	const char *comment;  /* what it is, unit and limits, for the printed file */
	/* Optional: 0, or sets a sentence saying what would be right. */
	int (*check)(const void *value, char *sentence, size_t size);
};

struct config_table {
	const struct config_field *field;
	size_t n_fields;
};

/*
 * Fills `ret` with defaults, then with what `path` says. Every error is told to `errors` as
 * "FILE:LINE: [section] key: what is wrong; what would be right", all of them, not only the first.
 * 0, -EINVAL with at least one line told, or -errno from reading (told too).
 */
int config_read(const struct config_table *table, const char *path, void *ret, FILE *errors);
/* The commented file of defaults. */
void config_print(const struct config_table *table, FILE *out);

#endif

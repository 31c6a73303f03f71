/* SPDX-License-Identifier: Apache-2.0 */
/* collectord's configuration file, and the keys it names. */
#ifndef KIOSK_COLLECTORD_SETTINGS_H
#define KIOSK_COLLECTORD_SETTINGS_H

#include <limits.h>
#include <stdio.h>

#include "collector.h"
#include "http_address.h"
#include "totals.h"

struct settings {
	char listen[64];
	char database[PATH_MAX], key[PATH_MAX], certificate[PATH_MAX], network[PATH_MAX];
	uint64_t next_after_ms;
	char name[NAME_BYTES_MAX + 1];
	uint64_t year, goal_state_hubs, goal_local_hubs, goal_projects, goal_people_state,
	    goal_people_local;

	/* made of the above by settings_load() */
	struct http_address address;
	struct network trusted;
	uint8_t cert[COLLECTOR_CERT_BYTES_MAX];
	char database_path[PATH_MAX], mark_path[PATH_MAX];
	struct collector_settings collector;
	struct totals_settings totals;
};

/*
 * Reads the file and what it names; relative paths are relative to the file's folder. Errors are
 * told to `errors`, all of them, each naming file, field and what would be right. 0 or -errno. The
 * settings must not move afterwards.
 */
int settings_load(const char *path, struct settings *ret, FILE *errors);
/* The collector has its own copy. */
void settings_forget_key(struct settings *settings);
/* A commented file with every default. */
void settings_print(FILE *out);

#endif

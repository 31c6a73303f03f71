/* SPDX-License-Identifier: Apache-2.0 */
/* kioskd's configuration: one table of keys, and the network's text beside it. */
#ifndef KIOSK_KIOSKD_SETTINGS_H
#define KIOSK_KIOSKD_SETTINGS_H

#include <stdio.h>
#include <kiosk/msg.h>

enum { SETTING_PATH_MAX = 256, SETTING_SOURCE_MAX = 512 };

struct settings {
	char state_dir[SETTING_PATH_MAX];
	char control_socket[SETTING_PATH_MAX];
	char network_path[SETTING_PATH_MAX];
	char country[3];
	int clock; /* enum settings_clock */
	char programs[SETTING_PATH_MAX];
	char scanner_source[SETTING_SOURCE_MAX];
	uint64_t scanner_budget_us;
	char screen_output[SETTING_SOURCE_MAX];
	char screen_language[LANGUAGE_BYTES_MAX + 1];
	int screen_look; /* enum settings_look */
	char modem_device[SETTING_PATH_MAX];
	char modem_profile[16]; /* "auto", or a name of at_profile.h */
	char pin_file[SETTING_PATH_MAX];
	char power_key[SETTING_PATH_MAX];
	bool replies;
	uint64_t sweep_ms, answer_ms, send_ms, reply_deadline_ms, reply_interval_ms;
	uint64_t replies_per_number, replies_per_minute, numbers_per_day;
	uint64_t status_interval_ms, statuses_per_number;
	char own_number[PHONE_BYTES_MAX + 1]; /* E.164, or empty */
	uint64_t wait_unopened_ms;
	char collector[URL_BYTES_MAX + 1];
	uint64_t retry_base_ms, retry_cap_ms, first_spread_ms, batch_interval_ms;
	uint64_t powered_max_ms;
	/* not in the file: */
	struct network network;
};

enum settings_look { SETTINGS_LOOK_DARK, SETTINGS_LOOK_LIGHT };
enum settings_clock { SETTINGS_CLOCK_AUTO, SETTINGS_CLOCK_OPERATOR };

/*
 * Reads the file and the network it names; every error is told to `errors` with file, line, field
 * and what would be right. Empty values are filled: `programs` with the folder of this program,
 * `collector` with the network's address. Relative paths in the file are taken from the file's own
 * folder. 0, -EINVAL (told), or another -errno (told).
 */
int settings_read(const char *path, struct settings *ret, FILE *errors);
/* The commented file of defaults. */
void settings_print(FILE *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "at_profile.h"

const struct at_profile at_profiles[] = {
    /* Whatever names itself otherwise. The lines are those by which modules at large begin. */
    {
        .name = "standard",
        .reset = "AT+CFUN=1,1",
        .back_ms = 20000,
        .began = {"RDY", "APP RDY", "*ATREADY", "^SYSSTART", "SYSSTART", "+SYSSTART",
                  "POWERED DOWN", "NORMAL POWER DOWN", "POWER DOWN", "UNDER-VOLTAGE POWER DOWN",
                  "OVER-VOLTAGE POWER DOWN", "UNDER-VOLTAGE POWER OFF", "NORMAL POWER OFF"},
        .stored = {"SMS READY", "CALL READY", "+CPIN: READY", "SMS DONE", "+QIND: SMS DONE",
                   "+QIND: PB DONE", "PB DONE", "^SIMST: 1", "+SIM READY", "MODEM READY"},
    },
    /*
     * Quectel EC25, EG25. USB: its AT port is the third serial one (…-if02-port0, ttyUSB2), and
     * what it says unasked goes there, to the modem port or to the UART, as it was last told; to
     * all of them, if its firmware can. The SIM's and its own messages come some seconds after RDY:
     * +QIND: SMS DONE.
     */
    {
        .name = "ec25",
        .maker = "quectel",
        .model = {"EC25", "EG25"},
        .setup = {"AT+QURCCFG=\"urcport\",\"all\""},
        .reset = "AT+CFUN=1,1",
        .back_ms = 20000,
        .key_off_ms = 700,
        .key_on_ms = 600,
    },
    /* SIMCom SIM7500, SIM7600. USB: the third serial port. Silent about messages until SMS DONE. */
    {
        .name = "sim7600",
        .maker = "simcom",
        .model = {"SIM7600", "SIM7500"},
        .setup = {"AT+CATR=0"}, /* what it says unasked goes to all ports */
        .reset = "AT+CRESET",
        .back_ms = 30000,
        .key_off_ms = 2600,
        .key_on_ms = 600,
    },
    /*
     * Huawei E3372 in stick mode (as a network card it has no AT port). USB: the second serial
     * port, "PC UI"; the first is for dialling. It says much unasked (^RSSI, ^HCSQ, ^DSFLOWRPT)
     * until told not to, refuses in words of its own (at_text.h), and takes AT+CPMS with three memories or not
     * at all. It has no key: after ^RESET it leaves the bus and comes back.
     */
    {
        .name = "e3372",
        .maker = "huawei",
        .model = {"E3372", "E3272"},
        .setup = {"AT^CURC=0"},
        .reset = "AT^RESET",
        .back_ms = 30000,
        .memories_by_three = true,
    },
};
const size_t at_profiles_n = sizeof(at_profiles) / sizeof(at_profiles[0]);

const struct at_profile *at_profile_named(const char *name)
{
	for (size_t i = 0; i < at_profiles_n; i++)
		if (strcmp(at_profiles[i].name, name) == 0)
			return &at_profiles[i];
	return NULL;
}

void at_profile_names(char text[AT_NAMES_MAX])
{
	size_t len = 0;
	for (size_t i = 0; i < at_profiles_n && len < AT_NAMES_MAX; i++)
		len += (size_t)snprintf(text + len, AT_NAMES_MAX - len, "%s%s", i > 0 ? " " : "",
		                        at_profiles[i].name);
}

static bool has(const char *text, const char *word)
{
	size_t n = word == NULL ? 0 : strlen(word);
	for (; n > 0 && *text != '\0'; text++)
		if (strncasecmp(text, word, n) == 0)
			return true;
	return false;
}

const struct at_profile *at_profile_of(const char *maker, const char *model)
{
	for (size_t i = 1; i < at_profiles_n; i++) {
		const struct at_profile *row = &at_profiles[i];
		if (has(maker, row->maker) &&
		    (has(model, row->model[0]) || has(model, row->model[1])))
			return row;
	}
	return &at_profiles[0];
}

/* Whole, or with more behind it ("*ATREADY: 1"); in any case, with or without the blank behind a
 * colon. */
static bool is_said(const char *line, const char *said)
{
	for (; *said != '\0'; said++) {
		if (*said == ' ' && *line != ' ' && said[-1] == ':')
			continue;
		if (strncasecmp(line, said, 1) != 0)
			return false;
		line++;
	}
	return *line == '\0' || strchr(" :,.!", *line) != NULL;
}

static bool says(const char *const lines[AT_SAID_MAX + 1], const char *line)
{
	for (unsigned i = 0; lines[i] != NULL; i++)
		if (is_said(line, lines[i]))
			return true;
	return false;
}

bool at_profile_began(const struct at_profile *profile, const char *line)
{
	return says(at_profiles[0].began, line) || says(profile->began, line);
}

bool at_profile_stored(const struct at_profile *profile, const char *line)
{
	return says(at_profiles[0].stored, line) || says(profile->stored, line);
}

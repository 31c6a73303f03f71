/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A helper program that gets stuck, as its one argument says: "dumb" before it says hello, "mute"
 * after it, "deaf" with its socket closed. "beats" says how it is, again and again, each time in
 * other words; "rude" then says what it may not, "empty" that it read a code of no octets. "fails"
 * says why it cannot work, and ends; "wrong" takes no such argument, and says so. Ends, as helpers do, when descriptor 3 closes.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>

#include "link.h"
#include "text.h"

enum { KIOSKD = 3, BEAT_MS = 10, BEATS_BEFORE_A_LIE = 3 };

static void hang(void)
{
	for (;;)
		(void)pause();
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	struct msg_hello hello = {.kind = HELPER_SCANNER};
	struct msg_health health = {.health = HEALTH_GOOD};
	struct msg_sms sms = {.part = 1, .parts = 1};
	struct msg_code code = {.seen = {1}, .decoded = {1}};
	bool rude = strcmp(how, "rude") == 0, empty = strcmp(how, "empty") == 0;
	struct pollfd kioskd = {.fd = KIOSKD, .events = POLLIN};

	if (strcmp(how, "wrong") == 0) {
		(void)fputs("kioskd_stuck_helper: error: --country “ZZ” is not known.\n", stderr);
		return EX_USAGE;
	}
	if (strcmp(how, "dumb") == 0)
		hang();
	if (link_send(KIOSKD, MSG_HELLO, &hello, NULL, 0) < 0)
		return 1;
	if (strcmp(how, "deaf") == 0)
		(void)close(KIOSKD);
	if (strcmp(how, "fails") == 0) {
		health.health = HEALTH_FAILED;
		text_copy(health.sentence, sizeof(health.sentence), "Somebody else has it.");
		return link_send(KIOSKD, MSG_HEALTH, &health, NULL, 0) == 0 ? 1 : 2;
	}
	if (strcmp(how, "beats") != 0 && !rude && !empty)
		hang();
	for (unsigned n = 0; poll(&kioskd, 1, BEAT_MS) == 0; n++) {
		if (rude && n == BEATS_BEFORE_A_LIE)
			(void)link_send(KIOSKD, MSG_SMS, &sms, NULL, 0);
		if (empty && n == BEATS_BEFORE_A_LIE)
			(void)link_send(KIOSKD, MSG_CODE, &code, NULL, 0);
		text_format(health.sentence, sizeof(health.sentence), "Beat %u.", n);
		(void)link_send(KIOSKD, MSG_HEALTH, &health, NULL, 0);
	}
	return 0;
}

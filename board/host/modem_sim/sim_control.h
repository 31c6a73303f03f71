/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person or a test tells the simulated modem: one command a line, one answer line.
 *   receive FROM TIME TEXT   a message from the network; TIME: now, now-7d, now+30s, or RFC 3339
 *                            ok SLOT | ok held (no room: the network keeps it) | error full
 *   receive-pdu HEX          the same, octet by octet, however wrong
 *   store                    ok USED SIZE
 *   held                     ok N
 *   sent                     ok N
 *   sent N                   ok TO TEXT (N from 1)
 *   size N                   ok: messages the modem's memory holds
 *   sim STATE                ok: ready, absent, puk, or pin DIGITS: what the card wants
 *   profile NAME             ok: another module, which begins
 *   fault NAME on|off|N      ok
 *   restart                  power off and on: settings are lost
 *   reset [LINE]             begins anew by itself, in text mode and the SIM's memory, and says LINE
 *   stop WHERE               ok: stands still there, once: at a command (+CMGL), at a "message" typed
 *                            in, when it was "accepted" or one was "deleted", before saying so;
 *                            without WHERE: nowhere
 *   go                       ok: goes on
 *   await stop|empty         ok, once it stands still, or was to stop nowhere; once nothing is stored
 *                            or held (answered by the program, not by sim_control())
 *   vanish, appear           the line goes away, and comes back: another terminal behind the same
 *                            link, as udev's links in /dev/serial/by-id do
 *   quit                     ok
 */
#ifndef KIOSK_SIM_CONTROL_H
#define KIOSK_SIM_CONTROL_H

#include <stdio.h>

#include "sim_modem.h"

enum { CONTROL_LINE_MAX = 2048, CONTROL_ANSWER_MAX = 1024 };

/* Every command and fault there is, as above. */
void sim_control_help(FILE *out);

enum control_act { CONTROL_NOTHING, CONTROL_QUIT, CONTROL_VANISH, CONTROL_APPEAR };

/* Does one line and writes its answer, without a line end. `quarters`: the zone of messages, east
 * of UTC. */
enum control_act sim_control(struct sim_modem *modem, int quarters, char *line,
                             char answer[CONTROL_ANSWER_MAX]);

#endif

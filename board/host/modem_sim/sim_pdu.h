/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulated modem: a store of messages and a module's answers to AT commands, so that a kiosk
 * can be played with, and broken, without hardware. sim_pdu.h writes and reads messages,
 * sim_store.h keeps them, sim_modem.h answers; modem_sim.c is the program with the pseudo-terminal.
 *
 * This file: messages as octets. It shares nothing with firmware/sms and is written another way
 * (one bit at a time), so that an error there is not mirrored here.
 */
#ifndef KIOSK_SIM_PDU_H
#define KIOSK_SIM_PDU_H

#include <kiosk/types.h>

enum { SIM_HEX_MAX = 400, SIM_PARTS_MAX = 8, SIM_TEXT_MAX = 700, SIM_NUMBER_MAX = 24 };

/*
 * One SMS-DELIVER a part, in upper-case hexadecimal, as a network would send `text` (UTF-8).
 * `from`: "+" and digits, digits, or up to 11 letters. `time` is Unix seconds, written in the zone
 * `quarters` of an hour east of UTC. The number of parts, or -EINVAL: a text or number that cannot
 * be written, -E2BIG: over SIM_PARTS_MAX.
 */
int sim_pdu_deliver(const char *from, int64_t time, int quarters, const char *text,
                    uint8_t reference, char ret_hex[SIM_PARTS_MAX][SIM_HEX_MAX + 1]);

/* Reads an SMS-SUBMIT: to whom, and what. A part of a longer text gives its own words. 0 or
 * -EINVAL. */
int sim_pdu_submit(const char *hex, char ret_to[SIM_NUMBER_MAX + 1],
                   char ret_text[SIM_TEXT_MAX + 1]);

/* Octets behind the service centre's address, as +CMGL says them. -EINVAL: no hexadecimal octets.
 */
int sim_pdu_tpdu_len(const char *hex);

#endif

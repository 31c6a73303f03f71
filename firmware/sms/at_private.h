/* SPDX-License-Identifier: Apache-2.0 */
/* What at.c and at_start.c share of one machine. */
#ifndef KIOSK_SMS_AT_PRIVATE_H
#define KIOSK_SMS_AT_PRIVATE_H

#include "at.h"

enum { AT_STEPS = 8 };

enum name {
	CMD_AT,
	CMD_ECHO_OFF,
	CMD_ERROR_NUMBERS,
	CMD_PIN_ASK,
	CMD_PIN_GIVE,
	CMD_PDU_MODE,
	CMD_SERVICE,
	CMD_MEMORY_ME,
	CMD_MEMORY_SM,
	CMD_MEMORY_ASK,
	CMD_TO_HOME,
	CMD_TO_OTHER,
	CMD_NOTIFY,
	CMD_NOTIFY_SHORT,
	CMD_REGISTERED,
	CMD_REGISTERED_PACKET,
	CMD_REGISTERED_LTE,
	CMD_SIGNAL,
	CMD_OPERATOR,
	CMD_LIST,
	CMD_LIST_COUNT,
	CMD_LIST_READ,
	CMD_READ,
	CMD_DELETE,
	CMD_SEND,
};

/* Puts an action up, to be filled in. */
struct at_action *at_push(struct at *at, enum at_kind kind);
/* `ms` after `now`. */
struct mono_time at_later(struct mono_time now, uint32_t ms);
void at_set_state(struct at *at, enum at_state state);
/* Writes a command; its answer or time-out ends it. */
void at_begin(struct at *at, enum name name, uint16_t slot);

/* at_start.c: the step the start has come to; a command of it has ended. */
void at_begin_step(struct at *at);
void at_end_step(struct at *at, enum name name, bool ok);
void at_end_status(struct at *at, enum name name);
/* Lines that answer: +CPIN, +CPMS, and those about the network. */
void at_pin_line(struct at *at, const char *said);
void at_memory_line(struct at *at, const char *list);
void at_status_line(struct at *at, enum name name, const char *list);

#endif

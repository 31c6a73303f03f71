/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of one machine share: at.c the talk, at_start.c its beginning, at_check.c the settings
 * that matter, at_list.c the two memories. */
#ifndef KIOSK_SMS_AT_PRIVATE_H
#define KIOSK_SMS_AT_PRIVATE_H

#include "at.h"

enum { AT_STEPS = 12 };

/* What the line behind an unasked one is: nothing of it, a message for us, one that is not. */
enum unasked { UNASKED_NOTHING, UNASKED_MESSAGE, UNASKED_FOREIGN, UNASKED_TEXT };

enum name {
	CMD_WAKE,
	CMD_ECHO_OFF,
	CMD_WORDS,
	CMD_ERROR_NUMBERS,
	CMD_MAKER,
	CMD_MODEL,
	CMD_SETUP,
	CMD_PIN_ASK,
	CMD_PIN_GIVE,
	CMD_PDU_MODE,
	CMD_SERVICE,
	CMD_MEMORY_ME,
	CMD_MEMORY_SM,
	CMD_MEMORY_ASK,
	CMD_TO_OWN,
	CMD_TO_SIM,
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
	CMD_ACKNOWLEDGE,
	CMD_ACKNOWLEDGE_PDU,
	CMD_MODE_ASK,
	CMD_MEMORY_HELD,
	CMD_NOTIFY_ASK,
	CMD_SERVICE_ASK,
	CMD_N,
};

_Static_assert((int)CMD_N <= (int)AT_COMMANDS, "each has its count");

enum job { JOB_NONE, JOB_LIST, JOB_READ, JOB_DELETE, JOB_SEND, JOB_ACKNOWLEDGE };

/* Puts an action up, to be filled in. */
struct at_action *at_push(struct at *at, enum at_kind kind);
void at_push_text(struct at *at, enum at_kind kind, uint16_t slot, const char *text, size_t len);
/* `ms` after `now`. */
struct mono_time at_later(struct mono_time now, uint32_t ms);
void at_set_state(struct at *at, enum at_state state);
/* Writes a command; its answer or time-out ends it. */
void at_begin(struct at *at, enum name name, uint16_t slot);
/* The command in flight was answered; a message announced, whose digits never came. */
void at_end_command(struct at *at, bool ok);
void at_close_message(struct at *at);
/* What a command begins its answer with; NULL: it has none. */
const char *at_answer(enum name name);
/* at_line.c: an octet of the modem's. */
void at_take_octet(struct at *at, uint8_t c);
/* The job's answer, and no job any more. */
void at_end_job(struct at *at, bool ok);

/* A command that hung often enough is left out, where it can be done without. */
bool at_hangs(const struct at *at, enum name name);

/* at_list.c: a command in the SIM's memory or the module's own, into it first if we are not there;
 * that change has ended. */
void at_begin_in(struct at *at, bool sim, enum name name, uint16_t slot);
void at_end_change(struct at *at, enum name name, bool ok);
/* A slot of the memory we are in, as the jobs name it. */
uint16_t at_here(const struct at *at, uint16_t slot);
/* How a list begins; the next slot, where slots are read one by one; the memory we are in was listed
 * whole; it was not. */
enum name at_list_command(const struct at *at);
void at_list_next(struct at *at);
void at_listed_one(struct at *at);
void at_list_failed(struct at *at);
void at_list_hung(struct at *at);

/* A slot that hung the modem is left alone; a message was announced in it: it is read again. */
void at_silence(struct at *at, uint16_t slot);
void at_unsilence(struct at *at, uint16_t slot);

/* at_check.c: the settings one by one, right after the start or later; the line that answers; a
 * command of it has ended. */
void at_begin_check(struct at *at, bool after_start);
void at_check_line(struct at *at, const char *list);
void at_end_check(struct at *at, enum name name, bool ok);

/* at_start.c: the step the start has come to; a command of it has ended. */
void at_begin_step(struct at *at);
void at_end_step(struct at *at, enum name name, bool ok);
void at_start_done(struct at *at);
void at_begin_status(struct at *at);
void at_end_status(struct at *at, enum name name);
/* Lines that answer: +CPIN, +CPMS, and those about the network. */
void at_pin_line(struct at *at, const char *said);
void at_memory_line(struct at *at, const char *list);
/* A line while it is asked who it is. */
void at_identity_line(struct at *at, const char *line);
void at_status_line(struct at *at, enum name name, const char *list);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The talk with a modem (3GPP TS 27.005 and 27.007) as a machine: octets and the time go in,
 * actions come out. It starts the modem, keeps one command in flight with a time-out, tells answers
 * from what the modem says unasked, and does four jobs: list the store, read a message, delete one,
 * send one. What becomes of a message is inbox.h's business.
 */
#ifndef KIOSK_SMS_AT_H
#define KIOSK_SMS_AT_H

#include <kiosk/types.h>

#include "at_profile.h"
#include "pdu.h"

enum {
	AT_LINE_MAX = 512,                  /* longer lines are noise */
	AT_DIGITS_MAX = 2 * PDU_OCTETS_MAX, /* hexadecimal digits of a message that are kept */
	AT_WRITE_MAX = AT_DIGITS_MAX + 8,
	AT_ACTIONS_MAX = 8,
	AT_SLOT_MAX = 9999,
	AT_SIM = 10000, /* added to a slot of the SIM's memory; the others are the module's own */
	AT_OTHER_REFUSED_MAX = 3, /* in a row: then there is no other memory */
	AT_SILENT_MAX = 8,        /* slots that hang the modem when read */
	AT_PIN_MAX = 8,
	AT_ANSWER_MS = 5000,
	AT_TIMEOUTS_MAX = 3, /* in a row: then the line is opened anew */
	AT_SETTINGS = 4,     /* that are seen to hold: mode, memory, notices, service */
	AT_HELD_MAX = 31,
	AT_CHECKED_MS = 500, /* so long they are taken to hold */
	AT_HANGS_MAX = 2,    /* time-outs of a command that can be done without: then it is */
	AT_COMMANDS = 40,    /* room for the table in at.c */
	AT_NO_SLOT = 0xffff,
};

struct at_settings {
	const struct at_profile *profile; /* NULL: the modem is asked who it is */
	char pin[AT_PIN_MAX +
	         1];      /* digits; "": none. Tried once: a third wrong one locks the SIM. */
	bool pin_refused; /* in an earlier run: it is not tried at all */
	/* milliseconds */
	uint32_t answer_ms; /* for an answer to a plain command; standard AT_ANSWER_MS */
	uint32_t list_ms;   /* of silence within a list; 10000 */
	uint32_t prompt_ms; /* for the prompt of AT+CMGS; 5000 */
	uint32_t send_ms;   /* for the network's answer to a message; 180000: modules give up after
	                       135 s at most */
	uint32_t quiet_ms;  /* of silence before the talk begins anew; 300 */
	uint32_t retry_ms;  /* before a refused start-up command is tried again; 2000 */
	uint32_t status_ms; /* between looks at signal, operator and registration; 30000 */
};
void at_settings_standard(struct at_settings *ret);
/* Another answer_ms, and all that waits for the modem itself in proportion to it: everything but
 * send_ms and status_ms, and the time a reset takes. */
void at_settings_pace(struct at_settings *settings, uint32_t answer_ms);

enum at_state {
	AT_STARTING = 0,
	AT_READY,
	AT_NO_SIM,     /* it answers, but there is no SIM */
	AT_PIN_WANTED, /* the SIM wants a PIN and none is configured */
	AT_PIN_WRONG,  /* ours was refused; it is not tried again */
	AT_PUK_WANTED,
	AT_REFUSES, /* a command we cannot do without is refused */
	AT_DEAD,    /* it does not answer */
};

/* What the modem said of itself lately. */
struct at_status {
	enum at_state state;
	bool registered;
	int signal_dbm; /* 0: unknown */
	char operator_name[32];
	char memory[3];       /* "ME" or "SM" */
	uint16_t used, total; /* messages in it; total 0: unknown */
	bool lists;           /* AT+CMGL works; else slots are read one by one */
	uint32_t lost;        /* texts handed over in text mode, and stored nowhere */
};

/* What reading has taught, for the next one who opens this modem. */
struct at_learnt {
	bool no_lists;    /* AT+CMGL hangs */
	uint8_t n_silent; /* slots that hang it when read: */
	uint16_t silent[AT_SILENT_MAX];
};

enum at_kind {
	AT_WRITE,   /* bytes, len: to the line, in order */
	AT_MESSAGE, /* slot, text, len: hexadecimal digits of one stored message; len 0: there is
	               one, unreadable */
	AT_DIRECT,  /* text, len: a message handed over, stored or not; to be acknowledged */
	AT_ACKNOWLEDGED, /* the answer to at_acknowledge() */
	AT_LISTED,       /* the list is over; ok: it was whole; other: of the other memory too */
	AT_READ,         /* the answer to at_read(); ok: text, len; else empty or refused */
	AT_SENT,         /* the answer to at_send(): sent */
	AT_DELETED,      /* the answer to at_delete(): ok */
	AT_HINT,         /* the modem says that a message came, or that what it has can be read now;
	               slot: where, AT_NO_SLOT: it did not say; other: in the other memory too */
	AT_STATUS,       /* status changed */
	AT_PIN,    /* the PIN is tried next, note that before the write that follows; ok: it was
	               right */
	AT_POWER,  /* opened anew and reset, it still says nothing: its power key is what is left */
	AT_REOPEN, /* close the line and open it anew; the machine is of no use until at_init() */
};

enum at_sent {
	AT_SENT_OK,
	AT_SENT_REFUSED, /* it was certainly not sent */
	AT_SENT_UNKNOWN, /* it may have been */
};

struct at_action {
	enum at_kind kind;
	bool ok, other;
	enum at_sent sent;
	uint16_t slot;
	uint16_t len;
	char text[AT_WRITE_MAX + 1];
};

struct at_command {
	uint8_t name; /* of the table in at.c */
	bool in_flight, prompt_wanted, pdu_written, timed_out;
	bool answered; /* the line that matters came */
	bool wrong;    /* and a setting does not hold */
	struct mono_time deadline;
	uint16_t slot;
};

/* The caller's memory; its fields are the machine's own. */
struct at {
	struct at_settings settings;
	struct at_status status;
	const struct at_profile *profile; /* never NULL */
	char maker[AT_IDENTITY_MAX + 1], model[AT_IDENTITY_MAX + 1];
	struct at_command command;
	uint8_t step;       /* of the start-up */
	uint8_t setup;      /* the profile's next command */
	uint8_t tries;      /* of this step */
	uint8_t timeouts;   /* in a row */
	uint8_t list_fails; /* of AT+CMGL in a row */
	bool awake;         /* it took all of the first command */
	bool pin_tried, pin_given, registered_any, registered_said;
	uint8_t look;  /* at the network: the next */
	bool plain;    /* a question who it is hung, or a command of its profile: left out */
	bool answered; /* anything since it was opened */
	bool reset_tried;
	/* the two memories */
	bool home_sim, in_sim; /* where messages are to arrive; what is read now */
	bool other_hangs, other_listed, list_all;
	uint8_t other_refused;
	uint16_t other_used, other_total;
	uint8_t pending; /* the command that waits for the change of memory */
	uint16_t pending_slot;
	bool by_three,
	    three_works; /* AT+CPMS must name all three memories; and so it changed one */
	bool restart;    /* the modem began anew: so do we, not before: */
	struct mono_time restart_at;
	bool status_round;
	struct mono_time now, wait_until, status_due;
	/* the settings that matter */
	bool checking, held_new, checked, worked; /* worked: since the last check */
	uint8_t setting;
	struct mono_time checked_at;
	char held[AT_SETTINGS][AT_HELD_MAX + 1];
	uint8_t hangs[AT_COMMANDS]; /* time-outs of each, the modem being alive behind them */
	uint8_t suspect;            /* the command that timed out last */
	bool text_mode;             /* what was read was no list of octets */
	/* the job */
	uint8_t job;
	uint16_t job_slot, list_next, list_found;
	struct at_learnt learnt;
	struct pdu_octets send;
	/* reading */
	char line[AT_LINE_MAX + 1];
	uint16_t line_len;
	bool line_too_long, pdu_next;
	uint8_t unasked_next; /* enum unasked: what the next line is */
	uint16_t pdu_slot;
	/* actions not yet taken */
	struct at_action action[AT_ACTIONS_MAX];
	uint8_t action_first, action_n;
};

/* The line was opened just now. */
void at_init(struct at *at, const struct at_settings *settings, struct mono_time now);
/*
 * Octets that came. Returns how many it took: fewer than `len` while actions wait to be taken by
 * at_next(); call again with the rest.
 */
size_t at_feed(struct at *at, const uint8_t *bytes, size_t len, struct mono_time now);
/* Lets time pass: time-outs. To be called at at_deadline() at the latest. */
void at_tick(struct at *at, struct mono_time now);
struct mono_time at_deadline(const struct at *at);
/* Takes the next action. */
bool at_next(struct at *at, struct at_action *ret);

/* Whether a job may be given. One at a time; its answer comes as an action, whatever happens,
 * except after AT_REOPEN. */
bool at_idle(const struct at *at);
/*
 * Asks for the settings that matter; at_idle() again means that it is over, and where one did not
 * hold the talk has begun anew. To be done before a list, and before any job once it was long ago.
 */
void at_check(struct at *at, struct mono_time now);
/* Whether they were seen to hold a moment ago; just_now: and no job was done since. */
bool at_checked(const struct at *at, bool just_now);
void at_list(struct at *at, struct mono_time now);
/* The other memory too, if there is one. */
void at_list_all(struct at *at, struct mono_time now);
void at_read(struct at *at, uint16_t slot, struct mono_time now);
void at_delete(struct at *at, uint16_t slot, struct mono_time now);
void at_send(struct at *at, const struct pdu_octets *pdu, struct mono_time now);
/* The message handed over last: the network may forget it (27.005 clause 3.4.4). */
void at_acknowledge(struct at *at, struct mono_time now);
/* Another's, of this modem. */
void at_learn(struct at *at, const struct at_learnt *learnt);
/* Whether a slot is of the memory where messages are to arrive. */
bool at_is_home(const struct at *at, uint16_t slot);
/* Whether a list is under way. */
bool at_listing(const struct at *at);
/* Whether the octets of a message being sent have left us: if the line goes now, nobody knows if it
 * was sent. */
bool at_sending(const struct at *at);

#endif

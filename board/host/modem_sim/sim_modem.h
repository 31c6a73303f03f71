/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A module's answers: octets from the host in, octets to the host out, on the caller's time. It
 * answers as the standards say (3GPP TS 27.005, 27.007) and as modules do, and has faults that can
 * be switched on.
 */
#ifndef KIOSK_SIM_MODEM_H
#define KIOSK_SIM_MODEM_H

#include "sim_fault.h"
#include "sim_profile.h"
#include "sim_store.h"

enum { SIM_LINE_MAX = 512, SIM_INPUT_MAX = 4096 };

/* Where it stands still, so that what happens around it can be chosen: before a command, before a
 * message that was typed in is taken, and between having done a thing and saying so. */
enum sim_stop { STOP_NONE, STOP_COMMAND, STOP_MESSAGE, STOP_ACCEPTED, STOP_DELETED };

enum sim_card { CARD_READY, CARD_ABSENT, CARD_PIN, CARD_PUK };

struct sim_modem {
	const struct sim_profile *profile;
	enum sim_card card;
	char pin[9]; /* "": none */
	unsigned pin_wrong;
	struct sim_store *store;
	struct sim_faults faults;
	void (*out)(void *context, const char *bytes, size_t len);
	void *context;
	uint64_t send_us; /* how long the network takes to accept a message */
	uint64_t now_us;
	uint32_t seed;
	/* settings, lost when it starts anew */
	bool echo, pdu_mode, notify, quiet;
	bool numeric, silent; /* ATV0, ATQ1 */
	char notices[24];     /* as AT+CNMI was told */
	unsigned service;     /* as AT+CSMS was told */
	bool hung;            /* by reading a slot */
	uint64_t
	    handed_us; /* cmt-only 2: when the message that waits for AT+CNMA was given; 0: none */
	unsigned error_numbers;
	enum sim_place memory;  /* what is read and deleted: the first of +CPMS */
	enum sim_place receive; /* where messages arrive: the third */
	uint8_t reference;
	/* the talk */
	char line[SIM_LINE_MAX + 1];
	size_t line_len;
	bool prompt;         /* waits for a message */
	unsigned prompt_len; /* as AT+CMGS announced */
	bool sending;        /* the answer to AT+CMGS comes at answer_us */
	uint64_t answer_us, noise_us, chatter_us;
	uint64_t stored_us;          /* its messages can be had from then on; 0: they can */
	unsigned chatter;            /* the next line */
	char stop_at[16];            /* "": nowhere */
	enum sim_stop stopped;       /* where it stands */
	char waiting[SIM_INPUT_MAX]; /* what the host wrote meanwhile */
	size_t n_waiting;
};

void sim_modem_init(struct sim_modem *modem, struct sim_store *store, uint32_t seed,
                    void (*out)(void *context, const char *bytes, size_t len), void *context);
/* It begins anew by itself, into text mode and the SIM's memory, and says `line`, or nothing: NULL. */
void sim_modem_reset(struct sim_modem *modem, const char *line);
/* Power off and on: settings are lost, messages are not. */
void sim_modem_restart(struct sim_modem *modem);
void sim_modem_input(struct sim_modem *modem, const char *bytes, size_t len, uint64_t now_us);
void sim_modem_tick(struct sim_modem *modem, uint64_t now_us);
/* Stands still at a command ("+CMGD"), "message", "accepted" or "deleted", once; "": nowhere. */
void sim_modem_stop(struct sim_modem *modem, const char *where);
/* Goes on, to where it is to stop next. */
void sim_modem_go(struct sim_modem *modem);
/* When sim_modem_tick() wants to be called; UINT64_MAX: not. */
uint64_t sim_modem_deadline_us(const struct sim_modem *modem);

/* "ready", "absent", "puk", "pin DIGITS". 0, or -EINVAL. */
int sim_modem_card(struct sim_modem *modem, const char *state, const char *pin);
/* Becomes another module, that was switched on a while ago. */
void sim_modem_profile(struct sim_modem *modem, const struct sim_profile *profile);

/* A message from the network. Its slot; 0: held back, there is no room; -errno. */
int sim_modem_receive(struct sim_modem *modem, const char *hex);
/* As sim_fault_set(), and has it begin. */
int sim_modem_fault(struct sim_modem *modem, const char *name, unsigned value);

#endif

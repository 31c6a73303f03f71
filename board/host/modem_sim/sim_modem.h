/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A module's answers: octets from the host in, octets to the host out, on the caller's time. It
 * answers as the standards say (3GPP TS 27.005, 27.007) and as modules do, and has faults that can
 * be switched on.
 */
#ifndef KIOSK_SIM_MODEM_H
#define KIOSK_SIM_MODEM_H

#include "sim_store.h"

enum { SIM_LINE_MAX = 512, SIM_INPUT_MAX = 4096 };

/* Faults; each is a number, 0 off. "N" counts down, one each time it strikes. */
struct sim_faults {
	unsigned cmti_lost;    /* no +CMTI */
	unsigned cmti_twice;   /* +CMTI said twice */
	unsigned cmti_wrong;   /* +CMTI names the other memory */
	unsigned cmt_beside;   /* +CMT with the message, besides storing it */
	unsigned again_centre; /* N: stored a second time, as from another service centre */
	unsigned again_slot;   /* N: stored a second time as it is */
	unsigned truncated;    /* N: stored cut in half */
	unsigned cmgd_fails;   /* N: deleting is refused */
	unsigned cmgd_lies;    /* N: deleting says OK and does nothing */
	unsigned cmgl_hangs;   /* listing never answers */
	unsigned cmgl_refused; /* listing is refused */
	unsigned cmgs_silent;  /* N: a message is sent, and nobody is told */
	unsigned cmgs_refused; /* N: +CMS ERROR: 38 */
	unsigned cms_331, cms_350, cms_500; /* N: refused with that number */
	unsigned cmgs_late;                 /* milliseconds until +CMGS, instead of send_us */
	unsigned urc_prompt;                /* an unsolicited line before the prompt */
	unsigned stuck_prompt;              /* set: it waits for a message already */
	unsigned sim_busy;                  /* N: whatever needs the SIM is refused */
	unsigned no_prompt;                 /* N: AT+CMGS is not asked for its message */
	unsigned urc_in_list;               /* an unsolicited line between a message's two lines */
	unsigned garbage;                   /* noise on the line, all the time */
	unsigned hang;                      /* no answer to anything */
};

enum sim_card { CARD_READY, CARD_ABSENT, CARD_PIN, CARD_PUK };

/* Whose answers it gives. */
struct sim_profile {
	const char *name, *maker, *model;
	const char *banner; /* what it says when it begins */
	bool own_memory;    /* "ME" beside the SIM's */
};
/* NULL: no such one; the names are standard ec25 sim7600 e3372. */
const struct sim_profile *sim_profile(const char *name);

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
	bool echo, pdu_mode, notify;
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
	uint64_t answer_us, noise_us;
	char waiting[SIM_INPUT_MAX]; /* what the host wrote meanwhile */
	size_t n_waiting;
};

void sim_modem_init(struct sim_modem *modem, struct sim_store *store, uint32_t seed,
                    void (*out)(void *context, const char *bytes, size_t len), void *context);
/* Power off and on: settings are lost, messages are not. */
void sim_modem_restart(struct sim_modem *modem);
void sim_modem_input(struct sim_modem *modem, const char *bytes, size_t len, uint64_t now_us);
void sim_modem_tick(struct sim_modem *modem, uint64_t now_us);
/* When sim_modem_tick() wants to be called; UINT64_MAX: not. */
uint64_t sim_modem_deadline_us(const struct sim_modem *modem);

/* "ready", "absent", "puk", "pin DIGITS". 0, or -EINVAL. */
int sim_modem_card(struct sim_modem *modem, const char *state, const char *pin);
/* Another module's answers, from its next beginning on; the memories it has from now on. */
void sim_modem_profile(struct sim_modem *modem, const struct sim_profile *profile);

/* A message from the network. Its slot; 0: held back, there is no room; -errno. */
int sim_modem_receive(struct sim_modem *modem, const char *hex);
/* Sets a fault by its name with dashes ("cmti-lost"). 0, or -ENOENT. */
int sim_modem_fault(struct sim_modem *modem, const char *name, unsigned value);
/* The names there are, for a sentence. */
const char *sim_modem_faults(void);

#endif

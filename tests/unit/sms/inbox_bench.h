/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole talk in memory on simulated time: the inbox, the line's twin, the simulated modem, and a
 * kioskd that counts each message once and answers it once.
 */
#ifndef KIOSK_TEST_INBOX_BENCH_H
#define KIOSK_TEST_INBOX_BENCH_H

#include <kiosk/msg_helper.h>

#include "inbox.h"
#include "modem_twin.h"
#include "sim_modem.h"

enum { BENCH_SEEN_MAX = 4096 };

struct bench {
	struct mono_time now;
	struct inbox_settings settings;
	struct inbox *inbox;
	struct modem_twin twin;
	struct modem_line *line;
	struct sim_store store;
	struct sim_modem modem;
	uint8_t to_host[8192]; /* read from the line, not yet taken by the inbox */
	size_t n_to_host;
	/* the kioskd */
	enum sms_verdict verdict; /* for a message that was not seen before */
	bool silent;              /* no verdicts at all */
	uint32_t deadline_ms;
	unsigned offers, unreadable, not_for_us, counted, known, swept, reopened, done[5],
	    undeleted, replies_asked;
	struct msg_sms last;
	struct msg_sms_done last_done;
	unsigned n_seen;
	uint64_t seen[BENCH_SEEN_MAX];
};

void bench_begin(struct bench *bench, unsigned store_size);
void bench_end(struct bench *bench);
/* Another run of the helper program: the machine forgets, the modem and kioskd don't. */
void bench_restart_inbox(struct bench *bench);
/* One message from the network, sent now. */
void bench_receive(struct bench *bench, const char *from, const char *text);
/* Lets the talk go on for `ms` of simulated time. */
void bench_run(struct bench *bench, unsigned ms);
/* Until the store is empty and nothing is held back, at most `ms`. Whether it is. */
bool bench_drain(struct bench *bench, unsigned ms);

#endif

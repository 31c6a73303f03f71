/* SPDX-License-Identifier: Apache-2.0 */
/* modem-sim and kiosk-modem as real processes on a real pseudo-terminal, and the kioskd between
 * them played here. */
#ifndef KIOSK_TEST_MODEM_STAGE_H
#define KIOSK_TEST_MODEM_STAGE_H

#include <sys/types.h>

#include <kiosk/msg_helper.h>

#include "link.h"

struct stage {
	char folder[128], store[192], control[192], device[256];
	const char *script, *pin_file;   /* NULL: none */
	const char *answer_ms, *profile; /* of kiosk-modem */
	pid_t sim, modem;
	int sim_control, kioskd; /* our end of kiosk-modem's socket */
	const struct link_message *message;
};

/* A folder of its own, and modem-sim in it. */
void stage_begin(struct stage *stage);
void stage_end(struct stage *stage);
void stage_start_sim(struct stage *stage);
void stage_kill_sim(struct stage *stage);
void stage_start_modem(struct stage *stage);
/* Waits for kiosk-modem to end; its exit code, or -1 by a signal. */
int stage_wait_modem(struct stage *stage);
void stage_kill_modem(struct stage *stage);

/* One command to modem-sim; its answer, valid until the next. */
const char *stage_say(struct stage *stage, const char *command);
/*
 * The next message of this type, in stage->message until the next call; others before it are
 * dropped. False when kiosk-modem's socket closed. Fails the test after a minute without any.
 */
bool stage_next(struct stage *stage, enum msg_type type);
void stage_verdict(struct stage *stage, uint32_t id, enum sms_verdict verdict, const char *to,
                   const char *text);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* One kiosk in memory, on a simulated clock and disk: what it said last is kept for a test to look
 * at. */
#ifndef TESTS_KIOSKD_STAGE_H
#define TESTS_KIOSKD_STAGE_H

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "kiosk.h"
#include "papers.h"
#include "vfs_fault.h"

enum { STAGE_KEPT = 256, STAGE_START = 1763748000 };

struct stage {
	char folder[64]; /* holds the name of the ledger; what is in it is on the disk below */
	char ledger_path[80];
	struct fault_disk *disk;
	struct papers papers;
	struct kiosk_config config;
	struct kiosk_time time;
	struct kiosk *kiosk;
	uint64_t random; /* state of the generator */
	bool has_modem, has_uplink;
	enum health health[HELPER_N_KINDS];
	struct modem_state modem; /* what it says of itself */
	/* what came out, in order */
	unsigned n_views, n_verdicts, n_results, n_requests, n_sweeps;
	struct msg_view view[STAGE_KEPT];
	struct msg_sms_verdict verdict[STAGE_KEPT];
	struct msg_result result[STAGE_KEPT];
	uint64_t client[STAGE_KEPT];
	struct msg_http_request request; /* the last */
	uint8_t body[POST_BYTES_MAX];
	size_t body_len;
	unsigned n_sms; /* made so far */
};

void stage_init(struct stage *stage);
void stage_deinit(struct stage *stage);
/* Starts the kiosk on what the disk holds; asserts that it worked. */
void stage_start(struct stage *stage);
/* The same where it may fail: what kiosk_new() says. */
int stage_try_start(struct stage *stage, char *sentence, size_t size);
/* A kiosk that has started, as cmocka wants it: the stage is the state. */
int stage_setup(void **state);
int stage_teardown(void **state);
/* The power goes, at this very moment, and comes back; the kiosk starts again. */
void stage_power_cut(struct stage *stage);
/* Time passes, and is acted on. */
void stage_wait(struct stage *stage, uint64_t us);
/* Commits and answers. */
void stage_flush(struct stage *stage);

/* Shows a code and returns the answer (enum screen_answer) after the commit. */
uint32_t stage_show(struct stage *stage, const char *code);
uint32_t stage_ticket(struct stage *stage, uint32_t number);
void stage_open(struct stage *stage); /* by its card; asserts that it opened */
const struct msg_view *stage_view(const struct stage *stage); /* the last */

/* A text, new in the store; `at` its SCTS. Its verdict, after the commit. */
struct msg_sms stage_sms(struct stage *stage, const char *from, int64_t at, const char *text);
const struct msg_sms_verdict *stage_offer(struct stage *stage, const struct msg_sms *sms);
const struct msg_sms_verdict *stage_text(struct stage *stage, const char *from, const char *text);
void stage_done(struct stage *stage, uint32_t id, enum sms_sent sent);

/* A volunteer's act, and its result. */
const struct msg_result *stage_control(struct stage *stage, const struct msg_control *control);
/* One that needs no more said, and is done at once; asserts that it was. */
void stage_act(struct stage *stage, enum control control);
struct msg_status stage_status(struct stage *stage);
/* People in the ledger's totals, revoked ones taken off. */
uint64_t stage_people(struct stage *stage);

/* Answers the last request with a body; status 200. */
void stage_answer(struct stage *stage, const uint8_t *body, size_t len);
/* Answers a question for a head: the collector has none, or this one. */
void stage_head(struct stage *stage, uint32_t seq, const struct hash *hash);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole small kiosk for a system test: papers, simulated camera and modem, kioskd; every program
 * the real one. In: what a test shows it. Out: what the door says. Touches a temporary folder and
 * processes, and leaves neither.
 */
#ifndef KIOSK_TEST_FIXTURE_H
#define KIOSK_TEST_FIXTURE_H

#include "director.h"

struct kiosk_fixture {
	struct stage_options options;
	struct stage stage;
	struct play play;
	struct expected expected;
	struct director director;
};

/* Papers and hardware; kioskd is not started. Everything below asserts, by cmocka, that it worked.
 */
void fixture_init(struct kiosk_fixture *fixture, const struct stage_options *options);
/* Starts kioskd and opens the event with its card. */
void fixture_open(struct kiosk_fixture *fixture);
/* Ends all; asserts that nothing had to be killed. */
void fixture_deinit(struct kiosk_fixture *fixture);

/* Holds a code up and returns the answer, an enum screen_answer, with its sentence in `view`
 * (optional). */
uint32_t fixture_show(struct kiosk_fixture *fixture, const char *code, struct msg_view *view);
/* The i-th ticket of the small play, from 0. */
const char *fixture_ticket(const struct kiosk_fixture *fixture, uint32_t i);
/* A text arrives at the modem, now. */
void fixture_text(struct kiosk_fixture *fixture, const char *from, const char *text);
/* Waits until the modem's store is empty: every text was dealt with. */
void fixture_settle(struct kiosk_fixture *fixture);
void fixture_status(struct kiosk_fixture *fixture, struct msg_status *ret);
/* People in the totals, all channels. */
uint64_t fixture_people(struct kiosk_fixture *fixture);
/* Waits, a few seconds at most, until the status satisfies `condition`; asserts that it did. */
void fixture_until(struct kiosk_fixture *fixture, const char *what,
                   bool (*condition)(const struct msg_status *, void *), void *context);

/* Whether a folder's files, or one file, hold these octets anywhere; `ret_where` gets the file's
 * path. */
bool tree_holds(const char *path, const void *octets, size_t len, char *ret_where, size_t size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole small kiosk for a system test: papers, simulated camera and modem, kioskd; every program
 * the real one. In: what a test shows it. Out: what the door says. Touches a temporary folder and
 * processes, and leaves neither.
 */
#ifndef KIOSK_TEST_FIXTURE_H
#define KIOSK_TEST_FIXTURE_H

#include <kiosk/msg_people.h>

#include "director.h"
#include "guard.h"

enum { FIXTURE_OUTPUT_MAX = 1 << 14 };

struct kiosk_fixture {
	struct stage_options options;
	struct stage stage;
	struct play play;
	struct expected expected;
	struct director director;
	char output[FIXTURE_OUTPUT_MAX]; /* what kioskctl said last */
};

/* As cmocka_run_group_tests(), below a guard (guard.h): however a test ends, no program of it goes
 * on. */
#define fixture_run_tests(tests, setup, teardown)                                                  \
	(guard_enter() < 0 ? 1 : cmocka_run_group_tests(tests, setup, teardown))

/* Papers and hardware; kioskd is not started. Everything below asserts, by cmocka, that it worked.
 */
void fixture_init(struct kiosk_fixture *fixture, const struct stage_options *options);
/* Starts kioskd and opens the event with its card. */
void fixture_open(struct kiosk_fixture *fixture);
/* Ends all; asserts that nothing had to be killed. */
void fixture_deinit(struct kiosk_fixture *fixture);
/* The same as cmocka wants it: the fixture is the state. */
int fixture_teardown(void **state);

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
/* Waits until every sealed batch, and no fewer than `batches_min`, has its receipt. */
void fixture_confirmed(struct kiosk_fixture *fixture, uint32_t batches_min);
/* Waits until receipts cover every check-in, and there is one. */
void fixture_covered(struct kiosk_fixture *fixture);

/* kioskctl with these words, about this kiosk; its exit code. What it said is in `output`. */
int fixture_kioskctl(struct kiosk_fixture *fixture, const char *const words[]);
#define FIXTURE_KIOSKCTL(fixture, ...)                                                             \
	fixture_kioskctl(fixture, (const char *const[]){__VA_ARGS__, NULL})
/* It said so. */
void fixture_said(const struct kiosk_fixture *fixture, const char *words);

/* The first line of a file in the stage's folder, such as a code on paper; the caller frees it. */
char *fixture_line(const struct kiosk_fixture *fixture, const char *name);
/* Whether a program's log holds these words. */
bool fixture_log_says(const struct kiosk_fixture *fixture, const char *program, const char *words);

/* Whether a folder's files, or one file, hold these octets anywhere; `ret_where` gets the file's
 * path. */
bool tree_holds(const char *path, const void *octets, size_t len, char *ret_where, size_t size);

#endif

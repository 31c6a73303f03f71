/* SPDX-License-Identifier: Apache-2.0 */
/* A kiosk on its stage, and the collector it posts to: what the collector answers is kept, for a
 * test to change before it is delivered. Everything asserts. */
#ifndef TESTS_KIOSKD_EXCHANGE_H
#define TESTS_KIOSKD_EXCHANGE_H

#include "stage.h"

/* INTERVAL_US: the stage's own, between two batches. */
enum { INTERVAL_US = 10000000, REPLY_MAX = ANSWER_BYTES_MAX + 512 };

struct exchange {
	struct stage stage;
	struct collector collector;
	struct answer answer; /* the last, as it was signed */
	uint8_t reply[REPLY_MAX];
	size_t reply_len;
};

/* cmocka's: a kiosk that has started, and a collector that has nothing yet. */
int exchange_setup(void **state);
int exchange_teardown(void **state);
/* An event with one check-in whose interval has passed: the kiosk asks for the head, hears "none",
 * and posts a batch. */
void exchange_until_posted(struct exchange *exchange);
/* The collector stores what was posted last: `answer`, and `reply`, which is not delivered yet. */
void exchange_store(struct exchange *exchange);
/* Delivers `reply` as it stands. */
void exchange_deliver(struct exchange *exchange);
/* The collector stores what was posted last, and its answer arrives. */
void exchange_confirm(struct exchange *exchange);
/* Another check-in, and the time between two batches. */
void exchange_count(struct exchange *exchange, uint32_t ticket);
/* Makes `reply` of `answer`, after a test changed it. */
void exchange_sign(struct exchange *exchange);
/* The collector stores nothing and says so, signed and delivered; `status` is an ANSWER_. */
void exchange_refuse(struct exchange *exchange, uint16_t status);

#endif

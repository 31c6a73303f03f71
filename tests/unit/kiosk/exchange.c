/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "exchange.h"
#include "text.h"

int exchange_setup(void **state)
{
	static struct exchange exchange;

	memset(&exchange, 0, sizeof(exchange));
	stage_init(&exchange.stage);
	stage_start(&exchange.stage);
	*state = &exchange;
	return 0;
}

int exchange_teardown(void **state)
{
	struct exchange *exchange = *state;

	stage_deinit(&exchange->stage);
	return 0;
}

void exchange_until_posted(struct exchange *exchange)
{
	struct stage *s = &exchange->stage;

	stage_open(s);
	exchange_count(exchange, 1);
	assert_int_equal(s->n_requests, 1);
	assert_int_equal(s->request.kind, HTTP_GET_HEAD);
	stage_head(s, 0, NULL);
	assert_int_equal(s->n_requests, 2);
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
}

void exchange_store(struct exchange *exchange)
{
	struct stage *s = &exchange->stage;

	exchange->reply_len = collector_store(&exchange->collector, &s->papers, s->body,
	                                      s->body_len, &s->request.nonce, &exchange->answer,
	                                      exchange->reply, sizeof(exchange->reply));
}

void exchange_deliver(struct exchange *exchange)
{
	stage_answer(&exchange->stage, exchange->reply, exchange->reply_len);
}

void exchange_confirm(struct exchange *exchange)
{
	exchange_store(exchange);
	exchange_deliver(exchange);
}

void exchange_count(struct exchange *exchange, uint32_t ticket)
{
	assert_int_equal(stage_ticket(&exchange->stage, ticket), SHOW_COUNTED);
	stage_wait(&exchange->stage, INTERVAL_US);
}

void exchange_sign(struct exchange *exchange)
{
	exchange->reply_len = collector_answer(&exchange->stage.papers, &exchange->answer,
	                                       exchange->reply, sizeof(exchange->reply));
}

void exchange_refuse(struct exchange *exchange, uint16_t status)
{
	const struct collector before = exchange->collector;

	exchange_store(exchange);
	exchange->collector = before;
	exchange->answer.status = status;
	exchange->answer.receipt_len = 0;
	exchange->answer.consistency_from = 0;
	text_copy(exchange->answer.reason.s, sizeof(exchange->answer.reason.s),
	          "rows do not add up");
	exchange_sign(exchange);
	exchange_deliver(exchange);
}

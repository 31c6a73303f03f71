/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes back to a kiosk that has posted its second batch. The first octet chooses: 0, octets
 * from a stranger; else the collector's own good answer with three octets a change, signed again,
 * as a broken or hostile collector would. Whatever comes, a batch is confirmed only by a receipt
 * for it that proves itself and goes on from the first one's log; and counting goes on.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "crypto.h"
#include "merkle.h"
#include "stage.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	INTERVAL_US = 10000000,
	CHANGES_MAX = 12,
	INPUTS_MAX =
	    64, /* that change nothing on disk; then from the start again, for time passes */
	REPLY_MAX = ANSWER_BYTES_MAX + COLLECTOR_CERT_BYTES_MAX + 64,
};

static struct stage stage;
static struct fault_disk *posted; /* as it was when the second batch had been posted */
static struct kiosk_time posted_time;
static struct receipt first, second; /* as an honest collector gives them */
static struct answer good;           /* to the second batch, but for its nonce */
static uint8_t certificate[COLLECTOR_CERT_BYTES_MAX];
static size_t certificate_len;
/* What the answer has to be about: the kiosk asks for more as soon as it has one. */
static struct {
	struct nonce nonce;
	size_t len;
	uint8_t body[POST_BYTES_MAX];
} asked;
static unsigned n_inputs;
static uint32_t ticket;

static void clean_up(void)
{
	stage_deinit(&stage);
	fault_disk_free(posted);
}

/* What the collector makes of the posted body, and says. */
static size_t honest_answer(struct collector *collector, uint8_t *reply)
{
	assert(stage.request.kind == HTTP_POST_BATCH);
	return collector_store(collector, &stage.papers, stage.body, stage.body_len,
	                       &stage.request.nonce, &good, reply, REPLY_MAX);
}

static void set_up(void)
{
	static struct collector collector;
	static uint8_t reply[REPLY_MAX];
	struct reply_view view;
	size_t len;

	stage_init(&stage);
	stage_start(&stage);
	stage_open(&stage);
	assert(stage_ticket(&stage, ++ticket) == SHOW_COUNTED);
	stage_wait(&stage, INTERVAL_US);
	stage_head(&stage, 0, NULL);
	len = honest_answer(&collector, reply);
	assert(reply_split(reply, len, &view) == 0);
	certificate_len = view.collector_cert_len;
	memcpy(certificate, view.collector_cert, certificate_len);
	stage_answer(&stage, reply, len);
	assert(stage_status(&stage).batches_confirmed == 1);
	first = collector.receipt[0];
	assert(stage_ticket(&stage, ++ticket) == SHOW_COUNTED);
	stage_wait(&stage, INTERVAL_US);
	(void)honest_answer(&collector, reply);
	second = collector.receipt[1];
	posted = fault_disk_snapshot(stage.disk);
	posted_time = stage.time;
	if (atexit(clean_up) != 0)
		abort();
}

/* The disk of then, in a kiosk that starts and is shown its card: it posts its second batch. */
static void start_again(void)
{
	kiosk_free(stage.kiosk);
	fault_disk_copy(stage.disk, posted);
	stage.time = posted_time;
	stage_start(&stage);
	stage_open(&stage);
	stage_wait(&stage, 1);
	assert(stage.request.kind == HTTP_POST_BATCH);
	n_inputs = 0;
}

static void change_receipt(struct receipt *receipt, uint8_t a, uint8_t b)
{
	switch (a % 11) {
	case 0:
		receipt->seq ^= b;
		break;
	case 1:
		receipt->batch.b[b % 32] ^= b;
		break;
	case 2:
		receipt->epoch.b[b % 16] ^= b;
		break;
	case 3:
		receipt->device.b[b % 32] ^= b;
		break;
	case 4:
		receipt->time += b;
		break;
	case 5:
		receipt->log_size ^= b;
		break;
	case 6:
		receipt->log_root.b[b % 32] ^= b;
		break;
	case 7:
		receipt->leaf ^= b;
		break;
	case 8:
		receipt->inclusion.n = b % 8;
		break;
	case 9:
		receipt->inclusion.hash[b % 8].b[b / 8] ^= b;
		break;
	default:
		*receipt = first;
	}
}

static void change_answer(struct answer *answer, uint8_t what, uint8_t a, uint8_t b)
{
	static const uint16_t status[] = {200, 201, 400, 401, 403, 404, 409, 412, 413, 422};

	switch (what % 9) {
	case 0:
		answer->status = status[a % (sizeof(status) / sizeof(status[0]))];
		break;
	case 1:
		answer->nonce.b[a % 16] ^= b;
		break;
	case 2:
		answer->subject.b[a % 32] ^= b;
		break;
	case 3:
		answer->receipt_len = 0;
		answer->consistency_from = 0;
		break;
	case 4:
		answer->has_head = a % 4 != 0;
		answer->head_seq = b;
		break;
	case 5:
		answer->consistency_from = a;
		break;
	case 6:
		answer->consistency.n = a % 8;
		answer->consistency.hash[a % 8].b[b % 32] ^= b;
		break;
	case 7:
		answer->next_after_s = (uint32_t)a << (b % 24);
		break;
	default:
		text_copy(answer->reason.s, sizeof(answer->reason.s), "No.");
	}
}

/* The collector's good answer to what is posted, changed. False: not even it could sign that. */
static bool make_answer(const uint8_t *data, size_t size, struct answer *answer,
                        struct receipt *receipt, uint8_t *reply, size_t *ret_len)
{
	static uint8_t bytes[ANSWER_BYTES_MAX];
	struct reply_view view = {
	    .answer = bytes, .collector_cert = certificate, .collector_cert_len = certificate_len};
	size_t len = 0;

	*answer = good;
	answer->nonce = stage.request.nonce;
	*receipt = second;
	for (int i = 0; i < CHANGES_MAX && size >= 3; i++, data += 3, size -= 3) {
		if (data[0] & 0x80)
			change_receipt(receipt, data[1], data[2]);
		else
			change_answer(answer, data[0], data[1], data[2]);
	}
	if (answer->receipt_len > 0 &&
	    receipt_seal(receipt, &stage.papers.collector, answer->receipt, sizeof(answer->receipt),
	                 &len) != 0)
		return false;
	answer->receipt_len = (uint16_t)len;
	if (answer_seal(answer, &stage.papers.collector, bytes, sizeof(bytes), &view.answer_len) !=
	    0)
		return false;
	assert(reply_join(&view, reply, REPLY_MAX, ret_len) == 0);
	return true;
}

static void check_confirmed(const struct answer *answer, const struct receipt *receipt)
{
	const struct hash subject = sha256(asked.body, asked.len);
	struct post_view post;
	static struct batch batch;
	struct hash hash, leaf;

	assert(answer->receipt_len > 0 && answer->status / 100 == 2);
	assert(memcmp(&answer->nonce, &asked.nonce, sizeof(struct nonce)) == 0);
	assert(memcmp(&answer->subject, &subject, sizeof(subject)) == 0);
	assert(post_split(asked.body, asked.len, &post) == 0);
	assert(batch_reopen(post.batch, post.batch_len, &batch) == 0);
	hash = message_hash(post.batch, post.batch_len);
	leaf = merkle_leaf(&hash, sizeof(hash));
	assert(memcmp(&receipt->batch, &hash, sizeof(hash)) == 0 && receipt->seq == batch.seq);
	assert(memcmp(&receipt->epoch, &batch.epoch, sizeof(batch.epoch)) == 0);
	assert(memcmp(&receipt->device, &batch.device, sizeof(batch.device)) == 0);
	assert(merkle_inclusion_holds(&leaf, receipt->leaf, receipt->log_size, &receipt->inclusion,
	                              &receipt->log_root));
	assert(merkle_consistency_holds(first.log_size, &first.log_root, receipt->log_size,
	                                &receipt->log_root, &answer->consistency));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t reply[REPLY_MAX];
	static struct answer answer;
	struct receipt receipt = {0};
	struct msg_status status;
	size_t len = size - 1;
	unsigned before;

	if (posted == NULL)
		set_up();
	if (size == 0 || size > REPLY_MAX)
		return 0;
	if (data[0] == 0)
		memcpy(reply, data + 1, len);
	else if (!make_answer(data + 1, size - 1, &answer, &receipt, reply, &len))
		return 0;
	asked.nonce = stage.request.nonce;
	asked.len = stage.body_len;
	memcpy(asked.body, stage.body, asked.len);
	stage_answer(&stage, reply, len);
	status = stage_status(&stage);
	assert(status.batches_confirmed <= 2);
	if (status.batches_confirmed == 2) {
		assert(data[0] != 0);
		check_confirmed(&answer, &receipt);
	}
	before = stage.n_requests;
	if (status.batches_confirmed == 1 && !status.batch_parked && ++n_inputs < INPUTS_MAX) {
		kiosk_link(stage.kiosk, true);
		stage_wait(&stage, 1);
		if (stage.n_requests > before && stage.request.kind == HTTP_POST_BATCH)
			return 0;
	}
	assert(stage_ticket(&stage, ticket + 1) == SHOW_COUNTED);
	start_again();
	return 0;
}

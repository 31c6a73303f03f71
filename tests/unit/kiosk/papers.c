/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "crypto.h"
#include "papers.h"

enum { DAY = 86400 };

static void hub_sign(struct papers *papers, int64_t start)
{
	struct hub_cert cert = {
	    .hub_id = 7, .level = HUB_LOCAL, .name = {"Hub"}, .region = {"US-KY"}};

	cert.hub = ed25519_public(&papers->hub);
	cert.not_before = start - 30 * DAY;
	cert.not_after = start + 400 * DAY;
	assert_int_equal(hub_cert_seal(&cert, &papers->root, papers->hub_cert,
	                               sizeof(papers->hub_cert), &papers->hub_cert_len),
	                 0);
}

void papers_sign(struct papers *papers)
{
	assert_int_equal(manifest_seal(&papers->manifest, &papers->hub, papers->manifest_bytes,
	                               sizeof(papers->manifest_bytes), &papers->manifest_len),
	                 0);
}

void papers_new_secret(struct papers *papers, uint8_t number)
{
	struct secret_seed seed;

	memset(&papers->secret, number, sizeof(papers->secret));
	seed = card_seed(&papers->secret, &papers->manifest.event);
	papers->manifest.card = ed25519_public(&seed);
	papers_sign(papers);
}

void papers_make(struct papers *papers, uint8_t name, int64_t start)
{
	*papers = (struct papers){.root = {{1}}, .hub = {{2}}, .collector = {{3}}};
	papers->network =
	    (struct network){.name = {"Test"}, .collector_url = {"http://127.0.0.1:1"}};
	papers->network.root = ed25519_public(&papers->root);
	hub_sign(papers, start);
	papers->manifest = (struct manifest){
	    .event = {{name}},
	    .serial = 1,
	    .n_languages = 2,
	    .language = {{"en"}, {"es"}},
	    .name = {{"River night"}, {"Noche del río"}},
	    .n_projects = 2,
	    .project =
	        {
	            {.id = 1,
	             .name = {{"River"}, {"Río"}},
	             .keyword = {{"RIVER"}},
	             .n_keywords = 1},
	            {.id = 2,
	             .name = {{"Music"}, {"Música"}},
	             .keyword = {{"MUSIC"}},
	             .n_keywords = 1},
	        },
	    .default_project = 1,
	    .n_windows = 1,
	    .window = {{.start = start, .length_s = 10800, .count = 1}},
	    .grace_s = 7200,
	    .party_max = 6,
	    .kiosks_max = 1,
	    .tickets_issued = 200,
	};
	papers_new_secret(papers, name);
}

void papers_card(const struct papers *papers, char text[CODE_TEXT_MAX])
{
	const struct card card = {
	    .manifest = papers->manifest_bytes,
	    .hub_cert = papers->hub_cert,
	    .manifest_len = papers->manifest_len,
	    .hub_cert_len = papers->hub_cert_len,
	    .secret = papers->secret,
	};
	uint8_t octets[CARD_BYTES_MAX];
	size_t len;

	assert_int_equal(card_encode(&card, octets, sizeof(octets), &len), 0);
	assert_int_equal(code_encode(CODE_EVENT_CARD, octets, len, text, CODE_TEXT_MAX), 0);
}

struct ticket papers_ticket_plain(const struct papers *papers, uint32_t number)
{
	return (struct ticket){.event = papers->manifest.event, .number = number};
}

void papers_sign_ticket(const struct papers *papers, const struct ticket *ticket,
                        char text[CODE_TEXT_MAX])
{
	uint8_t octets[TICKET_BYTES_MAX];
	size_t len;

	assert_int_equal(ticket_seal(ticket, &papers->hub, octets, sizeof(octets), &len), 0);
	assert_int_equal(code_encode(CODE_TICKET, octets, len, text, CODE_TEXT_MAX), 0);
}

void papers_ticket(const struct papers *papers, uint32_t number, char text[CODE_TEXT_MAX])
{
	struct ticket ticket = papers_ticket_plain(papers, number);

	papers_sign_ticket(papers, &ticket, text);
}

/* --- the collector --- */

static void keep_node(void *context, unsigned level, uint64_t index, const struct hash *node)
{
	struct collector *collector = context;

	collector->node[level][index] = *node;
}

static int read_node(void *context, unsigned level, uint64_t index, struct hash *ret)
{
	struct collector *collector = context;

	*ret = collector->node[level][index];
	return 0;
}

size_t collector_answer(const struct papers *papers, const struct answer *answer, uint8_t *reply,
                        size_t size)
{
	const struct collector_cert cert = {
	    .collector = ed25519_public(&papers->collector),
	    .not_before = 0,
	    .not_after = INT32_MAX * 2LL,
	};
	uint8_t cert_bytes[COLLECTOR_CERT_BYTES_MAX], answer_bytes[ANSWER_BYTES_MAX];
	struct reply_view view = {.answer = answer_bytes, .collector_cert = cert_bytes};
	size_t len;

	assert_int_equal(collector_cert_seal(&cert, &papers->root, cert_bytes, sizeof(cert_bytes),
	                                     &view.collector_cert_len),
	                 0);
	assert_int_equal(answer_seal(answer, &papers->collector, answer_bytes, sizeof(answer_bytes),
	                             &view.answer_len),
	                 0);
	assert_int_equal(reply_join(&view, reply, size, &len), 0);
	return len;
}

void collector_receipt(const struct papers *papers, const struct receipt *receipt,
                       struct answer *answer)
{
	size_t len;

	assert_int_equal(receipt_seal(receipt, &papers->collector, answer->receipt,
	                              sizeof(answer->receipt), &len),
	                 0);
	answer->receipt_len = (uint16_t)len;
}

static unsigned find_or_append(struct collector *collector, const struct batch *batch,
                               const struct hash *hash)
{
	struct receipt *receipt = &collector->receipt[collector->n];
	struct hash leaf = merkle_leaf(hash, sizeof(*hash));

	for (unsigned i = 0; i < collector->n; i++)
		if (memcmp(&collector->batch[i], hash, sizeof(*hash)) == 0)
			return i;
	merkle_append(&collector->tree, &leaf, keep_node, collector);
	collector->batch[collector->n] = *hash;
	*receipt = (struct receipt){
	    .device = batch->device,
	    .epoch = batch->epoch,
	    .seq = batch->seq,
	    .batch = *hash,
	    .time = 1763748600 + collector->n,
	    .log_size = collector->tree.size,
	    .log_root = merkle_root(&collector->tree),
	    .leaf = collector->n,
	};
	assert_int_equal(merkle_inclusion(receipt->leaf, receipt->log_size, read_node, collector,
	                                  &receipt->inclusion),
	                 0);
	return collector->n++;
}

size_t collector_store(struct collector *collector, const struct papers *papers,
                       const uint8_t *body, size_t len, const struct nonce *nonce,
                       struct answer *ret_answer, uint8_t *reply, size_t size)
{
	struct post_view post;
	struct batch batch;
	struct hash hash;
	unsigned before = collector->n, i;

	assert_int_equal(post_split(body, len, &post), 0);
	assert_int_equal(batch_reopen(post.batch, post.batch_len, &batch), 0);
	assert_int_equal(batch_open(post.batch, post.batch_len, &batch.device, &batch), 0);
	hash = message_hash(post.batch, post.batch_len);
	i = find_or_append(collector, &batch, &hash);
	*ret_answer = (struct answer){
	    .nonce = *nonce,
	    .subject = sha256(body, len),
	    .status = i == before ? ANSWER_STORED : ANSWER_STORED_BEFORE,
	    .has_head = true,
	    .head_seq = batch.seq,
	    .head_hash = hash,
	};
	if (batch.receipt_log_size > 0 &&
	    merkle_consistency(batch.receipt_log_size, collector->receipt[i].log_size, read_node,
	                       collector, &ret_answer->consistency) == 0)
		ret_answer->consistency_from = batch.receipt_log_size;
	collector_receipt(papers, &collector->receipt[i], ret_answer);
	return collector_answer(papers, ret_answer, reply, size);
}

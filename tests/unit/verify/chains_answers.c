/* SPDX-License-Identifier: Apache-2.0 */
/* Answers as a kiosk gets them. */
#include <stdio.h>
#include <string.h>

#include "chains.h"
#include "crypto.h"

struct answered {
	struct world world;
	struct counter counter;
	struct nonce nonce;
	struct collector_reply reply;
};

/* As a kiosk judges it. */
static bool is_answer(const struct answered *a, const uint8_t *reply, size_t len,
                      const struct nonce *nonce)
{
	const struct public_key root = ed25519_public(&a->world.root);
	const struct hash subject = sha256(a->counter.body, a->counter.body_len);
	const struct hash batch = message_hash(a->counter.sealed, a->counter.sealed_len);
	const struct hash leaf = merkle_leaf(batch.b, sizeof(batch.b));
	static struct answer answer;
	struct collector_cert cert;
	struct receipt receipt;
	struct reply_view view;

	if (reply_split(reply, len, &view) != 0 ||
	    collector_cert_open(view.collector_cert, view.collector_cert_len, &root, &cert) != 0 ||
	    answer_open(view.answer, view.answer_len, &cert.collector, &answer) != 0 ||
	    !same_bytes(&answer.nonce, nonce, sizeof(*nonce)) ||
	    !same_bytes(&answer.subject, &subject, sizeof(subject)))
		return false;
	if (answer.status != ANSWER_STORED && answer.status != ANSWER_STORED_BEFORE)
		return true;
	return receipt_open(answer.receipt, answer.receipt_len, &cert.collector, &receipt) == 0 &&
	       same_bytes(&receipt.batch, &batch, sizeof(batch)) &&
	       same_bytes(&receipt.epoch, &a->counter.batch.epoch, sizeof(receipt.epoch)) &&
	       same_bytes(&receipt.device, &a->counter.batch.device, sizeof(receipt.device)) &&
	       receipt.seq == a->counter.batch.seq &&
	       merkle_inclusion_holds(&leaf, receipt.leaf, receipt.log_size, &receipt.inclusion,
	                              &receipt.log_root);
}

static void put_answer(FILE *out, const struct answered *a, const char *name, bool expected)
{
	if (is_answer(a, a->reply.bytes, a->reply.len, &a->nonce) != expected)
		fail_msg("%s: not %s", name, expected ? "an answer" : "refused");
	(void)fprintf(out, "{\"name\": \"%s\", \"kind\": \"answer\", ", name);
	chains_root(out, &a->world);
	(void)fputs(", ", out);
	chains_hex(out, "hex", a->reply.bytes, a->reply.len);
	(void)fputs(", ", out);
	chains_hex(out, "nonce_hex", a->nonce.b, sizeof(a->nonce.b));
	(void)fputs(", ", out);
	chains_hex(out, "body_hex", a->counter.body, a->counter.body_len);
	(void)fprintf(out, ", \"expected\": \"%s\"}\n", expected ? "answer" : "no answer");
}

static void ask(struct answered *a)
{
	assert_int_equal(collector_post(a->world.collector, a->world.now, &a->nonce,
	                                a->counter.body, a->counter.body_len, &a->reply),
	                 0);
}

/* What the collector signs about a copy that was damaged on its way says nothing of what was sent:
 * the kiosk sends it again. */
static void put_damaged(FILE *out, struct answered *a)
{
	struct post_view post;

	assert_int_equal(post_split(a->counter.body, a->counter.body_len, &post), 0);
	{
		const struct {
			const char *name;
			size_t at;
		} part[] = {
		    {"the batch", (size_t)(post.batch - a->counter.body) + post.batch_len / 2},
		    {"the grant", (size_t)(post.grant - a->counter.body) + post.grant_len / 2},
		    {"the manifest",
		     (size_t)(post.manifest - a->counter.body) + post.manifest_len / 2},
		    {"the hub's certificate",
		     (size_t)(post.hub_cert - a->counter.body) + post.hub_cert_len / 2},
		    {"the list", 0},
		};

		for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
			char name[96];

			a->counter.body[part[i].at] ^= 1;
			ask(a);
			a->counter.body[part[i].at] ^= 1;
			assert_true(a->reply.status >= 400);
			(void)snprintf(name, sizeof(name),
			               "a refusal of a copy with a bit of %s flipped",
			               part[i].name);
			put_answer(out, a, name, false);
		}
	}
}

void chains_answers(FILE *out)
{
	static struct answered a;

	memset(&a, 0, sizeof(a));
	world_init(&a.world);
	memset(a.nonce.b, 'n', sizeof(a.nonce.b));
	counter_open(&a.world, &a.counter, 'a', 0);
	for (int i = 0; i < 5; i++) {
		chains_add(&a.counter, 1);
		counter_seal(&a.world, &a.counter);
		ask(&a);
	}
	put_answer(out, &a, "an answer", true);
	ask(&a);
	put_answer(out, &a, "the same batch again", true);
	a.nonce.b[0] ^= 1;
	put_answer(out, &a, "an answer played back to another nonce", false);
	a.nonce.b[0] ^= 1;
	a.counter.body[100] ^= 1;
	put_answer(out, &a, "an answer about another body", false);
	a.counter.body[100] ^= 1;
	for (size_t at = 1; at < a.reply.len; at += 1 + a.reply.len / 23) {
		char name[64];

		(void)snprintf(name, sizeof(name), "an answer with octet %zu changed", at);
		a.reply.bytes[at] ^= 4;
		put_answer(out, &a, name, false);
		a.reply.bytes[at] ^= 4;
	}
	a.reply.len--;
	put_answer(out, &a, "an answer cut short", false);
	a.reply.len += 2;
	put_answer(out, &a, "an answer with an octet behind it", false);
	(void)snprintf((char *)a.reply.bytes, sizeof(a.reply.bytes),
	               "<html>Welcome to the hotel.</html>");
	a.reply.len = strlen((char *)a.reply.bytes);
	put_answer(out, &a, "a sign-in page", false);
	a.counter.batch.log_size++;
	counter_seal(&a.world, &a.counter);
	ask(&a);
	put_answer(out, &a, "a refusal", true);
	put_damaged(out, &a);
	world_deinit(&a.world);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tests/data/vectors/chains.jsonl: what a collector is sent, post by post, answers as a kiosk gets
 * them, and bundles; good ones and ones broken in one way each, for every verifier there is or will
 * be, in whatever language. One JSON object a line:
 *   {"name", "kind": "chain", "root_hex", "posts": [{"hex", "expected"}…]}, expected the status,
 * and " held" behind it where it is; a chain begins with an empty collector;
 *   {"name", "kind": "answer", "root_hex", "hex", "nonce_hex", "body_hex", "expected"}: "answer"
 * or "no answer" to the post of that body;
 *   {"name", "kind": "bundle", "root_hex", "hex", "expected"}: "holds" or "does not hold".
 * Run as a test it plays every case, and sees that the file is what it would write. With --write it
 * prints that. tests/vectors/verify.mjs judges the same file on its own.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "crypto.h"
#include "file.h"
#include "world.h"

enum { FILE_BYTES_MAX = 8 << 20, BUNDLE_BYTES_MAX = 1 << 16, ITEMS_MAX = 32 };

struct tape {
	FILE *out;
	struct world world;
	unsigned n_posts;
};

static void put_hex(FILE *out, const char *name, const void *octets, size_t len)
{
	(void)fprintf(out, "\"%s\": \"", name);
	for (size_t i = 0; i < len; i++)
		(void)fprintf(out, "%02x", ((const uint8_t *)octets)[i]);
	(void)fputc('"', out);
}

static void put_root(FILE *out, const struct world *world)
{
	const struct public_key root = ed25519_public(&world->root);

	put_hex(out, "root_hex", root.b, sizeof(root.b));
}

/* Posts a body; it is answered as expected, and goes on the tape. */
static void post_body(struct tape *tape, const uint8_t *body, size_t len, const char *expected)
{
	const unsigned status = world_post_body(&tape->world, body, len);
	char said[32];

	(void)snprintf(said, sizeof(said), "%u%s", status,
	               tape->world.receipt.held.s[0] != '\0' ? " held" : "");
	if (strcmp(said, expected) != 0)
		fail_msg("post %u: \"%s\" instead of \"%s\": %s", tape->n_posts + 1, said, expected,
		         tape->world.answer.reason.s);
	(void)fprintf(tape->out, "%s{", tape->n_posts++ > 0 ? ", " : "");
	put_hex(tape->out, "hex", body, len);
	(void)fprintf(tape->out, ", \"expected\": \"%s\"}", expected);
}

static void post(struct tape *tape, const struct counter *counter, const char *expected)
{
	post_body(tape, counter->body, counter->body_len, expected);
}

static void add(struct counter *counter, uint32_t people)
{
	counter_add(counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, people);
	counter_add(counter, 1, CHANNEL_QR, FIRST_YES, people);
}

/* Counts and seals the next batch, and posts it. */
static void send_next(struct tape *tape, struct counter *counter, uint32_t people,
                      const char *expected)
{
	add(counter, people);
	counter_seal(&tape->world, counter);
	post(tape, counter, expected);
}

static void begin_with(struct tape *tape, struct counter *counter, uint8_t octet)
{
	counter_open(&tape->world, counter, octet, 0);
	send_next(tape, counter, 5, "201");
}

/* --- what is in order --- */

static void an_ordinary_meeting(struct tape *tape)
{
	struct counter counter;

	begin_with(tape, &counter, 'a');
	counter_revoke(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 2);
	send_next(tape, &counter, 9, "201");
	post(tape, &counter, "200");
	counter_headcount(&tape->world, &counter, 12);
	counter.batch.state = EPOCH_CLOSED;
	send_next(tape, &counter, 1, "201");
	post(tape, &counter, "200");
}

static void nobody_came(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 2);
	counter.batch.state = EPOCH_CLOSED;
	counter_seal(&tape->world, &counter);
	post(tape, &counter, "201");
}

/* --- order --- */

static void an_old_batch_played_back(struct tape *tape)
{
	struct counter counter, old;

	begin_with(tape, &counter, 'a');
	old = counter;
	send_next(tape, &counter, 1, "201");
	post(tape, &old, "200");
	send_next(tape, &counter, 1, "201");
}

static void a_gap(struct tape *tape)
{
	struct counter counter, missing;

	begin_with(tape, &counter, 'a');
	add(&counter, 1);
	counter_seal(&tape->world, &counter);
	missing = counter;
	send_next(tape, &counter, 1, "412");
	post(tape, &missing, "201");
	post(tape, &counter, "201");
}

static void the_first_missing(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	counter_seal(&tape->world, &counter);
	send_next(tape, &counter, 1, "412");
}

static void a_fork(struct tape *tape)
{
	struct counter counter, copy;

	begin_with(tape, &counter, 'a');
	copy = counter;
	send_next(tape, &counter, 3, "201");
	send_next(tape, &copy, 4, "409");
	post(tape, &counter, "200");
	send_next(tape, &counter, 1, "409");
	send_next(tape, &copy, 1, "409");
}

static void another_predecessor(struct tape *tape)
{
	struct counter counter;

	begin_with(tape, &counter, 'a');
	counter.head.b[7] ^= 1;
	send_next(tape, &counter, 1, "409");
}

static void not_the_grant_before_the_first(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	memset(&counter.head, 0, sizeof(counter.head));
	send_next(tape, &counter, 1, "409");
}

/* Two openings of one kiosk: the second's batch goes on from the first's. */
static void two_chains_spliced(struct tape *tape)
{
	struct counter a, b;

	begin_with(tape, &a, 'a');
	counter_open(&tape->world, &b, 'b', 0);
	b.key = a.key;
	b.grant.device = b.batch.device = a.batch.device;
	counter_seal_grant(&tape->world, &b);
	send_next(tape, &b, 7, "201");
	b.head = a.head;
	send_next(tape, &b, 1, "409");
}

/* --- keys --- */

/* As journald once did (CVE-2023-31439): the key is a good one, but of another epoch. */
static void the_key_of_another_epoch(struct tape *tape)
{
	struct counter a, b;

	begin_with(tape, &a, 'a');
	counter_open(&tape->world, &b, 'b', 0);
	a.key = b.key;
	send_next(tape, &a, 1, "401");
	a.batch.device = b.batch.device;
	counter_sign(&tape->world, &a);
	post(tape, &a, "401");
}

static void a_batch_of_another_epoch_under_this_grant(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	counter.batch.epoch.b[0] ^= 1;
	send_next(tape, &counter, 1, "403");
}

static void a_batch_that_names_another_kiosk(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	counter.batch.device.b[0] ^= 1;
	send_next(tape, &counter, 1, "403");
}

static void another_grant_for_the_same_epoch(struct tape *tape)
{
	struct counter counter;

	begin_with(tape, &counter, 'a');
	counter.grant.occurrence = 1;
	counter_seal_grant(&tape->world, &counter);
	send_next(tape, &counter, 1, "403");
}

static void a_grant_of_another_card(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	tape->world.secret.b[0] ^= 1;
	counter_seal_grant(&tape->world, &counter);
	send_next(tape, &counter, 1, "403");
}

static void a_grant_for_another_manifest(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	counter.grant.manifest.b[0] ^= 1;
	counter_seal_grant(&tape->world, &counter);
	send_next(tape, &counter, 1, "403");
}

static void a_manifest_of_another_hub(struct tape *tape)
{
	struct counter counter;

	tape->world.hub_key = world_seed('x');
	world_seal_manifest(&tape->world);
	counter_open(&tape->world, &counter, 'a', 0);
	send_next(tape, &counter, 1, "403");
}

static void a_hub_of_another_network(struct tape *tape)
{
	const struct secret_seed root = tape->world.root;
	struct counter counter;

	tape->world.root = world_seed('x');
	world_seal_hub(&tape->world);
	tape->world.root = root;
	counter_open(&tape->world, &counter, 'a', 0);
	send_next(tape, &counter, 1, "403");
}

static void a_hub_whose_time_was_over(struct tape *tape)
{
	struct counter counter;

	tape->world.hub.not_after = WORLD_START + 10799;
	world_seal_hub(&tape->world);
	counter_open(&tape->world, &counter, 'a', 0);
	send_next(tape, &counter, 1, "403");
}

static void a_hub_whose_time_ends_with_the_meeting(struct tape *tape)
{
	struct counter counter;

	tape->world.hub.not_after = WORLD_START + 10800;
	tape->world.hub.not_before = WORLD_START;
	world_seal_hub(&tape->world);
	counter_open(&tape->world, &counter, 'a', 0);
	send_next(tape, &counter, 1, "201");
	counter_open(&tape->world, &counter, 'b', 1);
	send_next(tape, &counter, 1, "403");
}

static void a_meeting_there_is_not(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 3);
	send_next(tape, &counter, 1, "403");
}

/* --- sums --- */

static void totals_that_shrink(struct tape *tape)
{
	struct counter counter;

	begin_with(tape, &counter, 'a');
	add(&counter, 4);
	counter.batch.row[0].added -= 5;
	counter.batch.row[1].added += 5;
	counter_seal(&tape->world, &counter);
	post(tape, &counter, "422");
}

static void taken_back_and_then_not(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	counter_revoke(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 0);
	add(&counter, 5);
	counter_revoke(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 2);
	counter_seal(&tape->world, &counter);
	post(tape, &counter, "201");
	counter.batch.row[0].revoked = 0;
	counter.batch.row[0].added += 2;
	counter_seal(&tape->world, &counter);
	post(tape, &counter, "422");
}

static void a_row_that_went_away(struct tape *tape)
{
	struct counter counter;

	begin_with(tape, &counter, 'a');
	counter.batch.row[0].added += counter.batch.row[1].added;
	counter.batch.n_rows = 1;
	counter_seal(&tape->world, &counter);
	post(tape, &counter, "422");
}

static void rows_that_do_not_add_up(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	add(&counter, 4);
	counter.batch.row[0].added++;
	counter_seal(&tape->world, &counter);
	post(tape, &counter, "422");
}

static void more_taken_back_than_counted(struct tape *tape)
{
	struct counter counter;

	begin_with(tape, &counter, 'a');
	counter_revoke(&counter, 1, CHANNEL_QR, FIRST_YES, 6);
	counter_seal(&tape->world, &counter);
	post(tape, &counter, "422");
}

static void a_log_that_shrinks(struct tape *tape)
{
	struct counter counter;

	begin_with(tape, &counter, 'a');
	counter.batch.log_size--;
	counter_seal(&tape->world, &counter);
	post(tape, &counter, "422");
}

static void a_log_rewritten_without_growing(struct tape *tape)
{
	struct counter counter;

	begin_with(tape, &counter, 'a');
	counter.batch.log_root.b[0] ^= 1;
	counter_seal(&tape->world, &counter);
	post(tape, &counter, "422");
}

static void more_behind_the_close(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	counter.batch.state = EPOCH_CLOSED;
	send_next(tape, &counter, 5, "201");
	counter.batch.state = EPOCH_OPEN;
	send_next(tape, &counter, 1, "422");
	counter.batch.seq--;
	counter.head = message_hash(counter.sealed, 0);
	counter.batch.state = EPOCH_CLOSED;
	send_next(tape, &counter, 1, "409");
}

static void correct(struct tape *tape, struct counter *counter, const struct secret_seed *hub,
                    uint32_t seq)
{
	struct correction correction = {
	    .epoch = counter->batch.epoch, .seq = seq, .reason = {"The second door."}};
	size_t len;

	(void)tape;
	assert_int_equal(correction_seal(&correction, hub, counter->batch.correction,
	                                 sizeof(counter->batch.correction), &len),
	                 0);
	counter->batch.correction_len = (uint16_t)len;
	counter->batch.state = EPOCH_CORRECTED;
}

static void a_correction(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	counter.batch.state = EPOCH_CLOSED;
	send_next(tape, &counter, 5, "201");
	correct(tape, &counter, &tape->world.hub_key, 2);
	send_next(tape, &counter, 1, "201");
	correct(tape, &counter, &tape->world.hub_key, 3);
	send_next(tape, &counter, 1, "201");
}

static void a_correction_of_a_stranger(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	counter.batch.state = EPOCH_CLOSED;
	send_next(tape, &counter, 5, "201");
	correct(tape, &counter, &counter.key, 2);
	send_next(tape, &counter, 1, "422");
}

static void a_correction_of_another_batch(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	counter.batch.state = EPOCH_CLOSED;
	send_next(tape, &counter, 5, "201");
	correct(tape, &counter, &tape->world.hub_key, 3);
	send_next(tape, &counter, 1, "422");
}

static void a_correction_of_what_is_open(struct tape *tape)
{
	struct counter counter;

	begin_with(tape, &counter, 'a');
	correct(tape, &counter, &tape->world.hub_key, 2);
	send_next(tape, &counter, 1, "422");
}

static void a_headcount_without_the_card(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	tape->world.secret.b[0] ^= 1;
	counter_headcount(&tape->world, &counter, 5);
	send_next(tape, &counter, 5, "422");
}

static void a_headcount_of_another_opening(struct tape *tape)
{
	struct counter counter, other;

	counter_open(&tape->world, &counter, 'a', 0);
	counter_open(&tape->world, &other, 'b', 0);
	counter_headcount(&tape->world, &other, 5);
	memcpy(counter.batch.headcount, other.batch.headcount, other.batch.headcount_len);
	counter.batch.headcount_len = other.batch.headcount_len;
	send_next(tape, &counter, 5, "422");
}

/* --- held --- */

static void a_project_there_is_not(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	counter_add(&counter, 9, CHANNEL_QR, FIRST_NOT_ASKED, 1);
	send_next(tape, &counter, 1, "201 held");
	send_next(tape, &counter, 1, "201 held");
}

static void more_kiosks_than_planned(struct tape *tape)
{
	struct counter a, b;

	begin_with(tape, &a, 'a');
	counter_open(&tape->world, &b, 'b', 0);
	send_next(tape, &b, 1, "201 held");
	send_next(tape, &a, 1, "201");
	tape->world.manifest.serial = 2;
	tape->world.manifest.kiosks_max = 2;
	world_seal_manifest(&tape->world);
	counter_open(&tape->world, &b, 'c', 0);
	send_next(tape, &b, 1, "201");
}

static void more_people_than_possible(struct tape *tape)
{
	struct counter counter;

	tape->world.manifest.people_max = 10;
	world_seal_manifest(&tape->world);
	counter_open(&tape->world, &counter, 'a', 0);
	send_next(tape, &counter, 10, "201");
	send_next(tape, &counter, 1, "201 held");
}

static void sealed_on_another_day(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	counter.batch.has_wall = true;
	counter.batch.clock_source = CLOCK_SOURCE_NTP;
	counter.batch.wall = WORLD_START - 86400 - 3600;
	send_next(tape, &counter, 1, "201");
	counter.batch.wall--;
	send_next(tape, &counter, 1, "201 held");
	counter.batch.wall = WORLD_START + 10800 + 86400 + 3600 + 1;
	send_next(tape, &counter, 1, "201 held");
	counter.batch.state = EPOCH_CLOSED;
	send_next(tape, &counter, 1, "201");
}

/* --- the body --- */

static void bodies_that_are_none(struct tape *tape)
{
	static uint8_t body[POST_BYTES_MAX + 1];
	struct counter counter;
	uint8_t *octet;

	counter_open(&tape->world, &counter, 'a', 0);
	add(&counter, 1);
	counter_seal(&tape->world, &counter);
	memcpy(body, counter.body, counter.body_len);
	post_body(tape, body, counter.body_len + 1, "400"); /* an octet behind the end */
	post_body(tape, body, counter.body_len - 1, "400");
	post_body(tape, body, 0, "400");
	body[0] = 0x85;
	post_body(tape, body, counter.body_len, "400");
	body[0] = 0x98; /* the array's head not the shortest */
	body[1] = 4;
	memcpy(body + 2, counter.body + 1, counter.body_len - 1);
	post_body(tape, body, counter.body_len + 1, "400");
	body[0] = 0x9f;
	memcpy(body + 1, counter.body + 1, counter.body_len - 1);
	body[counter.body_len] = 0xff;
	post_body(tape, body, counter.body_len + 1, "400");
	/* Of the batch, then of the grant: the algorithm, the signature, the envelope. */
	for (size_t at = 0; at < 2; at++) {
		struct post_view view;

		memcpy(body, counter.body, counter.body_len);
		assert_int_equal(post_split(body, counter.body_len, &view), 0);
		octet = body + ((at == 0 ? view.batch : view.grant) - body);
		octet[4] = 0x26;
		post_body(tape, body, counter.body_len, "401");
		octet[4] = 0x27;
		octet[(at == 0 ? view.batch_len : view.grant_len) - 1] ^= 1;
		post_body(tape, body, counter.body_len, at == 0 ? "401" : "403");
		octet[(at == 0 ? view.batch_len : view.grant_len) - 1] ^= 1;
		octet[0] = 0x85;
		post_body(tape, body, counter.body_len, "400");
	}
	memset(body, 0, sizeof(body));
	post_body(tape, body, sizeof(body), "413");
	post(tape, &counter, "201");
}

static const struct {
	const char *name;
	void (*play)(struct tape *tape);
} chain[] = {
#define CASE(name)                                                                                 \
	{                                                                                          \
#name, name                                                                        \
	}
    CASE(an_ordinary_meeting),
    CASE(nobody_came),
    CASE(an_old_batch_played_back),
    CASE(a_gap),
    CASE(the_first_missing),
    CASE(a_fork),
    CASE(another_predecessor),
    CASE(not_the_grant_before_the_first),
    CASE(two_chains_spliced),
    CASE(the_key_of_another_epoch),
    CASE(a_batch_of_another_epoch_under_this_grant),
    CASE(a_batch_that_names_another_kiosk),
    CASE(another_grant_for_the_same_epoch),
    CASE(a_grant_of_another_card),
    CASE(a_grant_for_another_manifest),
    CASE(a_manifest_of_another_hub),
    CASE(a_hub_of_another_network),
    CASE(a_hub_whose_time_was_over),
    CASE(a_hub_whose_time_ends_with_the_meeting),
    CASE(a_meeting_there_is_not),
    CASE(totals_that_shrink),
    CASE(taken_back_and_then_not),
    CASE(a_row_that_went_away),
    CASE(rows_that_do_not_add_up),
    CASE(more_taken_back_than_counted),
    CASE(a_log_that_shrinks),
    CASE(a_log_rewritten_without_growing),
    CASE(more_behind_the_close),
    CASE(a_correction),
    CASE(a_correction_of_a_stranger),
    CASE(a_correction_of_another_batch),
    CASE(a_correction_of_what_is_open),
    CASE(a_headcount_without_the_card),
    CASE(a_headcount_of_another_opening),
    CASE(a_project_there_is_not),
    CASE(more_kiosks_than_planned),
    CASE(more_people_than_possible),
    CASE(sealed_on_another_day),
    CASE(bodies_that_are_none),
};

static void put_chains(FILE *out)
{
	static struct tape tape;

	for (size_t i = 0; i < sizeof(chain) / sizeof(chain[0]); i++) {
		memset(&tape, 0, sizeof(tape));
		tape.out = out;
		world_init(&tape.world);
		print_message("%s\n", chain[i].name);
		(void)fprintf(out, "{\"name\": \"%s\", \"kind\": \"chain\", ", chain[i].name);
		put_root(out, &tape.world);
		(void)fputs(", \"posts\": [", out);
		chain[i].play(&tape);
		(void)fputs("]}\n", out);
		world_deinit(&tape.world);
	}
}

/* --- answers --- */

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
	put_root(out, &a->world);
	(void)fputs(", ", out);
	put_hex(out, "hex", a->reply.bytes, a->reply.len);
	(void)fputs(", ", out);
	put_hex(out, "nonce_hex", a->nonce.b, sizeof(a->nonce.b));
	(void)fputs(", ", out);
	put_hex(out, "body_hex", a->counter.body, a->counter.body_len);
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

static void put_answers(FILE *out)
{
	static struct answered a;

	memset(&a, 0, sizeof(a));
	world_init(&a.world);
	memset(a.nonce.b, 'n', sizeof(a.nonce.b));
	counter_open(&a.world, &a.counter, 'a', 0);
	for (int i = 0; i < 5; i++) {
		add(&a.counter, 1);
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

/* --- bundles --- */

struct bundle {
	struct public_key root;
	unsigned n;
	size_t at[ITEMS_MAX], len[ITEMS_MAX];
	enum bundle_kind kind[ITEMS_MAX];
	size_t size;
	uint8_t octets[BUNDLE_BYTES_MAX];
};

static bool holds(const struct bundle *bundle)
{
	const struct audit_report *report;
	struct audit *audit = NULL;
	bool all = true;
	size_t at = 0;

	assert_int_equal(audit_new(&bundle->root, &audit), 0);
	while (at < bundle->size) {
		struct bundle_item item;
		size_t taken;

		if (bundle_read(bundle->octets + at, bundle->size - at, &item, &taken) != 0)
			break;
		assert_int_equal(audit_item(audit, &item, bundle->octets + at, taken), 0);
		at += taken;
	}
	report = audit_end(audit, at < bundle->size ? "Cut." : NULL);
	for (int i = 0; i < AUDIT_N_PROMISES; i++)
		all = all && report->promise[i].broken[0] == '\0';
	audit_free(audit);
	return all;
}

static void put_bundle(FILE *out, const struct bundle *bundle, const char *name, bool expected)
{
	if (holds(bundle) != expected)
		fail_msg("%s %s", name, expected ? "does not hold" : "holds");
	(void)fprintf(out, "{\"name\": \"%s\", \"kind\": \"bundle\", ", name);
	put_hex(out, "root_hex", bundle->root.b, sizeof(bundle->root.b));
	(void)fputs(", ", out);
	put_hex(out, "hex", bundle->octets, bundle->size);
	(void)fprintf(out, ", \"expected\": \"%s\"}\n", expected ? "holds" : "does not hold");
}

/* Kept as a file, for a kiosk's leaves are random. */
static void read_bundle(struct bundle *bundle)
{
	uint8_t *octets;
	size_t at = 0;

	memset(bundle, 0, sizeof(*bundle));
	assert_int_equal(file_read(TEST_DATA "/fuzz/bundle/seed-closed", BUNDLE_BYTES_MAX, &octets,
	                           &bundle->size),
	                 0);
	memcpy(bundle->octets, octets, bundle->size);
	free(octets);
	while (at < bundle->size) {
		struct bundle_item item;

		assert_true(bundle->n < ITEMS_MAX);
		assert_int_equal(bundle_read(bundle->octets + at, bundle->size - at, &item,
		                             &bundle->len[bundle->n]),
		                 0);
		if (item.kind == BUNDLE_BEGIN)
			bundle->root = item.begin.root;
		bundle->kind[bundle->n] = item.kind;
		bundle->at[bundle->n] = at;
		at += bundle->len[bundle->n++];
	}
}

static void make_end(struct bundle *bundle, size_t len)
{
	const struct bundle_item item = {.kind = BUNDLE_END, .end = sha256(bundle->octets, len)};
	size_t end = 0;

	assert_int_equal(bundle_write(&item, bundle->octets + len, 64, &end), 0);
	bundle->size = len + end;
}

static void copy_items(const struct bundle *from, unsigned left_out, unsigned doubled,
                       struct bundle *to)
{
	size_t len = 0;

	*to = *from;
	for (unsigned i = 0; i + 1 < from->n; i++)
		for (unsigned n = i == left_out ? 0 : i == doubled ? 2 : 1; n > 0; n--) {
			memcpy(to->octets + len, from->octets + from->at[i], from->len[i]);
			len += from->len[i];
		}
	make_end(to, len);
}

static void put_bundles(FILE *out)
{
	static struct bundle bundle, other;
	char name[64];

	read_bundle(&bundle);
	put_bundle(out, &bundle, "a bundle", true);
	for (unsigned i = 0; i + 1 < bundle.n; i++) {
		other = bundle;
		other.octets[bundle.at[i] + bundle.len[i] / 2] ^= 1;
		make_end(&other, bundle.at[bundle.n - 1]);
		(void)snprintf(name, sizeof(name), "a bundle with item %u changed", i);
		put_bundle(out, &other, name, false);
	}
	for (unsigned i = 0; i + 2 < bundle.n; i += 2) {
		copy_items(&bundle, i, ITEMS_MAX, &other);
		(void)snprintf(name, sizeof(name), "a bundle without item %u", i);
		put_bundle(out, &other, name, false);
	}
	for (unsigned i = 0; i + 1 < bundle.n; i += 2) {
		copy_items(&bundle, ITEMS_MAX, i, &other);
		(void)snprintf(name, sizeof(name), "a bundle with item %u twice", i);
		put_bundle(out, &other, name, false);
	}
	other = bundle;
	other.octets[200] ^= 1;
	put_bundle(out, &other, "a bundle changed afterwards", false);
	other = bundle;
	other.size--;
	put_bundle(out, &other, "a bundle cut short", false);
	other.size = bundle.at[bundle.n - 1];
	put_bundle(out, &other, "a bundle without an end", false);
	other = bundle;
	other.size++;
	put_bundle(out, &other, "a bundle with an octet behind it", false);
	other = bundle;
	other.root.b[0] ^= 1;
	put_bundle(out, &other, "a bundle of another network", false);
}

/* --- bundles of a kiosk that lies, and signs it --- */

struct line {
	uint8_t op, project, channel, ref;
};

static void put_item(struct bundle *bundle, const struct bundle_item *item)
{
	size_t len = 0;

	assert_int_equal(
	    bundle_write(item, bundle->octets + bundle->size, BUNDLE_ITEM_BYTES_MAX, &len), 0);
	bundle->size += len;
}

/* The lines as leaves, and a batch over them whose root is theirs and whose rows are the caller's.
 */
static void tell(struct world *world, const struct line *line, size_t n, const uint32_t rows[2],
                 bool headcount, struct bundle *bundle)
{
	uint8_t leaves[BUNDLE_LEAVES_MAX * BUNDLE_LEAF_BYTES] = {0};
	struct counter counter;
	struct bundle_item item = {.kind = BUNDLE_BEGIN};

	memset(bundle, 0, sizeof(*bundle));
	bundle->root = ed25519_public(&world->root);
	counter_open(world, &counter, 'a', 0);
	for (size_t i = 0; i < n; i++) {
		uint8_t *leaf = leaves + i * BUNDLE_LEAF_BYTES;
		struct hash hash;

		memset(leaf, (int)i + 1, 32);
		leaf[32] = line[i].op;
		leaf[34] = line[i].project;
		leaf[35] = line[i].channel;
		leaf[46] = line[i].ref;
		hash = merkle_leaf(leaf, BUNDLE_LEAF_BYTES);
		merkle_append(&counter.log, &hash, NULL, NULL);
	}
	counter.batch.log_size = n;
	counter.batch.log_root = merkle_root(&counter.log);
	counter.batch.n_rows = 1;
	counter.batch.row[0] =
	    (struct batch_row){.channel = CHANNEL_QR, .added = rows[0], .revoked = rows[1]};
	counter.batch.state = EPOCH_CLOSED;
	if (headcount) { /* not with the card */
		world->secret.b[0] ^= 1;
		counter_headcount(world, &counter, 2);
		world->secret.b[0] ^= 1;
	}
	counter_seal(world, &counter);
	item.begin.event = world->manifest.event;
	item.begin.device = counter.batch.device;
	item.begin.root = bundle->root;
	put_item(bundle, &item);
	item = (struct bundle_item){.kind = BUNDLE_OPENING,
	                            .part = {{world->manifest_bytes, world->manifest_len},
	                                     {world->hub_cert, world->hub_cert_len},
	                                     {counter.grant_bytes, counter.grant_len}}};
	put_item(bundle, &item);
	item =
	    (struct bundle_item){.kind = BUNDLE_LEAVES, .part = {{leaves, n * BUNDLE_LEAF_BYTES}}};
	put_item(bundle, &item);
	item = (struct bundle_item){.kind = BUNDLE_SEALED,
	                            .part = {{counter.sealed, counter.sealed_len}}};
	put_item(bundle, &item);
	make_end(bundle, bundle->size);
}

static void put_lies(FILE *out)
{
	static const struct {
		const char *name;
		bool holds;
		uint32_t rows[2];
		size_t n;
		struct line line[4];
	} told[] = {
	    {"a kiosk's word",
	     true,
	     {3, 1},
	     4,
	     {{1, 0, 1, 0}, {1, 0, 1, 0}, {1, 0, 1, 0}, {2, 0, 1, 1}}},
	    {"one line taken back twice",
	     false,
	     {2, 2},
	     4,
	     {{1, 0, 1, 0}, {1, 0, 1, 0}, {2, 0, 1, 1}, {2, 0, 1, 1}}},
	    {"a taking back taken back",
	     false,
	     {2, 2},
	     4,
	     {{1, 0, 1, 0}, {1, 0, 1, 0}, {2, 0, 1, 1}, {2, 0, 1, 2}}},
	    {"a line taken back that comes later", false, {1, 1}, 2, {{2, 0, 1, 1}, {1, 0, 1, 0}}},
	    {"a line of another channel taken back",
	     false,
	     {1, 1},
	     2,
	     {{1, 0, 2, 0}, {2, 0, 1, 0}}},
	    {"other totals than its lines",
	     false,
	     {3, 1},
	     4,
	     {{1, 0, 1, 0}, {1, 0, 1, 0}, {1, 0, 1, 0}, {1, 0, 1, 0}}},
	    {"lines of another project than its totals",
	     false,
	     {2, 0},
	     2,
	     {{1, 0, 1, 0}, {1, 1, 1, 0}}},
	    {"a line that does neither", false, {1, 0}, 1, {{3, 0, 1, 0}}},
	    {"a line of no channel", false, {1, 0}, 1, {{1, 0, 4, 0}}},
	    {"an addition that refers to a line", false, {2, 0}, 2, {{1, 0, 1, 0}, {1, 0, 1, 1}}},
	};
	static struct bundle bundle;
	struct world world;

	world_init(&world);
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		tell(&world, told[i].line, told[i].n, told[i].rows, false, &bundle);
		put_bundle(out, &bundle, told[i].name, told[i].holds);
	}
	tell(&world, told[0].line, told[0].n, told[0].rows, true, &bundle);
	put_bundle(out, &bundle, "a headcount without the card, in a bundle", false);
	world_deinit(&world);
}

/* --- the file --- */

static char *vectors(size_t *ret_len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_len);

	assert_non_null(out);
	put_chains(out);
	put_answers(out);
	put_bundles(out);
	put_lies(out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void every_case_is_answered_as_expected_and_stands_in_the_file(void **state)
{
	uint8_t *text;
	size_t len, expected_len;
	char *expected = vectors(&expected_len);

	(void)state;
	assert_int_equal(file_read(TEST_DATA "/vectors/chains.jsonl", FILE_BYTES_MAX, &text, &len),
	                 0);
	assert_int_equal(len, expected_len);
	assert_memory_equal(text, expected, len);
	free(expected);
	free(text);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_case_is_answered_as_expected_and_stands_in_the_file),
	};

	if (crypto_init() != 0)
		return 1;
	if (argc == 2 && strcmp(argv[1], "--write") == 0) {
		size_t len;
		char *text = vectors(&len);
		const bool written = fwrite(text, 1, len, stderr) == len;

		free(text);
		return written ? 0 : 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

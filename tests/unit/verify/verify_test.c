/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise (DESIGN.md, Promises): no total is silently changed. Every way a batch can be wrong gets
 * its own answer, in the order of section 8, signed, with a sentence, and counts nothing; each made
 * by signing a real batch that is wrong.
 */
#include <string.h>

#include "crypto.h"
#include "text.h"
#include "world.h"

static void flip(uint8_t *octets, size_t at)
{
	octets[at] ^= 1;
}

/* --- each takes a kiosk with two good batches stored (`stored`) or none, and makes counter->body
 * wrong --- */

typedef void spoil_fn(struct world *world, struct counter *counter);

static void leave(struct world *world, struct counter *counter)
{
	counter_seal(world, counter);
}

static void empty_body(struct world *world, struct counter *counter)
{
	(void)world;
	counter->body_len = 0;
}

static void html_body(struct world *world, struct counter *counter)
{
	(void)world;
	counter->body_len = 14;
	memcpy(counter->body, "<html></html>\n", counter->body_len);
}

static void octet_left_over(struct world *world, struct counter *counter)
{
	counter_seal(world, counter);
	counter->body[counter->body_len++] = 0;
}

static void body_cut_short(struct world *world, struct counter *counter)
{
	counter_seal(world, counter);
	counter->body_len--;
}

static void batch_not_signed_message(struct world *world, struct counter *counter)
{
	counter_seal(world, counter);
	counter->sealed[0] = 0x83; /* an array of three */
	counter_join(world, counter);
}

static void batch_too_long(struct world *world, struct counter *counter)
{
	memset(counter->sealed, 0, sizeof(counter->sealed));
	counter->sealed_len = sizeof(counter->sealed);
	counter_join(world, counter);
}

static void signature_flipped(struct world *world, struct counter *counter)
{
	counter_seal(world, counter);
	flip(counter->sealed, counter->sealed_len - 1);
	counter_join(world, counter);
}

static void payload_flipped(struct world *world, struct counter *counter)
{
	counter_seal(world, counter);
	flip(counter->sealed, counter->sealed_len / 2);
	counter_join(world, counter);
}

static void algorithm_changed(struct world *world, struct counter *counter)
{
	static const uint8_t eddsa[] = {0x43, 0xa1, 0x01, 0x27};

	counter_seal(world, counter);
	assert_memory_equal(counter->sealed + 1, eddsa, sizeof(eddsa));
	flip(counter->sealed, 4); /* {1: -8} -> {1: -7} */
	counter_join(world, counter);
}

static void signed_by_another(struct world *world, struct counter *counter)
{
	counter->key = world_seed('x');
	counter_seal(world, counter);
}

static void signed_as_another_kind(struct world *world, struct counter *counter)
{
	struct sign1_view view;
	uint8_t payload[BATCH_BYTES_MAX];

	counter_seal(world, counter);
	assert_int_equal(sign1_split(SIGN1_BATCH, counter->sealed, counter->sealed_len, &view), 0);
	memcpy(payload, view.payload, view.payload_len);
	assert_int_equal(sign1_seal(SIGN1_RECEIPT, payload, view.payload_len, &counter->key,
	                            counter->sealed, sizeof(counter->sealed), &counter->sealed_len),
	                 0);
	counter_join(world, counter);
}

/* Signs the canonical payload with one octet more, so that only the strict reader can tell. */
static void payload_not_canonical(struct world *world, struct counter *counter)
{
	struct sign1_view view;
	uint8_t payload[BATCH_BYTES_MAX];
	size_t len;

	counter_seal(world, counter);
	assert_int_equal(sign1_split(SIGN1_BATCH, counter->sealed, counter->sealed_len, &view), 0);
	len = view.payload_len + 1;
	/* 8e 01 -> 8e 18 01: the version as a longer integer */
	payload[0] = view.payload[0];
	assert_int_equal(view.payload[1], 1);
	payload[1] = 0x18;
	memcpy(payload + 2, view.payload + 1, view.payload_len - 1);
	assert_int_equal(sign1_seal(SIGN1_BATCH, payload, len, &counter->key, counter->sealed,
	                            sizeof(counter->sealed), &counter->sealed_len),
	                 0);
	counter_join(world, counter);
}

/* Signed with the card, but of another version: it names no key. */
static void grant_unreadable(struct world *world, struct counter *counter)
{
	const struct secret_seed card = card_seed(&world->secret, &world->manifest.event);
	uint8_t payload[GRANT_BYTES_MAX];
	struct sign1_view view;

	assert_int_equal(sign1_split(SIGN1_GRANT, counter->grant_bytes, counter->grant_len, &view),
	                 0);
	memcpy(payload, view.payload, view.payload_len);
	assert_int_equal(payload[1], 1);
	payload[1] = 2;
	assert_int_equal(sign1_seal(SIGN1_GRANT, payload, view.payload_len, &card,
	                            counter->grant_bytes, sizeof(counter->grant_bytes),
	                            &counter->grant_len),
	                 0);
	counter_seal(world, counter);
}

static void other_root(struct world *world, struct counter *counter)
{
	world->root = world_seed('R');
	world_seal_hub(world);
	world->root = world_seed('r');
	counter_seal(world, counter);
}

static void certificate_ends_before_the_meeting(struct world *world, struct counter *counter)
{
	world->hub.not_after = WORLD_START + 10;
	world_seal_hub(world);
	counter_seal(world, counter);
}

static void certificate_begins_after_the_meeting(struct world *world, struct counter *counter)
{
	world->hub.not_before = WORLD_START + 1;
	world_seal_hub(world);
	counter_seal(world, counter);
}

static void manifest_of_another_hub(struct world *world, struct counter *counter)
{
	world->hub_key = world_seed('H');
	world_seal_manifest(world);
	counter->grant.manifest = message_hash(world->manifest_bytes, world->manifest_len);
	counter_seal_grant(world, counter);
	counter_seal(world, counter);
}

static void grant_for_another_manifest(struct world *world, struct counter *counter)
{
	counter->grant.manifest.b[0] ^= 1;
	counter_seal_grant(world, counter);
	counter_seal(world, counter);
}

static void grant_by_another_card(struct world *world, struct counter *counter)
{
	world->secret.b[0] ^= 1;
	counter_seal_grant(world, counter);
	counter_seal(world, counter);
}

static void grant_for_no_such_meeting(struct world *world, struct counter *counter)
{
	counter->grant.occurrence = 3;
	counter_seal_grant(world, counter);
	counter_seal(world, counter);
}

static void names_another_device(struct world *world, struct counter *counter)
{
	const struct secret_seed other = world_seed('x');

	counter->batch.device = ed25519_public(&other);
	counter_seal(world, counter);
}

static void names_another_epoch(struct world *world, struct counter *counter)
{
	counter->batch.epoch.b[0] ^= 1;
	counter_seal(world, counter);
}

static void hub_revoked(struct world *world, struct counter *counter)
{
	assert_int_equal(collector_revoke(world->collector, world->now, &world->hub.hub, "lost"),
	                 0);
	counter_seal(world, counter);
}

static void card_revoked(struct world *world, struct counter *counter)
{
	assert_int_equal(
	    collector_revoke(world->collector, world->now, &world->manifest.card, "lost"), 0);
	counter_seal(world, counter);
}

static void device_revoked(struct world *world, struct counter *counter)
{
	assert_int_equal(
	    collector_revoke(world->collector, world->now, &counter->batch.device, "lost"), 0);
	counter_seal(world, counter);
}

static void number_repeated(struct world *world, struct counter *counter)
{
	counter->batch.seq--;
	counter_add(counter, 0, CHANNEL_MANUAL, FIRST_NOT_ASKED, 1);
	counter_seal(world, counter);
}

static void number_skipped(struct world *world, struct counter *counter)
{
	counter->batch.seq++;
	counter_seal(world, counter);
}

static void follows_something_else(struct world *world, struct counter *counter)
{
	counter->head.b[0] ^= 1;
	counter_seal(world, counter);
}

static void other_grant_for_the_epoch(struct world *world, struct counter *counter)
{
	const struct hash head = counter->head;

	counter->grant.occurrence = 1;
	counter_seal_grant(world, counter);
	counter->head = head;
	counter_seal(world, counter);
}

static void row_smaller(struct world *world, struct counter *counter)
{
	counter->batch.row[0].added--;
	counter->batch.log_size--;
	counter_seal(world, counter);
}

static void row_missing(struct world *world, struct counter *counter)
{
	counter->batch.log_size -= counter->batch.row[0].added + counter->batch.row[0].revoked;
	counter->batch.n_rows--;
	memmove(&counter->batch.row[0], &counter->batch.row[1],
	        counter->batch.n_rows * sizeof(counter->batch.row[0]));
	counter_seal(world, counter);
}

static void more_taken_back_than_counted(struct world *world, struct counter *counter)
{
	counter_revoke(counter, 1, CHANNEL_QR, FIRST_NOT_ASKED, counter->batch.row[1].added + 1);
	counter_seal(world, counter);
}

static void sum_differs(struct world *world, struct counter *counter)
{
	counter->batch.log_size++;
	counter_seal(world, counter);
}

static void log_rewritten(struct world *world, struct counter *counter)
{
	counter->batch.log_root.b[0] ^= 1;
	counter_seal(world, counter);
}

static void close_it(struct world *world, struct counter *counter)
{
	counter->batch.state = EPOCH_CLOSED;
	counter_seal(world, counter);
	assert_int_equal(world_post(world, counter), ANSWER_STORED);
}

static void correct(struct world *world, struct counter *counter, const struct secret_seed *key,
                    uint32_t seq)
{
	struct correction correction = {.epoch = counter->batch.epoch, .seq = seq};
	size_t len;

	text_copy(correction.reason.s, sizeof(correction.reason.s),
	          "Two people were counted at the wrong table.");
	assert_int_equal(correction_seal(&correction, key, counter->batch.correction,
	                                 sizeof(counter->batch.correction), &len),
	                 0);
	counter->batch.correction_len = (uint16_t)len;
	counter->batch.state = EPOCH_CORRECTED;
	counter_revoke(counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 2);
	counter_seal(world, counter);
}

static void open_again(struct world *world, struct counter *counter)
{
	close_it(world, counter);
	counter->batch.state = EPOCH_OPEN;
	counter_seal(world, counter);
}

static void headcount_after_the_close(struct world *world, struct counter *counter)
{
	close_it(world, counter);
	counter_headcount(world, counter, 12);
	counter_seal(world, counter);
}

static void headcount_and_more_after_the_close(struct world *world, struct counter *counter)
{
	close_it(world, counter);
	counter_headcount(world, counter, 12);
	counter_add(counter, 0, CHANNEL_MANUAL, FIRST_NOT_ASKED, 1);
	counter_seal(world, counter);
}

static void nothing_new_after_the_close(struct world *world, struct counter *counter)
{
	close_it(world, counter);
	counter_seal(world, counter);
}

static void closed_again(struct world *world, struct counter *counter)
{
	close_it(world, counter);
	counter_add(counter, 0, CHANNEL_MANUAL, FIRST_NOT_ASKED, 1);
	counter_seal(world, counter);
}

static void corrected_while_open(struct world *world, struct counter *counter)
{
	correct(world, counter, &world->hub_key, counter->batch.seq + 1);
}

static void corrected_by_another(struct world *world, struct counter *counter)
{
	const struct secret_seed other = world_seed('H');

	close_it(world, counter);
	correct(world, counter, &other, counter->batch.seq + 1);
}

static void correction_of_another_batch(struct world *world, struct counter *counter)
{
	close_it(world, counter);
	correct(world, counter, &world->hub_key, counter->batch.seq);
}

static void corrected_by_its_hub(struct world *world, struct counter *counter)
{
	close_it(world, counter);
	correct(world, counter, &world->hub_key, counter->batch.seq + 1);
}

static void headcount_by_another(struct world *world, struct counter *counter)
{
	world->secret.b[0] ^= 1;
	counter_headcount(world, counter, 12);
	world->secret.b[0] ^= 1;
	counter_seal(world, counter);
}

static void headcount_of_another_epoch(struct world *world, struct counter *counter)
{
	counter->batch.epoch.b[0] ^= 1;
	counter_headcount(world, counter, 12);
	counter->batch.epoch.b[0] ^= 1;
	counter_seal(world, counter);
}

static void headcount_of_the_card(struct world *world, struct counter *counter)
{
	counter_headcount(world, counter, 12);
	counter_seal(world, counter);
}

/* Two faults: the earlier check answers. */
static void bad_signature_and_not_canonical(struct world *world, struct counter *counter)
{
	payload_not_canonical(world, counter);
	flip(counter->sealed, counter->sealed_len - 1);
	counter_join(world, counter);
}

static void bad_signature_and_no_trust(struct world *world, struct counter *counter)
{
	other_root(world, counter);
	flip(counter->sealed, counter->sealed_len - 1);
	counter_join(world, counter);
}

static void no_trust_and_gap(struct world *world, struct counter *counter)
{
	counter->batch.seq++;
	other_root(world, counter);
}

static void gap_and_sum(struct world *world, struct counter *counter)
{
	counter->batch.seq++;
	counter->batch.log_size++;
	counter_seal(world, counter);
}

static const struct {
	const char *name;
	uint16_t stored; /* good batches before */
	spoil_fn *spoil;
	uint16_t status;
} wrong[] = {
    {"the first batch", 0, leave, ANSWER_STORED},
    {"the next batch", 2, leave, ANSWER_STORED},
    {"an empty body", 0, empty_body, ANSWER_BAD_REQUEST},
    {"a web page", 0, html_body, ANSWER_BAD_REQUEST},
    {"an octet left over", 0, octet_left_over, ANSWER_BAD_REQUEST},
    {"a body cut short", 0, body_cut_short, ANSWER_BAD_REQUEST},
    {"a batch that is no signed message", 0, batch_not_signed_message, ANSWER_BAD_REQUEST},
    {"a batch that is too long", 0, batch_too_long, ANSWER_TOO_LARGE},
    {"one bit of the signature", 2, signature_flipped, ANSWER_BAD_SIGNATURE},
    {"one bit of the payload", 2, payload_flipped, ANSWER_BAD_SIGNATURE},
    {"another algorithm", 0, algorithm_changed, ANSWER_BAD_SIGNATURE},
    {"another key", 2, signed_by_another, ANSWER_BAD_SIGNATURE},
    {"a signature of another kind", 0, signed_as_another_kind, ANSWER_BAD_SIGNATURE},
    {"a grant that cannot be read", 0, grant_unreadable, ANSWER_BAD_SIGNATURE},
    {"a payload that is not canonical", 0, payload_not_canonical, ANSWER_BAD_REQUEST},
    {"a hub of another network", 0, other_root, ANSWER_NOT_TRUSTED},
    {"a certificate that ends before the meeting", 0, certificate_ends_before_the_meeting,
     ANSWER_NOT_TRUSTED},
    {"a certificate that begins after the meeting", 0, certificate_begins_after_the_meeting,
     ANSWER_NOT_TRUSTED},
    {"a manifest of another hub", 0, manifest_of_another_hub, ANSWER_NOT_TRUSTED},
    {"a grant for another manifest", 0, grant_for_another_manifest, ANSWER_NOT_TRUSTED},
    {"a grant by another card", 0, grant_by_another_card, ANSWER_NOT_TRUSTED},
    {"a grant for a meeting that is not", 0, grant_for_no_such_meeting, ANSWER_NOT_TRUSTED},
    {"a batch that names another kiosk", 0, names_another_device, ANSWER_NOT_TRUSTED},
    {"a batch of another epoch", 0, names_another_epoch, ANSWER_NOT_TRUSTED},
    {"a revoked hub", 2, hub_revoked, ANSWER_NOT_TRUSTED},
    {"a revoked card", 2, card_revoked, ANSWER_NOT_TRUSTED},
    {"a revoked kiosk", 2, device_revoked, ANSWER_NOT_TRUSTED},
    {"another grant for a known epoch", 2, other_grant_for_the_epoch, ANSWER_NOT_TRUSTED},
    {"a number that is taken", 2, number_repeated, ANSWER_CONFLICT},
    {"number 2 first", 0, number_skipped, ANSWER_GAP},
    {"a number left out", 2, number_skipped, ANSWER_GAP},
    {"another predecessor", 2, follows_something_else, ANSWER_CONFLICT},
    {"a first batch that does not follow its grant", 0, follows_something_else, ANSWER_CONFLICT},
    {"a total that became smaller", 2, row_smaller, ANSWER_DOES_NOT_ADD_UP},
    {"a line that is gone", 2, row_missing, ANSWER_DOES_NOT_ADD_UP},
    {"more taken back than counted", 2, more_taken_back_than_counted, ANSWER_DOES_NOT_ADD_UP},
    {"lines that do not add up to the log", 2, sum_differs, ANSWER_DOES_NOT_ADD_UP},
    {"a log rewritten without growing", 2, log_rewritten, ANSWER_DOES_NOT_ADD_UP},
    {"an opening that is open again", 1, open_again, ANSWER_DOES_NOT_ADD_UP},
    {"an opening that is closed again", 1, closed_again, ANSWER_DOES_NOT_ADD_UP},
    {"a headcount after the close", 1, headcount_after_the_close, ANSWER_STORED},
    {"a headcount and more people after the close", 1, headcount_and_more_after_the_close,
     ANSWER_DOES_NOT_ADD_UP},
    {"a close that says nothing new", 1, nothing_new_after_the_close, ANSWER_DOES_NOT_ADD_UP},
    {"a correction of an open one", 1, corrected_while_open, ANSWER_DOES_NOT_ADD_UP},
    {"a correction by somebody else", 1, corrected_by_another, ANSWER_DOES_NOT_ADD_UP},
    {"a correction of another batch", 1, correction_of_another_batch, ANSWER_DOES_NOT_ADD_UP},
    {"a correction by its hub", 1, corrected_by_its_hub, ANSWER_STORED},
    {"a headcount by another card", 1, headcount_by_another, ANSWER_DOES_NOT_ADD_UP},
    {"a headcount of another opening", 1, headcount_of_another_epoch, ANSWER_DOES_NOT_ADD_UP},
    {"a headcount of the card", 1, headcount_of_the_card, ANSWER_STORED},
    {"a bad signature over a payload that is not canonical", 0, bad_signature_and_not_canonical,
     ANSWER_BAD_SIGNATURE},
    {"a bad signature and no trust", 0, bad_signature_and_no_trust, ANSWER_BAD_SIGNATURE},
    {"no trust and a gap", 0, no_trust_and_gap, ANSWER_NOT_TRUSTED},
    {"a gap and a wrong sum", 0, gap_and_sum, ANSWER_GAP},
};

static void each_fault_gets_its_own_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct world world;
		struct counter counter;
		uint32_t head;
		uint16_t status;

		world_init(&world);
		counter_open(&world, &counter, 'a', 0);
		for (uint16_t n = 0; n < wrong[i].stored; n++) {
			counter_add(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 5);
			counter_add(&counter, 1, CHANNEL_QR, FIRST_NOT_ASKED, 5);
			counter_seal(&world, &counter);
			assert_int_equal(world_post(&world, &counter), ANSWER_STORED);
		}
		wrong[i].spoil(&world, &counter);
		(void)world_head(&world, &counter.grant.epoch);
		head = world.answer.head_seq;
		status = world_post(&world, &counter);
		if (status != wrong[i].status)
			fail_msg("%s: %u, not %u: %s", wrong[i].name, status, wrong[i].status,
			         world.answer.reason.s);
		/* A refusal moves nothing. */
		(void)world_head(&world, &counter.grant.epoch);
		assert_int_equal(world.answer.head_seq, status == ANSWER_STORED ? head + 1 : head);
		world_deinit(&world);
	}
}

static void a_body_over_the_limit_is_too_large(void **state)
{
	static const uint8_t body[POST_BYTES_MAX + 1];
	struct world world;

	(void)state;
	world_init(&world);
	assert_int_equal(world_post_body(&world, body, sizeof(body)), ANSWER_TOO_LARGE);
	world_deinit(&world);
}

static void a_request_without_a_nonce_is_refused_and_signed(void **state)
{
	static struct collector_reply reply;
	const struct nonce none = {0};
	struct world world;
	struct counter counter;
	struct hash subject;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	counter_seal(&world, &counter);
	subject = sha256(counter.body, counter.body_len);
	assert_int_equal(collector_post(world.collector, world.now, NULL, counter.body,
	                                counter.body_len, &reply),
	                 0);
	world_check_reply(&world, reply.bytes, reply.len, &none, &subject);
	assert_int_equal(world.answer.status, ANSWER_BAD_REQUEST);
	assert_int_equal(world_head(&world, &counter.batch.epoch), ANSWER_NO_SUCH_EPOCH);
	world_deinit(&world);
}

/* A hub's manifest must not be counted for another hub whose certificate is known too. */
static void a_known_manifest_is_not_taken_under_another_known_hub(void **state)
{
	struct world world;
	struct counter counter;
	uint8_t other_cert[HUB_CERT_BYTES_MAX], own_cert[HUB_CERT_BYTES_MAX];
	size_t other_len, own_len;

	(void)state;
	world_init(&world);
	own_len = world.hub_cert_len;
	memcpy(own_cert, world.hub_cert, own_len);
	counter_open(&world, &counter, 'a', 0);
	counter_seal(&world, &counter);
	assert_int_equal(world_post(&world, &counter), ANSWER_STORED);
	/* another hub, heard of through an event of its own */
	world.hub_key = world_seed('H');
	world.hub.hub = ed25519_public(&world.hub_key);
	world.hub.hub_id = 8;
	world_seal_hub(&world);
	other_len = world.hub_cert_len;
	memcpy(other_cert, world.hub_cert, other_len);
	world.manifest.event.b[0] ^= 1;
	world.manifest.card = (struct public_key){0};
	{
		const struct secret_seed card = card_seed(&world.secret, &world.manifest.event);

		world.manifest.card = ed25519_public(&card);
	}
	world_seal_manifest(&world);
	counter_open(&world, &counter, 'b', 0);
	counter_seal(&world, &counter);
	assert_int_equal(world_post(&world, &counter), ANSWER_STORED);
	/* its event, sent with the first hub's certificate */
	memcpy(world.hub_cert, own_cert, own_len);
	world.hub_cert_len = own_len;
	counter_open(&world, &counter, 'c', 0);
	counter_seal(&world, &counter);
	assert_int_equal(world_post(&world, &counter), ANSWER_NOT_TRUSTED);
	world_deinit(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_fault_gets_its_own_answer),
	    cmocka_unit_test(a_body_over_the_limit_is_too_large),
	    cmocka_unit_test(a_request_without_a_nonce_is_refused_and_signed),
	    cmocka_unit_test(a_known_manifest_is_not_taken_under_another_known_hub),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

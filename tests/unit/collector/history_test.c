/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise (DESIGN.md, Promises): no total is silently changed, by the collector neither. Its log
 * proves itself to anybody; it may change its key and still stands by what it signed; and what was
 * held counts once the hub has mended the cause.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "totals.h"
#include "world.h"

/* --- the log --- */

static struct log_head ask_head(struct world *world)
{
	static struct collector_reply reply;
	const struct public_key root = ed25519_public(&world->root);
	struct collector_cert cert;
	struct reply_view view;
	struct nonce nonce;
	struct log_head head;

	memset(nonce.b, ++world->next_nonce, sizeof(nonce.b));
	assert_int_equal(collector_log_head(world->collector, world->now, &nonce, &reply), 0);
	assert_int_equal(reply_split(reply.bytes, reply.len, &view), 0);
	assert_int_equal(
	    collector_cert_open(view.collector_cert, view.collector_cert_len, &root, &cert), 0);
	assert_int_equal(log_head_open(view.answer, view.answer_len, &cert.collector, &head), 0);
	assert_memory_equal(&head.nonce, &nonce, sizeof(nonce));
	return head;
}

static struct log_proof proof_in(const struct collector_reply *reply)
{
	struct log_proof proof;

	assert_int_equal(log_proof_parse(reply->bytes, reply->len, &proof), 0);
	return proof;
}

static void anybody_can_see_that_the_log_only_grows(void **state)
{
	static struct collector_reply reply;
	struct world world;
	struct counter counter;
	struct log_head at[20];
	struct hash batch[20];

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	at[0] = ask_head(&world);
	assert_int_equal(at[0].size, 0);
	for (unsigned n = 1; n < 20; n++) {
		world_count_and_send(&world, &counter, 1);
		batch[n - 1] = counter.head;
		at[n] = ask_head(&world);
		assert_int_equal(at[n].size, n);
	}
	for (unsigned n = 1; n < 20; n++)
		for (unsigned m = 1; m <= n; m++) {
			const struct hash leaf =
			    merkle_leaf(batch[m - 1].b, sizeof(batch[m - 1].b));
			struct log_proof proof;

			assert_int_equal(collector_log_consistency(world.collector, m, n, &reply),
			                 0);
			proof = proof_in(&reply);
			assert_true(proof.first == m && proof.size == n);
			assert_true(
			    merkle_consistency_holds(m, &at[m].root, n, &at[n].root, &proof.proof));
			assert_int_equal(
			    collector_log_inclusion(world.collector, &batch[m - 1], n, &reply), 0);
			proof = proof_in(&reply);
			assert_true(merkle_inclusion_holds(&leaf, proof.first, n, &proof.proof,
			                                   &at[n].root));
		}
	assert_int_equal(collector_log_consistency(world.collector, 0, 3, &reply), -ERANGE);
	assert_int_equal(collector_log_consistency(world.collector, 4, 3, &reply), -ERANGE);
	assert_int_equal(collector_log_consistency(world.collector, 4, 20, &reply), -ERANGE);
	assert_int_equal(collector_log_inclusion(world.collector, &batch[3], 3, &reply), -ENOENT);
	assert_int_equal(collector_log_inclusion(world.collector, &batch[3], 20, &reply), -ERANGE);
	batch[0].b[0] ^= 1;
	assert_int_equal(collector_log_inclusion(world.collector, &batch[0], 19, &reply), -ENOENT);
	world_deinit(&world);
}

/* --- another key --- */

static void change_key(struct world *world, uint8_t octet)
{
	struct collector_cert cert = {.not_before = 0, .not_after = WORLD_START * 2};

	world->collector_key = world_seed(octet);
	cert.collector = ed25519_public(&world->collector_key);
	assert_int_equal(collector_cert_seal(&cert, &world->root, world->collector_cert,
	                                     sizeof(world->collector_cert),
	                                     &world->collector_cert_len),
	                 0);
	world_restart(world);
}

/* A kiosk that never heard its receipt asks again, after the root gave the collector a new key. */
static void a_collector_with_a_new_key_stands_by_what_it_signed(void **state)
{
	struct world world;
	struct counter counter;
	struct receipt before;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	world_count_and_send(&world, &counter, 12);
	before = world.receipt;
	change_key(&world, 'd');
	assert_int_equal(world_post(&world, &counter), ANSWER_STORED_BEFORE);
	assert_memory_equal(&before, &world.receipt, sizeof(before));
	change_key(&world, 'e');
	assert_int_equal(world_post(&world, &counter), ANSWER_STORED_BEFORE);
	world_count_and_send(&world, &counter, 1);
	change_key(&world, 'd');
	assert_int_equal(world_post(&world, &counter), ANSWER_STORED_BEFORE);
	assert_int_equal(world_counted(&world), 13);
	world_deinit(&world);
}

static void take_issue(struct world *world)
{
	char sentence[256] = "";

	world->manifest.serial++;
	world_seal_manifest(world);
	if (collector_take_issue(world->collector, world->manifest_bytes, world->manifest_len,
	                         world->hub_cert, world->hub_cert_len, sentence,
	                         sizeof(sentence)) != 0)
		fail_msg("%s", sentence);
}

/* A hub's new key comes with a new certificate of the same number; what was opened under the former
 * stays good until that key is withdrawn, and then only the new one does. */
static void a_hub_with_a_new_key_goes_on(void **state)
{
	static const struct totals_settings network = {.name = "Test network", .year = 2026};
	struct world world, former;
	char *text = NULL;
	struct counter before, after;

	(void)state;
	world_init(&world);
	world.manifest.kiosks_max = 2;
	world_seal_manifest(&world);
	counter_open(&world, &before, 'a', 0);
	world_count_and_send(&world, &before, 5);
	former = world;
	world.hub_key = world_seed('H');
	world.hub.hub = ed25519_public(&world.hub_key);
	world.hub.not_before++;
	world_seal_hub(&world);
	take_issue(&world);
	counter_open(&world, &after, 'b', 0);
	world_count_and_send(&world, &after, 7);
	world_count_and_send(&former, &before, 1);
	assert_int_equal(world_counted(&world), 13);
	/* One hub. */
	assert_int_equal(
	    totals_json(collector_store(world.collector), &network, world.now, TOTALS_TEAM, &text),
	    0);
	assert_non_null(strstr(text, "\"local_hubs\": 1"));
	free(text);
	assert_int_equal(collector_revoke(world.collector, world.now, &former.hub.hub, "old"), 0);
	counter_add(&before, 0, CHANNEL_QR, FIRST_NOT_ASKED, 1);
	counter_seal(&former, &before);
	assert_int_equal(world_post(&former, &before), ANSWER_NOT_TRUSTED);
	world_count_and_send(&world, &after, 1);
	assert_int_equal(world_counted(&world), 14);
	world_deinit(&world);
}

/* --- judged again --- */

static void what_is_held_counts_once_the_hub_mends_the_cause(void **state)
{
	struct world world;
	struct counter first, second, third;
	unsigned released = 9;

	(void)state;
	world_init(&world);
	counter_open(&world, &first, 'a', 0);
	counter_open(&world, &second, 'b', 0);
	counter_open(&world, &third, 'c', 0);
	world_count_and_send(&world, &first, 20);
	world_count_and_send(&world, &second, 30);
	world_count_and_send(&world, &third, 5);
	assert_non_null(strstr(world.receipt.held.s, "may overlap"));
	assert_int_equal(world_counted(&world), 20);
	/* The same issue releases nothing. */
	assert_int_equal(collector_judge_again(world.collector, &released), 0);
	assert_int_equal(released, 0);
	assert_int_equal(world_counted(&world), 20);
	/* One more: the one that came first. */
	world.manifest.kiosks_max = 2;
	take_issue(&world);
	assert_int_equal(collector_judge_again(world.collector, &released), 0);
	assert_int_equal(released, 1);
	assert_int_equal(world_counted(&world), 50);
	world.manifest.kiosks_max = 3;
	take_issue(&world);
	assert_int_equal(collector_judge_again(world.collector, &released), 0);
	assert_int_equal(released, 1);
	assert_int_equal(world_counted(&world), 55);
	/* Held ones were never blocked, and go on under the card they began with. */
	world.manifest.kiosks_max = 1;
	world.manifest.serial = 1;
	world_seal_manifest(&world);
	world_count_and_send(&world, &third, 1);
	assert_string_equal(world.receipt.held.s, "");
	assert_int_equal(world_counted(&world), 56);
	world_deinit(&world);
}

static void all_that_an_issue_mends_counts_at_once(void **state)
{
	struct world world;
	struct counter counter;
	unsigned released = 0;

	(void)state;
	world_init(&world);
	for (uint8_t i = 0; i < 3; i++) {
		counter_open(&world, &counter, (uint8_t)('a' + i), 0);
		world_count_and_send(&world, &counter, 10);
	}
	assert_int_equal(world_counted(&world), 10);
	world.manifest.kiosks_max = 3;
	take_issue(&world);
	assert_int_equal(collector_judge_again(world.collector, &released), 0);
	assert_int_equal(released, 2);
	assert_int_equal(world_counted(&world), 30);
	world_deinit(&world);
}

static void a_kiosk_that_brings_the_later_issue_mends_it_for_all(void **state)
{
	struct world world;
	struct counter first, later;

	(void)state;
	world_init(&world);
	counter_open(&world, &first, 'a', 0);
	counter_add(&first, 9, CHANNEL_QR, FIRST_NOT_ASKED, 7);
	world_count_and_send(&world, &first, 7);
	assert_non_null(strstr(world.receipt.held.s, "project 9"));
	assert_int_equal(world_counted(&world), 0);
	world.manifest.serial = 2;
	world.manifest.project[1].id = 9;
	world_seal_manifest(&world);
	counter_open(&world, &later, 'b', 1);
	world_count_and_send(&world, &later, 1);
	assert_int_equal(world_counted(&world), 8);
	world_deinit(&world);
}

static void a_correction_stands_beside_the_totals_its_reason_for_the_team(void **state)
{
	static const struct totals_settings network = {.name = "Test network", .year = 2026};
	struct world world;
	struct counter counter;
	struct correction correction = {.seq = 2, .reason = {"The second door was counted twice."}};
	size_t len;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	counter.batch.state = EPOCH_CLOSED;
	world_count_and_send(&world, &counter, 30);
	correction.epoch = counter.batch.epoch;
	assert_int_equal(correction_seal(&correction, &world.hub_key, counter.batch.correction,
	                                 sizeof(counter.batch.correction), &len),
	                 0);
	counter.batch.correction_len = (uint16_t)len;
	counter.batch.state = EPOCH_CORRECTED;
	counter_revoke(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 3);
	counter_seal(&world, &counter);
	assert_int_equal(world_post(&world, &counter), ANSWER_STORED);
	assert_int_equal(world_counted(&world), 27);
	for (int view = 0; view < 2; view++) {
		char *text = NULL;

		assert_int_equal(totals_json(collector_store(world.collector), &network, world.now,
		                             view == 0 ? TOTALS_TEAM : TOTALS_PUBLIC, &text),
		                 0);
		assert_non_null(strstr(text, view == 0 ? "The second door was counted twice."
		                                       : "Corrected by the hub"));
		assert_true(view == 0 || strstr(text, "The second door") == NULL);
		assert_true(view != 0 || strstr(text, "\"state\": \"corrected\"") != NULL);
		free(text);
	}
	world_deinit(&world);
}

static void an_issue_of_a_stranger_is_not_taken(void **state)
{
	struct world world;
	char sentence[256];

	(void)state;
	world_init(&world);
	world.hub_key = world_seed('x');
	world_seal_manifest(&world);
	assert_int_equal(collector_take_issue(world.collector, world.manifest_bytes,
	                                      world.manifest_len, world.hub_cert,
	                                      world.hub_cert_len, sentence, sizeof(sentence)),
	                 -EINVAL);
	assert_non_null(strstr(sentence, "not signed by that hub"));
	world.hub.hub = ed25519_public(&world.hub_key);
	world.root = world_seed('y');
	world_seal_hub(&world);
	assert_int_equal(collector_take_issue(world.collector, world.manifest_bytes,
	                                      world.manifest_len, world.hub_cert,
	                                      world.hub_cert_len, sentence, sizeof(sentence)),
	                 -EINVAL);
	assert_non_null(strstr(sentence, "not certified by this network"));
	world_deinit(&world);
	/* The hub's own, after its key was withdrawn. */
	world_init(&world);
	assert_int_equal(collector_revoke(world.collector, world.now, &world.hub.hub, "lost"), 0);
	assert_int_equal(collector_take_issue(world.collector, world.manifest_bytes,
	                                      world.manifest_len, world.hub_cert,
	                                      world.hub_cert_len, sentence, sizeof(sentence)),
	                 -EINVAL);
	assert_non_null(strstr(sentence, "withdrawn"));
	world_deinit(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(anybody_can_see_that_the_log_only_grows),
	    cmocka_unit_test(a_collector_with_a_new_key_stands_by_what_it_signed),
	    cmocka_unit_test(a_hub_with_a_new_key_goes_on),
	    cmocka_unit_test(what_is_held_counts_once_the_hub_mends_the_cause),
	    cmocka_unit_test(all_that_an_issue_mends_counts_at_once),
	    cmocka_unit_test(a_kiosk_that_brings_the_later_issue_mends_it_for_all),
	    cmocka_unit_test(a_correction_stands_beside_the_totals_its_reason_for_the_team),
	    cmocka_unit_test(an_issue_of_a_stranger_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

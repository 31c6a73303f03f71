/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: no total is silently changed on its way. A batch says what the leaves say, is sealed
 * once, and waits for its receipt.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "crypto.h"
#include "fixture.h"
#include "vfs_fault.h"

static const struct epoch_id *epoch_of(struct evening *scene)
{
	return &scene->opening.epoch;
}

static void people_come(struct evening *scene, uint32_t from, uint32_t n)
{
	struct ledger_counted counted;

	for (uint32_t i = from; i < from + n; i++) {
		struct ledger_checkin checkin = ticket_of(i, (uint16_t)(1 + i % 2));

		assert_int_equal(ledger_check_in(scene->ledger, &checkin, &counted), 0);
	}
}

static void a_batch_says_what_the_leaves_say(void **state)
{
	struct evening *scene = *state;
	struct hash grant = sha256(scene->opening.grant, scene->opening.grant_len);
	struct batch batch, second;
	struct receipt receipt;
	struct batch_row row[BATCH_ROWS_MAX];
	uint8_t octets[64];
	struct hash sealed, head;
	uint16_t n;
	uint32_t seq = 9;

	memset(row, 0, sizeof(row)); /* compared as octets, padding too */
	assert_int_equal(ledger_head(scene->ledger, epoch_of(scene), &seq, &head), 0);
	assert_int_equal(seq, 0);
	people_come(scene, 0, 5);
	batch = seal(scene->ledger, epoch_of(scene));
	assert_int_equal(batch.seq, 1);
	assert_memory_equal(&batch.prev, &grant, sizeof(grant));
	assert_memory_equal(&batch.device, &scene->opening.device, sizeof(batch.device));
	assert_int_equal(batch.log_size, 10);
	assert_int_equal(batch.n_rows, 3);
	assert_int_equal(batch.row[0].project, 0);
	assert_int_equal(batch.row[0].added, 5);
	assert_int_equal(batch.state, EPOCH_OPEN);
	assert_false(batch.has_receipt);
	assert_int_equal(batch.receipt_log_size, 0);
	assert_int_equal(ledger_confirmed(scene->ledger, epoch_of(scene), row, &n), 0);
	assert_int_equal(n, 0);

	assert_int_equal(confirm(scene->ledger, &batch, 1000), 0);
	assert_int_equal(ledger_confirmed(scene->ledger, epoch_of(scene), row, &n), 0);
	assert_int_equal(n, 3);
	must_be_rows(row, batch.row, 3);
	people_come(scene, 5, 5);
	second = seal(scene->ledger, epoch_of(scene));
	sealed = sha256(octets, sealed_octets(&batch, octets));
	assert_int_equal(second.seq, 2);
	assert_memory_equal(&second.prev, &sealed, sizeof(sealed));
	assert_true(second.has_receipt);
	assert_int_equal(second.receipt_log_size, 1000);
	assert_int_equal(second.row[0].added, 10);
	assert_int_equal(ledger_head(scene->ledger, epoch_of(scene), &seq, &head), 0);
	assert_int_equal(seq, 2);
	receipt = receipt_of(&second, 1);
	assert_memory_equal(&head, &receipt.batch, sizeof(head));
	/* the second is not confirmed yet */
	assert_int_equal(ledger_confirmed(scene->ledger, epoch_of(scene), row, &n), 0);
	assert_int_equal(row[0].added, 5);
}

static void nothing_new_is_not_sealed(void **state)
{
	struct evening *scene = *state;
	struct epoch_id epoch;
	enum epoch_state epoch_state;
	struct batch batch;

	assert_int_equal(ledger_draft(scene->ledger, epoch_of(scene), &batch), LEDGER_E_NOTHING);
	assert_int_equal(ledger_next_unsealed(scene->ledger, &epoch, &epoch_state),
	                 LEDGER_E_NOTHING);
	people_come(scene, 0, 1);
	assert_int_equal(ledger_next_unsealed(scene->ledger, &epoch, &epoch_state), 0);
	assert_int_equal(epoch_state, EPOCH_OPEN);
	batch = seal(scene->ledger, epoch_of(scene));
	people_come(scene, 1, 1);
	assert_int_equal(ledger_draft(scene->ledger, epoch_of(scene), &batch), LEDGER_E_PENDING);
	assert_int_equal(ledger_next_unsealed(scene->ledger, &epoch, &epoch_state),
	                 LEDGER_E_NOTHING);
}

static void a_closed_epoch_has_one_closing_batch(void **state)
{
	struct evening *scene = *state;
	const uint8_t headcount[] = "signed";
	struct epoch_id epoch;
	enum epoch_state epoch_state;
	struct batch batch;

	people_come(scene, 0, 3);
	batch = seal(scene->ledger, epoch_of(scene));
	assert_int_equal(confirm(scene->ledger, &batch, 5), 0);
	assert_int_equal(ledger_headcount(scene->ledger, 3, headcount, sizeof(headcount)), 0);
	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	assert_int_equal(ledger_next_unsealed(scene->ledger, &epoch, &epoch_state), 0);
	assert_int_equal(epoch_state, EPOCH_CLOSED);
	batch = seal(scene->ledger, &epoch);
	assert_int_equal(batch.seq, 2);
	assert_int_equal(batch.state, EPOCH_CLOSED);
	assert_int_equal(batch.log_size, 6);
	assert_int_equal(batch.headcount_len, sizeof(headcount));
	assert_memory_equal(batch.headcount, headcount, sizeof(headcount));
	assert_int_equal(confirm(scene->ledger, &batch, 6), 0);
	assert_int_equal(ledger_draft(scene->ledger, &epoch, &batch), LEDGER_E_NOTHING);
	assert_int_equal(ledger_next_unsealed(scene->ledger, &epoch, &epoch_state),
	                 LEDGER_E_NOTHING);
}

static void an_empty_event_has_its_closing_batch_too(void **state)
{
	struct evening *scene = *state;
	struct hash empty = sha256("", 0);
	struct batch batch;

	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	batch = seal(scene->ledger, epoch_of(scene));
	assert_int_equal(batch.log_size, 0);
	assert_int_equal(batch.n_rows, 0);
	assert_memory_equal(&batch.log_root, &empty, sizeof(empty));
}

static void only_the_draft_can_be_frozen_and_once(void **state)
{
	struct evening *scene = *state;
	struct batch draft, other;
	uint8_t octets[64] = {1};

	people_come(scene, 0, 3);
	assert_int_equal(ledger_draft(scene->ledger, epoch_of(scene), &draft), 0);
	other = draft;
	other.seq = 2;
	assert_int_equal(ledger_freeze(scene->ledger, &other, octets, 10), LEDGER_E_SEQUENCE);
	other = draft;
	other.row[0].added++;
	assert_int_equal(ledger_freeze(scene->ledger, &other, octets, 10), LEDGER_E_SEQUENCE);
	other = draft;
	other.log_root.b[3] ^= 1;
	assert_int_equal(ledger_freeze(scene->ledger, &other, octets, 10), LEDGER_E_SEQUENCE);
	other = draft;
	other.prev.b[3] ^= 1;
	assert_int_equal(ledger_freeze(scene->ledger, &other, octets, 10), LEDGER_E_SEQUENCE);
	assert_int_equal(ledger_freeze(scene->ledger, &draft, octets, 0), -EINVAL);
	assert_int_equal(ledger_freeze(scene->ledger, &draft, octets, BATCH_BYTES_MAX + 1),
	                 -EINVAL);
	/* somebody came in between: it is another draft now */
	people_come(scene, 3, 1);
	assert_int_equal(ledger_freeze(scene->ledger, &draft, octets, 10), LEDGER_E_SEQUENCE);
	assert_int_equal(ledger_draft(scene->ledger, epoch_of(scene), &draft), 0);
	assert_int_equal(ledger_freeze(scene->ledger, &draft, octets, 10), 0);
	octets[0] = 2;
	assert_int_equal(ledger_freeze(scene->ledger, &draft, octets, 10), LEDGER_E_PENDING);
}

static void the_same_octets_go_out_until_there_is_a_receipt(void **state)
{
	struct evening *scene = *state;
	static struct ledger_outgoing first, again;
	struct batch batch;
	uint8_t octets[64];
	size_t len;

	assert_int_equal(ledger_next_outgoing(scene->ledger, &first), LEDGER_E_NOTHING);
	people_come(scene, 0, 3);
	batch = seal(scene->ledger, epoch_of(scene));
	len = sealed_octets(&batch, octets);
	people_come(scene, 3, 3);
	assert_int_equal(ledger_next_outgoing(scene->ledger, &first), 0);
	assert_int_equal(first.batch_len, len);
	assert_memory_equal(first.batch, octets, len);
	assert_memory_equal(first.grant, scene->opening.grant, first.grant_len);
	assert_memory_equal(first.manifest, scene->opening.manifest, first.manifest_len);
	assert_memory_equal(first.hub_cert, scene->opening.hub_cert, first.hub_cert_len);
	ledger_close(scene->ledger);
	scene->ledger = open_good(scene->folder.ledger);
	assert_int_equal(ledger_next_outgoing(scene->ledger, &again), 0);
	assert_memory_equal(&again, &first, sizeof(first));
	assert_int_equal(confirm(scene->ledger, &batch, 1), 0);
	assert_int_equal(ledger_next_outgoing(scene->ledger, &again), LEDGER_E_NOTHING);
}

static void only_the_receipt_of_the_waiting_batch_is_taken(void **state)
{
	struct evening *scene = *state;
	const uint8_t boot_id[16] = {1}, octets[] = "receipt";
	struct receipt receipt;
	struct epoch_id epoch;
	struct batch batch;
	struct hash root;
	uint32_t boot, seq;
	int64_t floor_s;

	assert_int_equal(ledger_last_confirmed(scene->ledger, &epoch, &seq), LEDGER_E_NOTHING);
	assert_int_equal(ledger_collector_root(scene->ledger, 3, &root), LEDGER_E_NOTHING);
	people_come(scene, 0, 3);
	batch = seal(scene->ledger, epoch_of(scene));
	receipt = receipt_of(&batch, 3);
	receipt.seq = 2;
	assert_int_equal(ledger_receipt(scene->ledger, &receipt, octets, sizeof(octets)),
	                 LEDGER_E_SEQUENCE);
	receipt = receipt_of(&batch, 3);
	receipt.batch.b[0] ^= 1;
	assert_int_equal(ledger_receipt(scene->ledger, &receipt, octets, sizeof(octets)),
	                 LEDGER_E_SEQUENCE);
	receipt = receipt_of(&batch, 3);
	receipt.epoch.b[0] ^= 1;
	assert_int_equal(ledger_receipt(scene->ledger, &receipt, octets, sizeof(octets)),
	                 LEDGER_E_SEQUENCE);
	receipt = receipt_of(&batch, 3);
	assert_int_equal(ledger_receipt(scene->ledger, &receipt, octets, 0), -EINVAL);
	assert_int_equal(ledger_receipt(scene->ledger, &receipt, octets, sizeof(octets)), 0);
	assert_int_equal(ledger_receipt(scene->ledger, &receipt, octets, sizeof(octets)),
	                 LEDGER_E_SEQUENCE);
	assert_int_equal(ledger_boot(scene->ledger, boot_id, &boot, &floor_s), 0);
	/* Whether a receipt's date is believed is not the ledger's to say. */
	assert_int_equal(floor_s, 0);
	assert_int_equal(ledger_last_confirmed(scene->ledger, &epoch, &seq), 0);
	assert_memory_equal(&epoch, &receipt.epoch, sizeof(epoch));
	assert_int_equal(seq, 1);
	assert_int_equal(ledger_collector_root(scene->ledger, 3, &root), 0);
	assert_memory_equal(&root, &receipt.log_root, sizeof(root));
}

static void the_floor_rises_and_is_set(void **state)
{
	struct evening *scene = *state;
	static const struct {
		int (*act)(struct ledger *, int64_t);
		int64_t at, floor;
	} row[] = {{ledger_raise_floor, 500, 500},
	           {ledger_raise_floor, 400, 500},
	           {ledger_set_floor, 300, 300},
	           {ledger_set_floor, 600, 600}};
	const uint8_t boot_id[16] = {1};
	int64_t floor_s;
	uint32_t boot;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(row[i].act(scene->ledger, row[i].at), 0);
		assert_int_equal(ledger_boot(scene->ledger, boot_id, &boot, &floor_s), 0);
		assert_int_equal(floor_s, row[i].floor);
	}
}

/* A collector that has lost what it signed for: all goes out again, of an abandoned epoch too, and
 * what was signed is kept. */
static void receipts_set_aside_count_for_nothing(void **state)
{
	struct evening *scene = *state;
	static struct ledger_outgoing outgoing;
	struct ledger_opening next = opening_of(1, 0);
	struct batch_row row[BATCH_ROWS_MAX];
	struct receipt receipt;
	struct batch batch, second;
	uint8_t octets[] = "receipt";
	struct hash root, hash = sha256(octets, sizeof(octets));
	uint16_t n;

	people_come(scene, 0, 3);
	batch = seal(scene->ledger, epoch_of(scene));
	receipt = receipt_of(&batch, 3);
	assert_int_equal(ledger_receipt(scene->ledger, &receipt, octets, sizeof(octets)), 0);
	people_come(scene, 3, 1);
	second = seal(scene->ledger, epoch_of(scene));
	assert_int_equal(ledger_receipt_root(scene->ledger, &hash, &root), 0);
	assert_memory_equal(&root, &receipt.log_root, sizeof(root));
	assert_int_equal(ledger_end_epoch(scene->ledger, true), 0);
	next.epoch.b[0] ^= 1;
	assert_int_equal(ledger_opening(scene->ledger, &next), 0);
	/* Its second batch was never confirmed, and never will be: it stays. */
	assert_int_equal(ledger_next_outgoing(scene->ledger, &outgoing), LEDGER_E_NOTHING);
	assert_int_equal(ledger_set_receipts_aside(scene->ledger), 0);
	ledger_close(scene->ledger);
	scene->ledger = open_good(scene->folder.ledger);
	assert_int_equal(ledger_collector_root(scene->ledger, 3, &root), LEDGER_E_NOTHING);
	assert_int_equal(ledger_receipt_root(scene->ledger, &hash, &root), LEDGER_E_NOTHING);
	assert_int_equal(ledger_confirmed(scene->ledger, epoch_of(scene), row, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(ledger_next_outgoing(scene->ledger, &outgoing), 0);
	assert_int_equal(outgoing.seq, 1);
	/* Again, of another receipt. */
	octets[0]++;
	assert_int_equal(ledger_receipt(scene->ledger, &receipt, octets, sizeof(octets)), 0);
	assert_int_equal(ledger_set_receipts_aside(scene->ledger), 0);
	assert_int_equal(confirm(scene->ledger, &batch, 1), 0);
	assert_int_equal(ledger_next_outgoing(scene->ledger, &outgoing), LEDGER_E_NOTHING);
	assert_int_equal(second.seq, 2);
}

static void a_parked_batch_waits_for_a_person(void **state)
{
	struct evening *scene = *state;
	static struct ledger_outgoing outgoing;
	struct ledger_opening next = opening_of(2, 0);
	struct ledger_sent sent;
	struct batch batch, other;

	people_come(scene, 0, 3);
	batch = seal(scene->ledger, epoch_of(scene));
	assert_int_equal(
	    ledger_park(scene->ledger, epoch_of(scene), 1, 409, "another batch has this number"),
	    0);
	assert_int_equal(ledger_next_outgoing(scene->ledger, &outgoing), LEDGER_E_NOTHING);
	assert_int_equal(ledger_sent(scene->ledger, &sent), 0);
	assert_int_equal(sent.sealed, 1);
	assert_int_equal(sent.confirmed, 0);
	assert_true(sent.parked);
	assert_int_equal(sent.parked_status, 409);
	assert_string_equal(sent.parked_reason, "another batch has this number");
	/* another epoch is not held up by it, and counting goes on */
	people_come(scene, 3, 1);
	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	assert_int_equal(ledger_opening(scene->ledger, &next), 0);
	people_come(scene, 0, 1);
	other = seal(scene->ledger, &next.epoch);
	assert_int_equal(ledger_next_outgoing(scene->ledger, &outgoing), 0);
	assert_memory_equal(&outgoing.epoch, &next.epoch, sizeof(next.epoch));
	assert_int_equal(ledger_unpark_all(scene->ledger), 0);
	assert_int_equal(ledger_next_outgoing(scene->ledger, &outgoing), 0);
	assert_memory_equal(&outgoing.epoch, epoch_of(scene), sizeof(next.epoch));
	assert_int_equal(ledger_sent(scene->ledger, &sent), 0);
	assert_false(sent.parked);
	/* a receipt that comes after all ends it */
	assert_int_equal(ledger_park(scene->ledger, epoch_of(scene), 1, 403, "not trusted"), 0);
	assert_int_equal(confirm(scene->ledger, &batch, 8), 0);
	assert_int_equal(confirm(scene->ledger, &other, 7), 0);
	assert_int_equal(ledger_sent(scene->ledger, &sent), 0);
	assert_int_equal(sent.confirmed, 2);
	assert_false(sent.parked);
}

static void closed_epochs_are_sealed_first(void **state)
{
	struct evening *scene = *state;
	struct ledger_opening next = opening_of(2, 0);
	struct epoch_id epoch;
	enum epoch_state epoch_state;

	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	assert_int_equal(ledger_opening(scene->ledger, &next), 0);
	people_come(scene, 0, 1);
	assert_int_equal(ledger_next_unsealed(scene->ledger, &epoch, &epoch_state), 0);
	assert_int_equal(epoch_state, EPOCH_CLOSED);
	assert_memory_equal(&epoch, epoch_of(scene), sizeof(epoch));
	(void)seal(scene->ledger, &epoch);
	assert_int_equal(ledger_next_unsealed(scene->ledger, &epoch, &epoch_state), 0);
	assert_int_equal(epoch_state, EPOCH_OPEN);
	assert_memory_equal(&epoch, &next.epoch, sizeof(epoch));
}

/* The collector knew more of it: what was sealed or could be is not sent, for it would be a fork.
 */
static void an_abandoned_epoch_is_silent(void **state)
{
	struct evening *scene = *state;
	static struct ledger_outgoing outgoing;
	struct epoch_id epoch;
	enum epoch_state epoch_state;
	struct batch batch;

	people_come(scene, 0, 2);
	(void)seal(scene->ledger, epoch_of(scene));
	people_come(scene, 2, 2);
	assert_int_equal(ledger_end_epoch(scene->ledger, true), 0);
	assert_int_equal(ledger_next_outgoing(scene->ledger, &outgoing), LEDGER_E_NOTHING);
	assert_int_equal(ledger_next_unsealed(scene->ledger, &epoch, &epoch_state),
	                 LEDGER_E_NOTHING);
	assert_int_equal(ledger_draft(scene->ledger, epoch_of(scene), &batch), LEDGER_E_NOTHING);
}

static void an_epoch_of_elsewhere_is_unknown(void **state)
{
	struct evening *scene = *state;
	struct epoch_id other = {{1}};
	struct batch_row row[BATCH_ROWS_MAX];
	struct batch batch;
	struct hash hash;
	uint32_t seq;
	uint16_t n;

	assert_int_equal(ledger_totals(scene->ledger, &other, row, &n), -ENOENT);
	assert_int_equal(ledger_confirmed(scene->ledger, &other, row, &n), -ENOENT);
	assert_int_equal(ledger_draft(scene->ledger, &other, &batch), -ENOENT);
	assert_int_equal(ledger_head(scene->ledger, &other, &seq, &hash), -ENOENT);
	assert_int_equal(ledger_park(scene->ledger, &other, 1, 400, "?"), -ENOENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, evening_setup, evening_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_batch_says_what_the_leaves_say),
	    TEST(nothing_new_is_not_sealed),
	    TEST(a_closed_epoch_has_one_closing_batch),
	    TEST(an_empty_event_has_its_closing_batch_too),
	    TEST(only_the_draft_can_be_frozen_and_once),
	    TEST(the_same_octets_go_out_until_there_is_a_receipt),
	    TEST(only_the_receipt_of_the_waiting_batch_is_taken),
	    TEST(the_floor_rises_and_is_set),
	    TEST(receipts_set_aside_count_for_nothing),
	    TEST(a_parked_batch_waits_for_a_person),
	    TEST(closed_epochs_are_sealed_first),
	    TEST(an_abandoned_epoch_is_silent),
	    TEST(an_epoch_of_elsewhere_is_unknown),
	};

	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

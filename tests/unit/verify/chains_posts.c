/* SPDX-License-Identifier: Apache-2.0 */
/* What a collector is sent, post by post. */
#include <stdio.h>
#include <string.h>

#include "chains.h"
#include "crypto.h"

struct tape {
	FILE *out;
	struct world world;
	const char *name; /* of the case */
	unsigned n_posts;
	struct counter counter; /* whose one thing is changed */
};

/* Posts a body; it is answered as expected, and goes on the tape. */
static void post_body(struct tape *tape, const uint8_t *body, size_t len, const char *expected)
{
	const unsigned status = world_post_body(&tape->world, body, len);
	char said[32];

	(void)snprintf(said, sizeof(said), "%u%s", status,
	               tape->world.receipt.held.s[0] != '\0' ? " held" : "");
	if (strcmp(said, expected) != 0)
		fail_msg("%s, post %u: \"%s\" instead of \"%s\": %s", tape->name, tape->n_posts + 1,
		         said, expected, tape->world.answer.reason.s);
	(void)fprintf(tape->out, "%s{", tape->n_posts++ > 0 ? ", " : "");
	chains_hex(tape->out, "hex", body, len);
	(void)fprintf(tape->out, ", \"expected\": \"%s\"}", expected);
}

static void post(struct tape *tape, const struct counter *counter, const char *expected)
{
	post_body(tape, counter->body, counter->body_len, expected);
}

void chains_add(struct counter *counter, uint32_t people)
{
	counter_add(counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, people);
	counter_add(counter, 1, CHANNEL_QR, FIRST_YES, people);
}

/* Seals the next batch as it stands, and posts it. */
static void send_as_is(struct tape *tape, struct counter *counter, const char *expected)
{
	counter_seal(&tape->world, counter);
	post(tape, counter, expected);
}

/* Counts first. */
static void send_next(struct tape *tape, struct counter *counter, uint32_t people,
                      const char *expected)
{
	chains_add(counter, people);
	send_as_is(tape, counter, expected);
}

static void begin_with(struct tape *tape, struct counter *counter, uint8_t octet)
{
	counter_open(&tape->world, counter, octet, 0);
	send_next(tape, counter, 5, "201");
}

/* An opening of five people, closed and stored. */
static void begin_closed(struct tape *tape, struct counter *counter)
{
	counter_open(&tape->world, counter, 'a', 0);
	counter->batch.state = EPOCH_CLOSED;
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
	send_as_is(tape, &counter, "201");
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
	chains_add(&counter, 1);
	counter_seal(&tape->world, &counter);
	missing = counter;
	send_next(tape, &counter, 1, "412");
	post(tape, &missing, "201");
	post(tape, &counter, "201");
}

static void the_first_missing(struct tape *tape)
{
	counter_seal(&tape->world, &tape->counter);
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
	tape->counter.head.b[7] ^= 1;
}

static void not_the_grant_before_the_first(struct tape *tape)
{
	memset(&tape->counter.head, 0, sizeof(tape->counter.head));
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
	tape->counter.batch.epoch.b[0] ^= 1;
}

static void a_batch_that_names_another_kiosk(struct tape *tape)
{
	tape->counter.batch.device.b[0] ^= 1;
}

static void another_grant_for_the_same_epoch(struct tape *tape)
{
	tape->counter.grant.occurrence = 1;
	counter_seal_grant(&tape->world, &tape->counter);
}

static void a_grant_of_another_card(struct tape *tape)
{
	tape->world.secret.b[0] ^= 1;
	counter_seal_grant(&tape->world, &tape->counter);
}

static void a_grant_for_another_manifest(struct tape *tape)
{
	tape->counter.grant.manifest.b[0] ^= 1;
	counter_seal_grant(&tape->world, &tape->counter);
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

static void a_hub_whose_time_had_not_come(struct tape *tape)
{
	struct counter counter;

	tape->world.hub.not_before = WORLD_START + 1;
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
	chains_add(&tape->counter, 4);
	tape->counter.batch.row[0].added -= 5;
	tape->counter.batch.row[1].added += 5;
}

static void taken_back_and_then_not(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	counter_revoke(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 0);
	chains_add(&counter, 5);
	counter_revoke(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 2);
	send_as_is(tape, &counter, "201");
	counter.batch.row[0].revoked = 0;
	counter.batch.row[0].added += 2;
	send_as_is(tape, &counter, "422");
}

static void a_row_that_went_away(struct tape *tape)
{
	tape->counter.batch.row[0].added += tape->counter.batch.row[1].added;
	tape->counter.batch.n_rows = 1;
}

static void rows_that_do_not_add_up(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	chains_add(&counter, 4);
	counter.batch.row[0].added++;
	send_as_is(tape, &counter, "422");
}

static void more_taken_back_than_counted(struct tape *tape)
{
	counter_revoke(&tape->counter, 1, CHANNEL_QR, FIRST_YES, 6);
}

static void a_log_that_shrinks(struct tape *tape)
{
	tape->counter.batch.log_size--;
}

static void a_log_rewritten_without_growing(struct tape *tape)
{
	tape->counter.batch.log_root.b[0] ^= 1;
}

static void more_behind_the_close(struct tape *tape)
{
	struct counter counter;

	begin_closed(tape, &counter);
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

	begin_closed(tape, &counter);
	correct(tape, &counter, &tape->world.hub_key, 2);
	send_next(tape, &counter, 1, "201");
	correct(tape, &counter, &tape->world.hub_key, 3);
	send_next(tape, &counter, 1, "201");
}

static void a_correction_of_a_stranger(struct tape *tape)
{
	struct counter counter;

	begin_closed(tape, &counter);
	correct(tape, &counter, &counter.key, 2);
	send_next(tape, &counter, 1, "422");
}

static void a_correction_of_another_batch(struct tape *tape)
{
	struct counter counter;

	begin_closed(tape, &counter);
	correct(tape, &counter, &tape->world.hub_key, 3);
	send_next(tape, &counter, 1, "422");
}

static void a_correction_of_another_opening(struct tape *tape)
{
	struct counter counter, other;

	counter_open(&tape->world, &counter, 'a', 0);
	counter_open(&tape->world, &other, 'b', 0);
	counter.batch.state = EPOCH_CLOSED;
	send_next(tape, &counter, 5, "201");
	correct(tape, &other, &tape->world.hub_key, 2);
	memcpy(counter.batch.correction, other.batch.correction, other.batch.correction_len);
	counter.batch.correction_len = other.batch.correction_len;
	counter.batch.state = EPOCH_CORRECTED;
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

/* Nobody said how many: 500, or twice the tickets. */
static void more_people_than_anybody_said(struct tape *tape)
{
	struct counter counter;

	counter_open(&tape->world, &counter, 'a', 0);
	send_next(tape, &counter, 500, "201");
	send_next(tape, &counter, 1, "201 held");
	tape->world.manifest.tickets_issued = 251;
	tape->world.manifest.serial = 2;
	world_seal_manifest(&tape->world);
	counter_open(&tape->world, &counter, 'b', 1);
	send_next(tape, &counter, 502, "201");
	send_next(tape, &counter, 1, "201 held");
}

/* One device: its openings count together, and a few of them are plausible. */
static void the_same_device_again(struct tape *tape)
{
	struct counter counter;

	tape->world.manifest.people_max = 10;
	world_seal_manifest(&tape->world);
	for (uint8_t i = 0; i < 4; i++) {
		counter_open(&tape->world, &counter, 'a', 0);
		memset(counter.grant.epoch.b, 'p' + i, sizeof(counter.grant.epoch.b));
		counter.batch.epoch = counter.grant.epoch;
		counter_seal_grant(&tape->world, &counter);
		send_next(tape, &counter, 2, "201");
	}
	send_next(tape, &counter, 3, "201 held");
	counter_open(&tape->world, &counter, 'a', 1);
	send_next(tape, &counter, 1, "201");
	for (uint8_t i = 0; i < 4; i++) {
		counter_open(&tape->world, &counter, 'a', 1);
		memset(counter.grant.epoch.b, 'P' + i, sizeof(counter.grant.epoch.b));
		counter.batch.epoch = counter.grant.epoch;
		counter_seal_grant(&tape->world, &counter);
		send_next(tape, &counter, 1, i < 3 ? "201" : "201 held");
	}
}

/* Another hub by level, region, name; the same with a new key. */
static void a_number_of_another_hub(struct tape *tape)
{
	struct counter counter;

	begin_with(tape, &counter, 'a');
	tape->world.manifest.kiosks_max = 9;
	tape->world.manifest.serial = 2;
	tape->world.hub_key = world_seed('H');
	tape->world.hub.hub = ed25519_public(&tape->world.hub_key);
	world_seal_hub(&tape->world);
	world_seal_manifest(&tape->world);
	counter_open(&tape->world, &counter, 'b', 0);
	send_next(tape, &counter, 1, "201");
	tape->world.hub.level = HUB_STATE;
	world_seal_hub(&tape->world);
	counter_open(&tape->world, &counter, 'c', 0);
	send_next(tape, &counter, 1, "201 held");
	tape->world.hub.level = HUB_LOCAL;
	memcpy(tape->world.hub.region.s, "US-OH", 6);
	world_seal_hub(&tape->world);
	counter_open(&tape->world, &counter, 'd', 0);
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
	chains_add(&counter, 1);
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

/* A whole story; or one thing that is changed in an opening's first batch, in the one after it with
 * a person more, or in its sums alone. */
struct chain {
	const char *name;
	void (*play)(struct tape *tape);
	enum { STORY, FIRST_BATCH, SECOND_BATCH, SUMS } of;
	const char *expected;
};

static void play(struct tape *tape, const struct chain *chain)
{
	if (chain->of == FIRST_BATCH)
		counter_open(&tape->world, &tape->counter, 'a', 0);
	else if (chain->of != STORY)
		begin_with(tape, &tape->counter, 'a');
	chain->play(tape);
	if (chain->of == SUMS)
		send_as_is(tape, &tape->counter, chain->expected);
	else if (chain->of != STORY)
		send_next(tape, &tape->counter, 1, chain->expected);
}

/* clang-format off */
static const struct chain chains[] = {
#define CASE(name) {#name, name, STORY, NULL}
#define CHANGED(of, name, expected) {#name, name, of, expected}
    CASE(an_ordinary_meeting),
    CASE(nobody_came),
    CASE(an_old_batch_played_back),
    CASE(a_gap),
    CHANGED(FIRST_BATCH, the_first_missing, "412"),
    CASE(a_fork),
    CHANGED(SECOND_BATCH, another_predecessor, "409"),
    CHANGED(FIRST_BATCH, not_the_grant_before_the_first, "409"),
    CASE(two_chains_spliced),
    CASE(the_key_of_another_epoch),
    CHANGED(FIRST_BATCH, a_batch_of_another_epoch_under_this_grant, "403"),
    CHANGED(FIRST_BATCH, a_batch_that_names_another_kiosk, "403"),
    CHANGED(SECOND_BATCH, another_grant_for_the_same_epoch, "403"),
    CHANGED(FIRST_BATCH, a_grant_of_another_card, "403"),
    CHANGED(FIRST_BATCH, a_grant_for_another_manifest, "403"),
    CASE(a_manifest_of_another_hub),
    CASE(a_hub_of_another_network),
    CASE(a_hub_whose_time_was_over),
    CASE(a_hub_whose_time_had_not_come),
    CASE(a_hub_whose_time_ends_with_the_meeting),
    CASE(a_meeting_there_is_not),
    CHANGED(SUMS, totals_that_shrink, "422"),
    CASE(taken_back_and_then_not),
    CHANGED(SUMS, a_row_that_went_away, "422"),
    CASE(rows_that_do_not_add_up),
    CHANGED(SUMS, more_taken_back_than_counted, "422"),
    CHANGED(SUMS, a_log_that_shrinks, "422"),
    CHANGED(SUMS, a_log_rewritten_without_growing, "422"),
    CASE(more_behind_the_close),
    CASE(a_correction),
    CASE(a_correction_of_a_stranger),
    CASE(a_correction_of_another_batch),
    CASE(a_correction_of_another_opening),
    CASE(a_correction_of_what_is_open),
    CASE(a_headcount_without_the_card),
    CASE(a_headcount_of_another_opening),
    CASE(a_project_there_is_not),
    CASE(more_kiosks_than_planned),
    CASE(more_people_than_possible),
    CASE(more_people_than_anybody_said),
    CASE(the_same_device_again),
    CASE(a_number_of_another_hub),
    CASE(sealed_on_another_day),
    CASE(bodies_that_are_none),
};
/* clang-format on */

void chains_posts(FILE *out)
{
	static struct tape tape;

	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		const struct chain *chain = &chains[i];

		memset(&tape, 0, sizeof(tape));
		tape.out = out;
		world_init(&tape.world);
		tape.name = chain->name;
		(void)fprintf(out, "{\"name\": \"%s\", \"kind\": \"chain\", ", chain->name);
		chains_root(out, &tape.world);
		(void)fputs(", \"posts\": [", out);
		play(&tape, chain);
		(void)fputs("]}\n", out);
		world_deinit(&tape.world);
	}
}

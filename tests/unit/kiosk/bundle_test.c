/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise (DESIGN.md, Promises): no total is silently changed. What a kiosk exports is found good by
 * the audit, and whatever is changed in it afterwards is found, in the words of the promise it
 * breaks; a closed event changes only by its hub's signed word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "audit.h"
#include "crypto.h"
#include "export.h"
#include "stage.h"

enum { INTERVAL_US = 10000000, ITEMS_MAX = 64, BUNDLE_BYTES_MAX = 1 << 18, SEALED = 3 };

struct play {
	struct stage stage;
	struct collector collector;
	struct answer answer;
	uint8_t reply[ANSWER_BYTES_MAX + 512];
	/* a bundle, taken apart */
	uint8_t octets[BUNDLE_BYTES_MAX];
	unsigned n;
	size_t at[ITEMS_MAX], len[ITEMS_MAX];
	enum bundle_kind kind[ITEMS_MAX];
};

static int setup(void **state)
{
	static struct play play;

	memset(&play, 0, sizeof(play));
	stage_init(&play.stage);
	stage_start(&play.stage);
	play.stage.has_modem = false;
	*state = &play;
	return 0;
}

static int teardown(void **state)
{
	struct play *play = *state;

	stage_deinit(&play->stage);
	return 0;
}

/* Answers whatever the kiosk asks, as an honest collector does, until it asks nothing more. */
static void answer_head(struct play *play)
{
	struct stage *s = &play->stage;
	const struct receipt *head = NULL;

	for (unsigned i = 0; i < play->collector.n; i++)
		if (same_bytes(&play->collector.receipt[i].epoch, &s->request.epoch,
		               sizeof(s->request.epoch)))
			head = &play->collector.receipt[i];
	stage_head(s, head != NULL ? head->seq : 0, head != NULL ? &head->batch : NULL);
}

static void deliver(struct play *play)
{
	struct stage *s = &play->stage;
	unsigned done = 0;

	for (int i = 0; i < 20; i++) {
		size_t len;

		stage_wait(s, INTERVAL_US);
		if (s->n_requests == done)
			continue;
		done = s->n_requests;
		if (s->request.kind == HTTP_GET_HEAD) {
			answer_head(play);
			continue;
		}
		len = collector_store(&play->collector, &s->papers, s->body, s->body_len,
		                      &s->request.nonce, &play->answer, play->reply,
		                      sizeof(play->reply));
		stage_answer(s, play->reply, len);
	}
}

static void count_people(struct play *play, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		assert_int_equal(stage_ticket(&play->stage, i), SHOW_COUNTED);
}

/* Two rounds with an undo between, closed with a headcount. */
static void hold_meeting(struct play *play)
{
	const struct msg_control undo = {.control = CONTROL_UNDO};
	const struct msg_control close = {
	    .control = CONTROL_CLOSE, .has_headcount = true, .number = 40};

	stage_open(&play->stage);
	count_people(play, 1, 31);
	deliver(play);
	assert_int_equal(stage_control(&play->stage, &undo)->error, 0);
	count_people(play, 31, 43);
	assert_int_equal(stage_control(&play->stage, &close)->error, 0);
	deliver(play);
	assert_int_equal(stage_status(&play->stage).batches_sealed, SEALED);
	assert_int_equal(stage_status(&play->stage).batches_confirmed, SEALED);
}

static void add_end(struct play *play, size_t at)
{
	const struct hash before = sha256(play->octets, at);

	play->at[play->n] = at;
	play->kind[play->n] = BUNDLE_END;
	play->len[play->n++] = export_end(&before, play->octets + at);
}

static size_t bundle_len(const struct play *play)
{
	return play->at[play->n - 1] + play->len[play->n - 1];
}

static void take_bundle(struct play *play)
{
	static struct msg_export_part part;
	struct msg_export request = {.has_event = false};
	size_t at = 0, len;

	play->n = 0;
	for (;;) {
		struct bundle_item item;
		size_t taken;

		assert_true(at + EXPORT_PART_BYTES_MAX < BUNDLE_BYTES_MAX && play->n < ITEMS_MAX);
		kiosk_export(play->stage.kiosk, &request, &part, play->octets + at, &len);
		assert_int_equal(part.error, 0);
		if (len == 0)
			break;
		assert_int_equal(bundle_read(play->octets + at, len, &item, &taken), 0);
		assert_int_equal(taken, len);
		play->kind[play->n] = item.kind;
		play->at[play->n] = at;
		play->len[play->n++] = len;
		at += len;
		request.has_event = true;
		request.event = part.event;
		request.occurrence = part.occurrence;
		request.place = part.place;
	}
	add_end(play, at);
}

static struct audit_report audited(const struct play *play, const uint8_t *octets, size_t len)
{
	struct audit *audit = NULL;
	struct audit_report report;
	const char *cut = NULL;
	size_t at = 0;

	assert_int_equal(audit_new(&play->stage.papers.network.root, &audit), 0);
	while (at < len) {
		struct bundle_item item;
		size_t taken;

		if (bundle_read(octets + at, len - at, &item, &taken) != 0) {
			cut = "Cut.";
			break;
		}
		assert_int_equal(audit_item(audit, &item, octets + at, taken), 0);
		at += taken;
	}
	report = *audit_end(audit, cut);
	audit_free(audit);
	return report;
}

/* The promises that do not hold, a bit each. */
static unsigned broken(const struct audit_report *report)
{
	unsigned bits = 0;

	for (int i = 0; i < AUDIT_N_PROMISES; i++)
		if (report->promise[i].broken[0] != '\0')
			bits |= 1U << i;
	return bits;
}

static int64_t net(const struct audit_report *report, uint16_t project)
{
	int64_t n = 0;

	for (uint16_t i = 0; i < report->n_rows; i++)
		if (report->row[i].project == project)
			n += (int64_t)report->row[i].added - report->row[i].revoked;
	return n;
}

static void print_broken(const struct audit_report *report)
{
	for (int i = 0; i < AUDIT_N_PROMISES; i++)
		if (report->promise[i].broken[0] != '\0')
			print_message("%d: %s\n", i, report->promise[i].broken);
}

/* Each line begins with 32 octets drawn for it alone, so that it tells nobody by its hash. */
static void assert_lines_tell_nothing(const struct play *play)
{
	static uint8_t drawn[2 * 43][32];
	unsigned n = 0;

	for (unsigned i = 0; i < play->n; i++) {
		struct bundle_item item;
		size_t taken;

		assert_int_equal(
		    bundle_read(play->octets + play->at[i], play->len[i], &item, &taken), 0);
		if (item.kind != BUNDLE_LEAVES)
			continue;
		for (size_t at = 0; at < item.part[0].len; at += BUNDLE_LEAF_BYTES, n++) {
			assert_true(n < 2 * 43);
			memcpy(drawn[n], item.part[0].octets + at, sizeof(drawn[n]));
			for (unsigned k = 0; k < n; k++)
				assert_memory_not_equal(drawn[k], drawn[n], sizeof(drawn[n]));
		}
	}
	assert_int_equal(n, 2 * 43);
}

static void what_is_exported_holds(void **state)
{
	struct play *play = *state;
	struct audit_report report;

	hold_meeting(play);
	take_bundle(play);
	report = audited(play, play->octets, bundle_len(play));
	print_broken(&report);
	assert_int_equal(broken(&report), 0);
	assert_int_equal(net(&report, PROJECT_PEOPLE), 41);
	assert_int_equal(net(&report, 1), 41);
	assert_int_equal(report.sealed_people, 41);
	assert_int_equal(report.confirmed_people, 41);
	assert_true(report.has_headcount && report.headcount == 40);
	assert_int_equal(report.batches, SEALED);
	assert_int_equal(report.receipts, SEALED);
	assert_int_equal(report.leaves, 2 * 43);
	assert_int_equal(report.unsealed, 0);
	for (int i = 0; i < AUDIT_N_PROMISES; i++)
		assert_true(report.promise[i].checked > 0);
	assert_lines_tell_nothing(play);
}

static void assert_notes(const struct audit_report *report, const char *words)
{
	for (unsigned i = 0; i < report->n_notes; i++)
		if (strstr(report->note[i], words) != NULL)
			return;
	fail_msg("no note says \"%s\"", words);
}

/* An open event exports too: what is not closed, confirmed or sealed yet is said so. */
static void an_open_event_exports_as_it_is(void **state)
{
	struct play *play = *state;
	struct audit_report report;

	stage_open(&play->stage);
	count_people(play, 1, 31);
	deliver(play);
	count_people(play, 31, 36);
	take_bundle(play);
	report = audited(play, play->octets, bundle_len(play));
	print_broken(&report);
	assert_int_equal(broken(&report), 0);
	assert_int_equal(net(&report, PROJECT_PEOPLE), 35);
	assert_int_equal(report.confirmed_people, 30);
	assert_int_equal(report.sealed_people, 35);
	assert_int_equal(report.unsealed, 0);
	assert_notes(&report, "is not closed in this bundle");
	assert_notes(&report, "1 of 2 batches have no receipt");
	/* While that one waits for its receipt, none is sealed. */
	count_people(play, 36, 37);
	take_bundle(play);
	report = audited(play, play->octets, bundle_len(play));
	assert_int_equal(broken(&report), 0);
	assert_int_equal(net(&report, PROJECT_PEOPLE), 36);
	assert_int_equal(report.sealed_people, 35);
	assert_int_equal(report.unsealed, 2);
	assert_notes(&report, "2 lines behind the last batch");
}

/* Another copy of this disk may have sealed that number since: an export asks nobody, so it seals
 * nothing before the collector was asked. */
static void an_export_after_a_restart_seals_nothing_unasked(void **state)
{
	struct play *play = *state;
	struct audit_report report;

	stage_open(&play->stage);
	count_people(play, 1, 31);
	deliver(play);
	assert_int_equal(stage_status(&play->stage).batches_sealed, 1);
	stage_power_cut(&play->stage);
	count_people(play, 31, 36);
	take_bundle(play);
	assert_int_equal(stage_status(&play->stage).batches_sealed, 1);
	report = audited(play, play->octets, bundle_len(play));
	assert_int_equal(broken(&report), 0);
	assert_int_equal(report.unsealed, 10);
	deliver(play);
	assert_int_equal(stage_status(&play->stage).batches_confirmed, 2);
}

/* Counting goes on between two parts; the bundle is still one that holds. */
static void counting_goes_on_while_it_is_exported(void **state)
{
	static struct msg_export_part part;
	struct msg_export request = {.has_event = false};
	struct play *play = *state;
	struct audit_report report;
	size_t at = 0, len = 1;

	stage_open(&play->stage);
	count_people(play, 1, 31);
	play->n = 0;
	for (uint32_t i = 31; len > 0; i++) {
		kiosk_export(play->stage.kiosk, &request, &part, play->octets + at, &len);
		assert_int_equal(part.error, 0);
		at += len;
		request.has_event = true;
		request.event = part.event;
		request.occurrence = part.occurrence;
		request.place = part.place;
		if (i < 34) {
			count_people(play, i, i + 1);
			deliver(play);
		}
	}
	add_end(play, at);
	report = audited(play, play->octets, bundle_len(play));
	print_broken(&report);
	assert_int_equal(broken(&report), 0);
	assert_true(net(&report, PROJECT_PEOPLE) >= 30);
}

/* --- changed afterwards --- */

/* The bundle without item `i`, or with it twice, its end made anew. */
static size_t without(const struct play *play, unsigned i, unsigned times, uint8_t *octets)
{
	struct hash before;
	size_t len = 0;

	for (unsigned k = 0; k + 1 < play->n; k++)
		for (unsigned n = 0; n < (k == i ? times : 1); n++) {
			memcpy(octets + len, play->octets + play->at[k], play->len[k]);
			len += play->len[k];
		}
	before = sha256(octets, len);
	return len + export_end(&before, octets + len);
}

static void whatever_is_missing_or_doubled_is_found(void **state)
{
	struct play *play = *state;
	uint8_t *octets = malloc(2 * BUNDLE_BYTES_MAX);
	size_t full;

	hold_meeting(play);
	take_bundle(play);
	full = bundle_len(play);
	for (unsigned i = 0; i + 1 < play->n; i++)
		for (unsigned times = 0; times <= 2; times += 2) {
			const struct audit_report report =
			    audited(play, octets, without(play, i, times, octets));
			/* A certificate twice tells nothing new. What ends early holds as far as
			 * it goes, and says that more may have come. */
			const bool early = i + 2 == play->n && times == 0;
			const bool holds =
			    (play->kind[i] == BUNDLE_CERTIFICATE && times > 0) || early;

			if ((broken(&report) == 0) != holds || (early && report.n_notes == 0))
				fail_msg("item %u of kind %d, %u times", i, play->kind[i], times);
		}
	for (size_t len = 0; len < full; len += 1 + len / 37) {
		const struct audit_report report = audited(play, play->octets, len);

		assert_true(broken(&report) & 1U << AUDIT_WHOLE);
	}
	free(octets);
}

static const unsigned expected[] = {
    [BUNDLE_BEGIN] = 1U << AUDIT_KEYS,
    [BUNDLE_CERTIFICATE] = 1U << AUDIT_KEYS | 1U << AUDIT_RECEIPTS,
    [BUNDLE_OPENING] = 1U << AUDIT_KEYS,
    [BUNDLE_LEAVES] = 1U << AUDIT_RECOUNT,
    [BUNDLE_SEALED] = 1U << AUDIT_SIGNED | 1U << AUDIT_KEYS | 1U << AUDIT_ORDER |
                      1U << AUDIT_RECOUNT | 1U << AUDIT_RECEIPTS,
};

/* A bit anywhere, with the end made to fit: the forger's way. */
static void every_changed_bit_is_found(void **state)
{
	struct play *play = *state;
	struct audit_report report;
	size_t end;

	hold_meeting(play);
	take_bundle(play);
	end = play->at[play->n - 1];
	for (unsigned i = 0; i + 1 < play->n; i++)
		for (size_t at = 0; at<play->len[i]; at += play->len[i]> 400 ? 17 : 3) {
			uint8_t *octet = play->octets + play->at[i] + at;
			const uint8_t bit = (uint8_t)(1U << at % 8);
			struct hash before;
			size_t len;

			*octet ^= bit;
			before = sha256(play->octets, end);
			len = end + export_end(&before, play->octets + end);
			report = audited(play, play->octets, len);
			if (!(broken(&report) & (expected[play->kind[i]] | 1U << AUDIT_WHOLE)))
				fail_msg("item %u of kind %d, octet %zu", i, play->kind[i], at);
			*octet ^= bit;
			if (at > 0 && at % 51 == 0) { /* and without the end made to fit */
				*octet ^= bit;
				before = sha256("", 0);
				(void)export_end(&before, play->octets + end);
				report = audited(play, play->octets, len);
				assert_true(broken(&report) & 1U << AUDIT_WHOLE);
				*octet ^= bit;
			}
		}
}

static void another_network_is_found(void **state)
{
	struct play *play = *state;
	struct audit_report report;

	hold_meeting(play);
	take_bundle(play);
	play->stage.papers.network.root.b[0] ^= 1;
	report = audited(play, play->octets, bundle_len(play));
	assert_true(broken(&report) & 1U << AUDIT_KEYS);
}

/* --- corrections --- */

static struct msg_result correct_epoch(struct play *play, const struct epoch_id *epoch,
                                       const struct secret_seed *hub, uint32_t signed_seq,
                                       uint32_t seq, uint32_t project, int32_t people)
{
	struct stage *s = &play->stage;
	const struct msg_correct request = {.epoch = *epoch,
	                                    .seq = seq,
	                                    .n_changes = 2,
	                                    .change = {{0, people}, {project, people}}};
	const struct correction correction = {
	    .epoch = *epoch, .seq = signed_seq, .reason = {"The second door was counted twice."}};
	uint8_t bytes[CORRECTION_BYTES_MAX];
	struct msg_result result;
	size_t len;

	assert_int_equal(correction_seal(&correction, hub, bytes, sizeof(bytes), &len), 0);
	kiosk_correct(s->kiosk, &request, bytes, len, &result);
	return result;
}

static struct msg_result correct_as(struct play *play, const struct secret_seed *hub,
                                    uint32_t signed_seq, uint32_t seq, uint32_t project,
                                    int32_t people)
{
	const struct epoch_id epoch = stage_status(&play->stage).epoch;

	return correct_epoch(play, &epoch, hub, signed_seq, seq, project, people);
}

static struct msg_result correct(struct play *play, const struct secret_seed *hub, uint32_t seq,
                                 uint32_t project, int32_t people)
{
	return correct_as(play, hub, seq, seq, project, people);
}

static void only_the_hub_corrects_and_never_silently(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;
	const struct secret_seed *hub = &s->papers.hub;
	struct audit_report report;

	stage_open(s);
	assert_non_null(strstr(correct(play, hub, 1, 1, -1).sentence, "open"));
	stage_deinit(s);
	memset(play, 0, sizeof(*play));
	stage_init(s);
	stage_start(s);
	s->has_modem = false;
	hold_meeting(play);
	assert_int_equal(stage_status(s).epoch_seq, SEALED);
	/* A stranger, another batch, a project there is not, more than there are. */
	assert_non_null(
	    strstr(correct(play, &s->papers.root, SEALED + 1, 1, -3).sentence, "not signed"));
	assert_int_equal(correct(play, hub, SEALED + 2, 1, -3).error, 1);
	assert_int_equal(correct_as(play, hub, SEALED + 2, SEALED + 1, 1, -3).error, 1);
	assert_int_equal(correct(play, hub, SEALED + 1, 77, -3).error, 1);
	assert_int_equal(correct(play, hub, SEALED + 1, 1, -42).error, 1);
	assert_int_equal(stage_people(s), 41);
	/* The hub. */
	assert_int_equal(correct(play, hub, SEALED + 1, 1, -3).error, 0);
	assert_int_equal(stage_people(s), 38);
	assert_int_equal(correct(play, hub, SEALED + 2, 1, 2).error,
	                 1); /* the first is not sealed yet */
	stage_power_cut(s);
	deliver(play);
	assert_int_equal(stage_status(s).batches_confirmed, SEALED + 1);
	assert_int_equal(correct(play, hub, SEALED + 2, 1, 2).error, 0);
	deliver(play);
	assert_int_equal(stage_status(s).batches_confirmed, SEALED + 2);
	assert_int_equal(stage_people(s), 40);
	take_bundle(play);
	report = audited(play, play->octets, bundle_len(play));
	print_broken(&report);
	assert_int_equal(broken(&report), 0);
	assert_int_equal(net(&report, PROJECT_PEOPLE), 40);
	assert_int_equal(report.confirmed_people, 40);
	assert_non_null(strstr(report.note[0], "The second door was counted twice."));
}

/* A hub finds out about last month's meeting after this month's was held. */
static void an_earlier_meeting_can_be_corrected_too(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;
	const struct secret_seed *hub = &s->papers.hub;
	const struct epoch_id unknown = {{9}};
	struct epoch_id first;
	uint32_t sealed;

	s->has_modem = false;
	hold_meeting(play);
	first = stage_status(s).epoch;
	papers_make(&s->papers, 2, STAGE_START);
	stage_open(s);
	count_people(play, 1, 5);
	assert_non_null(strstr(
	    correct_epoch(play, &first, hub, SEALED + 1, SEALED + 1, 1, -3).sentence, "open"));
	stage_act(s, CONTROL_CLOSE);
	deliver(play);
	sealed = stage_status(s).batches_sealed;
	assert_int_equal(stage_status(s).batches_confirmed, sealed);
	assert_int_equal(correct_epoch(play, &unknown, hub, 1, 1, 1, -3).error, 1);
	assert_int_equal(
	    correct_epoch(play, &first, &s->papers.root, SEALED + 1, SEALED + 1, 1, -3).error, 1);
	assert_int_equal(correct_epoch(play, &first, hub, SEALED + 1, SEALED + 1, 1, -3).error, 0);
	deliver(play);
	assert_int_equal(stage_status(s).batches_sealed, sealed + 1);
	assert_int_equal(stage_status(s).batches_confirmed, sealed + 1);
	assert_memory_equal(&s->request.epoch, &first, sizeof(first));
	assert_int_equal(stage_people(s), 4); /* the last one's stand */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* A bundle as a file: the seed of the fuzzer's corpus, and of the vectors. */
static int write_bundle(FILE *out)
{
	void *state;
	struct play *play;
	size_t len;

	(void)setup(&state);
	play = state;
	hold_meeting(play);
	take_bundle(play);
	len = bundle_len(play);
	len -= fwrite(play->octets, 1, len, out);
	(void)teardown(&state);
	return len == 0 && fflush(out) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_is_exported_holds),
	    TEST(an_open_event_exports_as_it_is),
	    TEST(an_export_after_a_restart_seals_nothing_unasked),
	    TEST(counting_goes_on_while_it_is_exported),
	    TEST(whatever_is_missing_or_doubled_is_found),
	    TEST(every_changed_bit_is_found),
	    TEST(another_network_is_found),
	    TEST(only_the_hub_corrects_and_never_silently),
	    TEST(an_earlier_meeting_can_be_corrected_too),
	};

	if (argc == 2 && strcmp(argv[1], "--write") == 0)
		return write_bundle(stderr);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* At the door, on a real ledger: "counted" is durable before it is said, nobody is counted twice,
 * and a disk that fails is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <kiosk/scanner.h>
#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "stage.h"

static void test_a_card_opens_and_tickets_count_once(void **state)
{
	struct stage *s = *state;
	struct msg_status status;

	assert_int_equal(stage_ticket(s, 1), SHOW_NOT_CHECKED);
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	assert_int_equal(stage_view(s)->people, 1);
	assert_int_equal(stage_view(s)->added, 1);
	assert_int_equal(stage_view(s)->channel, CHANNEL_QR);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	assert_int_equal(stage_ticket(s, 1), SHOW_ALREADY);
	assert_int_equal(stage_view(s)->people, 2);
	status = stage_status(s);
	assert_int_equal(status.state, KIOSK_OPEN);
	assert_int_equal(status.already, 1);
	assert_string_equal(status.event_name, "River night");
	assert_int_equal(stage_people(s), 2);
}

static void test_what_is_not_ours_is_refused_and_the_way_forward_said(void **state)
{
	struct stage *s = *state;
	struct papers other, forger;
	char text[CODE_TEXT_MAX];
	static const char nul[] = "CK1:T\0\0\x1b[2J";

	stage_open(s);
	papers_make(&other, 2, STAGE_START);
	papers_ticket(&other, 1, text);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	assert_non_null(strstr(stage_view(s)->sentence, "another meeting"));
	forger = s->papers;
	forger.hub.b[0] ^= 1;
	papers_ticket(&forger, 1, text);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	papers_ticket(&s->papers, 1, text);
	text[strlen(text) - 4] = '\0';
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	assert_non_null(strstr(stage_view(s)->sentence, "damaged"));
	assert_int_equal(stage_show(s, "https://example.org/menu"), SHOW_NOT_ACCEPTED);
	kiosk_code(s->kiosk, s->time.mono, (const uint8_t *)nul, sizeof(nul) - 1);
	assert_int_equal(stage_view(s)->answer, SHOW_NOT_ACCEPTED);
	assert_int_equal(stage_status(s).not_accepted, 5);
	assert_int_equal(stage_people(s), 0);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
}

static void test_our_own_paper_is_no_check_in(void **state)
{
	static const char *const paper[] = {READER_TEST_TEXT, "CK1:A", "CK1:N", "CK1:?", "CK1:"};
	struct stage *s = *state;

	stage_open(s);
	for (size_t i = 0; i < sizeof(paper) / sizeof(paper[0]); i++) {
		assert_int_equal(stage_show(s, paper[i]), SHOW_NOT_ACCEPTED);
		assert_non_null(strstr(stage_view(s)->sentence, "it is not a check-in"));
	}
	assert_int_equal(stage_status(s).not_accepted, 0);
	assert_int_equal(stage_people(s), 0);
	assert_int_equal(stage_show(s, "CK2:"), SHOW_NOT_ACCEPTED);
	assert_int_equal(stage_status(s).not_accepted, 1);
}

/* Hung where the camera sees it, under the policy that counts any code: each time somebody steps
 * aside it is read again. */
static void test_a_poster_on_the_wall_is_nobody(void **state)
{
	struct stage *s = *state;
	struct papers other;
	char wall[3][CODE_TEXT_MAX];
	uint8_t octets[512];
	size_t len;

	s->papers.manifest.policy = POLICY_ANY;
	papers_sign(&s->papers);
	stage_open(s);
	papers_card(&s->papers, wall[0]);
	papers_make(&other, 2, STAGE_START);
	papers_card(&other, wall[1]);
	assert_int_equal(network_encode(&s->papers.network, octets, sizeof(octets), &len), 0);
	assert_int_equal(code_encode(CODE_NETWORK, octets, len, wall[2], sizeof(wall[2])), 0);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < sizeof(wall) / sizeof(wall[0]); i++)
			assert_int_not_equal(stage_show(s, wall[i]), SHOW_COUNTED);
		assert_int_equal(stage_show(s, "CK1:ANYTHING"), SHOW_NOT_ACCEPTED);
		assert_int_equal(stage_show(s, READER_TEST_TEXT), SHOW_NOT_ACCEPTED);
	}
	assert_int_equal(stage_people(s), 0);
	assert_int_equal(stage_status(s).not_accepted, 0);
	assert_int_equal(stage_status(s).already, 0);
	assert_int_equal(stage_show(s, "https://example.org/menu"), SHOW_COUNTED);
	assert_int_equal(stage_people(s), 1);
}

static void test_a_ticket_past_its_date_is_refused(void **state)
{
	struct stage *s = *state;
	struct ticket ticket = papers_ticket_plain(&s->papers, 5);
	char text[CODE_TEXT_MAX];

	stage_open(s);
	ticket.not_after = s->time.wall - 1;
	papers_sign_ticket(&s->papers, &ticket, text);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	ticket.not_after = s->time.wall + 60;
	papers_sign_ticket(&s->papers, &ticket, text);
	assert_int_equal(stage_show(s, text), SHOW_COUNTED);
}

static void test_a_ticket_counts_for_its_projects(void **state)
{
	struct stage *s = *state;
	struct ticket ticket = papers_ticket_plain(&s->papers, 5);
	char text[CODE_TEXT_MAX];

	stage_open(s);
	assert_int_equal(stage_ticket(s, 5), SHOW_COUNTED);
	ticket.projects = 3;
	papers_sign_ticket(&s->papers, &ticket, text);
	assert_int_equal(stage_show(s, text), SHOW_COUNTED);
	assert_int_equal(stage_view(s)->added, 0);
	assert_int_equal(stage_show(s, text), SHOW_ALREADY);
	assert_int_equal(stage_people(s), 1);
}

static void test_nothing_is_said_before_it_is_durable(void **state)
{
	struct stage *s = *state;
	char text[CODE_TEXT_MAX];
	unsigned before;
	struct fault_work work;

	stage_open(s);
	before = s->n_views;
	work = fault_disk_work(s->disk);
	for (uint32_t i = 1; i <= 10; i++) {
		papers_ticket(&s->papers, i, text);
		kiosk_code(s->kiosk, s->time.mono, (const uint8_t *)text, strlen(text));
	}
	assert_int_equal(s->n_views, before);
	assert_true(kiosk_waits(s->kiosk));
	kiosk_flush(s->kiosk);
	assert_int_equal(s->n_views, before + 10);
	assert_false(kiosk_waits(s->kiosk));
	/* Ten check-ins that waited share one commit. */
	assert_true(fault_disk_work(s->disk).syncs - work.syncs <= 2);
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(s->view[before + i].people, i + 1);
}

static void test_more_than_a_group_holds_is_committed_in_between(void **state)
{
	struct stage *s = *state;
	char text[CODE_TEXT_MAX];
	unsigned before;

	stage_open(s);
	before = s->n_views;
	for (uint32_t i = 1; i <= 150; i++) {
		papers_ticket(&s->papers, i, text);
		kiosk_code(s->kiosk, s->time.mono, (const uint8_t *)text, strlen(text));
	}
	assert_true(s->n_views >= before + 64);
	kiosk_flush(s->kiosk);
	assert_int_equal(s->n_views, before + 150);
	assert_int_equal(stage_people(s), 150);
}

static void test_tickets_go_on_at_once_after_a_power_cut(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	stage_power_cut(s);
	assert_int_equal(stage_status(s).state, KIOSK_OPEN_NO_SMS);
	assert_int_equal(stage_ticket(s, 1), SHOW_ALREADY);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	assert_int_equal(stage_people(s), 2);
	stage_open(s);
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	assert_int_equal(stage_status(s).boot, 2);
}

static void test_every_wrong_card_is_refused_with_a_sentence(void **state)
{
	struct stage *s = *state;
	struct papers other, again = s->papers, stranger;
	char ours[CODE_TEXT_MAX], text[CODE_TEXT_MAX];

	papers_card(&s->papers, ours);
	papers_make(&stranger, 3, STAGE_START);
	stranger.network.root.b[0] ^= 1;
	memset(&stranger.root, 0x55, sizeof(stranger.root));
	papers_card(&s->papers, text);
	text[40] = text[40] == 'A' ? 'B' : 'A';
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	/* Another secret printed on the same manifest. */
	again.secret.b[0] ^= 1;
	papers_card(&again, text);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	assert_non_null(strstr(stage_view(s)->sentence, "secret"));
	stage_open(s);
	assert_int_equal(stage_show(s, ours), SHOW_OPENED);
	assert_non_null(strstr(stage_view(s)->sentence, "already open"));
	/* The hub issued the event again, with a new secret: the one that opened it stays the one.
	 */
	again = s->papers;
	papers_new_secret(&again, 0x77);
	papers_card(&again, text);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	assert_non_null(strstr(stage_view(s)->sentence, "not the card that opened"));
	papers_make(&other, 2, STAGE_START);
	papers_card(&other, text);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	assert_non_null(strstr(stage_view(s)->sentence, "River night is open here"));
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
}

static void test_a_card_of_another_network_opens_nothing(void **state)
{
	struct stage *s = *state;
	char text[CODE_TEXT_MAX];

	papers_card(&s->papers, text);
	stage_deinit(s);
	stage_init(s);
	s->config.network.root.b[0] ^= 1;
	stage_start(s);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	assert_non_null(strstr(stage_view(s)->sentence, "another network"));
}

static void test_a_card_opens_only_in_its_time_if_the_date_is_known(void **state)
{
	struct stage *s = *state;
	char text[CODE_TEXT_MAX];

	papers_card(&s->papers, text);
	s->time.wall = STAGE_START - 7201;
	kiosk_turn(s->kiosk, &s->time);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	assert_non_null(strstr(stage_view(s)->sentence, "begins at 2025-11-21"));
	s->time.wall = STAGE_START + 10800 + 7200;
	kiosk_turn(s->kiosk, &s->time);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	assert_non_null(strstr(stage_view(s)->sentence, "is over"));
	s->time.source = CLOCK_SOURCE_NONE;
	kiosk_turn(s->kiosk, &s->time);
	assert_int_equal(stage_show(s, text), SHOW_OPENED);
}

static void restart_built(struct stage *s, int64_t built)
{
	kiosk_free(s->kiosk);
	s->config.built = built;
	stage_start(s);
}

static void test_without_a_clock_it_is_no_earlier_than_the_build(void **state)
{
	struct stage *s = *state;
	char text[CODE_TEXT_MAX];

	papers_card(&s->papers, text);
	s->time.source = CLOCK_SOURCE_NONE;
	restart_built(s, STAGE_START + 10801);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	assert_non_null(strstr(stage_view(s)->sentence, "is over"));
	/* Nor than that of a newer one that ran here before. */
	restart_built(s, STAGE_START);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	papers_make(&s->papers, 2, STAGE_START + 1);
	papers_card(&s->papers, text);
	assert_int_equal(stage_show(s, text), SHOW_OPENED);
}

static void test_volunteers_add_and_take_back(void **state)
{
	struct stage *s = *state;
	const struct msg_result *result;

	result = stage_control(s, &(struct msg_control){.control = CONTROL_ADD, .number = 1});
	assert_int_equal(result->error, 1);
	assert_non_null(strstr(result->sentence, "No event is open"));
	stage_open(s);
	result = stage_control(
	    s, &(struct msg_control){.control = CONTROL_ADD, .number = 45, .project = 2});
	assert_int_equal(result->error, 0);
	assert_int_equal(stage_people(s), 45);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	result = stage_control(s, &(struct msg_control){.control = CONTROL_UNDO});
	assert_int_equal(result->error, 0);
	assert_int_equal(stage_people(s), 45);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	assert_int_equal(
	    stage_control(s, &(struct msg_control){.control = CONTROL_ADD, .number = 0})->error, 1);
	assert_int_equal(
	    stage_control(s, &(struct msg_control){.control = CONTROL_ADD, .number = 501})->error,
	    1);
	assert_int_equal(
	    stage_control(s,
	                  &(struct msg_control){.control = CONTROL_ADD, .number = 1, .project = 9})
	        ->error,
	    1);
	assert_int_equal(
	    stage_control(
	        s, &(struct msg_control){.control = CONTROL_ADD, .number = 1, .project = 0x10001})
	        ->error,
	    1);
	assert_int_equal(
	    stage_control(s, &(struct msg_control){.control = CONTROL_ADD, .number = 1, .first = 3})
	        ->error,
	    1);
	assert_int_equal(stage_control(s, &(struct msg_control){.control = 99})->error, 1);
	assert_int_equal(stage_people(s), 46);
	/* One act of a volunteer is one undo, however many people it was. */
	stage_control(s, &(struct msg_control){.control = CONTROL_UNDO});
	result = stage_control(s, &(struct msg_control){.control = CONTROL_UNDO});
	assert_non_null(strstr(result->sentence, "an addition by hand, 45;"));
	assert_int_equal(stage_people(s), 0);
}

static void test_with_nothing_counted_there_is_nothing_to_take_back(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	assert_int_equal(stage_control(s, &(struct msg_control){.control = CONTROL_UNDO})->error,
	                 1);
}

static void test_closing_waits_for_the_modem_but_not_for_ever(void **state)
{
	struct stage *s = *state;
	const struct msg_control close = {
	    .control = CONTROL_CLOSE, .has_headcount = true, .number = 3};
	unsigned sweeps;

	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	sweeps = s->n_sweeps;
	assert_null(stage_control(s, &close));
	assert_int_equal(s->n_sweeps, sweeps + 1);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	stage_wait(s, 9999999);
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	stage_wait(s, 1);
	assert_int_equal(stage_status(s).state, KIOSK_IDLE);
	assert_int_equal(s->result[s->n_results - 1].error, 0);
	assert_true(stage_status(s).has_headcount);
	assert_int_equal(stage_status(s).headcount, 3);
	assert_int_equal(stage_status(s).batches_sealed, 1);
	assert_int_equal(stage_ticket(s, 3), SHOW_NOT_CHECKED);
}

static void test_a_closed_meeting_stays_closed(void **state)
{
	struct stage *s = *state;
	char text[CODE_TEXT_MAX];

	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	s->has_modem = false;
	stage_act(s, CONTROL_CLOSE);
	papers_card(&s->papers, text);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	stage_power_cut(s);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	assert_non_null(strstr(stage_view(s)->sentence, "stays closed"));
	assert_int_equal(stage_people(s), 1);
}

/* How often `octets` stand in those pages of this process that no core file has (dd in
 * proc_pid_smaps(5)): where a kiosk keeps its secrets. -1: this kernel does not tell. */
static int in_secret_memory(const void *octets, size_t len)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	unsigned long long start, end, from = 0, to = 0;
	bool told = false;
	char line[512];
	int n = 0;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "%llx-%llx ", &start, &end) == 2) {
			from = start;
			to = end;
		}
		if (strncmp(line, "VmFlags:", 8) != 0)
			continue;
		told = true;
		if (strstr(line, " dd") == NULL || strstr(line, " wr") == NULL ||
		    to - from > 1 << 20) /* a sanitizer's own */
			continue;
		for (uintptr_t at = (uintptr_t)from; at + len <= (uintptr_t)to; at++)
			n += memcmp((const void *)at, octets, len) == 0;
	}
	(void)fclose(file);
	return told ? n : -1;
}

static void test_a_close_leaves_no_secret_of_the_card_in_memory(void **state)
{
	struct stage *s = *state;
	const struct card_secret *secret = &s->papers.secret;

	if (in_secret_memory(secret, sizeof(*secret)) < 0) {
		print_message("NOT TESTED: this kernel does not tell flags of pages\n");
		skip();
	}
	assert_int_equal(in_secret_memory(secret, sizeof(*secret)), 0);
	stage_open(s);
	assert_true(in_secret_memory(secret, sizeof(*secret)) > 0);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	s->has_modem = false;
	stage_act(s, CONTROL_CLOSE);
	assert_int_equal(in_secret_memory(secret, sizeof(*secret)), 0);
}

static void test_a_meeting_closes_by_itself(void **state)
{
	struct stage *s = *state;

	s->has_modem = false;
	stage_open(s);
	stage_wait(s, (10800ULL + 7200 - 61) * 1000000);
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	stage_wait(s, 1000000);
	assert_int_equal(stage_status(s).state, KIOSK_IDLE);
	assert_int_equal(stage_view(s)->answer, SHOW_CLOSED);
}

static void test_twelve_powered_hours_close_it_also_across_a_power_cut(void **state)
{
	struct stage *s = *state;

	s->has_modem = false;
	s->time.source = CLOCK_SOURCE_NONE;
	kiosk_turn(s->kiosk, &s->time);
	stage_open(s);
	for (int i = 0; i < 11 * 60; i++)
		stage_wait(s, 60000000);
	stage_power_cut(s);
	stage_wait(s, 58 * 60000000ULL);
	assert_int_equal(stage_status(s).state, KIOSK_OPEN_NO_SMS);
	stage_wait(s, 3 * 60000000ULL);
	assert_int_equal(stage_status(s).state, KIOSK_IDLE);
}

static void test_a_full_disk_is_said_and_passes(void **state)
{
	struct stage *s = *state;
	struct msg_status status;
	uint32_t answer = SHOW_COUNTED, i;
	uint64_t people;

	stage_open(s);
	fault_disk_limit(s->disk, 200 * 1024);
	for (i = 1; i < 3000 && answer == SHOW_COUNTED; i++)
		answer = stage_ticket(s, i);
	assert_int_equal(answer, SHOW_NOT_CHECKED);
	status = stage_status(s);
	assert_int_equal(status.state, KIOSK_STOPPED);
	assert_non_null(strstr(status.sentence, "no room"));
	people = i - 2;
	assert_int_equal(stage_people(s), people);
	assert_int_equal(stage_ticket(s, 9999), SHOW_NOT_CHECKED);
	assert_non_null(strstr(stage_view(s)->sentence, "storage is full"));
	assert_int_equal(stage_text(s, "+15025550100", "RIVER")->verdict, SMS_KEEP);
	assert_int_equal(
	    stage_control(s, &(struct msg_control){.control = CONTROL_ADD, .number = 1})->error,
	    -ENOSPC);
	stage_wait(s, 3000000);
	fault_disk_limit(s->disk, 0);
	stage_wait(s, 3000000);
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	/* Who heard "could not check" was not counted, and is now. */
	assert_int_equal(stage_ticket(s, i - 1), SHOW_COUNTED);
	assert_int_equal(stage_ticket(s, 1), SHOW_ALREADY);
	assert_int_equal(stage_people(s), people + 1);
}

static void test_a_failed_write_stops_counting_until_the_ledger_is_read_again(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	fault_disk_arm(s->disk, FAULT_EIO, FAULT_OP_SYNC, 1);
	assert_int_equal(stage_ticket(s, 2), SHOW_NOT_CHECKED);
	assert_int_equal(stage_status(s).state, KIOSK_STOPPED);
	assert_int_equal(stage_ticket(s, 2), SHOW_NOT_CHECKED);
	assert_non_null(strstr(stage_view(s)->sentence, "cannot record"));
	stage_wait(s, 2000000);
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	assert_int_equal(stage_ticket(s, 1), SHOW_ALREADY);
	assert_true(stage_ticket(s, 2) != SHOW_NOT_CHECKED);
	assert_int_equal(stage_people(s), 2);
}

static void test_at_every_moment_a_power_cut_leaves_what_was_said(void **state)
{
	struct stage *s = *state;
	struct fault_disk *before;

	(void)state;
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	for (uint64_t n = 1;; n++) {
		uint64_t people = stage_people(s);
		uint32_t answer;
		bool happened;

		fault_disk_arm(s->disk, FAULT_CUT, FAULT_OP_ANY, n);
		answer = stage_ticket(s, 1000 + (uint32_t)n);
		happened = fault_disk_happened(s->disk);
		stage_power_cut(s);
		if (answer == SHOW_COUNTED)
			assert_int_equal(stage_people(s), people + 1);
		else
			assert_in_range(stage_people(s), people, people + 1);
		assert_int_equal(stage_ticket(s, 1), SHOW_ALREADY);
		if (!happened)
			break;
		assert_true(n < 100);
	}
	before = fault_disk_snapshot(s->disk);
	fault_disk_free(before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)
	    TEST(test_a_card_opens_and_tickets_count_once),
	    TEST(test_what_is_not_ours_is_refused_and_the_way_forward_said),
	    TEST(test_our_own_paper_is_no_check_in),
	    TEST(test_a_poster_on_the_wall_is_nobody),
	    TEST(test_a_ticket_past_its_date_is_refused),
	    TEST(test_a_ticket_counts_for_its_projects),
	    TEST(test_nothing_is_said_before_it_is_durable),
	    TEST(test_more_than_a_group_holds_is_committed_in_between),
	    TEST(test_tickets_go_on_at_once_after_a_power_cut),
	    TEST(test_every_wrong_card_is_refused_with_a_sentence),
	    TEST(test_a_card_of_another_network_opens_nothing),
	    TEST(test_a_card_opens_only_in_its_time_if_the_date_is_known),
	    TEST(test_without_a_clock_it_is_no_earlier_than_the_build),
	    TEST(test_volunteers_add_and_take_back),
	    TEST(test_with_nothing_counted_there_is_nothing_to_take_back),
	    TEST(test_closing_waits_for_the_modem_but_not_for_ever),
	    TEST(test_a_closed_meeting_stays_closed),
	    TEST(test_a_close_leaves_no_secret_of_the_card_in_memory),
	    TEST(test_a_meeting_closes_by_itself),
	    TEST(test_twelve_powered_hours_close_it_also_across_a_power_cut),
	    TEST(test_a_full_disk_is_said_and_passes),
	    TEST(test_a_failed_write_stops_counting_until_the_ledger_is_read_again),
	    TEST(test_at_every_moment_a_power_cut_leaves_what_was_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

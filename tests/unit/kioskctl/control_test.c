/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: kioskctl tells a running kiosk what the volunteer asked for, and shows what it says: the
 * headcount is asked before any total, people come first, and a program gets the same keys every
 * time. A thread plays kioskd.
 */
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

#include "link.h"
#include "program.h"
#include "text.h"

enum { HEARD_MAX = 8, WAIT_MS = 30000 };

struct kiosk {
	int listener;
	pthread_t thread;
	int stop[2];
	/* what it was asked, and what it answers */
	struct msg_control heard[HEARD_MAX];
	size_t n_heard;
	struct msg_status status;
	struct msg_result result;
	struct msg_view view[3];
	size_t n_views;
	bool silent; /* closes without an answer */
	/* how often it asks before it acts, and what about */
	unsigned n_asks;
	uint32_t asks[3];
};

struct fixture {
	struct program program;
	struct kiosk kiosk;
};

static void answer(struct kiosk *kiosk, int fd, const struct msg_control *control)
{
	if (kiosk->n_heard < HEARD_MAX)
		kiosk->heard[kiosk->n_heard++] = *control;
	if (kiosk->silent)
		return;
	if (control->control == CONTROL_STATUS) {
		(void)link_send(fd, MSG_STATUS, &kiosk->status, NULL, 0);
		return;
	}
	/* A happening may come before the answer to the request that asked for happenings. */
	for (size_t i = 0; control->control == CONTROL_WATCH && i < kiosk->n_views; i++) {
		(void)link_send(fd, MSG_VIEW, &kiosk->view[i], NULL, 0);
		if (i == 0)
			(void)link_send(fd, MSG_RESULT, &kiosk->result, NULL, 0);
	}
	if (control->control == CONTROL_WATCH)
		return;
	if (kiosk->n_asks > 0) {
		struct msg_result question = {.error = RESULT_ASKS,
		                              .asked = kiosk->asks[--kiosk->n_asks],
		                              .saw = kiosk->n_heard,
		                              .sentence = "Close River night, people counted: 45?"};

		(void)link_send(fd, MSG_RESULT, &question, NULL, 0);
		return;
	}
	(void)link_send(fd, MSG_RESULT, &kiosk->result, NULL, 0);
}

/* One connection after another, each of one request, until told to stop. */
static void *play(void *context)
{
	struct kiosk *kiosk = context;

	for (;;) {
		struct pollfd fd[2] = {{.fd = kiosk->listener, .events = POLLIN},
		                       {.fd = kiosk->stop[0], .events = POLLIN}};
		struct link_message message;
		int peer;

		if (poll(fd, 2, -1) < 0 || fd[1].revents != 0)
			return NULL;
		peer = accept(kiosk->listener, NULL, NULL);
		if (peer < 0)
			continue;
		if (poll(&(struct pollfd){.fd = peer, .events = POLLIN}, 1, WAIT_MS) > 0 &&
		    link_receive(peer, &message) == 0 && message.head.type == MSG_CONTROL)
			answer(kiosk, peer, (const struct msg_control *)message.bytes);
		(void)close(peer);
	}
}

static void add_row(struct msg_status *status, uint32_t project, uint32_t channel, uint32_t first,
                    uint32_t added, uint32_t revoked, uint32_t sent_added, uint32_t sent_revoked)
{
	status->row[status->n_rows++] =
	    (struct status_row){project, channel, first, added, revoked, sent_added, sent_revoked};
}

static void fill_status(struct msg_status *status)
{
	*status = (struct msg_status){.held_people = 7,
	                              .held_sentence = "Held: too many.",
	                              .clock_sentence = "Not known.",
	                              .state = KIOSK_OPEN_NO_SMS,
	                              .has_event = true,
	                              .occurrence = 2};
	text_copy(status->sentence, sizeof(status->sentence), "Show the event card: 4 SMS wait.");
	text_copy(status->event_name, sizeof(status->event_name), "Noche \"del\" Río");
	memset(status->event.b, 0xab, sizeof(status->event.b));
	memset(status->epoch.b, 0x01, sizeof(status->epoch.b));
	status->n_projects = 2;
	status->project[0].id = 1;
	text_copy(status->project[0].name, sizeof(status->project[0].name), "River");
	status->project[1].id = 7;
	text_copy(status->project[1].name, sizeof(status->project[1].name), "Trees");
	add_row(status, 0, CHANNEL_QR, FIRST_NOT_ASKED, 30, 2, 20, 1);
	add_row(status, 0, CHANNEL_QR, FIRST_YES, 10, 0, 10, 0);
	add_row(status, 0, CHANNEL_SMS, FIRST_NO, 5, 1, 0, 0);
	add_row(status, 0, CHANNEL_MANUAL, FIRST_NOT_ASKED, 3, 0, 3, 0);
	add_row(status, 1, CHANNEL_QR, FIRST_NOT_ASKED, 40, 2, 30, 1);
	add_row(status, 7, CHANNEL_SMS, FIRST_NO, 5, 1, 0, 0);
	add_row(status, 7, CHANNEL_MANUAL, FIRST_NOT_ASKED, 3, 0, 3, 0);
	status->already = 6;
	status->not_accepted = 4;
	status->batches_sealed = 3;
	status->batches_confirmed = 2;
	text_copy(status->uplink_sentence, sizeof(status->uplink_sentence), "No connection.");
	status->next_try_ms = 61000;
	status->n_helpers = 2;
	status->helper[0] = (struct status_helper){.kind = HELPER_SCANNER, .health = HEALTH_GOOD};
	text_copy(status->helper[0].sentence, SENTENCE_BYTES_MAX, "Camera works.");
	status->helper[1] =
	    (struct status_helper){.kind = HELPER_MODEM, .health = HEALTH_MISSING, .restarts = 2};
	text_copy(status->helper[1].sentence, SENTENCE_BYTES_MAX, "No modem: plug it in.");
	status->signal_dbm = -77;
	text_copy(status->operator_name, sizeof(status->operator_name), "Some Net");
	status->store_used = 4;
	status->store_size = 50;
	status->sms_waiting = 4;
	status->sms_untimely = 3;
	status->sms_before = 1;
	status->last_text_s = 200;
	status->power_key_wanted = true;
	status->power_key_presses = 3;
	status->ledger_leaves = 99;
	status->boot = 12;
}

static json_t *ask_status(struct fixture *fixture)
{
	json_t *root;

	assert_int_equal(RUN(&fixture->program, "status", "--json", "--socket", "control.sock"), 0);
	assert_string_equal(fixture->program.err, "");
	/* One line. */
	assert_ptr_equal(strchr(fixture->program.out, '\n') + 1,
	                 fixture->program.out + strlen(fixture->program.out));
	root = json_loads(fixture->program.out, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	return root;
}

static void assert_json(json_t *root, const char *expected)
{
	json_t *wanted = json_loads(expected, 0, NULL);

	assert_non_null(wanted);
	if (!json_equal(root, wanted))
		fail_msg("got %s", json_dumps(root, JSON_SORT_KEYS | JSON_INDENT(1)));
	json_decref(wanted);
	json_decref(root);
}

static void test_status_json(void **state)
{
	assert_json(
	    ask_status(*state),
	    "{\"state\":\"open_no_sms\",\"sentence\":\"Show the event card: 4 SMS wait.\","
	    "\"event\":{\"id\":\"abababababababab\",\"name\":\"Noche \\\"del\\\" "
	    "Río\",\"occurrence\":3,"
	    "\"epoch\":\"01010101010101010101010101010101\"},"
	    "\"people\":{\"qr\":38,\"sms\":4,\"manual\":3,\"counted\":45,\"confirmed\":32},"
	    "\"projects\":[{\"id\":1,\"name\":\"River\",\"qr\":38,\"sms\":0,\"manual\":0,"
	    "\"counted\":38,"
	    "\"confirmed\":29},{\"id\":7,\"name\":\"Trees\",\"qr\":0,\"sms\":4,\"manual\":3,"
	    "\"counted\":7,"
	    "\"confirmed\":3}],\"first\":{\"yes\":10,\"no\":4,\"not_asked\":31},"
	    "\"already\":6,\"not_accepted\":4,\"headcount\":null,"
	    "\"batches\":{\"sealed\":3,\"confirmed\":2,\"parked\":false},\"uplink\":\"No "
	    "connection.\","
	    "\"next_try_ms\":61000,\"held\":{\"people\":7,\"reason\":\"Held: too many.\"},"
	    "\"clock\":\"Not known.\",\"clock_known\":false,\"leaves\":99,\"boot\":12,"
	    "\"helpers\":[{\"kind\":\"scanner\",\"health\":\"good\",\"restarts\":0,"
	    "\"sentence\":\"Camera "
	    "works.\"},{\"kind\":\"modem\",\"health\":\"missing\",\"restarts\":2,"
	    "\"sentence\":\"No modem: plug it in.\"}],"
	    "\"modem\":{\"signal_dbm\":-77,\"operator\":\"Some "
	    "Net\",\"store_used\":4,\"store_size\":50,"
	    "\"waiting\":4,\"untimely\":3,\"before\":1,\"last_text_s\":200,\"power_key_wanted\":"
	    "true,\"power_key_presses\":3}"
	    "}");
}

/* Nothing is known: the same keys. */
static void test_status_json_empty(void **state)
{
	struct fixture *fixture = *state;

	fixture->kiosk.status = (struct msg_status){.state = KIOSK_IDLE, .last_text_s = -1};
	assert_json(
	    ask_status(fixture),
	    "{\"state\":\"idle\",\"sentence\":\"\",\"event\":null,"
	    "\"people\":{\"qr\":0,\"sms\":0,\"manual\":0,\"counted\":0,\"confirmed\":0},"
	    "\"projects\":[],"
	    "\"first\":{\"yes\":0,\"no\":0,\"not_asked\":0},\"already\":0,\"not_accepted\":0,"
	    "\"headcount\":null,\"batches\":{\"sealed\":0,\"confirmed\":0,\"parked\":false},"
	    "\"uplink\":\"\","
	    "\"next_try_ms\":0,\"held\":null,\"clock\":\"\",\"clock_known\":false,\"leaves\":0,"
	    "\"boot\":0,\"helpers\":[],"
	    "\"modem\":{\"signal_dbm\":null,\"operator\":null,\"store_used\":0,\"store_size\":0,"
	    "\"waiting\":0,\"untimely\":0,\"before\":0,\"last_text_s\":null,\"power_key_wanted\":"
	    "false,\"power_key_presses\":0}"
	    "}");
}

static void test_status_for_people(void **state)
{
	struct fixture *fixture = *state;
	const char *out = fixture->program.out, *people, *river;

	assert_int_equal(RUN(&fixture->program, "status", "--socket", "control.sock"), 0);
	people = strstr(out, "45 people counted, 32 confirmed");
	river = strstr(out, "River");
	assert_non_null(people);
	assert_non_null(river);
	assert_true(people < river);
	assert_non_null(strstr(out, "Show the event card: 4 SMS wait."));
	assert_non_null(strstr(out, "SMS ARE WAITING"));
	assert_non_null(strstr(out, "No modem: plug it in. (restarted 2 times)"));
	assert_non_null(strstr(out, "3 texts with an impossible time were not counted."));
	assert_non_null(strstr(out, "1 text sent on another day was not counted."));
	assert_non_null(strstr(out, "4 of 50 places used, 4 waiting to be counted; signal -77 dBm; "
	                            "Some Net; last text 3 min ago"));
	assert_non_null(strstr(out, "POWER KEY HELPS (pressed 3 times)"));
	assert_non_null(strstr(out, "2 of 3 totals sent and received; the last are held"));
	assert_non_null(strstr(out, "7 SENT, BUT NOT COUNTED"));
	assert_non_null(strstr(out, "Held: too many."));
	assert_non_null(strstr(out, "clock    Not known."));
	assert_non_null(strstr(out, "next try in 61 s"));
	/* Internal words never reach a person. */
	assert_null(strstr(out, "epoch"));
	assert_null(strstr(out, "leaf"));
	assert_null(strstr(out, "leaves"));
}

static void test_requests(void **state)
{
	static const struct {
		const char *words[8];
		struct msg_control asks;
	} requests[] = {
	    {{"+1"}, {.control = CONTROL_ADD, .number = 1}},
	    {{"+1", "4", "--project", "7", "--first", "yes"},
	     {.control = CONTROL_ADD, .number = 4, .project = 7, .first = FIRST_YES}},
	    {{"+1", "--first", "no"}, {.control = CONTROL_ADD, .number = 1, .first = FIRST_NO}},
	    {{"undo"}, {.control = CONTROL_UNDO}},
	    {{"headcount", "52"},
	     {.control = CONTROL_HEADCOUNT, .number = 52, .has_headcount = true}},
	    {{"send"}, {.control = CONTROL_SEND}},
	    {{"close", "--headcount", "52"},
	     {.control = CONTROL_CLOSE, .number = 52, .has_headcount = true}},
	    /* Standard input is no terminal: nothing is asked. */
	    {{"close"}, {.control = CONTROL_CLOSE}},
	};
	struct fixture *fixture = *state;

	text_copy(fixture->kiosk.result.sentence, SENTENCE_BYTES_MAX, "Done as asked.");
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		const struct msg_control *heard = &fixture->kiosk.heard[0],
		                         *asks = &requests[i].asks;

		fixture->kiosk.n_heard = 0;
		assert_int_equal(program_run(&fixture->program, requests[i].words), 0);
		assert_non_null(strstr(fixture->program.out, "Done as asked."));
		assert_int_equal(heard->control, asks->control);
		assert_int_equal(heard->number, asks->number);
		assert_int_equal(heard->project, asks->project);
		assert_int_equal(heard->first, asks->first);
		assert_int_equal(heard->has_headcount, asks->has_headcount);
	}
}

static void test_refused(void **state)
{
	struct fixture *fixture = *state;

	fixture->kiosk.result.error = 1;
	text_copy(fixture->kiosk.result.sentence, SENTENCE_BYTES_MAX,
	          "No meeting is open: show the event card.");
	assert_int_equal(RUN(&fixture->program, "undo"), 1);
	assert_non_null(strstr(fixture->program.err, "No meeting is open: show the event card."));
	assert_string_equal(fixture->program.out, "");
	/* No totals after a close that did not happen. */
	assert_int_equal(RUN(&fixture->program, "close"), 1);
	assert_string_equal(fixture->program.out, "");
}

/* At a terminal the headcount is asked before any total has been shown. */
static void test_close_asks_first(void **state)
{
	struct fixture *fixture = *state;
	const char *out = fixture->program.out, *question, *total;

	assert_int_equal(
	    program_run_tty(&fixture->program, "abc\n47\n", (const char *[]){"close", NULL}), 0);
	question = strstr(out, "How many people are in the room? (Enter to skip)");
	total = strstr(out, "45 people counted");
	assert_non_null(question);
	assert_non_null(total);
	assert_true(question < total);
	assert_non_null(strstr(out, "“abc”"));
	assert_int_equal(fixture->kiosk.heard[0].control, CONTROL_CLOSE);
	assert_true(fixture->kiosk.heard[0].has_headcount);
	assert_int_equal(fixture->kiosk.heard[0].number, 47);

	fixture->kiosk.n_heard = 0;
	assert_int_equal(program_run_tty(&fixture->program, "\n", (const char *[]){"close", NULL}),
	                 0);
	assert_false(fixture->kiosk.heard[0].has_headcount);

	/* Three answers that are no number: it stays open. */
	fixture->kiosk.n_heard = 0;
	assert_int_equal(
	    program_run_tty(&fixture->program, "a\nb\nc\n", (const char *[]){"close", NULL}),
	    EX_USAGE);
	assert_int_equal(fixture->kiosk.n_heard, 0);
}

/* Enter closes nothing; yes does what was asked about. */
static void test_questions(void **state)
{
	static const struct {
		const char *typed;
		const char *words[4];
		unsigned n_asks;
		uint32_t asks[3];
		int status;
		size_t n_acts; /* messages but for the status afterwards */
	} row[] = {
	    {"\n\n", {"close"}, 1, {ASK_WHAT}, 1, 1},
	    {"\nn\n", {"close"}, 1, {ASK_WHAT}, 1, 1},
	    {"\n\x04", {"close"}, 1, {ASK_WHAT}, 1, 1},
	    {"\ny\n", {"close"}, 1, {ASK_WHAT}, 0, 2},
	    {"14\ny\ny\n", {"close"}, 2, {ASK_WHAT, ASK_IF_FAR}, 0, 3},
	    {"14\ny\n\n", {"close"}, 2, {ASK_WHAT, ASK_IF_FAR}, 1, 2},
	    /* what was seen is another by now: asked again */
	    {"\ny\nyes\n", {"close"}, 2, {ASK_WHAT, ASK_WHAT}, 0, 3},
	    {"\n", {"undo"}, 1, {ASK_WHAT}, 1, 1},
	    {"Y\n", {"undo"}, 1, {ASK_WHAT}, 0, 2},
	    {"\n", {"headcount", "14"}, 1, {ASK_IF_FAR}, 1, 1},
	    {"y\n", {"headcount", "14"}, 1, {ASK_IF_FAR}, 0, 2},
	};
	struct fixture *fixture = *state;
	struct kiosk *kiosk = &fixture->kiosk;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		size_t acts = 0;

		print_message("%zu %s\n", i, row[i].words[0]);
		kiosk->n_heard = 0;
		kiosk->n_asks = row[i].n_asks;
		memcpy(kiosk->asks, row[i].asks, sizeof(kiosk->asks));
		assert_int_equal(program_run_tty(&fixture->program, row[i].typed, row[i].words),
		                 row[i].status);
		for (size_t n = 0; n < kiosk->n_heard; n++)
			acts += kiosk->heard[n].control != CONTROL_STATUS;
		assert_int_equal(acts, row[i].n_acts);
		assert_non_null(strstr(fixture->program.out, "River night, people counted: 45?"));
		assert_true((kiosk->heard[0].ask & row[i].asks[row[i].n_asks - 1]) != 0);
		if (acts > 1)
			assert_int_equal(kiosk->heard[1].saw, 1);
		if (row[i].status != 0)
			assert_non_null(strstr(fixture->program.out, "Nothing was done."));
	}
}

/* Nobody can be asked: what is far takes --yes, which asks nothing. */
static void test_questions_without_a_terminal(void **state)
{
	struct fixture *fixture = *state;
	struct kiosk *kiosk = &fixture->kiosk;

	kiosk->n_asks = 1;
	kiosk->asks[0] = ASK_IF_FAR;
	assert_int_equal(RUN(&fixture->program, "close", "--headcount", "14"), 1);
	assert_int_equal(kiosk->n_heard, 1);
	assert_int_equal(kiosk->heard[0].ask, ASK_IF_FAR);
	assert_non_null(strstr(fixture->program.err, "say --yes"));
	kiosk->n_heard = kiosk->n_asks = 0;
	assert_int_equal(RUN(&fixture->program, "close", "--headcount", "14", "--yes"), 0);
	assert_int_equal(kiosk->heard[0].ask, 0);
}

static void test_clock(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(RUN(&fixture->program, "clock"), 0);
	assert_string_equal(fixture->program.out, "Not known.\n");
	fixture->kiosk.n_heard = 0;
	assert_int_equal(RUN(&fixture->program, "clock", "2026-11-21T18:00-05:00"), 0);
	assert_int_equal(fixture->kiosk.heard[0].control, CONTROL_CLOCK);
	assert_true(fixture->kiosk.heard[0].at == 1795302000);
	assert_int_equal(RUN(&fixture->program, "clock", "tomorrow"), EX_USAGE);
}

static void test_watch(void **state)
{
	struct fixture *fixture = *state;
	struct kiosk *kiosk = &fixture->kiosk;
	char *line;

	kiosk->n_views = 3;
	kiosk->view[0] = (struct msg_view){.happening = 1,
	                                   .answer = SHOW_COUNTED,
	                                   .channel = CHANNEL_QR,
	                                   .added = 1,
	                                   .people = 46,
	                                   .seen.us = 1000000,
	                                   .shown.us = 1041500};
	text_copy(kiosk->view[0].sentence, SENTENCE_BYTES_MAX, "Counted.");
	kiosk->view[1] = (struct msg_view){
	    .happening = 2, .answer = SHOW_NOT_ACCEPTED, .channel = CHANNEL_SMS, .people = 46};
	kiosk->view[2] = (struct msg_view){.happening = 3, .answer = SHOW_NOTHING, .people = 46};
	/* It ends when kioskd does, and says so. */
	assert_int_equal(RUN(&fixture->program, "watch", "--json"), EX_UNAVAILABLE);
	assert_non_null(strstr(fixture->program.err, "kioskd closed the connection"));
	line = fixture->program.out;
	line[strcspn(line, "\n")] = '\0';
	assert_json(
	    json_loads(line, 0, NULL),
	    "{\"happening\":1,\"answer\":\"counted\",\"channel\":\"qr\",\"added\":1,\"people\":46,"
	    "\"ms\":41.5,\"sentence\":\"Counted.\"}");
	assert_int_equal(RUN(&fixture->program, "watch"), EX_UNAVAILABLE);
	assert_non_null(strstr(fixture->program.out, "counted"));
	assert_non_null(strstr(fixture->program.out, "not accepted"));
	assert_non_null(strstr(fixture->program.out, "status"));
	assert_null(strchr(fixture->program.out, '_'));
}

static void test_nobody_answers(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(RUN(&fixture->program, "status", "--socket", "nowhere.sock"),
	                 EX_UNAVAILABLE);
	assert_non_null(
	    strstr(fixture->program.err, "No kioskd answers at nowhere.sock: is it running?"));
	fixture->kiosk.silent = true;
	assert_int_equal(RUN(&fixture->program, "status"), EX_UNAVAILABLE);
	assert_non_null(strstr(fixture->program.err, "kioskd closed the connection"));
	fixture->kiosk.silent = false;
}

static int begin(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	const char *path;

	program_init(&fixture->program);
	path = program_path(&fixture->program, "control.sock");
	fill_status(&fixture->kiosk.status);
	if (link_listen(path, &fixture->kiosk.listener) < 0 || pipe(fixture->kiosk.stop) < 0 ||
	    setenv("KIOSK_SOCKET", path, 1) < 0 ||
	    pthread_create(&fixture->kiosk.thread, NULL, play, &fixture->kiosk) != 0)
		return -1;
	*state = fixture;
	return 0;
}

static int end(void **state)
{
	struct fixture *fixture = *state;

	(void)close(fixture->kiosk.stop[1]);
	(void)pthread_join(fixture->kiosk.thread, NULL);
	(void)close(fixture->kiosk.stop[0]);
	(void)close(fixture->kiosk.listener);
	program_deinit(&fixture->program);
	free(fixture);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_status_json),
	    TEST(test_status_json_empty),
	    TEST(test_status_for_people),
	    TEST(test_requests),
	    TEST(test_refused),
	    TEST(test_close_asks_first),
	    TEST(test_watch),
	    TEST(test_nobody_answers),
	    TEST(test_questions),
	    TEST(test_questions_without_a_terminal),
	    TEST(test_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

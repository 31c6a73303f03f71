/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: a helper that hangs without ending is ended and started again, each time after a longer
 * wait, and status says so; one that speaks is left alone, also when it was us who were busy. Real
 * processes on the real loop, with a limit for silence far shorter than a kiosk's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "supervisor.h"

enum {
	SILENCE_US_MAX = 100000,
	PATIENCE_US_MAX = 2000000, /* of who must not be taken for silent on a busy machine */
	SENTENCES_MAX = 512,
};

struct watch {
	sd_event *event;
	struct supervisor *supervisor;
	unsigned n, stopped;
	struct status_helper said[SENTENCES_MAX]; /* each change of the helper's health */
};

static void on_message(void *context, enum helper_kind kind, const struct link_message *message)
{
	(void)context;
	(void)kind;
	(void)message;
	fail_msg("a message that is no state");
}

static void on_gone(void *context, enum helper_kind kind)
{
	(void)context;
	(void)kind;
}

static void on_changed(void *context, enum helper_kind kind)
{
	struct watch *watch = context;
	struct msg_health health;

	assert_true(watch->n < SENTENCES_MAX);
	supervisor_health(watch->supervisor, kind, &watch->said[watch->n++], &health);
}

static void on_stopped(void *context)
{
	struct watch *watch = context;

	watch->stopped++;
}

static void start(struct watch *watch, const char *how, uint64_t silence_us_max)
{
	static const char *arguments[2];
	const struct supervisor_sink sink = {.message = on_message,
	                                     .gone = on_gone,
	                                     .changed = on_changed,
	                                     .stopped = on_stopped,
	                                     .context = watch};

	arguments[0] = how;
	assert_int_equal(supervisor_new(watch->event, STUCK_HELPER_FOLDER, silence_us_max, &sink,
	                                &watch->supervisor),
	                 0);
	supervisor_add(watch->supervisor, HELPER_SCANNER, STUCK_HELPER, arguments);
}

/* Runs the loop until the helper's state has been told in these words `times` times. */
static const struct status_helper *await(struct watch *watch, const char *words, unsigned times)
{
	for (unsigned seen = 0, i = 0;;) {
		for (; i < watch->n; i++)
			if (strstr(watch->said[i].sentence, words) && ++seen == times)
				return &watch->said[i];
		assert_true(sd_event_run(watch->event, UINT64_MAX) >= 0);
	}
}

static int setup(void **state)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	sigset_t mask;

	assert_non_null(watch);
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	assert_int_equal(sigprocmask(SIG_BLOCK, &mask, NULL), 0);
	assert_true(sd_event_new(&watch->event) >= 0);
	*state = watch;
	return 0;
}

/* Whatever it was stuck in, it ends when the kiosk does. */
static int teardown(void **state)
{
	struct watch *watch = *state;

	supervisor_free(watch->supervisor);
	sd_event_unref(watch->event);
	free(watch);
	return 0;
}

static void restart_stuck(void **state, const char *how)
{
	struct watch *watch = *state;
	const struct status_helper *said;

	start(watch, how, SILENCE_US_MAX);
	said = await(watch, "fell silent: it is ended", 1);
	print_message("%s\n", said->sentence);
	assert_int_equal(said->health, HEALTH_FAILED);
	assert_int_equal(said->restarts, 0);
	said = await(watch, "fell silent and was ended; it is started again in 0.5 s", 1);
	print_message("%s\n", said->sentence);
	assert_int_equal(said->health, HEALTH_FAILED);
	assert_int_equal(said->restarts, 1);
	said = await(watch, "fell silent and was ended; it is started again in 1.0 s", 1);
	assert_int_equal(said->restarts, 2);
}

static void test_one_that_hangs_is_ended_and_started_again(void **state)
{
	restart_stuck(state, "mute");
}

static void test_one_that_never_says_hello(void **state)
{
	restart_stuck(state, "dumb");
}

static void test_one_that_closed_its_socket_and_lives_on(void **state)
{
	restart_stuck(state, "deaf");
}

static void test_one_that_speaks_is_left_alone(void **state)
{
	struct watch *watch = *state;
	const struct status_helper *said;

	start(watch, "beats", PATIENCE_US_MAX);
	said = await(watch, "Beat 250.", 1); /* more than the limit: a beat takes 10 ms at least */
	assert_int_equal(said->health, HEALTH_GOOD);
	assert_int_equal(said->restarts, 0);
	for (unsigned i = 0; i < watch->n; i++)
		assert_int_not_equal(watch->said[i].health, HEALTH_FAILED);
}

/* A card that takes long to write holds up all of kioskd: no helper is to blame for it. */
static void test_our_own_absence_is_nobodys_silence(void **state)
{
	struct watch *watch = *state;

	start(watch, "beats", SILENCE_US_MAX);
	(void)await(watch, "Beat 0.", 1);
	(void)poll(NULL, 0, 2 * SILENCE_US_MAX / 1000);
	(void)await(watch, "Beat 10.", 1);
	for (unsigned i = 0; i < watch->n; i++)
		assert_int_not_equal(watch->said[i].health, HEALTH_FAILED);
}

static void test_why_one_was_ended_is_said(void **state)
{
	struct watch *watch = *state;

	start(watch, "rude", PATIENCE_US_MAX);
	print_message("%s\n", await(watch, "said what it may not say: it is ended", 1)->sentence);
	print_message(
	    "%s\n",
	    await(watch, "said what it may not say and was ended; it is started", 1)->sentence);
}

/* A camera that another program uses: that it ended, again and again, says nothing of it. */
static void test_the_last_words_of_one_that_ended_stand(void **state)
{
	struct watch *watch = *state;
	struct status_helper status;
	struct msg_health health;

	start(watch, "fails", PATIENCE_US_MAX);
	do {
		assert_true(sd_event_run(watch->event, UINT64_MAX) >= 0);
		supervisor_health(watch->supervisor, HELPER_SCANNER, &status, &health);
	} while (status.restarts < 2);
	assert_int_equal(status.health, HEALTH_FAILED);
	assert_string_equal(status.sentence, "Somebody else has it.");
	/* "Starting." at first, then this, and no word of an end or of another start. */
	assert_true(watch->n <= 2);
}

/* It would end the same way for ever: it is not started again, and its own words are shown. */
static void test_one_that_was_started_wrongly_is_left_and_says_why(void **state)
{
	struct watch *watch = *state;
	const struct status_helper *said;

	start(watch, "wrong", PATIENCE_US_MAX);
	said = await(watch, "--country “ZZ” is not known.", 1);
	print_message("%s\n", said->sentence);
	assert_int_equal(said->health, HEALTH_FAILED);
	assert_int_equal(said->restarts, 0);
	for (int i = 0; i < 10; i++)
		assert_true(sd_event_run(watch->event, 100000) >= 0);
	assert_int_equal(watch->said[watch->n - 1].health, HEALTH_FAILED);
	assert_int_equal(watch->said[watch->n - 1].restarts, 0);
}

/* With the policy "any" it would be somebody. */
static void test_a_code_of_no_octets_is_no_code(void **state)
{
	struct watch *watch = *state;

	start(watch, "empty", PATIENCE_US_MAX);
	(void)await(watch, "said what it may not say and was ended", 1);
}

static void test_told_to_stop_a_stuck_one_is_killed(void **state)
{
	struct watch *watch = *state;

	start(watch, "mute", 60 * PATIENCE_US_MAX);
	while (!supervisor_runs(watch->supervisor, HELPER_SCANNER))
		assert_true(sd_event_run(watch->event, UINT64_MAX) >= 0);
	supervisor_stop(watch->supervisor);
	while (watch->stopped == 0)
		assert_true(sd_event_run(watch->event, UINT64_MAX) >= 0);
	assert_int_equal(watch->stopped, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	    TEST(test_one_that_hangs_is_ended_and_started_again),
	    TEST(test_one_that_never_says_hello),
	    TEST(test_one_that_closed_its_socket_and_lives_on),
	    TEST(test_one_that_speaks_is_left_alone),
	    TEST(test_our_own_absence_is_nobodys_silence),
	    TEST(test_why_one_was_ended_is_said),
	    TEST(test_the_last_words_of_one_that_ended_stand),
	    TEST(test_one_that_was_started_wrongly_is_left_and_says_why),
	    TEST(test_a_code_of_no_octets_is_no_code),
	    TEST(test_told_to_stop_a_stuck_one_is_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

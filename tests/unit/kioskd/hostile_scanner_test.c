/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: whatever a picture makes of the decoder, people go on being counted by text, status says
 * that the scanner ended, and it comes back by itself. The real kioskd and the real kiosk-scanner,
 * its decoder replaced by one that has been taken over (hostile_decode.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "daemon_stage.h"
#include "file.h"
#include "hostile_decode.h"
#include "sanitized.h"

enum { SCANNER = 0, MODEM = 1, PICTURE_WIDTH_PX = 2048, PICTURE_HEIGHT_PX = 16 };

static void write_picture(const struct daemon *d, const char *name, enum deed deed,
                          const char *code)
{
	static uint8_t file[32 + PICTURE_WIDTH_PX * PICTURE_HEIGHT_PX];
	char path[256];
	int n;

	memset(file, 0, sizeof(file));
	n = snprintf((char *)file, 32, "P5 %d %d 255\n", PICTURE_WIDTH_PX, PICTURE_HEIGHT_PX);
	file[n] = (uint8_t)deed;
	memcpy(file + n + 1, code, strlen(code));
	daemon_path_in(d, name, path);
	assert_int_equal(
	    file_write(path, file, (size_t)n + PICTURE_WIDTH_PX * PICTURE_HEIGHT_PX, 0600), 0);
}

/* The decoder meets the picture of a card, and then one that takes it over. */
static void start(struct daemon *d, enum deed deed)
{
	struct msg_control watch = {.control = CONTROL_WATCH};
	char path[256], text[CODE_TEXT_MAX];

	daemon_configure(d, "pictures:shown");
	daemon_path_in(d, "bin/kiosk-scanner", path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(HOSTILE_SCANNER, path), 0);
	daemon_path_in(d, "shown", path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chdir(d->folder), 0);
	papers_card(&d->papers, text);
	write_picture(d, "shown/1.pgm", DEED_READ, text);
	write_picture(d, "shown/2.pgm", deed, "");
	d->pid = daemon_launch(d, "log");
	daemon_greet(d, MODEM);
	daemon_connect_control(d, &d->control);
	daemon_connect_control(d, &d->watch);
	assert_int_equal(link_send(d->watch, MSG_CONTROL, &watch, NULL, 0), 0);
	daemon_receive(d, d->watch, MSG_RESULT);
}

/*
 * Each change of a helper's state comes as a view. Who watches a flood of them and reads too slowly
 * is cut off by kioskd, as it should be: without a watch this asks again and again.
 */
static void next_view(struct daemon *d)
{
	if (d->watch >= 0)
		daemon_receive(d, d->watch, MSG_VIEW);
}

static struct status_helper await(struct daemon *d, enum health health, uint32_t restarts_min)
{
	for (;;) {
		struct msg_status status = daemon_ask_status(d);

		if (status.helper[SCANNER].health == (uint32_t)health &&
		    status.helper[SCANNER].restarts >= restarts_min)
			return status.helper[SCANNER];
		next_view(d);
	}
}

static void survive(void **state, enum deed deed, const char *ended_how)
{
	struct daemon *d = *state;
	struct status_helper scanner;
	char text[CODE_TEXT_MAX];

	start(d, deed);
	while (daemon_ask_status(d).state != KIOSK_OPEN)
		next_view(d);
	if (deed == DEED_FLOOD) {
		(void)close(d->watch);
		d->watch = -1;
	}
	scanner = await(d, HEALTH_FAILED, 1);
	print_message("%s\n", scanner.sentence);
	assert_non_null(strstr(scanner.sentence, ended_how));
	assert_non_null(strstr(scanner.sentence, "it is started again"));
	assert_int_equal(daemon_offer(d, 1, "+15025550101", "RIVER"), SMS_REPLY);
	assert_int_equal(daemon_people(d), 1);
	papers_ticket(&d->papers, 7, text);
	write_picture(d, "shown/2.pgm", DEED_READ, text);
	while (daemon_people(d) < 2)
		next_view(d);
	assert_int_equal(daemon_people(d), 2);
	(void)await(d, HEALTH_GOOD, 1);
}

static void test_a_crash(void **state)
{
	survive(state, DEED_CRASH, SANITIZED ? "(" : "(signal 11)");
}

/* SIGPROF, after 500 ms of the processor's time. */
static void test_a_frame_without_end(void **state)
{
	survive(state, DEED_SPIN, "(signal 27)");
}

/* SIGALRM: it waits and uses no processor. */
static void test_a_frame_that_waits_for_ever(void **state)
{
	survive(state, DEED_SLEEP, "(signal 14)");
}

static void test_memory_without_end(void **state)
{
	if (SANITIZED) {
		print_message("NOT TESTED: this build has a sanitizer, and no memory limit\n");
		skip();
	}
	survive(state, DEED_LEAK, "(signal 6)");
}

static void test_wild_messages(void **state)
{
	survive(state, DEED_GARBAGE, "kiosk-scanner sent what is not a message and was ended");
}

static void test_a_message_that_is_not_its_to_send(void **state)
{
	survive(state, DEED_TEXT_MESSAGE, "kiosk-scanner said what it may not say and was ended");
}

static void test_a_message_that_lies_about_its_length(void **state)
{
	survive(state, DEED_TOO_MUCH, "kiosk-scanner sent what is not a message and was ended");
}

static void test_codes_without_end(void **state)
{
	survive(state, DEED_FLOOD, "(signal 27)");
}

static void test_what_the_filter_ends(void **state)
{
	if (SANITIZED) {
		print_message("NOT TESTED: this build has a sanitizer, and no filter\n");
		skip();
	}
	survive(state, DEED_SOCKET, "(signal 31)");
}

static void test_a_file(void **state)
{
	if (SANITIZED) {
		print_message("NOT TESTED: this build has a sanitizer, and no filter\n");
		skip();
	}
	survive(state, DEED_FILE, "(signal 10)");
}

static void test_one_more_descriptor(void **state)
{
	if (SANITIZED) {
		print_message("NOT TESTED: this build has a sanitizer, and no filter\n");
		skip();
	}
	survive(state, DEED_DESCRIPTOR, "(signal 31)");
}

static void test_another_program(void **state)
{
	if (SANITIZED) {
		print_message("NOT TESTED: this build has a sanitizer, and no filter\n");
		skip();
	}
	survive(state, DEED_PROGRAM, "(signal 31)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, daemon_setup, daemon_teardown)
	    TEST(test_a_crash),
	    TEST(test_a_frame_without_end),
	    TEST(test_a_frame_that_waits_for_ever),
	    TEST(test_memory_without_end),
	    TEST(test_wild_messages),
	    TEST(test_a_message_that_is_not_its_to_send),
	    TEST(test_a_message_that_lies_about_its_length),
	    TEST(test_codes_without_end),
	    TEST(test_what_the_filter_ends),
	    TEST(test_a_file),
	    TEST(test_one_more_descriptor),
	    TEST(test_another_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: what a serial reader sends reaches kioskd as codes, a pulled plug is told and is no
 * crash. The real program, on a pseudo-terminal; the test plays kioskd.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>

#include "helper_start.h"
#include "reader_text.h"

enum { WAIT_MS = 30000, SOURCE_SIZE = 300 };

struct desk {
	pid_t scanner;
	int link, line; /* kioskd's end; the reader's end of a pseudo-terminal */
};

static void start_scanner(struct desk *desk, const char *source)
{
	desk->scanner = helper_start((const char *const[]){KIOSK_SCANNER, "--source", source, NULL},
	                             &desk->link);
}

static int exit_of(struct desk *desk)
{
	int status = 0;

	assert_int_equal(waitpid(desk->scanner, &status, 0), desk->scanner);
	desk->scanner = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void await_health(const struct desk *desk, enum health health, const char *words)
{
	const struct msg_health *told;

	do {
		const struct link_message *message = helper_receive(desk->link, MSG_HEALTH);

		assert_non_null(message);
		told = (const void *)message->bytes;
	} while (told->health != (uint32_t)health || !strstr(told->sentence, words));
}

static void await_code(const struct desk *desk, const char *code)
{
	const struct link_message *message = helper_receive(desk->link, MSG_CODE);

	assert_non_null(message);
	assert_int_equal(message->tail_len, strlen(code));
	assert_memory_equal(message->tail, code, strlen(code));
}

static void plug_in(struct desk *desk, const char *option)
{
	char source[SOURCE_SIZE];

	desk->line = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(desk->line >= 0);
	assert_int_equal(grantpt(desk->line), 0);
	assert_int_equal(unlockpt(desk->line), 0);
	(void)snprintf(source, sizeof(source), "serial:%s%s", ptsname(desk->line), option);
	start_scanner(desk, source);
	await_health(desk, HEALTH_GOOD, "open");
}

static void send_text(struct desk *desk, const char *text)
{
	assert_int_equal(write(desk->line, text, strlen(text)), strlen(text));
}

static int make_desk(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	assert_non_null(desk);
	desk->link = desk->line = -1;
	*state = desk;
	return 0;
}

static int end_desk(void **state)
{
	struct desk *desk = *state;

	if (desk->scanner > 0) {
		(void)kill(desk->scanner, SIGKILL);
		(void)waitpid(desk->scanner, NULL, 0);
	}
	if (desk->link >= 0)
		(void)close(desk->link);
	if (desk->line >= 0)
		(void)close(desk->line);
	free(desk);
	return 0;
}

static void test_a_serial_reader(void **state)
{
	struct desk *desk = *state;
	char flood[1024];

	plug_in(desk, ",speed=115200");
	send_text(desk, "CK1:TONE\r\n]Q2\\000026CK1:TTWO\rCK1:TONE\r");
	await_code(desk, "CK1:TONE");
	await_code(desk, "CK1:TTWO");
	/* The first again, at once: silent. This one has no terminator. */
	send_text(desk, "CK1:TTHREE");
	await_code(desk, "CK1:TTHREE");
	memset(flood, 'x', sizeof(flood));
	for (int i = 0; i < 64; i++) {
		struct pollfd room = {.fd = desk->line, .events = POLLOUT};

		assert_int_equal(poll(&room, 1, WAIT_MS), 1);
		assert_true(write(desk->line, flood, sizeof(flood)) > 0);
	}
	send_text(desk, "\r");
	await_health(desk, HEALTH_DEGRADED, "more than any code holds");
	send_text(desk, "CK1:TFOUR\r");
	await_health(desk, HEALTH_GOOD, "works");
	await_code(desk, "CK1:TFOUR");
	send_text(desk, READER_TEST_TEXT "\rCK1:TFIVE\r");
	await_code(desk, "CK1:TFIVE");
}

/* Nobody holds anything up: kioskd, which ends who falls silent, hears from it all the same. */
static void test_an_idle_reader_says_so_again_and_again(void **state)
{
	struct desk *desk = *state;

	plug_in(desk, "");
	assert_non_null(helper_receive(desk->link, MSG_HEALTH));
}

static void test_a_pulled_plug_is_told(void **state)
{
	struct desk *desk = *state;

	plug_in(desk, "");
	(void)close(desk->line);
	desk->line = -1;
	await_health(desk, HEALTH_MISSING, "went away");
	assert_int_equal(exit_of(desk), 75);
}

static void test_what_is_no_reader(void **state)
{
	static const struct {
		const char *source, *words;
		enum health health;
		int exit;
	} cases[] = {
	    {"serial:/dev/no-such-reader", "plug it in", HEALTH_MISSING, 75},
	    {"serial:/dev/null", "is not a barcode reader", HEALTH_FAILED, 1},
	    {"serial:/dev/null,speed=7", "is no speed", HEALTH_FAILED, 64},
	    {"serial:/dev/null,sped=9600", "PATH,speed=", HEALTH_FAILED, 64},
	    {"evdev:/dev/input/by-id/no-such-reader", "plug it in", HEALTH_MISSING, 75},
	    {"evdev:/dev/null", "is not a barcode reader", HEALTH_FAILED, 1},
	    {"evdev:/dev/null,layout=klingon", "no keyboard layout", HEALTH_FAILED, 64},
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start_scanner(desk, cases[i].source);
		await_health(desk, cases[i].health, cases[i].words);
		assert_int_equal(exit_of(desk), cases[i].exit);
		(void)close(desk->link);
		desk->link = -1;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, make_desk, end_desk)
	    WITH_DESK(test_a_serial_reader),
	    WITH_DESK(test_an_idle_reader_says_so_again_and_again),
	    WITH_DESK(test_a_pulled_plug_is_told),
	    WITH_DESK(test_what_is_no_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

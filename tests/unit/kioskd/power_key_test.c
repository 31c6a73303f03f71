/* SPDX-License-Identifier: Apache-2.0 */
/* A modem that only its power key helps: the program [modem] power_key names presses it, and people
 * are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "daemon_stage.h"
#include "file.h"
#include "text.h"

enum { MODEM = 1, PATIENCE_MS = 20000 };

/* A program that writes down how it was started into the pipe "pressed", and the configuration that
 * names it. The pipe's reading end. */
static int give_key(const struct daemon *d)
{
	char path[256], pipe[256], text[1024];
	uint8_t *config;
	size_t len;

	daemon_path_in(d, "pressed", pipe);
	assert_return_code(mkfifo(pipe, 0600), errno);
	daemon_path_in(d, "press", path);
	snprintf(text, sizeof(text), "#!/bin/sh\necho \"$# $1 $2\" >'%.200s'\n", pipe);
	assert_int_equal(file_write(path, text, strlen(text), 0700), 0);
	daemon_path_in(d, "kioskd.conf", pipe);
	assert_int_equal(file_read(pipe, sizeof(text) - 1, &config, &len), 0);
	snprintf(text, sizeof(text), "%.*s[modem]\npower_key = %.200s\n", (int)len,
	         (const char *)config, path);
	free(config);
	assert_int_equal(file_write(pipe, text, strlen(text), 0600), 0);
	daemon_path_in(d, "pressed", pipe);
	int fd = open(pipe, O_RDWR | O_CLOEXEC);
	assert_return_code(fd, errno);
	return fd;
}

static void remove_key(const struct daemon *d, int fd)
{
	char path[256];
	close(fd);
	daemon_path_in(d, "pressed", path);
	unlink(path);
	daemon_path_in(d, "press", path);
	unlink(path);
}

static void say_health(struct daemon *d, enum health health, const char *sentence)
{
	struct msg_health message = {.health = health};
	text_copy(message.sentence, sizeof(message.sentence), sentence);
	assert_int_equal(link_send(d->helper[MODEM], MSG_HEALTH, &message, NULL, 0), 0);
}

static void wait_wanted(struct daemon *d, bool wanted, uint32_t presses)
{
	struct msg_status status;
	do
		status = daemon_ask_status(d);
	while (status.power_key_wanted != wanted || status.power_key_presses != presses);
}

/* Until the program has ended and kioskd knows: only then is there another press. */
static void wait_pressed(struct daemon *d)
{
	char path[64], list[256];
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)d->pid, (int)d->pid);
	for (unsigned programs = 3; programs > DAEMON_HELPERS;) {
		FILE *file = fopen(path, "re");
		assert_non_null(file);
		(void)daemon_ask_status(d);
		list[0] = '\0';
		(void)!fgets(list, sizeof(list), file);
		fclose(file);
		programs = 0;
		for (const char *c = list; (c = strchr(c, ' ')) != NULL; c++)
			programs++;
	}
}

static void expect_pressed(int fd, const char *how)
{
	char text[64] = "";
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
	assert_int_equal(read(fd, text, strlen(how)), (ssize_t)strlen(how));
	assert_string_equal(text, how);
}

static void test_the_program_presses_it_and_people_are_told(void **state)
{
	struct daemon *d = *state;
	struct msg_power_key wish = {.off_ms = 700, .on_ms = 600};
	int fd = give_key(d);

	daemon_start(d);
	assert_false(daemon_ask_status(d).power_key_wanted);
	assert_int_equal(link_send(d->helper[MODEM], MSG_POWER_KEY, &wish, NULL, 0), 0);
	say_health(d, HEALTH_FAILED, "It does not answer.");
	expect_pressed(fd, "2 700 600\n");
	wait_wanted(d, true, 1);
	/* starting again is no sign that it helped; working is */
	say_health(d, HEALTH_STARTING, "Starting.");
	say_health(d, HEALTH_GOOD, "It takes messages.");
	wait_wanted(d, false, 1);
	wait_pressed(d);
	assert_int_equal(link_send(d->helper[MODEM], MSG_POWER_KEY, &wish, NULL, 0), 0);
	expect_pressed(fd, "2 700 600\n");
	wait_wanted(d, true, 2);
	wait_pressed(d);
	remove_key(d, fd);
}

static void test_without_a_program_people_are_told(void **state)
{
	struct daemon *d = *state;
	struct msg_power_key wish = {.off_ms = 0, .on_ms = 0};

	daemon_start(d);
	assert_int_equal(link_send(d->helper[MODEM], MSG_POWER_KEY, &wish, NULL, 0), 0);
	wait_wanted(d, true, 0);
	say_health(d, HEALTH_STARTING, "Starting.");
	assert_true(daemon_ask_status(d).power_key_wanted);
}

static void test_only_the_modem_may_want_it(void **state)
{
	struct daemon *d = *state;
	struct msg_power_key wish = {.off_ms = 1, .on_ms = 1};
	char octet;

	daemon_start(d);
	assert_int_equal(link_send(d->helper[0], MSG_POWER_KEY, &wish, NULL, 0), 0);
	/* the scanner is hung up on, not obeyed */
	struct pollfd ready = {.fd = d->helper[0], .events = POLLIN};
	assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
	while (recv(d->helper[0], &octet, 1, 0) > 0)
		;
	assert_false(daemon_ask_status(d).power_key_wanted);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, daemon_setup, daemon_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(test_the_program_presses_it_and_people_are_told),
	    TEST(test_without_a_program_people_are_told),
	    TEST(test_only_the_modem_may_want_it),
	};
	return cmocka_run_group_tests_name("kioskd.power_key", tests, NULL, NULL);
}

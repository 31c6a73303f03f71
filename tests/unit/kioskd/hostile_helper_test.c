/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: whoever takes a helper over can neither act for a volunteer, nor end kioskd, nor reach
 * anything else. The real kioskd with each real helper in turn, taken over once it is in its sandbox
 * (hostile_act.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>

#include "daemon_stage.h"
#include "file.h"
#include "hostile_act.h"
#include "sanitized.h"

enum { SCANNER = 0, MODEM = 1, UPLINK = 2, TRIES_MAX = 10000 };

static const char *const deed_name[] = {
    [HOSTILE_CONTROL] = "connects to the control socket",
    [HOSTILE_THREAD] = "ends kioskd by tgkill",
    [HOSTILE_KILL] = "ends kioskd by kill",
    [HOSTILE_QUEUE] = "ends kioskd by a queued signal",
    [HOSTILE_OWNER] = "lets the kernel signal kioskd",
    [HOSTILE_LIMITS] = "takes kioskd's limits away",
    [HOSTILE_DATAGRAM] = "sends a datagram to a program",
    [HOSTILE_VSOCK] = "opens a socket to the machine beneath",
    [HOSTILE_LISTEN] = "listens",
    [HOSTILE_TYPE] = "types on the terminal",
};

static void put(const struct daemon *d, const char *name, const char *hostile)
{
	char path[256];

	daemon_path_in(d, name, path);
	(void)unlink(path);
	assert_int_equal(symlink(hostile, path), 0);
}

/* The configuration of the stage, with a device for the one that is hostile. */
static void configure(const struct daemon *d, int which, const char *line)
{
	char path[256], text[512];

	(void)snprintf(text, sizeof(text),
	               "[kiosk]\nstate_dir = state\ncontrol_socket = control.sock\nnetwork = "
	               "network.txt\nclock = operator\nprograms = bin\n[scanner]\nsource = %s\n"
	               "[modem]\ndevice = %s\n[uplink]\ncollector = %s\n",
	               which == SCANNER ? "pictures:shown" : "sim:x",
	               which == MODEM ? line : "/dev/null",
	               which == UPLINK ? "http://127.0.0.1:9" : "off");
	daemon_path_in(d, "kioskd.conf", path);
	assert_int_equal(file_write(path, text, strlen(text), 0600), 0);
}

static void start(struct daemon *d, int which, enum hostile_deed deed, const char *line)
{
	char path[256], number[2] = {(char)('0' + deed), '\0'};

	configure(d, which, line);
	daemon_path_in(d, "shown", path);
	assert_int_equal(mkdir(path, 0700), 0);
	daemon_path_in(d, "shown/1.pgm", path);
	assert_int_equal(file_write(path, "P5 2 2 255\n....", 15, 0600), 0);
	assert_int_equal(chdir(d->folder), 0);
	daemon_path_in(d, "control.sock", path);
	assert_int_equal(setenv("HOSTILE_DEED", number, 1), 0);
	assert_int_equal(setenv("HOSTILE_CONTROL_PATH", path, 1), 0);
	d->pid = daemon_launch(d, "log");
	/* Started behind the control socket. */
	daemon_greet(d, which == SCANNER ? MODEM : SCANNER);
	daemon_connect_control(d, &d->control);
}

static void test_helper(void **state, int which)
{
	static const char *const name[] = {"bin/kiosk-scanner", "bin/kiosk-modem",
	                                   "bin/kiosk-uplink"};
	static const char *const hostile[] = {HOSTILE_SCANNER, HOSTILE_MODEM, HOSTILE_UPLINK};

	(void)state;
	if (SANITIZED) {
		print_message("NOT TESTED: this build has a sanitizer, and no filter\n");
		skip();
	}
	for (enum hostile_deed deed = 0; deed < HOSTILE_N_DEEDS; deed++) {
		int line = posix_openpt(O_RDWR | O_NOCTTY);
		struct status_helper helper;
		void *stage;
		struct daemon *d;

		assert_true(line >= 0 && grantpt(line) == 0 && unlockpt(line) == 0);
		assert_int_equal(daemon_setup(&stage), 0);
		d = stage;
		put(d, name[which], hostile[which]);
		start(d, which, deed, ptsname(line));
		/* kioskd answers, or this fails */
		for (int tries = 0;; tries++) {
			helper = daemon_ask_status(d).helper[which];
			if (helper.restarts > 0 || tries == TRIES_MAX)
				break;
			(void)poll(NULL, 0, 1);
		}
		print_message("%s %s: %s\n", name[which], deed_name[deed], helper.sentence);
		if (!strstr(helper.sentence, "(signal 31)") &&
		    !strstr(helper.sentence, "(signal 10)"))
			fail_msg("%s: %s: %s", name[which], deed_name[deed], helper.sentence);
		assert_int_equal(daemon_teardown(&stage), 0);
		(void)close(line);
	}
}

static void test_a_scanner_that_was_taken_over(void **state)
{
	test_helper(state, SCANNER);
}

static void test_a_modem_that_was_taken_over(void **state)
{
	test_helper(state, MODEM);
}

static void test_an_uplink_that_was_taken_over(void **state)
{
	test_helper(state, UPLINK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_scanner_that_was_taken_over),
	    cmocka_unit_test(test_a_modem_that_was_taken_over),
	    cmocka_unit_test(test_an_uplink_that_was_taken_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

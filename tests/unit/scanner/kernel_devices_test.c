/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: kiosk-scanner, in its sandbox, sees through a camera of the kernel; a keyboard reader is
 * grabbed, so that it types into nothing else; a pulled plug is told and is no crash. The real program
 * on vivid and uinput, where there are any (tests/devices/run); the test plays kioskd.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <libevdev/libevdev-uinput.h>
#include <libevdev/libevdev.h>

#include <kiosk/msg_helper.h>

#include "helper_start.h"
#include "vivid.h"

static pid_t start_scanner(const char *source, int *ret_link)
{
	return helper_start((const char *const[]){KIOSK_SCANNER, "--source", source, NULL},
	                    ret_link);
}

/* The next message of the type. */
static const struct link_message *receive(int link, enum msg_type type)
{
	const struct link_message *message = helper_receive(link, type);

	assert_non_null(message);
	return message;
}

static struct msg_health next_health(int link)
{
	return *(const struct msg_health *)(const void *)receive(link, MSG_HEALTH)->bytes;
}

/* It says that its device went away, and ends as one that may be started again. */
static void assert_gone(pid_t pid, int link)
{
	struct msg_health health;
	int status = 0;

	do
		health = next_health(link);
	while (health.health != HEALTH_MISSING);
	assert_non_null(strstr(health.sentence, "went away"));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 75);
	(void)close(link);
}

static void test_a_camera_of_the_kernel(void **state)
{
	char path[VIVID_PATH_SIZE], source[VIVID_PATH_SIZE + 8];
	struct msg_health health;
	int link = -1;
	pid_t pid;

	(void)state;
	if (vivid_lacks()) {
		print_message("NOT TESTED: the program on a camera of the kernel; there is not "
		              "here: %s (tests/devices/run has it)\n",
		              vivid_lacks());
		skip();
	}
	vivid_plug(path);
	(void)snprintf(source, sizeof(source), "v4l2:%s", path);
	pid = start_scanner(source, &link);
	health = next_health(link);
	print_message("%s\n", health.sentence);
	assert_int_equal(health.health, HEALTH_GOOD);
	while (health.frames == 0)
		health = next_health(link);
	print_message("%u frames, %u us each\n", health.frames, health.decode_us_mean);
	vivid_unplug();
	assert_gone(pid, link);
	vivid_plug(path);
}

static void press(const struct libevdev_uinput *keyboard, unsigned key)
{
	for (int value = 1; value >= 0; value--) {
		assert_int_equal(libevdev_uinput_write_event(keyboard, EV_KEY, key, value), 0);
		assert_int_equal(libevdev_uinput_write_event(keyboard, EV_SYN, SYN_REPORT, 0), 0);
	}
}

static struct libevdev_uinput *make_keyboard(void)
{
	struct libevdev *about = libevdev_new();
	struct libevdev_uinput *keyboard = NULL;

	assert_non_null(about);
	libevdev_set_name(about, "civic-kiosk test reader");
	for (unsigned key = KEY_ESC; key <= KEY_SPACE; key++)
		(void)libevdev_enable_event_code(about, EV_KEY, key, NULL);
	(void)libevdev_uinput_create_from_device(about, LIBEVDEV_UINPUT_OPEN_MANAGED, &keyboard);
	libevdev_free(about);
	return keyboard;
}

static void test_a_keyboard_reader_is_ours_alone(void **state)
{
	struct libevdev_uinput *keyboard = make_keyboard();
	const struct link_message *code;
	struct libevdev *other = NULL;
	struct input_event event;
	struct msg_health health;
	char source[300];
	int link = -1, fd;
	pid_t pid;

	(void)state;
	if (!keyboard) {
		print_message("NOT TESTED: the program on a keyboard of the kernel; there is not "
		              "here: /dev/uinput (tests/devices/run has it)\n");
		skip();
	}
	assert_non_null(libevdev_uinput_get_devnode(keyboard));
	fd = open(libevdev_uinput_get_devnode(keyboard), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(libevdev_new_from_fd(fd, &other), 0);
	(void)snprintf(source, sizeof(source), "evdev:%s", libevdev_uinput_get_devnode(keyboard));
	pid = start_scanner(source, &link);
	health = next_health(link);
	assert_int_equal(health.health, HEALTH_GOOD);
	assert_non_null(strstr(health.sentence, "ours alone"));
	press(keyboard, KEY_H);
	press(keyboard, KEY_I);
	press(keyboard, KEY_ENTER);
	code = receive(link, MSG_CODE);
	assert_int_equal(code->tail_len, 2);
	assert_memory_equal(code->tail, "hi", 2);
	assert_int_equal(libevdev_next_event(other, LIBEVDEV_READ_FLAG_NORMAL, &event), -EAGAIN);
	libevdev_free(other);
	(void)close(fd);
	libevdev_uinput_destroy(keyboard);
	assert_gone(pid, link);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_camera_of_the_kernel),
	    cmocka_unit_test(test_a_keyboard_reader_is_ours_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

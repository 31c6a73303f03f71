/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon itself, a real process on a real file, its helpers played by the test: what happens to
 * people when it is killed, when a helper crashes, lies or loses its device, when it is started
 * twice, and when it is told to stop.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "crypto.h"
#include "file.h"
#include "link.h"
#include "papers.h"

enum { PATIENCE_MS = 20000, EXIT_CONFIG = 78, N_PLAYED = 2 };

static const char *const played[N_PLAYED] = {"kiosk-scanner", "kiosk-modem"};
static const enum helper_kind played_kind[N_PLAYED] = {HELPER_SCANNER, HELPER_MODEM};

struct daemon {
	char folder[128];
	struct papers papers;
	pid_t pid;
	int listener[N_PLAYED], helper[N_PLAYED];
	int control, watch;
	struct link_message message;
};

static void path_in(const struct daemon *d, const char *name, char path[256])
{
	snprintf(path, 256, "%s/%s", d->folder, name);
}

static void write_config(const struct daemon *d)
{
	char path[256], text[1024], folder[256], code[CODE_TEXT_MAX];
	uint8_t octets[512];
	size_t len;

	assert_int_equal(network_encode(&d->papers.network, octets, sizeof(octets), &len), 0);
	assert_int_equal(code_encode(CODE_NETWORK, octets, len, code, sizeof(code)), 0);
	path_in(d, "network.txt", path);
	assert_int_equal(file_write(path, code, strlen(code), 0600), 0);
	path_in(d, "bin", folder);
	snprintf(text, sizeof(text),
	         "[kiosk]\nstate_dir = state\ncontrol_socket = control.sock\nnetwork = "
	         "network.txt\nclock = operator\n"
	         "programs = bin\n[scanner]\nsource = sim:x\n[modem]\ndevice = "
	         "/dev/null\n[uplink]\ncollector = off\n");
	path_in(d, "kioskd.conf", path);
	assert_int_equal(file_write(path, text, strlen(text), 0600), 0);
}

static int setup(void **state)
{
	static struct daemon d;
	const char *tmp = getenv("TMPDIR");
	char path[256];

	assert_int_equal(crypto_init(), 0);
	memset(&d, 0, sizeof(d));
	snprintf(d.folder, sizeof(d.folder), "%.60s/kioskd-test-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(d.folder));
	papers_make(&d.papers, 1, time(NULL) - 3600);
	path_in(&d, "bin", path);
	assert_int_equal(mkdir(path, 0700), 0);
	d.control = d.watch = -1;
	for (int i = 0; i < N_PLAYED; i++) {
		char name[64];

		snprintf(name, sizeof(name), "bin/%s", played[i]);
		path_in(&d, name, path);
		assert_int_equal(symlink(PUPPET, path), 0);
		snprintf(name, sizeof(name), "%s.sock", played[i]);
		path_in(&d, name, path);
		assert_int_equal(link_listen(path, &d.listener[i]), 0);
		d.helper[i] = -1;
	}
	write_config(&d);
	*state = &d;
	return 0;
}

static void close_all(struct daemon *d)
{
	int *const fds[] = {&d->control, &d->watch, &d->helper[0], &d->helper[1]};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

static int remove_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		char child[512];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(child, sizeof(child), "%.200s/%s", path, entry->d_name);
		if (unlink(child) < 0)
			(void)remove_folder(child);
	}
	if (folder)
		closedir(folder);
	return rmdir(path);
}

static int teardown(void **state)
{
	struct daemon *d = *state;

	close_all(d);
	for (int i = 0; i < N_PLAYED; i++)
		close(d->listener[i]);
	if (d->pid > 0) {
		kill(d->pid, SIGKILL);
		waitpid(d->pid, NULL, 0);
	}
	return remove_folder(d->folder);
}

/* --- the process --- */

/* Started with its standard error in FOLDER/NAME. */
static pid_t launch(const struct daemon *d, const char *log)
{
	char config[256], path[256];
	pid_t pid;

	path_in(d, "kioskd.conf", config);
	path_in(d, log, path);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		dup2(fd, STDERR_FILENO);
		setenv("PUPPET_FOLDER", d->folder, 1);
		execl(KIOSKD, "kioskd", "--config", config, (char *)NULL);
		_exit(127);
	}
	return pid;
}

static bool readable(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	return poll(&poll_fd, 1, PATIENCE_MS) == 1;
}

static int wait_exit(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* The next message of a type. */
static const void *receive(struct daemon *d, int fd, uint32_t type)
{
	for (;;) {
		int r = link_receive(fd, &d->message);

		if (r == -EAGAIN) {
			assert_true(readable(fd));
			continue;
		}
		assert_int_equal(r, 0);
		if (d->message.head.type == type)
			return d->message.bytes;
	}
}

static void greet(struct daemon *d, int i)
{
	struct msg_hello hello = {.kind = played_kind[i], .pid = 1};
	struct msg_health health = {.health = HEALTH_GOOD, .sentence = "Played by a test."};

	assert_true(readable(d->listener[i]));
	if (d->helper[i] >= 0)
		close(d->helper[i]);
	d->helper[i] = accept4(d->listener[i], NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert_true(d->helper[i] >= 0);
	assert_int_equal(link_send(d->helper[i], MSG_HELLO, &hello, NULL, 0), 0);
	assert_int_equal(link_send(d->helper[i], MSG_HEALTH, &health, NULL, 0), 0);
}

static void connect_control(struct daemon *d, int *fd)
{
	char path[256];

	path_in(d, "control.sock", path);
	assert_int_equal(link_connect(path, fd), 0);
}

static const struct msg_result *command(struct daemon *d, struct msg_control control)
{
	assert_int_equal(link_send(d->control, MSG_CONTROL, &control, NULL, 0), 0);
	return receive(d, d->control, MSG_RESULT);
}

static struct msg_status ask_status(struct daemon *d)
{
	struct msg_control control = {.control = CONTROL_STATUS};

	assert_int_equal(link_send(d->control, MSG_CONTROL, &control, NULL, 0), 0);
	return *(const struct msg_status *)receive(d, d->control, MSG_STATUS);
}

/* Both helpers greet only once kioskd listens for people too: it starts them last. */
static void start(struct daemon *d)
{
	struct msg_control watch = {.control = CONTROL_WATCH};

	d->pid = launch(d, "log");
	for (int i = 0; i < N_PLAYED; i++)
		greet(d, i);
	connect_control(d, &d->control);
	connect_control(d, &d->watch);
	assert_int_equal(link_send(d->watch, MSG_CONTROL, &watch, NULL, 0), 0);
	receive(d, d->watch, MSG_RESULT);
	while (ask_status(d).helper[0].health != HEALTH_GOOD ||
	       ask_status(d).helper[1].health != HEALTH_GOOD)
		;
}

static void kill_and_start(struct daemon *d)
{
	kill(d->pid, SIGKILL);
	assert_int_equal(wait_exit(d->pid), -SIGKILL);
	close_all(d);
	start(d);
}

/* --- acts --- */

static struct msg_view view_of(struct daemon *d, uint32_t channel)
{
	for (;;) {
		struct msg_view view = *(const struct msg_view *)receive(d, d->watch, MSG_VIEW);

		if (view.answer != SHOW_NOTHING && (channel == 0 || view.channel == channel))
			return view;
	}
}

static uint32_t show(struct daemon *d, const char *code)
{
	struct msg_code message = {.seen = clock_mono(), .decoded = clock_mono()};

	assert_int_equal(link_send(d->helper[0], MSG_CODE, &message, code, strlen(code)), 0);
	return view_of(d, CHANNEL_QR).answer;
}

static uint32_t show_ticket(struct daemon *d, uint32_t number)
{
	char text[CODE_TEXT_MAX];

	papers_ticket(&d->papers, number, text);
	return show(d, text);
}

static uint32_t show_card(struct daemon *d)
{
	char text[CODE_TEXT_MAX];

	papers_card(&d->papers, text);
	return show(d, text);
}

static uint32_t offer(struct daemon *d, uint32_t id, const char *from, const char *text)
{
	struct msg_sms sms = {
	    .id = id, .has_time = true, .time = time(NULL), .part = 1, .parts = 1, .oa_len = 12};

	text_copy(sms.from, sizeof(sms.from), from);
	text_copy(sms.text, sizeof(sms.text), text);
	memcpy(sms.oa, from, 12);
	sms.ud_len = sms.udl = (uint8_t)strlen(text);
	memcpy(sms.ud, text, sms.ud_len);
	assert_int_equal(link_send(d->helper[1], MSG_SMS, &sms, NULL, 0), 0);
	return ((const struct msg_sms_verdict *)receive(d, d->helper[1], MSG_SMS_VERDICT))->verdict;
}

static uint64_t people(struct daemon *d)
{
	struct msg_status status = ask_status(d);
	uint64_t n = 0;

	for (unsigned i = 0; i < status.n_rows; i++)
		if (status.row[i].project == PROJECT_PEOPLE)
			n += status.row[i].added - status.row[i].revoked;
	return n;
}

static void test_a_meeting_with_a_kill_in_the_middle(void **state)
{
	struct daemon *d = *state;
	struct papers other, forger;
	char text[CODE_TEXT_MAX];
	struct msg_control close_event = {
	    .control = CONTROL_CLOSE, .has_headcount = true, .number = 4};
	struct msg_swept swept = {0};

	start(d);
	assert_int_equal(show_ticket(d, 1), SHOW_NOT_CHECKED);
	assert_int_equal(show_card(d), SHOW_OPENED);
	assert_int_equal(show_ticket(d, 1), SHOW_COUNTED);
	assert_int_equal(show_ticket(d, 1), SHOW_ALREADY);
	papers_make(&other, 2, time(NULL));
	papers_ticket(&other, 1, text);
	assert_int_equal(show(d, text), SHOW_NOT_ACCEPTED);
	forger = d->papers;
	forger.hub.b[0] ^= 1;
	papers_ticket(&forger, 2, text);
	assert_int_equal(show(d, text), SHOW_NOT_ACCEPTED);
	assert_int_equal(offer(d, 1, "+15025550101", "RIVER"), SMS_REPLY);
	kill_and_start(d);
	assert_int_equal(ask_status(d).state, KIOSK_OPEN_NO_SMS);
	assert_int_equal(show_ticket(d, 1), SHOW_ALREADY);
	assert_int_equal(show_ticket(d, 2), SHOW_COUNTED);
	assert_int_equal(offer(d, 2, "+15025550102", "RIVER 2"), SMS_KEEP);
	assert_int_equal(show_card(d), SHOW_OPENED);
	receive(d, d->helper[1], MSG_SWEEP);
	assert_int_equal(offer(d, 2, "+15025550102", "RIVER 2"), SMS_REPLY);
	assert_int_equal(people(d), 5);
	assert_int_equal(
	    command(d, (struct msg_control){.control = CONTROL_ADD, .number = 2})->error, 0);
	assert_int_equal(command(d, (struct msg_control){.control = CONTROL_UNDO})->error, 0);
	assert_int_equal(people(d), 5);
	assert_int_equal(link_send(d->control, MSG_CONTROL, &close_event, NULL, 0), 0);
	receive(d, d->helper[1], MSG_SWEEP);
	assert_int_equal(link_send(d->helper[1], MSG_SWEPT, &swept, NULL, 0), 0);
	assert_int_equal(((const struct msg_result *)receive(d, d->control, MSG_RESULT))->error, 0);
	assert_int_equal(ask_status(d).state, KIOSK_IDLE);
	assert_int_equal(people(d), 5);
}

static void test_told_to_stop_it_ends_with_its_helpers(void **state)
{
	struct daemon *d = *state;
	char path[256];
	struct stat about;

	start(d);
	assert_int_equal(show_card(d), SHOW_OPENED);
	assert_int_equal(show_ticket(d, 1), SHOW_COUNTED);
	kill(d->pid, SIGTERM);
	assert_int_equal(wait_exit(d->pid), 0);
	d->pid = 0;
	for (int i = 0; i < N_PLAYED; i++)
		while (link_receive(d->helper[i], &d->message) != -ECONNRESET)
			assert_true(readable(d->helper[i]));
	path_in(d, "control.sock", path);
	assert_int_equal(stat(path, &about), -1);
	close_all(d);
	start(d);
	assert_int_equal(show_ticket(d, 1), SHOW_ALREADY);
}

static void test_a_second_kioskd_is_turned_away(void **state)
{
	struct daemon *d = *state;
	uint8_t *log;
	char path[256];
	size_t len;

	start(d);
	assert_int_equal(show_card(d), SHOW_OPENED);
	assert_int_equal(wait_exit(launch(d, "second")), EXIT_CONFIG);
	path_in(d, "second", path);
	assert_int_equal(file_read(path, 65536, &log, &len), 0);
	print_message("%s", (char *)log);
	assert_non_null(strstr((char *)log, "ledger.db"));
	free(log);
	/* The first one's socket and event are as they were. */
	close(d->control);
	connect_control(d, &d->control);
	assert_int_equal(ask_status(d).state, KIOSK_OPEN);
	assert_int_equal(show_ticket(d, 1), SHOW_COUNTED);
}

static void pull(struct daemon *d, int i, uint8_t octet)
{
	assert_int_equal(send(d->helper[i], &octet, 1, MSG_NOSIGNAL), 1);
}

static void test_a_helper_that_crashes_comes_back_and_counting_goes_on(void **state)
{
	struct daemon *d = *state;
	struct msg_health missing = {.health = HEALTH_MISSING,
	                             .sentence = "No camera here: plug it in."};

	start(d);
	assert_int_equal(show_card(d), SHOW_OPENED);
	pull(d, 0, 255);
	while (ask_status(d).helper[0].health != HEALTH_FAILED)
		;
	assert_int_equal(ask_status(d).helper[0].restarts, 1);
	assert_int_equal(offer(d, 1, "+15025550101", "RIVER"), SMS_REPLY);
	greet(d, 0);
	assert_int_equal(show_ticket(d, 1), SHOW_COUNTED);
	/* A device that went away: no penalty, and what it said stays on the screen. */
	assert_int_equal(link_send(d->helper[0], MSG_HEALTH, &missing, NULL, 0), 0);
	pull(d, 0, 75);
	greet(d, 0);
	while (ask_status(d).helper[0].health != HEALTH_GOOD)
		;
	assert_int_equal(ask_status(d).helper[0].restarts, 1);
	assert_int_equal(people(d), 2);
}

static void test_a_helper_that_says_what_it_may_not_is_ended(void **state)
{
	struct daemon *d = *state;
	struct msg_sms sms = {.id = 1, .has_time = true, .part = 1, .parts = 1};
	static const char garbage[] = "not a message at all";

	start(d);
	assert_int_equal(show_card(d), SHOW_OPENED);
	text_copy(sms.from, sizeof(sms.from), "+15025550101");
	assert_int_equal(link_send(d->helper[0], MSG_SMS, &sms, NULL, 0), 0);
	greet(d, 0);
	assert_int_equal(show_ticket(d, 1), SHOW_COUNTED);
	assert_true(send(d->helper[0], garbage, sizeof(garbage), MSG_NOSIGNAL) > 0);
	greet(d, 0);
	assert_int_equal(show_ticket(d, 2), SHOW_COUNTED);
	assert_int_equal(people(d), 2);
	assert_int_equal(ask_status(d).helper[0].restarts, 2);
}

static void test_a_ledger_that_is_none_is_left_alone(void **state)
{
	struct daemon *d = *state;
	static const char text[] = "These are somebody's holiday notes, not a ledger. They are "
	                           "long enough to be looked at.";
	char path[256];
	uint8_t *after;
	size_t len;

	path_in(d, "state", path);
	assert_int_equal(mkdir(path, 0700), 0);
	path_in(d, "state/ledger.db", path);
	assert_int_equal(file_write(path, text, sizeof(text), 0600), 0);
	assert_int_equal(wait_exit(launch(d, "log")), EXIT_CONFIG);
	assert_int_equal(file_read(path, 65536, &after, &len), 0);
	assert_int_equal(len, sizeof(text));
	assert_memory_equal(after, text, sizeof(text));
	free(after);
	path_in(d, "log", path);
	assert_int_equal(file_read(path, 65536, &after, &len), 0);
	print_message("%s", (char *)after);
	assert_non_null(strstr((char *)after, "ledger.db"));
	free(after);
}

static void test_a_key_that_is_none_is_left_alone(void **state)
{
	struct daemon *d = *state;
	char path[256];
	uint8_t *after;
	size_t len;

	path_in(d, "state", path);
	assert_int_equal(mkdir(path, 0700), 0);
	path_in(d, "state/device.key", path);
	assert_int_equal(file_write(path, "abc", 3, 0600), 0);
	assert_int_equal(wait_exit(launch(d, "log")), EXIT_CONFIG);
	assert_int_equal(file_read(path, 100, &after, &len), 0);
	assert_int_equal(len, 3);
	free(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	    TEST(test_a_meeting_with_a_kill_in_the_middle),
	    TEST(test_told_to_stop_it_ends_with_its_helpers),
	    TEST(test_a_second_kioskd_is_turned_away),
	    TEST(test_a_helper_that_crashes_comes_back_and_counting_goes_on),
	    TEST(test_a_helper_that_says_what_it_may_not_is_ended),
	    TEST(test_a_ledger_that_is_none_is_left_alone),
	    TEST(test_a_key_that_is_none_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

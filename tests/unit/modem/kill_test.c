/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: whoever is killed (kioskd, kiosk-modem, both), and at whatever step of a text's way, the
 * person is counted once, answered at most once, and the text is gone in the end. Real processes on
 * a real pseudo-terminal: the simulated modem stands still at its steps, kioskd before and after
 * each of its syncs to the disk, and there they are killed.
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
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

#include "daemon_stage.h"
#include "file.h"
#include "stage.h"

enum { PATIENCE_MS = 30000, SYNCS_MAX = 20, PEOPLE = 2 };

enum victim { KIOSKD, MODEM, BOTH };

static struct stage sim; /* modem-sim; kiosk-modem is started by kioskd */
static struct daemon *kiosk;
static int children; /* a signalfd of SIGCHLD */

/* --- the programs --- */

static void configure(void)
{
	char path[256], text[1024];
	daemon_path_in(kiosk, "kioskd.conf", path);
	snprintf(text, sizeof(text),
	         "[kiosk]\nstate_dir = state\ncontrol_socket = control.sock\n"
	         "network = network.txt\nclock = operator\nprograms = bin\n"
	         "[scanner]\nsource = sim:x\n"
	         "[modem]\ndevice = %.200s\nsweep = 100ms\nanswer = 4s\nsend = 20s\n"
	         "[uplink]\ncollector = off\n",
	         sim.device);
	assert_int_equal(file_write(path, text, strlen(text), 0600), 0);
	daemon_path_in(kiosk, "bin/kiosk-modem", path);
	assert_return_code(unlink(path), errno);
	assert_return_code(symlink(PROGRAMS "/kiosk-modem", path), errno);
	daemon_path_in(kiosk, "sync-stop", path);
	setenv("SYNC_STOP", path, 1);
	/* The loader takes a space in LD_PRELOAD for the end of a name, and the build may have one. */
	daemon_path_in(kiosk, "sync_stop.so", path);
	assert_return_code(symlink(SYNC_STOP_LIBRARY, path), errno);
}

static void start_kioskd(void)
{
	struct msg_control watch = {.control = CONTROL_WATCH};
	char library[256];
	daemon_path_in(kiosk, "sync_stop.so", library);
	setenv("LD_PRELOAD", library, 1);
	kiosk->pid = daemon_launch(kiosk, "log");
	unsetenv("LD_PRELOAD");
	daemon_greet(kiosk, 0);
	daemon_connect_control(kiosk, &kiosk->control);
	daemon_connect_control(kiosk, &kiosk->watch);
	assert_int_equal(link_send(kiosk->watch, MSG_CONTROL, &watch, NULL, 0), 0);
	daemon_receive(kiosk, kiosk->watch, MSG_RESULT);
	assert_int_equal(daemon_show_card(kiosk), SHOW_OPENED);
}

static int begin(void **state)
{
	sigset_t mask;
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	children = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (daemon_setup(state) < 0)
		return -1;
	kiosk = *state;
	stage_begin(&sim);
	configure();
	return 0;
}

static int end(void **state)
{
	int e = daemon_teardown(state);
	stage_end(&sim);
	close(children);
	return e;
}

/* kiosk-modem, kioskd's child; 0: it is between two. */
static pid_t find_modem(void)
{
	char path[64], list[256] = "", name[32] = "";
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)kiosk->pid, (int)kiosk->pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_return_code(fd, errno);
	assert_true(read(fd, list, sizeof(list) - 1) >= 0);
	close(fd);
	char *next = list;
	for (;;) {
		pid_t pid = (pid_t)strtol(next, &next, 10);
		if (pid == 0)
			return 0;
		snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
		FILE *file = fopen(path, "re");
		if (file == NULL)
			continue;
		bool is =
		    fgets(name, sizeof(name), file) != NULL && strcmp(name, "kiosk-modem\n") == 0;
		fclose(file);
		if (is)
			return pid;
	}
}

static void kill_victim(enum victim victim)
{
	pid_t modem = find_modem();
	if (victim != KIOSKD && modem > 0)
		kill(modem, SIGKILL);
	if (victim == MODEM) {
		kill(kiosk->pid, SIGCONT);
		return;
	}
	kill(kiosk->pid, SIGKILL);
	int status;
	assert_int_equal(waitpid(kiosk->pid, &status, 0), kiosk->pid);
	kiosk->pid = 0;
	daemon_close_all(kiosk);
	start_kioskd();
}

/* --- a text's way --- */

static int await_from(const char *what)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char line[32];
	memcpy(address.sun_path, sim.control, strlen(sim.control) + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(connect(fd, (struct sockaddr *)&address, sizeof(address)), errno);
	snprintf(line, sizeof(line), "await %s\n", what);
	assert_int_equal(send(fd, line, strlen(line), MSG_NOSIGNAL), (ssize_t)strlen(line));
	return fd;
}

static void await(const char *what)
{
	char octet;
	int fd = await_from(what);
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
	assert_int_equal(recv(fd, &octet, 1, 0), 1);
	close(fd);
}

static void tell(const char *command)
{
	assert_string_equal(stage_say(&sim, command), "ok");
}

/* A list is asked for; a text came before it is answered. */
static void text_on_its_way(void)
{
	start_kioskd();
	tell("stop +CMGL");
	await("stop");
	assert_string_equal(stage_say(&sim, "receive +15025550123 now RIVER"), "ok 1");
}

static unsigned sent_parts(void)
{
	unsigned n = 0;
	assert_int_equal(sscanf(stage_say(&sim, "sent"), "ok %u", &n), 1);
	return n;
}

/* What must be so, whatever happened; then for another text, which nothing disturbs. */
static unsigned check(void)
{
	tell("stop");
	tell("go");
	await("empty");
	while (daemon_people(kiosk) <
	       1) /* counted before it was deleted; a restart may still read */
		;
	assert_int_equal(daemon_people(kiosk), 1);
	unsigned parts = sent_parts();
	assert_string_equal(stage_say(&sim, "receive +15025550124 now RIVER"), "ok 1");
	await("empty");
	assert_int_equal(daemon_people(kiosk), PEOPLE);
	/* the other's reply says how many parts one has */
	assert_in_range(parts, 0, sent_parts() - parts);
	return parts;
}

static const char *const victims[] = {"kioskd", "kiosk-modem", "both"};

static void at_a_step_of_the_modem(enum victim victim)
{
	static const char *const steps[] = {"+CMGL",    "+CMGS", "message",
	                                    "accepted", "+CMGD", "deleted"};
	for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		void *state;
		char stop[32];
		assert_int_equal(begin(&state), 0);
		text_on_its_way();
		if (i > 0) {
			snprintf(stop, sizeof(stop), "stop %s", steps[i]);
			tell(stop);
			tell("go");
			await("stop");
		}
		kill_victim(victim);
		print_message("%s killed at %s: %u parts of a reply\n", victims[victim], steps[i],
		              check());
		assert_int_equal(end(&state), 0);
	}
}

/* True: kioskd stands still at a sync. False: the reply is about to be sent, there are no more. */
static bool reaches_sync(void)
{
	struct signalfd_siginfo info;
	int fd = await_from("stop");
	struct pollfd ready[2] = {{.fd = children, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
	for (;;) {
		int status;
		assert_true(poll(ready, 2, PATIENCE_MS) > 0);
		while (read(children, &info, sizeof(info)) > 0)
			;
		if (waitpid(kiosk->pid, &status, WNOHANG | WUNTRACED) == kiosk->pid) {
			assert_true(WIFSTOPPED(status));
			close(fd);
			return true;
		}
		if (ready[1].revents != 0) {
			close(fd);
			return false;
		}
	}
}

/* From the list's answer to AT+CMGS: the decision's commit, and the one that marks the reply. */
static void at_each_sync(enum victim victim)
{
	bool more = true;
	unsigned stops = 0;
	for (unsigned i = 0; more; i++) {
		void *state;
		char path[256], text[32];
		assert_true(i < 2 * SYNCS_MAX);
		assert_int_equal(begin(&state), 0);
		text_on_its_way();
		daemon_path_in(kiosk, "sync-stop", path);
		snprintf(text, sizeof(text), "%u %s", i / 2 + 1, i % 2 == 0 ? "before" : "after");
		assert_int_equal(file_write(path, text, strlen(text), 0600), 0);
		tell("stop +CMGS");
		tell("go");
		more = reaches_sync();
		unlink(path);
		if (more) {
			stops++;
			kill_victim(victim);
			print_message("%s killed at sync %s: %u parts of a reply\n",
			              victims[victim], text, check());
		}
		assert_int_equal(end(&state), 0);
	}
	assert_true(stops >= 4); /* two commits, before and after */
}

static void kioskd_is_killed_at_each_step(void **state)
{
	(void)state;
	at_a_step_of_the_modem(KIOSKD);
}

static void kioskd_is_killed_at_each_sync(void **state)
{
	(void)state;
	at_each_sync(KIOSKD);
}

static void kiosk_modem_is_killed_at_each_step(void **state)
{
	(void)state;
	at_a_step_of_the_modem(MODEM);
}

static void kiosk_modem_is_killed_at_each_sync(void **state)
{
	(void)state;
	at_each_sync(MODEM);
}

static void both_are_killed_at_each_step(void **state)
{
	(void)state;
	at_a_step_of_the_modem(BOTH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(kioskd_is_killed_at_each_step),
	    cmocka_unit_test(kioskd_is_killed_at_each_sync),
	    cmocka_unit_test(kiosk_modem_is_killed_at_each_step),
	    cmocka_unit_test(kiosk_modem_is_killed_at_each_sync),
	    cmocka_unit_test(both_are_killed_at_each_step),
	};
	return cmocka_run_group_tests_name("modem.kill", tests, NULL, NULL);
}

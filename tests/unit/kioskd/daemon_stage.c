/* SPDX-License-Identifier: Apache-2.0 */
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
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "clock.h"
#include "crypto.h"
#include "daemon_stage.h"
#include "file.h"
#include "link.h"
#include "text.h"

enum { PATIENCE_MS = 20000 };

static const char *const played[DAEMON_HELPERS] = {"kiosk-scanner", "kiosk-modem"};
static const enum helper_kind played_kind[DAEMON_HELPERS] = {HELPER_SCANNER, HELPER_MODEM};

void daemon_path_in(const struct daemon *d, const char *name, char path[256])
{
	snprintf(path, 256, "%s/%s", d->folder, name);
}

void daemon_configure(const struct daemon *d, const char *source)
{
	char path[256], text[1024], folder[256], code[CODE_TEXT_MAX];
	uint8_t octets[512];
	size_t len;

	assert_int_equal(network_encode(&d->papers.network, octets, sizeof(octets), &len), 0);
	assert_int_equal(code_encode(CODE_NETWORK, octets, len, code, sizeof(code)), 0);
	daemon_path_in(d, "network.txt", path);
	assert_int_equal(file_write(path, code, strlen(code), 0600), 0);
	daemon_path_in(d, "bin", folder);
	snprintf(text, sizeof(text),
	         "[kiosk]\nstate_dir = state\ncontrol_socket = control.sock\nnetwork = "
	         "network.txt\nclock = operator\n"
	         "programs = bin\n[scanner]\nsource = %s\n[modem]\ndevice = "
	         "/dev/null\n[uplink]\ncollector = off\n",
	         source);
	daemon_path_in(d, "kioskd.conf", path);
	assert_int_equal(file_write(path, text, strlen(text), 0600), 0);
}

int daemon_setup(void **state)
{
	static struct daemon d;
	const char *tmp = getenv("TMPDIR");
	char path[256];

	assert_int_equal(crypto_init(), 0);
	memset(&d, 0, sizeof(d));
	snprintf(d.folder, sizeof(d.folder), "%.60s/kioskd-test-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(d.folder));
	papers_make(&d.papers, 1, time(NULL) - 3600);
	daemon_path_in(&d, "bin", path);
	assert_int_equal(mkdir(path, 0700), 0);
	d.control = d.watch = -1;
	for (int i = 0; i < DAEMON_HELPERS; i++) {
		char name[64];

		snprintf(name, sizeof(name), "bin/%s", played[i]);
		daemon_path_in(&d, name, path);
		assert_int_equal(symlink(PUPPET, path), 0);
		snprintf(name, sizeof(name), "%s.sock", played[i]);
		daemon_path_in(&d, name, path);
		assert_int_equal(link_listen(path, &d.listener[i]), 0);
		d.helper[i] = -1;
	}
	daemon_configure(&d, "sim:x");
	*state = &d;
	return 0;
}

void daemon_close_all(struct daemon *d)
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

int daemon_teardown(void **state)
{
	struct daemon *d = *state;

	daemon_close_all(d);
	for (int i = 0; i < DAEMON_HELPERS; i++)
		close(d->listener[i]);
	if (d->pid > 0) {
		kill(d->pid, SIGKILL);
		waitpid(d->pid, NULL, 0);
	}
	return remove_folder(d->folder);
}

/* --- the process --- */

/* Started with its standard error in FOLDER/NAME. */
pid_t daemon_launch(const struct daemon *d, const char *log)
{
	char config[256], path[256];
	pid_t pid;

	daemon_path_in(d, "kioskd.conf", config);
	daemon_path_in(d, log, path);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nothing running */
		dup2(fd, STDERR_FILENO);
		setenv("PUPPET_FOLDER", d->folder, 1);
		execl(KIOSKD, "kioskd", "--config", config, (char *)NULL);
		_exit(127);
	}
	return pid;
}

bool daemon_readable(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	return poll(&poll_fd, 1, PATIENCE_MS) == 1;
}

int daemon_wait_exit(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* The next message of a type. */
const void *daemon_receive(struct daemon *d, int fd, uint32_t type)
{
	for (;;) {
		int r = link_receive(fd, &d->message);

		if (r == -EAGAIN) {
			assert_true(daemon_readable(fd));
			continue;
		}
		assert_int_equal(r, 0);
		if (d->message.head.type == type)
			return d->message.bytes;
	}
}

void daemon_greet(struct daemon *d, int i)
{
	struct msg_hello hello = {.kind = played_kind[i], .pid = 1};
	struct msg_health health = {.health = HEALTH_GOOD, .sentence = "Played by a test."};

	assert_true(daemon_readable(d->listener[i]));
	if (d->helper[i] >= 0)
		close(d->helper[i]);
	d->helper[i] = accept4(d->listener[i], NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert_true(d->helper[i] >= 0);
	assert_int_equal(link_send(d->helper[i], MSG_HELLO, &hello, NULL, 0), 0);
	assert_int_equal(link_send(d->helper[i], MSG_HEALTH, &health, NULL, 0), 0);
}

void daemon_connect_control(struct daemon *d, int *fd)
{
	char path[256];

	daemon_path_in(d, "control.sock", path);
	assert_int_equal(link_connect(path, fd), 0);
}

const struct msg_result *daemon_command(struct daemon *d, struct msg_control control)
{
	assert_int_equal(link_send(d->control, MSG_CONTROL, &control, NULL, 0), 0);
	return daemon_receive(d, d->control, MSG_RESULT);
}

struct msg_status daemon_ask_status(struct daemon *d)
{
	struct msg_control control = {.control = CONTROL_STATUS};

	assert_int_equal(link_send(d->control, MSG_CONTROL, &control, NULL, 0), 0);
	return *(const struct msg_status *)daemon_receive(d, d->control, MSG_STATUS);
}

/* Both helpers greet only once kioskd listens for people too: it starts them last. */
void daemon_start(struct daemon *d)
{
	struct msg_control watch = {.control = CONTROL_WATCH};

	d->pid = daemon_launch(d, "log");
	for (int i = 0; i < DAEMON_HELPERS; i++)
		daemon_greet(d, i);
	daemon_connect_control(d, &d->control);
	daemon_connect_control(d, &d->watch);
	assert_int_equal(link_send(d->watch, MSG_CONTROL, &watch, NULL, 0), 0);
	daemon_receive(d, d->watch, MSG_RESULT);
	while (daemon_ask_status(d).helper[0].health != HEALTH_GOOD ||
	       daemon_ask_status(d).helper[1].health != HEALTH_GOOD)
		;
}

void daemon_kill_and_start(struct daemon *d)
{
	kill(d->pid, SIGKILL);
	assert_int_equal(daemon_wait_exit(d->pid), -SIGKILL);
	daemon_close_all(d);
	daemon_start(d);
}

/* --- acts --- */

/* The next answer to a person on a channel; 0: any. */
static struct msg_view daemon_view_of(struct daemon *d, uint32_t channel)
{
	for (;;) {
		struct msg_view view =
		    *(const struct msg_view *)daemon_receive(d, d->watch, MSG_VIEW);

		if (view.answer != SHOW_NOTHING && (channel == 0 || view.channel == channel))
			return view;
	}
}

uint32_t daemon_show(struct daemon *d, const char *code)
{
	struct msg_code message = {.seen = clock_mono(), .decoded = clock_mono()};

	assert_int_equal(link_send(d->helper[0], MSG_CODE, &message, code, strlen(code)), 0);
	return daemon_view_of(d, CHANNEL_QR).answer;
}

uint32_t daemon_show_ticket(struct daemon *d, uint32_t number)
{
	char text[CODE_TEXT_MAX];

	papers_ticket(&d->papers, number, text);
	return daemon_show(d, text);
}

uint32_t daemon_show_card(struct daemon *d)
{
	char text[CODE_TEXT_MAX];

	papers_card(&d->papers, text);
	return daemon_show(d, text);
}

uint32_t daemon_offer(struct daemon *d, uint32_t id, const char *from, const char *text)
{
	struct msg_sms sms = {
	    .id = id, .has_time = true, .time = time(NULL), .part = 1, .parts = 1, .oa_len = 12};

	text_copy(sms.from, sizeof(sms.from), from);
	text_copy(sms.text, sizeof(sms.text), text);
	memcpy(sms.oa, from, 12);
	sms.ud_len = sms.udl = (uint8_t)strlen(text);
	memcpy(sms.ud, text, sms.ud_len);
	assert_int_equal(link_send(d->helper[1], MSG_SMS, &sms, NULL, 0), 0);
	return ((const struct msg_sms_verdict *)daemon_receive(d, d->helper[1], MSG_SMS_VERDICT))
	    ->verdict;
}

uint64_t daemon_people(struct daemon *d)
{
	struct msg_status status = daemon_ask_status(d);
	uint64_t n = 0;

	for (unsigned i = 0; i < status.n_rows; i++)
		if (status.row[i].project == PROJECT_PEOPLE)
			n += status.row[i].added - status.row[i].revoked;
	return n;
}

void daemon_pull(struct daemon *d, int i, uint8_t octet)
{
	assert_int_equal(send(d->helper[i], &octet, 1, MSG_NOSIGNAL), 1);
}

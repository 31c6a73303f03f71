/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <kiosk/msg_helper.h>

#include "helper_start.h"
#include "stage.h"
#include "text.h"

enum { PATIENCE_MS = 20000 };

static int connect_control(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	assert_true(strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path) + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(connect(fd, (struct sockaddr *)&address, sizeof(address)), errno);
	return fd;
}

/* A line from a descriptor, without its end. */
static void read_line(int fd, char *line, size_t size)
{
	size_t n = 0;
	for (;;) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
		assert_int_equal(read(fd, line + n, 1), 1);
		if (line[n] == '\n')
			break;
		assert_true(++n < size);
	}
	line[n] = '\0';
}

void stage_start_sim(struct stage *s)
{
	int out[2];
	assert_return_code(pipe2(out, O_CLOEXEC), errno);
	s->sim = fork();
	assert_return_code(s->sim, errno);
	if (s->sim == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(out[1], STDOUT_FILENO);
		execl(PROGRAMS "/modem-sim", "modem-sim", "--store", s->store, "--control",
		      s->control, "--size", "10", "--bps", "1000000", "--send-ms", "5",
		      s->script != NULL ? "--script" : NULL, s->script, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	read_line(out[0], s->device, sizeof(s->device));
	close(out[0]);
	s->sim_control = connect_control(s->control);
}

void stage_begin(struct stage *s)
{
	const char *base = getenv("TMPDIR");
	memset(s, 0, sizeof(*s));
	s->kioskd = -1;
	s->answer_ms = "1000";
	s->profile = "auto";
	snprintf(s->folder, sizeof(s->folder), "%s/modem XXXXXX", base != NULL ? base : "/tmp");
	assert_non_null(mkdtemp(s->folder));
	snprintf(s->store, sizeof(s->store), "%s/store", s->folder);
	snprintf(s->control, sizeof(s->control), "%s/control", s->folder);
	stage_start_sim(s);
}

void stage_kill_sim(struct stage *s)
{
	if (s->sim <= 0)
		return;
	kill(s->sim, SIGKILL);
	waitpid(s->sim, NULL, 0);
	close(s->sim_control);
	s->sim = 0;
}

void stage_end(struct stage *s)
{
	static const char *const left[] = {"", ".tty", ".new", ".tty.new"};
	char path[256];
	stage_kill_modem(s);
	stage_kill_sim(s);
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", s->store, left[i]);
		unlink(path);
	}
	unlink(s->control);
	snprintf(path, sizeof(path), "%s/pin", s->folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/pin.tried", s->folder);
	unlink(path);
	rmdir(s->folder);
}

void stage_start_modem(struct stage *s)
{
	const char *const argv[] = {PROGRAMS "/kiosk-modem",
	                            "--device",
	                            s->device,
	                            "--sweep-ms",
	                            "100",
	                            "--answer-ms",
	                            s->answer_ms,
	                            "--send-ms",
	                            "500",
	                            "--profile",
	                            s->profile,
	                            s->pin_file != NULL ? "--pin-file" : NULL,
	                            s->pin_file,
	                            NULL};

	s->modem = helper_start(argv, &s->kioskd);
}

/* Once it has read what was still on the line, and then that its user is gone, the simulated modem
 * has a new terminal: whoever opened the old one before that would lose it. */
static void line_is_new(struct stage *s)
{
	for (unsigned turn = 0; turn < 2 && s->sim > 0; turn++)
		stage_say(s, "store");
}

int stage_wait_modem(struct stage *s)
{
	int status;
	assert_int_equal(waitpid(s->modem, &status, 0), s->modem);
	s->modem = 0;
	close(s->kioskd);
	s->kioskd = -1;
	line_is_new(s);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void stage_kill_modem(struct stage *s)
{
	if (s->modem <= 0)
		return;
	kill(s->modem, SIGKILL);
	stage_wait_modem(s);
}

const char *stage_say(struct stage *s, const char *command)
{
	static char answer[1024];
	assert_int_equal(send(s->sim_control, command, strlen(command), MSG_NOSIGNAL),
	                 (ssize_t)strlen(command));
	assert_int_equal(send(s->sim_control, "\n", 1, MSG_NOSIGNAL), 1);
	read_line(s->sim_control, answer, sizeof(answer));
	return answer;
}

bool stage_next(struct stage *s, enum msg_type type)
{
	s->message = helper_receive(s->kioskd, type);
	return s->message != NULL;
}

void stage_verdict(struct stage *s, uint32_t id, enum sms_verdict verdict, const char *to,
                   const char *text)
{
	struct msg_sms_verdict message = {.id = id, .verdict = verdict, .deadline_ms = 30000};
	text_copy(message.to, sizeof(message.to), to);
	text_copy(message.text, sizeof(message.text), text);
	assert_int_equal(link_send(s->kioskd, MSG_SMS_VERDICT, &message, NULL, 0), 0);
}

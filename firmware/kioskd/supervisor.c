/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "clock.h"
#include "file.h"
#include "helper_check.h"
#include "log.h"
#include "restart.h"
#include "supervisor.h"
#include "text.h"

enum {
	GENERATIONS_MAX = 8,
	STAT_BYTES_MAX = 1024,
	HELPER_FD = 3,
	MESSAGES_A_TURN = 32,
	STOP_US_MAX = 3000000,
	PATH_BYTES_MAX = 512,
};

struct helper {
	struct supervisor *supervisor;
	enum helper_kind kind;
	const char *program; /* NULL: off */
	const char *const *arguments;
	pid_t pid; /* 0: not running */
	int fd;    /* -1: closed */
	bool greeted;
	bool said_why; /* in its last words, which stand until it is heard again: what is wrong */
	const char *given_up; /* why it was ended by us; NULL: it was not */
	uint64_t heard_us;    /* CLOCK_MONOTONIC: its start, or the last message */
	sd_event_source *io, *child, *again, *silence;
	struct restart restart;
	struct msg_health health;
};

struct supervisor {
	sd_event *event;
	const char *folder;
	uint64_t silence_us_max;
	struct supervisor_sink sink;
	bool stopping;
	sd_event_source *deadline;
	struct helper helper[HELPER_N_KINDS];
	struct link_message message;
};

extern char **environ;

static void set_health(struct helper *helper, enum health health, const char *sentence)
{
	bool news =
	    helper->health.health != health || strcmp(helper->health.sentence, sentence) != 0;

	helper->health.health = health;
	text_copy(helper->health.sentence, sizeof(helper->health.sentence), sentence);
	if (news && !helper->supervisor->stopping)
		helper->supervisor->sink.changed(helper->supervisor->sink.context, helper->kind);
}

static void hang_up(struct helper *helper)
{
	helper->io = sd_event_source_disable_unref(helper->io);
	if (helper->fd >= 0)
		close(helper->fd);
	helper->fd = -1;
}

/* --- what it says --- */

static bool may_say(enum helper_kind kind, uint32_t type)
{
	switch (type) {
	case MSG_HELLO:
	case MSG_HEALTH:
		return true;
	case MSG_CODE:
	case MSG_UNREAD:
		return kind == HELPER_SCANNER;
	case MSG_SMS:
	case MSG_SMS_DONE:
	case MSG_SWEPT:
	case MSG_POWER_KEY:
	case MSG_MODEM_LEARNT:
		return kind == HELPER_MODEM;
	case MSG_HTTP_RESPONSE:
	case MSG_LINK:
		return kind == HELPER_UPLINK;
	default:
		return false;
	}
}

static bool is_wrong(uint32_t health)
{
	return health == HEALTH_MISSING || health == HEALTH_FAILED;
}

/* False: it does not keep to what was agreed. */
static bool listen_to(struct helper *helper, const struct link_message *message)
{
	const struct msg_hello *hello = (const struct msg_hello *)(const void *)message->bytes;
	const struct msg_health *health = (const struct msg_health *)(const void *)message->bytes;
	struct supervisor *supervisor = helper->supervisor;

	if (!may_say(helper->kind, message->head.type))
		return false;
	if (message->head.type == MSG_HELLO) {
		helper->greeted = hello->kind == (uint32_t)helper->kind;
		return helper->greeted;
	}
	if (!helper->greeted || (message->head.type == MSG_CODE && message->tail_len == 0))
		return false;
	if (message->head.type == MSG_HEALTH) {
		struct msg_health before = helper->health;

		if (health->health > HEALTH_OFF)
			return false;
		helper->health = *health;
		helper->said_why = is_wrong(health->health);
		if (before.health != health->health ||
		    strcmp(before.sentence, health->sentence) != 0)
			supervisor->sink.changed(supervisor->sink.context, helper->kind);
		return true;
	}
	supervisor->sink.message(supervisor->sink.context, helper->kind, message);
	return true;
}

/*
 * What comes after the socket is closed is of no use: its end is what we wait for. One that is stuck
 * in its driver ends only once the driver lets it go.
 */
static void give_up_on(struct helper *helper, const char *why)
{
	char sentence[SENTENCE_BYTES_MAX + 1];

	text_format(sentence, sizeof(sentence),
	            "%s %s: it is ended, and started again as soon as it is gone.", helper->program,
	            why);
	log_warning("%s", sentence);
	helper->given_up = why;
	helper->silence = sd_event_source_disable_unref(helper->silence);
	hang_up(helper);
	if (helper->pid > 0)
		kill(helper->pid, SIGKILL);
	set_health(helper, HEALTH_FAILED, sentence);
}

static int on_readable(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct helper *helper = context;
	struct link_message *message = &helper->supervisor->message;

	(void)source;
	(void)events;
	for (int i = 0; i < MESSAGES_A_TURN && helper->fd == fd; i++) {
		int r = link_receive(fd, message);

		if (r == -EAGAIN)
			return 0;
		if (r == -ECONNRESET) {
			hang_up(helper);
			return 0;
		}
		if (r < 0)
			give_up_on(helper, r == -EBADMSG ? "sent what is not a message"
			                                 : "cannot be heard");
		else if (!listen_to(helper, message))
			give_up_on(helper, "said what it may not say");
		else
			(void)sd_event_now(helper->supervisor->event, CLOCK_MONOTONIC,
			                   &helper->heard_us);
	}
	return 0;
}

/* What it said while we were busy elsewhere counts: only then is it silent. */
static int on_silence(sd_event_source *source, uint64_t usec, void *context)
{
	struct helper *helper = context;
	uint64_t silence_us_max = helper->supervisor->silence_us_max, now_us = usec;

	(void)sd_event_now(helper->supervisor->event, CLOCK_MONOTONIC, &now_us);
	if (helper->fd >= 0)
		on_readable(NULL, helper->fd, 0, helper);
	if (helper->given_up)
		return 0;
	if (now_us - helper->heard_us >= silence_us_max) {
		give_up_on(helper, "fell silent");
		return 0;
	}
	(void)sd_event_source_set_time(source, helper->heard_us + silence_us_max);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* --- how it lives --- */

static void start(struct helper *helper);

static int on_again(sd_event_source *source, uint64_t usec, void *context)
{
	struct helper *helper = context;

	(void)source;
	(void)usec;
	helper->again = sd_event_source_disable_unref(helper->again);
	start(helper);
	return 0;
}

static void start_later(struct helper *helper, uint64_t wait_us)
{
	int r = sd_event_add_time_relative(helper->supervisor->event, &helper->again,
	                                   CLOCK_MONOTONIC, wait_us, 1000, on_again, helper);

	if (r < 0)
		log_error("%s cannot be started again: %s", helper->program, strerror(-r));
}

/* Its own last words say more than that it ended: why its device cannot be used, what would help. */
static void say_ended(struct helper *helper, const siginfo_t *info, uint64_t wait_us)
{
	char sentence[SENTENCE_BYTES_MAX + 1], how[64];
	bool exited = !helper->given_up && info->si_code == CLD_EXITED;

	if (exited && info->si_status == EXIT_DEVICE_GONE) {
		text_copy(sentence, sizeof(sentence),
		          is_wrong(helper->health.health) ? helper->health.sentence
		                                          : "Its device is not there: plug it in.");
		set_health(helper, HEALTH_MISSING, sentence);
		return;
	}
	if (helper->given_up)
		text_format(how, sizeof(how), "%s and was ended", helper->given_up);
	else
		text_format(how, sizeof(how), "ended (%s %d)", exited ? "exit status" : "signal",
		            info->si_status);
	text_format(sentence, sizeof(sentence), "%s %s; it is started again in %u.%u s.",
	            helper->program, how, (unsigned)(wait_us / 1000000),
	            (unsigned)(wait_us / 100000 % 10));
	log_warning("%s", sentence);
	helper->said_why = exited && helper->said_why;
	if (!helper->said_why)
		set_health(helper, HEALTH_FAILED, sentence);
}

/* Started in the same way it would end in the same way: it waits for a person, with its own words. */
static void say_started_wrongly(struct helper *helper)
{
	char sentence[SENTENCE_BYTES_MAX + 1], words[SENTENCE_BYTES_MAX + 1] = "";

	if (helper->said_why) {
		log_error("%s is not started again: %s", helper->program, helper->health.sentence);
		return;
	}
	(void)helper_check(helper->supervisor->folder, helper->program, helper->arguments, words,
	                   sizeof(words));
	text_format(sentence, sizeof(sentence), "%s was started wrongly: %s", helper->program,
	            words[0] ? words : "it does not say why. Its configuration is to be mended.");
	log_error("%s It is not started again.", sentence);
	helper->said_why = true;
	set_health(helper, HEALTH_FAILED, sentence);
}

static void tell_if_all_stopped(struct supervisor *supervisor)
{
	for (unsigned i = 0; i < HELPER_N_KINDS; i++)
		if (supervisor->helper[i].pid > 0)
			return;
	supervisor->deadline = sd_event_source_disable_unref(supervisor->deadline);
	supervisor->sink.stopped(supervisor->sink.context);
}

static int on_ended(sd_event_source *source, const siginfo_t *info, void *context)
{
	struct helper *helper = context;
	struct supervisor *supervisor = helper->supervisor;
	uint64_t wait_us;

	(void)source;
	/* Its last words may still lie in the socket: why its device is missing, a verdict's end.
	 */
	if (helper->fd >= 0)
		on_readable(NULL, helper->fd, 0, helper);
	hang_up(helper);
	helper->silence = sd_event_source_disable_unref(helper->silence);
	helper->child = sd_event_source_unref(helper->child);
	helper->pid = 0;
	if (supervisor->stopping) {
		tell_if_all_stopped(supervisor);
		return 0;
	}
	if (!helper->given_up && info->si_code == CLD_EXITED && info->si_status == EX_USAGE) {
		supervisor->sink.gone(supervisor->sink.context, helper->kind);
		say_started_wrongly(helper);
		return 0;
	}
	wait_us = restart_ended(&helper->restart, !helper->given_up && info->si_code == CLD_EXITED,
	                        info->si_status, clock_mono());
	supervisor->sink.gone(supervisor->sink.context, helper->kind);
	say_ended(helper, info, wait_us);
	start_later(helper, wait_us);
	return 0;
}

/* Only the socket, as descriptor 3, /dev/null and our standard error; signals as they come by
 * default. */
static int spawn(const struct helper *helper, const char *path, int fd, pid_t *ret)
{
	const char *argv[HELPER_ARGUMENTS_MAX + 2] = {helper->program};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int r;

	for (size_t i = 0; helper->arguments[i] && i < HELPER_ARGUMENTS_MAX; i++)
		argv[i + 1] = helper->arguments[i];
	sigemptyset(&none);
	sigfillset(&all);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return -ENOMEM;
	if (posix_spawnattr_init(&attributes) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return -ENOMEM;
	}
	r = posix_spawn_file_actions_adddup2(&actions, fd, HELPER_FD);
	r = r ? r : posix_spawn_file_actions_addclosefrom_np(&actions, HELPER_FD + 1);
	r = r ? r : posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
	r = r ? r : posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	r = r ? r : posix_spawnattr_setsigmask(&attributes, &none);
	r = r ? r : posix_spawnattr_setsigdefault(&attributes, &all);
	r = r ? r
	      : posix_spawnattr_setflags(&attributes,
	                                 POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	/* execve(2) does not write to its arguments; the type says otherwise for old times' sake.
	 */
	r = r ? r
	      : posix_spawn(ret, path, &actions, &attributes, (char *const *)(uintptr_t)argv,
	                    environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

static int listen_for_silence(struct helper *helper)
{
	struct supervisor *supervisor = helper->supervisor;
	int r = sd_event_now(supervisor->event, CLOCK_MONOTONIC, &helper->heard_us);

	if (r < 0)
		return r;
	return sd_event_add_time(supervisor->event, &helper->silence, CLOCK_MONOTONIC,
	                         helper->heard_us + supervisor->silence_us_max, 0, on_silence,
	                         helper);
}

static int start_with(struct helper *helper, int fd[2])
{
	char path[PATH_BYTES_MAX];
	int r = file_path(helper->supervisor->folder, helper->program, path, sizeof(path));

	if (r == 0)
		r = spawn(helper, path, fd[1], &helper->pid);
	if (r < 0)
		return r;
	r = sd_event_add_child(helper->supervisor->event, &helper->child, helper->pid, WEXITED,
	                       on_ended, helper);
	/*
	 * Told once would be too little: the descriptor of a child that is being traced is readable
	 * before the child can be waited for. sd-event takes another mode only from "off".
	 */
	if (r >= 0)
		r = sd_event_source_set_enabled(helper->child, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_source_set_enabled(helper->child, SD_EVENT_ON);
	if (r >= 0)
		r = sd_event_add_io(helper->supervisor->event, &helper->io, fd[0], EPOLLIN,
		                    on_readable, helper);
	if (r >= 0)
		r = listen_for_silence(helper);
	if (r < 0) {
		kill(helper->pid, SIGKILL);
		if (!helper->child)
			helper->pid = 0;
	}
	return r;
}

static void start(struct helper *helper)
{
	char sentence[SENTENCE_BYTES_MAX + 1];
	int fd[2] = {-1, -1};
	int r = link_pair(fd);

	helper->greeted = false;
	helper->given_up = NULL;
	restart_started(&helper->restart, clock_mono());
	if (r == 0)
		r = start_with(helper, fd);
	if (fd[1] >= 0)
		close(fd[1]);
	if (r >= 0) {
		helper->fd = fd[0];
		if (helper->health.health != HEALTH_MISSING && !helper->said_why)
			set_health(helper, HEALTH_STARTING, "Starting.");
		helper->said_why = false;
		return;
	}
	if (fd[0] >= 0)
		close(fd[0]);
	text_format(sentence, sizeof(sentence), "%s cannot be started from %s: %s.",
	            helper->program, helper->supervisor->folder, strerror(-r));
	log_error("%s", sentence);
	set_health(helper, HEALTH_FAILED, sentence);
	if (helper->pid == 0)
		start_later(helper,
		            restart_ended(&helper->restart, true, EXIT_FAILURE, clock_mono()));
}

/* --- the outside --- */

int supervisor_new(sd_event *event, const char *folder, uint64_t silence_us_max,
                   const struct supervisor_sink *sink, struct supervisor **ret)
{
	struct supervisor *supervisor = calloc(1, sizeof(*supervisor));

	if (!supervisor)
		return -ENOMEM;
	supervisor->event = event;
	supervisor->folder = folder;
	supervisor->silence_us_max = silence_us_max;
	supervisor->sink = *sink;
	for (unsigned i = 0; i < HELPER_N_KINDS; i++) {
		supervisor->helper[i].supervisor = supervisor;
		supervisor->helper[i].kind = (enum helper_kind)i;
		supervisor->helper[i].fd = -1;
		supervisor->helper[i].health.health = HEALTH_OFF;
		text_copy(supervisor->helper[i].health.sentence,
		          sizeof(supervisor->helper[i].health.sentence), "Off by configuration.");
	}
	*ret = supervisor;
	return 0;
}

void supervisor_add(struct supervisor *supervisor, enum helper_kind kind, const char *program,
                    const char *const arguments[])
{
	struct helper *helper = &supervisor->helper[kind];

	helper->program = program;
	helper->arguments = arguments;
	helper->health = (struct msg_health){.health = HEALTH_STARTING};
	start(helper);
}

int supervisor_send(struct supervisor *supervisor, enum helper_kind kind, enum msg_type type,
                    void *message, const void *tail, size_t tail_len)
{
	struct helper *helper = &supervisor->helper[kind];
	int r;

	if (helper->fd < 0 || !helper->greeted)
		return -ENOTCONN;
	r = link_send(helper->fd, type, message, tail, tail_len);
	if (r == -EAGAIN)
		give_up_on(helper, "does not read what it is told");
	return r;
}

bool supervisor_runs(const struct supervisor *supervisor, enum helper_kind kind)
{
	return supervisor->helper[kind].fd >= 0 && supervisor->helper[kind].greeted;
}

void supervisor_health(const struct supervisor *supervisor, enum helper_kind kind,
                       struct status_helper *ret, struct msg_health *ret_health)
{
	const struct helper *helper = &supervisor->helper[kind];

	ret->kind = kind;
	ret->health = helper->health.health;
	ret->restarts = helper->restart.crashes;
	text_copy(ret->sentence, sizeof(ret->sentence), helper->health.sentence);
	*ret_health = helper->health;
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *context)
{
	struct supervisor *supervisor = context;

	(void)source;
	(void)usec;
	for (unsigned i = 0; i < HELPER_N_KINDS; i++)
		if (supervisor->helper[i].pid > 0) {
			log_warning("%s did not end by itself: killed",
			            supervisor->helper[i].program);
			kill(supervisor->helper[i].pid, SIGKILL);
		}
	return 0;
}

/* 0: not known. */
static pid_t parent_of(pid_t pid)
{
	char path[32];
	uint8_t *text;
	const char *end;
	size_t len;
	int parent = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (file_read(path, STAT_BYTES_MAX, &text, &len) < 0)
		return 0;
	/* The name in brackets may hold anything (proc(5)). */
	end = memrchr(text, ')', len);
	if (!end || sscanf(end + 1, " %*c %d", &parent) != 1)
		parent = 0;
	free(text);
	return parent;
}

bool supervisor_owns(const struct supervisor *supervisor, pid_t pid)
{
	for (int generation = 0; generation < GENERATIONS_MAX && pid > 1; generation++) {
		for (unsigned i = 0; i < HELPER_N_KINDS; i++)
			if (supervisor->helper[i].pid == pid)
				return true;
		pid = parent_of(pid);
	}
	return false;
}

void supervisor_stop(struct supervisor *supervisor)
{
	supervisor->stopping = true;
	for (unsigned i = 0; i < HELPER_N_KINDS; i++) {
		struct helper *helper = &supervisor->helper[i];

		helper->again = sd_event_source_disable_unref(helper->again);
		helper->silence = sd_event_source_disable_unref(helper->silence);
		hang_up(helper);
	}
	if (sd_event_add_time_relative(supervisor->event, &supervisor->deadline, CLOCK_MONOTONIC,
	                               STOP_US_MAX, 10000, on_deadline, supervisor) < 0)
		on_deadline(NULL, 0, supervisor);
	tell_if_all_stopped(supervisor);
}

void supervisor_free(struct supervisor *supervisor)
{
	if (!supervisor)
		return;
	for (unsigned i = 0; i < HELPER_N_KINDS; i++) {
		struct helper *helper = &supervisor->helper[i];

		hang_up(helper);
		helper->again = sd_event_source_disable_unref(helper->again);
		helper->silence = sd_event_source_disable_unref(helper->silence);
		helper->child = sd_event_source_disable_unref(helper->child);
		if (helper->pid > 0) {
			kill(helper->pid, SIGKILL);
			(void)waitpid(helper->pid, NULL, 0);
		}
	}
	sd_event_source_disable_unref(supervisor->deadline);
	free(supervisor);
}

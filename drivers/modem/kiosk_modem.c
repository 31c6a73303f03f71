/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kiosk-modem: between a modem's line and kioskd (socket on descriptor 3). Two descriptors and one
 * deadline: poll(2) does, and a loop library would only be more code in a process that reads what
 * strangers send.
 *
 * It ends when descriptor 3 closes (0); when the line is absent, goes away or the modem is dead, so
 * that kioskd starts it again (75, EX_TEMPFAIL); when it was started wrongly (64, EX_USAGE).
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sysexits.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>

#include "clock.h"
#include "file.h"
#include "help.h"
#include "inbox.h"
#include "link.h"
#include "log.h"
#include "modem_serial.h"
#include "pin_memory.h"
#include "remedy.h"
#include "sandbox.h"
#include "text.h"

enum {
	KIOSKD_FD = 3,
	HEALTH_EVERY_MS = 10000,
	WRITE_QUEUE_MAX = 4096, /* the machine has one command in flight: far more than it writes */
	READ_QUEUE_MAX = 8192,
	TO_KIOSKD_MAX =
	    64, /* messages that wait for kioskd; then nothing more is taken from the machine */
};

struct options {
	const char *device, *pin_file;
	struct inbox_settings inbox;
	bool check; /* the options only */
};

struct outgoing {
	enum msg_type type;
	union {
		struct msg_sms sms;
		struct msg_sms_done done;
		struct msg_swept swept;
	};
};

struct program {
	const struct options *options;
	const struct modem_driver *driver;
	struct modem_line *line;
	struct inbox *inbox;
	bool reopen, health_changed;
	bool power_key; /* is what is left */
	int pin_fd;     /* of the PIN's memory; -1: no PIN */
	struct mono_time health_due;
	uint8_t write[WRITE_QUEUE_MAX], read[READ_QUEUE_MAX];
	size_t n_write, n_read;
	struct outgoing outgoing[TO_KIOSKD_MAX];
	unsigned outgoing_first, n_outgoing;
	struct link_message message;
};

_Static_assert((int)AT_SILENT_MAX == (int)MODEM_SILENT_MAX, "one knows what the other learnt");

static void usage(FILE *out)
{
	char profiles[AT_NAMES_MAX];
	at_profile_names(profiles);
	fprintf(out,
	        "usage: kiosk-modem --device PATH [--country US] [--sweep-ms N] [--answer-ms N] "
	        "[--send-ms N]\n"
	        "                   [--profile NAME] (auto %s)\n"
	        "                   [--pin-file FILE] [--check]\n"
	        "Reads texts from a modem and sends replies. Started by kioskd, with its socket on "
	        "descriptor 3.\n",
	        profiles);
}

/* A whole number from `least` to `most`. */
static int read_number(const char *option, const char *text, uint32_t least, uint32_t most,
                       uint32_t *ret)
{
	char *end;
	errno = 0;
	unsigned long value = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < least ||
	    value > most) {
		fprintf(stderr,
		        "kiosk-modem: --%s \"%s\": a number from %" PRIu32 " to %" PRIu32
		        " would be right.\n",
		        option, text, least, most);
		return -EINVAL;
	}
	*ret = (uint32_t)value;
	return 0;
}

static int read_pin(const char *path, char pin[AT_PIN_MAX + 1])
{
	uint8_t *data = NULL;
	size_t len = 0;
	int e = file_read(path, 64, &data, &len);
	if (e < 0) {
		char help[160];
		remedy(-e, path, help, sizeof(help));
		fprintf(stderr, "kiosk-modem: --pin-file %s: %s.\n", path, help);
		return e;
	}
	size_t digits = strspn((const char *)data, "0123456789");
	const char *rest = (const char *)data + digits;
	if (digits < 4 || digits > AT_PIN_MAX || rest[strspn(rest, "\r\n")] != '\0') {
		fprintf(stderr,
		        "kiosk-modem: --pin-file %s: four to eight digits on one line would be "
		        "right.\n",
		        path);
		e = -EINVAL;
	} else {
		memcpy(pin, data, digits);
		pin[digits] = '\0';
	}
	free(data);
	return e;
}

static int read_country(const char *code, struct options *ret)
{
	ret->inbox.country = number_country(code);
	if (ret->inbox.country != NULL)
		return 0;
	fprintf(stderr,
	        "kiosk-modem: --country \"%s\" is not known; one of these would be right: %s.\n",
	        code, number_countries());
	return -EINVAL;
}

static int read_profile(const char *name, struct options *ret)
{
	ret->inbox.at.profile = at_profile_named(name);
	if (ret->inbox.at.profile != NULL || strcmp(name, "auto") == 0)
		return 0;
	char profiles[AT_NAMES_MAX];
	at_profile_names(profiles);
	fprintf(stderr,
	        "kiosk-modem: --profile \"%s\" is not known; auto or one of these would be right: "
	        "%s.\n",
	        name, profiles);
	return -EINVAL;
}

static int read_options(int n, char **arguments, struct options *ret)
{
	enum { DEVICE, COUNTRY, SWEEP, ANSWER, SEND, PROFILE, PIN, CHECK };
	static const struct option options[] = {
	    {"device", required_argument, NULL, DEVICE},
	    {"country", required_argument, NULL, COUNTRY},
	    {"sweep-ms", required_argument, NULL, SWEEP},
	    {"answer-ms", required_argument, NULL, ANSWER},
	    {"send-ms", required_argument, NULL, SEND},
	    {"profile", required_argument, NULL, PROFILE},
	    {"pin-file", required_argument, NULL, PIN},
	    {"check", no_argument, NULL, CHECK},
	    {0},
	};
	struct at_settings *at = &ret->inbox.at;
	uint32_t answer_ms = AT_ANSWER_MS;
	int option, e = read_country("US", ret);
	while (e == 0 && (option = getopt_long(n, arguments, "", options, NULL)) != -1) {
		switch (option) {
		case DEVICE:
			ret->device = optarg;
			break;
		case COUNTRY:
			e = read_country(optarg, ret);
			break;
		case SWEEP:
			e = read_number("sweep-ms", optarg, 50, 3600000, &ret->inbox.sweep_ms);
			break;
		case ANSWER:
			e = read_number("answer-ms", optarg, 50, 600000, &answer_ms);
			at_settings_pace(at, answer_ms);
			break;
		case SEND:
			e = read_number("send-ms", optarg, 50, 600000, &at->send_ms);
			break;
		case PROFILE:
			e = read_profile(optarg, ret);
			break;
		case PIN:
			ret->pin_file = optarg;
			e = read_pin(optarg, at->pin);
			break;
		case CHECK:
			ret->check = true;
			break;
		default:
			e = -EINVAL;
		}
	}
	if (e == 0 && (ret->device == NULL || optind != n)) {
		usage(stderr);
		e = -EINVAL;
	}
	return e;
}

/* --- to kioskd --- */

/* 0; -EAGAIN: it is behind; -EPIPE and others: it is gone. */
static int send_health(struct program *p, struct mono_time now)
{
	struct msg_health health;
	inbox_health(p->inbox, p->options->device, &health);
	int e = link_send(KIOSKD_FD, MSG_HEALTH, &health, NULL, 0);
	if (e == 0) {
		p->health_changed = false;
		p->health_due.us = now.us + HEALTH_EVERY_MS * 1000ULL;
	}
	return e;
}

/* Once, before there is an inbox: why there is none. */
static void send_absence(enum health state, const char *sentence)
{
	struct msg_health health = {.health = state};
	text_copy(health.sentence, sizeof(health.sentence), sentence);
	(void)link_send(KIOSKD_FD, MSG_HEALTH, &health, NULL, 0); /* who is gone needs not know */
}

static int send_outgoing(struct program *p)
{
	while (p->n_outgoing > 0) {
		struct outgoing *next = &p->outgoing[p->outgoing_first];
		int e = link_send(KIOSKD_FD, next->type, &next->sms, NULL, 0);
		if (e < 0)
			return e == -EAGAIN ? 0 : e;
		p->outgoing_first = (p->outgoing_first + 1) % TO_KIOSKD_MAX;
		p->n_outgoing--;
	}
	return 0;
}

static struct outgoing *new_outgoing(struct program *p, enum msg_type type)
{
	struct outgoing *next = &p->outgoing[(p->outgoing_first + p->n_outgoing++) % TO_KIOSKD_MAX];
	memset(next, 0, sizeof(*next));
	next->type = type;
	return next;
}

/* --- the machine's actions --- */

static void act(struct program *p, const struct inbox_action *action)
{
	switch (action->kind) {
	case INBOX_WRITE:
		if (p->n_write + action->len > WRITE_QUEUE_MAX) {
			p->reopen = true; /* the line takes nothing any more */
			break;
		}
		memcpy(p->write + p->n_write, action->write, action->len);
		p->n_write += action->len;
		break;
	case INBOX_OFFER:
		new_outgoing(p, MSG_SMS)->sms = action->sms;
		break;
	case INBOX_DONE:
		new_outgoing(p, MSG_SMS_DONE)->done = action->done;
		break;
	case INBOX_SWEPT:
		new_outgoing(p, MSG_SWEPT);
		break;
	case INBOX_PIN:
		/* before the PIN itself is written, which waits in this same turn */
		pin_memory_note(p->pin_fd, action->right);
		break;
	case INBOX_POWER:
		p->power_key = true;
		break;
	case INBOX_HEALTH:
		p->health_changed = true;
		break;
	case INBOX_REOPEN:
		p->reopen = true;
		break;
	}
}

static void run_machine(struct program *p, struct mono_time now)
{
	struct inbox_action action;
	size_t taken;
	do {
		taken = inbox_feed(p->inbox, p->read, p->n_read, now);
		p->n_read -= taken;
		memmove(p->read, p->read + taken, p->n_read);
		while (p->n_outgoing < TO_KIOSKD_MAX && inbox_next(p->inbox, now, &action))
			act(p, &action);
	} while (taken > 0 && p->n_read > 0);
}

static int write_line(struct program *p)
{
	while (p->n_write > 0) {
		ssize_t n = p->driver->write(p->line, p->write, p->n_write);
		if (n == -EAGAIN)
			return 0;
		if (n < 0)
			return (int)n;
		p->n_write -= (size_t)n;
		memmove(p->write, p->write + n, p->n_write);
	}
	return 0;
}

static void on_bytes(void *context, const uint8_t *bytes, size_t len)
{
	struct program *p = context;
	size_t room = READ_QUEUE_MAX - p->n_read;
	if (len > room)
		len = room; /* a flood: the rest is lost, and the next sweep reads again */
	memcpy(p->read + p->n_read, bytes, len);
	p->n_read += len;
}

/* --- from kioskd --- */

static void learn(struct program *p)
{
	struct msg_modem_learnt said;
	struct at_learnt learnt = {0};
	memcpy(&said, p->message.bytes, sizeof(said));
	learnt.no_lists = said.no_lists;
	for (unsigned i = 0; i < said.n_silent && i < MODEM_SILENT_MAX; i++)
		learnt.silent[learnt.n_silent++] = said.silent[i];
	inbox_learn(p->inbox, &learnt);
}

static int receive(struct program *p, struct mono_time now)
{
	for (;;) {
		int e = link_receive(KIOSKD_FD, &p->message);
		if (e == -EAGAIN)
			return 0;
		if (e < 0)
			return e;
		if (p->message.head.type == MSG_SMS_VERDICT) {
			struct msg_sms_verdict verdict;
			memcpy(&verdict, p->message.bytes, sizeof(verdict));
			if (inbox_verdict(p->inbox, &verdict, now) < 0)
				log_warning("kioskd gave a verdict about message %" PRIu32
				            ", which does not wait for one",
				            verdict.id);
		} else if (p->message.head.type == MSG_SWEEP) {
			inbox_sweep(p->inbox);
		} else if (p->message.head.type == MSG_MODEM_LEARNT) {
			learn(p);
		}
	}
}

/* --- the loop --- */

static int poll_timeout_ms(const struct program *p, struct mono_time now)
{
	struct mono_time due = inbox_deadline(p->inbox);
	if (p->health_due.us < due.us)
		due = p->health_due;
	uint64_t us = mono_since_us(due, now);
	return us > 60000000 ? 60000 : (int)((us + 999) / 1000);
}

/* 0: kioskd is gone, all is well; -ENODEV: the line is; -EIO: the modem does not answer; other
 * -errno. */
static int loop(struct program *p)
{
	for (;;) {
		struct mono_time now = clock_mono();
		int e = 0;
		run_machine(p, now);
		if (p->health_changed || now.us >= p->health_due.us) {
			e = send_health(p, now);
			if (e == -EAGAIN) /* it has enough to read; the next one will do */
				p->health_due.us = now.us + HEALTH_EVERY_MS * 1000ULL;
			else if (e < 0)
				return 0;
		}
		if (send_outgoing(p) < 0)
			return 0;
		if ((e = write_line(p)) < 0)
			return e;
		if (p->reopen)
			return -EIO;

		struct pollfd ready[2] = {
		    {.fd = KIOSKD_FD,
		     .events = (short)(POLLIN | (p->n_outgoing > 0 ? POLLOUT : 0))},
		    {.fd = p->driver->fd(p->line),
		     .events = (short)(POLLIN | (p->n_write > 0 ? POLLOUT : 0))},
		};
		if (poll(ready, 2, poll_timeout_ms(p, now)) < 0 && errno != EINTR)
			return -errno;
		now = clock_mono();
		if (ready[0].revents & (POLLIN | POLLHUP | POLLERR) && receive(p, now) < 0)
			return 0;
		if (ready[1].revents & (POLLIN | POLLHUP | POLLERR) &&
		    (e = p->driver->dispatch(p->line)) < 0)
			return e;
	}
}

static int open_line(struct program *p)
{
	const struct modem_sink sink = {.bytes = on_bytes, .context = p};
	char sentence[SENTENCE_BYTES_MAX + 1], help[160];
	const char *device = p->options->device;
	int e = p->driver->open(device, &sink, &p->line);
	if (e == 0)
		return 0;
	if (e == -ENOENT || e == -ENXIO || e == -ENODEV) {
		text_format(sentence, sizeof(sentence), "No modem at %s: plug it in.", device);
		send_absence(HEALTH_MISSING, sentence);
	} else if (e == -EBUSY) {
		text_format(sentence, sizeof(sentence),
		            "Another program uses the modem at %s: stop it.", device);
		send_absence(HEALTH_FAILED, sentence);
	} else if (e == -ENOTTY) {
		text_format(sentence, sizeof(sentence),
		            "%s is no serial line: name the modem's AT port.", device);
		send_absence(HEALTH_FAILED, sentence);
	} else {
		remedy(-e, device, help, sizeof(help));
		text_format(sentence, sizeof(sentence), "The modem at %.80s cannot be opened: %s.",
		            device, help);
		send_absence(HEALTH_FAILED, sentence);
	}
	log_warning("%s", sentence);
	return e;
}

/* What the next one had better know: it would else find it out by hanging the modem. */
static void tell_learnt(const struct program *p)
{
	const struct at_learnt *learnt = inbox_learnt(p->inbox);
	struct msg_modem_learnt message = {.no_lists = learnt->no_lists};
	for (unsigned i = 0; i < learnt->n_silent; i++)
		message.silent[message.n_silent++] = learnt->silent[i];
	(void)link_send(KIOSKD_FD, MSG_MODEM_LEARNT, &message, NULL, 0);
}

/* What is left to say about a line that went. */
static void tell_end(struct program *p, int why)
{
	char sentence[SENTENCE_BYTES_MAX + 1];
	struct msg_sms_done done;
	const struct at_profile *profile = inbox_profile(p->inbox);
	struct msg_power_key key = {.off_ms = profile->key_off_ms, .on_ms = profile->key_on_ms};
	if (p->power_key)
		(void)link_send(KIOSKD_FD, MSG_POWER_KEY, &key, NULL, 0);
	tell_learnt(p);
	if (inbox_abandon(p->inbox, &done))
		(void)link_send(KIOSKD_FD, MSG_SMS_DONE, &done, NULL, 0);
	const char *device = p->options->device;
	if (why == -ENODEV)
		text_format(sentence, sizeof(sentence),
		            "The modem at %s was unplugged: plug it in.", device);
	else if (p->power_key)
		text_format(sentence, sizeof(sentence),
		            "The modem at %s does not answer, not even when reset: switch it off "
		            "and on, or unplug it and plug it in again.",
		            device);
	else
		text_format(sentence, sizeof(sentence),
		            "The modem at %s does not answer: unplug it and plug it in again if "
		            "this stays.",
		            device);
	send_absence(why == -ENODEV ? HEALTH_MISSING : HEALTH_FAILED, sentence);
	log_warning("%s", sentence);
}

int main(int n, char **arguments)
{
	static struct program program;
	static struct options options;
	struct msg_hello hello = {.kind = HELPER_MODEM, .pid = (uint32_t)getpid()};
	int e;

	if (help_is_asked(n, arguments)) {
		usage(stdout);
		return 0;
	}
	log_init("kiosk-modem", LOG_LEVEL_INFO);
	inbox_settings_standard(&options.inbox);
	if (read_options(n, arguments, &options) < 0)
		return EX_USAGE;
	if (options.check)
		return 0;
	signal(SIGPIPE, SIG_IGN);
	program.options = &options;
	program.driver = &modem_serial;
	e = link_send(KIOSKD_FD, MSG_HELLO, &hello, NULL, 0);
	if (e < 0) {
		log_error("there is no kioskd on descriptor 3: kioskd starts this program");
		return EX_USAGE;
	}
	if (open_line(&program) < 0)
		return EX_TEMPFAIL;
	program.pin_fd = -1;
	if (options.pin_file != NULL) {
		e = pin_memory_open(options.pin_file, &program.pin_fd,
		                    &options.inbox.at.pin_refused);
		if (e < 0) { /* untried is better than tried for ever */
			log_warning("%s.tried cannot be written (%s), so the PIN is not tried",
			            options.pin_file, strerror(-e));
			options.inbox.at.pin[0] = '\0';
		}
	}
	/* ids of an earlier run must mean nothing */
	if (getrandom(&options.inbox.first_id, sizeof(options.inbox.first_id), 0) < 0)
		log_warning("no random first id");
	program.inbox = inbox_new(&options.inbox, clock_mono());
	e = program.inbox == NULL ? -ENOMEM : sandbox_enter(SANDBOX_MODEM);
	if (e == 0)
		e = loop(&program);
	else
		log_error("cannot begin: %s", strerror(-e));
	if (e < 0 && program.inbox != NULL)
		tell_end(&program, e);
	inbox_free(program.inbox);
	program.driver->close(program.line);
	return e < 0 ? EX_TEMPFAIL : 0;
}

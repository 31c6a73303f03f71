/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kiosk-scanner: looks through one source and tells kioskd the codes it sees, over the socket on
 * descriptor 3. It holds nothing worth taking, and ends when the socket closes.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>

#include "clock.h"
#include "decode.h"
#include "help.h"
#include "link.h"
#include "log.h"
#include "presence.h"
#include "sandbox.h"
#include "scanner_drivers.h"
#include "text.h"
#include "unread.h"

enum {
	LINK_FD = 3,
	HEALTH_PERIOD_US = 10000000,
	CODES_IN_VIEW_MAX = 16,
	/*
	 * A frame that takes longer is the end of the program: of the processor's time, which a
	 * busy machine does not stretch; and by the clock, should it hang without using any.
	 */
	FRAME_PROCESSOR_US_MAX = 500000,
	FRAME_CLOCK_S_MAX = 5,
	EXIT_USAGE = 64,   /* EX_USAGE of sysexits.h: kioskd does not start it again */
	EXIT_MISSING = 75, /* EX_TEMPFAIL: not a crash; kioskd tries again without penalty */
};

struct program {
	uint64_t budget_us; /* a frame, on average */
	bool check;         /* the options only */
	const struct scanner_driver *driver;
	struct scanner *scanner;
	struct decoder *decoder;
	struct presence presence;
	struct unread unread;
	struct msg_health health;
	struct mono_time health_told;
	bool health_changed;
	int link_error; /* why kioskd can no longer be told anything; 0 while it can */
	struct code code[CODES_IN_VIEW_MAX];
	/* what a reader read while kioskd was behind: it is not read again by itself */
	struct {
		struct mono_time seen;
		size_t len; /* 0: none */
		uint8_t bytes[CODE_BYTES_MAX];
	} kept;
};

static uint64_t thread_us(void *context)
{
	struct timespec now;

	(void)context;
	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) < 0)
		return clock_mono().us;
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* 0, or -EAGAIN: kioskd is behind; anything else ends the program. */
static int tell(struct program *program, enum msg_type type, void *message, const void *tail,
                size_t tail_len)
{
	int r = link_send(LINK_FD, type, message, tail, tail_len);

	if (r < 0 && r != -EAGAIN)
		program->link_error = r;
	return r;
}

static void tell_health(struct program *program, struct mono_time now)
{
	if (!program->health_changed && mono_since_us(now, program->health_told) < HEALTH_PERIOD_US)
		return;
	if (tell(program, MSG_HEALTH, &program->health, NULL, 0) == 0) {
		program->health_changed = false;
		program->health_told = now;
	}
}

static void on_health(void *context, enum health health, const char *sentence)
{
	struct program *program = context;

	program->health.health = health;
	text_copy(program->health.sentence, sizeof(program->health.sentence), sentence);
	program->health_changed = true;
	tell_health(program, clock_mono());
}

/* A code is taken as offered only once kioskd has it. False: kioskd is behind. */
static bool offer(struct program *program, const uint8_t *bytes, size_t len, struct mono_time seen)
{
	struct msg_code message;

	if (len < 1 || len > CODE_BYTES_MAX)
		return true;
	if (!presence_is_news(&program->presence, bytes, len, seen))
		return true;
	memset(&message, 0, sizeof(message));
	message.seen = seen;
	message.decoded = clock_mono();
	message.len = (uint32_t)len;
	if (tell(program, MSG_CODE, &message, bytes, len) != 0)
		return false;
	presence_offered(&program->presence, bytes, len, seen);
	return true;
}

static void on_code(void *context, const uint8_t *bytes, size_t len, struct mono_time seen)
{
	struct program *program = context;

	if (offer(program, bytes, len, seen) || program->kept.len > 0)
		return;
	memcpy(program->kept.bytes, bytes, len);
	program->kept.len = len;
	program->kept.seen = seen;
}

static void offer_kept(struct program *program)
{
	if (program->kept.len > 0 &&
	    offer(program, program->kept.bytes, program->kept.len, program->kept.seen))
		program->kept.len = 0;
}

/* Both signals end the program unless the frame is done first. What a camera's format costs to
 * read, and decoding, are limited each by itself. */
static void limit_frame(bool begins)
{
	const struct itimerval none = {0}, processor = {.it_value.tv_usec = FRAME_PROCESSOR_US_MAX},
	                       clock = {.it_value.tv_sec = FRAME_CLOCK_S_MAX};

	if (setitimer(ITIMER_PROF, begins ? &processor : &none, NULL) < 0 ||
	    setitimer(ITIMER_REAL, begins ? &clock : &none, NULL) < 0)
		log_warning("a frame cannot be limited: %s", strerror(errno));
}

/* Whoever holds up a code that is not read gets a sign. */
static void tell_unread(struct program *program, int n_codes, struct mono_time seen)
{
	struct msg_unread message = {.seen = seen};
	enum frame_showed showed = n_codes > 0                            ? FRAME_READ
	                           : decoder_saw_unread(program->decoder) ? FRAME_UNREAD
	                                                                  : FRAME_NO_CODE;

	if (unread_frame(&program->unread, showed, seen))
		(void)tell(program, MSG_UNREAD, &message, NULL, 0);
}

static void on_frame(void *context, const struct frame *frame)
{
	struct program *program = context;
	uint64_t begin_us = thread_us(NULL);
	int32_t spent_us;
	int n;

	limit_frame(true);
	n = decoder_frame(program->decoder, frame, program->budget_us, program->code,
	                  CODES_IN_VIEW_MAX);
	for (int i = 0; i < n; i++)
		(void)offer(program, program->code[i].bytes, program->code[i].len, frame->seen);
	tell_unread(program, n, frame->seen);
	spent_us = (int32_t)(thread_us(NULL) - begin_us);
	program->health.frames++;
	program->health.decode_us_mean =
	    (uint32_t)((int32_t)program->health.decode_us_mean +
	               (spent_us - (int32_t)program->health.decode_us_mean) / 16);
}

/* Whether to go on. kioskd says nothing to a scanner; a closed socket is the order to stop. */
static bool listen_to_kioskd(void)
{
	static struct link_message message;
	int r;

	do
		r = link_receive(LINK_FD, &message);
	while (r == 0);
	if (r < 0 && r != -EAGAIN && r != -ECONNRESET)
		log_error("the socket to kioskd does not work: %s", strerror(-r));
	return r == -EAGAIN;
}

static int watch(struct program *program)
{
	struct pollfd wait[2] = {{.fd = LINK_FD, .events = POLLIN},
	                         {.fd = program->driver->fd(program->scanner), .events = POLLIN}};

	while (program->link_error == 0) {
		int r;

		wait[0].events = program->kept.len > 0 ? POLLIN | POLLOUT : POLLIN;
		r = poll(wait, 2,
		         program->driver->tick ? SCANNER_TICK_MS : HEALTH_PERIOD_US / 1000);
		if (r < 0 && errno != EINTR)
			return -errno;
		if (r > 0 && wait[0].revents & ~POLLOUT && !listen_to_kioskd())
			return 0;
		offer_kept(program);
		if (r > 0 && wait[1].revents != 0) {
			limit_frame(true);
			r = program->driver->dispatch(program->scanner);
			limit_frame(false);
			if (r < 0)
				return r;
		}
		if (program->driver->tick)
			program->driver->tick(program->scanner, clock_mono());
		tell_health(program, clock_mono());
	}
	return program->link_error == -EPIPE || program->link_error == -ECONNRESET
	           ? 0
	           : program->link_error;
}

static int start(struct program *program, const char *where)
{
	const struct decoder_clock clock = {.now_us = thread_us};
	struct scanner_sink sink = {
	    .frame = on_frame, .code = on_code, .health = on_health, .context = program};
	uint64_t key[2];
	int r;

	if (getrandom(key, sizeof(key), 0) != sizeof(key))
		return -EIO;
	presence_init(&program->presence, key);
	r = decoder_new(FRAME_SIDE_MAX_PX, FRAME_SIDE_MAX_PX, &clock, &program->decoder);
	if (r == 0)
		r = program->driver->open(where, &sink, &program->scanner);
	if (r == 0)
		r = sandbox_enter(SANDBOX_SCANNER);
	return r;
}

static int run(struct program *program, const char *where)
{
	struct msg_hello hello = {.kind = HELPER_SCANNER, .pid = (uint32_t)getpid()};
	int r = tell(program, MSG_HELLO, &hello, NULL, 0);

	if (r == 0)
		r = start(program, where);
	if (r == 0)
		r = watch(program);
	if (r == -ENODEV)
		on_health(
		    program, HEALTH_MISSING,
		    "The scanner's device went away: plug it in again, it goes on by itself.");
	program->driver->close(program->scanner);
	decoder_free(program->decoder);
	if (r == -ENODEV || r == -ENOENT)
		return EXIT_MISSING;
	if (r < 0 && program->health.health == HEALTH_FAILED)
		log_error("%s", program->health.sentence);
	else if (r < 0)
		log_error("stopped: %s", strerror(-r));
	if (r == -EINVAL && !program->scanner)
		return EXIT_USAGE; /* another "where" would be right */
	return r < 0 ? 1 : 0;
}

/* Nobody listens on descriptor 3: what is wrong goes to the log. */
static void log_health(void *context, enum health health, const char *sentence)
{
	(void)context;
	(void)health;
	log_error("%s", sentence);
}

static int check_where(const struct program *program, const char *where)
{
	const struct scanner_sink sink = {.health = log_health};

	return program->driver->check && program->driver->check(where, &sink) < 0 ? EXIT_USAGE : 0;
}

static bool read_budget(const char *text, uint64_t *ret)
{
	char *end;
	unsigned long us;

	errno = 0;
	us = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
	    us < SCANNER_BUDGET_US_MIN || us > SCANNER_BUDGET_US_MAX) {
		log_error("--budget-us %.40s: it takes microseconds a frame, from %d to %d", text,
		          SCANNER_BUDGET_US_MIN, SCANNER_BUDGET_US_MAX);
		return false;
	}
	*ret = us;
	return true;
}

static void usage(FILE *out)
{
	(void)fputs("usage: kiosk-scanner --source SOURCE [--budget-us N] [--check]\n"
	            "Reads codes and hands them to kioskd, which starts it, with its socket on "
	            "descriptor 3.\n"
	            "  --source v4l2:DEVICE|evdev:DEVICE[,layout=de]|serial:DEVICE[,speed=9600]|"
	            "pictures:FOLDER|sim:SOCKET\n"
	            "  --budget-us N   processor time for a frame, in microseconds\n",
	            out);
}

/* What the source's driver is to open; NULL: told what is wrong. */
static const char *read_options(int argc, char **argv, struct program *program)
{
	static const struct option option[] = {{"source", required_argument, NULL, 's'},
	                                       {"budget-us", required_argument, NULL, 'b'},
	                                       {"check", no_argument, NULL, 'k'},
	                                       {NULL, 0, NULL, 0}};
	char sentence[SENTENCE_BYTES_MAX + 1];
	const char *source = NULL, *where = NULL;
	int c;

	program->budget_us = SCANNER_BUDGET_US;
	while ((c = getopt_long(argc, argv, "", option, NULL)) != -1) {
		if (c == '?' || (c == 'b' && !read_budget(optarg, &program->budget_us)))
			return NULL;
		if (c == 's')
			source = optarg;
		if (c == 'k')
			program->check = true;
	}
	if (!source || optind != argc) {
		usage(stderr);
		return NULL;
	}
	program->driver = scanner_find(source, &where, sentence);
	if (!program->driver)
		log_error("%s", sentence);
	return where;
}

int main(int argc, char **argv)
{
	static struct program program;
	const char *where;

	if (help_is_asked(argc, argv)) {
		usage(stdout);
		return 0;
	}
	log_init("kiosk-scanner", LOG_LEVEL_INFO);
	where = read_options(argc, argv, &program);
	if (!where)
		return EXIT_USAGE;
	if (program.check)
		return check_where(&program, where);
	if (fcntl(LINK_FD, F_SETFL, O_NONBLOCK) < 0) {
		log_error("descriptor 3 is not a socket: kiosk-scanner is started by kioskd");
		return EXIT_USAGE;
	}
	return run(&program, where);
}

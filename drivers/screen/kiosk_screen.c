/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kiosk-screen: what kioskd says (socket on descriptor 3) as pictures on a display. It waits for a
 * message, for news of the display, or for an answer's time to be over, and draws only when the
 * scene is another one.
 *
 * It ends when descriptor 3 closes (0); when the device is absent or taken, so that kioskd starts it
 * again (75, EX_TEMPFAIL); when it was started wrongly (64, EX_USAGE).
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "catalogue.h"
#include "clock.h"
#include "screen_page.h"
#include "link.h"
#include "log.h"
#include "sandbox.h"
#include "screen_drm.h"
#include "screen_png.h"
#include "text.h"

enum { KIOSKD_FD = 3, HEALTH_EVERY_MS = 10000 };

static const struct screen_driver *const drivers[] = {&screen_drm, &screen_png};

struct program {
	const struct screen_driver *driver;
	struct screen *screen;
	struct drawing_look look;
	unsigned language;
	bool has_status, has_answer, has_shown;
	struct msg_status status;
	struct msg_view answer;
	struct scene scene, shown;
	struct msg_health health;
	struct mono_time health_said;
};

/* --- towards kioskd --- */

static int say_health(struct program *program)
{
	struct msg_health copy = program->health;
	const int r = link_send(KIOSKD_FD, MSG_HEALTH, &copy, NULL, 0);

	program->health_said = clock_mono();
	return r == -EAGAIN ? 0 : r;
}

static int set_health(struct program *program, enum health health, const char *sentence)
{
	if (program->health.health == health && strcmp(program->health.sentence, sentence) == 0)
		return 0;
	program->health.health = health;
	text_copy(program->health.sentence, sizeof(program->health.sentence), sentence);
	return say_health(program);
}

/* --- drawing --- */

static int draw(struct program *program)
{
	struct screen_area area;
	int r = program->driver->begin(program->screen, &area);

	if (r == 0)
		r = drawing_scene(
		    &program->scene, &program->look,
		    &(struct picture_area){area.pixels, area.width_px, area.height_px, area.stride},
		    NULL);
	if (r == 0)
		r = program->driver->show(program->screen);
	if (r == -ENODEV)
		return set_health(program, HEALTH_MISSING,
		                  "No display is connected: plug one in, or go on without.");
	if (r < 0) {
		char sentence[SENTENCE_BYTES_MAX + 1];

		text_format(sentence, sizeof(sentence), "The screen cannot be drawn on: %s.",
		            strerror(-r));
		return set_health(program, HEALTH_FAILED, sentence);
	}
	program->shown = program->scene;
	program->has_shown = true;
	return set_health(program, HEALTH_GOOD, "");
}

static int draw_if_new(struct program *program)
{
	const struct scene_input input = {
	    .status = program->has_status ? &program->status : NULL,
	    .answer = program->has_answer ? &program->answer : NULL,
	    .now = clock_mono(),
	    .language = program->language,
	};

	scene_make(&input, &program->scene);
	if (program->has_shown && same_scene(&program->scene, &program->shown))
		return 0;
	return draw(program);
}

/* --- the loop --- */

static void take(struct program *program, const struct link_message *message)
{
	const struct msg_view *view = (const struct msg_view *)(const void *)message->bytes;

	if (message->head.type == MSG_STATUS) {
		memcpy(&program->status, message->bytes, sizeof(program->status));
		program->has_status = true;
	} else if (message->head.type == MSG_VIEW && view->answer != SHOW_NOTHING) {
		program->answer = *view;
		program->has_answer = true;
	}
}

/* All that has come: only the last of it is drawn. 0; 1: kioskd has gone; -errno. */
static int take_all(struct program *program)
{
	static struct link_message message;
	int r;

	while ((r = link_receive(KIOSKD_FD, &message)) == 0)
		take(program, &message);
	return r == -EAGAIN ? 0 : r == -ECONNRESET ? 1 : r;
}

/* Until an answer's time is over or health is due. */
static int wait_ms(const struct program *program)
{
	const struct mono_time now = clock_mono();
	const uint64_t said_ms = mono_since_us(now, program->health_said) / 1000;
	uint64_t ms = said_ms < HEALTH_EVERY_MS ? HEALTH_EVERY_MS - said_ms : 0;

	if (program->has_answer) {
		const uint64_t stay_ms =
		    scene_answer_stay_ms((enum screen_answer)program->answer.answer);
		const uint64_t shown_ms = mono_since_us(now, program->answer.shown) / 1000;

		if (shown_ms <= stay_ms && stay_ms - shown_ms + 1 < ms)
			ms = stay_ms - shown_ms + 1;
	}
	return (int)ms;
}

static int watch(struct program *program)
{
	int r = draw_if_new(program);

	while (r == 0) {
		struct pollfd fd[2] = {
		    {.fd = KIOSKD_FD, .events = POLLIN},
		    {.fd = program->driver->fd(program->screen), .events = POLLIN},
		};

		if (poll(fd, 2, wait_ms(program)) < 0 && errno != EINTR)
			return -errno;
		r = take_all(program);
		if (r == 0 && (fd[1].revents & POLLIN) &&
		    program->driver->dispatch(program->screen))
			program->has_shown = false;
		/* Also what was said last before kioskd went. */
		if (r == 0 || r == 1)
			r = draw_if_new(program) == 0 ? r : 1;
		if (r == 0 &&
		    mono_since_us(clock_mono(), program->health_said) / 1000 >= HEALTH_EVERY_MS)
			r = say_health(program);
	}
	return r == 1 || r == -EPIPE || r == -ECONNRESET ? 0 : r;
}

/* --- start --- */

static int tell_absent(struct program *program, const char *where, int error)
{
	char sentence[SENTENCE_BYTES_MAX + 1];
	const char *advice = "is it plugged in, and is its name right in the configuration?";

	if (error == -EACCES)
		advice = "the user kiosk needs to be in the group that owns it.";
	else if (error == -EBUSY)
		advice = "another program shows its pictures there: end that one.";
	text_format(sentence, sizeof(sentence), "The screen %s cannot be opened (%s): %s", where,
	            strerror(-error), advice);
	log_warning("%s", sentence);
	(void)set_health(program, HEALTH_MISSING, sentence);
	return EX_TEMPFAIL;
}

static int run(struct program *program, const char *where)
{
	struct msg_hello hello = {.kind = HELPER_SCREEN, .pid = (uint32_t)getpid()};
	int r = link_send(KIOSKD_FD, MSG_HELLO, &hello, NULL, 0);

	if (r < 0)
		return EX_USAGE;
	r = program->driver->open(where, &program->screen);
	if (r < 0)
		return tell_absent(program, where, r);
	/* The first picture opens the fonts; the sandbox then lets only these places be read. */
	r = draw_if_new(program);
	if (r == 0 && program->driver == &screen_drm)
		r = sandbox_enter(SANDBOX_SCREEN);
	else if (r == 0)
		log_info("pictures are written to %s: the sandbox is for a display only", where);
	if (r == 0)
		r = watch(program);
	program->driver->close(program->screen);
	if (r < 0)
		log_error("stopped: %s", strerror(-r));
	return r < 0 ? EX_SOFTWARE : EXIT_SUCCESS;
}

static void print_usage(FILE *to)
{
	(void)fputs(
	    "usage: kiosk-screen --output drm:DEVICE[,rotate=90]|png:FOLDER[,WIDTHxHEIGHT]\n"
	    "                    [--language TAG] [--light] [--check]\n"
	    "Shows what kioskd says. Started by kioskd, with its socket as descriptor 3.\n"
	    "  --output     a graphics card's display, or pictures in a folder\n"
	    "  --language   of what the volunteer reads (en)\n"
	    "  --light      dark letters on light ground\n",
	    to);
}

/* What the driver is to open; NULL: told. */
static const char *read_options(int argc, char **argv, struct program *program, int *ret_exit)
{
	static const struct option option[] = {
	    {"output", required_argument, NULL, 'o'}, {"language", required_argument, NULL, 'l'},
	    {"light", no_argument, NULL, 'w'},        {"check", no_argument, NULL, 'k'},
	    {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
	const char *output = NULL;
	bool check = false;
	int c;

	*ret_exit = EX_USAGE;
	while ((c = getopt_long(argc, argv, "", option, NULL)) != -1) {
		if (c == 'h') {
			print_usage(stdout);
			*ret_exit = EXIT_SUCCESS;
			return NULL;
		}
		if (c == '?')
			break;
		if (c == 'o')
			output = optarg;
		if (c == 'l')
			program->language = catalogue_of(optarg);
		if (c == 'w')
			program->look.light = true;
		if (c == 'k')
			check = true;
	}
	for (size_t i = 0; c == -1 && output && i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		const size_t len = strlen(drivers[i]->name);

		if (strncmp(output, drivers[i]->name, len) == 0 && output[len] == ':') {
			program->driver = drivers[i];
			*ret_exit = EXIT_SUCCESS;
			return check ? NULL : output + len + 1;
		}
	}
	print_usage(stderr);
	return NULL;
}

int main(int argc, char **argv)
{
	static struct program program;
	const char *where;
	int status;

	log_init("kiosk-screen", LOG_LEVEL_INFO);
	where = read_options(argc, argv, &program, &status);
	if (!where)
		return status;
	if (fcntl(KIOSKD_FD, F_SETFL, O_NONBLOCK) < 0) {
		log_error("descriptor 3 is not a socket: kiosk-screen is started by kioskd");
		return EX_USAGE;
	}
	return run(&program, where);
}

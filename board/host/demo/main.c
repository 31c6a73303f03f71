/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kiosk-demo: a whole meeting, from printed paper to confirmed totals, with the real programs and
 * simulated hardware.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kiosk/msg_people.h>

#include "clock.h"
#include "crypto.h"
#include "director.h"
#include "guard.h"
#include "outcome.h"

enum {
	EXIT_DISAGREES = 1,
	EXIT_USAGE = 2,
	EXIT_NOT_PLAYED = 3,
	EXIT_INTERRUPTED = 130,
	STATUS_JSON_MAX = 65536
};

static const char usage[] =
    "usage: kiosk-demo [options]\n"
    "Plays a whole meeting with the real programs and simulated hardware, and compares the "
    "totals.\n"
    "  --small            a meeting of a few people, in seconds\n"
    "  --seed N           another meeting; 0 to 18446744073709551615, 1 if not given\n"
    "  --camera DEVICE    a real camera, such as /dev/video0\n"
    "  --pictures DIR     a folder of pictures in place of a camera\n"
    "  --modem DEVICE     a real modem, such as /dev/ttyUSB2\n"
    "  --seconds N        with a real part: close after N seconds; otherwise Ctrl-C closes\n"
    "  --screen DIR       leave what the kiosk's screen showed in DIR, numbered PNG files\n"
    "  --keep DIR         keep what was made in DIR, which must not exist\n";

static int number(const char *option, const char *text, uint64_t max, uint64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(text, &end, 10);
	if (errno == 0 && end != text && *end == '\0' && text[0] != '-' && *ret <= max)
		return 0;
	fprintf(stderr, "kiosk-demo: --%s \"%s\": right would be a number from 0 to %llu\n", option,
	        text, (unsigned long long)max);
	return -1;
}

/* 0; 1: help was given; -1: told. */
static int read_options(int argc, char **argv, struct stage_options *ret)
{
	static const struct option options[] = {
	    {"small", no_argument, NULL, 's'},        {"seed", required_argument, NULL, 'r'},
	    {"camera", required_argument, NULL, 'c'}, {"pictures", required_argument, NULL, 'p'},
	    {"modem", required_argument, NULL, 'm'},  {"seconds", required_argument, NULL, 't'},
	    {"screen", required_argument, NULL, 'w'}, {"keep", required_argument, NULL, 'k'},
	    {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
	uint64_t seconds = 0;
	int c;

	*ret = (struct stage_options){.seed = 1};
	while ((c = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		if (c == 's')
			ret->small = true;
		else if (c == 'c')
			ret->camera = optarg;
		else if (c == 'p')
			ret->pictures = optarg;
		else if (c == 'm')
			ret->modem = optarg;
		else if (c == 'w')
			ret->screen = optarg;
		else if (c == 'k')
			ret->keep = optarg;
		else if (c == 'r' && number("seed", optarg, UINT64_MAX, &ret->seed) == 0)
			continue;
		else if (c == 't' && number("seconds", optarg, 86400, &seconds) == 0)
			ret->seconds = (uint32_t)seconds;
		else if (c == 'h')
			return fputs(usage, stdout) < 0 ? -1 : 1;
		else
			return fputs(usage, stderr) < 0 ? -1 : -1;
	}
	if (optind < argc)
		fprintf(stderr, "kiosk-demo: \"%s\" is not an option\n%s", argv[optind], usage);
	else if (ret->camera && ret->pictures)
		fprintf(stderr, "kiosk-demo: --camera and --pictures: only one of them can be "
		                "looked through\n");
	else
		return 0;
	return -1;
}

/* What stays the same whatever becomes of the play. */
struct demo {
	struct stage stage;
	struct play play;
	struct expected expected;
	struct director director;
	struct msg_status status;
	struct national national;
	struct told told;
};

static int prepare(struct demo *demo)
{
	struct stage *stage = &demo->stage;
	const bool small = stage->options->small;
	const bool with_codes = !stage->options->camera && !stage->options->pictures,
	           with_texts = !stage->options->modem;
	int r;

	printf("Civic Kiosk: a whole meeting with the real programs%s (seed %llu)\n",
	       with_codes && with_texts ? " and simulated hardware" : "",
	       (unsigned long long)stage->options->seed);
	director_say(&demo->director, "A network, a hub, an event with three projects, tickets and "
	                              "slips are made and signed.");
	r = stage_make_papers(stage);
	if (r == 0)
		r = stage_make_hardware(stage);
	if (r != 0)
		return r;
	play_write(&demo->play, stage->options->seed, small, with_codes, with_texts,
	           &stage->papers);
	play_expect(&demo->play, &stage->papers, &demo->expected);
	director_say(&demo->director,
	             "%u tickets and slips are printed, %u codes will be held up, %u texts sent. "
	             "kioskd starts.",
	             stage->papers.n_tickets, demo->play.n_shown, demo->play.n_texts);
	return stage_start_kioskd(stage);
}

static int ask_kioskctl(struct demo *demo)
{
	char control[STAGE_PATH_MAX], json[STATUS_JSON_MAX];
	int r;

	stage_path(&demo->stage, "control.sock", control);
	r = stage_kioskctl(&demo->stage,
	                   (const char *const[]){"status", "--json", "--socket", control, NULL},
	                   json, sizeof(json));
	return r == 0 ? told_read(json, &demo->told) : r;
}

static int perform(struct demo *demo)
{
	int r = prepare(demo);

	if (r == 0)
		r = director_play(&demo->director);
	if (r == 0)
		r = director_await_receipts(&demo->director, &demo->status);
	if (r == 0)
		r = ask_kioskctl(demo);
	if (r == 0)
		r = national_ask(demo->stage.port, &demo->status.event, &demo->national);
	if (r != 0)
		return r;
	if (demo->director.held.n == 0)
		return 0;
	director_say(&demo->director,
	             "From held up until counted and shown: half of the codes within %.0f ms, 95 "
	             "%% within %.0f ms "
	             "(from the frame that was read: %.0f and %.0f); %u were moved a little before "
	             "they were read.",
	             latency_percentile(&demo->director.held, 50) / 1e3,
	             latency_percentile(&demo->director.held, 95) / 1e3,
	             latency_percentile(&demo->stage.door.latencies, 50) / 1e3,
	             latency_percentile(&demo->stage.door.latencies, 95) / 1e3,
	             demo->director.n_slow);
	return 0;
}

int main(int argc, char **argv)
{
	static struct demo demo; /* too large for a stack */
	struct stage_options options;
	bool agree = false;
	int bad, r = read_options(argc, argv, &options);

	if (r != 0)
		return r > 0 ? 0 : EXIT_USAGE;
	if (guard_enter() < 0 || crypto_init() < 0)
		return EXIT_NOT_PLAYED;
	r = stage_init(&demo.stage, &options);
	demo.director = (struct director){.stage = &demo.stage,
	                                  .play = &demo.play,
	                                  .expected = &demo.expected,
	                                  .start = clock_mono()};
	if (r == 0)
		r = perform(&demo);
	/* All programs end before anything is called good: one that ends badly is part of the
	 * outcome. */
	bad = stage_deinit(&demo.stage);
	if (bad > 0)
		fprintf(stderr, "kiosk-demo: %d programs ended badly or had to be killed\n", bad);
	if (r == 0) {
		const struct outcome outcome = {.status = &demo.status,
		                                .told = &demo.told,
		                                .expected = &demo.expected,
		                                .national = &demo.national,
		                                .codes_free = options.camera || options.pictures,
		                                .texts_free = options.modem,
		                                .wrong = demo.director.wrong + (uint32_t)bad,
		                                .kills = demo.director.kills};

		agree = outcome_print(&outcome);
	}
	if (r == -EINTR)
		fprintf(stderr, "kiosk-demo: stopped; nothing is left running\n");
	else if (r != 0)
		fprintf(stderr, "kiosk-demo: the meeting could not be played to its end; what went "
		                "wrong is above\n");
	if (r != 0)
		return r == -EINTR ? EXIT_INTERRUPTED : EXIT_NOT_PLAYED;
	return agree ? 0 : EXIT_DISAGREES;
}

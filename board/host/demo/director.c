/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kiosk/msg_people.h>

#include "clock.h"
#include "director.h"
#include "rfc3339.h"

enum {
	ANSWER_TIMEOUT_MS = 1000, /* then the code is moved a little, as anyone would */
	MOVES_MAX = 7,
	OUT_OF_VIEW_MS = 3300,
	SETTLE_TIMEOUT_MS = 30000,
	RECEIPTS_TIMEOUT_MS = 30000,
	CARD_PATIENCE_MS = 3000,
	STATUS_EVERY_MS = 100,
	SILENT_FRAMES = 12,
	BAR_EVERY = 20,
};

void director_say(struct director *director, const char *format, ...)
{
	va_list arguments;

	printf("%6.1f s  ", (double)mono_since_us(clock_mono(), director->start) / 1e6);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
}

__attribute__((format(printf, 2, 3))) static int wrong(struct director *director,
                                                       const char *format, ...)
{
	va_list arguments;

	director->wrong++;
	printf("          NOT AS EXPECTED: ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
	return 0;
}

static const char *answer_word(uint32_t answer)
{
	static const char *const word[] = {[SHOW_NOTHING] = "nothing",
	                                   [SHOW_COUNTED] = "counted",
	                                   [SHOW_ALREADY] = "already counted",
	                                   [SHOW_NOT_ACCEPTED] = "not accepted",
	                                   [SHOW_NOT_CHECKED] = "could not check",
	                                   [SHOW_OPENED] = "opened",
	                                   [SHOW_CLOSED] = "closed",
	                                   [SHOW_UNDONE] = "undone",
	                                   [SHOW_HOLD] = "hold it still"};

	return answer < sizeof(word) / sizeof(word[0]) ? word[answer] : "an answer without a name";
}

static int camera(struct director *director, const char *command, const char *how, const char *code)
{
	char escaped[3 * PLAY_CODE_BYTES_MAX];

	if (prop_escape(code, escaped, sizeof(escaped)) < 0)
		return -1;
	return prop_ask(&director->stage->programs, &director->stage->camera_prop, NULL, 0,
	                "%s %s %s", command, how, escaped);
}

static int move(struct director *director)
{
	return prop_ask(&director->stage->programs, &director->stage->camera_prop, NULL, 0, "move");
}

static int away(struct director *director)
{
	return prop_ask(&director->stage->programs, &director->stage->camera_prop, NULL, 0, "away");
}

/* Whether a happening is the answer to a code held up since `since`. */
static bool answers_code(const struct msg_view *view, struct mono_time since)
{
	if (view->answer == SHOW_NOTHING || view->answer == SHOW_HOLD || view->seen.us < since.us)
		return false;
	return view->channel == CHANNEL_QR || (view->channel == 0 && view->answer != SHOW_UNDONE);
}

/* The answer to what is in view since `since`. 0 with *ret; -ETIMEDOUT; other as door_next(). */
static int await_answer(struct director *director, struct mono_time since, int timeout_ms,
                        struct msg_view *ret)
{
	const struct mono_time start = clock_mono();

	for (;;) {
		const uint64_t gone_ms = mono_since_us(clock_mono(), start) / 1000;
		int r;

		if (gone_ms >= (uint64_t)timeout_ms)
			return -ETIMEDOUT;
		r = door_next(&director->stage->door, &director->stage->programs,
		              timeout_ms - (int)gone_ms, ret);
		if (r < 0 || answers_code(ret, since))
			return r;
	}
}

static int lost(int r)
{
	if (r == -EINTR)
		return r;
	fprintf(stderr, "kiosk-demo: kioskd went away: %s\n", strerror(-r));
	return -1;
}

static int status(struct director *director, struct msg_status *ret)
{
	const int r = door_status(&director->stage->door, &director->stage->programs, ret);

	return r == 0 ? 0 : lost(r);
}

/* As await_answer(), moving the code a little when nothing comes. -ETIMEDOUT: it was not read at
 * all. */
static int await_answer_patiently(struct director *director, struct mono_time since,
                                  struct msg_view *ret)
{
	for (int i = 0;; i++) {
		int r = await_answer(director, since, ANSWER_TIMEOUT_MS, ret);

		if (r != -ETIMEDOUT || i == MOVES_MAX)
			return r == 0 || r == -ETIMEDOUT ? r : lost(r);
		director->n_slow += i == 0;
		r = move(director);
		if (r != 0)
			return r;
	}
}

int director_hold_up(struct director *director, const char *how, const char *code,
                     struct msg_view *ret)
{
	const struct mono_time since = clock_mono();
	int r = camera(director, "show", how, code);

	if (r == 0)
		r = await_answer_patiently(director, since, ret);
	if (r == 0)
		latency_note(&director->held, mono_since_us(ret->shown, since));
	return r;
}

/* A visit is a second one only when the code was out of view for a while. */
static int out_of_view_first(struct director *director, uint32_t ticket)
{
	const uint64_t seen = director->seen[ticket].us;
	uint64_t gone_ms;
	int r = 0;

	if (seen == 0)
		return 0;
	r = away(director);
	while (r == 0 && (gone_ms = mono_since_us(clock_mono(), director->seen[ticket]) / 1000) <
	                     OUT_OF_VIEW_MS)
		r = programs_wait(&director->stage->programs, -1, OUT_OF_VIEW_MS - (int)gone_ms);
	return r;
}

static void bar(struct director *director)
{
	if (++director->n_codes % BAR_EVERY == 0)
		director_say(director, "%u of %u codes held up, %u of %u texts sent",
		             director->n_codes, director->play->n_shown, director->n_texts,
		             director->play->n_texts);
}

/* Nothing must come of a code that cannot be read. Time is counted in frames, by the camera's own
 * pace. */
static int show_unreadable(struct director *director, const struct step *step)
{
	const struct mono_time since = clock_mono();
	struct msg_view view;
	int r = camera(director, "show", step->condition, step->code);

	if (r == 0) {
		r = await_answer(director, since, SILENT_FRAMES * 1000 / 30, &view);
		if (r == 0)
			wrong(director, "a torn code got the answer \"%s\" (%s)",
			      answer_word(view.answer), view.sentence);
		r = r == -ETIMEDOUT || r == 0 ? 0 : lost(r);
	}
	bar(director);
	return r;
}

static int show(struct director *director, uint32_t index)
{
	const struct step *step = &director->play->step[index];
	const uint32_t wanted = play_answer(director->play, index);
	struct msg_view view;
	int r = 0;

	if (step->nature == NATURE_TORN)
		return show_unreadable(director, step);
	if (step->nature == NATURE_TICKET)
		r = out_of_view_first(director, step->ticket);
	if (r == 0)
		r = director_hold_up(director, step->condition, step->code, &view);
	if (r == -ETIMEDOUT) {
		wrong(director, "a code was not read (%s; ticket %u)", step->condition,
		      step->ticket + 1);
		r = 0;
	} else if (r == 0 && view.answer != wanted) {
		wrong(director, "code %u was answered \"%s\" (%s); right would be \"%s\"",
		      director->n_codes + 1, answer_word(view.answer), view.sentence,
		      answer_word(wanted));
	}
	if (r == 0 && step->moves)
		r = move(director);
	if (step->nature == NATURE_TICKET)
		director->seen[step->ticket] = clock_mono();
	bar(director);
	return r;
}

static int show_pair(struct director *director, const struct step *step)
{
	const struct mono_time since = clock_mono();
	const uint32_t ticket[2] = {step->ticket, step->ticket_too};
	int r = 0;

	for (int i = 0; r == 0 && i < 2; i++)
		r = camera(director, i == 0 ? "show" : "add", step->condition,
		           director->stage->papers.ticket[ticket[i]].text);
	for (int i = 0; r == 0 && i < 2; i++) {
		struct msg_view view;

		r = await_answer_patiently(director, since, &view);
		if (r == -ETIMEDOUT)
			r = wrong(director, "of two codes in view at once, %d got an answer", i);
		else if (r == 0 && view.answer != SHOW_COUNTED)
			wrong(director,
			      "of two codes in view at once, one was answered \"%s\" (%s)",
			      answer_word(view.answer), view.sentence);
		director->seen[ticket[i]] = clock_mono();
		bar(director);
	}
	return r;
}

/* What a small program that is not well says of itself. */
static int say_what_is_wrong(struct director *director)
{
	struct msg_status now;
	const int r = status(director, &now);

	for (uint32_t i = 0; r == 0 && i < now.n_helpers; i++) {
		if (now.helper[i].health >= HEALTH_DEGRADED && now.helper[i].health != HEALTH_OFF)
			director_say(director, "%s", now.helper[i].sentence);
	}
	return r;
}

/* A real camera, or pictures: the card comes into view when a person holds it up, or not at all. */
static int await_card(struct director *director)
{
	struct stage *stage = director->stage;
	const uint64_t seconds = stage->options->seconds;
	const struct mono_time start = clock_mono();
	struct msg_view view = {.answer = SHOW_NOTHING};
	int r = 0;

	if (stage->options->camera)
		director_say(director,
		             "Hold up the event card: %s/event/card.png, on paper or on a phone.",
		             stage->folder);
	while (r == 0 && view.answer != SHOW_OPENED) {
		r = door_next(&stage->door, &stage->programs, CARD_PATIENCE_MS, &view);
		if (r != -ETIMEDOUT)
			continue;
		if (seconds > 0 && mono_since_us(clock_mono(), start) > seconds * 1000000) {
			fprintf(stderr, "kiosk-demo: no event card was shown within %llu s\n",
			        (unsigned long long)seconds);
			return -1;
		}
		r = say_what_is_wrong(director);
	}
	return r == 0 ? 0 : lost(r);
}

static int show_card(struct director *director, bool other)
{
	struct stage *stage = director->stage;
	const uint32_t wanted = other ? SHOW_NOT_ACCEPTED : SHOW_OPENED;
	struct msg_view view;
	int r;

	if (stage->options->camera || stage->options->pictures)
		return await_card(director);
	r = director_hold_up(director, "plain",
	                     other ? stage->papers.other_card : stage->papers.card, &view);
	if (r == -ETIMEDOUT) {
		fprintf(stderr, "kiosk-demo: the event card was held up and nothing happened\n");
		return -1;
	}
	if (r == 0 && view.answer != wanted)
		wrong(director, "%s card was answered \"%s\" (%s)",
		      other ? "another event's" : "the event", answer_word(view.answer),
		      view.sentence);
	else if (r == 0)
		director_say(director, "The kiosk says: %s", view.sentence);
	return r;
}

/* When a text says it was sent: the same again for one that the network delivers twice. */
static void date_text(struct director *director, struct step *step)
{
	int64_t now = clock_wall().s;

	time_format(step->meaning == MEANS_LAST_WEEK ? now - 7 * 86400 : now, step->sent);
	for (const struct step *s = director->play->step; s < step; s++) {
		if (step->meaning == MEANS_DELIVERED_TWICE && s->kind == STEP_TEXT &&
		    strcmp(s->from, step->from) == 0)
			memcpy(step->sent, s->sent, sizeof(step->sent));
	}
}

static int send_text(struct director *director, struct step *step)
{
	struct stage *stage = director->stage;
	int r;

	date_text(director, step);
	r = prop_ask(&stage->programs, &stage->modem_prop, NULL, 0, "receive %s %s %s", step->from,
	             step->sent, step->text);
	director->n_texts++;
	return r < 0 ? r : r == 0 ? 0 : wrong(director, "the modem did not take a text");
}

/* How many messages the modem holds; <0 as prop_ask(). */
static long store_used(struct director *director)
{
	char answer[64];
	const int r = prop_ask(&director->stage->programs, &director->stage->modem_prop, answer,
	                       sizeof(answer), "store");

	return r == 0 ? strtol(answer, NULL, 10) : r < 0 ? r : -1;
}

/* Waits for the door's next happening or a moment, whichever comes first: between two looks at a
 * condition. */
static int a_moment(struct director *director)
{
	struct msg_view view;
	const int r =
	    door_next(&director->stage->door, &director->stage->programs, STATUS_EVERY_MS, &view);

	return r == 0 || r == -ETIMEDOUT ? 0 : lost(r);
}

/* Nothing in view, nothing in the modem's store. */
static int settle(struct director *director)
{
	const struct mono_time start = clock_mono();
	long used = 0;
	int r = 0;

	if (director->stage->camera_prop.fd >= 0)
		r = away(director);
	if (director->stage->modem_prop.fd < 0)
		return r;
	while (r == 0 && (used = store_used(director)) > 0) {
		if (mono_since_us(clock_mono(), start) > SETTLE_TIMEOUT_MS * UINT64_C(1000))
			return wrong(director, "%ld texts were still in the modem after %d s", used,
			             SETTLE_TIMEOUT_MS / 1000);
		r = a_moment(director);
	}
	return used < 0 ? (int)used : r;
}

static uint64_t people_by_sms(const struct msg_status *status)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < status->n_rows; i++) {
		if (status->row[i].project == PROJECT_PEOPLE &&
		    status->row[i].channel == CHANNEL_SMS)
			n += status->row[i].added - status->row[i].revoked;
	}
	return n;
}

static int check_waiting(struct director *director)
{
	struct msg_status now;
	long used = store_used(director);
	int r = used < 0 ? (int)used : status(director, &now);

	if (r != 0)
		return r;
	if (now.state != KIOSK_OPEN_NO_SMS)
		wrong(director,
		      "the kiosk's status does not say that texts wait for the card (state %u, "
		      "\"%s\")",
		      now.state, now.sentence);
	if (used == 0 || people_by_sms(&now) != director->sms_at_restart)
		wrong(director, "texts were counted before the card was shown again");
	director_say(director,
	             "%ld texts wait in the modem, none lost, none counted. The kiosk says: %s",
	             used, now.sentence);
	return 0;
}

static int walk_in(struct director *director, const struct step *step)
{
	char control[STAGE_PATH_MAX], people[16], project[16];
	const char *argv[12] = {"+1", people, "--socket", control};
	int n = 4;

	stage_path(director->stage, "control.sock", control);
	snprintf(people, sizeof(people), "%u", step->people);
	if (step->project) {
		snprintf(project, sizeof(project), "%u", step->project);
		argv[n++] = "--project";
		argv[n++] = project;
	}
	if (step->first != FIRST_NOT_ASKED) {
		argv[n++] = "--first";
		argv[n++] = step->first == FIRST_YES ? "yes" : "no";
	}
	return stage_kioskctl(director->stage, argv, NULL, 0);
}

static int undo(struct director *director)
{
	char control[STAGE_PATH_MAX];

	stage_path(director->stage, "control.sock", control);
	return stage_kioskctl(director->stage,
	                      (const char *const[]){"undo", "--socket", control, NULL}, NULL, 0);
}

static int close_event(struct director *director)
{
	char control[STAGE_PATH_MAX], headcount[16];
	struct msg_status now;
	uint64_t people = 0;
	int r = status(director, &now);

	if (r != 0)
		return r;
	for (uint32_t i = 0; i < now.n_rows; i++) {
		if (now.row[i].project == PROJECT_PEOPLE)
			people += now.row[i].added - now.row[i].revoked;
	}
	/* Somebody counts heads and is one off, as people are. */
	snprintf(headcount, sizeof(headcount), "%llu", (unsigned long long)people + 1);
	stage_path(director->stage, "control.sock", control);
	return stage_kioskctl(
	    director->stage,
	    (const char *const[]){"close", "--headcount", headcount, "--socket", control, NULL},
	    NULL, 0);
}

/* A small program that crashed and was started again is a bug, even if nobody noticed. */
static void check_helpers(struct director *director, const struct msg_status *status)
{
	for (uint32_t i = 0; i < status->n_helpers; i++) {
		const struct status_helper *helper = &status->helper[i];

		if (helper->restarts > 0)
			wrong(director, "small program %u crashed %u times (%s)", helper->kind,
			      helper->restarts, helper->sentence);
	}
}

static int kill_and_restart(struct director *director, const struct step *step)
{
	struct stage *stage = director->stage;
	struct mono_time since;
	struct msg_status now;
	struct msg_view view;
	int helpers, r;

	r = status(director, &now);
	if (r == 0)
		check_helpers(director, &now);
	if (r == 0 && step->code)
		r = camera(director, "show", "plain", step->code);
	if (r != 0)
		return r;
	helpers = stage_kill_kioskd(stage);
	if (helpers < 0)
		return helpers;
	director->kills++;
	since = clock_mono();
	r = stage_start_kioskd(stage);
	if (r == 0)
		r = status(director, &now);
	if (r != 0)
		return r;
	director->sms_at_restart = people_by_sms(&now);
	director_say(director,
	             "Killed; its %d small programs ended by themselves; it is back, and the "
	             "ledger with it.",
	             helpers);
	if (!step->code)
		return 0;
	r = await_answer_patiently(director, since, &view);
	if (r == -ETIMEDOUT)
		return wrong(director, "the ticket in view was not read after the restart");
	/* Counted either side of the kill, once: when it was before, the answer now is "already
	 * counted". */
	if (r == 0 && view.answer == SHOW_ALREADY)
		director->expected->already++;
	else if (r == 0 && view.answer != SHOW_COUNTED)
		wrong(director, "the ticket in view was answered \"%s\" (%s)",
		      answer_word(view.answer), view.sentence);
	director->seen[step->ticket] = clock_mono();
	return r;
}

/* Real parts: people come until --seconds are over or Ctrl-C, which then means "close", not "stop".
 */
static int linger(struct director *director)
{
	const uint64_t seconds = director->stage->options->seconds;
	const struct mono_time start = clock_mono();
	struct msg_view view;
	int r = 0;

	if (seconds > 0)
		director_say(director, "Your turn, for %llu s; Ctrl-C closes the meeting before.",
		             (unsigned long long)seconds);
	else
		director_say(director, "Your turn; Ctrl-C closes the meeting.");
	while (seconds == 0 || mono_since_us(clock_mono(), start) < seconds * 1000000) {
		r = door_next(&director->stage->door, &director->stage->programs, 1000, &view);
		if (r < 0 && r != -ETIMEDOUT)
			break;
		if (r == 0 && view.answer != SHOW_NOTHING)
			director_say(director, "%s: %s (%llu people)", answer_word(view.answer),
			             view.sentence, (unsigned long long)view.people);
	}
	if (r == -EINTR)
		director->stage->programs.stopped = false;
	return r == 0 || r == -ETIMEDOUT || r == -EINTR ? 0 : lost(r);
}

static int play_step(struct director *director, uint32_t index)
{
	struct step *step = &director->play->step[index];

	switch (step->kind) {
	case STEP_SAY:
		director_say(director, "%s", step->say);
		return 0;
	case STEP_CARD:
		return show_card(director, false);
	case STEP_OTHER_CARD:
		return show_card(director, true);
	case STEP_SHOW:
		return show(director, index);
	case STEP_PAIR:
		return show_pair(director, step);
	case STEP_TEXT:
		return send_text(director, step);
	case STEP_WALK_IN:
		return walk_in(director, step);
	case STEP_UNDO:
		return undo(director);
	case STEP_SETTLE:
		return settle(director);
	case STEP_WAITING:
		return check_waiting(director);
	case STEP_KILL:
		return kill_and_restart(director, step);
	case STEP_COLLECTOR:
		return stage_start_collector(director->stage);
	case STEP_LINGER:
		return linger(director);
	case STEP_CLOSE:
		return close_event(director);
	}
	return -1;
}

int director_play(struct director *director)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < director->play->n_steps; i++)
		r = play_step(director, i);
	return r;
}

static bool all_confirmed(const struct msg_status *status)
{
	bool all =
	    status->batches_sealed > 0 && status->batches_sealed == status->batches_confirmed;

	for (uint32_t i = 0; i < status->n_rows; i++) {
		const struct status_row *row = &status->row[i];

		all = all && row->added == row->sent_added && row->revoked == row->sent_revoked;
	}
	return all;
}

int director_await_receipts(struct director *director, struct msg_status *ret)
{
	const struct mono_time start = clock_mono();
	int r;

	while ((r = status(director, ret)) == 0 && !all_confirmed(ret)) {
		if (mono_since_us(clock_mono(), start) > RECEIPTS_TIMEOUT_MS * UINT64_C(1000))
			return wrong(director, "not everything is confirmed after %d s (%s)",
			             RECEIPTS_TIMEOUT_MS / 1000, ret->uplink_sentence);
		r = a_moment(director);
		if (r != 0)
			break;
	}
	if (r == 0)
		check_helpers(director, ret);
	return r;
}

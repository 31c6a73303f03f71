/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "catalogue.h"
#include "headline.h"
#include "scene.h"
#include "text.h"

/* What belongs to each answer stands here once. */
static const struct {
	enum scene_symbol symbol;
	enum scene_colour colour;
	enum scene_signal signal;
	uint32_t stay_ms;
} answers[] = {
    [SHOW_NOTHING] = {SYMBOL_NONE, COLOUR_PLAIN, SIGNAL_NONE, 0},
    [SHOW_COUNTED] = {SYMBOL_CHECK, COLOUR_GREEN, SIGNAL_COUNTED, 4000},
    [SHOW_ALREADY] = {SYMBOL_BACK, COLOUR_GREEN, SIGNAL_ALREADY, 4000},
    [SHOW_NOT_ACCEPTED] = {SYMBOL_ELSEWHERE, COLOUR_BLUE, SIGNAL_NOT_ACCEPTED, 7000},
    [SHOW_NOT_CHECKED] = {SYMBOL_QUESTION, COLOUR_AMBER, SIGNAL_NOT_CHECKED, 7000},
    [SHOW_OPENED] = {SYMBOL_CHECK, COLOUR_GREEN, SIGNAL_OPENED, 5000},
    [SHOW_CLOSED] = {SYMBOL_NONE, COLOUR_PLAIN, SIGNAL_CLOSED, 0},
    [SHOW_UNDONE] = {SYMBOL_UNDONE, COLOUR_BLUE, SIGNAL_UNDONE, 5000},
    [SHOW_HOLD] = {SYMBOL_CARD, COLOUR_PLAIN, SIGNAL_HOLD, 3000},
};
enum { ANSWERS = sizeof(answers) / sizeof(answers[0]) };

uint32_t scene_answer_stay_ms(enum screen_answer answer)
{
	return (unsigned)answer < ANSWERS ? answers[answer].stay_ms : 0;
}

/* A line that is full, or has no words, is left out. */
static void add(struct scene *scene, enum scene_role role, const char *text)
{
	if (text[0] == '\0' || scene->n_lines == SCENE_LINES_MAX)
		return;
	scene->line[scene->n_lines].role = role;
	text_copy(scene->line[scene->n_lines].text, sizeof(scene->line[0].text), text);
	scene->n_lines++;
}

static void add_named(struct scene *scene, enum scene_role role, unsigned language,
                      const char *english, const struct named_text *named, size_t n)
{
	char text[SENTENCE_BYTES_MAX + 1];

	catalogue_write(language, english, named, n, text, sizeof(text));
	add(scene, role, text);
}

/* The languages that attendees read: the event's; before there is one, the kiosk's. */
static unsigned languages(const struct scene_input *input, unsigned ret[LANGUAGES_MAX])
{
	const struct msg_status *status = input->status;
	unsigned n = 0;

	for (unsigned i = 0;
	     status && status->has_event && i < status->n_languages && i < LANGUAGES_MAX; i++) {
		const unsigned language = catalogue_of(status->language[i]);
		bool twice = false;

		for (unsigned j = 0; j < n; j++)
			twice = twice || ret[j] == language;
		if (!twice)
			ret[n++] = language;
	}
	if (n == 0)
		ret[n++] = input->language;
	return n;
}

/* The same words in each of the attendees' languages, one below the other. */
static void add_stacked(struct scene *scene, const struct scene_input *input, enum scene_role role,
                        const char *english, const struct named_text *named, size_t n)
{
	unsigned language[LANGUAGES_MAX];
	const unsigned n_languages = languages(input, language);

	for (unsigned i = 0; i < n_languages; i++)
		add_named(scene, role, language[i], english, named, n);
}

static void add_titles(struct scene *scene, const struct msg_status *status)
{
	add(scene, ROLE_TITLE, status->event_name);
	for (unsigned i = 0; i + 1 < status->n_languages && i < LANGUAGES_MAX - 1; i++)
		if (strcmp(status->also_name[i], status->event_name) != 0)
			add(scene, ROLE_TITLE, status->also_name[i]);
}

/* --- what is counted and what the network has --- */

static uint64_t people_of(const struct msg_status *status, bool first_only)
{
	uint64_t added = 0, revoked = 0;

	for (unsigned i = 0; i < status->n_rows && i < STATUS_ROWS_MAX; i++) {
		if (status->row[i].project != PROJECT_PEOPLE ||
		    (first_only && status->row[i].first != FIRST_YES))
			continue;
		added += status->row[i].added;
		revoked += status->row[i].revoked;
	}
	return added > revoked ? added - revoked : 0;
}

static uint64_t people(const struct msg_status *status)
{
	return people_of(status, false);
}

static uint64_t first_timers(const struct msg_status *status)
{
	return people_of(status, true);
}

static void number_text(char text[24], uint64_t number)
{
	(void)snprintf(text, 24, "%llu", (unsigned long long)number);
}

/* --- devices --- */

static enum health health_of(const struct msg_status *status, enum helper_kind kind)
{
	for (unsigned i = 0; i < status->n_helpers && i < STATUS_HELPERS_MAX; i++)
		if (status->helper[i].kind == (uint32_t)kind)
			return (enum health)status->helper[i].health;
	return HEALTH_OFF;
}

static bool works(enum health health)
{
	return health == HEALTH_GOOD || health == HEALTH_DEGRADED;
}

/* A device that should be there and does not work is a volunteer's to mend, in its own words. */
static void add_broken(struct scene *scene, const struct msg_status *status)
{
	for (unsigned i = 0; i < status->n_helpers && i < STATUS_HELPERS_MAX; i++)
		if (status->helper[i].health == HEALTH_MISSING ||
		    status->helper[i].health == HEALTH_FAILED)
			add(scene, ROLE_WARNING, status->helper[i].sentence);
}

/* --- the scenes --- */

static void make_starting(struct scene *scene, const struct scene_input *input)
{
	scene->kind = SCENE_STARTING;
	add_named(
	    scene, ROLE_SENTENCE, input->language,
	    /* TRANSLATORS: from here on what the kiosk's screen says around the answers, large. */
	    SENTENCE("Starting …"), NULL, 0);
}

static void make_waiting(struct scene *scene, const struct scene_input *input)
{
	scene->kind = SCENE_WAITING;
	scene->symbol = SYMBOL_CARD;
	add_named(scene, ROLE_TITLE, input->language, SENTENCE("Show the event card"), NULL, 0);
	add_named(scene, ROLE_SENTENCE, input->language,
	          SENTENCE("Hold the meeting's card flat before the camera, two card widths away."),
	          NULL, 0);
	add_broken(scene, input->status);
}

static void add_check_in(struct scene *scene, const struct scene_input *input)
{
	const struct msg_status *status = input->status;
	const bool codes = works(health_of(status, HELPER_SCANNER));
	const bool texts = status->state == KIOSK_OPEN && works(health_of(status, HELPER_MODEM)) &&
	                   status->own_number[0] != '\0' && status->keyword[0] != '\0';
	const struct named_text named[] = {{"word", status->keyword},
	                                   {"number", status->own_number}};

	if (codes)
		add_stacked(scene, input, ROLE_HINT, SENTENCE("Show your code to the camera."),
		            NULL, 0);
	if (texts) {
		/* TRANSLATORS: {word} is a word to text, {number} a telephone number. */
		add_stacked(scene, input, ROLE_HINT, SENTENCE("Or text {word} to {number}."), named,
		            2);
		(void)snprintf(scene->code, sizeof(scene->code), "SMSTO:%s:%s", status->own_number,
		               status->keyword);
	}
	add_stacked(scene, input, ROLE_HINT,
	            codes || texts
	                ? SENTENCE("No code and no phone? Take a slip. One of these, not two.")
	                : SENTENCE("Please ask a volunteer to count you."),
	            NULL, 0);
}

static void make_open(struct scene *scene, const struct scene_input *input)
{
	const struct msg_status *status = input->status;
	char number[24];

	scene->kind = SCENE_OPEN;
	scene->has_number = true;
	scene->number = people(status);
	add_titles(scene, status);
	add_stacked(scene, input, ROLE_CAPTION, SENTENCE("people so far"), NULL, 0);
	add_check_in(scene, input);
	if (status->state == KIOSK_OPEN_NO_SMS && health_of(status, HELPER_MODEM) != HEALTH_OFF) {
		number_text(number, status->sms_waiting);
		add_named(
		    scene, ROLE_WARNING, input->language,
		    /* TRANSLATORS: {n} is how many texts wait. */
		    SENTENCE("Texts are not counted since the restart (waiting: {n}). Show the "
		             "event card again."),
		    (const struct named_text[]){{"n", number}}, 1);
	}
	add_broken(scene, status);
}

static void make_closed(struct scene *scene, const struct scene_input *input)
{
	const struct msg_status *status = input->status;
	char number[24], text[SENTENCE_BYTES_MAX + 1];

	scene->kind = SCENE_CLOSED;
	scene->has_number = true;
	scene->number = people(status);
	add_titles(scene, status);
	add_stacked(scene, input, ROLE_CAPTION, SENTENCE("people came. Thank you!"), NULL, 0);
	number_text(number, first_timers(status));
	if (first_timers(status) > 0)
		/* TRANSLATORS: {n} is how many people said that it was their first meeting this year. */
		add_stacked(scene, input, ROLE_HINT, SENTENCE("For the first time this year: {n}"),
		            (const struct named_text[]){{"n", number}}, 1);
	headline_write((enum headline)status->headline, input->language, status->headline_n, text,
	               sizeof(text));
	add(scene, status->headline == HEADLINE_CLOSED_DONE ? ROLE_VOLUNTEER : ROLE_WARNING, text);
}

static void make_stopped(struct scene *scene, const struct scene_input *input)
{
	scene->kind = SCENE_STOPPED;
	scene->symbol = SYMBOL_STOP;
	scene->colour = COLOUR_RED;
	if (input->status->has_event) {
		add_titles(scene, input->status);
		add_stacked(scene, input, ROLE_SENTENCE,
		            SENTENCE("We cannot count just now. Please ask a volunteer."), NULL, 0);
	}
	add(scene, ROLE_WARNING, input->status->sentence);
}

static void make_answer(struct scene *scene, const struct scene_input *input)
{
	const struct msg_view *answer = input->answer;

	assert(answer->answer < ANSWERS);
	scene->kind = SCENE_ANSWER;
	scene->symbol = answers[answer->answer].symbol;
	scene->colour = answers[answer->answer].colour;
	scene->signal = answers[answer->answer].signal;
	scene->stay_ms = answers[answer->answer].stay_ms;
	add(scene, ROLE_SENTENCE, answer->sentence);
	for (unsigned i = 0; i < LANGUAGES_MAX - 1; i++)
		if (strcmp(answer->also[i], answer->sentence) != 0)
			add(scene, ROLE_SENTENCE, answer->also[i]);
	if (!input->status || !input->status->has_event)
		return;
	scene->has_number = true;
	scene->number = answer->people;
	add_stacked(scene, input, ROLE_CAPTION, SENTENCE("people so far"), NULL, 0);
}

static bool answering(const struct scene_input *input)
{
	const struct msg_view *answer = input->answer;
	uint64_t shown_us;

	if (!answer || answer->answer >= ANSWERS)
		return false;
	shown_us = input->now.us > answer->shown.us ? input->now.us - answer->shown.us : 0;
	return shown_us < answers[answer->answer].stay_ms * UINT64_C(1000);
}

void scene_make(const struct scene_input *input, struct scene *ret)
{
	const struct msg_status *status = input->status;

	memset(ret, 0, sizeof(*ret));
	if (answering(input))
		make_answer(ret, input);
	else if (!status)
		make_starting(ret, input);
	else if (status->state == KIOSK_STOPPED)
		make_stopped(ret, input);
	else if (status->state == KIOSK_OPEN || status->state == KIOSK_OPEN_NO_SMS)
		make_open(ret, input);
	else if (status->has_event)
		make_closed(ret, input);
	else
		make_waiting(ret, input);
	assert(ret->kind < SCENE_N && ret->n_lines <= SCENE_LINES_MAX);
}

bool same_scene(const struct scene *a, const struct scene *b)
{
	/* scene_make() clears what it does not write, so that octets compare. */
	return memcmp(a, b, sizeof(*a)) == 0;
}

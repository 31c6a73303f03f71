/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "play.h"

const char *const play_event_name = "Civic Hub November meeting";
const char *const play_event_name_es = "Reunión cívica de noviembre";
const struct play_project play_project[PLAY_PROJECTS] = {
    {"River cleanup", "Limpieza del río", "RIVER,RIO"},
    {"Library hours", "Horario de biblioteca", "LIBRARY,LIBROS"},
    {"Safe crossings", "Cruces seguros", "CROSSING,CRUCES"},
};

static const struct play_batch batches_full[] = {
    {1, 60, 0x1, FIRST_NOT_ASKED, false},
    {61, 40, 0x2, FIRST_YES, false},
    {101, 40, 0x5, FIRST_NO, false},
    {141, 60, 0x0, FIRST_NOT_ASKED, true},
};
static const struct play_batch batches_small[] = {
    {1, 8, 0x1, FIRST_NOT_ASKED, false},
    {9, 6, 0x5, FIRST_YES, false},
    {15, 10, 0x0, FIRST_NOT_ASKED, true},
};

/* The texts worth telling apart, in the order they are sent; `phone` is the sender's number in the
 * play. */
static const struct line {
	uint8_t phone;
	enum meaning meaning;
	uint16_t project;
	uint8_t people;
	const char *text;
} lines[] = {
    {1, MEANS_CHECK_IN, 1, 0, "RIVER"},
    {2, MEANS_CHECK_IN, 2, 0, "LIBRRY"},
    {3, MEANS_CHECK_IN, 1, 0, "\xf0\x9f\x8c\x8a RIVER"},
    {4, MEANS_CHECK_IN, 2, 3, "Library 3"},
    {5, MEANS_NOTHING_WE_KNOW, 0, 0, "Is there parking near the door?"},
    {6, MEANS_LAST_WEEK, 1, 0, "River"},
    {1, MEANS_CHECK_IN, 1, 0, "river please"},
    {7, MEANS_CHECK_IN, 3, 0, "Hi! Crossing."},
    {7, MEANS_DELIVERED_TWICE, 3, 0, "Hi! Crossing."},
    {8, MEANS_CHECK_IN, 1, 0, "R\xc3\xado"},
    {9, MEANS_CHECK_IN, 3, 2, "CROSSING2"},
    {4, MEANS_CHECK_IN, 2, 5, "LIBRARY 5"},
    {10, MEANS_CHECK_IN, 3, 0, "cruces"},
    {9, MEANS_CHECK_IN, 3, 1, "Crossing 1"},
    {8, MEANS_CHECK_IN, 1, 0, "Ya estoy, r\xc3\xado"},
    {11, MEANS_CHECK_IN, 3, 0, "Crosing"},
};

static const char *const condition[] = {"plain", "perspective", "blur", "noise",
                                        "glare", "screen",      "dim",  "mixed"};

#define N_OF(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

enum { N_LINES = sizeof(lines) / sizeof(lines[0]) };

/* How large the parts of a play are. */
struct measure {
	uint32_t tickets_before, tickets_while_waiting; /* the rest come after */
	uint32_t texts_before, texts_while_waiting, texts_after;
	uint32_t repeats_before, repeats_after;
	uint32_t pairs;
};
static const struct measure measure_full = {96, 16, 32, 10, 18, 5, 11, 2};
static const struct measure measure_small = {9, 4, 8, 3, 7, 0, 3, 1};

/* splitmix64: small, seeded, the same on every machine. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static double unit(uint64_t *state)
{
	return (double)(next_random(state) >> 11) / 9007199254740992.0;
}

static uint32_t below(uint64_t *state, uint32_t bound)
{
	return (uint32_t)(next_random(state) % bound);
}

uint32_t play_batches(bool small, const struct play_batch **ret)
{
	*ret = small ? batches_small : batches_full;
	return small ? N_OF(batches_small) : N_OF(batches_full);
}

void play_forge(const char *ticket, char *buffer, size_t size)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$-./:";
	const size_t len = strlen(ticket), body = len > 5 ? len - 5 : 0;
	/* The lowest digit of a group of three, inside the signature: still Base41, one number off.
	 */
	const size_t at = 5 + (body - 30) / 3 * 3;
	const char *digit;

	assert(len > 64 && len < size);
	memcpy(buffer, ticket, len + 1);
	digit = strchr(digits, buffer[at]);
	assert(digit && *digit);
	buffer[at] = digit > digits ? digit[-1] : digits[1];
}

static struct step *add(struct play *play, enum step_kind kind)
{
	struct step *step = &play->step[play->n_steps];

	assert(play->n_steps < PLAY_STEPS_MAX);
	*step = (struct step){.kind = kind};
	play->n_steps++;
	return step;
}

static void say(struct play *play, const char *text)
{
	add(play, STEP_SAY)->say = text;
}

static struct step *show(struct play *play, enum nature nature, const char *how, const char *code,
                         double key)
{
	struct step *step = add(play, STEP_SHOW);

	step->nature = nature;
	step->condition = how;
	step->code = code;
	step->key = key;
	play->n_shown++;
	return step;
}

static void show_ticket(struct play *play, const struct papers *papers, uint64_t *seed,
                        uint32_t ticket, double key)
{
	struct step *step = show(play, NATURE_TICKET, condition[below(seed, N_OF(condition))],
	                         papers->ticket[ticket].text, key);

	step->ticket = ticket;
}

/* The n-th text of the play: the written lines first, spread among plain ones from phones of their
 * own. */
static void text(struct play *play, uint64_t *seed, uint32_t nth, uint32_t n_all, double key)
{
	struct step *step = add(play, STEP_TEXT);
	/* Line k comes at the text number k * n_all / N_LINES. */
	const uint32_t k = (nth * N_LINES + n_all - 1) / n_all;
	const bool written = k < N_LINES && k * n_all / N_LINES == nth;
	static const char *const plain[PLAY_PROJECTS] = {"RIVER", "LIBRARY", "CROSSING"};
	uint32_t phone = 100 + nth;

	step->key = key;
	play->n_texts++;
	if (written) {
		step->meaning = lines[k].meaning;
		step->project = lines[k].project;
		step->people = lines[k].people;
		step->text = lines[k].text;
		phone = lines[k].phone;
	} else {
		step->project = (uint16_t)(1 + below(seed, PLAY_PROJECTS));
		step->text = plain[step->project - 1];
	}
	/* 555-0100 to 555-0199 are nobody's. */
	snprintf(step->from, sizeof(step->from), "+1%u555%04u", phone < 100 ? 502 : 606,
	         100 + phone % 100);
}

static int by_key(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static void sort_from(struct play *play, uint32_t begin)
{
	qsort(&play->step[begin], play->n_steps - begin, sizeof(play->step[0]), by_key);
}

static void texts(struct play *play, uint64_t *seed, uint32_t first, uint32_t n, uint32_t n_all)
{
	for (uint32_t i = 0; i < n; i++)
		text(play, seed, first + i, n_all, (i + unit(seed) * 0.9) / n);
}

static void strangers(struct play *play, const struct papers *papers, uint64_t *seed)
{
	show(play, NATURE_FORGED, "plain", papers->forged, unit(seed));
	show(play, NATURE_OTHER_EVENT, "perspective", papers->other_ticket, unit(seed));
	show(play, NATURE_FOREIGN, "screen", "https://example.org/menu?table=7", unit(seed));
	show(play, NATURE_FOREIGN, "plain", "WIFI:T:WPA;S:guests;P:not-a-ticket;;", unit(seed));
	show(play, NATURE_TORN, "torn", papers->ticket[papers->n_tickets - 1].text, unit(seed));
}

static void walk_in(struct play *play, uint8_t people, uint16_t project, enum first first)
{
	struct step *step = add(play, STEP_WALK_IN);

	step->people = people;
	step->project = project;
	step->first = first;
}

struct parts {
	uint64_t seed;
	const struct measure *measure;
	const struct papers *papers;
	uint32_t order[PLAY_TICKETS_MAX]; /* in which the tickets come */
	uint32_t n_texts;
	bool with_codes, with_texts;
};

static void shuffle(struct parts *parts)
{
	for (uint32_t i = 0; i < parts->papers->n_tickets; i++)
		parts->order[i] = i;
	for (uint32_t i = parts->papers->n_tickets; i > 1; i--) {
		const uint32_t j = below(&parts->seed, i), other = parts->order[i - 1];

		parts->order[i - 1] = parts->order[j];
		parts->order[j] = other;
	}
}

static void before_the_kill(struct play *play, struct parts *parts)
{
	const struct measure *m = parts->measure;
	const uint32_t begin = play->n_steps;

	if (parts->with_codes) {
		for (uint32_t i = 0; i < m->tickets_before; i++) {
			show_ticket(play, parts->papers, &parts->seed, parts->order[i],
			            (i + 0.5) / m->tickets_before);
			play->step[play->n_steps - 1].moves = i % 16 == 3;
		}
		/* Somebody of the first quarter comes by again late in this part, well out of view
		 * in between. */
		for (uint32_t i = 0; i < m->repeats_before; i++)
			show_ticket(play, parts->papers, &parts->seed,
			            parts->order[i * m->tickets_before / 4 / m->repeats_before],
			            0.8 + 0.2 * unit(&parts->seed));
		strangers(play, parts->papers, &parts->seed);
	}
	if (parts->with_texts)
		texts(play, &parts->seed, 0, m->texts_before, parts->n_texts);
	sort_from(play, begin);
}

static void the_kill(struct play *play, struct parts *parts)
{
	const struct measure *m = parts->measure;
	uint32_t begin;
	struct step *step;

	say(play, "kioskd gets a SIGKILL, as if somebody had pulled the plug, with a ticket in "
	          "view and texts on their way. "
	          "It starts again: tickets count at once; texts wait in the modem until the card "
	          "is shown, because the "
	          "key that hides phone numbers was in memory only.");
	if (parts->with_texts)
		texts(play, &parts->seed, m->texts_before, 2, parts->n_texts);
	step = add(play, STEP_KILL);
	step->ticket = parts->order[m->tickets_before];
	step->code = parts->papers->ticket[step->ticket].text;
	play->n_shown++;
	begin = play->n_steps;
	if (parts->with_codes) {
		for (uint32_t i = 1; i < m->tickets_while_waiting; i++)
			show_ticket(play, parts->papers, &parts->seed,
			            parts->order[m->tickets_before + i],
			            (double)i / m->tickets_while_waiting);
	}
	if (parts->with_texts)
		texts(play, &parts->seed, m->texts_before + 2, m->texts_while_waiting - 2,
		      parts->n_texts);
	sort_from(play, begin);
	if (parts->with_texts)
		add(play, STEP_WAITING);
	if (parts->with_codes)
		add(play, STEP_CARD);
	if (parts->with_codes && parts->with_texts)
		add(play, STEP_SETTLE);
}

static void after_the_kill(struct play *play, struct parts *parts)
{
	const struct measure *m = parts->measure;
	const uint32_t from = m->tickets_before + m->tickets_while_waiting;
	const uint32_t n = parts->papers->n_tickets - from - 2 * m->pairs, begin = play->n_steps;

	if (parts->with_codes) {
		for (uint32_t i = 0; i < n; i++) {
			show_ticket(play, parts->papers, &parts->seed, parts->order[from + i],
			            (i + 0.5) / n);
			play->step[play->n_steps - 1].moves = i % 16 == 3;
		}
		for (uint32_t i = 0; i < m->pairs; i++) {
			struct step *step = add(play, STEP_PAIR);

			step->condition = "plain";
			step->ticket = parts->order[from + n + 2 * i];
			step->ticket_too = parts->order[from + n + 2 * i + 1];
			step->key = unit(&parts->seed);
			play->n_shown += 2;
		}
		for (uint32_t i = 0; i < m->repeats_after; i++)
			show_ticket(play, parts->papers, &parts->seed,
			            parts->order[m->tickets_before / 2 +
			                         i * m->tickets_before / 2 / m->repeats_after],
			            unit(&parts->seed));
		add(play, STEP_OTHER_CARD)->key = unit(&parts->seed);
	}
	if (parts->with_texts)
		texts(play, &parts->seed, m->texts_before + m->texts_while_waiting, m->texts_after,
		      parts->n_texts);
	sort_from(play, begin);
}

void play_write(struct play *play, uint64_t seed, bool small, bool with_codes, bool with_texts,
                const struct papers *papers)
{
	struct parts parts = {.seed = seed,
	                      .measure = small ? &measure_small : &measure_full,
	                      .papers = papers,
	                      .with_codes = with_codes,
	                      .with_texts = with_texts};

	parts.n_texts = parts.measure->texts_before + parts.measure->texts_while_waiting +
	                parts.measure->texts_after;
	*play = (struct play){0};
	shuffle(&parts);
	say(play,
	    "The event card is held up to the camera: that opens the meeting, nothing is typed.");
	add(play, STEP_CARD);
	say(play, "People arrive with tickets, slips and phones, some send a text. The collector "
	          "cannot be reached: "
	          "nobody at the door notices.");
	before_the_kill(play, &parts);
	add(play, STEP_SETTLE);
	say(play, "Walk-ins without anything are counted by a volunteer's +1; one too many is "
	          "taken back.");
	walk_in(play, 1, 0, FIRST_NOT_ASKED);
	walk_in(play, 3, 2, FIRST_YES);
	walk_in(play, 1, 0, FIRST_NOT_ASKED);
	add(play, STEP_UNDO);
	/* A card in a person's hand cannot be shown again by a script. */
	if (with_codes)
		the_kill(play, &parts);
	say(play, "The collector can be reached from now on: sealed, signed totals go out by "
	          "themselves.");
	add(play, STEP_COLLECTOR);
	after_the_kill(play, &parts);
	walk_in(play, 1, 3, FIRST_NO);
	walk_in(play, 1, 0, FIRST_NOT_ASKED);
	add(play, STEP_SETTLE);
	if (!with_codes || !with_texts)
		add(play, STEP_LINGER);
	say(play, "The meeting is closed with a headcount; what stood for people is erased, totals "
	          "stay.");
	add(play, STEP_CLOSE);
}

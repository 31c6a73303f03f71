/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "catalogue.h"
#include "text.h"
#include "wish.h"

enum {
	DENIED_WORDS = 3,        /* so near a word of denial stands before what it denies */
	SHORT_MESSAGE_WORDS = 5, /* HERE among others means something else in a longer one */
	STOP_NOT_WORDS = 2,      /* of a MEANS_STOP_NOT that stand before the word itself */
};

/* Behind words of courtesy. */
static unsigned begin_of(const struct message *m)
{
	unsigned at = 0, n;

	while (at + 1 < m->words.n && (n = means(m, at, MEANS_PLEASE)) > 0 && at + n < m->words.n)
		at += n;
	return at;
}

/* Behind "wrong number", too. */
static unsigned stop_begin_of(const struct message *m, unsigned begin)
{
	unsigned at = begin + means(m, begin, MEANS_AWAY);

	return at > begin && at < m->words.n ? at : begin;
}

/* From `at` to `end` nothing but what speaks of messages, courtesy and keywords. */
static bool only_messages(const struct message *m, unsigned at, unsigned end)
{
	while (at < end) {
		unsigned n = means(m, at, MEANS_MESSAGES), please = means(m, at, MEANS_PLEASE);

		if (m->project != 0 && at == m->at)
			n = m->n;
		n = please > n ? please : n;
		if (n == 0)
			return false;
		at += n;
	}
	return true;
}

/* A word of this meaning, and nothing but what speaks of messages around it. */
static bool all_of(const struct message *m, unsigned from, enum meaning meaning)
{
	for (unsigned at = from; (at = first_of(m, at, meaning)) < m->words.n; at++)
		if (only_messages(m, from, at) &&
		    only_messages(m, at + means(m, at, meaning), m->words.n))
			return true;
	return false;
}

/* --- replies --- */

static bool stop_means_else(const struct message *m, unsigned at)
{
	for (unsigned back = 0; back <= STOP_NOT_WORDS && back <= at; back++)
		if (means(m, at - back, MEANS_STOP_NOT) > back)
			return true;
	return false;
}

/* "Don't ever text me": no person says so of himself. */
static bool denies_contact(const struct message *m)
{
	for (unsigned at = 0; (at = first_of(m, at, MEANS_STOP_DENY)) < m->words.n; at++) {
		unsigned n = means(m, at, MEANS_STOP_DENY);

		if (at > 0 && means(m, at - 1, MEANS_SELF) > 0)
			continue;
		for (unsigned k = at + n; k < at + n + DENIED_WORDS && k < m->words.n; k++)
			if (means(m, k, MEANS_CONTACT) > 0)
				return !stop_means_else(m, at);
	}
	return false;
}

/* STPO, alone */
static bool misspells_stop(const struct message *m)
{
	const char *word = m->words.word[0], *item;
	char stop[WORD_BYTES_MAX + 1];
	size_t len;

	if (m->words.n != 1 || m->known[0].n > 0 || m->project != 0)
		return false;
	for (unsigned language = 0; language < catalogue_languages(); language++)
		for (unsigned i = 0;
		     (item = vocabulary_item(MEANS_STOP, language, i, &len)) != NULL; i++) {
			text_format(stop, sizeof(stop), "%.*s", (int)len, item);
			if (word[0] == stop[0] && words_one_edit(word, stop))
				return true;
		}
	return false;
}

static bool wants_stop(const struct message *m, unsigned begin)
{
	unsigned at;

	if ((means(m, begin, MEANS_STOP) > 0 && !stop_means_else(m, begin)) || misspells_stop(m))
		return true;
	if (all_of(m, stop_begin_of(m, begin), MEANS_STOP_ALONE))
		return true;
	for (at = 0; (at = first_of(m, at, MEANS_STOP_SAID)) < m->words.n; at++)
		if (!stop_means_else(m, at))
			return true;
	/* "wrong number stop" */
	if (m->question || means(m, begin, MEANS_ASKING) > 0)
		return false;
	for (at = begin; (at = first_of(m, at, MEANS_STOP)) < m->words.n; at++)
		if (!stop_means_else(m, at) &&
		    only_messages(m, at + means(m, at, MEANS_STOP), m->words.n))
			return true;
	return denies_contact(m);
}

enum sms_ask wish_of(const struct message *m)
{
	unsigned begin = begin_of(m), n = m->words.n;

	if (n == 0)
		return SMS_ASK_NOTHING;
	if (means(m, begin, MEANS_UNDO) > 0 || (n <= 3 && means(m, n - 1, MEANS_UNDO) > 0))
		return SMS_ASK_UNDO;
	if (wants_stop(m, begin))
		return SMS_ASK_STOP;
	if (all_of(m, begin, MEANS_START))
		return SMS_ASK_START;
	if (means(m, begin, MEANS_HELP) > 0 && m->project == 0)
		return SMS_ASK_HELP;
	return SMS_ASK_NOTHING;
}

/* --- here or not --- */

static bool is_denied(const struct message *m, unsigned at)
{
	for (unsigned back = 1; back <= DENIED_WORDS && back <= at; back++)
		if (means(m, at - back, MEANS_NOT) > 0)
			return true;
	return false;
}

/* Where somebody says to be here; words.n: nowhere. */
static unsigned here_said(const struct message *m)
{
	unsigned at = 0;

	while ((at = first_of(m, at, MEANS_HERE_SAID)) < m->words.n && is_denied(m, at))
		at++;
	return at;
}

static bool denies(const struct message *m)
{
	for (unsigned at = 0; (at = first_of(m, at, MEANS_NOT)) < m->words.n; at++) {
		unsigned n = means(m, at, MEANS_NOT);

		for (unsigned k = at + n; k < at + n + DENIED_WORDS && k < m->words.n; k++)
			if (means(m, k, MEANS_COMING) > 0 &&
			    !(m->project != 0 && k >= m->at && k < m->at + m->n))
				return true;
	}
	return false;
}

static bool asks(const struct message *m)
{
	unsigned begin = begin_of(m), n = means(m, begin, MEANS_ASKING_FOR), here = here_said(m);

	/* "can you check me in", and "I'm here, where do I park?" */
	if (n > 0 && here >= begin + n && here <= begin + n + 2)
		return false;
	if (here < begin || (here == begin && here < m->words.n))
		return false;
	if (m->words.sign[0] == '?' || means(m, begin, MEANS_ASKING) > 0)
		return true;
	if (m->question && means(m, begin, MEANS_ASKING_MARK) > 0)
		return true;
	/* "river where is it" */
	return m->project != 0 && m->at + m->n < m->words.n && m->words.sign[m->at + m->n] == ' ' &&
	       means(m, m->at + m->n, MEANS_ASKING) > 0 && here == m->words.n;
}

bool wish_is_away(const struct message *m)
{
	bool here = here_said(m) < m->words.n;

	if (first_of(m, 0, MEANS_AWAY) < m->words.n || asks(m))
		return true;
	return !here && (denies(m) || first_of(m, 0, MEANS_LATER) < m->words.n);
}

bool wish_is_here(const struct message *m)
{
	unsigned at = first_of(m, 0, MEANS_HERE);

	if (here_said(m) < m->words.n)
		return true;
	return at < m->words.n && m->words.n <= SHORT_MESSAGE_WORDS && !is_denied(m, at);
}

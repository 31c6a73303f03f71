/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <kiosk/msg.h>

#include "catalogue.h"
#include "keyword.h"
#include "message.h"
#include "origin.h"
#include "party.h"
#include "wish.h"

static void set_people(struct sms_request *request, const struct party *party,
                       const struct manifest *m)
{
	unsigned most = m->party_max > 0 ? m->party_max : 1;

	request->people_said = party->people != 0;
	request->people = (uint8_t)(party->people == 0 ? 1 : party->people);
	request->people_unsure = party->without_all;
	if (party->people > most) {
		request->people = (uint8_t)most;
		request->people_cut = true;
	}
}

static enum first first_time_of(const struct message *message)
{
	for (unsigned i = 0; i < message->words.n; i++)
		if (means(message, i, MEANS_FIRST) > 0 || means(message, i, MEANS_NEW) > 0)
			return FIRST_YES;
	return FIRST_NOT_ASKED;
}

/* Index of the manifest's language that is this one of the catalogue. */
static uint8_t language_index(const struct manifest *m, uint8_t language)
{
	for (uint8_t i = 0; language != VOCABULARY_SEVERAL && i < m->n_languages; i++)
		if (catalogue_speaks(language, m->language[i].s))
			return i;
	return SMS_LANGUAGE_ANY;
}

/* The one language that a word's meanings are of; VOCABULARY_SEVERAL: they are of several. */
static uint8_t word_language(const struct known *known)
{
	uint8_t language = known->phrase[0].language;

	for (unsigned i = 1; i < known->n; i++)
		if (known->phrase[i].language != language)
			return VOCABULARY_SEVERAL;
	return language;
}

/* The one language of the manifest that known words are in. "es-419" is es. */
static uint8_t language_of(const struct message *message, bool volunteer)
{
	uint8_t language = VOCABULARY_SEVERAL;

	if (message->manifest->n_languages == 1)
		return 0;
	for (unsigned i = 0; i < message->words.n; i++) {
		const struct known *known = &message->known[i];
		uint8_t its = known->n > 0 ? word_language(known) : VOCABULARY_SEVERAL;

		if (its == VOCABULARY_SEVERAL ||
		    (message->project != 0 && i >= message->at && i < message->at + message->n) ||
		    (!volunteer && means(message, i, MEANS_STATUS) > 0))
			continue;
		if (language != VOCABULARY_SEVERAL && language != its)
			return SMS_LANGUAGE_ANY;
		language = its;
	}
	return language_index(message->manifest, language);
}

/* Nothing but words that may stand in a check-in without a project. */
static bool only_known(const struct message *m)
{
	for (unsigned i = 0; i < m->words.n; i++)
		if (!m->used[i] && m->known[i].n == 0)
			return false;
	return true;
}

static bool counts_without_keyword(const struct message *m, const struct party *party)
{
	if (wish_is_here(m))
		return true;
	if (!only_known(m))
		return false;
	return party->whole || first_of(m, 0, MEANS_FIRST) < m->words.n ||
	       (party->people != 0 && first_of(m, 0, MEANS_ALONE) == m->words.n);
}

static bool is_status(const struct message *m)
{
	return m->words.n == 1 && means(m, 0, MEANS_STATUS) == 1;
}

static void read_request(struct message *message, struct sms_request *ret)
{
	const struct manifest *manifest = message->manifest;
	struct party party;

	ret->ask = wish_of(message);
	ret->project = message->project;
	if (ret->ask != SMS_ASK_NOTHING)
		return;
	ret->project = 0;
	if (wish_is_away(message))
		return;
	party_read(message, &party);
	if (message->project == 0 && !counts_without_keyword(message, &party))
		return;
	ret->ask = SMS_ASK_CHECK_IN;
	ret->project = message->project;
	ret->first = first_time_of(message);
	set_people(ret, &party, manifest);
}

void keyword_read(const char *text, const struct manifest *manifest, bool volunteer,
                  struct sms_request *ret)
{
	struct sms_request request = {.ask = SMS_ASK_NOTHING, .people = 1};
	struct message message;
	char edited[SMS_TEXT_BYTES_MAX + 1];
	enum origin origin;

	if (origin_edited(text, edited, sizeof(edited)))
		text = edited;
	message_read(&message, text, manifest);
	request.language = language_of(&message, volunteer);
	origin = message.words.n > 0 ? origin_of(text, &message) : ORIGIN_PERSON;
	if (origin == ORIGIN_NOBODY) {
		request.ask = SMS_ASK_IGNORE;
	} else if (volunteer && is_status(&message)) {
		request.ask = SMS_ASK_STATUS;
	} else if (origin == ORIGIN_PERSON) {
		read_request(&message, &request);
	}
	*ret = request;
}

/* --- what may be a keyword --- */

static bool is_word(enum meaning meaning, const char *word)
{
	return vocabulary_has(meaning, word);
}

const char *keyword_refuse(const char *keyword)
{
	struct words words;
	char word[WORD_BYTES_MAX + 1];

	words_read(keyword, &words);
	words_join(&words, word, sizeof(word));
	if (word[0] == '\0')
		return "A keyword needs a letter or a digit.";
	if (party_of_digits(word) != 0)
		return "A number from 1 to 20 is a party size; put a word before it.";
	if (is_word(MEANS_STATUS, word))
		return "By this word volunteers ask how it goes; choose another.";
	if (is_word(MEANS_NUMBER, word))
		return "This word is a party size; choose another.";
	if (is_word(MEANS_FIRST, word) || is_word(MEANS_NEW, word))
		return "This word says \"first meeting this year\"; choose another.";
	if (is_word(MEANS_STOP, word) || is_word(MEANS_STOP_ALONE, word) ||
	    is_word(MEANS_START, word) || is_word(MEANS_HELP, word) || is_word(MEANS_UNDO, word))
		return "This word is reserved for STOP, START, HELP and UNDO; choose another.";
	if (!is_word(MEANS_HERE, word) &&
	    (is_word(MEANS_FILLER, word) || is_word(MEANS_PLEASE, word)))
		return "This word is too common to stand for a project; choose another.";
	return NULL;
}

bool keyword_same(const char *a, const char *b)
{
	struct words words;
	char plain_a[WORD_BYTES_MAX + 1], plain_b[WORD_BYTES_MAX + 1];

	words_read(a, &words);
	words_join(&words, plain_a, sizeof(plain_a));
	words_read(b, &words);
	words_join(&words, plain_b, sizeof(plain_b));
	return strcmp(plain_a, plain_b) == 0;
}

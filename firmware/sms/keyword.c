/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "catalogue.h"
#include "keyword.h"
#include "reply.h"
#include "vocabulary.h"

enum {
	FUZZY_LETTERS_MIN = 5, /* shorter keywords must be written as they are */
	SHORT_MESSAGE_WORDS = 4,
};

static bool means(const char *text, enum meaning meaning)
{
	struct known_word word;
	return vocabulary_find(text, &word) && word.meaning == meaning;
}

/* --- not from a person --- */

/* All of the words are a telephone's in front of what was reacted to. */
static bool is_reacting(const struct words *words, unsigned n)
{
	return n > 0 && vocabulary_phrase(MEANS_REACTION, words, 0) == n;
}

/* A telephone's words and a quotation, or the kind of message that there was no text to quote of. */
static bool is_reaction(const char *text, const struct words *words)
{
	static const char *const quote[] = {"\xe2\x80\x9c", "\xc2\xab", "\""};
	char before[128];
	struct words said;
	const char *open = NULL;
	unsigned n = vocabulary_phrase(MEANS_REACTION, words, 0);

	if (n > 0 && n < words->n && vocabulary_phrase(MEANS_PICTURE, words, n) == words->n - n)
		return true;
	for (size_t i = 0; i < sizeof(quote) / sizeof(quote[0]); i++) {
		const char *at = strstr(text, quote[i]);
		if (at != NULL && (open == NULL || at < open))
			open = at;
	}
	if (open == NULL || (size_t)(open - text) >= sizeof(before))
		return false;
	memcpy(before, text, (size_t)(open - text));
	before[open - text] = '\0';
	words_read(before, &said);
	return is_reacting(&said, said.n);
}

static bool is_automatic(const struct words *words)
{
	for (unsigned at = 0; at < words->n; at++)
		if (vocabulary_phrase(MEANS_AUTOMATIC, words, at) > 0)
			return true;
	return false;
}

/* --- projects --- */

/* Where a project's keyword stands. */
struct hit {
	uint16_t project; /* 0: none */
	unsigned at, n;   /* words it takes */
	uint8_t glued;    /* a party size glued to it: RIVER3 */
};

/* A number of one or two digits from 1 to PARTY_MAX; else 0. */
static uint8_t party_of(const char *digits)
{
	size_t n = strspn(digits, "0123456789");
	if (n == 0 || n > 2 || digits[n] != '\0')
		return 0;
	unsigned value = (unsigned)(digits[0] - '0');
	if (n == 2)
		value = value * 10 + (unsigned)(digits[1] - '0');
	return value <= PARTY_MAX ? (uint8_t)value : 0;
}

/* Takes a party size off either end of a word. Both parts are there, or it returns 0. */
static uint8_t split_party(const char *word, char rest[WORD_BYTES_MAX + 1])
{
	size_t n = strlen(word), head = strspn(word, "0123456789"), tail = 0;
	while (tail < n && word[n - 1 - tail] >= '0' && word[n - 1 - tail] <= '9')
		tail++;
	uint8_t people = 0;
	char digits[WORD_BYTES_MAX + 1] = "";
	if (tail > 0 && tail < n) {
		people = party_of(word + n - tail);
		memcpy(rest, word, n - tail);
		rest[n - tail] = '\0';
	} else if (head > 0 && head < n) {
		memcpy(digits, word, head);
		people = party_of(digits);
		memcpy(rest, word + head, n - head + 1);
	}
	return people;
}

static bool same_word(const char *word, const char *keyword, bool fuzzy)
{
	if (!fuzzy)
		return strcmp(word, keyword) == 0;
	return words_letters(keyword) >= FUZZY_LETTERS_MIN && words_one_edit(word, keyword);
}

/* The project whose keyword is `word`; 0: none, or with `fuzzy` more than one. */
static uint16_t project_of(const char *word, const struct manifest *m, bool fuzzy)
{
	uint16_t found = 0;
	for (unsigned p = 0; p < m->n_projects; p++) {
		for (unsigned k = 0; k < m->project[p].n_keywords; k++) {
			struct words words;
			char keyword[WORD_BYTES_MAX + 1];
			words_read(m->project[p].keyword[k].s, &words);
			words_join(&words, keyword, sizeof(keyword));
			if (keyword[0] == '\0' || !same_word(word, keyword, fuzzy))
				continue;
			if (!fuzzy)
				return m->project[p].id;
			if (found != 0 && found != m->project[p].id)
				return 0;
			found = m->project[p].id;
		}
	}
	return found;
}

static bool hit_at(const struct words *words, unsigned at, const struct manifest *m, bool fuzzy,
                   struct hit *ret)
{
	char rest[WORD_BYTES_MAX + 1];
	struct hit hit = {.at = at, .n = 1};
	struct known_word known;

	/* a word we know is no misspelt keyword */
	if (fuzzy && vocabulary_find(words->word[at], &known))
		return false;
	hit.project = project_of(words->word[at], m, fuzzy);
	if (hit.project == 0 && !fuzzy && at + 1 < words->n) {
		struct words two = {.n = 2};
		memcpy(two.word, words->word[at], 2 * sizeof(two.word[0]));
		char joined[2 * WORD_BYTES_MAX + 1];
		words_join(&two, joined, sizeof(joined));
		hit.project = project_of(joined, m, false);
		hit.n = hit.project != 0 ? 2 : 1;
	}
	if (hit.project == 0) {
		hit.glued = split_party(words->word[at], rest);
		if (hit.glued != 0)
			hit.project = project_of(rest, m, fuzzy);
	}
	if (hit.project != 0)
		*ret = hit;
	return hit.project != 0;
}

static bool find_project(const struct words *words, const struct manifest *m, struct hit *ret)
{
	for (int fuzzy = 0; fuzzy < 2; fuzzy++)
		for (unsigned at = 0; at < words->n; at++)
			if (hit_at(words, at, m, fuzzy, ret))
				return true;
	return false;
}

/* --- party, first time, language --- */

static uint8_t number_at(const struct words *words, unsigned at)
{
	struct known_word known;
	if (vocabulary_phrase(MEANS_NOT_PEOPLE, words, at + 1) > 0)
		return 0;
	return vocabulary_find(words->word[at], &known) && known.meaning == MEANS_NUMBER
	           ? known.number
	           : party_of(words->word[at]);
}

/* The number next to a keyword, over fillers: behind it, else before it. */
static uint8_t number_beside(const struct words *words, unsigned at, unsigned n)
{
	unsigned i = at + n;
	while (i < words->n &&
	       (means(words->word[i], MEANS_FILLER) || means(words->word[i], MEANS_FIRST) ||
	        means(words->word[i], MEANS_NEW)))
		i++;
	uint8_t people = i < words->n ? number_at(words, i) : 0;
	for (i = at; people == 0 && i > 0; i--) {
		people = number_at(words, i - 1);
		if (!means(words->word[i - 1], MEANS_FILLER))
			break;
	}
	return people;
}

static void set_people(struct sms_request *request, uint8_t people, const struct manifest *m)
{
	uint8_t most = m->party_max > 0 ? m->party_max : 1;
	request->people_said = people != 0;
	request->people = people == 0 ? 1 : people;
	if (request->people > most) {
		request->people = most;
		request->people_cut = true;
	}
}

static enum first first_of(const struct words *words)
{
	for (unsigned i = 0; i < words->n; i++)
		if (means(words->word[i], MEANS_FIRST) || means(words->word[i], MEANS_NEW))
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

/* The one language of the manifest that known words are in. "es-419" is es. */
static uint8_t language_of(const struct words *words, const struct manifest *m)
{
	uint8_t language = VOCABULARY_SEVERAL;
	if (m->n_languages == 1)
		return 0;
	for (unsigned i = 0; i < words->n; i++) {
		struct known_word known;
		if (!vocabulary_find(words->word[i], &known) ||
		    known.language == VOCABULARY_SEVERAL)
			continue;
		if (language != VOCABULARY_SEVERAL && language != known.language)
			return SMS_LANGUAGE_ANY;
		language = known.language;
	}
	return language_index(m, language);
}

/* --- the order of the rules --- */

/* Words that speak to us and not of a project. */
static bool reserved(const struct words *words, const struct manifest *m, enum sms_ask *ret)
{
	struct known_word known;
	struct hit hit;
	unsigned at = 0;
	while (at + 1 < words->n && means(words->word[at], MEANS_PLEASE))
		at++;
	bool alone = words->n == at + 1, is_known = vocabulary_find(words->word[at], &known);

	if (vocabulary_phrase(MEANS_STOP, words, at) > 0 ||
	    (is_known && known.meaning == MEANS_STOP_ALONE && alone))
		*ret = SMS_ASK_STOP;
	else if (is_known && known.meaning == MEANS_START_ALONE && alone)
		*ret = SMS_ASK_START;
	else if (is_known && known.meaning == MEANS_HELP_ALONE && !find_project(words, m, &hit))
		*ret = SMS_ASK_HELP;
	else if (is_known && known.meaning == MEANS_UNDO)
		*ret = SMS_ASK_UNDO;
	else if (words->n <= 3 && means(words->word[words->n - 1], MEANS_UNDO))
		*ret = SMS_ASK_UNDO;
	else
		return false;
	return true;
}

/* Nothing but words that may stand in a check-in without a project. */
static bool general(const struct words *words, uint8_t *ret_people)
{
	bool here = false, only_known = true;
	uint8_t people = 0;
	if (words->n > SHORT_MESSAGE_WORDS)
		return false;
	for (unsigned i = 0; i < words->n; i++) {
		char rest[WORD_BYTES_MAX + 1];
		uint8_t number = number_at(words, i), glued = split_party(words->word[i], rest);
		struct known_word word;
		bool known = vocabulary_find(words->word[i], &word);
		bool here3 = glued != 0 && means(rest, MEANS_HERE);
		if (people == 0)
			people = here3 ? glued : number;
		here |= here3 || vocabulary_phrase(MEANS_HERE, words, i) > 0;
		only_known &= number != 0 || (known && (word.meaning == MEANS_FIRST ||
		                                        word.meaning == MEANS_FILLER ||
		                                        word.meaning == MEANS_PLEASE));
	}
	*ret_people = people;
	return here || (only_known && (people != 0 || first_of(words) == FIRST_YES));
}

void keyword_read(const char *text, const struct manifest *manifest, bool volunteer,
                  struct sms_request *ret)
{
	struct sms_request request = {
	    .ask = SMS_ASK_NOTHING, .people = 1, .language = SMS_LANGUAGE_ANY};
	struct words words;
	struct hit hit;
	uint8_t people;

	words_read(text, &words);
	request.language = language_of(&words, manifest);
	if (words.n == 0) {
		request.ask = SMS_ASK_NOTHING;
	} else if (is_reaction(text, &words) || is_automatic(&words) || reply_is_ours(text)) {
		request.ask = SMS_ASK_IGNORE;
	} else if (volunteer && words.n == 1 && vocabulary_phrase(MEANS_STATUS, &words, 0) == 1) {
		uint8_t language = vocabulary_language(MEANS_STATUS, words.word[0]);
		request.ask = SMS_ASK_STATUS;
		request.language =
		    manifest->n_languages == 1 ? 0 : language_index(manifest, language);
	} else if (reserved(&words, manifest, &request.ask)) {
		request.project = find_project(&words, manifest, &hit) ? hit.project : 0;
	} else if (find_project(&words, manifest, &hit)) {
		request.ask = SMS_ASK_CHECK_IN;
		request.project = hit.project;
		request.first = first_of(&words);
		set_people(&request,
		           hit.glued != 0 ? hit.glued : number_beside(&words, hit.at, hit.n),
		           manifest);
	} else if (general(&words, &people)) {
		request.ask = SMS_ASK_CHECK_IN;
		request.first = first_of(&words);
		set_people(&request, people, manifest);
	}
	*ret = request;
}

const char *keyword_refuse(const char *keyword)
{
	struct words words;
	char plain[WORD_BYTES_MAX + 1];
	words_read(keyword, &words);
	words_join(&words, plain, sizeof(plain));
	struct known_word known;
	if (plain[0] == '\0')
		return "A keyword needs a letter or a digit.";
	if (party_of(plain) != 0)
		return "A number from 1 to 20 is a party size; put a word before it.";
	if (vocabulary_phrase(MEANS_STATUS, &words, 0) > 0)
		return "By this word volunteers ask how it goes; choose another.";
	if (!vocabulary_find(plain, &known))
		return NULL;
	switch (known.meaning) {
	case MEANS_HERE:
		return NULL; /* a project may take it for its own */
	case MEANS_NUMBER:
		return "This word is a party size; choose another.";
	case MEANS_FILLER:
	case MEANS_PLEASE:
		return "This word is too common to stand for a project; choose another.";
	case MEANS_FIRST:
	case MEANS_NEW:
		return "This word says \"first meeting this year\"; choose another.";
	default:
		return "This word is reserved for STOP, START, HELP and UNDO; choose another.";
	}
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

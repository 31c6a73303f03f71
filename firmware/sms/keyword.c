/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "catalogue.h"
#include "keyword.h"
#include "reply.h"
#include "text.h"
#include "vocabulary.h"

enum {
	FUZZY_LETTERS_MIN = 5, /* shorter keywords must be written as they are */
	SHORT_MESSAGE_WORDS = 4,
};

/* A text and the manifest it is read against, in plain words. */
struct message {
	const struct manifest *manifest;
	struct words words;
	struct known_word known[WORDS_MAX];
	unsigned n_keywords;
	struct {
		uint16_t project;
		bool fuzzy; /* one letter may be wrong */
		char word[WORD_BYTES_MAX + 1];
	} keyword[PROJECTS_MAX * KEYWORDS_MAX];
};

static void plain(const char *keyword, char ret[WORD_BYTES_MAX + 1])
{
	struct words words;
	words_read(keyword, &words);
	words_join(&words, ret, WORD_BYTES_MAX + 1);
}

static void message_read(struct message *message, const char *text, const struct manifest *manifest)
{
	message->manifest = manifest;
	words_read(text, &message->words);
	vocabulary_read(&message->words, message->known);
	message->n_keywords = 0;
	for (unsigned p = 0; p < manifest->n_projects; p++)
		for (unsigned k = 0; k < manifest->project[p].n_keywords; k++) {
			unsigned i = message->n_keywords;
			plain(manifest->project[p].keyword[k].s, message->keyword[i].word);
			message->keyword[i].project = manifest->project[p].id;
			message->keyword[i].fuzzy =
			    words_letters(message->keyword[i].word) >= FUZZY_LETTERS_MIN;
			message->n_keywords += message->keyword[i].word[0] != '\0';
		}
}

static bool means(const struct message *message, unsigned at, enum meaning meaning)
{
	return message->known[at].meaning == meaning;
}

/* --- not from a person --- */

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
	return said.n > 0 && vocabulary_phrase(MEANS_REACTION, &said, 0) == said.n;
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

/* The project whose keyword is `word`; 0: none, or with `fuzzy` more than one. */
static uint16_t project_of(const struct message *message, const char *word, bool fuzzy)
{
	uint16_t found = 0;
	for (unsigned i = 0; i < message->n_keywords; i++) {
		const char *keyword = message->keyword[i].word;
		uint16_t project = message->keyword[i].project;
		if (!fuzzy && strcmp(word, keyword) == 0)
			return project;
		if (!fuzzy || !message->keyword[i].fuzzy || !words_one_edit(word, keyword))
			continue;
		if (found != 0 && found != project)
			return 0;
		found = project;
	}
	return found;
}

static bool hit_at(const struct message *message, unsigned at, bool fuzzy, struct hit *ret)
{
	const struct words *words = &message->words;
	char rest[WORD_BYTES_MAX + 1];
	struct hit hit = {.at = at, .n = 1};

	/* a word we know is no misspelt keyword */
	if (fuzzy && !means(message, at, MEANS_NOTHING))
		return false;
	hit.project = project_of(message, words->word[at], fuzzy);
	if (hit.project == 0 && !fuzzy && at + 1 < words->n) {
		char joined[2 * WORD_BYTES_MAX + 1];
		text_format(joined, sizeof(joined), "%s%s", words->word[at], words->word[at + 1]);
		hit.project = project_of(message, joined, false);
		hit.n = hit.project != 0 ? 2 : 1;
	}
	if (hit.project == 0) {
		hit.glued = split_party(words->word[at], rest);
		if (hit.glued != 0)
			hit.project = project_of(message, rest, fuzzy);
	}
	if (hit.project != 0)
		*ret = hit;
	return hit.project != 0;
}

static bool find_project(const struct message *message, struct hit *ret)
{
	for (int fuzzy = 0; fuzzy < 2; fuzzy++)
		for (unsigned at = 0; at < message->words.n; at++)
			if (hit_at(message, at, fuzzy, ret))
				return true;
	return false;
}

/* --- party, first time, language --- */

static uint8_t number_at(const struct message *message, unsigned at)
{
	if (vocabulary_phrase(MEANS_NOT_PEOPLE, &message->words, at + 1) > 0)
		return 0;
	return means(message, at, MEANS_NUMBER) ? message->known[at].number
	                                        : party_of(message->words.word[at]);
}

/* The number next to a keyword, over fillers: behind it, else before it. */
static uint8_t number_beside(const struct message *message, unsigned at, unsigned n)
{
	unsigned i = at + n;
	while (i < message->words.n &&
	       (means(message, i, MEANS_FILLER) || means(message, i, MEANS_FIRST) ||
	        means(message, i, MEANS_NEW)))
		i++;
	uint8_t people = i < message->words.n ? number_at(message, i) : 0;
	for (i = at; people == 0 && i > 0; i--) {
		people = number_at(message, i - 1);
		if (!means(message, i - 1, MEANS_FILLER))
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

static enum first first_of(const struct message *message)
{
	for (unsigned i = 0; i < message->words.n; i++)
		if (means(message, i, MEANS_FIRST) || means(message, i, MEANS_NEW))
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
static uint8_t language_of(const struct message *message)
{
	uint8_t language = VOCABULARY_SEVERAL;
	if (message->manifest->n_languages == 1)
		return 0;
	for (unsigned i = 0; i < message->words.n; i++) {
		uint8_t known = message->known[i].language;
		if (means(message, i, MEANS_NOTHING) || known == VOCABULARY_SEVERAL)
			continue;
		if (language != VOCABULARY_SEVERAL && language != known)
			return SMS_LANGUAGE_ANY;
		language = known;
	}
	return language_index(message->manifest, language);
}

/* --- the order of the rules --- */

/* Words that speak to us and not of a project. */
static bool reserved(const struct message *message, enum sms_ask *ret)
{
	struct hit hit;
	unsigned at = 0, n = message->words.n;
	while (at + 1 < n && means(message, at, MEANS_PLEASE))
		at++;
	bool alone = n == at + 1;

	if (vocabulary_phrase(MEANS_STOP, &message->words, at) > 0 ||
	    (means(message, at, MEANS_STOP_ALONE) && alone))
		*ret = SMS_ASK_STOP;
	else if (means(message, at, MEANS_START_ALONE) && alone)
		*ret = SMS_ASK_START;
	else if (means(message, at, MEANS_HELP_ALONE) && !find_project(message, &hit))
		*ret = SMS_ASK_HELP;
	else if (means(message, at, MEANS_UNDO) || (n <= 3 && means(message, n - 1, MEANS_UNDO)))
		*ret = SMS_ASK_UNDO;
	else
		return false;
	return true;
}

/* Nothing but words that may stand in a check-in without a project. */
static bool general(const struct message *message, uint8_t *ret_people)
{
	bool here = false, only_known = true;
	uint8_t people = 0;
	if (message->words.n > SHORT_MESSAGE_WORDS)
		return false;
	for (unsigned i = 0; i < message->words.n; i++) {
		char rest[WORD_BYTES_MAX + 1];
		uint8_t number = number_at(message, i),
		        glued = split_party(message->words.word[i], rest);
		bool here3 = glued != 0 && vocabulary_find(rest).meaning == MEANS_HERE;
		if (people == 0)
			people = here3 ? glued : number;
		here |= here3 || vocabulary_phrase(MEANS_HERE, &message->words, i) > 0;
		only_known &= number != 0 || means(message, i, MEANS_FIRST) ||
		              means(message, i, MEANS_FILLER) || means(message, i, MEANS_PLEASE);
	}
	*ret_people = people;
	return here || (only_known && (people != 0 || first_of(message) == FIRST_YES));
}

static bool is_status(const struct words *words)
{
	return words->n == 1 && vocabulary_phrase(MEANS_STATUS, words, 0) == 1;
}

void keyword_read(const char *text, const struct manifest *manifest, bool volunteer,
                  struct sms_request *ret)
{
	struct sms_request request = {.ask = SMS_ASK_NOTHING, .people = 1};
	struct message message;
	const struct words *words = &message.words;
	struct hit hit;
	uint8_t people;

	message_read(&message, text, manifest);
	request.language = language_of(&message);
	if (words->n == 0) {
		request.ask = SMS_ASK_NOTHING;
	} else if (is_reaction(text, words) || vocabulary_holds(MEANS_AUTOMATIC, words) ||
	           reply_is_ours(words)) {
		request.ask = SMS_ASK_IGNORE;
	} else if (volunteer && is_status(words)) {
		uint8_t language = vocabulary_language(MEANS_STATUS, words->word[0]);
		request.ask = SMS_ASK_STATUS;
		request.language =
		    manifest->n_languages == 1 ? 0 : language_index(manifest, language);
	} else if (reserved(&message, &request.ask)) {
		request.project = find_project(&message, &hit) ? hit.project : 0;
	} else if (find_project(&message, &hit)) {
		request.ask = SMS_ASK_CHECK_IN;
		request.project = hit.project;
		request.first = first_of(&message);
		set_people(&request,
		           hit.glued != 0 ? hit.glued : number_beside(&message, hit.at, hit.n),
		           manifest);
	} else if (general(&message, &people)) {
		request.ask = SMS_ASK_CHECK_IN;
		request.first = first_of(&message);
		set_people(&request, people, manifest);
	}
	*ret = request;
}

const char *keyword_refuse(const char *keyword)
{
	struct words words;
	char word[WORD_BYTES_MAX + 1];
	words_read(keyword, &words);
	plain(keyword, word);
	if (word[0] == '\0')
		return "A keyword needs a letter or a digit.";
	if (party_of(word) != 0)
		return "A number from 1 to 20 is a party size; put a word before it.";
	if (vocabulary_phrase(MEANS_STATUS, &words, 0) > 0)
		return "By this word volunteers ask how it goes; choose another.";
	switch (vocabulary_find(word).meaning) {
	case MEANS_NOTHING:
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
	char plain_a[WORD_BYTES_MAX + 1], plain_b[WORD_BYTES_MAX + 1];
	plain(a, plain_a);
	plain(b, plain_b);
	return strcmp(plain_a, plain_b) == 0;
}

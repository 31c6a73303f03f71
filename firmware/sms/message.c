/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "message.h"
#include "text.h"

enum {
	ONE_EDIT_LETTERS = 5, /* shorter keywords must be written as they are, or as they sound */
	TWO_EDIT_LETTERS = 8,
	ALONE_LETTERS = 4, /* in a text that is nothing else, letters may be swapped in these */
	ALONE_TWO_EDIT_LETTERS = 7, /* and two be wrong in these */
	JOINED_LETTERS = 5,         /* so long a keyword may have a word written to it, */
	JOINED_WORD_LETTERS = 3,    /* so long */
	SPELT_LETTERS = 3,          /* as many single letters in a row are a word */
};

unsigned means(const struct message *message, unsigned at, enum meaning meaning)
{
	return at < message->words.n ? known_as(&message->known[at], meaning) : 0;
}

unsigned first_of(const struct message *message, unsigned from, enum meaning meaning)
{
	while (from < message->words.n && means(message, from, meaning) == 0)
		from++;
	return from;
}

/* --- keywords --- */

static void keywords_read(struct message *message, const struct manifest *manifest)
{
	struct words words;

	message->manifest = manifest;
	message->n_keywords = 0;
	for (unsigned p = 0; p < manifest->n_projects; p++)
		for (unsigned k = 0; k < manifest->project[p].n_keywords; k++) {
			struct plain_keyword *to = &message->keyword[message->n_keywords];

			words_read(manifest->project[p].keyword[k].s, &words);
			words_join(&words, to->word, sizeof(to->word));
			words_sound(to->word, to->sound);
			to->project = manifest->project[p].id;
			to->letters = (uint8_t)words_letters(to->word);
			message->n_keywords += to->word[0] != '\0';
		}
}

/* How near a word must be to a keyword. */
enum nearness {
	NEAR_SAME,
	NEAR_SOUND, /* it sounds like it, is its plural, or has digits for letters */
	NEAR_EDIT,  /* a letter is wrong */
	NEARNESSES,
};

/* R1VER, P4RK: digits that look like letters. */
static bool same_in_digits(const char *word, const char *keyword)
{
	static const char digits[] = "0134578", letters[] = "oieastb";
	size_t i = 0, replaced = 0;

	for (; word[i] != '\0' && keyword[i] != '\0'; i++) {
		const char *at = strchr(digits, word[i]);

		if (word[i] == keyword[i])
			continue;
		if (at == NULL ||
		    (letters[at - digits] != keyword[i] && !(word[i] == '1' && keyword[i] == 'l')))
			return false;
		replaced++;
	}
	return word[i] == keyword[i] && i >= 4 && replaced > 0 && replaced < i;
}

static bool is_plural(const char *word, const char *keyword)
{
	size_t n = strlen(keyword);

	if (n < 4)
		return false;
	if (strncmp(word, keyword, n) == 0)
		return strcmp(word + n, "s") == 0 || strcmp(word + n, "es") == 0;
	return keyword[n - 1] == 'y' && strncmp(word, keyword, n - 1) == 0 &&
	       strcmp(word + n - 1, "ies") == 0;
}

static bool is_swap(const char *word, const char *keyword)
{
	size_t i = 0;

	while (word[i] != '\0' && word[i] == keyword[i])
		i++;
	return word[i] != '\0' && word[i + 1] != '\0' && word[i] == keyword[i + 1] &&
	       word[i + 1] == keyword[i] && strcmp(word + i + 2, keyword + i + 2) == 0;
}

static bool is_near(const char *word, const char *sound, const struct plain_keyword *keyword,
                    enum nearness nearness, bool alone)
{
	switch (nearness) {
	case NEAR_SAME:
		return strcmp(word, keyword->word) == 0;
	case NEAR_SOUND:
		return (keyword->letters >= 3 && strcmp(sound, keyword->sound) == 0) ||
		       is_plural(word, keyword->word) || same_in_digits(word, keyword->word);
	default:
		/* another first letter makes too many words of others: driver, liver */
		if (keyword->letters >= (alone ? ALONE_TWO_EDIT_LETTERS : TWO_EDIT_LETTERS) &&
		    words_two_edits(word, keyword->word))
			return true;
		if (alone && keyword->letters >= ALONE_LETTERS && is_swap(word, keyword->word))
			return true;
		return keyword->letters >= ONE_EDIT_LETTERS &&
		       (alone || word[0] == keyword->word[0] ||
		        (word[0] == keyword->word[1] && word[1] == keyword->word[0])) &&
		       words_one_edit(word, keyword->word);
	}
}

/* The project whose keyword is near `word`; 0: none, or more than one. */
static uint16_t project_near(const struct message *message, const char *word,
                             enum nearness nearness, bool alone)
{
	char sound[WORD_BYTES_MAX + 1] = "";
	uint16_t found = 0;

	if (nearness == NEAR_SOUND)
		words_sound(word, sound);
	for (unsigned i = 0; i < message->n_keywords; i++) {
		const struct plain_keyword *keyword = &message->keyword[i];

		if (!is_near(word, sound, keyword, nearness, alone))
			continue;
		if (found != 0 && found != keyword->project)
			return 0;
		found = keyword->project;
	}
	return found;
}

/* Words of a keyword written in several, such as CLEAN UP; 0: none stands at `at`. */
static unsigned joined_at(const struct message *message, unsigned at, uint16_t *ret)
{
	const struct words *words = &message->words;
	char joined[2 * WORD_BYTES_MAX + 1];

	if (at + 1 >= words->n)
		return 0;
	text_format(joined, sizeof(joined), "%s%s", words->word[at], words->word[at + 1]);
	*ret = project_near(message, joined, NEAR_SAME, false);
	return *ret != 0 ? 2 : 0;
}

static void find_keyword(struct message *message)
{
	const struct words *words = &message->words;
	/* a number may stand beside it */
	bool alone = words->n == 1 || (words->n == 2 && means(message, 1, MEANS_NUMBER) > 0) ||
	             (words->n == 2 && words->word[1][0] <= '9');

	message->project = 0;
	message->at = message->n = 0;
	for (int nearness = NEAR_SAME; nearness < NEARNESSES; nearness++)
		for (unsigned at = 0; at < words->n; at++) {
			/* a word we know is no misspelt keyword; STATUS is a volunteer's only */
			if (nearness != NEAR_SAME &&
			    message->known[at].n > (means(message, at, MEANS_STATUS) > 0))
				continue;
			message->project =
			    project_near(message, words->word[at], (enum nearness)nearness, alone);
			message->n = 1;
			if (message->project == 0 && nearness == NEAR_SAME)
				message->n = joined_at(message, at, &message->project);
			message->at = at;
			if (message->project != 0)
				return;
		}
	message->at = message->n = 0;
}

/* --- words --- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Octets of one kind, digits or no digits, from `word` on. */
static size_t run_of(const char *word)
{
	size_t n = 1;

	while (word[n] != '\0' && is_digit(word[n]) == is_digit(word[0]))
		n++;
	return n;
}

static bool is_known(const char *word)
{
	struct known known;
	struct words one;

	one.n = 1;
	text_copy(one.word[0], sizeof(one.word[0]), word);
	vocabulary_read(&one, 0, &known);
	return known.n > 0;
}

static bool is_any(const struct message *message, const char *part)
{
	if (is_known(part))
		return true;
	return project_near(message, part, NEAR_SAME, false) != 0 ||
	       project_near(message, part, NEAR_EDIT, false) != 0;
}

/* Whether a word with digits is several: what is not digits in it must be known. */
static bool is_several(const struct message *message, const char *word)
{
	char part[WORD_BYTES_MAX + 1];
	unsigned runs = 0;

	if (strcspn(word, "0123456789") == strlen(word) ||
	    word[strspn(word, "0123456789")] == '\0' || word[strcspn(word, ":/.,-")] != '\0')
		return false;
	if (project_near(message, word, NEAR_SAME, false) != 0 ||
	    project_near(message, word, NEAR_SOUND, false) != 0 || is_known(word))
		return false;
	for (const char *at = word; *at != '\0'; at += strlen(part)) {
		text_format(part, sizeof(part), "%.*s", (int)run_of(at), at);
		runs++;
		if (!is_digit(part[0]) && !is_any(message, part))
			return false;
	}
	return runs > 1;
}

/* Octets of the first of two words written as one, of which one is a keyword; 0: it is none such. */
static size_t joined_words(const struct message *message, const char *word)
{
	size_t n = strlen(word);

	for (unsigned i = 0; i < message->n_keywords; i++) {
		const struct plain_keyword *keyword = &message->keyword[i];
		size_t len = strlen(keyword->word);
		char rest[WORD_BYTES_MAX + 1];
		bool first = strncmp(word, keyword->word, len) == 0;

		if (keyword->letters < JOINED_LETTERS || n < len + JOINED_WORD_LETTERS ||
		    (!first && strcmp(word + n - len, keyword->word) != 0))
			continue;
		text_format(rest, sizeof(rest), "%.*s", (int)(n - len), first ? word + len : word);
		if (is_known(rest) || strcmp(rest, keyword->word) == 0)
			return first ? len : n - len;
	}
	return 0;
}

static void put(struct words *words, const char *part, size_t n, char sign, uint8_t gap)
{
	if (words->n == WORDS_MAX)
		return;
	memcpy(words->word[words->n], part, n);
	words->word[words->n][n] = '\0';
	words->sign[words->n] = sign;
	words->gap[words->n] = gap;
	words->n++;
}

/* Single letters in a row, from `at` on, whatever stands between them. */
static unsigned spelt_at(const struct words *words, unsigned at)
{
	unsigned n = 0;

	while (at + n < words->n && n < WORD_BYTES_MAX && words->word[at + n][0] >= 'a' &&
	       words->word[at + n][0] <= 'z' && words->word[at + n][1] == '\0' &&
	       (n == 0 || words->sign[at + n] != '+'))
		n++;
	return n >= SPELT_LETTERS ? n : 0;
}

static void words_split(struct message *message, const struct words *from)
{
	struct words *to = &message->words;
	char spelt[WORD_BYTES_MAX + 1];
	unsigned n;

	to->n = 0;
	to->address_first = from->address_first;
	to->address_digit = from->address_digit;
	for (unsigned i = 0; i < from->n; i += n) {
		const char *word = from->word[i];

		n = spelt_at(from, i);
		for (unsigned k = 0; k < n; k++)
			spelt[k] = from->word[i + k][0];
		if (n > 0) {
			put(to, spelt, n, from->sign[i], from->gap[i]);
			continue;
		}
		n = 1;
		if (!is_several(message, word)) {
			size_t first = joined_words(message, word);

			put(to, word, first > 0 ? first : strlen(word), from->sign[i],
			    from->gap[i]);
			if (first > 0)
				put(to, word + first, strlen(word) - first, ' ', 0);
			continue;
		}
		for (const char *at = word; *at != '\0'; at += run_of(at))
			put(to, at, run_of(at), at == word ? from->sign[i] : ' ',
			    at == word ? from->gap[i] : 0);
	}
	to->sign[to->n] = from->sign[from->n];
	to->gap[to->n] = from->gap[from->n];
}

/* "heere": a word that is known with each doubled letter once. */
static void read_known(struct message *message, unsigned at)
{
	const char *word = message->words.word[at];
	struct words once;
	size_t to = 0, i;

	once.n = 1;
	vocabulary_read(&message->words, at, &message->known[at]);
	if (message->known[at].n > 0 || project_near(message, word, NEAR_SAME, false) != 0)
		return;
	for (i = 0; word[i] != '\0'; i++)
		if (i == 0 || word[i] != word[i - 1] || is_digit(word[i]))
			once.word[0][to++] = word[i];
	once.word[0][to] = '\0';
	if (to > 1 && to < i)
		vocabulary_read(&once, 0, &message->known[at]);
}

void message_read(struct message *message, const char *text, const struct manifest *manifest)
{
	struct words words;

	keywords_read(message, manifest);
	words_read(text, &words);
	words_split(message, &words);
	message->question = false;
	for (unsigned i = 0; i < message->words.n; i++) {
		read_known(message, i);
		message->used[i] = false;
	}
	for (unsigned i = 0; i <= message->words.n; i++)
		message->question |= message->words.sign[i] == '?';
	find_keyword(message);
}

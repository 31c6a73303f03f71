/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include "catalogue.h"
#include "vocabulary.h"

/* Rules for these: firmware/po/README. */
static const char *const lists[MEANINGS] = {
    [MEANS_STOP] = WORDS(
        "words that end replies, where they begin a text",
        /* TRANSLATORS: from here on lists of words that people write to us: all that people write
           in your language for what the context says, not a translation word by word. Without
           capitals, accents and apostrophes, a comma and a space between them. A word of English
           that people use in your language stands in the list too. */
        "stop, stopall, unsubscribe, quit, cancel, revoke, optout, opt out"),
    [MEANS_STOP_ALONE] = WORDS("words that end replies, where they are all of a text", "end"),
    [MEANS_START_ALONE] =
        WORDS("words that bring replies back", "start, unstop, resume, subscribe"),
    [MEANS_HELP_ALONE] = WORDS("words that ask for help", "help, info"),
    [MEANS_UNDO] = WORDS("words that take one's own check-in back", "undo"),
    [MEANS_HERE] = WORDS("words that say: I am here", "here, checkin, check in, present"),
    [MEANS_FIRST] = WORDS("words that say: it is my first time", "first, firsttime, 1st"),
    [MEANS_NEW] = WORDS("words that say so beside a keyword only", "new"),
    /* TRANSLATORS: 1 to 10, in order; several words for one number with a space between them. */
    [MEANS_NUMBER] = WORDS("numbers", "one, two, three, four, five, six, seven, eight, nine, ten"),
    [MEANS_FILLER] = WORDS("words that may stand between a keyword and how many people there are",
                           "for, of, party, we, are, us, with, people, person, x, total, time"),
    [MEANS_PLEASE] = WORDS("words of courtesy", "please, pls"),
    [MEANS_STATUS] = WORDS("words by which a volunteer asks how it goes", "status"),
    [MEANS_NOT_PEOPLE] = WORDS("words after a number that is no number of people",
                               "pm, am, oclock, th, minutes, min, blocks"),
    [MEANS_REACTION] = WORDS(
        "what a telephone writes when somebody reacts to a message",
        /* TRANSLATORS: what an iPhone or Android puts in front of the text it quotes, without the
             emoji: Liked "RIVER", Reacted 😂 to "RIVER". */
        "liked, loved, disliked, laughed at, emphasized, emphasised, questioned, to, "
        "reacted to, removed from, removed a like from, removed a heart from, "
        "removed a dislike from, removed a laugh from, removed an exclamation from, "
        "removed a question mark from"),
    [MEANS_PICTURE] = WORDS("what a telephone writes behind that for a message that is no text",
                            "an image, a photo, a picture, a movie, a video, a sticker, "
                            "an attachment, an audio message, a voice message, a message"),
    [MEANS_AUTOMATIC] =
        WORDS("parts of answers that no person wrote",
              "auto reply, autoreply, automatic reply, auto response, automated response, "
              "out of office, driving with do not disturb, do not disturb while driving, "
              "driving with focus"),
};

static const char *list_of(unsigned language, enum meaning meaning)
{
	assert(meaning < MEANINGS);
	return catalogue_text(language, lists[meaning]);
}

/* Steps over one item of a list: its beginning and octets; NULL at the end. */
static const char *step(const char **list, size_t *ret_len)
{
	const char *item = *list;
	*ret_len = strcspn(item, ",");
	if (*item == '\0')
		return NULL;
	*list = item + *ret_len + (item[*ret_len] == ',');
	*list += strspn(*list, " ");
	return item;
}

const char *vocabulary_item(enum meaning meaning, unsigned language, unsigned i, size_t *ret_len)
{
	const char *list = list_of(language, meaning), *item;
	do
		item = step(&list, ret_len);
	while (item != NULL && i-- > 0);
	return item;
}

static bool is_word(const char *item, size_t len, const char *word)
{
	return item[0] == word[0] && strncmp(item, word, len) == 0 && word[len] == '\0';
}

/* One of the words of an item, which has several for a number only. */
static bool has_word(const char *item, size_t len, const char *word, bool several)
{
	while (several && len > 0) {
		size_t n = 0;
		while (n < len && item[n] != ' ')
			n++;
		if (is_word(item, n, word))
			return true;
		n += n < len;
		item += n;
		len -= n;
	}
	return !several && is_word(item, len, word);
}

static void know(struct known_word *known, enum meaning meaning, unsigned at, unsigned language)
{
	if (known->meaning == MEANS_NOTHING)
		*known = (struct known_word){.meaning = meaning,
		                             .number = meaning == MEANS_NUMBER ? (uint8_t)at : 0,
		                             .language = (uint8_t)language};
	else if (known->language != language)
		known->language = VOCABULARY_SEVERAL;
}

void vocabulary_read(const struct words *words, struct known_word ret[WORDS_MAX])
{
	for (unsigned i = 0; i < words->n; i++)
		ret[i] = (struct known_word){.meaning = MEANS_NOTHING};
	for (unsigned language = 0; language < catalogue_languages(); language++)
		for (unsigned m = 0; m < MEANINGS_KNOWN; m++) {
			const char *list = list_of(language, (enum meaning)m), *item;
			size_t len;
			for (unsigned at = 1; (item = step(&list, &len)) != NULL; at++)
				for (unsigned i = 0; i < words->n; i++)
					if (has_word(item, len, words->word[i], m == MEANS_NUMBER))
						know(&ret[i], (enum meaning)m, at, language);
		}
}

struct known_word vocabulary_find(const char *word)
{
	struct known_word known[WORDS_MAX];
	struct words one = {.n = 1};
	memcpy(one.word[0], word, strnlen(word, WORD_BYTES_MAX));
	vocabulary_read(&one, known);
	return known[0];
}

uint8_t vocabulary_language(enum meaning meaning, const char *word)
{
	struct known_word known = {.meaning = MEANS_NOTHING, .language = VOCABULARY_SEVERAL};
	for (unsigned language = 0; language < catalogue_languages(); language++) {
		const char *list = list_of(language, meaning), *item;
		size_t len;
		while ((item = step(&list, &len)) != NULL)
			if (is_word(item, len, word))
				know(&known, meaning, 0, language);
	}
	return known.language;
}

/* How many words the phrase has, if they stand from `at` on; else 0. */
static unsigned stands(const char *phrase, size_t len, const struct words *words, unsigned at)
{
	unsigned n = 0;
	while (len > 0) {
		size_t word = 0;
		if (at + n >= words->n || phrase[0] != words->word[at + n][0])
			return 0;
		while (word < len && phrase[word] != ' ')
			word++;
		if (!is_word(phrase, word, words->word[at + n]))
			return 0;
		n++;
		word += word < len;
		phrase += word;
		len -= word;
	}
	return n;
}

unsigned vocabulary_phrase(enum meaning meaning, const struct words *words, unsigned at)
{
	unsigned longest = 0;
	for (unsigned language = 0; language < catalogue_languages(); language++) {
		const char *list = list_of(language, meaning), *item;
		size_t len;
		while ((item = step(&list, &len)) != NULL) {
			unsigned n = stands(item, len, words, at);
			longest = n > longest ? n : longest;
		}
	}
	return longest;
}

bool vocabulary_holds(enum meaning meaning, const struct words *words)
{
	for (unsigned language = 0; language < catalogue_languages(); language++) {
		const char *list = list_of(language, meaning), *item;
		size_t len;
		while ((item = step(&list, &len)) != NULL)
			for (unsigned at = 0; at < words->n; at++)
				if (stands(item, len, words, at) > 0)
					return true;
	}
	return false;
}

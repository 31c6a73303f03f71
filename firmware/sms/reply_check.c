/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Run by the build: whether what we say in each language fits a message, names words that we
 * understand, and is known again when it comes back; whether the words we understand are written as
 * they are compared, and mean one thing. Exit status 1 and a sentence for each that is not so.
 */
#include <kiosk/sms_request.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "catalogue.h"
#include "keyword.h"
#include "pdu.h"
#include "reply.h"
#include "utf8.h"
#include "vocabulary.h"

enum { NUMBERS = 10, PARTS = 1, PARTS_HELP = 2 };

/* Names as long as most are. */
static const struct manifest ordinary = {
    .n_languages = 1,
    .name = {{"River restoration evening"}},
    .n_projects = 2,
    .default_project = 1,
    .party_max = PARTY_MAX,
    .project =
        {{.id = 1, .name = {{"Clean up the river"}}, .keyword = {{"RIVER"}}, .n_keywords = 1},
         {.id = 2, .name = {{"Library"}}, .keyword = {{"LIBRARY"}}, .n_keywords = 1}},
};
static const struct reply_facts facts = {
    .people = 20, .queue = 12, .unconfirmed = 120, .signal_dbm = -103};

static unsigned wrong;

__attribute__((format(printf, 2, 3))) static void tell(unsigned language, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	(void)fprintf(stderr, "firmware/sms/po, language %s: ", catalogue_tag(language));
	(void)vfprintf(stderr, format, ap);
	(void)fputc('\n', stderr);
	va_end(ap);
	wrong++;
}

/* --- sentences --- */

static bool names_word_for(const char *text, enum sms_ask ask)
{
	struct words words;
	words_read(text, &words);
	for (unsigned i = 0; i < words.n; i++) {
		struct sms_request request;
		keyword_read(words.word[i], &ordinary, false, &request);
		if (request.ask == ask)
			return true;
	}
	return false;
}

static void check_reply(unsigned language, enum reply reply, const struct manifest *manifest)
{
	char text[4 * REPLY_BYTES_MAX];
	unsigned parts = reply == REPLY_HELP ? PARTS_HELP : PARTS;
	struct pdu_plan plan;
	struct words words;

	reply_text(reply, manifest, &facts, 0, text, sizeof(text));
	if (pdu_plan(text, &plan) != 0 || strlen(text) > REPLY_BYTES_MAX) {
		tell(language, "“%s” is too long for any SMS.", text);
		return;
	}
	if (plan.alphabet == PDU_UCS2)
		parts *= 2;
	if (plan.parts > parts)
		tell(language,
		     "“%s” takes %u messages, and %u should do: leave out as much as “%s”.", text,
		     plan.parts, parts, text + plan.begin[parts]);
	words_read(text, &words);
	if (!reply_is_ours(&words))
		tell(language,
		     "“%s” would not be known as ours if it came back: let it begin with two words "
		     "of its own, or have five of them between two names.",
		     text);
	if (reply == REPLY_HELP && !names_word_for(text, SMS_ASK_UNDO))
		tell(language, "“%s” names no word that takes a check-in back.", text);
	if (reply == REPLY_HELP && !names_word_for(text, SMS_ASK_STOP))
		tell(language, "“%s” names no word that ends replies.", text);
	if (reply == REPLY_STOPPED && !names_word_for(text, SMS_ASK_START))
		tell(language, "“%s” names no word that brings replies back.", text);
}

static void check_replies(unsigned language)
{
	struct manifest manifest = ordinary, bare = ordinary;
	char text[4 * REPLY_BYTES_MAX];

	(void)snprintf(manifest.language[0].s, sizeof(manifest.language[0].s), "%s",
	               catalogue_tag(language));
	for (unsigned i = 0; i < REPLY_N; i++)
		check_reply(language, (enum reply)i, &manifest);
	bare.language[0] = manifest.language[0];
	bare.n_projects = 0;
	reply_text(REPLY_KEYWORDS, &bare, &facts, 0, text, sizeof(text));
	if (!names_word_for(text, SMS_ASK_CHECK_IN))
		tell(language, "“%s” names no word that means: I am here.", text);
}

/* --- words --- */

/* The word's other meaning, or `meaning`. */
static enum meaning other_meaning(enum meaning meaning, const char *word, unsigned *ret_language)
{
	for (unsigned m = 0; m <= MEANS_STATUS; m++)
		for (unsigned language = 0; language < catalogue_languages(); language++) {
			const char *item;
			size_t len;
			for (unsigned i = 0;
			     (item = vocabulary_item((enum meaning)m, language, i, &len)) != NULL;
			     i++)
				if (m != (unsigned)meaning && strlen(word) == len &&
				    memcmp(item, word, len) == 0) {
					*ret_language = language;
					return (enum meaning)m;
				}
		}
	return meaning;
}

static void check_item(unsigned language, enum meaning meaning, const char *item, size_t len)
{
	char word[256], right[256];
	struct utf8_writer writer;
	struct words words;
	unsigned other;

	(void)snprintf(word, sizeof(word), "%.*s", (int)len, item);
	words_read(word, &words);
	utf8_begin(&writer, right, sizeof(right));
	for (unsigned i = 0; i < words.n; i++) {
		if (i > 0)
			utf8_put(&writer, ' ');
		utf8_put_text(&writer, words.word[i]);
	}
	if (strcmp(word, right) != 0 || words.n == 0)
		tell(language, "the word “%s” never matches: as it is compared it is “%s”.", word,
		     right);
	if (meaning <= MEANS_STATUS && other_meaning(meaning, word, &other) != meaning)
		tell(language,
		     "the word “%s” has two meanings: it stands in another list, of %s, too.", word,
		     catalogue_tag(other));
}

static void check_words(unsigned language)
{
	for (unsigned m = 0; m < MEANINGS; m++) {
		const char *item;
		size_t len;
		unsigned n = 0;
		while ((item = vocabulary_item((enum meaning)m, language, n, &len)) != NULL) {
			check_item(language, (enum meaning)m, item, len);
			n++;
		}
		if (m == MEANS_NUMBER && n != NUMBERS)
			tell(language, "there are %u numbers where %d are right.", n, NUMBERS);
	}
}

int main(void)
{
	for (unsigned language = 0; language < catalogue_languages(); language++) {
		check_replies(language);
		check_words(language);
	}
	return wrong == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <kiosk/sms_request.h>
#include <stdio.h>
#include <string.h>

#include "catalogue.h"
#include "check.h"
#include "keyword.h"
#include "pdu.h"
#include "reply.h"
#include "words.h"

enum { PARTS = 1, PARTS_HELP = 2 };

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

void check_replies(unsigned language)
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

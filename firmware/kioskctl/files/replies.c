/* SPDX-License-Identifier: Apache-2.0 */
#include <kiosk/sms_request.h>
#include <stdio.h>

#include "catalogue.h"
#include "pdu.h"
#include "replies.h"
#include "reply.h"
#include "utf8.h"

/* As large as they may well be. */
static const struct reply_facts large = {.queue = 255, .unconfirmed = 1000, .signal_dbm = -113};

struct cost {
	unsigned parts, help; /* the most of all replies but HELP; of HELP */
	uint32_t because;     /* a letter that GSM-7 does not have; 0: none */
};

static struct cost cost_of(const struct manifest *manifest, uint8_t language)
{
	struct cost cost = {0};

	for (unsigned reply = 0; reply < REPLY_N; reply++)
		for (unsigned p = 0; p < manifest->n_projects; p++) {
			char text[REPLY_BYTES_MAX + 1];
			struct reply_facts facts = large;
			struct pdu_plan plan;

			facts.project = manifest->project[p].id;
			facts.people = reply == REPLY_STATUS ? 1000 : manifest->party_max;
			reply_text((enum reply)reply, manifest, &facts, language, text,
			           sizeof(text));
			if (pdu_plan(text, &plan) != 0)
				continue;
			if (reply == REPLY_HELP && plan.parts > cost.help)
				cost.help = plan.parts;
			if (reply != REPLY_HELP && plan.parts > cost.parts)
				cost.parts = plan.parts;
			if (cost.because == 0)
				cost.because = plan.because;
		}
	return cost;
}

/* The name or keyword that has the letter; NULL: it is in our own sentences. */
static const char *name_with(const struct manifest *manifest, unsigned language, uint32_t letter)
{
	const char *names[1 + 2 * PROJECTS_MAX];
	unsigned n = 0;

	names[n++] = manifest->name[language].s;
	for (unsigned p = 0; p < manifest->n_projects; p++) {
		names[n++] = manifest->project[p].name[language].s;
		if (manifest->project[p].n_keywords > 0)
			names[n++] = manifest->project[p].keyword[0].s;
	}
	for (unsigned i = 0; i < n; i++) {
		const char *text = names[i];
		uint32_t c;

		while ((c = utf8_next(&text)) != 0)
			if (c == letter)
				return names[i];
	}
	return NULL;
}

static void tell_letter(const struct manifest *manifest, unsigned language, uint32_t letter)
{
	const char *name = name_with(manifest, language, letter);
	struct utf8_writer writer;
	char text[8];

	utf8_begin(&writer, text, sizeof(text));
	utf8_put(&writer, letter);
	if (name != NULL)
		(void)printf(": short messages have no “%s”, which is in “%s”, and so less than "
		             "half the room",
		             text, name);
	else
		(void)printf(": short messages have no “%s”", text);
}

static const char *messages(unsigned n)
{
	return n == 1 ? "message" : "messages";
}

void replies_tell(const struct manifest *manifest)
{
	struct cost cost;

	for (unsigned i = 0; i < manifest->n_languages; i++) {
		const char *tag = manifest->language[i].s;
		unsigned spoken = catalogue_of(tag);

		cost = cost_of(manifest, (uint8_t)i);
		(void)printf("  replies by SMS in %s: up to %u %s, HELP %u", tag, cost.parts,
		             messages(cost.parts), cost.help);
		if (cost.because != 0)
			tell_letter(manifest, i, cost.because);
		(void)printf("\n");
		if (!catalogue_speaks(spoken, tag))
			(void)printf("    there are no sentences in %s: they are English, with the "
			             "names in %s\n",
			             tag, tag);
	}
	if (manifest->n_languages < 2)
		return;
	cost = cost_of(manifest, SMS_LANGUAGE_ANY);
	(void)printf("  in all of them, where a text does not tell its language: up to %u %s, HELP "
	             "%u\n",
	             cost.parts, messages(cost.parts), cost.help);
}

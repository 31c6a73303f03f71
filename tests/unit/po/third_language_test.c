/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: a third language is one catalogue and one line of LINGUAS. Who speaks it reads it on the
 * screen, is understood and answered in it, and finds it on paper. Linked with the tables that
 * third_language makes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <kiosk/sms_request.h>
#include <stdio.h>
#include <string.h>

#include "keyword.h"
#include "paper_time.h"
#include "phrases.h"
#include "picture.h"
#include "program.h"
#include "reply.h"
#include "sentence.h"

enum { MIDNIGHT_SATURDAY = 1795219200 }; /* 2026-11-21T00:00Z */

static void it_is_on_the_screen(void **state)
{
	char text[SENTENCE_BYTES_MAX + 1];

	(void)state;
	assert_int_equal(catalogue_languages(), 3);
	sentence_write(SAY_COUNTED, catalogue_of("ht-HT"), NULL, text, sizeof(text));
	assert_string_equal(text, "Byen, nou konte w. ¡Te damos la bienvenida!");
	sentence_write(SAY_COUNTED, catalogue_of("es"), NULL, text, sizeof(text));
	assert_string_equal(text, "Listo, te contamos. ¡Te damos la bienvenida!");
	sentence_write(SAY_COUNTED, catalogue_of("vi"), NULL, text, sizeof(text));
	assert_string_equal(text, "You are counted. Welcome!");
}

static void a_word_of_it_is_answered_in_it(void **state)
{
	static const struct manifest manifest = {
	    .n_languages = 3,
	    .language = {{"en"}, {"es"}, {"ht"}},
	    .name = {{"River"}, {"Río"}, {"Rivyè"}},
	    .n_projects = 1,
	    .default_project = 1,
	    .party_max = 6,
	    .project = {{.id = 1, .name = {{"Water"}, {"Agua"}, {"Dlo"}}}},
	};
	struct reply_facts facts = {.project = 1, .people = 1};
	struct sms_request request;
	char text[REPLY_BYTES_MAX + 1];

	(void)state;
	keyword_read("ISIT", &manifest, false, &request);
	assert_int_equal(request.ask, SMS_ASK_CHECK_IN);
	assert_int_equal(request.language, 2);
	reply_text(REPLY_COUNTED, &manifest, &facts, request.language, text, sizeof(text));
	assert_string_equal(text, "Byen, nou konte w: Dlo en Rivyè. ¡Gracias por venir!");
}

static void it_is_in_what_paper_says(void **state)
{
	struct moment at = {.s = MIDNIGHT_SATURDAY};
	char text[PAPER_LINE_BYTES];

	(void)state;
	assert_non_null(strstr(phrase_text(PHRASE_KEEP_CARD, catalogue_of("ht")), "kenbe kat"));
	assert_null(strstr(phrase_text(PHRASE_KEEP_CARD, catalogue_of("es")), "kenbe kat"));
	span_format(at, 3600, catalogue_of("ht"), text, sizeof(text));
	assert_string_equal(text, "samdi 21 de noviembre de 2026, de 12:00\u00a0a.\u00a0m. a "
	                          "1:00\u00a0a.\u00a0m. (UTC)");
}

/* A card of an event whose only language is this one. */
static void print_card(struct program *program, const char *language, const char *folder,
                       struct picture *ret)
{
	char name[32], project[32], sentence[PICTURE_SENTENCE_SIZE], card[64];

	(void)snprintf(name, sizeof(name), "%s=River", language);
	(void)snprintf(project, sizeof(project), "1:RIVER:%s=Water", language);
	assert_int_equal(RUN(program, "event", "new", "--hub", "hub", "--name", name, "--project",
	                     project, "--start", "2027-01-02T18:00-05:00", "--length", "3h",
	                     "--out", folder),
	                 0);
	(void)snprintf(card, sizeof(card), "%s/card.png", folder);
	assert_int_equal(picture_read(program_path(program, card), ret, sentence), 0);
}

/* Whether two cards say the same below their codes, which differ always. */
static bool same_foot(const struct picture *a, const struct picture *b)
{
	const size_t foot = (size_t)a->width_px * (a->height_px * 33 / 210);

	assert_true(a->width_px == b->width_px && a->height_px == b->height_px);
	return memcmp(a->grey + (size_t)a->width_px * a->height_px - foot,
	              b->grey + (size_t)b->width_px * b->height_px - foot, foot) == 0;
}

static void it_is_on_a_printed_card(void **state)
{
	enum { HT, HT_AGAIN, ES, VI, CARDS };
	static const char *const language[CARDS] = {"ht", "ht", "es", "vi"};
	static const char *const folder[CARDS] = {"ht", "ht again", "es", "vi"};
	struct picture card[CARDS];

	for (unsigned i = 0; i < CARDS; i++)
		print_card(*state, language[i], folder[i], &card[i]);
	assert_true(same_foot(&card[HT], &card[HT_AGAIN]));
	assert_false(same_foot(&card[HT], &card[ES]));
	assert_false(same_foot(&card[HT], &card[VI]));
	for (unsigned i = 0; i < CARDS; i++)
		picture_free(&card[i]);
}

static int setup(void **state)
{
	(void)program_setup(state);
	program_make_hub(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_is_on_the_screen),
	    cmocka_unit_test(a_word_of_it_is_answered_in_it),
	    cmocka_unit_test(it_is_in_what_paper_says),
	    cmocka_unit_test(it_is_on_a_printed_card),
	};

	return cmocka_run_group_tests(tests, setup, program_teardown);
}

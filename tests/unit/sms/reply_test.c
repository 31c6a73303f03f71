/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <kiosk/sms_request.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "pdu.h"
#include "reply.h"
#include "text.h"

static const struct manifest manifest = {
    .n_languages = 2,
    .language = {{"en"}, {"es"}},
    .name = {{"Fall Assembly"}, {"Asamblea de Oto\xc3\xb1o"}},
    .n_projects = 2,
    .default_project = 7,
    .party_max = 6,
    .project =
        {
            {.id = 7,
             .name = {{"River"}, {"R\xc3\xado"}},
             .keyword = {{"RIVER"}, {"RIO"}},
             .n_keywords = 2},
            {.id = 8,
             .name = {{"Library"}, {"Biblioteca"}},
             .keyword = {{"LIBRARY"}},
             .n_keywords = 1},
        },
};

static char text[REPLY_BYTES_MAX + 1];
static const struct reply_facts facts = {
    .project = 7, .people = 3, .queue = 12, .unconfirmed = 30, .signal_dbm = -73};

static const char *say(enum reply reply, unsigned project, unsigned people, unsigned language)
{
	struct reply_facts said = facts;
	said.project = (uint16_t)project;
	said.people = people;
	reply_text(reply, &manifest, &said, (uint8_t)language, text, sizeof(text));
	return text;
}

static void a_reply_names_the_event_and_the_project(void **state)
{
	(void)state;
	assert_string_equal(say(REPLY_COUNTED, 8, 1, 0),
	                    "You're counted: Library at Fall Assembly. Thank you for coming!");
	assert_string_equal(say(REPLY_COUNTED, 8, 1, 1),
	                    "Listo, te contamos: Biblioteca en Asamblea de Oto\xc3\xb1o. "
	                    "\xc2\xa1Gracias por venir!");
	assert_string_equal(say(REPLY_COUNTED, 0, 1, 0),
	                    "You're counted: River at Fall Assembly. Thank you for coming!");
	assert_non_null(strstr(say(REPLY_COUNTED_PARTY, 7, 4, 1), "contamos 4 personas"));
	assert_non_null(strstr(say(REPLY_ALREADY, 8, 1, 0), "Text LIBRARY 3"));
	assert_non_null(strstr(say(REPLY_KEYWORDS, 0, 0, 0), "text one of: RIVER, LIBRARY"));
	/* The second word is the second language's, where there is one. */
	assert_non_null(strstr(say(REPLY_KEYWORDS, 0, 0, 1), "manda una palabra: RIO, LIBRARY"));
	assert_non_null(strstr(say(REPLY_ALREADY, 7, 1, 1), "Manda RIO 3"));
}

static void a_volunteer_is_told_figures(void **state)
{
	(void)state;
	struct reply_facts no_signal = facts;
	assert_string_equal(
	    say(REPLY_STATUS, 0, 57, 0),
	    "Fall Assembly. People counted so far at this kiosk: 57. Texts waiting: "
	    "12. Not yet confirmed: 30. Signal: -73 dBm.");
	no_signal.signal_dbm = 0;
	reply_text(REPLY_STATUS, &manifest, &no_signal, 1, text, sizeof(text));
	assert_non_null(
	    strstr(text, "Asamblea de Otoño. Personas contadas hasta ahora en este kiosco: 3. "));
	assert_non_null(strstr(text, "Señal: ?."));
}

static void an_event_without_keywords_is_texted_here(void **state)
{
	(void)state;
	struct manifest bare = manifest;
	for (unsigned i = 0; i < bare.n_projects; i++)
		bare.project[i].n_keywords = 0;
	reply_text(REPLY_KEYWORDS, &bare, &facts, 0, text, sizeof(text));
	assert_string_equal(text, "To be counted at Fall Assembly, text one of: HERE");
	reply_text(REPLY_UNDONE, &bare, &facts, 1, text, sizeof(text));
	assert_non_null(strstr(text, "manda AQUI"));
}

/* A whole sentence in one language rather than half of one in the next. */
static void languages_that_do_not_fit_are_left_out_whole(void **state)
{
	(void)state;
	size_t both = strlen(say(REPLY_STOPPED, 7, 1, SMS_LANGUAGE_ANY)),
	       first = strlen(say(REPLY_STOPPED, 7, 1, 0));
	reply_text(REPLY_STOPPED, &manifest, &facts, SMS_LANGUAGE_ANY, text, both + 1);
	assert_int_equal(strlen(text), both);
	reply_text(REPLY_STOPPED, &manifest, &facts, SMS_LANGUAGE_ANY, text, both);
	assert_int_equal(strlen(text), first);
	reply_text(REPLY_STOPPED, &manifest, &facts, SMS_LANGUAGE_ANY, text, first);
	assert_int_equal(strlen(text), first - 1);
}

static void where_the_language_is_unknown_all_are_said(void **state)
{
	(void)state;
	say(REPLY_COUNTED, 7, 1, SMS_LANGUAGE_ANY);
	assert_non_null(strstr(text, "You're counted"));
	assert_non_null(strstr(text, "\nListo, te contamos"));
}

static void a_language_that_is_not_ours_is_answered_in_english_once(void **state)
{
	(void)state;
	struct manifest other = manifest;
	text_copy(other.language[1].s, sizeof(other.language[1].s), "fr");
	reply_text(REPLY_STARTED, &other, &facts, SMS_LANGUAGE_ANY, text, sizeof(text));
	assert_string_equal(text, "Replies from Fall Assembly are on again.");
	reply_text(REPLY_STARTED, &other, &facts, 1, text, sizeof(text));
	assert_string_equal(text, "Replies from Asamblea de Oto\xc3\xb1o are on again.");
}

/* Names with letters that GSM-7 has: then no sentence of ours makes a message long. */
static void sentences_keep_to_gsm7_and_one_part_where_they_can(void **state)
{
	(void)state;
	struct manifest plain = manifest;
	text_copy(plain.project[0].name[1].s, sizeof(plain.project[0].name[1].s), "Rio");
	for (unsigned r = 0; r < REPLY_N; r++) {
		for (unsigned language = 0; language < 2; language++) {
			struct pdu_plan plan;
			reply_text((enum reply)r, &plain, &facts, (uint8_t)language, text,
			           sizeof(text));
			print_message("%s\n", text);
			assert_int_equal(pdu_plan(text, &plan), 0);
			assert_int_equal(plan.alphabet, PDU_GSM7);
			assert_true(plan.parts == 1 || (r == REPLY_HELP && plan.parts == 2));
			assert_null(strchr(text, '%'));
		}
	}
}

static void the_longest_names_fit_or_are_cut_at_a_character(void **state)
{
	(void)state;
	struct manifest longest = manifest;
	for (unsigned i = 0; i < 2; i++) {
		longest.name[i].s[0] = '\0';
		for (unsigned k = 0; k < NAME_BYTES_MAX / 2; k++)
			(void)snprintf(longest.name[i].s + strlen(longest.name[i].s),
			               sizeof(longest.name[i].s) - strlen(longest.name[i].s), "%s",
			               "\xc3\x81");
	}
	for (unsigned r = 0; r < REPLY_N; r++) {
		struct pdu_plan plan;
		for (size_t size = 1; size < sizeof(text); size++) {
			reply_text((enum reply)r, &longest, &facts, SMS_LANGUAGE_ANY, text, size);
			assert_true(strlen(text) < size);
			assert_int_not_equal(
			    (unsigned char)text[strlen(text) > 0 ? strlen(text) - 1 : 0], 0xc3);
		}
		assert_int_equal(pdu_plan(text, &plan), 0);
	}
}

static bool is_ours(const char *said)
{
	struct words words;
	words_read(said, &words);
	return reply_is_ours(&words);
}

static void our_own_words_are_known_again(void **state)
{
	(void)state;
	assert_true(is_ours(say(REPLY_COUNTED, 7, 1, 0)));
	assert_true(is_ours(say(REPLY_COUNTED, 7, 1, 1)));
	assert_true(is_ours(say(REPLY_ALREADY, 7, 1, 0)));
	assert_true(is_ours(say(REPLY_KEYWORDS, 7, 1, 1)));
	assert_true(is_ours("YOURE COUNTED river"));
	for (unsigned r = 0; r < REPLY_N; r++)
		for (unsigned language = 0; language < 2; language++)
			assert_true(is_ours(say((enum reply)r, 7, 2, language)));
	/* Its first part is enough. */
	assert_true(is_ours("River: to be counted, text one of: RIVER. We count you, not who"));
	assert_false(is_ours("RIVER, how do you count us?"));
	assert_false(is_ours("Nothing to take to the river"));
	assert_false(is_ours("RIVER"));
	assert_false(is_ours(""));
	assert_false(is_ours("Welcome back"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_reply_names_the_event_and_the_project),
	    cmocka_unit_test(a_volunteer_is_told_figures),
	    cmocka_unit_test(an_event_without_keywords_is_texted_here),
	    cmocka_unit_test(languages_that_do_not_fit_are_left_out_whole),
	    cmocka_unit_test(where_the_language_is_unknown_all_are_said),
	    cmocka_unit_test(a_language_that_is_not_ours_is_answered_in_english_once),
	    cmocka_unit_test(sentences_keep_to_gsm7_and_one_part_where_they_can),
	    cmocka_unit_test(the_longest_names_fit_or_are_cut_at_a_character),
	    cmocka_unit_test(our_own_words_are_known_again),
	};
	return cmocka_run_group_tests_name("sms.reply", tests, NULL, NULL);
}

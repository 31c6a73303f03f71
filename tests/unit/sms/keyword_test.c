/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "keyword.h"
#include "text.h"
#include "words.h"

static const struct manifest manifest = {
    .n_languages = 2,
    .language = {{"en"}, {"es"}},
    .name = {{"Fall Assembly"}, {"Asamblea"}},
    .n_projects = 4,
    .default_project = 10,
    .party_max = 6,
    .project =
        {
            /* English, Spanish, Vietnamese, Russian */
            {.id = 10, .keyword = {{"RIVER"}, {"RÍO"}, {"SÔNG"}, {"РЕЧКА"}}, .n_keywords = 4},
            {.id = 20, .keyword = {{"LIBRARY"}, {"BIBLIOTECA"}}, .n_keywords = 2},
            {.id = 30, .keyword = {{"CLEAN-UP"}, {"GARDEN"}}, .n_keywords = 2},
            {.id = 40, .keyword = {{"WARDEN"}, {"H2O"}, {"МИР"}}, .n_keywords = 3},
        },
};

struct row {
	const char *text;
	unsigned ask;             /* enum sms_ask */
	unsigned project, people; /* people 0: not said */
	unsigned first;
	unsigned language;
};

enum {
	EN = 0,
	ES = 1,
	ANY = SMS_LANGUAGE_ANY,
	CHECK_IN = SMS_ASK_CHECK_IN,
	NOTHING = SMS_ASK_NOTHING
};

static void check(const struct row *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sms_request request;
		print_message("%s\n", row[i].text);
		keyword_read(row[i].text, &manifest, false, &request);
		assert_int_equal(request.ask, row[i].ask);
		assert_int_equal(request.project, row[i].project);
		assert_int_equal(request.people_said, row[i].people != 0);
		assert_int_equal(request.people, row[i].people != 0 ? row[i].people : 1);
		assert_int_equal(request.first, row[i].first);
		assert_int_equal(request.language, row[i].language);
	}
}
#define CHECK(table) check(table, sizeof(table) / sizeof((table)[0]))

static void a_keyword_counts_however_it_is_dressed(void **state)
{
	(void)state;
	static const struct row table[] = {
	    {"RIVER", CHECK_IN, 10, 0, 0, ANY},
	    {"river", CHECK_IN, 10, 0, 0, ANY},
	    {"  River!  ", CHECK_IN, 10, 0, 0, ANY},
	    {"\"RIVER\"", CHECK_IN, 10, 0, 0, ANY},
	    {"r\xc3\xado", CHECK_IN, 10, 0, 0, ANY},
	    {"ri\xcc\x81o", CHECK_IN, 10, 0, 0, ANY}, /* a combining accent */
	    {"rio", CHECK_IN, 10, 0, 0, ANY},
	    {"ri'o", CHECK_IN, 10, 0, 0, ANY}, /* an accent as a keyboard without any has it */
	    {"RIVER \xf0\x9f\x8c\x8a", CHECK_IN, 10, 0, 0, ANY},
	    {"\xf0\x9f\x8c\x8aRIVER\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", CHECK_IN, 10, 0, 0, ANY},
	    {"\xef\xbc\xb2\xef\xbc\xa9\xef\xbc\xb6\xef\xbc\xa5\xef\xbc\xb2", CHECK_IN, 10, 0, 0,
	     ANY}, /* full width */
	    {"Hello, I came about the river thing", CHECK_IN, 10, 0, 0, EN},
	    {"library please", CHECK_IN, 20, 0, 0, EN},
	    {"please, RIVER", CHECK_IN, 10, 0, 0, EN},
	    {"por favor río", CHECK_IN, 10, 0, 0, ES},
	    {"clean up", CHECK_IN, 30, 0, 0, ANY},
	    {"CLEANUP", CHECK_IN, 30, 0, 0, ANY},
	    {"clean-up 2", CHECK_IN, 30, 2, 0, ANY},
	    {"h2o", CHECK_IN, 40, 0, 0, ANY},
	    {"river library", CHECK_IN, 10, 0, 0, ANY}, /* the first word */
	    {"RIVER\nSent from my phone", CHECK_IN, 10, 0, 0, EN},
	};
	CHECK(table);
}

static void a_project_has_a_keyword_in_each_of_several_languages(void **state)
{
	(void)state;
	static const struct row table[] = {
	    {"SÔNG", CHECK_IN, 10, 0, 0, ANY},
	    {"sông 3", CHECK_IN, 10, 3, 0, ANY},
	    {"song", CHECK_IN, 10, 0, 0, ANY},
	    {"sổng", CHECK_IN, 10, 0, 0, ANY}, /* two accents on one letter */
	    {"so\u0302\u0309ng", CHECK_IN, 10, 0, 0, ANY},
	    {"Речка!", CHECK_IN, 10, 0, 0, ANY},
	    {"РЕЧКА3", CHECK_IN, 10, 3, 0, ANY},
	    {"речкка", CHECK_IN, 10, 0, 0, ANY}, /* one letter too many, of two octets */
	    {"рчека", CHECK_IN, 10, 0, 0, ANY},
	    {"рчкеа", NOTHING, 0, 0, 0, ANY},
	    {"реч", NOTHING, 0, 0, 0, ANY},
	    {"Мир", CHECK_IN, 40, 0, 0, ANY},
	    {"миру", NOTHING, 0, 0, 0,
	     ANY}, /* three letters, of six octets, are too short to guess */
	    {"ŘÎVËR", CHECK_IN, 10, 0, 0, ANY},
	    {"rïo", CHECK_IN, 10, 0, 0, ANY},
	    {"RIVER, río", CHECK_IN, 10, 0, 0, ANY},
	    {"Hola, vengo al río", CHECK_IN, 10, 0, 0, ES},
	};
	CHECK(table);
}

static void one_letter_wrong_counts_when_it_is_clear(void **state)
{
	(void)state;
	static const struct row table[] = {
	    {"RIVR", CHECK_IN, 10, 0, 0, ANY},
	    {"RIVERR", CHECK_IN, 10, 0, 0, ANY},
	    {"RIBER", CHECK_IN, 10, 0, 0, ANY},
	    {"RIVRE", CHECK_IN, 10, 0, 0, ANY},
	    {"IRVER", CHECK_IN, 10, 0, 0, ANY},
	    {"bibloteca", CHECK_IN, 20, 0, 0, ANY},
	    {"RIVRE3", CHECK_IN, 10, 3, 0, ANY},
	    {"hi libary 2", CHECK_IN, 20, 2, 0, EN},
	    {"RIBR", NOTHING, 0, 0, 0, ANY}, /* two letters */
	    {"RO", NOTHING, 0, 0, 0, ES},    /* RIO is too short to guess */
	    {"SANG", NOTHING, 0, 0, 0, ANY}, /* and so is SONG */
	    {"H3O", NOTHING, 0, 0, 0, ANY},
	    {"ZARDEN", NOTHING, 0, 0, 0, ANY}, /* GARDEN or WARDEN? */
	    {"GARDEM", CHECK_IN, 30, 0, 0, ANY},
	    {"WARDEN", CHECK_IN, 40, 0, 0, ANY}, /* as written, though GARDEN is near */
	    {"xxRIVERxx", NOTHING, 0, 0, 0, ANY},
	};
	CHECK(table);
}

static void a_party_is_the_number_beside_the_keyword(void **state)
{
	(void)state;
	static const struct row table[] = {
	    {"RIVER 3", CHECK_IN, 10, 3, 0, ANY},
	    {"RIVER3", CHECK_IN, 10, 3, 0, ANY},
	    {"3RIVER", CHECK_IN, 10, 3, 0, ANY},
	    {"3 river", CHECK_IN, 10, 3, 0, ANY},
	    {"RIVER x 3", CHECK_IN, 10, 3, 0, ANY},
	    {"river party of 4", CHECK_IN, 10, 4, 0, EN},
	    {"river somos 4", CHECK_IN, 10, 4, 0, ES},
	    {"somos 4 rio", CHECK_IN, 10, 4, 0, ES},
	    {"4 personas para r\xc3\xado", CHECK_IN, 10, 4, 0, ES},
	    {"RIVER three", CHECK_IN, 10, 3, 0, EN},
	    {"r\xc3\xado tres", CHECK_IN, 10, 3, 0, ES},
	    {"RIVER 06", CHECK_IN, 10, 6, 0, ANY},
	    {"RIVER 1", CHECK_IN, 10, 1, 0, ANY},
	    {"RIVER 0", CHECK_IN, 10, 0, 0, ANY},
	    {"RIVER 40202", CHECK_IN, 10, 0, 0, ANY}, /* a postcode */
	    {"RIVER 2026", CHECK_IN, 10, 0, 0, ANY},
	    {"RIVER 21", CHECK_IN, 10, 0, 0, ANY},
	    {"RIVER 5 pm", CHECK_IN, 10, 0, 0, ANY},
	    {"RIVER 7:30", CHECK_IN, 10, 0, 0, ANY},
	    {"RIVER 11/21", CHECK_IN, 10, 0, 0, ANY},
	    {"RIVER 502-555-0123", CHECK_IN, 10, 0, 0, ANY},
	    {"RIVER meets in room 4", CHECK_IN, 10, 0, 0, EN},
	    {"RIVER 2 3", CHECK_IN, 10, 2, 0, ANY},
	};
	struct sms_request request;
	CHECK(table);
	keyword_read("RIVER 7", &manifest, false, &request);
	assert_int_equal(request.people, 6); /* the manifest's party_max */
	assert_true(request.people_said && request.people_cut);
	keyword_read("RIVER 6", &manifest, false, &request);
	assert_false(request.people_cut);
	struct manifest alone = manifest;
	alone.party_max = 1; /* no parties */
	keyword_read("RIVER 3", &alone, false, &request);
	assert_int_equal(request.people, 1);
	assert_true(request.people_cut);
	keyword_read("RIVER 1", &alone, false, &request);
	assert_false(request.people_cut);
	alone.party_max = PARTY_MAX;
	keyword_read("RIVER20", &alone, false, &request);
	assert_int_equal(request.people, 20);
	assert_false(request.people_cut);
}

static void first_time_is_said_beside_or_alone(void **state)
{
	(void)state;
	static const struct row table[] = {
	    {"RIVER first time", CHECK_IN, 10, 0, FIRST_YES, EN},
	    {"first RIVER 2", CHECK_IN, 10, 2, FIRST_YES, EN},
	    {"RIVER 2 new", CHECK_IN, 10, 2, FIRST_YES, EN},
	    {"rio primera vez", CHECK_IN, 10, 0, FIRST_YES, ES},
	    {"r\xc3\xado nueva", CHECK_IN, 10, 0, FIRST_YES, ES},
	    {"FIRST", CHECK_IN, 0, 0, FIRST_YES, EN},
	    {"primera vez", CHECK_IN, 0, 0, FIRST_YES, ES},
	    {"new", NOTHING, 0, 0, 0, EN},
	    {"First, let me tell you something", NOTHING, 0, 0, 0, EN},
	};
	CHECK(table);
}

static void general_words_and_bare_numbers_mean_the_default(void **state)
{
	(void)state;
	static const struct row table[] = {
	    {"here", CHECK_IN, 0, 0, 0, EN},
	    {"I'm here!", CHECK_IN, 0, 0, 0, EN},
	    {"HERE 3", CHECK_IN, 0, 3, 0, EN},
	    {"here3", CHECK_IN, 0, 3, 0, EN},
	    {"check in", CHECK_IN, 0, 0, 0, EN},
	    {"aqu\xc3\xad", CHECK_IN, 0, 0, 0, ES},
	    {"ya estoy aqui", CHECK_IN, 0, 0, 0, ES},
	    {"Presente", CHECK_IN, 0, 0, 0, ES},
	    {"4", CHECK_IN, 0, 4, 0, ANY},
	    {"four", CHECK_IN, 0, 4, 0, EN},
	    {"somos 4", CHECK_IN, 0, 4, 0, ES},
	    {"Is John here with the keys to my car", NOTHING, 0, 0, 0, EN},
	    {"482913", NOTHING, 0, 0, 0, ANY}, /* somebody's code */
	    {"5pm", NOTHING, 0, 0, 0, ANY},
	};
	CHECK(table);
}

static void stray_messages_are_no_check_ins(void **state)
{
	(void)state;
	static const struct row table[] = {
	    {"", NOTHING, 0, 0, 0, ANY},
	    {"   ", NOTHING, 0, 0, 0, ANY},
	    {"\xf0\x9f\x91\x8d", NOTHING, 0, 0, 0, ANY},
	    {"???", NOTHING, 0, 0, 0, ANY},
	    {"What time does it start?", NOTHING, 0, 0, 0, EN},
	    {"Mom I'll be late tonight", NOTHING, 0, 0, 0, EN},
	    {"Your verification code is 482913", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"\xff\xfe\x80", NOTHING, 0, 0, 0, ANY},
	};
	CHECK(table);
}

static void reserved_words_come_before_keywords(void **state)
{
	(void)state;
	static const struct row table[] = {
	    {"STOP", SMS_ASK_STOP, 0, 0, 0, ANY},
	    {"Stop.", SMS_ASK_STOP, 0, 0, 0, ANY},
	    {"stop texting me", SMS_ASK_STOP, 0, 0, 0, EN},
	    {"STOP RIVER", SMS_ASK_STOP, 10, 0, 0, ANY},
	    {"quit", SMS_ASK_STOP, 0, 0, 0, EN},
	    {"END", SMS_ASK_STOP, 0, 0, 0, EN},
	    {"revoke", SMS_ASK_STOP, 0, 0, 0, EN},
	    {"opt out", SMS_ASK_STOP, 0, 0, 0, EN},
	    {"OPT-OUT", SMS_ASK_STOP, 0, 0, 0, EN},
	    {"optout", SMS_ASK_STOP, 0, 0, 0, EN},
	    {"cancel", SMS_ASK_STOP, 0, 0, 0, EN},
	    {"Unsubscribe", SMS_ASK_STOP, 0, 0, 0, EN},
	    /* 47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out, cancel, unsubscribe */
	    {"please stop", SMS_ASK_STOP, 0, 0, 0, EN},
	    {"Please opt out", SMS_ASK_STOP, 0, 0, 0, EN},
	    {"por favor parar", SMS_ASK_STOP, 0, 0, 0, ES},
	    {"please", NOTHING, 0, 0, 0, EN},
	    {"stopall", SMS_ASK_STOP, 0, 0, 0, EN},
	    {"alto", SMS_ASK_STOP, 0, 0, 0, ES},
	    {"en lo alto del cerro", NOTHING, 0, 0, 0, ES},
	    {"parar", SMS_ASK_STOP, 0, 0, 0, ES},
	    {"cancelar", SMS_ASK_STOP, 0, 0, 0, ES},
	    {"detener", SMS_ASK_STOP, 0, 0, 0, ES},
	    {"baja", SMS_ASK_STOP, 0, 0, 0, ES},
	    {"End of the line, RIVER", CHECK_IN, 10, 0, 0, EN},
	    {"START", SMS_ASK_START, 0, 0, 0, ANY}, /* a word of both, as our Spanish says */
	    {"Start!", SMS_ASK_START, 0, 0, 0, ANY},
	    {"start time?", NOTHING, 0, 0, 0, EN},
	    {"unstop", SMS_ASK_START, 0, 0, 0, EN},
	    {"resume", SMS_ASK_START, 0, 0, 0, EN},
	    {"iniciar", SMS_ASK_START, 0, 0, 0, ES},
	    {"HELP", SMS_ASK_HELP, 0, 0, 0, EN},
	    {"help me", SMS_ASK_HELP, 0, 0, 0, EN},
	    {"ayuda", SMS_ASK_HELP, 0, 0, 0, ES},
	    {"info", SMS_ASK_HELP, 0, 0, 0, ANY},
	    {"help river", CHECK_IN, 10, 0, 0, EN},
	    {"UNDO", SMS_ASK_UNDO, 0, 0, 0, EN},
	    {"pls undo", SMS_ASK_UNDO, 0, 0, 0, EN},
	    {"undo river", SMS_ASK_UNDO, 10, 0, 0, EN},
	    {"RIVER undo", SMS_ASK_UNDO, 10, 0, 0, EN},
	    {"borrar", SMS_ASK_UNDO, 0, 0, 0, ES},
	    {"Borrar r\xc3\xado", SMS_ASK_UNDO, 10, 0, 0, ES},
	};
	CHECK(table);
}

static void machines_are_not_answered(void **state)
{
	(void)state;
	static const struct row table[] = {
	    {"Liked \xe2\x80\x9cRIVER\xe2\x80\x9d", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Loved \"You're counted: River\"", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Laughed at \xe2\x80\x9cRIVER\xe2\x80\x9d", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"\xf0\x9f\x91\x8d to \xe2\x80\x9cRIVER\xe2\x80\x9d", SMS_ASK_IGNORE, 0, 0, 0, ANY},
	    {"\xe2\x80\x8b\xe2\x9d\xa4\xef\xb8\x8f\xe2\x80\x8b to \xe2\x80\x9c RIVER \xe2\x80\x9d ",
	     SMS_ASK_IGNORE, 0, 0, 0, ANY},
	    {"Le gust\xc3\xb3 \xe2\x80\x9cRIVER\xe2\x80\x9d", SMS_ASK_IGNORE, 0, 0, 0, ES},
	    {"You're counted: River cleanup at Fall Assembly. Thank you for coming!",
	     SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Listo, te contamos: R\xc3\xado en Asamblea. \xc2\xa1Gracias por venir!",
	     SMS_ASK_IGNORE, 0, 0, 0, ES},
	    {"I'm driving with Do Not Disturb on. River", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Auto-Reply: I got your message about RIVER", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    /* what an iPhone writes */
	    {"Liked “RIVER 3”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Loved “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Disliked “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Emphasized “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Emphasised “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Questioned “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Reacted 😂 to “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Reacted 👨‍👩‍👧‍👦 to “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Removed a heart from “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Removed a like from “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Removed a dislike from “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Removed a laugh from “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Removed an exclamation from “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Removed a question mark from “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Removed 😂 from “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Liked “You're counted: RIVER at…", SMS_ASK_IGNORE, 0, 0, 0, EN}, /* cut */
	    {"Loved an image", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Liked an attachment", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Laughed at a video", SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Le encantó “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, ES},
	    {"No le gustó “RÍO”", SMS_ASK_IGNORE, 0, 0, 0, ES},
	    {"Le dio risa “RÍO 3”", SMS_ASK_IGNORE, 0, 0, 0, ES},
	    {"Se rió de «RÍO»", SMS_ASK_IGNORE, 0, 0, 0, ES},
	    {"Exclamó por “RÍO”", SMS_ASK_IGNORE, 0, 0, 0, ES},
	    {"Dudó sobre “RÍO”", SMS_ASK_IGNORE, 0, 0, 0, ES},
	    {"Enfatizó “RÍO”", SMS_ASK_IGNORE, 0, 0, 0, ES},
	    {"Le ha gustado “RÍO”", SMS_ASK_IGNORE, 0, 0, 0, ES},
	    {"Reaccionó con 😂 a “RÍO”", SMS_ASK_IGNORE, 0, 0, 0, ES},
	    {"Le encantó una imagen", SMS_ASK_IGNORE, 0, 0, 0, ES},
	    /* and an Android */
	    {"👍 to “RIVER”", SMS_ASK_IGNORE, 0, 0, 0, ANY},
	    {"\u200a\u200b👍\u200b to “ \u200aRIVER\u200a ” ", SMS_ASK_IGNORE, 0, 0, 0, ANY},
	    {"❤️ a “RÍO”", SMS_ASK_IGNORE, 0, 0, 0, ANY},
	    /* and a person */
	    {"I liked RIVER", CHECK_IN, 10, 0, 0, EN},
	    {"Loved it! RIVER", CHECK_IN, 10, 0, 0, EN},
	    {"RIVER, I am driving there now", CHECK_IN, 10, 0, 0, EN},
	    /* our own replies, come back from somewhere */
	    {"River night: to be counted, text one of: RIVER. We count you, not who you are. Your "
	     "number becomes a",
	     SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"Noche del Río: para que te contemos, manda una palabra: RIO. Contamos que vienes, no "
	     "quién eres. Tu",
	     SMS_ASK_IGNORE, 0, 0, 0, ES},
	    {"River night. People counted so far at this kiosk: 12. Texts waiting: 3.",
	     SMS_ASK_IGNORE, 0, 0, 0, EN},
	    {"I saw the sign \"RIVER\"", CHECK_IN, 10, 0, 0, EN},
	};
	CHECK(table);
}

static void assert_same(const struct sms_request *a, const struct sms_request *b)
{
	assert_int_equal(a->ask, b->ask);
	assert_int_equal(a->project, b->project);
	assert_int_equal(a->people, b->people);
	assert_int_equal(a->people_said, b->people_said);
	assert_int_equal(a->people_cut, b->people_cut);
	assert_int_equal(a->first, b->first);
	assert_int_equal(a->language, b->language);
}

static void only_a_volunteer_asks_for_the_status(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned language;
	} table[] = {{"STATUS", EN}, {"status?", EN}, {"Estado", ES}, {"ESTADO!", ES}};
	struct sms_request request, unknown;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		keyword_read(table[i].text, &manifest, true, &request);
		assert_int_equal(request.ask, SMS_ASK_STATUS);
		assert_int_equal(request.language, table[i].language);
		/* From anybody else it is a word like any that we don't know. */
		keyword_read(table[i].text, &manifest, false, &request);
		keyword_read("qwertz", &manifest, false, &unknown);
		assert_same(&request, &unknown);
	}
	keyword_read("RIVER status", &manifest, true, &request);
	assert_int_equal(request.ask, SMS_ASK_CHECK_IN);
	keyword_read("RIVER", &manifest, true, &request);
	assert_int_equal(request.ask, SMS_ASK_CHECK_IN);
	struct manifest states = manifest;
	text_copy(states.project[0].keyword[0].s, sizeof(states.project[0].keyword[0].s), "STATES");
	keyword_read("STATUS", &states, false, &request);
	assert_int_equal(request.project, 10); /* one letter wrong */
	keyword_read("STATUS", &states, true, &request);
	assert_int_equal(request.ask, SMS_ASK_STATUS);
}

static void one_language_is_always_it(void **state)
{
	(void)state;
	struct manifest one = manifest;
	struct sms_request request;
	one.n_languages = 1;
	keyword_read("RIVER", &one, false, &request);
	assert_int_equal(request.language, 0);
	one.n_languages = 2;
	text_copy(one.language[0].s, sizeof(one.language[0].s), "es-419");
	text_copy(one.language[1].s, sizeof(one.language[1].s), "fr");
	keyword_read("aqui", &one, false, &request);
	assert_int_equal(request.language, 0);
	keyword_read("here", &one, false, &request);
	assert_int_equal(request.language, SMS_LANGUAGE_ANY);
	keyword_read("aqui three", &one, false, &request); /* both: neither */
	assert_int_equal(request.language, SMS_LANGUAGE_ANY);
}

static void a_keyword_that_would_not_work_is_refused_beforehand(void **state)
{
	(void)state;
	static const char *const bad[] = {"STOP",   "Help",   "\xc3\x81yuda", "UNDO",  "3",
	                                  "--",     "",       "three",        "first", "PARA",
	                                  "Status", "estado", "please",       "por",   "nueva"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(keyword_refuse(bad[i]));
	assert_null(keyword_refuse("RIVER"));
	assert_null(keyword_refuse("HERE"));
	assert_null(keyword_refuse("H2O"));
	assert_true(keyword_same("r\xc3\xado", "RIO"));
	assert_true(keyword_same("clean-up", "CleanUp"));
	assert_false(keyword_same("RIVER", "RIVERS"));
}

static void words_of_any_length_and_number_are_bounded(void **state)
{
	(void)state;
	static char text[20000];
	struct words words;
	struct sms_request request;
	memset(text, 'x', sizeof(text) - 1);
	words_read(text, &words);
	assert_int_equal(words.n, 1);
	assert_int_equal(strlen(words.word[0]), WORD_BYTES_MAX);
	for (size_t i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "a ", 2);
	words_read(text, &words);
	assert_int_equal(words.n, WORDS_MAX);
	keyword_read(text, &manifest, false, &request);
	assert_int_equal(request.ask, SMS_ASK_NOTHING);
}

static void one_edit_is_one_edit(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		bool one;
	} table[] = {
	    {"river", "river", false}, {"river", "rive", true},   {"rive", "river", true},
	    {"river", "riverr", true}, {"river", "rover", true},  {"river", "rivre", true},
	    {"river", "irver", true},  {"river", "rvier", true},  {"river", "revir", false},
	    {"river", "riv", false},   {"river", "vriver", true}, {"ab", "ba", true},
	    {"река", "река", false},   {"река", "рек", true},     {"река", "рока", true},
	    {"река", "рака", true},    {"река", "реак", true},    {"река", "рак", false},
	    {"", "a", true},           {"a", "bc", false},        {"river", "roverr", false},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_int_equal(words_one_edit(table[i].a, table[i].b), table[i].one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_keyword_counts_however_it_is_dressed),
	    cmocka_unit_test(a_project_has_a_keyword_in_each_of_several_languages),
	    cmocka_unit_test(one_letter_wrong_counts_when_it_is_clear),
	    cmocka_unit_test(a_party_is_the_number_beside_the_keyword),
	    cmocka_unit_test(first_time_is_said_beside_or_alone),
	    cmocka_unit_test(general_words_and_bare_numbers_mean_the_default),
	    cmocka_unit_test(stray_messages_are_no_check_ins),
	    cmocka_unit_test(reserved_words_come_before_keywords),
	    cmocka_unit_test(machines_are_not_answered),
	    cmocka_unit_test(only_a_volunteer_asks_for_the_status),
	    cmocka_unit_test(one_language_is_always_it),
	    cmocka_unit_test(a_keyword_that_would_not_work_is_refused_beforehand),
	    cmocka_unit_test(words_of_any_length_and_number_are_bounded),
	    cmocka_unit_test(one_edit_is_one_edit),
	};
	return cmocka_run_group_tests_name("sms.keyword", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What people at the door see: each state its scene, each answer its own signs, nobody's secrets. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scene_cases.h"

static const struct mono_time now = {.us = 100000000};

static void scene_of(const struct msg_status *status, const struct msg_view *answer,
                     struct scene *ret)
{
	scene_make(&(struct scene_input){status, answer, now, 0}, ret);
}

static const char *line_with(const struct scene *scene, enum scene_role role, const char *words)
{
	for (unsigned i = 0; i < scene->n_lines; i++)
		if (scene->line[i].role == role && strstr(scene->line[i].text, words))
			return scene->line[i].text;
	return NULL;
}

static void each_state_has_its_scene(void **state)
{
	struct scene scene;

	(void)state;
	for (unsigned i = 0; i < SCENE_CASES; i++) {
		struct scene_case c;

		scene_case_make(i, &c);
		scene_of(c.has_status ? &c.status : NULL, c.has_answer ? &c.answer : NULL, &scene);
		if (scene.kind != c.kind)
			fail_msg("%s: scene %d, should be %d", c.name, scene.kind, c.kind);
		assert_true(scene.n_lines > 0);
	}
}

/* Two answers never share symbol and signal, so that neither eye nor ear takes one for another. */
static void answers_differ_for_eye_and_ear(void **state)
{
	struct scene a, b;

	(void)state;
	for (uint32_t i = SHOW_COUNTED; i <= SHOW_HOLD; i++)
		for (uint32_t j = SHOW_COUNTED; j < i; j++) {
			const struct msg_view first = {.answer = i, .shown = now, .sentence = "a"};
			const struct msg_view second = {.answer = j, .shown = now, .sentence = "a"};

			if (scene_answer_stay_ms(i) == 0 || scene_answer_stay_ms(j) == 0)
				continue;
			scene_of(NULL, &first, &a);
			scene_of(NULL, &second, &b);
			assert_true(a.signal != SIGNAL_NONE && b.signal != SIGNAL_NONE);
			assert_int_not_equal(a.signal, b.signal);
		}
}

static void an_answer_stays_its_time_and_no_longer(void **state)
{
	struct scene_case c;
	struct scene scene;

	(void)state;
	scene_case_make(SCENE_CASE_COUNTED, &c);
	c.answer.shown.us = now.us - scene_answer_stay_ms(SHOW_COUNTED) * UINT64_C(1000) + 1;
	scene_of(&c.status, &c.answer, &scene);
	assert_int_equal(scene.kind, SCENE_ANSWER);
	c.answer.shown.us -= 1;
	scene_of(&c.status, &c.answer, &scene);
	assert_int_equal(scene.kind, SCENE_OPEN);
}

static void an_answer_comes_in_all_languages_of_the_event(void **state)
{
	struct scene_case c;
	struct scene scene;

	(void)state;
	scene_case_make(SCENE_CASE_COUNTED, &c);
	scene_of(&c.status, &c.answer, &scene);
	assert_non_null(line_with(&scene, ROLE_SENTENCE, "Welcome"));
	assert_non_null(line_with(&scene, ROLE_SENTENCE, "bienvenida"));
}

static void texts_are_offered_only_where_they_count(void **state)
{
	struct scene_case c;
	struct scene scene;

	(void)state;
	scene_case_make(SCENE_CASE_OPEN, &c);
	scene_of(&c.status, NULL, &scene);
	assert_non_null(line_with(&scene, ROLE_HINT, "text RIVER to +15025550123"));
	assert_string_equal(scene.code, "SMSTO:+15025550123:RIVER");
	c.status.helper[1].health = HEALTH_MISSING;
	scene_of(&c.status, NULL, &scene);
	assert_null(line_with(&scene, ROLE_HINT, "text"));
	assert_string_equal(scene.code, "");
	scene_case_make(SCENE_CASE_TEXTS_WAIT, &c);
	scene_of(&c.status, NULL, &scene);
	assert_string_equal(scene.code, "");
	assert_non_null(line_with(&scene, ROLE_WARNING, "waiting: 7"));
}

static void what_nobody_can_read_is_not_offered(void **state)
{
	struct scene_case c;
	struct scene scene;

	(void)state;
	scene_case_make(SCENE_CASE_OPEN, &c);
	c.status.helper[0].health = c.status.helper[1].health = HEALTH_MISSING;
	scene_of(&c.status, NULL, &scene);
	assert_null(line_with(&scene, ROLE_HINT, "code"));
	assert_non_null(line_with(&scene, ROLE_HINT, "ask a volunteer"));
}

static void a_closed_meeting_says_whether_the_plug_may_go(void **state)
{
	struct scene_case c;
	struct scene scene;

	(void)state;
	scene_case_make(SCENE_CASE_CLOSED_SENT, &c);
	scene_of(&c.status, NULL, &scene);
	assert_non_null(line_with(&scene, ROLE_VOLUNTEER, "unplug"));
	scene_case_make(SCENE_CASE_CLOSED_HELD, &c);
	scene_of(&c.status, NULL, &scene);
	assert_null(line_with(&scene, ROLE_VOLUNTEER, "unplug"));
	assert_non_null(line_with(&scene, ROLE_WARNING, "143"));
	scene_case_make(SCENE_CASE_CLOSED_UNSENT, &c);
	scene_of(&c.status, NULL, &scene);
	assert_non_null(line_with(&scene, ROLE_WARNING, "18"));
}

static void no_internal_word_is_ever_shown(void **state)
{
	static const char *const words[] = {"leaf", "epoch", "fork", "grant", "batch", "ledger"};
	struct scene scene;

	(void)state;
	for (unsigned i = 0; i < SCENE_CASES; i++) {
		struct scene_case c;

		scene_case_make(i, &c);
		scene_of(c.has_status ? &c.status : NULL, c.has_answer ? &c.answer : NULL, &scene);
		for (unsigned j = 0; j < scene.n_lines; j++)
			for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
				if (strcasestr(scene.line[j].text, words[k]))
					fail_msg("%s: “%s”", c.name, scene.line[j].text);
	}
}

static void the_same_input_gives_the_same_scene(void **state)
{
	struct scene a, b;

	(void)state;
	for (unsigned i = 0; i < SCENE_CASES; i++) {
		struct scene_case c;

		scene_case_make(i, &c);
		memset(&a, 0x55, sizeof(a));
		memset(&b, 0xaa, sizeof(b));
		scene_of(c.has_status ? &c.status : NULL, c.has_answer ? &c.answer : NULL, &a);
		scene_of(c.has_status ? &c.status : NULL, c.has_answer ? &c.answer : NULL, &b);
		assert_true(same_scene(&a, &b));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_state_has_its_scene),
	    cmocka_unit_test(answers_differ_for_eye_and_ear),
	    cmocka_unit_test(an_answer_stays_its_time_and_no_longer),
	    cmocka_unit_test(an_answer_comes_in_all_languages_of_the_event),
	    cmocka_unit_test(texts_are_offered_only_where_they_count),
	    cmocka_unit_test(what_nobody_can_read_is_not_offered),
	    cmocka_unit_test(a_closed_meeting_says_whether_the_plug_may_go),
	    cmocka_unit_test(no_internal_word_is_ever_shown),
	    cmocka_unit_test(the_same_input_gives_the_same_scene),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: a modem of each family that has a profile is known by what it says of itself, started in
 * its own way, outlives its own chatter, refusals and beginnings, and loses nothing. The simulated
 * modem plays it; every test runs over every row.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "world.h"

enum { NAMES_MAX = 8, MINUTE_MS = 60000 };

static struct world w;
static char engine_names[AT_NAMES_MAX], sim_names[SIM_NAMES_MAX];

/* The names of a sentence, one by one; NULL: that was the last. */
static const char *name_of(const char *names, unsigned i)
{
	static char name[32];
	while (i > 0 && (names = strchr(names, ' ')) != NULL) {
		names++;
		i--;
	}
	if (names == NULL)
		return NULL;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(names, " "), names);
	return name;
}

static void begin(const char *profile)
{
	static char name[32];
	print_message("profile %s\n", profile);
	memset(&w, 0, sizeof(w));
	snprintf(name, sizeof(name), "%s", profile);
	w.profile = name;
	world_begin(&w, 20);
}

static void every_row_is_named_and_played(void **state)
{
	(void)state;
	for (size_t i = 0; i < at_profiles_n; i++) {
		const char *name = name_of(engine_names, (unsigned)i);
		assert_non_null(name);
		assert_string_equal(name, at_profiles[i].name);
		assert_ptr_equal(at_profile_named(name), &at_profiles[i]);
		assert_non_null(sim_profile(name));
	}
	assert_null(name_of(engine_names, (unsigned)at_profiles_n));
	assert_null(at_profile_named("nokia"));
	assert_null(sim_profile("nokia"));
	for (unsigned i = 0; i < NAMES_MAX && name_of(sim_names, i) != NULL; i++)
		assert_non_null(sim_profile(name_of(sim_names, i)));
}

static void each_is_known_by_what_it_says(void **state)
{
	(void)state;
	for (unsigned i = 0; name_of(sim_names, i) != NULL; i++) {
		begin(name_of(sim_names, i));
		world_run(&w, 5000);
		const struct at_profile *known = at_profile_named(w.profile);
		assert_ptr_equal(inbox_profile(w.inbox), known != NULL ? known : &at_profiles[0]);
		if (w.modem.profile->quiet != NULL)
			assert_true(w.modem.quiet);
		world_end(&w);
	}
	assert_ptr_equal(at_profile_of("Quectel", "EG25-G"), at_profile_named("ec25"));
	assert_ptr_equal(at_profile_of("Quectel", "BG96"), &at_profiles[0]);
	assert_ptr_equal(at_profile_of("Huawei Technologies Co., Ltd.", "e3372"),
	                 at_profile_named("e3372"));
	assert_ptr_equal(at_profile_of("", ""), &at_profiles[0]);
}

static void a_meeting_with_each(void **state)
{
	(void)state;
	for (unsigned i = 0; name_of(sim_names, i) != NULL; i++) {
		begin(name_of(sim_names, i));
		world_receive(&w, "+15025550101", 0, "RIVER");
		world_run(&w, 2000);
		world_receive(&w, "+15025550102", 0, "river 1");
		/* some put what comes into the SIM, whatever they are told */
		w.modem.receive = SIM_IN_SM;
		world_receive(&w, "+15025550103", 0, "MUSIC");
		assert_true(world_drain(&w, 5 * MINUTE_MS));
		assert_int_equal(stage_people(&w.stage), 3);
		assert_int_equal(world_replies(&w, NULL), 3);
		world_end(&w);
	}
}

/* It begins anew, without its settings; its messages can be had only a while later, and it says
 * so: then they are counted at once, not when the next sweep is due. */
static void each_begins_anew_in_the_middle(void **state)
{
	(void)state;
	for (unsigned i = 0; name_of(sim_names, i) != NULL; i++) {
		begin(name_of(sim_names, i));
		w.settings.sweep_ms = 10 * MINUTE_MS;
		inbox_free(w.inbox);
		w.inbox = inbox_new(&w.settings, (struct mono_time){w.now_us});
		world_run(&w, 15000);
		sim_modem_restart(&w.modem);
		world_receive(&w, "+15025550101", 0, "RIVER");
		unsigned stored_ms = (unsigned)(w.modem.profile->stored_us / 1000);
		if (stored_ms > 0) {
			world_run(&w, stored_ms - 100);
			assert_int_equal(stage_people(&w.stage), 0);
		}
		world_run(&w, 700);
		assert_int_equal(stage_people(&w.stage), 1);
		assert_true(world_drain(&w, 30 * MINUTE_MS));
		assert_int_equal(world_replies(&w, NULL), 1);
		world_end(&w);
	}
}

/* --- the machine alone --- */

static struct at at;
static struct mono_time now;
static char wrote[4096];
static bool power, reopen;

static void take(void)
{
	struct at_action action;
	while (at_next(&at, &action)) {
		if (action.kind == AT_WRITE)
			strncat(wrote, action.text, sizeof(wrote) - strlen(wrote) - 1);
		power |= action.kind == AT_POWER;
		reopen |= action.kind == AT_REOPEN;
	}
}

static void feed(const char *text)
{
	size_t len = strlen(text);
	while (len > 0) {
		size_t n = at_feed(&at, (const uint8_t *)text, len, now);
		text += n;
		len -= n;
		take();
	}
	at_tick(&at, now);
	take();
}

static void open_with(const struct at_profile *profile)
{
	struct at_settings settings;
	at_settings_standard(&settings);
	settings.profile = profile;
	wrote[0] = '\0';
	power = reopen = false;
	now.us = 1000000;
	at_init(&at, &settings, now);
	take();
	now.us += settings.quiet_ms * 1000ULL;
	at_tick(&at, now);
	take();
}

/* As [modem] profile has it: one that never said who it is. */
static void one_that_is_dead_is_reset_in_its_own_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < at_profiles_n; i++) {
		char reset[64];
		open_with(&at_profiles[i]);
		snprintf(reset, sizeof(reset), "%s\r", at_profiles[i].reset);
		uint64_t reset_us = 0, back_us = 0;
		while (!reopen) {
			now = at_deadline(&at);
			at_tick(&at, now);
			take();
			if (reset_us == 0 && strstr(wrote, reset) != NULL) {
				reset_us = now.us;
				back_us = at_deadline(&at).us - now.us;
			}
		}
		assert_true(power);
		assert_int_equal(back_us, at_profiles[i].back_ms * 1000ULL);
	}
}

static void its_own_commands_may_be_refused_and_its_refusals_are_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < at_profiles_n; i++) {
		const struct at_profile *p = &at_profiles[i];
		static const char *const refusals[] = {"ERROR", "COMMAND NOT SUPPORT",
		                                       "TOO MANY PARAMETERS"};
		const char *refusal = refusals[i % 3];
		char line[64], all[256] = "";
		open_with(p);
		snprintf(line, sizeof(line), "\r\n%s\r\n", refusal);
		feed("\r\nOK\r\n"); /* ATE0V1Q0 */
		feed(line);         /* AT+CMEE=1 */
		for (unsigned k = 0; p->setup[k] != NULL; k++) {
			size_t len = strlen(all);
			snprintf(all + len, sizeof(all) - len, "%s\r", p->setup[k]);
			feed(line);
		}
		strncat(all, "AT+CPIN?\r", sizeof(all) - strlen(all) - 1);
		assert_string_equal(strstr(wrote, "AT+CMEE=1\r") + strlen("AT+CMEE=1\r"), all);
	}
}

/* It is taken by the standards. */
static void one_that_does_not_answer_who_it_is_works_all_the_same(void **state)
{
	(void)state;
	static const char *const hangs[] = {"AT+CGMI\r", "AT+CGMM\r"};
	for (size_t i = 0; i < 2; i++) {
		open_with(NULL);
		for (unsigned n = 0; n < 60 && at.status.state != AT_READY; n++) {
			size_t len = strlen(wrote), hang = strlen(hangs[i]);
			bool asked = len >= hang && strcmp(wrote + len - hang, hangs[i]) == 0;
			if (asked || !at.command.in_flight) {
				now = at_deadline(&at);
				at_tick(&at, now);
				take();
			} else {
				feed("\r\n+CPIN: READY\r\n\r\n+CPMS: 0,9,0,9,0,9\r\n\r\nOK\r\n");
			}
		}
		assert_int_equal(at.status.state, AT_READY);
		assert_false(reopen);
		assert_ptr_equal(at.profile, &at_profiles[0]);
	}
}

int main(void)
{
	at_profile_names(engine_names);
	sim_profile_names(sim_names);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row_is_named_and_played),
	    cmocka_unit_test(each_is_known_by_what_it_says),
	    cmocka_unit_test(a_meeting_with_each),
	    cmocka_unit_test(each_begins_anew_in_the_middle),
	    cmocka_unit_test(one_that_is_dead_is_reset_in_its_own_words),
	    cmocka_unit_test(its_own_commands_may_be_refused_and_its_refusals_are_understood),
	    cmocka_unit_test(one_that_does_not_answer_who_it_is_works_all_the_same),
	};
	return cmocka_run_group_tests_name("modem.profiles", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: a volunteer's phone may text STATUS and hears how it goes, in its language; nobody
 * else learns anything by it; the number is in no file and nobody is counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kiosk/msg_people.h>

#include "clock.h"
#include "kiosk_fixture.h"
#include "rfc3339.h"

enum { SENT_BYTES_MAX = 1024 };

static struct kiosk_fixture fixture;

static int open_kiosk(void **state)
{
	const struct stage_options options = {.seed = 9};

	*state = &fixture;
	fixture_init(&fixture, &options);
	return 0;
}

/* An event of the stage's hub with two volunteers; its card. The caller frees it. */
static char *make_event(void)
{
	char hub[STAGE_PATH_MAX], event[STAGE_PATH_MAX], start[32];

	stage_path(&fixture.stage, "hub", hub);
	stage_path(&fixture.stage, "helped", event);
	time_format(clock_wall().s - 3600, start);
	assert_int_equal(
	    FIXTURE_KIOSKCTL(&fixture, "event", "new", "--hub", hub, "--name", "en=River night",
	                     "--name", "es=Noche del Rio", "--project", "1:RIVER:en=River:es=Rio",
	                     "--start", start, "--length", "3h", "--country", "US", "--volunteer",
	                     "(502) 555-0199", "--volunteer", "+15025550198", "--out", event),
	    0);
	return fixture_line(&fixture, "helped/card.txt");
}

static void sent(unsigned n, char text[SENT_BYTES_MAX])
{
	struct stage *stage = &fixture.stage;

	assert_int_equal(
	    prop_ask(&stage->programs, &stage->modem_prop, text, SENT_BYTES_MAX, "sent %u", n), 0);
	print_message("%s\n", text);
}

static void ask(const char *from, const char *text)
{
	fixture_text(&fixture, from, text);
	fixture_settle(&fixture);
}

static void a_volunteer_hears_how_it_goes_and_nobody_else(void **state)
{
	char *card = make_event(), text[SENT_BYTES_MAX], unknown[SENT_BYTES_MAX],
	     folder[STAGE_PATH_MAX], where[STAGE_PATH_MAX];

	(void)state;
	assert_int_equal(stage_start_kioskd(&fixture.stage), 0);
	assert_int_equal(fixture_show(&fixture, card, NULL), SHOW_OPENED);
	free(card);
	ask("+15025550101", "RIVER 2");
	sent(1, text);
	ask("+15025550199", "STATUS");
	sent(2, text);
	assert_non_null(strstr(text, "+15025550199 River night. People counted so far at "
	                             "this kiosk: 2. Texts waiting: 0. "));
	assert_non_null(strstr(text, "Not yet confirmed: 2. Signal: -73 dBm."));
	ask("+15025550198", "Estado");
	sent(3, text);
	assert_non_null(strstr(text, "+15025550198 Noche del Rio. Personas contadas hasta "
	                             "ahora en este kiosco: 2. "));
	ask("+15025550102", "qwertz");
	sent(4, unknown);
	ask("+15025550103", "STATUS");
	sent(5, text);
	assert_string_equal(strchr(text, ' '), strchr(unknown, ' '));
	assert_int_equal(fixture_people(&fixture), 2);
	stage_path(&fixture.stage, "state", folder);
	assert_false(tree_holds(folder, "5550199", 7, where, sizeof(where)));
	stage_path(&fixture.stage, "helped", folder);
	assert_false(tree_holds(folder, "5550199", 7, where, sizeof(where)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_volunteer_hears_how_it_goes_and_nobody_else,
	                                    open_kiosk, fixture_teardown),
	};

	return fixture_run_tests(tests, NULL, NULL);
}

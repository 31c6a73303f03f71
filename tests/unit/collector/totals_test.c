/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise (DESIGN.md, Trust): what was checked is said with every number, people apart from
 * projects, what is missing is said to be missing; and the public cannot get at a number below 10.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "crypto.h"
#include "totals.h"
#include "world.h"

static const struct totals_settings network = {
    .name = "Test network",
    .year = 2026,
    .goal_state_hubs = 50,
    .goal_local_hubs = 500,
    .goal_projects = 1000,
    .goal_people_state = 10000,
    .goal_people_local = 100000,
};

static json_t *totals(struct world *world, enum totals_view view)
{
	char *text = NULL;
	json_t *root;

	assert_int_equal(
	    totals_json(collector_store(world->collector), &network, world->now, view, &text), 0);
	assert_null(strstr(text, "distinct people"));
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	free(text);
	return root;
}

/* "hubs/0/people/attendances": a path through objects and arrays. */
static const json_t *at(const json_t *root, const char *path)
{
	char word[64];
	const json_t *here = root;

	while (*path != '\0') {
		size_t len = strcspn(path, "/");

		memcpy(word, path, len);
		word[len] = '\0';
		path += len + (path[len] == '/');
		here = json_is_array(here) ? json_array_get(here, (size_t)strtoul(word, NULL, 10))
		                           : json_object_get(here, word);
		if (here == NULL)
			fail_msg("%s is not there", word);
	}
	return here;
}

static void expect_number(const json_t *root, const char *path, json_int_t n)
{
	const json_t *value = at(root, path);

	if (!json_is_integer(value) || json_integer_value(value) != n)
		fail_msg("%s is %lld, not %lld", path, (long long)json_integer_value(value),
		         (long long)n);
}

static void expect_text(const json_t *root, const char *path, const char *text)
{
	const json_t *value = at(root, path);

	assert_true(json_is_string(value));
	assert_string_equal(json_string_value(value), text);
}

static void send_it(struct world *world, struct counter *counter)
{
	counter_seal(world, counter);
	assert_int_equal(world_post(world, counter), ANSWER_STORED);
}

static void a_played_meeting_is_told_in_full(void **state)
{
	struct world world;
	struct counter counter;
	json_t *root;

	(void)state;
	world_init(&world);
	world.manifest.tickets_issued = 40;
	world_seal_manifest(&world);
	counter_open(&world, &counter, 'a', 0);
	counter_add(&counter, 0, CHANNEL_QR, FIRST_YES, 10);
	counter_add(&counter, 0, CHANNEL_QR, FIRST_NO, 20);
	counter_add(&counter, 0, CHANNEL_SMS, FIRST_NOT_ASKED, 15);
	counter_add(&counter, 0, CHANNEL_MANUAL, FIRST_NOT_ASKED, 6);
	counter_revoke(&counter, 0, CHANNEL_MANUAL, FIRST_NOT_ASKED, 1);
	counter_add(&counter, 1, CHANNEL_QR, FIRST_YES, 10);
	counter_add(&counter, 1, CHANNEL_QR, FIRST_NO, 20);
	counter_add(&counter, 2, CHANNEL_SMS, FIRST_NOT_ASKED, 15);
	counter.batch.state = EPOCH_CLOSED;
	counter_headcount(&world, &counter, 52);
	send_it(&world, &counter);
	root = totals(&world, TOTALS_TEAM);
	expect_text(root, "network/name", "Test network");
	expect_number(root, "network/year", 2026);
	expect_number(root, "network/goals/local_hubs", 500);
	expect_number(root, "reached/local_hubs", 1);
	expect_number(root, "reached/state_hubs", 0);
	expect_number(root, "reached/projects", 2);
	expect_number(root, "reached/people_local", 50);
	expect_number(root, "people/attendances", 50);
	expect_number(root, "people/by_channel/qr", 30);
	expect_number(root, "people/by_channel/sms", 15);
	expect_number(root, "people/by_channel/manual", 5);
	expect_number(root, "people/first_time/yes", 10);
	expect_number(root, "people/first_time/no", 20);
	expect_number(root, "people/first_time/not_asked", 20);
	expect_number(root, "people_by_level/local/attendances", 50);
	expect_number(root, "people_by_level/state/attendances", 0);
	expect_number(root, "checked/kiosk_signed", 50);
	expect_number(root, "checked/matches_headcount", 50);
	expect_number(root, "checked/distinct_tickets", 50);
	expect_number(root, "kiosks_heard_from", 1);
	expect_text(root, "hubs/0/level", "local");
	expect_text(root, "hubs/0/region", "US-KY");
	expect_text(root, "hubs/0/events/0/name", "Autumn assembly");
	expect_number(root, "hubs/0/events/0/projects/0/participations", 30);
	expect_text(root, "hubs/0/events/0/projects/1/name", "Library");
	expect_number(root, "hubs/0/events/0/projects/1/by_channel/sms", 15);
	expect_text(root, "hubs/0/events/0/occurrences/0/checked/0", "kiosk-signed");
	expect_text(root, "hubs/0/events/0/occurrences/0/checked/1", "+ matches headcount");
	expect_text(root, "hubs/0/events/0/occurrences/0/checked/2", "+ distinct tickets");
	expect_number(root, "hubs/0/events/0/occurrences/0/headcount", 52);
	expect_text(root, "hubs/0/events/0/occurrences/0/kiosks/0/state", "closed");
	assert_int_equal(json_array_size(at(root, "missing")), 0);
	json_decref(root);
	world_deinit(&world);
}

/* people, headcount, whether it matches: within max(3, 10 %) of the headcount */
static void a_headcount_matches_within_three_or_ten_percent(void **state)
{
	static const struct {
		uint32_t people, headcount;
		bool matches;
	} row[] = {{10, 13, true},  {10, 14, false},  {10, 7, true},    {10, 6, false},
	           {90, 100, true}, {89, 100, false}, {110, 100, true}, {111, 100, false}};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct world world;
		struct counter counter;
		json_t *root;

		world_init(&world);
		counter_open(&world, &counter, 'a', 0);
		counter_add(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, row[i].people);
		counter_headcount(&world, &counter, row[i].headcount);
		send_it(&world, &counter);
		root = totals(&world, TOTALS_TEAM);
		expect_number(root, "checked/matches_headcount",
		              row[i].matches ? row[i].people : 0);
		expect_number(root, "checked/distinct_tickets",
		              0); /* nobody said how many were issued */
		json_decref(root);
		world_deinit(&world);
	}
}

static void distinct_tickets_needs_signed_tickets_enough_of_them_and_one_kiosk(void **state)
{
	static const struct {
		enum qr_policy policy;
		uint32_t issued;
		bool second_kiosk, distinct;
	} row[] = {{POLICY_SIGNED, 30, false, true},
	           {POLICY_SIGNED, 29, false, false},
	           {POLICY_ANY, 30, false, false},
	           {POLICY_SIGNED, 0, false, false},
	           {POLICY_SIGNED, 300, true, false}};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct world world;
		struct counter counter;
		json_t *root;

		world_init(&world);
		world.manifest.policy = row[i].policy;
		world.manifest.tickets_issued = row[i].issued;
		world.manifest.kiosks_max = 2;
		world_seal_manifest(&world);
		counter_open(&world, &counter, 'a', 0);
		counter_add(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 30);
		send_it(&world, &counter);
		if (row[i].second_kiosk) {
			counter_open(&world, &counter, 'b', 0);
			counter_add(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 1);
			send_it(&world, &counter);
		}
		root = totals(&world, TOTALS_TEAM);
		expect_number(root, "checked/distinct_tickets", row[i].distinct ? 30 : 0);
		json_decref(root);
		world_deinit(&world);
	}
}

static void what_is_missing_is_listed(void **state)
{
	struct world world;
	struct counter counter;
	json_t *root;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 1);
	counter_add(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 12);
	send_it(&world, &counter);
	world.now.s = WORLD_START + 3600; /* the first meeting is on */
	root = totals(&world, TOTALS_TEAM);
	assert_int_equal(json_array_size(at(root, "missing")), 0);
	json_decref(root);
	world.now.s = WORLD_START + 8 * 86400; /* the second is over and was never closed */
	root = totals(&world, TOTALS_TEAM);
	assert_int_equal(json_array_size(at(root, "missing")), 2);
	expect_number(root, "missing/0/occurrence", 1);
	expect_number(root, "missing/1/occurrence", 2);
	json_decref(root);
	counter.batch.state = EPOCH_CLOSED;
	send_it(&world, &counter);
	world.now.s = WORLD_START + 30 * 86400;
	root = totals(&world, TOTALS_TEAM);
	assert_int_equal(json_array_size(at(root, "missing")), 2);
	expect_number(root, "missing/0/occurrence", 1);
	expect_number(root, "missing/1/occurrence", 3);
	expect_number(root, "people/attendances", 12);
	json_decref(root);
	world_deinit(&world);
}

static void held_and_forked_are_listed_with_why(void **state)
{
	struct world world;
	struct counter counter, clone;
	json_t *root;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	counter_add(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 12);
	counter_add(&counter, 9, CHANNEL_QR, FIRST_NOT_ASKED, 12);
	clone = counter;
	send_it(&world, &counter);
	counter_add(&clone, 0, CHANNEL_QR, FIRST_NOT_ASKED, 1);
	counter_seal(&world, &clone);
	assert_int_equal(world_post(&world, &clone), ANSWER_CONFLICT);
	root = totals(&world, TOTALS_TEAM);
	expect_number(root, "people/attendances", 0);
	expect_number(root, "held/0/attendances", 12);
	assert_non_null(strstr(json_string_value(at(root, "held/0/why")), "project 9"));
	expect_number(root, "forked/0/batch", 1);
	json_decref(root);
	root = totals(&world, TOTALS_PUBLIC);
	assert_null(json_object_get(at(root, "held/0"), "attendances"));
	expect_text(root, "held/0/why", "Held until the hub mends the cause.");
	json_decref(root);
	world_deinit(&world);
}

/* --- the public's view --- */

static void the_public_sees_no_number_below_ten(void **state)
{
	struct world world;
	struct counter counter;
	json_t *root;
	static const uint32_t people[] = {40, 9, 10};

	(void)state;
	world_init(&world);
	for (uint8_t i = 0; i < 3; i++) {
		counter_open(&world, &counter, (uint8_t)('a' + i), i);
		counter_add(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, people[i]);
		counter_add(&counter, 1, CHANNEL_QR, FIRST_NOT_ASKED, i == 0 ? 27 : people[i]);
		if (i == 0)
			counter_add(&counter, 2, CHANNEL_QR, FIRST_NOT_ASKED, 13);
		send_it(&world, &counter);
	}
	root = totals(&world, TOTALS_PUBLIC);
	expect_number(root, "hubs/0/events/0/occurrences/0/people/attendances", 40);
	expect_text(root, "hubs/0/events/0/occurrences/1/people/attendances", "fewer than 10");
	expect_number(root, "hubs/0/events/0/occurrences/2/people/attendances", 10);
	/* sums are over what is shown: 40 + 10, so that 9 is not had by subtraction */
	expect_number(root, "people/attendances", 50);
	expect_number(root, "people_by_level/local/attendances", 50);
	expect_number(root, "hubs/0/people/attendances", 50);
	expect_number(root, "hubs/0/events/0/people/attendances", 50);
	expect_number(root, "reached/people_local", 50);
	expect_number(root, "checked/kiosk_signed", 50);
	/* projects only where each has ten: in the third meeting Library has none, and people minus
	 * River would tell */
	expect_number(root, "hubs/0/events/0/occurrences/0/projects/0/participations", 27);
	expect_number(root, "hubs/0/events/0/occurrences/0/projects/1/participations", 13);
	assert_true(json_is_string(at(root, "hubs/0/events/0/occurrences/1/projects")));
	assert_true(json_is_string(at(root, "hubs/0/events/0/occurrences/2/projects")));
	expect_number(root, "hubs/0/events/0/projects/0/participations", 27);
	expect_number(root, "hubs/0/events/0/projects/1/participations", 13);
	/* nothing that splits a shown number further */
	assert_null(json_object_get(at(root, "people"), "by_channel"));
	assert_null(json_object_get(at(root, "people"), "first_time"));
	assert_null(json_object_get(at(root, "hubs/0/events/0/occurrences/0"), "headcount"));
	assert_true(json_is_integer(at(root, "hubs/0/events/0/occurrences/0/kiosks")));
	json_decref(root);
	world_deinit(&world);
}

/* Whether a meeting's projects are shown; River first, Library where it has a second. */
static void whoever_is_left_over_is_hidden_too(void **state)
{
	/* clang-format off */
	static const struct {
		uint32_t people, river, library;
		bool alone; /* the manifest names River only */
		bool shown;
	} row[] = {
		{20, 19, 0,  true,  false}, /* one is not for it */
		{20, 11, 0,  true,  false},
		{20, 10, 0,  true,  true},
		{20, 20, 0,  true,  true}, /* it says no more than the people do */
		{20, 21, 0,  true,  false},
		{40, 30, 30, false, true},
		{40, 31, 30, false, false},
		{40, 30, 31, false, false},
		{40, 40, 30, false, false},
		{40, 40, 40, false, false},
		{19, 10, 10, false, false},
		{20, 10, 10, false, true},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct world world;
		struct counter counter;
		json_t *root;

		world_init(&world);
		if (row[i].alone) {
			world.manifest.n_projects = 1;
			world_seal_manifest(&world);
		}
		counter_open(&world, &counter, 'a', 0);
		counter_add(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, row[i].people);
		counter_add(&counter, 1, CHANNEL_QR, FIRST_NOT_ASKED, row[i].river);
		if (!row[i].alone)
			counter_add(&counter, 2, CHANNEL_QR, FIRST_NOT_ASKED, row[i].library);
		send_it(&world, &counter);
		root = totals(&world, TOTALS_PUBLIC);
		expect_number(root, "hubs/0/events/0/occurrences/0/people/attendances",
		              row[i].people);
		if (json_is_array(at(root, "hubs/0/events/0/occurrences/0/projects")) !=
		    row[i].shown)
			fail_msg("%u people, %u, %u", row[i].people, row[i].river, row[i].library);
		json_decref(root);
		world_deinit(&world);
	}
}

/* What cannot be seen without identities is said with the numbers, to everybody. */
static void what_cannot_be_known_is_said(void **state)
{
	static const char *const said[] = {"attendances", "counted twice", "may overlap",
	                                   "never added up", "never guessed"};
	struct world world;

	(void)state;
	world_init(&world);
	for (int view = 0; view < 2; view++) {
		json_t *root = totals(&world, view == 0 ? TOTALS_TEAM : TOTALS_PUBLIC);
		char *notes = json_dumps(json_object_get(root, "notes"), 0);

		assert_non_null(notes);
		for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
			if (strstr(notes, said[i]) == NULL)
				fail_msg("\"%s\" is not in %s", said[i], notes);
		/* Nobody can promise that. */
		assert_null(strstr(notes, "distinct people"));
		free(notes);
		json_decref(root);
	}
	world_deinit(&world);
}

static void an_empty_network_has_totals(void **state)
{
	struct world world;
	json_t *root;

	(void)state;
	world_init(&world);
	root = totals(&world, TOTALS_TEAM);
	expect_number(root, "people/attendances", 0);
	expect_number(root, "kiosks_heard_from", 0);
	json_decref(root);
	world_deinit(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_played_meeting_is_told_in_full),
	    cmocka_unit_test(a_headcount_matches_within_three_or_ten_percent),
	    cmocka_unit_test(distinct_tickets_needs_signed_tickets_enough_of_them_and_one_kiosk),
	    cmocka_unit_test(what_is_missing_is_listed),
	    cmocka_unit_test(held_and_forked_are_listed_with_why),
	    cmocka_unit_test(the_public_sees_no_number_below_ten),
	    cmocka_unit_test(whoever_is_left_over_is_hidden_too),
	    cmocka_unit_test(what_cannot_be_known_is_said),
	    cmocka_unit_test(an_empty_network_has_totals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

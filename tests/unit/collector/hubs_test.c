/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise (DESIGN.md, Trust): national numbers stand where they belong. A hub's number is one hub;
 * two that were given the same are not added up in silence, and each way out that is told works. A
 * project is one across a network; a meeting that was to be is missed; what may not be shown is not
 * told as 0.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "crypto.h"
#include "totals.h"
#include "world.h"

static const struct totals_settings network = {.name = "Test network", .year = 2026};

static json_t *totals(struct world *world, enum totals_view view)
{
	char *text = NULL;
	json_t *root;

	assert_int_equal(
	    totals_json(collector_store(world->collector), &network, world->now, view, &text), 0);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	free(text);
	return root;
}

static void rename_to(char *name, size_t size, const char *text)
{
	assert_true(snprintf(name, size, "%s", text) < (int)size);
}

/* Another hub of this network on the same collector: its own key, number and event. */
static void other_hub(const struct world *world, struct world *other, uint32_t number,
                      uint8_t octet)
{
	struct secret_seed card;

	*other = *world;
	other->hub.hub_id = number;
	other->hub_key = world_seed(octet);
	other->hub.hub = ed25519_public(&other->hub_key);
	memset(other->manifest.event.b, octet, sizeof(other->manifest.event.b));
	card = card_seed(&other->secret, &other->manifest.event);
	other->manifest.card = ed25519_public(&card);
	world_seal_hub(other);
	world_seal_manifest(other);
}

/* What differs, and whether it is another hub. */
static void a_number_is_one_hub(void **state)
{
	static const struct {
		const char *name, *region;
		enum hub_level level;
		bool key, date, another;
	} row[] = {
	    {"Elm Street", "US-KY", HUB_LOCAL, false, false, false},
	    {"Elm Street", "US-KY", HUB_LOCAL, true, false, false},
	    {"Elm Street", "US-KY", HUB_LOCAL, false, true, false},
	    {"Elm Street", "US-KY", HUB_LOCAL, true, true, false},
	    {"Oak Street", "US-KY", HUB_LOCAL, false, false, true},
	    {"Oak Street", "US-KY", HUB_LOCAL, true, true, true},
	    {"Elm Street", "US-OH", HUB_LOCAL, true, false, true},
	    {"Elm Street", "US-KY", HUB_STATE, true, false, true},
	    {"Ohio", "US-OH", HUB_STATE, true, true, true},
	    {"Elm Street ", "US-KY", HUB_LOCAL, true, false, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct world world, other;
		struct counter counter;
		json_t *root;

		world_init(&world);
		counter_open(&world, &counter, 'a', 0);
		world_count_and_send(&world, &counter, 20);
		other = world;
		other.hub_key = row[i].key ? world_seed('o') : world.hub_key;
		other.hub.hub = ed25519_public(&other.hub_key);
		other.hub.level = row[i].level;
		other.hub.not_before -= row[i].date ? 5 : 0;
		rename_to(other.hub.name.s, sizeof(other.hub.name.s), row[i].name);
		rename_to(other.hub.region.s, sizeof(other.hub.region.s), row[i].region);
		memset(other.manifest.event.b, 'o', sizeof(other.manifest.event.b));
		other.manifest.card = ed25519_public(
		    &(struct secret_seed[]){card_seed(&other.secret, &other.manifest.event)}[0]);
		world_seal_hub(&other);
		world_seal_manifest(&other);
		counter_open(&other, &counter, 'b', 0);
		world_count_and_send(&other, &counter, 11);
		world.collector = other.collector;
		root = totals(&world, TOTALS_TEAM);
		if (row[i].another != (strstr(other.receipt.held.s, "hub 7") != NULL) ||
		    json_array_size(json_object_get(root, "held")) != row[i].another ||
		    json_array_size(json_object_get(root, "hubs")) != 1 ||
		    world_counted(&world) != (row[i].another ? 20U : 31U))
			fail_msg("row %zu: %s; %s", i, other.receipt.held.s,
			         json_dumps(root, JSON_INDENT(1)));
		/* Nothing of a stranger stands under the hub. */
		assert_int_equal(json_array_size(json_object_get(
		                     json_array_get(json_object_get(root, "hubs"), 0), "events")),
		                 row[i].another ? 1 : 2);
		json_decref(root);
		world_deinit(&world);
	}
}

/* The network certifies the stranger's key under a number of its own: its totals move there, also
 * those that were stored, and later ones of kiosks that still bring the former certificate. */
static void a_stranger_gets_a_number_of_its_own(void **state)
{
	struct world world, other, mended;
	struct counter counter, second;
	char sentence[256] = "";
	unsigned released = 0;
	json_t *root;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	world_count_and_send(&world, &counter, 20);
	other_hub(&world, &other, world.hub.hub_id, 'o');
	other.hub.level = HUB_STATE;
	rename_to(other.hub.name.s, sizeof(other.hub.name.s), "Ohio");
	world_seal_hub(&other);
	counter_open(&other, &second, 'b', 0);
	world_count_and_send(&other, &second, 11);
	assert_int_equal(world_counted(&world), 20);
	mended = other;
	mended.hub.hub_id = 8;
	world_seal_hub(&mended);
	assert_int_equal(collector_take_hub(world.collector, mended.hub_cert, mended.hub_cert_len,
	                                    sentence, sizeof(sentence)),
	                 0);
	assert_int_equal(collector_judge_again(world.collector, &released), 0);
	assert_int_equal(released, 1);
	assert_int_equal(world_counted(&world), 31);
	world_count_and_send(&other, &second, 1);
	assert_string_equal(other.receipt.held.s, "");
	counter_open(&other, &counter, 'c', 1);
	world_count_and_send(&other, &counter, 3);
	assert_string_equal(other.receipt.held.s, "");
	root = totals(&world, TOTALS_TEAM);
	assert_int_equal(json_array_size(json_object_get(root, "hubs")), 2);
	assert_int_equal(json_array_size(json_object_get(root, "held")), 0);
	assert_int_equal(
	    json_integer_value(json_object_get(json_object_get(root, "reached"), "people_state")),
	    15);
	json_decref(root);
	world_restart(&world);
	world_deinit(&world);
}

/* The one that came first was the wrong one: the operator says who the hub is. */
static void the_first_may_have_been_the_stranger(void **state)
{
	struct world world, other;
	struct counter first, second;
	char sentence[256] = "";
	unsigned released = 0;

	(void)state;
	world_init(&world);
	other_hub(&world, &other, world.hub.hub_id, 'o');
	rename_to(other.hub.name.s, sizeof(other.hub.name.s), "Ohio");
	world_seal_hub(&other);
	counter_open(&other, &first, 'b', 0);
	world_count_and_send(&other, &first, 11);
	counter_open(&world, &second, 'a', 0);
	world_count_and_send(&world, &second, 20);
	assert_string_not_equal(world.receipt.held.s, "");
	assert_int_equal(world_counted(&world), 11);
	assert_int_equal(collector_take_issue(world.collector, world.manifest_bytes,
	                                      world.manifest_len, world.hub_cert,
	                                      world.hub_cert_len, sentence, sizeof(sentence)),
	                 -EINVAL);
	assert_non_null(strstr(sentence, "--hub-certificate"));
	assert_int_equal(collector_take_hub(world.collector, world.hub_cert, world.hub_cert_len,
	                                    sentence, sizeof(sentence)),
	                 0);
	assert_int_equal(collector_judge_again(world.collector, &released), 0);
	assert_int_equal(world_counted(&world), 20);
	world_restart(&world);
	world_deinit(&world);
}

/* --- projects --- */

struct named {
	const char *language[2], *name[2];
};

static void name_project(struct world *world, const struct named *named)
{
	struct manifest *manifest = &world->manifest;

	manifest->n_languages = named->language[1] != NULL ? 2 : 1;
	for (unsigned i = 0; i < manifest->n_languages; i++) {
		rename_to(manifest->language[i].s, sizeof(manifest->language[i].s),
		          named->language[i]);
		rename_to(manifest->name[i].s, sizeof(manifest->name[i].s), "Meeting");
		rename_to(manifest->project[0].name[i].s, sizeof(manifest->project[0].name[i].s),
		          named->name[i]);
	}
	manifest->n_projects = 1;
	world_seal_manifest(world);
}

static void a_project_is_one_across_meetings_and_hubs(void **state)
{
	static const struct {
		struct named a, b;
		int projects;
	} row[] = {
	    {{{"en"}, {"Clean the river"}}, {{"en"}, {"Clean the river"}}, 1},
	    {{{"en"}, {"Clean the river"}}, {{"en"}, {"CLEAN  the River!"}}, 1},
	    {{{"en"}, {"Clean the river"}}, {{"en"}, {"Park benches"}}, 2},
	    {{{"en", "es"}, {"River", "Río"}}, {{"es"}, {"rio"}}, 1},
	    {{{"en", "es"}, {"River", "Río"}}, {{"es", "en"}, {"Río", "River"}}, 1},
	    {{{"en"}, {"Rio"}}, {{"es"}, {"Río"}}, 2},
	    {{{"en"}, {"🌳"}}, {{"en"}, {"🌊"}}, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct world world, other;
		struct counter counter;
		json_t *root, *list;

		world_init(&world);
		name_project(&world, &row[i].a);
		for (uint16_t meeting = 0; meeting < 3; meeting++) {
			counter_open(&world, &counter, (uint8_t)('a' + meeting), meeting);
			world_count_and_send(&world, &counter, 12);
		}
		other_hub(&world, &other, 8, 'o');
		name_project(&other, &row[i].b);
		counter_open(&other, &counter, 'o', 0);
		world_count_and_send(&other, &counter, 12);
		root = totals(&world, TOTALS_TEAM);
		list = json_object_get(root, "projects");
		if (json_integer_value(json_object_get(json_object_get(root, "reached"),
		                                       "projects")) != row[i].projects ||
		    json_array_size(list) != (size_t)row[i].projects)
			fail_msg("row %zu: %s", i, json_dumps(list, JSON_INDENT(1)));
		if (row[i].projects == 1) {
			list = json_array_get(list, 0);
			assert_int_equal(
			    json_integer_value(json_object_get(list, "participations")), 48);
			assert_int_equal(json_array_size(json_object_get(list, "hubs")), 2);
		}
		json_decref(root);
		world_deinit(&world);
	}
}

static void what_may_not_be_shown_is_not_told_as_none(void **state)
{
	static const char *const what[] = {"projects", "local_hubs", "people_local"};
	struct world world;
	struct counter counter;
	json_t *root, *reached;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	world_count_and_send(&world, &counter, 5);
	root = totals(&world, TOTALS_PUBLIC);
	reached = json_object_get(root, "reached");
	for (size_t i = 0; i < sizeof(what) / sizeof(what[0]); i++)
		assert_string_equal(json_string_value(json_object_get(reached, what[i])),
		                    "not shown");
	/* What is none is none. */
	assert_true(json_is_integer(json_object_get(reached, "state_hubs")));
	assert_int_equal(json_array_size(json_object_get(root, "projects")), 0);
	json_decref(root);
	world_deinit(&world);
}

/* --- what never came --- */

static void an_event_of_which_nothing_came_is_missed(void **state)
{
	struct world world, other;
	struct counter counter;
	char sentence[256];
	json_t *root, *missing;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	world_count_and_send(&world, &counter, 12);
	other_hub(&world, &other, 8, 'o');
	assert_int_equal(collector_take_issue(world.collector, other.manifest_bytes,
	                                      other.manifest_len, other.hub_cert,
	                                      other.hub_cert_len, sentence, sizeof(sentence)),
	                 0);
	world.now.s = WORLD_START + 8 * 86400; /* two of three are over */
	for (int view = 0; view < 2; view++) {
		root = totals(&world, view == 0 ? TOTALS_TEAM : TOTALS_PUBLIC);
		missing = json_object_get(root, "missing");
		/* The open one, the second, and both of the other hub. */
		assert_int_equal(json_array_size(missing), 4);
		for (size_t i = 2; i < 4; i++) {
			const json_t *line = json_array_get(missing, i);

			assert_int_equal(json_integer_value(json_object_get(line, "hub")), 8);
			assert_int_equal(json_integer_value(json_object_get(line, "occurrence")),
			                 i - 1);
		}
		json_decref(root);
	}
	counter_open(&other, &counter, 'o', 0);
	world_count_and_send(&other, &counter, 12);
	root = totals(&world, TOTALS_TEAM);
	assert_int_equal(json_array_size(json_object_get(root, "missing")), 4);
	json_decref(root);
	world_deinit(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_number_is_one_hub),
	    cmocka_unit_test(a_stranger_gets_a_number_of_its_own),
	    cmocka_unit_test(the_first_may_have_been_the_stranger),
	    cmocka_unit_test(a_project_is_one_across_meetings_and_hubs),
	    cmocka_unit_test(what_may_not_be_shown_is_not_told_as_none),
	    cmocka_unit_test(an_event_of_which_nothing_came_is_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

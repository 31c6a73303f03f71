/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise (DESIGN.md, Trust): a card that was photographed makes no false total for good. A
 * stranger's kiosk that counts first is seen beside the hub's own, and the hub's signed word says
 * which was which, in whatever order they came.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "crypto.h"
#include "totals.h"
#include "world.h"

static const struct totals_settings network = {.name = "Test network", .year = 2026};

/* The hub says so; the octets are device keys' seeds. */
static int say(struct world *world, const char *own, int64_t time, char *sentence, size_t size)
{
	struct kiosk_list list = {
	    .event = world->manifest.event, .time = time, .n = (uint8_t)strlen(own)};
	uint8_t bytes[KIOSK_LIST_BYTES_MAX];
	size_t len;

	for (unsigned i = 0; i < list.n; i++) {
		const struct secret_seed seed = world_seed((uint8_t)own[i]);

		list.own[i] = ed25519_public(&seed);
	}
	if (list.n == 2 && memcmp(&list.own[0], &list.own[1], sizeof(list.own[0])) > 0) {
		const struct public_key first = list.own[0];

		list.own[0] = list.own[1];
		list.own[1] = first;
	}
	assert_int_equal(kiosk_list_seal(&list, &world->hub_key, bytes, sizeof(bytes), &len), 0);
	return collector_take_kiosks(world->collector, bytes, len, world->hub_cert,
	                             world->hub_cert_len, sentence, size);
}

static json_t *occurrence(struct world *world, enum totals_view view, json_t **ret_root)
{
	char *text = NULL;
	json_t *hub, *event;

	assert_int_equal(
	    totals_json(collector_store(world->collector), &network, world->now, view, &text), 0);
	*ret_root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	free(text);
	hub = json_array_get(json_object_get(*ret_root, "hubs"), 0);
	event = json_array_get(json_object_get(hub, "events"), 0);
	return json_array_get(json_object_get(event, "occurrences"), 0);
}

static void assert_disputed(struct world *world, bool disputed)
{
	for (int view = 0; view < 2; view++) {
		json_t *root,
		    *at = occurrence(world, view == 0 ? TOTALS_TEAM : TOTALS_PUBLIC, &root);

		assert_int_equal(json_is_true(json_object_get(at, "disputed")), disputed);
		/* Both are told, with what they counted, to who is to settle it. */
		if (view == 0)
			assert_int_equal(json_array_size(json_object_get(at, "kiosks")), 2);
		json_decref(root);
	}
}

/* Who came first, whom the hub calls its own, what counts then: the stranger s 40, the own o 30. */
static void the_hub_says_which_kiosk_was_its_own(void **state)
{
	static const struct {
		const char *came, *own;
		uint32_t before, after;
		uint32_t people_max;
	} row[] = {
	    {"so", "o", 40, 30, 0},  {"os", "o", 30, 30, 0},   {"so", "s", 40, 40, 0},
	    {"so", "os", 40, 70, 0}, {"so", "", 40, 0, 0},     {"so", "o", 40, 30, 45},
	    {"so", "x", 40, 0, 0},   {"os", "so", 30, 30, 45},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct world world;
		struct counter counter;
		char sentence[256] = "";

		world_init(&world);
		world.manifest.people_max = row[i].people_max;
		world_seal_manifest(&world);
		for (size_t k = 0; k < 2; k++) {
			counter_open(&world, &counter, (uint8_t)row[i].came[k], 0);
			world_count_and_send(&world, &counter, row[i].came[k] == 's' ? 40 : 30);
		}
		assert_int_equal(world_counted(&world), row[i].before);
		assert_disputed(&world, true);
		if (say(&world, row[i].own, WORLD_START, sentence, sizeof(sentence)) != 0)
			fail_msg("row %zu: %s", i, sentence);
		if (world_counted(&world) != row[i].after)
			fail_msg("row %zu: %u counted", i, (unsigned)world_counted(&world));
		assert_disputed(&world, false);
		world_restart(&world);
		assert_int_equal(world_counted(&world), row[i].after);
		world_deinit(&world);
	}
}

static void what_is_said_later_stands_and_counts_for_later_batches(void **state)
{
	struct world world;
	struct counter stranger, own;
	char sentence[256];

	(void)state;
	world_init(&world);
	counter_open(&world, &stranger, 's', 0);
	counter_open(&world, &own, 'o', 0);
	world_count_and_send(&world, &stranger, 40);
	assert_int_equal(say(&world, "o", WORLD_START + 10, sentence, sizeof(sentence)), 0);
	assert_int_equal(world_counted(&world), 0);
	world_count_and_send(&world, &own, 30);
	assert_string_equal(world.receipt.held.s, "");
	world_count_and_send(&world, &stranger, 1);
	assert_non_null(strstr(world.receipt.held.s, "is not one"));
	assert_int_equal(say(&world, "s", WORLD_START + 9, sentence, sizeof(sentence)), -EINVAL);
	assert_non_null(strstr(sentence, "later"));
	assert_int_equal(world_counted(&world), 30);
	assert_int_equal(say(&world, "so", WORLD_START + 11, sentence, sizeof(sentence)), 0);
	assert_int_equal(world_counted(&world), 71);
	world_deinit(&world);
}

static void a_strangers_word_is_not_taken(void **state)
{
	struct world world, stranger;
	struct counter counter;
	char sentence[256];

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'o', 0);
	world_count_and_send(&world, &counter, 30);
	stranger = world;
	stranger.hub_key = world_seed('x');
	assert_int_equal(say(&stranger, "s", WORLD_START, sentence, sizeof(sentence)), -EINVAL);
	assert_non_null(strstr(sentence, "not signed by that hub"));
	stranger.hub.hub = ed25519_public(&stranger.hub_key);
	stranger.root = stranger.hub_key;
	world_seal_hub(&stranger);
	assert_int_equal(say(&stranger, "s", WORLD_START, sentence, sizeof(sentence)), -EINVAL);
	assert_non_null(strstr(sentence, "not certified"));
	/* A hub of this network that has the number of another. */
	stranger.root = world.root;
	stranger.hub.level = HUB_STATE;
	world_seal_hub(&stranger);
	assert_int_equal(say(&stranger, "s", WORLD_START, sentence, sizeof(sentence)), -EINVAL);
	assert_non_null(strstr(sentence, "number"));
	assert_int_equal(world_counted(&world), 30);
	assert_int_equal(collector_revoke(world.collector, world.now, &world.hub.hub, "lost"), 0);
	assert_int_equal(say(&world, "s", WORLD_START, sentence, sizeof(sentence)), -EINVAL);
	world_deinit(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_hub_says_which_kiosk_was_its_own),
	    cmocka_unit_test(what_is_said_later_stands_and_counts_for_later_batches),
	    cmocka_unit_test(a_strangers_word_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

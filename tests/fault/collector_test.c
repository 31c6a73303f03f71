/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: the collector never signs for what it might lose. While a post is judged and stored,
 * alone or in a group that shares a commit, the n-th allocation, or the n-th write, sync,
 * truncation or deletion, fails, for every n: there is no reply, or one that holds; what was
 * answered for is there after a power cut; what was not can be sent again and counts once; after a
 * failed write or sync nothing more is taken.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "fault.h"
#include "store.h"
#include "vfs_fault.h"
#include "world.h"

enum { GROUP = 3 };

struct scene {
	struct world world;
	struct fault_disk *disk, *before;
	struct counter counter[GROUP]; /* each with a second batch sealed, the first one stored */
};

static int set_up(void **state)
{
	static struct scene scene;

	memset(&scene, 0, sizeof(scene));
	scene.disk = fault_disk_new();
	world_init(&scene.world);
	scene.world.manifest.kiosks_max = GROUP;
	world_seal_manifest(&scene.world);
	for (int i = 0; i < GROUP; i++) {
		counter_open(&scene.world, &scene.counter[i], (uint8_t)('a' + i), 0);
		counter_add(&scene.counter[i], 0, CHANNEL_QR, FIRST_NO, 5);
		counter_seal(&scene.world, &scene.counter[i]);
		if (i > 0)
			assert_int_equal(world_post(&scene.world, &scene.counter[i]),
			                 ANSWER_STORED);
	}
	for (int i = 1; i < GROUP; i++) {
		counter_add(&scene.counter[i], 0, CHANNEL_QR, FIRST_NO, 5);
		counter_seal(&scene.world, &scene.counter[i]);
	}
	scene.before = fault_disk_snapshot(scene.disk);
	*state = &scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	world_deinit(&scene->world);
	fault_disk_free(scene->before);
	fault_disk_free(scene->disk);
	return 0;
}

static void set_back(struct scene *scene)
{
	fault_disk_arm(scene->disk, FAULT_NONE, FAULT_OP_ANY, 0);
	collector_close(scene->world.collector);
	scene->world.collector = NULL;
	fault_disk_copy(scene->disk, scene->before);
	world_restart(&scene->world);
}

static int post(struct scene *scene, int which, struct collector_reply *ret)
{
	const struct nonce nonce = {{(uint8_t)(1 + which)}};
	const struct counter *counter = &scene->counter[which];

	return collector_post(scene->world.collector, scene->world.now, &nonce, counter->body,
	                      counter->body_len, ret);
}

/* The first alone, or all in a group. What each was told; the first error if it was not. */
static int deliver(struct scene *scene, bool in_group, struct collector_reply reply[GROUP])
{
	int error = 0, r;

	if (!in_group)
		return post(scene, 0, &reply[0]);
	collector_group_begin(scene->world.collector);
	for (int i = 0; i < GROUP; i++) {
		r = post(scene, i, &reply[i]);
		if (r < 0 && error == 0)
			error = r;
	}
	r = collector_group_commit(scene->world.collector);
	return r < 0 ? r : error;
}

static uint64_t log_size(struct scene *scene)
{
	struct merkle_frontier log;

	assert_int_equal(store_log(collector_store(scene->world.collector), &log), 0);
	return log.size;
}

/* Sent again, each is stored once, now or before; and the log has no more of them than there are.
 */
static void settle(struct scene *scene, bool in_group, bool was_answered, const char *where)
{
	/* In another order, so that nothing of what was undone may be left. */
	for (int i = in_group ? GROUP - 1 : 0; i >= 0; i--) {
		const uint16_t status = world_post(&scene->world, &scene->counter[i]);

		if (status != ANSWER_STORED_BEFORE && (was_answered || status != ANSWER_STORED))
			fail_msg("%s: sent again, it was answered %u", where, status);
	}
	assert_int_equal(log_size(scene), GROUP - 1 + (in_group ? GROUP : 1));
}

static void check_replies(struct scene *scene, bool in_group, struct collector_reply reply[GROUP])
{
	for (int i = 0; i < (in_group ? GROUP : 1); i++) {
		const struct nonce nonce = {{(uint8_t)(1 + i)}};

		assert_int_equal(reply[i].status, ANSWER_STORED);
		world_check_reply(&scene->world, reply[i].bytes, reply[i].len, &nonce, NULL);
	}
}

/* --- memory --- */

static bool run_short(struct scene *scene, bool in_group, uint64_t n, enum fault_length length)
{
	static struct collector_reply reply[GROUP];
	bool happened;
	char where[100];
	int r;

	(void)snprintf(where, sizeof(where), "%s, allocation %llu", in_group ? "a group" : "a post",
	               (unsigned long long)n);
	set_back(scene);
	fault_calls_arm(FAULT_CALL_MEMORY, n, length);
	r = deliver(scene, in_group, reply);
	happened = fault_calls_disarm();
	if (r != 0 && (r != -ENOMEM || !happened))
		fail_msg("%s: answered %d", where, r);
	if (r == 0)
		check_replies(scene, in_group, reply);
	settle(scene, in_group, r == 0, where);
	return happened;
}

static void too_little_memory_is_a_later(void **state)
{
	struct scene *scene = *state;

	for (int in_group = 0; in_group < 2; in_group++) {
		uint64_t n = 1;
		size_t live;

		set_back(scene);
		live = fault_calls_live();
		while (run_short(scene, in_group, n, FAULT_ONCE)) {
			(void)run_short(scene, in_group, n, FAULT_FROM_NOW_ON);
			n++;
		}
		set_back(scene);
		assert_int_equal(fault_calls_live(), live);
		print_message("%s: up to allocation %llu\n", in_group ? "a group" : "a post",
		              (unsigned long long)n);
		assert_true(n > 5);
	}
}

static void it_opens_or_says_that_it_cannot(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->world;
	const struct collector_settings settings = world_settings(world);
	bool happened = true;
	size_t live;

	collector_close(world->collector);
	world->collector = NULL;
	live = fault_calls_live();
	/* Of thousands, most of them in making the schema and reading all again, some are left out. */
	for (uint64_t n = 1; happened; n += n < 300 ? 1 : 7) {
		char sentence[256] = "";
		int r;

		fault_calls_arm(FAULT_CALL_ANY, n, FAULT_ONCE);
		r = collector_open(&settings, &world->collector, sentence, sizeof(sentence));
		happened = fault_calls_disarm();
		if (r != 0 && (!happened || world->collector != NULL))
			fail_msg("opening, call %llu: %d %s", (unsigned long long)n, r, sentence);
		collector_close(world->collector);
		world->collector = NULL;
		if (fault_calls_live() != live)
			fail_msg("opening, call %llu: memory or a descriptor was not given back",
			         (unsigned long long)n);
	}
	world_restart(world);
	settle(scene, true, false, "afterwards");
}

/* --- the disk --- */

static bool run_on_bad_disk(struct scene *scene, bool in_group, enum fault_kind kind, uint64_t n)
{
	const int error = kind == FAULT_EIO ? -EIO : -ENOSPC;
	static struct collector_reply reply[GROUP];
	bool happened;
	char where[100];
	int r;

	(void)snprintf(where, sizeof(where), "%s, %s at operation %llu",
	               in_group ? "a group" : "a post", error == -EIO ? "an error" : "no room",
	               (unsigned long long)n);
	set_back(scene);
	fault_disk_arm(scene->disk, kind, kind == FAULT_EIO ? FAULT_OP_ANY : FAULT_OP_WRITE, n);
	r = deliver(scene, in_group, reply);
	happened = fault_disk_happened(scene->disk);
	fault_disk_arm(scene->disk, FAULT_NONE, FAULT_OP_ANY, 0);
	if (r != 0 && (r != error || !happened))
		fail_msg("%s: answered %d", where, r);
	if (r == 0)
		check_replies(scene, in_group, reply);
	if (r == -EIO) {
		/* Nothing is taken or told any more, and the disk is left alone. */
		const struct nonce nonce = {{1}};

		assert_int_equal(post(scene, 1, &reply[0]), -EIO);
		assert_int_equal(collector_head(scene->world.collector, &nonce,
		                                &scene->counter[1].batch.epoch, &reply[0]),
		                 -EIO);
		assert_int_equal(
		    collector_log_head(scene->world.collector, scene->world.now, &nonce, &reply[0]),
		    -EIO);
		assert_int_equal(fault_disk_operations(scene->disk), 0);
	}
	if (r != -ENOSPC) {
		/* What was answered for is there when the power goes. */
		fault_disk_arm(scene->disk, FAULT_CUT, FAULT_OP_ANY, 1);
		collector_close(scene->world.collector);
		scene->world.collector = NULL;
		fault_disk_power_on(scene->disk, SURVIVE_NONE, n);
		fault_disk_arm(scene->disk, FAULT_NONE, FAULT_OP_ANY, 0);
		world_restart(&scene->world);
	}
	settle(scene, in_group, r == 0, where);
	return happened;
}

static void a_disk_that_fails_ends_it_and_no_room_is_a_later(void **state)
{
	struct scene *scene = *state;

	for (int in_group = 0; in_group < 2; in_group++) {
		uint64_t n = 1;

		while (run_on_bad_disk(scene, in_group, FAULT_EIO, n))
			n++;
		print_message("%s: %llu operations\n", in_group ? "a group" : "a post",
		              (unsigned long long)n - 1);
		assert_true(n > 3);
		for (n = 1; run_on_bad_disk(scene, in_group, FAULT_FULL, n);)
			n++;
		assert_true(n > 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(too_little_memory_is_a_later, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(it_opens_or_says_that_it_cannot, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_disk_that_fails_ends_it_and_no_room_is_a_later,
	                                    set_up, tear_down),
	};

	fault_calls_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise (DESIGN.md, Promises): no total is silently changed. Whenever the power goes, what the
 * collector signed a receipt for is still there, and a batch it said nothing about is stored whole
 * or not at all.
 */
#include "vfs_fault.h"
#include "world.h"

enum { CUTS_MAX = 200 };

static void count_and_seal(struct world *world, struct counter *counter)
{
	counter_add(counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 3);
	counter_seal(world, counter);
}

static void what_was_signed_survives_a_cut_right_after_the_first_start(void **state)
{
	struct world world;
	struct counter counter;
	struct fault_disk *disk = fault_disk_new();

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	count_and_seal(&world, &counter);
	assert_int_equal(world_post(&world, &counter), ANSWER_STORED);
	fault_disk_arm(disk, FAULT_CUT, FAULT_OP_ANY, 1);
	collector_close(world.collector);
	world.collector = NULL;
	fault_disk_power_on(disk, SURVIVE_NONE, 0);
	world_restart(&world);
	assert_int_equal(world_post(&world, &counter), ANSWER_STORED_BEFORE);
	world_deinit(&world);
	fault_disk_free(disk);
}

/* The power goes at operation `n` of the second post. False: it needs fewer. */
static bool cut_second_post(uint64_t n, enum fault_survival survival)
{
	struct world world;
	struct counter counter;
	struct collector_reply reply;
	const struct nonce nonce = {.b = {9}};
	struct fault_disk *disk = fault_disk_new();
	bool happened;
	uint16_t status;

	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	count_and_seal(&world, &counter);
	assert_int_equal(world_post(&world, &counter), ANSWER_STORED);
	count_and_seal(&world, &counter);
	fault_disk_arm(disk, FAULT_CUT, FAULT_OP_ANY, n);
	(void)collector_post(world.collector, world.now, &nonce, counter.body, counter.body_len,
	                     &reply);
	happened = fault_disk_happened(disk);
	if (!happened)
		fault_disk_arm(disk, FAULT_CUT, FAULT_OP_ANY, 1);
	collector_close(world.collector);
	world.collector = NULL;
	fault_disk_power_on(disk, survival, n);
	world_restart(&world);
	status = world_post(&world, &counter);
	if (happened)
		assert_true(status == ANSWER_STORED || status == ANSWER_STORED_BEFORE);
	else
		assert_int_equal(status, ANSWER_STORED_BEFORE);
	assert_int_equal(world.answer.head_seq, 2);
	assert_int_equal(world.receipt.leaf, 1);
	world_deinit(&world);
	fault_disk_free(disk);
	return happened;
}

static void at_every_operation_of_a_post_it_is_stored_whole_or_not_at_all(void **state)
{
	(void)state;
	for (int survival = SURVIVE_ALL; survival <= SURVIVE_SOME; survival++) {
		uint64_t n = 1;

		while (cut_second_post(n, (enum fault_survival)survival))
			assert_true(++n < CUTS_MAX);
		assert_true(n > 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_signed_survives_a_cut_right_after_the_first_start),
	    cmocka_unit_test(at_every_operation_of_a_post_it_is_stored_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: what is given to the workers comes back once, done, and nothing else of the program is
 * on two threads. Run it under the preset `tsan`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>

#include "crypto.h"
#include "workers.h"

enum { N = 2000 };

struct sum {
	struct work work;
	uint32_t number;
	struct hash hash;
	unsigned taken;
};

static struct sum sum[N];

static void run(struct work *work)
{
	struct sum *s = (struct sum *)(void *)((char *)work - offsetof(struct sum, work));

	s->hash = sha256(&s->number, sizeof(s->number));
}

static void give(struct workers *workers, uint32_t number)
{
	sum[number] = (struct sum){.work.run = run, .number = number};
	workers_give(workers, &sum[number].work);
}

static unsigned take(struct workers *workers)
{
	struct work *work;
	unsigned n = 0;

	for (; (work = workers_take(workers)) != NULL; n++) {
		struct sum *s = (struct sum *)(void *)((char *)work - offsetof(struct sum, work));
		const struct hash hash = sha256(&s->number, sizeof(s->number));

		assert_memory_equal(&s->hash, &hash, sizeof(hash));
		s->taken++;
	}
	return n;
}

static void wait_for_some(struct workers *workers)
{
	struct pollfd fd = {.fd = workers_fd(workers), .events = POLLIN};

	assert_int_equal(poll(&fd, 1, 30000), 1);
}

static void all_come_back_once(struct workers *workers, bool help)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < N; i++) {
		give(workers, i);
		if (i % 7 == 0)
			n += take(workers);
	}
	while (help && workers_help(workers))
		n += take(workers);
	while (n < N) {
		wait_for_some(workers);
		n += take(workers);
	}
	assert_int_equal(n, N);
	for (unsigned i = 0; i < N; i++)
		assert_int_equal(sum[i].taken, 1);
	assert_null(workers_take(workers));
}

static void what_is_given_comes_back_once_done(void **state)
{
	struct workers *workers;

	(void)state;
	assert_int_equal(workers_open(&workers), 0);
	assert_false(workers_help(workers));
	all_come_back_once(workers, false);
	all_come_back_once(workers, true);
	workers_close(workers);
}

static void one_at_a_time_is_told_each_time(void **state)
{
	struct workers *workers;

	(void)state;
	assert_int_equal(workers_open(&workers), 0);
	for (uint32_t i = 0; i < 100; i++) {
		give(workers, i);
		wait_for_some(workers);
		assert_int_equal(take(workers), 1);
	}
	workers_close(workers);
}

static void what_is_due_at_the_end_is_nobodys(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 20; round++) {
		struct workers *workers;

		assert_int_equal(workers_open(&workers), 0);
		for (uint32_t i = 0; i < 50 * round; i++)
			give(workers, i);
		workers_close(workers);
	}
	workers_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_given_comes_back_once_done),
	    cmocka_unit_test(one_at_a_time_is_told_each_time),
	    cmocka_unit_test(what_is_due_at_the_end_is_nobodys),
	};

	return crypto_init() == 0 ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}

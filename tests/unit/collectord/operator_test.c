/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a collector's operator does at the command line while it is stopped: a later issue of an
 * event is taken in and what is held is judged again, a key is withdrawn. By the real program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto.h"
#include "file.h"
#include "hex.h"
#include "program.h"

struct fixture {
	struct world world;
	struct program program;
	char issue[128], hub_cert[128], said[4096];
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	world_init(&f->world);
	program_configure(&f->program, &f->world, "127.0.0.1:0", "");
	snprintf(f->issue, sizeof(f->issue), "%s/event.manifest", f->world.folder);
	snprintf(f->hub_cert, sizeof(f->hub_cert), "%s/hub.cert", f->world.folder);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	(void)unlink(f->issue);
	(void)unlink(f->hub_cert);
	program_remove_files(&f->program);
	world_deinit(&f->world);
	free(f);
	return 0;
}

/* Its exit status; the store is the program's while it runs. */
static int run(struct fixture *f, const char *const argument[])
{
	int status;

	collector_close(f->world.collector);
	f->world.collector = NULL;
	status = program_run_all(&f->program, argument, f->said, sizeof(f->said));
	world_restart(&f->world);
	return status;
}

#define RUN(f, ...) run(f, (const char *const[]){__VA_ARGS__, NULL})

static void assert_said(const struct fixture *f, const char *words)
{
	if (strstr(f->said, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, f->said);
}

static void what_is_held_is_judged_again_by_a_later_issue(void **state)
{
	struct fixture *f = *state;
	struct world *world = &f->world;
	struct counter first, second;

	counter_open(world, &first, 'a', 0);
	counter_open(world, &second, 'b', 0);
	world_count_and_send(world, &first, 10);
	world_count_and_send(world, &second, 20);
	assert_int_equal(world_counted(world), 10);
	assert_int_equal(RUN(f, "--judge-again"), 0);
	assert_said(f, "0 of the openings held");
	assert_int_equal(world_counted(world), 10);
	world->manifest.kiosks_max = 2;
	world->manifest.serial = 2;
	world_seal_manifest(world);
	assert_int_equal(file_write(f->issue, world->manifest_bytes, world->manifest_len, 0600), 0);
	assert_int_equal(file_write(f->hub_cert, world->hub_cert, world->hub_cert_len, 0600), 0);
	/* The other way about: said, and nothing is taken in. */
	assert_int_equal(
	    RUN(f, "--judge-again", "--issue", f->hub_cert, "--hub-certificate", f->issue), 1);
	assert_said(f, f->hub_cert);
	assert_int_equal(RUN(f, "--judge-again"), 0);
	assert_said(f, "0 of the openings held");
	assert_int_equal(
	    RUN(f, "--judge-again", "--issue", f->issue, "--hub-certificate", f->hub_cert), 0);
	assert_said(f, "1 of the openings held");
	assert_int_equal(world_counted(world), 30);
}

static void a_key_is_withdrawn_with_a_reason(void **state)
{
	struct fixture *f = *state;
	struct counter counter;
	char hex[65];

	counter_open(&f->world, &counter, 'a', 0);
	world_count_and_send(&f->world, &counter, 10);
	hex_encode(counter.grant.device.b, sizeof(counter.grant.device.b), hex);
	assert_int_equal(RUN(f, "--revoke", "0123", "--reason", "It was stolen."), 1);
	assert_said(f, "64 hexadecimal digits");
	world_count_and_send(&f->world, &counter, 1);
	assert_int_equal(RUN(f, "--revoke", hex, "--reason", "It was stolen."), 0);
	counter_seal(&f->world, &counter);
	assert_int_equal(world_post(&f->world, &counter), ANSWER_NOT_TRUSTED);
	/* What was stored before stands. */
	assert_int_equal(world_counted(&f->world), 11);
}

static void half_a_command_is_told_and_does_nothing(void **state)
{
	static const char *const row[][4] = {
	    {"--revoke", "00", NULL},
	    {"--reason", "lost", NULL},
	    {"--judge-again", "--issue", "a", NULL},
	    {"--hub-certificate", "a", NULL},
	    {"--issue=a", "--hub-certificate", "b", NULL},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(run(f, row[i]), 2);
		assert_said(f, "--judge-again");
	}
	assert_int_equal(
	    RUN(f, "--judge-again", "--issue", f->issue, "--hub-certificate", f->hub_cert), 1);
	assert_said(f, "hub.cert");
}

static void a_hub_is_who_the_operator_says(void **state)
{
	struct fixture *f = *state;
	struct world *world = &f->world;
	struct counter counter;

	counter_open(world, &counter, 'a', 0);
	world_count_and_send(world, &counter, 10);
	snprintf(world->hub.name.s, sizeof(world->hub.name.s), "Oak Street");
	world->hub.not_before++;
	world_seal_hub(world);
	counter_open(world, &counter, 'b', 1);
	world_count_and_send(world, &counter, 5);
	assert_int_equal(world_counted(world), 10);
	assert_int_equal(file_write(f->hub_cert, world->hub_cert, world->hub_cert_len, 0600), 0);
	/* The same key under a new name: what came under the former one stays its own. */
	assert_int_equal(RUN(f, "--judge-again", "--hub-certificate", f->hub_cert), 0);
	assert_int_equal(world_counted(world), 15);
	/* All of the number is another's. */
	world->hub.level = HUB_STATE;
	world->hub_key = world_seed('x');
	world->hub.hub = ed25519_public(&world->hub_key);
	world_seal_hub(world);
	assert_int_equal(file_write(f->hub_cert, world->hub_cert, world->hub_cert_len, 0600), 0);
	assert_int_equal(RUN(f, "--judge-again", "--hub-certificate", f->hub_cert), 0);
	assert_int_equal(world_counted(world), 0);
	assert_int_equal(RUN(f, "--judge-again", "--hub-certificate", f->issue), 1);
	assert_said(f, "event.manifest");
}

static void everything_is_read_again(void **state)
{
	struct fixture *f = *state;
	struct counter counter;

	counter_open(&f->world, &counter, 'a', 0);
	world_count_and_send(&f->world, &counter, 10);
	world_count_and_send(&f->world, &counter, 10);
	assert_int_equal(RUN(f, "--check"), 0);
	assert_said(f, "2 batches of 1 openings, 1 issues of events, 1 hub certificates");
}

static void a_running_collector_is_not_disturbed(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(program_run(&f->program, "--judge-again", f->said, sizeof(f->said)), 1);
	assert_said(f, "another process");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_is_held_is_judged_again_by_a_later_issue),
	    TEST(a_key_is_withdrawn_with_a_reason),
	    TEST(half_a_command_is_told_and_does_nothing),
	    TEST(a_hub_is_who_the_operator_says),
	    TEST(everything_is_read_again),
	    TEST(a_running_collector_is_not_disturbed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

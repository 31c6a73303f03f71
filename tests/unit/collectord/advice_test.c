/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise (DESIGN.md, Trust): what is held names the command that helps, and it does. Each reason is
 * made to happen, its advice is followed with the real programs, and the people count.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "crypto.h"
#include "file.h"
#include "hex.h"
#include "program.h"

static void put(const struct world *world, const char *name, const void *data, size_t len)
{
	char path[160];

	assert_true(snprintf(path, sizeof(path), "%s/%s", world->folder, name) < (int)sizeof(path));
	assert_int_equal(file_write(path, data, len, 0600), 0);
}

static void put_hex(const struct world *world, const char *name, const void *data, size_t len)
{
	char hex[65];

	hex_encode(data, len, hex);
	put(world, name, hex, strlen(hex));
}

/* The folders of network, hub and event, as kioskctl keeps them. */
static void write_folders(const struct world *world)
{
	static const char *const folder[] = {"net", "hub", "event"};
	const struct public_key root = ed25519_public(&world->root);
	char path[160];

	for (size_t i = 0; i < sizeof(folder) / sizeof(folder[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", world->folder, folder[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	put_hex(world, "net/root.key", world->root.b, sizeof(world->root.b));
	put_hex(world, "net/root.pub", root.b, sizeof(root.b));
	put_hex(world, "hub/hub.key", world->hub_key.b, sizeof(world->hub_key.b));
	put(world, "hub/hub.cert", world->hub_cert, world->hub_cert_len);
	put(world, "event/event.manifest", world->manifest_bytes, world->manifest_len);
	put_hex(world, "event/card.secret", world->secret.b, sizeof(world->secret.b));
}

/* --- what is held: each leaves 20 people held, and beside them what counted --- */

static void too_many_kiosks(struct world *world)
{
	struct counter counter;

	counter_open(world, &counter, 'a', 0);
	world_count_and_send(world, &counter, 7);
	counter_open(world, &counter, 'b', 0);
	world_count_and_send(world, &counter, 20);
}

static void too_many_people(struct world *world)
{
	struct counter counter;

	world->manifest.people_max = 10;
	world_seal_manifest(world);
	counter_open(world, &counter, 'a', 0);
	world_count_and_send(world, &counter, 20);
}

static void a_project_there_is_not(struct world *world)
{
	struct counter counter;

	counter_open(world, &counter, 'a', 0);
	counter_add(&counter, 9, CHANNEL_QR, FIRST_NOT_ASKED, 3);
	world_count_and_send(world, &counter, 20);
}

static void another_day(struct world *world)
{
	struct counter counter;

	counter_open(world, &counter, 'a', 0);
	counter.batch.has_wall = true;
	counter.batch.clock_source = CLOCK_SOURCE_NTP;
	counter.batch.wall = WORLD_START + INT64_C(20) * 86400;
	world_count_and_send(world, &counter, 20);
}

static void a_number_of_another_hub(struct world *world)
{
	struct counter counter;

	counter_open(world, &counter, 'a', 0);
	world_count_and_send(world, &counter, 7);
	world->hub_key = world_seed('x');
	world->hub.hub = ed25519_public(&world->hub_key);
	world->hub.level = HUB_STATE;
	world_seal_hub(world);
	world_seal_manifest(world);
	counter_open(world, &counter, 'b', 0);
	world_count_and_send(world, &counter, 20);
}

#define ISSUE "--issue event/event.manifest --hub-certificate hub/hub.cert"

static const struct {
	void (*happen)(struct world *world);
	const char *advice; /* in the sentence */
	const char *more;   /* behind it, for kioskctl */
	const char *take;   /* behind --judge-again, for collectord */
	unsigned before, after;
} row[] = {
    {too_many_kiosks, "event amend --kiosks-max", "2 --hub hub --event event", ISSUE, 7, 27},
    {too_many_kiosks, "event kiosk", "--hub hub --event event --meeting 1 --out said --own %s",
     "--kiosks said/meeting-1.kiosks --hub-certificate hub/hub.cert", 7, 20},
    {too_many_people, "event amend --people-max", "30 --hub hub --event event", ISSUE, 0, 20},
    {a_project_there_is_not, "event amend --project", "9:CREEK:en=Creek --hub hub --event event",
     ISSUE, 0, 20},
    {another_day, "event amend --start", "2026-12-11T18:00Z --length 3h --hub hub --event event",
     ISSUE, 0, 20},
    {a_number_of_another_hub, "hub renew --id", "8 --network net --hub hub --out hub8",
     "--hub-certificate hub8/hub.cert", 7, 27},
};

__attribute__((format(printf, 2, 3))) static void run(const struct world *world, const char *format,
                                                      ...)
{
	char command[1024], line[1400];
	va_list list;

	va_start(list, format);
	vsnprintf(command, sizeof(command), format, list);
	va_end(list);
	assert_true(snprintf(line, sizeof(line), "cd '%s' && %s >said.txt 2>&1", world->folder,
	                     command) < (int)sizeof(line));
	if (system(line) != 0) {
		uint8_t *said = NULL;
		size_t len;

		snprintf(command, sizeof(command), "%s/said.txt", world->folder);
		assert_int_equal(file_read(command, 65536, &said, &len), 0);
		fail_msg("%s: %.*s", line, (int)len, (const char *)said);
	}
}

static void what_is_advised_helps(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct secret_seed seed = world_seed('b');
		const struct public_key own = ed25519_public(&seed);
		struct world world;
		struct program program;
		char hex[65], more[256];

		world_init(&world);
		program_configure(&program, &world, "127.0.0.1:0", "");
		row[i].happen(&world);
		if (strstr(world.receipt.held.s, row[i].advice) == NULL)
			fail_msg("row %zu: “%s”", i, world.receipt.held.s);
		assert_int_equal(world_counted(&world), row[i].before);
		write_folders(&world);
		hex_encode(own.b, sizeof(own.b), hex);
		(void)snprintf(more, sizeof(more), "%s", row[i].more);
		if (strstr(more, "%s") != NULL)
			memcpy(strstr(more, "%s"), hex, sizeof(hex));
		run(&world, "'%s' %s %s", KIOSKCTL, row[i].advice, more);
		collector_close(world.collector);
		world.collector = NULL;
		run(&world, "'%s' --config collectord.conf --judge-again %s", COLLECTORD,
		    row[i].take);
		world_restart(&world);
		if (world_counted(&world) != row[i].after)
			fail_msg("row %zu: %u people", i, (unsigned)world_counted(&world));
		run(&world, "rm -r net hub event");
		run(&world, "rm -rf said hub8");
		program_remove_files(&program);
		snprintf(more, sizeof(more), "%s/said.txt", world.folder);
		assert_int_equal(remove(more), 0);
		world_deinit(&world);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_advised_helps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

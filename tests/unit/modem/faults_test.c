/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: whatever the modem does, and whenever the memory goes, each person who texted is
 * counted once, nobody who may not be is, no message is answered twice, and the store ends empty
 * but for what the modem will not delete. `test_unit_modem_faults all` wipes the memory at many
 * more boundaries and takes minutes, `test_unit_modem_faults every` at each one under each fault.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "world.h"

enum {
	MINUTE_MS = 60000,
	HOUR_MS = 60 * MINUTE_MS,
	SEEDS = 10,
	SEEDS_ALL = 200,
	FULL_LINE = 19 /* times 600 octets a second: 115,200 bits */
};

static bool all, every;

static const struct {
	const char *name;
	unsigned value;
	bool undeletable; /* what it leaves in the store is not ours */
	bool passes;      /* it ends after five minutes */
	bool in_between;  /* it strikes once, with texts waiting and replies under way */
	bool forgets;     /* what it handed over is nowhere but in the memory that must not go */
	const char *said; /* "reset": what it says of it */
} faults[] = {
    {"", 0, false, false, false, false, NULL},
    {"cmti-lost", 1, false, false, false, false, NULL},
    {"cmti-twice", 1, false, false, false, false, NULL},
    {"cmti-wrong", 1, false, false, false, false, NULL},
    {"cmt-beside", 1, false, false, false, false, NULL},
    {"again-centre", 3, false, false, false, false, NULL},
    {"again-slot", 3, false, false, false, false, NULL},
    {"truncated", 1, false, false, false, false, NULL},
    {"cmgd-fails", 2, false, false, false, false, NULL},
    {"cmgd-fails", 100000, true, false, false, false, NULL},
    {"cmgd-lies", 2, false, false, false, false, NULL},
    {"cmgd-lies", 100000, true, false, false, false, NULL},
    {"cmgl-hangs", 1, false, false, false, false, NULL},
    {"cmgl-refused", 1, false, false, false, false, NULL},
    {"cmgs-silent", 1, false, false, false, false, NULL},
    {"cmgs-refused", 2, false, false, false, false, NULL},
    {"cms-331", 2, false, false, false, false, NULL},
    {"cms-350", 2, false, false, false, false, NULL},
    {"cms-500", 2, false, false, false, false, NULL},
    {"cmgs-late", 135000, false, false, false, false, NULL},
    {"no-prompt", 1, false, false, false, false, NULL},
    {"urc-prompt", 1, false, false, false, false, NULL},
    {"stuck-prompt", 1, false, false, false, false, NULL},
    {"sim-busy", 4, false, false, false, false, NULL},
    {"sim-busy", 9, false, false, true, false, NULL},
    {"urc-in-list", 1, false, false, false, false, NULL},
    {"echo-stays", 1, false, false, false, false, NULL},
    {"split-reads", 1, false, false, false, false, NULL},
    {"merged-reads", 1, false, false, false, false, NULL},
    {"garbage", 1, false, true, false, false, NULL},
    {"hang", 1, false, true, false, false, NULL},
    {"replug", 1, false, false, true, false, NULL},
    {"restart", 1, false, false, true, false, NULL},
    {"reset", 1, false, false, true, false, NULL},
    {"reset", 1, false, false, true, false, "Call Ready"},
    {"reset", 1, false, false, true, false, "*ATREADY: 1"},
    {"reset", 1, false, false, true, false, "NORMAL POWER DOWN"},
    {"numeric-codes", 1, false, false, false, false, NULL},
    {"numeric-codes", 2, false, false, true, false, NULL},
    {"digit-more", 3, false, false, false, false, NULL},
    {"cmt-only", 1, false, false, false, true, NULL},
    {"cmt-only", 2, false, false, false, false, NULL},
};
enum { N_FAULTS = sizeof(faults) / sizeof(faults[0]) };

static const char *const people[] = {"+15025550101", "+15025550102", "+15025550103", "+15025550104",
                                     "+15025550105"};
enum { N_PEOPLE = 5 };

static struct world w;

static void set_fault(unsigned i, bool in_between)
{
	if (faults[i].in_between != in_between)
		return;
	if (strcmp(faults[i].name, "replug") == 0)
		world_replug(&w);
	else if (strcmp(faults[i].name, "restart") == 0)
		sim_modem_restart(&w.modem);
	else if (strcmp(faults[i].name, "reset") == 0)
		sim_modem_reset(&w.modem, faults[i].said);
	else if (faults[i].name[0] != '\0')
		assert_int_equal(sim_modem_fault(&w.modem, faults[i].name, faults[i].value), 0);
}

static void end_passing(unsigned n, const unsigned *which)
{
	for (unsigned i = 0; i < n; i++)
		if (faults[which[i]].passes)
			assert_int_equal(sim_modem_fault(&w.modem, faults[which[i]].name, 0), 0);
}

/* Five people, one of them twice, one in three parts; and three that may not count. */
static void play(unsigned n, const unsigned *which)
{
	bool undeletable = false;
	world_begin(&w, 20);
	for (unsigned i = 0; i < n; i++) {
		set_fault(which[i], false);
		undeletable |= faults[which[i]].undeletable;
	}
	world_receive(&w, people[0], 0, "RIVER");
	world_receive(&w, people[1], 1, "River, hello");
	world_receive(&w, "+15025550188", 30 * 86400, "RIVER");
	world_run(&w, 3000);
	world_receive(&w, people[2], 0, "MUSIC");
	world_receive(&w, "Coupons", 0, "RIVER");
	world_receive(&w, people[3], 0,
	              "RIVER and then a very long letter about the river and its banks, its "
	              "herons and its bridges, the mill, the lock, the ferry and the flood of "
	              "that year when the whole town went by boat, and more of the same, until "
	              "there is no room left in two parts of a message and a third is begun.");
	for (unsigned i = 0; i < n; i++)
		set_fault(which[i], true);
	world_run(&w, 2000);
	world_receive(&w, people[0], 0, "RIVER");
	world_receive(&w, "12345", 0, "RIVER");
	world_receive(&w, people[4], 0, "RIVER");
	world_run(&w, 5 * MINUTE_MS);
	end_passing(n, which);
	bool empty = world_drain(&w, 2 * HOUR_MS);
	assert_true(empty || undeletable);
	assert_int_equal(stage_people(&w.stage), N_PEOPLE);
	assert_int_equal(w.stopped, 0);
	/* with the limits lifted each of the two texts of the first may have its answer */
	for (unsigned i = 0; i < N_PEOPLE; i++)
		assert_in_range(world_replies(&w, people[i]), 0,
		                1 + (i == 0 && w.replies_unlimited));
	assert_int_equal(world_replies(&w, "+15025550188"), 0);
	assert_in_range(world_replies(&w, NULL), 0, N_PEOPLE + w.replies_unlimited);
}

static void each_fault_alone(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N_FAULTS; i++) {
		print_message("fault %s %u\n", faults[i].name, faults[i].value);
		play(1, &i);
		if (i == 0)
			assert_int_equal(world_replies(&w, NULL), N_PEOPLE);
		world_end(&w);
	}
}

/* The memory goes at each boundary in turn, all of it or kiosk-modem's alone. */
static void wipe_everywhere(unsigned fault, unsigned stride)
{
	for (unsigned kind = WIPE_MODEM; kind <= WIPE_ALL; kind++) {
		bool wiped = !faults[fault].forgets;
		for (unsigned at = kind + (all ? 0 : fault); wiped; at += stride) {
			print_message("fault %s, memory %u gone at boundary %u\n",
			              faults[fault].name, kind, at);
			w.wipe = kind;
			w.replies_unlimited = true; /* no limit hides a second reply */
			w.wipe_at = at;
			play(1, &fault);
			wiped = w.wiped;
			world_end(&w);
			memset(&w, 0, sizeof(w));
		}
	}
}

static void the_memory_gone_at_every_boundary(void **state)
{
	(void)state;
	wipe_everywhere(0, all ? 1 : 23);
}

/* As fast as the line carries it, whatever it spells. Then the next good text counts, and soon. */
static void a_minute_of_garbage_and_the_next_text_counts(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 5; seed++) {
		memset(&w, 0, sizeof(w));
		world_begin(&w, 20);
		w.modem.seed = seed;
		world_run(&w, 3000);
		assert_int_equal(sim_modem_fault(&w.modem, "garbage", FULL_LINE), 0);
		world_run(&w, MINUTE_MS);
		assert_int_equal(sim_modem_fault(&w.modem, "garbage", 0), 0);
		world_receive(&w, people[0], 0, "RIVER");
		world_run(&w, MINUTE_MS);
		assert_int_equal(stage_people(&w.stage), 1);
		assert_true(world_drain(&w, HOUR_MS));
		assert_int_equal(world_replies(&w, people[0]), 1);
		world_end(&w);
	}
	memset(&w, 0, sizeof(w));
}

/*
 * The commit order of one text, step by step: no boundary is left out. A reply goes out once if the
 * memory went before its mark "attempted" was on the disk, and at most once if it went after: then
 * nobody knows whether it was sent.
 */
static void one_text_with_the_memory_gone_at_every_boundary(void **state)
{
	(void)state;
	for (unsigned kind = WIPE_MODEM; kind <= WIPE_ALL; kind++) {
		bool wiped = true, unanswered = false, answered_late = false;
		unsigned at = 0;
		for (; wiped; at++) {
			memset(&w, 0, sizeof(w));
			w.wipe = kind;
			w.wipe_at = at;
			w.replies_unlimited = true; /* no limit hides a second reply */
			world_begin(&w, 20);
			world_receive(&w, people[0], 0, "RIVER");
			assert_true(world_drain(&w, HOUR_MS));
			world_receive(&w, people[1], 0, "RIVER");
			assert_true(world_drain(&w, HOUR_MS));
			assert_int_equal(stage_people(&w.stage), 2);
			assert_int_equal(w.stopped, 0);
			assert_in_range(world_replies(&w, people[0]), 0, 1);
			assert_in_range(world_replies(&w, people[1]), 0, 1);
			unsigned replies = world_replies(&w, NULL);
			assert_in_range(replies, 1, 2);
			/* there are boundaries behind the mark and before the message is given */
			unanswered |= replies == 1;
			answered_late |= unanswered && replies == 2;
			wiped = w.wiped;
			world_end(&w);
		}
		assert_true(unanswered);
		assert_true(answered_late);
		print_message("memory %u gone at each of %u boundaries\n", kind, at - 1);
	}
	memset(&w, 0, sizeof(w));
}

static void the_memory_gone_under_each_fault(void **state)
{
	(void)state;
	for (unsigned i = 1; i < N_FAULTS; i++)
		wipe_everywhere(i, every ? 1 : all ? 61 : 1999);
}

static void each_fault_of_each_profile(void **state)
{
	(void)state;
	static const char *const profiles[] = {"sim-only", "ec25", "sim7600", "e3372"};
	for (unsigned p = 0; p < sizeof(profiles) / sizeof(profiles[0]); p++) {
		for (unsigned i = all ? 0 : p; i < N_FAULTS; i += all ? 1 : 7) {
			print_message("profile %s, fault %s %u\n", profiles[p], faults[i].name,
			              faults[i].value);
			w.profile = profiles[p];
			play(1, &i);
			world_end(&w);
			memset(&w, 0, sizeof(w));
		}
	}
}

static void seeded_mixtures(void **state)
{
	(void)state;
	static const char *const profiles[] = {"standard", "sim-only", "ec25", "sim7600", "e3372"};
	for (uint64_t seed = 1; seed <= (all ? SEEDS_ALL : SEEDS); seed++) {
		uint64_t random = seed;
		unsigned which[4];
		for (unsigned i = 0; i < 4; i++)
			which[i] = (unsigned)(fault_random(&random) % N_FAULTS);
		w.replies_unlimited = seed % 2;
		w.wipe = (enum wipe)(fault_random(&random) % 3);
		for (unsigned i = 0; i < 4; i++)
			if (faults[which[i]].forgets)
				which[i] = 0;
		w.wipe_at = (unsigned)(fault_random(&random) % 80);
		w.profile = profiles[fault_random(&random) % 5];
		print_message("seed %u: %s: %s %s %s %s, memory %u gone at %u\n", (unsigned)seed,
		              w.profile, faults[which[0]].name, faults[which[1]].name,
		              faults[which[2]].name, faults[which[3]].name, w.wipe, w.wipe_at);
		play(4, which);
		world_end(&w);
		memset(&w, 0, sizeof(w));
	}
}

int main(int n, char **arguments)
{
	every = n > 1 && strcmp(arguments[1], "every") == 0;
	all = every || (n > 1 && strcmp(arguments[1], "all") == 0);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_fault_alone),
	    cmocka_unit_test(a_minute_of_garbage_and_the_next_text_counts),
	    cmocka_unit_test(one_text_with_the_memory_gone_at_every_boundary),
	    cmocka_unit_test(the_memory_gone_at_every_boundary),
	    cmocka_unit_test(the_memory_gone_under_each_fault),
	    cmocka_unit_test(each_fault_of_each_profile),
	    cmocka_unit_test(seeded_mixtures),
	};
	return cmocka_run_group_tests_name("modem.faults", tests, NULL, NULL);
}

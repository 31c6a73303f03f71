/* SPDX-License-Identifier: Apache-2.0 */
/* Nobody is turned away without a way forward, and nothing but a ticket of this meeting is counted
 * (DESIGN.md, Who is counted). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "code_decision.h"

static const struct manifest signed_only = {
    .event = {{1}},
    .n_projects = 3,
    .project = {{.id = 10}, {.id = 20}, {.id = 30}},
    .default_project = 20,
};
#define OURS                                                                                       \
	{                                                                                          \
		.event = {{1}}, .number = 7                                                        \
	}
#define OTHER                                                                                      \
	{                                                                                          \
		.event = {{2}}, .number = 7                                                        \
	}
#define DATED                                                                                      \
	{                                                                                          \
		.event = {{1}}, .number = 7, .not_after = 5000                                     \
	}

static void test_each_code_has_its_answer(void **state)
{
	static const struct {
		const char *what;
		bool open, any;
		int64_t not_before;
		struct scanned scanned;
		enum code_outcome outcome;
		enum sentence sentence;
	} cases[] = {
	    {"a ticket", 1, 0, 0, {SCANNED_TICKET, 1, 1, OURS}, CODE_COUNTS_NUMBER, SAY_NOTHING},
	    {"forged", 1, 0, 0, {SCANNED_TICKET, 1, 0, OURS}, CODE_REFUSED, SAY_FORGED},
	    {"another meeting's",
	     1,
	     0,
	     0,
	     {SCANNED_TICKET, 1, 0, OTHER},
	     CODE_REFUSED,
	     SAY_OTHER_MEETING},
	    {"another meeting's, same hub",
	     1,
	     0,
	     0,
	     {SCANNED_TICKET, 1, 1, OTHER},
	     CODE_REFUSED,
	     SAY_OTHER_MEETING},
	    {"damaged", 1, 0, 0, {.kind = SCANNED_TICKET}, CODE_REFUSED, SAY_DAMAGED},
	    {"in time", 1, 0, 5000, {SCANNED_TICKET, 1, 1, DATED}, CODE_COUNTS_NUMBER, SAY_NOTHING},
	    {"expired", 1, 0, 5001, {SCANNED_TICKET, 1, 1, DATED}, CODE_REFUSED, SAY_EXPIRED},
	    {"date unknown: not expired",
	     1,
	     0,
	     0,
	     {SCANNED_TICKET, 1, 1, DATED},
	     CODE_COUNTS_NUMBER,
	     SAY_NOTHING},
	    {"a forged one is not asked for its date",
	     1,
	     0,
	     5001,
	     {SCANNED_TICKET, 1, 0, DATED},
	     CODE_REFUSED,
	     SAY_FORGED},
	    {"foreign", 1, 0, 0, {.kind = SCANNED_FOREIGN}, CODE_REFUSED, SAY_FOREIGN},
	    {"our poster", 1, 0, 0, {.kind = SCANNED_ACTION}, CODE_ONLY_SAYS, SAY_ACTION_CARD},
	    {"a network's code",
	     1,
	     0,
	     0,
	     {.kind = SCANNED_NETWORK},
	     CODE_ONLY_SAYS,
	     SAY_NETWORK_CODE},
	    {"nothing open",
	     0,
	     0,
	     0,
	     {SCANNED_TICKET, 1, 0, OURS},
	     CODE_NOT_CHECKED,
	     SAY_NOTHING_OPEN},
	    {"nothing open, foreign",
	     0,
	     0,
	     0,
	     {.kind = SCANNED_FOREIGN},
	     CODE_NOT_CHECKED,
	     SAY_NOTHING_OPEN},
	    {"nothing open, our poster",
	     0,
	     0,
	     0,
	     {.kind = SCANNED_ACTION},
	     CODE_ONLY_SAYS,
	     SAY_ACTION_CARD},
	    {"any: foreign", 1, 1, 0, {.kind = SCANNED_FOREIGN}, CODE_COUNTS_OCTETS, SAY_NOTHING},
	    {"any: a ticket is its number",
	     1,
	     1,
	     0,
	     {SCANNED_TICKET, 1, 1, OURS},
	     CODE_COUNTS_NUMBER,
	     SAY_NOTHING},
	    {"any: another meeting's",
	     1,
	     1,
	     0,
	     {SCANNED_TICKET, 1, 0, OTHER},
	     CODE_COUNTS_OCTETS,
	     SAY_NOTHING},
	    {"any: our poster is no person",
	     1,
	     1,
	     0,
	     {.kind = SCANNED_ACTION},
	     CODE_ONLY_SAYS,
	     SAY_ACTION_CARD},
	    {"any: nor is a network",
	     1,
	     1,
	     0,
	     {.kind = SCANNED_NETWORK},
	     CODE_ONLY_SAYS,
	     SAY_NETWORK_CODE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct manifest manifest = signed_only;
		struct door door = {.manifest = cases[i].open ? &manifest : NULL,
		                    .not_before = cases[i].not_before};
		struct code_decision decision;

		print_message("%s\n", cases[i].what);
		manifest.policy = cases[i].any ? POLICY_ANY : POLICY_SIGNED;
		decision = code_decide(&door, &cases[i].scanned);
		assert_int_equal(decision.outcome, cases[i].outcome);
		assert_int_equal(decision.sentence, cases[i].sentence);
	}
}

static void test_a_ticket_says_for_which_projects(void **state)
{
	static const struct {
		uint16_t mask;
		uint8_t n;
		uint16_t project[3];
	} cases[] = {
	    {0, 1, {20}},         {1, 1, {10}},      {5, 2, {10, 30}},
	    {7, 3, {10, 20, 30}}, {0xfff8, 1, {20}}, {0x800c, 1, {30}},
	};
	struct door door = {.manifest = &signed_only};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scanned scanned = {SCANNED_TICKET, true, true, OURS};
		struct code_decision decision;

		scanned.ticket.projects = cases[i].mask;
		scanned.ticket.first = FIRST_YES;
		decision = code_decide(&door, &scanned);
		assert_int_equal(decision.first, FIRST_YES);
		assert_int_equal(decision.n_projects, cases[i].n);
		assert_memory_equal(decision.project, cases[i].project,
		                    cases[i].n * sizeof(uint16_t));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_code_has_its_answer),
	    cmocka_unit_test(test_a_ticket_says_for_which_projects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

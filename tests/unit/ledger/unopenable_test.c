/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: only proven damage is called damage. A ledger that cannot be opened, for want of a
 * permission, a descriptor or a folder, is whole: the sentence says what is wanted, and nothing of
 * moving anything aside. Once it is there, all that was counted is.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "crypto.h"
#include "fixture.h"

enum { PEOPLE = 5, NOBODY = 65534 };

struct seen {
	int rc;
	uint64_t people;
	char sentence[600];
};

/* Counts, and ends as a kill would: the check-ins are in the WAL. */
static void count_and_be_killed(const char *path)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		struct ledger_opening opening = opening_of(1, 0);
		struct ledger *ledger = open_good(path);
		struct ledger_counted counted;

		if (ledger_opening(ledger, &opening) != 0)
			_exit(1);
		for (uint32_t i = 0; i < PEOPLE; i++) {
			struct ledger_checkin checkin = ticket_of(i, 1);

			if (ledger_check_in(ledger, &checkin, &counted) != 0)
				_exit(1);
		}
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void must_not_say_damage(const struct seen *answer)
{
	if (answer->rc == LEDGER_E_DAMAGED || strstr(answer->sentence, "damage") != NULL ||
	    strstr(answer->sentence, "aside") != NULL || strstr(answer->sentence, "empty") != NULL)
		fail_msg("%d: %s", answer->rc, answer->sentence);
}

/* The ledger opened by another process, which root has another user be; at most so many descriptors
 * (0: as many as it likes). */
static struct seen open_elsewhere(const char *path, rlim_t descriptors)
{
	struct seen answer = {.rc = 1000};
	int end[2];
	pid_t child;

	assert_int_equal(pipe(end), 0);
	child = fork();
	if (child == 0) {
		const struct rlimit limit = {descriptors, descriptors};
		struct ledger *ledger = NULL;

		if ((geteuid() == 0 && (setgid(NOBODY) < 0 || setuid(NOBODY) < 0)) ||
		    (descriptors > 0 && setrlimit(RLIMIT_NOFILE, &limit) < 0))
			_exit(1);
		answer.rc = ledger_open(path, &ledger, answer.sentence, sizeof(answer.sentence));
		if (answer.rc == 0)
			answer.rc = ledger_people(ledger, &answer.people);
		ledger_close(ledger);
		_exit(write(end[1], &answer, sizeof(answer)) == (ssize_t)sizeof(answer) ? 0 : 1);
	}
	close(end[1]);
	assert_int_equal(read(end[0], &answer, sizeof(answer)), sizeof(answer));
	close(end[0]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	return answer;
}

static void give(const char *path, uid_t uid)
{
	if (geteuid() == 0)
		assert_int_equal(chown(path, uid, uid), 0);
}

/* A folder of the other user's, in which it can do all. */
static void make_theirs(const struct folder *folder)
{
	static const char *const behind[] = {"", "-wal", "-acked"};

	give(folder->path, NOBODY);
	for (size_t i = 0; i < sizeof(behind) / sizeof(behind[0]); i++) {
		char path[320];

		(void)snprintf(path, sizeof(path), "%s%s", folder->ledger, behind[i]);
		if (access(path, F_OK) == 0)
			give(path, NOBODY);
	}
}

/* What stands in the way, and what the sentence says of it. */
struct obstacle {
	const char *behind; /* the ledger's name */
	mode_t mode;        /* of the file, which is ours */
	const char *word;
};

static void a_permission_that_lacks_is_no_damage(void **state)
{
	static const struct obstacle obstacle[] = {
	    {"-wal", 0, "-wal"},
	    {"-wal", 0444, "-wal"},
	    {"", 0, "ledger.db"},
	    {"", 0444, "ledger.db"},
	};

	for (size_t i = 0; i < sizeof(obstacle) / sizeof(obstacle[0]); i++) {
		struct folder *folder = *state;
		struct seen answer;
		char path[320];

		count_and_be_killed(folder->ledger);
		make_theirs(folder);
		(void)snprintf(path, sizeof(path), "%s%s", folder->ledger, obstacle[i].behind);
		give(path, 0);
		assert_int_equal(chmod(path, obstacle[i].mode), 0);
		answer = open_elsewhere(folder->ledger, 0);
		print_message("  %s\n", answer.sentence);
		must_not_say_damage(&answer);
		assert_true(answer.rc == -EACCES || answer.rc == -EROFS);
		assert_non_null(strstr(answer.sentence, obstacle[i].word));
		assert_non_null(strstr(answer.sentence, "chown"));
		assert_int_equal(chmod(path, 0600), 0);
		make_theirs(folder);
		answer = open_elsewhere(folder->ledger, 0);
		assert_int_equal(answer.rc, 0);
		assert_int_equal(answer.people, PEOPLE);
		folder_remove(folder);
		folder_make(folder);
	}
}

static void too_few_descriptors_are_no_damage(void **state)
{
	struct folder *folder = *state;
	struct seen answer = {.rc = -1};
	int refused = 0;

	count_and_be_killed(folder->ledger);
	make_theirs(folder);
	for (rlim_t limit = 4; answer.rc != 0; limit++) {
		assert_true(limit < 64);
		answer = open_elsewhere(folder->ledger, limit);
		must_not_say_damage(&answer);
		if (answer.rc == 0)
			continue;
		refused++;
		if (answer.rc != -EMFILE || strstr(answer.sentence, "descriptors") == NULL)
			fail_msg("%d: %s", answer.rc, answer.sentence);
	}
	assert_true(refused > 1);
	assert_int_equal(answer.people, PEOPLE);
}

static void what_stands_in_its_place_is_named(void **state)
{
	struct folder *folder = *state;
	struct seen answer;

	make_theirs(folder);
	assert_int_equal(mkdir(folder->ledger, 0700), 0);
	give(folder->ledger, NOBODY);
	answer = open_elsewhere(folder->ledger, 0);
	print_message("  %s\n", answer.sentence);
	must_not_say_damage(&answer);
	assert_non_null(strstr(answer.sentence, "folder"));
	assert_int_equal(rmdir(folder->ledger), 0);
	assert_int_equal(mkfifo(folder->ledger, 0600), 0);
	give(folder->ledger, NOBODY);
	answer = open_elsewhere(folder->ledger, 0); /* and does not wait for a writer */
	print_message("  %s\n", answer.sentence);
	must_not_say_damage(&answer);
	assert_non_null(strstr(answer.sentence, "no ordinary file"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_permission_that_lacks_is_no_damage),
	    TEST(too_few_descriptors_are_no_damage),
	    TEST(what_stands_in_its_place_is_named),
	};

	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

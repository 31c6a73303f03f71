/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: modem-sim is a modem to somebody else's program too. Debian's gammu, unchanged, with
 * `connection = at`, identifies it, and lists, reads, deletes and sends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "stage.h"

enum { SKIPPED = 77 };

static struct stage s;
static char out[16384];

/* Runs gammu in the stage's folder; its exit status, what it said in `out`. */
static int gammu(const char *arguments)
{
	char command[512];
	snprintf(command, sizeof(command), "cd '%s' && LC_ALL=C.UTF-8 gammu -c rc %s 2>&1",
	         s.folder, arguments);
	FILE *pipe = popen(command, "re");
	assert_non_null(pipe);
	size_t n = fread(out, 1, sizeof(out) - 1, pipe);
	out[n] = '\0';
	int status = pclose(pipe);
	print_message("gammu %s: %d\n%s", arguments, status, out);
	return status;
}

static void write_file(const char *name, const char *text)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", s.folder, name);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static int begin(void **state)
{
	(void)state;
	stage_begin(&s);
	/* a name without its folder, whose path has a space in it */
	write_file("rc", "[gammu]\nport = store.tty\nconnection = at\n");
	return 0;
}

static int end(void **state)
{
	(void)state;
	static const char *const left[] = {"rc", "batch"};
	for (unsigned i = 0; i < 2; i++) {
		char path[256];
		snprintf(path, sizeof(path), "%s/%s", s.folder, left[i]);
		unlink(path);
	}
	stage_end(&s);
	return 0;
}

static void gammu_identifies_lists_reads_deletes_and_sends(void **state)
{
	(void)state;
	stage_say(&s, "receive +15025550123 2026-11-21T18:03:37-05:00 R\xc3\xado");
	stage_say(&s, "receive +15025550124 2026-11-21T18:04:00-05:00 second");
	/* one run of it: each costs seconds of its own start */
	write_file("batch", "identify\ngetallsms\ngetsms 0 100001\ndeletesms 0 100001\n"
	                    "sendsms TEXT +15025550199 -text hello\n");
	assert_int_equal(gammu("batch batch"), 0);
	assert_non_null(strstr(out, "modem-sim"));
	assert_non_null(strstr(out, "001010123456789"));
	assert_non_null(strstr(out, "\"+15025550123\""));
	assert_non_null(strstr(out, "R\xc3\xado"));
	assert_non_null(strstr(out, "second"));
	assert_non_null(strstr(out, "2 SMS parts"));
	assert_non_null(strstr(out, "Sat Nov 21 18:03:37 2026 -0500"));
	assert_string_equal(stage_say(&s, "store"), "ok 1 10");
	assert_string_equal(stage_say(&s, "sent"), "ok 1");
	assert_string_equal(stage_say(&s, "sent 1"), "ok +15025550199 hello");
}

int main(void)
{
	if (system("command -v gammu >/dev/null") != 0) {
		fputs("skipped: gammu is not installed, so nobody else's program was tried on "
		      "modem-sim\n",
		      stderr);
		return SKIPPED;
	}
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gammu_identifies_lists_reads_deletes_and_sends),
	};
	return cmocka_run_group_tests_name("system.gammu", tests, begin, end);
}

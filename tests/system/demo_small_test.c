/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: one command plays a whole meeting, says truly whether every total agrees, in one
 * JSON object of the agreed shape on its last line, and leaves nothing behind, also when it is
 * stopped on the way.
 */
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "guard.h"
#include "programs.h"

enum { OUTPUT_MAX = 1 << 18, LINE_TIMEOUT_MS = 60000, END_TIMEOUT_MS = 120000 };

struct run {
	struct programs programs;
	struct program demo;
	char folder[64];
};

static int open_run(void **state)
{
	static struct run run;
	char *folder;
	size_t len;

	if (programs_init(&run.programs) < 0)
		return -1;
	folder = run.programs.folder;
	len = strlen(folder);
	snprintf(folder + len, sizeof(run.programs.folder) - len, "/../bin");
	/* Its temporary folder is made in here, so that a forgotten one is found. */
	snprintf(run.folder, sizeof(run.folder), "/tmp/kiosk-demo-test-XXXXXX");
	if (!mkdtemp(run.folder) || setenv("TMPDIR", run.folder, 1) < 0)
		return -1;
	programs_log_to(&run.programs, run.folder);
	*state = &run;
	return 0;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	return remove(path);
}

static int close_run(void **state)
{
	struct run *run = *state;
	const int killed = programs_deinit(&run->programs);

	nftw(run->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return killed;
}

static void assert_left_nothing(struct run *run)
{
	char path[128];
	pid_t child[ORPHANS_MAX];

	/* What it started would be ours now. */
	assert_int_equal(programs_children(getpid(), child, ORPHANS_MAX), 0);
	snprintf(path, sizeof(path), "%s/kiosk-demo.log", run->folder);
	unlink(path);
	assert_int_equal(rmdir(run->folder), 0);
	assert_int_equal(mkdir(run->folder, 0700), 0);
}

static void show_log(const struct run *run)
{
	char command[160];
	FILE *log;
	int c;

	snprintf(command, sizeof(command), "%s/kiosk-demo.log", run->folder);
	log = fopen(command, "r");
	while (log && (c = fgetc(log)) != EOF)
		fputc(c, stderr);
	if (log)
		fclose(log);
}

static const char *last_line(char *text)
{
	size_t len = strlen(text);
	char *newline;

	assert_true(len > 0 && text[len - 1] == '\n');
	text[len - 1] = '\0';
	newline = strrchr(text, '\n');
	return newline ? newline + 1 : text;
}

static json_int_t number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	assert_true(json_is_integer(value));
	assert_true(json_integer_value(value) >= 0);
	return json_integer_value(value);
}

static void assert_counts(const json_t *object)
{
	const json_int_t counted = number(object, "counted");

	assert_int_equal(number(object, "qr") + number(object, "sms") + number(object, "manual"),
	                 counted);
	assert_int_equal(number(object, "confirmed"), counted);
}

/* {"event":…,"people":{…},"projects":[{…}],"already":…,"not_accepted":…,"kills":…,"agree":true},
 * and nothing else. */
static void assert_outcome(const char *line)
{
	json_error_t error;
	json_t *root = json_loads(line, JSON_REJECT_DUPLICATES, &error);
	const json_t *people, *projects, *project;
	size_t i;

	if (!root)
		fail_msg("the last line is not JSON: %s: %s", error.text, line);
	assert_int_equal(json_object_size(root), 7);
	assert_true(json_is_string(json_object_get(root, "event")));
	assert_true(json_is_true(json_object_get(root, "agree")));
	people = json_object_get(root, "people");
	assert_int_equal(json_object_size(people), 5);
	assert_counts(people);
	assert_true(number(people, "qr") > 0 && number(people, "sms") > 0 &&
	            number(people, "manual") > 0);
	projects = json_object_get(root, "projects");
	assert_int_equal(json_array_size(projects), 3);
	json_array_foreach(projects, i, project)
	{
		assert_int_equal(json_object_size(project), 7);
		assert_int_equal(number(project, "id"), (json_int_t)i + 1);
		assert_true(json_is_string(json_object_get(project, "name")));
		assert_counts(project);
	}
	assert_true(number(root, "already") > 0);
	assert_true(number(root, "not_accepted") > 0);
	assert_int_equal(number(root, "kills"), 1);
	json_decref(root);
}

static void a_small_meeting_agrees_with_its_script(void **state)
{
	struct run *run = *state;
	char *output = malloc(OUTPUT_MAX);
	int r;

	assert_non_null(output);
	r = program_run(&run->programs, "kiosk-demo", (const char *const[]){"--small", NULL},
	                output, OUTPUT_MAX);
	if (r != 0) {
		fputs(output, stderr);
		show_log(run);
	}
	assert_int_equal(r, 0);
	assert_outcome(last_line(output));
	free(output);
	assert_left_nothing(run);
}

/* Until people arrive: everything it needs is running by then. */
static void start_small(struct run *run)
{
	char line[1024];

	assert_int_equal(program_start(&run->programs, &run->demo, "kiosk-demo",
	                               (const char *const[]){"--small", NULL}, true),
	                 0);
	do
		assert_int_equal(
		    program_line(&run->programs, &run->demo, line, sizeof(line), LINE_TIMEOUT_MS),
		    0);
	while (!strstr(line, "The kiosk says"));
}

static void stopped_on_the_way_it_leaves_nothing(void **state)
{
	struct run *run = *state;

	start_small(run);
	kill(run->demo.pid, SIGINT);
	assert_int_equal(program_await_end(&run->programs, &run->demo, END_TIMEOUT_MS), 0);
	assert_true(WIFEXITED(run->demo.status));
	assert_int_equal(WEXITSTATUS(run->demo.status), 130);
	close(run->demo.out);
	assert_left_nothing(run);
}

static void killed_outright_it_leaves_no_process(void **state)
{
	struct run *run = *state;
	pid_t child[ORPHANS_MAX];

	start_small(run);
	assert_int_equal(programs_children(run->demo.pid, child, ORPHANS_MAX), 1);
	kill(child[0], SIGKILL);
	assert_int_equal(program_await_end(&run->programs, &run->demo, END_TIMEOUT_MS), 0);
	assert_true(WIFEXITED(run->demo.status));
	assert_int_equal(WEXITSTATUS(run->demo.status), 128 + SIGKILL);
	close(run->demo.out);
	assert_int_equal(programs_children(getpid(), child, ORPHANS_MAX), 0);
}

static void wrong_options_are_told(void **state)
{
	struct run *run = *state;

	assert_int_equal(program_run(&run->programs, "kiosk-demo",
	                             (const char *const[]){"--seed", "x", NULL}, NULL, 0),
	                 2);
	assert_int_equal(program_run(&run->programs, "kiosk-demo",
	                             (const char *const[]){"--nonsense", NULL}, NULL, 0),
	                 2);
	assert_int_equal(program_run(&run->programs, "kiosk-demo",
	                             (const char *const[]){"--keep", "/proc/none", NULL}, NULL, 0),
	                 3);
	assert_left_nothing(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_small_meeting_agrees_with_its_script),
	    cmocka_unit_test(stopped_on_the_way_it_leaves_nothing),
	    cmocka_unit_test(wrong_options_are_told),
	    /* Last: it leaves its folder, which nobody could remove. */
	    cmocka_unit_test(killed_outright_it_leaves_no_process),
	};

	if (guard_enter() < 0)
		return 1;
	return cmocka_run_group_tests(tests, open_run, close_run);
}

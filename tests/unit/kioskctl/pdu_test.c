/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: `pdu` says of each message what it holds, a line a message, and of what is none, why. */
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"

#define BAD(sentence)                                                                              \
	"{\"type\":null,\"from\":null,\"from_kind\":null,\"text\":null,\"time\":null,"             \
	"\"part\":null,\"class\":null,\"error\":\"" sentence "\"}\n"

/* Promises that are whole lines. */
static const struct {
	const char *hex, *country, *line;
	int status;
} table[] = {
    {"07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37", NULL,
     "{\"type\":\"deliver\",\"from\":\"27838890001\",\"from_kind\":\"national\",\"text\":"
     "\"hellohello\",\"time\":\"1999-03-29T15:16:59+02:00\",\"part\":null,\"class\":null,"
     "\"error\":null}\n",
     0},
    /* a national number of ten digits, the west coast's time */
    {"00040AA1055255100000006211128130732B0152", "US",
     "{\"type\":\"deliver\",\"from\":\"+15025550100\",\"from_kind\":\"e164\",\"text\":\"R\","
     "\"time\":\"2026-11-21T18:03:37-08:00\",\"part\":null,\"class\":null,\"error\":null}\n",
     0},
    /* eleven digits, class 0, a time of month 99 */
    {"00040BA15120550511F20010629912813073020152", "US",
     "{\"type\":\"deliver\",\"from\":\"+15025550112\",\"from_kind\":\"e164\",\"text\":\"R\","
     "\"time\":null,\"part\":null,\"class\":0,\"error\":null}\n",
     0},
    {"000405A12143F50000621112813073020152", NULL,
     "{\"type\":\"deliver\",\"from\":\"12345\",\"from_kind\":\"short\",\"text\":\"R\","
     "\"time\":\"2026-11-21T18:03:37+05:00\",\"part\":null,\"class\":null,\"error\":null}\n",
     0},
    /* "Hub", an alphanumeric sender of six semi-octets */
    {"000406D0C8BA1800006211128130730A0152", "US",
     "{\"type\":\"deliver\",\"from\":\"Hub\",\"from_kind\":\"alphanumeric\",\"text\":\"R\","
     "\"time\":\"2026-11-21T18:03:37-05:00\",\"part\":null,\"class\":null,\"error\":null}\n",
     0},
    {"0591721891F101000B917228214365F700040C48656C6C6F20776F726C6421", NULL,
     "{\"type\":\"submit\",\"from\":\"+27821234567\",\"from_kind\":\"e164\",\"text\":\"Hello "
     "world!\",\"time\":null,\"part\":null,\"class\":null,\"error\":null}\n",
     0},
    {"0006D60B911326880736F4111011719551401110117195714000", NULL,
     "{\"type\":\"status-report\",\"from\":\"+31628870634\",\"from_kind\":\"e164\",\"text\":\"\","
     "\"time\":\"2011-01-11T17:59:15+01:00\",\"part\":null,\"class\":null,\"error\":null}\n",
     0},
    /* three quarters of an hour west of a whole one */
    {"00040B915120550521F300006211128130731D0152", NULL,
     "{\"type\":\"deliver\",\"from\":\"+15025550123\",\"from_kind\":\"e164\",\"text\":\"R\","
     "\"time\":\"2026-11-21T18:03:37-12:45\",\"part\":null,\"class\":null,\"error\":null}\n",
     0},
    {"07917283010010F5040BC8723888", NULL,
     BAD("Octet 15 of 14: the message ends here, but the number needs 3 more octets."), 1},
    {"07zz", NULL, BAD("Octet 2 of 2: character 3 is no hexadecimal digit."), 1},
};

static void each_message_is_a_line(void **state)
{
	struct program *program = *state;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int status = table[i].country == NULL ? RUN(program, "pdu", "--json", table[i].hex)
		                                      : RUN(program, "pdu", "--json", "--country",
		                                            table[i].country, table[i].hex);
		assert_string_equal(program->out, table[i].line);
		assert_int_equal(status, table[i].status);
	}
}

/* A U+1F30A cut in two between the parts: concatenated, the texts are the text. */
static void parts_join_and_one_bad_message_stops_no_other(void **state)
{
	struct program *program = *state;
	const char *first = "004402912100086211126193150A0A0500037B02010052D83C",
	           *second = "004402912100086211126193150A0A0500037B0202DF0A0053";
	char *line, *rest;

	assert_int_equal(RUN(program, "pdu", "--json", first, "00", second), 1);
	line = strtok_r(program->out, "\n", &rest);
	assert_non_null(strstr(line, "\"text\":\"R\""));
	assert_non_null(strstr(line, "\"part\":[123,1,2]"));
	line = strtok_r(NULL, "\n", &rest);
	assert_non_null(strstr(line, "\"error\":\"Octet 2 of 1: "));
	line = strtok_r(NULL, "\n", &rest);
	assert_non_null(strstr(line, "\"text\":\"\xf0\x9f\x8c\x8aS\""));
	assert_null(strtok_r(NULL, "\n", &rest));
}

/* A line in, a line out, before the next one comes. */
static void a_line_is_answered_before_the_next(void **state)
{
	(void)state;
	char line[1024];
	int to[2], from[2], status;

	assert_int_equal(pipe2(to, O_CLOEXEC), 0);
	assert_int_equal(pipe2(from, O_CLOEXEC), 0);
	pid_t child = fork();
	if (child == 0) {
		(void)dup2(to[0], 0);
		(void)dup2(from[1], 1);
		execl(KIOSKCTL, KIOSKCTL, "pdu", "--json", "--country", "US", (char *)NULL);
		_exit(127);
	}
	assert_true(child > 0);
	FILE *out = fdopen(from[0], "re");
	close(to[0]);
	close(from[1]);
	for (int i = 1; i < 3; i++) {
		struct pollfd ready = {.fd = from[0], .events = POLLIN};
		assert_int_equal(dprintf(to[1], "%s\n", table[i].hex), strlen(table[i].hex) + 1);
		assert_int_equal(poll(&ready, 1, 30000), 1);
		assert_non_null(fgets(line, sizeof(line), out));
		assert_string_equal(line, table[i].line);
	}
	close(to[1]);
	assert_null(fgets(line, sizeof(line), out));
	assert_int_equal(fclose(out), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void standard_input_may_have_bad_and_empty_lines(void **state)
{
	(void)state;
	char command[1024], line[1024];
	unsigned lines = 0, errors = 0;

	(void)snprintf(command, sizeof(command),
	               "printf '%%s\\n\\n%%s\\r\\n' %s %s | '%s' pdu --json --country US",
	               table[1].hex, table[3].hex, KIOSKCTL);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe) != NULL) {
		json_t *root = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
		assert_int_equal(json_object_size(root), 8);
		errors += json_is_string(json_object_get(root, "error"));
		lines++;
		json_decref(root);
	}
	assert_int_equal(pclose(pipe), 1 << 8);
	assert_int_equal(lines, 3);
	assert_int_equal(errors, 1); /* the empty line */
}

static void an_unknown_country_is_refused(void **state)
{
	struct program *program = *state;

	assert_int_equal(RUN(program, "pdu", "--country", "XX", table[0].hex), 64);
	assert_non_null(strstr(program->err, "US"));
}

int main(void)
{
	static struct program program;
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_prestate(each_message_is_a_line, &program),
	    cmocka_unit_test_prestate(parts_join_and_one_bad_message_stops_no_other, &program),
	    cmocka_unit_test(a_line_is_answered_before_the_next),
	    cmocka_unit_test(standard_input_may_have_bad_and_empty_lines),
	    cmocka_unit_test_prestate(an_unknown_country_is_refused, &program),
	};
	int failed;

	program_init(&program);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	program_deinit(&program);
	return failed;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Promises: a volunteer's number stands in a manifest as a mark that only the card explains, and in
 * no file; whoever makes an event is told how many messages its replies take, and why. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "program.h"

#define EVENT(...)                                                                                 \
	RUN(program, "event", "new", "--hub", "hub", "--start", "2027-01-02T18:00-05:00",          \
	    "--length", "3h", "--out", "e", __VA_ARGS__)

static void read_card(const struct program *program, struct opened_card *ret)
{
	char *text = read_line(program_path(program, "e/card.txt"), 0),
	     *network_text = read_line(program_path(program, "net/network.txt"), 0);
	struct network network;
	uint8_t octets[1024];
	size_t len;

	assert_int_equal(code_decode(CODE_NETWORK, (const uint8_t *)network_text,
	                             strlen(network_text), octets, sizeof(octets), &len),
	                 0);
	assert_int_equal(network_parse(octets, len, &network), 0);
	assert_int_equal(card_open((const uint8_t *)text, strlen(text), &network.root, ret),
	                 CARD_GOOD);
	free(text);
	free(network_text);
}

static void no_file_holds(const struct program *program, const char *folder, const char *text)
{
	DIR *dir = opendir(program_path(program, folder));
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		char path[PATH_BYTES];
		uint8_t *octets;
		size_t len;

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		octets = read_file(program_path(program, path), &len);
		assert_null(memmem(octets, len, text, strlen(text)));
		free(octets);
	}
	(void)closedir(dir);
}

static void a_number_becomes_a_mark(void **state)
{
	struct program *program = *state;
	struct opened_card card;
	struct volunteer mark;

	assert_int_equal(EVENT("--name", "en=River Night", "--project", "1:RIVER:en=River",
	                       "--country", "US", "--volunteer", "(502) 555-0123", "--volunteer",
	                       "+52 55 1234 5678"),
	                 0);
	assert_non_null(strstr(program->out, "2 volunteers who may text STATUS"));
	read_card(program, &card);
	assert_int_equal(card.manifest.n_volunteers, 2);
	mark = volunteer_mark(&card.secret, &card.manifest.event, "+15025550123");
	assert_memory_equal(&card.manifest.volunteer[0], &mark, sizeof(mark));
	mark = volunteer_mark(&card.secret, &card.manifest.event, "+525512345678");
	assert_memory_equal(&card.manifest.volunteer[1], &mark, sizeof(mark));
	no_file_holds(program, "e", "5550123");
	no_file_holds(program, "e", "555-0123");
	no_file_holds(program, "e", "12345678");
}

static void the_parts_of_replies_are_told_and_why(void **state)
{
	struct program *program = *state;

	assert_int_equal(EVENT("--name", "en=River Night", "--name", "es=Noche del Rio",
	                       "--project", "1:RIVER:en=River:es=Limpiar el río"),
	                 0);
	assert_non_null(strstr(program->out, "replies by SMS in en: up to 1 message, HELP 2\n"));
	assert_non_null(strstr(program->out,
	                       "replies by SMS in es: up to 2 messages, HELP 2: short "
	                       "messages have no “í”, which is in “Limpiar el río”"));
	assert_non_null(strstr(program->out, "in all of them, where a text does not tell its "
	                                     "language: up to"));
}

static void a_language_without_sentences_is_told(void **state)
{
	struct program *program = *state;

	assert_int_equal(
	    EVENT("--name", "en=River Night", "--name", "tl=Gabi", "--project", "1:RIVER:en=River"),
	    0);
	assert_non_null(strstr(program->out, "there are no sentences in tl: they are English"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, program_setup_event, program_teardown)
	    TEST(a_number_becomes_a_mark),
	    TEST(the_parts_of_replies_are_told_and_why),
	    TEST(a_language_without_sentences_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

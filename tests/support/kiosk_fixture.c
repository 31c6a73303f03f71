/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fts.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kiosk/msg_people.h>

#include "clock.h"
#include "file.h"
#include "kiosk_fixture.h"

enum { UNTIL_TIMEOUT_S = 30, FILE_BYTES_MAX = 256 << 20, LINE_FILE_MAX = 1 << 16 };

void fixture_init(struct kiosk_fixture *fixture, const struct stage_options *options)
{
	char *folder, socket[STAGE_PATH_MAX];
	size_t len;

	*fixture = (struct kiosk_fixture){.options = *options};
	fixture->options.small = true;
	assert_int_equal(stage_init(&fixture->stage, &fixture->options), 0);
	/* Tests are in tests/, programs in bin/ beside it. */
	folder = fixture->stage.programs.folder;
	len = strlen(folder);
	snprintf(folder + len, sizeof(fixture->stage.programs.folder) - len, "/../bin");
	fixture->director = (struct director){.stage = &fixture->stage,
	                                      .play = &fixture->play,
	                                      .expected = &fixture->expected,
	                                      .start = clock_mono()};
	assert_int_equal(stage_make_papers(&fixture->stage), 0);
	assert_int_equal(stage_make_hardware(&fixture->stage), 0);
	stage_path(&fixture->stage, "control.sock", socket);
	assert_int_equal(setenv("KIOSK_SOCKET", socket, 1), 0);
}

void fixture_open(struct kiosk_fixture *fixture)
{
	assert_int_equal(stage_start_kioskd(&fixture->stage), 0);
	assert_int_equal(fixture_show(fixture, fixture->stage.papers.card, NULL), SHOW_OPENED);
}

void fixture_deinit(struct kiosk_fixture *fixture)
{
	char logs[STAGE_PATH_MAX], where[STAGE_PATH_MAX];

	/* A sanitizer speaks in the log of whoever started the program. */
	stage_path(&fixture->stage, "logs", logs);
	if (tree_holds(logs, "Sanitizer", 9, where, sizeof(where)) ||
	    tree_holds(logs, "runtime error", 13, where, sizeof(where)))
		fail_msg("a sanitizer found something: see %s", where);
	assert_int_equal(stage_deinit(&fixture->stage), 0);
}

int fixture_teardown(void **state)
{
	fixture_deinit(*state);
	return 0;
}

uint32_t fixture_show(struct kiosk_fixture *fixture, const char *code, struct msg_view *view)
{
	struct msg_view unused;

	view = view ? view : &unused;
	assert_int_equal(director_hold_up(&fixture->director, "plain", code, view), 0);
	return view->answer;
}

const char *fixture_ticket(const struct kiosk_fixture *fixture, uint32_t i)
{
	assert_true(i < fixture->stage.papers.n_tickets);
	return fixture->stage.papers.ticket[i].text;
}

void fixture_text(struct kiosk_fixture *fixture, const char *from, const char *text)
{
	struct stage *stage = &fixture->stage;

	assert_int_equal(prop_ask(&stage->programs, &stage->modem_prop, NULL, 0,
	                          "receive %s now %s", from, text),
	                 0);
}

static bool store_is_empty(const struct msg_status *status, void *context)
{
	struct stage *stage = context;
	char answer[64];

	(void)status;
	assert_int_equal(
	    prop_ask(&stage->programs, &stage->modem_prop, answer, sizeof(answer), "store"), 0);
	return strtol(answer, NULL, 10) == 0;
}

void fixture_settle(struct kiosk_fixture *fixture)
{
	fixture_until(fixture, "every text is dealt with", store_is_empty, &fixture->stage);
}

void fixture_status(struct kiosk_fixture *fixture, struct msg_status *ret)
{
	assert_int_equal(door_status(&fixture->stage.door, &fixture->stage.programs, ret), 0);
}

uint64_t fixture_people(struct kiosk_fixture *fixture)
{
	struct msg_status status;
	uint64_t n = 0;

	fixture_status(fixture, &status);
	for (uint32_t i = 0; i < status.n_rows; i++) {
		if (status.row[i].project == PROJECT_PEOPLE)
			n += status.row[i].added - status.row[i].revoked;
	}
	return n;
}

void fixture_until(struct kiosk_fixture *fixture, const char *what,
                   bool (*condition)(const struct msg_status *, void *), void *context)
{
	const struct mono_time start = clock_mono();
	struct msg_status status;
	struct msg_view view;

	for (;;) {
		int r;

		fixture_status(fixture, &status);
		if (condition(&status, context))
			return;
		if (mono_since_us(clock_mono(), start) > UNTIL_TIMEOUT_S * UINT64_C(1000000))
			fail_msg("%s: not within %d s (%s; %s)", what, UNTIL_TIMEOUT_S,
			         status.sentence, status.uplink_sentence);
		r = door_next(&fixture->stage.door, &fixture->stage.programs, 100, &view);
		assert_true(r == 0 || r == -ETIMEDOUT);
	}
}

static bool all_confirmed(const struct msg_status *status, void *context)
{
	const uint32_t *batches_min = context;

	return status->batches_confirmed == status->batches_sealed &&
	       status->batches_sealed >= *batches_min;
}

void fixture_confirmed(struct kiosk_fixture *fixture, uint32_t batches_min)
{
	fixture_until(fixture, "the collector has confirmed all", all_confirmed, &batches_min);
}

static bool all_covered(const struct msg_status *status, void *context)
{
	uint32_t added = 0, sent = 0;

	(void)context;
	for (uint32_t i = 0; i < status->n_rows; i++) {
		added += status->row[i].added;
		sent += status->row[i].sent_added;
	}
	return added > 0 && sent == added && status->batches_confirmed == status->batches_sealed;
}

void fixture_covered(struct kiosk_fixture *fixture)
{
	fixture_until(fixture, "receipts cover every check-in", all_covered, NULL);
}

int fixture_kioskctl(struct kiosk_fixture *fixture, const char *const words[])
{
	const int r = program_run(&fixture->stage.programs, "kioskctl", words, fixture->output,
	                          sizeof(fixture->output));

	if (r != 0) {
		print_message("kioskctl");
		for (int i = 0; words[i]; i++)
			print_message(" %s", words[i]);
		print_message(": %d\n%s", r, fixture->output);
	}
	return r;
}

void fixture_said(const struct kiosk_fixture *fixture, const char *words)
{
	if (!strstr(fixture->output, words))
		fail_msg("\"%s\" is not in: %s", words, fixture->output);
}

char *fixture_line(const struct kiosk_fixture *fixture, const char *name)
{
	char path[STAGE_PATH_MAX];
	uint8_t *text;
	size_t len;

	stage_path(&fixture->stage, name, path);
	assert_int_equal(file_read(path, LINE_FILE_MAX, &text, &len), 0);
	text[strcspn((char *)text, "\n")] = '\0';
	return (char *)text;
}

bool fixture_log_says(const struct kiosk_fixture *fixture, const char *program, const char *words)
{
	char name[64], path[STAGE_PATH_MAX], where[STAGE_PATH_MAX];

	(void)snprintf(name, sizeof(name), "logs/%s.log", program);
	stage_path(&fixture->stage, name, path);
	return tree_holds(path, words, strlen(words), where, sizeof(where));
}

bool tree_holds(const char *path, const void *octets, size_t len, char *ret_where, size_t size)
{
	char *copy = strdup(path), *const roots[] = {copy, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	const FTSENT *entry;
	bool found = false;

	assert_non_null(tree);
	while (!found && (entry = fts_read(tree))) {
		uint8_t *data;
		size_t data_len;

		if (entry->fts_info != FTS_F ||
		    file_read(entry->fts_path, FILE_BYTES_MAX, &data, &data_len) < 0)
			continue;
		found = memmem(data, data_len, octets, len) != NULL;
		free(data);
		if (found)
			snprintf(ret_where, size, "%s", entry->fts_path);
	}
	fts_close(tree);
	free(copy);
	return found;
}

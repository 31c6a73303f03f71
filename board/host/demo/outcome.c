/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <kiosk/msg_people.h>

#include "outcome.h"

enum { N_CHANNELS = CHANNEL_MANUAL + 1, N_FIRSTS = FIRST_NO + 1, N_LINES = PLAY_PROJECTS + 1 };

static const char *const channel_word[N_CHANNELS] = {"", "QR", "SMS", "by hand"};
static const char *const first_word[N_FIRSTS] = {"not asked", "first time", "been before"};

/* Net counts of one project, 0 for people. */
struct line {
	uint64_t local[N_CHANNELS], confirmed[N_CHANNELS], expected[N_CHANNELS];
	uint64_t counted_all, confirmed_all;
};

static bool is_compared(const struct outcome *o, int channel)
{
	return !(channel == CHANNEL_QR && o->codes_free) &&
	       !(channel == CHANNEL_SMS && o->texts_free);
}

static struct line add_up(const struct outcome *o, uint32_t project)
{
	struct line line = {0};

	for (uint32_t i = 0; i < o->status->n_rows; i++) {
		const struct status_row *row = &o->status->row[i];

		if (row->project != project || row->channel >= N_CHANNELS)
			continue;
		line.local[row->channel] += row->added - row->revoked;
		line.confirmed[row->channel] += row->sent_added - row->sent_revoked;
	}
	for (int c = CHANNEL_QR; c < N_CHANNELS; c++) {
		for (int f = 0; f < N_FIRSTS; f++)
			line.expected[c] += o->expected->net[c][project][f];
		line.counted_all += line.local[c];
		line.confirmed_all += line.confirmed[c];
	}
	return line;
}

static const char *project_name(const struct outcome *o, uint32_t project)
{
	for (uint32_t i = 0; i < o->status->n_projects; i++) {
		if (o->status->project[i].id == project)
			return o->status->project[i].name;
	}
	return project == PROJECT_PEOPLE ? "People" : "?";
}

static void expected_text(const struct outcome *o, int channel, uint64_t n, char text[24])
{
	if (is_compared(o, channel))
		snprintf(text, 24, "%" PRIu64, n);
	else
		snprintf(text, 24, "-");
}

static void print_line(const struct outcome *o, uint32_t project)
{
	const struct line line = add_up(o, project);
	char number[24];

	printf("%-24s %10s %10" PRIu64 " %10" PRIu64 " %10" PRIu64 "\n", project_name(o, project),
	       "", line.counted_all, line.confirmed_all, o->national->people[project]);
	for (int c = CHANNEL_QR; c < N_CHANNELS; c++) {
		expected_text(o, c, line.expected[c], number);
		printf("  %-22s %10s %10" PRIu64 " %10" PRIu64 "\n", channel_word[c], number,
		       line.local[c], line.confirmed[c]);
	}
}

static void print_answers(const char *what, const struct outcome *o, uint32_t expected,
                          uint32_t given)
{
	char number[24] = "-";

	if (!o->codes_free && !o->texts_free)
		snprintf(number, sizeof(number), "%u", expected);
	printf("%-24s %10s %10u\n", what, number, given);
}

static void print_table(const struct outcome *o)
{
	printf("\n%-24s %10s %10s %10s %10s\n", o->status->event_name, "played", "counted",
	       "confirmed", "collector");
	for (uint32_t p = 0; p < N_LINES; p++)
		print_line(o, p);
	print_answers("already counted", o, o->expected->already, o->status->already);
	print_answers("not accepted", o, o->expected->not_accepted, o->status->not_accepted);
	printf("\nplayed: what the script says must come of it; counted: in this kiosk's ledger; "
	       "confirmed: covered by the\n"
	       "collector's signed receipts; collector: what it publishes. Totals of projects are "
	       "never added up.\n\n");
}

static bool no(const char *what, const char *where, uint64_t got, uint64_t right)
{
	printf("DISAGREES: %s, %s: %" PRIu64 ", right would be %" PRIu64 "\n", what, where, got,
	       right);
	return false;
}

/* Down to the answer to "first time this year?". */
static bool rows_agree(const struct outcome *o)
{
	uint64_t net[N_CHANNELS][N_LINES][N_FIRSTS] = {0};
	bool agree = true;

	for (uint32_t i = 0; i < o->status->n_rows; i++) {
		const struct status_row *row = &o->status->row[i];

		if (row->channel >= N_CHANNELS || row->project >= N_LINES || row->first >= N_FIRSTS)
			return no("a row nobody played", "project", row->project, 0);
		net[row->channel][row->project][row->first] += row->added - row->revoked;
	}
	for (int c = CHANNEL_QR; c < N_CHANNELS; c++) {
		for (uint32_t p = 0; is_compared(o, c) && p < N_LINES; p++) {
			for (int f = 0; f < N_FIRSTS; f++) {
				char what[160];

				if (net[c][p][f] == o->expected->net[c][p][f])
					continue;
				snprintf(what, sizeof(what), "%s by %s", project_name(o, p),
				         channel_word[c]);
				agree = no(what, first_word[f], net[c][p][f],
				           o->expected->net[c][p][f]);
			}
		}
	}
	return agree;
}

static bool confirmed_agree(const struct outcome *o)
{
	bool agree = true;

	for (uint32_t p = 0; p < N_LINES; p++) {
		const struct line line = add_up(o, p);

		if (line.confirmed_all != line.counted_all)
			agree = no(project_name(o, p), "confirmed", line.confirmed_all,
			           line.counted_all);
		if (o->national->people[p] != line.counted_all)
			agree = no(project_name(o, p), "collector", o->national->people[p],
			           line.counted_all);
	}
	return agree;
}

static bool told_agrees(const struct outcome *o)
{
	const struct line people = add_up(o, PROJECT_PEOPLE);

	if (o->told->counted != people.counted_all)
		return no("kioskctl status", "counted", o->told->counted, people.counted_all);
	if (o->told->confirmed != people.confirmed_all)
		return no("kioskctl status", "confirmed", o->told->confirmed, people.confirmed_all);
	return true;
}

static bool all_agree(const struct outcome *o)
{
	bool agree = rows_agree(o);

	agree = confirmed_agree(o) && agree;
	agree = told_agrees(o) && agree;
	if (!o->codes_free && !o->texts_free) {
		if (o->status->already != o->expected->already)
			agree = no("answers", "already counted", o->status->already,
			           o->expected->already);
		if (o->status->not_accepted != o->expected->not_accepted)
			agree = no("answers", "not accepted", o->status->not_accepted,
			           o->expected->not_accepted);
	}
	if (o->kills != o->expected->kills)
		agree = no("kioskd", "killed", o->kills, o->expected->kills);
	if (o->wrong > 0)
		agree = no("at the door", "answers that were not the expected ones", o->wrong, 0);
	return agree;
}

static json_t *line_json(const struct outcome *o, uint32_t project)
{
	const struct line line = add_up(o, project);
	json_t *object = json_object();

	if (project != PROJECT_PEOPLE) {
		json_object_set_new(object, "id", json_integer(project));
		json_object_set_new(object, "name", json_string(project_name(o, project)));
	}
	json_object_set_new(object, "qr", json_integer((json_int_t)line.local[CHANNEL_QR]));
	json_object_set_new(object, "sms", json_integer((json_int_t)line.local[CHANNEL_SMS]));
	json_object_set_new(object, "manual", json_integer((json_int_t)line.local[CHANNEL_MANUAL]));
	json_object_set_new(object, "counted", json_integer((json_int_t)line.counted_all));
	json_object_set_new(object, "confirmed", json_integer((json_int_t)line.confirmed_all));
	return object;
}

static void print_json(const struct outcome *o, bool agree)
{
	json_t *object = json_object(), *projects = json_array();

	for (uint32_t p = 1; p < N_LINES; p++)
		json_array_append_new(projects, line_json(o, p));
	json_object_set_new(object, "event", json_string(o->status->event_name));
	json_object_set_new(object, "people", line_json(o, PROJECT_PEOPLE));
	json_object_set_new(object, "projects", projects);
	json_object_set_new(object, "already", json_integer(o->status->already));
	json_object_set_new(object, "not_accepted", json_integer(o->status->not_accepted));
	json_object_set_new(object, "kills", json_integer(o->kills));
	json_object_set_new(object, "agree", json_boolean(agree));
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

bool outcome_print(const struct outcome *outcome)
{
	bool agree;

	print_table(outcome);
	agree = all_agree(outcome);
	if (agree && (outcome->codes_free || outcome->texts_free))
		printf("Ledger, receipts and collector agree. What a real part was shown is not "
		       "known to the script, "
		       "so it was not compared with anything.\n");
	else if (agree)
		printf("All agrees: what was played, what the ledger holds, what receipts cover, "
		       "what the collector says.\n");
	print_json(outcome, agree);
	fflush(stdout);
	return agree;
}

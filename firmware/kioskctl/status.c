/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include <kiosk/msg_people.h>

#include "client.h"
#include "commands.h"
#include "status.h"
#include "text.h"

static const char *word(const char *const *words, size_t n, uint32_t i)
{
	return i < n ? words[i] : "unknown";
}

const char *health_word(uint32_t health)
{
	static const char *const words[] = {"starting", "good",   "degraded",
	                                    "missing",  "failed", "off"};

	return word(words, sizeof(words) / sizeof(words[0]), health);
}

const char *helper_word(uint32_t kind)
{
	static const char *const words[] = {"scanner", "modem", "uplink", "screen", "desk"};

	return word(words, sizeof(words) / sizeof(words[0]), kind);
}

const char *state_word(uint32_t state)
{
	static const char *const words[] = {"idle", "open", "open_no_sms", "stopped"};

	return word(words, sizeof(words) / sizeof(words[0]), state);
}

static uint32_t less(uint32_t added, uint32_t revoked)
{
	return added > revoked ? added - revoked : 0;
}

struct tally status_tally(const struct msg_status *status, uint32_t project)
{
	struct tally tally = {0};

	for (size_t i = 0; i < status->n_rows && i < STATUS_ROWS_MAX; i++) {
		const struct status_row *row = &status->row[i];
		const uint32_t counted = less(row->added, row->revoked);

		if (row->project != project)
			continue;
		tally.counted += counted;
		tally.confirmed += less(row->sent_added, row->sent_revoked);
		tally.qr += row->channel == CHANNEL_QR ? counted : 0;
		tally.sms += row->channel == CHANNEL_SMS ? counted : 0;
		tally.manual += row->channel == CHANNEL_MANUAL ? counted : 0;
		if (row->first <= FIRST_NO)
			tally.first[row->first] += counted;
	}
	return tally;
}

static void total_line(FILE *out, const char *name, const struct tally *tally)
{
	(void)fprintf(out, "  %5u %5u %5u  %7u %9u  %s\n", tally->qr, tally->sms, tally->manual,
	              tally->counted, tally->confirmed, name);
}

void status_totals(const struct msg_status *status, FILE *out)
{
	const struct tally people = status_tally(status, PROJECT_PEOPLE);

	(void)fprintf(out, "\n  %u %s counted, %u confirmed by the collector\n", people.counted,
	              people.counted == 1 ? "person" : "people", people.confirmed);
	if (status->held_sentence[0] != '\0')
		(void)fprintf(out, "  %u SENT, BUT NOT COUNTED by the collector when it came. %s\n",
		              status->held_people, status->held_sentence);
	if (status->has_headcount)
		(void)fprintf(out, "  %u in the room by headcount\n", status->headcount);
	(void)fprintf(out, "\n  %5s %5s %5s  %7s %9s\n", "code", "SMS", "+1", "counted",
	              "confirmed");
	total_line(out, "people at the meeting", &people);
	for (size_t i = 0; i < status->n_projects && i < PROJECTS_MAX; i++) {
		const struct tally tally = status_tally(status, status->project[i].id);

		total_line(out, status->project[i].name, &tally);
	}
	(void)fprintf(out, "\n  first meeting this year: %u yes, %u no, %u not asked\n",
	              people.first[FIRST_YES], people.first[FIRST_NO],
	              people.first[FIRST_NOT_ASKED]);
}

static const char *headline(uint32_t state)
{
	switch (state) {
	case KIOSK_IDLE:
		return "No meeting is open";
	case KIOSK_OPEN:
		return "Open";
	case KIOSK_OPEN_NO_SMS:
		return "Open; SMS ARE WAITING FOR THE EVENT CARD";
	case KIOSK_STOPPED:
		return "COUNTING HAS STOPPED";
	default:
		return "In a state this kioskctl does not know";
	}
}

static void wait_words(uint64_t ms, char *text, size_t size)
{
	const uint64_t s = (ms + 999) / 1000;

	if (s < 120)
		text_format(text, size, "%llu s", (unsigned long long)s);
	else if (s < 7200)
		text_format(text, size, "%llu min", (unsigned long long)(s / 60));
	else
		text_format(text, size, "%llu h", (unsigned long long)(s / 3600));
}

static void print_sending(const struct msg_status *status, FILE *out)
{
	char wait[32];

	(void)fprintf(out, "\nCollector: %s\n", status->uplink_sentence);
	(void)fprintf(out, "  %u of %u totals sent and %s%s", status->batches_confirmed,
	              status->batches_sealed,
	              status->held_sentence[0] != '\0' ? "received; the last are held, see above"
	                                               : "confirmed",
	              status->batch_parked ? "; ONE WAITS FOR A PERSON, see above" : "");
	if (status->next_try_ms > 0) {
		wait_words(status->next_try_ms, wait, sizeof(wait));
		(void)fprintf(out, "; next try in %s", wait);
	}
	(void)fputc('\n', out);
}

static void print_uncounted(const struct msg_status *status, FILE *out)
{
	if (status->sms_untimely > 0)
		(void)fprintf(out, "  %u text%s with an impossible time %s not counted.\n",
		              status->sms_untimely, status->sms_untimely == 1 ? "" : "s",
		              status->sms_untimely == 1 ? "was" : "were");
	if (status->sms_before > 0)
		(void)fprintf(out, "  %u text%s sent on another day %s not counted.\n",
		              status->sms_before, status->sms_before == 1 ? "" : "s",
		              status->sms_before == 1 ? "was" : "were");
}

static void print_parts(const struct msg_status *status, FILE *out)
{
	char ago[32];

	(void)fputs("\nParts:\n", out);
	for (size_t i = 0; i < status->n_helpers && i < STATUS_HELPERS_MAX; i++) {
		const struct status_helper *helper = &status->helper[i];

		(void)fprintf(out, "  %-8s %-9s %s", helper_word(helper->kind),
		              health_word(helper->health), helper->sentence);
		if (helper->restarts > 0)
			(void)fprintf(out, " (restarted %u times)", helper->restarts);
		(void)fputc('\n', out);
	}
	if (status->store_size > 0) {
		(void)fprintf(out, "  SMS      %u of %u places used, %u waiting to be counted",
		              status->store_used, status->store_size, status->sms_waiting);
		if (status->signal_dbm != 0)
			(void)fprintf(out, "; signal %d dBm", status->signal_dbm);
		if (status->operator_name[0] != '\0')
			(void)fprintf(out, "; %s", status->operator_name);
		if (status->last_text_s >= 0) {
			wait_words((uint64_t)status->last_text_s * 1000, ago, sizeof(ago));
			(void)fprintf(out, "; last text %s ago", ago);
		}
		(void)fputc('\n', out);
	}
	if (status->power_key_wanted)
		(void)fprintf(
		    out, "  SMS      NOTHING BUT THE MODEM'S POWER KEY HELPS (pressed %u times)\n",
		    status->power_key_presses);
	(void)fprintf(out, "  clock    %s\n", status->clock_sentence);
	print_uncounted(status, out);
}

static void print_status(const struct msg_status *status, FILE *out)
{
	(void)fprintf(out, "%s%s%s\n", headline(status->state),
	              status->has_event ? (status->state == KIOSK_IDLE ? "; last: " : ": ") : "",
	              status->has_event ? status->event_name : "");
	if (status->sentence[0] != '\0')
		(void)fprintf(out, "%s\n", status->sentence);
	if (status->has_event) {
		status_totals(status, out);
		(void)fprintf(out, "  already counted: %u, not accepted: %u\n", status->already,
		              status->not_accepted);
	}
	print_sending(status, out);
	print_parts(status, out);
}

static int run(const struct args *args)
{
	struct msg_status status;
	const int r = client_status(args, &status);
	char *text;

	if (r != 0)
		return r;
	if (!args_flag(args, "--json")) {
		print_status(&status, stdout);
		return EXIT_DONE;
	}
	text = status_json(&status);
	if (text == NULL) {
		complain(args, "there is no memory for the answer");
		return EX_OSERR;
	}
	(void)printf("%s\n", text);
	free(text);
	return EXIT_DONE;
}

static const struct option_spec options[] = {
    {"--json", OPTION_FLAG, false, NULL, "one JSON object, for programs"},
    SOCKET_OPTION,
};

const struct command command_status = {
    .name = "status",
    .summary = "what the kiosk counts, how it is, and what to do next",
    .positional = "",
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "People first, then each project; what this kiosk counted beside what the collector has\n"
        "confirmed. Totals of different projects are not to be added up: one person may be in\n"
        "several. With no meeting open the last one is shown.\n\n"
        "--json prints one object on one line, with these keys, always all of them:\n"
        "  state            idle, open, open_no_sms (SMS wait for the card) or stopped\n"
        "  sentence         what to do next\n"
        "  event            {id, name, occurrence, epoch} in hexadecimal where ids, or null;\n"
        "                   occurrence is which of its meetings, from 1, as `export` takes it\n"
        "  people           {qr, sms, manual, counted, confirmed}\n"
        "  projects         [{id, name, qr, sms, manual, counted, confirmed}]\n"
        "  first            {yes, no, not_asked}: people by \"first meeting this year?\"\n"
        "  already, not_accepted   answers given in this opening\n"
        "  headcount        a number, or null\n"
        "  batches          {sealed, confirmed, parked}; parked is true or false\n"
        "  uplink           a sentence; next_try_ms until the next attempt, 0 for none planned\n"
        "  held             {people, reason}: sent, and not counted by the collector when it\n"
        "                   came; or null. They are not among those confirmed\n"
        "  clock_known      whether the kiosk knows the date\n"
        "  clock            a sentence: what it takes the time to be, by whom; or why not\n"
        "  leaves, boot     lines of the kiosk's log; boots so far\n"
        "  helpers          [{kind, health, restarts, sentence}]; health is starting, good,\n"
        "                   degraded, missing, failed or off\n"
        "  modem            {signal_dbm, operator, store_used, store_size, waiting, last_text_s,\n"
        "                   power_key_wanted, power_key_presses}; signal_dbm, operator and\n"
        "                   last_text_s (seconds ago) are null while unknown\n"
        "counted is added less taken back; confirmed the same of what signed receipts cover.\n",
    .run = run,
};

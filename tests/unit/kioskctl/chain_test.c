/* SPDX-License-Identifier: Apache-2.0 */
/* Promises: what kioskctl makes, a kiosk accepts; keys are readable by their owner only; nothing is
 * overwritten. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "crypto.h"
#include "opened.h"

static void test_network(void **state)
{
	const struct program *program = *state;
	struct network network;
	struct collector_cert cert;
	size_t len;
	uint8_t *sealed = read_file(program_path(program, "net/collector.cert"), &len);

	read_network(program, &network);
	assert_string_equal(network.name.s, "Civic Network");
	assert_string_equal(network.collector_url.s, "http://127.0.0.1:8080");
	assert_int_equal(collector_cert_open(sealed, len, &network.root, &cert), 0);
	assert_true(cert.not_after > cert.not_before);
	free(sealed);
}

static void test_card(void **state)
{
	const struct program *program = *state;
	struct opened_card card;

	open_card(program, "event/card.txt", &card);
	assert_string_equal(card.hub.name.s, "Bluegrass Hub");
	assert_int_equal(card.hub.hub_id, 12);
	assert_int_equal(card.hub.level, HUB_LOCAL);
	assert_int_equal(card.manifest.n_languages, 2);
	assert_string_equal(card.manifest.language[1].s, "es");
	assert_string_equal(card.manifest.name[1].s, "Noche del Río");
	assert_int_equal(card.manifest.n_projects, 3);
	assert_int_equal(card.manifest.project[0].n_keywords, 2);
	assert_string_equal(card.manifest.project[0].keyword[1].s, "RIO");
	/* A colon in a name is no border. */
	assert_string_equal(card.manifest.project[2].name[0].s, "Library hours: all year");
	assert_string_equal(card.manifest.project[2].name[1].s, "Biblioteca");
	assert_int_equal(card.manifest.default_project, 2);
	assert_int_equal(card.manifest.window[0].length_s, 3 * 3600);
	assert_int_equal(card.manifest.grace_s, 7200);
	assert_int_equal(card.manifest.kiosks_max, 1);
	assert_int_equal(card.manifest.party_max, 6);
	assert_int_equal(card.manifest.policy, POLICY_SIGNED);
	assert_int_equal(card.manifest.resume, RESUME_CARD);
}

static void test_series(void **state)
{
	struct program *program = *state;
	struct opened_card card;
	int64_t start, end;

	assert_int_equal(RUN(program, "event", "new", "--hub", "hub", "--name", "en=Weekly",
	                     "--project", "1:RIVER:en=River", "--start", "2027-01-02T18:00-05:00",
	                     "--length", "2h30min", "--every", "7d", "--count", "8", "--grace",
	                     "30min", "--kiosks-max", "3", "--party-max", "1", "--policy", "any",
	                     "--resume", "auto", "--people-max", "500", "--tickets", "60", "--out",
	                     "weekly"),
	                 0);
	open_card(program, "weekly/card.txt", &card);
	assert_int_equal(manifest_occurrences(&card.manifest), 8);
	assert_int_equal(manifest_occurrence(&card.manifest, 7, &start, &end), 0);
	/* 2027-02-20T23:00Z: seven weeks later, at the same offset from UTC. */
	assert_int_equal(start, 1803164400);
	assert_int_equal(end - start, 9000);
	assert_int_equal(card.manifest.grace_s, 1800);
	assert_int_equal(card.manifest.kiosks_max, 3);
	assert_int_equal(card.manifest.party_max, 1);
	assert_int_equal(card.manifest.policy, POLICY_ANY);
	assert_int_equal(card.manifest.resume, RESUME_AUTO);
	assert_int_equal(card.manifest.people_max, 500);
	assert_int_equal(card.manifest.tickets_issued, 60);
}

static void test_tickets(void **state)
{
	struct program *program = *state;
	struct opened_card card;
	struct ticket ticket;
	uint8_t octets[OCTETS_MAX];

	assert_int_equal(RUN(program, "ticket", "new", "--event", "event", "--hub", "hub",
	                     "--count", "40", "--first-number", "101", "--projects", "1,7",
	                     "--first", "no", "--not-after", "2030-01-01T00:00Z", "--format", "txt",
	                     "--out", "tickets"),
	                 0);
	open_card(program, "event/card.txt", &card);
	for (unsigned int i = 0; i < 40; i++) {
		const size_t len = code_octets(program_path(program, "tickets/tickets.txt"), i,
		                               CODE_TICKET, octets);

		assert_int_equal(ticket_open(octets, len, &card.hub.hub, &ticket), 0);
		assert_int_equal(ticket.number, 101 + i);
		assert_memory_equal(ticket.event.b, card.manifest.event.b, sizeof(ticket.event.b));
		/* Projects 1 and 7 are the first and the third of the manifest. */
		assert_int_equal(ticket.projects, 0x5);
		assert_int_equal(ticket.first, FIRST_NO);
		assert_int_equal(ticket.not_after, 1893456000);
	}
	assert_int_equal(access(program_path(program, "tickets/ticket-00101.png"), F_OK), -1);
}

/* By keyword as by ID, however the keyword is written. */
static void test_projects_by_keyword(void **state)
{
	struct program *program = *state;
	struct opened_card card;
	struct ticket ticket;
	uint8_t octets[OCTETS_MAX];
	size_t len;

	assert_int_equal(RUN(program, "ticket", "new", "--event", "event", "--hub", "hub",
	                     "--count", "1", "--first-number", "1001", "--projects", "río,Library",
	                     "--format", "txt", "--out", "keyword tickets"),
	                 0);
	open_card(program, "event/card.txt", &card);
	len = code_octets(program_path(program, "keyword tickets/tickets.txt"), 0, CODE_TICKET,
	                  octets);
	assert_int_equal(ticket_open(octets, len, &card.hub.hub, &ticket), 0);
	assert_int_equal(ticket.projects, 0x5);
	assert_int_equal(RUN(program, "event", "new", "--hub", "hub", "--name", "en=Parks",
	                     "--project", "1:RIVER:en=River", "--project", "2:PARK:en=Park",
	                     "--default", "park", "--start", "2027-01-02T18:00Z", "--length", "2h",
	                     "--out", "parks"),
	                 0);
	open_card(program, "parks/card.txt", &card);
	assert_int_equal(card.manifest.default_project, 2);
}

/* A region is one, however it is typed. */
static void test_region(void **state)
{
	struct program *program = *state;
	struct hub_cert cert;
	uint8_t *octets;
	size_t len;

	assert_int_equal(RUN(program, "hub", "new", "--network", "net", "--id", "20", "--level",
	                     "state", "--region", "us-ky", "--name", "Small", "--out", "small"),
	                 0);
	assert_non_null(strstr(program->out, "US-KY (Kentucky)"));
	octets = read_file(program_path(program, "small/hub.cert"), &len);
	assert_int_equal(hub_cert_reopen(octets, len, &cert), 0);
	assert_string_equal(cert.region.s, "US-KY");
	free(octets);
	assert_int_equal(RUN(program, "hub", "new", "--network", "net", "--id", "21", "--level",
	                     "state", "--region", "ca-on", "--name", "Far", "--out", "far"),
	                 0);
	assert_non_null(strstr(program->out, "CA-ON, in far"));
}

/* Two hubs of one number would be counted as one. */
static void test_a_number_is_one_hub(void **state)
{
	struct program *program = *state;

	assert_int_equal(RUN(program, "hub", "new", "--network", "net", "--id", "12", "--level",
	                     "state", "--region", "US-OH", "--name", "Ohio", "--out", "ohio"),
	                 EX_USAGE);
	assert_non_null(strstr(program->err, "hub 12 “Bluegrass Hub”, local, US-KY"));
	assert_non_null(strstr(program->err, "kioskctl hub renew"));
	assert_int_equal(access(program_path(program, "ohio"), F_OK), -1);
	/* Not the same hub once more either. */
	assert_int_equal(RUN(program, "hub", "new", "--network", "net", "--id", "12", "--level",
	                     "local", "--region", "US-KY", "--name", "Bluegrass Hub", "--out",
	                     "ohio"),
	                 EX_USAGE);
	assert_int_equal(RUN(program, "hub", "new", "--network", "net", "--id", "30", "--level",
	                     "state", "--region", "US-OH", "--name", "Ohio", "--out", "ohio"),
	                 0);
	assert_int_equal(RUN(program, "hub", "renew", "--network", "net", "--hub", "ohio", "--id",
	                     "12", "--out", "ohio12"),
	                 EX_USAGE);
	assert_non_null(strstr(program->err, "--id: 12 is taken by"));
}

static void read_hub(const struct program *program, const char *path, struct hub_cert *ret)
{
	struct network network;
	size_t len;
	uint8_t *octets = read_file(program_path(program, path), &len);

	read_network(program, &network);
	assert_int_equal(hub_cert_open(octets, len, &network.root, ret), 0);
	free(octets);
}

static void test_a_hub_is_certified_again(void **state)
{
	static const struct {
		const char *more[3];
		uint32_t id;
		bool same_key;
	} row[] = {
	    {{"--valid-days", "1000"}, 31, true},
	    {{"--new-key"}, 31, false},
	    {{"--id", "40"}, 40, true},
	};
	struct program *program = *state;
	struct hub_cert before, now;
	char out[16], path[32];

	assert_int_equal(RUN(program, "hub", "new", "--network", "net", "--id", "31", "--level",
	                     "state", "--region", "US-OH", "--name", "Early", "--valid-from",
	                     "2020-01-01", "--valid-days", "3650", "--out", "early"),
	                 0);
	read_hub(program, "early/hub.cert", &before);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		snprintf(out, sizeof(out), "renewed%zu", i);
		snprintf(path, sizeof(path), "%s/hub.cert", out);
		assert_int_equal(RUN(program, "hub", "renew", "--network", "net", "--hub", "early",
		                     "--out", out, row[i].more[0], row[i].more[1]),
		                 0);
		read_hub(program, path, &now);
		assert_int_equal(now.hub_id, row[i].id);
		assert_int_equal(now.level, before.level);
		/* What was covered is, under the same key. */
		assert_true(row[i].same_key ? now.not_before == before.not_before
		                            : now.not_before > before.not_before);
		assert_string_equal(now.name.s, before.name.s);
		assert_string_equal(now.region.s, before.region.s);
		assert_int_equal(memcmp(&now.hub, &before.hub, sizeof(now.hub)) == 0,
		                 row[i].same_key);
		/* It is a whole hub's folder. */
		snprintf(path, sizeof(path), "event%zu", i);
		assert_int_equal(RUN(program, "event", "new", "--hub", out, "--name", "en=X",
		                     "--project", "1:RIVER:en=River", "--start",
		                     "2027-01-02T18:00Z", "--length", "2h", "--out", path),
		                 0);
	}
	/* The network's folder alone does, where the hub keeps its key to itself. */
	assert_int_equal(mkdir(program_path(program, "public"), 0700), 0);
	assert_int_equal(
	    link(program_path(program, "hub/hub.cert"), program_path(program, "public/hub.cert")),
	    0);
	assert_int_equal(
	    RUN(program, "hub", "renew", "--network", "net", "--hub", "public", "--out", "public2"),
	    0);
	assert_non_null(strstr(program->out, "belongs beside the hub's hub.key"));
	assert_int_equal(access(program_path(program, "public2/hub.key"), F_OK), -1);
	assert_int_equal(
	    RUN(program, "hub", "renew", "--network", "net", "--hub", "public", "--out", "public2"),
	    EX_CANTCREAT);
}

/* The same event, a later issue: what is not given stays. */
static void test_an_event_is_amended(void **state)
{
	struct program *program = *state;
	struct opened_card before, after;
	uint8_t *manifest;
	size_t len;

	assert_int_equal(RUN(program, "event", "new", "--hub", "hub", "--name", "en=Amended",
	                     "--name", "es=Cambiada", "--project", "1:RIVER:en=River", "--project",
	                     "2:PARK:en=Park", "--start", "2027-01-02T18:00Z", "--length", "2h",
	                     "--volunteer", "+15025550123", "--party-max", "3", "--out", "amended"),
	                 0);
	open_card(program, "amended/card.txt", &before);
	assert_int_equal(RUN(program, "event", "amend", "--hub", "hub", "--event", "amended",
	                     "--kiosks-max", "2", "--people-max", "800", "--project",
	                     "9:LIBRARY:en=Library", "--project",
	                     "1:RIVER,CREEK:en=River and creek", "--name", "es=Otra"),
	                 0);
	assert_non_null(strstr(program->out, "is issue 2 now"));
	open_card(program, "amended/card.txt", &after);
	assert_int_equal(after.manifest.serial, 2);
	assert_memory_equal(&after.manifest.event, &before.manifest.event,
	                    sizeof(after.manifest.event));
	assert_memory_equal(&after.secret, &before.secret, sizeof(after.secret));
	assert_int_equal(after.manifest.kiosks_max, 2);
	assert_int_equal(after.manifest.people_max, 800);
	assert_int_equal(after.manifest.party_max, 3);
	assert_int_equal(after.manifest.n_volunteers, 1);
	assert_int_equal(after.manifest.n_projects, 3);
	/* Tickets name projects by their places. */
	assert_int_equal(after.manifest.project[0].id, 1);
	assert_string_equal(after.manifest.project[0].name[0].s, "River and creek");
	assert_int_equal(after.manifest.project[2].id, 9);
	assert_int_equal(after.manifest.default_project, 1);
	assert_string_equal(after.manifest.name[0].s, "Amended");
	assert_string_equal(after.manifest.name[1].s, "Otra");
	assert_memory_equal(&after.manifest.window[0], &before.manifest.window[0],
	                    sizeof(after.manifest.window[0]));
	manifest = read_file(program_path(program, "amended/event.manifest"), &len);
	assert_int_equal(len, after.manifest_len);
	assert_memory_equal(manifest, after.manifest_bytes, len);
	free(manifest);
	/* Other dates; the hub's renewed certificate. */
	assert_int_equal(RUN(program, "hub", "renew", "--network", "net", "--hub", "hub",
	                     "--valid-days", "9000", "--out", "hub for longer"),
	                 0);
	assert_int_equal(RUN(program, "event", "amend", "--hub", "hub for longer", "--event",
	                     "amended", "--start", "2031-01-02T18:00Z", "--length", "3h"),
	                 0);
	open_card(program, "amended/card.txt", &after);
	assert_int_equal(after.manifest.serial, 3);
	assert_int_equal(after.manifest.kiosks_max, 2);
	assert_int_equal(after.manifest.window[0].length_s, 3 * 3600);
	assert_true(after.hub.not_after > before.hub.not_after);
	/* Its tickets are as they were. */
	assert_int_equal(RUN(program, "ticket", "new", "--event", "amended", "--hub", "hub",
	                     "--count", "1", "--format", "txt", "--out", "amended tickets"),
	                 0);
}

static void test_which_kiosks_were_its_own(void **state)
{
	static const char one[] =
	    "1111111111111111111111111111111111111111111111111111111111111111";
	static const char two[] =
	    "00000000000000000000000000000000000000000000000000000000000000ff";
	struct program *program = *state;
	struct opened_card card;
	struct kiosk_list list;
	uint8_t *octets;
	size_t len;

	assert_int_equal(RUN(program, "event", "kiosk", "--hub", "hub", "--event", "event", "--own",
	                     one, "--own", two, "--out", "said"),
	                 0);
	assert_non_null(strstr(program->out, "--kiosks meeting-1.kiosks"));
	open_card(program, "event/card.txt", &card);
	octets = read_file(program_path(program, "said/meeting-1.kiosks"), &len);
	assert_int_equal(kiosk_list_open(octets, len, &card.hub.hub, &list), 0);
	free(octets);
	assert_memory_equal(list.event.b, card.manifest.event.b, sizeof(list.event.b));
	assert_int_equal(list.occurrence, 0);
	assert_int_equal(list.n, 2);
	assert_int_equal(list.own[0].b[31], 0xff);
	assert_true(list.time > 0);
	assert_int_equal(RUN(program, "event", "kiosk", "--hub", "hub", "--event", "event",
	                     "--none", "--out", "said nobody"),
	                 0);
}

static void test_ticket_key(void **state)
{
	struct program *program = *state;
	struct opened_card card;
	struct ticket ticket;
	uint8_t octets[OCTETS_MAX];
	size_t len;

	assert_int_equal(RUN(program, "event", "new", "--hub", "hub", "--name", "en=Own",
	                     "--project", "1:RIVER:en=River", "--start", "2027-01-02T18:00Z",
	                     "--length", "2h", "--ticket-key", "--out", "own"),
	                 0);
	assert_int_equal(RUN(program, "ticket", "new", "--event", "own", "--hub", "hub", "--count",
	                     "1", "--format", "txt", "--out", "own tickets"),
	                 0);
	open_card(program, "own/card.txt", &card);
	assert_true(card.manifest.has_ticket_key);
	len = code_octets(program_path(program, "own tickets/tickets.txt"), 0, CODE_TICKET, octets);
	assert_int_equal(ticket_open(octets, len, &card.manifest.ticket, &ticket), 0);
	assert_int_equal(ticket.projects, 0);
	assert_int_equal(ticket_open(octets, len, &card.hub.hub, &ticket), WIRE_E_SIGNATURE);
}

/* A hub cannot make tickets for another hub's event, nor with a key that is not the certificate's.
 */
static void test_wrong_hub(void **state)
{
	struct program *program = *state;

	assert_int_equal(RUN(program, "hub", "new", "--network", "net", "--id", "13", "--level",
	                     "state", "--region", "US-OH", "--name", "Other Hub", "--out", "other"),
	                 0);
	assert_int_equal(RUN(program, "ticket", "new", "--event", "event", "--hub", "other",
	                     "--count", "1", "--out", "stolen"),
	                 EX_DATAERR);
	assert_non_null(strstr(program->err, "not signed by this hub (“Other Hub”)"));
	assert_int_equal(access(program_path(program, "stolen"), F_OK), -1);

	assert_int_equal(unlink(program_path(program, "other/hub.key")), 0);
	assert_int_equal(
	    link(program_path(program, "hub/hub.key"), program_path(program, "other/hub.key")), 0);
	assert_int_equal(RUN(program, "ticket", "new", "--event", "event", "--hub", "other",
	                     "--count", "1", "--out", "stolen"),
	                 EX_DATAERR);
	assert_non_null(strstr(program->err, "do not belong together"));
}

static void test_modes(void **state)
{
	static const struct {
		const char *path;
		unsigned int mode;
	} files[] = {
	    {"net/root.key", 0600},         {"net/collector.key", 0600},
	    {"net/root.pub", 0644},         {"net/network.txt", 0644},
	    {"hub/hub.key", 0600},          {"hub/hub.cert", 0644},
	    {"event/card.secret", 0600},    {"event/card.txt", 0600},
	    {"event/card.png", 0600},       {"event/card.svg", 0600},
	    {"event/event.manifest", 0644}, {"net/collector.cert", 0644},
	};
	const struct program *program = *state;
	char *line;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct stat st;

		assert_int_equal(stat(program_path(program, files[i].path), &st), 0);
		if ((st.st_mode & 07777) != files[i].mode)
			fail_msg("%s has mode %o", files[i].path, st.st_mode & 07777);
	}
	line = read_line(program_path(program, "event/card.secret"), 0);
	assert_int_equal(strlen(line), 32);
	free(line);
	line = read_line(program_path(program, "net/root.key"), 0);
	assert_int_equal(strlen(line), 64);
	free(line);
}

static void assert_untouched(struct program *program, const char *const *words, const char *file)
{
	size_t before_len, after_len;
	uint8_t *before = read_file(program_path(program, file), &before_len), *after;

	assert_int_equal(program_run(program, words), EX_CANTCREAT);
	assert_non_null(strstr(program->err, "never overwritten"));
	after = read_file(program_path(program, file), &after_len);
	assert_int_equal(before_len, after_len);
	assert_memory_equal(before, after, before_len);
	free(before);
	free(after);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_never_overwrites(void **state)
{
	struct program *program = *state;

	assert_untouched(program,
	                 WORDS("network", "new", "--name", "Again", "--collector",
	                       "https://a.example", "--out", "net"),
	                 "net/root.key");
	assert_untouched(program,
	                 WORDS("hub", "new", "--network", "net", "--id", "12", "--level", "local",
	                       "--region", "US-KY", "--name", "Again", "--out", "hub"),
	                 "hub/hub.key");
	assert_untouched(program,
	                 WORDS("event", "new", "--hub", "hub", "--name", "en=Again", "--project",
	                       "1:RIVER:en=River", "--start", "2027-01-02T18:00Z", "--length", "2h",
	                       "--out", "event"),
	                 "event/card.secret");
	assert_int_equal(RUN(program, "ticket", "new", "--event", "event", "--hub", "hub",
	                     "--count", "1", "--first-number", "5001", "--out", "once"),
	                 0);
	assert_untouched(program,
	                 WORDS("ticket", "new", "--event", "event", "--hub", "hub", "--count", "1",
	                       "--out", "once"),
	                 "once/tickets.txt");
	/* A picture that is in the way is found before anything is written. */
	assert_int_equal(unlink(program_path(program, "once/tickets.txt")), 0);
	assert_int_equal(rename(program_path(program, "once/ticket-05001.png"),
	                        program_path(program, "once/ticket-05002.png")),
	                 0);
	assert_untouched(program,
	                 WORDS("ticket", "new", "--event", "event", "--hub", "hub", "--count", "3",
	                       "--out", "once"),
	                 "once/ticket-05002.png");
	assert_int_equal(access(program_path(program, "once/ticket-05003.png"), F_OK), -1);
	/* Not through a link either. */
	assert_int_equal(mkdir(program_path(program, "linked"), 0700), 0);
	assert_int_equal(symlink("/nowhere/at/all", program_path(program, "linked/hub.key")), 0);
	assert_int_equal(RUN(program, "hub", "new", "--network", "net", "--id", "1", "--level",
	                     "local", "--region", "US-KY", "--name", "L", "--out", "linked"),
	                 EX_CANTCREAT);
}

/* A damaged input is told, not used. */
static void test_damaged(void **state)
{
	struct program *program = *state;
	FILE *file;

	assert_int_equal(mkdir(program_path(program, "bad"), 0700), 0);
	assert_int_equal(
	    link(program_path(program, "hub/hub.cert"), program_path(program, "bad/hub.cert")), 0);
	file = fopen(program_path(program, "bad/hub.key"), "w");
	assert_non_null(file);
	assert_true(fputs("not hexadecimal\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(RUN(program, "event", "new", "--hub", "bad", "--name", "en=X", "--project",
	                     "1:RIVER:en=River", "--start", "2027-01-02T18:00Z", "--length", "2h",
	                     "--out", "no"),
	                 EX_DATAERR);
	assert_non_null(strstr(program->err, "64 hexadecimal digits would be right"));
	/* The key itself is not repeated. */
	assert_null(strstr(program->err, "not hexadecimal"));
}

static int setup(void **state)
{
	assert_true(crypto_init() >= 0);
	return program_setup_event(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_network),
	    cmocka_unit_test(test_card),
	    cmocka_unit_test(test_series),
	    cmocka_unit_test(test_tickets),
	    cmocka_unit_test(test_projects_by_keyword),
	    cmocka_unit_test(test_region),
	    cmocka_unit_test(test_a_number_is_one_hub),
	    cmocka_unit_test(test_a_hub_is_certified_again),
	    cmocka_unit_test(test_an_event_is_amended),
	    cmocka_unit_test(test_which_kiosks_were_its_own),
	    cmocka_unit_test(test_ticket_key),
	    cmocka_unit_test(test_wrong_hub),
	    cmocka_unit_test(test_modes),
	    cmocka_unit_test(test_never_overwrites),
	    cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, setup, program_teardown);
}

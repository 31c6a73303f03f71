/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "at.h"
#include "text.h"

/* A machine, the time, and what it did since the last look: writes as they are, the rest as
 * "[word]". */
static struct at at;
static struct mono_time now;
static char did[16384];

static void note(const char *text)
{
	assert_true(strlen(did) + strlen(text) < sizeof(did));
	(void)snprintf(did + strlen(did), sizeof(did) - strlen(did), "%s", text);
}

static void take(void)
{
	struct at_action action;
	char text[AT_WRITE_MAX + 64];
	static const char *const sent[] = {"sent", "refused", "unknown"};
	while (at_next(&at, &action)) {
		switch (action.kind) {
		case AT_WRITE:
			note(action.text);
			continue;
		case AT_MESSAGE:
			snprintf(text, sizeof(text), "[message %u %s]", action.slot, action.text);
			break;
		case AT_LISTED:
			snprintf(text, sizeof(text), "[listed %d]", action.ok);
			break;
		case AT_READ:
			snprintf(text, sizeof(text), "[read %u %d %s]", action.slot, action.ok,
			         action.text);
			break;
		case AT_SENT:
			snprintf(text, sizeof(text), "[%s]", sent[action.sent]);
			break;
		case AT_DELETED:
			snprintf(text, sizeof(text), "[deleted %u %d]", action.slot, action.ok);
			break;
		case AT_HINT:
			snprintf(text, sizeof(text), "[hint]");
			break;
		case AT_STATUS:
			continue;
		case AT_DIRECT:
			snprintf(text, sizeof(text), "[direct %s]", action.text);
			break;
		case AT_ACKNOWLEDGED:
			snprintf(text, sizeof(text), "[acknowledged %d]", action.ok);
			break;
		case AT_PIN:
			snprintf(text, sizeof(text), "[pin %d]", action.ok);
			break;
		case AT_POWER:
			snprintf(text, sizeof(text), "[power]");
			break;
		case AT_REOPEN:
			snprintf(text, sizeof(text), "[reopen]");
			break;
		}
		note(text);
	}
}

static void feed_n(const char *bytes, size_t len)
{
	while (len > 0) {
		size_t n = at_feed(&at, (const uint8_t *)bytes, len, now);
		bytes += n;
		len -= n;
		at_tick(&at, now);
		take();
	}
	at_tick(&at, now);
	take();
}

static void feed(const char *text)
{
	feed_n(text, strlen(text));
}

static void pass_ms(unsigned ms)
{
	now.us += ms * 1000ULL;
	at_tick(&at, now);
	take();
}

static void expect(const char *text)
{
	assert_string_equal(did, text);
	did[0] = '\0';
}

static void ask(const char *said, const char *command)
{
	char line[128];
	feed(said);
	snprintf(line, sizeof(line), "%s\r", command);
	expect(line);
}

static void begin_with(const struct at_settings *settings)
{
	now.us = 5000000;
	did[0] = '\0';
	at_init(&at, settings, now);
	take();
	expect("\x1b");
	pass_ms(settings->quiet_ms);
	expect("ATE0V1Q0\r");
}

#define OK "\r\nOK\r\n"

/* To where jobs are taken. */
static int begin(void **state)
{
	(void)state;
	struct at_settings settings;
	at_settings_standard(&settings);
	begin_with(&settings);
	ask("ATE0V1Q0\r" OK, "AT+CMEE=1");
	ask(OK, "AT+CGMI");
	ask("\r\nSomebody\r\n" OK, "AT+CGMM");
	ask("\r\nModem\r\n" OK, "AT+CPIN?");
	ask("\r\n+CPIN: READY\r\n" OK, "AT+CMGF=0");
	ask(OK, "AT+CSMS=0");
	ask("\r\n+CSMS: 1,1,1\r\n" OK, "AT+CPMS=\"ME\",\"ME\",\"ME\"");
	ask("\r\n+CPMS: 3,255,3,255,3,255\r\n" OK, "AT+CNMI=2,1,0,0,0");
	ask(OK, "AT+CMGF?");
	ask("\r\n+CMGF: 0\r\n" OK, "AT+CPMS?");
	ask("\r\n+CPMS: \"ME\",3,255,\"ME\",3,255,\"ME\",3,255\r\n" OK, "AT+CNMI?");
	ask("\r\n+CNMI: 2,1,0,0,0\r\n" OK, "AT+CSMS?");
	ask("\r\n+CSMS: 0,1,1,1\r\n" OK, "AT+CREG?");
	ask("\r\n+CREG: 0,2\r\n" OK, "AT+CGREG?");
	ask("\r\n+CGREG: 0,0\r\n" OK, "AT+CEREG?");
	ask("\r\n+CEREG: 0,5\r\n" OK, "AT+CSQ");
	ask("\r\n+CSQ: 17,99\r\n" OK, "AT+COPS?");
	ask("\r\n+COPS: 0,0,\"Some, Net\",7\r\n" OK, "AT+CPMS?");
	feed("\r\n+CPMS: \"ME\",3,255,\"ME\",3,255,\"ME\",3,255\r\n" OK);
	expect("");
	assert_true(at_idle(&at));
	return 0;
}

static void the_start_asks_in_order_and_learns(void **state)
{
	(void)state;
	assert_int_equal(at.status.state, AT_READY);
	assert_true(at.status.registered);
	assert_int_equal(at.status.signal_dbm, -79);
	assert_string_equal(at.status.operator_name, "Some, Net");
	assert_string_equal(at.status.memory, "ME");
	assert_int_equal(at.status.used, 3);
	assert_int_equal(at.status.total, 255);
}

/* Every reading may end after any octet, and lines may come with noise in them. */
static void a_list_may_come_in_any_pieces(void **state)
{
	(void)state;
	static const char said[] = "\r\n+CMGL: 1,1,,8\r\n00AABBCCDD\r\n"
	                           "\r\n+CMTI: \"ME\",9\r\n"
	                           "\r\n+CMGL: 12,0,\"x\",8\r\n"
	                           "\r\n+CREG: 1\r\n"
	                           "0011\r\n"
	                           "\r\n+CMGL: 13,0,,8\r\n00\xff"
	                           "22\r\n" OK;
	for (size_t cut = 0; cut < sizeof(said); cut++) {
		for (size_t piece = 1; piece < 40; piece += 13) {
			at_list(&at, now);
			take();
			expect("AT+CMGL=4\r");
			feed_n(said, cut);
			for (size_t i = cut; i < sizeof(said) - 1; i += piece)
				feed_n(said + i,
				       sizeof(said) - 1 - i < piece ? sizeof(said) - 1 - i : piece);
			expect("[message 1 00AABBCCDD][hint][message 12 0011][message 13 "
			       "0022][listed 1]");
		}
	}
}

static void what_has_no_digits_is_told_so_that_it_is_read_again(void **state)
{
	(void)state;
	at_list(&at, now);
	take();
	did[0] = '\0';
	feed("+CMGL: 1,1,,8\r\n00AAxxDD\r\n+CMGL: 2,1,,8\r\n0011\r\n+CMGL: 3,1,,8\r\n" OK);
	expect("[message 1 ][message 2 0011][message 3 ][listed 1]");
	at_read(&at, 3, now);
	take();
	expect("AT+CMGR=3\r");
	feed("+CMGR: 1,,8\r\n00AA\r\n" OK);
	expect("[read 3 1 00AA]");
	at_read(&at, 4, now);
	take();
	expect("AT+CMGR=4\r");
	feed(OK); /* nothing there */
	expect("[read 4 0 ]");
	at_read(&at, 5, now);
	take();
	expect("AT+CMGR=5\r");
	feed("+CMS ERROR: 321\r\n");
	expect("[read 5 0 ]");
}

/* A message given directly is stored as well: its digits are not those of the list. */
static void a_direct_message_within_a_list_is_not_mixed_up(void **state)
{
	(void)state;
	at_list(&at, now);
	take();
	did[0] = '\0';
	feed("+CMGL: 1,1,,8\r\n+CMT: ,24\r\n00FFFF\r\n0011\r\n" OK);
	expect("[direct 00FFFF][message 1 0011][listed 1]");
	feed("+CMT: ,24\r\n00FFFF\r\n+CDS: 25\r\n00EE\r\n");
	expect("[direct 00FFFF]");
}

static void a_message_is_sent_at_the_prompt(void **state)
{
	(void)state;
	const struct pdu_octets pdu = {.octet = {0x00, 0x11, 0xab}, .len = 3, .tpdu_len = 2};
	static const struct {
		const char *prompt, *answer, *outcome;
	} table[] = {
	    {"\r\n> ", "\r\n+CMGS: 7\r\n" OK, "[sent]"},
	    {">", "+CMGS: 7\r\n" OK, "[sent]"},
	    {"\r\n+CMTI: \"ME\",1\r\n\r\n> ", "\r\n+CMGS: 7\r\n" OK, "[sent]"},
	    {"AT+CMGS=2\r\r\n> ", "0011AB\x1a\r\n+CMGS: 7\r\n" OK,
	     "[sent]"}, /* echo is on after all */
	    {"\r\n> ", "\r\n+CMS ERROR: 38\r\n", "[refused]"},
	    {"\r\n> ", "\r\nERROR\r\n", "[refused]"},
	    {"\r\n> ", "\r\n+CMGS: 7\r\n\r\nERROR\r\n", "[sent]"}, /* it was */
	    {"\r\n> ", "\r\n> \r\n+CMGS: 7\r\n" OK, "[sent]"},     /* it is asked for once */
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		at_send(&at, &pdu, now);
		take();
		expect("AT+CMGS=2\r");
		assert_false(at_sending(&at));
		feed(table[i].prompt);
		assert_non_null(strstr(did, "0011AB\x1a"));
		did[0] = '\0';
		assert_true(at_sending(&at));
		feed(table[i].answer);
		expect(table[i].outcome);
		assert_true(at_idle(&at));
	}
	at_send(&at, &pdu, now); /* refused before it is asked for */
	take();
	did[0] = '\0';
	feed("+CMS ERROR: 304\r\n");
	expect("\x1b[refused]");
}

static void a_send_without_an_answer_may_have_gone(void **state)
{
	(void)state;
	const struct pdu_octets pdu = {.octet = {0x00, 0x11}, .len = 2, .tpdu_len = 1};
	at_send(&at, &pdu, now);
	take();
	feed("> ");
	did[0] = '\0';
	pass_ms(179999);
	expect("");
	pass_ms(1);
	expect("[unknown]\x1b"); /* and the talk begins anew */
	pass_ms(300);
	expect("ATE0V1Q0\r");
}

static void a_late_answer_is_not_taken_for_the_next(void **state)
{
	(void)state;
	at_delete(&at, 4, now);
	take();
	expect("AT+CMGD=4\r");
	pass_ms(5000);
	expect("[deleted 4 0]\x1b");
	feed(OK "\r\nO"); /* within the silence: that of the deletion, and half of another */
	expect("");
	assert_false(at_idle(&at));
	pass_ms(300);
	expect("ATE0V1Q0\r");
	/* even later: the question for the PIN has an answer of its own, and finds out */
	feed("K\r\n" OK OK);
	expect("AT+CMEE=1\rAT+CGMI\r");
	feed(OK OK OK);
	expect("AT+CGMM\rAT+CPIN?\r");
	pass_ms(2000);
	expect("AT+CPIN?\r");
	ask("+CPIN: READY\r\n" OK, "AT+CMGF=0");
}

/* The first command of three is under way. */
static void three_time_outs(void)
{
	for (unsigned i = 0; i < 2; i++) {
		pass_ms(5000);
		expect("\x1b");
		pass_ms(300);
		expect("ATE0V1Q0\r");
	}
	pass_ms(5000);
}

static void a_modem_that_never_answers_is_reset_and_then_wants_its_power_key(void **state)
{
	(void)state;
	struct at_settings settings;
	at_settings_standard(&settings);
	begin_with(&settings);
	three_time_outs();
	expect("\x1b"
	       "AT+CFUN=1,1\r");
	pass_ms(19999);
	expect("");
	pass_ms(1);
	expect("ATE0V1Q0\r");
	three_time_outs();
	expect("[power][reopen]");
	/* one that comes to itself goes on */
	begin_with(&settings);
	three_time_outs();
	did[0] = '\0';
	feed("\r\nRDY\r\n");
	pass_ms(20000);
	did[0] = '\0';
	feed(OK);
	pass_ms(300);
	feed(OK);
	assert_non_null(strstr(did, "AT+CMEE=1\r"));
	assert_int_equal(at.status.state, AT_STARTING);
}

static void a_pin_refused_in_an_earlier_run_is_not_tried(void **state)
{
	(void)state;
	struct at_settings settings;
	at_settings_standard(&settings);
	text_copy(settings.pin, sizeof(settings.pin), "1234");
	settings.pin_refused = true;
	begin_with(&settings);
	feed(OK OK OK OK);
	did[0] = '\0';
	feed("+CPIN: SIM PIN\r\n" OK);
	expect("");
	assert_int_equal(at.status.state, AT_PIN_WRONG);
}

static void the_other_memory_is_listed_read_and_emptied_too(void **state)
{
	(void)state;
	at_list_all(&at, now);
	ask("", "AT+CMGL=4");
	feed("+CMGL: 3,1,,4\r\n00112233\r\n" OK);
	expect("[message 3 00112233]AT+CPMS=\"SM\"\r");
	feed("+CPMS: 1,20,3,255,3,255\r\n" OK);
	expect("AT+CMGL=4\r");
	feed("+CMGL: 3,1,,4\r\n44556677\r\n" OK);
	expect("[message 10003 44556677][listed 1]");
	at_read(&at, AT_SIM + 3, now);
	ask("", "AT+CMGR=3");
	feed("+CMGR: 1,,4\r\n44556677\r\n" OK);
	expect("[read 10003 1 44556677]");
	at_delete(&at, 3, now);
	ask("", "AT+CPMS=\"ME\"");
	feed("+CPMS: 3,255,3,255,3,255\r\n" OK);
	expect("AT+CMGD=3\r");
	feed(OK);
	expect("[deleted 3 1]");
	at_delete(&at, AT_SIM + 3, now);
	ask("", "AT+CPMS=\"SM\"");
	ask("+CPMS: 1,20,2,255,2,255\r\n" OK, "AT+CMGD=3");
	feed(OK);
	expect("[deleted 10003 1]");
	/* an empty one costs no list; one that is refused is not asked for again */
	at_list_all(&at, now);
	ask("", "AT+CPMS=\"ME\"");
	ask("+CPMS: 3,255,3,255,3,255\r\n" OK, "AT+CMGL=4");
	ask(OK, "AT+CPMS=\"SM\"");
	feed("+CPMS: 0,20,2,255,2,255\r\n" OK);
	expect("[listed 1]");
	/* one that is refused may be busy; three times, and there is none */
	at_list_all(&at, now);
	ask("", "AT+CPMS=\"ME\"");
	ask("+CPMS: 3,255,3,255,3,255\r\n" OK, "AT+CMGL=4");
	for (unsigned i = 0; i < AT_OTHER_REFUSED_MAX; i++) {
		ask(OK, "AT+CPMS=\"SM\"");
		ask("+CMS ERROR: 302\r\n", "AT+CPMS=\"SM\",\"SM\",\"SM\""); /* unless by three */
		feed("+CMS ERROR: 302\r\n");
		expect("[listed 1]");
		at_list_all(&at, now);
		ask("", "AT+CMGL=4");
	}
	feed(OK);
	expect("[listed 1]");
}

static void three_time_outs_open_the_line_anew(void **state)
{
	(void)state;
	struct at_settings settings;
	at_settings_standard(&settings);
	begin_with(&settings);
	feed(OK);
	expect("AT+CMEE=1\r");
	three_time_outs();
	expect("[reopen]");
	assert_int_equal(at.status.state, AT_DEAD);
	feed(OK);
	pass_ms(100000);
	expect("");
}

/* Up to jobs again after a time-out, with a modem that answers. */
static void recover(void)
{
	did[0] = '\0';
	pass_ms(300);
	feed(OK OK OK OK);
	feed("+CPIN: READY\r\n" OK);
	feed(OK OK);
	feed("+CPMS: 2,9,2,9,2,9\r\n" OK);
	feed(OK);
	while (!at_idle(&at)) /* a look at the network, if one is due */
		feed(OK);
	did[0] = '\0';
}

static void time_outs_with_answers_between_them_do_not_add_up(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2 * AT_TIMEOUTS_MAX; i++) {
		at_delete(&at, 4, now);
		take();
		expect("AT+CMGD=4\r");
		pass_ms(5000);
		expect("[deleted 4 0]\x1b");
		recover();
	}
}

static void a_look_at_the_network_that_hangs_keeps_no_message_waiting(void **state)
{
	(void)state;
	pass_ms(30000);
	expect("AT+CREG?\r");
	ask("+CREG: 0,1\r\n" OK, "AT+CSQ");
	ask(OK, "AT+COPS?");
	pass_ms(5000);
	expect("\x1b");
	pass_ms(300);
	feed(OK OK OK OK);
	feed("+CPIN: READY\r\n" OK);
	feed(OK OK);
	feed("+CPMS: 2,9,2,9,2,9\r\n" OK);
	feed(OK);
	did[0] = '\0';
	feed("+CMGF: 0\r\n" OK "+CPMS: \"ME\",2,9,\"ME\",2,9,\"ME\",2,9\r\n" OK);
	feed("+CNMI: 2,1\r\n" OK);
	feed("+CSMS: 0\r\n" OK);
	expect("AT+CPMS?\rAT+CNMI?\rAT+CSMS?\r");
	assert_true(at_idle(&at));
}

static void lists_that_hang_are_given_up_for_single_reads(void **state)
{
	(void)state;
	at_list(&at, now);
	take();
	expect("AT+CMGL=4\r");
	pass_ms(10000);
	expect("[listed 0]\x1b");
	recover();
	at_list(&at, now);
	ask("", "AT+CPMS?");
	ask("+CPMS: \"ME\",2,9,\"ME\",2,9,\"ME\",2,9\r\n" OK, "AT+CMGR=0");
	ask("+CMS ERROR: 321\r\n", "AT+CMGR=1");
	ask("+CMGR: 1,,8\r\n0011\r\n" OK, "[message 1 0011]AT+CMGR=2");
	ask(OK, "AT+CMGR=3");
	feed("+CMGR: 1,,8\r\n0033\r\n" OK);
	expect("[message 3 0033][listed 1]"); /* both found: no further */
	at_list(&at, now);
	ask("", "AT+CPMS?");
	ask("+CPMS: \"ME\",2,9,\"ME\",2,9,\"ME\",2,9\r\n" OK, "AT+CMGR=0");
	pass_ms(5000); /* a slot that hangs is left alone from then on */
	expect("[listed 0]\x1b");
	recover();
	at_list(&at, now);
	ask("", "AT+CPMS?");
	ask("+CPMS: \"ME\",2,9,\"ME\",2,9,\"ME\",2,9\r\n" OK, "AT+CMGR=1");
}

/* However much else it says meanwhile. */
static void a_list_that_hangs_is_given_up_under_chatter(void **state)
{
	(void)state;
	at_list(&at, now);
	take();
	expect("AT+CMGL=4\r");
	pass_ms(6000); /* a long one takes its time */
	feed("+CMGL: 3,1,,4\r\n00112233\r\n");
	expect("[message 3 00112233]");
	for (unsigned ms = 0; ms < 10000; ms += 2000) {
		feed("\r\n^RSSI:20\r\n");
		expect("");
		pass_ms(2000);
	}
	expect("[listed 0]\x1b");
}

static void the_pin_is_tried_once(void **state)
{
	(void)state;
	struct at_settings settings;
	at_settings_standard(&settings);
	text_copy(settings.pin, sizeof(settings.pin), "1234");
	begin_with(&settings);
	feed(OK OK OK OK);
	expect("AT+CMEE=1\rAT+CGMI\rAT+CGMM\rAT+CPIN?\r");
	ask("+CPIN: SIM PIN\r\n" OK, "[pin 0]AT+CPIN=\"1234\"");
	feed("+CME ERROR: 16\r\n");
	expect("");
	assert_int_equal(at.status.state, AT_PIN_WRONG);
	for (unsigned i = 0; i < 5; i++) {
		pass_ms(2000);
		expect("AT+CPIN?\r");
		feed("+CPIN: SIM PIN\r\n" OK);
		expect("");
		assert_int_equal(at.status.state, AT_PIN_WRONG);
	}
	pass_ms(2000);
	expect("AT+CPIN?\r");
	ask("+CPIN: READY\r\n" OK, "[pin 1]AT+CMGF=0"); /* somebody mended it */
	assert_int_equal(at.status.state, AT_STARTING);
}

static void a_right_pin_goes_on(void **state)
{
	(void)state;
	struct at_settings settings;
	at_settings_standard(&settings);
	text_copy(settings.pin, sizeof(settings.pin), "1234");
	begin_with(&settings);
	feed(OK OK OK OK);
	did[0] = '\0';
	ask("+CPIN: SIM PIN\r\n" OK, "[pin 0]AT+CPIN=\"1234\"");
	feed(OK);
	pass_ms(2000);
	expect("AT+CPIN?\r");
	ask("+CPIN: READY\r\n" OK, "[pin 1]AT+CMGF=0");
	/* a modem that begins anew wants it again */
	feed(OK OK);
	expect("AT+CSMS=0\rAT+CPMS=\"ME\",\"ME\",\"ME\"\r");
	feed("+CPMS: 2,9,2,9,2,9\r\n" OK OK);
	while (!at_idle(&at))
		feed(OK);
	feed("\r\nRDY\r\n");
	pass_ms(300);
	feed(OK OK OK OK);
	did[0] = '\0';
	ask("+CPIN: SIM PIN\r\n" OK, "[pin 0]AT+CPIN=\"1234\"");
}

static void no_pin_and_no_sim_are_told(void **state)
{
	(void)state;
	struct at_settings settings;
	at_settings_standard(&settings);
	begin_with(&settings);
	feed(OK OK OK OK);
	did[0] = '\0';
	feed("+CPIN: SIM PIN\r\n" OK);
	assert_int_equal(at.status.state, AT_PIN_WANTED);
	pass_ms(2000);
	feed("+CPIN: SIM PUK\r\n" OK);
	assert_int_equal(at.status.state, AT_PUK_WANTED);
	begin_with(&settings);
	feed(OK OK OK OK);
	for (unsigned i = 0; i < 7; i++) { /* it may only be slow */
		feed("+CME ERROR: 10\r\n");
		pass_ms(2000);
	}
	assert_int_equal(at.status.state, AT_NO_SIM);
	expect("AT+CMEE=1\rAT+CGMI\rAT+CGMM\rAT+CPIN?\rAT+CPIN?\rAT+CPIN?\rAT+CPIN?\rAT+CPIN?"
	       "\rAT+CPIN?\rAT+"
	       "CPIN?\rAT+CPIN?\r");
}

static void the_sims_memory_where_there_is_no_other(void **state)
{
	(void)state;
	struct at_settings settings;
	at_settings_standard(&settings);
	begin_with(&settings);
	feed(OK OK OK OK);
	feed("+CPIN: READY\r\n" OK);
	feed(OK OK);
	did[0] = '\0';
	ask("+CMS ERROR: 302\r\n", "AT+CPMS=\"SM\",\"SM\",\"SM\"");
	ask("+CPMS: 0,20,0,20,0,20\r\n" OK, "AT+CNMI=2,1,0,0,0");
	ask("ERROR\r\n", "AT+CNMI=2,1");
	ask("ERROR\r\n", "AT+CMGF?"); /* sweeping does without */
	assert_string_equal(at.status.memory, "SM");
}

/* A SIM that was busy, or noise: the module's own memory is the other one then, not a lost one; and
 * a slot means the same message whichever is which. */
static void what_is_in_a_memory_that_was_refused_once_is_found(void **state)
{
	(void)state;
	struct at_settings settings;
	at_settings_standard(&settings);
	begin_with(&settings);
	feed(OK OK OK OK);
	feed("+CPIN: READY\r\n" OK);
	feed(OK OK);
	feed("+CMS ERROR: 314\r\n");
	feed("+CPMS: 1,20,1,20,1,20\r\n" OK OK);
	while (!at_idle(&at))
		feed(OK);
	did[0] = '\0';
	at_list_all(&at, now);
	ask("", "AT+CMGL=4");
	feed("+CMGL: 3,1,,4\r\n00112233\r\n" OK);
	expect("[message 10003 00112233]AT+CPMS=\"ME\"\r");
	ask("+CPMS: 1,255,1,20,1,20\r\n" OK, "AT+CMGL=4");
	feed("+CMGL: 3,1,,4\r\n44556677\r\n" OK);
	expect("[message 3 44556677][listed 1]");
	at_delete(&at, AT_SIM + 3, now);
	ask("", "AT+CPMS=\"SM\"");
	ask("+CPMS: 1,20,1,20,1,20\r\n" OK, "AT+CMGD=3");
}

static void a_reboot_banner_starts_over(void **state)
{
	(void)state;
	feed("\r\nRDY\r\n");
	expect("\x1b");
	pass_ms(300);
	expect("ATE0V1Q0\r");
	assert_int_equal(at.status.state, AT_STARTING);
}

/* Anything at all, of any length, at any state: no crash, no lost command, and good answers are
 * understood again. */
static void noise_of_any_kind_is_outlived(void **state)
{
	(void)state;
	static char noise[AT_LINE_MAX * 3];
	memset(noise, 'A', sizeof(noise));
	at_list(&at, now);
	take();
	did[0] = '\0';
	feed_n(noise, sizeof(noise));
	feed("\r\n> \r\n+CMGL: 1,1,,8\r\n"); /* and a prompt, at which no message goes */
	memset(noise, '0', sizeof(noise));
	feed_n(noise, sizeof(noise)); /* digits without end */
	feed("\r\n+CMGL: ,,,\r\n00\r\n+CMGL: 99999999999999,1,,\r\n00\r\n+CMGL: "
	     "-1,1\r\n00\r\n+CMGL:\r\n00\r\n"
	     "+CMGL: 2,1,,8\r\n0022\r\n" OK);
	expect("[message 1 ][message 2 0022][listed 1]");
	feed("\r\n+CPMS: 99999999,1,\"\r\n+CSQ: ,\r\n+COPS: 0,0,\"\r\n> > >\r\nOK\r\nERROR\r\n");
	expect("");
	assert_true(at_idle(&at));
}

int main(void)
{
#define READY(f) cmocka_unit_test_setup(f, begin)
	const struct CMUnitTest tests[] = {
	    READY(the_start_asks_in_order_and_learns),
	    READY(a_list_may_come_in_any_pieces),
	    READY(what_has_no_digits_is_told_so_that_it_is_read_again),
	    READY(a_direct_message_within_a_list_is_not_mixed_up),
	    READY(a_message_is_sent_at_the_prompt),
	    READY(a_send_without_an_answer_may_have_gone),
	    READY(a_late_answer_is_not_taken_for_the_next),
	    cmocka_unit_test(three_time_outs_open_the_line_anew),
	    cmocka_unit_test(a_modem_that_never_answers_is_reset_and_then_wants_its_power_key),
	    cmocka_unit_test(a_pin_refused_in_an_earlier_run_is_not_tried),
	    READY(the_other_memory_is_listed_read_and_emptied_too),
	    READY(time_outs_with_answers_between_them_do_not_add_up),
	    READY(a_look_at_the_network_that_hangs_keeps_no_message_waiting),
	    READY(lists_that_hang_are_given_up_for_single_reads),
	    READY(a_list_that_hangs_is_given_up_under_chatter),
	    cmocka_unit_test(the_pin_is_tried_once),
	    cmocka_unit_test(a_right_pin_goes_on),
	    cmocka_unit_test(no_pin_and_no_sim_are_told),
	    cmocka_unit_test(what_is_in_a_memory_that_was_refused_once_is_found),
	    cmocka_unit_test(the_sims_memory_where_there_is_no_other),
	    READY(a_reboot_banner_starts_over),
	    READY(noise_of_any_kind_is_outlived),
	};
	return cmocka_run_group_tests_name("sms.at", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: a broken machine degrades, visibly. While a camera's or reader's driver, a modem's line,
 * the decoder and the inbox are made, the n-th allocation or system call of ours fails, for every n:
 * it is refused, what the program shows says why, nothing was handed out and nothing leaks. Once
 * made, they take no more memory: a frame is decoded, a text is offered without any.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <kiosk/modem.h>

#include "convert.h"
#include "decode.h"
#include "fault.h"
#include "inbox.h"
#include "modem_serial.h"
#include "reader_keys.h"
#include "scanner_drivers.h"
#include "text.h"

enum { WIDTH_PX = 640, HEIGHT_PX = 480 };

static char line[64]; /* a pseudo-terminal */
static char told[SENTENCE_BYTES_MAX + 1];

static void on_frame(void *context, const struct frame *frame)
{
	(void)context;
	(void)frame;
}

static void on_code(void *context, const uint8_t *bytes, size_t len, struct mono_time seen)
{
	(void)context;
	(void)bytes;
	(void)len;
	(void)seen;
}

static void on_health(void *context, enum health health, const char *sentence)
{
	(void)context;
	(void)health;
	text_copy(told, sizeof(told), sentence);
}

static void on_bytes(void *context, const uint8_t *bytes, size_t len)
{
	(void)context;
	(void)bytes;
	(void)len;
}

static const struct scanner_sink scanner_sink = {
    .frame = on_frame, .code = on_code, .health = on_health};
static const struct modem_sink modem_sink = {.bytes = on_bytes};

static uint64_t no_time(void *context)
{
	(void)context;
	return 0;
}

/* --- what is made: 0 or -errno, *ret untouched on failure --- */

static int make_pictures(void **ret)
{
	return scanner_pictures.open(TEST_DATA "/fault", &scanner_sink, (struct scanner **)ret);
}

static void free_pictures(void *made)
{
	scanner_pictures.close(made);
}

static int make_reader(void **ret)
{
	return scanner_serial.open(line, &scanner_sink, (struct scanner **)ret);
}

static void free_reader(void *made)
{
	scanner_serial.close(made);
}

static int make_modem(void **ret)
{
	return modem_serial.open(line, &modem_sink, (struct modem_line **)ret);
}

static void free_modem(void *made)
{
	modem_serial.close(made);
}

static int make_decoder(void **ret)
{
	const struct decoder_clock clock = {.now_us = no_time};

	return decoder_new(WIDTH_PX, HEIGHT_PX, &clock, (struct decoder **)ret);
}

static void free_decoder(void *made)
{
	decoder_free(made);
}

static int make_converter(void **ret)
{
	return converter_new((struct converter **)ret);
}

static void free_converter(void *made)
{
	converter_free(made);
}

static int make_keys(void **ret)
{
	return reader_keys_new("us", (struct reader_keys **)ret);
}

static void free_keys(void *made)
{
	reader_keys_free(made);
}

static int make_inbox(void **ret)
{
	struct inbox_settings settings;
	struct inbox *inbox;

	inbox_settings_standard(&settings);
	inbox = inbox_new(&settings, (struct mono_time){1});
	if (inbox == NULL)
		return -ENOMEM;
	*ret = inbox;
	return 0;
}

static void free_inbox(void *made)
{
	inbox_free(made);
}

struct part {
	const char *name;
	int (*make)(void **ret);
	void (*drop)(void *made);
	bool tells; /* a person, itself, what is wrong */
};

static const struct part part[] = {
    {"pictures", make_pictures, free_pictures, true},
    {"a reader's line", make_reader, free_reader, true},
    {"a modem's line", make_modem, free_modem, false},
    {"the decoder", make_decoder, free_decoder, false},
    {"the converter", make_converter, free_converter, false},
    {"a keyboard's layout", make_keys, free_keys, false},
    {"the inbox", make_inbox, free_inbox, false},
};

/* False: it was made before the n-th call came. */
static bool make_one(const struct part *what, uint64_t n)
{
	const size_t live = fault_calls_live();
	void *made = NULL;
	bool happened;
	int r;

	told[0] = '\0';
	fault_calls_arm(FAULT_CALL_ANY & ~(unsigned)FAULT_CALL_CLOSE, n, FAULT_ONCE);
	r = what->make(&made);
	happened = fault_calls_disarm();
	if (happened ? r >= 0 || made != NULL : r != 0)
		fail_msg("%s, call %llu: %d", what->name, (unsigned long long)n, r);
	if (happened && what->tells && strlen(told) < 20)
		fail_msg("%s, call %llu: nothing is said", what->name, (unsigned long long)n);
	what->drop(made);
	if (fault_calls_live() != live)
		fail_msg("%s, call %llu: something was not given back", what->name,
		         (unsigned long long)n);
	return happened;
}

static void what_cannot_be_made_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		uint64_t n = 1;

		while (make_one(&part[i], n))
			n++;
		print_message("%s: %llu calls\n", part[i].name, (unsigned long long)n - 1);
		assert_true(n > 1);
	}
}

static void a_frame_needs_no_memory_of_ours(void **state)
{
	static uint8_t grey[WIDTH_PX * HEIGHT_PX];
	const struct frame frame = {
	    .grey = grey, .width_px = WIDTH_PX, .height_px = HEIGHT_PX, .stride = WIDTH_PX};
	struct code code[4];
	void *made = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(grey); i++)
		grey[i] = (uint8_t)(i * i >> 7);
	assert_int_equal(make_decoder(&made), 0);
	fault_calls_arm(FAULT_CALL_ANY, 0, FAULT_ONCE);
	for (int i = 0; i < 20; i++)
		assert_int_equal(decoder_frame(made, &frame, 1000000, code, 4), 0);
	(void)fault_calls_disarm();
	assert_int_equal(fault_calls_seen(), 0);
	decoder_free(made);
}

static int open_line(void **state)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	(void)state;
	if (fd < 0 || grantpt(fd) != 0 || unlockpt(fd) != 0 ||
	    ptsname_r(fd, line, sizeof(line)) != 0)
		return -1;
	return 0; /* held open as long as the test lives */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_cannot_be_made_is_refused),
	    cmocka_unit_test(a_frame_needs_no_memory_of_ours),
	};

	return cmocka_run_group_tests(tests, open_line, NULL);
}

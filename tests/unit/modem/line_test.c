/* SPDX-License-Identifier: Apache-2.0 */
/* What <kiosk/modem.h> promises of a line, of the serial driver and of its twin alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <cmocka.h>

#include "modem_serial.h"
#include "modem_twin.h"

/* The other end of a line, whichever it is. */
struct end {
	const struct modem_driver *driver;
	char where[64];
	int master;
	struct modem_twin twin;
};

static struct got {
	uint8_t octet[4096];
	size_t n;
} got;

static void on_bytes(void *context, const uint8_t *bytes, size_t len)
{
	struct got *to = context;
	assert_true(to->n + len <= sizeof(to->octet));
	memcpy(to->octet + to->n, bytes, len);
	to->n += len;
}

static const struct modem_sink sink = {.bytes = on_bytes, .context = &got};

static int begin_serial(void **state)
{
	struct end *e = calloc(1, sizeof(*e));
	*state = e;
	e->driver = &modem_serial;
	e->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (e->master < 0 || grantpt(e->master) < 0 || unlockpt(e->master) < 0)
		return -1;
	snprintf(e->where, sizeof(e->where), "%s", ptsname(e->master));
	got.n = 0;
	return 0;
}

static int begin_twin(void **state)
{
	struct end *e = calloc(1, sizeof(*e));
	*state = e;
	e->driver = &modem_twin_driver;
	e->master = -1;
	got.n = 0;
	modem_twin_init(&e->twin, 1);
	modem_twin_where(&e->twin, e->where);
	return 0;
}

static int end(void **state)
{
	struct end *e = *state;
	if (e->master >= 0)
		close(e->master);
	if (e->driver == &modem_twin_driver)
		modem_twin_deinit(&e->twin);
	free(e);
	return 0;
}

static void say(struct end *e, const char *text)
{
	if (e->master >= 0)
		assert_int_equal(write(e->master, text, strlen(text)), (ssize_t)strlen(text));
	else
		modem_twin_say(&e->twin, text, strlen(text));
}

static size_t hear(struct end *e, char *buffer, size_t size)
{
	return e->master >= 0 ? (size_t)read(e->master, buffer, size)
	                      : modem_twin_hear(&e->twin, buffer, size);
}

static void unplug(struct end *e)
{
	if (e->master >= 0) {
		close(e->master);
		e->master = -1;
	} else {
		e->twin.unplugged = true;
		modem_twin_changed(&e->twin);
	}
}

static int wait_and_dispatch(const struct end *e, struct modem_line *line)
{
	struct pollfd ready = {.fd = e->driver->fd(line), .events = POLLIN};
	assert_int_equal(poll(&ready, 1, 10000), 1);
	return e->driver->dispatch(line);
}

static void octets_pass_unchanged_both_ways(void **state)
{
	struct end *e = *state;
	struct modem_line *line;
	char heard[64];
	assert_int_equal(e->driver->open(e->where, &sink, &line), 0);
	assert_int_equal(e->driver->write(line, (const uint8_t *)"AT\r\x1a\x1b\x03\n", 7), 7);
	assert_int_equal(hear(e, heard, sizeof(heard)), 7);
	assert_memory_equal(heard, "AT\r\x1a\x1b\x03\n", 7);
	say(e, "\r\nOK\r\n\x11\x13");
	while (got.n < 8)
		assert_int_equal(wait_and_dispatch(e, line), 0);
	assert_memory_equal(got.octet, "\r\nOK\r\n\x11\x13", 8);
	e->driver->close(line);
}

static void nothing_to_read_is_no_end(void **state)
{
	struct end *e = *state;
	struct modem_line *line;
	struct pollfd ready;
	assert_int_equal(e->driver->open(e->where, &sink, &line), 0);
	ready = (struct pollfd){.fd = e->driver->fd(line), .events = POLLIN};
	assert_int_equal(poll(&ready, 1, 0), 0);
	e->driver->close(line);
}

static void what_waited_from_before_is_thrown_away(void **state)
{
	struct end *e = *state;
	struct modem_line *line;
	say(e, "old\r\n");
	assert_int_equal(e->driver->open(e->where, &sink, &line), 0);
	say(e, "new\r\n");
	while (got.n < 5)
		assert_int_equal(wait_and_dispatch(e, line), 0);
	assert_memory_equal(got.octet, "new\r\n", 5);
	e->driver->close(line);
}

static void a_line_has_one_user(void **state)
{
	struct end *e = *state;
	struct modem_line *line, *second = NULL;
	assert_int_equal(e->driver->open(e->where, &sink, &line), 0);
	assert_int_equal(e->driver->open(e->where, &sink, &second), -EBUSY);
	assert_null(second);
	e->driver->close(line);
}

/* Who may do everything may open it all the same, and is shown that it is taken. */
static void the_kernel_keeps_others_off_until_it_is_closed(void **state)
{
	struct end *e = *state;
	struct modem_line *line;
	int exclusive = 0, second;
	assert_int_equal(e->driver->open(e->where, &sink, &line), 0);
	int fd = e->driver->fd(line);
	second = open(e->where, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (second < 0)
		assert_int_equal(errno, EBUSY);
	else
		assert_int_equal(ioctl(second, TIOCGEXCL, &exclusive), 0);
	assert_true(second < 0 || exclusive != 0);
	unplug(e);
	assert_int_equal(wait_and_dispatch(e, line), -ENODEV);
	e->driver->close(line);
	assert_int_equal(fcntl(fd, F_GETFD), -1); /* else the name would stay taken */
	if (second >= 0)
		close(second);
}

static void an_unplugged_line_says_so(void **state)
{
	struct end *e = *state;
	struct modem_line *line;
	assert_int_equal(e->driver->open(e->where, &sink, &line), 0);
	unplug(e);
	assert_int_equal(wait_and_dispatch(e, line), -ENODEV);
	assert_int_equal(e->driver->write(line, (const uint8_t *)"AT\r", 3), -ENODEV);
	e->driver->close(line);
	assert_int_equal(e->driver->open(e->where, &sink, &line), -ENOENT);
}

static void close_takes_nothing(void **state)
{
	const struct end *e = *state;
	e->driver->close(NULL);
}

static void what_is_no_serial_line_is_refused(void **state)
{
	(void)state;
	struct modem_line *line;
	assert_int_equal(modem_serial.open("/dev/null", &sink, &line), -ENOTTY);
	assert_int_equal(modem_serial.open("/nowhere/ttyUSB0", &sink, &line), -ENOENT);
}

static void the_twin_drops_garbles_and_holds_back(void **state)
{
	struct end *e = *state;
	struct modem_line *line;
	static const char text[] = "0123456789012345678901234567890123456789";
	assert_int_equal(e->driver->open(e->where, &sink, &line), 0);
	e->twin.held = true;
	say(e, text);
	assert_int_equal(e->driver->dispatch(line), 0);
	assert_int_equal(got.n, 0);
	e->twin.held = false;
	modem_twin_changed(&e->twin);
	assert_int_equal(wait_and_dispatch(e, line), 0);
	assert_int_equal(got.n, sizeof(text) - 1);
	got.n = 0;
	e->twin.drop_one_in = 4;
	say(e, text);
	assert_int_equal(wait_and_dispatch(e, line), 0);
	assert_in_range(got.n, 1, sizeof(text) - 2);
	got.n = 0;
	e->twin.drop_one_in = 0;
	e->twin.garble_one_in = 4;
	say(e, text);
	assert_int_equal(wait_and_dispatch(e, line), 0);
	assert_int_equal(got.n, sizeof(text) - 1);
	assert_memory_not_equal(got.octet, text, sizeof(text) - 1);
	e->driver->close(line);
}

int main(void)
{
#define BOTH(f)                                                                                    \
	{"serial: " #f, f, begin_serial, end, NULL},                                               \
	{                                                                                          \
		"twin: " #f, f, begin_twin, end, NULL                                              \
	}
	const struct CMUnitTest tests[] = {
	    BOTH(octets_pass_unchanged_both_ways),
	    BOTH(nothing_to_read_is_no_end),
	    BOTH(what_waited_from_before_is_thrown_away),
	    BOTH(a_line_has_one_user),
	    BOTH(an_unplugged_line_says_so),
	    BOTH(close_takes_nothing),
	    cmocka_unit_test_setup_teardown(the_kernel_keeps_others_off_until_it_is_closed,
	                                    begin_serial, end),
	    cmocka_unit_test(what_is_no_serial_line_is_refused),
	    cmocka_unit_test_setup_teardown(the_twin_drops_garbles_and_holds_back, begin_twin, end),
	};
	return cmocka_run_group_tests_name("modem.line", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A barcode reader on a serial line (USB CDC or a true one): its octets are codes (reader_text.h).
 * Nothing is ever written to it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "clock.h"
#include "reader_say.h"
#include "reader_where.h"
#include "scanner_drivers.h"
#include "text.h"

enum { READS_A_TURN = 16 };

struct scanner {
	struct scanner_sink sink;
	int fd;
	bool troubled; /* something wrong was told */
	struct reader_text text;
};

static const struct {
	const char *name;
	speed_t speed;
} speeds[] = {
    {"", B9600},       {"1200", B1200},   {"2400", B2400},   {"4800", B4800},     {"9600", B9600},
    {"19200", B19200}, {"38400", B38400}, {"57600", B57600}, {"115200", B115200},
};

/* Eight bits, no parity, no flow control: what readers come with. 0 or -errno. */
static int set_line(int fd, speed_t speed)
{
	struct termios line;

	if (tcgetattr(fd, &line) < 0)
		return -errno;
	cfmakeraw(&line);
	line.c_cflag |= CREAD | CLOCAL;
	line.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
	line.c_cc[VMIN] = 1;
	line.c_cc[VTIME] = 0;
	if (cfsetispeed(&line, speed) < 0 || cfsetospeed(&line, speed) < 0 ||
	    tcsetattr(fd, TCSANOW, &line) < 0)
		return -errno;
	/* What came before it was ours is nobody's code. */
	return tcflush(fd, TCIFLUSH) < 0 || ioctl(fd, TIOCEXCL) < 0 ? -errno : 0;
}

static void serial_close(struct scanner *scanner)
{
	if (!scanner)
		return;
	if (scanner->fd >= 0)
		(void)close(scanner->fd);
	free(scanner);
}

static int find_speed(const char *name, const struct scanner_sink *sink, speed_t *ret)
{
	char sentence[SENTENCE_BYTES_MAX + 1];

	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
		if (strcmp(speeds[i].name, name) == 0) {
			*ret = speeds[i].speed;
			return 0;
		}
	text_format(sentence, sizeof(sentence),
	            "%.30s is no speed of a reader: it should be 1200, 2400, 4800, 9600, 19200, "
	            "38400, 57600 or 115200.",
	            name);
	sink->health(sink->context, HEALTH_FAILED, sentence);
	return -EINVAL;
}

static int serial_open(const char *where, const struct scanner_sink *sink, struct scanner **ret)
{
	struct scanner *scanner;
	struct reader_where device;
	speed_t speed = B9600;
	int r = reader_where_read(where, "speed", sink, &device);

	if (r == 0)
		r = find_speed(device.option, sink, &speed);
	if (r < 0)
		return r;
	scanner = calloc(1, sizeof(*scanner));
	if (!scanner)
		return reader_tell_failure(device.path, -ENOMEM, sink);
	scanner->sink = *sink;
	reader_text_init(&scanner->text);
	scanner->fd = open(device.path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	r = scanner->fd < 0 ? -errno : set_line(scanner->fd, speed);
	if (r < 0) {
		serial_close(scanner);
		return reader_tell_failure(device.path, r, sink);
	}
	sink->health(sink->context, HEALTH_GOOD, "The reader's line is open.");
	*ret = scanner;
	return 0;
}

static int serial_check(const char *where, const struct scanner_sink *sink)
{
	struct reader_where device;
	speed_t speed;
	int r = reader_where_read(where, "speed", sink, &device);

	return r == 0 ? find_speed(device.option, sink, &speed) : r;
}

static int serial_fd(const struct scanner *scanner)
{
	return scanner->fd;
}

static void say(struct scanner *scanner, enum reader_said said, struct mono_time now)
{
	reader_say(&scanner->sink, &scanner->text, said, "The reader works.", now,
	           &scanner->troubled);
}

static int serial_dispatch(struct scanner *scanner)
{
	struct mono_time now = clock_mono();
	uint8_t bytes[512];

	for (int turn = 0; turn < READS_A_TURN; turn++) {
		ssize_t n = read(scanner->fd, bytes, sizeof(bytes));

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return 0;
		if (n == 0 || (n < 0 && (errno == EIO || errno == ENXIO)))
			return -ENODEV; /* what a pulled plug looks like */
		if (n < 0)
			return -errno;
		for (ssize_t i = 0; i < n; i++)
			say(scanner, reader_text_octet(&scanner->text, bytes[i], now), now);
	}
	return 0;
}

static void serial_tick(struct scanner *scanner, struct mono_time now)
{
	say(scanner, reader_text_tick(&scanner->text, now), now);
}

const struct scanner_driver scanner_serial = {
    .name = "serial",
    .open = serial_open,
    .check = serial_check,
    .fd = serial_fd,
    .dispatch = serial_dispatch,
    .tick = serial_tick,
    .close = serial_close,
};

/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "modem_serial.h"

enum { READ_AT_ONCE = 4096 };

struct modem_line {
	int fd;
	struct modem_sink sink;
};

static int make_ours(int fd)
{
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	if (ioctl(fd, TIOCEXCL) < 0)
		return -errno;
	return 0;
}

static int make_raw(int fd)
{
	struct termios line;
	if (tcgetattr(fd, &line) < 0)
		return -errno;
	cfmakeraw(&line);
	line.c_cflag |= CLOCAL | CREAD;
	line.c_cflag &= ~(tcflag_t)(CRTSCTS | CSTOPB | HUPCL);
	line.c_cc[VMIN] = 0;
	line.c_cc[VTIME] = 0;
	cfsetspeed(&line, B115200);
	if (tcsetattr(fd, TCSANOW, &line) < 0 || tcflush(fd, TCIOFLUSH) < 0)
		return -errno;
	return 0;
}

static int serial_open(const char *where, const struct modem_sink *sink, struct modem_line **ret)
{
	struct modem_line *line = calloc(1, sizeof(*line));
	if (line == NULL)
		return -ENOMEM;
	line->sink = *sink;
	line->fd = open(where, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	int e = line->fd < 0 ? -errno : isatty(line->fd) ? make_ours(line->fd) : -ENOTTY;
	if (e == 0)
		e = make_raw(line->fd);
	if (e == 0) {
		*ret = line;
		return 0;
	}
	modem_serial.close(line);
	return e;
}

static int serial_fd(const struct modem_line *line)
{
	return line->fd;
}

static ssize_t serial_write(struct modem_line *line, const uint8_t *bytes, size_t len)
{
	ssize_t n = write(line->fd, bytes, len);
	if (n >= 0)
		return n;
	if (errno == EINTR)
		return -EAGAIN;
	return errno == EIO || errno == ENXIO ? -ENODEV : -errno;
}

static int serial_dispatch(struct modem_line *line)
{
	uint8_t buffer[READ_AT_ONCE];
	ssize_t n = read(line->fd, buffer, sizeof(buffer));
	if (n > 0) {
		line->sink.bytes(line->sink.context, buffer, (size_t)n);
		return 0;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	/* poll(2) said that there is something: with nothing to read the line has hung up */
	return n == 0 || errno == EIO || errno == ENXIO ? -ENODEV : -errno;
}

static void serial_close(struct modem_line *line)
{
	if (line == NULL)
		return;
	if (line->fd >= 0)
		close(line->fd);
	free(line);
}

const struct modem_driver modem_serial = {
    .name = "serial",
    .open = serial_open,
    .fd = serial_fd,
    .write = serial_write,
    .dispatch = serial_dispatch,
    .close = serial_close,
};

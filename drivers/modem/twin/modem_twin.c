/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "modem_twin.h"

struct modem_line {
	struct modem_twin *twin;
	struct modem_sink sink;
};

int modem_twin_init(struct modem_twin *twin, uint32_t seed)
{
	memset(twin, 0, sizeof(*twin));
	twin->seed = seed;
	return pipe2(twin->event, O_NONBLOCK | O_CLOEXEC) < 0 ? -errno : 0;
}

void modem_twin_deinit(struct modem_twin *twin)
{
	close(twin->event[0]);
	close(twin->event[1]);
}

void modem_twin_where(const struct modem_twin *twin, char where[MODEM_TWIN_WHERE_MAX])
{
	snprintf(where, MODEM_TWIN_WHERE_MAX, "%" PRIxPTR, (uintptr_t)twin);
}

void modem_twin_changed(struct modem_twin *twin)
{
	char octet;
	bool wanted = twin->unplugged || (twin->to_host.n > 0 && !twin->held);
	while (read(twin->event[0], &octet, 1) == 1)
		;
	if (wanted && write(twin->event[1], "x", 1) != 1)
		abort(); /* an empty pipe takes an octet */
}

/* One of `n`, from a linear congruence: the same seed plays the same faults. */
static bool chance(struct modem_twin *twin, unsigned n)
{
	twin->seed = twin->seed * 1664525U + 1013904223U;
	return n != 0 && (twin->seed >> 8) % n == 0;
}

static void append(struct modem_twin_queue *queue, const void *bytes, size_t len)
{
	size_t room = sizeof(queue->octet) - queue->n;
	memcpy(queue->octet + queue->n, bytes, len < room ? len : room);
	queue->n += len < room ? len : room;
}

static size_t take(struct modem_twin_queue *queue, void *buffer, size_t size)
{
	size_t n = queue->n < size ? queue->n : size;
	memcpy(buffer, queue->octet, n);
	queue->n -= n;
	memmove(queue->octet, queue->octet + n, queue->n);
	return n;
}

void modem_twin_say(struct modem_twin *twin, const void *bytes, size_t len)
{
	const uint8_t *octet = bytes;
	for (size_t i = 0; i < len; i++) {
		uint8_t c = octet[i];
		if (chance(twin, twin->drop_one_in))
			continue;
		if (chance(twin, twin->garble_one_in))
			c ^= (uint8_t)(1U << (twin->seed >> 28) % 8);
		append(&twin->to_host, &c, 1);
	}
	modem_twin_changed(twin);
}

size_t modem_twin_hear(struct modem_twin *twin, void *buffer, size_t size)
{
	return take(&twin->to_modem, buffer, size);
}

static int twin_open(const char *where, const struct modem_sink *sink, struct modem_line **ret)
{
	uintptr_t address;
	if (sscanf(where, "%" SCNxPTR, &address) != 1)
		return -ENOENT;
	struct modem_twin *twin = (struct modem_twin *)address;
	if (twin->unplugged)
		return -ENOENT;
	if (twin->open)
		return -EBUSY;
	struct modem_line *line = calloc(1, sizeof(*line));
	if (line == NULL)
		return -ENOMEM;
	line->twin = twin;
	line->sink = *sink;
	twin->open = true;
	twin->to_host.n = 0;
	modem_twin_changed(twin);
	*ret = line;
	return 0;
}

static int twin_fd(const struct modem_line *line)
{
	return line->twin->event[0];
}

static ssize_t twin_write(struct modem_line *line, const uint8_t *bytes, size_t len)
{
	struct modem_twin *twin = line->twin;
	size_t room = sizeof(twin->to_modem.octet) - twin->to_modem.n;
	if (twin->unplugged)
		return -ENODEV;
	if (twin->write_at_most != 0 && len > twin->write_at_most)
		len = twin->write_at_most;
	if (len > room)
		len = room;
	if (len == 0)
		return -EAGAIN;
	append(&twin->to_modem, bytes, len);
	return (ssize_t)len;
}

static int twin_dispatch(struct modem_line *line)
{
	uint8_t buffer[256];
	struct modem_twin *twin = line->twin;
	if (twin->unplugged)
		return -ENODEV;
	if (!twin->held) {
		size_t most = twin->read_at_most != 0 && twin->read_at_most < sizeof(buffer)
		                  ? twin->read_at_most
		                  : sizeof(buffer);
		size_t n = take(&twin->to_host, buffer, most);
		if (n > 0)
			line->sink.bytes(line->sink.context, buffer, n);
	}
	modem_twin_changed(twin);
	return 0;
}

static void twin_close(struct modem_line *line)
{
	if (line == NULL)
		return;
	line->twin->open = false;
	free(line);
}

const struct modem_driver modem_twin_driver = {
    .name = "twin",
    .open = twin_open,
    .fd = twin_fd,
    .write = twin_write,
    .dispatch = twin_dispatch,
    .close = twin_close,
};

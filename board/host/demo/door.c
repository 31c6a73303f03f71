/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

#include "clock.h"
#include "door.h"

enum { STATUS_TIMEOUT_MS = 5000, CONNECT_PAUSE_MS = 10 };

void door_init(struct door *door)
{
	door->watch = -1;
	door->ask = -1;
	door->latencies.n = 0;
}

void door_close(struct door *door)
{
	if (door->watch >= 0)
		close(door->watch);
	if (door->ask >= 0)
		close(door->ask);
	door->watch = -1;
	door->ask = -1;
}

static int ask_for(int fd, enum control control)
{
	struct msg_control request = {.control = control};

	return link_send(fd, MSG_CONTROL, &request, NULL, 0);
}

int door_open(struct door *door, struct programs *programs, const struct program *kioskd,
              const char *path, int timeout_ms)
{
	const struct mono_time start = clock_mono();
	int r;

	/* Nothing tells when another process listens: the connection is tried until it stands. */
	while ((r = link_connect(path, &door->watch)) < 0) {
		if (r != -ENOENT && r != -ECONNREFUSED)
			return r;
		if (kioskd->pid == 0)
			return -ECHILD;
		if (mono_since_us(clock_mono(), start) > (uint64_t)timeout_ms * 1000)
			return -ETIMEDOUT;
		r = programs_wait(programs, -1, CONNECT_PAUSE_MS);
		if (r < 0)
			return r;
	}
	r = link_connect(path, &door->ask);
	if (r == 0)
		r = ask_for(door->watch, CONTROL_WATCH);
	if (r < 0)
		door_close(door);
	return r;
}

static int receive(struct door *door, int fd, struct programs *programs, enum msg_type type,
                   int timeout_ms)
{
	const struct mono_time start = clock_mono();

	for (;;) {
		const uint64_t gone_ms = mono_since_us(clock_mono(), start) / 1000;
		int r = link_receive(fd, &door->message);

		if (r == 0 && door->message.head.type == type)
			return 0;
		if (r == 0)
			continue; /* the watch's own MSG_RESULT */
		if (r != -EAGAIN)
			return r;
		if (gone_ms >= (uint64_t)timeout_ms)
			return -ETIMEDOUT;
		r = programs_wait(programs, fd, timeout_ms - (int)gone_ms);
		if (r < 0)
			return r;
	}
}

int door_next(struct door *door, struct programs *programs, int timeout_ms, struct msg_view *ret)
{
	const int r = receive(door, door->watch, programs, MSG_VIEW, timeout_ms);

	if (r < 0)
		return r;
	memcpy(ret, &door->message, sizeof(*ret));
	if (ret->channel == CHANNEL_QR && ret->answer >= SHOW_COUNTED &&
	    ret->answer <= SHOW_NOT_ACCEPTED)
		latency_note(&door->latencies, mono_since_us(ret->shown, ret->seen));
	return 0;
}

int door_status(struct door *door, struct programs *programs, struct msg_status *ret)
{
	int r = ask_for(door->ask, CONTROL_STATUS);

	if (r == 0)
		r = receive(door, door->ask, programs, MSG_STATUS, STATUS_TIMEOUT_MS);
	if (r == 0)
		memcpy(ret, &door->message, sizeof(*ret));
	return r;
}

static int by_size(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void latency_note(struct latencies *latencies, uint64_t us)
{
	if (latencies->n < LATENCIES_MAX)
		latencies->us[latencies->n++] = us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
}

uint32_t latency_percentile(struct latencies *latencies, uint32_t percent)
{
	if (latencies->n == 0)
		return 0;
	qsort(latencies->us, latencies->n, sizeof(latencies->us[0]), by_size);
	return latencies->us[(latencies->n - 1) * percent / 100];
}

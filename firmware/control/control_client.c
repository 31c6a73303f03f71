/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>

#include "clock.h"
#include "control_client.h"

/* Until something is there to read; `deadline_us` 0 waits without end. 0 or -errno. */
static int wait_for(int fd, uint64_t deadline_us)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	for (;;) {
		const uint64_t now_us = clock_mono().us;
		int timeout_ms = -1, n;

		if (deadline_us != 0) {
			if (now_us >= deadline_us)
				return -ETIMEDOUT;
			timeout_ms = (int)((deadline_us - now_us) / 1000) + 1;
		}
		n = poll(&poll_fd, 1, timeout_ms);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
	}
}

static int receive(int fd, uint64_t deadline_us, struct link_message *ret)
{
	for (;;) {
		int r = wait_for(fd, deadline_us);

		if (r < 0)
			return r;
		r = link_receive(fd, ret);
		if (r != -EAGAIN)
			return r;
	}
}

int control_request(int fd, enum msg_type type, void *message, const void *tail, size_t tail_len,
                    enum msg_type answer, struct link_message *ret)
{
	const uint64_t deadline_us = clock_mono().us + CONTROL_ANSWER_S * UINT64_C(1000000);
	int r = link_send(fd, type, message, tail, tail_len);

	while (r == 0) {
		r = receive(fd, deadline_us, ret);
		if (r == 0 && ret->head.type == (uint32_t)answer)
			return 0;
	}
	return r;
}

int control_next(int fd, struct link_message *ret)
{
	return receive(fd, 0, ret);
}

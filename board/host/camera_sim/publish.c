/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

#include "listen.h"
#include "publish.h"
#include "sim_frames.h"

static struct sim_slot *slot_of(const struct publisher *publisher, uint64_t sequence)
{
	return (struct sim_slot *)(void *)(publisher->shared +
	                                   sequence % SIM_SLOTS *
	                                       sim_slot_bytes(publisher->width_px,
	                                                      publisher->height_px));
}

int publisher_init(struct publisher *publisher, const char *path, uint32_t width_px,
                   uint32_t height_px)
{
	size_t size = SIM_SLOTS * sim_slot_bytes(width_px, height_px);
	void *shared;
	int r;

	memset(publisher, 0, sizeof(*publisher));
	publisher->listener = -1;
	publisher->width_px = width_px;
	publisher->height_px = height_px;
	for (int i = 0; i < VIEWERS_MAX; i++)
		publisher->viewer[i] = -1;
	publisher->memory = memfd_create("camera-sim frames", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (publisher->memory < 0)
		return -errno;
	if (ftruncate(publisher->memory, (off_t)size) < 0 ||
	    fcntl(publisher->memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) < 0)
		return -errno;
	shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, publisher->memory, 0);
	if (shared == MAP_FAILED)
		return -errno;
	publisher->shared = shared;
	r = listen_at(path, SOCK_SEQPACKET);
	if (r < 0)
		return r;
	publisher->listener = r;
	return 0;
}

void publisher_deinit(struct publisher *publisher)
{
	for (int i = 0; i < VIEWERS_MAX; i++)
		if (publisher->viewer[i] >= 0)
			(void)close(publisher->viewer[i]);
	if (publisher->shared)
		(void)munmap(publisher->shared,
		             SIM_SLOTS * sim_slot_bytes(publisher->width_px, publisher->height_px));
	if (publisher->memory >= 0)
		(void)close(publisher->memory);
	if (publisher->listener >= 0)
		(void)close(publisher->listener);
}

static int say_hello(const struct publisher *publisher, int fd)
{
	struct sim_hello hello = {.magic = SIM_MAGIC,
	                          .version = SIM_VERSION,
	                          .width_px = publisher->width_px,
	                          .height_px = publisher->height_px};
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.bytes = {0}};
	struct iovec part = {.iov_base = &hello, .iov_len = sizeof(hello)};
	struct msghdr message = {.msg_iov = &part,
	                         .msg_iovlen = 1,
	                         .msg_control = control.bytes,
	                         .msg_controllen = sizeof(control.bytes)};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &publisher->memory, sizeof(int));
	return sendmsg(fd, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Those that went away make room. */
static void drop_gone(struct publisher *publisher)
{
	char octet;

	for (int i = 0; i < VIEWERS_MAX; i++) {
		int *fd = &publisher->viewer[i];

		if (*fd >= 0 && recv(*fd, &octet, 1, MSG_DONTWAIT) == 0) {
			(void)close(*fd);
			*fd = -1;
		}
	}
}

void publisher_accept(struct publisher *publisher)
{
	int fd;

	drop_gone(publisher);
	while ((fd = accept4(publisher->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		int i = 0;

		while (i < VIEWERS_MAX && publisher->viewer[i] >= 0)
			i++;
		if (i < VIEWERS_MAX && say_hello(publisher, fd) == 0)
			publisher->viewer[i] = fd;
		else
			(void)close(fd);
	}
}

uint8_t *publisher_begin(struct publisher *publisher)
{
	struct sim_slot *slot = slot_of(publisher, ++publisher->sequence);

	atomic_store_explicit(&slot->sequence, 2 * publisher->sequence - 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	return (uint8_t *)slot + SIM_SLOT_HEAD_BYTES;
}

void publisher_tell(struct publisher *publisher, struct mono_time seen)
{
	struct sim_tick tick = {.sequence = publisher->sequence,
	                        .seen_us = seen.us,
	                        .slot = (uint32_t)(publisher->sequence % SIM_SLOTS)};

	atomic_store_explicit(&slot_of(publisher, tick.sequence)->sequence, 2 * tick.sequence,
	                      memory_order_release);
	for (int i = 0; i < VIEWERS_MAX; i++) {
		int *fd = &publisher->viewer[i];

		if (*fd < 0 || send(*fd, &tick, sizeof(tick), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 ||
		    errno == EAGAIN)
			continue;
		(void)close(*fd);
		*fd = -1;
	}
}

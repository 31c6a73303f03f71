/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of the camera: frames from a simulated camera's socket (sim_frames.h). */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

#include "link.h"
#include "scanner_drivers.h"
#include "sim_frames.h"
#include "text.h"

enum { HELLO_WAIT_MS = 2000 };

struct scanner {
	struct scanner_sink sink;
	int fd;
	const uint8_t *shared;
	size_t shared_bytes;
	uint32_t width_px, height_px;
	uint8_t *grey; /* the frame, copied out of the shared memory */
};

/* The first packet and the memory file that comes with it: its descriptor, or -errno. */
static int receive_hello(int fd, struct sim_hello *ret)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = {.iov_base = ret, .iov_len = sizeof(*ret)};
	struct msghdr message = {.msg_iov = &part,
	                         .msg_iovlen = 1,
	                         .msg_control = control.bytes,
	                         .msg_controllen = sizeof(control.bytes)};
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	const struct cmsghdr *head;
	int memory;
	ssize_t n;

	if (poll(&wait, 1, HELLO_WAIT_MS) <= 0)
		return -ETIMEDOUT;
	n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	if (n < 0)
		return -errno;
	head = CMSG_FIRSTHDR(&message);
	if (!head || head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS ||
	    head->cmsg_len != CMSG_LEN(sizeof(int)))
		return -EPROTO;
	memcpy(&memory, CMSG_DATA(head), sizeof(memory));
	if (n != sizeof(*ret) || ret->magic != SIM_MAGIC || ret->version != SIM_VERSION ||
	    ret->width_px < FRAME_SIDE_MIN_PX || ret->width_px > SIM_SIDE_MAX_PX ||
	    ret->height_px < FRAME_SIDE_MIN_PX || ret->height_px > SIM_SIDE_MAX_PX) {
		(void)close(memory);
		return -EPROTO;
	}
	return memory;
}

static int map_frames(struct scanner *scanner, int memory)
{
	struct stat about;
	void *shared;

	scanner->shared_bytes = SIM_SLOTS * sim_slot_bytes(scanner->width_px, scanner->height_px);
	if (fstat(memory, &about) < 0)
		return -errno;
	if (about.st_size < (off_t)scanner->shared_bytes)
		return -EPROTO;
	shared = mmap(NULL, scanner->shared_bytes, PROT_READ, MAP_SHARED, memory, 0);
	if (shared == MAP_FAILED)
		return -errno;
	scanner->shared = shared;
	scanner->grey = malloc((size_t)scanner->width_px * scanner->height_px);
	return scanner->grey ? 0 : -ENOMEM;
}

static void sim_close(struct scanner *scanner)
{
	if (!scanner)
		return;
	if (scanner->shared)
		(void)munmap((void *)(uintptr_t)scanner->shared, scanner->shared_bytes);
	if (scanner->fd >= 0)
		(void)close(scanner->fd);
	free(scanner->grey);
	free(scanner);
}

static void tell_failure(const struct scanner_sink *sink, const char *where, int r)
{
	char sentence[SENTENCE_BYTES_MAX + 1];

	if (r == -ENOENT || r == -ECONNREFUSED) {
		text_format(sentence, sizeof(sentence),
		            "No simulated camera at %.100s: start camera-sim.", where);
		sink->health(sink->context, HEALTH_MISSING, sentence);
	} else {
		text_format(sentence, sizeof(sentence),
		            "The simulated camera at %.100s does not work: %s.", where,
		            strerror(-r));
		sink->health(sink->context, HEALTH_FAILED, sentence);
	}
}

static int sim_open(const char *where, const struct scanner_sink *sink, struct scanner **ret)
{
	struct scanner *scanner = calloc(1, sizeof(*scanner));
	struct sim_hello hello = {0};
	int memory = -1, r;

	if (!scanner) {
		tell_failure(sink, where, -ENOMEM);
		return -ENOMEM;
	}
	scanner->sink = *sink;
	scanner->fd = -1;
	r = link_connect(where, &scanner->fd);
	if (r >= 0)
		memory = r = receive_hello(scanner->fd, &hello);
	if (r >= 0) {
		scanner->width_px = hello.width_px;
		scanner->height_px = hello.height_px;
		r = map_frames(scanner, memory);
		(void)close(memory);
	}
	if (r < 0) {
		tell_failure(sink, where, r);
		sim_close(scanner);
		return r == -ECONNREFUSED ? -ENOENT : r;
	}
	sink->health(sink->context, HEALTH_GOOD, "The simulated camera works.");
	*ret = scanner;
	return 0;
}

static int sim_fd(const struct scanner *scanner)
{
	return scanner->fd;
}

/* Copies the tick's frame; false: it was written over meanwhile. */
static bool take_frame(struct scanner *scanner, const struct sim_tick *tick)
{
	const uint8_t *at =
	    scanner->shared + tick->slot * sim_slot_bytes(scanner->width_px, scanner->height_px);
	const struct sim_slot *slot = (const struct sim_slot *)(const void *)at;

	if (atomic_load_explicit(&slot->sequence, memory_order_acquire) != 2 * tick->sequence)
		return false;
	memcpy(scanner->grey, at + SIM_SLOT_HEAD_BYTES,
	       (size_t)scanner->width_px * scanner->height_px);
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&slot->sequence, memory_order_relaxed) == 2 * tick->sequence;
}

static int sim_dispatch(struct scanner *scanner)
{
	struct sim_tick tick, newest = {0};
	struct frame frame;
	ssize_t n;

	for (;;) {
		n = recv(scanner->fd, &tick, sizeof(tick), 0);
		if (n != sizeof(tick))
			break;
		newest = tick;
	}
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return -ENODEV;
	if (n > 0)
		return -EPROTO;
	if (errno != EAGAIN && errno != EINTR)
		return -errno;
	if (newest.sequence == 0 || newest.slot >= SIM_SLOTS || !take_frame(scanner, &newest))
		return 0;
	frame = (struct frame){.grey = scanner->grey,
	                       .width_px = scanner->width_px,
	                       .height_px = scanner->height_px,
	                       .stride = scanner->width_px,
	                       .seen = {newest.seen_us}};
	scanner->sink.frame(scanner->sink.context, &frame);
	return 0;
}

const struct scanner_driver scanner_sim = {
    .name = "sim",
    .open = sim_open,
    .fd = sim_fd,
    .dispatch = sim_dispatch,
    .close = sim_close,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kiosk-scanner with a decoder that belongs to somebody else: the first pixel of a picture says
 * what it does, the others are what it reads. It stands where vision's decoder stands otherwise, in
 * the program as it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>

#include "decode.h"
#include "hostile_decode.h"
#include "link.h"

enum { LINK_FD = 3, LEAK_BYTES = 1 << 20 };

struct decoder {
	uint8_t bytes[CODE_BYTES_MAX];
};

int decoder_new(uint32_t width_px_max, uint32_t height_px_max, const struct decoder_clock *clock,
                struct decoder **ret)
{
	(void)width_px_max;
	(void)height_px_max;
	(void)clock;
	*ret = calloc(1, sizeof(**ret));
	return *ret ? 0 : -ENOMEM;
}

bool decoder_saw_unread(const struct decoder *decoder)
{
	(void)decoder;
	return false;
}

void decoder_free(struct decoder *decoder)
{
	free(decoder);
}

static void spin(void)
{
	for (volatile uint64_t turns = 0;; turns++)
		;
}

static void leak(void)
{
	for (;;) {
		volatile uint8_t *memory = malloc(LEAK_BYTES);

		if (!memory)
			abort();
		memory[0] = 1;
	}
}

static void say_a_text_message(void)
{
	struct msg_sms sms = {.id = 1, .part = 1, .parts = 1};

	memcpy(sms.from, "+15025550199", 13);
	memcpy(sms.text, "RIVER", 6);
	(void)link_send(LINK_FD, MSG_SMS, &sms, NULL, 0);
}

/* Says it holds more than the packet does. */
static void say_too_much(void)
{
	struct {
		struct msg_code code;
		uint8_t octet;
	} wild = {.code = {.head = {MSG_CODE, MSG_VERSION}, .len = 1u << 31}};

	(void)send(LINK_FD, &wild, sizeof(wild), MSG_NOSIGNAL);
}

static void flood(void)
{
	struct msg_code code = {.seen = {1}, .decoded = {1}, .len = sizeof(uint64_t)};

	for (uint64_t n = 0;; n++)
		(void)link_send(LINK_FD, MSG_CODE, &code, &n, sizeof(n));
}

static void act(uint8_t deed)
{
	static const char garbage[] = "what is this";

	switch (deed) {
	case DEED_CRASH:
		raise(SIGSEGV);
		break;
	case DEED_SPIN:
		spin();
		break;
	case DEED_SLEEP:
		for (;;)
			(void)poll(NULL, 0, -1);
	case DEED_LEAK:
		leak();
		break;
	case DEED_GARBAGE:
		(void)send(LINK_FD, garbage, sizeof(garbage), MSG_NOSIGNAL);
		break;
	case DEED_TEXT_MESSAGE:
		say_a_text_message();
		break;
	case DEED_TOO_MUCH:
		say_too_much();
		break;
	case DEED_FLOOD:
		flood();
		break;
	case DEED_SOCKET:
		(void)socket(AF_INET, SOCK_STREAM, 0);
		break;
	case DEED_PROGRAM:
		(void)execl("/bin/true", "true", (char *)NULL);
		break;
	case DEED_FILE:
		if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0)
			raise(SIGUSR1);
		break;
	case DEED_DESCRIPTOR:
		if (dup(LINK_FD) < 0)
			raise(SIGUSR1);
		break;
	default:
		break;
	}
}

int decoder_frame(struct decoder *decoder, const struct frame *frame, uint64_t budget_us,
                  struct code *ret_codes, size_t max)
{
	size_t len = 0;

	(void)budget_us;
	act(frame->grey[0]);
	while (len < sizeof(decoder->bytes) && len + 1 < frame->width_px &&
	       frame->grey[1 + len] != 0) {
		decoder->bytes[len] = frame->grey[1 + len];
		len++;
	}
	if (len == 0 || max == 0)
		return 0;
	ret_codes[0] = (struct code){.bytes = decoder->bytes, .len = (uint32_t)len, .pass = "read"};
	return 1;
}

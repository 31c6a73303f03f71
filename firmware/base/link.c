/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "link.h"
#include "text.h"

enum { TEXTS_MAX = 13, FLAGS_MAX = 5, LISTEN_BACKLOG = 8, BUFFER_BYTES = 1 << 20 };

/* Where a text stands in a message; size 0 ends the list. */
struct text_at {
	uint16_t offset, size;
};

#define AT(type, field)                                                                            \
	{                                                                                          \
		offsetof(struct type, field), sizeof(((struct type *)0)->field)                    \
	}

static const struct {
	uint32_t fixed;
	uint32_t tail_max;
	uint32_t len_offset; /* of the tail's own length field; 0: no tail */
	struct text_at text[TEXTS_MAX];
	uint16_t flag[FLAGS_MAX]; /* where a bool stands; 0 ends the list */
} table[MSG_N_TYPES] = {
    [MSG_HELLO] = {.fixed = sizeof(struct msg_hello)},
    [MSG_HEALTH] = {.fixed = sizeof(struct msg_health),
                    .text = {AT(msg_health, sentence), AT(msg_health, operator_name)}},
    [MSG_CODE] = {.fixed = sizeof(struct msg_code),
                  .tail_max = CODE_BYTES_MAX,
                  .len_offset = offsetof(struct msg_code, len)},
    [MSG_SMS] = {.fixed = sizeof(struct msg_sms),
                 .text = {AT(msg_sms, from)},
                 .flag = {offsetof(struct msg_sms, has_time), offsetof(struct msg_sms, announced)}},
    [MSG_SMS_VERDICT] = {.fixed = sizeof(struct msg_sms_verdict),
                         .text = {AT(msg_sms_verdict, to)}},
    [MSG_SMS_DONE] = {.fixed = sizeof(struct msg_sms_done),
                      .flag = {offsetof(struct msg_sms_done, deleted)}},
    [MSG_SWEEP] = {.fixed = sizeof(struct msg_sweep)},
    [MSG_SWEPT] = {.fixed = sizeof(struct msg_swept)},
    [MSG_HTTP_REQUEST] = {.fixed = sizeof(struct msg_http_request),
                          .tail_max = POST_BYTES_MAX,
                          .len_offset = offsetof(struct msg_http_request, len),
                          .flag = {offsetof(struct msg_http_request, check_dates)}},
    [MSG_HTTP_RESPONSE] = {.fixed = sizeof(struct msg_http_response),
                           .tail_max = HTTP_BODY_BYTES_MAX,
                           .len_offset = offsetof(struct msg_http_response, len),
                           .text = {AT(msg_http_response, sentence)}},
    [MSG_LINK] = {.fixed = sizeof(struct msg_link), .flag = {offsetof(struct msg_link, up)}},
    [MSG_UNREAD] = {.fixed = sizeof(struct msg_unread)},
    [MSG_POWER_KEY] = {.fixed = sizeof(struct msg_power_key)},
    [MSG_MODEM_LEARNT] = {.fixed = sizeof(struct msg_modem_learnt),
                          .flag = {offsetof(struct msg_modem_learnt, no_lists)}},
    [MSG_CONTROL] = {.fixed = sizeof(struct msg_control),
                     .flag = {offsetof(struct msg_control, has_headcount)}},
    [MSG_RESULT] = {.fixed = sizeof(struct msg_result), .text = {AT(msg_result, sentence)}},
    [MSG_STATUS] = {.fixed = sizeof(struct msg_status),
                    .text = {AT(msg_status, sentence), AT(msg_status, event_name),
                             AT(msg_status, uplink_sentence), AT(msg_status, operator_name),
                             AT(msg_status, language[0]), AT(msg_status, language[1]),
                             AT(msg_status, language[2]), AT(msg_status, also_name[0]),
                             AT(msg_status, also_name[1]), AT(msg_status, keyword),
                             AT(msg_status, own_number), AT(msg_status, clock_sentence),
                             AT(msg_status, held_sentence)},
                    .flag = {offsetof(struct msg_status, has_event),
                             offsetof(struct msg_status, has_headcount),
                             offsetof(struct msg_status, batch_parked),
                             offsetof(struct msg_status, clock_known),
                             offsetof(struct msg_status, power_key_wanted)}},
    [MSG_EXPORT] = {.fixed = sizeof(struct msg_export),
                    .flag = {offsetof(struct msg_export, has_event)}},
    [MSG_EXPORT_PART] = {.fixed = sizeof(struct msg_export_part),
                         .tail_max = EXPORT_PART_BYTES_MAX,
                         .len_offset = offsetof(struct msg_export_part, len),
                         .text = {AT(msg_export_part, sentence)}},
    [MSG_CORRECT] = {.fixed = sizeof(struct msg_correct),
                     .tail_max = CORRECTION_BYTES_MAX,
                     .len_offset = offsetof(struct msg_correct, len)},
    [MSG_VIEW] = {.fixed = sizeof(struct msg_view),
                  .text = {AT(msg_view, sentence), AT(msg_view, also[0]), AT(msg_view, also[1])}},
};

_Static_assert(LANGUAGES_MAX == 3, "each language's texts stand in the table");

_Static_assert(sizeof(struct msg_status) <= MSG_BYTES_MAX, "a status fits a packet");
_Static_assert(sizeof(struct msg_http_response) + HTTP_BODY_BYTES_MAX <= MSG_BYTES_MAX,
               "an answer fits a packet");

int link_pair(int ret_fd[2])
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fd) < 0)
		return -errno;
	for (int i = 0; i < 2; i++) {
		const int size = BUFFER_BYTES;

		/* A larger queue where it is allowed; the default one is enough to work. */
		(void)setsockopt(fd[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
		ret_fd[i] = fd[i];
	}
	return 0;
}

static int address(const char *path, struct sockaddr_un *ret)
{
	const size_t len = strlen(path);

	if (len == 0 || len >= sizeof(ret->sun_path))
		return -ENAMETOOLONG;
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(ret->sun_path, path, len + 1);
	return 0;
}

int link_connect(const char *path, int *ret_fd)
{
	struct sockaddr_un at;
	int fd, r = address(path, &at);

	if (r < 0)
		return r;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&at, sizeof(at)) < 0) {
		r = -errno;
		(void)close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

/* A socket file that nobody answers at was left by a power cut or a kill. */
static int remove_stale(const char *path)
{
	struct stat st;
	int fd = -1, r;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	r = link_connect(path, &fd);
	if (r == 0) {
		(void)close(fd);
		return -EADDRINUSE;
	}
	if (r != -ECONNREFUSED)
		return r;
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

int link_listen(const char *path, int *ret_fd)
{
	struct sockaddr_un at;
	int fd, r = address(path, &at);

	if (r == 0)
		r = remove_stale(path);
	if (r < 0)
		return r;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	/* The mode is there before anybody can connect: nobody can before listen(2). */
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 || chmod(path, 0660) < 0 ||
	    listen(fd, LISTEN_BACKLOG) < 0) {
		r = -errno;
		(void)close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

int link_send(int fd, enum msg_type type, void *message, const void *tail, size_t tail_len)
{
	struct iovec part[2] = {{.iov_base = message}, {.iov_len = tail_len}};
	const struct msghdr packet = {.msg_iov = part, .msg_iovlen = tail_len > 0 ? 2 : 1};
	struct msg_head *head = message;

	assert(type > 0 && type < MSG_N_TYPES && table[type].fixed > 0);
	if (tail_len > table[type].tail_max)
		return -EMSGSIZE;
	head->type = type;
	head->version = MSG_VERSION;
	part[0].iov_len = table[type].fixed;
	/* sendmsg(2) only reads it. */
	memcpy(&part[1].iov_base, &tail, sizeof(tail));
	if (table[type].len_offset > 0) {
		const uint32_t len = (uint32_t)tail_len;

		memcpy((uint8_t *)message + table[type].len_offset, &len, sizeof(len));
	}
	for (;;) {
		if (sendmsg(fd, &packet, MSG_NOSIGNAL) >= 0)
			return 0;
		if (errno == ECONNRESET)
			return -EPIPE; /* closed with messages unread: the same to the sender */
		if (errno != EINTR)
			return -errno;
	}
}

static bool text_holds(const uint8_t *text, size_t size)
{
	const uint8_t *end = memchr(text, '\0', size);

	return end != NULL && text_is_clean((const char *)text, (size_t)(end - text));
}

/* The texts whose offsets depend on how many there are, and those a person writes line breaks into.
 */
static bool status_holds(const struct msg_status *status)
{
	if (status->n_projects > PROJECTS_MAX || status->n_rows > STATUS_ROWS_MAX ||
	    status->n_helpers > STATUS_HELPERS_MAX)
		return false;
	for (uint32_t i = 0; i < status->n_projects; i++)
		if (!text_holds((const uint8_t *)status->project[i].name,
		                sizeof(status->project[i].name)))
			return false;
	for (uint32_t i = 0; i < status->n_helpers; i++)
		if (!text_holds((const uint8_t *)status->helper[i].sentence,
		                sizeof(status->helper[i].sentence)))
			return false;
	return true;
}

/* An SMS may hold line breaks and worse; it must end, and its lengths must be in range. */
static bool sms_holds(const struct msg_sms *sms)
{
	return memchr(sms->text, '\0', sizeof(sms->text)) != NULL &&
	       sms->oa_len <= sizeof(sms->oa) && sms->ud_len <= sizeof(sms->ud);
}

static bool content_holds(const struct link_message *message)
{
	const uint32_t type = message->head.type;

	for (size_t i = 0; i < TEXTS_MAX && table[type].text[i].size > 0; i++)
		if (!text_holds(message->bytes + table[type].text[i].offset,
		                table[type].text[i].size))
			return false;
	/* To read a bool that is neither 0 nor 1 would be undefined behaviour. */
	for (size_t i = 0; i < FLAGS_MAX && table[type].flag[i] > 0; i++)
		if (message->bytes[table[type].flag[i]] > 1)
			return false;
	switch (type) {
	case MSG_STATUS:
		return status_holds((const struct msg_status *)(const void *)message->bytes);
	case MSG_SMS:
		return sms_holds((const struct msg_sms *)(const void *)message->bytes);
	case MSG_SMS_VERDICT: {
		const struct msg_sms_verdict *verdict = (const void *)message->bytes;

		return memchr(verdict->text, '\0', sizeof(verdict->text)) != NULL;
	}
	default:
		return true;
	}
}

static int check(struct link_message *message)
{
	uint32_t type, tail_len = 0;

	if (message->len < sizeof(struct msg_head))
		return -EBADMSG;
	type = message->head.type;
	if (message->head.version != MSG_VERSION || type >= MSG_N_TYPES || table[type].fixed == 0 ||
	    message->len < table[type].fixed)
		return -EBADMSG;
	if (table[type].len_offset > 0)
		memcpy(&tail_len, message->bytes + table[type].len_offset, sizeof(tail_len));
	if (tail_len > table[type].tail_max || message->len - table[type].fixed != tail_len)
		return -EBADMSG;
	if (!content_holds(message))
		return -EBADMSG;
	message->tail = message->bytes + table[type].fixed;
	message->tail_len = tail_len;
	return 0;
}

int link_receive(int fd, struct link_message *ret)
{
	struct iovec part = {.iov_base = ret->bytes, .iov_len = sizeof(ret->bytes)};
	struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};
	ssize_t n;

	do {
		n = recvmsg(fd, &packet, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (n == 0)
		return -ECONNRESET;
	if ((packet.msg_flags & MSG_TRUNC) != 0)
		return -EBADMSG;
	ret->len = (size_t)n;
	return check(ret);
}

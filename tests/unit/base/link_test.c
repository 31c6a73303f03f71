/* SPDX-License-Identifier: Apache-2.0 */
/* Messages between programs: what is not one of ours is refused, whatever it looks like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "link.h"

static struct link_message message;

static void test_carries_a_message_and_its_tail(void **state)
{
	struct msg_code code = {.seen = {5}, .decoded = {9}};
	uint8_t octets[CODE_BYTES_MAX];
	int fd[2];

	(void)state;
	memset(octets, 0xa5, sizeof(octets));
	assert_int_equal(link_pair(fd), 0);
	assert_int_equal(link_send(fd[0], MSG_CODE, &code, octets, sizeof(octets)), 0);
	assert_int_equal(link_send(fd[0], MSG_CODE, &code, octets, 1), 0);
	assert_int_equal(link_receive(fd[1], &message), 0);
	assert_int_equal(message.head.type, MSG_CODE);
	assert_int_equal(message.tail_len, sizeof(octets));
	assert_memory_equal(message.tail, octets, sizeof(octets));
	assert_int_equal(link_receive(fd[1], &message), 0);
	assert_int_equal(message.tail_len, 1);
	assert_int_equal(link_receive(fd[1], &message), -EAGAIN);
	assert_int_equal(link_send(fd[0], MSG_CODE, &code, octets, sizeof(octets) + 1), -EMSGSIZE);
	assert_int_equal(close(fd[0]), 0);
	assert_int_equal(link_receive(fd[1], &message), -ECONNRESET);
	assert_int_equal(close(fd[1]), 0);
}

static int offered(const void *bytes, size_t len)
{
	int fd[2], r;

	assert_int_equal(link_pair(fd), 0);
	assert_int_equal(send(fd[0], bytes, len, 0), (ssize_t)len);
	r = link_receive(fd[1], &message);
	assert_int_equal(close(fd[0]), 0);
	assert_int_equal(close(fd[1]), 0);
	return r;
}

static void test_refuses_what_is_not_ours(void **state)
{
	struct msg_head head = {.type = MSG_SWEEP, .version = MSG_VERSION};
	struct {
		struct msg_code code;
		uint8_t tail[8];
	} code = {.code = {.head = {MSG_CODE, MSG_VERSION}, .len = 8}};
	struct msg_health health = {.head = {MSG_HEALTH, MSG_VERSION}, .sentence = "All is well."};

	(void)state;
	assert_int_equal(offered(&head, sizeof(head)), 0);
	assert_int_equal(offered(&head, sizeof(head) - 1), -EBADMSG);
	head.version = 2;
	assert_int_equal(offered(&head, sizeof(head)), -EBADMSG);
	head = (struct msg_head){.type = 0, .version = MSG_VERSION};
	assert_int_equal(offered(&head, sizeof(head)), -EBADMSG);
	head.type = MSG_N_TYPES;
	assert_int_equal(offered(&head, sizeof(head)), -EBADMSG);
	head.type = MSG_CODE;
	assert_int_equal(offered(&head, sizeof(head)), -EBADMSG);

	assert_int_equal(offered(&code, sizeof(code.code) + 8), 0);
	assert_int_equal(offered(&code, sizeof(code.code) + 7), -EBADMSG);
	code.code.len = 9;
	assert_int_equal(offered(&code, sizeof(code.code) + 8), -EBADMSG);
	code.code.len = 0xffffffff;
	assert_int_equal(offered(&code, sizeof(code.code) + 8), -EBADMSG);

	assert_int_equal(offered(&health, sizeof(health)), 0);
	memset(health.sentence, 'a', sizeof(health.sentence));
	assert_int_equal(offered(&health, sizeof(health)), -EBADMSG);
	memset(health.sentence, 0, sizeof(health.sentence));
	health.sentence[0] = 0x1b;
	assert_int_equal(offered(&health, sizeof(health)), -EBADMSG);
}

static void test_counts_inside_a_message_are_bounded(void **state)
{
	static struct msg_status status = {.head = {MSG_STATUS, MSG_VERSION}};
	static struct msg_sms sms = {.head = {MSG_SMS, MSG_VERSION}, .text = "RIVER\n3"};

	(void)state;
	assert_int_equal(offered(&status, sizeof(status)), 0);
	status.n_rows = STATUS_ROWS_MAX + 1;
	assert_int_equal(offered(&status, sizeof(status)), -EBADMSG);
	status.n_rows = 0;
	status.n_projects = PROJECTS_MAX + 1;
	assert_int_equal(offered(&status, sizeof(status)), -EBADMSG);
	status.n_projects = 1;
	memset(status.project[0].name, 'x', sizeof(status.project[0].name));
	assert_int_equal(offered(&status, sizeof(status)), -EBADMSG);
	assert_int_equal(offered(&sms, sizeof(sms)), 0);
	sms.ud_len = SMS_UD_BYTES_MAX + 1;
	assert_int_equal(offered(&sms, sizeof(sms)), -EBADMSG);
	sms.ud_len = 0;
	sms.oa_len = 13;
	assert_int_equal(offered(&sms, sizeof(sms)), -EBADMSG);
}

/* Whoever reads one that is neither 0 nor 1 is in undefined behaviour. */
static void test_a_flag_is_yes_or_no(void **state)
{
	struct msg_link link = {.head = {MSG_LINK, MSG_VERSION}};
	struct msg_sms_done done = {.head = {MSG_SMS_DONE, MSG_VERSION}};
	const uint8_t two = 2;

	(void)state;
	link.up = true;
	assert_int_equal(offered(&link, sizeof(link)), 0);
	memcpy(&link.up, &two, 1);
	assert_int_equal(offered(&link, sizeof(link)), -EBADMSG);
	assert_int_equal(offered(&done, sizeof(done)), 0);
	memcpy(&done.deleted, &two, 1);
	assert_int_equal(offered(&done, sizeof(done)), -EBADMSG);
}

static void test_an_oversized_packet_is_refused_whole(void **state)
{
	static uint8_t bytes[MSG_BYTES_MAX + 1];

	(void)state;
	assert_int_equal(offered(bytes, sizeof(bytes)), -EBADMSG);
}

static void test_a_full_socket_says_so_and_does_not_wait(void **state)
{
	struct msg_sweep sweep;
	int fd[2], r = 0;

	(void)state;
	assert_int_equal(link_pair(fd), 0);
	for (int i = 0; i < 100000 && r == 0; i++)
		r = link_send(fd[0], MSG_SWEEP, &sweep, NULL, 0);
	assert_int_equal(r, -EAGAIN);
	assert_int_equal(close(fd[1]), 0);
	assert_int_equal(link_send(fd[0], MSG_SWEEP, &sweep, NULL, 0), -EPIPE);
	assert_int_equal(close(fd[0]), 0);
}

static void test_a_listening_socket_replaces_a_stale_one_only(void **state)
{
	char path[64];
	struct stat st;
	int fd, second, client;

	(void)state;
	(void)snprintf(path, sizeof(path), "/tmp/link test %d", (int)getpid());
	assert_int_equal(link_listen(path, &fd), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_int_equal(link_listen(path, &second), -EADDRINUSE);
	assert_int_equal(link_connect(path, &client), 0);
	assert_int_equal(close(client), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(link_connect(path, &client), -ECONNREFUSED);
	assert_int_equal(link_listen(path, &fd), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(link_connect(path, &client), -ENOENT);
}

/* Every bool of every message, as the headers have them. */
#define FLAG(type, structure, member)                                                              \
	{                                                                                          \
#structure, #member, type, sizeof(struct structure),                               \
		    offsetof(struct structure, member)                                             \
	}
static const struct flag {
	const char *structure, *member;
	uint32_t type;
	size_t size, offset;
} flags[] = {
    FLAG(MSG_SMS, msg_sms, has_time),
    FLAG(MSG_SMS, msg_sms, announced),
    FLAG(MSG_MODEM_LEARNT, msg_modem_learnt, no_lists),
    FLAG(MSG_SMS_DONE, msg_sms_done, deleted),
    FLAG(MSG_HTTP_REQUEST, msg_http_request, check_dates),
    FLAG(MSG_LINK, msg_link, up),
    FLAG(MSG_CONTROL, msg_control, has_headcount),
    FLAG(MSG_EXPORT, msg_export, has_event),
    FLAG(MSG_STATUS, msg_status, has_event),
    FLAG(MSG_STATUS, msg_status, has_headcount),
    FLAG(MSG_STATUS, msg_status, batch_parked),
    FLAG(MSG_STATUS, msg_status, clock_known),
    FLAG(MSG_STATUS, msg_status, power_key_wanted),
};
enum { N_FLAGS = sizeof(flags) / sizeof(flags[0]) };

/* To read a bool that is neither 0 nor 1 would be undefined. */
static void test_a_flag_is_no_or_yes(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_FLAGS; i++) {
		for (uint8_t value = 0; value <= 2; value++) {
			memset(message.bytes, 0, flags[i].size);
			message.head = (struct msg_head){flags[i].type, MSG_VERSION};
			message.bytes[flags[i].offset] = value;
			if (offered(message.bytes, flags[i].size) != (value < 2 ? 0 : -EBADMSG))
				fail_msg("%s.%s at %u", flags[i].structure, flags[i].member, value);
		}
	}
}

/* How many bools the header's structs have, each of which must be in the table. */
static size_t count_flags(const char *header)
{
	char path[512], line[256], structure[64] = "", member[64];
	size_t found = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/../../include/kiosk/%s", TEST_DATA, header);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		bool known = false;

		(void)sscanf(line, "struct %63[a-z_] {", structure);
		if (sscanf(line, " bool %63[a-z_0-9]", member) != 1)
			continue;
		for (size_t i = 0; i < N_FLAGS; i++)
			known = known || (strcmp(flags[i].structure, structure) == 0 &&
			                  strcmp(flags[i].member, member) == 0);
		if (!known)
			fail_msg("%s has %s.%s, which this table has not", header, structure,
			         member);
		found++;
	}
	(void)fclose(file);
	return found;
}

static void test_no_flag_was_forgotten(void **state)
{
	(void)state;
	assert_int_equal(count_flags("msg_helper.h") + count_flags("msg_people.h") +
	                     count_flags("msg.h"),
	                 N_FLAGS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_carries_a_message_and_its_tail),
	    cmocka_unit_test(test_refuses_what_is_not_ours),
	    cmocka_unit_test(test_a_flag_is_no_or_yes),
	    cmocka_unit_test(test_no_flag_was_forgotten),
	    cmocka_unit_test(test_counts_inside_a_message_are_bounded),
	    cmocka_unit_test(test_a_flag_is_yes_or_no),
	    cmocka_unit_test(test_an_oversized_packet_is_refused_whole),
	    cmocka_unit_test(test_a_full_socket_says_so_and_does_not_wait),
	    cmocka_unit_test(test_a_listening_socket_replaces_a_stale_one_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

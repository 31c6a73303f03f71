/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise (DESIGN.md, Promises): no input stops counting; a hostile collector, a captive portal and a
 * broken proxy among them. The real kiosk-uplink against a server in this process: each request
 * gets exactly one response with a sentence, and the program lives on. No TLS here; tls_test.c has
 * it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include <kiosk/msg_helper.h>

#include "clock.h"
#include "link.h"
#include "started.h"

enum {
	PATIENCE_S = 20, /* for what should take milliseconds */
	REQUEST_BYTES = 32768,
	CHUNK = 16384,
};

/* What the server does with a connection once it has a whole request. */
enum manner {
	SEND_TEXT,    /* `text`, then closes */
	SEND_ENDLESS, /* `text`, then 'x' for as long as somebody reads */
	SEND_DRIP,    /* `text`, then one 'x' each 20 ms */
	SEND_LINES,   /* `text`, then short header lines for as long as somebody reads */
	SEND_BODY,    /* `text`, then `body_len` octets 'y', then closes */
	CLOSE,
	RESET,
	HANG,
	REFUSE, /* nobody listens */
};

struct server {
	int listener;
	unsigned port;
	int client; /* -1: none */
	bool answering;
	unsigned connections;
	uint64_t sent;
	size_t request_len;
	char request[REQUEST_BYTES + 1];
};

struct fixture {
	struct server server;
	struct started started;
	struct link_message message;
	struct msg_http_response response;
	uint8_t body[HTTP_BODY_BYTES_MAX];
	uint32_t next_id;
};

/* --- the server --- */

static void server_open(struct server *server)
{
	struct sockaddr_in name = {.sin_family = AF_INET,
	                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(name);

	server->client = -1;
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(server->listener, (struct sockaddr *)(void *)&name, sizeof(name)), 0);
	assert_int_equal(listen(server->listener, 8), 0);
	assert_int_equal(getsockname(server->listener, (struct sockaddr *)(void *)&name, &len), 0);
	server->port = ntohs(name.sin_port);
}

static void server_drop(struct server *server)
{
	if (server->client >= 0)
		(void)close(server->client);
	server->client = -1;
	server->answering = false;
}

static void server_accept(struct server *server)
{
	int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	server_drop(server);
	server->client = fd;
	server->connections++;
	server->request_len = 0;
}

/* Whether a whole request is there: its head and as much body as that says. */
static bool server_read(struct server *server)
{
	const char *end, *length;
	ssize_t n = recv(server->client, server->request + server->request_len,
	                 REQUEST_BYTES - server->request_len, 0);

	if (n == 0 || (n < 0 && errno != EAGAIN)) {
		server_drop(server);
		return false;
	}
	if (n > 0)
		server->request_len += (size_t)n;
	server->request[server->request_len] = '\0';
	end = strstr(server->request, "\r\n\r\n");
	if (end == NULL)
		return false;
	length = strstr(server->request, "Content-Length: ");
	return length == NULL || server->request_len >= (size_t)(end + 4 - server->request) +
	                                                    strtoul(length + 16, NULL, 10);
}

static void server_send(struct server *server, const char *octets, size_t len)
{
	ssize_t n = send(server->client, octets, len, MSG_NOSIGNAL);

	if (n > 0)
		server->sent += (uint64_t)n;
	if (n < 0 && errno != EAGAIN)
		server_drop(server);
}

static void server_begin(struct server *server, enum manner manner, const char *text,
                         size_t body_len)
{
	static char body[HTTP_BODY_BYTES_MAX + 1];
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	server->answering = true;
	if (manner == HANG)
		return;
	if (manner == RESET)
		(void)setsockopt(server->client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	if (text != NULL)
		server_send(server, text, strlen(text));
	memset(body, 'y', sizeof(body));
	if (manner == SEND_BODY)
		server_send(server, body, body_len);
	if (manner == CLOSE || manner == RESET || manner == SEND_TEXT || manner == SEND_BODY)
		server_drop(server);
}

static void server_go_on(struct server *server, enum manner manner)
{
	static char chunk[CHUNK];

	memset(chunk, 'x', sizeof(chunk));
	if (manner == SEND_ENDLESS)
		server_send(server, chunk, sizeof(chunk));
	if (manner == SEND_LINES) {
		for (size_t i = 0; i < sizeof(chunk); i += 8)
			memcpy(chunk + i, "X: abc\r\n", 8);
		server_send(server, chunk, sizeof(chunk));
	}
	if (manner == SEND_DRIP)
		server_send(server, "x", 1);
}

/* --- the uplink --- */

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	char url[64];

	assert_non_null(fixture);
	server_open(&fixture->server);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u", fixture->server.port);
	started_uplink(&fixture->started, url);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	/* It ends by itself, with 0, when its socket closes. */
	assert_int_equal(started_end(&fixture->started), 0);
	server_drop(&fixture->server);
	(void)close(fixture->server.listener);
	free(fixture);
	return 0;
}

static uint32_t ask_with(struct fixture *fixture, enum http_kind kind, uint32_t timeout_ms,
                         const void *body, size_t len)
{
	struct msg_http_request request = {.id = ++fixture->next_id,
	                                   .kind = kind,
	                                   .timeout_ms = timeout_ms,
	                                   .check_dates = true,
	                                   .len = (uint32_t)len};

	memset(request.nonce.b, 0xab, sizeof(request.nonce.b));
	memset(request.epoch.b, 0xcd, sizeof(request.epoch.b));
	assert_int_equal(link_send(fixture->started.fd, MSG_HTTP_REQUEST, &request, body, len), 0);
	return request.id;
}

/* Takes messages until the response with this id; every other one is hello, health or link. */
static bool take(struct fixture *fixture, uint32_t id)
{
	int r;

	while ((r = link_receive(fixture->started.fd, &fixture->message)) == 0) {
		uint32_t type = fixture->message.head.type;

		if (type == MSG_HELLO || type == MSG_HEALTH || type == MSG_LINK)
			continue;
		assert_int_equal(type, MSG_HTTP_RESPONSE);
		memcpy(&fixture->response, fixture->message.bytes, sizeof(fixture->response));
		memcpy(fixture->body, fixture->message.tail, fixture->message.tail_len);
		assert_int_equal(fixture->response.id, id);
		assert_true(fixture->response.sentence[0] != '\0');
		return true;
	}
	assert_int_equal(r, -EAGAIN);
	return false;
}

static void turn(struct fixture *fixture, enum manner manner, const char *text, size_t body_len)
{
	struct server *server = &fixture->server;
	struct pollfd poll_fd[3] = {
	    {.fd = fixture->started.fd, .events = POLLIN},
	    {.fd = manner == REFUSE ? -1 : server->listener, .events = POLLIN},
	    {.fd = server->client, .events = POLLIN}};

	if (server->answering && (manner == SEND_ENDLESS || manner == SEND_LINES))
		poll_fd[2].events = POLLOUT;
	assert_true(poll(poll_fd, 3, 20) >= 0);
	if (poll_fd[1].revents != 0)
		server_accept(server);
	else if (server->client >= 0 && !server->answering && poll_fd[2].revents != 0 &&
	         server_read(server))
		server_begin(server, manner, text, body_len);
	else if (server->client >= 0 && server->answering)
		server_go_on(server, manner);
}

/* One request, and the server's manner with it, until the response is there. */
static void ask(struct fixture *fixture, uint32_t timeout_ms, enum manner manner, const char *text,
                size_t body_len)
{
	uint32_t id = ask_with(fixture, HTTP_POST_BATCH, timeout_ms, "sealed", 6);
	struct mono_time begin = clock_mono();

	while (!take(fixture, id)) {
		turn(fixture, manner, text, body_len);
		if (mono_since_us(clock_mono(), begin) > PATIENCE_S * UINT64_C(1000000))
			fail_msg("no response");
	}
	server_drop(&fixture->server);
}

#define HEAD(status, type) "HTTP/1.1 " status "\r\nContent-Type: " type "\r\n"
#define CBOR               HEAD("201 Created", "application/cbor")

static void a_good_answer_comes_as_it_is(void **state)
{
	struct fixture *fixture = *state;

	ask(fixture, 5000, SEND_TEXT, CBOR "Content-Length: 5\r\n\r\nhello", 0);
	assert_int_equal(fixture->response.status, 201);
	assert_int_equal(fixture->response.len, 5);
	assert_memory_equal(fixture->body, "hello", 5);
	assert_non_null(strstr(fixture->server.request, "POST /v1/batches HTTP/1.1\r\n"));
	assert_non_null(
	    strstr(fixture->server.request, "\r\nCK1-Nonce: abababababababababababababababab\r\n"));
	assert_non_null(strstr(fixture->server.request, "\r\nContent-Type: application/cbor\r\n"));
	assert_non_null(strstr(fixture->server.request, "\r\n\r\nsealed"));
	/* a refusal is an answer too */
	ask(fixture, 5000, SEND_TEXT,
	    HEAD("409 Conflict", "application/cbor") "Content-Length: 2\r\n\r\nno", 0);
	assert_int_equal(fixture->response.status, 409);
	assert_int_equal(fixture->response.len, 2);
}

static void a_question_for_the_head_is_a_get(void **state)
{
	struct fixture *fixture = *state;
	uint32_t id = ask_with(fixture, HTTP_GET_HEAD, 5000, NULL, 0);

	while (!take(fixture, id))
		turn(fixture, SEND_TEXT,
		     HEAD("404 Not Found", "application/cbor") "Content-Length: 1\r\n\r\nx", 0);
	assert_int_equal(fixture->response.status, 404);
	assert_non_null(
	    strstr(fixture->server.request,
	           "GET /v1/epochs/cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd/head HTTP/1.1\r\n"));
	assert_non_null(
	    strstr(fixture->server.request, "\r\nCK1-Nonce: abababababababababababababababab\r\n"));
}

static void the_longest_answer_fits_and_one_octet_more_is_none(void **state)
{
	struct fixture *fixture = *state;

	ask(fixture, 5000, SEND_BODY, CBOR "Content-Length: 32768\r\n\r\n", HTTP_BODY_BYTES_MAX);
	assert_int_equal(fixture->response.status, 201);
	assert_int_equal(fixture->response.len, HTTP_BODY_BYTES_MAX);
	ask(fixture, 5000, SEND_BODY, CBOR "\r\n", HTTP_BODY_BYTES_MAX + 1);
	assert_int_equal(fixture->response.status, 0);
	assert_int_equal(fixture->response.len, 0);
}

static const struct {
	const char *name;
	enum manner manner;
	const char *text;
	uint32_t timeout_ms;
	uint32_t status;
	const char *sentence; /* a part of it */
} stray[] = {
    {"a page to sign in", SEND_TEXT,
     HEAD("200 OK", "text/html") "Content-Length: 13\r\n\r\n<html></html>", 5000, 200, "sign-in"},
    {"a page without a type", SEND_TEXT, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 5000,
     200, "sign-in"},
    {"nothing", CLOSE, NULL, 5000, 0, "ended before"},
    {"a reset", RESET, NULL, 5000, 0, "ended before"},
    {"500", SEND_TEXT, HEAD("500 Oops", "text/plain") "Content-Length: 4\r\n\r\noops", 5000, 500,
     "500"},
    {"a redirect", SEND_TEXT,
     HEAD("302 Found",
          "text/html") "Location: http://127.0.0.1:1/login\r\nContent-Length: 0\r\n\r\n",
     5000, 302, "not followed"},
    {"ten gigabytes", SEND_ENDLESS, CBOR "Content-Length: 10000000000\r\n\r\n", 5000, 0, "cut off"},
    {"no end", SEND_ENDLESS, CBOR "\r\n", 5000, 0, "cut off"},
    {"a head without end", SEND_ENDLESS, "HTTP/1.1 200 OK\r\nX: ", 5000, 0, ""},
    {"header lines without end", SEND_LINES, "HTTP/1.1 200 OK\r\n", 5000, 0, "cut off"},
    {"a drip", SEND_DRIP, CBOR "Content-Length: 10000\r\n\r\n", 700, 0, "in time"},
    {"silence", HANG, NULL, 700, 0, "in time"},
    {"nobody", REFUSE, NULL, 700, 0, ""},
    {"an answer cut short", SEND_TEXT, CBOR "Content-Length: 100\r\n\r\nhello", 5000, 0,
     "ended before"},
    {"another protocol", SEND_TEXT, "SSH-2.0-OpenSSH_9.2p1\r\n", 5000, 0, ""},
    {"binary noise", SEND_TEXT, "\x16\x03\x01\x02\xff\xfe\r\n\r\n", 5000, 0, ""},
    {"a type with escape sequences", SEND_TEXT,
     HEAD("200 OK", "text/\x1b[2Jx") "Content-Length: 0\r\n\r\n", 5000, 200, "sign-in"},
    {"an answer after a 100", SEND_TEXT,
     "HTTP/1.1 100 Continue\r\n\r\n" CBOR "Content-Length: 2\r\n\r\nok", 5000, 201, "answered"},
};

static void each_stray_answer_is_one_response_and_the_program_lives(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(stray) / sizeof(stray[0]); i++) {
		unsigned before = fixture->server.connections;

		ask(fixture, stray[i].timeout_ms, stray[i].manner, stray[i].text, 0);
		if (fixture->response.status != stray[i].status ||
		    strstr(fixture->response.sentence, stray[i].sentence) == NULL)
			fail_msg("%s: %u \"%s\"", stray[i].name, fixture->response.status,
			         fixture->response.sentence);
		if (stray[i].status == 0)
			assert_int_equal(fixture->response.len, 0);
		if (stray[i].manner != REFUSE)
			assert_int_equal(fixture->server.connections - before, 1);
		if (stray[i].manner == REFUSE)
			server_accept(&fixture->server); /* what waited in the queue */
		server_drop(&fixture->server);
		assert_true(started_lives(&fixture->started));
	}
	/* and after all that it still does its work */
	ask(fixture, 5000, SEND_TEXT, CBOR "Content-Length: 5\r\n\r\nhello", 0);
	assert_int_equal(fixture->response.status, 201);
}

static void a_huge_answer_is_not_read_to_its_end(void **state)
{
	struct fixture *fixture = *state;

	fixture->server.sent = 0;
	ask(fixture, 5000, SEND_ENDLESS, CBOR "Content-Length: 10000000000\r\n\r\n", 0);
	assert_int_equal(fixture->response.status, 0);
	assert_true(fixture->server.sent < (uint64_t)64 << 20); /* what the sockets' buffers took */
}

static void many_at_once_are_each_answered(void **state)
{
	struct fixture *fixture = *state;
	struct mono_time begin = clock_mono();
	unsigned answered = 0, refused = 0;

	/* nobody accepts: all are under way together, and more than it takes are refused at once */
	for (int i = 0; i < 8; i++)
		(void)ask_with(fixture, HTTP_POST_BATCH, 500, "sealed", 6);
	while (answered < 8) {
		if (link_receive(fixture->started.fd, &fixture->message) == 0) {
			if (fixture->message.head.type != MSG_HTTP_RESPONSE)
				continue;
			memcpy(&fixture->response, fixture->message.bytes,
			       sizeof(fixture->response));
			assert_int_equal(fixture->response.status, 0);
			refused += strstr(fixture->response.sentence, "Too many") != NULL;
			answered++;
		} else {
			struct pollfd fd = {.fd = fixture->started.fd, .events = POLLIN};

			(void)poll(&fd, 1, 100);
			assert_true(mono_since_us(clock_mono(), begin) <
			            PATIENCE_S * UINT64_C(1000000));
		}
	}
	assert_int_equal(refused, 4);
}

static void an_address_that_cannot_be_used_is_answered_with_why(void **state)
{
	static const struct {
		const char *url, *sentence;
	} row[] = {
	    {"http://collector.example.org", "https"},
	    {"http://10.0.0.1:8080", "https"},
	    {"ftp://collector.example.org", "https"},
	    {"file:///etc/passwd", "address"},
	    {"https://name:word@collector.example.org", "address"},
	    {"nonsense", "address"},
	    {"", "address"},
	};
	struct fixture fixture;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct mono_time begin = clock_mono();
		uint32_t id;

		memset(&fixture, 0, sizeof(fixture));
		fixture.server.client = -1;
		started_uplink(&fixture.started, row[i].url);
		id = ask_with(&fixture, HTTP_POST_BATCH, 5000, "sealed", 6);
		while (!take(&fixture, id)) {
			struct pollfd fd = {.fd = fixture.started.fd, .events = POLLIN};

			(void)poll(&fd, 1, 100);
			assert_true(mono_since_us(clock_mono(), begin) <
			            PATIENCE_S * UINT64_C(1000000));
		}
		assert_int_equal(fixture.response.status, 0);
		if (strstr(fixture.response.sentence, row[i].sentence) == NULL)
			fail_msg("%s: %s", row[i].url, fixture.response.sentence);
		assert_int_equal(started_end(&fixture.started), 0);
	}
}

static void the_environment_names_no_proxy(void **state)
{
	(void)state;
	assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
	assert_int_equal(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
	{
		void *own = NULL;
		struct fixture *fixture;

		(void)set_up(&own);
		fixture = own;
		ask(fixture, 5000, SEND_TEXT, CBOR "Content-Length: 5\r\n\r\nhello", 0);
		assert_int_equal(fixture->response.status, 201);
		(void)tear_down(&own);
	}
	assert_int_equal(unsetenv("http_proxy"), 0);
	assert_int_equal(unsetenv("ALL_PROXY"), 0);
}

static void it_ends_with_its_socket_even_while_a_request_hangs(void **state)
{
	struct fixture *fixture = *state;

	(void)ask_with(fixture, HTTP_POST_BATCH, 60000, "sealed", 6);
	while (fixture->server.connections == 0)
		turn(fixture, HANG, NULL, 0);
	/* tear_down() closes the socket and waits */
}

static void it_says_hello_health_and_link_first(void **state)
{
	struct fixture *fixture = *state;
	bool hello = false, health = false, link = false;
	struct mono_time begin = clock_mono();

	while (!hello || !health || !link) {
		struct pollfd fd = {.fd = fixture->started.fd, .events = POLLIN};

		(void)poll(&fd, 1, 100);
		while (link_receive(fixture->started.fd, &fixture->message) == 0) {
			struct msg_hello message;

			if (!hello) {
				assert_int_equal(fixture->message.head.type, MSG_HELLO);
				memcpy(&message, fixture->message.bytes, sizeof(message));
				assert_int_equal(message.kind, HELPER_UPLINK);
			}
			hello = true;
			health = health || fixture->message.head.type == MSG_HEALTH;
			link = link || fixture->message.head.type == MSG_LINK;
		}
		assert_true(mono_since_us(clock_mono(), begin) < PATIENCE_S * UINT64_C(1000000));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(it_says_hello_health_and_link_first, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_good_answer_comes_as_it_is, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_question_for_the_head_is_a_get, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_longest_answer_fits_and_one_octet_more_is_none,
	                                    set_up, tear_down),
	    cmocka_unit_test_setup_teardown(each_stray_answer_is_one_response_and_the_program_lives,
	                                    set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_huge_answer_is_not_read_to_its_end, set_up,
	                                    tear_down),
	    cmocka_unit_test_setup_teardown(many_at_once_are_each_answered, set_up, tear_down),
	    cmocka_unit_test(an_address_that_cannot_be_used_is_answered_with_why),
	    cmocka_unit_test(the_environment_names_no_proxy),
	    cmocka_unit_test_setup_teardown(it_ends_with_its_socket_even_while_a_request_hangs,
	                                    set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

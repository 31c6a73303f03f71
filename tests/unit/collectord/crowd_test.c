/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: whoever comes is served, however many others hold a connection or let go of theirs at
 * once; and what HTTP servers in front could read in another way is refused. The real program, over
 * bare loopback sockets.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http.h"
#include "program.h"

enum { IDLE = 3000, ANSWER_MS_MAX = 5000, IDLE_MS = 20 };

struct fixture {
	struct world world;
	struct program program;
};

#define PLAIN "GET /v1/totals HTTP/1.1\r\nHost: x\r\n\r\n"

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct rlimit files = {IDLE + 200, IDLE + 200};

	assert_non_null(fixture);
	(void)setrlimit(RLIMIT_NOFILE, &files);
	world_init(&fixture->world);
	collector_close(fixture->world.collector);
	fixture->world.collector = NULL;
	program_configure(&fixture->program, &fixture->world, "127.0.0.1:0", "");
	program_start(&fixture->program);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	program_stop(&fixture->program);
	program_remove_files(&fixture->program);
	world_deinit(&fixture->world);
	free(fixture);
	return 0;
}

/* From that address of the loopback. */
static int connect_from(const struct fixture *fixture, uint32_t address)
{
	struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
	struct sockaddr_in to = {.sin_family = AF_INET,
	                         .sin_port = htons((uint16_t)fixture->program.port),
	                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	/* A port is chosen by connect(2): for so many, bind(2) is slow. */
	assert_int_equal(setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one)), 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)(const void *)&from, sizeof(from)), 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)(const void *)&to, sizeof(to)), 0);
	return fd;
}

static int connect_one(const struct fixture *fixture)
{
	return connect_from(fixture, INADDR_LOOPBACK);
}

static void say(int fd, const char *octets, size_t len)
{
	assert_int_equal(send(fd, octets, len, MSG_NOSIGNAL), len);
}

/* The status of what comes back; 0: hung up on; -1: nothing in ANSWER_MS_MAX. */
static int status_of(int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	char text[64];
	ssize_t n;
	int status = 0;

	if (poll(&wait, 1, ANSWER_MS_MAX) != 1)
		return -1;
	n = recv(fd, text, sizeof(text) - 1, 0);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	assert_int_equal(sscanf(text, "HTTP/1.1 %d", &status), 1);
	return status;
}

static int ask(const struct fixture *fixture, const char *octets, size_t len)
{
	int fd = connect_one(fixture), status;

	say(fd, octets, len);
	status = status_of(fd);
	(void)close(fd);
	return status;
}

/* A proxy that is started again: all of its connections end together, good requests on some. */
static void many_that_leave_at_once_leave_no_deaf_program(void **state)
{
	enum { CROWD = 300, ROUNDS = 50 };
	struct fixture *fixture = *state;
	int fd[CROWD];

	/* up to the last place, over it, and far over it */
	for (int round = 0; round < ROUNDS; round++) {
		const int n = CROWD - round;

		for (int i = 0; i < n; i++) {
			fd[i] = connect_one(fixture);
			if (i % 3 == round % 3)
				(void)send(fd[i], PLAIN, strlen(PLAIN), MSG_NOSIGNAL);
		}
		/* Nothing tells when all are in, or gone: it is given the time to go idle. */
		(void)poll(NULL, 0, IDLE_MS);
		(void)kill(fixture->program.pid, SIGSTOP);
		for (int i = 0; i < n; i++)
			(void)close(fd[i]);
		(void)kill(fixture->program.pid, SIGCONT);
		(void)poll(NULL, 0, IDLE_MS);
		if (ask(fixture, PLAIN, strlen(PLAIN)) != 200)
			fail_msg("round %d: not served", round);
	}
}

/* Nobody has to go before another is served. */
static void idle_ones_shut_nobody_out(void **state)
{
	struct fixture *fixture = *state;
	static int fd[IDLE];

	for (int i = 0; i < IDLE; i++) {
		fd[i] = connect_one(fixture);
		if (i % 2 == 0)
			(void)send(fd[i], "GET /v1/to", 10, MSG_NOSIGNAL);
	}
	for (int i = 0; i < 5; i++)
		assert_int_equal(ask(fixture, PLAIN, strlen(PLAIN)), 200);
	for (int i = 0; i < IDLE; i++)
		(void)close(fd[i]);
}

/* Behind one address may be many kiosks: it may have every place nobody else asks for. */
static void the_greediest_caller_gives_first(void **state)
{
	enum { OTHERS = 20 };
	struct fixture *fixture = *state;
	static int fd[2 * HTTP_CONNECTIONS_MAX];
	int other[OTHERS];

	for (int i = 0; i < OTHERS; i++)
		other[i] = connect_from(fixture, INADDR_LOOPBACK + 1 + (unsigned)i);
	for (int i = 0; i < 2 * HTTP_CONNECTIONS_MAX; i++)
		fd[i] = connect_one(fixture);
	assert_int_equal(ask(fixture, PLAIN, strlen(PLAIN)), 200);
	/* they were here first, and quiet for longest; and yet */
	for (int i = 0; i < OTHERS; i++) {
		say(other[i], PLAIN, strlen(PLAIN));
		assert_int_equal(status_of(other[i]), 200);
		(void)close(other[i]);
	}
	for (int i = 0; i < 2 * HTTP_CONNECTIONS_MAX; i++)
		(void)close(fd[i]);
}

static void what_may_be_read_in_two_ways_is_refused(void **state)
{
#define GET(target, headers) "GET " target " HTTP/1.1\r\n" headers "\r\n"
#define POST(headers, body)  "POST /v1/batches HTTP/1.1\r\n" headers "\r\n" body
#define HOST                 "Host: x\r\n"
	/* clang-format off */
	static const struct {
		const char *octets;
		size_t len;
		int status;
	} row[] = {
#define ROW(text, status) {text, sizeof(text) - 1, status}
		ROW(GET("/v1/totals", HOST), 200),
		ROW(GET("/v1/totals?view=public", HOST), 200),
		ROW(GET("/v1/totals/../team/totals", HOST), 404),
		ROW(GET("/v1/./team/totals", HOST), 404),
		ROW(GET("/v1/totals", ""), 400),
		ROW("GET /v1/totals HTTP/1.0\r\n\r\n", 400),
		ROW(GET("/v1/totals", HOST HOST), 400),
		ROW(GET("/v1/totals", HOST "X y: 1\r\n"), 400),
		ROW(GET("/v1/totals", "Host : x\r\n"), 400),
		ROW(GET("/v1/totals%00", HOST), 400),
		ROW(GET("/v1/totals?view=public%00", HOST), 400),
		ROW(GET("/v1/totals?view=public%00team", HOST), 400),
		ROW(GET("/v1/totals?v%69ew=team", HOST), 400),
		ROW(GET("/v1/totals?%76iew=public", HOST), 400),
		ROW(GET("/v1/te%61m/totals", HOST), 400),
		ROW(GET("/v1%2fteam/totals", HOST), 400),
		ROW(GET("/v1/totals?view=public&view=public", HOST), 400),
		ROW(GET("/v1/totals?view=public&view=team", HOST), 400),
		ROW(GET("/v1/totals?view=team&view=public", HOST), 400),
		ROW(GET("/v1/totals?View=team", HOST), 400),
		ROW(GET("/v1/totals?view", HOST), 400),
		ROW(GET("/v1/totals?view=", HOST), 400),
		ROW(GET("/v1/totals?view=public&", HOST), 400),
		ROW(GET("/v1/totals?&view=public", HOST), 400),
		ROW(GET("/v1/totals?view=public;view=team", HOST), 400),
		ROW(GET("/v1/totals?view=public?view=team", HOST), 400),
		ROW(GET("/v1/totals?view=public+", HOST), 400),
		ROW(GET("/v1/totals?view[]=team", HOST), 400),
		ROW(GET("/v1/totals?", HOST), 400),
		ROW(GET("/v1/team/totals?", HOST), 400),
		ROW(GET("http://x/v1/team/totals", HOST), 400),
		ROW(GET("/v1/log/proof?from=1&size=1&size=1", HOST), 400),
		ROW(POST(HOST "Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400),
		ROW(POST(HOST "Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400),
		ROW(POST(HOST "Content-Length: 5, 5\r\n", "hello"), 400),
		ROW(POST(HOST "Content-Length: +5\r\n", "hello"), 400),
		ROW(POST(HOST "Content-Length: 0x5\r\n", "hello"), 400),
		ROW(POST(HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400),
		ROW(POST(HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400),
		ROW(POST(HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400),
		ROW(POST(HOST "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400),
		ROW(POST(HOST "Transfer-Encoding: identity\r\n", "hello"), 400),
		ROW(POST(HOST "Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400),
		ROW(POST(HOST "Content-Length : 5\r\n", "hello"), 400),
		ROW(POST("Content-Length: 5\r\n", "hello"), 400),
		ROW("POST /v1/batches HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
		/* what is right is a batch that is none, refused with a signature */
		ROW(POST(HOST "Content-Length: 5\r\n", "hello"), 400),
		ROW(POST(HOST "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), 400),
	};
	/* clang-format on */
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const int status = ask(fixture, row[i].octets, row[i].len);

		if (status != row[i].status)
			fail_msg("%s: %d", row[i].octets, status);
	}
}

/* Whoever smuggles a second request behind one that was refused is not answered twice. */
static void behind_a_refusal_comes_nothing(void **state)
{
	static const char two[] =
	    POST(HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n") PLAIN;
	struct fixture *fixture = *state;
	int fd = connect_one(fixture);
	char text[4096];
	size_t len = 0;
	ssize_t n;

	say(fd, two, sizeof(two) - 1);
	while (len < sizeof(text) - 1 && (n = recv(fd, text + len, sizeof(text) - 1 - len, 0)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	(void)close(fd);
	assert_non_null(strstr(text, "HTTP/1.1 400 "));
	assert_null(strstr(text, "HTTP/1.1 200 "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(many_that_leave_at_once_leave_no_deaf_program),
	    TEST(idle_ones_shut_nobody_out),
	    TEST(the_greediest_caller_gives_first),
	    TEST(what_may_be_read_in_two_ways_is_refused),
	    TEST(behind_a_refusal_comes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

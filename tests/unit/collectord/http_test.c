/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise (DESIGN.md, Promises): no input stops counting, HTTP among it. The real program, over a
 * loopback socket, with libcurl on the other side and with a bare socket where libcurl is too
 * polite.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "crypto.h"
#include "file.h"
#include "hex.h"
#include "program.h"
#include "sanitized.h"

struct fixture {
	struct world world;
	struct program program;
	struct got got;
};

static void request(struct fixture *fixture, const char *method, const char *path,
                    const char *nonce, const void *body, size_t len)
{
	client_request(fixture->program.url, method, path, nonce, body, len, &fixture->got);
}

#define NONCE "000102030405060708090a0b0c0d0e0f"

static void check_answer(struct fixture *fixture, const struct hash *subject, const char *nonce,
                         uint16_t status)
{
	struct nonce expected = {0};

	if (nonce != NULL)
		assert_int_equal(hex_decode(nonce, expected.b, sizeof(expected.b)), 0);
	assert_string_equal(fixture->got.type, "application/cbor");
	world_check_reply(&fixture->world, fixture->got.body, fixture->got.len, &expected, subject);
	assert_int_equal(fixture->got.status, status);
	assert_int_equal(fixture->world.answer.status, status);
	assert_int_equal(fixture->world.answer.next_after_s, 90);
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	world_init(&fixture->world);
	collector_close(fixture->world.collector);
	fixture->world.collector = NULL;
	program_configure(&fixture->program, &fixture->world, "127.0.0.1:0",
	                  "next_after = 90s\n[network]\nyear = 2031\n");
	program_start(&fixture->program);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	if (fixture->program.pid != 0)
		program_stop(&fixture->program);
	program_remove_files(&fixture->program);
	world_deinit(&fixture->world);
	free(fixture);
	return 0;
}

static void a_batch_goes_from_a_post_to_the_totals(void **state)
{
	struct fixture *fixture = *state;
	struct counter counter;
	char path[80], hex[33];
	struct hash subject;

	counter_open(&fixture->world, &counter, 'a', 0);
	counter_add(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 25);
	counter_seal(&fixture->world, &counter);
	subject = sha256(counter.body, counter.body_len);
	request(fixture, "POST", "/v1/batches", NONCE, counter.body, counter.body_len);
	check_answer(fixture, &subject, NONCE, ANSWER_STORED);
	/* the answer was lost; the program was stopped and started */
	program_stop(&fixture->program);
	program_start(&fixture->program);
	request(fixture, "POST", "/v1/batches", NONCE, counter.body, counter.body_len);
	check_answer(fixture, &subject, NONCE, ANSWER_STORED_BEFORE);
	hex_encode(counter.batch.epoch.b, sizeof(counter.batch.epoch.b), hex);
	snprintf(path, sizeof(path), "/v1/epochs/%s/head", hex);
	subject = head_subject(&counter.batch.epoch);
	request(fixture, "GET", path, NONCE, NULL, 0);
	check_answer(fixture, &subject, NONCE, ANSWER_STORED_BEFORE);
	assert_int_equal(fixture->world.answer.head_seq, 1);
	request(fixture, "GET", "/v1/team/totals", NULL, NULL, 0);
	assert_int_equal(fixture->got.status, 200);
	assert_string_equal(fixture->got.type, "application/json");
	assert_non_null(strstr((char *)fixture->got.body, "\"attendances\": 25"));
	assert_non_null(strstr((char *)fixture->got.body, "\"year\": 2031"));
	assert_non_null(strstr((char *)fixture->got.body, "\"view\": \"team\""));
	request(fixture, "GET", "/v1/totals?view=public", NULL, NULL, 0);
	assert_non_null(strstr((char *)fixture->got.body, "\"view\": \"public\""));
	/* what nobody asked for by name is for everybody */
	request(fixture, "GET", "/v1/totals", NULL, NULL, 0);
	assert_non_null(strstr((char *)fixture->got.body, "\"view\": \"public\""));
}

static void the_log_is_open_to_anybody(void **state)
{
	struct fixture *fixture = *state;
	static const struct {
		const char *path;
		long status;
	} row[] = {
	    {"/v1/log/proof", 400},
	    {"/v1/log/proof?size=1", 400},
	    {"/v1/log/proof?from=1&size=1x", 400},
	    {"/v1/log/proof?from=1&size=9", 400},
	    {"/v1/log/proof?from=-1&size=1", 400},
	    {"/v1/log/proof?batch=00&size=1", 400},
	    {"/v1/log/proof?from=1&size=1", 200},
	};
	struct counter counter;
	struct log_proof proof;
	struct reply_view view;
	struct log_head head;
	const struct public_key key = ed25519_public(&fixture->world.collector_key);

	request(fixture, "GET", "/v1/log/head", NULL, NULL, 0);
	assert_int_equal(fixture->got.status, 400);
	counter_open(&fixture->world, &counter, 'a', 0);
	counter_seal(&fixture->world, &counter);
	request(fixture, "POST", "/v1/batches", NONCE, counter.body, counter.body_len);
	assert_int_equal(fixture->got.status, 201);
	request(fixture, "GET", "/v1/log/head", NONCE, NULL, 0);
	assert_int_equal(fixture->got.status, 200);
	assert_int_equal(reply_split(fixture->got.body, fixture->got.len, &view), 0);
	assert_int_equal(log_head_open(view.answer, view.answer_len, &key, &head), 0);
	assert_int_equal(head.size, 1);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		request(fixture, "GET", row[i].path, NULL, NULL, 0);
		if (fixture->got.status != row[i].status)
			fail_msg("%s: %ld", row[i].path, fixture->got.status);
	}
	assert_int_equal(log_proof_parse(fixture->got.body, fixture->got.len, &proof), 0);
}

static void an_unknown_epoch_is_a_signed_404(void **state)
{
	struct fixture *fixture = *state;
	struct epoch_id epoch = {{0}};
	struct hash subject = head_subject(&epoch);

	request(fixture, "GET", "/v1/epochs/00000000000000000000000000000000/head", NONCE, NULL, 0);
	check_answer(fixture, &subject, NONCE, ANSWER_NO_SUCH_EPOCH);
	request(fixture, "GET", "/v1/epochs/00000000000000000000000000000000/head", NULL, NULL, 0);
	check_answer(fixture, &subject, NULL, ANSWER_BAD_REQUEST);
}

static void what_is_not_a_batch_gets_a_signed_refusal(void **state)
{
	struct fixture *fixture = *state;
	static uint8_t large[200000];
	struct hash subject = sha256("hello", 5);

	request(fixture, "POST", "/v1/batches", NONCE, "hello", 5);
	check_answer(fixture, &subject, NONCE, ANSWER_BAD_REQUEST);
	request(fixture, "POST", "/v1/batches", "0001", "hello", 5);
	check_answer(fixture, &subject, NULL, ANSWER_BAD_REQUEST);
	subject = sha256(large, POST_BYTES_MAX + 1);
	request(fixture, "POST", "/v1/batches", NONCE, large, POST_BYTES_MAX + 1);
	check_answer(fixture, &subject, NONCE, ANSWER_TOO_LARGE);
	subject = sha256(large, sizeof(large));
	request(fixture, "POST", "/v1/batches", NONCE, large, sizeof(large));
	check_answer(fixture, &subject, NONCE, ANSWER_TOO_LARGE);
}

static void wrong_methods_paths_and_views_get_a_sentence(void **state)
{
	static const struct {
		const char *method, *path;
		long status;
	} row[] = {
	    {"GET", "/v1/batches", 405},
	    {"DELETE", "/v1/totals", 405},
	    {"POST", "/v1/epochs/00000000000000000000000000000000/head", 405},
	    {"BREW", "/v1/totals", 405},
	    {"GET", "/", 404},
	    {"GET", "/v1/totals/", 404},
	    {"GET", "/v1/epochs//head", 404},
	    {"GET", "/v1/epochs/head", 404},
	    {"GET", "/v1/epochs/zz000000000000000000000000000000/head", 404},
	    {"GET", "/v1/epochs/000000000000000000000000000000000000/head", 404},
	    {"GET", "/../../etc/passwd", 404},
	    {"GET", "/v1/totals?view=all", 400},
	    {"GET", "/v1/totals?view=team", 400},
	    {"GET", "/v1/team/totals?view=team", 400},
	    {"GET", "//v1/team/totals", 404},
	    {"GET", "/v1/team", 404},
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		request(fixture, row[i].method, row[i].path, NONCE, NULL, 0);
		if (fixture->got.status != row[i].status)
			fail_msg("%s %s: %ld", row[i].method, row[i].path, fixture->got.status);
		assert_string_equal(fixture->got.type, "text/plain; charset=utf-8");
		assert_true(fixture->got.len > 10);
	}
}

static int bare_socket(const struct fixture *fixture)
{
	struct sockaddr_in name = {.sin_family = AF_INET,
	                           .sin_port = htons((uint16_t)fixture->program.port),
	                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)(const void *)&name, sizeof(name)),
	                 0);
	return fd;
}

static void send_post(int fd, const struct counter *counter)
{
	char head[256];
	const int len = snprintf(head, sizeof(head),
	                         "POST /v1/batches HTTP/1.1\r\nHost: x\r\nCK1-Nonce: " NONCE
	                         "\r\nContent-Length: %zu\r\n\r\n",
	                         counter->body_len);

	assert_int_equal(send(fd, head, (size_t)len, MSG_NOSIGNAL), len);
	assert_int_equal(send(fd, counter->body, counter->body_len, MSG_NOSIGNAL),
	                 counter->body_len);
}

/* Reads one answer, all of it; its status. */
static unsigned read_status(int fd)
{
	static char text[32768];
	const char *body = NULL, *length;
	unsigned status = 0;
	size_t n = 0;

	do {
		const ssize_t more = recv(fd, text + n, sizeof(text) - 1 - n, 0);

		assert_true(more > 0);
		n += (size_t)more;
		text[n] = '\0';
		body = strstr(text, "\r\n\r\n");
		length = strcasestr(text, "\r\nContent-Length: ");
	} while (body == NULL || n < (size_t)(body + 4 - text) + strtoul(length + 18, NULL, 10));
	assert_int_equal(sscanf(text, "HTTP/1.1 %u", &status), 1);
	return status;
}

/* Kiosks that come at once share commits and threads, some hang up while they are at it, and others
 * ask: each batch is stored, once. */
static void many_at_once_are_stored_once_each(void **state)
{
	enum { CROWD = 40, ROUNDS = 4 };
	static struct counter counter[CROWD];
	struct fixture *fixture = *state;
	char expected[64];
	int fd[CROWD];

	fixture->world.manifest.kiosks_max = CROWD;
	world_seal_manifest(&fixture->world);
	for (uint8_t i = 0; i < CROWD; i++) {
		counter_open(&fixture->world, &counter[i], i + 1, 0);
		fd[i] = bare_socket(fixture);
	}
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < CROWD; i++) {
			counter_add(&counter[i], 0, CHANNEL_QR, FIRST_NOT_ASKED, 1);
			counter_seal(&fixture->world, &counter[i]);
			send_post(fd[i], &counter[i]);
		}
		for (unsigned i = round; i < CROWD; i += 5) {
			(void)close(fd[i]);
			fd[i] = bare_socket(fixture);
		}
		request(fixture, "GET", "/v1/log/head", NONCE, NULL, 0);
		assert_int_equal(fixture->got.status, 200);
		for (unsigned i = 0; i < CROWD; i++) {
			if (i % 5 == round)
				send_post(fd[i], &counter[i]);
			assert_in_range(read_status(fd[i]), i % 5 == round ? 200 : 201, 201);
		}
	}
	for (unsigned i = 0; i < CROWD; i++)
		(void)close(fd[i]);
	(void)snprintf(expected, sizeof(expected), "\"attendances\": %d", CROWD * ROUNDS);
	request(fixture, "GET", "/v1/team/totals", NULL, NULL, 0);
	if (strstr((const char *)fixture->got.body, expected) == NULL)
		fail_msg("not %s: %s", expected, (const char *)fixture->got.body);
}

#define POST(header) "POST /v1/batches HTTP/1.1\r\nHost: x\r\n" header "\r\n\r\n"

static void hostile_http_does_not_stop_it(void **state)
{
	static const char *const noise[] = {
	    "\r\n\r\n\r\n",
	    "GET",
	    "GET / HTTP/9.9\r\n\r\n",
	    POST("Content-Length: 99999999999999999999") "",
	    POST("Content-Length: -1") "",
	    POST("Content-Length: 5000000") "abc",
	    POST("Transfer-Encoding: chunked") "zz\r\n",
	    POST("Transfer-Encoding: chunked") "ffffffffffffffff\r\nabc",
	    "GET /v1/totals HTTP/1.1\r\nHost: x\r\nCK1-Nonce: \x01\x02\xff\r\n\r\n",
	    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
	};
	struct fixture *fixture = *state;
	static char long_line[100000];
	int open_ones[64];

	for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++) {
		int fd = bare_socket(fixture);

		assert_true(send(fd, noise[i], strlen(noise[i]), MSG_NOSIGNAL) >= 0);
		(void)close(fd);
	}
	memset(long_line, 'a', sizeof(long_line));
	memcpy(long_line, "GET /", 5);
	{
		int fd = bare_socket(fixture);

		(void)send(fd, long_line, sizeof(long_line), MSG_NOSIGNAL);
		(void)close(fd);
	}
	/* many that connect and say nothing are no reason not to serve another */
	for (size_t i = 0; i < sizeof(open_ones) / sizeof(open_ones[0]); i++)
		open_ones[i] = bare_socket(fixture);
	request(fixture, "GET", "/v1/totals", NULL, NULL, 0);
	assert_int_equal(fixture->got.status, 200);
	for (size_t i = 0; i < sizeof(open_ones) / sizeof(open_ones[0]); i++)
		(void)close(open_ones[i]);
}

/* A body that never ends is read to a limit and then cut off, not kept. */
static void an_endless_body_is_cut_off(void **state)
{
	static const char head[] =
	    "POST /v1/batches HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
	static char chunk[4096 + 8];
	struct fixture *fixture = *state;
	int fd = bare_socket(fixture);
	size_t sent = 0;
	ssize_t n;

	memset(chunk, 'x', sizeof(chunk));
	memcpy(chunk, "1000\r\n", 6);
	memcpy(chunk + 6 + 4096, "\r\n", 2);
	assert_int_equal(send(fd, head, sizeof(head) - 1, MSG_NOSIGNAL), sizeof(head) - 1);
	while ((n = send(fd, chunk, 6 + 4096 + 2, MSG_NOSIGNAL)) > 0 && sent < (size_t)64 << 20)
		sent += (size_t)n;
	assert_true(n < 0);
	(void)close(fd);
	request(fixture, "GET", "/v1/totals", NULL, NULL, 0);
	assert_int_equal(fixture->got.status, 200);
}

/* A disk that refuses to write: a later for the kiosk, the end for the program, and nothing lost. */
static void a_store_that_fails_is_a_503_and_the_end(void **state)
{
	const struct rlimit none = {0, RLIM_INFINITY};
	struct fixture *fixture = *state;
	struct counter counter;
	int status;

	program_stop(&fixture->program);
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR); /* the program inherits it: EFBIG */
	program_start(&fixture->program);
	counter_open(&fixture->world, &counter, 'a', 0);
	counter_add(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 25);
	counter_seal(&fixture->world, &counter);
	assert_int_equal(prlimit(fixture->program.pid, RLIMIT_FSIZE, &none, NULL), 0);
	request(fixture, "POST", "/v1/batches", NONCE, counter.body, counter.body_len);
	assert_int_equal(fixture->got.status, 503);
	assert_string_not_equal(fixture->got.type, "application/cbor");
	assert_int_equal(waitpid(fixture->program.pid, &status, 0), fixture->program.pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 0);
	program_start(&fixture->program);
	request(fixture, "POST", "/v1/batches", NONCE, counter.body, counter.body_len);
	check_answer(fixture, NULL, NONCE, ANSWER_STORED);
}

/* What stands in a file of /proc about the program. */
static bool proc_says(const struct fixture *fixture, const char *name, const char *expected)
{
	static char text[65536];
	char path[64];
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)fixture->program.pid, name);
	file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	(void)fclose(file);
	return strstr(text, expected) != NULL;
}

/* Also of its threads: each has the filter. */
static void whoever_takes_it_over_has_little(void **state)
{
	struct fixture *fixture = *state;
	struct dirent *task;
	char path[64];
	DIR *tasks;
	int n = 0;

	assert_true(proc_says(fixture, "status", "NoNewPrivs:\t1"));
	assert_true(proc_says(fixture, "status", "CapEff:\t0000000000000000"));
	if (geteuid() == 0)
		assert_true(proc_says(fixture, "limits", "Max core file size        0 "));
	if (SANITIZED) {
		print_message(
		    "NOT TESTED: this build has a sanitizer, which locks no memory and has no "
		    "filter\n");
		return;
	}
	assert_false(proc_says(fixture, "status", "VmLck:\t       0 kB"));
	(void)snprintf(path, sizeof(path), "/proc/%d/task", (int)fixture->program.pid);
	tasks = opendir(path);
	assert_non_null(tasks);
	while ((task = readdir(tasks)) != NULL) {
		if (task->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "task/%.20s/status", task->d_name);
		assert_true(proc_says(fixture, path, "Seccomp:\t2"));
		n++;
	}
	(void)closedir(tasks);
	assert_int_equal(n, 3);
}

static void two_on_one_database_are_refused(void **state)
{
	struct fixture *fixture = *state;
	char said[4096];

	assert_int_equal(program_run(&fixture->program, "--check-config", said, sizeof(said)), 0);
	assert_string_equal(said, "");
	{
		char text[256];

		snprintf(text, sizeof(text), "--config=%s", fixture->program.config);
		assert_int_equal(program_run(&fixture->program, text, said, sizeof(said)), 1);
	}
	assert_non_null(strstr(said, "another process"));
}

static void a_wrong_configuration_says_what_would_be_right(void **state)
{
	static const struct {
		const char *listen, *more, *expected;
	} row[] = {
	    {"0.0.0.0:8080", "", "TLS proxy"},
	    {"[2001:db8::1]:8080", "", "TLS proxy"},
	    {"localhost:8080", "", "127.0.0.1:8080"},
	    {"127.0.0.1", "", "127.0.0.1:8080"},
	    {"127.0.0.1:99999", "", "127.0.0.1:8080"},
	    {"127.0.0.1:0", "[network]\nyear = soon\n", "year"},
	    {"127.0.0.1:0", "next_after = 10\n", "next_after"},
	    {"127.0.0.1:0", "colour = blue\n", "colour"},
	};
	struct fixture *fixture = *state;
	char said[4096], hex[65];

	program_stop(&fixture->program);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct program other;

		program_configure(&other, &fixture->world, row[i].listen, row[i].more);
		assert_int_equal(program_run(&other, "--check-config", said, sizeof(said)), 1);
		if (strstr(said, row[i].expected) == NULL ||
		    strstr(said, "collectord.conf") == NULL)
			fail_msg("%s %s: %s", row[i].listen, row[i].more, said);
	}
	program_configure(&fixture->program, &fixture->world, "127.0.0.1:0", "");
	hex_encode(fixture->world.root.b, sizeof(fixture->world.root.b), hex);
	assert_int_equal(file_write(fixture->program.key, hex, 64, 0600), 0);
	assert_int_equal(program_run(&fixture->program, "--check-config", said, sizeof(said)), 1);
	assert_non_null(strstr(said, "another key"));
	assert_int_equal(file_write(fixture->program.key, "0123", 4, 0600), 0);
	assert_int_equal(program_run(&fixture->program, "--check-config", said, sizeof(said)), 1);
	assert_non_null(strstr(said, "64 hexadecimal digits"));
	assert_int_equal(unlink(fixture->program.network), 0);
	assert_int_equal(program_run(&fixture->program, "--check-config", said, sizeof(said)), 1);
	assert_non_null(strstr(said, "network.txt"));
}

/* An operator without --check-config is told too, and nothing listens. */
static void a_program_without_a_command_line_says_how(void **state)
{
	struct fixture *fixture = *state;
	char said[4096];

	assert_int_equal(program_run(&fixture->program, "--nonsense", said, sizeof(said)), 2);
	assert_non_null(strstr(said, "--check-config"));
	assert_int_equal(program_run(&fixture->program, "--print-config", said, sizeof(said)), 0);
	assert_non_null(strstr(said, "listen = 127.0.0.1:8080"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_batch_goes_from_a_post_to_the_totals, set_up,
	                                    tear_down),
	    cmocka_unit_test_setup_teardown(the_log_is_open_to_anybody, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(an_unknown_epoch_is_a_signed_404, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_is_not_a_batch_gets_a_signed_refusal, set_up,
	                                    tear_down),
	    cmocka_unit_test_setup_teardown(wrong_methods_paths_and_views_get_a_sentence, set_up,
	                                    tear_down),
	    cmocka_unit_test_setup_teardown(many_at_once_are_stored_once_each, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(hostile_http_does_not_stop_it, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(an_endless_body_is_cut_off, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_store_that_fails_is_a_503_and_the_end, set_up,
	                                    tear_down),
	    cmocka_unit_test_setup_teardown(whoever_takes_it_over_has_little, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(two_on_one_database_are_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_wrong_configuration_says_what_would_be_right, set_up,
	                                    tear_down),
	    cmocka_unit_test_setup_teardown(a_program_without_a_command_line_says_how, set_up,
	                                    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the real collectord accepts a second, durably, beside how many Ed25519 signatures one core
 * verifies in the same time: kiosks that come back after a network's long night, each with an event
 * of its own and its batches in order, over HTTP on loopback. In the end collectord is killed, and
 * what it answered for has to be in its store.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "crypto.h"
#include "hex.h"
#include "program.h"
#include "store.h"

enum {
	ROUNDS = 6,
	KIOSKS = 256,  /* in a round */
	BATCHES = 8,   /* of each kiosk */
	WAITING = 240, /* connections that send at once */
	ALONE = 4,     /* kiosks of the round with one connection */
	VERIFIES = 2000,
	ANSWER_MAX = 16384 + 1024,
};

struct request {
	char *octets;
	size_t len;
};

/* A connection, and the kiosk that speaks over it. */
struct line {
	int fd;
	const struct request *next, *end;
	size_t sent, got;
	char answer[ANSWER_MAX];
};

static struct world world;
static struct program program;
static struct request request[KIOSKS][BATCHES];
static struct line line[WAITING];
static uint32_t n_kiosks; /* made so far */
static uint64_t n_stored, n_verified;
static double verified_processor_s;

__attribute__((noreturn)) static void die(const char *what)
{
	(void)fprintf(stderr, "collector: %s\n", what);
	if (program.pid > 0)
		(void)kill(program.pid, SIGKILL);
	exit(1);
}

static double now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* --- what is sent --- */

static void keep_request(struct request *ret, const struct counter *counter)
{
	char head[256], nonce[33];
	uint8_t octets[16];
	int head_len;

	random_bytes(octets, sizeof(octets));
	hex_encode(octets, sizeof(octets), nonce);
	head_len = snprintf(head, sizeof(head),
	                    "POST /v1/batches HTTP/1.1\r\nHost: 127.0.0.1\r\nCK1-Nonce: %s\r\n"
	                    "Content-Type: application/cbor\r\nContent-Length: %zu\r\n\r\n",
	                    nonce, counter->body_len);
	free(ret->octets);
	ret->len = (size_t)head_len + counter->body_len;
	ret->octets = malloc(ret->len);
	if (ret->octets == NULL)
		die("no memory");
	memcpy(ret->octets, head, (size_t)head_len);
	memcpy(ret->octets + head_len, counter->body, counter->body_len);
}

/* A kiosk with an event, a key and an opening of its own, whose batches name receipts of before. */
static void make_kiosk(struct request ret[BATCHES])
{
	static struct counter counter;
	const uint32_t number = ++n_kiosks;
	const struct hash key = sha256(&number, sizeof(number));

	memcpy(world.manifest.event.b, &number, sizeof(number));
	world.manifest.card = (struct public_key){{0}};
	{
		const struct secret_seed card = card_seed(&world.secret, &world.manifest.event);

		world.manifest.card = ed25519_public(&card);
	}
	world_seal_manifest(&world);
	counter_open(&world, &counter, 1, 0);
	memcpy(counter.key.b, key.b, sizeof(counter.key.b));
	memcpy(counter.grant.epoch.b, key.b, sizeof(counter.grant.epoch.b));
	counter.grant.device = ed25519_public(&counter.key);
	counter_seal_grant(&world, &counter);
	counter.batch.device = counter.grant.device;
	counter.batch.epoch = counter.grant.epoch;
	if (n_stored > 0) {
		counter.batch.has_receipt = true;
		counter.batch.receipt = key;
		random_bytes(&counter.batch.receipt_log_size,
		             sizeof(counter.batch.receipt_log_size));
		counter.batch.receipt_log_size = 1 + counter.batch.receipt_log_size % n_stored;
	}
	for (int i = 0; i < BATCHES; i++) {
		counter_add(&counter, PROJECT_PEOPLE, CHANNEL_QR, FIRST_NO, 3);
		counter_add(&counter, PROJECT_PEOPLE, CHANNEL_SMS, FIRST_YES, 1);
		counter_add(&counter, 1, CHANNEL_QR, FIRST_NO, 3);
		counter_add(&counter, 2, CHANNEL_SMS, FIRST_YES, 1);
		counter_seal(&world, &counter);
		keep_request(&ret[i], &counter);
	}
}

/* --- sending --- */

static void connect_line(struct line *l)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	                              .sin_port = htons((uint16_t)program.port),
	                              .sin_addr = {htonl(INADDR_LOOPBACK)}};

	l->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (l->fd < 0 || connect(l->fd, (struct sockaddr *)(void *)&address, sizeof(address)) < 0)
		die("no connection to collectord");
}

static void send_next(struct line *l)
{
	if (write(l->fd, l->next->octets, l->next->len) != (ssize_t)l->next->len)
		die("a request was not taken whole");
	l->got = 0;
}

/* Whether the answer is whole; it has to be "stored". */
static bool take_answer(struct line *l)
{
	ssize_t n = read(l->fd, l->answer + l->got, sizeof(l->answer) - 1 - l->got);
	char *end, *length;

	if (n <= 0)
		die("collectord hung up");
	l->got += (size_t)n;
	l->answer[l->got] = '\0';
	end = strstr(l->answer, "\r\n\r\n");
	if (end == NULL)
		return false;
	if (strncmp(l->answer, "HTTP/1.1 201 ", 13) != 0)
		die(l->answer);
	length = strcasestr(l->answer, "\r\nContent-Length: ");
	if (length == NULL || length > end)
		die("an answer without a length");
	return l->got >= (size_t)(end + 4 - l->answer) + strtoul(length + 18, NULL, 10);
}

/* The first kiosks, over so many connections. Answers a second. */
static double post_round(unsigned n_kiosk, unsigned n_lines)
{
	struct pollfd poll_fd[WAITING];
	unsigned begun = 0, open = 0;
	const double start = now_s();

	for (unsigned i = 0; i < n_lines; i++, begun++, open++) {
		line[i].next = request[begun];
		line[i].end = request[begun] + BATCHES;
		poll_fd[i] = (struct pollfd){.fd = line[i].fd, .events = POLLIN};
		send_next(&line[i]);
	}
	while (open > 0) {
		if (poll(poll_fd, n_lines, 30000) <= 0)
			die("collectord does not answer");
		for (unsigned i = 0; i < n_lines; i++) {
			if (!(poll_fd[i].revents & (POLLIN | POLLHUP | POLLERR)) ||
			    !take_answer(&line[i]))
				continue;
			n_stored++;
			line[i].next++;
			if (line[i].next == line[i].end && begun < n_kiosk) {
				line[i].next = request[begun];
				line[i].end = request[begun++] + BATCHES;
			}
			if (line[i].next < line[i].end) {
				send_next(&line[i]);
			} else {
				poll_fd[i].fd = -1;
				open--;
			}
		}
	}
	return n_kiosk * BATCHES / (now_s() - start);
}

static double processor_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double verify_round(void)
{
	static const uint8_t message[400] = {1};
	const struct secret_seed seed = world_seed('y');
	const struct signing_key signer = signing_key_of(&seed);
	const struct public_key key = signer.public;
	uint8_t signature[64];
	const double start = now_s(), processor_start = processor_s();

	ed25519_sign_by(&signer, message, sizeof(message), signature);
	for (int i = 0; i < VERIFIES; i++)
		if (!ed25519_verify(&key, message, sizeof(message), signature))
			die("a good signature was refused");
	n_verified += VERIFIES;
	verified_processor_s += processor_s() - processor_start;
	return VERIFIES / (now_s() - start);
}

/* --- the table --- */

static void row(const char *what, double value, const char *yardstick, double yardstick_value)
{
	(void)printf("{\"what\":\"%s: %.2f x\",\"value\":%.1f,\"unit\":\"/s\","
	             "\"yardstick\":\"%s\",\"yardstick_value\":%.1f,"
	             "\"target\":\">= 0.25 x the yardstick\",\"met\":%s}\n",
	             what, value / yardstick_value, value, yardstick, yardstick_value,
	             value >= 0.25 * yardstick_value ? "true" : "false");
}

/* Killed, not stopped: what was answered for is in the store. */
static void check_durable(void)
{
	struct merkle_frontier log;
	struct rusage used;
	double used_s, stored, verified;

	(void)kill(program.pid, SIGKILL);
	(void)wait4(program.pid, NULL, 0, &used);
	used_s = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	         (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	stored = (double)n_stored / used_s;
	verified = (double)n_verified / verified_processor_s;
	row("the same in a second of its processor time", stored,
	    "Ed25519 signatures verified in a second of processor time", verified);
	world_restart(&world);
	if (store_log(collector_store(world.collector), &log) != 0 || log.size != n_stored)
		die("what was answered for is not in the store");
}

static void measure(void)
{
	double stored_s = 0, verify_s = 0, alone, stored, verified;

	for (int round = 0; round <= ROUNDS; round++) {
		for (int i = 0; i < KIOSKS; i++)
			make_kiosk(request[i]);
		verified = verify_round();
		stored = post_round(KIOSKS, WAITING);
		(void)fprintf(stderr, "round %d: %.0f stored, %.0f verified a second\n", round,
		              stored, verified);
		if (round == 0)
			continue; /* fills the log */
		stored_s += 1 / stored;
		verify_s += 1 / verified;
	}
	for (int i = 0; i < ALONE; i++)
		make_kiosk(request[i]);
	alone = post_round(ALONE, 1);
	stored = ROUNDS / stored_s;
	verified = ROUNDS / verify_s;
	row("batches collectord accepts durably, 240 kiosks waiting", stored,
	    "Ed25519 signatures one core verifies, per second", verified);
	check_durable();
	(void)printf("{\"what\":\"batches collectord accepts durably, one at a time\","
	             "\"value\":%.1f,\"unit\":\"/s\",\"yardstick\":null,\"yardstick_value\":null,"
	             "\"target\":null,\"met\":null}\n",
	             alone);
}

int main(void)
{
	world_init(&world);
	collector_close(world.collector);
	world.collector = NULL;
	program_configure(&program, &world, "127.0.0.1:0", "");
	program_start(&program);
	for (int i = 0; i < WAITING; i++)
		connect_line(&line[i]);
	measure();
	for (int i = 0; i < KIOSKS; i++)
		for (int j = 0; j < BATCHES; j++)
			free(request[i][j].octets);
	program_remove_files(&program);
	world_deinit(&world);
	return 0;
}

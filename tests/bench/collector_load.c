/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "collector_load.h"
#include "crypto.h"
#include "hex.h"

enum { ANSWER_MAX = 16384 + 1024 };

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

struct world load_world;
struct program load_program;
uint64_t load_stored;
static struct request request[LOAD_KIOSKS][LOAD_BATCHES];
static struct line line[LOAD_LINES];
static uint32_t n_kiosks; /* made so far */

void load_die(const char *what)
{
	(void)fprintf(stderr, "collector: %s\n", what);
	if (load_program.pid > 0)
		(void)kill(load_program.pid, SIGKILL);
	exit(1);
}

double load_now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void load_start(void)
{
	world_init(&load_world);
	collector_close(load_world.collector);
	load_world.collector = NULL;
	program_configure(&load_program, &load_world, "127.0.0.1:0", "");
	program_start(&load_program);
}

void load_end(void)
{
	for (int i = 0; i < LOAD_KIOSKS; i++)
		for (int j = 0; j < LOAD_BATCHES; j++)
			free(request[i][j].octets);
	program_remove_files(&load_program);
	world_deinit(&load_world);
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
		load_die("no memory");
	memcpy(ret->octets, head, (size_t)head_len);
	memcpy(ret->octets + head_len, counter->body, counter->body_len);
}

void load_make(unsigned kiosk, unsigned n_batches)
{
	static struct counter counter;
	const uint32_t number = ++n_kiosks;
	const struct hash key = sha256(&number, sizeof(number));

	memcpy(load_world.manifest.event.b, &number, sizeof(number));
	load_world.manifest.card = (struct public_key){{0}};
	{
		const struct secret_seed card =
		    card_seed(&load_world.secret, &load_world.manifest.event);

		load_world.manifest.card = ed25519_public(&card);
	}
	world_seal_manifest(&load_world);
	counter_open(&load_world, &counter, 1, 0);
	memcpy(counter.key.b, key.b, sizeof(counter.key.b));
	memcpy(counter.grant.epoch.b, key.b, sizeof(counter.grant.epoch.b));
	counter.grant.device = ed25519_public(&counter.key);
	counter_seal_grant(&load_world, &counter);
	counter.batch.device = counter.grant.device;
	counter.batch.epoch = counter.grant.epoch;
	if (load_stored > 0) {
		counter.batch.has_receipt = true;
		counter.batch.receipt = key;
		random_bytes(&counter.batch.receipt_log_size,
		             sizeof(counter.batch.receipt_log_size));
		counter.batch.receipt_log_size = 1 + counter.batch.receipt_log_size % load_stored;
	}
	for (unsigned i = 0; i < n_batches; i++) {
		counter_add(&counter, PROJECT_PEOPLE, CHANNEL_QR, FIRST_NO, 3);
		counter_add(&counter, PROJECT_PEOPLE, CHANNEL_SMS, FIRST_YES, 1);
		counter_add(&counter, 1, CHANNEL_QR, FIRST_NO, 3);
		counter_add(&counter, 2, CHANNEL_SMS, FIRST_YES, 1);
		counter_seal(&load_world, &counter);
		keep_request(&request[kiosk][i], &counter);
	}
}

/* --- sending --- */

int load_connect(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	                              .sin_port = htons((uint16_t)load_program.port),
	                              .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)(void *)&address, sizeof(address)) < 0)
		load_die("no connection to collectord");
	return fd;
}

void load_connect_lines(unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		line[i].fd = load_connect();
}

void load_close_lines(unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		(void)close(line[i].fd);
}

static void send_next(struct line *l)
{
	if (write(l->fd, l->next->octets, l->next->len) != (ssize_t)l->next->len)
		load_die("a request was not taken whole");
	l->got = 0;
}

/* Whether the answer is whole; it has to be "stored". */
static bool take_answer(struct line *l)
{
	ssize_t n = read(l->fd, l->answer + l->got, sizeof(l->answer) - 1 - l->got);
	char *end, *length;

	if (n <= 0)
		load_die("collectord hung up");
	l->got += (size_t)n;
	l->answer[l->got] = '\0';
	end = strstr(l->answer, "\r\n\r\n");
	if (end == NULL)
		return false;
	if (strncmp(l->answer, "HTTP/1.1 201 ", 13) != 0)
		load_die(l->answer);
	length = strcasestr(l->answer, "\r\nContent-Length: ");
	if (length == NULL || length > end)
		load_die("an answer without a length");
	return l->got >= (size_t)(end + 4 - l->answer) + strtoul(length + 18, NULL, 10);
}

double load_post(unsigned n_kiosk, unsigned n_batches, unsigned n_lines)
{
	struct pollfd poll_fd[LOAD_LINES];
	unsigned begun = 0, open = 0;
	const double start = load_now_s();

	for (unsigned i = 0; i < n_lines; i++, begun++, open++) {
		line[i].next = request[begun];
		line[i].end = request[begun] + n_batches;
		poll_fd[i] = (struct pollfd){.fd = line[i].fd, .events = POLLIN};
		send_next(&line[i]);
	}
	while (open > 0) {
		if (poll(poll_fd, n_lines, 30000) <= 0)
			load_die("collectord does not answer");
		for (unsigned i = 0; i < n_lines; i++) {
			if (!(poll_fd[i].revents & (POLLIN | POLLHUP | POLLERR)) ||
			    !take_answer(&line[i]))
				continue;
			load_stored++;
			line[i].next++;
			if (line[i].next == line[i].end && begun < n_kiosk) {
				line[i].next = request[begun];
				line[i].end = request[begun++] + n_batches;
			}
			if (line[i].next < line[i].end) {
				send_next(&line[i]);
			} else {
				poll_fd[i].fd = -1;
				open--;
			}
		}
	}
	return (double)n_kiosk * n_batches / (load_now_s() - start);
}

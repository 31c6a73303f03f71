/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Posts on their way: checked by a worker, judged by the loop, made durable together, signed by a
 * worker. In: the pieces of a body, and the whole request. Out: the collector's signed reply.
 */
#ifndef KIOSK_COLLECTORD_POSTS_H
#define KIOSK_COLLECTORD_POSTS_H

#include <systemd/sd-event.h>

#include "collector.h"
#include "crypto.h"
#include "http.h"
#include "workers.h"

struct posts {
	struct collector *collector;
	struct workers *workers;
	unsigned n_checked; /* are with the workers, on their way to be judged */
	unsigned n_judged;  /* wait for the commit */
	struct post *judged[HTTP_CONNECTIONS_MAX];
};

/* One request. */
struct post {
	struct posts *posts;
	struct http_request *request;
	struct sha256 sha; /* over a body that is too long to be kept */
	size_t body_len;   /* received */
	uint8_t body[POST_BYTES_MAX];
	enum { POST_NONE, POST_CHECK, POST_COMMIT, POST_SIGN, POST_DONE } step;
	struct work work;
	struct nonce nonce;
	bool has_nonce;
	struct delivery delivery;
	struct answer answer;
	int error;
	struct collector_reply reply;
};

enum {
	POST_DISCARD_BYTES_MAX = 1 << 20
}; /* of a body that is too long and still gets a signed answer */

/* 0 or -errno. */
int posts_init(struct posts *posts, struct collector *collector);
/* Ends the threads; before the requests are closed. */
void posts_deinit(struct posts *posts);

/* NULL: it has none that can be read. */
const struct nonce *nonce_of(const struct http_request *request, struct nonce *nonce);

void post_begin(struct post *post);
/* Kept, or, of a body that is too long, hashed. */
void post_take(struct post *post, const void *octets, size_t len);
/* Puts the request aside. */
void post_go(struct posts *posts, struct post *post, struct http_request *request);
/* The hash of a body that was too long. */
struct hash post_hash(struct post *post);

/* What the workers are done with takes its next step; then helps them. Whether anything was done. */
bool posts_work(struct posts *posts);
/* Makes durable what was judged since the last time; then it is answered for. */
void posts_commit(struct posts *posts);
/* A commit costs more than all the rest: whoever is on the way shares it. */
bool posts_wait_for_commit(const struct posts *posts);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "hex.h"
#include "posts.h"

int posts_init(struct posts *posts, struct collector *collector)
{
	posts->collector = collector;
	return workers_open(&posts->workers);
}

void posts_deinit(struct posts *posts)
{
	workers_close(posts->workers);
	posts->workers = NULL;
}

const struct nonce *nonce_of(const struct http_request *request, struct nonce *nonce)
{
	const char *text = http_header(request, "CK1-Nonce");

	return text && hex_decode(text, nonce->b, sizeof(nonce->b)) == 0 ? nonce : NULL;
}

/* --- the body --- */

void post_begin(struct post *post)
{
	post->body_len = 0;
	post->step = POST_NONE;
	post->error = 0;
}

void post_take(struct post *post, const void *octets, size_t len)
{
	if (post->body_len + len <= sizeof(post->body)) {
		memcpy(post->body + post->body_len, octets, len);
	} else {
		if (post->body_len <= sizeof(post->body)) {
			sha256_init(&post->sha);
			sha256_update(&post->sha, post->body, post->body_len);
		}
		sha256_update(&post->sha, octets, len);
	}
	post->body_len += len;
}

struct hash post_hash(struct post *post)
{
	struct hash hash;

	assert(post->body_len > sizeof(post->body));
	sha256_final(&post->sha, &hash);
	return hash;
}

/* --- the steps --- */

static struct post *post_of(struct work *work)
{
	return (struct post *)(void *)((char *)work - offsetof(struct post, work));
}

static void check_or_sign(struct work *work)
{
	struct post *post = post_of(work);

	if (post->step == POST_CHECK)
		collector_check(post->body, post->body_len, &post->delivery);
	else
		post->error = collector_sign(post->posts->collector, &post->answer, &post->reply);
}

void post_go(struct posts *posts, struct post *post, struct http_request *request)
{
	assert(post->step == POST_NONE && post->body_len <= sizeof(post->body));
	post->posts = posts;
	post->request = request;
	post->has_nonce = nonce_of(request, &post->nonce) != NULL;
	post->step = POST_CHECK;
	post->work.run = check_or_sign;
	posts->n_checked++;
	http_put_aside(request);
	workers_give(posts->workers, &post->work);
}

static void end_post(struct post *post)
{
	post->step = POST_DONE;
	http_go_on(post->request);
}

static void judge_post(struct posts *posts, struct post *post)
{
	if (posts->n_judged == 0)
		collector_group_begin(posts->collector);
	assert(posts->n_checked > 0 && posts->n_judged < HTTP_CONNECTIONS_MAX);
	post->error =
	    collector_judge(posts->collector, http_wall(http_of(post->request)),
	                    post->has_nonce ? &post->nonce : NULL, &post->delivery, &post->answer);
	post->step = POST_COMMIT;
	posts->judged[posts->n_judged++] = post;
	posts->n_checked--;
}

void posts_commit(struct posts *posts)
{
	const unsigned n = posts->n_judged;
	int r;

	if (n == 0)
		return;
	posts->n_judged = 0;
	r = collector_group_commit(posts->collector);
	for (unsigned i = 0; i < n; i++) {
		struct post *post = posts->judged[i];

		if (post->error == 0)
			post->error = r;
		if (post->error < 0) {
			end_post(post);
		} else {
			post->step = POST_SIGN;
			workers_give(posts->workers, &post->work);
		}
	}
}

bool posts_work(struct posts *posts)
{
	struct work *work;
	bool worked = false;

	while ((work = workers_take(posts->workers)) != NULL) {
		struct post *post = post_of(work);

		worked = true;
		if (post->step == POST_CHECK)
			judge_post(posts, post);
		else
			end_post(post);
	}
	return workers_help(posts->workers) || worked;
}

bool posts_wait_for_commit(const struct posts *posts)
{
	return posts->n_judged > 0 && posts->n_checked == 0;
}

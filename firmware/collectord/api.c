/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api.h"
#include "clock.h"
#include "hex.h"
#include "kept_totals.h"
#include "log.h"
#include "posts.h"

/* What a request may need. */
struct call {
	struct post post;
	struct totals_reader reader;
};

struct api {
	struct http *http;
	struct http_settings settings;
	struct collector *collector;
	sd_event *event;
	sd_event_source *done, *team_due, *everybody_due;
	struct posts posts;
	struct kept_totals team, everybody;
	struct collector_reply reply;
};

#define TOO_LONG "The delivery is longer than 16384 octets, the most a kiosk sends."

/* --- answers --- */

/* An unsigned "later": no kiosk takes it for an answer. */
static int say_later(struct api *api, struct http_request *request, int error)
{
	const char *sentence =
	    error == -ENOSPC
	        ? "The collector has no room on its disk. Nothing was stored; try later."
	        : "The collector cannot work just now. Nothing was answered for; try later.";

	log_error("a request was put off: %s", strerror(-error));
	if (error == -EIO)
		(void)sd_event_exit(api->event, error);
	return http_say_later(request, sentence, 60);
}

static int give_reply(struct api *api, struct http_request *request, int error,
                      const struct collector_reply *reply)
{
	if (error < 0)
		return say_later(api, request, error);
	return http_answer(request, reply->status, "application/cbor", reply->bytes, reply->len);
}

static int give(struct api *api, struct http_request *request, int error)
{
	return give_reply(api, request, error, &api->reply);
}

/* --- routes; what the others read is what is durable --- */

static int post_batch(void *context, struct http_request *request)
{
	struct api *api = context;
	struct post *post = &((struct call *)http_memory(request))->post;
	struct nonce nonce;
	struct hash subject;

	if (post->step == POST_DONE)
		return give_reply(api, request, post->error, &post->reply);
	if (post->body_len <= sizeof(post->body)) {
		post_go(&api->posts, post, request);
		return 0;
	}
	subject = post_hash(post);
	return give(api, request,
	            collector_refuse(api->collector, nonce_of(request, &nonce), &subject,
	                             ANSWER_TOO_LARGE, TOO_LONG, &api->reply));
}

static int get_head(void *context, struct http_request *request)
{
	struct api *api = context;
	struct epoch_id epoch;
	struct nonce nonce;

	if (hex_decode(http_part(request), epoch.b, sizeof(epoch.b)) != 0)
		return http_say(
		    request, 404,
		    "That is not the name of an opening: it has 32 hexadecimal digits.");
	posts_commit(&api->posts);
	return give(api, request,
	            collector_head(api->collector, nonce_of(request, &nonce), &epoch, &api->reply));
}

static int get_log_head(void *context, struct http_request *request)
{
	struct api *api = context;
	struct nonce nonce;

	if (!nonce_of(request, &nonce))
		return http_say(request, 400,
		                "The request has no header CK1-Nonce of 32 hexadecimal digits.");
	posts_commit(&api->posts);
	return give(api, request,
	            collector_log_head(api->collector, http_wall(api->http), &nonce, &api->reply));
}

/* A decimal number of up to 18 digits in the query. */
static bool read_number(const struct http_request *request, const char *name, uint64_t *ret)
{
	const char *text = http_argument(request, name);
	const size_t len = text ? strlen(text) : 0;

	if (len == 0 || len > 18 || strspn(text, "0123456789") != len)
		return false;
	*ret = strtoull(text, NULL, 10);
	return true;
}

static int get_log_proof(void *context, struct http_request *request)
{
	struct api *api = context;
	const char *hex = http_argument(request, "batch");
	uint64_t from = 0, size = 0;
	struct hash batch;
	int r = -EINVAL;

	posts_commit(&api->posts);
	if (read_number(request, "size", &size)) {
		if (hex && hex_decode(hex, batch.b, sizeof(batch.b)) == 0)
			r = collector_log_inclusion(api->collector, &batch, size, &api->reply);
		else if (!hex && read_number(request, "from", &from))
			r = collector_log_consistency(api->collector, from, size, &api->reply);
	}
	if (r == -EINVAL)
		return http_say(
		    request, 400,
		    "Ask for ?batch=HASH&size=N or ?from=M&size=N: a hash of 64 hexadecimal "
		    "digits, sizes of the log.");
	if (r == -ENOENT)
		return http_say(request, 404, "There is no such batch in a log of that size.");
	if (r == -ERANGE)
		return http_say(request, 400,
		                "The log has not that many batches: see /v1/log/head.");
	return give(api, request, r);
}

static int get_kept(struct api *api, struct kept_totals *kept, struct http_request *request)
{
	int r;

	posts_commit(&api->posts);
	r = kept_totals_serve(kept, &((struct call *)http_memory(request))->reader, request);
	return r < 0 ? say_later(api, request, r) : 0;
}

static int get_totals(void *context, struct http_request *request)
{
	struct api *api = context;
	const char *view = http_argument(request, "view");

	if (view && strcmp(view, "public") != 0)
		return http_say(request, 400,
		                "The only view here is public; the national team's own is at "
		                "/v1/team/totals.");
	return get_kept(api, &api->everybody, request);
}

static int get_team_totals(void *context, struct http_request *request)
{
	struct api *api = context;

	return get_kept(api, &api->team, request);
}

static const char *const proof_arguments[] = {"batch", "from", "size", NULL};
static const char *const totals_arguments[] = {"view", NULL};

/* clang-format off */
static const struct http_route routes[] = {
	{"POST", "/v1/batches",       NULL,             POST_DISCARD_BYTES_MAX, post_batch},
	{"GET",  "/v1/epochs/*/head", NULL,             0,                      get_head},
	{"GET",  "/v1/log/head",      NULL,             0,                      get_log_head},
	{"GET",  "/v1/log/proof",     proof_arguments,  0,                      get_log_proof},
	{"GET",  "/v1/totals",        totals_arguments, 0,                      get_totals},
	{"GET",  "/v1/team/totals",   NULL,             0,                      get_team_totals},
};
/* clang-format on */

/* --- the loop --- */

static void begin(void *context, struct http_request *request)
{
	struct call *call = http_memory(request);

	(void)context;
	post_begin(&call->post);
	call->reader = (struct totals_reader){0};
}

static void take(void *context, struct http_request *request, const void *octets, size_t len)
{
	(void)context;
	post_take(&((struct call *)http_memory(request))->post, octets, len);
}

static bool work_kept(struct api *api, struct kept_totals *kept, sd_event_source *source)
{
	uint64_t due_us;

	if (!kept_totals_due(kept, &due_us))
		return false;
	if (due_us > clock_mono().us) {
		(void)sd_event_source_set_time(source, due_us);
		(void)sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
		return false;
	}
	posts_commit(&api->posts);
	return kept_totals_work(kept, api->http);
}

static bool work(void *context, bool idle)
{
	struct api *api = context;

	/* Also while posts come without an end: it is due seldom enough. */
	if (work_kept(api, &api->team, api->team_due) ||
	    work_kept(api, &api->everybody, api->everybody_due) || posts_work(&api->posts))
		return true;
	if (!idle || !posts_wait_for_commit(&api->posts))
		return false;
	posts_commit(&api->posts);
	return true;
}

static int on_done(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct api *api = context;

	(void)source;
	(void)fd;
	(void)events;
	return http_turn(api->http);
}

static int on_due(sd_event_source *source, uint64_t us, void *context)
{
	struct api *api = context;

	(void)source;
	(void)us;
	return http_turn(api->http);
}

/* --- opening --- */

/* The clock of clock_mono(). */
static int add_due(struct api *api, sd_event_source **ret)
{
	int r = sd_event_add_time(api->event, ret, CLOCK_BOOTTIME, 0, 1000, on_due, api);

	return r < 0 ? r : sd_event_source_set_enabled(*ret, SD_EVENT_OFF);
}

static int watch(struct api *api)
{
	int r = sd_event_add_io(api->event, &api->done, workers_fd(api->posts.workers), EPOLLIN,
	                        on_done, api);

	if (r >= 0)
		r = add_due(api, &api->team_due);
	if (r >= 0)
		r = add_due(api, &api->everybody_due);
	return r < 0 ? r : 0;
}

int api_open(const struct http_door *door, struct collector *collector, const char *folder,
             const struct totals_settings *totals, sd_event *event, struct api **ret)
{
	struct api *api = calloc(1, sizeof(*api));
	int r;

	if (!api) {
		(void)close(door->fd);
		return -ENOMEM;
	}
	api->collector = collector;
	api->event = event;
	kept_totals_init(&api->team, collector_store(collector), folder, totals, TOTALS_TEAM);
	kept_totals_init(&api->everybody, collector_store(collector), folder, totals,
	                 TOTALS_PUBLIC);
	api->settings = (struct http_settings){
	    .route = routes,
	    .n_routes = sizeof(routes) / sizeof(routes[0]),
	    .nothing_here =
	        "There is nothing here. Kiosks send to /v1/batches; totals are at /v1/totals.",
	    .body_too_long = TOO_LONG,
	    .request_memory_bytes = sizeof(struct call),
	    .context = api,
	    .begin = begin,
	    .take = take,
	    .work = work,
	};
	r = posts_init(&api->posts, collector);
	if (r == 0)
		r = watch(api);
	if (r < 0)
		(void)close(door->fd);
	else
		r = http_open(door, &api->settings, event, &api->http);
	if (r < 0) {
		api_close(api);
		return r;
	}
	*ret = api;
	return 0;
}

void api_close(struct api *api)
{
	if (!api)
		return;
	(void)sd_event_source_disable_unref(api->done);
	(void)sd_event_source_disable_unref(api->team_due);
	(void)sd_event_source_disable_unref(api->everybody_due);
	posts_deinit(&api->posts);
	http_close(api->http);
	kept_totals_deinit(&api->team);
	kept_totals_deinit(&api->everybody);
	free(api);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The bodies of HTTP: arrays of whole messages, in the one form of deterministic CBOR. */
#include "crypto.h"
#include "message.h"
#include "reader.h"
#include "writer.h"

struct hash message_hash(const uint8_t *message, size_t len)
{
	return sha256(message, len);
}

struct hash head_subject(const struct epoch_id *epoch)
{
	return sha256(epoch->b, sizeof(epoch->b));
}

static void post_write(struct writer *writer, const struct post_view *post)
{
	write_array(writer, 4);
	write_octets(writer, post->batch, post->batch_len);
	write_octets(writer, post->grant, post->grant_len);
	write_octets(writer, post->manifest, post->manifest_len);
	write_octets(writer, post->hub_cert, post->hub_cert_len);
}

int post_split(const uint8_t *body, size_t len, struct post_view *ret)
{
	struct reader reader = reader_of(body, len);
	struct writer again = writer_against(body, len);
	struct post_view post;

	if (len > POST_BYTES_MAX)
		return WIRE_E_TOO_LONG;
	read_array(&reader, 4);
	post.batch = read_octets_view(&reader, 1, len, &post.batch_len);
	post.grant = read_octets_view(&reader, 1, len, &post.grant_len);
	post.manifest = read_octets_view(&reader, 1, len, &post.manifest_len);
	post.hub_cert = read_octets_view(&reader, 1, len, &post.hub_cert_len);
	if (!reader_done(&reader))
		return WIRE_E_SHAPE;
	post_write(&again, &post);
	if (!writer_matches(&again))
		return WIRE_E_SHAPE;
	*ret = post;
	return 0;
}

int post_join(const struct post_view *post, uint8_t *buffer, size_t size, size_t *ret_len)
{
	uint8_t body[POST_BYTES_MAX];
	struct writer writer = writer_to(body, sizeof(body));

	post_write(&writer, post);
	return writer_give(&writer, buffer, size, ret_len) ? 0 : WIRE_E_TOO_LONG;
}

enum { REPLY_BODY_BYTES_MAX = ANSWER_BYTES_MAX + COLLECTOR_CERT_BYTES_MAX + 16 };

static void reply_write(struct writer *writer, const struct reply_view *reply)
{
	write_array(writer, 2);
	write_octets(writer, reply->answer, reply->answer_len);
	write_octets(writer, reply->collector_cert, reply->collector_cert_len);
}

int reply_split(const uint8_t *body, size_t len, struct reply_view *ret)
{
	struct reader reader = reader_of(body, len);
	struct writer again = writer_against(body, len);
	struct reply_view reply;

	if (len > REPLY_BODY_BYTES_MAX)
		return WIRE_E_TOO_LONG;
	read_array(&reader, 2);
	reply.answer = read_octets_view(&reader, 1, len, &reply.answer_len);
	reply.collector_cert = read_octets_view(&reader, 1, len, &reply.collector_cert_len);
	if (!reader_done(&reader))
		return WIRE_E_SHAPE;
	reply_write(&again, &reply);
	if (!writer_matches(&again))
		return WIRE_E_SHAPE;
	*ret = reply;
	return 0;
}

int reply_join(const struct reply_view *reply, uint8_t *buffer, size_t size, size_t *ret_len)
{
	uint8_t body[REPLY_BODY_BYTES_MAX];
	struct writer writer = writer_to(body, sizeof(body));

	reply_write(&writer, reply);
	return writer_give(&writer, buffer, size, ret_len) ? 0 : WIRE_E_TOO_LONG;
}

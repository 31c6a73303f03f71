/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "bundle.h"
#include "deliveries.h"
#include "message.h"

/* What is said of it to a person; whether it is true the collector judges. */
static int look(struct deliveries *d, const struct post_view *post)
{
	if (batch_reopen(post->batch, post->batch_len, &d->delivery.batch) != 0 ||
	    manifest_reopen(post->manifest, post->manifest_len, &d->event) != 0)
		return -EBADMSG;
	d->delivery.hash = message_hash(post->batch, post->batch_len);
	d->delivery.event = d->event.name[0].s;
	return 0;
}

int delivery_read(const uint8_t *body, size_t len, struct deliveries *ret)
{
	struct post_view post;

	if (len > sizeof(ret->delivery.body) || post_split(body, len, &post) != 0)
		return -EBADMSG;
	memcpy(ret->delivery.body, body, len);
	ret->delivery.len = len;
	ret->delivery.has_receipt = false;
	return look(ret, &post);
}

static void keep(uint8_t *buffer, size_t *ret_len, const struct bundle_item *item, unsigned part)
{
	memcpy(buffer, item->part[part].octets, item->part[part].len);
	*ret_len = item->part[part].len;
}

int deliveries_item(struct deliveries *d, const uint8_t *octets, size_t len)
{
	struct bundle_item item;
	struct post_view post;
	size_t taken;

	if (bundle_read(octets, len, &item, &taken) != 0)
		return -EBADMSG;
	if (item.kind == BUNDLE_OPENING) {
		keep(d->manifest, &d->manifest_len, &item, 0);
		keep(d->hub_cert, &d->hub_cert_len, &item, 1);
		keep(d->grant, &d->grant_len, &item, 2);
	}
	if (item.kind != BUNDLE_SEALED)
		return 0;
	post = (struct post_view){
	    .batch = item.part[0].octets,
	    .batch_len = item.part[0].len,
	    .grant = d->grant,
	    .grant_len = d->grant_len,
	    .manifest = d->manifest,
	    .manifest_len = d->manifest_len,
	    .hub_cert = d->hub_cert,
	    .hub_cert_len = d->hub_cert_len,
	};
	d->delivery.has_receipt = item.part[1].len > 0;
	if (post_join(&post, d->delivery.body, sizeof(d->delivery.body), &d->delivery.len) != 0)
		return -EBADMSG;
	return look(d, &post) == 0 ? 1 : -EBADMSG;
}

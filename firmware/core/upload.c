/* SPDX-License-Identifier: Apache-2.0 */
#include "upload.h"

static struct mono_time later(struct mono_time a, struct mono_time b)
{
	return a.us > b.us ? a : b;
}

static struct mono_time after(struct mono_time from, uint64_t us)
{
	return (struct mono_time){.us = from.us + us};
}

void upload_init(struct upload *upload, const struct upload_limits *limits, uint32_t device_hash,
                 struct mono_time now)
{
	*upload = (struct upload){.limits = *limits};
	/* hash / 2^32 of the spread, without overflow for spreads of up to a day */
	upload->spread_us = (limits->first_spread_us / 1000 * device_hash >> 32) * 1000;
	upload->retry_at = after(now, upload->spread_us);
}

void upload_link(struct upload *upload, bool up, struct mono_time now)
{
	upload->failures = 0;
	upload->connected = upload->connected && up;
	if (up)
		upload->retry_at = after(now, upload->spread_us);
}

void upload_asked(struct upload *upload, struct mono_time now)
{
	upload->failures = 0;
	upload->retry_at = now;
	upload->in_interval = false;
}

void upload_failed(struct upload *upload, struct mono_time now, uint32_t random)
{
	uint64_t ceiling_us = upload->limits.base_us;

	for (uint32_t i = 0; i < upload->failures && ceiling_us < upload->limits.cap_us; i++)
		ceiling_us *= 2;
	if (ceiling_us > upload->limits.cap_us)
		ceiling_us = upload->limits.cap_us;
	if (upload->failures < UINT32_MAX)
		upload->failures++;
	upload->connected = false;
	upload->retry_at = after(now, (ceiling_us / 1000 * random >> 32) * 1000);
}

void upload_answered(struct upload *upload, struct mono_time now, uint32_t next_after_s)
{
	if (next_after_s > UPLOAD_NEXT_AFTER_S_MAX)
		next_after_s = UPLOAD_NEXT_AFTER_S_MAX;
	upload->failures = 0;
	upload->connected = true;
	upload->retry_at = now;
	upload->allowed_at = after(now, (uint64_t)next_after_s * 1000000);
}

void upload_interval(struct upload *upload, struct mono_time now)
{
	upload->in_interval = true;
	upload->interval_from = now;
}

enum upload_step upload_next(const struct upload *upload, const struct upload_work *work,
                             struct mono_time now, struct mono_time *ret_at)
{
	struct mono_time at = later(upload->retry_at, upload->allowed_at);
	enum upload_step step;

	if (work->outgoing) {
		step = UPLOAD_POST;
	} else if (work->unsealed) {
		/* The question is also how we learn that a connection exists, before bytes are
		 * frozen for good. */
		step = work->head_unknown || !upload->connected ? UPLOAD_ASK_HEAD : UPLOAD_SEAL;
		if (!work->unsealed_closed && upload->in_interval)
			at = later(at, after(upload->interval_from, upload->limits.interval_us));
	} else if (work->head_unknown) {
		step = UPLOAD_ASK_HEAD;
	} else {
		return UPLOAD_NOTHING;
	}
	if (at.us > now.us) {
		*ret_at = at;
		return UPLOAD_WAIT;
	}
	return step;
}

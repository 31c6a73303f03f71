/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When to speak to the collector, and what to say first (DESIGN.md, Trust): full-jitter back-off, a
 * first try spread over the fleet, a signed "not before" obeyed, a question for the head before
 * anything is sealed after a start, one batch in an interval while open. In: what the ledger has to
 * send, what came back, the time, random numbers. Out: the next step. A pure machine: it holds no
 * message and sends nothing.
 */
#ifndef KIOSK_CORE_UPLOAD_H
#define KIOSK_CORE_UPLOAD_H

#include <kiosk/types.h>

/* The longest that a collector is obeyed for: one that errs would else silence a kiosk for good. */
enum { UPLOAD_NEXT_AFTER_S_MAX = 24 * 60 * 60 };

struct upload_limits {
	uint64_t base_us, cap_us; /* of the back-off */
	uint64_t first_spread_us;
	uint64_t interval_us; /* between batches of an open event */
};

struct upload {
	struct upload_limits limits;
	uint64_t spread_us;          /* this device's share of the first spread */
	uint32_t failures;           /* in a row */
	struct mono_time retry_at;   /* by our own back-off */
	struct mono_time allowed_at; /* by the collector's word */
	bool connected;              /* the last exchange was a signed answer */
	bool in_interval;
	struct mono_time interval_from; /* the event's opening, or its last batch */
};

/* `device_hash`: any 32 bits of a hash of the device's key. */
void upload_init(struct upload *upload, const struct upload_limits *limits, uint32_t device_hash,
                 struct mono_time now);
/* A new link: the back-off starts afresh, spread as after a start, for a whole town's links come
 * back at once. */
void upload_link(struct upload *upload, bool up, struct mono_time now);
/* A person said `send`: at once, and a batch without waiting for the interval. */
void upload_asked(struct upload *upload, struct mono_time now);
/* No answer, or none that verifies. `random` is uniform in 32 bits; the wait is uniform in [0,
 * min(cap, base * 2^failures)]. */
void upload_failed(struct upload *upload, struct mono_time now, uint32_t random);
/* A signed answer. `next_after_s` of more than UPLOAD_NEXT_AFTER_S_MAX is that. */
void upload_answered(struct upload *upload, struct mono_time now, uint32_t next_after_s);
/*
 * An event opened, or a batch of it was sealed: the next is an interval away, so that no batch
 * holds one person's arrival and its time.
 */
void upload_interval(struct upload *upload, struct mono_time now);

struct upload_work {
	bool outgoing;        /* a frozen batch waits for its receipt */
	bool unsealed;        /* an epoch has something new, and nothing unacknowledged */
	bool unsealed_closed; /* that epoch is closed */
	bool head_unknown;    /* an epoch open when we started whose head was not asked for yet */
};

enum upload_step {
	UPLOAD_NOTHING,  /* nothing to say */
	UPLOAD_WAIT,     /* until *ret_at */
	UPLOAD_ASK_HEAD, /* of the epoch to seal, or of the open one */
	UPLOAD_SEAL,     /* then ask again */
	UPLOAD_POST,     /* the outgoing batch */
};
enum upload_step upload_next(const struct upload *upload, const struct upload_work *work,
                             struct mono_time now, struct mono_time *ret_at);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kiosk itself, between the pure decisions of core, the formats of wire and the ledger: what
 * happens when a code is held up, a text comes in, a volunteer acts, the collector answers, time
 * passes. In: messages of <kiosk/msg.h> and the time, handed down once a turn. Out: a table of
 * functions. It opens one ledger; it has no descriptor, clock, thread or process of its own, so a
 * simulation runs many of them in one process on simulated time. kioskd is the shell around one.
 *
 * A turn: kiosk_turn() with the time, then any number of inputs, then kiosk_flush() when no more
 * are ready, which makes what they changed durable in one transaction and gives the answers.
 * kiosk_run() does what the time asks for.
 */
#ifndef KIOSK_KIOSKD_KIOSK_H
#define KIOSK_KIOSKD_KIOSK_H

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "log.h"
#include "sms_decision.h"
#include "upload.h"

struct kiosk;

struct kiosk_config {
	const char *ledger_path; /* borrowed for the kiosk's life */
	struct network network;
	struct secret_seed device; /* copied into locked memory; the caller wipes its own */
	struct hash software;      /* SHA-256 of the program, for batches */
	int64_t built;             /* it is not earlier than this; 0: unknown */
	struct reply_limits replies;
	const char *own_number; /* the SIM's, E.164, borrowed; NULL or "": not known */
	uint32_t reply_deadline_ms;
	uint64_t wait_unopened_s;
	bool uplink; /* false: nothing is ever sent */
	struct upload_limits upload;
	uint64_t powered_max_ms;
};

/* Read once a turn. */
struct kiosk_time {
	struct mono_time mono;
	enum clock_source source; /* CLOCK_SOURCE_NONE: `wall` means nothing */
	int64_t wall;
	uint8_t boot_id[16];
};

struct modem_state {
	uint32_t waiting;   /* texts in its store that were not taken yet */
	int32_t signal_dbm; /* 0: unknown */
};

/* Called from within the inputs below, kiosk_flush() and kiosk_run(); must not call back into the
 * kiosk. */
struct kiosk_outputs {
	/* What a screen shows; a count in it is durable. */
	void (*view)(void *context, const struct msg_view *view);
	/* The answer to a kiosk_control() of that client. */
	void (*result)(void *context, uint64_t client, const struct msg_result *result);
	void (*verdict)(void *context, const struct msg_sms_verdict *verdict);
	/* 0, or -errno: there is no modem to sweep. */
	int (*sweep)(void *context);
	/* How that part is; NULL: all are good. */
	enum health (*health)(void *context, enum helper_kind kind);
	/* What the modem said last, for a volunteer who asks; NULL: nothing is known of one. */
	void (*modem_state)(void *context, struct modem_state *ret);
	/* Takes a request on; exactly one kiosk_http() follows for it, unless it did not return 0.
	 */
	int (*request)(void *context, const struct msg_http_request *request, const uint8_t *body,
	               size_t len);
	/* Uniform octets: secrets, names, waits. */
	void (*random)(void *context, void *buffer, size_t len);
	/* One line for the log. Holds no identity. */
	void (*note)(void *context, enum log_level level, const char *line);
	void *context;
};

/*
 * Opens the ledger and goes on with the event that was open, its SMS waiting for the card. 0; a
 * LEDGER_E_ value or -errno with what to do in `ret_sentence`: a person is needed. No room on the
 * disk is a state, not a failure.
 */
int kiosk_new(const struct kiosk_config *config, const struct kiosk_outputs *outputs,
              const struct kiosk_time *time, struct kiosk **ret, char *ret_sentence,
              size_t sentence_size);
/* Commits what waits, wipes the secrets. The epoch stays open in the ledger. NULL is fine. */
void kiosk_free(struct kiosk *kiosk);

void kiosk_turn(struct kiosk *kiosk, const struct kiosk_time *time);

/* --- inputs --- */

void kiosk_code(struct kiosk *kiosk, struct mono_time seen, const uint8_t *code, size_t len);
/* A code is held up and not read: a sign to whoever holds it, never a refusal. */
void kiosk_unread(struct kiosk *kiosk, struct mono_time seen);
void kiosk_sms(struct kiosk *kiosk, const struct msg_sms *sms);
void kiosk_sms_done(struct kiosk *kiosk, const struct msg_sms_done *done);
void kiosk_swept(struct kiosk *kiosk);
/* The modem's program went away: what it was told to do is unknown. */
void kiosk_modem_gone(struct kiosk *kiosk);
/* All of enum control but CONTROL_STATUS and CONTROL_WATCH, which the shell answers. */
void kiosk_control(struct kiosk *kiosk, uint64_t client, const struct msg_control *control);
/* The next octets of a bundle; a client asks again with the place it got, so that no check-in waits
 * for it. */
void kiosk_export(struct kiosk *kiosk, const struct msg_export *request,
                  struct msg_export_part *ret, uint8_t buffer[EXPORT_PART_BYTES_MAX],
                  size_t *ret_len);
/* Changes the last event's totals, once it is closed, by the hub's signed word. */
void kiosk_correct(struct kiosk *kiosk, const struct msg_correct *request, const uint8_t *bytes,
                   size_t len, struct msg_result *ret);
void kiosk_http(struct kiosk *kiosk, const struct msg_http_response *response, const uint8_t *body,
                size_t len);
void kiosk_link(struct kiosk *kiosk, bool up);
/* The uplink's program went away: the request it had is not answered any more. */
void kiosk_uplink_gone(struct kiosk *kiosk);

/* --- the turn's end --- */

/* Whether something waits for kiosk_flush(). */
bool kiosk_waits(const struct kiosk *kiosk);
void kiosk_flush(struct kiosk *kiosk);
/* Does what is due: ends the event, retries the ledger, speaks to the collector. */
void kiosk_run(struct kiosk *kiosk);
/* When kiosk_run() is wanted next; never later than a minute from the turn's time. */
struct mono_time kiosk_wake(const struct kiosk *kiosk);

/* Fills all but the helpers and what the modem says of itself. */
void kiosk_status(struct kiosk *kiosk, struct msg_status *ret);
/* An SHOW_NOTHING view: health changed. */
void kiosk_changed(struct kiosk *kiosk);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "crypto.h"
#include "text.h"
#include "verify.h"

__attribute__((format(printf, 3, 4))) static bool refuse(struct refusal *ret, uint16_t status,
                                                         const char *format, ...)
{
	char text[4 * REASON_BYTES_MAX];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	*ret = (struct refusal){.status = status};
	text_copy(ret->reason, sizeof(ret->reason), text);
	return false;
}

static bool same_hash(const struct hash *a, const struct hash *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

/* --- size, shape, key, signature, payload --- */

struct outer {
	struct sign1_view batch, grant;
	int batch_error, grant_error; /* 0 or WIRE_E_ALGORITHM */
};

/* The four parts have the outer shape of signed messages; what they say and who signed them comes
 * later. */
static bool check_outer(const struct post_view *post, struct outer *outer, struct refusal *ret)
{
	struct sign1_view unused;
	const struct {
		const char *name;
		enum sign1_kind kind;
		const uint8_t *bytes;
		size_t len;
		struct sign1_view *view;
		int *error;
	} part[] = {
	    {"batch", SIGN1_BATCH, post->batch, post->batch_len, &outer->batch,
	     &outer->batch_error},
	    {"grant", SIGN1_GRANT, post->grant, post->grant_len, &outer->grant,
	     &outer->grant_error},
	    {"manifest", SIGN1_MANIFEST, post->manifest, post->manifest_len, &unused, NULL},
	    {"hub certificate", SIGN1_HUB_CERT, post->hub_cert, post->hub_cert_len, &unused, NULL},
	};

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		int r = sign1_split(part[i].kind, part[i].bytes, part[i].len, part[i].view);

		if (r == WIRE_E_TOO_LONG)
			return refuse(ret, ANSWER_TOO_LARGE, "The %s is longer than a %s may be.",
			              part[i].name, part[i].name);
		if (r != 0 && r != WIRE_E_ALGORITHM)
			return refuse(ret, ANSWER_BAD_REQUEST,
			              "The %s is not a signed message: %s.", part[i].name,
			              wire_strerror(r));
		if (part[i].error != NULL)
			*part[i].error = r;
	}
	return true;
}

bool verify_body(const uint8_t *body, size_t len, struct submission *s, struct refusal *ret)
{
	struct outer outer;
	int r;

	s->subject = sha256(body, len);
	if (len > POST_BYTES_MAX)
		return refuse(ret, ANSWER_TOO_LARGE, "The delivery has %zu octets; %d is the most.",
		              len, POST_BYTES_MAX);
	if (post_split(body, len, &s->post) != 0)
		return refuse(ret, ANSWER_BAD_REQUEST,
		              "This is not what a kiosk sends: a list of batch, grant, manifest "
		              "and hub certificate.");
	s->batch_hash = message_hash(s->post.batch, s->post.batch_len);
	s->grant_hash = message_hash(s->post.grant, s->post.grant_len);
	s->manifest_hash = message_hash(s->post.manifest, s->post.manifest_len);
	s->hub_cert_hash = message_hash(s->post.hub_cert, s->post.hub_cert_len);
	if (!check_outer(&s->post, &outer, ret))
		return false;
	if (outer.grant_error != 0 || outer.batch_error != 0)
		return refuse(ret, ANSWER_BAD_SIGNATURE,
		              "The %s is not signed the way this network signs.",
		              outer.grant_error != 0 ? "grant" : "batch");
	if (grant_parse(outer.grant.payload, outer.grant.payload_len, &s->grant) != 0)
		return refuse(ret, ANSWER_BAD_SIGNATURE,
		              "The grant does not name the key of a kiosk.");
	if (sign1_verify(SIGN1_BATCH, &outer.batch, &s->grant.device) != 0)
		return refuse(ret, ANSWER_BAD_SIGNATURE,
		              "The batch is not signed by the kiosk its grant names, or was "
		              "altered on its way.");
	r = batch_parse(outer.batch.payload, outer.batch.payload_len, &s->batch);
	if (r != 0)
		return refuse(ret, ANSWER_BAD_REQUEST, "The batch cannot be read: %s.",
		              wire_strerror(r));
	return true;
}

/* --- the chain of trust --- */

static bool open_hub(struct submission *s, const struct public_key *root, bool known,
                     struct refusal *ret)
{
	const struct post_view *post = &s->post;
	const int r = known ? hub_cert_reopen(post->hub_cert, post->hub_cert_len, &s->hub)
	                    : hub_cert_open(post->hub_cert, post->hub_cert_len, root, &s->hub);

	if (r != 0)
		return refuse(ret, ANSWER_NOT_TRUSTED,
		              "The hub is not certified by this network: %s.", wire_strerror(r));
	return true;
}

static bool open_manifest(struct submission *s, bool known, struct refusal *ret)
{
	const struct post_view *post = &s->post;
	const int r =
	    known ? manifest_reopen(post->manifest, post->manifest_len, &s->manifest)
	          : manifest_open(post->manifest, post->manifest_len, &s->hub.hub, &s->manifest);

	if (r != 0)
		return refuse(ret, ANSWER_NOT_TRUSTED, "The event is not signed by its hub: %s.",
		              wire_strerror(r));
	return true;
}

/* The certificate has to cover the meeting, not today: a batch may arrive long after both. */
static bool check_window(struct submission *s, struct refusal *ret)
{
	if (manifest_occurrence(&s->manifest, s->grant.occurrence, &s->start, &s->end) != 0)
		return refuse(ret, ANSWER_NOT_TRUSTED, "The event has no meeting number %u.",
		              s->grant.occurrence + 1U);
	if (s->hub.not_before > s->start || s->hub.not_after < s->end)
		return refuse(
		    ret, ANSWER_NOT_TRUSTED,
		    "The hub's certificate was not valid on the day of the meeting: no kiosk "
		    "opens such an event.");
	return true;
}

bool verify_chain(struct submission *s, const struct public_key *root,
                  const struct chain_known *known, struct refusal *ret)
{
	struct grant grant;

	if (!open_hub(s, root, known->hub_cert, ret) || !open_manifest(s, known->manifest, ret))
		return false;
	if (!same_hash(&s->grant.manifest, &s->manifest_hash))
		return refuse(ret, ANSWER_NOT_TRUSTED,
		              "The grant is for another event than the one sent with it.");
	if (!known->grant &&
	    grant_open(s->post.grant, s->post.grant_len, &s->manifest.card, &grant) != 0)
		return refuse(ret, ANSWER_NOT_TRUSTED,
		              "The grant is not signed with the card of the event.");
	if (memcmp(s->batch.device.b, s->grant.device.b, sizeof(s->batch.device.b)) != 0)
		return refuse(ret, ANSWER_NOT_TRUSTED,
		              "The batch names another kiosk than its grant.");
	if (memcmp(s->batch.epoch.b, s->grant.epoch.b, sizeof(s->batch.epoch.b)) != 0)
		return refuse(ret, ANSWER_NOT_TRUSTED,
		              "The batch belongs to another opening than its grant.");
	return check_window(s, ret);
}

/* --- order --- */

bool verify_order(const struct submission *s, const struct epoch_known *epoch, struct refusal *ret)
{
	const struct batch *batch = &s->batch;
	const struct hash *before = epoch->known ? &epoch->head_hash : &s->grant_hash;

	if (epoch->known &&
	    (memcmp(epoch->device.b, batch->device.b, sizeof(batch->device.b)) != 0 ||
	     !same_hash(&epoch->grant, &s->grant_hash)))
		return refuse(ret, ANSWER_NOT_TRUSTED, "This opening began with another grant.");
	if (epoch->known && batch->seq <= epoch->head_seq) {
		refuse(ret, ANSWER_CONFLICT,
		       "Another batch number %u of this opening is stored: a copy of this kiosk's "
		       "disk may be in use. "
		       "Show the event card to go on with a new opening.",
		       batch->seq);
		ret->fork = true;
		return false;
	}
	if (epoch->known && epoch->fork_seq != 0)
		return refuse(ret, ANSWER_CONFLICT,
		              "This opening is frozen since two different batches number %u "
		              "arrived. Show the event card to go "
		              "on with a new opening.",
		              epoch->fork_seq);
	if (batch->seq > epoch->head_seq + 1U)
		return refuse(ret, ANSWER_GAP,
		              "Batch number %u comes too early: number %u is missing.", batch->seq,
		              epoch->head_seq + 1U);
	if (!same_hash(&batch->prev, before))
		return refuse(ret, ANSWER_CONFLICT,
		              "Batch number %u does not follow what is stored before it.",
		              batch->seq);
	return true;
}

/* --- sums --- */

static int row_order(const struct batch_row *a, const struct batch_row *b)
{
	if (a->project != b->project)
		return a->project < b->project ? -1 : 1;
	if (a->channel != b->channel)
		return a->channel < b->channel ? -1 : 1;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return 0;
}

/* Every row of `before` is in `now`, no smaller. Both are sorted and unique. */
static bool rows_grew(const struct batch *before, const struct batch *now, struct refusal *ret)
{
	uint16_t j = 0;

	for (uint16_t i = 0; i < before->n_rows; i++) {
		const struct batch_row *old = &before->row[i];

		while (j < now->n_rows && row_order(&now->row[j], old) < 0)
			j++;
		if (j == now->n_rows || row_order(&now->row[j], old) != 0)
			return refuse(
			    ret, ANSWER_DOES_NOT_ADD_UP,
			    "A line of project %u that was in the batch before is missing.",
			    old->project);
		if (now->row[j].added < old->added || now->row[j].revoked < old->revoked)
			return refuse(ret, ANSWER_DOES_NOT_ADD_UP,
			              "A total of project %u became smaller: totals only grow.",
			              old->project);
	}
	return true;
}

static bool rows_add_up(const struct batch *batch, struct refusal *ret)
{
	uint64_t leaves = 0;

	for (uint16_t i = 0; i < batch->n_rows; i++) {
		const struct batch_row *row = &batch->row[i];

		if (row->revoked > row->added)
			return refuse(ret, ANSWER_DOES_NOT_ADD_UP,
			              "Project %u: more was taken back than counted.",
			              row->project);
		leaves += (uint64_t)row->added + row->revoked;
	}
	if (leaves != batch->log_size)
		return refuse(ret, ANSWER_DOES_NOT_ADD_UP,
		              "The lines add up to %llu, the kiosk's log has %llu.",
		              (unsigned long long)leaves, (unsigned long long)batch->log_size);
	return true;
}

/* A headcount taken after the close: the same totals again, and it. */
static bool only_adds_headcount(const struct batch *batch, const struct batch *head)
{
	return batch->state == EPOCH_CLOSED && head->state == EPOCH_CLOSED &&
	       batch->log_size == head->log_size && batch->headcount_len > 0;
}

/* open -> closed -> corrected -> corrected, never back. */
static bool check_state(const struct batch *batch, const struct epoch_known *epoch,
                        struct refusal *ret)
{
	bool was_closed = epoch->known && epoch->head.state != EPOCH_OPEN;

	if (was_closed && batch->state != EPOCH_CORRECTED &&
	    !only_adds_headcount(batch, &epoch->head))
		return refuse(ret, ANSWER_DOES_NOT_ADD_UP,
		              "This opening is closed: only a headcount, or a correction with the "
		              "hub's reason, "
		              "may follow.");
	if (!was_closed && batch->state == EPOCH_CORRECTED)
		return refuse(ret, ANSWER_DOES_NOT_ADD_UP,
		              "Only a closed opening can be corrected.");
	return true;
}

static bool check_enclosed(const struct submission *s, struct refusal *ret)
{
	const struct batch *batch = &s->batch;
	struct headcount headcount;
	struct correction correction;

	if (batch->headcount_len > 0) {
		if (headcount_open(batch->headcount, batch->headcount_len, &s->manifest.card,
		                   &headcount) != 0)
			return refuse(ret, ANSWER_DOES_NOT_ADD_UP,
			              "The headcount is not signed with the card of the event.");
		if (memcmp(headcount.epoch.b, batch->epoch.b, sizeof(batch->epoch.b)) != 0)
			return refuse(ret, ANSWER_DOES_NOT_ADD_UP,
			              "The headcount is of another opening.");
	}
	if (batch->correction_len == 0)
		return true;
	if (correction_open(batch->correction, batch->correction_len, &s->hub.hub, &correction) !=
	    0)
		return refuse(ret, ANSWER_DOES_NOT_ADD_UP,
		              "The correction is not signed by the hub.");
	if (memcmp(correction.epoch.b, batch->epoch.b, sizeof(batch->epoch.b)) != 0 ||
	    correction.seq != batch->seq)
		return refuse(ret, ANSWER_DOES_NOT_ADD_UP, "The correction is for another batch.");
	return true;
}

bool verify_sums(const struct submission *s, const struct epoch_known *epoch, struct refusal *ret)
{
	const struct batch *batch = &s->batch;

	if (!rows_add_up(batch, ret))
		return false;
	if (epoch->known && !rows_grew(&epoch->head, batch, ret))
		return false;
	if (epoch->known && epoch->head.log_size == batch->log_size &&
	    !same_hash(&epoch->head.log_root, &batch->log_root))
		return refuse(ret, ANSWER_DOES_NOT_ADD_UP,
		              "The kiosk's log was rewritten without growing.");
	return check_state(batch, epoch, ret) && check_enclosed(s, ret);
}

/* --- what does not fit --- */

uint64_t batch_net(const struct batch *batch, uint16_t project)
{
	uint64_t added = 0, revoked = 0;

	for (uint16_t i = 0; i < batch->n_rows; i++) {
		if (batch->row[i].project != project)
			continue;
		added += batch->row[i].added;
		revoked += batch->row[i].revoked;
	}
	return added > revoked ? added - revoked : 0;
}

static bool hold(char held[REASON_BYTES_MAX + 1], const char *text)
{
	text_copy(held, REASON_BYTES_MAX + 1, text);
	return false;
}

static bool fits_window(const struct submission *s, const struct manifest *manifest, char *held)
{
	const struct batch *batch = &s->batch;
	int64_t slack =
	    HELD_SLACK_S + (int64_t)manifest->grace_s + (int64_t)batch->clock_uncertainty_s;

	if (!batch->has_wall)
		return true;
	if (batch->wall < s->start - slack)
		return hold(held,
		            "Held: by its clock the kiosk counted before the meeting's day. If "
		            "that was the day, the hub can issue the event again with it: "
		            "kioskctl event amend --start.");
	if (batch->wall > s->end + slack + (batch->state == EPOCH_OPEN ? 0 : HELD_LATE_S))
		return hold(held,
		            "Held: by its clock the kiosk counted long after the meeting. If that "
		            "was the day, the hub can issue the event again with it: kioskctl "
		            "event amend --start.");
	return true;
}

/* Whoever photographs a card can count with it: of more kiosks than were planned the hub has to say
 * which were its own. */
static bool fits_kiosks(const struct manifest *manifest, const struct occurrence_known *others,
                        char *held)
{
	char text[4 * REASON_BYTES_MAX];

	if (others->listed && !others->own)
		return hold(held,
		            "Held: the hub has named its own kiosks at this meeting, and this "
		            "is not one. It can name them again: kioskctl event kiosk.");
	if (!others->listed && others->devices >= manifest->kiosks_max) {
		snprintf(text, sizeof(text),
		         HELD_OVERLAP
		         "more kiosks counted than the %u planned. The hub can name its "
		         "own (kioskctl event kiosk) or allow more (kioskctl event "
		         "amend --kiosks-max).",
		         manifest->kiosks_max);
		return hold(held, text);
	}
	if (!others->listed && others->openings >= DEVICE_OPENINGS_MAX) {
		snprintf(text, sizeof(text),
		         HELD_OVERLAP
		         "this kiosk opened the meeting more than %d times. The hub can "
		         "say that it is its own: kioskctl event kiosk.",
		         DEVICE_OPENINGS_MAX);
		return hold(held, text);
	}
	return true;
}

bool verify_fit(const struct submission *s, const struct manifest *manifest,
                const struct occurrence_known *others, char held[REASON_BYTES_MAX + 1])
{
	const struct batch *batch = &s->batch;
	uint64_t people = batch_net(batch, PROJECT_PEOPLE);
	char text[4 * REASON_BYTES_MAX];

	for (uint16_t i = 0; i < batch->n_rows; i++) {
		if (batch->row[i].project == PROJECT_PEOPLE ||
		    manifest_project_index(manifest, batch->row[i].project) >= 0)
			continue;
		snprintf(text, sizeof(text),
		         "Held: project %u is not in the event's list. The hub can issue the event "
		         "again with it: kioskctl event amend --project.",
		         batch->row[i].project);
		return hold(held, text);
	}
	if (!fits_window(s, manifest, held))
		return false;
	if (batch->log_size > 0 && !fits_kiosks(manifest, others, held))
		return false;
	if (people + others->people > manifest_people_max(manifest)) {
		snprintf(text, sizeof(text),
		         "Held: %llu people at this meeting, %llu were held possible. The hub can "
		         "issue the event again with a higher limit: kioskctl event amend "
		         "--people-max.",
		         (unsigned long long)(people + others->people),
		         (unsigned long long)manifest_people_max(manifest));
		return hold(held, text);
	}
	held[0] = '\0';
	return true;
}

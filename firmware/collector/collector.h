/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector: receives what kiosks signed, checks it (verify.h), keeps it (store.h), and answers
 * with its own signature. In: the octets of a request, its nonce, the time. Out: the octets of the
 * answer, to be sent as they are. It touches its store and nothing else: no socket, no clock, so
 * that a simulation can run many kiosks against it in one process. http.c is the shell that puts it
 * on a port.
 *
 * Sources: DESIGN.md, Trust; RFC 9162, sections 2.1.3 and 2.1.4, for the log and its proofs.
 */
#ifndef KIOSK_COLLECTORD_COLLECTOR_H
#define KIOSK_COLLECTORD_COLLECTOR_H

#include "verify.h"

struct collector;
struct store;

struct collector_settings {
	const char *database;   /* path of the store */
	const char *mark;       /* path of a file that says there is one; NULL: none is kept */
	struct public_key root; /* the network's; all else is learned from what it signed */
	struct secret_seed key; /* signs receipts and answers */
	const uint8_t *cert;    /* the root's word for that key, a whole signed message */
	size_t cert_len;
	uint32_t next_after_s; /* kiosks wait at least so long before they send again; 0 */
};

/* A whole HTTP body, [answer, collector certificate], and the status it goes with. */
struct collector_reply {
	uint16_t status; /* enum answer_status */
	size_t len;
	uint8_t bytes[ANSWER_BYTES_MAX + COLLECTOR_CERT_BYTES_MAX + 16];
};

/*
 * Opens the store and checks it against what was last signed. crypto_init() comes first.
 * 0, or -errno and `sentence` says what is wrong and what to do.
 */
int collector_open(const struct collector_settings *settings, struct collector **ret,
                   char *sentence, size_t sentence_size);

/*
 * Reads everything stored again, as collector_open() does, and holds it against what was signed:
 * hashes, the log, receipts, each opening's head with its signature. `all_signatures`: those of
 * every batch, grant and receipt too. 0; -EINVAL and a sentence: the database is damaged; or
 * -errno.
 */
struct collector_contents {
	uint64_t hub_certs, issues, openings, batches;
};
int collector_recheck(struct collector *collector, bool all_signatures,
                      struct collector_contents *ret, char *sentence, size_t sentence_size);

/* 0 while the database's files are those that were opened; else -EIO, told to the log, and nothing
 * more is taken. */
int collector_look(const struct collector *collector);
void collector_close(struct collector *collector); /* NULL is fine */

/*
 * POST /v1/batches: judges `body` in the order of verify.h; what is accepted is durable when this
 * returns. `nonce` is the request's, NULL if it had none that can be read: refused, signed all the
 * same. A batch stored before gets the receipt it got then, octet for octet. 0 and a reply;
 * -ENOSPC, -EIO (nothing more is accepted: stop) or other -errno and no reply: say "try again
 * later", unsigned, which a kiosk does not take for an answer.
 */
int collector_post(struct collector *collector, struct wall_time now, const struct nonce *nonce,
                   const uint8_t *body, size_t len, struct collector_reply *ret);

/*
 * The same in three steps. The first and the last are pure and may run on any thread, beside
 * whatever else the collector does; the body has to last until the second.
 */
struct delivery {
	size_t len;
	struct submission submission;
	struct refusal refusal; /* status 0: none so far */
};
void collector_check(const uint8_t *body, size_t len, struct delivery *ret);
int collector_judge(struct collector *collector, struct wall_time now, const struct nonce *nonce,
                    const struct delivery *delivery, struct answer *ret);
int collector_sign(const struct collector *collector, const struct answer *answer,
                   struct collector_reply *ret); /* 0 or -EPROTO */

/*
 * Posts that wait may share one transaction: a reply to a post between these two holds, and may be
 * sent, only once the second returned 0. If it did not, none of the group's posts happened; the
 * error is as above. Only collector_post() and collector_judge() in between.
 */
void collector_group_begin(struct collector *collector);
int collector_group_commit(struct collector *collector);

/* GET /v1/epochs/<epoch>/head: 200 with the head or 404. Return values as above. */
int collector_head(struct collector *collector, const struct nonce *nonce,
                   const struct epoch_id *epoch, struct collector_reply *ret);

/*
 * GET /v1/log/head: the log as it is now, signed with the request's nonce; the reply's body is
 * [log head, collector certificate]. GET /v1/log/proof: that a batch is among the first `size` of
 * the log, or that the log of `size` extends that of `from`; unsigned, for it is held against
 * signed roots. 0; -ENOENT: no such batch there; -ERANGE: not 0 < from <= size <= the log's size.
 * Other return values as above.
 */
int collector_log_head(struct collector *collector, struct wall_time now, const struct nonce *nonce,
                       struct collector_reply *ret);
int collector_log_inclusion(struct collector *collector, const struct hash *batch, uint64_t size,
                            struct collector_reply *ret);
int collector_log_consistency(struct collector *collector, uint64_t from, uint64_t size,
                              struct collector_reply *ret);

/*
 * Judges what is held again, by the latest issue of each event. What fits now counts from then on;
 * receipts that were given stay as they are. *ret_released: how many openings count now. 0 or
 * -errno.
 */
int collector_judge_again(struct collector *collector, unsigned *ret_released);
/*
 * Takes in a later issue of an event from its hub, as a kiosk's delivery would bring it: both are
 * whole signed messages. 0; -EINVAL with a sentence: not this network's, not that hub's; or -errno.
 */
int collector_take_issue(struct collector *collector, const uint8_t *manifest, size_t manifest_len,
                         const uint8_t *hub_cert, size_t hub_cert_len, char *sentence,
                         size_t sentence_size);

/*
 * Takes in a hub's certificate, a whole signed message: that number is this hub from now on. Where
 * it was another by name, level or region, everything of the number is judged again. 0; -EINVAL
 * with a sentence: not this network's; or -errno.
 */
int collector_take_hub(struct collector *collector, const uint8_t *hub_cert, size_t len,
                       char *sentence, size_t sentence_size);

/*
 * Takes in which kiosks were a hub's own at a meeting: its word, and its certificate, whole signed
 * messages. The others' counts of that meeting are held from then on. Return values as above.
 */
int collector_take_kiosks(struct collector *collector, const uint8_t *bytes, size_t len,
                          const uint8_t *hub_cert, size_t hub_cert_len, char *sentence,
                          size_t sentence_size);

/*
 * A signed refusal of what never became a batch: a body that is too long to be kept (413), a name
 * that is none (400). `subject` is the hash of what was asked.
 */
int collector_refuse(struct collector *collector, const struct nonce *nonce,
                     const struct hash *subject, enum answer_status status, const char *reason,
                     struct collector_reply *ret);

/* From now on nothing is taken that this hub's, card's or kiosk's key signed. What was stored
 * stays. 0 or -errno. */
int collector_revoke(struct collector *collector, struct wall_time now,
                     const struct public_key *key, const char *reason);

/* For totals. Valid as long as the collector. */
struct store *collector_store(struct collector *collector);

#endif

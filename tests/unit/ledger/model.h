/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a ledger should hold, as a plain list of adds that each stand or do not. Slow and obvious:
 * it is the judge.
 */
#ifndef TESTS_LEDGER_MODEL_H
#define TESTS_LEDGER_MODEL_H

#include "ledger.h"

struct model_add {
	int epoch;   /* index in model.epoch */
	int checkin; /* counts calls that added something */
	bool stands;
	bool has_tag;
	struct tag tag;
	uint16_t project;
	enum channel channel;
	enum first first;
};

struct model_epoch {
	struct epoch_id id;
	struct event_id event;
	uint16_t occurrence;
	uint32_t already, not_accepted;
};

struct model_sms {
	struct fingerprint fingerprint;
	enum sms_state state;
};

struct model {
	struct model_add *add;
	size_t n_adds, adds_size;
	int checkins;
	struct model_epoch epoch[64];
	int n_epochs;
	bool open; /* the last one is */
	struct model_sms sms[256];
	int n_sms;
};

void model_free(struct model *model);
struct model model_copy(const struct model *model);

void model_opening(struct model *model, const struct ledger_opening *opening);
/* The same answers as the ledger's functions of that name. */
int model_check_in(struct model *model, const struct ledger_checkin *checkin,
                   struct ledger_counted *ret);
int model_undo_last(struct model *model, enum channel *ret_channel, uint32_t *ret_people);
int model_undo_tag(struct model *model, const struct tag *tag,
                   const struct fingerprint *fingerprint, bool reply_due, uint32_t *ret_people);
void model_end(struct model *model, bool keep_tags);

uint64_t model_people(const struct model *model);

/*
 * Whether the ledger says what the model says: totals of every epoch, people, leaves, messages; and
 * its own recount. False: `why` has the first difference.
 */
bool model_agrees(const struct model *model, struct ledger *ledger, char *why, size_t size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model of people: what one disk should hold, as a plain list of arrivals that each stand or
 * not. In: what a person did at the door. Out: what the kiosk has to answer, and the totals it has
 * to have. It knows people by a number of its own and nothing of tags, leaves' hashes or SQLite.
 * Plain memory: a copy is an assignment, and so is putting an old disk back.
 */
#ifndef TESTS_SIM_MODEL_H
#define TESTS_SIM_MODEL_H

#include <kiosk/msg.h>

enum {
	MODEL_ARRIVALS_MAX = 1024,
	MODEL_EPOCHS_MAX = 32,
	MODEL_ROWS_MAX = 40,
	MODEL_TEXTS_MAX = 256,
	NOBODY = 0, /* a walk-in: no tag */
};

/* One person for one project. */
struct arrival {
	uint32_t who;
	uint32_t act; /* arrivals of one act are undone together */
	uint16_t project;
	uint8_t epoch; /* index; those of an earlier one cannot be taken back any more */
	uint8_t channel, first;
	bool gone;
};

struct model_epoch {
	struct epoch_id id;
	unsigned meeting;
	uint16_t occurrence;
	bool ended, abandoned;
	uint16_t n_rows;
	struct batch_row row[MODEL_ROWS_MAX];
};

/* Whether a text is recorded on this disk. */
enum recorded { RECORDED_NO = 0, RECORDED_YES, RECORDED_MAYBE };

struct model {
	bool open;
	unsigned n_epochs; /* the last one is the open one, or was */
	struct model_epoch epoch[MODEL_EPOCHS_MAX];
	unsigned n_arrivals; /* of the occurrence in force */
	struct arrival arrival[MODEL_ARRIVALS_MAX];
	uint32_t acts;
	uint8_t recorded[MODEL_TEXTS_MAX];
	/* Texts sent until then were dealt with in an occurrence that was closed: at least, at most
	 * (the kiosk may not know when that was). */
	int64_t dealt_least, dealt_most;
};

enum op_kind {
	OP_CODE,   /* somebody's code */
	OP_WALKIN, /* `people` by hand */
	OP_UNDO,
	OP_TEXT, /* in the window, with the card at hand */
	OP_STRAY /* never changes anything */
};

enum text_ask { ASK_CHECK_IN, ASK_UNDO, ASK_OTHER };

struct op {
	enum op_kind kind;
	uint32_t who;
	uint8_t first;
	uint8_t people; /* walk-ins; a text: 0 is no number said */
	uint8_t n_projects;
	uint16_t project[4];
	unsigned text; /* OP_TEXT: which */
	bool perhaps;  /* or it is recorded only */
	enum text_ask ask;
	/* what model_apply() says of it */
	uint32_t expect; /* enum screen_answer */
	uint32_t added;
	uint64_t people_then;
	/* how the kiosk answered */
	uint64_t key; /* a code's `seen`, a client's number, a message's id */
	bool answered, good;
};

/* Does what `op` says and fills in what has to be answered. */
void model_apply(struct model *model, struct op *op);
/* People at the meeting, over all epochs of its occurrence on this disk. */
uint64_t model_people(const struct model *model);
/* `carry`: the same occurrence goes on in a new epoch. */
void model_open(struct model *model, const struct epoch_id *id, unsigned meeting,
                uint16_t occurrence, bool carry);
/* `abandoned`: tags stay. */
void model_end(struct model *model, bool abandoned);
struct model_epoch *model_epoch(struct model *model, const struct epoch_id *id);

bool rows_same(const struct batch_row *a, uint16_t n_a, const struct batch_row *b, uint16_t n_b);
/* Whether no row of `a` is larger than in `b`. */
bool rows_within(const struct batch_row *a, uint16_t n_a, const struct batch_row *b, uint16_t n_b);
uint64_t rows_people(const struct batch_row *row, uint16_t n);

#endif

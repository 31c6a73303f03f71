/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to a ledger, act by act, for tests in which the world fails in the middle of one. */
#ifndef TESTS_LEDGER_ACTS_H
#define TESTS_LEDGER_ACTS_H

#include "fixture.h"
#include "model.h"
#include "vfs_fault.h"

struct scene {
	struct folder folder;
	struct fault_disk *disk;
	struct ledger *ledger;
	struct model model;
	struct ledger_opening opening; /* the one open, or to be opened */
	struct batch batch;            /* the last one sealed */
};

/*
 * An act, done to the ledger and, if `model` is not NULL, to it; what the ledger answered.
 * `prepare` makes what it needs.
 */
struct act {
	const char *name;
	void (*prepare)(struct scene *scene);
	int (*act)(struct scene *scene, struct model *model);
	/* 0: there; 1: not there. Asked after the reopening; NULL: the model tells. */
	int (*missing)(struct scene *scene);
	int again; /* what a second try answers once it has happened */
};

extern const struct act acts[];
extern const size_t n_acts;

/* As acts do: to the ledger or to a model. */
int act_some_check_in(struct scene *scene, struct model *model,
                      const struct ledger_checkin *checkin);
int act_undo_last(struct scene *scene, struct model *model);

/* A new disk with an empty ledger, open. */
void scene_start(struct scene *scene);
void scene_end(struct scene *scene);

#endif

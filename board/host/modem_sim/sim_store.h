/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the simulated modem holds: messages in its memories, messages the network holds back for
 * want of room, messages sent. In a file that is replaced as a whole before anything is
 * acknowledged, so that a kill loses nothing.
 */
#ifndef KIOSK_SIM_STORE_H
#define KIOSK_SIM_STORE_H

#include "sim_pdu.h"

enum { SIM_RECORDS_MAX = 20000, SIM_SLOTS_MAX = 2000 };

enum sim_place { SIM_IN_ME = 0, SIM_IN_SM = 1, SIM_HELD = 2, SIM_SENT = 3 };

struct sim_record {
	enum sim_place place;
	unsigned slot, status; /* in a memory: from 1; 27.005 clause 3.1: 0 unread, 1 read */
	char hex[SIM_HEX_MAX + 1];
};

struct sim_store {
	char path[1024];
	unsigned size[2]; /* of ME and of SM, in messages */
	struct sim_record *record;
	size_t n, room;
};

/* Reads the file if there is one. 0, -EBADMSG with the line in *ret_line, or -errno. */
int sim_store_open(struct sim_store *store, const char *path, unsigned size, unsigned *ret_line);
void sim_store_close(struct sim_store *store);
/* Writes the file. 0 or -errno. */
int sim_store_save(const struct sim_store *store);

unsigned sim_store_count(const struct sim_store *store, enum sim_place place);
/* The message at a slot; NULL: none. Number `i` (from 0) of a place. */
struct sim_record *sim_store_at(struct sim_store *store, enum sim_place place, unsigned slot);
struct sim_record *sim_store_nth(struct sim_store *store, enum sim_place place, unsigned i);
/* The network holds it. 0 or -ENOSPC. */
int sim_store_hold(struct sim_store *store, const char *hex);
/* Its slot, the lowest free one; 0: held back by the network, the memory is full; -ENOSPC: no room
 * to hold it. */
int sim_store_receive(struct sim_store *store, enum sim_place memory, const char *hex);
/* Lets the network deliver one held message, if there is room. Its slot, or 0. */
int sim_store_release(struct sim_store *store, enum sim_place memory);
int sim_store_add_sent(struct sim_store *store, const char *hex);
void sim_store_remove(struct sim_store *store, struct sim_record *record);

#endif

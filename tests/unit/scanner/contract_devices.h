/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The devices on which every scanner's driver keeps its contract (contract_test.c): twins, simulators,
 * and the kernel's own virtual ones where there are any.
 */
#ifndef TESTS_SCANNER_CONTRACT_DEVICES_H
#define TESTS_SCANNER_CONTRACT_DEVICES_H

#include <pthread.h>

#include "publish.h"
#include "scanner_drivers.h"
#include "vivid.h"

enum {
	CONTRACT_WIDTH = 64,
	CONTRACT_HEIGHT = 48,
	CONTRACT_WAIT_MS = 10000,
	CONTRACT_SEEN_MAX = 8,
};

struct libevdev_uinput;

/* What a driver told. */
struct seen {
	unsigned frames, codes, healths;
	enum health health;
	char sentence[SENTENCE_BYTES_MAX + 1];
	uint8_t level[CONTRACT_SEEN_MAX]; /* of the frames: all their pixels */
	char code[CONTRACT_SEEN_MAX][16];
};

struct world {
	const struct backend *backend;
	char folder[64], where[VIVID_PATH_SIZE];
	struct publisher publisher;
	pthread_t accepts;
	bool accepting;
	int line; /* the reader's end of a pseudo-terminal */
	struct libevdev_uinput *uinput;
	struct seen seen;
	struct scanner *scanner;
};

struct backend {
	const char *name;
	const struct scanner_driver *driver;
	bool camera;
	bool real;                  /* it shows what it likes, when it likes */
	const char *absent, *other; /* sources of nothing, and of something else; NULL: none */
	/* The device is there, world->where names it. */
	void (*plug)(struct world *world);
	/* Number `n` is held up: a frame of that level, or the code "n". NULL: it does by itself. */
	void (*give)(struct world *world, unsigned n);
	/* Something damaged comes. NULL: it cannot. */
	void (*garble)(struct world *world);
	void (*unplug)(struct world *world); /* NULL: it cannot be */
	void (*end)(struct world *world);
	const char *(*lacks)(
	    void); /* what is not there, so that it cannot be tried; NULL: nothing is */
};

extern const struct backend contract_backends[];
extern const size_t contract_backends_n;

#endif

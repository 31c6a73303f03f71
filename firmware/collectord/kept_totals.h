/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Totals as they were made last, for as long as nothing changed, a minute at most. Nobody gets older
 * ones than were durable when he asked. Making them anew takes the time of posts: where that is
 * long, whoever asks next waits until KEPT_SHARE times as long has passed, and shares what is made
 * then with all others who wait.
 *
 * They lie in files without a name in the database's folder. Two are kept at most: those of now,
 * and those of before while somebody still reads them; who reads these for KEPT_READ_S is cut off
 * when others wait for new ones.
 */
#ifndef KIOSK_COLLECTORD_KEPT_TOTALS_H
#define KIOSK_COLLECTORD_KEPT_TOTALS_H

#include "http.h"
#include "store.h"
#include "totals.h"

enum { KEPT_SHARE = 15, KEPT_S_MAX = 60, KEPT_READ_S = 10 };

/* A request that waits. */
struct totals_reader {
	struct http_request *request;
	struct totals_reader *next;
	bool has_waited;
	int error; /* why there is nothing for it */
};

struct kept_totals {
	struct store *store;
	const char *folder;
	const struct totals_settings *settings;
	enum totals_view view;
	struct http_text *now, *before;
	uint64_t changes; /* of the store, by what is kept */
	uint64_t made_us, took_us, replaced_us;
	struct totals_reader *waiting;
};

/* What it is given is the caller's, and outlives it. */
void kept_totals_init(struct kept_totals *kept, struct store *store, const char *folder,
                      const struct totals_settings *settings, enum totals_view view);
void kept_totals_deinit(struct kept_totals *kept);

/* Answers, or puts the request aside; called again behind that. Everything judged is committed. 0
 * or -errno: the totals could not be made. */
int kept_totals_serve(struct kept_totals *kept, struct totals_reader *reader,
                      struct http_request *request);

/* For those who wait: made when it is time. Everything judged is committed. Whether anything was
 * done. */
bool kept_totals_work(struct kept_totals *kept, struct http *http);
/* Whether somebody waits, and from when on kept_totals_work() has something to do. CLOCK_MONOTONIC,
 * as clock_mono(). */
bool kept_totals_due(const struct kept_totals *kept, uint64_t *ret_us);

#endif

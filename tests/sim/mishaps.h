/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What went wrong in a simulated world, by kind: counted where it happens, not where it is planned,
 * so that the table at the end of a run says what was played. In: a kind. Out: a table.
 */
#ifndef TESTS_SIM_MISHAPS_H
#define TESTS_SIM_MISHAPS_H

#include <stdbool.h>
#include <stdint.h>

/* X(name, what it says in the table) */
#define MISHAPS(X)                                                                                 \
	/* the network */                                                                          \
	X(PARTITION, "a kiosk is cut off from the network")                                        \
	X(REQUEST_LOST, "a request is lost")                                                       \
	X(REQUEST_LATE, "a request is delayed beyond the kiosk's patience")                        \
	X(REQUEST_TWICE, "a request arrives twice")                                                \
	X(REORDERED, "a request arrives behind one that was sent later")                           \
	X(ANSWER_LOST, "an answer is lost: the collector has it, the kiosk does not know")         \
	X(ANSWER_LATE, "an answer is delayed beyond the kiosk's patience")                         \
	X(ANSWER_FLIPPED, "a bit of an answer is flipped")                                         \
	X(ANSWER_CUT, "an answer is cut short")                                                    \
	X(ANSWER_OLD, "an old answer is played back")                                              \
	X(SIGN_IN_PAGE, "a sign-in page or a proxy answers")                                       \
	X(FLIPPED_BATCH, "a bit of a batch is flipped on its way")                                 \
	X(FLIPPED_GRANT, "a bit of a grant is flipped on its way")                                 \
	X(FLIPPED_MANIFEST, "a bit of a manifest is flipped on its way")                           \
	X(FLIPPED_HUB_CERT, "a bit of a hub's certificate is flipped on its way")                  \
	X(FLIPPED_FRAME, "a bit between them is flipped on its way")                               \
	X(FLIPPED_NONCE, "a bit of a request's nonce is flipped on its way")                       \
	X(FLIPPED_EPOCH, "a bit of an opening's name is flipped on its way")                       \
	/* between send and answer */                                                              \
	X(END_OF_WINDOW, "the granted window ends between send and answer")                        \
	X(END_OF_GRACE, "the window's grace ends between send and answer")                         \
	X(END_OF_HUB, "the hub's certificate ends between send and answer")                        \
	X(REVOKED_THERE, "the hub is revoked between send and arrival")                            \
	X(REVOKED_BACK, "the hub is revoked between arrival and answer")                           \
	X(REVOKED_ELSE, "a hub is revoked while nothing of it is under way")                       \
	/* a kiosk */                                                                              \
	X(STOPPED, "a kiosk is stopped and started")                                               \
	X(KILLED, "a kiosk is killed")                                                             \
	X(POWER_CUT, "a kiosk's power goes between two operations of its disk")                    \
	X(POWER_TORN, "a kiosk's power goes in the middle of an operation of its disk")            \
	X(UNACKNOWLEDGED, "a card keeps the last commit and never acknowledges it")                \
	X(DISK_ERROR, "a write or sync fails")                                                     \
	X(DISK_FULL, "a disk is full")                                                             \
	X(DISK_HOUR, "a kiosk's disk of an hour ago is put back")                                  \
	X(DISK_OLD, "a kiosk's disk of another time ago is put back")                              \
	X(DISK_CLONED, "a copy of a kiosk's disk runs beside it")                                  \
	X(CLOCK_NONE, "a kiosk has no clock")                                                      \
	X(CLOCK_AT_1970, "a kiosk's clock is at 1970")                                             \
	X(CLOCK_AT_2038, "a kiosk's clock is at 2038")                                             \
	X(CLOCK_BACK, "a kiosk's clock runs backwards")                                            \
	X(UPLINK_DIED, "the uplink program ends")                                                  \
	X(MODEM_DIED, "the modem program ends")                                                    \
	X(TEXT_TWICE, "a text is delivered or stored twice")                                       \
	X(TEXT_OLD, "a text of another day arrives")                                               \
	X(TEXT_STUCK, "the modem does not delete a text")                                          \
	X(CARD_LOST, "an event card is lost")                                                      \
	X(CARD_OTHER, "the card of another event is shown")                                        \
	/* people */                                                                               \
	X(FORGED_TICKET, "a forged ticket is shown")                                               \
	X(FORGED_BATCH, "a batch is forged with a true card")                                      \
	/* the collector */                                                                        \
	X(COLLECTOR_DOWN, "the collector goes down")                                               \
	X(COLLECTOR_CUT, "its power goes at an operation of its disk")                             \
	X(COLLECTOR_HOUR, "its disk of an hour ago is put back")

enum mishap {
#define X(name, words) MISHAP_##name,
	MISHAPS(X)
#undef X
	    MISHAPS_N
};

struct mishaps {
	uint64_t n[MISHAPS_N];
};

void mishaps_add(struct mishaps *sum, const struct mishaps *other);
/* To standard output; `worlds` is how many there were. */
void mishaps_print(const struct mishaps *mishaps, uint64_t worlds);
/* Names on standard output each kind that never happened. Whether all did. */
bool mishaps_all(const struct mishaps *mishaps);

#endif

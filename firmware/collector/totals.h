/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the network's people are told. In: the store. Out: one JSON text.
 *
 * TOTALS_TEAM is the national team's own view, every number as it is; it is not for the public, and
 * whatever stands in front of the collector has to keep it behind a password. TOTALS_PUBLIC may be
 * shown to anybody:
 *   - a meeting's people are shown from 10 on, below that as "fewer than 10";
 *   - a meeting's projects are shown only when its people are, every project has 10 or more, and
 * people minus each project are 10 or more too, for else the hidden ones could be had by
 * subtraction; the only project there is may be all the people;
 *   - every sum is over the shown numbers beneath it and nothing else, so that no sum says more
 * than they do;
 *   - channels, first-timers, headcounts, held counts and kiosks' names are left out.
 *
 * Shape (public: counts may be the text "fewer than 10", fields of the last rule are missing):
 *   network          {name, year, goals {state_hubs, local_hubs, projects, people_state,
 *                    people_local}}
 *   reached          {the same five; for the public the text "not shown" where nothing of a number
 *                    that is not 0 may be}
 *   people           {attendances, by_channel {qr, sms, manual}, first_time {yes, no, not_asked}}:
 *                    everything, project 0
 *   people_by_level  {state, local}: each like people
 *   checked          {kiosk_signed, matches_headcount, distinct_tickets}: attendances at meetings
 *                    of which it holds
 *   kiosks_heard_from
 *   projects         [{name, hubs [ids], participations, by_channel, first_time}]: the network's, one
 *                    across all its meetings (network_projects.h); for the public those with a
 *                    number
 *   hubs             [{id, name, level, region, people, events}]
 *     events         [{event, name, policy, tickets_issued, people, projects, occurrences}]
 *     projects       [{id, name, participations, by_channel, first_time}]
 *     occurrences    [{number, start, end, people, projects, headcount, checked [words],
 *                    disputed (more kiosks counted than were planned, and the hub has not named its
 *                    own: those that came first count, all stand in kiosks with their numbers),
 *                    corrections [the hub's reasons; that there is one], kiosks}]
 *     kiosks         [{device, epoch, state, batches, attendances, last_heard, held?, forked_at?}]
 *   held, forked, missing  [{hub, event, occurrence, why, ...}]; held because the hub's certificate
 *                    is not of the hub known by that number: with its certificate's name, level and
 *                    region, and nowhere else
 *   notes            sentences that say what the numbers mean
 * An event's meetings are numbered from 1, as kioskctl numbers them.
 */
#ifndef KIOSK_COLLECTORD_TOTALS_H
#define KIOSK_COLLECTORD_TOTALS_H

#include <kiosk/record.h>

struct store;

struct totals_settings {
	const char *name; /* the network's */
	uint64_t year;
	uint64_t goal_state_hubs, goal_local_hubs, goal_projects, goal_people_state,
	    goal_people_local; /* 0: none */
};

enum totals_view { TOTALS_TEAM, TOTALS_PUBLIC };

enum { PUBLIC_COUNT_MIN = 10 };

/* 0 and a text to free(), -ENOMEM, or the store's error. */
int totals_json(struct store *store, const struct totals_settings *settings, struct wall_time now,
                enum totals_view view, char **ret);
/* The same into an empty file, from *ret_offset to where the file stands then. 0, -ENOMEM, -ENOSPC, or
 * the store's error. */
int totals_write(struct store *store, const struct totals_settings *settings, struct wall_time now,
                 enum totals_view view, int fd, uint64_t *ret_offset);

#endif

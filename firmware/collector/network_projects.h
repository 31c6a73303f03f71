/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network's projects: one may be on the lists of many meetings and hubs. Its name says which it
 * is: two lists mean one project when its names in a language they share are the same words, letter
 * case, accents and punctuation aside. (An event's numbers and keywords are its own: 1 is another
 * project at the next hub.) In: events' projects and what was counted for them. Out: JSON.
 */
#ifndef KIOSK_COLLECTOR_NETWORK_PROJECTS_H
#define KIOSK_COLLECTOR_NETWORK_PROJECTS_H

#include "count.h"

struct network_projects; /* opaque */

struct network_projects *network_projects_new(void);           /* NULL: no memory */
void network_projects_free(struct network_projects *projects); /* NULL is fine */

/*
 * The project with this index in `manifest`, an event of this hub: `all` came, `shown` of them may
 * be shown to whoever the totals are for. False: no memory.
 */
bool network_projects_meet(struct network_projects *projects, uint32_t hub_id,
                           const struct manifest *manifest, unsigned index, const struct count *all,
                           const struct count *shown);

/* Of how many at least one person was counted; and may be shown to have been. */
uint64_t network_projects_reached(const struct network_projects *projects);
uint64_t network_projects_shown(const struct network_projects *projects);

/* [{name, hubs [ids], participations, …}], for the public those with a number to show. NULL: no
 * memory. */
json_t *network_projects_json(const struct network_projects *projects, enum totals_view view);

#endif

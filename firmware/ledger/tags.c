/* SPDX-License-Identifier: Apache-2.0 */
/* Who was counted: the table `tag`, and the same in memory, where it is found by tag. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "crypto.h"
#include "ledger_private.h"

enum { TAGS_START = 1024 }; /* entries: a power of two */

/* Tags are keyed hashes: any of their octets will do. */
static uint32_t place_of(const struct tag_index *tags, const struct tag *tag)
{
	uint32_t at;

	memcpy(&at, tag->b, sizeof(at));
	return at & (tags->size - 1);
}

static void put(struct tag_index *tags, const struct tag_entry *entry)
{
	uint32_t at = place_of(tags, &entry->tag);

	while (tags->entry[at].leaf != 0)
		at = (at + 1) & (tags->size - 1);
	tags->entry[at] = *entry;
	tags->used++;
}

/* Room for `more`, with a quarter of it free, so that what is looked for is near its place. */
static int reserve(struct tag_index *tags, uint32_t more)
{
	struct tag_index grown = {.size = tags->size > 0 ? tags->size : TAGS_START};

	if ((uint64_t)tags->used + more > UINT32_MAX / 4)
		return -ENOMEM;
	while (grown.size / 4 * 3 < tags->used + more)
		grown.size *= 2;
	if (grown.size == tags->size)
		return 0;
	grown.entry = calloc(grown.size, sizeof(*grown.entry));
	if (grown.entry == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < tags->size; i++) {
		if (tags->entry[i].leaf != 0)
			put(&grown, &tags->entry[i]);
	}
	if (tags->size > 0)
		wipe(tags->entry, tags->size * sizeof(*tags->entry));
	free(tags->entry);
	tags->entry = grown.entry;
	tags->size = grown.size;
	return 0;
}

static void forget(struct tag_index *tags)
{
	if (tags->size > 0)
		wipe(tags->entry, tags->size * sizeof(*tags->entry));
	tags->used = 0;
}

static int load(struct ledger *ledger)
{
	struct tag_index *tags = &ledger->tags;
	sqlite3_stmt *s = statement(ledger, S_tags);
	bool row;
	int rc;

	forget(tags);
	tags->stale = true;
	sqlite3_bind_int64(s, 1, 1);
	while ((rc = fetch(ledger, s, &row)) == 0 && row) {
		struct tag_entry entry = {
		    .leaf = sqlite3_column_int64(s, 0),
		    .project = (uint16_t)sqlite3_column_int(s, 2),
		};

		rc = column_bytes(s, 1, &entry.tag, sizeof(entry.tag)) ? reserve(tags, 1)
		                                                       : LEDGER_E_DAMAGED;
		if (rc != 0) {
			sqlite3_reset(s);
			return rc;
		}
		put(tags, &entry);
	}
	if (rc == 0)
		tags->stale = false;
	return rc;
}

int tags_ready(struct ledger *ledger, uint32_t more)
{
	int rc = ledger->tags.stale || ledger->tags.size == 0 ? load(ledger) : 0;

	return rc == 0 ? reserve(&ledger->tags, more) : rc;
}

const struct tag_entry *tags_next(const struct ledger *ledger, const struct tag *tag, uint32_t *at)
{
	const struct tag_index *tags = &ledger->tags;
	uint32_t start = place_of(tags, tag);

	for (;;) {
		const struct tag_entry *entry = &tags->entry[(start + *at) & (tags->size - 1)];

		if (entry->leaf == 0)
			return NULL;
		++*at;
		if (memcmp(&entry->tag, tag, sizeof(*tag)) == 0)
			return entry;
	}
}

int tags_add(struct ledger *ledger, const struct tag *tag, uint16_t project, int64_t leaf)
{
	struct tag_entry entry = {.tag = *tag, .leaf = leaf, .project = project};
	sqlite3_stmt *s = statement(ledger, S_add_tag);
	int rc;

	sqlite3_bind_int64(s, 1, leaf);
	bind_bytes(s, 2, tag->b, sizeof(tag->b));
	sqlite3_bind_int(s, 3, project);
	rc = run(ledger, s);
	if (rc != 0)
		return rc;
	ledger->tags.touched = true;
	put(&ledger->tags, &entry);
	return 0;
}

/* Takes an entry out, and moves up what is behind it and would not be found any more. */
static void take_out(struct tag_index *tags, uint32_t hole)
{
	const uint32_t mask = tags->size - 1;

	for (uint32_t at = (hole + 1) & mask; tags->entry[at].leaf != 0; at = (at + 1) & mask) {
		uint32_t place = place_of(tags, &tags->entry[at].tag);

		if (((at - place) & mask) >= ((at - hole) & mask)) {
			tags->entry[hole] = tags->entry[at];
			hole = at;
		}
	}
	wipe(&tags->entry[hole], sizeof(tags->entry[hole]));
	tags->used--;
}

int tags_free(struct ledger *ledger, int64_t leaf)
{
	struct tag_index *tags = &ledger->tags;
	sqlite3_stmt *s = statement(ledger, S_tag_of);
	const struct tag_entry *entry;
	struct tag tag;
	uint32_t at = 0;
	bool row, good;
	int rc;

	sqlite3_bind_int64(s, 1, leaf);
	rc = fetch(ledger, s, &row);
	if (rc != 0 || !row)
		return rc;
	good = column_bytes(s, 0, &tag, sizeof(tag));
	sqlite3_reset(s);
	do {
		entry = good ? tags_next(ledger, &tag, &at) : NULL;
	} while (entry != NULL && entry->leaf != leaf);
	if (entry == NULL)
		return ledger->failed = LEDGER_E_DAMAGED;
	s = statement(ledger, S_free_tag);
	sqlite3_bind_int64(s, 1, leaf);
	rc = run(ledger, s);
	wipe(&tag, sizeof(tag));
	if (rc != 0)
		return rc;
	tags->touched = true;
	take_out(tags, (uint32_t)(entry - tags->entry));
	return 0;
}

int tags_erase(struct ledger *ledger)
{
	int rc = run(ledger, statement(ledger, S_erase_tags));

	if (rc != 0)
		return rc;
	ledger->tags.touched = true;
	forget(&ledger->tags);
	return 0;
}

void tags_settle(struct ledger *ledger, bool happened)
{
	if (ledger->tags.touched && !happened)
		ledger->tags.stale = true;
	ledger->tags.touched = false;
}

void tags_deinit(struct ledger *ledger)
{
	forget(&ledger->tags);
	free(ledger->tags.entry);
	ledger->tags = (struct tag_index){.entry = NULL};
}

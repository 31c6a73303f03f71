/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Check-ins and their undoing: the leaves, the tags, the totals, always together.
 *
 * A leaf of an earlier epoch (after a rollback, DESIGN section 8) keeps its tag known, but cannot
 * be revoked in this one: its log is closed.
 */
#include <errno.h>
#include <string.h>
#include "crypto.h"
#include "ledger_private.h"

static void put_be(uint8_t *at, uint64_t value, int octets)
{
	for (int i = octets - 1; i >= 0; i--) {
		at[i] = (uint8_t)(value & 0xff);
		value >>= 8;
	}
}

void leaf_bytes(const struct leaf *leaf, uint8_t bytes[LEDGER_LEAF_BYTES])
{
	memcpy(bytes, leaf->r, sizeof(leaf->r));
	put_be(bytes + 32, leaf->op, 1);
	put_be(bytes + 33, leaf->project, 2);
	put_be(bytes + 35, leaf->channel, 1);
	put_be(bytes + 36, leaf->first, 1);
	put_be(bytes + 37, leaf->slot, 2);
	put_be(bytes + 39, leaf->ref, 8);
}

struct hash leaf_hash(const struct leaf *leaf)
{
	uint8_t bytes[LEDGER_LEAF_BYTES];

	leaf_bytes(leaf, bytes);
	return merkle_leaf(bytes, sizeof(bytes));
}

int leaf_append(struct ledger *ledger, struct leaf *leaf)
{
	struct running *now = &ledger->now;
	struct hash hash, root;
	sqlite3_stmt *s;
	uint32_t index;

	if (now->tree.size >= UINT32_MAX)
		return LEDGER_E_OVERFLOW;
	index = (uint32_t)now->tree.size;
	random_bytes(leaf->r, sizeof(leaf->r));
	hash = leaf_hash(leaf);
	merkle_append(&now->tree, &hash, NULL, NULL);
	root = merkle_root(&now->tree);

	s = statement(ledger, S_add_leaf);
	sqlite3_bind_int64(s, 1, leaf_id(now->epoch, index));
	sqlite3_bind_int(s, 2, leaf->op);
	sqlite3_bind_int(s, 3, leaf->project);
	sqlite3_bind_int(s, 4, leaf->channel);
	sqlite3_bind_int(s, 5, leaf->first);
	sqlite3_bind_int(s, 6, leaf->slot);
	sqlite3_bind_int64(s, 7, leaf->nth);
	if (leaf->op == LEAF_REVOKE)
		sqlite3_bind_int64(s, 8, leaf_id(now->epoch, leaf->ref));
	bind_bytes(s, 9, leaf->r, sizeof(leaf->r));
	bind_bytes(s, 10, root.b, sizeof(root.b));
	return run(ledger, s);
}

/* A batch cannot carry more rows than BATCH_ROWS_MAX. */
static int room_for_row(struct ledger *ledger)
{
	sqlite3_stmt *s = statement(ledger, S_count_totals);
	int64_t rows = 0;
	bool row;
	int rc;

	sqlite3_bind_int64(s, 1, ledger->now.epoch);
	rc = fetch(ledger, s, &row);
	if (rc != 0)
		return rc;
	rows = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return rows < BATCH_ROWS_MAX ? 0 : LEDGER_E_OVERFLOW;
}

int leaf_total(struct ledger *ledger, const struct leaf *leaf, uint32_t added, uint32_t revoked)
{
	static const enum ledger_statement way[] = {S_raise_total, S_add_total};
	int rc = 0;

	for (int i = 0; i < 2 && rc == 0; i++) {
		sqlite3_stmt *s = statement(ledger, way[i]);

		sqlite3_bind_int64(s, 1, ledger->now.epoch);
		sqlite3_bind_int(s, 2, leaf->project);
		sqlite3_bind_int(s, 3, leaf->channel);
		sqlite3_bind_int(s, 4, leaf->first);
		sqlite3_bind_int64(s, 5, added);
		sqlite3_bind_int64(s, 6, revoked);
		rc = run(ledger, s);
		if (i == 0 && rc == 0) {
			if (sqlite3_changes(ledger->db) > 0)
				break;
			rc = room_for_row(ledger);
		}
	}
	return rc;
}

static int add_tag(struct ledger *ledger, const struct tag *tag, uint16_t project, int64_t leaf)
{
	sqlite3_stmt *s = statement(ledger, S_add_tag);

	bind_bytes(s, 1, tag->b, sizeof(tag->b));
	sqlite3_bind_int(s, 2, project);
	sqlite3_bind_int64(s, 3, leaf);
	return run(ledger, s);
}

/* `n` more people for one project; *nth counts through the whole check-in. */
static int add_people(struct ledger *ledger, const struct ledger_checkin *checkin, uint16_t project,
                      uint32_t n, uint32_t *nth)
{
	struct leaf leaf = {
	    .op = LEAF_ADD,
	    .project = project,
	    .channel = checkin->channel,
	    .first = checkin->first,
	    .slot = checkin->slot,
	};
	int rc = 0;

	for (uint32_t i = 0; i < n && rc == 0; i++) {
		int64_t id = leaf_id(ledger->now.epoch, (uint32_t)ledger->now.tree.size);

		leaf.nth = (*nth)++;
		rc = leaf_append(ledger, &leaf);
		if (rc == 0 && checkin->has_tag)
			rc = add_tag(ledger, &checkin->tag, project, id);
	}
	if (rc == 0 && n > 0)
		rc = leaf_total(ledger, &leaf, n, 0);
	return rc;
}

int leaf_revoke(struct ledger *ledger, int64_t id, uint16_t slot, uint16_t *ret_project,
                enum channel *ret_channel)
{
	sqlite3_stmt *s = statement(ledger, S_leaf_kind);
	struct leaf leaf = {.op = LEAF_REVOKE, .slot = slot, .ref = leaf_index(id)};
	bool row;
	int rc;

	sqlite3_bind_int64(s, 1, id);
	rc = fetch(ledger, s, &row);
	if (rc != 0)
		return rc;
	if (!row)
		return ledger->failed = LEDGER_E_DAMAGED;
	leaf.project = (uint16_t)sqlite3_column_int(s, 0);
	leaf.channel = (enum channel)sqlite3_column_int(s, 1);
	leaf.first = (enum first)sqlite3_column_int(s, 2);
	sqlite3_reset(s);
	rc = leaf_append(ledger, &leaf);
	if (rc == 0)
		rc = leaf_total(ledger, &leaf, 0, 1);
	*ret_project = leaf.project;
	*ret_channel = leaf.channel;
	return rc;
}

/* Revokes up to `n` leaves that stand under a tag for a project, the last ones first. */
static int revoke_people(struct ledger *ledger, const struct tag *tag, uint16_t project, uint32_t n,
                         uint16_t slot, uint32_t *ret_revoked)
{
	*ret_revoked = 0;
	while (*ret_revoked < n) {
		sqlite3_stmt *s = statement(ledger, S_last_of_tag);
		enum channel channel;
		int64_t id;
		bool row;
		int rc;

		bind_bytes(s, 1, tag->b, sizeof(tag->b));
		sqlite3_bind_int(s, 2, project);
		sqlite3_bind_int64(s, 3, leaf_id(ledger->now.epoch, 0));
		rc = fetch(ledger, s, &row);
		if (rc != 0 || !row)
			return rc;
		id = sqlite3_column_int64(s, 0);
		sqlite3_reset(s);
		rc = leaf_revoke(ledger, id, slot, &project, &channel);
		if (rc != 0)
			return rc;
		s = statement(ledger, S_free_tag);
		bind_bytes(s, 1, tag->b, sizeof(tag->b));
		sqlite3_bind_int(s, 2, project);
		sqlite3_bind_int64(s, 3, id);
		rc = run(ledger, s);
		if (rc != 0)
			return rc;
		++*ret_revoked;
	}
	return 0;
}

/* How many stand under a tag, for each project. Project 0 comes first if it is there. */
struct standing {
	uint16_t n;
	struct {
		uint16_t project;
		uint32_t people;
	} of[BATCH_ROWS_MAX];
};

static int read_standing(struct ledger *ledger, const struct tag *tag, struct standing *ret)
{
	sqlite3_stmt *s = statement(ledger, S_standing);
	bool row;
	int rc;

	ret->n = 0;
	bind_bytes(s, 1, tag->b, sizeof(tag->b));
	for (;;) {
		rc = fetch(ledger, s, &row);
		if (rc != 0 || !row)
			return rc;
		if (ret->n == BATCH_ROWS_MAX) {
			sqlite3_reset(s);
			return ledger->failed = LEDGER_E_DAMAGED;
		}
		ret->of[ret->n].project = (uint16_t)sqlite3_column_int(s, 0);
		ret->of[ret->n++].people = (uint32_t)sqlite3_column_int64(s, 1);
	}
}

static uint32_t standing_for(const struct standing *standing, uint16_t project)
{
	for (uint16_t i = 0; i < standing->n; i++) {
		if (standing->of[i].project == project)
			return standing->of[i].people;
	}
	return 0;
}

static int check_in_change(struct ledger *ledger, const struct ledger_checkin *checkin,
                           struct ledger_counted *ret)
{
	struct standing standing = {.n = 0};
	struct ledger_counted counted = {0};
	uint32_t party, revoked, people, nth = 0;
	int rc = 0;

	if (ledger->now.epoch == 0)
		return LEDGER_E_NOT_OPEN;
	if (checkin->has_fingerprint)
		rc = sms_record(ledger, &checkin->fingerprint, checkin->reply_due);
	if (rc == 0 && checkin->has_tag)
		rc = read_standing(ledger, &checkin->tag, &standing);
	if (rc != 0)
		return rc;
	people = standing_for(&standing, PROJECT_PEOPLE);
	party = checkin->people > 0 ? checkin->people : people > 0 ? people : 1;
	/* Nobody can be in a project who is not at the meeting: a smaller party is smaller
	 * everywhere. */
	for (uint16_t i = 0; i < standing.n && checkin->people > 0; i++) {
		if (standing.of[i].people <= party)
			continue;
		rc = revoke_people(ledger, &checkin->tag, standing.of[i].project,
		                   standing.of[i].people - party, checkin->slot, &revoked);
		if (rc != 0)
			return rc;
		if (standing.of[i].project == PROJECT_PEOPLE)
			counted.people_revoked = revoked;
	}
	for (int i = -1; i < checkin->n_projects; i++) {
		uint16_t project = i < 0 ? PROJECT_PEOPLE : checkin->project[i];
		uint32_t here = standing_for(&standing, project);
		uint32_t more = here < party ? party - here : 0;

		rc = add_people(ledger, checkin, project, more, &nth);
		if (rc != 0)
			return rc;
		if (i < 0)
			counted.people_added = more;
		else if (here == 0)
			counted.projects_added++;
	}
	counted.party = (uint16_t)(people + counted.people_added - counted.people_revoked);
	*ret = counted;
	return 0;
}

static bool checkin_is_sane(const struct ledger_checkin *checkin)
{
	if (checkin->channel < CHANNEL_QR || checkin->channel > CHANNEL_MANUAL ||
	    checkin->first < FIRST_NOT_ASKED || checkin->first > FIRST_NO ||
	    checkin->people > (checkin->has_tag ? (int)PARTY_MAX : (int)LEDGER_WALK_INS_MAX) ||
	    checkin->n_projects > PROJECTS_MAX)
		return false;
	for (int i = 0; i < checkin->n_projects; i++) {
		if (checkin->project[i] == PROJECT_PEOPLE)
			return false;
		for (int k = 0; k < i; k++) {
			if (checkin->project[k] == checkin->project[i])
				return false;
		}
	}
	return true;
}

int ledger_check_in(struct ledger *ledger, const struct ledger_checkin *checkin,
                    struct ledger_counted *ret)
{
	struct ledger_counted counted;
	int rc;

	if (!checkin_is_sane(checkin))
		return -EINVAL;
	rc = change_begin(ledger);
	if (rc != 0)
		return rc;
	rc = change_end(ledger, check_in_change(ledger, checkin, &counted));
	if (rc == 0)
		*ret = counted;
	return rc;
}

/* The last leaf that stands, and where its check-in began. */
static int last_standing(struct ledger *ledger, int64_t *ret_first, int64_t *ret_last)
{
	sqlite3_stmt *s = statement(ledger, S_last_standing);
	bool row;
	int rc;

	sqlite3_bind_int64(s, 1, leaf_id(ledger->now.epoch, 0));
	rc = fetch(ledger, s, &row);
	if (rc != 0 || !row)
		return rc != 0 ? rc : LEDGER_E_NOTHING;
	*ret_last = sqlite3_column_int64(s, 0);
	*ret_first = *ret_last - sqlite3_column_int64(s, 1);
	sqlite3_reset(s);
	return 0;
}

static int undo_last_change(struct ledger *ledger, uint16_t slot, enum channel *ret_channel,
                            uint32_t *ret_people)
{
	int64_t first = 0, last = 0;
	uint16_t project;
	sqlite3_stmt *s;
	int rc = ledger->now.epoch == 0 ? LEDGER_E_NOTHING : last_standing(ledger, &first, &last);

	*ret_people = 0;
	for (int64_t id = last; rc == 0 && id >= first; id--) {
		bool row;

		/* A party corrected downwards has lost some already. */
		s = statement(ledger, S_is_revoked);
		sqlite3_bind_int64(s, 1, id);
		rc = fetch(ledger, s, &row);
		if (rc != 0)
			break;
		if (row) {
			sqlite3_reset(s);
			continue;
		}
		rc = leaf_revoke(ledger, id, slot, &project, ret_channel);
		if (rc == 0 && project == PROJECT_PEOPLE)
			++*ret_people;
	}
	if (rc != 0)
		return rc;
	/* Looks through all tags: an index by leaf would cost every check-in a page, and undoing is
	 * rare. */
	s = statement(ledger, S_free_leaves);
	sqlite3_bind_int64(s, 1, first);
	sqlite3_bind_int64(s, 2, last);
	return run(ledger, s);
}

int ledger_undo_last(struct ledger *ledger, uint16_t slot, enum channel *ret_channel,
                     uint32_t *ret_people)
{
	enum channel channel = CHANNEL_MANUAL;
	uint32_t people = 0;
	int rc = change_begin(ledger);

	if (rc != 0)
		return rc;
	rc = change_end(ledger, undo_last_change(ledger, slot, &channel, &people));
	if (rc == 0) {
		*ret_channel = channel;
		*ret_people = people;
	}
	return rc;
}

static int undo_tag_change(struct ledger *ledger, const struct tag *tag, uint16_t slot,
                           const struct fingerprint *fingerprint, bool reply_due,
                           uint32_t *ret_revoked, uint32_t *ret_people)
{
	struct standing standing = {.n = 0};
	int rc = 0;

	if (ledger->now.epoch == 0)
		return LEDGER_E_NOT_OPEN;
	if (fingerprint != NULL)
		rc = sms_record(ledger, fingerprint, reply_due);
	if (rc == 0)
		rc = read_standing(ledger, tag, &standing);
	for (uint16_t i = 0; i < standing.n && rc == 0; i++) {
		uint32_t revoked;

		rc = revoke_people(ledger, tag, standing.of[i].project, standing.of[i].people, slot,
		                   &revoked);
		*ret_revoked += revoked;
		if (standing.of[i].project == PROJECT_PEOPLE)
			*ret_people = revoked;
	}
	return rc;
}

int ledger_undo_tag(struct ledger *ledger, const struct tag *tag, uint16_t slot,
                    const struct fingerprint *fingerprint, bool reply_due, uint32_t *ret_people)
{
	uint32_t revoked = 0, people = 0;
	int rc = change_begin(ledger);

	if (rc != 0)
		return rc;
	rc = undo_tag_change(ledger, tag, slot, fingerprint, reply_due, &revoked, &people);
	rc = change_end(ledger, rc);
	if (rc != 0)
		return rc;
	if (revoked == 0)
		return LEDGER_E_NOTHING;
	*ret_people = people;
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Check-ins and their undoing: the leaves, the tags, the totals, always together.
 *
 * A leaf of an earlier epoch (after a rollback, DESIGN.md, Trust) keeps its tag known, but cannot
 * be revoked in this one: its log is closed.
 */
#include <assert.h>
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

/* Asking the kernel for each leaf costs more than hashing it. */
static void draw(struct ledger *ledger, uint8_t *ret, size_t len)
{
	uint8_t *from;

	if (ledger->random_left < len) {
		random_bytes(ledger->random, sizeof(ledger->random));
		ledger->random_left = sizeof(ledger->random);
	}
	from = ledger->random + sizeof(ledger->random) - ledger->random_left;
	memcpy(ret, from, len);
	memset(from, 0, len);
	ledger->random_left -= len;
}

int leaves_fit(const struct ledger *ledger, uint32_t leaves, uint32_t new_totals)
{
	const struct running *now = &ledger->now;

	return now->tree.size + leaves <= UINT32_MAX && now->n_totals + new_totals <= BATCH_ROWS_MAX
	           ? 0
	           : LEDGER_E_OVERFLOW;
}

/* The place of a kind's total: where it is, or belongs. */
static uint16_t total_place(const struct running *now, const struct batch_row *kind,
                            bool *ret_there)
{
	uint16_t at = 0;
	int order = 1;

	while (at < now->n_totals && (order = order_of_rows(&now->total[at].row, kind)) < 0)
		at++;
	*ret_there = order == 0;
	return at;
}

static void raise_total(struct running *now, const struct leaf *leaf)
{
	struct batch_row kind = {
	    .project = leaf->project, .channel = leaf->channel, .first = leaf->first};
	bool there;
	uint16_t at = total_place(now, &kind, &there);
	struct total *total = &now->total[at];

	if (!there) {
		assert(now->n_totals < BATCH_ROWS_MAX);
		memmove(total + 1, total, (size_t)(now->n_totals - at) * sizeof(*total));
		*total = (struct total){.row = kind};
		now->n_totals++;
	}
	if (leaf->op == LEAF_ADD)
		total->row.added++;
	else
		total->row.revoked++;
	total->unwritten = true;
}

int leaf_append(struct ledger *ledger, struct leaf *leaf)
{
	struct running *now = &ledger->now;
	struct hash hash, node;
	sqlite3_stmt *s;
	uint32_t index;

	assert(now->tree.size < UINT32_MAX);
	ledger->changed = true;
	index = (uint32_t)now->tree.size;
	draw(ledger, leaf->r, sizeof(leaf->r));
	hash = leaf_hash(leaf);
	merkle_append(&now->tree, &hash, NULL, NULL);
	node = merkle_newest(&now->tree);
	raise_total(now, leaf);

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
	bind_bytes(s, 10, node.b, sizeof(node.b));
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
			rc = tags_add(ledger, &checkin->tag, project, id);
	}
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
	*ret_project = leaf.project;
	*ret_channel = leaf.channel;
	return leaf_append(ledger, &leaf);
}

/* The last leaf of this epoch that stands under a tag for a project; 0: none. */
static int64_t last_of_tag(const struct ledger *ledger, const struct tag *tag, uint16_t project)
{
	const struct tag_entry *entry;
	int64_t last = 0;
	uint32_t at = 0;

	while ((entry = tags_next(ledger, tag, &at)) != NULL) {
		if (entry->project == project && entry->leaf >= leaf_id(ledger->now.epoch, 0) &&
		    entry->leaf > last)
			last = entry->leaf;
	}
	return last;
}

/* Revokes up to `n` leaves that stand under a tag for a project, the last ones first. */
static int revoke_people(struct ledger *ledger, const struct tag *tag, uint16_t project, uint32_t n,
                         uint16_t slot, uint32_t *ret_revoked)
{
	*ret_revoked = 0;
	while (*ret_revoked < n) {
		int64_t id = last_of_tag(ledger, tag, project);
		enum channel channel;
		int rc;

		if (id == 0)
			return 0;
		rc = leaf_revoke(ledger, id, slot, &project, &channel);
		if (rc == 0)
			rc = tags_free(ledger, id);
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
	const struct tag_entry *entry;
	uint32_t at = 0;

	ret->n = 0;
	while ((entry = tags_next(ledger, tag, &at)) != NULL) {
		uint16_t i = 0;

		while (i < ret->n && ret->of[i].project < entry->project)
			i++;
		if (i < ret->n && ret->of[i].project == entry->project) {
			ret->of[i].people++;
			continue;
		}
		if (ret->n == BATCH_ROWS_MAX)
			return ledger->failed = LEDGER_E_DAMAGED;
		memmove(&ret->of[i + 1], &ret->of[i], (size_t)(ret->n - i) * sizeof(ret->of[0]));
		ret->of[i].project = entry->project;
		ret->of[i].people = 1;
		ret->n++;
	}
	return 0;
}

static uint32_t standing_for(const struct standing *standing, uint16_t project)
{
	for (uint16_t i = 0; i < standing->n; i++) {
		if (standing->of[i].project == project)
			return standing->of[i].people;
	}
	return 0;
}

/* What a check-in comes to: judged before anything is written. */
struct plan {
	struct standing standing;
	uint32_t party; /* people under the tag from now on */
	uint32_t
	    more[PROJECTS_MAX + 1]; /* people to add: for PROJECT_PEOPLE, then for each project */
};

static uint16_t project_of(const struct ledger_checkin *checkin, int i)
{
	return i == 0 ? PROJECT_PEOPLE : checkin->project[i - 1];
}

static int make_plan(struct ledger *ledger, const struct ledger_checkin *checkin, struct plan *ret)
{
	uint32_t people, leaves = 0, new_totals = 0;
	int rc = 0;

	ret->standing.n = 0;
	if (checkin->has_tag) {
		rc = tags_ready(ledger, (uint32_t)PARTY_MAX * (PROJECTS_MAX + 1));
		if (rc == 0)
			rc = read_standing(ledger, &checkin->tag, &ret->standing);
	}
	if (rc != 0)
		return rc;
	people = standing_for(&ret->standing, PROJECT_PEOPLE);
	ret->party = checkin->people > 0 ? checkin->people : people > 0 ? people : 1;
	for (int i = 0; i <= checkin->n_projects; i++) {
		struct batch_row kind = {.project = project_of(checkin, i),
		                         .channel = checkin->channel,
		                         .first = checkin->first};
		uint32_t here = standing_for(&ret->standing, kind.project);
		bool there;

		ret->more[i] = here < ret->party ? ret->party - here : 0;
		leaves += ret->more[i];
		(void)total_place(&ledger->now, &kind, &there);
		new_totals += ret->more[i] > 0 && !there;
	}
	for (uint16_t i = 0; i < ret->standing.n; i++) {
		if (ret->standing.of[i].people > ret->party)
			leaves += ret->standing.of[i].people - ret->party;
	}
	return leaves_fit(ledger, leaves, new_totals);
}

/* Nobody can be in a project who is not at the meeting: a smaller party is smaller everywhere. */
static int shrink_party(struct ledger *ledger, const struct ledger_checkin *checkin,
                        const struct plan *plan, uint32_t *ret_people)
{
	const struct standing *standing = &plan->standing;
	int rc = 0;

	for (uint16_t i = 0; i < standing->n && rc == 0; i++) {
		uint32_t revoked;

		if (standing->of[i].people <= plan->party)
			continue;
		rc = revoke_people(ledger, &checkin->tag, standing->of[i].project,
		                   standing->of[i].people - plan->party, checkin->slot, &revoked);
		if (standing->of[i].project == PROJECT_PEOPLE)
			*ret_people = revoked;
	}
	return rc;
}

static int check_in_change(struct ledger *ledger, const struct ledger_checkin *checkin,
                           struct ledger_counted *ret)
{
	struct ledger_counted counted = {0};
	uint32_t nth = 0;
	struct plan plan;
	int rc;

	if (ledger->now.epoch == 0)
		return LEDGER_E_NOT_OPEN;
	rc = make_plan(ledger, checkin, &plan);
	if (rc == 0 && checkin->has_fingerprint)
		rc = sms_record(ledger, &checkin->fingerprint, checkin->reply_due);
	if (rc == 0 && checkin->people > 0)
		rc = shrink_party(ledger, checkin, &plan, &counted.people_revoked);
	for (int i = 0; i <= checkin->n_projects && rc == 0; i++) {
		uint16_t project = project_of(checkin, i);

		rc = add_people(ledger, checkin, project, plan.more[i], &nth);
		if (i > 0 && standing_for(&plan.standing, project) == 0)
			counted.projects_added++;
	}
	if (rc != 0)
		return rc;
	counted.people_added = plan.more[0];
	counted.party = (uint16_t)(standing_for(&plan.standing, PROJECT_PEOPLE) +
	                           counted.people_added - counted.people_revoked);
	*ret = counted;
	return 0;
}

static bool checkin_is_sane(const struct ledger_checkin *checkin)
{
	if (checkin->channel < CHANNEL_QR || checkin->channel > CHANNEL_MANUAL ||
	    checkin->first < FIRST_NOT_ASKED || checkin->first > FIRST_NO ||
	    checkin->people > (checkin->has_tag ? (int)PARTY_MAX : (int)WALK_INS_MAX) ||
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

/* Adds one leaf of the last check-in, unless it was revoked. */
static int last_add(struct ledger *ledger, int64_t id, struct ledger_last *last)
{
	sqlite3_stmt *s = statement(ledger, S_is_revoked);
	uint16_t project, i = 0;
	bool row;
	int rc;

	sqlite3_bind_int64(s, 1, id);
	rc = fetch(ledger, s, &row);
	if (rc != 0)
		return rc;
	sqlite3_reset(s);
	if (row)
		return 0;
	s = statement(ledger, S_leaf_kind);
	sqlite3_bind_int64(s, 1, id);
	rc = fetch(ledger, s, &row);
	if (rc != 0 || !row)
		return rc;
	project = (uint16_t)sqlite3_column_int(s, 0);
	last->channel = (enum channel)sqlite3_column_int(s, 1);
	last->slot = (uint16_t)sqlite3_column_int(s, 3);
	sqlite3_reset(s);
	if (project == PROJECT_PEOPLE) {
		last->people++;
		return 0;
	}
	while (i < last->n_projects && last->project[i] != project)
		i++;
	if (i == last->n_projects && i < PROJECTS_MAX)
		last->project[last->n_projects++] = project;
	return 0;
}

int ledger_last_check_in(struct ledger *ledger, struct ledger_last *ret)
{
	struct ledger_last found = {0};
	int64_t first = 0, last = 0;
	int rc = ledger->now.epoch == 0 ? LEDGER_E_NOTHING : last_standing(ledger, &first, &last);

	found.leaf = (uint64_t)last;
	for (int64_t id = first; rc == 0 && id <= last; id++)
		rc = last_add(ledger, id, &found);
	if (rc == 0)
		*ret = found;
	return rc;
}

static int undo_last_change(struct ledger *ledger, uint16_t slot, enum channel *ret_channel,
                            uint32_t *ret_people)
{
	int64_t first = 0, last = 0;
	int rc = ledger->now.epoch == 0 ? LEDGER_E_NOTHING : tags_ready(ledger, 0);

	*ret_people = 0;
	if (rc == 0)
		rc = last_standing(ledger, &first, &last);
	if (rc == 0)
		rc = leaves_fit(ledger, (uint32_t)(last - first) + 1, 0);
	for (int64_t id = last; rc == 0 && id >= first; id--) {
		sqlite3_stmt *s = statement(ledger, S_is_revoked);
		uint16_t project;
		bool row;

		/* A party corrected downwards has lost some already. */
		sqlite3_bind_int64(s, 1, id);
		rc = fetch(ledger, s, &row);
		if (rc != 0)
			break;
		if (row) {
			sqlite3_reset(s);
			continue;
		}
		rc = leaf_revoke(ledger, id, slot, &project, ret_channel);
		if (rc == 0)
			rc = tags_free(ledger, id);
		if (rc == 0 && project == PROJECT_PEOPLE)
			++*ret_people;
	}
	return rc;
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
	uint32_t leaves = 0;
	int rc;

	if (ledger->now.epoch == 0)
		return LEDGER_E_NOT_OPEN;
	rc = tags_ready(ledger, 0);
	if (rc == 0)
		rc = read_standing(ledger, tag, &standing);
	for (uint16_t i = 0; i < standing.n; i++)
		leaves += standing.of[i].people;
	if (rc == 0)
		rc = leaves_fit(ledger, leaves, 0);
	if (rc == 0 && fingerprint != NULL)
		rc = sms_record(ledger, fingerprint, reply_due);
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

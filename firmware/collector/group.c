/* SPDX-License-Identifier: Apache-2.0 */
/* One transaction for a post, or for all posts of a group: a sync costs more than all the rest. */
#include <assert.h>

#include "collector_private.h"

static void undo(struct collector *collector)
{
	store_rollback(collector->store);
	forget_log_nodes(collector);
}

static void give_up(struct collector *collector, int error)
{
	undo(collector);
	collector->group_error = error;
	collector->log = collector->log_before;
}

void collector_group_begin(struct collector *collector)
{
	assert(!collector->in_group);
	collector->in_group = true;
	collector->log_before = collector->log;
	collector->group_error = store_begin(collector->store);
}

int collector_group_commit(struct collector *collector)
{
	int r;

	assert(collector->in_group);
	if (collector->group_error == 0) {
		r = store_commit(collector->store);
		if (r < 0)
			give_up(collector, r);
	}
	collector->in_group = false;
	return collector->group_error;
}

int collector_change_begin(struct collector *collector)
{
	return collector->in_group ? collector->group_error : store_begin(collector->store);
}

void collector_change_check(struct collector *collector, int error)
{
	if (collector->in_group && collector->group_error == 0 &&
	    !store_has_begun(collector->store))
		give_up(collector, error);
}

int collector_change_end(struct collector *collector, int r)
{
	if (collector->in_group) {
		if (r < 0)
			give_up(collector, r);
		return r;
	}
	if (r == 0)
		r = store_commit(collector->store);
	if (r < 0)
		undo(collector);
	return r;
}

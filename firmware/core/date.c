/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "date.h"

static bool within(int64_t a, int64_t b, int64_t s)
{
	return a > b ? a - b <= s : b - a <= s;
}

static bool agree(const struct date_word *a, const struct date_word *b)
{
	return a->given && b->given && within(a->at, b->at, DATE_AGREE_S);
}

/* The latest date that was ever known here, and how far past it may be after a boot. False: none. */
static bool ceiling(const struct date_facts *facts, int64_t *ret)
{
	int64_t known = facts->floor > facts->built ? facts->floor : 0;

	if (facts->has_event && facts->until > known)
		known = facts->until;
	if (facts->kept.given && facts->kept.at > known)
		known = facts->kept.at;
	*ret = known + (facts->open ? DATE_LEFT_OPEN_S_MAX : DATE_UNPOWERED_S_MAX);
	return known != 0;
}

/* One word by itself. */
static enum date_doubt judge(const struct date_facts *facts, int64_t at, bool is_receipt)
{
	int64_t latest;

	if (at < facts->floor - DATE_AGREE_S)
		return DATE_TOO_EARLY;
	if (facts->kept.given && within(at, facts->kept.at, DATE_STEP_S))
		return DATE_STANDS;
	if (facts->kept.given && facts->kept_by_person)
		return DATE_JUMPED;
	if (facts->kept.given && facts->open)
		return at >= facts->from && at < facts->until ? DATE_STANDS : DATE_JUMPED;
	if (facts->latest.given && at >= facts->latest.at)
		return DATE_TOO_LATE;
	if (facts->open && is_receipt && at >= facts->until)
		return DATE_TOO_LATE;
	if (ceiling(facts, &latest) && at > latest)
		return DATE_TOO_LATE;
	return DATE_STANDS;
}

/* One word, or two that agree; never before the floor. */
static enum date_doubt judge_beside(const struct date_facts *facts, const struct date_word *word,
                                    bool is_receipt, const struct date_word *other)
{
	if (word->at >= facts->floor - DATE_AGREE_S &&
	    (agree(word, other) || agree(word, &facts->sms)))
		return DATE_STANDS;
	return judge(facts, word->at, is_receipt);
}

static void believe(const struct date_facts *facts, struct date *date, int64_t at,
                    enum clock_source source)
{
	date->known = true;
	date->now = at < facts->floor ? facts->floor : at;
	date->source = source;
}

static void doubt(struct date *date, enum date_doubt why, int64_t at, enum clock_source source)
{
	if (why == DATE_STANDS || date->doubt != DATE_STANDS)
		return;
	date->doubt = why;
	date->doubted = at;
	date->doubted_source = source;
}

/* What a system's clock said goes when it is not believed by whoever set it any more. */
static bool may_keep(const struct date_facts *facts)
{
	return facts->kept.given && facts->kept.at >= facts->floor - DATE_AGREE_S &&
	       (facts->system.given || facts->kept_by_person ||
	        facts->kept_source == CLOCK_SOURCE_RECEIPT);
}

static bool may_estimate(const struct date_facts *facts)
{
	int64_t at = facts->sms.at, latest;

	return facts->sms.given && at >= facts->floor && !(facts->has_event && at < facts->from) &&
	       !(facts->open && at >= facts->until) &&
	       !(facts->latest.given && at >= facts->latest.at) &&
	       !(ceiling(facts, &latest) && at > latest);
}

struct date date_judge(const struct date_facts *facts)
{
	struct date date = {.source = CLOCK_SOURCE_NONE};
	enum date_doubt system = DATE_STANDS, receipt = DATE_STANDS;

	if (facts->system.given)
		system = judge_beside(facts, &facts->system, false, &facts->receipt);
	if (facts->receipt.given)
		receipt = judge_beside(facts, &facts->receipt, true, &facts->system);
	doubt(&date, system, facts->system.at, facts->system_source);
	doubt(&date, receipt, facts->receipt.at, CLOCK_SOURCE_RECEIPT);
	if (facts->system.given && system == DATE_STANDS) {
		believe(facts, &date, facts->system.at, facts->system_source);
	} else if (facts->receipt.given && receipt == DATE_STANDS &&
	           agree(&facts->receipt, &facts->sms)) {
		believe(facts, &date, facts->receipt.at, CLOCK_SOURCE_RECEIPT);
	} else if (may_keep(facts)) {
		believe(facts, &date, facts->kept.at, facts->kept_source);
		date.kept = true;
	} else if (facts->receipt.given && receipt == DATE_STANDS) {
		believe(facts, &date, facts->receipt.at, CLOCK_SOURCE_RECEIPT);
	}
	if (!date.known && may_estimate(facts)) {
		date.has_estimate = true;
		date.estimate = facts->sms.at;
	}
	assert(!date.known || (date.now >= facts->floor && date.source != CLOCK_SOURCE_NONE));
	return date;
}

int64_t date_floor(const struct date_facts *facts, int64_t time, bool fresh, int64_t cert_from,
                   int64_t cert_until)
{
	const struct date_word word = {.given = true, .at = time};
	struct date_facts before = *facts;
	struct date date;

	before.receipt.given = false;
	date = date_judge(&before);
	if (time < cert_from || time > cert_until)
		return facts->floor;
	if (time < facts->floor - DATE_AGREE_S && fresh && !date.known)
		return time > facts->built ? time : facts->built;
	if (time <= facts->floor ||
	    judge_beside(&before, &word, true, &facts->system) != DATE_STANDS)
		return facts->floor;
	return date.known && date.now < time ? date.now : time;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What day it is here: the words that core's date.h judges, and what becomes of them. */
#include <errno.h>

#include "clock.h"
#include "kiosk_private.h"
#include "rfc3339.h"
#include "text.h"
#include "valid.h"

/* Said at `then`, carried on to now by CLOCK_BOOTTIME. */
static struct date_word carried(const struct kiosk *k, bool given, int64_t at,
                                struct mono_time then)
{
	return (struct date_word){
	    .given = given,
	    .at = at + (int64_t)(mono_since_us(k->time.mono, then) / 1000000),
	};
}

static struct date_facts date_facts(const struct kiosk *k)
{
	const struct hints *hints = &k->hints;
	const struct meeting *meeting = &k->meeting;
	const int64_t grace_s = meeting->known ? (int64_t)meeting->manifest.grace_s : 0;

	return (struct date_facts){
	    .built = k->config.built,
	    .floor = k->floor,
	    .system = {.given = k->time.source != CLOCK_SOURCE_NONE, .at = k->time.wall},
	    .system_source = k->time.source,
	    .receipt = carried(k, hints->has_receipt, hints->receipt, hints->receipt_at),
	    .sms = carried(k, hints->has_sms, hints->sms, hints->sms_at),
	    .kept = carried(k, hints->has_kept, hints->kept, hints->kept_at),
	    .kept_source = hints->kept_source,
	    .kept_by_person = hints->kept_by_person,
	    .has_event = meeting->known,
	    .open = meeting->open,
	    .from = meeting->start - grace_s,
	    .until = meeting->end + grace_s,
	    .latest = carried(k, meeting->known && k->secret->epoch.opened_boot == k->boot,
	                      meeting->end + grace_s, k->opened),
	};
}

struct date kiosk_date(const struct kiosk *k)
{
	const struct date_facts facts = date_facts(k);

	return date_judge(&facts);
}

void date_keep(struct kiosk *k)
{
	const struct date date = kiosk_date(k);
	struct hints *hints = &k->hints;

	if (!date.known || date.kept)
		return;
	hints->has_kept = true;
	hints->kept_by_person = false;
	hints->kept = date.now;
	hints->kept_at = k->time.mono;
	hints->kept_source = date.source;
}

struct calendar kiosk_calendar(const struct kiosk *k)
{
	const struct date date = kiosk_date(k);

	return (struct calendar){
	    .known = date.known,
	    .now = date.now,
	    .floor = k->floor,
	    .has_sms = k->hints.has_sms,
	    .sms = k->hints.sms,
	};
}

enum clock_source kiosk_estimate(const struct kiosk *k, int64_t *ret_now)
{
	const struct date date = kiosk_date(k);

	if (date.known)
		*ret_now = date.now;
	else if (date.has_estimate)
		*ret_now = date.estimate;
	else
		return CLOCK_SOURCE_NONE;
	return date.known ? date.source : CLOCK_SOURCE_SMS;
}

uint16_t kiosk_slot(const struct kiosk *k)
{
	int64_t now = 0;
	bool known = kiosk_estimate(k, &now) != CLOCK_SOURCE_NONE;

	return session_slot(known, now, k->meeting.start, k->meeting.end);
}

int date_receipt(struct kiosk *k, int64_t time, bool fresh, const struct collector_cert *cert)
{
	const struct date_facts facts = date_facts(k);
	const int64_t floor = date_floor(&facts, time, fresh, cert->not_before, cert->not_after);
	int r = floor == k->floor ? 0 : ledger_set_floor(k->ledger, floor);

	if (r != 0)
		return r;
	if (floor < k->floor)
		k->out.note(k->out.context, LOG_LEVEL_WARNING,
		            "The collector's newer receipt says an earlier date than one before: "
		            "that one was wrong, and is not gone by any more.");
	k->floor = floor;
	if (!fresh || time < cert->not_before || time > cert->not_after)
		return 0;
	k->hints.has_receipt = true;
	k->hints.receipt = time;
	k->hints.receipt_at = k->exchange.sent;
	return 0;
}

/* --- a person's word --- */

static int refuse(char *sentence, size_t size, const char *before, int64_t at, const char *after)
{
	char text[32];

	time_format(at, text);
	text_format(sentence, size, "%s %s%s", before, text, after);
	return -EINVAL;
}

int date_set(struct kiosk *k, int64_t at, char *sentence, size_t size)
{
	const struct date_facts facts = date_facts(k);
	int r;

	if (at < k->config.built)
		return refuse(sentence, size, "This kiosk's programs were made on", k->config.built,
		              ": it cannot be earlier.");
	if (at > TIME_S_MAX)
		return refuse(sentence, size, "No date is later than", TIME_S_MAX, ".");
	if (facts.open && at < facts.from)
		return refuse(sentence, size, "The open event begins at", k->meeting.start,
		              ": close it first, if that is wrong.");
	if (facts.open && at >= facts.until)
		return refuse(sentence, size, "The open event ends at", k->meeting.end,
		              " and would be closed by this: close it first, if it is over.");
	r = at < k->floor ? ledger_set_floor(k->ledger, at) : 0;
	if (r != 0)
		return r;
	if (at < k->floor)
		k->floor = at;
	k->hints.has_kept = k->hints.kept_by_person = true;
	k->hints.kept = at;
	k->hints.kept_at = k->time.mono;
	k->hints.kept_source = CLOCK_SOURCE_OPERATOR;
	k->hints.has_receipt = k->hints.has_sms = false;
	k->out.note(k->out.context, LOG_LEVEL_INFO, "A person said what time it is.");
	return 0;
}

/* --- what is shown of it --- */

static const char *said_by(enum clock_source source)
{
	switch (source) {
	case CLOCK_SOURCE_NTP:
		return "by the network's time";
	case CLOCK_SOURCE_RTC:
		return "by this machine's own clock";
	case CLOCK_SOURCE_SMS:
		return "by the texts that came";
	case CLOCK_SOURCE_RECEIPT:
		return "by the collector's last receipt";
	case CLOCK_SOURCE_OPERATOR:
		return "as a person said";
	default:
		return "";
	}
}

void date_write(const struct kiosk *k, char *sentence, size_t size)
{
	const struct date date = kiosk_date(k);
	char doubted[32], floor[32];

	time_format(date.known ? date.now : date.estimate, doubted);
	if (date.known)
		text_format(sentence, size, "%s, %s.", doubted, said_by(date.source));
	else if (date.has_estimate)
		text_format(sentence, size, "About %s, %s; not relied on.", doubted,
		            said_by(CLOCK_SOURCE_SMS));
	else
		text_copy(sentence, size,
		          "Not known: check-ins count all the same, without their time. The "
		          "network's time, the collector's next receipt or `kioskctl clock TIME` "
		          "sets it.");
	if (date.doubt == DATE_STANDS)
		return;
	time_format(date.doubted, doubted);
	time_format(k->floor, floor);
	if (date.doubt == DATE_TOO_EARLY)
		text_format(sentence, size,
		            "NOT BELIEVED: %s, %s, is before %s, which is certainly past. Which is "
		            "right? `kioskctl clock TIME`",
		            doubted, said_by(date.doubted_source), floor);
	else
		text_format(sentence, size,
		            "NOT BELIEVED: %s, %s, %s. Is it right? Then `kioskctl clock TIME`%s",
		            doubted, said_by(date.doubted_source),
		            date.doubt == DATE_JUMPED ? "came by a jump" : "is too far ahead",
		            k->meeting.open ? ", after closing the event." : ".");
}

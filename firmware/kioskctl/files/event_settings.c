/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "calendar.h"
#include "clock.h"
#include "event_settings.h"
#include "message.h"
#include "rfc3339.h"

int event_fits_hub(const struct args *args, const struct manifest *manifest,
                   const struct hub_cert *hub)
{
	int64_t start, end, last_start;
	char from[32], to[32];

	if (manifest_occurrence(manifest, 0, &start, &end) < 0 ||
	    manifest_occurrence(manifest, manifest_occurrences(manifest) - 1, &last_start, &end) <
	        0)
		return EX_SOFTWARE;
	if (hub->not_before > start || hub->not_after < end) {
		time_format(hub->not_before, from);
		time_format(hub->not_after, to);
		complain(args,
		         "--start: the hub's certificate is for events from %.16sZ to "
		         "%.16sZ, so no kiosk would open this one; give other dates, or let "
		         "the network certify the hub anew: kioskctl hub renew",
		         from, to);
		return EX_USAGE;
	}
	if (end + manifest->grace_s < clock_wall().s)
		complain(args, "warning: the event is over already; a kiosk that knows the date "
		               "will not open it");
	return 0;
}

int event_limits_read(const struct args *args, struct manifest *manifest)
{
	static const char *const policies[] = {"signed", "any", NULL};
	static const enum qr_policy policy_of[] = {POLICY_SIGNED, POLICY_ANY};
	static const char *const resumes[] = {"card", "auto", NULL};
	const char *grace = args_value(args, "--grace"), *chosen = args_value(args, "--policy");
	uint32_t kiosks = 1, party = 1;
	unsigned int policy = 0, resume = 0;
	int r = 0;

	if (grace != NULL)
		r = duration_parse(args, "--grace", grace, 0, DAY_S, &manifest->grace_s);
	if (r == 0)
		r = args_number(args, "--kiosks-max", 1, UINT16_MAX, manifest->kiosks_max, &kiosks);
	if (r == 0)
		r = args_number(args, "--party-max", 1, PARTY_MAX, manifest->party_max, &party);
	if (r == 0)
		r = args_number(args, "--people-max", 1, UINT32_MAX, manifest->people_max,
		                &manifest->people_max);
	if (r == 0)
		r = args_number(args, "--tickets", 1, UINT32_MAX, manifest->tickets_issued,
		                &manifest->tickets_issued);
	if (r == 0 && chosen != NULL && strcmp(chosen, "roster") == 0) {
		complain(args, "--policy: “roster”, for codes that are imported, is not there yet: "
		               "a kiosk would take our own tickets only. Choose signed, or any, "
		               "which counts every code once");
		r = EX_USAGE;
	}
	if (r == 0)
		r = args_choice(args, "--policy", policies, manifest->policy == POLICY_ANY,
		                &policy);
	if (r == 0)
		r = args_choice(args, "--resume", resumes, manifest->resume == RESUME_AUTO,
		                &resume);
	if (r != 0)
		return r;
	manifest->kiosks_max = (uint16_t)kiosks;
	manifest->party_max = (uint8_t)party;
	manifest->policy = policy_of[policy];
	manifest->resume = resume == 0 ? RESUME_CARD : RESUME_AUTO;
	if (chosen != NULL && manifest->policy == POLICY_ANY)
		complain(args, "warning: with --policy any every QR code counts once, a bottle's "
		               "too; totals are marked as less well checked");
	return 0;
}

int event_paper_read(const struct args *args, struct print_event *event)
{
	const char *place = args_value(args, "--place"), *call = args_value(args, "--call");
	int r = 0;

	if (place != NULL)
		r = args_clean_text(args, "--place", place, PLACE_BYTES_MAX, event->place);
	if (r == 0 && call != NULL)
		r = args_clean_text(args, "--call", call, CALL_BYTES_MAX, event->call);
	return r;
}

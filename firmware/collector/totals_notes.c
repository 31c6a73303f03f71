/* SPDX-License-Identifier: Apache-2.0 */
#include "totals_notes.h"

static const char *const note[] = {
    "People are attendances: somebody who came to two meetings is counted at both. How many came "
    "for "
    "the first time this year is asked and shown apart.",
    "Who is counted is not known by name: somebody who shows a code and texts too is counted "
    "twice, "
    "and two kiosks at one meeting may overlap. The headcount is the check.",
    "Projects are counted beside people and are never added up: one person may be there for "
    "several.",
    "A project is one across meetings and hubs by its name: one that is named in two ways stands "
    "twice in the list.",
    "kiosk-signed: signed by a kiosk that was opened with the event's card. + matches headcount: a "
    "person's count of the room, given before the total was shown, is within 3 or 10 percent. + "
    "distinct tickets: one kiosk, signed tickets only, no more than were issued.",
    "disputed: more kiosks counted a meeting than were planned. The first count until the hub "
    "names its "
    "own; all of them are listed.",
    "Held counts are stored and count zero until the hub mends the cause. What is missing is "
    "listed "
    "and never guessed.",
};

json_t *totals_notes(enum totals_view view)
{
	json_t *notes = json_array();
	bool failed = false;

	for (size_t i = 0; i < sizeof(note) / sizeof(note[0]); i++)
		failed = json_array_append_new(notes, json_string(note[i])) != 0 || failed;
	if (view == TOTALS_PUBLIC)
		failed = json_array_append_new(
		             notes, json_string("Numbers below 10 are not shown, and every sum is "
		                                "over the numbers shown.")) != 0 ||
		         failed;
	if (!failed)
		return notes;
	json_decref(notes);
	return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include <kiosk/msg_people.h>

#include "hex.h"
#include "status.h"

static json_t *tally_json(const struct tally *tally)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "qr", (json_int_t)tally->qr, "sms",
	                 (json_int_t)tally->sms, "manual", (json_int_t)tally->manual, "counted",
	                 (json_int_t)tally->counted, "confirmed", (json_int_t)tally->confirmed);
}

static json_t *event_json(const struct msg_status *status)
{
	char event[2 * sizeof(status->event.b) + 1], epoch[2 * sizeof(status->epoch.b) + 1];

	if (!status->has_event)
		return json_null();
	hex_encode(status->event.b, sizeof(status->event.b), event);
	hex_encode(status->epoch.b, sizeof(status->epoch.b), epoch);
	return json_pack("{s:s, s:s, s:I, s:s}", "id", event, "name", status->event_name,
	                 "occurrence", (json_int_t)status->occurrence + 1, "epoch", epoch);
}

static json_t *projects_json(const struct msg_status *status)
{
	json_t *list = json_array();

	for (size_t i = 0; i < status->n_projects && i < PROJECTS_MAX; i++) {
		const struct tally tally = status_tally(status, status->project[i].id);
		json_t *project = json_pack("{s:I, s:s}", "id", (json_int_t)status->project[i].id,
		                            "name", status->project[i].name);
		json_t *numbers = tally_json(&tally);

		(void)json_object_update(project, numbers);
		json_decref(numbers);
		(void)json_array_append_new(list, project);
	}
	return list;
}

static json_t *helpers_json(const struct msg_status *status)
{
	json_t *list = json_array();

	for (size_t i = 0; i < status->n_helpers && i < STATUS_HELPERS_MAX; i++) {
		const struct status_helper *helper = &status->helper[i];

		(void)json_array_append_new(
		    list, json_pack("{s:s, s:s, s:I, s:s}", "kind", helper_word(helper->kind),
		                    "health", health_word(helper->health), "restarts",
		                    (json_int_t)helper->restarts, "sentence", helper->sentence));
	}
	return list;
}

static json_t *modem_json(const struct msg_status *status)
{
	return json_pack(
	    "{s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:b, s:I}", "signal_dbm",
	    status->signal_dbm != 0 ? json_integer(status->signal_dbm) : json_null(), "operator",
	    status->operator_name[0] != '\0' ? json_string(status->operator_name) : json_null(),
	    "store_used", (json_int_t)status->store_used, "store_size",
	    (json_int_t)status->store_size, "waiting", (json_int_t)status->sms_waiting, "untimely",
	    (json_int_t)status->sms_untimely, "before", (json_int_t)status->sms_before,
	    "last_text_s",
	    status->last_text_s >= 0 ? json_integer(status->last_text_s) : json_null(),
	    "power_key_wanted", status->power_key_wanted, "power_key_presses",
	    (json_int_t)status->power_key_presses);
}

static void add_counts(json_t *root, const struct msg_status *status)
{
	const struct tally people = status_tally(status, PROJECT_PEOPLE);

	(void)json_object_set_new(root, "people", tally_json(&people));
	(void)json_object_set_new(root, "projects", projects_json(status));
	(void)json_object_set_new(root, "first",
	                          json_pack("{s:I, s:I, s:I}", "yes",
	                                    (json_int_t)people.first[FIRST_YES], "no",
	                                    (json_int_t)people.first[FIRST_NO], "not_asked",
	                                    (json_int_t)people.first[FIRST_NOT_ASKED]));
	(void)json_object_set_new(root, "already", json_integer(status->already));
	(void)json_object_set_new(root, "not_accepted", json_integer(status->not_accepted));
	(void)json_object_set_new(root, "headcount",
	                          status->has_headcount ? json_integer(status->headcount)
	                                                : json_null());
}

char *status_json(const struct msg_status *status)
{
	json_t *root = json_pack("{s:s, s:s, s:o}", "state", state_word(status->state), "sentence",
	                         status->sentence, "event", event_json(status));
	char *text;

	if (root == NULL)
		return NULL;
	add_counts(root, status);
	(void)json_object_set_new(
	    root, "batches",
	    json_pack("{s:I, s:I, s:b}", "sealed", (json_int_t)status->batches_sealed, "confirmed",
	              (json_int_t)status->batches_confirmed, "parked", status->batch_parked));
	(void)json_object_set_new(root, "uplink", json_string(status->uplink_sentence));
	(void)json_object_set_new(root, "next_try_ms",
	                          json_integer((json_int_t)status->next_try_ms));
	(void)json_object_set_new(root, "held",
	                          status->held_sentence[0] == '\0'
	                              ? json_null()
	                              : json_pack("{s:I, s:s}", "people",
	                                          (json_int_t)status->held_people, "reason",
	                                          status->held_sentence));
	(void)json_object_set_new(root, "clock", json_string(status->clock_sentence));
	(void)json_object_set_new(root, "clock_known", json_boolean(status->clock_known));
	(void)json_object_set_new(root, "leaves", json_integer((json_int_t)status->ledger_leaves));
	(void)json_object_set_new(root, "boot", json_integer(status->boot));
	(void)json_object_set_new(root, "helpers", helpers_json(status));
	(void)json_object_set_new(root, "modem", modem_json(status));
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return text;
}

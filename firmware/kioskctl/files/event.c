/* SPDX-License-Identifier: Apache-2.0 */
/* event.json: what paper says of an event and its manifest does not hold. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "hex.h"
#include "keys.h"
#include "message.h"
#include "text.h"

enum { DESCRIPTION_BYTES_MAX = 4096, OFFSET_S_MAX = 24 * 3600, WHAT_BYTES = 64 };

/* One offset a window. */
static bool take_offsets(json_t *list, struct print_event *event)
{
	if (json_array_size(list) != event->manifest->n_windows)
		return false;
	for (size_t i = 0; i < event->manifest->n_windows; i++) {
		json_t *offset = json_array_get(list, i);

		if (!json_is_integer(offset) || llabs(json_integer_value(offset)) > OFFSET_S_MAX)
			return false;
		event->offset_s[i] = (int32_t)json_integer_value(offset);
	}
	return true;
}

static int read_description(const struct args *args, const char *folder, struct print_event *event)
{
	char text[DESCRIPTION_BYTES_MAX];
	const char *place, *call;
	json_t *root, *offsets;
	json_error_t error;
	size_t len;
	int r;

	if (!input_exists(folder, "event.json")) {
		complain(
		    args,
		    "warning: %s/event.json is missing: paper gives times in UTC and no place; "
		    "put the file of `event new` back for those",
		    folder);
		return 0;
	}
	r = input_read(args, folder, "event.json", "an event's description", (uint8_t *)text,
	               sizeof(text), &len);
	if (r != 0)
		return r;
	root = json_loadb(text, len, 0, &error);
	if (root == NULL ||
	    json_unpack(root, "{s:o, s:s, s:s}", "utc_offsets_s", &offsets, "place", &place, "call",
	                &call) < 0 ||
	    !take_offsets(offsets, event) || strlen(place) > PLACE_BYTES_MAX ||
	    strlen(call) > CALL_BYTES_MAX) {
		complain(args,
		         "%s/event.json is not as `event new` wrote it; without the file paper "
		         "gives times in UTC and no place",
		         folder);
		r = EX_DATAERR;
	} else {
		text_copy(event->place, sizeof(event->place), place);
		text_copy(event->call, sizeof(event->call), call);
	}
	json_decref(root);
	return r;
}

int event_describe(const struct args *args, const char *folder, const struct print_event *event,
                   print_put *put)
{
	char id[2 * sizeof(event->manifest->event.b) + 1];
	json_t *root, *offsets = json_array();
	char *text;
	int r = EX_OSERR;

	for (size_t i = 0; i < event->manifest->n_windows; i++)
		(void)json_array_append_new(offsets, json_integer(event->offset_s[i]));
	hex_encode(event->manifest->event.b, sizeof(event->manifest->event.b), id);
	root =
	    json_pack("{s:s, s:s, s:o, s:s, s:s}", "event", id, "name", event->manifest->name[0].s,
	              "utc_offsets_s", offsets, "place", event->place, "call", event->call);
	text = json_dumps(root, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	if (text != NULL) {
		const size_t len = strlen(text);

		text[len] = '\n'; /* in the place of its NUL */
		r = put(args, folder, "event.json", text, len + 1, MODE_PUBLIC);
	}
	free(text);
	json_decref(root);
	return r;
}

int event_is_printable(const struct args *args, const struct print_event *event,
                       const char *hub_name)
{
	const struct manifest *manifest = event->manifest;
	char what[WHAT_BYTES];
	int r = print_check(args, "the hub's name", hub_name);

	if (r == 0)
		r = print_check(args, "--place", event->place);
	if (r == 0)
		r = print_check(args, "--call", event->call);
	for (size_t l = 0; r == 0 && l < manifest->n_languages; l++) {
		text_format(what, sizeof(what), "the event's name in %s", manifest->language[l].s);
		r = print_check(args, what, manifest->name[l].s);
		for (size_t p = 0; r == 0 && p < manifest->n_projects; p++) {
			text_format(what, sizeof(what), "project %u's name in %s",
			            manifest->project[p].id, manifest->language[l].s);
			r = print_check(args, what, manifest->project[p].name[l].s);
		}
	}
	return r;
}

int event_read(const struct args *args, const char *folder, const struct hub *hub,
               struct manifest *manifest, struct print_event *ret)
{
	uint8_t octets[MANIFEST_BYTES_MAX];
	size_t len;
	int r = input_read(args, folder, "event.manifest", "an event's manifest", octets,
	                   sizeof(octets), &len);

	if (r != 0)
		return r;
	r = manifest_open(octets, len, &hub->key, manifest);
	if (r == WIRE_E_SIGNATURE) {
		complain(args,
		         "%s/event.manifest is not signed by this hub (“%s”); give the --hub "
		         "that made the event",
		         folder, hub->cert.name.s);
		return EX_DATAERR;
	}
	if (r != 0) {
		complain(args, "%s/event.manifest is not an event's manifest: %s", folder,
		         wire_strerror(r));
		return EX_DATAERR;
	}
	*ret = (struct print_event){.manifest = manifest};
	return read_description(args, folder, ret);
}

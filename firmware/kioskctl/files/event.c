/* SPDX-License-Identifier: Apache-2.0 */
/* event.json: what paper says of an event and its manifest does not hold. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "keys.h"
#include "message.h"
#include "text.h"

enum { DESCRIPTION_BYTES_MAX = 4096, OFFSET_S_MAX = 24 * 3600 };

static int read_description(const struct args *args, const char *folder, struct print_event *event)
{
	char text[DESCRIPTION_BYTES_MAX];
	json_t *root;
	json_error_t error;
	size_t len;
	int offset_s, r;
	const char *place;

	if (!input_exists(folder, "event.json"))
		return 0;
	r = input_read(args, folder, "event.json", "an event's description", (uint8_t *)text,
	               sizeof(text), &len);
	if (r != 0)
		return r;
	root = json_loadb(text, len, 0, &error);
	if (root == NULL ||
	    json_unpack(root, "{s:i, s:s}", "utc_offset_s", &offset_s, "place", &place) < 0 ||
	    abs(offset_s) > OFFSET_S_MAX || strlen(place) > PLACE_BYTES_MAX) {
		complain(args,
		         "%s/event.json is not as `event new` wrote it; without the file, "
		         "tickets show no date and place",
		         folder);
		r = EX_DATAERR;
	} else {
		event->has_offset = true;
		event->offset_s = offset_s;
		text_copy(event->place, sizeof(event->place), place);
	}
	json_decref(root);
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

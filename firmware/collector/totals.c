/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One walk over the epochs, sorted by hub, event, occurrence: a group is closed, and added to the
 * one above it, when the next begins. What is counted is read from the kiosks' own signed batches,
 * not from a table beside them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "count.h"
#include "hex.h"
#include "json_text.h"
#include "log.h"
#include "message.h"
#include "network_projects.h"
#include "rfc3339.h"
#include "store.h"
#include "totals_notes.h"
#include "verify.h"

enum {
	OCCURRENCE_DEVICES_MAX = 64,
	TOTALS_HEAD_MAX = 16 << 20, /* of a file: the sums, the network's projects */
};

/* The reason itself may name a number of people. */
#define HELD_FOR_THE_PUBLIC "Held until the hub mends the cause."

struct walk {
	struct store *store;
	struct wall_time now;
	enum totals_view view;
	bool failed; /* no memory for a piece of JSON */

	bool in_hub, in_event, in_occurrence;

	uint32_t hub_id;
	struct hub_cert hub;
	bool has_hubs, has_events; /* in the text, which is open for more */
	struct count hub_people;

	struct event_id event;
	char event_hex[2 * sizeof(struct event_id) + 1];
	struct manifest manifest; /* its latest issue */
	json_t *occurrences;
	struct count event_people;
	struct project_counts event_projects, event_all_projects; /* as shown; as they are */
	uint32_t next_occurrence; /* the first not yet seen or reported missing */

	uint16_t occurrence;
	json_t *kiosks, *corrections;
	struct count people;
	struct project_counts projects;
	bool has_headcount;
	uint32_t headcount; /* the largest that was signed */
	unsigned n_devices;
	struct public_key device[OCCURRENCE_DEVICES_MAX];
	bool disputed; /* held because nobody has said which of its kiosks were the hub's own */

	struct json_text *text;                 /* the whole; its hubs, until they have ended */
	struct json_text held, forked, missing; /* lists, without their brackets */
	struct network_projects *network_projects;
	struct count all, level[2]; /* as shown */
	uint64_t level_people[2];   /* as they are */
	uint64_t hub_true_people;
	uint64_t hubs_reached[2], hubs_true[2], headcount_people, ticket_people;
};

/* Takes `value` over, also when it cannot be put. */
static void put(struct walk *walk, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		walk->failed = true;
}

static void append(struct walk *walk, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		walk->failed = true;
}

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *time_text(int64_t s)
{
	char text[32];

	time_format(s, text);
	return json_string(text);
}

static json_t *hex_text(const void *octets, size_t len)
{
	char text[2 * sizeof(struct public_key) + 1];

	hex_encode(octets, len, text);
	return json_string(text);
}

/* The beginning of a line in `held`, `forked` or `missing`. */
static json_t *line(struct walk *walk, uint32_t occurrence, const char *why)
{
	json_t *object = json_pack("{s:I, s:s, s:s, s:I, s:s}", "hub", (json_int_t)walk->hub_id,
	                           "event", walk->event_hex, "event_name", walk->manifest.name[0].s,
	                           "occurrence", (json_int_t)occurrence + 1, "why", why);

	if (object == NULL)
		walk->failed = true;
	return object;
}

/* --- an occurrence --- */

static json_t *projects_json(struct walk *walk, const struct project_counts *projects)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < projects->n; i++) {
		json_t *object = count_json(&projects->count[i], "participations", walk->view);
		int index = manifest_project_index(&walk->manifest, projects->id[i]);

		put(walk, object, "id", number(projects->id[i]));
		put(walk, object, "name",
		    json_string(index >= 0 ? walk->manifest.project[index].name[0].s : ""));
		append(walk, array, object);
	}
	return array;
}

/* |people - headcount| <= max(3, 10 % of the headcount) */
static bool matches_headcount(const struct walk *walk)
{
	uint64_t people = walk->people.n, heads = walk->headcount;
	uint64_t apart = people > heads ? people - heads : heads - people;

	return walk->has_headcount && !walk->disputed && (apart <= 3 || apart * 10 <= heads);
}

/* Two kiosks may each have taken the same ticket, so it is said of one kiosk's count only. */
static bool distinct_tickets(const struct walk *walk)
{
	return walk->manifest.policy == POLICY_SIGNED && walk->manifest.tickets_issued > 0 &&
	       walk->n_devices == 1 && !walk->disputed && walk->people.channel[CHANNEL_QR] > 0 &&
	       walk->people.channel[CHANNEL_QR] <= walk->manifest.tickets_issued;
}

static json_t *checked_json(struct walk *walk)
{
	json_t *words = json_array();

	append(walk, words, json_string("kiosk-signed"));
	if (matches_headcount(walk))
		append(walk, words, json_string("+ matches headcount"));
	if (distinct_tickets(walk))
		append(walk, words, json_string("+ distinct tickets"));
	return words;
}

/* Upwards go only numbers that are shown, so that no sum can be taken apart. */
static void add_upwards(struct walk *walk)
{
	bool people_shown = walk->view == TOTALS_TEAM || count_is_public(&walk->people);
	bool projects_shown =
	    walk->view == TOTALS_TEAM || count_projects_are_public(&walk->people, &walk->projects);

	walk->hub_true_people += walk->people.n;
	for (unsigned i = 0; i < walk->projects.n; i++) {
		struct count *count =
		    count_project(&walk->event_all_projects, walk->projects.id[i]);

		if (count != NULL)
			count_add(count, &walk->projects.count[i]);
	}
	if (people_shown) {
		count_add(&walk->event_people, &walk->people);
		walk->headcount_people += matches_headcount(walk) ? walk->people.n : 0;
		walk->ticket_people += distinct_tickets(walk) ? walk->people.n : 0;
	}
	for (unsigned i = 0; projects_shown && i < walk->projects.n; i++) {
		struct count *count = count_project(&walk->event_projects, walk->projects.id[i]);

		if (count != NULL)
			count_add(count, &walk->projects.count[i]);
	}
}

static void end_occurrence(struct walk *walk)
{
	json_t *object;
	int64_t start, end;

	if (!walk->in_occurrence)
		return;
	walk->in_occurrence = false;
	object = json_object();
	add_upwards(walk);
	put(walk, object, "number", number(walk->occurrence + 1));
	if (manifest_occurrence(&walk->manifest, walk->occurrence, &start, &end) == 0) {
		put(walk, object, "start", time_text(start));
		put(walk, object, "end", time_text(end));
	}
	put(walk, object, "people", count_json(&walk->people, "attendances", walk->view));
	if (walk->view == TOTALS_TEAM || count_projects_are_public(&walk->people, &walk->projects))
		put(walk, object, "projects", projects_json(walk, &walk->projects));
	else
		put(walk, object, "projects", json_string("fewer than 10 in one of them or more"));
	if (walk->view == TOTALS_TEAM || count_is_public(&walk->people))
		put(walk, object, "checked", checked_json(walk));
	if (walk->view == TOTALS_TEAM) {
		put(walk, object, "headcount",
		    walk->has_headcount ? number(walk->headcount) : json_null());
		put(walk, object, "kiosks", walk->kiosks);
	} else {
		put(walk, object, "kiosks", number(walk->n_devices));
		json_decref(walk->kiosks);
	}
	walk->kiosks = NULL;
	put(walk, object, "disputed", json_boolean(walk->disputed));
	put(walk, object, "corrections", walk->corrections);
	walk->corrections = NULL;
	append(walk, walk->occurrences, object);
}

/* Meetings of the manifest that are over and of which nothing came. */
static void report_missing(struct walk *walk, uint32_t before)
{
	int64_t start, end;

	for (; walk->next_occurrence < before; walk->next_occurrence++) {
		json_t *object;

		if (manifest_occurrence(&walk->manifest, walk->next_occurrence, &start, &end) !=
		        0 ||
		    end + (int64_t)walk->manifest.grace_s > walk->now.s)
			continue;
		object = line(walk, walk->next_occurrence,
		              "Nothing has arrived from this meeting. Its kiosk may not have had a "
		              "connection yet.");
		put(walk, object, "start", time_text(start));
		json_text_item(&walk->missing, object);
	}
}

static void begin_occurrence(struct walk *walk, uint16_t occurrence)
{
	report_missing(walk, occurrence);
	walk->next_occurrence = occurrence + 1U;
	walk->in_occurrence = true;
	walk->occurrence = occurrence;
	walk->kiosks = json_array();
	walk->corrections = json_array();
	walk->people = (struct count){0};
	walk->projects.n = 0;
	walk->has_headcount = false;
	walk->headcount = 0;
	walk->n_devices = 0;
	walk->disputed = false;
	/* A project of the manifest that nobody came for is a number too. */
	for (unsigned i = 0; i < walk->manifest.n_projects; i++)
		(void)count_project(&walk->projects, walk->manifest.project[i].id);
}

/* --- an event, a hub --- */

static const char *level_word(const struct hub_cert *hub)
{
	return hub->level == HUB_STATE ? "state" : "local";
}

static const char *policy_word(enum qr_policy policy)
{
	return policy == POLICY_SIGNED ? "signed" : policy == POLICY_ROSTER ? "roster" : "any";
}

/* The event's, among those of the network. */
static void meet_projects(struct walk *walk)
{
	for (unsigned i = 0; i < walk->event_all_projects.n; i++) {
		const uint16_t id = walk->event_all_projects.id[i];
		const int index = manifest_project_index(&walk->manifest, id);
		const struct count *shown = count_project(&walk->event_projects, id);

		if (index >= 0 && shown != NULL &&
		    !network_projects_meet(walk->network_projects, walk->hub_id, &walk->manifest,
		                           (unsigned)index, &walk->event_all_projects.count[i],
		                           shown))
			walk->failed = true;
	}
}

static void end_event(struct walk *walk)
{
	json_t *object;

	if (!walk->in_event)
		return;
	end_occurrence(walk);
	report_missing(walk, manifest_occurrences(&walk->manifest));
	walk->in_event = false;
	count_add(&walk->hub_people, &walk->event_people);
	meet_projects(walk);
	object = json_pack("{s:s, s:s, s:s}", "event", walk->event_hex, "name",
	                   walk->manifest.name[0].s, "policy", policy_word(walk->manifest.policy));
	if (walk->view == TOTALS_TEAM)
		put(walk, object, "tickets_issued", number(walk->manifest.tickets_issued));
	put(walk, object, "people", count_json(&walk->event_people, "attendances", walk->view));
	put(walk, object, "projects", projects_json(walk, &walk->event_projects));
	put(walk, object, "occurrences", walk->occurrences);
	walk->occurrences = NULL;
	if (walk->has_events)
		json_text_put(walk->text, ", ");
	walk->has_events = true;
	json_text_value(walk->text, object);
}

/* The latest issue of the event this hub. */
static int load_event(struct walk *walk, uint32_t hub_id, const struct event_id *event)
{
	uint8_t bytes[MANIFEST_BYTES_MAX];
	size_t len;
	int r = store_event(walk->store, hub_id, event, bytes, &len);

	if (r != 0)
		return r < 0 ? r : -ENOENT;
	if (manifest_reopen(bytes, len, &walk->manifest) != 0)
		return -EPROTO;
	walk->event = *event;
	hex_encode(event->b, sizeof(event->b), walk->event_hex);
	walk->next_occurrence = 0;
	return 0;
}

static int begin_event(struct walk *walk, const struct store_epoch *epoch)
{
	int r = load_event(walk, epoch->hub_id, &epoch->event);

	if (r != 0)
		return r;
	walk->in_event = true;
	walk->occurrences = json_array();
	walk->event_people = (struct count){0};
	walk->event_projects.n = 0;
	walk->event_all_projects.n = 0;
	return 0;
}

/* An event that was told of beforehand and of which nothing came at all. */
static int each_event_unseen(void *context, uint32_t hub_id, const struct event_id *event)
{
	struct walk *walk = context;
	int r = load_event(walk, hub_id, event);

	if (r != 0)
		return r;
	walk->hub_id = hub_id;
	report_missing(walk, manifest_occurrences(&walk->manifest));
	return 0;
}

static void end_hub(struct walk *walk)
{
	if (!walk->in_hub)
		return;
	end_event(walk);
	walk->in_hub = false;
	count_add(&walk->all, &walk->hub_people);
	count_add(&walk->level[walk->hub.level], &walk->hub_people);
	walk->level_people[walk->hub.level] += walk->hub_true_people;
	walk->hubs_reached[walk->hub.level] += walk->hub_people.n > 0;
	walk->hubs_true[walk->hub.level] += walk->hub_true_people > 0;
	json_text_put(walk->text, "], \"people\": ");
	json_text_value(walk->text, count_json(&walk->hub_people, "attendances", walk->view));
	json_text_put(walk->text, "}");
}

static int begin_hub(struct walk *walk, const struct store_epoch *epoch)
{
	uint8_t bytes[HUB_CERT_BYTES_MAX];
	struct hash hash;
	size_t len;
	int r = store_hub(walk->store, epoch->hub_id, bytes, &len, &hash);

	if (r != 0)
		return r < 0 ? r : -ENOENT;
	if (hub_cert_reopen(bytes, len, &walk->hub) != 0)
		return -EPROTO;
	walk->in_hub = true;
	walk->hub_id = epoch->hub_id;
	if (walk->has_hubs)
		json_text_put(walk->text, ", ");
	json_text_open(walk->text, json_pack("{s:I, s:s, s:s, s:s}", "id", (json_int_t)walk->hub_id,
	                                     "name", walk->hub.name.s, "level",
	                                     level_word(&walk->hub), "region", walk->hub.region.s));
	json_text_put(walk->text, ", \"events\": [");
	walk->has_hubs = true;
	walk->has_events = false;
	walk->hub_people = (struct count){0};
	walk->hub_true_people = 0;
	return 0;
}

/* --- one kiosk's opening --- */

static void note_device(struct walk *walk, const struct public_key *device)
{
	for (unsigned i = 0; i < walk->n_devices; i++)
		if (memcmp(walk->device[i].b, device->b, sizeof(device->b)) == 0)
			return;
	if (walk->n_devices < OCCURRENCE_DEVICES_MAX)
		walk->device[walk->n_devices++] = *device;
}

static void note_headcount(struct walk *walk, const struct batch *batch)
{
	struct headcount headcount;

	if (batch->headcount_len == 0 ||
	    headcount_reopen(batch->headcount, batch->headcount_len, &headcount) != 0)
		return;
	walk->has_headcount = true;
	if (headcount.people > walk->headcount)
		walk->headcount = headcount.people;
}

static void note_trouble(struct walk *walk, const struct store_epoch *epoch,
                         const struct batch *batch)
{
	json_t *object;
	int64_t start, end;

	if (epoch->held[0] != '\0') {
		object = line(walk, epoch->occurrence,
		              walk->view == TOTALS_TEAM ? epoch->held : HELD_FOR_THE_PUBLIC);
		if (walk->view == TOTALS_TEAM) {
			put(walk, object, "epoch",
			    hex_text(epoch->epoch.b, sizeof(epoch->epoch.b)));
			put(walk, object, "attendances", number(epoch->people));
		}
		json_text_item(&walk->held, object);
	}
	if (epoch->fork_seq != 0) {
		object = line(walk, epoch->occurrence,
		              "Two different batches of the same number arrived from one kiosk: a "
		              "copy of its disk may be in use. Its "
		              "count stands as it was first received; nothing after it is taken.");
		put(walk, object, "batch", number(epoch->fork_seq));
		if (walk->view == TOTALS_TEAM)
			put(walk, object, "epoch",
			    hex_text(epoch->epoch.b, sizeof(epoch->epoch.b)));
		json_text_item(&walk->forked, object);
	}
	if (batch->state == EPOCH_OPEN &&
	    manifest_occurrence(&walk->manifest, epoch->occurrence, &start, &end) == 0 &&
	    end + (int64_t)walk->manifest.grace_s < walk->now.s) {
		object = line(walk, epoch->occurrence,
		              "The meeting is over and this kiosk has not sent its last count: "
		              "what it counted since is missing.");
		put(walk, object, "last_heard", time_text(epoch->last_time));
		json_text_item(&walk->missing, object);
	}
}

/* Totals changed after the close: the hub's reason stands beside them. It is free text, and may
 * name people or numbers: everybody else hears that there is one. */
static void note_correction(struct walk *walk, const struct batch *batch)
{
	struct correction correction;

	if (batch->correction_len > 0 &&
	    correction_reopen(batch->correction, batch->correction_len, &correction) == 0)
		append(walk, walk->corrections,
		       json_string(walk->view == TOTALS_TEAM
		                       ? correction.reason.s
		                       : "Corrected by the hub after the close."));
}

static json_t *kiosk_json(struct walk *walk, const struct store_epoch *epoch,
                          const struct batch *batch)
{
	static const char *const state[] = {"open", "closed", "corrected"};
	json_t *object = json_object();

	put(walk, object, "device", hex_text(epoch->device.b, sizeof(epoch->device.b)));
	put(walk, object, "epoch", hex_text(epoch->epoch.b, sizeof(epoch->epoch.b)));
	put(walk, object, "state", json_string(state[batch->state]));
	put(walk, object, "batches", number(epoch->head_seq));
	put(walk, object, "attendances", number(epoch->people));
	put(walk, object, "last_heard", time_text(epoch->last_time));
	if (epoch->held[0] != '\0')
		put(walk, object, "held", json_string(epoch->held));
	if (epoch->fork_seq != 0)
		put(walk, object, "forked_at", number(epoch->fork_seq));
	return object;
}

static void count_epoch(struct walk *walk, const struct store_epoch *epoch,
                        const struct batch *batch)
{
	append(walk, walk->kiosks, kiosk_json(walk, epoch, batch));
	note_trouble(walk, epoch, batch);
	walk->disputed |= strncmp(epoch->held, HELD_OVERLAP, strlen(HELD_OVERLAP)) == 0;
	if (epoch->held[0] != '\0')
		return;
	note_device(walk, &epoch->device);
	note_headcount(walk, batch);
	note_correction(walk, batch);
	for (uint16_t i = 0; i < batch->n_rows; i++) {
		struct count *count = batch->row[i].project == PROJECT_PEOPLE
		                          ? &walk->people
		                          : count_project(&walk->projects, batch->row[i].project);

		if (count != NULL)
			count_row(count, &batch->row[i]);
	}
}

/* Of a hub that is not the one known by its number: nothing of it stands under that one. */
static int tell_stranger(struct walk *walk, const struct store_epoch *epoch)
{
	uint8_t bytes[HUB_CERT_BYTES_MAX];
	struct hub_cert cert;
	json_t *object;
	size_t len;
	int r = store_hub_cert(walk->store, &epoch->hub_cert, bytes, &len);

	if (r != 0)
		return r < 0 ? r : -ENOENT;
	if (hub_cert_reopen(bytes, len, &cert) != 0)
		return -EPROTO;
	object = json_pack("{s:I, s:I, s:s}", "hub", (json_int_t)epoch->hub_id, "occurrence",
	                   (json_int_t)epoch->occurrence + 1, "why",
	                   walk->view == TOTALS_TEAM ? epoch->held : HELD_FOR_THE_PUBLIC);
	put(walk, object, "event", hex_text(epoch->event.b, sizeof(epoch->event.b)));
	if (walk->view == TOTALS_TEAM) {
		put(walk, object, "certificate",
		    json_pack("{s:s, s:s, s:s}", "name", cert.name.s, "level", level_word(&cert),
		              "region", cert.region.s));
		put(walk, object, "epoch", hex_text(epoch->epoch.b, sizeof(epoch->epoch.b)));
		put(walk, object, "attendances", number(epoch->people));
	}
	json_text_item(&walk->held, object);
	return 0;
}

static int each_epoch(void *context, const struct store_epoch *epoch)
{
	struct walk *walk = context;
	struct batch batch;
	int r = 0;

	if (epoch->stranger)
		return tell_stranger(walk, epoch);

	if (batch_reopen(epoch->batch, epoch->batch_len, &batch) != 0) {
		log_error("a stored batch cannot be read: was the database altered?");
		return -EPROTO;
	}
	if (!walk->in_hub || walk->hub_id != epoch->hub_id) {
		end_hub(walk);
		r = begin_hub(walk, epoch);
	}
	if (r == 0 && (!walk->in_event ||
	               memcmp(walk->event.b, epoch->event.b, sizeof(walk->event.b)) != 0)) {
		end_event(walk);
		r = begin_event(walk, epoch);
	}
	if (r != 0)
		return r;
	if (!walk->in_occurrence || walk->occurrence != epoch->occurrence) {
		end_occurrence(walk);
		begin_occurrence(walk, epoch->occurrence);
	}
	count_epoch(walk, epoch, &batch);
	return 0;
}

/* --- the whole --- */

static json_t *five(uint64_t state_hubs, uint64_t local_hubs, uint64_t projects,
                    uint64_t people_state, uint64_t people_local)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "state_hubs", (json_int_t)state_hubs,
	                 "local_hubs", (json_int_t)local_hubs, "projects", (json_int_t)projects,
	                 "people_state", (json_int_t)people_state, "people_local",
	                 (json_int_t)people_local);
}

/* What may be shown of it; where that is nothing, a number that is not 0 is not told as 0. */
static json_t *shown(uint64_t n, uint64_t is)
{
	return n == 0 && is > 0 ? json_string("not shown") : number(n);
}

static json_t *reached_json(struct walk *walk)
{
	static const char *const hubs[] = {[HUB_STATE] = "state_hubs", [HUB_LOCAL] = "local_hubs"};
	static const char *const people[] = {
	    [HUB_STATE] = "people_state", [HUB_LOCAL] = "people_local"};
	json_t *object = json_object();

	for (int level = 0; level < 2; level++) {
		put(walk, object, hubs[level],
		    shown(walk->hubs_reached[level], walk->hubs_true[level]));
		put(walk, object, people[level],
		    shown(walk->level[level].n, walk->level_people[level]));
	}
	put(walk, object, "projects",
	    shown(walk->view == TOTALS_TEAM ? network_projects_reached(walk->network_projects)
	                                    : network_projects_shown(walk->network_projects),
	          network_projects_reached(walk->network_projects)));
	return object;
}

static json_t *head_json(struct walk *walk, const struct totals_settings *settings,
                         uint64_t devices)
{
	json_t *root = json_object(), *network = json_object(), *levels = json_object();

	put(walk, network, "name", json_string(settings->name));
	put(walk, network, "year", number(settings->year));
	put(walk, network, "goals",
	    five(settings->goal_state_hubs, settings->goal_local_hubs, settings->goal_projects,
	         settings->goal_people_state, settings->goal_people_local));
	put(walk, levels, "state", count_json(&walk->level[HUB_STATE], "attendances", walk->view));
	put(walk, levels, "local", count_json(&walk->level[HUB_LOCAL], "attendances", walk->view));
	put(walk, root, "view", json_string(walk->view == TOTALS_TEAM ? "team" : "public"));
	put(walk, root, "as_of", time_text(walk->now.s));
	put(walk, root, "network", network);
	put(walk, root, "reached", reached_json(walk));
	put(walk, root, "people", count_json(&walk->all, "attendances", walk->view));
	put(walk, root, "people_by_level", levels);
	put(walk, root, "checked",
	    json_pack("{s:I, s:I, s:I}", "kiosk_signed", (json_int_t)walk->all.n,
	              "matches_headcount", (json_int_t)walk->headcount_people, "distinct_tickets",
	              (json_int_t)walk->ticket_people));
	put(walk, root, "kiosks_heard_from", number(devices));
	put(walk, root, "projects", network_projects_json(walk->network_projects, walk->view));
	put(walk, root, "notes", totals_notes(walk->view));
	return root;
}

static void put_list(struct json_text *text, const char *name, struct json_text *list)
{
	json_text_put(text, name);
	json_text_append(text, list);
	json_text_put(text, "]");
}

/* Behind the hubs: what else there is a line of for each. */
static int end_text(struct walk *walk)
{
	put_list(walk->text, "], \"held\": [", &walk->held);
	put_list(walk->text, ", \"forked\": [", &walk->forked);
	put_list(walk->text, ", \"missing\": [", &walk->missing);
	json_text_put(walk->text, "}\n");
	return walk->failed ? -ENOMEM : walk->text->failed;
}

/* What is known last stands first: the sums, and the beginning of the hubs. */
static int make_head(struct walk *walk, const struct totals_settings *settings, uint64_t devices,
                     struct json_text *head)
{
	json_text_open(head, head_json(walk, settings, devices));
	json_text_put(head, ", \"hubs\": [");
	return walk->failed ? -ENOMEM : head->failed;
}

static void free_walk(struct walk *walk)
{
	json_decref(walk->kiosks);
	json_decref(walk->corrections);
	json_decref(walk->occurrences);
	json_text_free(&walk->held);
	json_text_free(&walk->forked);
	json_text_free(&walk->missing);
	network_projects_free(walk->network_projects);
	free(walk);
}

/* In two pieces, `head` before `body`. */
static int write_all(struct store *store, const struct totals_settings *settings,
                     struct wall_time now, enum totals_view view, struct json_text *head,
                     struct json_text *body)
{
	struct walk *walk = calloc(1, sizeof(*walk));
	uint64_t devices = 0;
	int r;

	if (walk == NULL)
		return -ENOMEM;
	walk->store = store;
	walk->now = now;
	walk->view = view;
	walk->text = body;
	walk->network_projects = network_projects_new();
	r = walk->network_projects == NULL ? -ENOMEM : store_each_epoch(store, each_epoch, walk);
	if (r == 0)
		r = store_devices(store, &devices);
	if (r == 0) {
		end_hub(walk);
		r = store_each_event_unseen(store, each_event_unseen, walk);
	}
	if (r == 0)
		r = end_text(walk);
	if (r == 0)
		r = make_head(walk, settings, devices, head);
	free_walk(walk);
	return r;
}

int totals_json(struct store *store, const struct totals_settings *settings, struct wall_time now,
                enum totals_view view, char **ret)
{
	struct json_text head = {0}, body = {0};
	int r = write_all(store, settings, now, view, &head, &body);

	json_text_append(&head, &body);
	if (r == 0)
		r = head.failed;
	if (r == 0)
		*ret = head.octets;
	else
		json_text_free(&head);
	return r;
}

/* The head's place is a hole of the file, which takes no room, until it is there. */
static int put_head(int fd, const struct json_text *head, uint64_t *ret_offset)
{
	const uint64_t offset = TOTALS_HEAD_MAX - head->len;
	ssize_t n;

	if (head->len > TOTALS_HEAD_MAX)
		return -EFBIG;
	n = pwrite(fd, head->octets, head->len, (off_t)offset);
	if (n != (ssize_t)head->len)
		return n < 0 ? -errno : -ENOSPC;
	*ret_offset = offset;
	return 0;
}

int totals_write(struct store *store, const struct totals_settings *settings, struct wall_time now,
                 enum totals_view view, int fd, uint64_t *ret_offset)
{
	struct json_text head = {0}, body;
	int r = lseek(fd, TOTALS_HEAD_MAX, SEEK_SET) < 0 ? -errno : 0;

	json_text_to_file(&body, fd);
	if (r == 0)
		r = write_all(store, settings, now, view, &head, &body);
	if (r == 0)
		r = json_text_flush(&body);
	if (r == 0)
		r = put_head(fd, &head, ret_offset);
	json_text_free(&head);
	json_text_free(&body);
	return r;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim_store.h"

static const char *const place_name[] = {"ME", "SM", "held", "sent"};

static struct sim_record *append(struct sim_store *store, enum sim_place place, unsigned slot,
                                 const char *hex)
{
	if (store->n == store->room) {
		size_t room = store->room == 0 ? 64 : 2 * store->room;
		struct sim_record *grown =
		    room > SIM_RECORDS_MAX ? NULL : realloc(store->record, room * sizeof(*grown));
		if (grown == NULL)
			return NULL;
		store->record = grown;
		store->room = room;
	}
	struct sim_record *record = &store->record[store->n++];
	*record = (struct sim_record){.place = place, .slot = slot};
	snprintf(record->hex, sizeof(record->hex), "%s", hex);
	return record;
}

static int read_line(struct sim_store *store, const char *line)
{
	char name[8], hex[SIM_HEX_MAX + 1];
	unsigned slot, status;
	if (sscanf(line, "%7s %u %u %400s", name, &slot, &status, hex) != 4)
		return -EBADMSG;
	for (unsigned i = 0; i < 4; i++) {
		if (strcmp(name, place_name[i]) != 0)
			continue;
		struct sim_record *record = append(store, (enum sim_place)i, slot, hex);
		if (record == NULL)
			return -ENOMEM;
		record->status = status;
		return 0;
	}
	return -EBADMSG;
}

int sim_store_open(struct sim_store *store, const char *path, unsigned size, unsigned *ret_line)
{
	char line[SIM_HEX_MAX + 64];
	int e = 0;
	*store = (struct sim_store){.size = {size, 20}};
	*ret_line = 0;
	if (snprintf(store->path, sizeof(store->path), "%s", path) >= (int)sizeof(store->path) - 8)
		return -ENAMETOOLONG;
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return errno == ENOENT ? 0 : -errno;
	while (e == 0 && fgets(line, sizeof(line), file) != NULL) {
		++*ret_line;
		e = read_line(store, line);
	}
	fclose(file);
	return e;
}

void sim_store_close(struct sim_store *store)
{
	free(store->record);
	store->record = NULL;
	store->n = store->room = 0;
}

/* Renamed, not synced: it must survive a kill of this program, not a power cut. */
int sim_store_save(const struct sim_store *store)
{
	char temporary[sizeof(store->path) + 8];
	snprintf(temporary, sizeof(temporary), "%s.new", store->path);
	FILE *file = fopen(temporary, "we");
	if (file == NULL)
		return -errno;
	for (size_t i = 0; i < store->n; i++) {
		const struct sim_record *r = &store->record[i];
		fprintf(file, "%s %u %u %s\n", place_name[r->place], r->slot, r->status, r->hex);
	}
	if (fclose(file) != 0 || rename(temporary, store->path) < 0)
		return -errno;
	return 0;
}

unsigned sim_store_count(const struct sim_store *store, enum sim_place place)
{
	unsigned n = 0;
	for (size_t i = 0; i < store->n; i++)
		n += store->record[i].place == place;
	return n;
}

struct sim_record *sim_store_at(struct sim_store *store, enum sim_place place, unsigned slot)
{
	for (size_t i = 0; i < store->n; i++)
		if (store->record[i].place == place && store->record[i].slot == slot)
			return &store->record[i];
	return NULL;
}

struct sim_record *sim_store_nth(struct sim_store *store, enum sim_place place, unsigned i)
{
	for (size_t k = 0; k < store->n; k++)
		if (store->record[k].place == place && i-- == 0)
			return &store->record[k];
	return NULL;
}

static unsigned free_slot(struct sim_store *store, enum sim_place memory)
{
	bool used[SIM_SLOTS_MAX + 1] = {false};
	for (size_t i = 0; i < store->n; i++)
		if (store->record[i].place == memory && store->record[i].slot <= SIM_SLOTS_MAX)
			used[store->record[i].slot] = true;
	for (unsigned slot = 1; slot <= store->size[memory] && slot <= SIM_SLOTS_MAX; slot++)
		if (!used[slot])
			return slot;
	return 0;
}

int sim_store_receive(struct sim_store *store, enum sim_place memory, const char *hex)
{
	unsigned slot = free_slot(store, memory);
	struct sim_record *record = append(store, slot == 0 ? SIM_HELD : memory, slot, hex);
	return record == NULL ? -ENOSPC : (int)slot;
}

int sim_store_hold(struct sim_store *store, const char *hex)
{
	return append(store, SIM_HELD, 0, hex) == NULL ? -ENOSPC : 0;
}

int sim_store_release(struct sim_store *store, enum sim_place memory)
{
	struct sim_record *held = sim_store_nth(store, SIM_HELD, 0);
	unsigned slot = held == NULL ? 0 : free_slot(store, memory);
	if (slot == 0)
		return 0;
	held->place = memory;
	held->slot = slot;
	return (int)slot;
}

int sim_store_add_sent(struct sim_store *store, const char *hex)
{
	return append(store, SIM_SENT, 0, hex) == NULL ? -ENOSPC : 0;
}

void sim_store_remove(struct sim_store *store, struct sim_record *record)
{
	size_t i = (size_t)(record - store->record);
	memmove(record, record + 1, (store->n - i - 1) * sizeof(*record));
	store->n--;
}

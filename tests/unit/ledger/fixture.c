/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "crypto.h"
#include "fixture.h"

void folder_make(struct folder *folder)
{
	const char *parent = getenv("TMPDIR");

	(void)snprintf(folder->path, sizeof(folder->path), "%s/ledger-test-XXXXXX",
	               parent != NULL ? parent : "/tmp");
	assert_non_null(mkdtemp(folder->path));
	(void)snprintf(folder->ledger, sizeof(folder->ledger), "%s/ledger.db", folder->path);
}

void folder_remove(struct folder *folder)
{
	DIR *dir = opendir(folder->path);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir != NULL)
		closedir(dir);
	(void)rmdir(folder->path);
}

int folder_setup(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));

	assert_int_equal(crypto_init(), 0);
	folder_make(folder);
	*state = folder;
	return 0;
}

int folder_teardown(void **state)
{
	folder_remove(*state);
	free(*state);
	return 0;
}

struct ledger *open_good(const char *path)
{
	struct ledger *ledger = NULL;
	char sentence[300];
	int rc = ledger_open(path, &ledger, sentence, sizeof(sentence));

	if (rc != 0)
		fail_msg("ledger_open: %d: %s", rc, sentence);
	return ledger;
}

struct ledger_opening opening_of(uint8_t event, uint16_t occurrence)
{
	static const uint8_t manifest[] = "a manifest", hub_cert[] = "a hub's certificate",
	                     grant[] = "a grant";
	struct ledger_opening opening = {
	    .event = {{event, 1, 2, 3}},
	    .device = {{9, 9, 9}},
	    .occurrence = occurrence,
	    .manifest = manifest,
	    .manifest_len = sizeof(manifest),
	    .hub_cert = hub_cert,
	    .hub_cert_len = sizeof(hub_cert),
	    .grant = grant,
	    .grant_len = sizeof(grant),
	    .boot = 1,
	};

	random_bytes(&opening.epoch, sizeof(opening.epoch));
	random_bytes(&opening.r, sizeof(opening.r));
	random_bytes(&opening.card_check, sizeof(opening.card_check));
	return opening;
}

struct tag tag_of(uint32_t number)
{
	struct hash hash = sha256(&number, sizeof(number));
	struct tag tag;

	memcpy(tag.b, hash.b, sizeof(tag.b));
	return tag;
}

struct fingerprint fingerprint_of(uint32_t number)
{
	struct hash hash = sha256(&number, sizeof(number));
	struct fingerprint fingerprint;

	memcpy(fingerprint.b, hash.b + 16, sizeof(fingerprint.b));
	return fingerprint;
}

struct ledger_checkin ticket_of(uint32_t number, uint16_t project)
{
	return (struct ledger_checkin){
	    .channel = CHANNEL_QR,
	    .has_tag = true,
	    .tag = tag_of(number),
	    .slot = 2,
	    .n_projects = 1,
	    .project = {project},
	};
}

size_t sealed_octets(const struct batch *batch, uint8_t octets[64])
{
	memcpy(octets, "sealed: ", 8);
	memcpy(octets + 8, batch->epoch.b, 16);
	memcpy(octets + 24, &batch->seq, sizeof(batch->seq));
	memcpy(octets + 28, batch->log_root.b, 32);
	return 60;
}

struct batch seal(struct ledger *ledger, const struct epoch_id *epoch)
{
	struct batch batch;
	uint8_t octets[64];

	assert_int_equal(ledger_draft(ledger, epoch, &batch), 0);
	assert_int_equal(ledger_freeze(ledger, &batch, octets, sealed_octets(&batch, octets)), 0);
	return batch;
}

struct receipt receipt_of(const struct batch *batch, uint64_t log_size)
{
	struct receipt receipt = {
	    .device = batch->device,
	    .epoch = batch->epoch,
	    .seq = batch->seq,
	    .time = 1790000000 + (int64_t)log_size,
	    .log_size = log_size,
	    .log_root = {{(uint8_t)log_size, 7}},
	};
	uint8_t octets[64];

	receipt.batch = sha256(octets, sealed_octets(batch, octets));
	return receipt;
}

int confirm(struct ledger *ledger, const struct batch *batch, uint64_t log_size)
{
	struct receipt receipt = receipt_of(batch, log_size);
	uint8_t octets[32] = {0};

	(void)snprintf((char *)octets, sizeof(octets), "receipt %llu",
	               (unsigned long long)log_size);
	return ledger_receipt(ledger, &receipt, octets, sizeof(octets));
}

void must_be_rows(const struct batch_row *is, const struct batch_row *should, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++) {
		assert_int_equal(is[i].project, should[i].project);
		assert_int_equal(is[i].channel, should[i].channel);
		assert_int_equal(is[i].first, should[i].first);
		assert_int_equal(is[i].added, should[i].added);
		assert_int_equal(is[i].revoked, should[i].revoked);
	}
}

int evening_setup(void **state)
{
	struct evening *scene = calloc(1, sizeof(*scene));

	folder_make(&scene->folder);
	scene->disk = fault_disk_new();
	scene->ledger = open_good(scene->folder.ledger);
	scene->opening = opening_of(1, 0);
	assert_int_equal(ledger_opening(scene->ledger, &scene->opening), 0);
	*state = scene;
	return 0;
}

int evening_teardown(void **state)
{
	struct evening *scene = *state;
	char sentence[300];

	if (scene->ledger != NULL && ledger_recount(scene->ledger, sentence, sizeof(sentence)) != 0)
		fail_msg("%s", sentence);
	ledger_close(scene->ledger);
	fault_disk_free(scene->disk);
	folder_remove(&scene->folder);
	free(scene);
	return 0;
}

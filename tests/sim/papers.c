/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "crypto.h"
#include "papers.h"

static struct secret_seed seed_of(const char *what, uint32_t number)
{
	struct secret_seed seed;
	struct hash hash = hkdf_sha256(what, strlen(what), "sim", &number, sizeof(number));

	memcpy(seed.b, hash.b, sizeof(seed.b));
	return seed;
}

void papers_network(struct network_papers *papers, int64_t now)
{
	struct collector_cert cert = {.not_before = 0, .not_after = now + 30000LL * DAY_S};
	int r;

	*papers = (struct network_papers){
	    .root = seed_of("root", 0),
	    .collector = seed_of("collector", 0),
	    .network = {.name = {"Sim"}, .collector_url = {"http://127.0.0.1:1"}},
	};
	papers->network.root = ed25519_public(&papers->root);
	cert.collector = ed25519_public(&papers->collector);
	r = collector_cert_seal(&cert, &papers->root, papers->collector_cert,
	                        sizeof(papers->collector_cert), &papers->collector_cert_len);
	assert(r == 0);
}

void papers_hub(const struct network_papers *network, uint32_t number, int64_t from, int64_t to,
                struct hub_papers *ret)
{
	struct hub_cert cert = {
	    .hub_id = number,
	    .level = number % 2 ? HUB_LOCAL : HUB_STATE,
	    .region = {"US-KY"},
	    .not_before = from,
	    .not_after = to,
	};
	int r;

	(void)snprintf(cert.name.s, sizeof(cert.name.s), "Hub %u", number);
	ret->seed = seed_of("hub", number);
	ret->key = cert.hub = ed25519_public(&ret->seed);
	ret->not_after = to;
	r = hub_cert_seal(&cert, &network->root, ret->cert, sizeof(ret->cert), &ret->cert_len);
	assert(r == 0);
}

static void put_card(struct meeting_papers *papers)
{
	const struct card card = {
	    .manifest = papers->manifest_bytes,
	    .hub_cert = papers->hub->cert,
	    .manifest_len = papers->manifest_len,
	    .hub_cert_len = papers->hub->cert_len,
	    .secret = papers->secret,
	};
	uint8_t octets[CARD_BYTES_MAX];
	size_t len;
	int r = card_encode(&card, octets, sizeof(octets), &len);

	assert(r == 0);
	r = code_encode(CODE_EVENT_CARD, octets, len, papers->card, sizeof(papers->card));
	assert(r == 0);
}

void papers_meeting(struct meeting_papers *papers, const struct hub_papers *hub, uint8_t number)
{
	static const char *const keyword[] = {"RIVER", "MUSIC", "TREES"};
	struct manifest *manifest = &papers->manifest;
	struct secret_seed seed = seed_of("card", number), card;
	int r;

	papers->hub = hub;
	memcpy(papers->secret.b, seed.b, sizeof(papers->secret.b));
	manifest->event = (struct event_id){.b = {number, 7}};
	manifest->serial = 1;
	manifest->n_languages = 1;
	manifest->language[0].s[0] = 'e';
	manifest->language[0].s[1] = 'n';
	(void)snprintf(manifest->name[0].s, sizeof(manifest->name[0].s), "Meeting %u", number);
	manifest->n_projects = 3;
	for (unsigned i = 0; i < 3; i++) {
		struct project *project = &manifest->project[i];

		*project = (struct project){.id = (uint16_t)(i + 1), .n_keywords = 1};
		(void)snprintf(project->name[0].s, sizeof(project->name[0].s), "%s", keyword[i]);
		(void)snprintf(project->keyword[0].s, sizeof(project->keyword[0].s), "%s",
		               keyword[i]);
	}
	manifest->default_project = 1;
	card = card_seed(&papers->secret, &manifest->event);
	manifest->card = ed25519_public(&card);
	r = manifest_seal(manifest, &hub->seed, papers->manifest_bytes,
	                  sizeof(papers->manifest_bytes), &papers->manifest_len);
	assert(r == 0);
	put_card(papers);
}

void papers_ticket(const struct meeting_papers *papers, const struct secret_seed *seed,
                   uint32_t number, uint16_t mask, uint8_t first, char text[CODE_TEXT_MAX])
{
	const struct ticket ticket = {
	    .event = papers->manifest.event,
	    .number = number,
	    .projects = mask,
	    .first = (enum first)first,
	};
	uint8_t octets[TICKET_BYTES_MAX];
	size_t len;
	int r = ticket_seal(&ticket, seed, octets, sizeof(octets), &len);

	assert(r == 0);
	r = code_encode(CODE_TICKET, octets, len, text, CODE_TEXT_MAX);
	assert(r == 0);
}

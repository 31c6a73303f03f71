/* SPDX-License-Identifier: Apache-2.0 */
/* A stored message as a stranger made it: through the codec, the number's form, the offer, and the
 * keyword rules. */
#include <assert.h>
#include <string.h>

#include <kiosk/msg_helper.h>

#include "keyword.h"
#include "reply.h"
#include "sms_offer.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct manifest manifest = {
    .n_languages = 2,
    .language = {{"en"}, {"es"}},
    .name = {{"Fall Assembly"}, {"Asamblea"}},
    .n_projects = 2,
    .default_project = 1,
    .party_max = 6,
    .project =
        {
            {.id = 1, .keyword = {{"RIVER"}, {"RIO"}}, .n_keywords = 2},
            {.id = 2, .keyword = {{"LIBRARY"}}, .n_keywords = 1},
        },
};

/* What kioskd's end of the link would refuse must not leave here. */
static void check_offer(const struct msg_sms *sms)
{
	assert(memchr(sms->text, '\0', sizeof(sms->text)) != NULL &&
	       text_is_clean(sms->text, strlen(sms->text)));
	assert(memchr(sms->from, '\0', sizeof(sms->from)) != NULL &&
	       text_is_clean(sms->from, strlen(sms->from)));
	assert(sms->ud_len <= SMS_UD_BYTES_MAX && sms->oa_len <= sizeof(sms->oa));
	assert(sms->parts >= 1 && sms->part >= 1 && sms->part <= sms->parts);
}

static void reply_to(const struct pdu *pdu)
{
	struct pdu_plan plan;
	struct pdu_octets octets;
	if (pdu_plan(pdu->text, &plan) != 0)
		return;
	for (unsigned part = 0; part < plan.parts; part++)
		if (pdu_encode_submit("+15025550123", pdu->text, &plan, part, 1, &octets) == 0) {
			struct pdu again;
			struct pdu_error error;
			assert(pdu_decode(octets.octet, octets.len, &again, &error) == 0);
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pdu pdu;
	struct pdu_error error;
	struct msg_sms sms;
	struct sms_request request;
	static const char digit[] = "0123456789ABCDEF";
	char hex[700];

	if (pdu_decode(data, size, &pdu, &error) == 0) {
		keyword_read(pdu.text, &manifest, true, &request);
		assert(request.people >= 1 && request.people <= manifest.party_max);
		reply_to(&pdu);
	} else {
		assert(error.octet >= 1 && error.octet <= size + 1 && error.sentence[0] != '\0');
	}
	size_t n = size < sizeof(hex) / 2 ? size : sizeof(hex) / 2;
	for (size_t i = 0; i < n; i++) {
		hex[2 * i] = digit[data[i] >> 4];
		hex[2 * i + 1] = digit[data[i] & 15];
	}
	sms_offer(hex, 2 * n, number_country("US"), &sms);
	check_offer(&sms);
	sms_offer((const char *)data, size < 600 ? size : 600, NULL, &sms);
	check_offer(&sms);
	return 0;
}

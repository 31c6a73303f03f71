/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "client.h"

static size_t on_body(char *data, size_t size, size_t n, void *context)
{
	struct got *got = context;

	assert_true(got->len + size * n < sizeof(got->body));
	memcpy(got->body + got->len, data, size * n);
	got->len += size * n;
	got->body[got->len] = '\0';
	return size * n;
}

void client_request(const char *base, const char *method, const char *path, const char *nonce,
                    const void *body, size_t len, struct got *got)
{
	char url[256], header[128];
	struct curl_slist *headers = NULL;
	const char *type = NULL;
	CURL *curl = curl_easy_init();

	memset(got, 0, sizeof(*got));
	snprintf(url, sizeof(url), "%s%s", base, path);
	snprintf(header, sizeof(header), "CK1-Nonce: %s", nonce != NULL ? nonce : "");
	headers = curl_slist_append(headers, "Content-Type: application/cbor");
	if (nonce != NULL)
		headers = curl_slist_append(headers, header);
	(void)curl_easy_setopt(curl, CURLOPT_URL, url);
	(void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, got);
	if (body != NULL) {
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)len);
	}
	assert_int_equal(curl_easy_perform(curl), CURLE_OK);
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &got->status);
	(void)curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	snprintf(got->type, sizeof(got->type), "%s", type != NULL ? type : "");
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
}

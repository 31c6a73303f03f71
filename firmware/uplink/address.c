/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "address.h"
#include "text.h"

bool address_is_loopback(const struct sockaddr *address)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (address->sa_family == AF_INET) {
		memcpy(&in, address, sizeof(in));
		return ntohl(in.sin_addr.s_addr) >> 24 == 127;
	}
	if (address->sa_family != AF_INET6)
		return false;
	memcpy(&in6, address, sizeof(in6));
	return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
}

static bool host_is_loopback(const char *host)
{
	struct in_addr in;

	return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
	       (inet_pton(AF_INET, host, &in) == 1 && ntohl(in.s_addr) >> 24 == 127);
}

/* The parts that a collector's URL does not have: a name, a question, a place in a page. */
static bool has_more(CURLU *parts)
{
	static const CURLUPart part[] = {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY,
	                                 CURLUPART_FRAGMENT};

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		char *text = NULL;
		CURLUcode r = curl_url_get(parts, part[i], &text, 0);

		curl_free(text);
		if (r == CURLUE_OK)
			return true;
	}
	return false;
}

static bool judge(const char *scheme, const char *host, bool *ret_plain, char *sentence,
                  size_t size)
{
	*ret_plain = strcmp(scheme, "http") == 0;
	if (!*ret_plain && strcmp(scheme, "https") != 0) {
		text_format(sentence, size,
		            "The collector's address begins with %s; right would be https.",
		            scheme);
		return false;
	}
	if (*ret_plain && !host_is_loopback(host)) {
		text_format(sentence, size,
		            "The collector at %s has to be reached by https; http is for this "
		            "machine itself only.",
		            host);
		return false;
	}
	return true;
}

bool address_check(const char *url, char *ret, size_t size, bool *ret_plain, char *sentence,
                   size_t sentence_size)
{
	char *scheme = NULL, *host = NULL;
	CURLU *parts = curl_url();
	size_t len = strlen(url);
	bool good = false;

	while (len > 0 && url[len - 1] == '/')
		len--;
	if (parts == NULL || len == 0 || len >= size ||
	    curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK || has_more(parts))
		text_format(sentence, sentence_size,
		            "\"%.60s\" is not a collector's address; right would be "
		            "https://collector.example.org.",
		            url);
	else
		good = judge(scheme, host, ret_plain, sentence, sentence_size);
	if (good) {
		memcpy(ret, url, len);
		ret[len] = '\0';
	}
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(parts);
	return good;
}

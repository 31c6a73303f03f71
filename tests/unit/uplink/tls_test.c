/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise (DESIGN.md, Trust, clocks): while the date is unknown a TLS chain is checked without
 * dates, and only without dates. The real kiosk-uplink against a TLS server of this test. The
 * test's authority stands in the system's place by a bind mount in a mount namespace of the
 * uplink's own; where that is not permitted this says what was not tested.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <kiosk/msg_helper.h>

#include "clock.h"
#include "link.h"
#include "started.h"

enum { PATIENCE_S = 20, DAY_S = 86400 };

struct issued {
	EVP_PKEY *key;
	X509 *cert;
};

/* `by` NULL: an authority of its own. Valid for a day from `from_day` days after today. */
static struct issued issue(const struct issued *by, const char *san, int from_day)
{
	struct issued ret = {.key = EVP_EC_gen("P-256"), .cert = X509_new()};
	X509_NAME *name = X509_get_subject_name(ret.cert);
	X509V3_CTX context;
	X509_EXTENSION *extension;

	(void)X509_set_version(ret.cert, X509_VERSION_3);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(ret.cert),
	                       by == NULL ? 1 : 2 + from_day + 1000);
	(void)X509_gmtime_adj(X509_getm_notBefore(ret.cert), (long)from_day * DAY_S - DAY_S / 2);
	(void)X509_gmtime_adj(X509_getm_notAfter(ret.cert), (long)from_day * DAY_S + DAY_S / 2);
	(void)X509_NAME_add_entry_by_txt(
	    name, "CN", MBSTRING_ASC,
	    (const unsigned char *)(by == NULL ? "Test authority" : "collector"), -1, -1, 0);
	(void)X509_set_issuer_name(ret.cert, by == NULL ? name : X509_get_subject_name(by->cert));
	(void)X509_set_pubkey(ret.cert, ret.key);
	X509V3_set_ctx(&context, by == NULL ? ret.cert : by->cert, ret.cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context,
	                                by == NULL ? NID_basic_constraints : NID_subject_alt_name,
	                                by == NULL ? "critical,CA:TRUE" : san);
	assert_non_null(extension);
	(void)X509_add_ext(ret.cert, extension, -1);
	X509_EXTENSION_free(extension);
	assert_true(X509_sign(ret.cert, by == NULL ? ret.key : by->key, EVP_sha256()) > 0);
	return ret;
}

static void issued_free(struct issued *issued)
{
	EVP_PKEY_free(issued->key);
	X509_free(issued->cert);
}

/* --- a server, a process of its own --- */

static void serve_one(SSL_CTX *tls, int fd)
{
	static const char answer[] =
	    "HTTP/1.1 201 Created\r\nContent-Type: application/cbor\r\nContent-Length: 2\r\n\r\nok";
	char request[4096];
	SSL *ssl = SSL_new(tls);

	(void)SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1 && SSL_read(ssl, request, sizeof(request)) > 0)
		(void)SSL_write(ssl, answer, sizeof(answer) - 1);
	(void)SSL_shutdown(ssl);
	SSL_free(ssl);
	(void)close(fd);
}

static pid_t serve(const struct issued *leaf, unsigned *ret_port)
{
	struct sockaddr_in name = {.sin_family = AF_INET,
	                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(name);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	assert_int_equal(bind(listener, (struct sockaddr *)(void *)&name, sizeof(name)), 0);
	assert_int_equal(listen(listener, 8), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)(void *)&name, &len), 0);
	*ret_port = ntohs(name.sin_port);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)signal(SIGPIPE, SIG_IGN);
		(void)SSL_CTX_use_certificate(tls, leaf->cert);
		(void)SSL_CTX_use_PrivateKey(tls, leaf->key);
		for (;;) {
			int fd = accept(listener, NULL, NULL);

			if (fd >= 0)
				serve_one(tls, fd);
		}
	}
	(void)close(listener);
	return pid;
}

/* --- one request --- */

static void ask(const char *ca_file, unsigned port, bool check_dates, struct msg_http_response *ret)
{
	static struct link_message message;
	struct msg_http_request request = {.id = 1,
	                                   .kind = HTTP_POST_BATCH,
	                                   .timeout_ms = 10000,
	                                   .check_dates = check_dates,
	                                   .len = 6};
	struct mono_time begin = clock_mono();
	struct started started;
	char url[64];

	snprintf(url, sizeof(url), "https://127.0.0.1:%u", port);
	started_uplink_trusting(&started, url, ca_file);
	assert_int_equal(link_send(started.fd, MSG_HTTP_REQUEST, &request, "sealed", 6), 0);
	for (;;) {
		struct pollfd fd = {.fd = started.fd, .events = POLLIN};

		assert_true(poll(&fd, 1, 100) >= 0);
		if (link_receive(started.fd, &message) == 0 &&
		    message.head.type == MSG_HTTP_RESPONSE)
			break;
		assert_true(mono_since_us(clock_mono(), begin) < PATIENCE_S * UINT64_C(1000000));
	}
	memcpy(ret, message.bytes, sizeof(*ret));
	assert_true(ret->sentence[0] != '\0');
	assert_int_equal(started_end(&started), 0);
}

static const struct {
	const char *name;
	bool our_authority;
	const char *san;
	int from_day;
	bool check_dates, answered;
} row[] = {
    {"valid", true, "IP:127.0.0.1", 0, true, true},
    {"valid, date unknown", true, "IP:127.0.0.1", 0, false, true},
    {"expired", true, "IP:127.0.0.1", -400, true, false},
    {"expired, date unknown", true, "IP:127.0.0.1", -400, false, true},
    {"not yet valid, date unknown", true, "IP:127.0.0.1", 400, false, true},
    {"another authority", false, "IP:127.0.0.1", 0, true, false},
    {"another authority, date unknown", false, "IP:127.0.0.1", 0, false, false},
    {"another name, date unknown", true, "IP:127.0.0.2", 0, false, false},
};

static void without_a_date_the_chain_is_checked_and_only_the_dates_are_not(void **state)
{
	struct issued ours = issue(NULL, NULL, 0), others = issue(NULL, NULL, 0);
	char ca_file[] = "/tmp/authorityXXXXXX";
	int fd = mkstemp(ca_file);
	FILE *stream = fdopen(fd, "w");

	(void)state;
	assert_non_null(stream);
	assert_int_equal(PEM_write_X509(stream, ours.cert), 1);
	assert_int_equal(fclose(stream), 0);
	if (!started_can_trust(ca_file)) {
		print_message("NOT TESTED: TLS with and without dates. It takes root, a mount "
		              "namespace, and the package ca-certificates.\n");
		(void)unlink(ca_file);
		issued_free(&ours);
		issued_free(&others);
		skip();
	}
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct issued leaf =
		    issue(row[i].our_authority ? &ours : &others, row[i].san, row[i].from_day);
		struct msg_http_response response;
		unsigned port;
		pid_t server = serve(&leaf, &port);

		ask(ca_file, port, row[i].check_dates, &response);
		(void)kill(server, SIGKILL);
		(void)waitpid(server, NULL, 0);
		issued_free(&leaf);
		if ((response.status == 201) != row[i].answered ||
		    (!row[i].answered && response.status != 0))
			fail_msg("%s: %u %s", row[i].name, response.status, response.sentence);
	}
	(void)unlink(ca_file);
	issued_free(&ours);
	issued_free(&others);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_a_date_the_chain_is_checked_and_only_the_dates_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

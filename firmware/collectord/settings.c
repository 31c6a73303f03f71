/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "crypto.h"
#include "file.h"
#include "hex.h"
#include "log.h"
#include "message.h"
#include "settings.h"
#include "text.h"
#include "upload.h"

/* Behind the name of the key's file. */
#define MARK_ENDING ".database"

static int check_listen(const void *value, char *sentence, size_t size)
{
	struct http_address address;

	return http_address_parse(value, &address, sentence, size);
}

#define TEXT_FIELD(s, k, member, std, cmt)                                                         \
	{                                                                                          \
		.section = s, .key = k, .type = CONFIG_TEXT,                                       \
		.offset = offsetof(struct settings, member),                                       \
		.size = sizeof(((struct settings *)NULL)->member), .standard = std, .comment = cmt \
	}
#define GOAL_FIELD(k, cmt)                                                                         \
	{                                                                                          \
		.section = "network", .key = #k, .type = CONFIG_NUMBER,                            \
		.offset = offsetof(struct settings, k), .max = 1000000000, .standard = "0",        \
		.comment = cmt                                                                     \
	}

static const struct config_field field[] = {
    {.section = "collector",
     .key = "listen",
     .type = CONFIG_TEXT,
     .offset = offsetof(struct settings, listen),
     .size = sizeof(((struct settings *)NULL)->listen),
     .standard = "127.0.0.1:8080",
     .comment = "Address and port on loopback; port 0 takes any. Kiosks reach it through a TLS "
                "proxy, which must keep "
                "/v1/team/ behind a password and may show /v1/totals to anybody.",
     .check = check_listen},
    TEXT_FIELD(
        "collector", "database", database, "collector.db",
        "The store: one SQLite file. Back it up while collectord is stopped, with its -wal file."),
    TEXT_FIELD("collector", "key", key, "collector.key",
               "The collector's secret key: 64 hexadecimal digits, mode 0600 (kioskctl network new "
               "makes it). Beside it a file of the same name with .database behind it says that "
               "there is a database: while it is there, no empty one is begun."),
    TEXT_FIELD("collector", "certificate", certificate, "collector.cert",
               "The network's word for that key."),
    TEXT_FIELD("collector", "network", network, "network.txt",
               "The network: a file with its CK1:N text."),
    {.section = "collector",
     .key = "next_after",
     .type = CONFIG_DURATION,
     .offset = offsetof(struct settings, next_after_ms),
     .max = UPLOAD_NEXT_AFTER_S_MAX * UINT64_C(1000),
     .standard = "0s",
     .comment = "Every answer asks the kiosk to wait so long before it sends again, 0s to 1d. "
                "Raise it when too many "
                "come at once."},
    TEXT_FIELD("network", "name", name, "",
               "The network's name in totals; empty: the one in the network file."),
    {.section = "network",
     .key = "year",
     .type = CONFIG_NUMBER,
     .offset = offsetof(struct settings, year),
     .min = 2000,
     .max = 9999,
     .standard = "2026",
     .comment = "The year these totals are for."},
    GOAL_FIELD(goal_state_hubs, "State hubs wanted this year; 0: no goal."),
    GOAL_FIELD(goal_local_hubs, "Local hubs wanted this year; 0: no goal."),
    GOAL_FIELD(goal_projects, "Civic interaction projects wanted this year; 0: no goal."),
    GOAL_FIELD(goal_people_state, "Attendances wanted at state hubs' meetings; 0: no goal."),
    GOAL_FIELD(goal_people_local, "Attendances wanted at local hubs' meetings; 0: no goal."),
};

static const struct config_table table = {.field = field,
                                          .n_fields = sizeof(field) / sizeof(field[0])};

void settings_print(FILE *out)
{
	config_print(&table, out);
}

/* --- the files it names --- */

struct loading {
	const char *path; /* the configuration's */
	char folder[PATH_MAX];
	FILE *errors;
	bool failed;
};

static void complain(struct loading *loading, const char *key, const char *file, const char *what)
{
	(void)fprintf(loading->errors, "%s: [collector] %s: %s: %s\n", loading->path, key, file,
	              what);
	loading->failed = true;
}

/* A whole small file named by a field; NULL after a complaint. The caller frees. */
static uint8_t *load(struct loading *loading, const char *key, const char *name, size_t max,
                     size_t *ret_len)
{
	char path[PATH_MAX];
	uint8_t *bytes = NULL;
	int r = file_path(loading->folder, name, path, sizeof(path));

	if (r == 0)
		r = file_read(path, max, &bytes, ret_len);
	if (r < 0) {
		complain(loading, key, name, strerror(-r));
		return NULL;
	}
	return bytes;
}

static size_t trimmed(const uint8_t *text, size_t len)
{
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r' || text[len - 1] == ' '))
		len--;
	return len;
}

static void load_key(struct loading *loading, struct settings *settings)
{
	char path[PATH_MAX];
	struct stat status;
	size_t len;
	uint8_t *text = load(loading, "key", settings->key, 256, &len);

	if (text == NULL)
		return;
	text[trimmed(text, len)] = '\0';
	if (hex_decode((const char *)text, settings->collector.key.b,
	               sizeof(settings->collector.key.b)) != 0)
		complain(loading, "key", settings->key,
		         "is not a key; right would be 64 hexadecimal digits");
	if (file_path(loading->folder, settings->key, path, sizeof(path)) == 0 &&
	    stat(path, &status) == 0 && (status.st_mode & 077) != 0)
		log_warning("%s can be read by others: chmod 600 it", settings->key);
	wipe(text, len);
	free(text);
}

static void load_network(struct loading *loading, struct settings *settings)
{
	uint8_t octets[512];
	size_t len, octets_len;
	uint8_t *text = load(loading, "network", settings->network, 4096, &len);

	if (text == NULL)
		return;
	len = trimmed(text, len);
	if (code_kind(text, len) != CODE_NETWORK ||
	    code_decode(CODE_NETWORK, text, len, octets, sizeof(octets), &octets_len) != 0 ||
	    network_parse(octets, octets_len, &settings->trusted) != 0)
		complain(loading, "network", settings->network,
		         "is not a network; right would be the CK1:N text that kioskctl network "
		         "new wrote");
	free(text);
}

static void load_certificate(struct loading *loading, struct settings *settings)
{
	struct collector_cert cert;
	struct public_key public;
	size_t len;
	uint8_t *bytes =
	    load(loading, "certificate", settings->certificate, sizeof(settings->cert), &len);

	if (bytes == NULL)
		return;
	memcpy(settings->cert, bytes, len);
	free(bytes);
	settings->collector.cert = settings->cert;
	settings->collector.cert_len = len;
	if (loading->failed)
		return;
	public = ed25519_public(&settings->collector.key);
	if (collector_cert_open(settings->cert, len, &settings->trusted.root, &cert) != 0)
		complain(loading, "certificate", settings->certificate,
		         "is not signed by the network's root key");
	else if (memcmp(cert.collector.b, public.b, sizeof(public.b)) != 0)
		complain(loading, "certificate", settings->certificate,
		         "is for another key than the one given");
}

static int load_files(struct loading *loading, struct settings *settings)
{
	const char *slash = strrchr(loading->path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - loading->path);
	int r;

	if (len >= sizeof(loading->folder))
		return -ENAMETOOLONG;
	memcpy(loading->folder, loading->path, len);
	loading->folder[len] = '\0';
	if (len == 0)
		memcpy(loading->folder, slash == NULL ? "." : "/", 2);
	load_network(loading, settings);
	load_key(loading, settings);
	load_certificate(loading, settings);
	r = file_path(loading->folder, settings->database, settings->database_path,
	              sizeof(settings->database_path));
	if (r < 0)
		complain(loading, "database", settings->database, strerror(-r));
	r = file_path(loading->folder, settings->key, settings->mark_path,
	              sizeof(settings->mark_path) - strlen(MARK_ENDING));
	if (r < 0)
		complain(loading, "key", settings->key, strerror(-r));
	else
		text_format(settings->mark_path + strlen(settings->mark_path), sizeof(MARK_ENDING),
		            "%s", MARK_ENDING);
	return loading->failed ? -EINVAL : 0;
}

int settings_load(const char *path, struct settings *ret, FILE *errors)
{
	struct loading loading = {.path = path, .errors = errors};
	char sentence[256];
	int r;

	memset(ret, 0, sizeof(*ret));
	r = config_read(&table, path, ret, errors);
	if (r == 0)
		r = http_address_parse(ret->listen, &ret->address, sentence, sizeof(sentence));
	if (r == 0)
		r = load_files(&loading, ret);
	if (r < 0)
		return r;
	ret->collector.database = ret->database_path;
	ret->collector.mark = ret->mark_path;
	ret->collector.root = ret->trusted.root;
	ret->collector.next_after_s = (uint32_t)(ret->next_after_ms / 1000);
	ret->totals = (struct totals_settings){
	    .name = ret->name[0] != '\0' ? ret->name : ret->trusted.name.s,
	    .year = ret->year,
	    .goal_state_hubs = ret->goal_state_hubs,
	    .goal_local_hubs = ret->goal_local_hubs,
	    .goal_projects = ret->goal_projects,
	    .goal_people_state = ret->goal_people_state,
	    .goal_people_local = ret->goal_people_local,
	};
	return 0;
}

void settings_forget_key(struct settings *settings)
{
	wipe(&settings->collector.key, sizeof(settings->collector.key));
}

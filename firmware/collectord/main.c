/* SPDX-License-Identifier: Apache-2.0 */
/* collectord: reads its configuration, opens its store, listens until SIGTERM. */
#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <systemd/sd-daemon.h>

#include "api.h"
#include "clock.h"
#include "crypto.h"
#include "file.h"
#include "hex.h"
#include "log.h"
#include "sandbox.h"
#include "self_watch.h"
#include "settings.h"

enum { SENTENCE_SIZE = 512, LOOK_US = 5000000, LARGE_BYTES = 256 * 1024 };

struct options {
	const char *config, *revoke, *reason, *issue, *kiosks, *hub_cert;
	bool check_config, check, print, judge;
};

static void usage(FILE *out)
{
	(void)fprintf(
	    out,
	    "collectord --config FILE                  receive what kiosks signed, until SIGTERM\n"
	    "collectord --config FILE --check-config   say what is wrong with the configuration, "
	    "and end\n"
	    "collectord --config FILE --check          while it is stopped: read the whole "
	    "database again,\n"
	    "                                          with every signature in it, and end\n"
	    "collectord --print-config                 print a commented configuration with its "
	    "defaults\n"
	    "collectord --config FILE --revoke KEY --reason TEXT\n"
	    "                                          while it is stopped: take nothing more that "
	    "this hub's,\n"
	    "                                          card's or kiosk's key signed (64 "
	    "hexadecimal digits)\n"
	    "collectord --config FILE --judge-again [--hub-certificate FILE [--issue FILE] "
	    "[--kiosks FILE]]\n"
	    "                                          while it is stopped: take in an event, or a "
	    "later issue of\n"
	    "                                          it (event.manifest, hub.cert), so that what "
	    "never came of\n"
	    "                                          it is missed; or who a hub is, by its "
	    "certificate alone;\n"
	    "                                          and judge again what is held. A running one "
	    "does so by\n"
	    "                                          itself when a kiosk brings the issue\n");
}

/* 0: go on; 1: done; -1: wrong, told. */
static int read_options(int argc, char **argv, struct options *ret)
{
	static const struct option option[] = {
	    {"config", required_argument, NULL, 'c'},
	    {"check-config", no_argument, NULL, 'k'},
	    {"check", no_argument, NULL, 'a'},
	    {"print-config", no_argument, NULL, 'p'},
	    {"revoke", required_argument, NULL, 'r'},
	    {"reason", required_argument, NULL, 'w'},
	    {"judge-again", no_argument, NULL, 'j'},
	    {"issue", required_argument, NULL, 'i'},
	    {"kiosks", required_argument, NULL, 'o'},
	    {"hub-certificate", required_argument, NULL, 'u'},
	    {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", option, NULL)) != -1) {
		switch (c) {
		case 'c':
			ret->config = optarg;
			break;
		case 'k':
			ret->check_config = true;
			break;
		case 'a':
			ret->check = true;
			break;
		case 'p':
			ret->print = true;
			break;
		case 'r':
			ret->revoke = optarg;
			break;
		case 'w':
			ret->reason = optarg;
			break;
		case 'j':
			ret->judge = true;
			break;
		case 'i':
			ret->issue = optarg;
			break;
		case 'o':
			ret->kiosks = optarg;
			break;
		case 'u':
			ret->hub_cert = optarg;
			break;
		case 'h':
			usage(stdout);
			return 1;
		default:
			usage(stderr);
			return -1;
		}
	}
	if (optind < argc || (ret->config == NULL && !ret->print) ||
	    (ret->revoke == NULL) != (ret->reason == NULL) ||
	    ((ret->issue != NULL || ret->kiosks != NULL) && ret->hub_cert == NULL) ||
	    (ret->hub_cert != NULL && !ret->judge)) {
		usage(stderr);
		return -1;
	}
	return 0;
}

/* The key is in this process's memory, on its way through the settings: no core files of it, nor
 * swapped pages. */
static void keep_secret(const struct settings *settings)
{
	const struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)mlock(settings, sizeof(*settings));
}

static int revoke_key(struct collector *collector, const struct options *options)
{
	struct public_key key;
	int r = hex_decode(options->revoke, key.b, sizeof(key.b));

	if (r < 0) {
		log_error("--revoke takes a public key of 64 hexadecimal digits");
		return r;
	}
	r = collector_revoke(collector, clock_wall(), &key, options->reason);
	if (r < 0)
		log_error("the key could not be revoked: %s", strerror(-r));
	return r;
}

typedef int take_fn(struct collector *collector, const uint8_t *bytes, size_t len,
                    const uint8_t *hub_cert, size_t hub_cert_len, char *sentence,
                    size_t sentence_size);

/* A file that a hub signed, with its certificate. */
static int take_signed(struct collector *collector, const char *path, size_t max, take_fn *take,
                       const uint8_t *hub_cert, size_t hub_cert_len)
{
	char sentence[SENTENCE_SIZE] = "";
	uint8_t *bytes = NULL;
	size_t len;
	int r = file_read(path, max, &bytes, &len);

	if (r < 0) {
		log_error("%s: %s", path, strerror(-r));
		return r;
	}
	r = take(collector, bytes, len, hub_cert, hub_cert_len, sentence, sizeof(sentence));
	if (sentence[0] != '\0')
		log_error("%s: %s", path, sentence);
	free(bytes);
	return r;
}

/* A later issue of an event, a word on a meeting's kiosks; or the hub's certificate by itself. */
static int take_in(struct collector *collector, const struct options *options)
{
	char sentence[SENTENCE_SIZE] = "";
	uint8_t *hub_cert = NULL;
	size_t len;
	int r = file_read(options->hub_cert, HUB_CERT_BYTES_MAX, &hub_cert, &len);

	if (r < 0) {
		log_error("%s: %s", options->hub_cert, strerror(-r));
		return r;
	}
	if (options->issue != NULL)
		r = take_signed(collector, options->issue, MANIFEST_BYTES_MAX, collector_take_issue,
		                hub_cert, len);
	if (r == 0 && options->kiosks != NULL)
		r = take_signed(collector, options->kiosks, KIOSK_LIST_BYTES_MAX,
		                collector_take_kiosks, hub_cert, len);
	if (options->issue == NULL && options->kiosks == NULL)
		r = collector_take_hub(collector, hub_cert, len, sentence, sizeof(sentence));
	if (sentence[0] != '\0')
		log_error("%s: %s", options->hub_cert, sentence);
	free(hub_cert);
	return r;
}

static int judge_again(struct collector *collector, const struct options *options)
{
	unsigned released = 0;
	int r = options->hub_cert != NULL ? take_in(collector, options) : 0;

	if (r == 0)
		r = collector_judge_again(collector, &released);
	if (r < 0)
		log_error("what is held was not judged again: %s", strerror(-r));
	else
		(void)printf("%u of the openings held count now\n", released);
	return r;
}

static int check_all(struct collector *collector)
{
	struct collector_contents found = {0};
	char sentence[SENTENCE_SIZE] = "";
	int r = collector_recheck(collector, true, &found, sentence, sizeof(sentence));

	if (r < 0)
		log_error("%s", sentence[0] != '\0' ? sentence : strerror(-r));
	else
		(void)printf("%llu batches of %llu openings, %llu issues of events, %llu hub "
		             "certificates: all as they were signed\n",
		             (unsigned long long)found.batches, (unsigned long long)found.openings,
		             (unsigned long long)found.issues, (unsigned long long)found.hub_certs);
	return r;
}

/* Also while nothing comes in: a database that was moved away would keep what comes next from
 * everybody. */
static int look(sd_event_source *source, uint64_t usec, void *context)
{
	const struct collector *collector = context;
	int r = collector_look(collector);

	if (r == 0)
		r = sd_event_source_set_time(source, usec + LOOK_US);
	if (r == 0)
		r = sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return r < 0 ? sd_event_exit(sd_event_source_get_event(source), r) : 0;
}

static int look_now_and_then(sd_event *event, struct collector *collector)
{
	uint64_t now;
	int r = sd_event_now(event, CLOCK_MONOTONIC, &now);

	return r < 0 ? r
	             : sd_event_add_time(event, NULL, CLOCK_MONOTONIC, now + LOOK_US, 0, look,
	                                 collector);
}

/* SIGTERM and SIGINT end the loop with 0. */
static int stop_on_signals(sd_event *event)
{
	sigset_t set;
	int r;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	r = sd_event_add_signal(event, NULL, SIGTERM, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(event, NULL, SIGINT, NULL, NULL);
	return r < 0 ? r : 0;
}

/* Before the threads: a sandbox is a thread's own. */
static int enter_sandbox(const char *folder)
{
	int r = sandbox_enter_folder(SANDBOX_COLLECTORD, folder);

	if (r < 0)
		log_error("the sandbox cannot be entered: %s", strerror(-r));
	return r;
}

static int listen_there(const struct settings *settings, struct http_door *door)
{
	int r = http_listen(&settings->address, door);

	if (r < 0)
		log_error("%s cannot be listened on: %s", settings->listen, strerror(-r));
	return r;
}

static int make_loop(struct collector *collector, sd_event **ret)
{
	int r = sd_event_default(ret);

	if (r >= 0)
		r = stop_on_signals(*ret);
	if (r >= 0)
		r = look_now_and_then(*ret, collector);
	if (r < 0)
		log_error("the event loop cannot be made: %s", strerror(-r));
	return r;
}

static int run(sd_event *event, const struct http_door *door)
{
	int r;

	(void)printf("listening on %s\n", door->url);
	(void)fflush(stdout);
	(void)sd_notify(0, "READY=1");
	r = sd_event_loop(event);
	if (r < 0)
		log_error("stopped: %s. Look at the disk before starting again.", strerror(-r));
	else
		log_info("stopped");
	return r;
}

static int serve(const struct settings *settings, struct collector *collector)
{
	struct self_watch *watch = NULL;
	struct api *api = NULL;
	sd_event *event = NULL;
	struct http_door door;
	char path[PATH_MAX];
	const char *folder;
	int r = make_loop(collector, &event);

	memcpy(path, settings->database_path, sizeof(path));
	folder = dirname(path);

	if (r >= 0)
		r = listen_there(settings, &door);
	if (r >= 0)
		r = enter_sandbox(folder);
	if (r < 0)
		goto out;
	r = api_open(&door, collector, folder, &settings->totals, event, &api);
	if (r >= 0)
		r = self_watch_open(&door.address, event, &watch);
	if (r < 0)
		log_error("the HTTP server did not start: %s", strerror(-r));
	else
		r = run(event, &door);
out:
	self_watch_close(watch);
	api_close(api);
	(void)sd_event_unref(event);
	return r;
}

int main(int argc, char **argv)
{
	struct options options = {0};
	static struct settings settings;
	struct collector *collector = NULL;
	char sentence[SENTENCE_SIZE] = "";
	int r = read_options(argc, argv, &options);

	if (r != 0)
		return r < 0 ? 2 : 0;
	log_init("collectord", LOG_LEVEL_INFO);
	if (options.print) {
		settings_print(stdout);
		return 0;
	}
	/* Large pieces go back to the machine when they are freed. */
	(void)mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	keep_secret(&settings);
	(void)signal(SIGPIPE, SIG_IGN);
	r = crypto_init();
	if (r < 0) {
		log_error("no randomness from the kernel: %s", strerror(-r));
		return 1;
	}
	r = settings_load(options.config, &settings, stderr);
	if (r < 0 || options.check_config)
		goto out;
	r = collector_open(&settings.collector, &collector, sentence, sizeof(sentence));
	settings_forget_key(&settings);
	if (r < 0) {
		log_error("%s", sentence[0] != '\0' ? sentence : strerror(-r));
		goto out;
	}
	if (options.revoke != NULL)
		r = revoke_key(collector, &options);
	else if (options.check)
		r = check_all(collector);
	else
		r = options.judge ? judge_again(collector, &options) : serve(&settings, collector);
out:
	collector_close(collector);
	settings_forget_key(&settings);
	return r < 0 ? 1 : 0;
}

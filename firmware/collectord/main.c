/* SPDX-License-Identifier: Apache-2.0 */
/* collectord: reads its configuration, opens its store, listens until SIGTERM. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "clock.h"
#include "crypto.h"
#include "file.h"
#include "log.h"
#include "settings.h"

enum { SENTENCE_SIZE = 512 };

struct options {
	const char *config, *revoke, *reason;
	bool check, print;
};

static void usage(FILE *out)
{
	(void)fprintf(
	    out,
	    "collectord --config FILE                  receive what kiosks signed, until SIGTERM\n"
	    "collectord --config FILE --check-config   say what is wrong with the configuration, "
	    "and end\n"
	    "collectord --print-config                 print a commented configuration with its "
	    "defaults\n"
	    "collectord --config FILE --revoke KEY --reason TEXT\n"
	    "                                          while it is stopped: take nothing more that "
	    "this hub's,\n"
	    "                                          card's or kiosk's key signed (64 "
	    "hexadecimal digits)\n");
}

/* 0: go on; 1: done; -1: wrong, told. */
static int read_options(int argc, char **argv, struct options *ret)
{
	static const struct option option[] = {
	    {"config", required_argument, NULL, 'c'},
	    {"check-config", no_argument, NULL, 'k'},
	    {"print-config", no_argument, NULL, 'p'},
	    {"revoke", required_argument, NULL, 'r'},
	    {"reason", required_argument, NULL, 'w'},
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
		case 'h':
			usage(stdout);
			return 1;
		default:
			usage(stderr);
			return -1;
		}
	}
	if (optind < argc || (ret->config == NULL && !ret->print) ||
	    (ret->revoke == NULL) != (ret->reason == NULL)) {
		usage(stderr);
		return -1;
	}
	return 0;
}

/* The key is in this process's memory: no core files of it. */
static void keep_secret(void)
{
	const struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
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

static int serve(const struct settings *settings, struct collector *collector)
{
	char sentence[SENTENCE_SIZE] = "";
	struct http *http = NULL;
	sd_event *event = NULL;
	int r = sd_event_default(&event);

	if (r >= 0)
		r = stop_on_signals(event);
	if (r >= 0)
		r = http_open(&settings->address, collector, &settings->totals, event, &http,
		              sentence, sizeof(sentence));
	if (r < 0) {
		log_error("%s", sentence[0] != '\0' ? sentence : strerror(-r));
		goto out;
	}
	(void)printf("listening on %s\n", http_url(http));
	(void)fflush(stdout);
	r = sd_event_loop(event);
	if (r < 0)
		log_error("stopped: %s. What was answered for is stored; look at the disk before "
		          "starting again.",
		          strerror(-r));
	else
		log_info("stopped");
out:
	http_close(http);
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
	keep_secret();
	(void)signal(SIGPIPE, SIG_IGN);
	r = crypto_init();
	if (r < 0) {
		log_error("no randomness from the kernel: %s", strerror(-r));
		return 1;
	}
	r = settings_load(options.config, &settings, stderr);
	if (r < 0 || options.check)
		goto out;
	r = collector_open(&settings.collector, &collector, sentence, sizeof(sentence));
	if (r < 0) {
		log_error("%s", sentence[0] != '\0' ? sentence : strerror(-r));
		goto out;
	}
	r = options.revoke != NULL ? revoke_key(collector, &options) : serve(&settings, collector);
out:
	collector_close(collector);
	settings_deinit(&settings);
	return r < 0 ? 1 : 0;
}

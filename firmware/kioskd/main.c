/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kioskd: the shell around the kiosk (kiosk.h). It owns the event loop, reads the clock once a
 * turn, starts the helper programs, hands their messages in and the kiosk's outputs out. It decides
 * nothing.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "clock.h"
#include "control.h"
#include "crypto.h"
#include "help.h"
#include "helper_check.h"
#include "identity.h"
#include "kiosk.h"
#include "power_key.h"
#include "remedy.h"
#include "sandbox.h"
#include "settings.h"
#include "supervisor.h"
#include "text.h"

enum {
	CLOCK_ASKED_US = 5000000, /* how long "who set the system's clock" is believed */
	FLUSH_PRIORITY = SD_EVENT_PRIORITY_NORMAL + 10, /* after all that is ready to be read */
};

struct shell {
	struct settings settings;
	char sweep_ms[24], answer_ms[24], send_ms[24], budget_us[24];
	const char *scanner[5], *modem[HELPER_ARGUMENTS_MAX + 1], *uplink[3], *screen[6];
	uint8_t boot_id[16];
	struct mono_time clock_asked;
	enum clock_source clock_source;
	sd_event *event;
	sd_event_source *flush, *wake;
	struct supervisor *supervisor;
	struct power_key power_key;
	struct msg_modem_learnt modem_learnt; /* by the last kiosk-modem, for the next */
	struct control_server *control;
	struct kiosk *kiosk;
	bool screen_due; /* the screen is told the state once the commit is done */
	bool stopping;
};

/* --- the turn --- */

static struct kiosk_time read_time(struct shell *shell)
{
	struct kiosk_time time = {.mono = clock_mono(), .wall = clock_wall().s};

	if (shell->settings.clock == SETTINGS_CLOCK_OPERATOR) {
		shell->clock_source = CLOCK_SOURCE_OPERATOR;
	} else if (shell->clock_asked.us == 0 ||
	           mono_since_us(time.mono, shell->clock_asked) > CLOCK_ASKED_US) {
		shell->clock_source = clock_wall_source();
		shell->clock_asked = time.mono;
	}
	time.source = shell->clock_source;
	memcpy(time.boot_id, shell->boot_id, sizeof(time.boot_id));
	return time;
}

static void turn_begins(struct shell *shell)
{
	struct kiosk_time time = read_time(shell);

	kiosk_turn(shell->kiosk, &time);
}

/* What waits for the commit goes after all that can be read now; without that, what the time asks
 * for is done at once. */
static void turn_ends(struct shell *shell)
{
	if (shell->stopping)
		return;
	if (kiosk_waits(shell->kiosk)) {
		(void)sd_event_source_set_enabled(shell->flush, SD_EVENT_ONESHOT);
		return;
	}
	kiosk_run(shell->kiosk);
	if (kiosk_waits(shell->kiosk))
		(void)sd_event_source_set_enabled(shell->flush, SD_EVENT_ONESHOT);
	(void)sd_event_source_set_time(shell->wake, kiosk_wake(shell->kiosk).us);
	(void)sd_event_source_set_enabled(shell->wake, SD_EVENT_ONESHOT);
}

static void tell_screen(struct shell *shell);

static int on_flush(sd_event_source *source, void *context)
{
	struct shell *shell = context;

	(void)source;
	turn_begins(shell);
	kiosk_flush(shell->kiosk);
	tell_screen(shell);
	turn_ends(shell);
	return 0;
}

static int on_wake(sd_event_source *source, uint64_t usec, void *context)
{
	struct shell *shell = context;

	(void)source;
	(void)usec;
	turn_begins(shell);
	turn_ends(shell);
	return 0;
}

/* --- the kiosk's outputs --- */

static void out_view(void *context, const struct msg_view *view)
{
	struct shell *shell = context;

	if (shell->control)
		control_view(shell->control, view);
	if (shell->screen[0]) {
		struct msg_view copy = *view;

		(void)supervisor_send(shell->supervisor, HELPER_SCREEN, MSG_VIEW, &copy, NULL, 0);
		shell->screen_due = true;
		(void)sd_event_source_set_enabled(shell->flush, SD_EVENT_ONESHOT);
	}
}

static void out_result(void *context, uint64_t client, const struct msg_result *result)
{
	struct shell *shell = context;
	struct msg_result copy = *result;

	if (shell->control)
		control_send(shell->control, client, MSG_RESULT, &copy);
}

static void out_verdict(void *context, const struct msg_sms_verdict *verdict)
{
	struct shell *shell = context;
	struct msg_sms_verdict copy = *verdict;

	(void)supervisor_send(shell->supervisor, HELPER_MODEM, MSG_SMS_VERDICT, &copy, NULL, 0);
}

static int out_sweep(void *context)
{
	struct shell *shell = context;
	struct msg_sweep sweep = {0};

	return supervisor_send(shell->supervisor, HELPER_MODEM, MSG_SWEEP, &sweep, NULL, 0);
}

static void out_modem_state(void *context, struct modem_state *ret)
{
	const struct shell *shell = context;
	struct status_helper state;
	struct msg_health health;

	supervisor_health(shell->supervisor, HELPER_MODEM, &state, &health);
	ret->waiting = health.waiting;
	ret->signal_dbm = health.signal_dbm;
}

static enum health out_health(void *context, enum helper_kind kind)
{
	const struct shell *shell = context;
	struct status_helper state;
	struct msg_health health;

	supervisor_health(shell->supervisor, kind, &state, &health);
	return (enum health)state.health;
}

static int out_request(void *context, const struct msg_http_request *request, const uint8_t *body,
                       size_t len)
{
	struct shell *shell = context;
	struct msg_http_request copy = *request;

	return supervisor_send(shell->supervisor, HELPER_UPLINK, MSG_HTTP_REQUEST, &copy, body,
	                       len);
}

static void out_random(void *context, void *buffer, size_t len)
{
	(void)context;
	random_bytes(buffer, len);
}

static void out_note(void *context, enum log_level level, const char *line)
{
	(void)context;
	log_line(level, "%s", line);
}

/* --- the helpers --- */

static void on_helper_message(void *context, enum helper_kind kind,
                              const struct link_message *message)
{
	struct shell *shell = context;
	const void *bytes = message->bytes;

	(void)kind;
	turn_begins(shell);
	switch (message->head.type) {
	case MSG_CODE:
		kiosk_code(shell->kiosk, ((const struct msg_code *)bytes)->seen, message->tail,
		           message->tail_len);
		break;
	case MSG_UNREAD:
		kiosk_unread(shell->kiosk, ((const struct msg_unread *)bytes)->seen);
		break;
	case MSG_SMS:
		kiosk_sms(shell->kiosk, bytes);
		break;
	case MSG_SMS_DONE:
		kiosk_sms_done(shell->kiosk, bytes);
		break;
	case MSG_SWEPT:
		kiosk_swept(shell->kiosk);
		break;
	case MSG_POWER_KEY:
		power_key_want(&shell->power_key, bytes);
		break;
	case MSG_MODEM_LEARNT:
		memcpy(&shell->modem_learnt, bytes, sizeof(shell->modem_learnt));
		break;
	case MSG_HTTP_RESPONSE:
		kiosk_http(shell->kiosk, bytes, message->tail, message->tail_len);
		break;
	case MSG_LINK:
		kiosk_link(shell->kiosk, ((const struct msg_link *)bytes)->up);
		break;
	default:
		break;
	}
	turn_ends(shell);
}

static void on_helper_gone(void *context, enum helper_kind kind)
{
	struct shell *shell = context;

	turn_begins(shell);
	if (kind == HELPER_MODEM)
		kiosk_modem_gone(shell->kiosk);
	if (kind == HELPER_UPLINK)
		kiosk_uplink_gone(shell->kiosk);
	turn_ends(shell);
}

static void on_helper_changed(void *context, enum helper_kind kind)
{
	struct shell *shell = context;
	struct status_helper state;
	struct msg_health health;

	supervisor_health(shell->supervisor, kind, &state, &health);
	if (kind == HELPER_MODEM)
		power_key_look(&shell->power_key, (enum health)health.health);
	if (kind == HELPER_MODEM && health.health == HEALTH_STARTING)
		(void)supervisor_send(shell->supervisor, HELPER_MODEM, MSG_MODEM_LEARNT,
		                      &shell->modem_learnt, NULL, 0);
	if (shell->kiosk)
		kiosk_changed(shell->kiosk);
}

static void on_helpers_stopped(void *context)
{
	struct shell *shell = context;

	(void)sd_event_exit(shell->event, 0);
}

/* --- people --- */

/* Where the machine has no user for them. */
static void say_root(struct status_helper *helper)
{
	static const char root[] = " It runs as root: add a user \"kiosk\".";
	const size_t len = strlen(helper->sentence);

	if (helper->health == HEALTH_OFF || !sandbox_stays_root())
		return;
	text_copy(helper->sentence + len, sizeof(helper->sentence) - len, root);
}

static void fill_helpers(const struct shell *shell, struct msg_status *status)
{
	static const enum helper_kind shown[] = {HELPER_SCANNER, HELPER_MODEM, HELPER_UPLINK,
	                                         HELPER_SCREEN};
	struct msg_health health;

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		/* A kiosk without a screen is one as it should be. */
		if (shown[i] == HELPER_SCREEN && !shell->screen[0])
			continue;
		supervisor_health(shell->supervisor, shown[i], &status->helper[status->n_helpers++],
		                  &health);
		say_root(&status->helper[i]);
		if (shown[i] != HELPER_MODEM)
			continue;
		status->signal_dbm = health.signal_dbm;
		text_copy(status->operator_name, sizeof(status->operator_name),
		          health.operator_name);
		status->store_used = health.store_used;
		status->store_size = health.store_size;
		status->sms_waiting = health.waiting;
		status->last_text_s =
		    health.last_text.us == 0
		        ? -1
		        : (int64_t)(mono_since_us(clock_mono(), health.last_text) / 1000000);
		status->power_key_wanted = shell->power_key.wanted;
		status->power_key_presses = shell->power_key.presses;
	}
}

/* The state as it is now; a screen that is behind gets the next one. */
static void tell_screen(struct shell *shell)
{
	struct msg_status status;

	if (!shell->screen_due)
		return;
	shell->screen_due = false;
	memset(&status, 0, sizeof(status));
	kiosk_status(shell->kiosk, &status);
	fill_helpers(shell, &status);
	(void)supervisor_send(shell->supervisor, HELPER_SCREEN, MSG_STATUS, &status, NULL, 0);
}

static void on_command(void *context, uint64_t client, const struct msg_control *control)
{
	struct shell *shell = context;
	struct msg_result result = {.sentence = "Watching."};
	struct msg_status status;

	turn_begins(shell);
	switch (control->control) {
	case CONTROL_STATUS:
		memset(&status, 0, sizeof(status));
		kiosk_status(shell->kiosk, &status);
		fill_helpers(shell, &status);
		control_send(shell->control, client, MSG_STATUS, &status);
		break;
	case CONTROL_WATCH:
		control_watch(shell->control, client);
		control_send(shell->control, client, MSG_RESULT, &result);
		break;
	default:
		kiosk_control(shell->kiosk, client, control);
		break;
	}
	turn_ends(shell);
}

static void on_request(void *context, uint64_t client, const struct link_message *message)
{
	struct shell *shell = context;
	uint8_t octets[EXPORT_PART_BYTES_MAX];
	struct msg_export_part part;
	struct msg_result result;
	size_t len;

	turn_begins(shell);
	if (message->head.type == MSG_EXPORT) {
		kiosk_export(shell->kiosk, (const struct msg_export *)(const void *)message->bytes,
		             &part, octets, &len);
		control_send_tail(shell->control, client, MSG_EXPORT_PART, &part, octets, len);
	} else {
		kiosk_correct(shell->kiosk,
		              (const struct msg_correct *)(const void *)message->bytes,
		              message->tail, message->tail_len, &result);
		control_send(shell->control, client, MSG_RESULT, &result);
	}
	turn_ends(shell);
}

/* --- start and stop --- */

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *info, void *context)
{
	struct shell *shell = context;

	(void)source;
	if (shell->stopping)
		return 0;
	log_info("stopping (signal %u)", info->ssi_signo);
	(void)sd_notify(0, "STOPPING=1");
	turn_begins(shell);
	kiosk_flush(shell->kiosk);
	shell->stopping = true;
	control_free(shell->control);
	shell->control = NULL;
	supervisor_stop(shell->supervisor);
	return 0;
}

static int make_loop(struct shell *shell)
{
	sigset_t mask;
	int r;

	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -errno;
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return -errno;
	r = sd_event_new(&shell->event);
	if (r >= 0)
		r = sd_event_set_watchdog(shell->event, 1);
	if (r >= 0)
		r = sd_event_add_signal(shell->event, NULL, SIGTERM, on_stop, shell);
	if (r >= 0)
		r = sd_event_add_signal(shell->event, NULL, SIGINT, on_stop, shell);
	if (r >= 0)
		r = sd_event_add_defer(shell->event, &shell->flush, on_flush, shell);
	if (r >= 0)
		r = sd_event_source_set_enabled(shell->flush, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_source_set_priority(shell->flush, FLUSH_PRIORITY);
	if (r >= 0)
		r = sd_event_add_time(shell->event, &shell->wake, CLOCK_BOOTTIME, 0, 1000, on_wake,
		                      shell);
	return r < 0 ? r : 0;
}

/* The kiosk's configuration out of the file's. `ledger_path` lives as long as the kiosk. */
static int make_kiosk(struct shell *shell, const char *ledger_path)
{
	const struct settings *s = &shell->settings;
	const struct kiosk_outputs outputs = {
	    .view = out_view,
	    .result = out_result,
	    .verdict = out_verdict,
	    .sweep = out_sweep,
	    .health = out_health,
	    .modem_state = out_modem_state,
	    .request = out_request,
	    .random = out_random,
	    .note = out_note,
	    .context = shell,
	};
	struct kiosk_config config = {
	    .ledger_path = ledger_path,
	    .network = s->network,
	    .built = KIOSK_BUILT,
	    .replies =
	        {
	            .on = s->replies,
	            .interval_s = (int64_t)(s->reply_interval_ms / 1000),
	            .per_number = (uint32_t)s->replies_per_number,
	            .per_minute = (uint32_t)s->replies_per_minute,
	            .numbers_a_day = (uint32_t)s->numbers_per_day,
	            .status_interval_s = (int64_t)(s->status_interval_ms / 1000),
	            .statuses_per_number = (uint32_t)s->statuses_per_number,
	        },
	    .own_number = s->own_number,
	    .reply_deadline_ms = (uint32_t)s->reply_deadline_ms,
	    .wait_unopened_s = s->wait_unopened_ms / 1000,
	    .uplink = strcmp(s->collector, "off") != 0,
	    .upload =
	        {
	            .base_us = s->retry_base_ms * 1000,
	            .cap_us = s->retry_cap_ms * 1000,
	            .first_spread_us = s->first_spread_ms * 1000,
	            .interval_us = s->batch_interval_ms * 1000,
	        },
	    .powered_max_ms = s->powered_max_ms,
	};
	struct kiosk_time time = read_time(shell);
	char sentence[256] = "";
	int r = identity_key(s->state_dir, &config.device, sentence, sizeof(sentence));

	if (r == 0)
		r = identity_software(&config.software);
	if (r == 0)
		r = kiosk_new(&config, &outputs, &time, &shell->kiosk, sentence, sizeof(sentence));
	wipe(&config.device, sizeof(config.device));
	if (r != 0)
		log_error("%s", sentence[0] ? sentence : strerror(r < 0 ? -r : EIO));
	return r;
}

static bool is_helper(void *context, pid_t pid)
{
	const struct shell *shell = context;

	return supervisor_owns(shell->supervisor, pid);
}

static int make_sockets(struct shell *shell)
{
	const struct control_sink sink = {
	    .command = on_command, .request = on_request, .is_helper = is_helper, .context = shell};
	const char *path = shell->settings.control_socket;
	char help[256];
	int r = control_new(shell->event, path, &sink, &shell->control);

	if (r < 0) {
		remedy(-r, NULL, help, sizeof(help));
		log_error("The control socket %s cannot be made: %s. Make its folder, or name "
		          "another in [kiosk] control_socket.",
		          path, help);
	}
	return r;
}

/* The arguments that the helpers are started with, and asked about by --check-config. */
static void fill_arguments(struct shell *shell)
{
	const struct settings *s = &shell->settings;

	text_format(shell->sweep_ms, sizeof(shell->sweep_ms), "%llu",
	            (unsigned long long)s->sweep_ms);
	text_format(shell->answer_ms, sizeof(shell->answer_ms), "%llu",
	            (unsigned long long)s->answer_ms);
	text_format(shell->send_ms, sizeof(shell->send_ms), "%llu", (unsigned long long)s->send_ms);
	text_format(shell->budget_us, sizeof(shell->budget_us), "%llu",
	            (unsigned long long)s->scanner_budget_us);
	memcpy(
	    shell->scanner,
	    (const char *[]){"--source", s->scanner_source, "--budget-us", shell->budget_us, NULL},
	    sizeof(shell->scanner));
	memcpy(shell->modem,
	       (const char * [HELPER_ARGUMENTS_MAX + 1]){
	           "--device", s->modem_device, "--country", s->country, "--sweep-ms",
	           shell->sweep_ms, "--answer-ms", shell->answer_ms, "--send-ms", shell->send_ms,
	           "--profile", s->modem_profile, s->pin_file[0] != '\0' ? "--pin-file" : NULL,
	           s->pin_file},
	       sizeof(shell->modem));
	memcpy(shell->uplink, (const char *[]){"--collector", s->collector, NULL},
	       sizeof(shell->uplink));
	memcpy(shell->screen,
	       (const char *[]){"--output", s->screen_output, "--language", s->screen_language,
	                        s->screen_look == SETTINGS_LOOK_LIGHT ? "--light" : NULL, NULL},
	       sizeof(shell->screen));
}

struct helper_program {
	enum helper_kind kind;
	const char *name;
	const char *const *arguments; /* NULL: off by configuration */
};

enum { N_PROGRAMS = 4 };

static void list_helpers(const struct shell *shell, struct helper_program ret[N_PROGRAMS])
{
	const struct settings *s = &shell->settings;

	ret[0] =
	    (struct helper_program){HELPER_SCANNER, "kiosk-scanner",
	                            strcmp(s->scanner_source, "off") != 0 ? shell->scanner : NULL};
	ret[1] = (struct helper_program){HELPER_MODEM, "kiosk-modem",
	                                 strcmp(s->modem_device, "off") != 0 ? shell->modem : NULL};
	ret[2] = (struct helper_program){HELPER_UPLINK, "kiosk-uplink",
	                                 strcmp(s->collector, "off") != 0 ? shell->uplink : NULL};
	ret[3] =
	    (struct helper_program){HELPER_SCREEN, "kiosk-screen",
	                            strcmp(s->screen_output, "off") != 0 ? shell->screen : NULL};
}

static void start_helpers(struct shell *shell)
{
	struct helper_program helper[N_PROGRAMS];

	fill_arguments(shell);
	list_helpers(shell, helper);
	for (size_t i = 0; i < N_PROGRAMS; i++) {
		if (helper[i].arguments)
			supervisor_add(shell->supervisor, helper[i].kind, helper[i].name,
			               helper[i].arguments);
	}
}

/* What each helper says of its part of the file. */
static int check_helpers(struct shell *shell, const char *path)
{
	struct helper_program helper[N_PROGRAMS];
	char words[512];
	int r = 0;

	fill_arguments(shell);
	list_helpers(shell, helper);
	for (size_t i = 0; i < N_PROGRAMS; i++) {
		if (!helper[i].arguments ||
		    helper_check(shell->settings.programs, helper[i].name, helper[i].arguments,
		                 words, sizeof(words)) == 0)
			continue;
		(void)fprintf(stderr, "%s: %s would not start: %s\n", path, helper[i].name, words);
		r = -EINVAL;
	}
	return r;
}

static void tear_down(struct shell *shell)
{
	control_free(shell->control);
	supervisor_free(shell->supervisor);
	power_key_deinit(&shell->power_key);
	kiosk_free(shell->kiosk);
	sd_event_source_disable_unref(shell->wake);
	sd_event_source_disable_unref(shell->flush);
	sd_event_unref(shell->event);
}

static int cannot(const char *what, int error)
{
	char help[256];

	remedy(-error, NULL, help, sizeof(help));
	log_error("%s: %s.", what, help);
	return EX_OSERR;
}

static int serve(struct shell *shell)
{
	const struct supervisor_sink sink = {
	    .message = on_helper_message,
	    .gone = on_helper_gone,
	    .changed = on_helper_changed,
	    .stopped = on_helpers_stopped,
	    .context = shell,
	};
	char ledger_path[SETTING_PATH_MAX + 16];
	int r = crypto_init();

	if (r < 0)
		return cannot("The kernel's random octets cannot be had", r);
	text_format(ledger_path, sizeof(ledger_path), "%s/ledger.db", shell->settings.state_dir);
	r = sandbox_enter(SANDBOX_KIOSKD);
	if (r < 0)
		return cannot("Core files and new privileges cannot be given up", r);
	r = clock_boot_id(shell->boot_id);
	if (r < 0)
		return cannot("The boot's name in /proc/sys/kernel/random/boot_id cannot be read",
		              r);
	r = make_loop(shell);
	if (r == 0)
		r = supervisor_new(shell->event, shell->settings.programs, HELPER_SILENCE_US_MAX,
		                   &sink, &shell->supervisor);
	if (r < 0)
		return cannot("The event loop cannot be made", r);
	/* The ledger's lock comes before the socket: a second kioskd must not take it from the
	 * first. */
	if (make_kiosk(shell, ledger_path) != 0 || make_sockets(shell) < 0)
		return EX_CONFIG;
	power_key_init(&shell->power_key, shell->event, shell->settings.power_key);
	start_helpers(shell);
	(void)sd_notify(0, "READY=1");
	log_info("ready");
	r = sd_event_loop(shell->event);
	return r < 0 ? EX_SOFTWARE : EXIT_SUCCESS;
}

static void print_usage(FILE *out)
{
	(void)fputs("usage: kioskd --config FILE [--check-config]\n"
	            "       kioskd --print-config\n"
	            "Counts who comes to a meeting, and starts and watches the programs for "
	            "camera, modem and "
	            "network.\n"
	            "  --config FILE     run with this configuration, until SIGTERM\n"
	            "  --check-config    only say what is wrong with it\n"
	            "  --print-config    print a commented configuration with its defaults\n"
	            "kioskctl talks to it while it runs.\n",
	            out);
}

static int usage(const char *wrong)
{
	if (wrong)
		(void)fprintf(stderr, "kioskd: %s\n", wrong);
	print_usage(stderr);
	return EX_USAGE;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"config", required_argument, NULL, 'c'},
	    {"check-config", no_argument, NULL, 'k'},
	    {"print-config", no_argument, NULL, 'p'},
	    {NULL, 0, NULL, 0},
	};
	static struct shell shell;
	const char *path = NULL;
	bool check = false;
	int option, status;

	if (help_is_asked(argc, argv)) {
		print_usage(stdout);
		return EXIT_SUCCESS;
	}
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			path = optarg;
			break;
		case 'k':
			check = true;
			break;
		case 'p':
			settings_print(stdout);
			return EXIT_SUCCESS;
		default:
			return usage(NULL);
		}
	}
	if (optind < argc || !path)
		return usage(path ? "too many arguments" : "no configuration was named");
	log_init("kioskd", LOG_LEVEL_INFO);
	if (settings_read(path, &shell.settings, stderr) < 0)
		return EX_CONFIG;
	if (check && check_helpers(&shell, path) < 0)
		return EX_CONFIG;
	if (check) {
		(void)printf("%s: good\n", path);
		return EXIT_SUCCESS;
	}
	status = serve(&shell);
	tear_down(&shell);
	return status;
}

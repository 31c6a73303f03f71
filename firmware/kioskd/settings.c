/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kiosk/scanner.h>
#include "at_profile.h"
#include "catalogue.h"
#include "config.h"
#include "file.h"
#include "message.h"
#include "number.h"
#include "settings.h"
#include "text.h"

static const char *const clocks[] = {"auto", "operator", NULL};
static const char *const looks[] = {"dark", "light", NULL};

static int check_given(const void *value, char *sentence, size_t size)
{
	if (*(const char *)value)
		return 0;
	text_copy(sentence, size, "it takes a path, such as /var/lib/kiosk");
	return -EINVAL;
}

static int check_country(const void *value, char *sentence, size_t size)
{
	if (number_country(value))
		return 0;
	text_format(sentence, size,
	            "it takes two capital letters, of a country whose phone numbers are "
	            "known here: %s",
	            number_countries());
	return -EINVAL;
}

static int check_source(const void *value, char *sentence, size_t size)
{
	static const char *const kind[] = {"v4l2:", "evdev:", "serial:", "pictures:", "sim:"};
	const char *source = value;

	if (strcmp(source, "off") == 0)
		return 0;
	for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]); i++)
		if (strncmp(source, kind[i], strlen(kind[i])) == 0 &&
		    source[strlen(kind[i])] != '\0')
			return 0;
	text_copy(sentence, size,
	          "it takes v4l2:/dev/video0, evdev:DEVICE, serial:DEVICE, pictures:FOLDER, "
	          "sim:SOCKET or off");
	return -EINVAL;
}

static int check_device(const void *value, char *sentence, size_t size)
{
	const char *device = value;

	if (device[0] == '/' || strcmp(device, "off") == 0)
		return 0;
	text_copy(
	    sentence, size,
	    "it takes the whole path of a serial device, such as /dev/serial/by-id/…, or off");
	return -EINVAL;
}

static int check_output(const void *value, char *sentence, size_t size)
{
	const char *output = value;

	if (strcmp(output, "off") == 0 || strncmp(output, "drm:/", 5) == 0 ||
	    (strncmp(output, "png:", 4) == 0 && output[4] != '\0'))
		return 0;
	text_copy(sentence, size,
	          "it takes drm:DEVICE, such as drm:/dev/dri/card0, png:FOLDER, or off");
	return -EINVAL;
}

static int check_language(const void *value, char *sentence, size_t size)
{
	for (unsigned i = 0; i < catalogue_languages(); i++)
		if (strcmp(value, catalogue_tag(i)) == 0)
			return 0;
	text_format(sentence, size, "there is no catalogue of it; there is one of %s and of %s",
	            catalogue_tag(0), catalogue_tag(catalogue_languages() - 1));
	return -EINVAL;
}

static int check_profile(const void *value, char *sentence, size_t size)
{
	char names[AT_NAMES_MAX];

	if (strcmp(value, "auto") == 0 || at_profile_named(value) != NULL)
		return 0;
	at_profile_names(names);
	text_format(sentence, size, "it takes auto, or one of %s", names);
	return -EINVAL;
}

static int check_program(const void *value, char *sentence, size_t size)
{
	const char *program = value;

	if (!*program || *program == '/')
		return 0;
	text_copy(sentence, size, "it takes the whole path of a program, or nothing");
	return -EINVAL;
}

/* Behind the host: nothing, a port, a path. Whatever else stands there may make it another host. */
static bool is_loopback(const char *host)
{
	static const char *const name[] = {"127.0.0.1", "[::1]", "localhost"};

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		const char *rest = host + strlen(name[i]);

		if (strncmp(host, name[i], strlen(name[i])) != 0)
			continue;
		if (*rest == ':')
			rest += 1 + strspn(rest + 1, "0123456789");
		if (*rest == '\0' || *rest == '/')
			return true;
	}
	return false;
}

/* kiosk-uplink's own reading of it comes with --check-config (address.h). */
static int check_collector(const void *value, char *sentence, size_t size)
{
	const char *url = value;
	const bool plain = strpbrk(url, "@?#\\ ") == NULL;

	if (!*url || strcmp(url, "off") == 0 ||
	    (plain && strncmp(url, "https://", 8) == 0 && url[8] && url[8] != '/') ||
	    (plain && strncmp(url, "http://", 7) == 0 && is_loopback(url + 7)))
		return 0;
	text_copy(
	    sentence, size,
	    "it takes https://HOST[:PORT], http:// to this machine only, off, or nothing for the "
	    "network's own; no name in front of the host");
	return -EINVAL;
}

#define PLACE(member)                                                                              \
	.offset = offsetof(struct settings, member),                                               \
	.size = sizeof(((struct settings *)NULL)->member)
enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

static const struct config_field fields[] = {
    {"kiosk", "state_dir", CONFIG_TEXT, PLACE(state_dir), .standard = "/var/lib/kiosk",
     .check = check_given,
     .comment = "Folder of the ledger and this device's key; made if it is not there."},
    {"kiosk", "control_socket", CONFIG_TEXT, PLACE(control_socket),
     .standard = "/run/kiosk/control.sock", .check = check_given,
     .comment = "Where kioskctl talks to this kiosk."},
    {"kiosk", "network", CONFIG_TEXT, PLACE(network_path), .standard = "/etc/kiosk/network.txt",
     .check = check_given,
     .comment = "File with the network's text (CK1:N…), as `kioskctl network new` writes it."},
    {"kiosk", "country", CONFIG_TEXT, PLACE(country), .standard = "US", .check = check_country,
     .comment = "Country of phone numbers without a country code, two letters (ISO 3166-1)."},
    {"kiosk", "clock", CONFIG_CHOICE, PLACE(clock), .choices = clocks, .standard = "auto",
     .comment = "auto: the system's clock is believed once NTP or a hardware clock set it.\n"
                "operator: a person vouches for it."},
    {"kiosk", "programs", CONFIG_TEXT, PLACE(programs), .standard = "",
     .comment = "Folder of kiosk-scanner, kiosk-modem and kiosk-uplink; nothing: kioskd's own."},
    {"scanner", "source", CONFIG_TEXT, PLACE(scanner_source), .standard = "v4l2:/dev/video0",
     .check = check_source,
     .comment = "Camera: v4l2:DEVICE, pictures:FOLDER, sim:SOCKET; or a barcode reader:\n"
                "evdev:DEVICE[,layout=de] for one that is a keyboard, by its path in\n"
                "/dev/input/by-id (`kioskctl reader-test` tells its layout), or\n"
                "serial:DEVICE[,speed=9600]; or off."},
    {"scanner", "budget_us", CONFIG_NUMBER, PLACE(scanner_budget_us), .min = SCANNER_BUDGET_US_MIN,
     .max = SCANNER_BUDGET_US_MAX, .standard = "7500",
     .comment = "Processor time for one frame of a camera, on average, in microseconds\n"
                "(1000 to 30000). More reads harder codes sooner and warms the machine."},
    {"screen", "output", CONFIG_TEXT, PLACE(screen_output), .standard = "off",
     .check = check_output,
     .comment = "Display: drm:DEVICE[,rotate=90] of a graphics card; png:FOLDER[,WIDTHxHEIGHT]\n"
                "for pictures in a folder; or off."},
    {"screen", "language", CONFIG_TEXT, PLACE(screen_language), .standard = "en",
     .check = check_language,
     .comment = "What a volunteer reads there; attendees read the event's languages."},
    {"screen", "look", CONFIG_CHOICE, PLACE(screen_look), .choices = looks, .standard = "dark",
     .comment = "dark: light letters on dark ground; light: the other way round."},
    {"modem", "device", CONFIG_TEXT, PLACE(modem_device), .standard = "off", .check = check_device,
     .comment = "Serial device of the modem, or off."},
    {"modem", "profile", CONFIG_TEXT, PLACE(modem_profile), .standard = "auto",
     .check = check_profile,
     .comment = "Whose modem it is: auto asks it; a name, such as e3372, is for one that does not\n"
                "say. A wrong name is answered with all of them."},
    {"modem", "pin_file", CONFIG_TEXT, PLACE(pin_file), .standard = "",
     .comment =
         "File with the SIM card's PIN; nothing: it has none. A PIN that was refused is not\n"
         "tried again until the file is written anew."},
    {"modem", "power_key", CONFIG_TEXT, PLACE(power_key), .standard = "", .check = check_program,
     .comment = "Program that presses the modem's power key when nothing else wakes it, started\n"
                "with two numbers: milliseconds to hold the key to switch the modem off, and to\n"
                "switch it on (0: unknown). Nothing: a person is asked to."},
    {"modem", "answer", CONFIG_DURATION, PLACE(answer_ms), .min = 50, .max = 10 * MINUTE,
     .standard = "5s",
     .comment = "What a plain command may take; three without an answer, and the line is opened\n"
                "anew, the modem then reset."},
    {"modem", "send", CONFIG_DURATION, PLACE(send_ms), .min = 50, .max = 10 * MINUTE,
     .standard = "3min", .comment = "What the network may take to accept a reply."},
    {"modem", "replies", CONFIG_BOOL, PLACE(replies), .standard = "yes",
     .comment = "Whether texts are answered. They are counted either way."},
    {"modem", "sweep", CONFIG_DURATION, PLACE(sweep_ms), .min = 100, .max = 10 * MINUTE,
     .standard = "5s", .comment = "How often the modem's store is read."},
    {"modem", "reply_deadline", CONFIG_DURATION, PLACE(reply_deadline_ms), .min = 100,
     .max = 10 * MINUTE, .standard = "30s",
     .comment = "A reply that could not begin by then is dropped."},
    {"modem", "reply_interval", CONFIG_DURATION, PLACE(reply_interval_ms), .min = 0, .max = DAY,
     .standard = "10min", .comment = "At least so long between two replies to one number."},
    {"modem", "replies_per_number", CONFIG_NUMBER, PLACE(replies_per_number), .min = 0, .max = 100,
     .standard = "3", .comment = "Replies to one number in one event."},
    {"modem", "replies_per_minute", CONFIG_NUMBER, PLACE(replies_per_minute), .min = 0,
     .max = 10000, .standard = "15", .comment = "Replies to anyone in a minute."},
    {"modem", "numbers_per_day", CONFIG_NUMBER, PLACE(numbers_per_day), .min = 0, .max = 100000,
     .standard = "200", .comment = "Different numbers answered in a day."},
    {"modem", "status_interval", CONFIG_DURATION, PLACE(status_interval_ms), .min = 0, .max = DAY,
     .standard = "1min",
     .comment = "At least so long between two answers to one volunteer's STATUS."},
    {"modem", "statuses_per_number", CONFIG_NUMBER, PLACE(statuses_per_number), .min = 0,
     .max = 1000, .standard = "30", .comment = "Answers to one volunteer's STATUS in one event."},
    {"modem", "own_number", CONFIG_TEXT, PLACE(own_number), .standard = "",
     .comment = "The SIM card's own number, such as +15025550123: what comes from it is neither\n"
                "counted nor answered. Nothing: it is not known."},
    {"modem", "wait_unopened", CONFIG_DURATION, PLACE(wait_unopened_ms), .min = 0,
     .max = 7ULL * DAY, .standard = "6h",
     .comment = "With no event open a text waits in the modem so long, then it is deleted."},
    {"uplink", "collector", CONFIG_TEXT, PLACE(collector), .standard = "", .check = check_collector,
     .comment = "The collector's address; nothing: the network's own; off: totals stay here."},
    {"uplink", "retry_base", CONFIG_DURATION, PLACE(retry_base_ms), .min = 10, .max = HOUR,
     .standard = "30s",
     .comment =
         "Without an answer the next try comes after a random part of this, doubled each time,"},
    {"uplink", "retry_cap", CONFIG_DURATION, PLACE(retry_cap_ms), .min = 10, .max = 7ULL * DAY,
     .standard = "6h", .comment = "but of no more than this."},
    {"uplink", "first_spread", CONFIG_DURATION, PLACE(first_spread_ms), .min = 0, .max = DAY,
     .standard = "60s",
     .comment = "The first try after a start or a new link comes within this, each device at its "
                "own time."},
    {"uplink", "batch_interval", CONFIG_DURATION, PLACE(batch_interval_ms), .min = 0, .max = DAY,
     .standard = "15min",
     .comment = "At most one batch of totals in this time while an event is open, so that timing "
                "traces nobody."},
    {"event", "powered_max", CONFIG_DURATION, PLACE(powered_max_ms), .min = MINUTE,
     .max = 7ULL * DAY, .standard = "12h",
     .comment = "An event that was open and powered so long is closed."},
};

static const struct config_table table = {fields, sizeof(fields) / sizeof(fields[0])};

void settings_print(FILE *out)
{
	config_print(&table, out);
}

/* A path in the file is taken from the file's folder. */
static int from_folder(const char *config_path, char *path, size_t size)
{
	char folder[SETTING_PATH_MAX], whole[SETTING_PATH_MAX];
	const char *slash = strrchr(config_path, '/');
	size_t len = slash ? (size_t)(slash - config_path) : 0;
	int r;

	if (len >= sizeof(folder))
		return -ENAMETOOLONG;
	memcpy(folder, config_path, len);
	folder[len] = '\0';
	if (!*path || path[0] == '/' || !slash)
		return 0;
	r = file_path(len ? folder : "/", path, whole, sizeof(whole));
	if (r == 0)
		text_copy(path, size, whole);
	return r;
}

static int own_folder(char *buffer, size_t size)
{
	ssize_t len = readlink("/proc/self/exe", buffer, size - 1);
	char *slash;

	if (len < 0)
		return -errno;
	buffer[len] = '\0';
	slash = strrchr(buffer, '/');
	if (slash)
		*slash = '\0';
	return 0;
}

static int read_own_number(const char *config_path, struct settings *settings, FILE *errors)
{
	char number[PHONE_BYTES_MAX + 1] = "";
	const char *why = NULL;

	if (settings->own_number[0] != '\0')
		why = number_read(settings->own_number, number_country(settings->country), number);
	if (why == NULL) {
		text_copy(settings->own_number, sizeof(settings->own_number), number);
		return 0;
	}
	(void)fprintf(errors, "%s: [modem] own_number: “%s” will not do. %s\n", config_path,
	              settings->own_number, why);
	return -EINVAL;
}

static int read_network(const char *config_path, struct settings *settings, FILE *errors)
{
	uint8_t octets[512], *text = NULL;
	const char *why = NULL;
	size_t len, octets_len;
	int r = file_read(settings->network_path, 4096, &text, &len);

	if (r < 0) {
		(void)fprintf(
		    errors,
		    "%s: [kiosk] network: %s cannot be read: %s; it should be the network.txt that "
		    "`kioskctl network new` wrote\n",
		    config_path, settings->network_path, strerror(-r));
		return r;
	}
	while (len > 0 && isspace(text[len - 1]))
		len--;
	r = code_kind(text, len) == CODE_NETWORK
	        ? code_decode(CODE_NETWORK, text, len, octets, sizeof(octets), &octets_len)
	        : WIRE_E_PREFIX;
	if (r == 0)
		r = network_parse(octets, octets_len, &settings->network);
	if (r != 0)
		why = wire_strerror(r);
	free(text);
	if (!why)
		return 0;
	(void)fprintf(
	    errors,
	    "%s: [kiosk] network: %s holds no network (%s); it should be one line that begins with "
	    "CK1:N, as `kioskctl network new` writes it\n",
	    config_path, settings->network_path, why);
	return -EINVAL;
}

int settings_read(const char *path, struct settings *ret, FILE *errors)
{
	struct settings settings = {0};
	char *const paths[] = {settings.state_dir, settings.control_socket, settings.network_path,
	                       settings.pin_file, settings.programs};
	char right[256];
	int r = config_read(&table, path, &settings, errors);

	if (r < 0)
		return r;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) && r == 0; i++)
		r = from_folder(path, paths[i], SETTING_PATH_MAX);
	if (r < 0) {
		(void)fprintf(errors,
		              "%s: a path in it is too long; at most %d octets with the file's "
		              "folder in front\n",
		              path, SETTING_PATH_MAX - 1);
		return r;
	}
	if (settings.retry_cap_ms < settings.retry_base_ms) {
		(void)fprintf(errors,
		              "%s: [uplink] retry_cap: it is shorter than retry_base; it should be "
		              "at least as long\n",
		              path);
		return -EINVAL;
	}
	r = read_own_number(path, &settings, errors);
	if (r == 0)
		r = read_network(path, &settings, errors);
	if (r < 0)
		return r;
	if (!*settings.programs &&
	    (r = own_folder(settings.programs, sizeof(settings.programs))) < 0)
		return r;
	if (!*settings.collector)
		text_copy(settings.collector, sizeof(settings.collector),
		          settings.network.collector_url.s);
	if (check_collector(settings.collector, right, sizeof(right)) != 0) {
		(void)fprintf(errors,
		              "%s: [uplink] collector: the network's address cannot be used; it "
		              "should be %s\n",
		              path, right);
		return -EINVAL;
	}
	*ret = settings;
	return 0;
}

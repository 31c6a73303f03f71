/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "rfc3339.h"
#include "sanitized.h"
#include "stage.h"

enum {
	START_TIMEOUT_MS = 20000,
	HELPERS_END_TIMEOUT_MS = 10000,
	QUIT_TIMEOUT_MS = 2000,
	KIOSKCTL_ARGUMENTS_MAX = 40
};

__attribute__((format(printf, 1, 2))) static int told(const char *format, ...)
{
	va_list arguments;

	fputs("kiosk-demo: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return -1;
}

void stage_path(const struct stage *stage, const char *name, char path[STAGE_PATH_MAX])
{
	snprintf(path, STAGE_PATH_MAX, "%s/%s", stage->folder, name);
}

static int make_folder(struct stage *stage, const char *name)
{
	char path[STAGE_PATH_MAX];

	stage_path(stage, name, path);
	return mkdir(path, 0700) < 0 ? told("cannot make the folder %s: %s", path, strerror(errno))
	                             : 0;
}

static int write_file(const struct stage *stage, const char *name, const char *text)
{
	char path[STAGE_PATH_MAX];
	int r;

	stage_path(stage, name, path);
	r = file_write(path, text, strlen(text), 0600);
	return r < 0 ? told("cannot write %s: %s", path, strerror(-r)) : 0;
}

/* A loopback port that nobody listens on. */
static int free_port(uint16_t *ret)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int r = -1;

	if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, len) == 0 &&
	    getsockname(fd, (struct sockaddr *)&address, &len) == 0) {
		*ret = ntohs(address.sin_port);
		r = 0;
	}
	if (fd >= 0)
		close(fd);
	return r < 0 ? told("there is no free port on 127.0.0.1: %s", strerror(errno)) : 0;
}

static int choose_folder(struct stage *stage)
{
	const char *temporary = getenv("TMPDIR");
	const struct sockaddr_un *address = NULL;

	if (stage->options->keep) {
		const char *keep = stage->options->keep;
		char *here = keep[0] == '/' ? NULL : getcwd(NULL, 0);

		snprintf(stage->folder, sizeof(stage->folder), "%s%s%s", here ? here : "",
		         here ? "/" : "", keep);
		free(here);
		if (mkdir(stage->folder, 0700) < 0)
			return told("--keep %s: %s; name a folder that does not exist yet, in one "
			            "that does",
			            stage->folder, strerror(errno));
	} else {
		snprintf(stage->folder, sizeof(stage->folder), "%s/civic-kiosk-XXXXXX",
		         temporary && temporary[0] == '/' ? temporary : "/tmp");
		if (!mkdtemp(stage->folder))
			return told("cannot make a temporary folder %s: %s", stage->folder,
			            strerror(errno));
	}
	stage->made_folder = true;
	/* The longest name of a socket made below. */
	if (strlen(stage->folder) + sizeof("/camera-control.sock") > sizeof(address->sun_path))
		return told(
		    "%s is too long for a socket's address: use a folder of at most %zu characters",
		    stage->folder, sizeof(address->sun_path) - sizeof("/camera-control.sock"));
	return 0;
}

int stage_init(struct stage *stage, const struct stage_options *options)
{
	static const char *const folder[] = {"logs", "state"};
	char path[STAGE_PATH_MAX];
	int r;

	*stage = (struct stage){
	    .options = options, .camera_prop.fd = -1, .modem_prop.fd = -1, .programs.signals = -1};
	door_init(&stage->door);
	r = programs_init(&stage->programs);
	if (r < 0)
		return told("cannot watch over other programs: %s", strerror(-r));
	if (choose_folder(stage) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(folder) / sizeof(folder[0]); i++) {
		if (make_folder(stage, folder[i]) < 0)
			return -1;
	}
	stage_path(stage, "logs", path);
	programs_log_to(&stage->programs, path);
	return free_port(&stage->port);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	return remove(path);
}

static void free_papers(struct papers *papers)
{
	for (uint32_t i = 0; i < papers->n_tickets; i++)
		free(papers->ticket[i].text);
	free(papers->card);
	free(papers->other_card);
	free(papers->other_ticket);
	*papers = (struct papers){0};
}

/* A simulator ends when it is told to. */
static void dismiss(struct stage *stage, struct prop *prop, struct program *program)
{
	if (prop->fd >= 0 && program->pid != 0) {
		(void)prop_ask(&stage->programs, prop, NULL, 0, "quit");
		(void)program_await_end(&stage->programs, program, QUIT_TIMEOUT_MS);
	}
	prop_close(prop);
}

int stage_deinit(struct stage *stage)
{
	int bad = 0;

	stage->programs.stopped = false; /* the end itself is not hurried */
	door_close(&stage->door);
	/* kioskd first, so that it sees its collector, camera and modem until the end. */
	if (stage->kioskd.name)
		bad += program_stop(&stage->programs, &stage->kioskd);
	if (stage->collectord.name)
		bad += program_stop(&stage->programs, &stage->collectord);
	dismiss(stage, &stage->camera_prop, &stage->camera);
	dismiss(stage, &stage->modem_prop, &stage->modem);
	bad += programs_deinit(&stage->programs);
	free_papers(&stage->papers);
	if (stage->made_folder && !stage->options->keep)
		(void)nftw(stage->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	stage->made_folder = false;
	return bad;
}

/* The last lines of a program's log, for the person who must find out. */
static void show_log(const struct stage *stage, const char *name)
{
	enum { LOG_SHOWN = 2000, LOG_MAX = 64 << 20 };
	char file[64], path[STAGE_PATH_MAX];
	uint8_t *data;
	size_t len;

	snprintf(file, sizeof(file), "logs/%s.log", name);
	stage_path(stage, file, path);
	if (file_read(path, LOG_MAX, &data, &len) < 0)
		return;
	fprintf(stderr, "%s says:\n%s\n", name,
	        (const char *)data + (len > LOG_SHOWN ? len - LOG_SHOWN : 0));
	free(data);
}

int stage_kioskctl(struct stage *stage, const char *const argv[], char *output, size_t size)
{
	const int r = program_run(&stage->programs, "kioskctl", argv, output, size);

	if (r == 0 || r == -EINTR)
		return r;
	fputs("kiosk-demo: kioskctl", stderr);
	for (int i = 0; argv[i]; i++)
		fprintf(stderr, " %s", argv[i]);
	fprintf(stderr, ": %s %d\n", r < 0 ? strerror(-r) : "exit code", r < 0 ? r : r);
	show_log(stage, "kioskctl");
	return -1;
}

static int new_network(struct stage *stage)
{
	char url[64], network[STAGE_PATH_MAX], hub[STAGE_PATH_MAX];
	int r;

	snprintf(url, sizeof(url), "http://127.0.0.1:%u", stage->port);
	stage_path(stage, "network", network);
	stage_path(stage, "hub", hub);
	r = stage_kioskctl(stage,
	                   (const char *const[]){"network", "new", "--name",
	                                         "Demonstration network", "--collector", url,
	                                         "--out", network, NULL},
	                   NULL, 0);
	if (r != 0)
		return r;
	return stage_kioskctl(stage,
	                      (const char *const[]){"hub", "new", "--network", network, "--id", "7",
	                                            "--level", "local", "--region", "US-KY",
	                                            "--name", "Demonstration hub", "--out", hub,
	                                            NULL},
	                      NULL, 0);
}

static int new_event(struct stage *stage, const char *folder, const char *name, const char *name_es,
                     bool small, const char *tickets)
{
	char hub[STAGE_PATH_MAX], out[STAGE_PATH_MAX], start[32];
	char names[2][128], projects[PLAY_PROJECTS][256];
	const char *argv[KIOSKCTL_ARGUMENTS_MAX] = {
	    "event",     "new",   "--hub",     hub,  "--name",      names[0], "--name", names[1],
	    "--start",   start,   "--length",  "3h", "--party-max", "6",      "--out",  out,
	    "--tickets", tickets, "--default", "1"};
	int n = 20;

	stage_path(stage, "hub", hub);
	stage_path(stage, folder, out);
	snprintf(names[0], sizeof(names[0]), "en=%s", name);
	snprintf(names[1], sizeof(names[1]), "es=%s", name_es);
	time_format(clock_wall().s - 3600, start);
	for (int i = 0; i < (small ? 1 : PLAY_PROJECTS); i++) {
		const struct play_project *p = &play_project[i];

		snprintf(projects[i], sizeof(projects[i]), "%d:%s:en=%s:es=%s", i + 1, p->keywords,
		         p->name, p->name_es);
		argv[n++] = "--project";
		argv[n++] = projects[i];
	}
	return stage_kioskctl(stage, argv, NULL, 0);
}

/* The first line of a file, without its newline; or NULL, told. */
static char *first_line(const struct stage *stage, const char *name)
{
	char path[STAGE_PATH_MAX];
	uint8_t *data;
	size_t len;
	int r;

	stage_path(stage, name, path);
	r = file_read(path, 1 << 20, &data, &len);
	if (r < 0) {
		told("cannot read %s: %s", path, strerror(-r));
		return NULL;
	}
	data[strcspn((char *)data, "\r\n")] = '\0';
	return (char *)data;
}

static int take_tickets(struct stage *stage, const char *folder, const struct play_batch *batch)
{
	char path[STAGE_PATH_MAX], name[128];
	uint8_t *data;
	size_t len;
	uint32_t n = 0;
	size_t line_len;
	int r;

	snprintf(name, sizeof(name), "%s/tickets.txt", folder);
	stage_path(stage, name, path);
	r = file_read(path, 1 << 20, &data, &len);
	if (r < 0)
		return told("cannot read %s: %s", path, strerror(-r));
	for (const char *line = (const char *)data; *line && n < batch->n;
	     line += line_len + (line[line_len] != '\0')) {
		struct play_ticket *t = &stage->papers.ticket[stage->papers.n_tickets];

		line_len = strcspn(line, "\n");
		if (strncmp(line, "CK1:T", 5) != 0)
			continue;
		*t = (struct play_ticket){.text = strndup(line, line_len),
		                          .projects = batch->projects,
		                          .first = batch->first};
		if (!t->text)
			break;
		stage->papers.n_tickets++;
		n++;
	}
	free(data);
	return n == batch->n ? 0
	                     : told("%s holds %u tickets; it should hold %u", path, n, batch->n);
}

static int new_tickets(struct stage *stage, const char *event, const char *folder,
                       const struct play_batch *batch)
{
	static const char *const first_word[] = {
	    [FIRST_NOT_ASKED] = "ask", [FIRST_YES] = "yes", [FIRST_NO] = "no"};
	char event_path[STAGE_PATH_MAX], hub[STAGE_PATH_MAX], out[STAGE_PATH_MAX];
	char count[16], number[16], projects[64] = "";
	const char *argv[KIOSKCTL_ARGUMENTS_MAX] = {
	    "ticket",         "new",
	    "--event",        event_path,
	    "--hub",          hub,
	    "--count",        count,
	    "--first-number", number,
	    "--first",        first_word[batch->first],
	    "--format",       batch->slips ? "png,txt" : "txt",
	    "--out",          out};
	int n = 16;

	stage_path(stage, event, event_path);
	stage_path(stage, "hub", hub);
	stage_path(stage, folder, out);
	snprintf(count, sizeof(count), "%u", batch->n);
	snprintf(number, sizeof(number), "%u", batch->number_first);
	for (int i = 0; i < PLAY_PROJECTS; i++) {
		if (batch->projects >> i & 1)
			snprintf(projects + strlen(projects), sizeof(projects) - strlen(projects),
			         "%s%d", projects[0] ? "," : "", i + 1);
	}
	if (projects[0]) {
		argv[n++] = "--projects";
		argv[n++] = projects;
	}
	if (batch->slips)
		argv[n++] = "--slips";
	return stage_kioskctl(stage, argv, NULL, 0);
}

static int make_other_event(struct stage *stage)
{
	static const struct play_batch one = {1, 1, 0x1, FIRST_NOT_ASKED, false};
	int r = new_event(stage, "other-event", "Another meeting", "Otra reunión", true, "1");

	if (r == 0)
		r = new_tickets(stage, "other-event", "other-tickets", &one);
	if (r != 0)
		return r;
	stage->papers.other_card = first_line(stage, "other-event/card.txt");
	stage->papers.other_ticket = first_line(stage, "other-tickets/tickets.txt");
	return stage->papers.other_card && stage->papers.other_ticket ? 0 : -1;
}

int stage_make_papers(struct stage *stage)
{
	const struct play_batch *batch;
	const uint32_t n = play_batches(stage->options->small, &batch);
	char tickets[16];
	int r;

	r = new_network(stage);
	snprintf(tickets, sizeof(tickets), "%u", batch[n - 1].number_first + batch[n - 1].n - 1);
	if (r == 0)
		r = new_event(stage, "event", play_event_name, play_event_name_es, false, tickets);
	for (uint32_t i = 0; r == 0 && i < n; i++) {
		char folder[32];

		snprintf(folder, sizeof(folder), batch[i].slips ? "slips" : "tickets-%u", i + 1);
		r = new_tickets(stage, "event", folder, &batch[i]);
		if (r == 0)
			r = take_tickets(stage, folder, &batch[i]);
	}
	if (r != 0)
		return r;
	stage->papers.card = first_line(stage, "event/card.txt");
	if (!stage->papers.card)
		return -1;
	play_forge(stage->papers.ticket[0].text, stage->papers.forged,
	           sizeof(stage->papers.forged));
	return make_other_event(stage);
}

static int start_camera(struct stage *stage)
{
	char frames[STAGE_PATH_MAX], control[STAGE_PATH_MAX], line[64], seed[32];
	int r;

	stage_path(stage, "frames.sock", frames);
	stage_path(stage, "camera-control.sock", control);
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)stage->options->seed);
	r = program_start(&stage->programs, &stage->camera, "camera-sim",
	                  (const char *const[]){"--frames", frames, "--control", control, "--fps",
	                                        "30", "--size", "1280x720", "--seed", seed, NULL},
	                  true);
	if (r == 0)
		r = program_line(&stage->programs, &stage->camera, line, sizeof(line),
		                 START_TIMEOUT_MS);
	if (r == 0)
		r = prop_open(&stage->camera_prop, "camera", control);
	if (r == 0 || r == -EINTR)
		return r;
	show_log(stage, "camera-sim");
	return told("the simulated camera does not start: %s", strerror(-r));
}

static int start_modem(struct stage *stage)
{
	char store[STAGE_PATH_MAX], control[STAGE_PATH_MAX], seed[32];
	int r;

	stage_path(stage, "modem-store", store);
	stage_path(stage, "modem-control.sock", control);
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)stage->options->seed);
	r = program_start(&stage->programs, &stage->modem, "modem-sim",
	                  (const char *const[]){"--store", store, "--control", control, "--size",
	                                        "50", "--seed", seed, NULL},
	                  true);
	if (r == 0)
		r = program_line(&stage->programs, &stage->modem, stage->modem_path,
		                 sizeof(stage->modem_path), START_TIMEOUT_MS);
	if (r == 0)
		r = prop_open(&stage->modem_prop, "modem", control);
	if (r == 0 || r == -EINTR)
		return r;
	show_log(stage, "modem-sim");
	return told("the simulated modem does not start: %s", strerror(-r));
}

/* A folder of pictures with the event card's in front, so that the meeting opens. */
static int gather_pictures(struct stage *stage)
{
	char from[STAGE_PATH_MAX + 256], to[STAGE_PATH_MAX + 256];
	char *pictures = realpath(stage->options->pictures, NULL);
	DIR *folder = pictures ? opendir(pictures) : NULL;
	struct dirent *entry;
	int r = -1;

	if (!folder) {
		told("--pictures %s: %s; name a folder with PGM, PNG or JPEG files",
		     stage->options->pictures, strerror(errno));
	} else if (make_folder(stage, "pictures") == 0) {
		stage_path(stage, "event/card.png", from);
		stage_path(stage, "pictures/0-event-card.png", to);
		r = symlink(from, to);
		while (r == 0 && (entry = readdir(folder))) {
			if (entry->d_name[0] == '.')
				continue;
			snprintf(from, sizeof(from), "%s/%s", pictures, entry->d_name);
			snprintf(to, sizeof(to), "%s/pictures/1-%s", stage->folder, entry->d_name);
			r = symlink(from, to);
		}
		if (r < 0)
			told("cannot make %s: %s", to, strerror(errno));
	}
	if (folder)
		closedir(folder);
	free(pictures);
	return r;
}

/* A sanitizer's build takes several times the processor time a frame. */
enum { BUDGET_US = SANITIZED ? 30000 : 7500 };

static int configure(struct stage *stage)
{
	const struct stage_options *o = stage->options;
	char text[8 * STAGE_PATH_MAX], source[2 * STAGE_PATH_MAX];
	char screen[2 * STAGE_PATH_MAX] = "off";

	if (o->camera)
		snprintf(source, sizeof(source), "v4l2:%s", o->camera);
	else if (o->pictures)
		snprintf(source, sizeof(source), "pictures:%s/pictures", stage->folder);
	else
		snprintf(source, sizeof(source), "sim:%s/frames.sock", stage->folder);
	if (o->screen)
		snprintf(screen, sizeof(screen), "png:%s,800x480", o->screen);
	/* Answers and tries follow each other faster than on a kiosk, so that an evening fits in a
	 * minute. */
	snprintf(text, sizeof(text),
	         "[kiosk]\nstate_dir = %s/state\ncontrol_socket = %s/control.sock\nnetwork = "
	         "%s/network/network.txt\n"
	         "country = US\nclock = operator\n\n"
	         "[scanner]\nsource = %s\nbudget_us = %d\n\n"
	         "[screen]\noutput = %s\n\n"
	         "[modem]\ndevice = %s\nreplies = yes\nsweep = 500ms\nreply_interval = "
	         "1s\nreplies_per_number = 20\n"
	         "replies_per_minute = 1000\nnumbers_per_day = 1000\n\n"
	         "[uplink]\nretry_base = 200ms\nretry_cap = 2s\nfirst_spread = 0s\nbatch_interval "
	         "= 2s\n",
	         stage->folder, stage->folder, stage->folder, source, BUDGET_US, screen,
	         o->modem ? o->modem : stage->modem_path);
	if (write_file(stage, "kioskd.conf", text) < 0)
		return -1;
	snprintf(text, sizeof(text),
	         "[collector]\nlisten = 127.0.0.1:%u\ndatabase = %s/collector.db\nkey = "
	         "%s/network/collector.key\n"
	         "certificate = %s/network/collector.cert\nnetwork = %s/network/network.txt\n\n"
	         "[network]\nname = Demonstration network\nyear = 2026\n",
	         stage->port, stage->folder, stage->folder, stage->folder, stage->folder);
	return write_file(stage, "collectord.conf", text);
}

int stage_make_hardware(struct stage *stage)
{
	const struct stage_options *o = stage->options;
	int r = 0;

	if (o->pictures)
		r = gather_pictures(stage);
	else if (!o->camera)
		r = start_camera(stage);
	if (r == 0 && !o->modem)
		r = start_modem(stage);
	return r == 0 ? configure(stage) : r;
}

int stage_start_kioskd(struct stage *stage)
{
	char config[STAGE_PATH_MAX], control[STAGE_PATH_MAX];
	int r;

	stage_path(stage, "kioskd.conf", config);
	stage_path(stage, "control.sock", control);
	r = program_start(&stage->programs, &stage->kioskd, "kioskd",
	                  (const char *const[]){"--config", config, NULL}, false);
	if (r == 0)
		r = door_open(&stage->door, &stage->programs, &stage->kioskd, control,
		              START_TIMEOUT_MS);
	if (r == 0 || r == -EINTR)
		return r;
	show_log(stage, "kioskd");
	return told("kioskd does not start: %s", r == -ECHILD ? "it ended" : strerror(-r));
}

int stage_start_collector(struct stage *stage)
{
	char config[STAGE_PATH_MAX], line[128];
	int r;

	stage_path(stage, "collectord.conf", config);
	r = program_start(&stage->programs, &stage->collectord, "collectord",
	                  (const char *const[]){"--config", config, NULL}, true);
	if (r == 0)
		r = program_line(&stage->programs, &stage->collectord, line, sizeof(line),
		                 START_TIMEOUT_MS);
	if (r == 0 || r == -EINTR)
		return r;
	show_log(stage, "collectord");
	return told("collectord does not start: %s", r == -EPIPE ? "it ended" : strerror(-r));
}

int stage_kill_kioskd(struct stage *stage)
{
	pid_t helper[ORPHANS_MAX];
	const int n = programs_children(stage->kioskd.pid, helper, ORPHANS_MAX);
	int left, r;

	kill(stage->kioskd.pid, SIGKILL);
	door_close(&stage->door);
	r = program_await_end(&stage->programs, &stage->kioskd, HELPERS_END_TIMEOUT_MS);
	if (r < 0)
		return r == -EINTR ? r : told("kioskd survived a SIGKILL");
	stage->kioskd.name = NULL;
	left = programs_await_orphans(&stage->programs, helper, n, HELPERS_END_TIMEOUT_MS);
	if (left > 0)
		return told("%d of kioskd's %d small programs went on after it was killed", left,
		            n);
	return n;
}

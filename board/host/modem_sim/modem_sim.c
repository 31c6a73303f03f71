/* SPDX-License-Identifier: Apache-2.0 */
/*
 * modem-sim: a simulated modem on a pseudo-terminal. It outlives whoever opens it; its messages
 * outlive it, in a file. The path it prints is a link beside that file, so that it stays the same
 * when the terminal behind it changes: after a user of the line is gone the terminal is made anew
 * (an exclusive open, TIOCEXCL, would else stay for ever), and `vanish` takes it away.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "help.h"
#include "sim_control.h"

enum {
	CLIENTS_MAX = 8,
	OUT_MAX = 1024 * 1024, /* what the modem says and the line has not carried yet */
	PACE_US = 2000,
	MERGE_US = 30000, /* merged reads: what is said meanwhile comes together */
	SCRIPT_BYTES_MAX = 1024 * 1024,
	PATH_BYTES_MAX = 1100,
};

enum await { AWAIT_NOTHING, AWAIT_STOP, AWAIT_EMPTY };

struct client {
	int fd;            /* -1: free */
	enum await awaits; /* what it is answered at */
	char line[CONTROL_LINE_MAX];
	size_t len;
};

struct options {
	const char *store, *control, *script;
	const struct sim_profile *profile;
	unsigned size, bps, send_ms;
	uint32_t seed;
	int quarters;
};

struct program {
	struct options options;
	struct sim_store store;
	struct sim_modem modem;
	int master, listener;
	int next; /* after `vanish`: the terminal that comes next, held so that it has another name */
	char link[PATH_BYTES_MAX];
	bool quit;
	char *out;
	size_t n_out;
	uint64_t paced_us; /* until then the line is busy with what it carries */
	struct client client[CLIENTS_MAX];
	char *script, *script_next;
	uint64_t started_us;
};

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

/* --- the line --- */

static int new_terminal(void)
{
	return posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

static void close_line(struct program *p)
{
	unlink(p->link);
	if (p->master >= 0) {
		p->next = new_terminal();
		close(p->master);
	}
	p->master = -1;
	p->n_out = 0;
}

static int open_line(struct program *p)
{
	char temporary[PATH_BYTES_MAX + 8];
	struct termios line;
	p->master = p->next >= 0 ? p->next : new_terminal();
	p->next = -1;
	if (p->master < 0 || grantpt(p->master) < 0 || unlockpt(p->master) < 0)
		return -errno;
	const char *name = ptsname(p->master);
	if (name == NULL || tcgetattr(p->master, &line) < 0)
		return -errno;
	cfmakeraw(&line); /* nothing is echoed back before somebody opens the other end */
	snprintf(temporary, sizeof(temporary), "%s.new", p->link);
	unlink(temporary);
	if (tcsetattr(p->master, TCSANOW, &line) < 0 || symlink(name, temporary) < 0 ||
	    rename(temporary, p->link) < 0)
		return -errno;
	return 0;
}

static void on_out(void *context, const char *bytes, size_t len)
{
	struct program *p = context;
	if (len > OUT_MAX - p->n_out)
		len = OUT_MAX - p->n_out; /* nobody reads */
	if (p->n_out == 0 && p->modem.faults.merged_reads != 0)
		p->paced_us = p->modem.now_us + MERGE_US;
	memcpy(p->out + p->n_out, bytes, len);
	p->n_out += len;
}

/* As many octets as the line carries in the time since the last ones: ten bits each. */
static void carry(struct program *p, uint64_t now_us)
{
	if (p->n_out == 0 || p->master < 0 || now_us < p->paced_us)
		return;
	uint64_t budget = (uint64_t)p->options.bps * PACE_US / 10000000 + 1;
	if (p->modem.faults.split_reads != 0)
		budget = 1;
	if (p->modem.faults.merged_reads != 0)
		budget = OUT_MAX;
	size_t n = p->n_out < budget ? p->n_out : (size_t)budget;
	ssize_t written = write(p->master, p->out, n);
	if (written <= 0)
		written = 0;
	p->n_out -= (size_t)written;
	memmove(p->out, p->out + written, p->n_out);
	uint64_t cost_us = (uint64_t)n * 10000000 / p->options.bps;
	/* a late turn of the loop is caught up, an idle line is not */
	uint64_t from = now_us - p->paced_us < 20000 ? p->paced_us : now_us;
	p->paced_us = from + cost_us;
}

static void read_line(struct program *p, uint64_t now_us)
{
	char buffer[512];
	ssize_t n = read(p->master, buffer, sizeof(buffer));
	if (n > 0) {
		sim_modem_input(&p->modem, buffer, (size_t)n, now_us);
	} else if (n == 0 || errno == EIO) {
		/* its user is gone: the path leads to the new one before the old one closes */
		int old = p->master;
		p->n_out = 0;
		p->modem.hung = false;
		if (open_line(p) < 0)
			fprintf(stderr, "modem-sim: no new pseudo-terminal: %s\n", strerror(errno));
		close(old);
	}
}

/* --- control --- */

static void do_line(struct program *p, char *line, char answer[CONTROL_ANSWER_MAX])
{
	switch (sim_control(&p->modem, p->options.quarters, line, answer)) {
	case CONTROL_QUIT:
		p->quit = true;
		break;
	case CONTROL_VANISH:
		close_line(p);
		break;
	case CONTROL_APPEAR:
		if (p->master < 0) {
			int e = open_line(p);
			if (e < 0)
				snprintf(answer, CONTROL_ANSWER_MAX, "error %s", strerror(-e));
			else
				sim_modem_restart(&p->modem);
		}
		break;
	case CONTROL_NOTHING:
		break;
	}
}

static void drop_client(struct client *client)
{
	close(client->fd);
	*client = (struct client){.fd = -1};
}

static void answer_client(struct client *client, char answer[CONTROL_ANSWER_MAX])
{
	strncat(answer, "\n", CONTROL_ANSWER_MAX - strlen(answer) - 1);
	if (send(client->fd, answer, strlen(answer), MSG_NOSIGNAL) < 0)
		drop_client(client);
}

static bool has_come(const struct program *p, enum await awaits)
{
	return awaits == AWAIT_STOP ? p->modem.stopped != STOP_NONE || p->modem.stop_at[0] == '\0'
	                            : sim_store_count(&p->store, SIM_IN_ME) == 0 &&
	                                  sim_store_count(&p->store, SIM_IN_SM) == 0 &&
	                                  sim_store_count(&p->store, SIM_HELD) == 0;
}

static void answer_awaits(struct program *p)
{
	for (unsigned i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &p->client[i];
		char answer[CONTROL_ANSWER_MAX] = "ok";
		if (client->fd < 0 || client->awaits == AWAIT_NOTHING ||
		    !has_come(p, client->awaits))
			continue;
		client->awaits = AWAIT_NOTHING;
		answer_client(client, answer);
	}
}

static void client_line(struct program *p, struct client *client)
{
	char answer[CONTROL_ANSWER_MAX];
	if (strcmp(client->line, "await stop") == 0) {
		client->awaits = AWAIT_STOP;
	} else if (strcmp(client->line, "await empty") == 0) {
		client->awaits = AWAIT_EMPTY;
	} else {
		do_line(p, client->line, answer);
		answer_client(client, answer);
	}
}

static void read_client(struct program *p, struct client *client)
{
	char *end;
	ssize_t n =
	    recv(client->fd, client->line + client->len, sizeof(client->line) - client->len, 0);
	if (n <= 0 || (client->len += (size_t)n) == sizeof(client->line)) {
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) ||
		    client->len == sizeof(client->line))
			drop_client(client);
		return;
	}
	while ((end = memchr(client->line, '\n', client->len)) != NULL) {
		*end = '\0';
		client_line(p, client);
		if (client->fd < 0)
			return;
		client->len -= (size_t)(end + 1 - client->line);
		memmove(client->line, end + 1, client->len);
	}
}

static void accept_client(struct program *p)
{
	int fd = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);
	for (unsigned i = 0; fd >= 0 && i < CLIENTS_MAX; i++) {
		if (p->client[i].fd < 0) {
			p->client[i] = (struct client){.fd = fd};
			return;
		}
	}
	if (fd >= 0)
		close(fd);
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(fd, CLIENTS_MAX) < 0)
		return -errno;
	return fd;
}

/* --- script: "+SECONDS COMMAND" or "COMMAND" a line, from the start on; # begins a comment --- */

static uint64_t script_due_us(const struct program *p)
{
	if (p->script_next == NULL || *p->script_next == '\0')
		return UINT64_MAX;
	double s = p->script_next[0] == '+' ? strtod(p->script_next + 1, NULL) : 0;
	return p->started_us + (uint64_t)(s * 1e6);
}

static void run_script(struct program *p, uint64_t now_us)
{
	char answer[CONTROL_ANSWER_MAX];
	while (script_due_us(p) <= now_us) {
		char *line = p->script_next, *end = strchrnul(line, '\n');
		p->script_next = *end == '\0' ? end : end + 1;
		*end = '\0';
		if (line[0] == '+')
			line += strcspn(line, " ");
		line += strspn(line, " ");
		if (*line == '\0' || *line == '#')
			continue;
		do_line(p, line, answer);
		if (strncmp(answer, "ok", 2) != 0)
			fprintf(stderr, "modem-sim: script: %s\n", answer);
	}
}

/* --- the program --- */

static int poll_timeout_ms(const struct program *p, uint64_t now_us)
{
	uint64_t due = sim_modem_deadline_us(&p->modem), script = script_due_us(p);
	if (script < due)
		due = script;
	if (p->n_out > 0 && p->master >= 0 && p->paced_us < due)
		due = p->paced_us;
	if (due <= now_us)
		return p->n_out > 0 ? 1 : 0; /* a full line is tried again, not hammered */
	return due - now_us > 1000000 ? 1000 : (int)((due - now_us + 999) / 1000);
}

static void loop(struct program *p)
{
	while (!p->quit && !stopped) {
		uint64_t now_us = clock_mono().us;
		struct pollfd ready[2 + CLIENTS_MAX] = {
		    {.fd = p->listener, .events = POLLIN},
		    {.fd = p->master, .events = POLLIN},
		};
		for (unsigned i = 0; i < CLIENTS_MAX; i++)
			ready[2 + i] = (struct pollfd){.fd = p->client[i].fd, .events = POLLIN};
		if (poll(ready, 2 + CLIENTS_MAX, poll_timeout_ms(p, now_us)) < 0 && errno != EINTR)
			return;
		now_us = clock_mono().us;
		sim_modem_tick(&p->modem, now_us);
		if (ready[1].revents != 0 && p->master >= 0)
			read_line(p, now_us);
		if (ready[0].revents != 0)
			accept_client(p);
		for (unsigned i = 0; i < CLIENTS_MAX; i++)
			if (p->client[i].fd >= 0 && ready[2 + i].revents != 0)
				read_client(p, &p->client[i]);
		run_script(p, now_us);
		answer_awaits(p);
		carry(p, now_us);
	}
}

static int begin(struct program *p)
{
	unsigned line;
	size_t len;
	int e = sim_store_open(&p->store, p->options.store, p->options.size, &line);
	if (e < 0) {
		fprintf(stderr, "modem-sim: %s, line %u: %s\n", p->options.store, line,
		        strerror(-e));
		return e;
	}
	if (snprintf(p->link, sizeof(p->link), "%s.tty", p->options.store) >= (int)sizeof(p->link))
		return -ENAMETOOLONG;
	p->out = malloc(OUT_MAX);
	if (p->out == NULL)
		return -ENOMEM;
	sim_modem_init(&p->modem, &p->store, p->options.seed, on_out, p);
	if (p->options.profile != NULL)
		sim_modem_profile(&p->modem, p->options.profile);
	p->modem.send_us = p->options.send_ms * 1000ULL;
	if (p->options.script != NULL) {
		uint8_t *script;
		e = file_read(p->options.script, SCRIPT_BYTES_MAX, &script, &len);
		if (e < 0) {
			fprintf(stderr, "modem-sim: %s: %s\n", p->options.script, strerror(-e));
			return e;
		}
		p->script = p->script_next = (char *)script;
	}
	p->listener = listen_at(p->options.control);
	if (p->listener < 0) {
		fprintf(stderr, "modem-sim: %s: %s\n", p->options.control, strerror(-p->listener));
		return p->listener;
	}
	e = open_line(p);
	if (e < 0)
		fprintf(stderr, "modem-sim: no pseudo-terminal: %s\n", strerror(-e));
	return e;
}

static int read_options(int n, char **arguments, struct options *ret)
{
	enum { STORE, CONTROL, SCRIPT, SIZE, SEED, BPS, SEND, ZONE, PROFILE };
	static const struct option options[] = {
	    {"store", required_argument, NULL, STORE},
	    {"control", required_argument, NULL, CONTROL},
	    {"script", required_argument, NULL, SCRIPT},
	    {"size", required_argument, NULL, SIZE},
	    {"seed", required_argument, NULL, SEED},
	    {"bps", required_argument, NULL, BPS},
	    {"send-ms", required_argument, NULL, SEND},
	    {"zone", required_argument, NULL, ZONE},
	    {"profile", required_argument, NULL, PROFILE},
	    {0},
	};
	int option;
	*ret =
	    (struct options){.size = 50, .bps = 115200, .send_ms = 50, .seed = 1, .quarters = -20};
	while ((option = getopt_long(n, arguments, "", options, NULL)) != -1) {
		unsigned value = optarg == NULL ? 0 : (unsigned)strtoul(optarg, NULL, 10);
		switch (option) {
		case STORE:
			ret->store = optarg;
			break;
		case CONTROL:
			ret->control = optarg;
			break;
		case SCRIPT:
			ret->script = optarg;
			break;
		case SIZE:
			ret->size = value;
			break;
		case SEED:
			ret->seed = value;
			break;
		case BPS:
			ret->bps = value;
			break;
		case SEND:
			ret->send_ms = value;
			break;
		case ZONE:
			ret->quarters = (int)value; /* strtoul(3) takes a sign */
			break;
		case PROFILE:
			ret->profile = sim_profile(optarg);
			if (ret->profile == NULL)
				return -EINVAL;
			break;
		default:
			return -EINVAL;
		}
	}
	bool right = ret->store != NULL && ret->control != NULL && optind == n && ret->size > 0 &&
	             ret->size <= SIM_SLOTS_MAX && ret->bps >= 300 && ret->quarters >= -56 &&
	             ret->quarters <= 56;
	return right ? 0 : -EINVAL;
}

static void usage(FILE *out)
{
	char profiles[SIM_NAMES_MAX];
	sim_profile_names(profiles);
	fprintf(out,
	        "usage: modem-sim --store FILE --control SOCKET [--script FILE] [--size 1..%d] "
	        "[--seed N]\n"
	        "                 [--bps 115200] [--send-ms 50] [--zone QUARTERS]\n"
	        "                 [--profile NAME] (%s)\n"
	        "Prints the path of its pseudo-terminal, which is FILE.tty.\n",
	        SIM_SLOTS_MAX, profiles);
}

int main(int n, char **arguments)
{
	static struct program p = {.master = -1, .listener = -1, .next = -1};
	struct sigaction action = {.sa_handler = on_signal};
	if (help_is_asked(n, arguments)) {
		usage(stdout);
		sim_control_help(stdout);
		return 0;
	}
	for (unsigned i = 0; i < CLIENTS_MAX; i++)
		p.client[i].fd = -1;
	if (read_options(n, arguments, &p.options) < 0) {
		usage(stderr);
		return EX_USAGE;
	}
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (begin(&p) < 0)
		return EX_OSERR;
	p.started_us = clock_mono().us;
	printf("%s\n", p.link);
	fflush(stdout);
	loop(&p);
	close_line(&p);
	if (p.next >= 0)
		close(p.next);
	unlink(p.options.control);
	sim_store_close(&p.store);
	free(p.out);
	free(p.script);
	return 0;
}

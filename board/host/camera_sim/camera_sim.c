/* SPDX-License-Identifier: Apache-2.0 */
/*
 * camera-sim: a camera with somebody before it. Frames go out over one socket, orders what to hold
 * up come in over another; both take new connections after old ones closed, so that it outlives
 * whoever looks.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "control.h"
#include "help.h"
#include "listen.h"
#include "publish.h"

enum { CALLERS_MAX = 4, ANSWER_SIZE = 256 };

/* Somebody at the control socket. */
struct caller {
	int fd; /* -1: free */
	size_t len;
	bool waits; /* for the first frame of what it ordered */
	char line[CONTROL_LINE_BYTES_MAX];
};

struct camera {
	struct publisher publisher;
	struct render *render;
	int control, timer;
	struct caller caller[CALLERS_MAX];
	bool quit;
};

struct options {
	const char *frames, *control;
	unsigned fps, width_px, height_px;
	unsigned long long seed;
};

/* A short line to a Unix socket goes at once or its reader is gone. */
static void answer(struct caller *caller, const char *text)
{
	char line[ANSWER_SIZE + 2];
	int n = snprintf(line, sizeof(line), "%s\n", text);

	if (send(caller->fd, line, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) == n)
		return;
	(void)close(caller->fd);
	caller->fd = -1;
}

static int obey(struct camera *camera, const struct order *order)
{
	switch (order->command) {
	case COMMAND_SHOW:
		render_away(camera->render);
		return render_add(camera->render, order->condition, order->code, order->len);
	case COMMAND_ADD:
		return render_add(camera->render, order->condition, order->code, order->len);
	case COMMAND_MOVE:
		render_move(camera->render);
		return 0;
	case COMMAND_AWAY:
		render_away(camera->render);
		return 0;
	case COMMAND_QUIT:
		camera->quit = true;
		return 0;
	}
	return -EINVAL;
}

static void one_line(struct camera *camera, struct caller *caller)
{
	static struct order order;
	char sentence[ANSWER_SIZE - 8], text[ANSWER_SIZE];
	int r = order_parse(caller->line, &order, sentence, sizeof(sentence));

	if (r == 0) {
		r = obey(camera, &order);
		if (r == -EMSGSIZE)
			(void)snprintf(sentence, sizeof(sentence),
			               "%zu octets are more than a QR code holds", order.len);
		else if (r == -ENOSPC)
			(void)snprintf(sentence, sizeof(sentence), "%d codes are in view already",
			               RENDER_ITEMS_MAX);
		else if (r < 0)
			(void)snprintf(sentence, sizeof(sentence), "%s", strerror(-r));
	}
	if (r < 0) {
		(void)snprintf(text, sizeof(text), "error %s", sentence);
		answer(caller, text);
	} else if (camera->quit) {
		answer(caller, "ok");
	} else {
		caller->waits = true; /* until the frame that shows it is out */
	}
}

/* Takes whole lines out of what has come, one order a frame: the next waits for its answer. */
static void next_line(struct camera *camera, struct caller *caller)
{
	char *end = memchr(caller->line, '\n', caller->len);
	size_t used;

	if (caller->fd < 0 || caller->waits)
		return;
	if (!end) {
		if (caller->len == sizeof(caller->line)) {
			answer(caller, "error the line is too long");
			caller->len = 0;
		}
		return;
	}
	*end = '\0';
	used = (size_t)(end - caller->line) + 1;
	if (end > caller->line && end[-1] == '\r')
		end[-1] = '\0';
	one_line(camera, caller);
	caller->len -= used;
	memmove(caller->line, caller->line + used, caller->len);
}

static void read_lines(struct camera *camera, struct caller *caller)
{
	ssize_t n = recv(caller->fd, caller->line + caller->len, sizeof(caller->line) - caller->len,
	                 MSG_DONTWAIT);

	if (n <= 0 && (n == 0 || (errno != EAGAIN && errno != EINTR))) {
		(void)close(caller->fd);
		caller->fd = -1;
		return;
	}
	if (n > 0)
		caller->len += (size_t)n;
	next_line(camera, caller);
}

static void accept_callers(struct camera *camera)
{
	int fd;

	while ((fd = accept4(camera->control, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		int i = 0;

		while (i < CALLERS_MAX && camera->caller[i].fd >= 0)
			i++;
		if (i == CALLERS_MAX) {
			(void)close(fd);
			continue;
		}
		camera->caller[i].fd = fd;
		camera->caller[i].len = 0;
		camera->caller[i].waits = false;
	}
}

static void one_frame(struct camera *camera)
{
	char text[ANSWER_SIZE];
	uint64_t ticks;

	if (read(camera->timer, &ticks, sizeof(ticks)) < 0)
		return;
	render_frame(camera->render, camera->publisher.sequence + 1,
	             publisher_begin(&camera->publisher));
	publisher_tell(&camera->publisher, clock_mono());
	(void)snprintf(text, sizeof(text), "ok %llu",
	               (unsigned long long)camera->publisher.sequence);
	for (int i = 0; i < CALLERS_MAX; i++) {
		struct caller *caller = &camera->caller[i];

		if (caller->fd < 0 || !caller->waits)
			continue;
		caller->waits = false;
		answer(caller, text);
		next_line(camera, caller);
	}
}

static int watch(struct camera *camera)
{
	struct pollfd wait[3 + CALLERS_MAX];

	while (!camera->quit) {
		wait[0] = (struct pollfd){.fd = camera->timer, .events = POLLIN};
		wait[1] = (struct pollfd){.fd = camera->publisher.listener, .events = POLLIN};
		wait[2] = (struct pollfd){.fd = camera->control, .events = POLLIN};
		for (int i = 0; i < CALLERS_MAX; i++) {
			const struct caller *caller = &camera->caller[i];

			/* A full line that waits for its turn is not read beyond. */
			wait[3 + i] = (struct pollfd){
			    .fd = caller->len < sizeof(caller->line) ? caller->fd : -1,
			    .events = POLLIN};
		}
		if (poll(wait, 3 + CALLERS_MAX, -1) < 0 && errno != EINTR)
			return -errno;
		if (wait[0].revents)
			one_frame(camera);
		if (wait[1].revents)
			publisher_accept(&camera->publisher);
		for (int i = 0; i < CALLERS_MAX; i++)
			if (wait[3 + i].revents && camera->caller[i].fd >= 0)
				read_lines(camera, &camera->caller[i]);
		if (wait[2].revents)
			accept_callers(camera);
	}
	return 0;
}

static int start_timer(unsigned fps)
{
	struct itimerspec period = {.it_interval.tv_nsec = 1000000000 / (long)fps,
	                            .it_value.tv_nsec = 1000000000 / (long)fps};
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd >= 0 && timerfd_settime(fd, 0, &period, NULL) < 0)
		return -errno;
	return fd < 0 ? -errno : fd;
}

static int read_number(const char *text, unsigned long long least, unsigned long long most,
                       unsigned long long *ret)
{
	char *end = NULL;

	errno = 0;
	*ret = strtoull(text, &end, 10);
	return errno != 0 || end == text || *end != '\0' || *ret < least || *ret > most ? -EINVAL
	                                                                                : 0;
}

static int read_size(const char *text, struct options *options)
{
	char number[8];
	const char *cross = strchr(text, 'x');
	unsigned long long width, height;

	if (!cross || (size_t)(cross - text) >= sizeof(number))
		return -EINVAL;
	memcpy(number, text, (size_t)(cross - text));
	number[cross - text] = '\0';
	if (read_number(number, 64, 4096, &width) < 0 ||
	    read_number(cross + 1, 64, 4096, &height) < 0)
		return -EINVAL;
	options->width_px = (unsigned)width;
	options->height_px = (unsigned)height;
	return 0;
}

static int read_options(int argc, char **argv, struct options *options)
{
	unsigned long long number = options->fps;
	int r = 0;

	for (int i = 1; i < argc && r == 0; i += 2) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (!value)
			r = -EINVAL;
		else if (strcmp(argv[i], "--frames") == 0)
			options->frames = value;
		else if (strcmp(argv[i], "--control") == 0)
			options->control = value;
		else if (strcmp(argv[i], "--fps") == 0)
			r = read_number(value, 1, 120, &number);
		else if (strcmp(argv[i], "--seed") == 0)
			r = read_number(value, 0, ~0ull, &options->seed);
		else if (strcmp(argv[i], "--size") == 0)
			r = read_size(value, options);
		else
			r = -EINVAL;
	}
	options->fps = (unsigned)number;
	return options->frames && options->control ? r : -EINVAL;
}

static int start(struct camera *camera, const struct options *options)
{
	int r;

	camera->control = camera->timer = -1;
	camera->publisher.listener = camera->publisher.memory = -1;
	for (int i = 0; i < CALLERS_MAX; i++)
		camera->caller[i].fd = -1;
	r = render_new(options->width_px, options->height_px, options->seed, &camera->render);
	if (r == 0)
		r = publisher_init(&camera->publisher, options->frames, options->width_px,
		                   options->height_px);
	if (r < 0)
		return r;
	camera->control = r = listen_at(options->control, SOCK_STREAM);
	if (r >= 0)
		camera->timer = r = start_timer(options->fps);
	return r < 0 ? r : 0;
}

static void usage(FILE *out)
{
	(void)fputs("usage: camera-sim --frames SOCKET --control SOCKET [--fps 1..120] "
	            "[--size WIDTHxHEIGHT, 64 to 4096 each] [--seed N]\n"
	            "A camera for [scanner] source = sim:SOCKET, with the socket of --frames.\n",
	            out);
}

int main(int argc, char **argv)
{
	static struct camera camera;
	struct options options = {.fps = 30, .width_px = 1280, .height_px = 720, .seed = 1};
	int r;

	if (help_is_asked(argc, argv)) {
		usage(stdout);
		order_help(stdout);
		return 0;
	}
	if (read_options(argc, argv, &options) < 0) {
		usage(stderr);
		return 2;
	}
	r = start(&camera, &options);
	if (r == 0) {
		(void)puts("ready");
		(void)fflush(stdout);
		r = watch(&camera);
	}
	if (r < 0)
		(void)fprintf(stderr, "camera-sim: %s\n", strerror(-r));
	(void)unlink(options.frames);
	(void)unlink(options.control);
	publisher_deinit(&camera.publisher);
	render_free(camera.render);
	return r < 0 ? 1 : 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: what is held up before a camera reaches kioskd as the octets it is, once; a scanner
 * that is killed is started again and goes on; a missing device is told in a sentence and is no
 * crash. Real programs, real sockets; the test plays kioskd.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>
#include <cmocka.h>

#include <kiosk/msg_helper.h>

#include "clock.h"
#include "helper_start.h"
#include "render.h"
#include "sanitized.h"

enum { WAIT_MS = 30000, PATH_SIZE = 100, LINE_SIZE = 256 };

struct bench {
	char folder[40], frames[PATH_SIZE], control[PATH_SIZE], source[PATH_SIZE + 8];
	pid_t camera, scanner;
	int said;           /* camera-sim's standard output */
	int orders;         /* its control socket */
	int link, far_link; /* kioskd's end, and a copy of the scanner's */
	struct link_message message;
};

/* Starts a program; `fd_3` becomes its descriptor 3, `out` its standard output, where they are not
 * -1. */
static pid_t start(char *const argv[], int fd_3, int out)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	if (out >= 0)
		(void)dup2(out, STDOUT_FILENO);
	if (fd_3 >= 0)
		helper_become(fd_3, (const char *const *)argv);
	(void)execv(argv[0], argv);
	_exit(127);
}

/* The exit status of a program that ends by itself. */
static int exit_of(pid_t *pid)
{
	int status = 0;

	assert_int_equal(waitpid(*pid, &status, 0), *pid);
	*pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void kill_now(pid_t *pid)
{
	if (*pid <= 0)
		return;
	(void)kill(*pid, SIGKILL);
	(void)waitpid(*pid, NULL, 0);
	*pid = 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

static void read_line(int fd, char line[LINE_SIZE])
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	size_t n = 0;

	do {
		assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
		assert_int_equal(read(fd, line + n, 1), 1);
	} while (line[n++] != '\n' && n < LINE_SIZE);
	line[n - 1] = '\0';
}

/* An order to camera-sim and its answer. */
static void order(struct bench *bench, const char *text, const char *answer)
{
	char line[LINE_SIZE];

	assert_int_equal(dprintf(bench->orders, "%s\n", text), strlen(text) + 1);
	read_line(bench->orders, line);
	if (strncmp(line, answer, strlen(answer)) != 0)
		print_error("%s: %s\n", text, line);
	assert_memory_equal(line, answer, strlen(answer));
}

static void start_camera(struct bench *bench)
{
	char *argv[] = {(char[]){CAMERA_SIM},  (char[]){"--frames"}, bench->frames,
	                (char[]){"--control"}, bench->control,       NULL};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char line[LINE_SIZE];
	int out[2];

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	bench->camera = start(argv, -1, out[1]);
	(void)close(out[1]);
	bench->said = out[0];
	read_line(bench->said, line);
	assert_string_equal(line, "ready");
	memcpy(address.sun_path, bench->control, strlen(bench->control) + 1);
	bench->orders = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(bench->orders, (struct sockaddr *)&address, sizeof(address)), 0);
}

static void start_scanner_with(struct bench *bench, char *source, char *budget_us)
{
	char *argv[] = {(char[]){KIOSK_SCANNER},
	                (char[]){"--source"},
	                source,
	                (char[]){"--budget-us"},
	                budget_us,
	                NULL};
	int fd[2];

	close_fd(&bench->link);
	close_fd(&bench->far_link);
	assert_int_equal(link_pair(fd), 0);
	bench->link = fd[0];
	bench->far_link = fd[1];
	bench->scanner = start(argv, fd[1], -1);
}

static void start_scanner(struct bench *bench, char *source)
{
	/* A sanitizer's build takes several times the processor time a frame. */
	start_scanner_with(bench, source, SANITIZED ? (char[]){"30000"} : (char[]){"7500"});
}

/* The next message of any type; 0 when the other end closed. */
static enum msg_type receive(struct bench *bench)
{
	struct pollfd wait = {.fd = bench->link, .events = POLLIN};
	int r;

	do {
		assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
		r = link_receive(bench->link, &bench->message);
	} while (r == -EAGAIN);
	if (r == -ECONNRESET)
		return 0;
	assert_int_equal(r, 0);
	return bench->message.head.type;
}

static const struct msg_health *await_health(struct bench *bench, enum health health)
{
	const struct msg_health *told = (const void *)bench->message.bytes;

	do
		assert_int_equal(receive(bench), MSG_HEALTH);
	while (told->health != health);
	return told;
}

static void await_code(struct bench *bench, const void *bytes, size_t len)
{
	const struct msg_code *code = (const void *)bench->message.bytes;
	struct mono_time begin = clock_mono();
	enum msg_type type;

	while ((type = receive(bench)) == MSG_HEALTH || type == MSG_UNREAD)
		assert_true(mono_since_us(clock_mono(), begin) < WAIT_MS * 1000ull);
	assert_int_equal(type, MSG_CODE);
	assert_int_equal(bench->message.tail_len, len);
	assert_memory_equal(bench->message.tail, bytes, len);
	assert_true(code->seen.us > 0 && code->decoded.us >= code->seen.us);
}

static void start_both(struct bench *bench)
{
	start_camera(bench);
	start_scanner(bench, bench->source);
	assert_int_equal(receive(bench), MSG_HELLO);
	(void)await_health(bench, HEALTH_GOOD);
}

static int make_bench(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	(void)snprintf(bench->folder, sizeof(bench->folder), "/tmp/scanner-test-XXXXXX");
	assert_non_null(mkdtemp(bench->folder));
	(void)snprintf(bench->frames, PATH_SIZE, "%s/frames", bench->folder);
	(void)snprintf(bench->control, PATH_SIZE, "%s/control", bench->folder);
	(void)snprintf(bench->source, sizeof(bench->source), "sim:%s", bench->frames);
	bench->said = bench->orders = bench->link = bench->far_link = -1;
	*state = bench;
	return 0;
}

static int end_bench(void **state)
{
	struct bench *bench = *state;

	kill_now(&bench->scanner);
	kill_now(&bench->camera);
	close_fd(&bench->said);
	close_fd(&bench->orders);
	close_fd(&bench->link);
	close_fd(&bench->far_link);
	(void)unlink(bench->frames);
	(void)unlink(bench->control);
	assert_int_equal(rmdir(bench->folder), 0);
	free(bench);
	return 0;
}

static void test_what_is_held_up_arrives_once(void **state)
{
	struct bench *bench = *state;

	start_both(bench);
	order(bench, "show plain CK1:TONE", "ok ");
	await_code(bench, "CK1:TONE", 8);
	order(bench, "move", "ok ");
	/* The first is still in view and stays silent; the second, with odd octets, is news. */
	order(bench, "add screen a%00b%FF%25", "ok ");
	await_code(bench, "a\0b\xff%", 5);
	order(bench, "show perspective CK1:TTHREE", "ok ");
	await_code(bench, "CK1:TTHREE", 10);
	order(bench, "away", "ok ");
}

static void test_orders_that_make_no_sense(void **state)
{
	struct bench *bench = *state;

	start_camera(bench);
	order(bench, "jump", "error commands are show, add, move, away, quit");
	order(bench, "show sideways X", "error conditions are plain perspective");
	order(bench, "show plain ", "error the code is missing");
	order(bench, "show plain", "error show and add take a condition and a code");
	order(bench, "show plain %4", "error % takes two hexadecimal digits");
	order(bench, "show plain A", "ok ");
	order(bench, "add plain B", "ok ");
	order(bench, "add plain C", "ok ");
	order(bench, "add plain D", "ok ");
	order(bench, "add plain E", "error 4 codes are in view already");
	order(bench, "quit", "ok");
	assert_int_equal(exit_of(&bench->camera), 0);
}

static void test_a_killed_scanner_starts_again(void **state)
{
	struct bench *bench = *state;

	start_both(bench);
	order(bench, "show plain CK1:TBEFORE", "ok ");
	await_code(bench, "CK1:TBEFORE", 11);
	kill_now(&bench->scanner);
	order(bench, "show plain CK1:TAFTER", "ok ");
	start_scanner(bench, bench->source);
	assert_int_equal(receive(bench), MSG_HELLO);
	await_code(bench, "CK1:TAFTER", 10);
}

static void test_a_closed_socket_ends_it(void **state)
{
	struct bench *bench = *state;

	start_both(bench);
	close_fd(&bench->link);
	close_fd(&bench->far_link);
	assert_int_equal(exit_of(&bench->scanner), 0);
}

static void test_a_camera_that_is_not_there_or_goes_away(void **state)
{
	struct bench *bench = *state;

	start_scanner(bench, bench->source);
	close_fd(&bench->far_link);
	assert_int_equal(receive(bench), MSG_HELLO);
	assert_non_null(strstr(await_health(bench, HEALTH_MISSING)->sentence, "start camera-sim"));
	assert_int_equal(exit_of(&bench->scanner), 75);
	start_both(bench);
	close_fd(&bench->far_link);
	kill_now(&bench->camera);
	assert_non_null(strstr(await_health(bench, HEALTH_MISSING)->sentence, "went away"));
	assert_int_equal(exit_of(&bench->scanner), 75);
}

static void test_devices_that_are_no_cameras(void **state)
{
	static const struct {
		const char *source;
		enum health health;
		const char *words;
		int exit;
	} table[] = {
	    {"v4l2:/dev/no-such-camera", HEALTH_MISSING, "plug it in", 75},
	    {"v4l2:/dev/null", HEALTH_FAILED, "is not a camera", 1},
	    {"pictures:/no/such/folder", HEALTH_MISSING, "No pictures at", 75},
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char source[64];

		(void)snprintf(source, sizeof(source), "%s", table[i].source);
		start_scanner(bench, source);
		close_fd(&bench->far_link);
		assert_int_equal(receive(bench), MSG_HELLO);
		assert_non_null(
		    strstr(await_health(bench, table[i].health)->sentence, table[i].words));
		assert_int_equal(exit_of(&bench->scanner), table[i].exit);
	}
	start_scanner(bench, (char[]){"telescope:/dev/video0"});
	assert_int_equal(exit_of(&bench->scanner), EX_USAGE);
	start_scanner(bench, (char[]){"v4l2:"});
	assert_int_equal(exit_of(&bench->scanner), EX_USAGE);
}

static void test_a_budget_that_makes_no_sense(void **state)
{
	static const char *const budget[] = {"0", "999", "30001", "8ms", "-1", ""};
	struct bench *bench = *state;

	for (size_t i = 0; i < sizeof(budget) / sizeof(budget[0]); i++) {
		char text[16];

		(void)snprintf(text, sizeof(text), "%s", budget[i]);
		start_scanner_with(bench, bench->source, text);
		assert_int_equal(exit_of(&bench->scanner), EX_USAGE);
	}
}

/* kioskd is busy and its socket full: the code is not lost, it comes once there is room. */
static void test_a_code_waits_for_a_busy_kioskd(void **state)
{
	struct bench *bench = *state;
	struct msg_health filler;
	int filled = 0;

	start_both(bench);
	memset(&filler, 0, sizeof(filler));
	while (link_send(bench->far_link, MSG_HEALTH, &filler, NULL, 0) == 0)
		filled++;
	assert_true(filled > 0);
	order(bench, "show plain CK1:TPATIENT", "ok ");
	for (int i = 0; i < 20; i++)
		order(bench, "move", "ok "); /* each takes a frame, in which nothing can be told */
	await_code(bench, "CK1:TPATIENT", 12);
}

/* `percent` of the code's width is in the picture, the rest beyond its right edge. */
static void write_part(const struct bench *bench, const char *name, const char *code, float percent)
{
	enum { WIDTH = 640, HEIGHT = 480 };
	static uint8_t grey[WIDTH * HEIGHT];
	struct render_point corner[4];
	float left = WIDTH, right = 0;
	char path[PATH_SIZE];
	struct render *render;
	size_t gone;
	FILE *out;

	assert_int_equal(render_new(WIDTH, HEIGHT, 7, &render), 0);
	assert_int_equal(render_add(render, CONDITION_PLAIN, code, strlen(code)), 0);
	assert_int_equal(render_corners(render, 0, corner), 0);
	render_frame(render, 1, grey);
	render_free(render);
	for (int i = 0; i < 4; i++) {
		left = corner[i].x_px < left ? corner[i].x_px : left;
		right = corner[i].x_px > right ? corner[i].x_px : right;
	}
	gone = percent < 100 ? (size_t)(WIDTH - left - (right - left) * percent / 100) : 0;
	for (size_t y = 0; y < HEIGHT; y++)
		memmove(grey + y * WIDTH + gone, grey + y * WIDTH, WIDTH - gone);
	(void)snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_true(fprintf(out, "P5 %d %d 255\n", WIDTH, HEIGHT) > 0);
	assert_int_equal(fwrite(grey, 1, sizeof(grey), out), sizeof(grey));
	assert_int_equal(fclose(out), 0);
}

static void write_picture(const struct bench *bench, const char *name, const char *code)
{
	write_part(bench, name, code, 100);
}

static void remove_picture(const struct bench *bench, const char *name)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
	assert_int_equal(unlink(path), 0);
}

/* On its way in and on its way out a code is cut by the frame's edge: nothing is said of it. */
static void test_a_partly_seen_code_is_no_error(void **state)
{
	struct bench *bench = *state;
	const struct msg_health *told = (const void *)bench->message.bytes;
	char source[PATH_SIZE];
	enum msg_type type;

	write_part(bench, "1.pgm", "CK1:TPART", 40);
	write_part(bench, "2.pgm", "CK1:TPART", 75);
	write_picture(bench, "3.pgm", "CK1:TWHOLE");
	(void)snprintf(source, sizeof(source), "pictures:%s", bench->folder);
	start_scanner(bench, source);
	assert_int_equal(receive(bench), MSG_HELLO);
	while ((type = receive(bench)) == MSG_HEALTH || type == MSG_UNREAD)
		assert_int_equal(told->health, HEALTH_GOOD);
	assert_int_equal(type, MSG_CODE);
	assert_int_equal(bench->message.tail_len, 10);
	assert_memory_equal(bench->message.tail, "CK1:TWHOLE", 10);
	remove_picture(bench, "1.pgm");
	remove_picture(bench, "2.pgm");
	remove_picture(bench, "3.pgm");
}

static void test_a_folder_of_pictures_is_shown_in_order(void **state)
{
	struct bench *bench = *state;
	const struct msg_health *told = (const void *)bench->message.bytes;
	char path[PATH_SIZE], source[PATH_SIZE];
	bool refused = false;
	FILE *out;

	write_picture(bench, "1.pgm", "CK1:TFIRST");
	write_picture(bench, "3.pgm", "CK1:TTHIRD");
	(void)snprintf(path, sizeof(path), "%s/2.pgm", bench->folder);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_true(fprintf(out, "P5 20000 1 255\n") > 0);
	assert_int_equal(fclose(out), 0);
	(void)snprintf(source, sizeof(source), "pictures:%s", bench->folder);
	start_scanner(bench, source);
	assert_int_equal(receive(bench), MSG_HELLO);
	await_code(bench, "CK1:TFIRST", 10);
	await_code(bench, "CK1:TTHIRD", 10);
	do
		assert_int_equal(receive(bench), MSG_HEALTH);
	while (!strstr(told->sentence, "have been shown"));
	refused = strstr(told->sentence, "All 3 pictures") && strstr(told->sentence, "1 of them");
	assert_true(refused);
	remove_picture(bench, "1.pgm");
	remove_picture(bench, "2.pgm");
	remove_picture(bench, "3.pgm");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, make_bench, end_bench)
	    WITH_BENCH(test_what_is_held_up_arrives_once),
	    WITH_BENCH(test_orders_that_make_no_sense),
	    WITH_BENCH(test_a_killed_scanner_starts_again),
	    WITH_BENCH(test_a_closed_socket_ends_it),
	    WITH_BENCH(test_a_camera_that_is_not_there_or_goes_away),
	    WITH_BENCH(test_devices_that_are_no_cameras),
	    WITH_BENCH(test_a_budget_that_makes_no_sense),
	    WITH_BENCH(test_a_code_waits_for_a_busy_kioskd),
	    WITH_BENCH(test_a_partly_seen_code_is_no_error),
	    WITH_BENCH(test_a_folder_of_pictures_is_shown_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

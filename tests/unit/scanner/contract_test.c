/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contract of struct scanner_driver (kiosk/scanner.h), kept by every driver: cameras (V4L2, the
 * simulated one, pictures) and readers (event device, serial line). The V4L2 and event devices are
 * twins of the kernel's (device_twin.h), and the kernel's own virtual ones where there are any
 * (vivid and uinput: tests/devices/run boots a kernel that has them); the serial line is a
 * pseudo-terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "contract_devices.h"
#include "reader_text.h"

enum { WIDTH = CONTRACT_WIDTH, HEIGHT = CONTRACT_HEIGHT, SEEN_MAX = CONTRACT_SEEN_MAX };

/* --- what comes up --- */

static void on_frame(void *context, const struct frame *frame)
{
	const struct world *world = context;
	struct seen *seen = &((struct world *)context)->seen;
	uint8_t level = frame->grey[0];

	assert_true(world->backend->real ||
	            (frame->width_px == WIDTH && frame->height_px == HEIGHT));
	assert_true(frame->width_px >= FRAME_SIDE_MIN_PX && frame->height_px >= FRAME_SIDE_MIN_PX);
	assert_true(frame->stride >= frame->width_px);
	assert_true(frame->seen.us > 0 && frame->seen.us <= clock_mono().us);
	for (uint32_t y = 0; y < frame->height_px; y++)
		for (uint32_t x = 0; x < frame->width_px; x++)
			assert_true(frame->grey[(size_t)y * frame->stride + x] == level ||
			            world->backend->real);
	assert_true(seen->frames < SEEN_MAX);
	seen->level[seen->frames++] = level;
}

static void on_code(void *context, const uint8_t *bytes, size_t len, struct mono_time at)
{
	struct seen *seen = &((struct world *)context)->seen;

	assert_true(len >= 1 && len < sizeof(seen->code[0]));
	assert_true(at.us > 0 && at.us <= clock_mono().us);
	assert_true(seen->codes < SEEN_MAX);
	memcpy(seen->code[seen->codes], bytes, len);
	seen->code[seen->codes++][len] = '\0';
}

static void on_health(void *context, enum health health, const char *sentence)
{
	struct seen *seen = &((struct world *)context)->seen;
	size_t len = strlen(sentence);

	assert_true(len > 1 && len <= SENTENCE_BYTES_MAX && sentence[len - 1] == '.');
	seen->healths++;
	seen->health = health;
	memcpy(seen->sentence, sentence, len + 1);
}

static int open_source(struct world *world, const char *where)
{
	const struct scanner_sink sink = {
	    .frame = on_frame, .code = on_code, .health = on_health, .context = world};

	memset(&world->seen, 0, sizeof(world->seen));
	return world->backend->driver->open(where, &sink, &world->scanner);
}

/* --- the contract --- */

static unsigned descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	unsigned n = 0;

	assert_non_null(folder);
	while (readdir(folder))
		n++;
	closedir(folder);
	return n;
}

/* After a pause of that length, as far as the driver knows. */
static void tick(struct world *world, uint64_t pause_us)
{
	if (world->backend->driver->tick)
		world->backend->driver->tick(world->scanner,
		                             (struct mono_time){clock_mono().us + pause_us});
}

static void await(struct world *world)
{
	struct pollfd wait = {.fd = world->backend->driver->fd(world->scanner), .events = POLLIN};

	assert_int_equal(poll(&wait, 1, CONTRACT_WAIT_MS), 1);
}

static void begin(struct world *world)
{
	world->backend->plug(world);
	assert_int_equal(open_source(world, world->where), 0);
	assert_non_null(world->scanner);
	assert_true(world->backend->driver->fd(world->scanner) >= 0);
	/* That it works is told; nothing is seen before it is asked for. */
	assert_int_equal(world->seen.healths, 1);
	assert_int_equal(world->seen.health, HEALTH_GOOD);
	assert_int_equal(world->seen.frames + world->seen.codes, 0);
}

static void end(struct world *world)
{
	world->backend->driver->close(world->scanner);
	world->scanner = NULL;
	world->backend->end(world);
}

static void see(struct world *world, unsigned n)
{
	char code[8];

	if (world->backend->camera && world->backend->real)
		return;
	(void)snprintf(code, sizeof(code), "%u", n);
	if (world->backend->camera)
		assert_int_equal(world->seen.level[world->seen.frames - 1], n);
	else
		assert_string_equal(world->seen.code[world->seen.codes - 1], code);
}

static void keeps_absence(struct world *world)
{
	const char *absent = world->backend->absent;

	assert_int_equal(open_source(world, absent), -ENOENT);
	assert_int_equal(world->seen.healths, 1);
	assert_int_equal(world->seen.health, HEALTH_MISSING);
	assert_non_null(strstr(world->seen.sentence, absent));
	if (!world->backend->other)
		return;
	assert_true(open_source(world, world->backend->other) < 0);
	assert_int_equal(world->seen.healths, 1);
	assert_int_equal(world->seen.health, HEALTH_FAILED);
	assert_null(world->scanner);
}

static void keeps_giving(struct world *world)
{
	const struct scanner_driver *driver = world->backend->driver;

	begin(world);
	tick(world, 0);
	if (!world->backend->real) {
		assert_int_equal(driver->dispatch(world->scanner), 0); /* woken for nothing */
		assert_int_equal(world->seen.frames + world->seen.codes, 0);
	}
	if (world->backend->give)
		world->backend->give(world, 1);
	await(world);
	assert_int_equal(driver->dispatch(world->scanner), 0);
	tick(world, 0);
	assert_int_equal(world->seen.frames + world->seen.codes, 1);
	assert_int_equal(world->seen.frames, world->backend->camera);
	see(world, 1);
	assert_int_equal(world->seen.healths, 1);
	end(world);
}

/* Of frames the newest is seen and the others are not; of codes every one, in order. */
static void keeps_order(struct world *world)
{
	begin(world);
	for (unsigned n = 1; n <= 3; n++)
		world->backend->give(world, n);
	await(world);
	assert_int_equal(world->backend->driver->dispatch(world->scanner), 0);
	assert_int_equal(world->seen.frames, world->backend->camera ? 1 : 0);
	assert_int_equal(world->seen.codes, world->backend->camera ? 0 : 3);
	see(world, 3);
	for (unsigned i = 0; i < world->seen.codes; i++)
		assert_int_equal(world->seen.code[i][0], '1' + (int)i);
	/* Whoever was slow goes on as before. */
	world->backend->give(world, 4);
	await(world);
	assert_int_equal(world->backend->driver->dispatch(world->scanner), 0);
	see(world, 4);
	end(world);
}

static void survives_damage(struct world *world)
{
	begin(world);
	world->backend->garble(world);
	await(world);
	assert_int_equal(world->backend->driver->dispatch(world->scanner), 0);
	/* Its end may have been lost too: silence is one. */
	tick(world, READER_SILENCE_US);
	assert_int_equal(world->seen.frames + world->seen.codes, 0);
	world->backend->give(world, 5);
	await(world);
	assert_int_equal(world->backend->driver->dispatch(world->scanner), 0);
	assert_int_equal(world->seen.frames + world->seen.codes, 1);
	see(world, 5);
	end(world);
}

static void see_one(struct world *world, unsigned n)
{
	if (world->backend->give)
		world->backend->give(world, n);
	await(world);
	assert_int_equal(world->backend->driver->dispatch(world->scanner), 0);
	see(world, n);
}

static void tells_a_pulled_plug(struct world *world)
{
	int r;

	begin(world);
	see_one(world, 1);
	world->backend->unplug(world);
	/* One that streams by itself may have had a last frame ready. */
	do {
		await(world);
		r = world->backend->driver->dispatch(world->scanner);
	} while (r == 0 && world->backend->real && world->seen.frames < SEEN_MAX);
	assert_int_equal(r, -ENODEV);
	end(world);
	/* And is there again when it is plugged in again. */
	begin(world);
	see_one(world, 2);
	end(world);
}

/* It leaves no descriptor and no file behind. */
static void keep_on(const struct backend *backend, void (*keep)(struct world *world))
{
	struct world world = {.backend = backend, .line = -1};
	unsigned before = descriptors();

	print_message("%s\n", backend->name);
	(void)snprintf(world.folder, sizeof(world.folder), "/tmp/scanner-contract-XXXXXX");
	assert_non_null(mkdtemp(world.folder));
	keep(&world);
	assert_int_equal(rmdir(world.folder), 0);
	assert_int_equal(descriptors(), before);
	backend->driver->close(NULL);
}

/* On each that can do it and is always there. */
static void all_keep(void (*keep)(struct world *world), bool (*can)(const struct backend *backend))
{
	for (size_t i = 0; i < contract_backends_n; i++)
		if (!contract_backends[i].lacks && can(&contract_backends[i]))
			keep_on(&contract_backends[i], keep);
}

static bool every(const struct backend *backend)
{
	return backend->driver != NULL;
}

static bool can_be_given(const struct backend *backend)
{
	return backend->give != NULL;
}

static bool can_be_garbled(const struct backend *backend)
{
	return backend->garble != NULL;
}

static bool can_be_unplugged(const struct backend *backend)
{
	return backend->unplug != NULL;
}

static void test_what_is_not_there_is_told_in_a_sentence(void **state)
{
	(void)state;
	all_keep(keeps_absence, every);
}

static void test_what_is_held_up_is_seen_and_nothing_else(void **state)
{
	(void)state;
	all_keep(keeps_giving, every);
}

static void test_the_newest_frame_and_every_code(void **state)
{
	(void)state;
	all_keep(keeps_order, can_be_given);
}

static void test_damage_is_dropped(void **state)
{
	(void)state;
	all_keep(survives_damage, can_be_garbled);
}

static void test_a_pulled_plug_is_told(void **state)
{
	(void)state;
	all_keep(tells_a_pulled_plug, can_be_unplugged);
}

static void keep_on_real(const struct scanner_driver *driver)
{
	for (size_t i = 0; i < contract_backends_n; i++) {
		const struct backend *backend = &contract_backends[i];

		if (backend->driver != driver || !backend->lacks)
			continue;
		if (backend->lacks()) {
			print_message("NOT TESTED: the driver on the kernel's own device; there "
			              "is not here: %s (tests/devices/run has it)\n",
			              backend->lacks());
			skip();
		}
		keep_on(backend, keeps_absence);
		keep_on(backend, keeps_giving);
		if (backend->give)
			keep_on(backend, keeps_order);
		keep_on(backend, tells_a_pulled_plug);
	}
}

static void test_on_a_camera_of_the_kernel(void **state)
{
	(void)state;
	keep_on_real(&scanner_v4l2);
}

static void test_on_a_keyboard_of_the_kernel(void **state)
{
	(void)state;
	keep_on_real(&scanner_evdev);
}

/* With a word behind it: on the kernel's own devices, which are not everywhere. */
int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_is_not_there_is_told_in_a_sentence),
	    cmocka_unit_test(test_what_is_held_up_is_seen_and_nothing_else),
	    cmocka_unit_test(test_the_newest_frame_and_every_code),
	    cmocka_unit_test(test_damage_is_dropped),
	    cmocka_unit_test(test_a_pulled_plug_is_told),
	};
	const struct CMUnitTest kernel[] = {
	    cmocka_unit_test(test_on_a_camera_of_the_kernel),
	    cmocka_unit_test(test_on_a_keyboard_of_the_kernel),
	};

	(void)argv;
	return argc > 1 ? cmocka_run_group_tests(kernel, NULL, NULL)
	                : cmocka_run_group_tests(tests, NULL, NULL);
}

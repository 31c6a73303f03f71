/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole demonstration, watched from outside: how long from the frame that shows a code until it
 * is counted and shown, and how much memory the kiosk's processes take together (proportional set
 * size, proc(5) smaps_rollup). Simulators and the collector are not the kiosk and are left out.
 */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

#include "clock.h"
#include "door.h"
#include "file.h"
#include "programs.h"

enum {
	PROCESSES_MAX = 8,
	SAMPLE_EVERY_MS = 200,
	DEMO_TIMEOUT_S = 200,
	MEMORY_TARGET_KIB = 64 * 1024,
	LATENCY_TARGET_US = 100000,
};

struct footprint {
	char name[32];
	uint64_t kib, kib_most;
};

struct meeting {
	struct programs programs;
	struct program demo;
	struct door door;
	char folder[128];
	struct footprint process[PROCESSES_MAX];
	int n_processes;
	uint64_t kib_most; /* of all at one moment */
	bool unreadable;
};

static void name_of(pid_t pid, char name[32])
{
	char path[64];
	uint8_t *data;
	size_t len;

	name[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	if (file_read(path, 4096, &data, &len) < 0)
		return;
	snprintf(name, 32, "%.*s", (int)strcspn((const char *)data, "\n"), (const char *)data);
	free(data);
}

/* 0: it is gone, or may not be read. */
static uint64_t pss_kib(pid_t pid, bool *ret_refused)
{
	char path[64];
	uint8_t *data;
	const char *line;
	uint64_t kib = 0;
	size_t len;
	int r;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	r = file_read(path, 65536, &data, &len);
	if (r < 0) {
		*ret_refused = r == -EACCES || r == -EPERM || r == -ENOENT;
		return 0;
	}
	line = strstr((const char *)data, "\nPss:");
	if (line)
		kib = strtoull(line + 5, NULL, 10);
	free(data);
	return kib;
}

static uint64_t note(struct meeting *meeting, pid_t pid)
{
	char name[32];
	bool refused = false;
	const uint64_t kib = pss_kib(pid, &refused);

	name_of(pid, name);
	if (name[0] == '\0')
		return 0;
	meeting->unreadable = meeting->unreadable || refused;
	for (int i = 0; i < PROCESSES_MAX; i++) {
		struct footprint *f = &meeting->process[i];

		if (i == meeting->n_processes) {
			snprintf(f->name, sizeof(f->name), "%s", name);
			meeting->n_processes++;
		}
		if (strcmp(f->name, name) == 0) {
			f->kib_most = kib > f->kib_most ? kib : f->kib_most;
			break;
		}
	}
	return kib;
}

/* kioskd and its small programs, wherever they stand below the demonstration. */
static uint64_t note_kiosk(struct meeting *meeting, pid_t parent, bool is_kiosk)
{
	pid_t child[PROCESSES_MAX];
	const int n = programs_children(parent, child, PROCESSES_MAX);
	uint64_t kib = 0;

	for (int i = 0; i < n; i++) {
		char name[32];
		bool kiosk;

		name_of(child[i], name);
		kiosk = is_kiosk || strcmp(name, "kioskd") == 0;
		if (kiosk)
			kib += note(meeting, child[i]);
		kib += note_kiosk(meeting, child[i], kiosk);
	}
	return kib;
}

static void sample(struct meeting *meeting)
{
	const uint64_t kib = note_kiosk(meeting, meeting->demo.pid, false);

	meeting->kib_most = kib > meeting->kib_most ? kib : meeting->kib_most;
}

static int start(struct meeting *meeting, const char *size)
{
	char *folder = meeting->programs.folder, keep[160];
	const size_t len = strlen(folder);

	/* Benchmarks are in tests/, programs in bin/ beside it. */
	snprintf(folder + len, sizeof(meeting->programs.folder) - len, "/../bin");
	snprintf(meeting->folder, sizeof(meeting->folder), "/tmp/kiosk-bench-XXXXXX");
	if (!mkdtemp(meeting->folder))
		return -errno;
	programs_log_to(&meeting->programs, meeting->folder);
	snprintf(keep, sizeof(keep), "%s/k", meeting->folder);
	return program_start(&meeting->programs, &meeting->demo, "kiosk-demo",
	                     (const char *const[]){"--keep", keep, size, NULL}, false);
}

/* kioskd is killed on the way: the watch is taken up again whenever it is lost. */
static int watch(struct meeting *meeting)
{
	const struct mono_time begin = clock_mono();
	struct mono_time sampled = begin;
	char control[160];

	snprintf(control, sizeof(control), "%s/k/control.sock", meeting->folder);
	while (meeting->demo.pid != 0) {
		struct msg_view view;
		int r;

		if (mono_since_us(clock_mono(), begin) > DEMO_TIMEOUT_S * UINT64_C(1000000))
			return -ETIMEDOUT;
		if (meeting->door.watch < 0) {
			r = door_open(&meeting->door, &meeting->programs, &meeting->demo, control,
			              SAMPLE_EVERY_MS);
		} else {
			r = door_next(&meeting->door, &meeting->programs, SAMPLE_EVERY_MS, &view);
			if (r < 0 && r != -ETIMEDOUT && r != -EINTR)
				door_close(&meeting->door);
		}
		if (r == -EINTR)
			return r;
		if (mono_since_us(clock_mono(), sampled) >= SAMPLE_EVERY_MS * UINT64_C(1000)) {
			sample(meeting);
			sampled = clock_mono();
		}
	}
	return 0;
}

static void print(struct meeting *meeting)
{
	static const uint32_t percent[] = {50, 95};

	for (size_t i = 0; i < sizeof(percent) / sizeof(percent[0]); i++) {
		const uint32_t us = latency_percentile(&meeting->door.latencies, percent[i]);

		printf("{\"what\":\"frame in to counted and shown, p%u of %u "
		       "codes\",\"value\":%.1f,\"unit\":\"ms\","
		       "\"yardstick\":null,\"yardstick_value\":null,\"target\":%s,\"met\":%s}\n",
		       percent[i], meeting->door.latencies.n, us / 1e3,
		       percent[i] == 95 ? "\"<= 100 ms\"" : "null",
		       percent[i] != 95          ? "null"
		       : us <= LATENCY_TARGET_US ? "true"
		                                 : "false");
	}
	for (int i = 0; i < meeting->n_processes; i++)
		printf("{\"what\":\"memory of %s at "
		       "most\",\"value\":%.1f,\"unit\":\"MiB\",\"yardstick\":null,"
		       "\"yardstick_value\":null,\"target\":null,\"met\":null}\n",
		       meeting->process[i].name, (double)meeting->process[i].kib_most / 1024);
	printf("{\"what\":\"memory of all %d processes at one moment at "
	       "most\",\"value\":%.1f,\"unit\":\"MiB\","
	       "\"yardstick\":null,\"yardstick_value\":null,\"target\":\"<= 64 MiB\",\"met\":%s}\n",
	       meeting->n_processes, (double)meeting->kib_most / 1024,
	       meeting->kib_most <= MEMORY_TARGET_KIB ? "true" : "false");
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	return remove(path);
}

int main(int argc, char **argv)
{
	static struct meeting meeting; /* too large for a stack */
	int r;

	door_init(&meeting.door);
	r = programs_init(&meeting.programs);
	if (r == 0)
		r = start(&meeting, argc > 1 ? argv[1] : NULL);
	if (r == 0)
		r = watch(&meeting);
	door_close(&meeting.door);
	if (r == 0 && (!WIFEXITED(meeting.demo.status) || WEXITSTATUS(meeting.demo.status) != 0))
		r = -EPROTO;
	(void)programs_deinit(&meeting.programs);
	if (r == 0 && meeting.unreadable)
		fprintf(stderr, "bench_meeting: the memory of some process could not be read; run "
		                "this as root\n");
	if (r == 0)
		print(&meeting);
	else
		fprintf(stderr,
		        "bench_meeting: the demonstration did not come to its end: %s; see %s\n",
		        strerror(-r), meeting.folder);
	if (r == 0)
		(void)nftw(meeting.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return r == 0 ? 0 : 1;
}

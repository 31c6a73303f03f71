/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the real collectord accepts a second, durably, beside how many Ed25519 signatures one core
 * verifies in the same time: kiosks that come back after a network's long night, each with an event
 * of its own and its batches in order, over HTTP on loopback. In the end collectord is killed, and
 * what it answered for has to be in its store.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "collector_load.h"
#include "crypto.h"
#include "store.h"

enum {
	ROUNDS = 6,
	KIOSKS = 256, /* in a round */
	ALONE = 4,    /* kiosks of the round with one connection */
	VERIFIES = 2000,
};

static uint64_t n_verified;
static double verified_processor_s;

static double processor_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double verify_round(void)
{
	static const uint8_t message[400] = {1};
	const struct secret_seed seed = world_seed('y');
	const struct signing_key signer = signing_key_of(&seed);
	const struct public_key key = signer.public;
	uint8_t signature[64];
	const double start = load_now_s(), processor_start = processor_s();

	ed25519_sign_by(&signer, message, sizeof(message), signature);
	for (int i = 0; i < VERIFIES; i++)
		if (!ed25519_verify(&key, message, sizeof(message), signature))
			load_die("a good signature was refused");
	n_verified += VERIFIES;
	verified_processor_s += processor_s() - processor_start;
	return VERIFIES / (load_now_s() - start);
}

/* --- the table --- */

static void row(const char *what, double value, const char *yardstick, double yardstick_value)
{
	(void)printf("{\"what\":\"%s: %.2f x\",\"value\":%.1f,\"unit\":\"/s\","
	             "\"yardstick\":\"%s\",\"yardstick_value\":%.1f,"
	             "\"target\":\">= 0.25 x the yardstick\",\"met\":%s}\n",
	             what, value / yardstick_value, value, yardstick, yardstick_value,
	             value >= 0.25 * yardstick_value ? "true" : "false");
}

/* Killed, not stopped: what was answered for is in the store. */
static void check_durable(void)
{
	struct merkle_frontier log;
	struct rusage used;
	double used_s, stored, verified;

	(void)kill(load_program.pid, SIGKILL);
	(void)wait4(load_program.pid, NULL, 0, &used);
	used_s = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	         (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	stored = (double)load_stored / used_s;
	verified = (double)n_verified / verified_processor_s;
	row("the same in a second of its processor time", stored,
	    "Ed25519 signatures verified in a second of processor time", verified);
	world_restart(&load_world);
	if (store_log(collector_store(load_world.collector), &log) != 0 || log.size != load_stored)
		load_die("what was answered for is not in the store");
}

static void measure(void)
{
	double stored_s = 0, verify_s = 0, alone, stored, verified;

	for (int round = 0; round <= ROUNDS; round++) {
		for (unsigned i = 0; i < KIOSKS; i++)
			load_make(i, LOAD_BATCHES);
		verified = verify_round();
		stored = load_post(KIOSKS, LOAD_BATCHES, LOAD_LINES);
		(void)fprintf(stderr, "round %d: %.0f stored, %.0f verified a second\n", round,
		              stored, verified);
		if (round == 0)
			continue; /* fills the log */
		stored_s += 1 / stored;
		verify_s += 1 / verified;
	}
	for (unsigned i = 0; i < ALONE; i++)
		load_make(i, LOAD_BATCHES);
	alone = load_post(ALONE, LOAD_BATCHES, 1);
	stored = ROUNDS / stored_s;
	verified = ROUNDS / verify_s;
	row("batches collectord accepts durably, 240 kiosks waiting", stored,
	    "Ed25519 signatures one core verifies, per second", verified);
	check_durable();
	(void)printf("{\"what\":\"batches collectord accepts durably, one at a time\","
	             "\"value\":%.1f,\"unit\":\"/s\",\"yardstick\":null,\"yardstick_value\":null,"
	             "\"target\":null,\"met\":null}\n",
	             alone);
}

int main(void)
{
	load_start();
	load_connect_lines(LOAD_LINES);
	measure();
	load_end();
	return 0;
}

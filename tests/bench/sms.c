/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts: 1,000 that wait in the modem, counted and answered with the limits lifted, on a ledger
 * whose disk is in memory, and on one on this machine's disk (in /tmp); and how fast messages
 * decode. The modem's own time is what its line takes at 115,200 bits a second for every octet both
 * ways, and what the network takes to accept each reply; it is simulated. What the kiosk takes
 * beyond it is its waits, on the same clock, and the time its programs really ran, which is added:
 * their processor's with the disk in memory, with a real one this machine's clock, which other work
 * on it makes longer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "world.h"

enum { TEXTS = 1000, OCTET_US = 87, DECODES = 2000000 };

static double now_s(clockid_t clock)
{
	struct timespec now;
	(void)clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void row(const char *what, double value, const char *unit, const char *yardstick,
                double yardstick_value, const char *target, bool met)
{
	printf("{\"what\":\"%s\",\"value\":%.4g,\"unit\":\"%s\",", what, value, unit);
	if (yardstick != NULL)
		printf("\"yardstick\":\"%s\",\"yardstick_value\":%.4g,", yardstick,
		       yardstick_value);
	else
		printf("\"yardstick\":null,\"yardstick_value\":null,");
	printf("\"target\":\"%s\",\"met\":%s}\n", target, met ? "true" : "false");
}

static void queue(bool real_disk)
{
	static struct world w;
	memset(&w, 0, sizeof(w));
	w.replies_unlimited = true;
	w.real_disk = real_disk;
	world_begin(&w, TEXTS);
	w.octet_us = OCTET_US;
	for (unsigned i = 0; i < TEXTS; i++) {
		char from[16];
		snprintf(from, sizeof(from), "+1502555%04u", i);
		world_receive(&w, from, 0, "RIVER");
	}
	w.serial_us = 0;
	uint64_t begun_us = w.now_us;
	double cpu = now_s(CLOCK_PROCESS_CPUTIME_ID), wall = now_s(CLOCK_MONOTONIC);
	bool empty = world_drain(&w, 4 * 3600 * 1000);
	double really = now_s(CLOCK_MONOTONIC) - wall;
	cpu = now_s(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	double sent = world_replies(&w, NULL), parts = sim_store_count(&w.store, SIM_SENT);
	double serial = (double)w.serial_us / 1e6 + parts * (double)w.modem.send_us / 1e6;
	double took = (double)(w.now_us - begun_us) / 1e6 + (real_disk ? really : cpu);
	bool whole = empty && stage_people(&w.stage) == TEXTS && sent == TEXTS;
	fprintf(stderr,
	        "sms: ledger %s: %u texts: %u counted, %.0f answered, %s; modem %.1f s, in all "
	        "%.1f s, of "
	        "which %.2f s computing (%.2f s on this machine's clock); beyond the modem's own: "
	        "%.1f %%\n",
	        real_disk ? "on this machine's disk" : "in memory", (unsigned)TEXTS,
	        (unsigned)stage_people(&w.stage), sent, empty ? "store empty" : "NOT ALL TAKEN",
	        serial, took, cpu, really, 100 * (took - serial) / serial);
	row(real_disk ? "1,000 queued texts, counted and answered, ledger on disk"
	              : "1,000 queued texts, counted and answered, ledger in memory",
	    took, "s", "the modem's own time for them", serial, "<= 1.1 x the yardstick",
	    whole && took <= 1.1 * serial);
	world_end(&w);
}

static void decode(void)
{
	static char hex[SIM_PARTS_MAX][SIM_HEX_MAX + 1];
	static uint8_t octet[SIM_HEX_MAX / 2];
	static struct pdu pdu;
	struct pdu_error error;
	unsigned checksum = 0;
	sim_pdu_deliver("+15025550123", STAGE_START, -20, "RIVER 3 and my neighbours", 0, hex);
	size_t len = strlen(hex[0]) / 2;
	for (size_t i = 0; i < len; i++) {
		unsigned value = 0;
		sscanf(hex[0] + 2 * i, "%2x", &value);
		octet[i] = (uint8_t)value;
	}
	double begun = now_s(CLOCK_PROCESS_CPUTIME_ID);
	for (unsigned i = 0; i < DECODES; i++) {
		if (pdu_decode(octet, len, &pdu, &error) != 0)
			abort();
		checksum += pdu.udl;
	}
	double rate = DECODES / (now_s(CLOCK_PROCESS_CPUTIME_ID) - begun);
	fprintf(stderr, "sms: decoded %u messages (%u)\n", (unsigned)DECODES, checksum);
	row("SMS messages decoded, one core", rate, "/s", NULL, 0, ">= 1e6 /s", rate >= 1e6);
}

int main(void)
{
	decode();
	queue(false);
	queue(true);
	return 0;
}

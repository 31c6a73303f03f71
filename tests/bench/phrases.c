/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the keyword rules make of phrases that people text, beside what a volunteer would: the two
 * halves of tests/data/sms/phrases.jsonl (the rules were made looking at the first alone), and
 * a file that KIOSK_FIELD_PHRASES names; and how many are read in a second. With KIOSK_PHRASES_TELL
 * each that is not right is told to standard error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "texted.h"
#include "text.h"

static struct phrases set;

static double cpu_s(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void row(const char *of, const char *what, double value, const char *unit,
                const char *target, bool met)
{
	printf("{\"what\":\"phrases: %s%s\",\"value\":%.4g,\"unit\":\"%s\",\"yardstick\":null,"
	       "\"yardstick_value\":null,\"target\":\"%s\",\"met\":%s}\n",
	       of, what, value, unit, target, met ? "true" : "false");
}

static void tell(const struct phrase *phrase, const struct phrase_reading *got)
{
	char want[16], read[16];

	if (getenv("KIOSK_PHRASES_TELL") == NULL)
		return;
	reading_name(&phrase->want, want, sizeof(want));
	reading_name(got, read, sizeof(read));
	(void)fprintf(stderr, "%-6s %-6s %-12s %s\n", want, read, phrase->kind, phrase->text);
}

/* Every phrase of `halves` whose line number leaves the remainder `half`. */
static void score(const char *of, unsigned half, unsigned halves)
{
	struct phrase_score sum = {0};

	for (unsigned i = half; i < set.n; i += halves) {
		const struct phrase *phrase = &set.phrase[i];
		struct phrase_reading got = phrase_read(phrase->text);
		bool right = phrase_is_right(&phrase->want, &got);

		sum.n++;
		sum.right += right;
		sum.wrong += phrase_is_wrong(&phrase->want, &got);
		if (!right)
			tell(phrase, &got);
	}
	double right = (double)sum.right / sum.n, wrong = (double)sum.wrong / sum.n;
	row(of, ", read as a volunteer would", right, "of 1", ">= 0.95", right >= 0.95);
	row(of, ", read wrongly", wrong, "of 1", "<= 0.02", wrong <= 0.02);
}

static void speed(void)
{
	enum { TIMES = 400 };
	unsigned people = 0;
	double begun = cpu_s(), rate;

	for (unsigned t = 0; t < TIMES; t++)
		for (unsigned i = 0; i < set.n; i++)
			people += phrase_read(set.phrase[i].text).people;
	rate = (double)TIMES * set.n / (cpu_s() - begun);
	(void)fprintf(stderr, "phrases: %u people read\n", people);
	row("", "read, one core", rate, "/s", ">= 1e5 /s", rate >= 1e5);
}

int main(void)
{
	const char *field = getenv("KIOSK_FIELD_PHRASES");

	if (!phrases_load(TEST_DATA "/sms/phrases.jsonl", &set))
		return 1;
	score("half the rules were made with", 0, 2);
	score("the other half", 1, 2);
	speed();
	if (field == NULL)
		return 0;
	if (!phrases_load(field, &set))
		return 1;
	score("KIOSK_FIELD_PHRASES", 0, 1);
	return 0;
}

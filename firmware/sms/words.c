/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "letters.h"
#include "utf8.h"
#include "words.h"

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_space(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) ||
	       c == 0x202f || c == 0x3000;
}

static bool joins_digits(uint32_t c)
{
	return c == ':' || c == '/' || c == '.' || c == ',' || c == '-';
}

/* --- addresses --- */

static bool is_name_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit((unsigned char)c);
}

static const char *find_in(const char *text, size_t n, const char *part)
{
	size_t len = strlen(part);

	for (size_t i = 0; i + len <= n; i++)
		if (strncmp(text + i, part, len) == 0)
			return text + i;
	return NULL;
}

/* name@host.domain */
static bool is_mail(const char *text, size_t n)
{
	const char *at = memchr(text, '@', n), *end = text + n, *dot;

	if (at == NULL || at == text || !is_name_octet(at[-1]) || at + 1 == end ||
	    !is_name_octet(at[1]))
		return false;
	dot = memchr(at, '.', (size_t)(end - at));
	return dot != NULL && dot + 1 < end && is_name_octet(dot[1]) &&
	       !is_digit((unsigned char)dot[1]);
}

static bool is_web(const char *text, size_t n)
{
	return find_in(text, n, "://") != NULL || strncmp(text, "www.", n < 4 ? n : 4) == 0;
}

/* Octets of an address that stands here, up to white space; 0: none does. */
static size_t address_at(const char *text, struct words *words)
{
	size_t n = strcspn(text, " \t\r\n");
	bool mail = is_mail(text, n);

	if (n < 5 || (!mail && !is_web(text, n)))
		return 0;
	words->address_first |= mail && words->n == 0;
	words->address_digit |= strcspn(text, "0123456789") < n;
	return n;
}

/* --- one word --- */

struct word {
	struct utf8_writer writer;
	uint32_t last;
	unsigned run, letters, flags; /* run: of the last letter; flags: regional indicators */
	bool latin, other, tripled;
};

static void word_begin(struct word *word, char *buffer)
{
	*word = (struct word){0};
	utf8_begin(&word->writer, buffer, WORD_BYTES_MAX + 1);
}

static void word_put(struct word *word, uint32_t plain)
{
	word->run = plain == word->last ? word->run + 1 : 1;
	word->last = plain;
	word->letters++;
	word->latin |= plain >= 'a' && plain <= 'z';
	word->other |= plain >= 0x370 && plain < 0x530;
	word->tripled |= word->run == 3 && !is_digit(plain);
	utf8_put(&word->writer, plain);
}

/* Greek and Cyrillic letters that look like Latin ones. */
static void latinise(char *buffer)
{
	char copy[WORD_BYTES_MAX + 1];
	const char *at = copy;
	struct utf8_writer writer;
	uint32_t c;

	memcpy(copy, buffer, sizeof(copy));
	utf8_begin(&writer, buffer, sizeof(copy));
	while ((c = utf8_next(&at)) != 0) {
		char latin = letter_lookalike(c);
		utf8_put(&writer, latin != 0 ? (uint32_t)latin : c);
	}
}

/* Of three and more of a letter two stay; a word that is all of one letter (III) stays. */
static void squeeze(char *buffer)
{
	size_t to = 0;

	if (buffer[strspn(buffer, (char[]){buffer[0], '\0'})] == '\0')
		return;
	for (size_t i = 0; buffer[i] != '\0';) {
		size_t n = 1;
		bool letter = buffer[i] >= 'a' && buffer[i] <= 'z';

		while (buffer[i + n] == buffer[i])
			n++;
		for (size_t k = 0; k < (letter && n >= 3 ? 2 : n); k++)
			buffer[to++] = buffer[i];
		i += n;
	}
	buffer[to] = '\0';
}

/* A number of Chinese or Japanese that is all of a word. */
static void read_ideograph(char *buffer)
{
	static const char *const numbers[] = {"一", "二", "三", "四", "五",
	                                      "六", "七", "八", "九", "十"};

	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(buffer, numbers[i]) == 0) {
			buffer[0] = i < 9 ? (char)('1' + i) : '1';
			buffer[1] = i < 9 ? '\0' : '0';
			buffer[2] = '\0';
		}
}

/* False: it is none after all, but a flag. */
static bool word_end(struct word *word, char *buffer)
{
	if (word->latin && word->other)
		latinise(buffer);
	if (word->tripled)
		squeeze(buffer);
	if (word->letters == 1 && (unsigned char)buffer[0] >= 0x80)
		read_ideograph(buffer);
	return word->flags != 2 || word->letters != 2;
}

/* --- the text --- */

/* What is between two words. */
struct between {
	char sign;
	uint8_t gap;
};

static void between_put(struct between *between, uint32_t c)
{
	char sign = letter_sign(c);

	if (is_space(c)) {
		between->gap |= between->sign == ' ' ? GAP_BEFORE : GAP_BEHIND;
		return;
	}
	between->gap &= (uint8_t)~GAP_BEHIND;
	if (between->sign != '+' && (sign != ' ' || between->sign == ' '))
		between->sign = sign;
}

static void words_put_between(struct words *words, struct between *between)
{
	words->sign[words->n] = between->sign;
	words->gap[words->n] = between->gap;
	*between = (struct between){.sign = ' '};
}

/* What a character is at this place: LETTER_SPLIT may be part of a number's digits. */
static uint32_t plain_here(uint32_t c, uint32_t before, const char *ahead)
{
	uint32_t plain = letter_plain(c);

	if (plain == LETTER_SPLIT && is_digit(before) && joins_digits(c) &&
	    is_digit(letter_plain(utf8_next(&ahead))))
		return c;
	return plain;
}

static void put_plain(struct word *word, uint32_t plain)
{
	if (plain < LETTER_NUMBER) {
		word_put(word, plain);
		return;
	}
	plain -= LETTER_NUMBER;
	if (plain >= 10)
		word_put(word, '0' + plain / 10);
	word_put(word, '0' + plain % 10);
}

void words_read(const char *text, struct words *ret)
{
	struct between between = {.sign = ' '};
	uint32_t c, before = LETTER_SPLIT;
	bool addresses, chunk = true; /* white space is behind us */
	struct word word;

	ret->n = 0;
	ret->address_first = ret->address_digit = false;
	addresses = strchr(text, '@') != NULL || strstr(text, "://") != NULL ||
	            strstr(text, "www.") != NULL;
	while (*text != '\0') {
		text += chunk && addresses ? address_at(text, ret) : 0;
		if ((c = utf8_next(&text)) == 0)
			break;
		uint32_t plain = plain_here(c, before, text);
		chunk = is_space(c) || c < ' ';
		if (plain == LETTER_NONE)
			continue;
		/* a number in a circle begins a word and ends it */
		bool apart = plain >= LETTER_NUMBER || before >= LETTER_NUMBER;
		if (before != LETTER_SPLIT && (plain == LETTER_SPLIT || apart))
			ret->n += word_end(&word, ret->word[ret->n]);
		if (plain == LETTER_SPLIT) {
			between_put(&between, c);
		} else {
			if (before == LETTER_SPLIT || apart) {
				if (ret->n == WORDS_MAX)
					break;
				words_put_between(ret, &between);
				word_begin(&word, ret->word[ret->n]);
			}
			word.flags += c >= 0x1f1e6 && c <= 0x1f1ff;
			put_plain(&word, plain);
		}
		before = plain;
	}
	if (before != LETTER_SPLIT && ret->n < WORDS_MAX)
		ret->n += word_end(&word, ret->word[ret->n]);
	words_put_between(ret, &between);
}

void words_join(const struct words *words, char *buffer, size_t size)
{
	struct utf8_writer writer;
	utf8_begin(&writer, buffer, size);
	for (unsigned i = 0; i < words->n; i++)
		utf8_put_text(&writer, words->word[i]);
}

/* The letters of a word; at most WORD_BYTES_MAX. */
static size_t letters_of(const char *word, uint32_t letter[WORD_BYTES_MAX])
{
	size_t n = 0;
	while (n < WORD_BYTES_MAX && (letter[n] = utf8_next(&word)) != 0)
		n++;
	return n;
}

unsigned words_letters(const char *word)
{
	uint32_t letter[WORD_BYTES_MAX];
	return (unsigned)letters_of(word, letter);
}

bool words_one_edit(const char *one, const char *other)
{
	uint32_t letters[2][WORD_BYTES_MAX], *a = letters[0], *b = letters[1];
	size_t n = letters_of(one, a), m = letters_of(other, b), head = 0, tail = 0;
	if (n > m) {
		size_t length = n;
		n = m;
		m = length;
		a = letters[1];
		b = letters[0];
	}
	if (m - n > 1)
		return false;
	while (head < n && a[head] == b[head])
		head++;
	while (tail < n - head && a[n - 1 - tail] == b[m - 1 - tail])
		tail++;
	size_t left = n - head - tail; /* of the shorter, that differs */
	if (m > n)
		return left == 0;
	if (left == 2)
		return a[head] == b[head + 1] && a[head + 1] == b[head];
	return left == 1;
}

bool words_two_edits(const char *one, const char *other)
{
	uint32_t a[WORD_BYTES_MAX], b[WORD_BYTES_MAX];
	size_t n = letters_of(one, a), m = letters_of(other, b);
	unsigned row[3][WORD_BYTES_MAX + 1];

	if (n < 2 || m < 2 || a[0] != b[0] || n > m + 2 || m > n + 2)
		return false;
	/* Optimal string alignment; row[i % 3] is that of the first i letters of `a`. */
	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= m; j++) {
			unsigned *to = &row[i % 3][j];
			if (i == 0 || j == 0) {
				*to = (unsigned)(i + j);
				continue;
			}
			*to = row[(i - 1) % 3][j - 1] + (a[i - 1] != b[j - 1]);
			if (row[(i - 1) % 3][j] + 1 < *to)
				*to = row[(i - 1) % 3][j] + 1;
			if (row[i % 3][j - 1] + 1 < *to)
				*to = row[i % 3][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    row[(i - 2) % 3][j - 2] + 1 < *to)
				*to = row[(i - 2) % 3][j - 2] + 1;
		}
	return row[n % 3][m] <= 2;
}

void words_sound(const char *word, char ret[WORD_BYTES_MAX + 1])
{
	static const char letters[] = "cqvzhy", sounds[] = "kkbs i";
	size_t to = 0;

	for (size_t i = 0; word[i] != '\0'; i++) {
		const char *at = strchr(letters, word[i]);
		char c = at != NULL ? sounds[at - letters] : word[i];

		if (word[i] == 'q' && word[i + 1] == 'u')
			i++;
		if (word[i] == 'c' && (word[i + 1] == 'e' || word[i + 1] == 'i'))
			c = 's';
		/* doubled Latin letters only: octets of other scripts are no letters */
		if (c == ' ' || (to > 0 && ret[to - 1] == c && c >= 'a' && c <= 'z'))
			continue;
		ret[to++] = c;
	}
	ret[to] = '\0';
}

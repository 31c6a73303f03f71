/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "keyword.h"
#include "reply.h"
#include "words.h"

enum {
	FUZZY_BYTES_MIN = 5, /* shorter keywords must be written as they are */
	SHORT_MESSAGE_WORDS = 4,
	LANGUAGES = 2,
};

/* What a known word does. */
enum meaning {
	MEANS_STOP,       /* as the first word */
	MEANS_STOP_ALONE, /* only as the whole message: too common a word otherwise */
	MEANS_START_ALONE,
	MEANS_HELP_ALONE, /* also before words that are no keyword */
	MEANS_UNDO,
	MEANS_HERE,
	MEANS_FIRST, /* first meeting this year; a check-in by itself */
	MEANS_NEW,   /* the same beside a keyword only */
	MEANS_NUMBER,
	MEANS_FILLER, /* may stand between a keyword and a party size */
};

static const char en[] = "en", es[] = "es";

static const struct word {
	const char *text;
	enum meaning meaning;
	const char *language; /* NULL: both */
	uint8_t number;
} known[] = {
    {"stop", MEANS_STOP, NULL, 0},
    {"stopall", MEANS_STOP, en, 0},
    {"unsubscribe", MEANS_STOP, en, 0},
    {"quit", MEANS_STOP, en, 0},
    {"cancel", MEANS_STOP, en, 0},
    {"revoke", MEANS_STOP, en, 0},
    {"optout", MEANS_STOP, en, 0},
    {"parar", MEANS_STOP, es, 0},
    {"cancelar", MEANS_STOP, es, 0},
    {"detener", MEANS_STOP, es, 0},
    {"end", MEANS_STOP_ALONE, en, 0},
    {"alto", MEANS_STOP_ALONE, es, 0},
    {"baja", MEANS_STOP_ALONE, es, 0},
    {"start", MEANS_START_ALONE, en, 0},
    {"unstop", MEANS_START_ALONE, en, 0},
    {"resume", MEANS_START_ALONE, en, 0},
    {"subscribe", MEANS_START_ALONE, en, 0},
    {"iniciar", MEANS_START_ALONE, es, 0},
    {"empezar", MEANS_START_ALONE, es, 0},
    {"reanudar", MEANS_START_ALONE, es, 0},
    {"alta", MEANS_START_ALONE, es, 0},
    {"help", MEANS_HELP_ALONE, en, 0},
    {"info", MEANS_HELP_ALONE, NULL, 0},
    {"ayuda", MEANS_HELP_ALONE, es, 0},
    {"undo", MEANS_UNDO, en, 0},
    {"borrar", MEANS_UNDO, es, 0},
    {"deshacer", MEANS_UNDO, es, 0},
    {"anular", MEANS_UNDO, es, 0},
    {"here", MEANS_HERE, en, 0},
    {"checkin", MEANS_HERE, en, 0},
    {"present", MEANS_HERE, en, 0},
    {"aqui", MEANS_HERE, es, 0},
    {"aca", MEANS_HERE, es, 0},
    {"presente", MEANS_HERE, es, 0},
    {"first", MEANS_FIRST, en, 0},
    {"firsttime", MEANS_FIRST, en, 0},
    {"1st", MEANS_FIRST, en, 0},
    {"primera", MEANS_FIRST, es, 0},
    {"primer", MEANS_FIRST, es, 0},
    {"1ra", MEANS_FIRST, es, 0},
    {"new", MEANS_NEW, en, 0},
    {"nuevo", MEANS_NEW, es, 0},
    {"nueva", MEANS_NEW, es, 0},
    {"nuevos", MEANS_NEW, es, 0},
    {"nuevas", MEANS_NEW, es, 0},
    {"one", MEANS_NUMBER, en, 1},
    {"two", MEANS_NUMBER, en, 2},
    {"three", MEANS_NUMBER, en, 3},
    {"four", MEANS_NUMBER, en, 4},
    {"five", MEANS_NUMBER, en, 5},
    {"six", MEANS_NUMBER, en, 6},
    {"seven", MEANS_NUMBER, en, 7},
    {"eight", MEANS_NUMBER, en, 8},
    {"nine", MEANS_NUMBER, en, 9},
    {"ten", MEANS_NUMBER, en, 10},
    {"uno", MEANS_NUMBER, es, 1},
    {"una", MEANS_NUMBER, es, 1},
    {"dos", MEANS_NUMBER, es, 2},
    {"tres", MEANS_NUMBER, es, 3},
    {"cuatro", MEANS_NUMBER, es, 4},
    {"cinco", MEANS_NUMBER, es, 5},
    {"seis", MEANS_NUMBER, es, 6},
    {"siete", MEANS_NUMBER, es, 7},
    {"ocho", MEANS_NUMBER, es, 8},
    {"nueve", MEANS_NUMBER, es, 9},
    {"diez", MEANS_NUMBER, es, 10},
    {"for", MEANS_FILLER, en, 0},
    {"of", MEANS_FILLER, en, 0},
    {"party", MEANS_FILLER, en, 0},
    {"we", MEANS_FILLER, en, 0},
    {"are", MEANS_FILLER, en, 0},
    {"us", MEANS_FILLER, en, 0},
    {"with", MEANS_FILLER, en, 0},
    {"people", MEANS_FILLER, en, 0},
    {"person", MEANS_FILLER, en, 0},
    {"x", MEANS_FILLER, NULL, 0},
    {"total", MEANS_FILLER, NULL, 0},
    {"somos", MEANS_FILLER, es, 0},
    {"para", MEANS_FILLER, es, 0},
    {"de", MEANS_FILLER, es, 0},
    {"con", MEANS_FILLER, es, 0},
    {"personas", MEANS_FILLER, es, 0},
    {"persona", MEANS_FILLER, es, 0},
    {"estoy", MEANS_FILLER, es, 0},
    {"estamos", MEANS_FILLER, es, 0},
    {"vez", MEANS_FILLER, es, 0},
    {"time", MEANS_FILLER, en, 0},
};

/* After a number these make it something else than a party. */
static const char *const not_people[] = {"pm",      "am",  "oclock",  "th",
                                         "minutes", "min", "minutos", "blocks"};

/* How telephones tell that somebody reacted to a message, and how machines answer by themselves. */
static const char *const reactions[] = {
    "liked",
    "loved",
    "disliked",
    "laughed at",
    "emphasized",
    "emphasised",
    "questioned",
    "to",
    "reacted to",
    "removed a like from",
    "removed a heart from",
    "removed a dislike from",
    "removed a laugh from",
    "removed an exclamation from",
    "removed a question mark from",
    "le gusto",
    "le gusta",
    "le encanto",
    "me gusta",
    "me encanta",
    "no le gusto",
    "le dio risa",
    "le dio risa con",
    "exclamo por",
    "reacciono a",
    "reacciono con a",
    "a",
};
static const char *const automatic[] = {
    "auto reply",           "autoreply",          "automatic reply",
    "auto response",        "automated response", "out of office",
    "im driving",           "i am driving",       "do not disturb while driving",
    "respuesta automatica", "estoy conduciendo",
};

static const struct word *find(const char *text)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].text, text) == 0)
			return &known[i];
	return NULL;
}

static bool means(const char *text, enum meaning meaning)
{
	const struct word *word = find(text);
	return word != NULL && word->meaning == meaning;
}

/* The words from `at` on begin with those of `phrase`. */
static bool phrase_at(const struct words *words, unsigned at, const char *phrase)
{
	while (*phrase != '\0') {
		size_t n = strcspn(phrase, " ");
		if (at == words->n || strlen(words->word[at]) != n ||
		    memcmp(words->word[at], phrase, n) != 0)
			return false;
		at++;
		phrase += n + (phrase[n] == ' ');
	}
	return true;
}

/* A quotation that ends the message, after words that telephones put before it. */
static bool is_reaction(const char *text)
{
	static const char *const quote[] = {"\xe2\x80\x9c", "\xc2\xab", "\""};
	const char *open = NULL;
	for (size_t i = 0; i < sizeof(quote) / sizeof(quote[0]); i++) {
		const char *at = strstr(text, quote[i]);
		if (at != NULL && (open == NULL || at < open))
			open = at;
	}
	if (open == NULL || open - text > 60)
		return false;
	char before[64];
	memcpy(before, text, (size_t)(open - text));
	before[open - text] = '\0';
	struct words words;
	words_read(before, &words);
	for (size_t i = 0; i < sizeof(reactions) / sizeof(reactions[0]); i++) {
		struct words whole;
		words_read(reactions[i], &whole);
		if (whole.n == words.n && phrase_at(&words, 0, reactions[i]))
			return true;
	}
	return false;
}

static bool is_automatic(const struct words *words)
{
	for (unsigned at = 0; at < words->n; at++)
		for (size_t i = 0; i < sizeof(automatic) / sizeof(automatic[0]); i++)
			if (phrase_at(words, at, automatic[i]))
				return true;
	return false;
}

/* --- projects --- */

/* Where a project's keyword stands. */
struct hit {
	uint16_t project; /* 0: none */
	unsigned at, n;   /* words it takes */
	uint8_t glued;    /* a party size glued to it: RIVER3 */
};

/* A number of one or two digits from 1 to PARTY_MAX; else 0. */
static uint8_t party_of(const char *digits)
{
	size_t n = strspn(digits, "0123456789");
	if (n == 0 || n > 2 || digits[n] != '\0')
		return 0;
	unsigned value = (unsigned)(digits[0] - '0');
	if (n == 2)
		value = value * 10 + (unsigned)(digits[1] - '0');
	return value <= PARTY_MAX ? (uint8_t)value : 0;
}

/* Takes a party size off either end of a word. Both parts are there, or it returns 0. */
static uint8_t split_party(const char *word, char rest[WORD_BYTES_MAX + 1])
{
	size_t n = strlen(word), head = strspn(word, "0123456789"), tail = 0;
	while (tail < n && word[n - 1 - tail] >= '0' && word[n - 1 - tail] <= '9')
		tail++;
	uint8_t people = 0;
	char digits[WORD_BYTES_MAX + 1] = "";
	if (tail > 0 && tail < n) {
		people = party_of(word + n - tail);
		memcpy(rest, word, n - tail);
		rest[n - tail] = '\0';
	} else if (head > 0 && head < n) {
		memcpy(digits, word, head);
		people = party_of(digits);
		memcpy(rest, word + head, n - head + 1);
	}
	return people;
}

static bool same_word(const char *word, const char *keyword, bool fuzzy)
{
	if (!fuzzy)
		return strcmp(word, keyword) == 0;
	return strlen(keyword) >= FUZZY_BYTES_MIN && words_one_edit(word, keyword);
}

/* The project whose keyword is `word`; 0: none, or with `fuzzy` more than one. */
static uint16_t project_of(const char *word, const struct manifest *m, bool fuzzy)
{
	uint16_t found = 0;
	for (unsigned p = 0; p < m->n_projects; p++) {
		for (unsigned k = 0; k < m->project[p].n_keywords; k++) {
			struct words words;
			char keyword[WORD_BYTES_MAX + 1];
			words_read(m->project[p].keyword[k].s, &words);
			words_join(&words, keyword, sizeof(keyword));
			if (keyword[0] == '\0' || !same_word(word, keyword, fuzzy))
				continue;
			if (!fuzzy)
				return m->project[p].id;
			if (found != 0 && found != m->project[p].id)
				return 0;
			found = m->project[p].id;
		}
	}
	return found;
}

static bool hit_at(const struct words *words, unsigned at, const struct manifest *m, bool fuzzy,
                   struct hit *ret)
{
	char rest[WORD_BYTES_MAX + 1];
	struct hit hit = {.at = at, .n = 1};

	/* a word we know is no misspelt keyword */
	if (fuzzy && find(words->word[at]) != NULL)
		return false;
	hit.project = project_of(words->word[at], m, fuzzy);
	if (hit.project == 0 && !fuzzy && at + 1 < words->n) {
		struct words two = {.n = 2};
		memcpy(two.word, words->word[at], 2 * sizeof(two.word[0]));
		char joined[2 * WORD_BYTES_MAX + 1];
		words_join(&two, joined, sizeof(joined));
		hit.project = project_of(joined, m, false);
		hit.n = hit.project != 0 ? 2 : 1;
	}
	if (hit.project == 0) {
		hit.glued = split_party(words->word[at], rest);
		if (hit.glued != 0)
			hit.project = project_of(rest, m, fuzzy);
	}
	if (hit.project != 0)
		*ret = hit;
	return hit.project != 0;
}

static bool find_project(const struct words *words, const struct manifest *m, struct hit *ret)
{
	for (int fuzzy = 0; fuzzy < 2; fuzzy++)
		for (unsigned at = 0; at < words->n; at++)
			if (hit_at(words, at, m, fuzzy, ret))
				return true;
	return false;
}

/* --- party, first time, language --- */

static uint8_t number_at(const struct words *words, unsigned at)
{
	const struct word *word = find(words->word[at]);
	uint8_t people = word != NULL && word->meaning == MEANS_NUMBER ? word->number
	                                                               : party_of(words->word[at]);
	if (at + 1 < words->n)
		for (size_t i = 0; i < sizeof(not_people) / sizeof(not_people[0]); i++)
			if (strcmp(words->word[at + 1], not_people[i]) == 0)
				return 0;
	return people;
}

/* The number next to a keyword, over fillers: behind it, else before it. */
static uint8_t number_beside(const struct words *words, unsigned at, unsigned n)
{
	unsigned i = at + n;
	while (i < words->n &&
	       (means(words->word[i], MEANS_FILLER) || means(words->word[i], MEANS_FIRST) ||
	        means(words->word[i], MEANS_NEW)))
		i++;
	uint8_t people = i < words->n ? number_at(words, i) : 0;
	for (i = at; people == 0 && i > 0; i--) {
		people = number_at(words, i - 1);
		if (!means(words->word[i - 1], MEANS_FILLER))
			break;
	}
	return people;
}

static void set_people(struct sms_request *request, uint8_t people, const struct manifest *m)
{
	uint8_t most = m->party_max > 0 ? m->party_max : 1;
	request->people_said = people != 0;
	request->people = people == 0 ? 1 : people;
	if (request->people > most) {
		request->people = most;
		request->people_cut = true;
	}
}

static enum first first_of(const struct words *words)
{
	for (unsigned i = 0; i < words->n; i++)
		if (means(words->word[i], MEANS_FIRST) || means(words->word[i], MEANS_NEW))
			return FIRST_YES;
	return FIRST_NOT_ASKED;
}

/* The one language of the manifest that known words are in. "es-419" is es. */
static uint8_t language_of(const struct words *words, const struct manifest *m)
{
	const char *language = NULL;
	if (m->n_languages == 1)
		return 0;
	for (unsigned i = 0; i < words->n; i++) {
		const struct word *word = find(words->word[i]);
		if (word == NULL || word->language == NULL)
			continue;
		if (language != NULL && language != word->language)
			return SMS_LANGUAGE_ANY;
		language = word->language;
	}
	for (uint8_t i = 0; language != NULL && i < m->n_languages; i++)
		if (strncmp(m->language[i].s, language, 2) == 0)
			return i;
	return SMS_LANGUAGE_ANY;
}

/* --- the order of the rules --- */

/* Words that speak to us and not of a project. */
static bool reserved(const struct words *words, const struct manifest *m, enum sms_ask *ret)
{
	struct hit hit;
	const struct word *word = find(words->word[0]);
	bool alone = words->n == 1;
	if (words->n >= 2 && phrase_at(words, 0, "opt out")) {
		*ret = SMS_ASK_STOP;
		return true;
	}
	if (word != NULL &&
	    (word->meaning == MEANS_STOP || (word->meaning == MEANS_STOP_ALONE && alone)))
		*ret = SMS_ASK_STOP;
	else if (word != NULL && word->meaning == MEANS_START_ALONE && alone)
		*ret = SMS_ASK_START;
	else if (word != NULL && word->meaning == MEANS_HELP_ALONE && !find_project(words, m, &hit))
		*ret = SMS_ASK_HELP;
	else if (word != NULL && word->meaning == MEANS_UNDO)
		*ret = SMS_ASK_UNDO;
	else if (words->n <= 3 && means(words->word[words->n - 1], MEANS_UNDO))
		*ret = SMS_ASK_UNDO;
	else
		return false;
	return true;
}

/* Nothing but words that may stand in a check-in without a project. */
static bool general(const struct words *words, uint8_t *ret_people)
{
	bool here = false, only_known = true;
	uint8_t people = 0;
	if (words->n > SHORT_MESSAGE_WORDS)
		return false;
	for (unsigned i = 0; i < words->n; i++) {
		char rest[WORD_BYTES_MAX + 1];
		uint8_t number = number_at(words, i), glued = split_party(words->word[i], rest);
		const struct word *word = find(words->word[i]);
		bool here3 = glued != 0 && means(rest, MEANS_HERE);
		if (people == 0)
			people = here3 ? glued : number;
		if (phrase_at(words, i, "check in"))
			here = true;
		here |= here3 || (word != NULL && word->meaning == MEANS_HERE);
		only_known &= number != 0 || (word != NULL && (word->meaning == MEANS_FIRST ||
		                                               word->meaning == MEANS_FILLER));
	}
	*ret_people = people;
	return here || (only_known && (people != 0 || first_of(words) == FIRST_YES));
}

void keyword_read(const char *text, const struct manifest *manifest, struct sms_request *ret)
{
	struct sms_request request = {
	    .ask = SMS_ASK_NOTHING, .people = 1, .language = SMS_LANGUAGE_ANY};
	struct words words;
	struct hit hit;
	uint8_t people;

	words_read(text, &words);
	request.language = language_of(&words, manifest);
	if (words.n == 0) {
		request.ask = SMS_ASK_NOTHING;
	} else if (is_reaction(text) || is_automatic(&words) || reply_is_ours(text)) {
		request.ask = SMS_ASK_IGNORE;
	} else if (reserved(&words, manifest, &request.ask)) {
		request.project = find_project(&words, manifest, &hit) ? hit.project : 0;
	} else if (find_project(&words, manifest, &hit)) {
		request.ask = SMS_ASK_CHECK_IN;
		request.project = hit.project;
		request.first = first_of(&words);
		set_people(&request,
		           hit.glued != 0 ? hit.glued : number_beside(&words, hit.at, hit.n),
		           manifest);
	} else if (general(&words, &people)) {
		request.ask = SMS_ASK_CHECK_IN;
		request.first = first_of(&words);
		set_people(&request, people, manifest);
	}
	*ret = request;
}

const char *keyword_refuse(const char *keyword)
{
	struct words words;
	char plain[WORD_BYTES_MAX + 1];
	words_read(keyword, &words);
	words_join(&words, plain, sizeof(plain));
	const struct word *word = find(plain);
	if (plain[0] == '\0')
		return "A keyword needs a letter or a digit.";
	if (party_of(plain) != 0)
		return "A number from 1 to 20 is a party size; put a word before it.";
	if (word == NULL)
		return NULL;
	switch (word->meaning) {
	case MEANS_HERE:
		return NULL; /* a project may take it for its own */
	case MEANS_NUMBER:
		return "This word is a party size; choose another.";
	case MEANS_FILLER:
		return "This word is too common to stand for a project; choose another.";
	case MEANS_FIRST:
	case MEANS_NEW:
		return "This word says \"first meeting this year\"; choose another.";
	default:
		return "This word is reserved for STOP, START, HELP and UNDO; choose another.";
	}
}

bool keyword_same(const char *a, const char *b)
{
	struct words words;
	char plain_a[WORD_BYTES_MAX + 1], plain_b[WORD_BYTES_MAX + 1];
	words_read(a, &words);
	words_join(&words, plain_a, sizeof(plain_a));
	words_read(b, &words);
	words_join(&words, plain_b, sizeof(plain_b));
	return strcmp(plain_a, plain_b) == 0;
}

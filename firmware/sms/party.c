/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "party.h"

/* What of a message is heard: all of it, or what stands behind a correction. */
struct heard {
	struct message *m;
	unsigned from;
};

unsigned party_of_digits(const char *digits)
{
	size_t n = strspn(digits, "0123456789");
	unsigned value;

	if (n == 0 || n > 2 || digits[n] != '\0')
		return 0;
	value = (unsigned)(digits[0] - '0');
	if (n == 2)
		value = value * 10 + (unsigned)(digits[1] - '0');
	return value <= PARTY_MAX ? value : 0;
}

static bool is_figure(const char *word)
{
	return word[0] >= '0' && word[0] <= '9';
}

/* --- numbers that are none of people --- */

static char sign_at(const struct message *m, unsigned at)
{
	return m->words.sign[at];
}

/* The word is written on, without white space or a sign. */
static bool is_glued(const struct message *m, unsigned at)
{
	return m->words.gap[at] == 0 && sign_at(m, at) == ' ';
}

static bool in_keyword(const struct message *m, unsigned at)
{
	return m->project != 0 && at >= m->at && at < m->at + m->n;
}

/* A sign that makes a price, a place or a face of it. */
static bool has_other_sign(const struct message *m, unsigned at)
{
	char before = sign_at(m, at), behind = sign_at(m, at + 1);

	if (strchr("@#$<", before) != NULL)
		return true;
	if (strchr(":;=", before) != NULL && m->words.gap[at] == GAP_BEFORE)
		return true;
	return strchr("%$", behind) != NULL && (m->words.gap[at + 1] & GAP_BEFORE) == 0;
}

/* A word behind it that is counted: 6 pm, 10 minutes, 3 dogs. */
static bool counts_other_things(const struct message *m, unsigned at)
{
	char sign = sign_at(m, at + 1);

	if (means(m, at + 1, MEANS_NO_PEOPLE) == 0 || in_keyword(m, at + 1))
		return false;
	/* 5p and 4to, but not "2 y 3" and "4 to" */
	if (means(m, at + 1, MEANS_NO_PEOPLE) == 1 &&
	    (m->words.word[at + 1][1] == '\0' || means(m, at + 1, MEANS_FILLER) > 0))
		return is_glued(m, at + 1);
	return sign == ' ' || sign == '-' || (sign == '.' && is_glued(m, at + 1));
}

/* Words of several that end before `at` and say that a total follows; 0: none do. */
static unsigned total_said_before(const struct heard *h, unsigned at)
{
	for (unsigned k = at > h->from + 4 ? at - 4 : h->from; k < at; k++)
		if (k + means(h->m, k, MEANS_TOTAL_IS) == at)
			return at - k;
	return 0;
}

/* A word before it that makes it a name: room 4, at 6. */
static bool is_a_name(const struct heard *h, unsigned at)
{
	const struct message *m = h->m;

	if (total_said_before(h, at) > 1)
		return false;
	if (at > h->from && means(m, at - 1, MEANS_NO_PEOPLE_AFTER) > 0 && !in_keyword(m, at - 1))
		return true;
	return at > h->from + 1 && means(m, at - 2, MEANS_NO_PEOPLE_AFTER) == 2;
}

static bool is_a_date(const struct heard *h, unsigned at)
{
	const struct message *m = h->m;

	return (at > h->from && means(m, at - 1, MEANS_DATE) > 0 && !in_keyword(m, at - 1)) ||
	       (means(m, at + 1, MEANS_DATE) > 0 && !in_keyword(m, at + 1));
}

static bool is_an_address(const struct message *m, unsigned at)
{
	for (unsigned k = at + 1; k < at + 3 && k < m->words.n; k++) {
		if (sign_at(m, k) != ' ' || means(m, k, MEANS_PEOPLE) > 0 ||
		    means(m, k, MEANS_COMPANIES) > 0)
			return false;
		if (k + 1 < m->words.n && sign_at(m, k + 1) == ' ' &&
		    means(m, k + 1, MEANS_STREET) > 0)
			return true;
	}
	return false;
}

/* "Here 4 river", "came 2 the meeting". */
static bool is_for_or_to(const struct heard *h, unsigned at)
{
	const struct message *m = h->m;
	const char *word = m->words.word[at];

	if (strcmp(word, "2") != 0 && strcmp(word, "4") != 0)
		return false;
	if (means(m, at + 1, MEANS_FOR_AND_TO) > 0 && sign_at(m, at + 1) == ' ' &&
	    means(m, at + 1, MEANS_TOTAL) == 0)
		return true;
	if (!in_keyword(m, at + 1) || at == h->from || sign_at(m, at) != ' ' ||
	    sign_at(m, at + 1) != ' ' || is_glued(m, at + 1))
		return false;
	for (unsigned k = at > h->from + 3 ? at - 3 : h->from; k < at; k++)
		if (k + means(m, k, MEANS_TOTAL_IS) == at && means(m, k, MEANS_HERE) == 0 &&
		    means(m, k, MEANS_HERE_SAID) == 0)
			return false;
	return means(m, at - 1, MEANS_PLEASE) == 0 && means(m, at - 1, MEANS_TIMES) == 0;
}

/* How many people the number at `at` may be; 0: it is none, or none of people. */
static unsigned number_at(const struct heard *h, unsigned at)
{
	const struct message *m = h->m;
	unsigned number = 0;

	if (at >= m->words.n || in_keyword(m, at))
		return 0;
	for (unsigned i = 0; i < m->known[at].n; i++)
		if (m->known[at].phrase[i].meaning == MEANS_NUMBER)
			number = m->known[at].phrase[i].number;
	if (number == 0)
		number = party_of_digits(m->words.word[at]);
	if (number == 0 || has_other_sign(m, at) || counts_other_things(m, at) ||
	    is_a_name(h, at) || is_a_date(h, at) || is_an_address(m, at) || is_for_or_to(h, at))
		return 0;
	/* part of a telephone number */
	if (at + 1 < m->words.n && is_figure(m->words.word[at + 1]) &&
	    strlen(m->words.word[at + 1]) >= 3)
		return 0;
	return number;
}

/* The same, where it may be the second of two: "2 or 3" are two. */
static unsigned least_at(const struct heard *h, unsigned at)
{
	unsigned number = number_at(h, at), before;

	if (number == 0 || at < h->from + 2 || means(h->m, at - 1, MEANS_OR) == 0)
		return number;
	before = number_at(h, at - 2);
	return before != 0 && before < number ? before : number;
}

/* 3-4 beside a word for people. */
static unsigned range_at(const struct message *m, unsigned at)
{
	const char *word = at < m->words.n ? m->words.word[at] : "";

	if (!is_figure(word) || strlen(word) != 3 || word[1] != '-' || word[2] != word[0] + 1 ||
	    word[0] == '0')
		return 0;
	return (unsigned)(word[0] - '0');
}

/* II to XII. */
static unsigned roman_of(const char *word)
{
	static const char *const romans[] = {"ii",   "iii", "iv", "vi", "vii",
	                                     "viii", "ix",  "xi", "xii"};
	static const uint8_t numbers[] = {2, 3, 4, 6, 7, 8, 9, 11, 12};

	for (unsigned i = 0; i < sizeof(numbers); i++)
		if (strcmp(word, romans[i]) == 0)
			return numbers[i];
	return 0;
}

/* --- terms --- */

enum term_kind { TERM_SELF, TERM_PEOPLE, TERM_OTHERS, TERM_BARE };

struct term {
	enum term_kind kind;
	unsigned people, end;
	bool named;    /* a number, "a" or "my" stands before the noun */
	bool numbered; /* a number does */
	bool guessed;  /* several, and no number */
};

struct noun {
	enum term_kind kind; /* TERM_BARE: there is none */
	bool several;
	unsigned end;
};

static struct noun noun_at(const struct message *m, unsigned at)
{
	struct noun noun = {.kind = TERM_BARE};
	bool other = false;
	unsigned n;

	for (unsigned steps = 0; steps < 4 && at < m->words.n; steps++, at += n) {
		unsigned people = means(m, at, MEANS_PEOPLE), company = means(m, at, MEANS_COMPANY),
		         companies = means(m, at, MEANS_COMPANIES);

		if (in_keyword(m, at) || (steps > 0 && strchr(" -/", sign_at(m, at)) == NULL))
			break;
		if (company > 0 && company >= companies && company >= people)
			noun = (struct noun){TERM_OTHERS, false, at + company};
		else if (companies > 0 && companies >= people)
			noun = (struct noun){TERM_OTHERS, true, at + companies};
		else if (people > 0)
			noun = (struct noun){other ? TERM_OTHERS : TERM_PEOPLE, true, at + people};
		n = means(m, at, MEANS_OTHER);
		other |= n > 0;
		if (n == 0)
			n = means(m, at, MEANS_KIND);
		if (n == 0)
			break;
	}
	return noun;
}

/* Nothing more is said of the number at `at`. */
static bool ends_at(const struct message *m, unsigned at)
{
	return at + 1 >= m->words.n || strchr(",;/", sign_at(m, at + 1)) != NULL;
}

/* "Adults: 2", "adults 2, kids 1" */
static bool form_term(const struct heard *h, unsigned at, struct term *ret)
{
	struct noun noun = noun_at(h->m, at);
	unsigned number;

	if (noun.kind == TERM_BARE || !noun.several || noun.end >= h->m->words.n ||
	    (strchr(":=", sign_at(h->m, noun.end)) == NULL &&
	     (sign_at(h->m, noun.end) != ' ' || !ends_at(h->m, noun.end))))
		return false;
	number = number_at(h, noun.end);
	if (number == 0)
		return false;
	*ret = (struct term){noun.kind, number, noun.end + 1, true, true, false};
	return true;
}

/* A number of people, with or without a word for them. */
static bool number_term(const struct heard *h, unsigned at, struct term *ret)
{
	unsigned number = number_at(h, at);
	struct noun noun;

	if (number == 0)
		number = range_at(h->m, at);
	if (number == 0)
		return false;
	noun = noun_at(h->m, at + 1);
	/* 3 kids at home */
	if (noun.kind != TERM_BARE && means(h->m, noun.end, MEANS_NO_PEOPLE) > 1)
		return false;
	if (noun.kind != TERM_BARE && strchr(" -*", sign_at(h->m, at + 1)) != NULL)
		*ret = (struct term){noun.kind, number, noun.end, true, true, false};
	else if (range_at(h->m, at) != 0)
		return false;
	else
		*ret = (struct term){TERM_BARE, number, at + 1, false, true, false};
	return true;
}

static bool noun_term(const struct message *m, unsigned at, bool named, struct term *ret)
{
	struct noun noun = noun_at(m, at);

	/* "and more" is nobody */
	if (noun.kind != TERM_OTHERS || at + means(m, at, MEANS_OTHER) == noun.end)
		return false;
	*ret = (struct term){noun.kind, noun.several ? 2 : 1, noun.end, named, false, noun.several};
	return true;
}

/* What stands at `at`; `joined`: behind "and", "with" or a plus a noun needs nothing before it. */
static bool term_at(const struct heard *h, unsigned at, bool joined, struct term *ret)
{
	const struct message *m = h->m;
	unsigned own = means(m, at, MEANS_OWN), one = means(m, at, MEANS_ONE),
	         self = means(m, at, MEANS_SELF);

	if (at >= m->words.n || in_keyword(m, at))
		return false;
	if (form_term(h, at, ret))
		return true;
	if (own > 0 && number_term(h, at + own, ret) && ret->kind != TERM_BARE)
		return true;
	if (own > 0 && noun_term(m, at + own, true, ret))
		return true;
	if (one > 0) {
		struct noun noun = noun_at(m, at + one);

		if (noun.kind != TERM_BARE) {
			*ret = (struct term){noun.kind, 1, noun.end, true, false, false};
			return true;
		}
	}
	if (number_term(h, at, ret))
		return true;
	if (self > 0) {
		*ret = (struct term){TERM_SELF, 1, at + self, true, false, false};
		return true;
	}
	return joined && noun_term(m, at, false, ret);
}

/* --- sums --- */

enum joint { JOINT_NONE, JOINT_COMMA, JOINT_AND, JOINT_PLUS, JOINT_WITH };

static enum joint joint_at(const struct message *m, unsigned at, unsigned *ret_words)
{
	unsigned plus = means(m, at, MEANS_PLUS),
	         with = means(m, at, MEANS_WITH), and = means(m, at, MEANS_AND);
	char sign = at < m->words.n ? sign_at(m, at) : ' ';

	*ret_words = 0;
	if (sign == '+')
		return JOINT_PLUS;
	/* "an adult", and "me an my wife" */
	if (and > 0 && means(m, at, MEANS_ONE) > 0 && noun_at(m, at + 1).kind != TERM_BARE)
		and = 0;
	if (plus > 0 || with > 0 || and > 0) {
		bool is_with = with >= plus && with >= and, is_plus = !is_with && plus >= and;

		*ret_words = is_with ? with : is_plus ? plus : and;
		if (at + *ret_words < m->words.n && sign_at(m, at + *ret_words) == '+')
			return JOINT_PLUS;
		return is_with ? JOINT_WITH : is_plus ? JOINT_PLUS : JOINT_AND;
	}
	if (sign == '&')
		return JOINT_AND;
	return strchr(",;/-.(", sign) != NULL ? JOINT_COMMA : JOINT_NONE;
}

struct sum {
	unsigned people, end;
	bool guessed;
};

/* What was added up so far. */
struct sum_state {
	struct sum sum;
	enum joint head;
	enum term_kind first, last;
	unsigned terms, nouns;
	bool self, named, bares_added;
	bool alone; /* the first is one person and has no number */
};

static void add(struct sum_state *state, enum joint joint, const struct term *term)
{
	if (state->terms++ == 0)
		state->first = term->kind;
	state->alone = state->terms == 1 && !term->numbered;
	state->last = term->kind;
	state->self |= term->kind == TERM_SELF;
	state->nouns += term->kind == TERM_PEOPLE || term->kind == TERM_OTHERS;
	state->named |= term->named && term->kind != TERM_SELF;
	state->bares_added |= term->kind == TERM_BARE && joint == JOINT_PLUS;
	state->sum.people += term->people;
	state->sum.guessed |= term->guessed;
	state->sum.end = term->end;
}

static bool may_follow(const struct sum_state *state, enum joint joint, const struct term *term)
{
	bool joined = joint == JOINT_AND || joint == JOINT_PLUS || joint == JOINT_WITH;

	switch (term->kind) {
	case TERM_SELF:
		return joined && !state->self;
	case TERM_BARE:
		return joint == JOINT_PLUS || (joined && state->self);
	default:
		return joined || (term->named && state->last != TERM_BARE);
	}
}

/* A noun that stands by itself begins a sum only where another follows: "mother and daughter". */
static bool pair_begins(const struct heard *h, unsigned at)
{
	struct term one, two;
	unsigned n;

	return noun_term(h->m, at, false, &one) && joint_at(h->m, one.end, &n) == JOINT_AND &&
	       term_at(h, one.end + n, true, &two) && two.kind != TERM_BARE;
}

static bool finish(struct sum_state *state)
{
	bool others_first = state->first == TERM_OTHERS;

	if (state->self)
		return state->terms > 1;
	switch (state->head) {
	case JOINT_PLUS:
		state->sum.people++;
		return true;
	case JOINT_WITH:
		state->sum.people += state->first != TERM_PEOPLE;
		return true;
	case JOINT_AND:
		state->sum.people += others_first;
		return state->nouns > 0;
	default:
		/* "my wife and 2 kids": and oneself, or not? */
		state->sum.guessed |= others_first;
		/* "my friend" alone is somebody spoken of */
		return (state->nouns > 0 && (state->named || state->terms > 1) &&
		        !(state->terms == 1 && others_first && state->sum.guessed)) ||
		       (state->bares_added && state->terms > 1);
	}
}

static bool sum_at(const struct heard *h, unsigned at, struct sum *ret)
{
	const struct message *m = h->m;
	struct sum_state state = {0};
	struct term term;
	unsigned n;

	state.head = joint_at(m, at, &n);
	if (state.head == JOINT_COMMA)
		state.head = JOINT_NONE;
	if (!term_at(h, at + n, state.head != JOINT_NONE || pair_begins(h, at), &term))
		return false;
	/* one's own friend, of whom nothing else is said */
	add(&state, state.head, &term);
	for (;;) {
		unsigned next = term.end;
		enum joint joint;

		if (m->project != 0 && next == m->at)
			next += m->n;
		joint = joint_at(m, next, &n);
		bool joined = joint != JOINT_NONE && joint != JOINT_COMMA;
		if (!term_at(h, next + n, joined, &term) || !may_follow(&state, joint, &term))
			break;
		add(&state, joint, &term);
	}
	if (!finish(&state))
		return false;
	*ret = state.sum;
	return true;
}

/* --- totals --- */

static void use(struct message *m, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to && i < m->words.n; i++)
		m->used[i] = true;
}

static bool two_at(const struct heard *h, unsigned at, struct sum *ret)
{
	const struct message *m = h->m;
	unsigned n = means(m, at, MEANS_TWO_SAID);

	/* a couple of minutes, both projects */
	if (n == 0 || means(m, at + n, MEANS_KIND) > 0 || means(m, at + n, MEANS_NO_PEOPLE) > 0 ||
	    (m->project != 0 && at + n == m->at && strchr(" ", sign_at(m, m->at)) != NULL &&
	     m->at + m->n < m->words.n && means(m, m->at + m->n, MEANS_AND) > 0))
		return false;
	*ret = (struct sum){2, at + n, false};
	return true;
}

static bool said_total_at(const struct heard *h, unsigned at, struct sum *ret)
{
	const struct message *m = h->m;
	unsigned n = means(m, at, MEANS_TOTAL_IS), next = at + n, joint, number;
	struct sum sum;

	if (n == 0)
		return false;
	for (unsigned i = 0; i < 2 && number_at(h, next) == 0 && next < m->words.n; i++) {
		if (in_keyword(m, next))
			next += m->n;
		else if (means(m, next, MEANS_TOTAL_IS) > 0)
			next += means(m, next, MEANS_TOTAL_IS);
		else if (means(m, next, MEANS_FILLER) > 0 && means(m, next, MEANS_WITH) == 0)
			next += means(m, next, MEANS_FILLER);
		else
			break;
	}
	number = least_at(h, next);
	if (number == 0)
		return false;
	*ret = (struct sum){number, next + 1, false};
	if (joint_at(m, next, &joint) != JOINT_PLUS && sum_at(h, next, &sum) && sum.people > number)
		*ret = sum;
	return true;
}

static bool number_total_at(const struct heard *h, unsigned at, struct sum *ret)
{
	const struct message *m = h->m;
	unsigned number = least_at(h, at), n;

	if (number == 0)
		number = range_at(m, at);
	if (number == 0 || (at < m->words.n && sign_at(m, at) == '+'))
		return false;
	n = means(m, at + 1, MEANS_TOTAL);
	if (n == 0 && number_at(h, at) != 0)
		n = means(m, at + 1, MEANS_TIMES);
	if (n > 0 && strchr(" -(,*", sign_at(m, at + 1)) != NULL) {
		*ret = (struct sum){number, at + 1 + n, false};
		return true;
	}
	if (number_at(h, at) == 0 || sign_at(m, at) != '*' || m->words.gap[at] == GAP_BEFORE)
		return false;
	*ret = (struct sum){number, at + 1, false};
	return true;
}

static bool times_at(const struct heard *h, unsigned at, struct sum *ret)
{
	unsigned n = means(h->m, at, MEANS_TIMES), number = n > 0 ? number_at(h, at + n) : 0;

	*ret = (struct sum){number, at + n + 1, false};
	return number != 0;
}

static bool total_at(const struct heard *h, unsigned at, struct sum *ret)
{
	return two_at(h, at, ret) || times_at(h, at, ret) || said_total_at(h, at, ret) ||
	       number_total_at(h, at, ret);
}

/* --- a number beside the keyword --- */

static bool may_stand_between(const struct message *m, unsigned at)
{
	return means(m, at, MEANS_FILLER) > 0 || means(m, at, MEANS_TOPIC) > 0 ||
	       means(m, at, MEANS_FIRST) > 0 || means(m, at, MEANS_NEW) > 0 ||
	       means(m, at, MEANS_AND) > 0 || means(m, at, MEANS_PLEASE) > 0;
}

static unsigned number_from(const struct heard *h, unsigned at, unsigned *ret_at)
{
	const struct message *m = h->m;

	while (at < m->words.n && number_at(h, at) == 0 && !m->used[at] && may_stand_between(m, at))
		at++;
	*ret_at = at;
	if (at >= m->words.n || m->used[at])
		return 0;
	if (number_at(h, at) == 0 && (at + 1 == m->words.n || means(m, at + 1, MEANS_PEOPLE) > 0))
		return roman_of(m->words.word[at]);
	return least_at(h, at);
}

/* The words that say that somebody came are as good as a keyword. */
static bool anchor(const struct message *m, unsigned *ret_at, unsigned *ret_n)
{
	*ret_at = m->at;
	*ret_n = m->n;
	if (m->project != 0)
		return true;
	for (unsigned i = 0; i < m->words.n; i++) {
		*ret_n = means(m, i, MEANS_HERE_SAID);
		if (*ret_n == 0)
			*ret_n = means(m, i, MEANS_HERE);
		*ret_at = i;
		if (*ret_n > 0)
			return true;
	}
	return false;
}

static unsigned number_beside(struct heard *h, unsigned *ret_at)
{
	const struct message *m = h->m;
	unsigned at, n, number = 0;

	if (h->from > 0)
		return number_from(h, h->from, ret_at);
	if (!anchor(m, &at, &n))
		return number_from(h, 0, ret_at);
	number = number_from(h, at + n, ret_at);
	for (; number == 0 && at > 0 && !m->used[at - 1]; at--) {
		number = number_at(h, at - 1);
		*ret_at = at - 1;
		if (means(m, at - 1, MEANS_FILLER) == 0)
			break;
	}
	return number;
}

/* --- the whole --- */

/* Behind which word the last correction with a number ends; 0: there is none. */
static unsigned corrected_from(struct message *m)
{
	unsigned found = 0, numbers = 0, at;

	for (unsigned i = 0; i < m->words.n; i++) {
		unsigned n = means(m, i, MEANS_CORRECTION);
		struct heard behind = {m, i + n}, before = {m, 0};
		struct sum sum;

		numbers += number_at(&before, i) != 0;
		/* 2 -> 3 */
		if (i > 0 && sign_at(m, i) == '>' && number_at(&before, i) != 0 &&
		    number_at(&before, i - 1) != 0)
			found = i;
		/* "no" is one between two numbers only: no. 5 */
		if (n == 0 || (means(m, i, MEANS_NO_PEOPLE_AFTER) > 0 && numbers == 0))
			continue;
		if (number_from(&behind, i + n, &at) != 0 ||
		    (i + n < m->words.n && total_at(&behind, i + n, &sum)))
			found = i + n;
	}
	return found;
}

static bool is_company(const struct message *m, unsigned at)
{
	return (means(m, at, MEANS_COMPANY) > 0 || means(m, at, MEANS_COMPANIES) > 0) &&
	       means(m, at, MEANS_OWN) == 0 && means(m, at, MEANS_FILLER) == 0 &&
	       means(m, at, MEANS_PLEASE) == 0 && means(m, at, MEANS_OTHER) == 0;
}

/* A digit, a number, a plus or a word of company that was not used. */
static bool is_unused(const struct message *m, unsigned at)
{
	if (m->used[at] || in_keyword(m, at))
		return false;
	if (strcspn(m->words.word[at], "0123456789") < strlen(m->words.word[at]))
		return means(m, at, MEANS_FIRST) == 0;
	return (means(m, at, MEANS_NUMBER) > 0 && means(m, at, MEANS_ONE) == 0) ||
	       sign_at(m, at) == '+' || is_company(m, at);
}

void party_read(struct message *m, struct party *ret)
{
	struct heard h = {m, corrected_from(m)};
	struct sum total = {0}, sum = {0}, found;
	unsigned at = 0, including, number;

	use(m, 0, h.from);
	*ret = (struct party){0};
	including = first_of(m, h.from, MEANS_INCLUDING);
	for (unsigned i = h.from; i < including;) {
		bool is_total = total_at(&h, i, &found);

		if (!is_total && !sum_at(&h, i, &found)) {
			i++;
			continue;
		}
		struct sum *to = is_total ? &total : &sum;
		if (to->people == 0)
			*to = found;
		use(m, i, found.end);
		i = found.end;
	}
	use(m, including, m->words.n);
	number = number_beside(&h, &at);
	if (number != 0)
		use(m, at, at + 1);
	ret->whole = total.people != 0 || sum.people != 0 || h.from > 0;
	ret->people = total.people != 0 ? total.people : number != 0 ? number : sum.people;
	ret->without_all = total.people == 0 && number == 0 && sum.guessed;
	if (ret->people == 0 && first_of(m, 0, MEANS_ALONE) < m->words.n)
		ret->people = 1;
	for (unsigned i = 0; i < m->words.n; i++)
		ret->without_all |= is_unused(m, i);
	ret->without_all |= m->words.address_digit || sign_at(m, m->words.n) == '+';
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "crypto.h"
#include "text.h"

static const struct command *const commands[] = {
    &command_network_new,  &command_hub_new,     &command_hub_renew,  &command_event_new,
    &command_event_amend,  &command_event_kiosk, &command_ticket_new, &command_decode,
    &command_status,       &command_add,         &command_undo,       &command_headcount,
    &command_close,        &command_send,        &command_clock,      &command_watch,
    &command_export,       &command_verify,      &command_post,       &command_correct,
    &command_ledger_check, &command_pdu,         &command_text,       &command_reader_test,
};
enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]), NAME_BYTES = 64 };

static void print_list(FILE *out)
{
	(void)fputs("kioskctl makes networks, hubs, events, cards and tickets, and talks to a "
	            "running kiosk.\n\nusage: kioskctl COMMAND [OPTION…]\n\n",
	            out);
	for (size_t i = 0; i < N_COMMANDS; i++)
		(void)fprintf(out, "  %-13s %s\n", commands[i]->name, commands[i]->summary);
	(void)fputs("\nkioskctl help COMMAND tells all about one; kioskctl --version which this "
	            "is.\n\nTo begin: network new, hub new, event new, ticket new, in this order; "
	            "print card.svg and show it\nto a kiosk's camera.\n",
	            out);
}

static void print_help(const struct command *command, FILE *out)
{
	(void)fprintf(out, "kioskctl %s: %s\n\nusage: kioskctl %s%s%s%s\n", command->name,
	              command->summary, command->name, command->positional[0] != '\0' ? " " : "",
	              command->positional, command->n_options > 0 ? " [OPTION…]" : "");
	if (command->n_options > 0)
		(void)fputc('\n', out);
	for (size_t i = 0; i < command->n_options; i++) {
		const struct option_spec *option = &command->option[i];
		char left[NAME_BYTES];

		text_format(left, sizeof(left), "%s%s%s", option->name,
		            option->value != NULL ? " " : "",
		            option->value != NULL ? option->value : "");
		(void)fprintf(out, "  %s\n        %s%s%s\n", left, option->help,
		              option->kind == OPTION_MANY ? "; may be repeated" : "",
		              option->required ? " [needed]" : "");
	}
	if (command->about != NULL)
		(void)fprintf(out, "\n%s", command->about);
}

/* The command whose words `argv` begins with; *ret_words says how many they are. */
static const struct command *find(int argc, const char **argv, int *ret_words)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		const char *name = commands[i]->name, *space = strchr(name, ' ');
		const size_t len = space != NULL ? (size_t)(space - name) : strlen(name);

		if (strlen(argv[0]) != len || strncmp(argv[0], name, len) != 0)
			continue;
		if (space != NULL && (argc < 2 || strcmp(argv[1], space + 1) != 0))
			continue;
		*ret_words = space != NULL ? 2 : 1;
		return commands[i];
	}
	return NULL;
}

/* A sentence for words that are no command, naming the one they are likest to. */
static int no_such_command(int argc, const char **argv)
{
	const char *names[N_COMMANDS], *near;
	char two[NAME_BYTES], one[NAME_BYTES];

	for (size_t i = 0; i < N_COMMANDS; i++) {
		const size_t len = strlen(argv[0]);

		names[i] = commands[i]->name;
		if (strncmp(names[i], argv[0], len) == 0 && names[i][len] == ' ') {
			(void)fprintf(stderr,
			              "kioskctl: “%s” is half a command; `kioskctl %s` is "
			              "whole.\n",
			              argv[0], names[i]);
			return EX_USAGE;
		}
	}
	text_copy(one, sizeof(one), argv[0]);
	text_format(two, sizeof(two), "%s %s", argv[0], argc > 1 ? argv[1] : "");
	near = nearest(two, names, N_COMMANDS);
	if (near == NULL)
		near = nearest(one, names, N_COMMANDS);
	if (near != NULL)
		(void)fprintf(stderr,
		              "kioskctl: there is no command “%s”; did you mean "
		              "`kioskctl %s`?\n",
		              one, near);
	else
		(void)fprintf(stderr,
		              "kioskctl: there is no command “%s”; `kioskctl help` lists "
		              "the ones there are.\n",
		              one);
	return EX_USAGE;
}

static int help(int argc, const char **argv)
{
	const struct command *command;
	int words;

	if (argc == 0) {
		print_list(stdout);
		return EXIT_DONE;
	}
	command = find(argc, argv, &words);
	if (command == NULL)
		return no_such_command(argc, argv);
	print_help(command, stdout);
	return EXIT_DONE;
}

static int dispatch(int argc, const char **word)
{
	const struct command *command;
	struct args args;
	bool wants_help;
	int words, r;

	if (strcmp(word[0], "--version") == 0) {
		(void)printf("kioskctl %s\n", KIOSK_VERSION);
		return EXIT_DONE;
	}
	if (strcmp(word[0], "help") == 0 || strcmp(word[0], "--help") == 0)
		return help(argc - 1, word + 1);
	command = find(argc, word, &words);
	if (command == NULL)
		return no_such_command(argc, word);
	r = args_parse(command, argc - words, word + words, &args, &wants_help);
	if (r != 0)
		return r;
	if (wants_help) {
		print_help(command, stdout);
		return EXIT_DONE;
	}
	if (crypto_init() < 0) {
		(void)fputs("kioskctl: the kernel gives no random numbers; nothing was made.\n",
		            stderr);
		return EX_OSERR;
	}
	return command->run(&args);
}

int main(int argc, char **argv)
{
	const char **word;
	int r;

	if (argc < 2) {
		print_list(stderr);
		return EX_USAGE;
	}
	/* A list of its own: options and other words are put in order in it. */
	word = calloc((size_t)argc, sizeof(*word));
	if (word == NULL)
		return EX_OSERR;
	for (int i = 1; i < argc; i++)
		word[i - 1] = argv[i];
	r = dispatch(argc - 1, word);
	free(word);
	if (fflush(stdout) != 0 && r == EXIT_DONE) {
		(void)fputs("kioskctl: the answer could not be written.\n", stderr);
		r = EX_IOERR;
	}
	return r;
}

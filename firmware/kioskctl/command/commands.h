/* SPDX-License-Identifier: Apache-2.0 */
/* Every subcommand, each defined by its own file. */
#ifndef KIOSKCTL_COMMANDS_H
#define KIOSKCTL_COMMANDS_H

#include "args.h"

extern const struct command command_network_new;
extern const struct command command_hub_new;
extern const struct command command_hub_renew;
extern const struct command command_event_new;
extern const struct command command_event_amend;
extern const struct command command_event_kiosk;
extern const struct command command_ticket_new;
extern const struct command command_decode;
extern const struct command command_status;
extern const struct command command_add;
extern const struct command command_undo;
extern const struct command command_headcount;
extern const struct command command_close;
extern const struct command command_send;
extern const struct command command_clock;
extern const struct command command_watch;
extern const struct command command_export;
extern const struct command command_verify;
extern const struct command command_post;
extern const struct command command_correct;
extern const struct command command_ledger_check;
extern const struct command command_pdu;
extern const struct command command_reader_test;
extern const struct command command_text;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>

#include "log.h"
#include "power_key.h"

void power_key_init(struct power_key *key, sd_event *event, const char *program)
{
	*key = (struct power_key){.event = event, .program = program};
}

void power_key_deinit(struct power_key *key)
{
	if (key->pid > 0) {
		kill(key->pid, SIGKILL);
		(void)waitpid(key->pid, NULL, 0);
	}
	key->pid = 0;
	key->child = sd_event_source_disable_unref(key->child);
}

static int on_ended(sd_event_source *source, const siginfo_t *info, void *context)
{
	struct power_key *key = context;

	(void)source;
	if (info->si_code != CLD_EXITED || info->si_status != 0)
		log_warning("%s did not press the modem's power key (%s %d)", key->program,
		            info->si_code == CLD_EXITED ? "exit status" : "signal",
		            info->si_status);
	key->pid = 0;
	key->child = sd_event_source_unref(key->child);
	return 0;
}

/* As a small program is started: nothing of ours but standard error. */
static int spawn(const char *program, const char *off, const char *on, pid_t *ret)
{
	const char *argv[] = {program, off, on, NULL};
	char *environment[] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int r;

	sigemptyset(&none);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return -ENOMEM;
	if (posix_spawnattr_init(&attributes) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return -ENOMEM;
	}
	r = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	r = r ? r : posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	r = r ? r : posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	r = r ? r : posix_spawnattr_setsigmask(&attributes, &none);
	r = r ? r : posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	/* execve(2) does not write to its arguments; the type says otherwise for old times' sake */
	r = r ? r
	      : posix_spawn(ret, program, &actions, &attributes, (char *const *)(uintptr_t)argv,
	                    environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

void power_key_want(struct power_key *key, const struct msg_power_key *wish)
{
	char off[16], on[16];
	int r;

	key->wanted = true;
	if (key->program[0] == '\0' || key->pid > 0)
		return;
	snprintf(off, sizeof(off), "%" PRIu32, wish->off_ms);
	snprintf(on, sizeof(on), "%" PRIu32, wish->on_ms);
	r = spawn(key->program, off, on, &key->pid);
	if (r == 0)
		r = sd_event_add_child(key->event, &key->child, key->pid, WEXITED, on_ended, key);
	if (r < 0) {
		log_warning("%s, which presses the modem's power key, cannot be started: %s",
		            key->program, strerror(-r));
		return;
	}
	key->presses++;
	log_info("%s presses the modem's power key", key->program);
}

void power_key_look(struct power_key *key, enum health health)
{
	if (health == HEALTH_GOOD || health == HEALTH_DEGRADED)
		key->wanted = false;
}

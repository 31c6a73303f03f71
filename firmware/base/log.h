/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line a happening, to standard error: "<6>kioskd: …" under systemd (sd-daemon(3) prefixes; its
 * journal knows when), "kioskd: warning: …" elsewhere. Control characters are printed as \xNN, so
 * that nothing scanned or received can write to a terminal. Never a name, number, ticket or message
 * text: firmware/DESIGN.md.
 */
#ifndef KIOSK_BASE_LOG_H
#define KIOSK_BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* `program` is kept, not copied. Levels above `max` are dropped. */
void log_init(const char *program, enum log_level max);
__attribute__((format(printf, 2, 3))) void log_line(enum log_level level, const char *format, ...);

#define log_error(...)   log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...)    log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)   log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What SQLite's results mean, and the sentences. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "ledger_private.h"

const char *ledger_strerror(int ledger_error)
{
	switch (ledger_error) {
	case 0:
		return "done";
	case -ENOSPC:
		return "there is no room left on the disk: nothing was recorded; it goes on when "
		       "there is room";
	case -EIO:
		return "the disk failed: counting has stopped until the ledger is opened again; "
		       "save "
		       "its folder, and replace the disk or card if this comes back";
	case -ENOMEM:
		return "memory is short: nothing was recorded; end what else runs here";
	case -EACCES:
	case -EPERM:
	case -EROFS:
		return "the ledger's files may not be written: they must belong to the kiosk's "
		       "user, on "
		       "a disk mounted for writing";
	case -EMFILE:
	case -ENFILE:
		return "too few descriptors are allowed: raise LimitNOFILE= of the service, or "
		       "ulimit -n";
	case LEDGER_E_NEWER:
		return "the ledger was written by a newer version of this program: install that "
		       "version, keep the file";
	case LEDGER_E_DAMAGED:
		return "the ledger is damaged: keep the file, move it aside and start with an "
		       "empty state folder; "
		       "the collector has what was confirmed";
	case LEDGER_E_FOREIGN:
		return "the file is a database of another program: name another place for the "
		       "ledger";
	case LEDGER_E_IN_USE:
		return "another process has the ledger open: stop it first";
	case LEDGER_E_NOT_OPEN:
		return "no event is open: show its card";
	case LEDGER_E_OPEN:
		return "an event is open already: close it first";
	case LEDGER_E_KNOWN:
		return "this is recorded already";
	case LEDGER_E_NOTHING:
		return "there is nothing to do";
	case LEDGER_E_PENDING:
		return "a sealed batch still waits for its receipt";
	case LEDGER_E_SEQUENCE:
		return "this is not the batch that comes next";
	case LEDGER_E_OVERFLOW:
		return "this is more than can be reported";
	}
	return ledger_error < 0 ? strerror(-ledger_error) : "an unknown error of the ledger";
}

/* What the system said to SQLite's VFS; `otherwise` if it did not say. */
static int system_error(struct ledger *ledger, int otherwise)
{
	const int error = sqlite3_system_errno(ledger->db);

	if (error == EDQUOT)
		return -ENOSPC;
	return error > 0 ? -error : otherwise;
}

/*
 * Damage is what SQLite found in the file's octets and nothing else: a file that cannot be opened,
 * read or written, or a lack of anything, says nothing of its content.
 */
int ledger_result(struct ledger *ledger, int sqlite_result)
{
	switch (sqlite_result & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ledger->failed = LEDGER_E_DAMAGED;
	case SQLITE_IOERR:
		/* No memory inside the VFS is no failure of the disk. */
		if (sqlite_result == SQLITE_IOERR_NOMEM)
			return -ENOMEM;
		ledger->failed = -EIO;
		return ledger->failed;
	case SQLITE_CANTOPEN:
		return system_error(ledger, -EIO);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return LEDGER_E_IN_USE;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_CONSTRAINT:
		/* The checks that a caller can run into are the totals' limits. */
		return sqlite_result == SQLITE_CONSTRAINT_CHECK ? LEDGER_E_OVERFLOW : -EEXIST;
	case SQLITE_TOOBIG:
		return -E2BIG;
	}
	/* What SQLite calls misuse, and what it has no better word for. */
	return ledger->failed = -EIO;
}

void tell(char *sentence, size_t size, const char *format, ...)
{
	va_list ap;

	if (sentence == NULL || size == 0)
		return;
	va_start(ap, format);
	(void)vsnprintf(sentence, size, format, ap);
	va_end(ap);
}

void tell_damage(char *sentence, size_t size, const char *path, const char *why)
{
	tell(sentence, size,
	     "%s is damaged (%s): keep it, move it aside, start with an empty state folder; what "
	     "was confirmed is safe.",
	     path, why);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The store's schema and its statements, each prepared once. */
#ifndef KIOSK_COLLECTORD_STORE_SQL_H
#define KIOSK_COLLECTORD_STORE_SQL_H

enum {
	STORE_APPLICATION_ID = 0x434b3143, /* "CK1C" */
	STORE_VERSION = 1,
};

enum store_statement {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_HAS_HUB_CERT,
	SQL_HAS_MANIFEST,
	SQL_PUT_HUB_CERT,
	SQL_PUT_MANIFEST,
	SQL_IS_REVOKED,
	SQL_REVOKE,
	SQL_RECEIPT,
	SQL_EPOCH,
	SQL_OTHERS,
	SQL_NEW_EPOCH,
	SQL_ADVANCE,
	SQL_PUT_BATCH,
	SQL_PUT_FORK,
	SQL_FREEZE,
	SQL_LOG_SIZE,
	SQL_LOG_NODE,
	SQL_PUT_NODE,
	SQL_LAST_RECEIPT,
	SQL_EACH_EPOCH,
	SQL_DEVICES,
	SQL_HUB,
	SQL_EVENT,
	SQL_N_STATEMENTS,
};

extern const char store_schema[];
extern const char *const store_statement[SQL_N_STATEMENTS];

#endif

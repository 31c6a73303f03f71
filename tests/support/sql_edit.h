/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody changes a database behind the back of the program it belongs to, which is not running,
 * and, if it is a ledger, gives its pages the sums that belong to them.
 * Asserts, by cmocka, that it worked. */
#ifndef KIOSK_TEST_SQL_EDIT_H
#define KIOSK_TEST_SQL_EDIT_H

void sql_edit(const char *path, const char *sql);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's virtual camera (Documentation/admin-guide/media/vivid.rst), where it is loaded: its
 * node, its plug pulled and put in again. */
#ifndef TESTS_SCANNER_VIVID_H
#define TESTS_SCANNER_VIVID_H

enum { VIVID_PATH_SIZE = 128 };

/* What is missing to use it; NULL: nothing. */
const char *vivid_lacks(void);
/* Plugged in, if it is not; the node that captures. */
void vivid_plug(char path[VIVID_PATH_SIZE]);
void vivid_unplug(void);

#endif

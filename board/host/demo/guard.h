/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nothing is left running, even when the demonstration itself is killed outright: it runs as the
 * child of a guard that does nothing but wait for it, and then ends whatever is still there. If the
 * guard is the one that is killed, the demonstration is told to stop. Touches processes only.
 */
#ifndef KIOSK_DEMO_GUARD_H
#define KIOSK_DEMO_GUARD_H

/*
 * Called first in main(), before anything is opened. Returns in the child only: 0, or -errno
 * without one. The guard passes SIGINT, SIGTERM and SIGHUP on and exits as the child did, 128 +
 * signal if it was killed.
 */
int guard_enter(void);

#endif

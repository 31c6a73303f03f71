/* SPDX-License-Identifier: Apache-2.0 */
#include "unread.h"

bool unread_frame(struct unread *unread, enum frame_showed showed, struct mono_time now)
{
	const uint64_t gone_us =
	    unread->seen && now.us > unread->last.us ? now.us - unread->last.us : 0;

	if (showed == FRAME_READ || gone_us > UNREAD_AWAY_US)
		*unread = (struct unread){.seen = false};
	if (showed != FRAME_UNREAD)
		return false;
	if (!unread->seen || gone_us > UNREAD_GAP_US)
		unread->since = now;
	unread->seen = true;
	unread->last = now;
	if (unread->told || now.us - unread->since.us < UNREAD_SIGN_US)
		return false;
	unread->told = true;
	return true;
}

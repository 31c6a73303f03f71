/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether this build runs under AddressSanitizer or ThreadSanitizer, which need more memory, more
 * system calls and other signals than a kiosk's sandbox lets through, and which make mlock(2) do
 * nothing.
 */
#ifndef KIOSK_BASE_SANITIZED_H
#define KIOSK_BASE_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif

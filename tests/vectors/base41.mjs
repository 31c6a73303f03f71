// SPDX-License-Identifier: Apache-2.0
// What follows a code's prefix, by PROTOCOL.md, section 3.
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$-./:'

/** The octets a text stands for, or null. */
export function base41(text) {
  const octets = []

  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((character) => ALPHABET.indexOf(character))
    const number = digits.reduceRight((sum, digit) => sum * 41 + digit, 0)

    if (digits.length === 1 || digits.includes(-1) || number >= 256 ** (digits.length - 1)) return null
    if (digits.length === 3) octets.push(number >> 8)
    octets.push(number & 255)
  }
  return Buffer.from(octets)
}

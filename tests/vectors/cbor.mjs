// SPDX-License-Identifier: Apache-2.0
// A strict reader of the CBOR that PROTOCOL.md uses (RFC 8949): unsigned numbers, byte strings, texts, definite arrays,
// null, the empty map. Written from the page, not from the C code, so that two readers can disagree.

/** What cannot be read at all. */
export class Malformed extends Error {}

/**
 * Reads one item. Numbers come as BigInt, byte strings as Buffer, texts as {text: Buffer}, arrays as Array, null as null,
 * the empty map as EMPTY_MAP. `reader.shortest` becomes false where a head is longer than it must be.
 */
export const EMPTY_MAP = Symbol('empty map')

export class Reader {
  constructor(octets) {
    this.octets = octets
    this.at = 0
    this.shortest = true
  }

  get done() {
    return this.at === this.octets.length
  }

  take(n) {
    if (n > this.octets.length - this.at) throw new Malformed('cut short')
    this.at += n
    return this.octets.subarray(this.at - n, this.at)
  }

  /** [major type, argument]. */
  head() {
    const first = this.take(1)[0]
    const info = first & 31
    let argument = BigInt(info)

    if (info > 27) throw new Malformed('an indefinite or reserved length')
    if (info >= 24) {
      const size = 1 << (info - 24)

      argument = 0n
      for (const octet of this.take(size)) argument = (argument << 8n) | BigInt(octet)
      if (size === 1 ? argument < 24n : argument < 1n << BigInt(4 * size)) this.shortest = false
    }
    return [first >> 5, argument, info]
  }

  item(depth = 0) {
    const [major, argument, info] = this.head()

    if (depth > 8) throw new Malformed('too deep')
    switch (major) {
      case 0:
        return argument
      case 2:
        return this.octetsOf(argument)
      case 3:
        return { text: this.octetsOf(argument) }
      case 4: {
        const items = []

        if (argument > BigInt(this.octets.length - this.at)) throw new Malformed('cut short')
        for (let i = 0n; i < argument; i++) items.push(this.item(depth + 1))
        return items
      }
      case 5:
        if (argument !== 0n) throw new Malformed('a map that is not empty')
        return EMPTY_MAP
      case 7:
        if (info === 22) return null
        break
    }
    throw new Malformed(`major type ${major}`)
  }

  octetsOf(n) {
    if (n > BigInt(this.octets.length - this.at)) throw new Malformed('cut short')
    return this.take(Number(n))
  }
}

/** The head of a byte string, or of a text with `major` 3. */
function head(major, n) {
  if (n < 24) return Buffer.from([(major << 5) | n])
  if (n < 0x100) return Buffer.from([(major << 5) | 24, n])
  return Buffer.from([(major << 5) | 25, n >> 8, n & 255])
}

export const octets = (bytes) => Buffer.concat([head(2, bytes.length), bytes])
export const text = (string) => Buffer.concat([head(3, Buffer.byteLength(string)), Buffer.from(string)])
export const array = (items) => Buffer.concat([head(4, items.length), ...items])

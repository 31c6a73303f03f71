// SPDX-License-Identifier: Apache-2.0
// The signed messages of PROTOCOL.md, sections 1 and 2: taken apart, verified, and every field judged.
import crypto from 'node:crypto'
import { EMPTY_MAP, Malformed, Reader, array, octets, text } from './cbor.mjs'

export const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), crypto.createHash('sha256')).digest()

/** One of: too long, shape, algorithm, signature, payload, not canonical. */
export class Refused extends Error {}

// --- Ed25519 (RFC 8032), with the points of small order shut out ---

const P = (1n << 255n) - 19n
const L = (1n << 252n) + 27742317777372353535851937790883648493n
const little = (bytes) => BigInt('0x' + Buffer.from(bytes).reverse().toString('hex'))
const yOf = (point) => little(point) & ((1n << 255n) - 1n)
// y of the points whose order divides 8; p and p + 1 stand for 0 and 1.
const SMALL_Y = new Set([
  0n,
  1n,
  P - 1n,
  P,
  P + 1n,
  yOf(Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex')),
  yOf(Buffer.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'hex'))
])

function ed25519Verify(key, message, signature) {
  if (little(signature.subarray(32)) >= L || SMALL_Y.has(yOf(signature.subarray(0, 32)))) return false
  if (yOf(key) >= P || SMALL_Y.has(yOf(key))) return false
  try {
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key])

    return crypto.verify(null, message, crypto.createPublicKey({ key: der, format: 'der', type: 'spki' }), signature)
  } catch {
    return false // not a point of the curve
  }
}

// --- fields ---

const fail = () => {
  throw new Refused('payload')
}
const need = (holds) => holds || fail()
const U16 = 65535n
const U32 = 4294967295n
const U64 = (1n << 64n) - 1n
const TIME_MAX = 253402300799n

const uint =
  (min, max) =>
  (value) => {
    need(typeof value === 'bigint' && value >= min && value <= max)
    return value
  }
const bytes =
  (min, max = min) =>
  (value) => {
    need(Buffer.isBuffer(value) && value.length >= min && value.length <= max)
    return value
  }
const words = (min, max) => (value) => {
  need(value !== null && typeof value === 'object' && Buffer.isBuffer(value.text))
  need(value.text.length >= min && value.text.length <= max)
  const string = value.text.toString('utf8')

  need(Buffer.from(string).equals(value.text))
  need(!/[\u0000-\u001f\u007f-\u009f]/.test(string))
  return string
}
const orNull = (field) => (value) => (value === null ? null : field(value))
const list = (min, max, field) => (value) => {
  need(Array.isArray(value) && value.length >= min && value.length <= max)
  return value.map(field)
}
/** An array with fixed places: [[name, field]…] gives an object. */
const record = (places) => (value) => {
  need(Array.isArray(value) && value.length === places.length)
  return Object.fromEntries(places.map(([name, field], i) => [name, field(value[i])]))
}

const version = ['version', uint(1n, 1n)]
const hash = bytes(32)
const key = bytes(32)
const time = uint(0n, TIME_MAX)
const first = uint(0n, 2n)
const seq = uint(1n, U32)
const name = words(1, 64)
const proof = list(0, 64, hash)

const distinct = (values) => need(new Set(values).size === values.length)
const lower = (string) => string.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

function validManifest(m) {
  need(m.names.length === m.languages.length)
  distinct(m.languages.map(lower))
  m.languages.forEach((l) => need(/^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$/.test(l)))
  m.projects.forEach((p) => need(p.names.length === m.languages.length))
  distinct(m.projects.map((p) => p.id))
  const keywords = m.projects.flatMap((p) => p.keywords)

  distinct(keywords.map(lower))
  keywords.forEach((k) => need(!k.includes(' ')))
  need(m.projects.some((p) => p.id === m.defaultProject))
  distinct(m.volunteers.map((v) => v.toString('hex')))
  let free = 0n
  let occurrences = 0n

  for (const w of m.windows) {
    need(w.start >= free)
    need(w.count === 1n ? w.every === 0n : w.every * 86400n >= w.length)
    free = w.start + (w.count - 1n) * w.every * 86400n + w.length
    occurrences += w.count
    need(free <= TIME_MAX)
  }
  need(occurrences <= 1000n)
}

const byRow = (a, b) => {
  for (const field of ['project', 'channel', 'first']) if (a[field] !== b[field]) return a[field] < b[field] ? -1 : 1
  return 0
}

function validBatch(b) {
  need((b.clock.wall === null) === (b.clock.source === 0n))
  b.rows.forEach((row, i) => i === 0 || need(byRow(b.rows[i - 1], row) < 0))
  need((b.correction !== null) === (b.state === 2n))
  need((b.receipt === null) === (b.receiptLogSize === 0n))
}

const STATUSES = [200n, 201n, 400n, 401n, 403n, 404n, 409n, 412n, 413n, 422n]

/** label, longest, places, and what must hold between fields. */
export const KINDS = {
  hub_cert: {
    label: 'CK1 hub certificate',
    max: 320,
    places: record([
      version,
      ['hub', uint(0n, U32)],
      ['level', uint(0n, 1n)],
      ['name', name],
      ['region', words(1, 6)],
      ['hubKey', key],
      ['notBefore', time],
      ['notAfter', time]
    ]),
    valid: (c) => {
      need(/^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(c.region))
      need(c.notBefore < c.notAfter)
    }
  },
  collector_cert: {
    label: 'CK1 collector certificate',
    max: 192,
    places: record([version, ['collectorKey', key], ['notBefore', time], ['notAfter', time]]),
    valid: (c) => need(c.notBefore < c.notAfter)
  },
  manifest: {
    label: 'CK1 manifest',
    max: 2048,
    places: record([
      version,
      ['event', bytes(8)],
      ['serial', uint(0n, U32)],
      ['languages', list(1, 3, words(2, 8))],
      ['names', list(1, 3, name)],
      [
        'projects',
        list(
          1,
          16,
          record([
            ['id', uint(1n, U16)],
            ['names', list(1, 3, name)],
            ['keywords', list(0, 4, words(1, 16))]
          ])
        )
      ],
      ['defaultProject', uint(1n, U16)],
      [
        'windows',
        list(
          1,
          16,
          record([
            ['start', time],
            ['length', uint(60n, 604800n)],
            ['every', uint(0n, U16)],
            ['count', uint(1n, 1000n)]
          ])
        )
      ],
      ['grace', uint(0n, 86400n)],
      ['policy', uint(0n, 2n)],
      ['resume', uint(0n, 1n)],
      ['partyMax', uint(1n, 20n)],
      ['kiosksMax', uint(1n, U16)],
      ['ticketsIssued', uint(0n, U32)],
      ['peopleMax', uint(0n, U32)],
      ['volunteers', list(0, 4, bytes(8))],
      ['cardKey', key],
      ['ticketKey', orNull(key)]
    ]),
    valid: validManifest
  },
  ticket: {
    label: 'CK1 ticket',
    max: 128,
    places: record([
      version,
      ['event', bytes(8)],
      ['number', uint(1n, U32)],
      ['projects', uint(0n, U16)],
      ['first', first],
      ['notAfter', time]
    ])
  },
  grant: {
    label: 'CK1 grant',
    max: 256,
    places: record([
      version,
      ['device', key],
      ['epoch', bytes(16)],
      ['manifest', hash],
      ['occurrence', uint(0n, 999n)]
    ])
  },
  headcount: {
    label: 'CK1 headcount',
    max: 192,
    places: record([version, ['epoch', bytes(16)], ['people', uint(0n, U32)]])
  },
  correction: {
    label: 'CK1 correction',
    max: 512,
    places: record([version, ['epoch', bytes(16)], ['seq', seq], ['reason', words(1, 200)]])
  },
  kiosk_list: {
    label: 'CK1 kiosk list',
    max: 768,
    places: record([
      version,
      ['event', bytes(8)],
      ['occurrence', uint(0n, 999n)],
      ['time', time],
      ['own', list(0, 16, key)]
    ]),
    valid: (l) => l.own.forEach((k, i) => need(i === 0 || Buffer.compare(l.own[i - 1], k) < 0))
  },
  batch: {
    label: 'CK1 batch',
    max: 8192,
    places: record([
      version,
      ['device', key],
      ['epoch', bytes(16)],
      ['seq', seq],
      ['prev', hash],
      [
        'clock',
        record([
          ['boot', uint(1n, U32)],
          ['bootMs', uint(0n, U64)],
          ['wall', orNull(time)],
          ['source', uint(0n, 5n)],
          ['uncertainty', uint(0n, U32)]
        ])
      ],
      [
        'log',
        record([
          ['size', uint(0n, U64)],
          ['root', hash]
        ])
      ],
      [
        'rows',
        list(
          0,
          153,
          record([
            ['project', uint(0n, U16)],
            ['channel', uint(1n, 3n)],
            ['first', first],
            ['added', uint(0n, U32)],
            ['revoked', uint(0n, U32)]
          ])
        )
      ],
      ['state', uint(0n, 2n)],
      ['headcount', orNull(bytes(1, 192))],
      ['correction', orNull(bytes(1, 512))],
      ['receipt', orNull(hash)],
      ['receiptLogSize', uint(0n, U64)],
      ['software', hash]
    ]),
    valid: validBatch
  },
  receipt: {
    label: 'CK1 receipt',
    max: 4096,
    places: record([
      version,
      ['device', key],
      ['epoch', bytes(16)],
      ['seq', seq],
      ['batch', hash],
      ['time', time],
      ['logSize', uint(1n, U64)],
      ['logRoot', hash],
      ['leaf', uint(0n, U64)],
      ['inclusion', proof],
      ['held', orNull(words(1, 200))]
    ]),
    valid: (r) => need(r.leaf < r.logSize)
  },
  answer: {
    label: 'CK1 answer',
    max: 12288,
    places: record([
      version,
      ['nonce', bytes(16)],
      ['subject', hash],
      ['status', uint(0n, U16)],
      ['reason', orNull(words(1, 200))],
      ['receipt', orNull(bytes(1, 4096))],
      [
        'head',
        orNull(
          record([
            ['seq', seq],
            ['batch', hash]
          ])
        )
      ],
      [
        'consistency',
        orNull(
          record([
            ['from', uint(1n, U64)],
            ['proof', proof]
          ])
        )
      ],
      ['nextAfter', uint(0n, U32)]
    ]),
    valid: (a) => {
      need(STATUSES.includes(a.status))
      need(a.consistency === null || a.receipt !== null)
    }
  },
  log_head: {
    label: 'CK1 log head',
    max: 192,
    places: record([version, ['nonce', bytes(16)], ['time', time], ['size', uint(0n, U64)], ['root', hash]])
  }
}

// --- the envelope ---

const HEADER = Buffer.from('a10127', 'hex')

/** {payload, signature}; or Refused: too long, shape, algorithm. */
export function split(kind, message) {
  const refuse = (word) => {
    throw new Refused(word)
  }
  const reader = new Reader(message)
  let header, payload, signature, map

  if (message.length > KINDS[kind].max) refuse('too long')
  try {
    const [major, n] = reader.head()

    if (major !== 4 || n !== 4n) refuse('shape')
    header = reader.item()
    if (!Buffer.isBuffer(header)) refuse('shape')
  } catch (error) {
    if (error instanceof Malformed) refuse('shape')
    throw error
  }
  if (!header.equals(HEADER)) refuse('algorithm')
  try {
    map = reader.item()
  } catch {
    map = undefined
  }
  if (map !== EMPTY_MAP) refuse('algorithm')
  try {
    payload = reader.item()
    signature = reader.item()
  } catch {
    refuse('shape')
  }
  if (!Buffer.isBuffer(payload) || payload.length === 0 || !Buffer.isBuffer(signature) || signature.length !== 64)
    refuse('shape')
  if (!reader.done || !reader.shortest) refuse('shape')
  return { payload, signature }
}

export function verified(kind, parts, publicKey) {
  const structure = array([text('Signature1'), octets(HEADER), octets(Buffer.from(KINDS[kind].label)), octets(parts.payload)])

  return ed25519Verify(publicKey, structure, parts.signature)
}

/** The fields of a payload; or Refused: payload, not canonical. */
export function parse(kind, payload) {
  const reader = new Reader(payload)
  let fields

  try {
    fields = KINDS[kind].places(reader.item())
  } catch (error) {
    if (error instanceof Malformed) fail()
    throw error
  }
  need(reader.done)
  KINDS[kind].valid?.(fields)
  if (!reader.shortest) throw new Refused('not canonical')
  return fields
}

/** The whole order of section 1. */
export function open(kind, message, publicKey) {
  const parts = split(kind, message)

  if (!verified(kind, parts, publicKey)) throw new Refused('signature')
  return parse(kind, parts.payload)
}

/** As open(), but null for whatever is refused. */
export function openOrNull(kind, message, publicKey) {
  try {
    return open(kind, message, publicKey)
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

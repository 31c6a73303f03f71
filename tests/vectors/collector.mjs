// SPDX-License-Identifier: Apache-2.0
// What PROTOCOL.md, section 6, says a collector answers, and what a kiosk takes for an answer; in memory.
import { Malformed, Reader } from './cbor.mjs'
import { Refused, openOrNull, parse, sha256, split, verified } from './messages.mjs'
import { inclusionHolds, leafHash } from './merkle.mjs'

const DAY = 86400n
const OPENINGS_MAX = 4
const PEOPLE_UNSAID = 500n

/** How many attendances of one occurrence are plausible. */
function peopleMax(manifest) {
  const twice = 2n * manifest.ticketsIssued

  if (manifest.peopleMax > 0n) return manifest.peopleMax
  return twice > PEOPLE_UNSAID ? twice : PEOPLE_UNSAID
}

const sameHub = (a, b) => a.level === b.level && a.name === b.name && a.region === b.region

/** An array of `n` byte strings that are not empty, in the one form; else null. */
export function byteStrings(body, n) {
  try {
    const reader = new Reader(body)
    const items = reader.item()

    return Array.isArray(items) &&
      items.length === n &&
      items.every((item) => Buffer.isBuffer(item) && item.length > 0) &&
      reader.done &&
      reader.shortest
      ? items
      : null
  } catch (error) {
    if (error instanceof Malformed) return null
    throw error
  }
}

/** [start, end] of an occurrence, or null. */
export function occurrenceOf(manifest, number) {
  let left = BigInt(number)

  for (const w of manifest.windows) {
    if (left < w.count) {
      const start = w.start + left * w.every * DAY

      return [start, start + w.length]
    }
    left -= w.count
  }
  return null
}

const rowKey = (row) => `${row.project}/${row.channel}/${row.first}`
export const net = (batch, project) =>
  batch.rows.filter((row) => row.project === project).reduce((sum, row) => sum + row.added - row.revoked, 0n)

/** Check 14. `head`: the batch before, or null. */
export function addsUp(batch, head, manifest, hub) {
  const rows = new Map(batch.rows.map((row) => [rowKey(row), row]))

  if (batch.rows.some((row) => row.revoked > row.added)) return false
  if (batch.rows.reduce((sum, row) => sum + row.added + row.revoked, 0n) !== batch.log.size) return false
  if (head !== null) {
    for (const old of head.rows) {
      const row = rows.get(rowKey(old))

      if (row === undefined || row.added < old.added || row.revoked < old.revoked) return false
    }
    if (head.log.size === batch.log.size && !head.log.root.equals(batch.log.root)) return false
  }
  const addsHeadcount = head !== null && head.state === 1n && batch.state === 1n &&
    head.log.size === batch.log.size && batch.headcount !== null

  if (!addsHeadcount && (head !== null && head.state !== 0n) !== (batch.state === 2n)) return false
  if (batch.headcount !== null) {
    const headcount = openOrNull('headcount', batch.headcount, manifest.cardKey)

    if (headcount === null || !headcount.epoch.equals(batch.epoch)) return false
  }
  if (batch.correction !== null) {
    const correction = openOrNull('correction', batch.correction, hub.hubKey)

    if (correction === null || !correction.epoch.equals(batch.epoch) || correction.seq !== batch.seq) return false
  }
  return true
}

/** Check 7: {hub, manifest}, or null. */
export function chainOf(root, parts, grant) {
  const hub = openOrNull('hub_cert', parts.hubCert, root)
  const manifest = hub && openOrNull('manifest', parts.manifest, hub.hubKey)

  if (!manifest || !grant.manifest.equals(sha256(parts.manifest))) return null
  if (openOrNull('grant', parts.grant, manifest.cardKey) === null) return null
  const window = occurrenceOf(manifest, grant.occurrence)

  return window !== null && hub.notBefore <= window[0] && window[1] <= hub.notAfter ? { hub, manifest } : null
}

export class Collector {
  constructor(root) {
    this.root = root
    this.stored = new Set()
    this.epochs = new Map()
    this.issues = new Map()
    this.hubs = new Map()
  }

  /** {status, held}. */
  post(body) {
    if (body.length > 16384) return { status: 413 }
    const items = byteStrings(body, 4)

    if (items === null) return { status: 400 }
    const parts = { batch: items[0], grant: items[1], manifest: items[2], hubCert: items[3] }
    const read = this.read(parts)

    if (read.status) return read
    return this.judge(parts, read.batch, read.grant)
  }

  /** Checks 3 to 5. */
  read(parts) {
    const taken = {}
    let algorithm = false

    for (const [kind, bytes] of [
      ['batch', parts.batch],
      ['grant', parts.grant],
      ['manifest', parts.manifest],
      ['hub_cert', parts.hubCert]
    ]) {
      try {
        taken[kind] = split(kind, bytes)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        if (error.message === 'too long') return { status: 413 }
        if (error.message === 'shape') return { status: 400 }
        algorithm ||= kind === 'batch' || kind === 'grant'
      }
    }
    if (algorithm) return { status: 401 }
    let grant

    try {
      grant = parse('grant', taken.grant.payload)
    } catch (error) {
      if (error instanceof Refused) return { status: 401 }
      throw error
    }
    if (!verified('batch', taken.batch, grant.device)) return { status: 401 }
    try {
      return { grant, batch: parse('batch', taken.batch.payload) }
    } catch (error) {
      if (error instanceof Refused) return { status: 400 }
      throw error
    }
  }

  /** Checks 6 to 15. */
  judge(parts, batch, grant) {
    const hash = sha256(parts.batch)
    const name = batch.epoch.toString('hex')

    if (this.stored.has(hash.toString('hex'))) return { status: 200 }
    const chain = chainOf(this.root, parts, grant)

    if (chain === null || !batch.device.equals(grant.device) || !batch.epoch.equals(grant.epoch)) return { status: 403 }
    const grantHash = sha256(parts.grant)
    const epoch = this.epochs.get(name) ?? { head: null, hash: grantHash, grant: grantHash, frozen: false }

    if (!epoch.grant.equals(grantHash) || (epoch.head !== null && !epoch.head.device.equals(batch.device)))
      return { status: 403 }
    const seq = epoch.head === null ? 0n : epoch.head.seq

    if (batch.seq <= seq) {
      epoch.frozen = true
      return { status: 409 }
    }
    if (epoch.frozen) return { status: 409 }
    if (batch.seq !== seq + 1n) return { status: 412 }
    if (!batch.prev.equals(epoch.hash)) return { status: 409 }
    if (!addsUp(batch, epoch.head, chain.manifest, chain.hub)) return { status: 422 }
    return this.store(batch, grant, chain, hash, { ...epoch, head: batch, hash })
  }

  store(batch, grant, chain, hash, epoch) {
    if (!this.hubs.has(chain.hub.hub)) this.hubs.set(chain.hub.hub, chain.hub)
    const event = `${chain.hub.hub}/${chain.manifest.event.toString('hex')}`
    const known = this.issues.get(event)

    if (known === undefined || chain.manifest.serial > known.serial) this.issues.set(event, chain.manifest)
    epoch.place = `${event}/${grant.occurrence}`
    epoch.held = !sameHub(this.hubs.get(chain.hub.hub), chain.hub) || !this.fits(batch, grant, this.issues.get(event), epoch.place)
    this.epochs.set(batch.epoch.toString('hex'), epoch)
    this.stored.add(hash.toString('hex'))
    return { status: 201, held: epoch.held }
  }

  /** Check 15. */
  fits(batch, grant, manifest, place) {
    const window = occurrenceOf(manifest, grant.occurrence)
    const others = [...this.epochs.values()].filter(
      (e) => e.place === place && !e.held && e.head.log.size > 0n && !e.head.epoch.equals(batch.epoch)
    )
    const own = others.filter((e) => e.head.device.equals(batch.device))
    const devices = new Set(others.map((e) => e.head.device.toString('hex')))
    const slack = DAY + manifest.grace + batch.clock.uncertainty
    const late = batch.state === 0n ? 0n : 366n * DAY

    if (window === null) return false
    if (batch.rows.some((row) => row.project !== 0n && !manifest.projects.some((p) => p.id === row.project))) return false
    if (batch.clock.wall !== null)
      if (batch.clock.wall < window[0] - slack || batch.clock.wall > window[1] + slack + late) return false
    devices.delete(batch.device.toString('hex'))
    if (batch.log.size > 0n && (devices.size >= manifest.kiosksMax || own.length >= OPENINGS_MAX)) return false
    const people = others.reduce((sum, e) => sum + net(e.head, 0n), net(batch, 0n))

    return people <= peopleMax(manifest)
  }
}

/** Whether a receipt is of this batch and proves itself. */
export function receiptHolds(receipt, batch, hash) {
  return (
    receipt !== null &&
    receipt.device.equals(batch.device) &&
    receipt.epoch.equals(batch.epoch) &&
    receipt.seq === batch.seq &&
    receipt.batch.equals(hash) &&
    inclusionHolds(leafHash(hash), receipt.leaf, receipt.logSize, receipt.inclusion, receipt.logRoot)
  )
}

/** Whether `reply` is the collector's answer to the post of `body` with this nonce. */
export function isAnswer(reply, root, nonce, body) {
  const items = byteStrings(reply, 2)
  const certificate = items && openOrNull('collector_cert', items[1], root)
  const answer = certificate && openOrNull('answer', items[0], certificate.collectorKey)

  if (!answer || !answer.nonce.equals(nonce) || !answer.subject.equals(sha256(body))) return false
  if (answer.status !== 200n && answer.status !== 201n) return true
  const receipt = answer.receipt && openOrNull('receipt', answer.receipt, certificate.collectorKey)
  const [batch] = byteStrings(body, 4)

  return receipt !== null && receiptHolds(receipt, parse('batch', split('batch', batch).payload), sha256(batch))
}

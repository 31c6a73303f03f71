// SPDX-License-Identifier: Apache-2.0
// A bundle (PROTOCOL.md, section 7), judged from its first octet to its last.
import { Malformed, Reader } from './cbor.mjs'
import { addsUp, chainOf, receiptHolds } from './collector.mjs'
import { Refused, open, openOrNull, parse, sha256, split } from './messages.mjs'
import { Tree, leafHash } from './merkle.mjs'

class Broken extends Error {}
const need = (holds, why) => {
  if (!holds) throw new Broken(why)
}

class Opening {
  constructor(root, begin, [, manifest, hubCert, grantBytes]) {
    const grant = parse('grant', split('grant', grantBytes).payload)
    const chain = chainOf(root, { manifest, hubCert, grant: grantBytes }, grant)

    need(chain !== null, 'keys')
    need(chain.manifest.event.equals(begin[2]) && grant.occurrence === begin[3] && grant.device.equals(begin[4]), 'another')
    Object.assign(this, { grant, chain, head: null, prev: sha256(grantBytes), tree: new Tree(), kinds: [], rows: new Map() })
  }

  leaf(octets) {
    const op = octets[32]
    const kind = octets.subarray(33, 37).toString('hex')
    const ref = octets.readBigUInt64BE(39)
    const row = this.rows.get(kind) ?? { added: 0n, revoked: 0n }

    need((op === 1 || op === 2) && octets[35] >= 1 && octets[35] <= 3 && octets[36] <= 2, 'a leaf')
    if (op === 1) {
      need(ref === 0n, 'a leaf')
      this.kinds.push(kind)
      row.added++
    } else {
      need(ref < BigInt(this.kinds.length) && this.kinds[Number(ref)] === kind, 'a revocation')
      this.kinds[Number(ref)] = null
      this.kinds.push(null)
      row.revoked++
    }
    this.rows.set(kind, row)
    this.tree.append(leafHash(octets))
  }

  sealed(bytes, receiptBytes, collectors) {
    const batch = open('batch', bytes, this.grant.device)
    const hash = sha256(bytes)

    need(batch.device.equals(this.grant.device) && batch.epoch.equals(this.grant.epoch), 'another epoch')
    need(batch.seq === (this.head?.seq ?? 0n) + 1n && batch.prev.equals(this.prev), 'order')
    need(addsUp(batch, this.head, this.chain.manifest, this.chain.hub), 'sums')
    need(batch.log.size === this.tree.size && batch.log.root.equals(this.tree.root()), 'root')
    need(batch.rows.length === this.rows.size && batch.rows.every((row) => this.same(row)), 'totals')
    if (receiptBytes !== null) {
      const receipt = collectors.map((key) => openOrNull('receipt', receiptBytes, key)).find((r) => r !== null) ?? null

      need(receiptHolds(receipt, batch, hash), 'receipt')
      this.receipt = receipt
    }
    this.head = batch
    this.prev = hash
  }

  same(row) {
    const kind = Buffer.from([Number(row.project >> 8n), Number(row.project & 255n), Number(row.channel), Number(row.first)])
    const mine = this.rows.get(kind.toString('hex'))

    return mine !== undefined && mine.added === row.added && mine.revoked === row.revoked
  }
}

const isBytes = (item, max) => Buffer.isBuffer(item) && item.length >= 1 && item.length <= max

function judge(octets, root) {
  const reader = new Reader(octets)
  const roots = new Map()
  const epochs = new Set()
  const collectors = []
  let begin = null
  let opening = null
  let ended = false

  while (!reader.done) {
    const at = reader.at
    const item = reader.item()

    need(!ended && Array.isArray(item) && reader.shortest && reader.at - at <= 24576, 'an item')
    need((item[0] === 0n) === (begin === null), 'the beginning')
    switch (item[0]) {
      case 0n:
        need(item.length === 6 && item[1] === 1n && isBytes(item[2], 8) && item[2].length === 8, 'the beginning')
        need(typeof item[3] === 'bigint' && item[3] < 1000n && isBytes(item[4], 32) && isBytes(item[5], 32), 'the beginning')
        need(item[4].length === 32 && item[5].equals(root), 'another network')
        begin = item
        break
      case 1n:
        need(item.length === 2 && isBytes(item[1], 192) && opening === null, 'a certificate')
        collectors.push(open('collector_cert', item[1], root).collectorKey)
        break
      case 2n:
        need(item.length === 4 && isBytes(item[1], 2048) && isBytes(item[2], 320) && isBytes(item[3], 256), 'an opening')
        opening = new Opening(root, begin, item)
        need(!epochs.has(opening.grant.epoch.toString('hex')), 'an opening twice')
        epochs.add(opening.grant.epoch.toString('hex'))
        break
      case 3n:
        need(item.length === 2 && isBytes(item[1], 512 * 47) && item[1].length % 47 === 0 && opening !== null, 'leaves')
        for (let i = 0; i < item[1].length; i += 47) opening.leaf(item[1].subarray(i, i + 47))
        break
      case 4n:
        need(item.length === 3 && isBytes(item[1], 8192) && opening !== null, 'a batch')
        need(item[2] === null || isBytes(item[2], 4096), 'a receipt')
        opening.sealed(item[1], item[2], collectors)
        if (item[2] !== null) {
          const { logSize, logRoot } = opening.receipt
          const known = roots.get(logSize) ?? logRoot

          need(known.equals(logRoot), 'two logs')
          roots.set(logSize, known)
        }
        break
      case 5n:
        need(item.length === 2 && isBytes(item[1], 32) && item[1].equals(sha256(octets.subarray(0, at))), 'the end')
        ended = true
        break
      default:
        throw new Broken('an item')
    }
  }
  need(ended && opening !== null, 'cut short')
}

/** '' if everything holds; else what does not. */
export function audit(octets, root) {
  try {
    judge(octets, root)
    return ''
  } catch (error) {
    if (error instanceof Broken || error instanceof Refused || error instanceof Malformed) return error.message || 'broken'
    throw error
  }
}

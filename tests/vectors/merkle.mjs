// SPDX-License-Identifier: Apache-2.0
// RFC 9162, section 2.1: roots, and proofs verified.
import { sha256 } from './messages.mjs'

export const leafHash = (leaf) => sha256(Buffer.from([0]), leaf)
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right)

/** A tree that only grows: the roots of its complete subtrees, largest first. */
export class Tree {
  constructor() {
    this.size = 0n
    this.parts = []
  }

  append(hash) {
    let node = { hash, leaves: 1n }

    while (this.parts.length > 0 && this.parts.at(-1).leaves === node.leaves)
      node = { hash: nodeHash(this.parts.pop().hash, node.hash), leaves: node.leaves * 2n }
    this.parts.push(node)
    this.size++
  }

  root() {
    if (this.size === 0n) return sha256()
    return this.parts
      .map((part) => part.hash)
      .reduceRight((right, left) => nodeHash(left, right))
  }
}

/** Section 2.1.3.2. */
export function inclusionHolds(leaf, index, size, proof, root) {
  if (index >= size) return false
  let fn = index
  let sn = size - 1n
  let r = leaf

  for (const p of proof) {
    if (sn === 0n) return false
    if (fn % 2n === 1n || fn === sn) {
      r = nodeHash(p, r)
      while (fn % 2n === 0n && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      r = nodeHash(r, p)
    }
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n && r.equals(root)
}

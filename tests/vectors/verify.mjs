// SPDX-License-Identifier: Apache-2.0
// Runs every vector of tests/data/vectors through this second reader, which shares nothing with the C code but
// PROTOCOL.md: node tests/vectors/verify.mjs [FOLDER]. Exit status 0: it agrees with every one.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { audit } from './bundle.mjs'
import { base41 } from './base41.mjs'
import { Collector, isAnswer } from './collector.mjs'
import { Refused, open } from './messages.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const folder = process.argv[2] ?? path.join(here, '..', 'data', 'vectors')
const hex = (string) => Buffer.from(string, 'hex')
const lines = (name) =>
  fs
    .readFileSync(path.join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

let agreed = 0
let apart = 0

function compare(name, said, expected) {
  if (said === expected) {
    agreed++
    return
  }
  apart++
  console.log(`${name}: "${said}" instead of "${expected}"`)
}

function message(vector) {
  try {
    open(vector.kind, hex(vector.hex), hex(vector.key_hex))
    return 'good'
  } catch (error) {
    if (error instanceof Refused) return error.message
    throw error
  }
}

function chain(vector) {
  const collector = new Collector(hex(vector.root_hex))

  vector.posts.forEach((post, i) => {
    const { status, held } = collector.post(hex(post.hex))

    compare(`${vector.name}, post ${i + 1}`, `${status}${held ? ' held' : ''}`, post.expected)
  })
}

function code(vector) {
  const octets = base41(vector.text)

  compare(`code "${vector.text}"`, octets === null ? 'refused' : 'good', vector.expected)
  if (octets !== null) compare(`code "${vector.text}"`, octets.toString('hex'), vector.hex)
}

const codes = lines('codes.jsonl')
const messages = lines('messages.jsonl')
const chains = lines('chains.jsonl')

codes.forEach(code)
messages.forEach((vector) => compare(vector.name, message(vector), vector.expected))
for (const vector of chains) {
  const root = hex(vector.root_hex)

  if (vector.kind === 'chain') chain(vector)
  else if (vector.kind === 'answer')
    compare(
      vector.name,
      isAnswer(hex(vector.hex), root, hex(vector.nonce_hex), hex(vector.body_hex)) ? 'answer' : 'no answer',
      vector.expected
    )
  else if (vector.kind === 'bundle') {
    const why = audit(hex(vector.hex), root)

    compare(vector.name, why === '' ? 'holds' : 'does not hold', vector.expected)
  } else compare(vector.name, 'a kind of vector', vector.kind)
}
console.log(`${codes.length} codes, ${messages.length} messages, ${chains.length} chains, answers and bundles: ${agreed} verdicts agree, ${apart} do not`)
process.exit(apart === 0 && codes.length > 0 && messages.length > 0 && chains.length > 0 ? 0 : 1)

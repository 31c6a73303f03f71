// SPDX-License-Identifier: Apache-2.0
// What a program advises can be done: every `kioskctl …` and `collectord …` with its options, in any sentence of the
// product and in README.md, PROTOCOL.md and the paper's phrases, is one that the built programs know.
// node tests/house/advice.mjs ROOT BUILD. Exit status 0: all of them.
import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const [root, build] = process.argv.slice(2)
const bin = (name) => path.join(build, 'bin', name)
const help = (name, ...words) => {
  const ran = spawnSync(bin(name), words, { encoding: 'utf8' })

  return ran.status === 0 ? ran.stdout : null
}
const optionsIn = (text) => new Set(text.match(/--[a-z][a-z-]*/g) ?? [])
const collectord = optionsIn(help('collectord', '--help'))
const kioskd = optionsIn(help('kioskd', '--help'))
const commands = new Map()

for (const line of help('kioskctl', 'help').split('\n')) {
  const name = /^ {2}(\S+(?: \S+)?) {2,}/.exec(line)?.[1]

  if (name) commands.set(name, optionsIn(help('kioskctl', 'help', ...name.split(' '))))
}
if (commands.size < 20) throw new Error(`only ${commands.size} commands in kioskctl's help`)

/** The literals of a C file, each joined with those that follow it at once. */
function literals(source) {
  const found = []
  const code = source.replace(/\/\*[^]*?\*\//g, ' ')
  const literal = /"((?:[^"\\\n]|\\.)*)"(?:\s*(?:[A-Z_]+\s*)?"(?:[^"\\\n]|\\.)*")*/g

  for (const [whole] of code.matchAll(literal))
    found.push(
      [...whole.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)]
        .map((part) => part[1])
        .join('')
        .replaceAll('\\n', '\n')
    )
  return found
}

const problems = []
let seen = 0

/** What follows a program's name in a sentence: up to two words and all options. */
function judge(file, text) {
  const joined = text.replace(/\\?\n\s*/g, ' ')

  for (const [, program, rest] of joined.matchAll(/\b(kioskctl|collectord|kioskd) ((?:[^`.,;:()“”]|\.(?=\S))*)/g)) {
    const options = (rest.match(/(?<=^|[\s[])--[a-z][a-z-]*/g) ?? []).filter((o) => o !== '--help' && o !== '--version')

    if (program !== 'kioskctl') {
      const known = program === 'kioskd' ? kioskd : collectord

      for (const option of options) if (!known.has(option)) problems.push(`${file}: ${program} ${option}`)
      seen += options.length
      continue
    }
    const [one, two] = rest.split(/\s+/)
    const command = [`${one} ${two}`, one].find((name) => commands.has(name))

    if (command === undefined) {
      // A sentence about the program ("kioskctl talks to …") begins with no command of any kind.
      if (options.length > 0 || [...commands.keys()].some((name) => name.startsWith(`${one} `)))
        problems.push(`${file}: kioskctl ${rest.slice(0, 60)}`)
      continue
    }
    seen++
    for (const option of options)
      if (!commands.get(command).has(option)) problems.push(`${file}: kioskctl ${command} ${option}`)
  }
}

const tracked = execFileSync('git', ['-C', root, 'ls-files', 'firmware', 'drivers', 'board', '*.md'], { encoding: 'utf8' })

for (const file of tracked.split('\n').filter((name) => /\.(c|h|md)$/.test(name) && fs.existsSync(path.join(root, name)))) {
  const text = fs.readFileSync(path.join(root, file), 'utf8')

  if (file.endsWith('.md')) {
    for (const [, block] of text.matchAll(/```[a-z]*\n([^]*?)```/g))
      for (const line of block.replace(/\\\n/g, ' ').split('\n')) judge(file, line)
    for (const [, code] of text.replace(/```[^]*?```/g, '').matchAll(/`([^`]+)`/g)) judge(file, code)
  } else for (const literal of literals(text)) judge(file, literal)
}
for (const problem of problems) console.log(`NO SUCH THING ${problem}`)
console.log(`${seen} pieces of advice, ${problems.length} that cannot be followed`)
process.exit(problems.length > 0 || seen < 40 ? 1 : 0)

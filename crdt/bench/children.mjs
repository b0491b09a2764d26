// Children are the processes that measure: one for each party of a row and round,
// so that none warms or fattens another.
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median } from './rows.mjs'
import { program } from './workshop.mjs'

const measure = path.join(path.dirname(fileURLToPath(import.meta.url)), 'measure.mjs')
const timeoutMs = 10 * 60 * 1000

// rounds is how many times the parties of a row take turns, so that a machine that
// slows down or speeds up meanwhile does so for all.
const rounds = 3

// ours and peer are the commands of a child that makes some timed runs.
export const ours = (task, ...args) => (runs) => [program, '--runs', runs, task, ...args]
export const peer = (name, task, file) => (runs) =>
  [process.execPath, '--expose-gc', '--max-old-space-size=8192', measure, name, runs, task, file]

// takeTurns lets the parties make runs in turn and returns the result of each.
export function takeTurns(parties, runs) {
  const turns = Math.min(rounds, runs)
  const results = parties.map(() => [])
  for (let i = 0; i < turns; i++) {
    parties.forEach((command, k) => {
      if (!results[k].some((r) => r.failed)) results[k].push(child(command(Math.ceil(runs / turns))))
    })
  }
  return results.map(pool)
}

// once lets each party run a single child with all runs.
export function once(parties, runs) {
  return parties.map((command) => child(command(runs)))
}

function child(command) {
  const [file, ...args] = command.map(String)
  const { error, status, signal, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', timeout: timeoutMs, maxBuffer: 1 << 26 })
  if (!error && status === 0) return JSON.parse(stdout)
  const told = stderr?.split('\n').find((l) => /error|^bench:|^panic/i.test(l))
  return { failed: told ?? error?.message ?? `ended with ${signal ?? status}` }
}

// pool makes one result of those of all rounds.
function pool(results) {
  const failed = results.find((r) => r.failed)
  if (failed) return failed
  const bytes = results.map((r) => r.bytes).filter((b) => b !== undefined)
  return {
    ...results[0],
    nanos: results[0].nanos && results.flatMap((r) => r.nanos),
    bytes: bytes.length ? median(bytes) : undefined,
  }
}

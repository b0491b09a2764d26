// node crdt/bench/run.mjs [--rows NAME,...] [--runs N] [--trace NAME,...] [--trace-dir DIR] [--out FILE]
//
// Measures package crdt side by side with its peers from npm and prints the tables
// that README.md explains.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { once, ours, peer, takeTurns } from './children.mjs'
import { peers } from './peers.mjs'
import { growthTables, pauses, table } from './report.mjs'
import { growth, rows } from './rows.mjs'
import { readTrace } from './trace.mjs'
import { build, install, repository, version } from './workshop.mjs'

function main() {
  const options = readOptions()
  const chosen = chooseRows(options)
  build()
  if (chosen.rows.some((row) => row.against?.some((a) => a.peer))) install()

  const lines = chosen.rows.flatMap((row) => progress(row, () => measureRow(row, options)))
  const grown = chosen.growth.map((row) => progress(row, () => measureGrowth(row, options.runs)))
  const machine = describeMachine(lines)

  const typing = lines.find((l) => l.pauses)
  const report = [
    lines.length && table(lines, options.runs),
    typing && pauses(typing.pauses),
    grown.length && growthTables(grown, options.runs),
    `Medians of ${options.runs} runs, fewer where n= says so. ${machine.cpus} cores (${machine.cpu}), ` +
      Object.entries(machine.versions).map((v) => v.join(' ')).join(', ') + '.',
  ]
  console.log(report.filter(Boolean).join('\n\n'))
  if (options.out) fs.writeFileSync(options.out, JSON.stringify({ machine, runs: options.runs, rows: lines, growth: grown }, null, 1) + '\n')
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string' },
      runs: { type: 'string', default: '9' },
      trace: { type: 'string' },
      'trace-dir': { type: 'string', default: process.env.TSHARE_TRACES || path.join(repository, '..', 'shared', 'traces') },
      out: { type: 'string' },
    },
  })
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs} is no number of runs`)
  return { runs, rows: values.rows?.split(','), traces: values.trace?.split(','), dir: values['trace-dir'], out: values.out }
}

// chooseRows returns the rows of both tables to measure, and sees that the traces
// which they need are there.
function chooseRows(options) {
  const named = (row) => !options.rows || options.rows.includes(row.name)
  for (const name of options.rows ?? []) {
    if (![...rows, ...growth].some((row) => row.name === name)) {
      throw new Error(`there is no row ${name}; there are ${[...rows, ...growth].map((row) => row.name).join(', ')}`)
    }
  }
  const file = (trace) => {
    const found = path.join(options.dir, trace + '.json.gz')
    if (!fs.existsSync(found)) throw new Error(`no recorded trace ${found}; name their folder with TSHARE_TRACES or --trace-dir`)
    return found
  }
  const withFile = (row) => ({ ...row, file: row.trace && file(row.trace) })
  if (!options.traces) return { rows: rows.filter(named).map(withFile), growth: growth.filter(named) }
  const onTraces = options.traces.flatMap((trace) => {
    const { concurrent } = readTrace(file(trace))
    return rows.filter((row) => row.anyTrace && !(concurrent && row.oneOrder)).map((row) => withTrace(row, trace))
  })
  return { rows: onTraces.filter(named).map(withFile), growth: [] }
}

// withTrace returns a row on another trace, for which nothing was asked.
function withTrace(row, trace) {
  return { ...row, trace, against: row.against.map(({ peer }) => ({ peer })) }
}

function progress(row, measure) {
  const start = performance.now()
  process.stderr.write(`${row.name}${row.trace ? ` (${row.trace})` : ''} …`)
  const measured = measure()
  process.stderr.write(` ${((performance.now() - start) / 1000).toFixed(0)} s\n`)
  return measured
}

// measureRow returns a line of the table for each that the row is held against.
function measureRow(row, { runs }) {
  const args = row.file ? [row.file] : row.sizes
  const others = row.against ?? []
  const parties = [
    ours(row.task, ...args),
    ...others.map((o) => (o.peer ? peer(o.peer, row.task, row.file) : ours(o.task, ...args))),
  ]
  const [own, ...rest] = row.once ? once(parties, runs) : takeTurns(parties, runs)
  const what = row.trace ? `${row.what} (${row.trace})` : row.what
  const line = { name: row.name, what, trace: row.trace, pauses: own.pauses }
  if (row.limits) return row.limits.map((limit) => judgeLimit({ ...line, what: `${what}: ${limit.what}` }, own, limit))
  return rest.map((result, i) => judge(line, row.figure, own, result, others[i]))
}

// judge compares our result with another's.
function judge(line, figure, own, result, { peer: name, task, most }) {
  const mine = figureOf(figure, own)
  const other = { who: name ?? `crdt, ${task}`, ...figureOf(figure, result) }
  const judged = { ...line, ours: mine, other, most }
  if (mine.failed || other.failed) return judged
  const ratio = mine.value / other.value
  return { ...judged, ratio, verdict: most && (ratio <= most ? 'reached' : 'missed') }
}

// judgeLimit compares our result with a limit of its own.
function judgeLimit(line, own, { figure, most }) {
  const mine = figureOf(figure, own)
  return { ...line, ours: mine, limit: { most, unit: figure.unit }, verdict: mine.failed ? undefined : mine.value <= most ? 'reached' : 'missed' }
}

function figureOf({ unit, of }, result) {
  if (result.failed) return { failed: result.failed }
  return { value: of(result), unit, n: result.nanos?.length, nanos: result.nanos }
}

function measureGrowth(row, runs) {
  const cells = Object.entries(row.sizes).map(([title, sizes]) => {
    const [result] = once([ours(row.task, ...sizes)], runs)
    return [title, row.figures.map((figure) => figureOf(figure, result))]
  })
  return { name: row.name, what: row.what, cells: Object.fromEntries(cells) }
}

function describeMachine(lines) {
  const [{ model } = { model: 'unknown' }] = os.cpus()
  const versions = { node: process.versions.node }
  for (const name of new Set(lines.map((l) => l.other?.who))) {
    if (peers[name]) versions[peers[name].package] = version(peers[name].package)
  }
  return { cpus: os.availableParallelism(), cpu: model.trim(), versions }
}

try {
  main()
} catch (error) {
  console.error(`crdt-bench: ${error.message}`)
  process.exitCode = 1
}

// node measure.mjs PEER RUNS TASK TRACE measures one peer, as the Go program in
// main.go measures crdt: the same tasks, the same clock, the same result.
import { peers } from './peers.mjs'
import { countUnits, readTrace, unitsAt } from './trace.mjs'

// The same as in clock.go, and a time beside: V8 goes on compiling for dozens of
// runs of a few milliseconds, and would else be measured half warm.
const warmups = 2
const warmMs = 1000
const slowMs = 8000

// An agent that no trace has, for replicas that only receive.
const receiver = 500

// timed returns how long each of some runs takes, in nanoseconds. The heap is
// collected before each. A slow first run counts and stands alone.
function timed(runs, prepare, run, check) {
  const nanos = []
  const began = performance.now()
  for (let i = 0, warm = false; nanos.length < runs; i++) {
    warm ||= i >= warmups && performance.now() - began > warmMs
    const ready = prepare()
    gc()
    const start = performance.now()
    const made = run(ready)
    const ms = performance.now() - start
    check(ready, made)
    if (warm || ms > slowMs) nanos.push(Math.round(ms * 1e6))
    if (ms > slowMs) break
  }
  return nanos
}

class Measurement {
  constructor(peer, trace, runs) {
    Object.assign(this, { peer, trace, runs })
    if (!trace.basic && !trace.concurrent && !peer.countsCodepoints) countUnits(trace)
  }

  replay() {
    return this.timedReplay((d, pos, del, ins) => this.peer.edit(d, pos, del, ins))
  }

  updates() {
    return this.timedReplay((d, pos, del, ins, kept) => kept.push(this.peer.editUpdate(d, pos, del, ins)))
  }

  timedReplay(edit) {
    const { pos, del, ins } = this.sequential()
    const nanos = timed(
      this.runs,
      () => ({ d: this.peer.create(0), kept: [] }),
      ({ d, kept }) => { for (let i = 0; i < pos.length; i++) edit(d, pos[i], del[i], ins[i], kept) },
      ({ d }) => this.checkAndFree(d),
    )
    return { edits: pos.length, nanos }
  }

  apply() {
    const updates = this.allUpdates()
    const nanos = timed(
      this.runs,
      () => this.peer.create(receiver),
      (d) => this.applyAll(d, updates),
      (d) => this.checkAndFree(d),
    )
    return { edits: updates.length, nanos, bytes: updates.reduce((n, u) => n + u.length, 0) }
  }

  merge() {
    const done = this.finished()
    const update = this.peer.history(done)
    const nanos = timed(
      this.runs,
      () => this.peer.create(receiver),
      (d) => { this.peer.apply(d, update); return this.peer.text(d) },
      (d, text) => { this.check(text); this.peer.free(d) },
    )
    return { edits: this.trace.pos.length, nanos, bytes: update.length }
  }

  load() {
    const saved = this.peer.save(this.finished())
    const nanos = timed(
      this.runs,
      () => null,
      () => { const d = this.peer.load(saved); return { d, text: this.peer.text(d) } },
      (_, { d, text }) => { this.check(text); this.peer.free(d) },
    )
    return { edits: this.trace.pos.length, nanos, bytes: saved.length }
  }

  size() {
    const saved = this.peer.save(this.finished())
    this.checkAndFree(this.peer.load(saved))
    return { edits: this.trace.pos.length, bytes: saved.length }
  }

  // trimmed is the same: yjs, the peer of that row, never keeps deleted text.
  trimmed() { return this.size() }

  heap() {
    this.sequential()
    const before = heap()
    const d = this.replayed()
    const taken = heap() - before
    this.check(this.peer.text(d))
    // V8 takes one byte for a unit, or two if a string has any above U+00FF.
    const width = /[^\0-\xff]/.test(this.trace.end) ? 2 : 1
    return { edits: this.trace.pos.length, bytes: taken - width * this.trace.end.length }
  }

  sequential() {
    if (this.trace.concurrent) throw new Error('a concurrent trace cannot be replayed by one replica')
    return this.trace
  }

  replayed() {
    const { pos, del, ins } = this.trace
    const d = this.peer.create(0)
    for (let i = 0; i < pos.length; i++) this.peer.edit(d, pos[i], del[i], ins[i])
    return d
  }

  // finished returns a replica with all edits.
  finished() {
    let d
    if (this.trace.concurrent) {
      d = this.peer.create(receiver + 1)
      this.applyAll(d, this.play())
    } else d = this.replayed()
    this.check(this.peer.text(d))
    return d
  }

  // allUpdates returns the update of each edit, in the order of the file.
  allUpdates() {
    if (this.trace.concurrent) return this.play()
    const { pos, del, ins } = this.trace
    const d = this.peer.create(0)
    const updates = pos.map((_, i) => this.peer.editUpdate(d, pos[i], del[i], ins[i]))
    this.peer.free(d)
    return updates
  }

  // play plays a concurrent trace with one replica per agent. One agent's own
  // transactions are in a total order, so what a transaction's parents have seen is
  // a count per agent.
  play() {
    const { txns, agents } = this.trace
    const each = (make) => Array.from({ length: agents }, (_, a) => make(a))
    const docs = each((a) => this.peer.create(a))
    const own = each(() => []) // each agent's transactions
    const has = each(() => new Int32Array(agents))
    const seen = []
    const updates = []
    txns.forEach((txn, i) => {
      const { agent } = txn
      const sees = new Int32Array(agents)
      for (const parent of txn.parents) seen[parent].forEach((n, a) => { sees[a] = Math.max(sees[a], n) })
      const lacks = []
      for (let a = 0; a < agents; a++) {
        if (a === agent || sees[a] <= has[agent][a]) continue
        lacks.push(...own[a].slice(has[agent][a], sees[a]))
        has[agent][a] = sees[a]
      }
      lacks.sort((x, y) => x - y)
      for (const k of lacks) this.applyAll(docs[agent], updates[k])
      updates.push(txn.patches.map((patch) => this.editUpdateOf(docs[agent], patch)))
      own[agent].push(i)
      sees[agent] = own[agent].length
      seen.push(sees)
    })
    docs.forEach((d) => this.peer.free(d))
    return updates.flat()
  }

  editUpdateOf(d, [pos, del, ins]) {
    if (!this.trace.basic && !this.peer.countsCodepoints) {
      const text = this.peer.text(d)
      const from = unitsAt(text, pos)
      del = unitsAt(text, pos + del) - from
      pos = from
    }
    return this.peer.editUpdate(d, pos, del, ins)
  }

  applyAll(d, updates) { for (const u of updates) this.peer.apply(d, u) }

  check(text) {
    if (text !== this.trace.end) throw new Error(`the text came out otherwise: ${text.length} units, want ${this.trace.end.length}`)
  }

  checkAndFree(d) {
    this.check(this.peer.text(d))
    this.peer.free(d)
  }
}

function heap() {
  for (let i = 0; i < 4; i++) gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const [name, runs, task, file] = process.argv.slice(2)
const measurement = new Measurement(await peers[name].load(), readTrace(file), Number(runs))
console.log(JSON.stringify(measurement[task]()))

// Plays histories on list CRDTs that others wrote. Standard input has a JSON array
// of histories, as history_test.go makes them; standard output gets, for each
// implementation, an array with each history's texts: the receiver's after every
// merge, then everybody's at the end.
import { readFileSync } from 'node:fs'
import diamond from 'diamond-types-node'
import { MAX_POSITION, MIN_POSITION, Order, Text } from 'list-positions'

// agent returns a replica's name so that strings have the order of the numbers.
const agent = (name) => String(name).padStart(16, '0')

// Both implementations break ties by name; what the file held is nobody's.
const nobody = agent(0)

// Diamond keeps a history as a graph of what each author typed at which offset,
// and merges by replaying what is concurrent. Its order is that of YjsMod: left
// and right origin, then the author's name.
class Diamond {
  constructor(history) {
    this.names = history.names
    this.log = new diamond.OpLog(nobody)
    if (history.base) this.log.ins(0, history.base)
    this.branches = history.names.map(() => this.log.checkout())
  }

  insert(replica, after, text) {
    const branch = this.edited(replica)
    const at = after === '' ? 0 : branch.get().indexOf(after) + 1
    branch.merge(this.log, Uint32Array.of(this.log.ins(at, text, branch.getLocalVersion())))
  }

  remove(replica, chars) {
    const branch = this.edited(replica)
    for (const char of chars) {
      const at = branch.get().indexOf(char)
      branch.merge(this.log, Uint32Array.of(this.log.del(at, 1, branch.getLocalVersion())))
    }
  }

  merge(replica, from) {
    this.branches[replica].merge(this.log, this.branches[from].getLocalVersion())
  }

  text(replica) {
    return this.branches[replica].get()
  }

  free() {
    for (const branch of this.branches) branch.free()
    this.log.free()
  }

  edited(replica) {
    this.log.setAgent(agent(this.names[replica]))
    return this.branches[replica]
  }
}

// Positions is the tree of list-positions, which sorts siblings by name. It knows
// no deleted text, so each replica keeps a second list of all that it has seen, to
// insert between neighbours as the paper has them. A name for each insertion keeps
// it from lengthening an earlier one, which it would sort behind its siblings.
class Positions {
  constructor(history) {
    this.names = history.names
    this.positions = new Map()
    this.edits = []
    this.replicas = history.names.map((name) => {
      const order = new Order({ replicaID: agent(name) })
      return { order, all: new Text(order), visible: new Text(order), seen: new Set() }
    })
    if (history.base) {
      for (const r of this.replicas) this.create(r, MIN_POSITION, history.base, nobody)
    }
  }

  insert(replica, after, text) {
    const prev = after === '' ? MIN_POSITION : this.positions.get(after)
    const name = `${agent(this.names[replica])}_${agent(this.edits.length)}`
    this.replicas[replica].seen.add(this.edits.length)
    this.edits.push(this.create(this.replicas[replica], prev, text, name))
  }

  remove(replica, chars) {
    const removed = [...chars].map((char) => this.positions.get(char))
    const edit = (r) => removed.forEach((position) => r.visible.delete(position))
    edit(this.replicas[replica])
    this.replicas[replica].seen.add(this.edits.length)
    this.edits.push(edit)
  }

  merge(replica, from) {
    const to = this.replicas[replica]
    this.edits.forEach((edit, i) => {
      if (to.seen.has(i) || !this.replicas[from].seen.has(i)) return
      to.seen.add(i)
      edit(to)
    })
  }

  text(replica) {
    return this.replicas[replica].visible.toString()
  }

  free() {}

  // create inserts text after prev in the replica r and returns what does the
  // same in another one.
  create(r, prev, text, name) {
    const at = r.all.indexOfPosition(prev) + 1
    const next = at < r.all.length ? r.all.positionAt(at) : MAX_POSITION
    const [start, meta] = r.order.createPositions(prev, next, text.length, { bunchID: name })
    for (let i = 0; i < text.length; i++) {
      this.positions.set(text[i], { bunchID: start.bunchID, innerIndex: start.innerIndex + i })
    }
    const edit = (r) => {
      r.order.addMetas([meta])
      r.all.set(start, text)
      r.visible.set(start, text)
    }
    edit(r)
    return edit
  }
}

// play returns the texts of history on a new implementation.
function play(Implementation, history) {
  const texts = []
  const list = new Implementation(history)
  for (const { replica, after, insert, remove, merge } of history.steps) {
    if (insert) list.insert(replica, after, insert)
    else if (remove) list.remove(replica, remove)
    else {
      list.merge(replica, merge)
      texts.push(list.text(replica))
    }
  }
  history.names.forEach((_, replica) => texts.push(list.text(replica)))
  list.free()
  return texts
}

const histories = JSON.parse(readFileSync(0, 'utf8'))
const all = (Implementation) => histories.map((history) => play(Implementation, history))
process.stdout.write(JSON.stringify({ diamond: all(Diamond), positions: all(Positions) }))

// One adapter a peer, all with the same surface, and no more of it than some row
// needs:
//
//   package                     its name on npm
//   create(agent)               an empty replica
//   edit(d, pos, del, ins)      one local edit, committed
//   editUpdate(d, pos, del, ins) the same, returning what other replicas need of it
//   apply(d, update)            takes such an update in
//   save(d), load(bytes)        the peer's own format
//   history(d)                  all in one update
//   text(d)                     the visible text as a string
//   free(d)                     gives back memory outside the JavaScript heap
//
// Places are UTF-16 units, or codepoints where countsCodepoints is set.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

async function yjs() {
  const Y = await import('yjs') // as CommonJS it takes three times as long
  const create = (agent) => {
    const doc = new Y.Doc()
    doc.clientID = agent + 1
    return { doc, t: doc.getText('t'), update: null, heard: false }
  }
  const edit = (d, pos, del, ins) =>
    d.doc.transact(() => {
      if (del) d.t.delete(pos, del)
      if (ins) d.t.insert(pos, ins)
    })
  return {
    create,
    edit,
    editUpdate(d, pos, del, ins) {
      if (!d.heard) d.doc.on('update', (update, origin) => { if (origin !== 'remote') d.update = update })
      d.heard = true
      edit(d, pos, del, ins)
      return d.update
    },
    apply: (d, update) => Y.applyUpdate(d.doc, update, 'remote'),
    save: (d) => Y.encodeStateAsUpdateV2(d.doc),
    load(bytes) {
      const d = create(9999)
      Y.applyUpdateV2(d.doc, bytes)
      return d
    },
    history: (d) => Y.encodeStateAsUpdate(d.doc),
    text: (d) => d.t.toString(),
    free: (d) => d.doc.destroy(),
  }
}

function ywasm() {
  const Y = require('ywasm')
  const create = (agent) => {
    const doc = new Y.YDoc({ clientID: agent + 1, gc: true })
    return { doc, t: doc.getText('t'), update: null, hook: null }
  }
  const edit = (d, pos, del, ins) => {
    if (del && ins) {
      const tx = d.doc.beginTransaction()
      d.t.delete(pos, del, tx)
      d.t.insert(pos, ins, undefined, tx)
      tx.commit()
      tx.free()
    } else if (del) d.t.delete(pos, del)
    else if (ins) d.t.insert(pos, ins)
  }
  return {
    create,
    edit,
    editUpdate(d, pos, del, ins) {
      d.hook ??= d.doc.onUpdate((update) => { d.update = update })
      edit(d, pos, del, ins)
      return d.update
    },
    apply: (d, update) => Y.applyUpdate(d.doc, update, 'remote'),
    history: (d) => Y.encodeStateAsUpdate(d.doc),
    text: (d) => d.t.toString(),
    free(d) {
      d.hook?.free?.()
      d.t.free()
      d.doc.free()
    },
  }
}

function loro() {
  const L = require('loro-crdt')
  const edit = (d, pos, del, ins) => {
    if (del) d.t.delete(pos, del)
    if (ins) d.t.insert(pos, ins)
    d.doc.commit()
  }
  return {
    create(agent) {
      const doc = new L.LoroDoc()
      doc.setPeerId(BigInt(agent + 1))
      return { doc, t: doc.getText('t'), update: null, hook: null }
    },
    edit,
    editUpdate(d, pos, del, ins) {
      d.hook ??= d.doc.subscribeLocalUpdates((update) => { d.update = update })
      edit(d, pos, del, ins)
      return d.update
    },
    apply: (d, update) => d.doc.import(update),
    save: (d) => d.doc.export({ mode: 'snapshot' }), // state and history
    load(bytes) {
      const doc = L.LoroDoc.fromSnapshot(bytes)
      return { doc, t: doc.getText('t') }
    },
    history: (d) => d.doc.export({ mode: 'update' }),
    text: (d) => d.t.toString(),
    free(d) {
      d.t.free()
      d.doc.free()
    },
  }
}

function diamondTypes() {
  const D = require('diamond-types-node')
  const edit = (d, pos, del, ins) => {
    if (del) d.del(pos, del)
    if (ins) d.ins(pos, ins)
  }
  return {
    countsCodepoints: true,
    create: (agent) => new D.Doc('a' + agent),
    edit,
    editUpdate(d, pos, del, ins) {
      const before = d.getLocalVersion()
      edit(d, pos, del, ins)
      return d.getPatchSince(before)
    },
    apply: (d, update) => d.mergeBytes(update),
    save: (d) => d.toBytes(),
    load: (bytes) => D.Doc.fromBytes(bytes, 'zz'),
    history: (d) => d.toBytes(),
    text: (d) => d.get(),
    free: (d) => d.free(),
  }
}

function jsonJoy() {
  const { Model } = require('json-joy/lib/json-crdt')
  const { s, Patch } = require('json-joy/lib/json-crdt-patch')
  const root = Model.create(s.str(''), 65536)
  root.api.flush()
  const empty = root.toBinary() // all replicas need the same string to write into
  const open = (model) => ({ model, str: model.api.str([]) })
  const write = (d, pos, del, ins) => {
    if (del) d.str.del(pos, del)
    if (ins) d.str.ins(pos, ins)
    return d.model.api.flush()
  }
  return {
    create: (agent) => open(Model.fromBinary(empty).fork(70000 + agent)),
    edit: write,
    editUpdate: (d, pos, del, ins) => write(d, pos, del, ins).toBinary(),
    apply: (d, update) => d.model.applyPatch(Patch.fromBinary(update)),
    text: (d) => d.str.view(),
    free() {},
  }
}

// peers are loaded by their names, each only in the process that measures it.
export const peers = {
  'diamond-types': { package: 'diamond-types-node', load: diamondTypes },
  'json-joy': { package: 'json-joy', load: jsonJoy },
  loro: { package: 'loro-crdt', load: loro },
  yjs: { package: 'yjs', load: yjs },
  ywasm: { package: 'ywasm', load: ywasm },
}

// A recorded editing history as arrays. Its places count codepoints; most peers
// count UTF-16 units, which is the same until a text has a character beyond the
// basic plane.
import fs from 'node:fs'
import zlib from 'node:zlib'

const beyondBasicPlane = /[\u{10000}-\u{10ffff}]/u

export function readTrace(file) {
  const { kind, txns, endContent } = JSON.parse(zlib.gunzipSync(fs.readFileSync(file)))
  const patches = txns.flatMap((t) => t.patches)
  const concurrent = kind === 'concurrent'
  return {
    concurrent,
    end: endContent,
    pos: patches.map((p) => p[0]),
    del: patches.map((p) => p[1]),
    ins: patches.map((p) => p[2]),
    basic: !patches.some((p) => beyondBasicPlane.test(p[2])),
    txns: concurrent ? txns : null,
    agents: 1 + txns.reduce((most, t) => Math.max(most, t.agent ?? 0), 0),
  }
}

// countUnits turns a sequential trace's places into UTF-16 units, on a text beside.
export function countUnits(trace) {
  const text = new CodepointText()
  for (let i = 0; i < trace.pos.length; i++) {
    const [pos, del] = [trace.pos[i], trace.del[i]]
    trace.pos[i] = text.units(pos)
    trace.del[i] = text.units(pos + del) - trace.pos[i]
    text.replace(pos, del, [...trace.ins[i]])
  }
}

// unitsAt returns where the codepoint pos of a plain text begins, in UTF-16 units.
export function unitsAt(text, pos) {
  let at = 0
  for (; pos > 0; pos--) at += text.codePointAt(at) > 0xffff ? 2 : 1
  return at
}

// CodepointText is a text in blocks of codepoints that know their UTF-16 units, so
// that a place is found without walking through the whole.
class CodepointText {
  static blockSize = 2000
  blocks = [block([])]

  units(pos) {
    let units = 0
    for (const b of this.blocks) {
      if (pos < b.points.length) return units + unitsOf(b.points.slice(0, pos))
      pos -= b.points.length
      units += b.units
    }
    return units
  }

  replace(pos, del, points) {
    let first = 0
    while (first < this.blocks.length - 1 && pos > this.blocks[first].points.length) pos -= this.blocks[first++].points.length
    // The blocks that the deletion reaches are joined, changed and cut again.
    let joined = []
    let after = first
    do joined = joined.concat(this.blocks[after++].points); while (after < this.blocks.length && joined.length < pos + del)
    joined = joined.slice(0, pos).concat(points, joined.slice(pos + del))
    const cut = []
    const size = joined.length > CodepointText.blockSize ? CodepointText.blockSize / 2 : CodepointText.blockSize
    for (let i = 0; i === 0 || i < joined.length; i += size) cut.push(block(joined.slice(i, i + size)))
    this.blocks.splice(first, after - first, ...cut)
  }
}

const block = (points) => ({ points, units: unitsOf(points) })
const unitsOf = (points) => points.reduce((n, p) => n + p.length, 0)

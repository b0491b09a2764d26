// The report: what was measured, as Markdown.
const dash = '–'

// table prints the first table, from lines as judge in run.mjs makes them.
export function table(lines, runs) {
  const cells = lines.map((l) => [
    l.name, l.what, figure(l.ours, runs), l.other ? `${l.other.who} ${figure(l.other, runs)}` : dash,
    l.ratio === undefined ? dash : digits(l.ratio), target(l), l.verdict ?? dash,
  ])
  return markdown(['row', 'what', 'crdt', 'the other', 'ratio', 'target', ''], cells)
}

// growthTables prints the second table, in a part for all rows of the same sizes.
export function growthTables(grown, runs) {
  const sizes = (g) => Object.keys(g.cells)
  const parts = new Set(grown.map((g) => sizes(g).join(' | ')))
  return [...parts].map((part) => {
    const of = grown.filter((g) => sizes(g).join(' | ') === part)
    return markdown(['row', 'what', ...sizes(of[0])], of.map((g) => [g.name, g.what, ...Object.values(g.cells).map(cell)]))
  }).join('\n\n')

  function cell(figures) { return figures.map((f) => figure(f, runs)).join(', ') }
}

// pauses tells about the slowest edits of the row typing.
export function pauses({ maxOfMedians, max, above, of, idleMax, idleAbove }) {
  return `typing, edit by edit: the slowest took ${ms(max)}; by the median over the runs, the slowest took ${ms(maxOfMedians)}; ` +
    `${above} of ${of.toLocaleString('en')} edits were above 1 ms. ` +
    `A loop that only reads the clock, for as long: at most ${ms(idleMax)}, ${idleAbove} above 1 ms.`
}

const ms = (nanos) => `${digits(nanos / 1e6)} ms`

function target({ most, limit }) {
  if (most !== undefined) return `≤ ${most} ×`
  return limit ? `≤ ${limit.most} ${limit.unit}` : dash
}

function figure({ failed, value, unit, n }, runs) {
  if (failed) return `failed: ${failed.replaceAll('|', '/')}`
  return `${digits(value)} ${unit}${n < runs ? ` (n=${n})` : ''}`
}

function digits(x) {
  if (x >= 1000) return Math.round(x).toLocaleString('en')
  return x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x >= 1 ? x.toFixed(2) : x.toFixed(3)
}

// markdown prints a table whose first two columns are words and all others figures.
function markdown(head, cells) {
  const rule = head.map((_, i) => (i < 2 ? '---' : '--:'))
  return [head, rule, ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

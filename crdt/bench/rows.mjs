// What is measured, against whom, and what was asked for.
const paper = 'automerge-paper'
const concurrent = 'friendsforever'

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

const milliseconds = { unit: 'ms', of: (r) => median(r.nanos) / 1e6 }
const kilobytes = { unit: 'kB', of: (r) => r.bytes / 1e3 }
const nanosAnEdit = { unit: 'ns', of: (r) => median(r.nanos) / r.edits }
const slowestEdit = { unit: 'ms', of: (r) => r.pauses.max / 1e6 }

// rows of the first table. Each runs a task on a trace, ours and that of those in
// against, who are peers or our own other task; most is the ratio asked for. Rows
// with anyTrace make sense on a trace that has no targets: sequential ones, where
// oneOrder is set.
export const rows = [
  { name: 'replay', what: 'local replay, text and line index kept', task: 'replay', trace: paper, figure: milliseconds, anyTrace: true, oneOrder: true,
    against: [{ peer: 'diamond-types', most: 0.25 }, { peer: 'json-joy', most: 0.07 }] },
  { name: 'updates', what: 'local replay with an encoded update per edit', task: 'updates', trace: paper, figure: milliseconds, anyTrace: true, oneOrder: true,
    against: [{ peer: 'json-joy', most: 0.06 }] },
  { name: 'apply', what: 'a remote replica applies these one by one', task: 'apply', trace: paper, figure: milliseconds, anyTrace: true,
    against: [{ peer: 'json-joy', most: 0.08 }] },
  { name: 'merge', what: 'one update with the whole history into an empty replica, text ready', task: 'merge', trace: paper, figure: milliseconds, anyTrace: true,
    against: [{ peer: 'diamond-types', most: 0.8 }] },
  { name: 'load', what: 'load a saved document, text ready', task: 'load', trace: paper, figure: milliseconds, anyTrace: true,
    against: [{ peer: 'loro', most: 1.0 }] },
  { name: 'size', what: 'saved with all history', task: 'size', trace: paper, figure: kilobytes, anyTrace: true, once: true,
    against: [{ peer: 'diamond-types', most: 0.96 }] },
  { name: 'trimmed', what: 'saved without deleted text', task: 'trimmed', trace: paper, figure: kilobytes, once: true,
    against: [{ peer: 'yjs', most: 0.5 }] },
  { name: 'heap', what: 'heap beyond the text, after the replay', task: 'heap', trace: paper, figure: kilobytes,
    against: [{ peer: 'yjs', most: 0.5 }] },
  { name: 'apply-concurrent', what: 'updates one by one', task: 'apply', trace: concurrent, figure: milliseconds,
    against: [{ peer: 'json-joy', most: 0.1 }] },
  { name: 'merge-concurrent', what: 'whole history merged, text ready', task: 'merge', trace: concurrent, figure: milliseconds,
    against: [{ peer: 'ywasm', most: 0.5 }] },
  { name: 'snapshots', what: 'a snapshot after every edit of the replay', task: 'snapshots', trace: paper, figure: milliseconds,
    against: [{ task: 'replay', most: 4 }] },
  { name: 'typing', what: '32 people type in turn in 1 MB', task: 'typing', sizes: [], once: true,
    limits: [
      { what: 'an edit', figure: nanosAnEdit, most: 400 },
      { what: 'the slowest single edit', figure: slowestEdit, most: 1 },
    ] },
]

const megabytes = { '1 MB': [1], '10 MB': [10], '100 MB': [100], '1 GB': [1000] }
const histories = { '10^5 edits by 2': [1e5, 2], '10^5 by 20': [1e5, 20], '10^6 by 2': [1e6, 2], '10^6 by 20': [1e6, 20] }

// growth is the second table, of our own: one task at several sizes.
export const growth = [
  { name: 'insert', what: 'insertion at a random place of the middle half, a snapshot after each', task: 'insert', sizes: megabytes, figures: [nanosAnEdit] },
  { name: 'open', what: 'load a text until its lines are counted', task: 'open', sizes: megabytes, figures: [milliseconds] },
  { name: 'generated', what: 'one update with a generated history into an empty replica, text ready', task: 'generated', sizes: histories,
    figures: [milliseconds, { ...nanosAnEdit, unit: 'ns an edit' }] },
]

package main

import (
	"iter"
	"runtime"

	"tshare/crdt"
)

// finished returns a replica with all edits.
func (t *trace) finished() (*crdt.Doc, error) {
	d := crdt.New()
	if t.txns == nil {
		if err := t.replayInto(d, func() {}); err != nil {
			return nil, err
		}
	} else {
		us, err := t.play()
		if err != nil {
			return nil, err
		}
		if err := mergeAll(d, &us); err != nil {
			return nil, err
		}
	}
	return d, t.checkEnd(d)
}

// mergeHistory times an empty replica that takes the whole history in as one
// update and puts its text together.
func mergeHistory(t *trace, runs int) (result, error) {
	d, err := t.finished()
	if err != nil {
		return result{}, err
	}
	got, err := mergeOf(d, runs)
	got.Edits = len(t.patches)
	return got, err
}

// mergeOf times an empty replica that takes all that d has in as one update.
func mergeOf(d *crdt.Doc, runs int) (result, error) {
	update, want := d.Feed(nil).Append(nil), wholeText(d)
	nanos, err := timed(runs, func() (run, error) {
		to := crdt.New()
		var text []byte
		return run{
			do: func() error {
				_, err := to.Merge(update)
				text = wholeText(to)
				return err
			},
			check: func() error { return sameText(text, want) },
		}, nil
	})
	return result{Nanos: nanos, Bytes: len(update)}, err
}

// loadSaved times the opening of a saved document until its text is there.
func loadSaved(t *trace, runs int) (result, error) {
	d, err := t.finished()
	if err != nil {
		return result{}, err
	}
	saved := joined(d.Save())
	nanos, err := timed(runs, func() (run, error) {
		var back *crdt.Doc
		var text []byte
		return run{
			do: func() (err error) {
				if back, err = crdt.Open(saved); err == nil {
					text = wholeText(back)
				}
				return err
			},
			check: func() error {
				runtime.KeepAlive(back)
				return sameText(text, t.end)
			},
		}, nil
	})
	return result{Edits: len(t.patches), Nanos: nanos, Bytes: len(saved)}, err
}

// sizeSaved tells how long a saved document is that has all history.
func sizeSaved(t *trace, _ int) (result, error) { return t.saved((*crdt.Doc).Save) }

// sizeTrimmed tells how long a saved document is without deleted text.
func sizeTrimmed(t *trace, _ int) (result, error) { return t.saved((*crdt.Doc).SaveTrimmed) }

func (t *trace) saved(save func(*crdt.Doc) iter.Seq[[]byte]) (result, error) {
	d, err := t.finished()
	if err != nil {
		return result{}, err
	}
	saved := joined(save(d))
	back, err := crdt.Open(saved)
	if err != nil {
		return result{}, err
	}
	return result{Edits: len(t.patches), Bytes: len(saved)}, t.checkEnd(back)
}

func joined(frames iter.Seq[[]byte]) []byte {
	var b []byte
	for f := range frames {
		b = append(b, f...)
	}
	return b
}

// heapOfReplay tells how much memory a replayed document takes beyond its text.
func heapOfReplay(t *trace, _ int) (result, error) {
	if t.txns != nil {
		return result{}, errConcurrent
	}
	before := heap()
	d := crdt.New()
	if err := t.replayInto(d, func() {}); err != nil {
		return result{}, err
	}
	taken := heap() - before
	if err := t.checkEnd(d); err != nil {
		return result{}, err
	}
	return result{Edits: len(t.patches), Bytes: taken - len(t.end)}, nil
}

// heap returns how many bytes are in use. The second collection frees what the
// first has found to have a finalizer or lain in a pool.
func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

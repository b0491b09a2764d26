package crdt

// Feed hands on what a document takes in, to a journal or another replica that
// has all before.
type Feed struct {
	doc    *Doc
	behind []Op   // what was there at first
	at     int    // the arrival that is next
	done   uint64 // its units that were handed on
	step   int    // the step that is next
	steps  bool   // they are handed on, too
	ops    []Op   // memory for those of a call
	op     Op     // and for a single one
	w      writer
}

// keptOps is for how many ops a feed keeps its memory.
const keptOps = 256

// Feed returns a feed of what a replica at version v has not seen.
func (d *Doc) Feed(v Version) *Feed {
	f := &Feed{doc: d, behind: d.Since(v), at: d.arrivals.n}
	if f.at > 0 {
		f.at--
		f.done = d.arrivals.at(f.at).n
	}
	return f
}

// Journal returns a feed that also tells what writers can undo, from the first step
// on. The ops until v, and what the feed hands on, merged in that order, are the
// document as its writers left it.
func (d *Doc) Journal(v Version) *Feed {
	f := d.Feed(v)
	f.steps = true
	return f
}

// Append appends to dst, as frames for Merge, what has come since the call
// before, and returns dst as it is if nothing has. It runs in the time that
// takes, whatever came before.
func (f *Feed) Append(dst []byte) []byte {
	d := f.doc
	d.countNewest()
	if f.at == d.arrivals.n-1 && f.behind == nil && (!f.steps || f.step == d.stepped.n) {
		a := d.arrivals.at(f.at)
		if f.done == a.n {
			return dst
		}
		if d.newestOp(&f.op, d.newest, a.first.seq()+f.done) {
			f.done = a.n
			return appendOp(dst, &f.op)
		}
	}
	ops := f.ops[:0]
	if f.behind != nil {
		ops, f.behind = f.behind, nil
	}
	for f.at < d.arrivals.n {
		a := d.arrivals.at(f.at)
		if f.done < a.n {
			ops = d.ops(ops, d.logs[a.first.number()], a.first.seq()+f.done, a.first.seq()+a.n)
			f.done = a.n
		}
		if f.at == d.arrivals.n-1 {
			break
		}
		f.at, f.done = f.at+1, 0
	}
	for rest := ops; len(rest) > 0; {
		var n int
		dst, n = f.w.encode(dst, rest)
		rest = rest[n:]
	}
	if f.ops = ops[:0]; cap(ops) > keptOps {
		f.ops = nil
	}
	if f.steps {
		dst = d.appendNewSteps(dst, f.step)
		f.step = d.stepped.n
	}
	return dst
}

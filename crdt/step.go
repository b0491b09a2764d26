package crdt

import "encoding/binary"

// A frameSteps tells where the groups of edits begin that writers undo and redo,
// so that whoever goes on with a document can. To its end follow each other
//
//	8 bytes  a replica, little endian
//	uvarint  how many steps of its writer come before
//	uvarint  how many follow here, and for each
//	uvarint  how far its seq is from the step before * 4 + how it came about
//
// A group ends where the writer's next one begins; whether the newest takes further
// edits is not told, so who goes on calls EndGroup first.

// step is the beginning of a group: the seq of its first unit * 4 + how it came
// about.
type step uint64

// cause is how a group came about.
type cause uint8

const (
	editing cause = iota // an author's edits
	undoing              // what took the newest group back
	redoing              // what brought back the one that was undone last
)

func makeStep(how cause, seq uint64) step { return step(seq<<2 | uint64(how)) }

func (s step) how() cause { return cause(s & 3) }

func (s step) seq() uint64 { return uint64(s >> 2) }

// stepped is a step of the numbered log's writer, its at-th.
type stepped struct{ number, at uint32 }

// step begins a group at seq, which ends the one before.
func (w *Writer) step(how cause, seq uint64) {
	if len(w.steps) > 0 {
		w.newest().to = seq
	}
	group := interval{seq, w.log.next}
	w.open = how == editing
	switch how {
	case editing:
		w.done, w.undone = append(w.done, group), nil
	case undoing:
		w.done, w.undone = w.done[:len(w.done)-1], append(w.undone, group)
	case redoing:
		w.done, w.undone = append(w.done, group), w.undone[:len(w.undone)-1]
	}
	w.doc.stepped.add(stepped{w.log.number, uint32(len(w.steps))})
	w.steps = append(w.steps, makeStep(how, seq))
}

// newest returns the group that the last step began.
func (w *Writer) newest() *interval {
	if w.steps[len(w.steps)-1].how() == undoing {
		return &w.undone[len(w.undone)-1]
	}
	return &w.done[len(w.done)-1]
}

// appendSteps appends to payload the steps of w from the first-th on, n of them.
func (w *Writer) appendSteps(payload []byte, first, n int) []byte {
	payload = binary.LittleEndian.AppendUint64(payload, uint64(w.log.replica))
	payload = binary.AppendUvarint(payload, uint64(first))
	payload = binary.AppendUvarint(payload, uint64(n))
	before := uint64(0)
	if first > 0 {
		before = w.steps[first-1].seq()
	}
	for _, s := range w.steps[first : first+n] {
		payload = binary.AppendUvarint(payload, (s.seq()-before)<<2|uint64(s.how()))
		before = s.seq()
	}
	return payload
}

// maxSteps is how many steps of a writer are written in a row, which bounds a frame.
const maxSteps = 1 << 16

// stepFrames returns frames with all steps.
func (d *Doc) stepFrames() (frames [][]byte) {
	var payload []byte
	for _, l := range d.logs {
		for at := 0; l.writer != nil && at < len(l.writer.steps); at += maxSteps {
			payload = l.writer.appendSteps(payload, at, min(len(l.writer.steps)-at, maxSteps))
			if len(payload) >= frameSize {
				frames, payload = append(frames, appendFrame(nil, frameSteps, payload)), payload[:0]
			}
		}
	}
	if len(payload) > 0 {
		frames = append(frames, appendFrame(nil, frameSteps, payload))
	}
	return frames
}

// appendNewSteps appends a frame with the steps of all writers from the first-th
// on, unless there are none.
func (d *Doc) appendNewSteps(dst []byte, first int) []byte {
	var payload []byte
	for first < d.stepped.n {
		s := *d.stepped.at(first)
		n := 1
		for first++; first < d.stepped.n && d.stepped.at(first).number == s.number && n < maxSteps; first++ {
			n++
		}
		payload = d.logs[s.number].writer.appendSteps(payload, int(s.at), n)
		if len(payload) >= frameSize || first == d.stepped.n {
			dst, payload = appendFrame(dst, frameSteps, payload), payload[:0]
		}
	}
	return dst
}

// mergeSteps takes the steps of a frame in. It returns ErrCorrupt if it is none,
// and refuses steps that the ops before do not lead to, or that do not follow
// those that have come.
func (d *Doc) mergeSteps(payload []byte) error {
	for r := (reader{b: payload}); len(r.b) > 0; {
		l := d.known(ReplicaID(r.uint64()))
		at, n := r.uvarint(), r.count(1)
		if r.failed {
			return ErrCorrupt
		}
		if l == nil || l.replica == 0 || at > uint64(len(d.Writer(l.replica).steps)) {
			return ErrOp
		}
		if err := d.Writer(l.replica).merge(&r, int(at), n); err != nil {
			return err
		}
	}
	return nil
}

// merge reads n steps, of which the first is w's at-th.
func (w *Writer) merge(r *reader, at, n int) error {
	seq := uint64(0)
	if at > 0 {
		seq = w.steps[at-1].seq()
	}
	for range n {
		v := r.uvarint()
		if r.failed {
			return ErrCorrupt
		}
		how := cause(v & 3)
		seq += v >> 2
		if at++; at <= len(w.steps) {
			continue // it has come before
		}
		switch {
		case v>>2 > maxUnits, seq > w.log.next, len(w.steps) > 0 && seq < w.steps[len(w.steps)-1].seq(),
			how > redoing, how == undoing && len(w.done) == 0, how == redoing && len(w.undone) == 0:
			return ErrOp
		}
		w.step(how, seq)
	}
	return nil
}

package crdt

// Version is a version vector: how many units a replica of the document has of
// each other's, its own among them. Missing ones count as none.
type Version map[ReplicaID]uint64

// arrival is n consecutive units of a replica that came one after the other.
type arrival struct {
	first unit
	n     uint64
}

// Version returns what d has seen.
func (d *Doc) Version() Version {
	v := make(Version, len(d.logs))
	for _, l := range d.logs {
		if l.next > 0 {
			v[l.replica] = l.next
		}
	}
	return v
}

// Since returns what a replica at version v has not seen, in an order in which
// each op comes after those that it builds on. The ops share the document's
// memory and must not be changed.
func (d *Doc) Since(v Version) []Op {
	d.countNewest()
	missing := uint64(0)
	for _, l := range d.logs {
		missing += l.next - min(l.next, v[l.replica])
	}
	i := d.arrivals.n
	for ; missing > 0; i-- {
		from, to := d.unseen(v, d.arrivals.at(i-1))
		missing -= to - from
	}
	var ops []Op
	for ; i < d.arrivals.n; i++ {
		a := d.arrivals.at(i)
		if from, to := d.unseen(v, a); from < to {
			ops = d.ops(ops, d.logs[a.first.number()], from, to)
		}
	}
	return ops
}

// Until returns what a replica at version v has seen of d, which has seen all of v, in
// an order in which each op comes after those that it builds on. The ops share the
// document's memory and must not be changed.
func (d *Doc) Until(v Version) []Op {
	d.countNewest()
	var ops []Op
	for i := range d.arrivals.n {
		a := d.arrivals.at(i)
		l, from := d.logs[a.first.number()], a.first.seq()
		if to := min(from+a.n, v[l.replica]); from < to {
			ops = d.ops(ops, l, from, to)
		}
	}
	return ops
}

// unseen returns the seqs [from, to) of a that v does not hold.
func (d *Doc) unseen(v Version, a *arrival) (from, to uint64) {
	from = a.first.seq()
	to = from + a.n
	return min(max(from, v[d.logs[a.first.number()].replica]), to), to
}

// arrived notes that l's units from seq on have come. How many the newest arrival
// has is told by its log until another comes.
func (d *Doc) arrived(l *log, seq uint64) {
	if d.newest != l && l.next > seq {
		d.countNewest()
		d.arrivals.add(arrival{makeUnit(l.number, seq), 0})
		d.newest = l
	}
}

// countNewest counts the units of the newest arrival, if there is one.
func (d *Doc) countNewest() {
	if d.newest != nil {
		a := d.arrivals.last()
		a.n = d.newest.next - a.first.seq()
	}
}

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
	p := portion{given: make([]uint64, len(d.logs)), until: make([]uint64, len(d.logs))}
	missing := uint64(0)
	for i, l := range d.logs {
		p.given[i], p.until[i] = min(l.next, v[l.replica]), l.next
		missing += l.next - p.given[i]
	}
	i := d.arrivals.n
	for ; missing > 0; i-- {
		a := d.arrivals.at(i - 1)
		from, to := a.first.seq(), a.first.seq()+a.n
		missing -= to - min(max(from, p.given[a.first.number()]), to)
	}
	return d.ordered(i, p)
}

// Until returns what a replica at version v has seen of d, which has seen all of v, in
// an order in which each op comes after those that it builds on. The ops share the
// document's memory and must not be changed.
func (d *Doc) Until(v Version) []Op {
	d.countNewest()
	p := portion{given: make([]uint64, len(d.logs)), until: make([]uint64, len(d.logs))}
	for i, l := range d.logs {
		p.until[i] = min(l.next, v[l.replica])
	}
	return d.ordered(0, p)
}

// portion is a part of each log, by its number: what was given already, and until
// which seq there is to give.
type portion struct{ given, until []uint64 }

// ordered returns the ops of p, of which none is in an arrival before the i-th. They
// come in the order of arrivals, but that what a replica typed on is one op, however
// others typed in between: a byte so typed builds on nothing but the one before.
func (d *Doc) ordered(i int, p portion) (ops []Op) {
	for ; i < d.arrivals.n; i++ {
		a := d.arrivals.at(i)
		number := a.first.number()
		from, to := max(a.first.seq(), p.given[number]), min(a.first.seq()+a.n, p.until[number])
		if from >= to {
			continue
		}
		l := d.logs[number]
		if r := l.find(to - 1); l.rows.at(r).kind().inserts() {
			to = min(l.end(r), p.until[number])
		}
		ops = d.ops(ops, l, from, to)
		p.given[number] = to
	}
	return ops
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

package crdt

// run is bytes that one replica inserted in a row, at addresses in a row: each
// after the first is the right child of the one before it, with the run's right
// origin. That is what typing or a paste makes.
type run struct {
	at          id // the first byte
	left, right id // its origins
	number      uint32
	leftChild   bool // it hangs in the tree as a left child of right
}

// runs are the runs of all replicas in the order in which they came. They lie in
// chunks, so that a long list need not be moved to grow. Only the first grows.
type runs struct {
	chunks [][]run
	n      int
}

const runChunk = 256

func (r *runs) at(i uint32) *run { return &r.chunks[i/runChunk][i%runChunk] }

func (r *runs) add(x run) (i uint32) {
	if r.n%runChunk == 0 {
		var chunk []run
		if r.n > 0 {
			chunk = make([]run, 0, runChunk)
		}
		r.chunks = append(r.chunks, chunk)
	}
	last := &r.chunks[len(r.chunks)-1]
	*last = append(*last, x)
	r.n++
	return uint32(r.n - 1)
}

package crdt

// list is a list that grows without being moved, however long it is: a longer one
// would hold up the edit that makes it grow. Only its first chunk grows, as most
// lists are short.
type list[T any] struct {
	chunks [][]T
	n      int
}

const listChunk = 256

func (l *list[T]) at(i int) *T { return &l.chunks[i/listChunk][i%listChunk] }

// last returns the last element, of which there must be one.
func (l *list[T]) last() *T { return l.at(l.n - 1) }

func (l *list[T]) add(x T) {
	if l.n%listChunk == 0 {
		var chunk []T
		if l.n > 0 {
			chunk = make([]T, 0, listChunk)
		}
		l.chunks = append(l.chunks, chunk)
	}
	last := &l.chunks[len(l.chunks)-1]
	*last = append(*last, x)
	l.n++
}

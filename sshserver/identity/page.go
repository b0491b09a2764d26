package identity

import (
	"errors"
	"sync"
)

// pageSize is enough for a seed, and the smallest that systems lock.
const pageSize = 4096

var errClosed = errors.New("the key is closed")

// page is memory for a secret: not swapped, not in core dumps and gone in child
// processes where the system can do that, ordinary memory elsewhere.
//
// Its lock is here, where connections meet: a handshake may sign while the
// session ends.
type page struct {
	mu    sync.Mutex // guards the following
	bytes []byte     // nil once freed
}

// read copies the beginning of the page, and reports false if it was freed.
func (p *page) read(to []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return copy(to, p.bytes) == len(to)
}

// free overwrites the page and gives it back.
func (p *page) free() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bytes == nil {
		return
	}
	clear(p.bytes)
	release(p.bytes)
	p.bytes = nil
}

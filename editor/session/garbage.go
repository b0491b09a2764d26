package session

import "runtime/debug"

const (
	// leastGarbage and spareGarbage are how many bytes of garbage come together before
	// it is collected: in a small session, and in a large one beside its text. By itself
	// Go lets there be as much as there is data: so little in a session of two that one
	// key of a hundred waits for the collector, and so much beside a large file that
	// nobody has room for it.
	leastGarbage = 24 << 20
	spareGarbage = 64 << 20

	// baseData and personData are about how much there is without files, for the
	// session and for each who is in.
	baseData   = 4 << 20
	personData = 300 << 10
)

// loadedLocked notes that n bytes of a file were loaded.
func (s *Session) loadedLocked(n int) {
	s.loaded += n
	s.boundGarbageLocked()
}

// boundGarbageLocked has the collector run as often as fits what there is. To look
// through large texts is no dearer: they hold no pointers.
func (s *Session) boundGarbageLocked() {
	data := baseData + s.loaded + personData*len(s.people)
	debug.SetGCPercent(max(int(100*int64(min(max(data, leastGarbage), spareGarbage))/int64(data)), 1))
}

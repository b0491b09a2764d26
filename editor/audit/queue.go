package audit

import (
	"sync"
	"time"
)

const (
	// maxWaiting is how many events wait to be written. A disk that hangs for a
	// moment is bridged; one that hangs for longer costs no memory.
	maxWaiting = 4096
	// burst is how many events of one kind one guest, or all strangers together, may
	// cause at once before they are only counted; perMinute is what they may cause
	// then. Who makes noise shall not push out of the file what was written before.
	burst     = 100
	perMinute = 30
	// maxMeters is how many are told apart in that; the rest share one.
	maxMeters = 1024
	// settled is after how long without another one what was counted is written.
	settled = 10 * time.Second
)

// Log takes what happens, from any goroutine and under any lock, and hands it to the
// one goroutine that writes it: woken by a channel that carries nothing, that pulls
// all there is. The zero Log is not ready; a nil *Log takes nothing.
//
// Its mutex is the last to be taken: nothing is called while it is held.
type Log struct {
	wake chan struct{}

	mu      sync.Mutex // guards the following
	waiting []Event
	lost    int // events that there was no room for, since the last pull
	meters  map[meterKey]*meter
}

// NewLog returns an empty log.
func NewLog() *Log {
	return &Log{wake: make(chan struct{}, 1), meters: map[meterKey]*meter{}}
}

// meterKey is what events are metered by: the kind, and who caused it by their name,
// "" for strangers, who have none that counts.
type meterKey struct {
	kind Kind
	who  string
}

// meter lets events through as long as there are not too many of them.
type meter struct {
	left    float64 // events that may pass at once
	at      time.Time
	counted *Event // the newest that did not pass, with for how many it stands
}

// Note takes an event, at the present time. It never waits.
func (l *Log) Note(e Event) {
	if l == nil {
		return
	}
	e.Time = time.Now().UTC().Round(0)
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.Kind.canBeForced() && !l.passesLocked(&e) {
		return
	}
	l.addLocked(e)
}

// canBeForced reports whether guests or strangers can cause events of the kind at will.
func (k Kind) canBeForced() bool {
	switch k {
	case Began, Ended, Admitted, Role, Removed, Blocked, Unblocked, Locked, Unlocked, Frozen, Thawed,
		Invited, Withdrawn, Shared, Unshared, Kept, Forgotten, Listed, Policy, Granted, Revoked, Withheld, Lost:
		return false
	}
	return true
}

func (l *Log) addLocked(e Event) {
	if len(l.waiting) >= maxWaiting {
		l.lost += max(e.Times, 1)
		return
	}
	l.waiting = append(l.waiting, e)
	l.wakeLocked()
}

func (l *Log) wakeLocked() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// passesLocked reports whether e may be written; if not it is counted. What was
// counted before goes with the next that passes.
func (l *Log) passesLocked(e *Event) bool {
	key := meterKey{e.Kind, e.Who}
	if e.Kind == Refused || e.Kind == Knocked {
		key.who = ""
	}
	m := l.meters[key]
	if m == nil {
		if len(l.meters) >= maxMeters {
			key.who = ""
		}
		if m = l.meters[key]; m == nil {
			m = &meter{left: burst, at: e.Time}
			l.meters[key] = m
		}
	}
	m.left = min(burst, m.left+e.Time.Sub(m.at).Minutes()*perMinute)
	m.at = e.Time
	if m.left < 1 {
		times := 1
		if m.counted != nil {
			times += m.counted.Times
		}
		m.counted = e
		m.counted.Times = times
		return false
	}
	m.left--
	if m.counted != nil {
		l.addLocked(*m.counted)
		m.counted = nil
	}
	return true
}

// pull returns what waits to be written, what was counted and has settled, and how
// much was lost. The last pull has all that was counted.
func (l *Log) pull(last bool) []Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	events := l.waiting
	l.waiting = nil
	if l.lost > 0 {
		events = append(events, Event{Time: time.Now().UTC().Round(0), Kind: Lost, Times: l.lost})
		l.lost = 0
	}
	for key, m := range l.meters {
		quiet := time.Since(m.at) > settled
		if m.counted != nil && (quiet || last) {
			events = append(events, *m.counted)
			m.counted = nil
		}
		if quiet && time.Since(m.at).Minutes()*perMinute > burst {
			delete(l.meters, key) // as good as a new one
		}
	}
	return events
}

// giveUp counts events that could not be written.
func (l *Log) giveUp(events []Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range events {
		l.lost += max(e.Times, 1)
	}
}

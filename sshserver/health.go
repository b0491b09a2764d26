package sshserver

import (
	"time"

	"tshare/editor/session"
	"tshare/sshserver/control"
	"tshare/tui/painter"
)

// stuckAfter is from when on a terminal is told to be stuck: less is a slow line.
const stuckAfter = time.Second

// Health returns the session as it is now, with all that tells how it fares.
func (s *Server) Health() control.Health {
	h := control.Health{
		Status: s.Status(), Version: s.config.Version,
		Documents: []control.Document{}, People: []control.Person{}, // [] rather than null
		Latency: latencyOf(s.latency.Read()),
		Process: processNow(),
	}
	for _, d := range s.session.Status() {
		h.Documents = append(h.Documents, documentOf(d))
	}
	gauges := s.gauges()
	roster := s.session.Roster()
	for _, p := range roster.People {
		one := personOf(p)
		if g := gauges[p.ID]; g != nil && p.State == session.In {
			one.Screen = screenOf(g.Read())
		}
		h.People = append(h.People, one)
	}
	for _, k := range roster.Knocks {
		h.People = append(h.People, knocker(k))
	}
	return h
}

// watch keeps the gauge of p's screen for Health until unwatch is called.
func (s *Server) watch(p *session.Participant, g *painter.Gauge) (unwatch func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.screens[p] = g
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.screens, p)
	}
}

// gauges returns the gauges of the screens whose stays go on. A person has one.
func (s *Server) gauges() map[session.ParticipantID]*painter.Gauge {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := make(map[session.ParticipantID]*painter.Gauge, len(s.screens))
	for p, g := range s.screens {
		select {
		case <-p.Done():
		default:
			found[p.ID()] = g
		}
	}
	return found
}

var diskWords = map[session.Disk]string{
	session.InStep: "in step", session.NotYet: "not yet", session.Differs: "differs", session.Gone: "gone",
}

func documentOf(d session.DocStatus) control.Document {
	doc := control.Document{
		Path: d.Path, Bytes: d.Bytes, Lines: d.Lines, Unsaved: d.Unsaved,
		Disk: diskWords[d.Disk], ReadOnly: d.ReadOnly, OpenBy: append([]string{}, d.Open...),
	}
	if d.Unsaved {
		doc.UnsavedSince = &d.UnsavedSince
	}
	if d.Journal != (session.JournalStatus{}) {
		doc.Journal = &control.Journal{LagMS: milliseconds(d.Journal.Lag), Bytes: d.Journal.Bytes, Trouble: d.Journal.Trouble}
	}
	return doc
}

func screenOf(r painter.Reading) *control.Screen {
	s := &control.Screen{Drawn: r.Drawn, Dropped: r.Dropped}
	if !r.LastKey.IsZero() {
		s.LastKey = &r.LastKey
	}
	if r.Stuck >= stuckAfter {
		s.StuckSeconds = r.Stuck.Seconds()
	}
	return s
}

func latencyOf(r painter.Latencies) control.Latency {
	l := control.Latency{
		Keys: r.Keys, Max: milliseconds(r.Max), Buckets: []control.Bucket{},
		P50: milliseconds(r.Quantile(0.5)), P90: milliseconds(r.Quantile(0.9)), P99: milliseconds(r.Quantile(0.99)),
	}
	for _, b := range r.Buckets {
		l.Buckets = append(l.Buckets, control.Bucket{BelowMS: milliseconds(b.Below), Keys: b.Keys})
	}
	return l
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

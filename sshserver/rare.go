package sshserver

import "time"

// rareEvery is the least time between two lines of the log that strangers can
// cause at will.
const rareEvery = 10 * time.Second

// rare thins out a line of the log. Its owner guards it.
type rare struct {
	next   time.Time
	missed int // lines since the last one
}

// take reports whether the line is due at now, and for how many it stands.
func (r *rare) take(now time.Time) (times int, due bool) {
	r.missed++
	if now.Before(r.next) {
		return 0, false
	}
	times = r.missed
	r.next, r.missed = now.Add(rareEvery), 0
	return times, true
}

// note logs a line that strangers can cause, unless it was logged just now.
func (s *Server) note(r *rare, message string, attributes ...any) {
	s.mu.Lock()
	times, due := r.take(time.Now())
	s.mu.Unlock()
	if due {
		s.log.Info(message, append(attributes, "times", times)...)
	}
}

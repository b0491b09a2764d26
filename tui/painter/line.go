package painter

import "time"

// How much may be under way to the terminal, unconfirmed, when a frame is begun, in
// bytes. On a line that is slower than the screen that is all that a person sees late;
// without it that is the SSH window, 2 MiB of the past.
const (
	firstWindow = 8 << 10
	leastWindow = 1 << 10
	mostWindow  = 64 << 10
)

const (
	// longQueue is for how long what was written may wait in the line; shortQueue is
	// as good as none.
	longQueue  = 25 * time.Millisecond
	shortQueue = 10 * time.Millisecond

	// fast is how many bytes a second a line takes that needs no pace.
	fast = 4 << 20
)

// line is what is known of the way to a terminal. It is what TCP Vegas (Brakmo,
// O'Malley and Peterson, 1994) knows of a path: the shortest round trip is one
// without a queue, and what a longer one adds is the queue that we made.
type line struct {
	window int64         // bytes
	rate   float64       // bytes a second that it takes; 0 while it takes all
	least  time.Duration // the shortest round trip so far
	last   answer
}

// answer is the end of a round trip.
type answer struct {
	asked, came time.Time
	mark        int64 // how many bytes were written when it was asked
	under       int64 // and how many of them were unconfirmed
	short       bool  // a frame has waited for it
}

// learn takes in an answer.
func (l *line) learn(a answer) {
	trip := a.came.Sub(a.asked)
	if l.least == 0 || trip < l.least {
		l.least = trip
	}
	switch queue := trip - l.least; {
	case queue > longQueue:
		l.rate = l.measure(a, queue)
		l.window = int64(l.rate * (l.least + longQueue).Seconds())
	case queue < shortQueue && a.short:
		l.rate *= 1.1
		l.window += l.window / 4
	case queue < shortQueue:
		l.rate *= 1.1
	}
	if l.rate > fast {
		l.rate = 0
	}
	l.window = min(max(l.window, leastWindow), mostWindow)
	l.last = a
}

// measure returns how many bytes a second the line took of late, as it was full: those
// between two answers, or where it had been empty in between, those that waited.
func (l *line) measure(a answer, queue time.Duration) float64 {
	if gap := a.asked.Sub(l.last.came); gap < shortQueue && a.mark > l.last.mark {
		return float64(a.mark-l.last.mark) / a.came.Sub(l.last.came).Seconds()
	}
	return float64(a.under) / queue.Seconds()
}

// takes returns how long the line needs for n bytes.
func (l *line) takes(n int) time.Duration {
	if l.rate <= 0 {
		return 0
	}
	return time.Duration(float64(n) / l.rate * float64(time.Second))
}

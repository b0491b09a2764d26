//go:build linux

package terminal

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ErrInVain is the error of waiting for what does not come.
var ErrInVain = errors.New("waited in vain")

// condition is what a script waits for:
//
//	text:REGEXP       a row matches
//	notext:REGEXP     none does
//	joined:REGEXP     the rows, joined, match
//	silent:MS         nothing was written for so long
//	file:PATH         the file is there
//	ended:            the program has ended
type condition struct {
	kind, value string
	pattern     *regexp.Regexp
	silence     time.Duration
}

func parseCondition(text string) (condition, error) {
	kind, value, ok := strings.Cut(text, ":")
	c := condition{kind: kind, value: value}
	var err error
	switch {
	case !ok:
		err = errors.New("want KIND:VALUE")
	case kind == "text" || kind == "notext" || kind == "joined":
		c.pattern, err = regexp.Compile("(?m)" + value)
	case kind == "silent":
		var ms int
		ms, err = strconv.Atoi(value)
		c.silence = time.Duration(ms) * time.Millisecond
	case kind != "file" && kind != "ended":
		err = errors.New("there is no such kind")
	}
	if err != nil {
		return c, fmt.Errorf("condition %q: %w", text, err)
	}
	return c, nil
}

// CheckCondition returns an error if text is no condition.
func CheckCondition(text string) error {
	_, err := parseCondition(text)
	return err
}

// ofScreen reports whether only a write of the program can make c hold.
func (c condition) ofScreen() bool { return c.pattern != nil }

func (c condition) holds(p *Program, begin time.Time) bool {
	switch c.kind {
	case "text":
		return c.pattern.MatchString(p.Screen.Text())
	case "notext":
		return !c.pattern.MatchString(p.Screen.Text())
	case "joined":
		return c.pattern.MatchString(p.Screen.Joined())
	case "silent":
		return p.silentSince(begin) >= c.silence
	case "file":
		_, err := os.Stat(c.value)
		return err == nil
	}
	return p.ended
}

// Await reads until the condition holds of p, and returns the time of the read that
// made it hold. Its error is ErrInVain, with the screen, if the limit is over.
func (l *Loop) Await(p *Program, text string, limit time.Duration) (time.Time, error) {
	c, err := parseCondition(text)
	if err != nil {
		return time.Time{}, err
	}
	begin, looked := time.Now(), int64(-1)
	var at time.Time
	l.Until(limit, func() bool {
		if c.ofScreen() && !p.ended && (!p.Screen.Settled() || p.Written == looked) {
			return false
		}
		looked = p.Written
		if !c.holds(p, begin) {
			return p.ended
		}
		if at = time.Now(); c.ofScreen() && p.lastly.After(begin) {
			at = p.lastly
		}
		return true
	})
	if !at.IsZero() {
		return at, nil
	}
	why := fmt.Sprintf("for %.1f s", time.Since(begin).Seconds())
	if p.ended {
		why = "until the program ended"
	}
	return at, fmt.Errorf("%s: %w %s for %s; its screen:\n%s", p.Name, ErrInVain, why, text, strings.TrimRight(p.Screen.Text(), "\n "))
}

// Step is an act of a script: keys, then a wait.
type Step struct {
	Keys   string `json:"keys,omitempty"`
	Wait   string `json:"wait,omitempty"`    // a condition
	WaitMS int    `json:"wait_ms,omitempty"` // where no screen tells
}

// Play plays a script. Each wait may last as long as limit.
func (l *Loop) Play(p *Program, script []Step, limit time.Duration) error {
	for _, s := range script {
		p.Type(Keys(s.Keys))
		l.For(time.Duration(s.WaitMS) * time.Millisecond)
		if s.Wait == "" {
			continue
		}
		if _, err := l.Await(p, s.Wait, limit); err != nil {
			return err
		}
	}
	return nil
}

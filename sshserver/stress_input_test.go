package sshserver

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// T-30: floods of what terminals send, or claim to, from a guest who is in.
func TestFloodsOfInputCostLittleAndHoldNobodyUp(t *testing.T) {
	long := sized(400*time.Millisecond, 10*time.Second)
	for _, tt := range []struct{ name, begin, text string }{
		{"an endless paste", "\x1b[200~", strings.Repeat("x", 32<<10)},
		{"an unterminated OSC", "\x1b]52;c;", strings.Repeat("QUFB", 8<<10)},
		{"an unterminated DCS", "\x1bP1+r", strings.Repeat("00", 16<<10)},
		{"an endless CSI", "\x1b[", strings.Repeat("1;", 16<<10)},
		{"parameters beyond any parser's", "", strings.Repeat(tooManyParameters, 400)},
		{"keys", "", strings.Repeat("x", 32<<10)},
		{"Escape", "", strings.Repeat("\x1b", 32<<10)},
		{"a mouse that moves", "", strings.Repeat("\x1b[<35;10;10M\x1b[<35;11;11M", 1<<10)},
		{"undo and redo", "x", strings.Repeat("\x1a\x19", 16<<10)},
		{"one small paste after another", "", strings.Repeat("\x1b[200~x\x1b[201~", 2<<10)},
		{"what is not UTF-8", "", strings.Repeat("\xff\xc3\xe2\x82", 8<<10)},
		{"forged answers of a terminal", "", strings.Repeat("\x1b[?2026;1$y\x1b[?1u\x1b[?62;4c", 1<<10)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := appRig(t)
			mallory := r.intrude("mallory")
			c := r.under(func() { mallory.flood(tt.begin, tt.text, long) })
			r.holds(c, "T-30: flood of "+tt.name, insider, "slowed")
			r.until("mallory is gone", func() bool { return r.in("mallory") == nil })
		})
	}
}

// tooManyParameters are bytes that parsers of terminals' sequences have crashed on.
var tooManyParameters = "\x1b[" + strings.Repeat("1;", 33) + "m"

// T-21: windows of no size and of all sizes that can be claimed, at first and later, and
// a thousand changes a second among them.
func TestWindowsOfAnySizeCostLittle(t *testing.T) {
	const mostMemory = 100 << 20
	sizes := []uint32{0, 1, 65_535, 4_294_967_295}
	r := appRig(t)
	mallory := r.intrude("mallory")
	changes := 0
	c := r.under(func() {
		others := r.screens()
		for _, first := range sizes {
			ch := mallory.open(r, first, first)
			every := time.NewTicker(time.Millisecond)
			for end := time.Now().Add(sized(300*time.Millisecond, 8*time.Second)); time.Now().Before(end); changes++ {
				<-every.C
				size := sizes[changes%len(sizes)]
				if _, err := ch.SendRequest("window-change", false, sizeRequest(size, size)); err != nil {
					t.Errorf("after %d changes: %v", changes, err)
					return
				}
			}
			every.Stop()
			if ok, err := ch.SendRequest("window-change", true, sizeRequest(80, 24)); !ok || err != nil {
				t.Errorf("the last of %d changes: %v, %v", changes, ok, err)
			}
			ch.Close()
			r.until("the screen is closed", func() bool { return r.screens() == others })
		}
	})
	r.holds(c, "T-21: windows of up to 4294967295², 1000 changes a second", insider, fmt.Sprintf("%d changes taken", changes))
	if c.most > mostMemory*slowness {
		t.Errorf("the process had %d MiB, want %d at most", c.most>>20, mostMemory>>20)
	}
}

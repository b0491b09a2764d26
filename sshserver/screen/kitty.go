package screen

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode"
)

// Modifiers as the kitty keyboard protocol numbers them.
const (
	shiftBit, altBit, ctrlBit = 1, 2, 4
	lockBits                  = 64 | 128 // Caps Lock, Num Lock
)

// private is from where that protocol numbers the keys that type nothing.
const private = 57344

// familiar returns a key of the kitty keyboard protocol, CSI code:shifted:base;
// modifiers;text u, as what a terminal without it would send for the same fingers,
// where both can be told from each other but mean the same: commands then need to
// know one name of a key. Other sequences are returned as they are.
//
// See https://sw.kovidgoyal.net/kitty/keyboard-protocol/
func familiar(seq []byte) []byte {
	params, isCSI := bytes.CutPrefix(seq, []byte("\x1b["))
	params, isKitty := bytes.CutSuffix(params, []byte("u"))
	if !isCSI || !isKitty || !numbers(params) {
		return seq
	}
	key, rest, _ := bytes.Cut(params, []byte(";"))
	state, text, _ := bytes.Cut(rest, []byte(";"))
	held, event, _ := bytes.Cut(state, []byte(":"))
	k := chord{held: max(number(held)-1, 0)}
	for i, code := range bytes.SplitN(key, []byte(":"), 3) {
		k.codes[i] = number(code)
	}
	k.translate()
	k.simplify()
	b := fmt.Appendf(nil, "\x1b[%d;%d", k.codes[0], k.held+1)
	if len(event) > 0 {
		b = append(append(b, ':'), event...)
	}
	if len(text) > 0 {
		b = append(append(b, ';'), text...)
	}
	return append(b, 'u')
}

// chord is a key with what is held down.
type chord struct {
	codes [3]int // what it types, what it types with Shift, what a US keyboard has there; 0 if not told
	held  int
}

// translate finds what the key is called. On its own layout: on a French keyboard
// Alt+. is the sign that Shift makes, and Ctrl+A is where others have Q. But a key
// of another alphabet is called what a US keyboard has in its place.
func (k *chord) translate() {
	code, shifted, base := k.codes[0], k.codes[1], k.codes[2]
	switch {
	case k.held&shiftBit != 0 && shifted != 0 && rune(shifted) != unicode.ToUpper(rune(code)):
		k.codes[0], k.held = shifted, k.held&^shiftBit
	case k.held&^(shiftBit|lockBits) == 0: // it types what it is
	case code > unicode.MaxASCII && code < private:
		if base == 0 {
			base = int(latin(rune(code)))
		}
		if base != 0 {
			k.codes[0] = base
		}
	}
}

// simplify gives keys that were one before their common name again, if the other
// is of no use: many hold Shift down for longer than they need.
func (k *chord) simplify() {
	switch held := k.held &^ lockBits; {
	case held == ctrlBit && k.codes[0] == '[':
		k.codes[0], k.held = '\x1b', 0
	case held == ctrlBit && k.codes[0] == 'i':
		k.codes[0], k.held = '\t', 0
	case held&^shiftBit == ctrlBit && (k.codes[0] == 'm' || k.codes[0] == '\r'):
		k.codes[0], k.held = '\r', 0
	case held == shiftBit && (k.codes[0] == '\x7f' || k.codes[0] == '\x1b' || k.codes[0] == ' '):
		k.held = 0
	}
}

// number returns the number that b is; 0 if it is none.
func number(b []byte) int {
	n, err := strconv.Atoi(string(b))
	if err != nil {
		return 0
	}
	return n
}

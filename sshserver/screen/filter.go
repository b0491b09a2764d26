package screen

import (
	"bytes"
	"time"
	"unicode/utf8"
)

const (
	// maxSequence is how long a key's sequence may be, in bytes, and maxParams
	// how many parameters it may have; the longest that terminals send have 24
	// and six, and an answer 50 and 17. Parsers behind us have crashed on 33.
	maxSequence, maxParams, maxDigits = 64, 20, 7

	// MaxPaste is how much of one paste is kept, in bytes.
	MaxPaste = 1 << 20

	// keyPatience is how long a lone Esc may still become a sequence.
	keyPatience = 50 * time.Millisecond

	// pastePatience is how long a paste may pause. What comes after a lost end
	// would be lost as well; what was pasted must never be taken for typing.
	pastePatience = 10 * time.Second
)

const esc = 0x1b

// state is where in a sequence the filter is.
type state int

const (
	ground    state = iota
	character       // in a UTF-8 sequence
	escape          // after ESC, or two
	ss3             // after ESC O
	csi             // after ESC [
	linuxKey        // after ESC [ [
	overlong        // in a CSI that is dropped
	x10             // in a mouse report of old, which is dropped
	str             // in an OSC, DCS, APC, PM or SOS, which is dropped
	strEscape       // after an ESC there
	pasting         // between CSI 200 ~ and CSI 201 ~
)

// filter cuts a terminal's bytes into the sequences of single keys, clicks,
// pastes, and answers to what painters ask. It lets through what terminals send
// for these and drops all else; it
// holds maxSequence bytes and one paste at most, whatever comes.
type filter struct {
	key   func(seq []byte)               // one whole sequence or character
	paste func(text string, dropped int) // one whole paste

	state state
	seq   []byte
	need  int // bytes that are still missing

	text    []byte // of the paste
	dropped int

	typed, pasted int // bytes since count
}

// write takes what came.
func (f *filter) write(b []byte) {
	for len(b) > 0 {
		if f.state == pasting {
			n := len(b)
			b = f.inPaste(b)
			f.pasted += n - len(b)
			continue
		}
		f.typed++
		f.step(b[0])
		b = b[1:]
	}
}

// count returns how many bytes were typed and pasted since it was last asked.
func (f *filter) count() (typed, pasted int) {
	typed, pasted = f.typed, f.pasted
	f.typed, f.pasted = 0, 0
	return typed, pasted
}

// patience returns after how much silence quiet is to be called; 0 for never.
func (f *filter) patience() time.Duration {
	switch f.state {
	case ground, character:
		return 0
	case csi:
		if !f.whole() {
			return 0 // no person types this: the rest is on its way
		}
	case pasting:
		return pastePatience
	}
	return keyPatience
}

// quiet says that nothing came for a while: what could be the begin of
// something longer is a key by itself, or nothing.
func (f *filter) quiet() {
	switch f.state {
	case pasting:
		f.endPaste()
	case escape:
		f.escapes()
	case csi:
		if f.whole() {
			f.key(f.seq)
		}
	case ss3: // Alt with O
		f.key(f.seq)
	case str:
		if len(f.seq) == 2 { // Alt with ], P, X, ^ or _
			f.key(f.seq)
		}
	}
	f.reset(ground)
}

// whole tells whether what came of a CSI is a key: Alt with [, or a shifted key of
// rxvt, whose sequence ends in $.
func (f *filter) whole() bool {
	params := f.params()
	number, ok := bytes.CutSuffix(params, []byte("$"))
	return len(params) == 0 || ok && numbers(number)
}

// params returns what came of a CSI after its [.
func (f *filter) params() []byte { return f.seq[bytes.IndexByte(f.seq, '[')+1:] }

func (f *filter) reset(s state) { f.state, f.seq = s, f.seq[:0] }

// escapes passes the Escs that stand for themselves.
func (f *filter) escapes() {
	for range f.seq {
		f.key([]byte{esc})
	}
}

// step takes one byte that is not in a paste.
func (f *filter) step(c byte) {
	if c == esc && f.state != ground && f.state != escape && f.state != str {
		f.reset(ground) // whatever it was, it was cut short
	}
	switch f.state {
	case ground:
		f.begin(c)
	case character:
		f.continueCharacter(c)
	case escape:
		f.afterEscape(c)
	case ss3:
		f.inSS3(c)
	case csi, overlong:
		f.inCSI(c)
	case linuxKey: // F1 to F5, otherwise than everywhere else
		f.reset(ground)
		if c >= 'A' && c <= 'E' {
			f.key([]byte{esc, '[', '1', '1' + c - 'A', '~'})
		}
	case x10:
		if f.need--; c < ' ' {
			f.reset(ground)
			f.begin(c)
		} else if f.need == 0 {
			f.reset(ground)
		}
	case str:
		f.inString(c)
	case strEscape:
		f.reset(escape)
		f.seq = append(f.seq, esc)
		if c == '\\' { // the string's end
			f.reset(ground)
		} else {
			f.afterEscape(c)
		}
	}
}

// begin takes the first byte of a key.
func (f *filter) begin(c byte) {
	switch {
	case c == esc:
		f.reset(escape)
		f.seq = append(f.seq, c)
	case c < utf8.RuneSelf:
		f.key([]byte{c})
	default:
		f.beginCharacter(c)
	}
}

// beginCharacter takes the first byte of a longer character; Esc may precede it.
func (f *filter) beginCharacter(c byte) {
	switch {
	case c >= 0xc2 && c <= 0xdf:
		f.need = 1
	case c >= 0xe0 && c <= 0xef:
		f.need = 2
	case c >= 0xf0 && c <= 0xf4:
		f.need = 3
	default: // not UTF-8; a control of eight bits is not obeyed either
		f.reset(ground)
		return
	}
	f.state = character
	f.seq = append(f.seq, c)
}

func (f *filter) continueCharacter(c byte) {
	if c&0xc0 != 0x80 {
		f.reset(ground)
		f.begin(c)
		return
	}
	f.seq = append(f.seq, c)
	if f.need--; f.need > 0 {
		return
	}
	r, n := utf8.DecodeRune(bytes.TrimLeft(f.seq, "\x1b"))
	if n > 1 && r >= 0xa0 {
		f.key(f.seq)
	}
	f.reset(ground)
}

func (f *filter) afterEscape(c byte) {
	switch {
	case c == '[':
		f.state, f.seq = csi, append(f.seq, c)
	case c == 'O':
		f.state, f.seq = ss3, append(f.seq, c)
	case c == esc && len(f.seq) == 1: // Alt before a key that is a sequence
		f.seq = append(f.seq, c)
	case c == esc:
		f.key([]byte{esc})
	case len(f.seq) == 2: // two Escs are one, and one that belongs to c
		f.key([]byte{esc})
		f.seq = f.seq[:1]
		f.afterEscape(c)
	case c == ']', c == 'P', c == '_', c == '^', c == 'X':
		f.state, f.seq = str, append(f.seq, c)
	case c < utf8.RuneSelf:
		f.key(append(f.seq, c))
		f.reset(ground)
	default:
		f.beginCharacter(c)
	}
}

// inSS3 takes a modifier's digits and the key's letter.
func (f *filter) inSS3(c byte) {
	switch {
	case c >= '0' && c <= '9' && len(f.seq) < 6:
		f.seq = append(f.seq, c)
	case c > ' ' && c < 0x7f:
		f.key(append(f.seq, c))
		f.reset(ground)
	default:
		f.reset(ground)
		f.begin(c)
	}
}

func (f *filter) inCSI(c byte) {
	switch {
	case c < ' ' || c >= 0x7f: // no sequence has these
		f.reset(ground)
		f.begin(c)
	case c < '@':
		if f.seq = append(f.seq, c); len(f.seq) >= maxSequence {
			f.reset(overlong)
		}
	case f.state == overlong:
		f.reset(ground)
	case c == '[' && f.seq[len(f.seq)-1] == '[':
		f.reset(linuxKey)
	default:
		f.endCSI(c)
	}
}

// endCSI takes the last byte of a CSI.
func (f *filter) endCSI(c byte) {
	params := f.params()
	switch {
	case c == 'M' && len(params) == 0:
		f.reset(x10)
		f.need = 3
		return
	case c == '~' && string(params) == "200":
		f.reset(pasting)
		return
	case c == '~' && string(params) == "201": // the end of nothing
	case isKey(params, c), isMouse(params, c), isAnswer(params, c):
		f.key(append(f.seq, c))
	}
	f.reset(ground)
}

// isKey tells whether terminals send CSI params final for a key.
func isKey(params []byte, final byte) bool {
	if !numbers(params) {
		return false
	}
	switch final {
	case 'A', 'B', 'C', 'D', 'E', 'F', 'H', 'P', 'Q', 'S', 'Z', 'a', 'b', 'c', 'd':
		return true
	case 'R': // F3; anything else that ends so is a place of the cursor
		return len(params) == 0 || bytes.HasPrefix(params, []byte("1;"))
	case '~', '^', '@', 'u':
		return len(params) > 0
	}
	return false
}

// isMouse tells whether CSI params final is a click in the decimal coding.
func isMouse(params []byte, final byte) bool {
	rest, ok := bytes.CutPrefix(params, []byte("<"))
	return ok && (final == 'M' || final == 'm') && numbers(rest) && bytes.Count(rest, []byte(";")) == 2
}

// isAnswer tells whether CSI params final is what terminals answer to a painter's
// questions: the state of a mode (DECRPM), the kitty keyboard protocol's flags,
// primary device attributes.
func isAnswer(params []byte, final byte) bool {
	told, ok := bytes.CutPrefix(params, []byte("?"))
	if !ok || len(told) == 0 || bytes.ContainsRune(told, ':') {
		return false
	}
	switch final {
	case 'y':
		mode, state, _ := bytes.Cut(told, []byte(";"))
		return len(mode) > 0 && numbers(mode) && len(state) == 2 && state[0] >= '0' && state[0] <= '4' && state[1] == '$'
	case 'u':
		return numbers(told) && !bytes.ContainsRune(told, ';')
	case 'c':
		return numbers(told)
	}
	return false
}

// numbers tells whether b is a list of at most maxParams numbers of at most
// maxDigits digits.
func numbers(b []byte) bool {
	params, digits := 1, 0
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == ';', c == ':':
			params, digits = params+1, 0
		default:
			return false
		}
		if params > maxParams || digits > maxDigits {
			return false
		}
	}
	return true
}

// inString drops a string up to its end, or to what no string has.
func (f *filter) inString(c byte) {
	f.seq = f.seq[:0] // no longer a key by itself
	switch {
	case c == esc:
		f.state = strEscape
	case c == '\a', c == 0x18, c == 0x1a: // BEL, CAN, SUB
		f.reset(ground)
	case c < ' ':
		f.reset(ground)
		f.begin(c)
	}
}

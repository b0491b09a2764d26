package screen

import (
	"bytes"
	"unicode/utf8"
)

// The brackets of a paste differ in their fifth byte.
const pasteBracket = "\x1b[20?~"

// inPaste takes bytes of a paste and returns what comes after its end. ESC
// cannot be part of a text, so only its brackets are looked for.
func (f *filter) inPaste(b []byte) []byte {
	for len(b) > 0 {
		if len(f.seq) == 0 {
			i := bytes.IndexByte(b, esc)
			if i < 0 {
				f.keep(b)
				return nil
			}
			f.keep(b[:i])
			f.seq = append(f.seq, esc)
			b = b[i+1:]
			continue
		}
		c := b[0]
		if want := pasteBracket[len(f.seq)]; c != want && (want != '?' || c != '0' && c != '1') {
			f.keep(f.seq[1:])
			f.seq = f.seq[:0]
			continue
		}
		b = b[1:]
		if f.seq = append(f.seq, c); len(f.seq) < len(pasteBracket) {
			continue
		}
		if f.seq[4] == '1' {
			f.endPaste()
			return b
		}
		f.seq = f.seq[:0] // a paste in a paste is none
	}
	return nil
}

// keep adds text to the paste, as far as there is room.
func (f *filter) keep(b []byte) {
	n := min(len(b), MaxPaste-len(f.text))
	f.text = append(f.text, b[:n]...)
	f.dropped += len(b) - n
}

// endPaste passes the paste on.
func (f *filter) endPaste() {
	text, dropped := f.text, f.dropped
	f.text, f.dropped = nil, 0
	f.reset(ground)
	if dropped > 0 { // the cut may be in the middle of a character
		for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
			if tail := text[len(text)-n:]; utf8.RuneStart(tail[0]) {
				if !utf8.FullRune(tail) {
					text, dropped = text[:len(text)-n], dropped+n
				}
				break
			}
		}
	}
	f.paste(pastedText(text), dropped)
}

// pastedText returns what a person means by a paste: lines that end in LF, as
// they do in a text, where a terminal sends CR; no controls but tab and form
// feed; valid UTF-8.
func pastedText(b []byte) string {
	text := make([]byte, 0, len(b))
	for i, c := range b {
		switch {
		case c == '\r':
			text = append(text, '\n')
		case c == '\n' && i > 0 && b[i-1] == '\r': // of CR LF
		case c >= ' ' && c != 0x7f, c == '\n', c == '\t', c == '\f':
			text = append(text, c)
		}
	}
	return string(bytes.ToValidUTF8(text, []byte("\uFFFD")))
}

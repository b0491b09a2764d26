package terminal

import "unicode/utf8"

// state is where in a sequence the parser is.
type state uint8

const (
	ground state = iota
	escape
	escapeIntermediate
	control
	text       // OSC, DCS and their like
	textEscape // an escape in it, which may end it
)

// maxText is how much of an OSC or DCS string is kept, in bytes: more than any of
// those that are answered.
const maxText = 4096

// parser is what is known of the sequence that is being read (ECMA-48, section 5.4).
type parser struct {
	state        state
	params       []int
	sub          bool // after a colon: part of a parameter that is not kept
	private      byte
	intermediate byte
	text         []byte
	kind         byte // of the text
	letter       []byte
	missing      int // bytes of the letter
}

// Draw draws what a program wrote.
func (s *Screen) Draw(written []byte) {
	for _, b := range written {
		s.take(b)
	}
}

func (s *Screen) take(b byte) {
	p := &s.parser
	if p.missing > 0 {
		if b&0xc0 == 0x80 {
			s.continueLetter(b)
			return
		}
		p.missing = 0
	}
	switch {
	case p.state == text || p.state == textEscape:
		s.takeText(b)
	case b < 0x20:
		s.obey(b)
	case p.state == ground:
		s.takeLetter(b)
	case p.state == escape:
		s.takeEscape(b)
	case p.state == escapeIntermediate:
		if b >= 0x30 {
			s.designate(b)
			p.state = ground
		}
	case p.state == control:
		s.takeControl(b)
	}
}

func (s *Screen) takeLetter(b byte) {
	p := &s.parser
	switch {
	case b < 0x7f:
		s.put(rune(b))
		return
	case b >= 0xc2 && b < 0xe0:
		p.missing = 1
	case b >= 0xe0 && b < 0xf0:
		p.missing = 2
	case b >= 0xf0 && b < 0xf5:
		p.missing = 3
	}
	p.letter = append(p.letter[:0], b)
}

func (s *Screen) continueLetter(b byte) {
	p := &s.parser
	p.letter = append(p.letter, b)
	if p.missing--; p.missing == 0 {
		r, _ := utf8.DecodeRune(p.letter)
		s.put(r)
	}
}

func (s *Screen) takeText(b byte) {
	p := &s.parser
	if p.state == textEscape {
		s.endText()
		if b != '\\' { // another sequence begins
			p.state = escape
			s.take(b)
		}
		return
	}
	switch {
	case b == 0x07:
		s.endText()
	case b == 0x1b:
		p.state = textEscape
	case b == 0x18 || b == 0x1a:
		p.state = ground
	case len(p.text) < maxText:
		p.text = append(p.text, b)
	}
}

func (s *Screen) endText() {
	p := &s.parser
	p.state = ground
	s.answerText(p.kind, string(p.text))
	p.text = p.text[:0]
}

// obey does what a control character says.
func (s *Screen) obey(b byte) {
	switch b {
	case 0x1b:
		s.parser.state = escape
		s.parser.intermediate = 0
	case 0x18, 0x1a:
		s.parser.state = ground
	case '\b':
		s.col = max(s.col-1, 0)
		s.wraps = false
	case '\t':
		s.tab()
	case '\n', 0x0b, 0x0c:
		s.lineFeed()
	case '\r':
		s.col = 0
		s.wraps = false
	case 0x0e:
		s.charset = 1
	case 0x0f:
		s.charset = 0
	}
}

func (s *Screen) takeEscape(b byte) {
	p := &s.parser
	p.state = ground
	switch b {
	case '[':
		p.state = control
		p.params = p.params[:0]
		p.private, p.intermediate, p.sub = 0, 0, false
	case ']', 'P', '_', '^', 'X', 'k':
		p.state, p.kind = text, b
		p.text = p.text[:0]
	case '(', ')', '*', '+', '#', '%', ' ':
		p.state, p.intermediate = escapeIntermediate, b
	case '7':
		s.save()
	case '8':
		s.restore()
	case 'D':
		s.lineFeed()
	case 'E':
		s.col = 0
		s.lineFeed()
	case 'M':
		s.reverseIndex()
	case 'H':
		s.tabs[s.col] = true
	case 'c':
		s.eraseInDisplay(2)
		s.reset()
	}
}

func (s *Screen) designate(b byte) {
	switch s.parser.intermediate {
	case '(':
		s.charsets[0] = b
	case ')':
		s.charsets[1] = b
	}
}

func (s *Screen) takeControl(b byte) {
	p := &s.parser
	if len(p.params) == 0 && (b >= '0' && b <= '9' || b == ';') {
		p.params = append(p.params, 0)
	}
	switch {
	case b >= '0' && b <= '9':
		if last := &p.params[len(p.params)-1]; !p.sub && *last < 100000 {
			*last = *last*10 + int(b-'0')
		}
	case b == ';':
		p.params = append(p.params, 0)
		p.sub = false
	case b == ':':
		p.sub = true
	case b >= '<' && b <= '?':
		p.private = b
	case b < 0x30:
		p.intermediate = b
	case b <= 0x7e:
		p.state = ground
		s.act(b)
	}
}

// param returns parameter i of a control sequence, or otherwise where it is 0 or
// missing.
func (s *Screen) param(i, otherwise int) int {
	if i < len(s.parser.params) && s.parser.params[i] > 0 {
		return s.parser.params[i]
	}
	return otherwise
}

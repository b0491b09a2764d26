package terminal

import "fmt"

// A terminal that does not answer is waited for: what programs ask at their start is
// answered as an xterm would that knows synchronised output.

func (s *Screen) reply(format string, args ...any) {
	if s.answer != nil {
		s.answer(fmt.Appendf(nil, format, args...))
	}
}

// answerReport answers DSR, DA1 and questions for the size.
func (s *Screen) answerReport(b byte) {
	switch n := s.param(0, 0); {
	case b == 'n' && n == 5:
		s.reply("\x1b[0n")
	case b == 'n' && n == 6:
		s.reply("\x1b[%d;%dR", s.row+1, s.col+1)
	case b == 'c':
		s.reply("\x1b[?64;1;2;6;9;15;18;21;22c")
	case b == 't' && n == 18:
		s.reply("\x1b[8;%d;%dt", s.rows, s.cols)
	case b == 't' && n == 14:
		s.reply("\x1b[4;%d;%dt", s.rows*16, s.cols*8)
	}
}

// answerPrivate answers DECXCPR, DECRQM and the question for the keyboard's protocol.
func (s *Screen) answerPrivate(b byte) {
	n := s.param(0, 0)
	switch {
	case b == 'n' && n == 6:
		s.reply("\x1b[?%d;%dR", s.row+1, s.col+1)
	case b == 'p' && s.parser.intermediate == '$':
		known := 0
		switch n {
		case 1, 7, 25, 1000, 1002, 1003, 1006, 1049, 2004, 2026:
			known = 2
		}
		s.reply("\x1b[?%d;%d$y", n, known)
	case b == 'u':
		s.reply("\x1b[?0u")
	}
}

// answerWho answers DA2 and XTVERSION.
func (s *Screen) answerWho(b byte) {
	switch b {
	case 'c':
		s.reply("\x1b[>41;377;0c")
	case 'q':
		s.reply("\x1bP>|XTerm(377)\x1b\\")
	}
}

// answerText answers questions for colours, for settings and for terminfo.
func (s *Screen) answerText(kind byte, asked string) {
	switch kind {
	case ']':
		switch asked {
		case "10;?", "12;?":
			s.reply("\x1b]%s;rgb:d8d8/d8d8/d8d8\x1b\\", asked[:2])
		case "11;?":
			s.reply("\x1b]11;rgb:1818/1818/1818\x1b\\")
		}
	case 'P':
		switch {
		case len(asked) > 2 && asked[:2] == "+q":
			s.reply("\x1bP0+r\x1b\\")
		case asked == "$q q":
			s.reply("\x1bP1$r2 q\x1b\\")
		case asked == "$qm":
			s.reply("\x1bP1$r0m\x1b\\")
		case len(asked) > 2 && asked[:2] == "$q":
			s.reply("\x1bP0$r\x1b\\")
		}
	}
}

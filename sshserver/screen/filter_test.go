package screen

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// typist collects what an input makes of bytes.
type typist struct {
	in       *input
	messages []string
}

func newTypist() *typist {
	ty := &typist{}
	ty.in = newInput(func(msg tea.Msg) {
		switch msg := msg.(type) {
		case tea.KeyPressMsg:
			ty.messages = append(ty.messages, msg.String())
		case tea.MouseMsg:
			ty.messages = append(ty.messages, fmt.Sprintf("%T@%d,%d", msg, msg.Mouse().X, msg.Mouse().Y))
		case tea.PasteMsg:
			ty.messages = append(ty.messages, "paste:"+msg.Content)
		case uv.ModeReportEvent:
			ty.messages = append(ty.messages, fmt.Sprintf("mode%d=%d", msg.Mode, msg.Value))
		case uv.KeyboardEnhancementsEvent:
			ty.messages = append(ty.messages, fmt.Sprint("keyboard", msg.Flags))
		case uv.PrimaryDeviceAttributesEvent:
			ty.messages = append(ty.messages, fmt.Sprint("attributes", []int(msg)))
		default:
			ty.messages = append(ty.messages, fmt.Sprintf("%T", msg))
		}
	}, func(dropped int) tea.Msg { return dropped })
	return ty
}

// take returns the messages for chunks with a pause at the end.
func take(chunks ...string) string {
	ty := newTypist()
	for _, c := range chunks {
		ty.in.filter.write([]byte(c))
	}
	ty.in.filter.quiet()
	return strings.Join(ty.messages, " ")
}

func TestInputBecomesKeysClicksAndPastes(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"letters", "aB ", "a B space"},
		{"controls", "\x01\r\t\x7f\x00\x1a", "ctrl+a enter tab backspace ctrl+space ctrl+z"},
		{"characters", "é漢🦀", "é 漢 🦀"},
		{"escape", "\x1b", "esc"},
		{"two escapes", "\x1b\x1b", "esc esc"},
		{"three escapes", "\x1b\x1b\x1b", "esc esc esc"},
		{"alt", "\x1bx\x1bé\x1b\r\x1b\x7f", "alt+x alt+é alt+enter alt+backspace"},
		{"alt with what begins sequences", "\x1b[", "alt+["},
		{"alt O", "\x1bO", "alt+shift+o"},
		{"alt ]", "\x1b]", "alt+]"},
		{"alt P", "\x1bP", "alt+shift+p"},
		{"alt _", "\x1b_", "alt+_"},
		{"arrows", "\x1b[A\x1bOB\x1b[1;5C\x1b[1;2D", "up down ctrl+right shift+left"},
		{"alt arrow of rxvt", "\x1b\x1b[A", "alt+up"},
		{"shift arrow of rxvt", "\x1b[a", "shift+up"},
		{"function keys", "\x1bOP\x1b[15~\x1b[1;2R\x1b[24;5~", "f1 f5 shift+f3 ctrl+f12"},
		{"shifted key of rxvt", "\x1b[23$", "shift+f11"},
		{"control key of rxvt", "\x1b[3^", "ctrl+delete"},
		{"linux console", "\x1b[[A\x1b[[E", "f1 f5"},
		{"home and end", "\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[Z", "home end home end shift+tab"},
		{"modifyOtherKeys", "\x1b[27;5;9~", "ctrl+tab"},
		{"kitty", "\x1b[97;5u\x1b[13;2u", "ctrl+a shift+enter"},
		{"kitty with a control for text", "\x1b[97;1;27u", "a"},
		{"click", "\x1b[<0;10;5M\x1b[<0;10;5m", "tea.MouseClickMsg@9,4 tea.MouseReleaseMsg@9,4"},
		{"drag and wheel", "\x1b[<32;1;1M\x1b[<64;3;4M", "tea.MouseMotionMsg@0,0 tea.MouseWheelMsg@2,3"},
		{"click beyond any window", "\x1b[<0;501;1M\x1b[<0;1;201M\x1b[<0;0;0Mx", "x"},
		{"mouse of old", "\x1b[M !!x", "x"},
		{"mouse of old, cut", "\x1b[M \x1b[Ax", "up x"},
		{"mouse of urxvt", "\x1b[32;5;5Mx", "x"},
		{"paste", "a\x1b[200~one\rtwo\r\nthree\nfour\t\x1b[201~b", "a paste:one\ntwo\nthree\nfour\t b"},
		{"paste in paste", "\x1b[200~a\x1b[200~b\x1b[201~c", "paste:ab c"},
		{"paste with sequences", "\x1b[200~a\x1b[31mb\x1b\x1b[20c\x00\x07\x7f\x1b]0;t\ad\x1b[201~", "paste:a[31mb[20c]0;td"},
		{"paste with form feed", "\x1b[200~a\fb\x1b[201~", "paste:a\fb"},
		{"paste of broken text", "\x1b[200~a\xff\xc3\x1b[201~", "paste:a\uFFFD"},
		{"paste of nothing", "\x1b[200~\x1b[201~x", "x"},
		{"paste without end", "\x1b[200~abc", "paste:abc"},
		{"end without paste", "\x1b[201~x", "x"},
		{"sizes", "\x1b[8;9999;9999t\x1b[48;9999;9999;1;1tx", "x"},
		{"what painters ask for", "\x1b[?1;2c\x1b[?2026;1$y\x1b[?1ux", "attributes[1 2] mode2026=1 keyboard1 x"},
		{"most attributes", "\x1b[?65;1;2;3;4;6;8;9;15;16;17;18;21;22;28;29;52cx", "attributes[65 1 2 3 4 6 8 9 15 16 17 18 21 22 28 29 52] x"},
		{"answers of other shapes", "\x1b[?2026;5$y\x1b[?2026;1y\x1b[?2026$y\x1b[?2026;1;1$y\x1b[?$y\x1b[?;1$y\x1b[2026;1$y" +
			"\x1b[?u\x1b[?1;1u\x1b[?1:1u\x1b[?12345678u\x1b[>1u\x1b[=1u\x1b[?c\x1b[?1:2c\x1b[?" + strings.Repeat("1;", 20) + "1cx", "x"},
		{"other answers", "\x1b[>0;276;0c\x1b[24;80R\x1b[?997;1n\x1b[0n\x1b[?1;2R\x1b[3;1;1$y\x1b[?15;1Sx", "x"},
		{"focus", "\x1b[I\x1b[Ox", "x"},
		{"strings", "\x1b]52;c;QUJD\a\x1b]11;rgb:0/0/0\x1b\\\x1bP1+r524742\x1b\\\x1b_G;x\x1b\\\x1b^p\x1b\\\x1bXs\x1b\\x", "x"},
		{"string cut by a key", "\x1b]11;rgb\x1b[Ax", "up x"},
		{"string that is none", "\x1b]abc\rx", "enter x"},
		{"windows keys repeated", "\x1b[65;30;97;1;0;65535_x", "x"},
		{"the attack", "\x1b[" + strings.Repeat("1;", 33) + "mx", "x"},
		{"too many parameters for a key", "\x1b[" + strings.Repeat("1;", 16) + "1Ax", "x"},
		{"too long a number", "\x1b[12345678ux", "x"},
		{"too long a sequence", "\x1b[" + strings.Repeat("1", 100) + "Ax", "x"},
		{"CSI with a control in it", "\x1b[1;\x03x", "ctrl+c x"},
		{"CSI with a character in it", "\x1b[1éx", "é x"},
		{"controls of eight bits", "\x9b31m\x9d0;t\x07\xc2\x9bx", "3 1 m 0 ; t ctrl+g x"},
		{"broken UTF-8", "\xffa\xc3b\xe2\x82c\xed\xa0\x80d\xf4\x90\x80\x80e\xc0\x80f", "a b c d e f"},
		{"character cut by a key", "\xe6\xbc\x1b[A", "up"},
	} {
		if got := take(tc.in); got != tc.want {
			t.Errorf("%s: %q gives %q, want %q", tc.name, tc.in, got, tc.want)
		}
		if got := take(strings.Split(tc.in, "")...); got != tc.want && utf8.ValidString(tc.in) {
			t.Errorf("%s: %q character by character gives %q, want %q", tc.name, tc.in, got, tc.want)
		}
		for i := range tc.in {
			if got := take(tc.in[:i], tc.in[i:]); got != tc.want {
				t.Errorf("%s: %q and %q give %q, want %q", tc.name, tc.in[:i], tc.in[i:], got, tc.want)
			}
		}
	}
}

func TestPauseDecidesWhatIsAmbiguous(t *testing.T) {
	for _, tc := range []struct {
		name          string
		before, after string
		patience      time.Duration
		beforeQuiet   string
		want          string
	}{
		{"escape, then a letter", "\x1b", "[A", keyPatience, "", "esc [ A"},
		{"a slow sequence", "\x1b[1;", "5A", 0, "", "ctrl+up"},
		{"a slow answer", "\x1b[?2026;1$", "y", 0, "", "mode2026=1"},
		{"a shifted key of rxvt", "\x1b[23$", "y", keyPatience, "", "shift+f11 y"},
		{"a slow character", "\xe6", "\xbc\xa2", 0, "", "漢"},
		{"alt ] and text", "\x1b]", "text", keyPatience, "", "alt+] t e x t"},
		{"a string without end", "\x1b]52;c;", "text", keyPatience, "", "t e x t"},
		{"a long paste", "\x1b[200~ls\r", "x", pastePatience, "", "paste:ls\n x"},
		{"nothing open", "a", "b", 0, "a", "a b"},
	} {
		ty := newTypist()
		ty.in.filter.write([]byte(tc.before))
		if got := ty.in.filter.patience(); got != tc.patience {
			t.Errorf("%s: patience %v, want %v", tc.name, got, tc.patience)
		}
		if got := strings.Join(ty.messages, " "); got != tc.beforeQuiet {
			t.Errorf("%s: %q at once, want %q", tc.name, got, tc.beforeQuiet)
		}
		if tc.patience > 0 {
			ty.in.filter.quiet()
		}
		ty.in.filter.write([]byte(tc.after))
		if got := strings.Join(ty.messages, " "); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// T-31
func TestPasteIsCutAtItsLimit(t *testing.T) {
	for _, tc := range []struct {
		name    string
		size    int
		fill    string
		kept    int
		dropped int
	}{
		{"just fits", MaxPaste, "x", MaxPaste, 0},
		{"one too many", MaxPaste + 1, "x", MaxPaste, 1},
		{"ends in the middle of a character", MaxPaste + 2, "漢", MaxPaste - 1, 3},
		{"endless", 5 * MaxPaste, "x", MaxPaste, 4 * MaxPaste},
	} {
		var text string
		dropped := -1
		in := newInput(func(msg tea.Msg) {
			switch msg := msg.(type) {
			case tea.PasteMsg:
				text = msg.Content
			case int:
				dropped = msg
			}
		}, func(n int) tea.Msg { return n })
		paste := strings.Repeat(tc.fill, tc.size/len(tc.fill))
		in.filter.write([]byte("\x1b[200~" + paste + "\x1b[201~"))
		want := max(tc.dropped, 0)
		if tc.dropped == 0 {
			want = -1
		}
		if len(text) != tc.kept || text != paste[:len(text)] || dropped != want {
			t.Errorf("%s: %d bytes kept, %d dropped, want %d and %d", tc.name, len(text), dropped, tc.kept, want)
		}
	}
}

var fuzzSeeds = []string{
	"\x1b[" + strings.Repeat("1;", 33) + "m", "\x1b[200~x\x1b[201~", "\x1b]0;\x1b", "\x1b[<0;1;1M",
	"\x1b[97:65:97;5:3;97:98u", "\x1b[1;2:3A", "\x1b\x1b[1;1;1;1~", "\x1bO5P", "\x1b[M\xff\xff\xff", "é\xe2",
	"\x1b[?2026;2$y\x1b[?5u\x1b[?62;4;22c", "\x1b[?9999999;4$y", "\x1b[?2026$", "\x1b[122:90:119;198u", "\x1b[1103:1071:122;6;97u",
	"\x1b[27;0;0~\x1b[23$\x1b[[A", "\x1b[65;30;97;1;0;65535_", "\x1b[8;1;1t",
}

// FuzzInput checks that whatever comes, little is kept, and nothing but keys,
// clicks, pastes and answers comes out, the last with bounds.
func FuzzInput(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		in := newInput(func(msg tea.Msg) {
			switch msg := msg.(type) {
			case tea.KeyPressMsg:
				checkText(t, msg.Text)
			case tea.KeyReleaseMsg:
				checkText(t, msg.Text)
			case tea.MouseMsg:
				if m := msg.Mouse(); !inWindow(m.X, m.Y) {
					t.Errorf("a click at %d,%d", m.X, m.Y)
				}
			case tea.PasteMsg:
				if !utf8.ValidString(msg.Content) || strings.ContainsAny(msg.Content, "\x1b\x00\r\x7f") {
					t.Errorf("a paste of %q", msg.Content)
				}
			case uv.ModeReportEvent:
				if msg.Mode.Mode() < 0 || msg.Mode.Mode() > 9_999_999 || msg.Value > ansi.ModePermanentlyReset {
					t.Errorf("mode %v is %v", msg.Mode, msg.Value)
				}
			case uv.KeyboardEnhancementsEvent:
				if msg.Flags < 0 || msg.Flags > 9_999_999 {
					t.Errorf("the keyboard's flags are %d", msg.Flags)
				}
			case uv.PrimaryDeviceAttributesEvent:
				if len(msg) > maxParams {
					t.Errorf("%d attributes", len(msg))
				}
			default:
				t.Errorf("a message %T", msg)
			}
		}, nil)
		for i := 0; i < len(data); i += int(step%7) + 1 {
			in.filter.write(data[i:min(i+int(step%7)+1, len(data))])
			if step > 128 && i%5 == 0 {
				in.filter.quiet()
			}
			if len(in.filter.seq) > maxSequence || len(in.filter.text) > MaxPaste {
				t.Fatalf("%d and %d bytes are kept", len(in.filter.seq), len(in.filter.text))
			}
		}
		in.filter.quiet()
	})
}

// T-20: FuzzReader checks that ultraviolet's reader survives what the filter passes.
func FuzzReader(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var passed bytes.Buffer
		through := &filter{key: func(seq []byte) { passed.Write(seq) }, paste: func(string, int) {}}
		through.write(data)
		through.quiet()
		events := make(chan uv.Event)
		go func() {
			_ = uv.NewTerminalReader(&passed, "xterm").StreamEvents(context.Background(), events)
			close(events)
		}()
		for range events {
		}
	})
}

func checkText(t *testing.T, text string) {
	if strings.ContainsFunc(text, unicode.IsControl) {
		t.Errorf("a key's text is %q", text)
	}
}

func BenchmarkPaste(b *testing.B) {
	paste := []byte("\x1b[200~" + strings.Repeat("some text\r", MaxPaste/10) + "\x1b[201~")
	for b.Loop() {
		n := 0
		in := newInput(func(msg tea.Msg) { n += len(msg.(tea.PasteMsg).Content) }, nil)
		for i := 0; i < len(paste); i += readSize {
			in.filter.write(paste[i:min(i+readSize, len(paste))])
		}
		if n < MaxPaste-10 {
			b.Fatal(n)
		}
	}
}

package screen

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// TestKeysMeanTheSameInTheKittyProtocol compares what terminals send for the same
// fingers with that protocol (flags 1 and 4) and without.
func TestKeysMeanTheSameInTheKittyProtocol(t *testing.T) {
	for _, tc := range []struct{ name, with, without, want string }{
		{"Esc", "\x1b[27u", "\x1b", "esc"},
		{"Enter", "\r", "\r", "enter"},
		{"Tab", "\t", "\t", "tab"},
		{"Backspace", "\x7f", "\x7f", "backspace"},
		{"Shift+Tab", "\x1b[9;2u", "\x1b[Z", "shift+tab"},
		{"Shift+Backspace", "\x1b[127;2u", "\x7f", "backspace"},
		{"Shift+Esc", "\x1b[27;2u", "\x1b", "esc"},
		{"Shift+Space", "\x1b[32;2u", " ", "space"},
		{"Ctrl+Enter", "\x1b[13;5u", "\r", "enter"},
		{"Alt+Enter", "\x1b[13;3u", "\x1b\r", "alt+enter"},
		{"Alt+Backspace", "\x1b[127;3u", "\x1b\x7f", "alt+backspace"},
		{"Alt+D", "\x1b[100;3u", "\x1bd", "alt+d"},
		{"Alt+Shift+W", "\x1b[119:87;4u", "\x1bW", "alt+shift+w"},
		{"Alt+.", "\x1b[46;3u", "\x1b.", "alt+."},
		{"Alt+. on a French keyboard", "\x1b[59:46:44;4u", "\x1b.", "alt+."},
		{"Alt+, on a French keyboard", "\x1b[44::109;3u", "\x1b,", "alt+,"},
		{"Ctrl+A", "\x1b[97;5u", "\x01", "ctrl+a"},
		{"Ctrl+A on a French keyboard", "\x1b[97::113;5u", "\x01", "ctrl+a"},
		{"Ctrl+S on a Dvorak keyboard", "\x1b[115::59;5u", "\x13", "ctrl+s"},
		{"Ctrl+S on a Russian keyboard", "\x1b[1099::115;5u", "\x13", "ctrl+s"},
		{"Ctrl+S on a Greek keyboard", "\x1b[963::115;5u", "\x13", "ctrl+s"},
		{"Ctrl+S on a Russian keyboard of Alacritty", "\x1b[1099;5u", "\x13", "ctrl+s"},
		{"Ctrl+S on a Ukrainian keyboard of Alacritty", "\x1b[1110;5u", "\x13", "ctrl+s"},
		{"Ctrl+S on a Greek keyboard of Alacritty", "\x1b[963;5u", "\x13", "ctrl+s"},
		{"Ctrl+S on a Hebrew keyboard of Alacritty", "\x1b[1491;5u", "\x13", "ctrl+s"},
		{"Alt+é", "\x1b[233;3u", "\x1bé", "alt+é"},
		{"Alt+W on a Russian keyboard", "\x1b[1094::119;3u", "\x1bw", "alt+w"},
		{"Ctrl+S with Caps Lock", "\x1b[115;69u", "\x13", "ctrl+s"},
		{"Ctrl+S with Num Lock", "\x1b[115;133u", "\x13", "ctrl+s"},
		{"Ctrl+I", "\x1b[105;5u", "\t", "tab"},
		{"Ctrl+M", "\x1b[109;5u", "\r", "enter"},
		{"Ctrl+[", "\x1b[91;5u", "\x1b", "esc"},
		{"Ctrl+J", "\x1b[106;5u", "\n", "ctrl+j"},
		{"Ctrl+H", "\x1b[104;5u", "\b", "ctrl+h"},
		{"Ctrl+Space", "\x1b[32;5u", "\x00", "ctrl+space"},
		{"Ctrl+_", "\x1b[45:95;6u", "\x1f", "ctrl+_"},
		{"Ctrl+Up", "\x1b[1;5A", "\x1b[1;5A", "ctrl+up"},
		{"Up with Num Lock", "\x1b[1;129A", "\x1b[A", "up"},
		{"Shift+F3", "\x1b[13;2~", "\x1b[1;2R", "shift+f3"},
		{"F1", "\x1b[P", "\x1bOP", "f1"},
		{"F2", "\x1b[Q", "\x1bOQ", "f2"},
		{"F3", "\x1b[13~", "\x1bOR", "f3"},
		{"F4", "\x1b[S", "\x1bOS", "f4"},
		{"F5", "\x1b[15~", "\x1b[15~", "f5"},
		{"Enter of the keypad", "\x1b[57414u", "\r", "enter"},
		{"left of the keypad", "\x1b[57417u", "\x1b[D", "left"},
		{"Ctrl+right of the keypad", "\x1b[57418;5u", "\x1b[1;5C", "ctrl+right"},
		{"Home of the keypad", "\x1b[57423u", "\x1b[H", "home"},
		{"PgDn of the keypad", "\x1b[57422u", "\x1b[6~", "pgdown"},
		{"Del of the keypad", "\x1b[57426u", "\x1b[3~", "delete"},
		{"5 of the keypad", "\x1b[57404;129u", "5", "5"},
		{"text", "a漢é", "a漢é", "a 漢 é"},
		{"text as a sequence", "\x1b[97;;97u", "a", "a"},
		{"a capital as a sequence", "\x1b[97:65;2u", "A", "A"},
		{"a sign as a sequence", "\x1b[49:33;2u", "!", "!"},
		{"a letter with Caps Lock as a sequence", "\x1b[97:65;65u", "A", "A"},
		{"Russian text as a sequence", "\x1b[1094::119;;1094u", "ц", "ц"},
	} {
		with, without := take(tc.with), take(tc.without)
		if with != tc.want || without != tc.want {
			t.Errorf("%s: %q gives %q, %q gives %q, want %q", tc.name, tc.with, with, tc.without, without, tc.want)
		}
		if with, without := typedText(tc.with), typedText(tc.without); with != without {
			t.Errorf("%s: %q types %q, %q types %q", tc.name, tc.with, with, tc.without, without)
		}
	}
}

// Keys that are told apart only with the kitty protocol.
func TestKittyProtocolTellsKeysApart(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b[122;6u":           "ctrl+shift+z",
		"\x1b[122:90;6u":        "ctrl+shift+z",
		"\x1b[1103:1071:122;6u": "ctrl+shift+z", // on a Russian keyboard
		"\x1b[1103:1071;6u":     "ctrl+shift+z", // of which the terminal tells less
		"\x1b[1071;6u":          "ctrl+shift+z", // or in capitals, as WezTerm
		"\x1b[122;198u":         "ctrl+shift+z", // with both locks
		"\x1b[13;2u":            "shift+enter",
		"\x1b[127;5u":           "ctrl+backspace",
		"\x1b[115;9u":           "super+s",
		"\x1b[97;5:3u":          "tea.KeyReleaseMsg",
	} {
		if got := take(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

// typedText returns the text of the keys that come in.
func typedText(keys string) string {
	var text strings.Builder
	in := newInput(func(msg tea.Msg) {
		if k, ok := msg.(tea.KeyPressMsg); ok {
			fmt.Fprint(&text, k.Text)
		}
	}, nil)
	in.filter.write([]byte(keys))
	in.filter.quiet()
	return text.String()
}

func TestAlphabetsHaveAPlaceForEachLetter(t *testing.T) {
	for _, a := range alphabets {
		if len(a.theirs) != len(a.latin) {
			t.Errorf("%s has %d letters, %s has %d", string(a.theirs), len(a.theirs), string(a.latin), len(a.latin))
		}
		for i, letter := range a.theirs {
			if got := latin(letter); got != a.latin[i] || latin(unicode.ToUpper(letter)) != got && unicode.ToLower(unicode.ToUpper(letter)) == letter {
				t.Errorf("%c is in the place of %c, want %c", letter, got, a.latin[i])
			}
		}
	}
}

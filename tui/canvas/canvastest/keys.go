package canvastest

import (
	"strings"
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// named are the keys that have a name instead of a text.
var named = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	"f1": tea.KeyF1, "f3": tea.KeyF3, "space": tea.KeySpace,
}

// Key returns the key whose String is name: a, ctrl+s, enter.
func Key(t testing.TB, name string) tea.KeyPressMsg {
	t.Helper()
	var k tea.KeyPressMsg
	last := name
	for _, mod := range []struct {
		prefix string
		mod    tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"alt+", tea.ModAlt}, {"shift+", tea.ModShift}} {
		if rest, ok := strings.CutPrefix(last, mod.prefix); ok {
			last, k.Mod = rest, k.Mod|mod.mod
		}
	}
	if code, ok := named[last]; ok {
		k.Code = code
	} else {
		k.Code, _ = utf8.DecodeRuneInString(last)
	}
	if last == "space" && k.Mod == 0 {
		k.Text = " "
	} else if _, ok := named[last]; !ok && k.Mod == 0 {
		k.Text = last
	}
	if k.String() != name {
		t.Fatalf("there is no key %q, only %q", name, k.String())
	}
	return k
}

// Keys returns the keys named in names, divided by blanks.
func Keys(t testing.TB, names string) []tea.KeyPressMsg {
	t.Helper()
	var keys []tea.KeyPressMsg
	for _, name := range strings.Fields(names) {
		keys = append(keys, Key(t, name))
	}
	return keys
}

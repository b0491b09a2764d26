package tui

import (
	"strings"
	"testing"

	"tshare/editor"
	"tshare/editor/access"
)

// place puts the caret and the tail where doc, the text of the open document,
// has | and [.
func (s *screen) place(doc string) {
	s.t.Helper()
	head, tail := strings.IndexByte(doc, '|'), strings.IndexByte(doc, '[')
	sel := editor.Caret(head)
	if tail >= 0 {
		if sel.Tail = tail; tail < head {
			sel.Head--
		} else {
			sel.Tail--
		}
	}
	v, err := s.p.View(s.p.Current())
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.p.Select(v.Doc, v.Text, []editor.Selection{sel}); err != nil {
		s.t.Fatal(err)
	}
	s.Update(wokenMsg{}) // the session wakes nobody for their own doing
	s.rig.settle()
}

func TestEditingKeys(t *testing.T) {
	for _, tt := range []struct{ name, before, keys, after string }{
		{"type", "a|c", "b", "ab|c"},
		{"type over", "[abc|d", "x", "x|d"},
		{"space", "a|", "space b", "a b|"},
		{"new line with its indentation", "\tx|y", "enter", "\tx\n\t|y"},
		{"backspace", "ab|c", "backspace", "a|c"},
		{"backspace as terminals send it", "ab|c", "ctrl+h", "a|c"},
		{"backspace a cluster", "e\u0301|", "backspace", "|"},
		{"backspace a line end", "a\r\n|b", "backspace", "a|b"},
		{"delete", "a|bc", "delete", "a|c"},
		{"delete what is selected", "a[bc|d", "delete", "a|d"},
		{"delete a word", "one two|", "alt+backspace", "one |"},
		{"delete the word after", "|one two", "ctrl+delete", "| two"},
		{"undo one's own", "a|", "b ctrl+z", "a|"},
		{"redo", "a|", "b ctrl+z ctrl+y", "ab|"},
		{"move and select", "one| two", "ctrl+shift+right", "one[ two|"},
		{"select a line", "on|e\ntwo", "home shift+end", "[one|\ntwo"},
		{"select down", "a|b\ncd", "shift+down", "a[b\nc|d"},
		{"esc drops the selection", "[one|", "esc", "one|"},
		{"select all", "o|ne\ntwo", "ctrl+a", "[one\ntwo|"},
		{"tab", "a|b", "tab", "a\t|b"},
		{"tab where spaces are the rule", "a:\n  b:\n|", "tab", "a:\n  b:\n  |"},
		{"indent lines", "[a\nb|\nc", "tab", "[\ta\n\tb|\nc"},
		{"indent and back", "x\n[a\n\tb\n|c", "tab shift+tab", "x\n[a\n\tb\n|c"},
		{"outdent the line", "\ta|b", "shift+tab", "a|b"},
		{"outdent nothing", "a|b", "shift+tab", "a|b"},
		{"undo an indentation at once", "[a\nb|\nc", "tab ctrl+z", "|a\nb\nc"},
		{"duplicate a line", "on|e\ntwo", "ctrl+d", "one\non|e\ntwo"},
		{"duplicate what is selected", "a[bc|d", "ctrl+d", "abcbc|d"},
		{"copy and paste", "[abc|d", "ctrl+c end ctrl+v", "abcdabc|"},
		{"cut and paste", "[abc|d", "ctrl+x end ctrl+v", "dabc|"},
		{"cut a line", "a\nb|c\nd", "ctrl+x", "a\n|d"},
		{"copy a line and paste it above", "a\nb|c\nd", "ctrl+c down ctrl+v", "a\nbc\nbc\n|d"},
		{"copy the last line", "a\nb|", "ctrl+c up ctrl+v", "b\n|a\nb"},
		{"page keys", "|a\nb\nc", "pgdown", "a\nb\n|c"},
		{"paragraph", "|a\n\nb", "ctrl+down", "a\n|\nb"},
		{"go to a line", "|a\nb\nc", "ctrl+g 2 enter", "a\n|b\nc"},
		{"go to a column", "|a\nbcd\nc", "ctrl+g 2 : 3 enter", "a\nbc|d\nc"},
		{"go beyond the end", "|a\nb", "ctrl+g 9 9 enter", "a\n|b"},
		{"find", "|one two one", "ctrl+f o n e esc", "[one| two one"},
		{"find the next", "|one two one", "ctrl+f o n e enter esc", "one two [one|"},
		{"find round the end", "|one two one", "ctrl+f o n e enter enter esc", "[one| two one"},
		{"find the one before", "|one two one", "ctrl+f o n e up esc", "one two [one|"},
		{"find again later", "|one two one", "ctrl+f o n e esc f3", "one two [one|"},
		{"find what is selected", "[one| two one", "ctrl+f enter esc", "one two [one|"},
		{"find nothing", "x|one", "ctrl+f z z esc", "x|one"},
		{"type after a search", "|one two", "ctrl+f t w o esc x", "one x|"},
	} {
		plain := strings.NewReplacer("|", "", "[", "").Replace(tt.before)
		inRig(t, map[string]string{"main.go": plain}, func(t *testing.T, r *rig) {
			s := r.join("", access.Owner, 80, 24, "main.go")
			s.place(tt.before)
			for _, key := range strings.Fields(tt.keys) {
				if key == "space" {
					s.types(" ")
				} else {
					s.press(key)
				}
			}
			if got := s.marked(); got != tt.after {
				t.Errorf("%s: %q, %s: %q, want %q", tt.name, tt.before, tt.keys, got, tt.after)
			}
		})
	}
}

func TestBigPasteIsOneEdit(t *testing.T) {
	inRig(t, map[string]string{"main.go": "a"}, func(t *testing.T, r *rig) {
		s := r.join("", access.Owner, 80, 24, "main.go")
		big := strings.Repeat("0123456789abcde\n", 1<<16)
		s.pastes(big)
		v, _ := s.p.View(s.p.Current())
		if v.Text.Len() != len(big)+1 {
			t.Fatalf("%d bytes after the paste, want %d", v.Text.Len(), len(big)+1)
		}
		s.press("ctrl+z")
		if got := s.marked(); got != "|a" {
			t.Errorf("after undo: %q", got)
		}
	})
}

func TestNothingToUndo(t *testing.T) {
	inRig(t, map[string]string{"main.go": "a"}, func(t *testing.T, r *rig) {
		s := r.join("", access.Owner, 80, 24, "main.go")
		guest := r.join("bob", access.Editor, 80, 24, "")
		guest.types("x")
		s.press("ctrl+z")
		s.mustShow("Nothing of yours to undo")
		if got := guest.marked(); got != "x|a" {
			t.Errorf("the guest's text is %q", got)
		}
	})
}

func TestCopyReachesTheTerminal(t *testing.T) {
	inRig(t, map[string]string{"main.go": "one\ntwo\n"}, func(t *testing.T, r *rig) {
		s := r.join("", access.Owner, 80, 24, "main.go")
		s.place("[one|\ntwo\n")
		s.press("ctrl+c")
		if f := s.Frame(); f.Copies != 1 || f.Copy != "one" {
			t.Errorf("copies %d, %q", f.Copies, f.Copy)
		}
		s.mustShow("Copied 3 characters")
	})
}

func TestCopyOfTooMuchStaysHere(t *testing.T) {
	big := strings.Repeat("x", 65<<10)
	inRig(t, map[string]string{"main.go": big}, func(t *testing.T, r *rig) {
		s := r.join("", access.Owner, 120, 24, "main.go")
		s.press("ctrl+a", "ctrl+c")
		if f := s.Frame(); f.Copies != 0 {
			t.Errorf("%d bytes went to the terminal", len(f.Copy))
		}
		s.mustShow("too much for your own computer's clipboard")
		s.press("ctrl+end", "ctrl+v")
		if v, _ := s.p.View(s.p.Current()); v.Text.Len() != 2*len(big) {
			t.Errorf("%d bytes after the paste, want %d", v.Text.Len(), 2*len(big))
		}
	})
}

// T-42: what one copies is pasted by nobody else.
func TestClipboardIsOnesOwn(t *testing.T) {
	inRig(t, map[string]string{"main.go": "secret\n"}, func(t *testing.T, r *rig) {
		s := r.join("", access.Owner, 80, 24, "main.go")
		guest := r.join("bob", access.Editor, 80, 24, "")
		s.press("ctrl+a", "ctrl+c")
		guest.press("ctrl+v")
		guest.mustShow("Nothing was copied here")
		if got := guest.marked(); got != "|secret\n" {
			t.Errorf("the guest pasted: %q", got)
		}
	})
}

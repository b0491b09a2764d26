package canvas

import (
	"slices"
	"testing"
)

func TestCut(t *testing.T) {
	tests := []struct {
		text      string
		width     int
		cut, left string
	}{
		{"main.go", 7, "main.go", "main.go"},
		{"main.go", 6, "main.…", "…in.go"},
		{"main.go", 1, "…", "…"},
		{"main.go", 0, "", ""},
		{"main.go", -3, "", ""},
		{"世界人", 6, "世界人", "世界人"},
		{"世界人", 5, "世界…", "…界人"},
		{"世界人", 4, "世…", "…人"},
		{"", 0, "", ""},
	}
	for _, tt := range tests {
		if got := Cut(tt.text, tt.width); got != tt.cut {
			t.Errorf("Cut(%q, %d) = %q, want %q", tt.text, tt.width, got, tt.cut)
		}
		if got := CutLeft(tt.text, tt.width); got != tt.left {
			t.Errorf("CutLeft(%q, %d) = %q, want %q", tt.text, tt.width, got, tt.left)
		}
	}
}

func TestFoldKeepsEveryByte(t *testing.T) {
	got := Fold("ssh -p 22  a@b", 5)
	want := []string{"ssh -", "p 22 ", " a@b"}
	if !slices.Equal(got, want) {
		t.Errorf("Fold = %q, want %q", got, want)
	}
	if got := Fold("世a", 1); !slices.Equal(got, []string{"世", "a"}) {
		t.Errorf("Fold of what is wider than the line = %q", got)
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		text  string
		width int
		want  []string
	}{
		{"one two three", 7, []string{"one two", "three"}},
		{"one\n\ntwo", 7, []string{"one", "", "two"}},
		{"a verylongword b", 6, []string{"a", "verylo", "ngword", "b"}},
		{"a verylongwo b", 6, []string{"a", "verylo", "ngwo b"}},
		{"", 5, []string{""}},
	}
	for _, tt := range tests {
		if got := Wrap(tt.text, tt.width); !slices.Equal(got, tt.want) {
			t.Errorf("Wrap(%q, %d) = %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}

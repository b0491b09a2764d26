package sample

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFileIsAsWished(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sample.c")
	for _, wish := range []Wish{
		{Lines: 10, Break: Newline}, {Lines: 1000, Break: Newline}, {Lines: 12345, Break: Newline},
		{Bytes: 100 << 10, Break: Newline}, {Bytes: 3 << 20, Break: Newline}, {Bytes: 1 << 20, Break: Space},
	} {
		made, err := Write(path, wish)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if made.Bytes != int64(len(text)) || wish.Bytes > 0 && (made.Bytes > wish.Bytes || made.Bytes < wish.Bytes*95/100) {
			t.Errorf("%+v: the file has %d bytes, Write says %d", wish, len(text), made.Bytes)
		}
		lines := strings.Split(string(text), "\n")
		if wish.Break == Space {
			if len(lines) != 1 {
				t.Errorf("%+v: %d lines, want one", wish, len(lines))
			}
			continue
		}
		if made.Lines != len(lines)-1 || wish.Lines > 0 && made.Lines != wish.Lines {
			t.Errorf("%+v: the file has %d lines, Write says %d", wish, len(lines)-1, made.Lines)
		}
		if !strings.Contains(lines[0], Begin) || !strings.Contains(lines[made.MiddleLine-1], Middle) || !strings.Contains(lines[len(lines)-2], End) {
			t.Errorf("%+v: the marks are not where Write says, line %d for the middle", wish, made.MiddleLine)
		}
	}
}

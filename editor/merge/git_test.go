package merge

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What git merges without a conflict becomes the same here.
func TestCleanMergesAreThoseOfGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git to compare with")
	}
	r := newRand(t)
	dir := t.TempDir()
	words := 0
	altered := func(text string) string {
		for range 1 + r.IntN(4) {
			lines := strings.SplitAfter(text, "\n")
			at := r.IntN(len(lines))
			to := min(at+r.IntN(3), len(lines)-1)
			fresh := ""
			for range r.IntN(3) {
				words++
				fresh += fmt.Sprintf("fresh %d\n", words)
			}
			text = strings.Join(lines[:at], "") + fresh + strings.Join(lines[max(at, to):], "")
		}
		return text
	}
	var base strings.Builder
	for i := range 30 {
		fmt.Fprintf(&base, "line %d\n", i)
	}
	clean := 0
	for range 60 {
		texts := []string{altered(base.String()), base.String(), altered(base.String())}
		args := []string{"merge-file", "-p"}
		for i, text := range texts {
			file := filepath.Join(dir, fmt.Sprint(i))
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args, file)
		}
		want, err := exec.Command("git", args...).Output()
		if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
			continue // as many conflicts as its status says
		} else if err != nil {
			t.Fatal(err)
		}
		clean++
		got := Three([]byte(texts[1]), []byte(texts[0]), []byte(texts[2]))
		if merged := apply(t, texts[0], got.Edits); merged != string(want) {
			t.Errorf("base %q\nmine %q\ntheirs %q\ngit %q\ngot %q", texts[1], texts[0], texts[2], want, merged)
		}
	}
	if clean == 0 {
		t.Error("git found conflicts everywhere")
	}
	t.Logf("%d of 60 merges were clean", clean)
}

package audit

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// damaged calls try with every beginning of text, and with text with a bit of each of
// its bytes flipped, put into the file at path in its place.
func damaged(t *testing.T, path string, try func(what string, at int)) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	put := func(text []byte) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for cut := range text {
		put(text[:cut])
		try("cut", cut)
	}
	for at := range text {
		flipped := bytes.Clone(text)
		flipped[at] ^= 1 << rand.N(8)
		put(flipped)
		try("flipped", at)
	}
	put(text)
}

// T-79: an audit that was cut anywhere, or of which a bit of any byte was flipped, is told of; so is
// the head beside it, unless it still says the same.
func TestEveryCutAndFlippedByteIsToldOf(t *testing.T) {
	folder := t.TempDir()
	head := written(t, folder, story...)
	damaged(t, filepath.Join(folder, "s.jsonl"), func(what string, at int) {
		if r, err := Verify(folder, "s"); err == nil {
			t.Errorf("%s at %d: %+v, and nothing is told", what, at, r)
		}
	})
	damaged(t, filepath.Join(folder, "s.head"), func(what string, at int) {
		r, err := Verify(folder, "s", head)
		if err == nil && (r.Head != head || r.Records != len(story)) {
			t.Errorf("the head, %s at %d: %+v, and nothing is told", what, at, r)
		}
	})
	if r, err := Verify(folder, "s", head); err != nil || r.Head != head {
		t.Errorf("what is sound: %+v, %v", r, err)
	}
}

// T-79: whatever became of the files, the next session can be audited, and hides nothing.
func TestNextSessionGoesOnWithDamagedFiles(t *testing.T) {
	for _, file := range []string{"s.jsonl", "s.head"} {
		folder := t.TempDir()
		written(t, folder, story...)
		text, err := os.ReadFile(filepath.Join(folder, "s.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		tried := 0
		damaged(t, filepath.Join(folder, file), func(what string, at int) {
			if tried++; at%37 != 0 { // each is a session, which waits for the disk
				return
			}
			now := t.TempDir()
			if err := os.CopyFS(now, os.DirFS(folder)); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"s.jsonl", "s.head"} { // which a session makes so
				if err := os.Chmod(filepath.Join(now, name), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			written(t, now, story...)
			r, err := Verify(now, "s")
			if err == nil && (file == "s.jsonl" || r.Records != 2*len(story)) {
				t.Errorf("%s, %s at %d, and another session: %+v, and nothing is told", file, what, at, r)
			}
			after, err := os.ReadFile(filepath.Join(now, "s.jsonl"))
			if err != nil || file == "s.head" && !bytes.HasPrefix(after, text) {
				t.Errorf("%s, %s at %d: the records before are gone, %v", file, what, at, err)
			}
		})
		if tried < 100 {
			t.Errorf("%s was damaged %d times", file, tried)
		}
	}
}

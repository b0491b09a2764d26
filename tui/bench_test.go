package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/editor/workspace"
	"tshare/tui/canvas"
)

// benchmarkKey measures what a keystroke costs its author's screen, and where: one
// Update, one Frame, one Draw, in a file of 10,000 lines with another guest in it.
func benchmarkKey(b *testing.B, w, h int) {
	dir := b.TempDir()
	var text strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&text, "\tfor i, s := range sections { // %d: a line of code\n", i)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(text.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	folder, err := workspace.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer folder.Close()
	s := session.New(session.Config{Name: "bench", Folder: folder, Owner: "ann"})
	join := func(name string, role access.Role) *App {
		p, err := s.Join(session.Identity{Name: name, Key: name, Role: role})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.Open("main.go"); err != nil {
			b.Fatal(err)
		}
		return New(Config{Session: p, Width: w, Height: h})
	}
	join("bob", access.Editor)
	a := join("ann", access.Owner)
	a.goToLine("5000")
	a.look(nil, time.Now())
	scr := canvas.NewGrid(w, h)
	keys := []tea.KeyPressMsg{{Code: 'x', Text: "x"}, {Code: tea.KeyBackspace}}
	i := 0
	var update, frame, draw time.Duration
	b.ReportAllocs()
	for b.Loop() {
		began := time.Now()
		a.Update(keys[i%2])
		updated := time.Now()
		f := a.Frame()
		framed := time.Now()
		f.Draw(scr)
		update, frame, draw = update+updated.Sub(began), frame+framed.Sub(updated), draw+time.Since(framed)
		i++
	}
	b.ReportMetric(float64(update.Nanoseconds())/float64(i), "update-ns/op")
	b.ReportMetric(float64(frame.Nanoseconds())/float64(i), "frame-ns/op")
	b.ReportMetric(float64(draw.Nanoseconds())/float64(i), "draw-ns/op")
}

func BenchmarkKey80x24(b *testing.B)  { benchmarkKey(b, 80, 24) }
func BenchmarkKey200x60(b *testing.B) { benchmarkKey(b, 200, 60) }

// BenchmarkKeyInACrowd measures a key, where 200 are in and each line in view was
// changed by somebody else since the one before.
func BenchmarkKeyInACrowd(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte(strings.Repeat("é some words of a line\n", 200)), 0o644); err != nil {
		b.Fatal(err)
	}
	all := guests(b, dir, "notes.txt", 200)
	for i := range all {
		all[i].goToLine(fmt.Sprint(i + 1))
		all[i].look(nil, time.Now())
	}
	a, scr := all[100], canvas.NewGrid(80, 24)
	a.pull(time.Now())
	a.Frame().Draw(scr)
	key := tea.KeyPressMsg{Code: 'x', Text: "x"}
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		if n++; n%50 == 0 { // lines stay as long as they are
			key = tea.KeyPressMsg{Code: tea.KeyBackspace}
			if n%100 == 0 {
				key = tea.KeyPressMsg{Code: 'x', Text: "x"}
			}
		}
		for _, other := range all[85:115] {
			if other != a {
				other.key(key)
			}
		}
		b.StartTimer()
		a.Update(key)
		a.Frame().Draw(scr)
	}
}

// guests returns the screens of n guests who look at the beginning of a file.
func guests(b *testing.B, dir, name string, n int) (all []*App) {
	folder, err := workspace.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { folder.Close() })
	s := session.New(session.Config{Name: "bench", Folder: folder, Owner: "ann", MaxGuests: n})
	for i := range n {
		p, err := s.Join(session.Identity{Name: fmt.Sprintf("guest %d", i), Role: access.Editor})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.Open(name); err != nil {
			b.Fatal(err)
		}
		all = append(all, New(Config{Session: p, Width: 80, Height: 24}))
	}
	return all
}

// BenchmarkWatch measures what a key costs one of 100 who look on.
func BenchmarkWatch(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(strings.Repeat("func some(words int) string { return \"of a line\" }\n", 200)), 0o644); err != nil {
		b.Fatal(err)
	}
	all := guests(b, dir, "main.go", 101)
	typist, a, scr := all[0], all[50], canvas.NewGrid(80, 24)
	typist.goToLine("9")
	time.Sleep(4 * time.Second) // until the names beside their carets are gone
	a.pull(time.Now())
	a.Frame().Draw(scr)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		key := tea.KeyPressMsg{Code: 'x', Text: "x"}
		if n++; n%100 >= 50 { // the line stays as long as it is
			key = tea.KeyPressMsg{Code: tea.KeyBackspace}
		}
		typist.Update(key)
		b.StartTimer()
		a.Update(wokenMsg{})
		a.Frame().Draw(scr)
	}
}

package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tshare/editor/access"
)

// hits returns what p finds of query, each as path:line:text.
func hits(t *testing.T, p *Participant, query string) (all []string) {
	t.Helper()
	f, err := p.SearchFiles(t.Context(), query)
	must(t, err)
	for _, h := range f.Hits {
		if got := h.Text[h.From:h.To]; !strings.EqualFold(got, query) {
			t.Errorf("%+v marks %q", h, got)
		}
		all = append(all, fmt.Sprintf("%s:%d:%d:%s", h.Path, h.Line, h.Column, h.Text))
	}
	return all
}

func TestSearchFindsLinesInAllFiles(t *testing.T) {
	s, root := withSecrets(t)
	for path, text := range map[string]string{
		"a.txt": "none\r\nNeedle and needle\r\n", "deep/er/b.txt": "no\n\tthe needle", "data.bin": "needle\x00", "ignored.txt": "needle\n",
		".gitignore": "ignored.txt\n", "long.txt": strings.Repeat("ä", 3000) + "needle" + strings.Repeat("x", 9000) + "needle\nneedle",
	} {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(root, path)), 0o755))
		must(t, os.WriteFile(filepath.Join(root, path), []byte(text), 0o644))
	}
	anna := join(t, s, "", "", access.Owner)
	long := strings.Repeat("ä", 20) + "needle" + strings.Repeat("x", 194)
	want := []string{"a.txt:1:0:Needle and needle", "long.txt:0:6000:" + long, "long.txt:1:0:needle", "deep/er/b.txt:1:5:\tthe needle"}
	if got := hits(t, anna, "needle"); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if got := hits(t, anna, "Needle"); !slices.Equal(got, want[:1]) {
		t.Errorf("with a capital: %q", got)
	}
	if got := hits(t, anna, ""); len(got) != 0 {
		t.Errorf("nothing is found as %q", got)
	}
	// Open documents are looked through as they are now, new ones too.
	id := open(t, anna, "a.txt")
	must(t, anna.Insert(id, "a needle first\n"))
	fresh := open(t, anna, "new.txt")
	must(t, anna.Insert(fresh, "needle"))
	want = slices.Concat([]string{"a.txt:0:2:a needle first", "a.txt:2:0:Needle and needle"}, want[1:], []string{"new.txt:0:0:needle"})
	if got := hits(t, anna, "needle"); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

func TestSearchIsBounded(t *testing.T) {
	s, file := newSession(t, strings.Repeat("needle\n", maxHits+10))
	large := filepath.Join(filepath.Dir(file), "large.txt")
	must(t, os.WriteFile(filepath.Join(filepath.Dir(file), "other.txt"), []byte(strings.Repeat("\n", 100<<10)+"needle"), 0o644))
	must(t, os.WriteFile(large, []byte(strings.Repeat("needle ", maxSearchedFile/7+1)), 0o644))
	anna := join(t, s, "", "", access.Owner)
	f, err := anna.SearchFiles(t.Context(), "needle")
	if err != nil || len(f.Hits) != maxHits || !f.More {
		t.Errorf("found %d lines, more: %v, %v", len(f.Hits), f.More, err)
	}
	must(t, os.WriteFile(file, []byte("needle"), 0o644))
	f, err = anna.SearchFiles(t.Context(), "needle")
	if err != nil || len(f.Hits) != 2 || f.More || f.Large != 1 || f.Files != 2 {
		t.Errorf("found %+v, %v", f, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := anna.SearchFiles(ctx, "needle"); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
	for range maxSearches { // each turn was given back
		s.searching <- struct{}{}
	}
	if _, err := anna.SearchFiles(ctx, "needle"); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting for its turn: %v", err)
	}
}

// T-72, T-74, T-78: a guest finds nothing in what they may not see or search.
func TestSearchFindsNoSecrets(t *testing.T) {
	s, root := withSecrets(t)
	outside := filepath.Join(t.TempDir(), "outside")
	must(t, os.WriteFile(outside, []byte("classified\n"), 0o644))
	must(t, os.Link(outside, filepath.Join(root, "hard.txt")))
	must(t, os.Link(outside, filepath.Join(root, "harder.txt")))
	must(t, os.Symlink(outside, filepath.Join(root, "out.txt")))
	for _, path := range []string{".env", "conf/server.key", ".git/config", "private/plan.md", "main.go", "legal.txt", "open.txt"} {
		must(t, os.WriteFile(filepath.Join(root, path), []byte("classified\n"), 0o644))
	}
	anna := join(t, s, "", "", access.Owner)
	policy, err := access.ParsePolicy("p", []byte("deny see private/**\ndeny search legal.txt\nask search open.txt\n"))
	must(t, err)
	s.SetPolicy(policy, "")
	// What the host has open is searched no more than what nobody has.
	for _, path := range []string{"private/plan.md", "hard.txt", "legal.txt"} {
		must(t, anna.Insert(open(t, anna, path), "more "))
	}
	on, err := access.ParsePattern(".env")
	must(t, err)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	vera := join(t, s, "vera", "SHA256:v", access.Viewer)
	must(t, anna.Grant("bob", access.Grant{Action: access.See, On: on}))
	requests := len(anna.Roster().Requests)
	for _, p := range []*Participant{bob, vera} {
		if got := hits(t, p, "classified"); !slices.Equal(got, []string{"main.go:0:0:classified"}) {
			t.Errorf("%s finds %q", p.by.name, got)
		}
	}
	if n := len(anna.Roster().Requests); n != requests {
		t.Errorf("the search put %d requests before the host", n-requests)
	}
	want := []string{"hard.txt", "harder.txt", "legal.txt", "main.go", "open.txt", "private/plan.md"}
	var found []string
	for _, hit := range hits(t, anna, "classified") {
		path, _, _ := strings.Cut(hit, ":")
		found = append(found, path)
	}
	slices.Sort(found)
	if !slices.Equal(found, append([]string{".env"}, want...)) { // which is opened to bob, and so listed
		t.Errorf("the host finds %q", found)
	}
}

func TestSearchEndsWithTheRight(t *testing.T) {
	s, _ := newSession(t, "needle\n")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	if got := hits(t, bob, "needle"); len(got) != 1 {
		t.Fatalf("found %q", got)
	}
	policy, err := access.ParsePolicy("p", []byte("deny search\n"))
	must(t, err)
	s.SetPolicy(policy, "")
	if _, err := bob.SearchFiles(t.Context(), "needle"); !errors.Is(err, access.ErrDenied) {
		t.Errorf("with search denied: %v", err)
	}
	s.SetPolicy(access.Policy{}, "")
	must(t, anna.Kick("bob"))
	if _, err := bob.SearchFiles(t.Context(), "needle"); !errors.Is(err, access.ErrDenied) {
		t.Errorf("after the stay: %v", err)
	}
}

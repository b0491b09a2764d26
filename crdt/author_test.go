package crdt

import (
	"slices"
	"testing"
)

func TestAuthorsOfMixedText(t *testing.T) {
	d := Load([]byte("one three"))
	insert(t, d.Writer(7), 4, "two ")
	insert(t, d.Writer(8), 8, "and ")
	insert(t, d.Writer(8), 12, "a half ")
	for _, c := range []struct {
		from, to int
		want     []Authored
	}{
		{0, 99, []Authored{{0, 0, 4}, {7, 4, 8}, {8, 8, 19}, {0, 19, 24}}},
		{2, 3, []Authored{{0, 2, 3}}},
		{5, 9, []Authored{{7, 5, 8}, {8, 8, 9}}},
		{-3, 1, []Authored{{0, 0, 1}}},
		{6, 6, nil},
		{9, 3, nil},
	} {
		if got := slices.Collect(d.Authors(c.from, c.to)); !slices.Equal(got, c.want) {
			t.Errorf("Authors(%d, %d) = %v, want %v", c.from, c.to, got, c.want)
		}
	}
	for range d.Authors(0, 24) {
		break
	}
}

func TestUndoneDeletionKeepsItsAuthors(t *testing.T) {
	d := Load([]byte("one three"))
	insert(t, d.Writer(7), 4, "two ")
	before := slices.Collect(d.Authors(0, d.Len()))
	erase(t, d.Writer(9), 2, 8)
	d.Writer(9).Undo()
	wantContent(t, d, "one two three")
	if got := slices.Collect(d.Authors(0, d.Len())); !slices.Equal(got, before) {
		t.Errorf("authors are %v, were %v", got, before)
	}
}

package edit

import (
	"slices"
	"testing"

	"tshare/crdt"
	"tshare/editor/highlight"
	"tshare/editor/session"
)

func TestShadesFollowWhatIsTyped(t *testing.T) {
	was := lineShade{[]byte(`if x == "one" {`), []highlight.Span{
		{From: 0, To: 2, Kind: highlight.Keyword}, {From: 8, To: 13, Kind: highlight.String},
	}}
	tests := []struct {
		name, text string
		want       []highlight.Span
	}{
		{"the same", `if x == "one" {`, was.spans},
		{"a key before a span", `if xy == "one" {`, []highlight.Span{{From: 0, To: 2, Kind: highlight.Keyword}, {From: 9, To: 14, Kind: highlight.String}}},
		{"a key in a span", `if x == "onne" {`, []highlight.Span{{From: 0, To: 2, Kind: highlight.Keyword}, {From: 8, To: 14, Kind: highlight.String}}},
		{"a span deleted", `if x ==  {`, []highlight.Span{{From: 0, To: 2, Kind: highlight.Keyword}}},
		{"all deleted", ``, nil},
	}
	for _, tt := range tests {
		if got := was.fit([]byte(tt.text)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestLinesKeepTheirShadesWhereverTheyGo(t *testing.T) {
	doc := crdt.Load([]byte("plain\nreturn 1\n"))
	p := New(1)
	p.SetSize(40, 5)
	p.Set(session.View{Doc: 1, Text: doc.Snapshot()})
	from, to, unshaded := p.Unshaded()
	if !unshaded {
		t.Fatal("a new document has its shades")
	}
	keyword := []highlight.Span{{From: 0, To: 6, Kind: highlight.Keyword}}
	p.SetShades(Shades{Doc: 1, Text: doc.Snapshot(), From: from, To: to, Spans: [][]highlight.Span{nil, keyword, nil}})
	if _, _, unshaded := p.Unshaded(); unshaded {
		t.Error("shades that were just given are missing")
	}
	if err := doc.Writer(7).Insert(0, []byte("a new line\n")); err != nil {
		t.Fatal(err)
	}
	p.Set(session.View{Doc: 1, Text: doc.Snapshot()})
	if _, _, unshaded := p.Unshaded(); !unshaded {
		t.Error("an edited text has its shades already")
	}
	if got := p.visibleShades(); len(got) < 3 || !slices.Equal(got[2], keyword) {
		t.Errorf("shades after a line came above: %v", got)
	}
	p.Set(session.View{Doc: 2, Text: doc.Snapshot()})
	if got := p.visibleShades(); got != nil {
		t.Errorf("another document has the shades of the first: %v", got)
	}
}

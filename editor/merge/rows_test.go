package merge

import (
	"fmt"
	"strings"
	"testing"
)

// listed returns rows as text, a line each.
func listed(rows []Row) string {
	var b strings.Builder
	for _, r := range rows {
		switch r.Sign {
		case Head:
			fmt.Fprintf(&b, "@%d %d", r.Line, r.Who)
		case More:
			fmt.Fprintf(&b, "%d more", r.Line)
		default:
			b.WriteString(map[Sign]string{Same: " ", Mine: "+", Their: "-"}[r.Sign] + r.Text)
		}
		if r.Open {
			b.WriteString("$")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestRows(t *testing.T) {
	for _, tt := range []struct{ name, base, mine, theirs, want string }{
		{"nothing", "a\nb\n", "a\nb\n", "a\nb\n", ""},
		{"each side and both", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\nmine\n3\n4\n5\n6\n7\n8 M\n9\n", "1\n2\n3\n4\n5\nT\n7\n8 T\n9\n",
			"@1 1\n 1\n-2\n+mine\n 3\n 4\n@5 2\n 5\n-T\n+6\n 7\n@7 3\n-8 T\n+8 M\n 9\n"},
		{"lines added and gone", "a\nb\n", "a\nb\nmine\n", "b\n", "@0 2\n+a\n b\n@2 1\n+mine\n"},
		{"both did the same", "a\nb\n", "A\nb\n", "A\nb\n", ""},
		{"a line end", "a\nb\n", "a\nb", "a\nb\n", "@1 1\n a\n-b\n+b$\n"},
		{"indented lines are one place", "a\nb\n", "a\nb\n", " a\n b\n", "@0 2\n- a\n- b\n+a\n+b\n"},
		{"CRLF", "a\n", "a\n", "a\r\n", "@0 2\n-a\r\n+a\n"},
	} {
		if got := listed(Rows([]byte(tt.base), []byte(tt.mine), []byte(tt.theirs))); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

func TestRowsAreBounded(t *testing.T) {
	mine := strings.Repeat("same\nsame\nsame\nsame\nsame\nold\n", 2000)
	theirs := strings.ReplaceAll(mine, "old", strings.Repeat("é", 3000))
	rows := Rows([]byte(mine), []byte(mine), []byte(theirs))
	last := rows[len(rows)-1]
	if len(rows) > maxRows+2 || last.Sign != More || last.Line < 1000 {
		t.Errorf("%d rows, the last %+v", len(rows), last)
	}
	for _, r := range rows {
		if len(r.Text) > maxRowText || strings.ContainsRune(r.Text, '\uFFFD') {
			t.Fatalf("a row of %d bytes", len(r.Text))
		}
	}
}

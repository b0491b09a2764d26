package safe

import (
	"strings"
	"testing"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// T-45: what somebody calls themselves is fit to show, of one script, and none of our words.
func TestNameIsFitToShow(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "alice", "alice"},
		{"two words", "Ada  Lovelace ", "Ada Lovelace"},
		{"accents", "Zoe\u0308", "Zoë"},
		{"other scripts", "Анна", "Анна"},
		{"Japanese is one", "田中ゆきカナ", "田中ゆきカナ"},
		{"Korean", "김영희", "김영희"},
		{"Hebrew", "דָּוִד", "דָּוִד"},
		{"digits and emoji", "bob 2 🎉", "bob 2 🎉"},
		{"full width", "ｂｏｂ", "bob"},
		{"controls", "al\nice\x1b[31m\x00", "alice[31m"},
		{"zero width", "a\u200bl\u2060ice", "alice"},
		{"bidi", "\u202eecila", "ecila"},
		{"tags", "bob\U000e0041", "bob"},
		{"private and invalid", "b\ue000o\xffb", "bob"},
		{"line separators", "a\u2028b\u2029c", "abc"},
		{"filler", "\u3164\u115f", "guest"},
		{"braille blank", "\u2800", "guest"},
		{"mixed: Latin wins", "аlice", "lice"},
		{"mixed: Cyrillic wins", "Аннаx", "Анна"},
		{"mixed: first wins", "xа", "x"},
		{"empty", "", "guest"},
		{"spaces", " \t\n\u00a0", "guest"},
		{"lone marks", "\u0301\u0302", "guest"},
		{"marks after a space", "a \u0301b", "a b"},
		{"host", "Host", "guest"},
		{"spaced out", "h-o-s-t", "guest"},
		{"as digits", "0wner", "guest"},
		{"as digits again", "adm1n", "guest"},
		{"in Cyrillic", "Ноѕт", "guest"},
		{"accented", "hóst", "guest"},
		{"in brackets", "alice (host)", "guest"},
		{"you", "you", "guest"},
		{"begins like one", "hostess", "hostess"},
		{"25 clusters", strings.Repeat("a", 25), strings.Repeat("a", 24)},
		{"40 cells", strings.Repeat("漢", 20), strings.Repeat("漢", 16)},
		{"cut at a space", strings.Repeat("a", 23) + " bc", strings.Repeat("a", 23)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Name(test.in); got != test.want {
				t.Errorf("Name(%+q) = %+q, want %+q", test.in, got, test.want)
			}
		})
	}
}

// T-45: marks without end, and names without end.
func TestNameOfTenThousandMarksIsShort(t *testing.T) {
	got := Name("a" + strings.Repeat("\u0489", 10_000))
	if want := 1 + maxMarks*len("\u0489"); len(got) > want {
		t.Errorf("Name of 10,000 marks has %d bytes, want at most %d", len(got), want)
	}
	for _, long := range []string{strings.Repeat("x", 10<<10), "a" + strings.Repeat("\u0301", 200), strings.Repeat("漢", 10<<10), strings.Repeat("\x1b[2J\xff", 2<<10)} {
		got := Name(long)
		checkHarmless(t, "Name", long[:20], got)
		if n, cells := uniseg.GraphemeClusterCount(got), uniseg.StringWidth(got); n < 1 || n > maxNameClusters || cells > maxNameCells {
			t.Errorf("Name of %d bytes has %d clusters and %d cells", len(long), n, cells)
		}
	}
}

// T-45: names that look alike are one to compare by.
func TestSkeletonsOfLookAlikesAreEqual(t *testing.T) {
	equal := [][2]string{
		{"alice", "ALICE"}, {"alice", "аlісе"}, {"bill", "bi11"}, {"Bob", "B0b"}, {"max", "мах"},
		{"Tom", "Τοm"}, {"NIK", "ΝΙΚ"}, {"paul", "рauI"}, {"Modern", "Modem"}, {"wow", "vvow"},
		{"jose", "José"}, {"ada l", "adal"}, {"bob", "ｂｏｂ"}, {"エ", "工"}, {"ada", "ɑdɑ"}, {"liam", "lıam"},
	}
	for _, pair := range equal {
		if a, b := Skeleton(pair[0]), Skeleton(pair[1]); a != b {
			t.Errorf("Skeleton(%q) = %q, Skeleton(%q) = %q, want the same", pair[0], a, pair[1], b)
		}
	}
	distinct := [][2]string{{"alice", "alicia"}, {"bob", "rob"}, {"user2", "user3"}, {"Анна", "Инна"}, {"कि", "कु"}, {"田中", "田口"}}
	for _, pair := range distinct {
		if a, b := Skeleton(pair[0]), Skeleton(pair[1]); a == b {
			t.Errorf("Skeleton(%q) = Skeleton(%q) = %q, want two", pair[0], pair[1], a)
		}
	}
}

// T-45: whatever somebody calls themselves, it becomes a name.
func FuzzNameStaysAName(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Name(s)
		checkHarmless(t, "Name", s, got)
		if again := Name(got); again != got {
			t.Errorf("Name(%+q) = %+q, and of that %+q, want it to stay", s, got, again)
		}
		if n := uniseg.GraphemeClusterCount(got); n < 1 || n > maxNameClusters {
			t.Errorf("Name(%+q) = %+q, %d clusters, want 1 to %d", s, got, n, maxNameClusters)
		}
		if cells := uniseg.StringWidth(got); cells < 1 || cells > maxNameCells {
			t.Errorf("Name(%+q) = %+q, %d cells, want 1 to %d", s, got, cells, maxNameCells)
		}
		if !norm.NFKC.IsNormalString(got) {
			t.Errorf("Name(%+q) = %+q, want NFKC", s, got)
		}
		scripts := map[string]bool{}
		for _, r := range got {
			if script := scriptOf(r); script != "" && unicode.IsLetter(r) {
				scripts[script] = true
			}
		}
		if len(scripts) > 1 {
			t.Errorf("Name(%+q) = %+q, of %d scripts, want one", s, got, len(scripts))
		}
		if got != nameless && isReserved(got) {
			t.Errorf("Name(%+q) = %+q, which is reserved", s, got)
		}
		if Skeleton(got) == "" {
			t.Errorf("Skeleton(%+q) is empty", got)
		}
	})
}

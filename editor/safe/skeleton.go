package safe

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Skeleton maps confusable names to the same string, to compare names by. It is
// for comparing only: nothing in it is fit to show. It follows the idea of Unicode's
// technical standard 39 with a small table of our own: letters of Cyrillic and Greek
// that look like Latin ones, digits that look like letters, marks on such letters,
// upper and lower case, and spaces are all one.
func Skeleton(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(name) {
		if like, ok := lookAlikes[r]; ok {
			r = like
		}
		b.WriteRune(r)
	}
	folded := norm.NFD.String(cases.Fold().String(b.String()))

	b.Reset()
	accented := false // whether the base may be told from another only by its marks
	for _, r := range folded {
		switch {
		case unicode.IsSpace(r):
			continue
		case unicode.Is(unicode.Mn, r):
			if accented {
				continue
			}
		default:
			accented = unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
		}
		if like, ok := lookAlikes[r]; ok {
			r = like
		}
		b.WriteRune(r)
	}
	return pairs.Replace(b.String())
}

// pairs are two letters that look like one.
var pairs = strings.NewReplacer("rn", "m", "vv", "w")

// lookAlikes maps a character to the one that stands for all that look like it.
// Where the cases of a Greek letter look like different letters both are here.
var lookAlikes = map[rune]rune{
	// Latin and digits
	'i': 'l', 'I': 'l', '1': 'l', '|': 'l', 'ı': 'l', 'ɩ': 'l', '0': 'o', '5': 's',
	'ɑ': 'a', 'ɡ': 'g', 'ꞌ': '\'', 'ø': 'o', 'Ø': 'o', 'ł': 'l', 'Ł': 'l', 'đ': 'd', 'Đ': 'd', 'ħ': 'h', 'ŧ': 't',

	// Cyrillic
	'А': 'a', 'а': 'a', 'В': 'b', 'в': 'b', 'Ь': 'b', 'ь': 'b', 'С': 'c', 'с': 'c',
	'Ԁ': 'd', 'ԁ': 'd', 'Е': 'e', 'е': 'e', 'Ԍ': 'g', 'ԍ': 'g', 'Н': 'h', 'н': 'h',
	'Һ': 'h', 'һ': 'h', 'І': 'l', 'і': 'l', 'Ӏ': 'l', 'ӏ': 'l', 'Ј': 'j', 'ј': 'j',
	'К': 'k', 'к': 'k', 'М': 'm', 'м': 'm', 'П': 'n', 'п': 'n', 'О': 'o', 'о': 'o',
	'Р': 'p', 'р': 'p', 'Ԛ': 'q', 'ԛ': 'q', 'Г': 'r', 'г': 'r', 'Ѕ': 's', 'ѕ': 's',
	'Т': 't', 'т': 't', 'И': 'u', 'и': 'u', 'Ѵ': 'v', 'ѵ': 'v', 'Ԝ': 'w', 'ԝ': 'w',
	'Ѡ': 'w', 'ѡ': 'w', 'Х': 'x', 'х': 'x', 'У': 'y', 'у': 'y', 'Ү': 'y', 'ү': 'y',
	'З': '3', 'з': '3', 'Ч': '4', 'ч': '4', 'б': '6', 'Б': '6',

	// Greek
	'Α': 'a', 'α': 'a', 'Β': 'b', 'β': 'b', 'Ε': 'e', 'ε': 'e', 'Η': 'h', 'η': 'n',
	'Ι': 'l', 'ι': 'l', 'Κ': 'k', 'κ': 'k', 'Μ': 'm', 'μ': 'u', 'Ν': 'n', 'ν': 'v',
	'Ο': 'o', 'ο': 'o', 'σ': 'o', 'Ρ': 'p', 'ρ': 'p', 'Τ': 't', 'τ': 't', 'Υ': 'y',
	'υ': 'u', 'Χ': 'x', 'χ': 'x', 'Ζ': 'z', 'ζ': 'z', 'ω': 'w', 'ϲ': 'c', 'ϳ': 'j',

	// Katakana and Hiragana beside Chinese characters
	'カ': '力', 'エ': '工', 'ト': '卜', 'ロ': '口', '囗': '口', 'ニ': '二', 'ハ': '八',
	'タ': '夕', 'チ': '千', 'ー': '一', 'ヘ': 'へ', 'リ': 'り',
}

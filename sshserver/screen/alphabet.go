package screen

import (
	"slices"
	"unicode"
)

// alphabets are keyboards of other alphabets beside what a US keyboard has in the
// same places. Terminals that speak the kitty protocol should tell the latter, and
// some do not (Alacritty; iTerm2 for long), though they send Ctrl+S as ever without
// that protocol.
var alphabets = []struct{ theirs, latin []rune }{
	{[]rune("йцукенгшщзхъфывапролджэячсмитьбю"), []rune("qwertyuiop[]asdfghjkl;'zxcvbnm,.")}, // Russian
	{[]rune("іїєґў"), []rune("s]'\\o")},                                            // besides, Ukrainian and Belarusian
	{[]rune("ςερτυθιοπασδφγηξκλζχψωβνμ"), []rune("wertyuiopasdfghjklzxcvbnm")},     // Greek
	{[]rune("קראטוןםפשדגכעיחלךףזסבהנמצתץ"), []rune("ertyuiopasdfghjkl;zxcvbnm,.")}, // Hebrew
}

// latin returns what a US keyboard has in the place of a letter; 0 if that is not
// known.
func latin(letter rune) rune {
	for _, a := range alphabets {
		if i := slices.Index(a.theirs, unicode.ToLower(letter)); i >= 0 {
			return a.latin[i]
		}
	}
	return 0
}

// Package hostile has text that does harm to a terminal or to who reads it where it is
// shown as it is, for tests of what is made of it.
package hostile

import "strings"

// Sample is one such text: a part of a line, with no line feed and no slash in it, so
// that it can also be a file's name. Its sequences are none that we send ourselves.
type Sample struct {
	Name string // of what it does where it is obeyed
	Raw  string
	// Shown is what stands for it in a document, where each cluster is drawn by itself.
	Shown string
}

// Samples returns all of them.
func Samples() []Sample {
	return append(sequences(), invisible()...)
}

// sequences are what terminals obey.
func sequences() []Sample {
	return []Sample{
		{"colour", "\x1b[31;47;5mx", "^[[31;47;5mx"},
		{"concealed", "\x1b[8mx", "^[[8mx"},
		{"cleared", "\x1b[99;99H\x1b[3J", "^[[99;99H^[[3J"},
		{"scrolled", "\x1b[7;9r\x1b[99T", "^[[7;9r^[[99T"},
		{"other screen", "\x1b[?1047l", "^[[?1047l"},
		{"mouse", "\x1b[?1003h", "^[[?1003h"},
		{"asked", "\x1b[6n\x1b[>c\x1b[?15n", "^[[6n^[[>c^[[?15n"},
		{"title", "\x1b]0;owned\x07", "^[]0;owned^G"},
		{"title with ST", "\x1b]1;owned\x1b\\", "^[]1;owned^[\\"},
		{"clipboard", "\x1b]52;c;b3duZWQ=\x07", "^[]52;c;b3duZWQ=^G"},
		{"clipboard read", "\x1b]52;c;?\x07", "^[]52;c;?^G"},
		{"file for iTerm", "\x1b]1337;File=name=eA==:eA==\x07", "^[]1337;File=name=eA==:eA==^G"},
		{"link", "\x1b]8;;evil:x\x1b\\text\x1b]8;;\x1b\\", "^[]8;;evil:x^[\\text^[]8;;^[\\"},
		{"colours asked", "\x1b]11;?\x07", "^[]11;?^G"},
		{"string without end", "\x1b]0;the rest is gone", "^[]0;the rest is gone"},
		{"device control", "\x1bP+q544e\x1b\\", "^[P+q544e^[\\"},
		{"application", "\x1b_Gf=100;AAAA\x1b\\", "^[_Gf=100;AAAA^[\\"},
		{"privacy", "\x1b^x\x1b\\\x1bXx\x1b\\", "^[^x^[\\^[Xx^[\\"},
		{"reset", "\x1bc\x1b#8\x1b(0", "^[c^[#8^[(0"},
		{"too many parameters", "\x1b[" + strings.Repeat("1;", 33) + "m", "^[[" + strings.Repeat("1;", 33) + "m"},
		{"overwritten", "rm -rf ~\recho hi", "rm -rf ~^Mecho hi"},
		{"rubbed out", "evil\b\b\b\bgood", "evil^H^H^H^Hgood"},
		{"controls", "\x07\x0b\x0c\x0e\x0f\x11\x13\x7f", "^G^K^L^N^O^Q^S^?"},
		{"C1", "\u009b31m\u009d0;x\u009c\u0085\u0090\u008d", "<U+009B>31m<U+009D>0;x<U+009C><U+0085><U+0090><U+008D>"},
		{"C1 of one byte", "\x9b31m\x9d0;x\x9c", "<9B>31m<9D>0;x<9C>"},
		{"no UTF-8", "\xff\xfe\xc0\x9b\xe2\x80", "<FF><FE><C0><9B><E2><80>"},
		{"half a pair", "\xed\xa0\x80x", "<ED><A0><80>x"},
	}
}

// invisible is what misleads who reads.
func invisible() []Sample {
	stack := strings.Repeat("\u0334", 8) // of more than 127 bytes, the rest is a cluster of its own
	return []Sample{
		{"overridden", "gnp.\u202eexe\u202c", "gnp.<U+202E>exe<U+202C>"},
		{"embedded", "\u202aa\u202bb\u202dc", "<U+202A>a<U+202B>b<U+202D>c"},
		{"isolated", "\u2066a\u2067b\u2068c\u2069", "<U+2066>a<U+2067>b<U+2068>c<U+2069>"},
		{"directed", "a\u200eb\u200fc\u061cd", "a<U+200E>b<U+200F>c<U+061C>d"},
		{"zero wide", "ad\u200bmi\u200cn\u200d!\u2060", "ad<U+200B>mi<U+200C>n<U+200D>!<U+2060>"},
		{"marked", "a\ufeffb\u00adc\u034fd", "a<U+FEFF>b<U+00AD>c<U+034F>d"},
		{"fillers", "\u3164a\u115fb\uffa0c", "<U+3164>a<U+115F>b<U+FFA0>c"},
		{"separated", "a\u2028b\u2029c", "a<U+2028>b<U+2029>c"},
		{"tagged", "x\U000e0001\U000e0068\U000e007f", "x<U+E0001><U+E0068><U+E007F>"},
		{"with bytes in it", "x\U000e0100\U000e0101", "x<U+E0100><U+E0101>"},
		{"no character", "x\ufffe\U0001ffff", "x<U+FFFE><U+1FFFF>"},
		{"stacked", "ze" + strings.Repeat("\u0334", 200) + "o", "ze" + stack + "◌" + stack + "◌" + stack + "◌" + stack + "o"},
		{"selected", "a\ufe0fb\ufe0e", "a<U+FE0F>b<U+FE0E>"},
	}
}

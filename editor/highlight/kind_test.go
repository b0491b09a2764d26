package highlight

import (
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
)

func TestKindsHaveNames(t *testing.T) {
	seen := map[string]Kind{}
	for k := range Kind(Kinds) {
		name := k.String()
		if other, twice := seen[name]; twice || name == "" || name != strings.ToLower(name) {
			t.Errorf("kind %d is called %q, as is kind %d", k, name, other)
		}
		seen[name] = k
	}
	if got := Kind(Kinds).String(); got != "unknown" {
		t.Errorf("a kind that there is not is called %q", got)
	}
}

func TestKindOfTokenTypes(t *testing.T) {
	for _, c := range []struct {
		token chroma.TokenType
		want  Kind
	}{
		{chroma.Keyword, Keyword},
		{chroma.KeywordDeclaration, Keyword},
		{chroma.KeywordType, Type},
		{chroma.NameFunctionMagic, Function},
		{chroma.NameVariableInstance, Variable},
		{chroma.NameOther, Plain},
		{chroma.LiteralStringDouble, String},
		{chroma.LiteralStringEscape, Escape},
		{chroma.LiteralNumberHex, Number},
		{chroma.OperatorWord, Keyword},
		{chroma.OperatorReserved, Operator},
		{chroma.CommentMultiline, Comment},
		{chroma.CommentPreproc, Directive},
		{chroma.GenericSubheading, Heading},
		{chroma.Generic, Plain},
		{chroma.TextWhitespace, Plain},
		{chroma.Error, Plain},
		{chroma.Other, Plain},
		{chroma.Background, Plain},
		{0, Plain},
	} {
		if got := kindOf(c.token); got != c.want {
			t.Errorf("kindOf(%v) = %v, want %v", c.token, got, c.want)
		}
	}
}

package invite

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
)

func TestTokensAreTwentyPlainCharactersAndDiffer(t *testing.T) {
	shape := regexp.MustCompile(`^[a-z2-7]{20}$`)
	seen := map[string]bool{}
	for range 1000 {
		secret := newToken().Reveal()
		if !shape.MatchString(secret) {
			t.Fatalf("newToken() = %q, want it to match %s", secret, shape)
		}
		if seen[secret] {
			t.Fatalf("newToken() gave %q twice", secret)
		}
		seen[secret] = true
	}
}

func TestTokenHidesItself(t *testing.T) {
	token := newToken()
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("made", "token", token, "in", struct{ T Token }{token})
	asJSON, err := json.Marshal(struct{ T Token }{token})
	if err != nil {
		t.Fatal(err)
	}
	shown := []string{
		fmt.Sprint(token), fmt.Sprintf("%s %q %v %+v %x %d", token, token, token, token, token, token),
		fmt.Sprintf("%#v", token), fmt.Sprintf("%v", struct{ T Token }{token}), log.String(), string(asJSON),
		fmt.Sprintf("%v", &token), fmt.Sprintf("%v", []Token{token}),
	}
	for _, s := range shown {
		if strings.Contains(s, token.Reveal()) || strings.Contains(s, fmt.Sprintf("%x", token.Reveal())) {
			t.Errorf("a token is shown in %q", s)
		}
	}
}

func TestParseLogin(t *testing.T) {
	const secret = "abcdefghijklmnopq234"
	tests := []struct{ user, name, token string }{
		{secret, "", secret},
		{"ann+" + secret, "ann", secret},
		{"ann+b+" + secret, "ann+b", secret},
		{"+" + secret, "", secret},
		{"ann", "", ""},
		{"", "", ""},
		{"ann+", "ann", ""},
		{"ann+" + secret[1:], "ann", ""},
		{secret + "a", "", ""},
		{strings.ToUpper(secret), "", ""},
		{"abcdefghijklmnopq\x00\x1b\n", "", ""},
		{"abcdefghijklmnopq018", "", ""},
		{strings.Repeat("n", 1<<20) + "+" + secret, strings.Repeat("n", maxClaim), secret},
	}
	for _, tt := range tests {
		name, token := ParseLogin(tt.user)
		if name != tt.name || token.Reveal() != tt.token {
			t.Errorf("ParseLogin(%.60q) = %.60q, %q, want %.60q, %q", tt.user, name, token.Reveal(), tt.name, tt.token)
		}
	}
}

func FuzzParseLogin(f *testing.F) {
	f.Add("ann+abcdefghijklmnopq234")
	f.Add("\x00\x1b]0;+++")
	f.Fuzz(func(t *testing.T, user string) {
		name, token := ParseLogin(user)
		if n := len(token.Reveal()); n != 0 && n != tokenLength {
			t.Errorf("ParseLogin(%q) has a token of %d characters", user, n)
		}
		if len(name) > maxClaim || !strings.HasPrefix(user, name) {
			t.Errorf("ParseLogin(%q) has the name %q", user, name)
		}
	})
}

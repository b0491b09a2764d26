// Package invite is what lets a guest knock: random tokens with a role, an
// expiry and a number of uses, and the commands, links and addresses by which a
// person hands one on.
package invite

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"log/slog"
	"strings"
)

const (
	// tokenLength is how many characters a token has, of five bits each: 100
	// bits cannot be guessed, and still fit a command line and a QR code.
	tokenLength = 20
	// tokenBytes is how many random bytes that takes.
	tokenBytes = (tokenLength*5 + 7) / 8
	// maxClaim is how long a name in a login may be, in bytes, before it is cut.
	maxClaim = 256
)

// encoding writes tokens in the characters that OpenSSH, PuTTY, URLs and shells
// all take as they are.
var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Token is an invite's secret. It is the SSH user name, so that any client can
// carry it. The zero Token is none and lets nobody in.
type Token struct{ secret string }

// newToken draws a token.
func newToken() Token {
	var b [tokenBytes]byte
	rand.Read(b[:]) // never fails
	return Token{encoding.EncodeToString(b[:])[:tokenLength]}
}

// Reveal returns the token itself, to be shown to those it is meant for.
func (t Token) Reveal() string { return t.secret }

func (t Token) String() string               { return "(a token)" }
func (t Token) GoString() string             { return t.String() }
func (t Token) Format(f fmt.State, _ rune)   { fmt.Fprint(f, t.String()) }
func (t Token) LogValue() slog.Value         { return slog.StringValue(t.String()) }
func (t Token) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// hash returns what a registry keeps of t.
func (t Token) hash() [sha256.Size]byte { return sha256.Sum256([]byte(t.secret)) }

// Claimed returns the name that is claimed by an SSH user name which has no token: all
// of it, as `ssh HOST` sends the name that its user is logged in by.
func Claimed(user string) string {
	if name, token := ParseLogin(user); token != (Token{}) {
		return name
	}
	return user[:min(len(user), maxClaim)]
}

// ParseLogin takes an SSH user name apart: TOKEN, or name+TOKEN where a guest
// says beforehand what they are called. The name is as they wrote it, cut to a
// sane length. What is no token gives the zero Token.
func ParseLogin(user string) (name string, token Token) {
	secret := user
	if i := strings.LastIndexByte(user, '+'); i >= 0 {
		name, secret = user[:min(i, maxClaim)], user[i+1:]
	}
	if len(secret) != tokenLength || strings.Trim(secret, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return name, Token{}
	}
	return name, Token{secret}
}

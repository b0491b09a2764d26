package terminal

import (
	"regexp"
	"strconv"
	"strings"
)

// named are the keys that have names.
var named = map[string]string{
	"esc": "\x1b", "cr": "\r", "tab": "\t", "bs": "\x7f", "sp": " ", "lt": "<",
	"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
	"pgup": "\x1b[5~", "pgdn": "\x1b[6~", "del": "\x1b[3~", "f1": "\x1bOP",
	"c-home": "\x1b[1;5H", "c-end": "\x1b[1;5F", "c-up": "\x1b[1;5A", "c-down": "\x1b[1;5B",
}

// inBrackets is a key that is written with its name.
var inBrackets = regexp.MustCompile(`<([aA]-.|[cC]-.|[a-zA-Z0-9_\-]+)>(\*[0-9]+)?`)

// Keys returns the bytes that a terminal sends for keys such as "ihello<esc>:w<cr>":
// <c-a> is Control and A, <a-x> Alt and X, <x1f> a byte, <down>*7 seven times down. What
// is no key is itself.
func Keys(keys string) []byte {
	return []byte(inBrackets.ReplaceAllStringFunc(keys, func(found string) string {
		one, times, repeated := strings.Cut(found, ">*")
		if n, err := strconv.Atoi(times); repeated && err == nil {
			return strings.Repeat(key(one+">"), n)
		}
		return key(found)
	}))
}

// key returns the bytes of one key in brackets.
func key(found string) string {
	name := found[1 : len(found)-1]
	small := strings.ToLower(name)
	if bytes, ok := named[small]; ok {
		return bytes
	}
	if len(name) != 3 {
		return found
	}
	switch {
	case small[:2] == "c-":
		return string([]byte{small[2] & 0x1f})
	case small[:2] == "a-":
		return "\x1b" + name[2:]
	case small[0] == 'x':
		if n, err := strconv.ParseUint(name[1:], 16, 8); err == nil {
			return string([]byte{byte(n)})
		}
	}
	return found
}

// Package paintertest looks at what a painter wrote, for tests of what is in it of the
// text that others wrote.
package paintertest

import (
	"fmt"
	"regexp"
	"unicode/utf8"

	"tshare/editor/safe"
)

// sent are the sequences that a painter sends, and the line's end that whoever ends a
// screen may write behind it. A title is looked into; what goes to a clipboard is not.
var sent = regexp.MustCompile(`\x1b\[[0-9;]*[HGABCDKJXLMP@mr]|\x1b\[[0-9;]+t|\x1b\[[06] q|\x1b\[[>=]5u|\x1b\[<u|\x1b\[\?u|\x1b\[c` +
	`|\x1b\[\?(?:6|7|25|1002|1006|1049|2004|2026)[hl]|\x1b\[4l|\x1b\[\?2026\$p|\x1b\(B\x0f|\x1b\\|\x1b\]2;([^\x07\x1b]*)\x07|\x1b\]52;c;[0-9A-Za-z+/=]*\x07|[\r\n\x08\x07]`)

// Clipboard is what a painter sends of what somebody copied.
var Clipboard = regexp.MustCompile(`\x1b\]52;[^\x07\x1b]*(?:\x07|\x1b\\)?`)

// Harmless returns an error where written, by a painter, has a control that is none of
// its own sequences, or a character that must not be shown as it is.
func Harmless(written string) error {
	rest := sent.ReplaceAllString(written, "$1")
	for i, r := range rest {
		_, unfit := safe.Rune(r)
		if _, size := utf8.DecodeRuneInString(rest[i:]); unfit || r == utf8.RuneError && size == 1 || r == '\t' {
			return fmt.Errorf("%q is written, after %q", rest[i:min(i+20, len(rest))], rest[max(i-20, 0):i])
		}
	}
	return nil
}

package painter

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// PanicError is a panic that ended one part of the program and nothing else.
type PanicError struct {
	Deed  string // what was being done
	Value any    // what was passed to panic
	Stack []byte // for the log
}

// NewPanicError returns the error for a recovered value. It must be called by
// the deferred function that recovered it, for the stack to show the culprit.
func NewPanicError(deed string, value any) *PanicError {
	return &PanicError{Deed: deed, Value: value, Stack: debug.Stack()}
}

// Error says what panicked, without the stack, and without words that could be
// those of a document: it is logged.
func (e *PanicError) Error() string {
	said := fmt.Sprintf("%T", e.Value)
	switch v := e.Value.(type) {
	case runtime.Error:
		said = v.Error()
	case string:
		if IsOurs(v) {
			said = v
		}
	}
	return fmt.Sprintf("%s: panic: %s", e.Deed, said)
}

// panicking are the packages of this program that panic, for a broken invariant.
// They say so in words of their own.
var panicking = []string{"cmd/tshare", "crdt", "identity", "journal", "session", "theme"}

// IsOurs reports whether what was passed to panic was said by a package of this
// program, whose name it begins with.
func IsOurs(said string) bool {
	name, _, ok := strings.Cut(said, ": ")
	return ok && slices.Contains(panicking, name)
}

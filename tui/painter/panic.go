package painter

import (
	"fmt"
	"runtime/debug"
)

// PanicError is a panic that ended one screen and nothing else.
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

// Error says what panicked, without the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("%s: panic: %v", e.Deed, e.Value) }

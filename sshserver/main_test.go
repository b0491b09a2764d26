package sshserver

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails where a test leaves a goroutine behind: a session runs for days. What
// the last screens wait for, a tick of some seconds, is waited for here, too.
func TestMain(m *testing.M) {
	code := m.Run()
	for tries := 10; code == 0; tries-- {
		err := goleak.Find() // tries for some seconds itself
		if err == nil {
			break
		}
		if tries == 0 {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

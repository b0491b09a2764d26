package sshserver

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails where a test leaves a goroutine behind: a session runs for days.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

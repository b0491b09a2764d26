//go:build !linux

package workspace

import "testing"

const nobody = 65534

func asNobody(t *testing.T, _ func()) {
	t.Helper()
	t.Skip("a thread cannot act as another user here")
}

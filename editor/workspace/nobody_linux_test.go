package workspace

import (
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// nobody is the user without rights that tests act as.
const nobody = 65534

// asNobody runs do with the rights of a user who owns nothing here, for root may do all
// that other people may not. Only the thread of do changes its user, and ends with it.
func asNobody(t *testing.T, do func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can act as another user")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked
		if err := unix.Setgroups(nil); err != nil {
			t.Error(err)
			return
		}
		if err := unix.Setfsgid(nobody); err != nil {
			t.Error(err)
			return
		}
		if err := unix.Setfsuid(nobody); err != nil {
			t.Error(err)
			return
		}
		do()
	}()
	<-done
}

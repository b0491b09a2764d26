package control

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// nobody is another user's id.
const nobody = 65534

// TestAnotherUsersProcessIsHungUpOn connects as another user, to a socket whose
// file and folder let everybody in.
func TestAnotherUsersProcessIsHungUpOn(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can be somebody else")
	}
	dir := shortDir(t)
	path := filepath.Join(dir, "s.sock")
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	accepted := make(chan net.Conn, 2)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- conn
		}
	}()

	fd := connectAs(t, nobody, path)
	if err := syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &syscall.Timeval{Sec: 10}); err != nil {
		t.Fatal(err)
	}
	if n, err := syscall.Read(fd, make([]byte, 1)); n != 0 || err != nil {
		t.Errorf("another user reads %d bytes, %v, want the end", n, err)
	}
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	select {
	case first := <-accepted:
		if err := checkPeer(first.(*net.UnixConn)); err != nil {
			t.Errorf("the first connection that was taken: %v", err)
		}
		first.Close()
	case <-time.After(10 * time.Second):
		t.Error("the user's own connection was not taken")
	}
	if len(accepted) > 0 {
		t.Error("another user's connection was taken")
	}
}

// connectAs connects to the socket at path as user, with this thread only.
func connectAs(t *testing.T, user int, path string) (fd int) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	become := func(uid int) {
		keep := ^uintptr(0) // -1
		if _, _, errno := syscall.RawSyscall(syscall.SYS_SETRESUID, keep, uintptr(uid), keep); errno != 0 {
			t.Fatalf("become user %d: %v", uid, errno)
		}
	}
	become(user)
	err = syscall.Connect(fd, &syscall.SockaddrUnix{Name: path})
	become(0)
	if err != nil {
		t.Fatalf("connect as user %d: %v", user, err)
	}
	return fd
}

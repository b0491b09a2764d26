package sshserver

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tshare/sshserver/control"
)

// T-20: bytes that parsers of terminals' sequences have crashed on, wherever they can
// come from: a text, names of files and folders, the name of a guest, keys, pastes, and
// the host's own terminal. All go on, and no terminal is sent them.
func TestBytesThatCrashParsersReachNone(t *testing.T) {
	r := appRig(t)
	root := r.server.config.Root
	for _, name := range []string{"plan.txt", "a" + tooManyParameters + "z.txt", "b\x1b]52;c;QUFB\x07.txt", "c" + tooManyParameters + "/d.txt"} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Repeat(tooManyParameters+"\n", 50)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	host, keys, attached := r.attach(r.serveSocket(), control.Terminal{Term: "xterm", Size: control.Size{Columns: 80, Rows: 24}})
	host.keys = keys
	host.expect("LIVE")

	raw := r.dialRaw()
	raw.knock("x" + tooManyParameters + "+" + r.token) // shown to the host
	ann := r.enter("ann")
	for _, s := range []*screenText{host, ann} {
		for _, text := range []string{
			tooManyParameters, strings.Repeat(tooManyParameters, 100),
			"\x1b[200~" + tooManyParameters + "\x1b[201~", "\x1b[200~" + strings.Repeat(tooManyParameters, 100) + "\x1b[201~",
			tooManyParameters[:40], tooManyParameters[40:], "\x1b[" + strings.Repeat(":", 99) + "u", "\x1b[<" + strings.Repeat("1;", 99) + "M",
			"\x1bP" + tooManyParameters + "\x1b\\", "\x1b]0;" + tooManyParameters + "\x07",
			"\x10a" + escape, // Ctrl+P: the list of files, with their names
			"\x1b[200~" + tooManyParameters + "\r\x1b[201~",
		} {
			if _, err := io.WriteString(s.keys, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	l := r.looker()
	for text, s := range map[string]*screenText{"ann is here": ann, "so is the host": host} {
		fmt.Fprint(s.keys, escape+escape+text)
		r.until("what was typed is in the text", func() bool { return strings.Contains(l.text(), text) })
		s.expect(text[len(text)-1:])
	}
	for name, s := range map[string]*screenText{"ann": ann, "the host": host} {
		shown := s.text.String()
		if !strings.Contains(shown, "[1;1;1;1;") {
			t.Errorf("%s is not shown what the document has", name)
		}
		for _, bytes := range []string{tooManyParameters[:40], "\x1b]52;"} {
			if strings.Contains(shown, bytes) {
				t.Errorf("%s was sent %q", name, bytes)
			}
		}
	}
	keys.Close()
	if err := <-attached; err != nil {
		t.Errorf("the host's screen ended with %v", err)
	}
}

// escape is the key Escape, as only it can be.
const escape = "\x1b[27u"

// pasteEnv is how many bytes are pasted by ssh, where that is asked for: 1 GB takes a
// quarter of an hour, as no more than 1 MiB a second is read.
const pasteEnv = "TSHARE_PASTE"

// T-31: a paste that is too large, by ssh, is cut with a word. Others type on.
func TestHugePasteBySSHIsCutWithAWord(t *testing.T) {
	need(t, "ssh")
	size := sized(4<<20, 40<<20)
	if asked := os.Getenv(pasteEnv); asked != "" {
		var err error
		if size, err = strconv.Atoi(asked); err != nil {
			t.Fatalf("%s=%q is no number", pasteEnv, asked)
		}
	}
	r := appRig(t)
	l := r.looker()
	ssh := start(t, r.blindSSH("ann+"+r.token, noKey))
	r.approve(ssh.pin())
	ssh.expect("LIVE")
	line := strings.Repeat("0123456789abcde ", 4)[:63] + "\r"
	c := r.under(func() {
		ssh.send("\x1b[200~")
		for sent := 0; sent < size; sent += len(line) * 64 {
			ssh.send(strings.Repeat(line, 64))
		}
		ssh.send("\x1b[201~")
		for deadline := time.Now().Add(time.Minute); !strings.Contains(ssh.shown.String(), "Only the beginning was pasted"); {
			if time.Now().After(deadline) {
				t.Fatal("nothing is said of a paste that was cut")
			}
			time.Sleep(10 * time.Millisecond) // between two looks
		}
	})
	r.holds(c, fmt.Sprintf("T-31: a paste of %d MiB by ssh", size>>20), insider, "cut to 1 MiB, with a word")
	if got := strings.Count(l.text(), "0123456789abcde"); got != (1<<20)/16 {
		t.Errorf("%d pieces are in the text, want %d", got, (1<<20)/16)
	}
	ssh.send("?")
	r.until("ann types on", func() bool { return strings.Contains(l.text(), "?") })
}

// T-32: guests who stop reading are dropped, and others wait for nothing meanwhile.
func TestGuestsWhoStopReadingAreDropped(t *testing.T) {
	const sleepers, within = 10, 35 * time.Second
	r := appRig(t)
	for i := range sleepers {
		name := fmt.Sprintf("sleeper%d", i)
		c, conn := r.joinSleepy(name)
		r.shown(name, c)
		conn.awake.Lock()
		defer conn.awake.Unlock()
	}
	outcome := "not waited for"
	c := r.under(func() {
		began := time.Now()
		if !inFull() {
			time.Sleep(time.Second) // in which the honest guest types
			return
		}
		for time.Since(began) < time.Minute && r.screens() > 1 {
			time.Sleep(10 * time.Millisecond) // between two looks
		}
		took := time.Since(began)
		outcome = fmt.Sprintf("dropped within %v", took.Round(time.Second))
		if took > within {
			t.Errorf("after %v there are still %d screens", took, r.screens())
		}
	})
	r.holds(c, fmt.Sprintf("T-32: %d guests stop reading", sleepers), insider, outcome)
}

package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"tshare/editor/safe"
	"tshare/editor/safe/hostile"
	"tshare/tui/painter/paintertest"
)

// hostileName does several things at once where it is obeyed.
const hostileName = "\x1b]0;owned\x07\u202e\u009b31m\x9b2J\x1b[99T\r\u2028"

// isFit returns an error where a line of out has what a terminal would obey or what
// nobody can see.
func isFit(out string) error {
	for n, line := range strings.Split(out, "\n") {
		for i, r := range line {
			_, unfit := safe.Rune(r)
			if _, size := utf8.DecodeRuneInString(line[i:]); unfit || r == '\t' || r == utf8.RuneError && size == 1 {
				return fmt.Errorf("line %d has %q at byte %d: %.200q", n+1, r, i, line)
			}
		}
	}
	return nil
}

// quoted returns text as one types it in a terminal, where a control key stands for itself
// behind Ctrl+V.
func quoted(text string) string {
	var keys strings.Builder
	for i := range len(text) {
		if text[i] < ' ' || text[i] == 0x7f {
			keys.WriteByte(0x16)
		}
		keys.WriteByte(text[i])
	}
	return keys.String()
}

// says runs commands of the program, each of which must succeed and print what is fit, and
// returns what they print.
func (w *world) says(commands ...string) map[string]string {
	w.t.Helper()
	said := map[string]string{}
	for _, args := range commands {
		said[args] = w.must(strings.Fields(args)...)
		if err := isFit(said[args]); err != nil {
			w.t.Errorf("tshare %s: %v", args, err)
		}
	}
	return said
}

// complains runs a command that cannot succeed, and must say so fitly.
func (w *world) complains(args ...string) {
	w.t.Helper()
	out, errs, status := w.run(args...)
	if err := isFit(out + errs); status == 0 || err != nil {
		w.t.Errorf("tshare %q: %d, %v", args, status, err)
	}
}

// hostileHost starts a session in a folder whose name, and whose files' names, are hostile,
// with one of them open, and returns that file's path.
func (w *world) hostileHost() (front *terminal, s *server, file string) {
	w.t.Helper()
	w.project = filepath.Join(w.dir, hostileName)
	must(w.t, os.Mkdir(w.project, 0o700))
	for _, one := range hostile.Samples() {
		if len(one.Raw) < 250 {
			w.write(one.Raw, one.Name+"\n")
		}
	}
	file = filepath.Join(hostileName, hostileName+"zebra")
	w.write(file, "some text\n")
	front, s = w.host(".")
	front.open("zebra", "some text")
	return front, s, file
}

// T-41: names of the shared folder, of files in it and of a guest: what the session draws,
// what the commands say of it while it runs and after it was killed, what is in the log
// and in the audit is fit to be shown, and says all the same what they are.
func TestHostileNamesAreFitToShowEverywhere(t *testing.T) {
	w := newWorld(t)
	front, s, file := w.hostileHost()
	zoe := w.guest(quoted(strings.ReplaceAll(hostileName, "\r", ""))+"zoe", w.newKey("zoe"), s.ready.PinnedCommand)
	pin := zoe.knock()
	w.says("who", "approve "+pin+" --remember")
	zoe.waitFor("some text") // where the host is
	zoe.typeKeys("typed ")
	front.waitFor("typed some text")

	said := w.says("who", "who --json", "status", "status --json", "guests", "guests --json", "invite", "invite --json", "recover",
		"recover --json", "audit", "audit --json", "audit verify", "unblock", "grant", "save")
	for args, want := range map[string]string{
		"who": "^[]0;owned^G<U+202E><U+009B>31m", "status": "^[]0;owned^G<U+202E>", "guests": "zoe", "audit": "zoe",
	} {
		if !strings.Contains(said[args], want) {
			t.Errorf("tshare %s does not tell of %q:\n%s", args, want, said[args])
		}
	}
	if people := w.people(); len(people) != 2 || people[1].Document != strings.ToValidUTF8(file, "\ufffd") {
		t.Errorf("who --json tells of %+v", people)
	}
	w.complains("serve", "--listen", "127.0.0.1:0") // the folder is shared already
	w.complains("who", "--session", hostileName)
	w.complains("kick", hostileName)

	zoe.typeKeys("more ")
	front.waitFor("typed more some text")
	_, drawn, _ := strings.Cut(zoe.written(), "\x1b[?1049h") // before that, what they typed is echoed
	for whose, written := range map[string]string{"the host's": front.written(), "the guest's": drawn} {
		if err := paintertest.Harmless(written); err != nil {
			t.Errorf("%s screen: %v", whose, err)
		}
	}
	w.waitFor("it is in the journal", func() bool { return strings.Contains(w.must("recover"), "zebra") })
	must(t, syscall.Kill(w.pid(s.ready.Session), syscall.SIGKILL))
	front.waitExit()
	said = w.says("recover", "recover --json", "audit", "audit verify")
	if out := said["recover"]; !strings.Contains(out, "^[]0;owned^G<U+202E><U+009B>31m<9B>2J") || !strings.Contains(out, "zoe") {
		t.Errorf("recover tells of %q", out)
	}
	if out := w.must("recover", "--text", file); out != "typed more some text\n" {
		t.Errorf("recover --text prints %q", out)
	}
	w.keptIsFit(s.ready.Token)
}

// keptIsFit checks that log and audit are there, are fit to be shown, and lack a token.
func (w *world) keptIsFit(token string) {
	w.t.Helper()
	for _, pattern := range []string{"tshare.log", "audit/*.jsonl", "audit/*.head"} {
		found, err := filepath.Glob(filepath.Join(w.dir, "state/tshare", pattern))
		if err != nil || len(found) == 0 {
			w.t.Fatalf("there is no %s: %v", pattern, err)
		}
		for _, path := range found {
			text, err := os.ReadFile(path)
			if err != nil || len(text) == 0 {
				w.t.Fatalf("%s: %d bytes, %v", path, len(text), err)
			}
			if err := isFit(string(text)); err != nil {
				w.t.Errorf("%s: %v", path, err)
			}
			if bytes.Contains(text, []byte(token)) {
				w.t.Errorf("%s has the token", path)
			}
		}
	}
}

// forgedReplies are what terminals answer and what nobody has asked for here, or would
// believe if they did.
var forgedReplies = []string{
	"\x1b[24;80R", "\x1b[?24;80;1R", // where the cursor is
	"\x1b[?62;4;22c", "\x1b[>41;354;0c", "\x1b[=0;1c", // what it is
	"\x1b[?2026;2$y", "\x1b[?1049;1$y", "\x1b[4;1$y", // modes
	"\x1b[?31u", "\x1b[?0u", // the kitty keyboard protocol
	"\x1b]10;rgb:ffff/ffff/ffff\x07", "\x1b]11;rgb:0000/0000/0000\x1b\\", "\x1b]4;1;rgb:0/0/0\x07", // colours
	"\x1b]52;c;ZXZpbCBjbGlwYm9hcmQ=\x07", "\x1b]52;p;ZXZpbA==\x1b\\", // the clipboard
	"\x1bP1+r544e=787465726d\x1b\\", "\x1bP0+r\x1b\\", "\x1bP1$r0m\x1b\\", "\x1bP>|evil(1)\x1b\\", // termcap, settings, version
	"\x1b[8;9999;9999t", "\x1b[48;9999;9999;9;9t", "\x1b]levil title\x1b\\", "\x1b]Levil icon\x1b\\", // sizes, titles
	"\x1b[?997;1n", "\x1b[0n", "\x1b[I", "\x1b[O", "\x1b_Gi=1;OK\x1b\\", // schemes, health, focus, graphics
}

// T-43: a guest's terminal that answers what it was not asked types nothing and moves
// nothing; what the guest types in between is typed.
func TestForgedRepliesTypeNothing(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "notes\n")
	s := w.serve("notes.md")
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	bob := w.guest("bob", w.newKey("bob"), s.ready.PinnedCommand)
	for _, g := range []*guest{alice, bob} {
		g.letIn(s, "")
		g.open("notes.md", "notes")
	}
	alphabet := "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	typed := ""
	for i, reply := range forgedReplies {
		alice.typeKeys(reply + alphabet[i:i+1])
		typed += alphabet[i : i+1]
		alice.waitFor(typed + "notes") // so each is by itself
	}
	for _, reply := range forgedReplies { // and all at once
		typed += "."
		alice.typeKeys(reply + ".")
	}
	bob.waitFor(typed + "notes")
	w.must("save")
	if got, want := w.read("notes.md"), typed+"notes\n"; got != want {
		t.Errorf("notes.md holds %q, want %q", got, want)
	}
	for _, g := range []*guest{alice, bob} {
		if out := g.written(); strings.Contains(out, "evil") {
			t.Errorf("%s was sent what a reply said: %q", g.name, out)
		}
	}
	bob.typeKeys("\x16") // Ctrl+V: a clipboard is one's own
	bob.waitFor("Nothing was copied here")
}

// T-42: a terminal's clipboard is never asked for, and set by its own person's copy alone.
func TestClipboardIsSetByOnesOwnCopyAlone(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "notes\n")
	front, s := w.host("notes.md")
	front.waitFor("notes")
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	alice.letIn(s, "")
	alice.waitFor("notes")
	alice.typeKeys("\x1b]52;c;?\x07\x1b[200~\x1b]52;c;?\x07\x1b]52;c;ZXZpbA==\x07\x1b[201~")
	front.waitFor("]52;c;?]52;c;ZXZpbA==notes") // pasted text is text
	front.typeKeys("\x01\x03")                  // Ctrl+A, Ctrl+C
	front.waitFor("Copied")
	copied := base64.StdEncoding.EncodeToString([]byte("]52;c;?]52;c;ZXZpbA==notes\n"))
	w.waitFor("it was sent to the clipboard", func() bool {
		return strings.Contains(front.written(), "\x1b]52;c;"+copied+"\x07")
	})
	if got := paintertest.Clipboard.FindAllString(front.written(), -1); len(got) != 1 {
		t.Errorf("the host's clipboard gets %q", got)
	}
	alice.typeKeys("Q")
	for _, term := range []*terminal{front, alice.terminal} {
		term.waitFor("Qnotes")
	}
	if got := paintertest.Clipboard.FindAllString(alice.written(), -1); len(got) != 0 {
		t.Errorf("alice's clipboard gets %q", got)
	}
}

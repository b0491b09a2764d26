package workspace

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// T-70, T-71: neither by its path nor through a link is anything outside reached.
func TestPathsStayInsideTheFolder(t *testing.T) {
	root := tree(t, map[string]string{"secret": "outside", "p/a.go": "text", "p/sub/b.go": "deep"})
	p := root + "/p"
	for name, target := range map[string]string{
		"relative": "../secret", "absolute": root + "/secret", "dir": "..", "rootdir": "/", "via": "sub/../../secret",
		"self": "/proc/self/root/etc/passwd", "double": "relative", "prefix": p + "x/secret", "sub/up": "../../secret",
	} {
		link(t, target, p+"/"+name)
	}
	f := share(t, p)
	outside := []string{
		"../secret", "/etc/passwd", "sub/../../secret", p + "/a.go", "relative", "absolute", "dir/secret", "rootdir/etc/passwd",
		"via", "self", "double", "prefix", "sub/up", "..", "./../secret", "/",
	}
	for _, path := range outside {
		_, err := f.Load(path)
		if !errors.Is(err, ErrOutside) {
			t.Errorf("Load(%q): %v, want ErrOutside", path, err)
		}
		if _, err := f.Save(path, strings.NewReader("owned"), Stamp{}); !errors.Is(err, ErrOutside) {
			t.Errorf("Save(%q): %v, want ErrOutside", path, err)
		}
		if _, err := f.Overwrite(path, strings.NewReader("owned")); !errors.Is(err, ErrOutside) {
			t.Errorf("Overwrite(%q): %v, want ErrOutside", path, err)
		}
		if _, err := f.List(path); !errors.Is(err, ErrOutside) {
			t.Errorf("List(%q): %v, want ErrOutside", path, err)
		}
		if changed, err := f.Changed(path, Stamp{}); err == nil {
			t.Errorf("Changed(%q) = %v, want an error", path, changed)
		}
	}
	checkText(t, root+"/secret", "outside")
	checkNames(t, root, "p", "secret")
}

// T-71: a link that stays inside is its target, to read and to save.
func TestLinksInsideAreFollowed(t *testing.T) {
	root := tree(t, map[string]string{"real/a.go": "text", "real/deep/b.go": "b"})
	for name, target := range map[string]string{
		"file": "real/a.go", "dir": "real", "chain": "file", "full": root + "/real/a.go", "real/deep/back": "../a.go",
		"slash": "./real//a.go", "new": "real/new.go",
	} {
		link(t, target, root+"/"+name)
	}
	f := share(t, root)
	for _, path := range []string{"file", "dir/a.go", "chain", "full", "real/deep/back", "dir/deep/back", "slash", "real/../real/a.go", "./real//a.go"} {
		file, err := f.Load(path)
		if err != nil || string(file.Text) != "text" || file.Path != "real/a.go" {
			t.Errorf("Load(%q) = %+v, %v, want real/a.go", path, file, err)
		}
	}

	for path, want := range map[string]string{"chain": "real/a.go", "new": "real/new.go", "dir/./none.go": "real/none.go", "x/../y": "y"} {
		if got, err := f.Look(path); err != nil || got.Path != want {
			t.Errorf("Look(%q) = %+v, %v, want %q", path, got, err, want)
		}
	}
	for path, want := range map[string]error{"../x": ErrOutside, ".git/x": ErrDenied, "none/x": os.ErrNotExist} {
		_, err := f.Look(path)
		checkError(t, err, want, "open "+path, root)
	}

	file := load(t, f, "chain")
	if _, err := f.Save("chain", strings.NewReader("saved"), file.Stamp); err != nil {
		t.Fatal(err)
	}
	checkText(t, root+"/real/a.go", "saved")
	if target, err := os.Readlink(root + "/chain"); err != nil || target != "file" {
		t.Errorf("after the save the link leads to %q, %v", target, err)
	}
	if _, err := f.Save("new", strings.NewReader("made"), Stamp{}); err != nil {
		t.Fatal(err)
	}
	checkText(t, root+"/real/new.go", "made")
	checkNames(t, root+"/real", "a.go", "deep", "new.go")
}

// T-78: what is kept out is kept out in every spelling that some file system takes.
func TestDeniedNamesInAllSpellings(t *testing.T) {
	files := map[string]string{}
	names := []string{
		".git/config", ".git", ".GIT/hooks/x", ".Git./config", ".git /config", "sub/.git/config", ".g\u200cit/config",
		".git::$INDEX_ALLOCATION/config", "git~1/config", ".hg/hgrc", ".svn/x", ".jj/x", ".ſvn/x", ".ssh/config", ".gnupg/x",
		".env", ".env.local", ".ENVRC", ".envrc", "server.pem", "server.PEM", "tls/server.key", "Server.\u212aey", "id_rsa", "id_ed25519.pub",
		"ID_WORK", "id_rsa.bak", ".vscode/tasks.json", ".idea/x", ".tshare/x", ".tshare.toml", ".main.go.tshare-abcdef", ".aws/credentials", ".netrc",
	}
	for _, name := range names {
		if name != ".git" {
			files[name] = "secret"
		}
	}
	root := tree(t, files)
	link(t, ".git/config", root+"/harmless")
	link(t, ".git", root+"/gitdir")
	link(t, "server.key", root+"/tls/x")
	f := share(t, root)
	for _, path := range append(names, "a/../.git/config", ".git/", "./.git/config", "harmless", "gitdir/config", "gitdir/new", "tls/x") {
		if _, err := f.Load(path); !errors.Is(err, ErrDenied) {
			t.Errorf("Load(%+q): %v, want ErrDenied", path, err)
		}
		if _, err := f.Overwrite(path, strings.NewReader("owned")); !errors.Is(err, ErrDenied) {
			t.Errorf("Overwrite(%+q): %v, want ErrDenied", path, err)
		}
		if _, err := f.Save(path+"x/new", strings.NewReader("owned"), Stamp{}); err == nil {
			t.Errorf("Save(%+q) wrote", path+"x/new")
		}
	}
	for path := range files {
		checkText(t, filepath.Join(root, path), "secret")
	}
	if !Denied("src/.env") || !Denied("id_rsa") {
		t.Errorf("Denied does not see a secret")
	}
	for _, path := range []string{".gitignore", ".github/workflows/ci.yml", "id_map.go", "environment.ts", "keyboard.go", "monkey", "git.go", ".golangci.yml"} {
		if Denied(path) {
			t.Errorf("Denied(%q), want it allowed", path)
		}
	}
}

func TestUnusablePathsAreRefused(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text", "odd\x1bname": "odd"})
	f := share(t, root)
	deep := strings.Repeat("d/", maxDepth) + "x"
	for _, test := range []struct {
		path string
		want error
	}{
		{"a\x00b", ErrName}, {deep, ErrName}, {strings.Repeat("a/", 3000), ErrName}, {"a.go/b", syscall.ENOTDIR},
		{strings.Repeat("n", 256), syscall.ENAMETOOLONG},
	} {
		if _, err := f.Load(test.path); !errors.Is(err, test.want) {
			t.Errorf("Load(%.40q): %v, want %v", test.path, err, test.want)
		}
	}
	for _, path := range []string{"x\ny", "x\x1b[2J", "x\u202ey", "x\u200by", "x\xff", "tab\tname", "\u009b"} {
		_, err := f.Save(path, strings.NewReader("new"), Stamp{})
		if !errors.Is(err, ErrName) {
			t.Errorf("Save(%+q): %v, want ErrName", path, err)
		}
		checkError(t, err, ErrName, "save", root)
	}
	checkNames(t, root, "a.go", "odd\x1bname")
	file := load(t, f, "odd\x1bname") // what exists can be edited
	if _, err := f.Save(file.Path, strings.NewReader("even"), file.Stamp); err != nil {
		t.Error(err)
	}
}

// T-75: a FIFO, a device and a socket are refused at once.
func TestOnlyRegularFilesAreOpened(t *testing.T) {
	root := tree(t, map[string]string{"dir/": ""})
	if err := syscall.Mkfifo(root+"/fifo", 0o666); err != nil {
		t.Fatal(err)
	}
	socket, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(socket)
	if err := unix.Bind(socket, &unix.SockaddrUnix{Name: root + "/socket"}); err != nil {
		t.Fatal(err)
	}
	paths := []string{"dir", "fifo", "socket", "", ".", "link"}
	link(t, "fifo", root+"/link")
	if err := unix.Mknod(root+"/device", unix.S_IFCHR|0o666, int(unix.Mkdev(1, 5))); err == nil { // as /dev/zero
		paths = append(paths, "device")
	} else {
		t.Logf("no device is tried: %v", err)
	}
	f := share(t, root)
	for _, path := range paths {
		if _, err := f.Load(path); !errors.Is(err, ErrNotRegular) {
			t.Errorf("Load(%q): %v, want ErrNotRegular", path, err)
		}
		for _, base := range []Stamp{{}, {exists: true}} {
			if _, err := f.Save(path, strings.NewReader("x"), base); !errors.Is(err, ErrNotRegular) {
				t.Errorf("Save(%q): %v, want ErrNotRegular", path, err)
			}
		}
		if _, err := f.Overwrite(path, strings.NewReader("x")); !errors.Is(err, ErrNotRegular) {
			t.Errorf("Overwrite(%q): %v, want ErrNotRegular", path, err)
		}
		if changed, err := f.Changed(path, Stamp{exists: true}); err != nil || !changed {
			t.Errorf("Changed(%q) = %v, %v, want a change", path, changed, err)
		}
	}
}

// T-75: TestFIFOThatTakesAFilesPlaceHangsNobody opens a place whose file was replaced since
// it was found.
func TestFIFOThatTakesAFilesPlaceHangsNobody(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text"})
	f := share(t, root)
	p, err := f.find("a.go")
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	os.Remove(root + "/a.go")
	if err := syscall.Mkfifo(root+"/a.go", 0o666); err != nil {
		t.Fatal(err)
	}
	for _, flag := range []int{os.O_RDONLY, os.O_RDWR} {
		if file, err := p.open(flag); !errors.Is(err, errReplaced) {
			file.Close()
			t.Errorf("open: %v, want that it was replaced", err)
		}
	}
}

// T-73: TestFolderSwappedWithALinkNeverEscapes swaps a folder and a link to the outside as
// fast as it can while files in it are loaded and saved.
func TestFolderSwappedWithALinkNeverEscapes(t *testing.T) {
	root := tree(t, map[string]string{"out/a.go": "outside", "p/sub/a.go": "inside"})
	p := root + "/p"
	link(t, "../out", p+"/link")
	f := share(t, p)

	stop, done := make(chan struct{}), make(chan error)
	go func() {
		for {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			if err := exchangeNames(p, "sub", "link"); err != nil {
				done <- err
				return
			}
		}
	}()
	loaded, refused, made := 0, 0, 0
	deadline := time.Now().Add(20 * time.Second)
	for round := 0; (round < 300 || loaded < 10 || refused < 10) && time.Now().Before(deadline); round++ {
		if _, err := f.Save(fmt.Sprintf("sub/new%d.go", round), strings.NewReader("inside"), Stamp{}); err == nil {
			made++
		}
		file, err := f.Load("sub/a.go")
		if err != nil {
			refused++
			continue
		}
		loaded++
		if !strings.HasPrefix(string(file.Text), "inside") {
			t.Fatalf("round %d: loaded %q from outside", round, file.Text)
		}
		if _, err := f.Save("sub/a.go", strings.NewReader(fmt.Sprint("inside ", round)), file.Stamp); err != nil {
			refused++
		}
	}
	close(stop)
	if err := <-done; err != nil {
		t.Fatalf("names cannot be exchanged here: %v", err)
	}
	checkText(t, root+"/out/a.go", "outside")
	checkNames(t, root+"/out", "a.go")
	t.Logf("%d loads, %d new files, %d refusals, no escape", loaded, made, refused)
	if loaded < 10 || refused < 10 {
		t.Errorf("%d loads and %d refusals: the swapping hardly met them", loaded, refused)
	}
}

func exchangeNames(dir, a, b string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return exchange(d, a, b)
}

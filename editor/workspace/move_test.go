package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"testing"
	"time"
)

func TestRename(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text", "b.go": "other", "docs/n.md": "notes", "docs/deep/x": "x"})
	link(t, "docs", root+"/dir")
	link(t, "a.go", root+"/alias")
	f := share(t, root)
	for _, test := range []struct{ from, to, made string }{
		{"a.go", "c.go", ""},
		{"c.go", "sub/deep/c.go", "sub"},
		{"./sub/deep//c.go", "docs/../sub/c.go", ""},
		{"sub/c.go", "dir/c.go", ""},    // through a link in the folder
		{"docs", "notes/docs", "notes"}, // a whole folder
		{"alias", "other", ""},          // a link itself
		{"notes/docs/c.go", "a.go", ""},
	} {
		made, err := f.Rename(test.from, test.to)
		if err != nil || made != test.made {
			t.Errorf("Rename(%q, %q) = %q, %v, want %q", test.from, test.to, made, err, test.made)
		}
	}
	checkText(t, root+"/a.go", "text")
	checkText(t, root+"/notes/docs/deep/x", "x")
	if target, err := os.Readlink(root + "/other"); err != nil || target != "a.go" {
		t.Errorf("the link leads to %q, %v", target, err)
	}
	checkNames(t, root, "a.go", "b.go", "dir", "notes", "other", "sub")
	checkNames(t, root+"/sub", "deep")
}

func TestRenameOverwritesNothing(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "a", "b.go": "b", "dir/x": "x", "empty/": "", "full/y": "y"})
	link(t, "nowhere", root+"/dangling")
	f := share(t, root)
	for _, to := range []string{"b.go", "dir", "empty", "a.go", "dangling", "./dir/../b.go"} {
		_, err := f.Rename("a.go", to)
		checkError(t, err, ErrExists, "rename a.go", root)
	}
	for _, to := range []string{"empty", "full", "a.go", "dangling"} {
		_, err := f.Rename("dir", to)
		checkError(t, err, ErrExists, "rename dir", root)
	}
	if _, err := f.Rename("dir", "dir/new/dir"); !errors.Is(err, errIntoItself) {
		t.Errorf("a folder into itself: %v", err)
	}
	if _, err := f.Rename("none", "new/x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Rename of nothing: %v", err)
	}
	if _, err := f.Rename("a.go", "new/folder/x\u202ey"); !errors.Is(err, ErrName) {
		t.Errorf("Rename to what cannot be seen: %v", err)
	}
	if _, err := f.Rename("a.go", "new/x\u202ey/z"); !errors.Is(err, ErrName) {
		t.Errorf("Rename into what cannot be seen: %v", err)
	}
	if _, err := f.Rename("a.go", "b.go/x"); err == nil {
		t.Error("Rename into a file")
	}
	checkText(t, root+"/a.go", "a")
	checkText(t, root+"/b.go", "b")
	checkNames(t, root, "a.go", "b.go", "dangling", "dir", "empty", "full") // no folder that was made for it stays
}

// Where the file system cannot give a name to nothing but what is there in one step.
func TestMoveByLinkOverwritesNothing(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "a", "b.go": "b", "dir/x": "x", "empty/": "", "full/y": "y"})
	f := share(t, root)
	move := func(from, to string) error {
		p, err := f.findItself(from)
		if err != nil {
			t.Fatal(err)
		}
		defer p.close()
		target, err := f.findItself(to)
		if err != nil {
			t.Fatal(err)
		}
		defer target.close()
		dir, err := os.Open(root)
		if err != nil {
			t.Fatal(err)
		}
		defer dir.Close()
		return p.moveByLink(dir, dir, target)
	}
	for _, to := range []string{"b.go", "dir"} {
		if err := move("a.go", to); !errors.Is(err, fs.ErrExist) {
			t.Errorf("a.go to %s: %v", to, err)
		}
	}
	for _, to := range []string{"full", "empty", "a.go"} {
		if err := move("dir", to); !errors.Is(err, fs.ErrExist) {
			t.Errorf("dir to %s: %v", to, err)
		}
	}
	if err := errors.Join(move("a.go", "c.go"), move("dir", "new")); err != nil {
		t.Error(err)
	}
	checkText(t, root+"/b.go", "b")
	checkText(t, root+"/c.go", "a")
	checkNames(t, root, "b.go", "c.go", "empty", "full", "new")
}

// keptOut are spellings of what is kept out of sessions.
var keptOut = []string{
	".git/hooks/x", ".git", ".GIT/config", ".Git./config", "sub/.git/config", ".g\u200cit/config", "git~1/x", ".env", ".ENV.local",
	"server.pem", "tls/server.KEY", "id_rsa", "ID_WORK", ".ssh/x", ".tshare/policy", ".tshare/trash/x", ".vscode/tasks.json",
}

func TestWhatIsKeptOutIsNeitherRenamedNorDeleted(t *testing.T) {
	files := map[string]string{"a.go": "text", "plain/b.go": "b", "mixed/deep/.env": "secret", "mixed/a": "a"}
	for _, path := range keptOut {
		if path != ".git" {
			files[path] = "secret"
		}
	}
	root := tree(t, files)
	link(t, ".git", root+"/gitdir")
	f := share(t, root)
	if err := f.Unseal(".env"); err != nil {
		t.Fatal(err)
	}
	for _, path := range append(keptOut, "a/../.git/config", "gitdir/config", "gitdir/new") {
		if _, err := f.Rename(path, "stolen"); !errors.Is(err, ErrDenied) {
			t.Errorf("Rename(%+q, stolen): %v, want ErrDenied", path, err)
		}
		if _, err := f.Rename("a.go", path); !errors.Is(err, ErrDenied) {
			t.Errorf("Rename(a.go, %+q): %v, want ErrDenied", path, err)
		}
		if item, err := f.Target(path); !errors.Is(err, ErrDenied) {
			t.Errorf("Target(%+q) = %v, %v, want ErrDenied", path, item, err)
		}
		if _, err := f.Delete(path); !errors.Is(err, ErrDenied) {
			t.Errorf("Delete(%+q): %v, want ErrDenied", path, err)
		}
	}
	if _, err := f.Rename("plain", ".git/x/y/z"); !errors.Is(err, ErrDenied) {
		t.Errorf("Rename of a folder into .git: %v", err)
	}
	if _, err := f.Delete("mixed"); !errors.Is(err, ErrDenied) {
		t.Errorf("Delete of a folder with a secret in it: %v", err)
	}
	if _, err := f.Contents("mixed"); !errors.Is(err, ErrDenied) {
		t.Errorf("Contents of a folder with a secret in it: %v", err)
	}
	for path, text := range files {
		checkText(t, root+"/"+path, text)
	}
}

func TestDeleteAndRestore(t *testing.T) {
	root := tree(t, map[string]string{"out/keep": "outside", "p/a.go": "text", "p/docs/n.md": "notes", "p/docs/deep/x": "x", "p/empty/": ""})
	p := root + "/p"
	link(t, "../out", p+"/outdir")
	link(t, "../out/keep", p+"/outfile")
	link(t, "a.go", p+"/alias")
	link(t, "docs", p+"/dir")
	f := share(t, p)
	if c, err := f.Contents("docs"); err != nil || c != (Contents{Files: 2, Folders: 1}) {
		t.Errorf("Contents(docs) = %+v, %v", c, err)
	}
	var deleted []Deleted
	for _, path := range []string{"outdir", "outfile", "alias", "dir", "a.go", "docs", "empty"} {
		d, err := f.Delete(path)
		if err != nil || d.Path != path {
			t.Fatalf("Delete(%q) = %+v, %v", path, d, err)
		}
		deleted = append(deleted, d)
	}
	checkNames(t, p, ".tshare")
	checkText(t, p+"/.tshare/trash/.gitignore", "*\n")
	checkText(t, root+"/out/keep", "outside")
	checkNames(t, root+"/out", "keep")
	if info, err := os.Stat(p + "/.tshare/trash"); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the trash: %v, %v", info.Mode(), err)
	}
	for path, want := range map[string]error{"none": fs.ErrNotExist, "": ErrDenied, ".": ErrDenied, "../out": ErrOutside, "a.go": fs.ErrNotExist} {
		if _, err := f.Delete(path); !errors.Is(err, want) {
			t.Errorf("Delete(%q): %v, want %v", path, err, want)
		}
	}
	put(t, p+"/a.go", "another")
	for _, d := range deleted {
		_, err := f.Restore(d)
		if d.Path == "a.go" {
			checkError(t, err, ErrExists, "bring back a.go", root)
		} else if err != nil {
			t.Errorf("Restore(%v): %v", d, err)
		}
	}
	checkText(t, p+"/a.go", "another")
	checkText(t, p+"/docs/deep/x", "x")
	if target, err := os.Readlink(p + "/outfile"); err != nil || target != "../out/keep" {
		t.Errorf("the link leads to %q, %v", target, err)
	}
	os.Remove(p + "/a.go")
	if _, err := f.Restore(deleted[4]); err != nil {
		t.Error(err)
	}
	checkText(t, p+"/a.go", "text")
	checkNames(t, p+"/.tshare/trash", ".gitignore")
	if _, err := f.Restore(deleted[4]); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Restore once more: %v", err)
	}
}

func TestRestoreMakesTheFolderAgain(t *testing.T) {
	root := tree(t, map[string]string{"docs/deep/n.md": "notes"})
	f := share(t, root)
	d, err := f.Delete("docs/deep/n.md")
	if err != nil {
		t.Fatal(err)
	}
	os.RemoveAll(root + "/docs")
	if made, err := f.Restore(d); made != "docs" || err != nil {
		t.Errorf("Restore = %q, %v", made, err)
	}
	checkText(t, root+"/docs/deep/n.md", "notes")
}

// A folder that has the trash's name, and is a link, is no way out.
func TestTrashThatIsALinkIsNotUsed(t *testing.T) {
	root := tree(t, map[string]string{"out/keep": "outside", "p/a.go": "text", "p/in/": ""})
	for _, target := range []string{"../out", "in"} {
		link(t, target, root+"/p/.tshare")
		f := share(t, root+"/p")
		if d, err := f.Delete("a.go"); err == nil {
			t.Errorf("with .tshare leading to %s it went to %v", target, d)
		}
		os.Remove(root + "/p/.tshare")
	}
	checkText(t, root+"/p/a.go", "text")
	checkNames(t, root+"/out", "keep")
	checkNames(t, root+"/p/in")
}

func TestOnlyFileKeepsItsName(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text", "b.go": "other"})
	f := share(t, root+"/a.go")
	for _, test := range [][2]string{{"a.go", "c.go"}, {"a.go", "sub/a.go"}, {"b.go", "c.go"}} {
		if _, err := f.Rename(test[0], test[1]); !errors.Is(err, ErrDenied) {
			t.Errorf("Rename(%q, %q): %v", test[0], test[1], err)
		}
	}
	if _, err := f.Delete("b.go"); !errors.Is(err, ErrDenied) {
		t.Errorf("Delete of another: %v", err)
	}
	d, err := f.Delete("a.go")
	if err != nil {
		t.Fatal(err)
	}
	checkNames(t, root, ".tshare", "b.go")
	if _, err := f.Restore(d); err != nil {
		t.Error(err)
	}
	checkNames(t, root, ".tshare", "a.go", "b.go")
}

// T-73: while a folder and a link to the outside are swapped as fast as can be, files
// are renamed into it, out of it and in it, deleted and brought back.
func TestRenameAndDeleteNeverEscape(t *testing.T) {
	root := tree(t, map[string]string{"out/a.go": "outside", "out/deep/b.go": "outside", "p/sub/a.go": "inside", "p/sub/deep/b.go": "inside"})
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
	deeds := []func(round int) error{
		func(round int) error {
			put(t, fmt.Sprintf("%s/in%d", p, round), "in")
			_, err := f.Rename(fmt.Sprint("in", round), fmt.Sprintf("sub/in%d", round))
			return err
		},
		func(int) error { _, err := f.Rename("sub/a.go", "a.go"); return err },
		func(int) error { _, err := f.Rename("a.go", "sub/a.go"); return err },
		func(int) error { _, err := f.Rename("sub/deep", "sub/x/deep"); return err },
		func(int) error { _, err := f.Rename("sub/x/deep", "sub/deep"); return err },
		func(int) error {
			d, err := f.Delete("sub/deep/b.go")
			for try := 0; err == nil && try < 1000; try++ { // until no link is in the way
				if _, back := f.Restore(d); back == nil {
					break
				}
			}
			return err
		},
	}
	did, refused := make([]int, len(deeds)), 0
	deadline := time.Now().Add(20 * time.Second)
	for round := 0; (slices.Min(did) < 10 || refused < 20) && time.Now().Before(deadline); round++ {
		for i, deed := range deeds {
			for range 50 {
				if deed(round) == nil {
					did[i]++
					break
				}
				refused++
			}
		}
	}
	close(stop)
	if err := <-done; err != nil {
		t.Fatalf("names cannot be exchanged here: %v", err)
	}
	checkText(t, root+"/out/a.go", "outside")
	checkText(t, root+"/out/deep/b.go", "outside")
	checkNames(t, root+"/out", "a.go", "deep")
	checkNames(t, root+"/out/deep", "b.go")
	t.Logf("%v deeds, %d refusals, no escape", did, refused)
	if slices.Min(did) < 10 || refused < 20 {
		t.Errorf("%v deeds and %d refusals: the swapping hardly met them", did, refused)
	}
}

package workspace

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func paths(entries []Entry) []string {
	var all []string
	for _, e := range entries {
		path := e.Path
		if e.Dir {
			path += "/"
		}
		all = append(all, path)
	}
	return all
}

func TestListShowsFoldersFirstAndNothingHidden(t *testing.T) {
	root := tree(t, map[string]string{
		"b.go": "", "A.go": "", "a.go": "", "Zoo/x": "", "lib/y": "", "été.txt": "", ".hidden": "", ".git/config": "", ".github/x": "",
		"server.key": "", "id_rsa": "", "id_map.go": "", "odd\x1bname": "",
	})
	if err := syscall.Mkfifo(root+"/fifo", 0o644); err != nil {
		t.Fatal(err)
	}
	link(t, "b.go", root+"/link.go")
	link(t, "lib", root+"/libs")
	link(t, "/etc/passwd", root+"/passwd")
	link(t, "server.key", root+"/key")
	link(t, "none", root+"/dangling")
	link(t, "fifo", root+"/pipe")
	f := share(t, root)
	entries, err := f.List("")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"lib/", "Zoo/", "A.go", "a.go", "b.go", "id_map.go", "link.go", "odd\x1bname", "été.txt"}
	if got := paths(entries); !slices.Equal(got, want) {
		t.Errorf("List = %q, want %q", got, want)
	}
	for _, dir := range []string{"lib", "./lib/", "libs"} {
		entries, err := f.List(dir)
		if err != nil || len(entries) != 1 || entries[0] != (Entry{Path: "lib/y", Name: "y"}) {
			t.Errorf("List(%q) = %v, %v, want lib/y", dir, entries, err)
		}
	}
	for dir, want := range map[string]error{".git": ErrDenied, "none": os.ErrNotExist, "b.go": syscall.ENOTDIR, "fifo": syscall.ENOTDIR} {
		_, err := f.List(dir)
		checkError(t, err, want, "list "+dir, root)
	}
}

func TestListLeavesOutWhatIsIgnored(t *testing.T) {
	root := tree(t, map[string]string{
		".gitignore": "*.log\n/build/\nnode_modules\n!keep.log\n", ".git/info/exclude": "private\n",
		"a.go": "", "a.log": "", "keep.log": "", "private": "", "build/out.go": "", "node_modules/x/index.js": "",
		"sub/.gitignore": "*.tmp\n!b.log\n", "sub/a.tmp": "", "sub/b.log": "", "sub/c.log": "", "sub/build/x.go": "", "sub/node_modules/y": "",
		"sub/.git/info/exclude": "x.go\n",
	})
	f := share(t, root)
	for dir, want := range map[string][]string{
		"": {"sub/", "a.go", "keep.log"}, "sub": {"sub/build/", "sub/b.log"}, "sub/build": {"sub/build/x.go"},
		"build": nil, "node_modules": nil, "node_modules/x": nil,
	} {
		entries, err := f.List(dir)
		if got := paths(entries); err != nil || !slices.Equal(got, want) {
			t.Errorf("List(%q) = %q, %v, want %q", dir, got, err, want)
		}
	}
	files, err := f.Files(t.Context(), 100)
	want := []string{"a.go", "keep.log", "sub/b.log", "sub/build/x.go"}
	if err != nil || !slices.Equal(files, want) {
		t.Errorf("Files = %q, %v, want %q", files, err, want)
	}
	if file, err := f.Load("build/out.go"); err != nil || file.Path != "build/out.go" {
		t.Errorf("Load of an ignored file: %v", err)
	}
}

func TestHostileIgnoreFilesAreLeftAlone(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "", "out": "*\n", "fifo/a.go": "", "link/a.go": "", "big/a.go": "", "dir/.gitignore/x": "", "dir/a.go": ""})
	if err := syscall.Mkfifo(root+"/fifo/.gitignore", 0o644); err != nil {
		t.Fatal(err)
	}
	link(t, "../out", root+"/link/.gitignore")
	put(t, root+"/big/.gitignore", strings.Repeat("# filler\n", 100_000)+"*\n")
	put(t, root+"/.gitignore", strings.Repeat("*a*a*a*a*a*a*a*b\n[\n\\\n", 1000))
	f := share(t, root)
	files, err := f.Files(t.Context(), 100)
	want := []string{"a.go", "out", "big/a.go", "dir/a.go", "fifo/a.go", "link/a.go"}
	if err != nil || !slices.Equal(files, want) {
		t.Errorf("Files = %q, %v, want %q", files, err, want)
	}
}

func TestFilesStopsAtItsLimit(t *testing.T) {
	root := tree(t, map[string]string{"a": "", "b": "", "x/c": "", "x/y/d": "", "z/e": ""})
	link(t, "..", root+"/x/up")
	f := share(t, root)
	want := []string{"a", "b", "x/c", "z/e", "x/y/d"}
	for limit := range 8 {
		files, err := f.Files(t.Context(), limit)
		if wanted := want[:min(limit, len(want))]; err != nil || !slices.Equal(files, wanted) {
			t.Errorf("Files of %d = %q, %v, want %q", limit, files, err, wanted)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if files, err := f.Files(ctx, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("Files when cancelled = %q, %v", files, err)
	}
}

// entriesEnv is how many entries the folder has that is too large to be listed.
const entriesEnv = "TSHARE_ENTRIES"

// T-76: of a folder with a million entries no more is read than of one that has one entry
// too many, and it keeps nobody from the others.
func TestFolderOfTooManyEntriesIsNotListed(t *testing.T) {
	n := maxEntries + 1
	if given := os.Getenv(entriesEnv); given != "" {
		var err error
		if n, err = strconv.Atoi(given); err != nil || n <= maxEntries {
			t.Fatalf("%s=%q: %v, want more than %d", entriesEnv, given, err, maxEntries)
		}
	}
	root, err := os.MkdirTemp(inMemory(), "tshare") // where so many names are made soonest
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	many := filepath.Join(root, "many")
	for _, err := range []error{os.Mkdir(many, 0o700), os.WriteFile(root+"/a.go", nil, 0o600)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		if err := os.WriteFile(filepath.Join(many, fmt.Sprint("f", i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f := share(t, root)
	began := time.Now()
	if entries, err := f.List("many"); err == nil || !strings.Contains(err.Error(), "over 100000 entries") {
		t.Errorf("List of %d = %d entries, %v", n, len(entries), err)
	}
	files, err := f.Files(t.Context(), 20_000)
	if err != nil || !slices.Equal(files, []string{"a.go"}) {
		t.Errorf("Files = %.100q, %v, want that the others are found", files, err)
	}
	took := time.Since(began)
	if _, err := f.Load(fmt.Sprint("many/f", n-1)); err != nil {
		t.Errorf("a file in it is not opened: %v", err)
	}
	t.Logf("a folder of %d entries is given up twice in %v", n, took)
	if took > 20*time.Second {
		t.Errorf("that took %v", took)
	}
}

// inMemory returns the folder for files that are in memory only, "" where there is none.
func inMemory() string {
	const folder = "/dev/shm"
	if unix.Access(folder, unix.W_OK) != nil {
		return ""
	}
	return folder
}

func TestFilesOfADeepTree(t *testing.T) {
	deep := strings.Repeat("d/", maxDepth-1)
	root := tree(t, map[string]string{deep + "last": "", deep + "d/over": ""})
	f := share(t, root)
	files, err := f.Files(t.Context(), 10)
	if want := []string{deep + "last"}; err != nil || !slices.Equal(files, want) {
		t.Errorf("Files = %q, %v, want %q", files, err, want)
	}
	if _, err := f.Load(files[0]); err != nil {
		t.Error(err)
	}
}

func TestFilesOfManyIsQuick(t *testing.T) {
	root := tree(t, nil)
	makeFiles(t, root, 80, 25)
	f := share(t, root)
	start := time.Now()
	files, err := f.Files(t.Context(), 20_000)
	took := time.Since(start)
	if err != nil || len(files) != 2000 {
		t.Fatalf("%d files, %v, want 2,000", len(files), err)
	}
	t.Logf("2,000 files in 80 folders took %v", took)
	if took > 5*time.Second {
		t.Errorf("2,000 files took %v", took)
	}
}

// makeFiles makes folders of so many files each, four deep, and an ignore file of the
// usual size.
func makeFiles(t testing.TB, root string, folders, files int) {
	t.Helper()
	if err := os.WriteFile(root+"/.gitignore", []byte(strings.Repeat("*.log\n/build/\nnode_modules\nsub/*/x.tmp\n", 10)), 0o644); err != nil {
		t.Fatal(err)
	}
	for i := range folders {
		dir := filepath.Join(root, fmt.Sprintf("a%d/b%d/c%d", i%4, i%20, i))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for j := range files {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("file%d.go", j)), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func BenchmarkFiles(b *testing.B) {
	root := b.TempDir()
	makeFiles(b, root, 200, 50)
	f, err := Open(root)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for b.Loop() {
		if files, err := f.Files(b.Context(), 20_000); err != nil || len(files) != 10_000 {
			b.Fatal(len(files), err)
		}
	}
}

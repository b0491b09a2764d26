package workspace

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// T-77: a link that takes a file's place, or that of its folder, while the file is being
// saved is not followed: nothing outside is written, made or given away, and what was
// planted is left alone.
func TestLinkPlantedDuringASaveIsNotFollowed(t *testing.T) {
	for start, prepare := range map[string]func(t *testing.T, sub string){
		"file":      func(t *testing.T, sub string) { put(t, sub+"/a.go", "theirs") },
		"new file":  func(*testing.T, string) {},
		"two names": func(t *testing.T, sub string) { put(t, sub+"/a.go", "theirs"); hardLink(t, sub+"/a.go", sub+"/b.go") },
	} {
		for planted, plant := range map[string]func(t *testing.T, root string){
			"link to a file":      func(t *testing.T, root string) { replaceByLink(t, root+"/p/sub/a.go", "../../out/a.go") },
			"link to a full path": func(t *testing.T, root string) { replaceByLink(t, root+"/p/sub/a.go", root+"/out/a.go") },
			"link to no file":     func(t *testing.T, root string) { replaceByLink(t, root+"/p/sub/a.go", "../../out/new.go") },
			"link to a folder":    func(t *testing.T, root string) { replaceByLink(t, root+"/p/sub/a.go", "../../out") },
			"link inside":         func(t *testing.T, root string) { replaceByLink(t, root+"/p/sub/a.go", "own.go") },
			"link for the folder": func(t *testing.T, root string) { replaceByLink(t, root+"/p/sub", "../out") },
		} {
			for deed, save := range map[string]func(f *Folder, text meanwhile, base Stamp) error{
				"save": func(f *Folder, text meanwhile, base Stamp) error {
					_, err := f.Save("sub/a.go", text, base)
					return err
				},
				"overwrite": func(f *Folder, text meanwhile, _ Stamp) error { _, err := f.Overwrite("sub/a.go", text); return err },
			} {
				t.Run(start+", "+planted+", "+deed, func(t *testing.T) {
					root := tree(t, map[string]string{"out/a.go": "outside", "p/sub/own.go": "own"})
					prepare(t, root+"/p/sub")
					f := share(t, root+"/p")
					var base Stamp
					if start != "new file" {
						base = load(t, f, "sub/a.go").Stamp
					}
					err := save(f, meanwhile{text: "mine", do: func() { plant(t, root) }}, base)
					if planted != "link for the folder" && !errors.Is(err, ErrChanged) {
						t.Errorf("the %s: %v, want %v", deed, err, ErrChanged)
					}
					checkText(t, root+"/out/a.go", "outside")
					checkNames(t, root+"/out", "a.go")
					if planted != "link for the folder" {
						checkText(t, root+"/p/sub/own.go", "own")
					}
					name := root + "/p/sub/a.go"
					if planted == "link for the folder" {
						name = root + "/p/sub"
					}
					if info, err := os.Lstat(name); err != nil || info.Mode().Type() != os.ModeSymlink {
						t.Errorf("%s is %v, %v, want the link that was planted", name, info, err)
					}
					checkNoCopies(t)
					err = filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
						if strings.Contains(path, draftInfix) {
							t.Errorf("%s is left", path)
						}
						return err
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}

func hardLink(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Link(from, to); err != nil {
		t.Fatal(err)
	}
}

// replaceByLink puts a link at path and what was there beside it.
func replaceByLink(t *testing.T, path, target string) {
	t.Helper()
	if err := os.Rename(path, path+".moved"); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if err := os.Symlink(target, path); err != nil {
		t.Error(err)
	}
}

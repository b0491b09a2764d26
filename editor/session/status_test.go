package session

import (
	"os"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"tshare/editor/access"
)

func TestStatusTellsHowDocumentsFare(t *testing.T) {
	s, file := newSession(t, "one\ntwo\n")
	synctest.Test(t, func(t *testing.T) {
		anna := join(t, s, "", "", access.Owner)
		bob := join(t, s, "bob", "SHA256:b", access.Editor)
		check := func(what string, want ...DocStatus) {
			t.Helper()
			if got := s.Status(); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: Status() = %+v, want %+v", what, got, want)
			}
		}
		if got := s.Status(); len(got) != 0 {
			t.Errorf("before anything is open, Status() = %+v", got)
		}
		id := open(t, anna, "main.go")
		open(t, bob, "main.go")
		saved := DocStatus{Path: "main.go", Bytes: 8, Lines: 3, Disk: InStep, Open: []string{"anna", "bob"}}
		check("opened", saved)

		time.Sleep(time.Second)
		began := time.Now()
		must(t, bob.Insert(id, "zero\n"))
		time.Sleep(time.Minute)
		must(t, bob.Insert(id, "half\n"))
		unsaved := DocStatus{Path: "main.go", Bytes: 18, Lines: 5, Unsaved: true, UnsavedSince: began, Disk: InStep, Open: []string{"anna", "bob"}}
		check("edited twice", unsaved)

		bob.Leave()
		unsaved.Open = []string{"anna"}
		check("bob left", unsaved)

		must(t, anna.Save(id, SaveAsked))
		saved.Bytes, saved.Lines, saved.Open = 18, 5, []string{"anna"}
		check("saved", saved)

		time.Sleep(time.Second)
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		gone := time.Now()
		for _, d := range s.allDocuments() {
			s.watch(d)
		}
		time.Sleep(time.Second)
		must(t, anna.Insert(id, "x"))
		check("the file went", DocStatus{Path: "main.go", Bytes: 19, Lines: 5, Unsaved: true, UnsavedSince: gone, Disk: Gone, Open: []string{"anna"}})

		open(t, anna, "a.txt")
		if got := s.Status(); len(got) != 2 || got[0].Path != "a.txt" || got[0].Disk != NotYet || got[0].Unsaved || !got[0].UnsavedSince.IsZero() {
			t.Errorf("with a new document Status() = %+v, want a.txt first, which is not there yet", got)
		}
	})
}

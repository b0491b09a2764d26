package session

import (
	"time"

	"tshare/crdt"
	"tshare/editor"
)

// DocID names a document for as long as the session lasts, whatever its path.
type DocID uint32

// Disk is how a document's file stands to it.
type Disk uint8

// The ways. Only a person's answer leads from Differs or Gone to a write.
const (
	InStep  Disk = iota
	NotYet       // a new document: the file comes into being with the first save
	Differs      // another program changed the file while there are unsaved edits
	Gone         // another program removed the file
)

// View is a document at one moment, immutable, with everyone's places in it.
type View struct {
	Doc      DocID
	Path     string
	Text     crdt.Snapshot
	Unsaved  bool
	ReadOnly bool // the file cannot be written with the session's rights
	Disk     Disk
	CRLF     bool    // its lines end in CR LF
	Exposed  bool    // what is typed is only in memory, as there is no journal
	Carets   []Caret // of everyone who is in and has it open
	Top      int     // offset of the line at the top of one's own viewport
	Left     int     // cells scrolled to the right, without soft wrap
}

// Caret is one participant's selections in a document.
type Caret struct {
	Who        ParticipantID
	Selections []editor.Selection // at least one, in order; offsets into the view's text
	Moved      time.Time          // when they last typed or moved here
}

// Own returns the selections of who, or a caret at the start.
func (v View) Own(who ParticipantID) []editor.Selection {
	for _, c := range v.Carets {
		if c.Who == who {
			return c.Selections
		}
	}
	return []editor.Selection{editor.Caret(0)}
}

// DocInfo is a document in one's list of open ones.
type DocInfo struct {
	ID      DocID
	Path    string
	Unsaved bool
}

// SaveMode says what to do if another program changed the file.
type SaveMode uint8

// The modes.
const (
	SaveAsked  SaveMode = iota // refuse with workspace.ErrChanged
	SaveAnyway                 // a person chose to keep what is in the document
)

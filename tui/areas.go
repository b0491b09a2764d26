package tui

import uv "github.com/charmbracelet/ultraviolet"

const (
	narrow            = 60 // cells below which the tree hides by itself
	minTree, maxTree  = 24, 30
	minRowsForTabs    = 6
	minRowsForPrompt  = 3
	minRowsForStatus  = 2
	minRowsLeftOfText = 1
)

// areas are the parts of the screen; one that is not shown is empty.
type areas struct{ tree, tabs, edit, strip, prompt, status, body uv.Rectangle }

// areas lays out the screen: tree | tabs, document; below them the knock strip,
// the prompt and the status bar. body is what dialogs may cover.
func (a *App) areas() areas {
	var ar areas
	bottom := a.h
	take := func(rows int) uv.Rectangle {
		rows = max(min(rows, bottom-minRowsLeftOfText), 0)
		bottom -= rows
		return uv.Rect(0, bottom, a.w, rows)
	}
	if a.h >= minRowsForStatus {
		ar.status = take(1)
	}
	if a.prompt != nil && a.h >= minRowsForPrompt {
		ar.prompt = take(1)
	}
	ar.strip = take(a.stripHeight())
	ar.body = uv.Rect(0, 0, a.w, bottom)
	x := a.treeWidth()
	ar.tree = uv.Rect(0, 0, x, bottom)
	top := 0
	if len(a.documents) > 1 && a.h >= minRowsForTabs && x < a.w {
		ar.tabs = uv.Rect(x, 0, a.w-x, 1)
		top = 1
	}
	ar.edit = uv.Rect(x, top, a.w-x, bottom-top)
	return ar
}

// stripHeight returns the rows of the knock strip.
func (a *App) stripHeight() int { return a.strip.Height(a.focus == onStrip, a.h) }

// treeWidth returns the cells that the tree takes. In a narrow terminal it is
// there only while one is in it, and then takes all of it.
func (a *App) treeWidth() int {
	switch {
	case !a.treeOpen:
		return 0
	case a.w >= narrow:
		return min(max(a.w/4, minTree), maxTree)
	case a.focus == onTree:
		return a.w
	}
	return 0
}

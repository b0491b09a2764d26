// Package editor is what editing means on a text, with no terminal and no
// network: clusters, words, lines, motions, columns in cells, rows of the
// screen, search. Its sub-packages are the session, the shared folder and who
// may do what.
//
// Three units meet here and nowhere else. An offset counts bytes from the start
// of a text, a line counts from 0, a column counts cells from the line's start.
// Whatever reads a text reads a bounded window around a place, so that a line
// of many megabytes costs no more than a short one.
package editor

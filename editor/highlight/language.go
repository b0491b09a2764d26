package highlight

import (
	"bytes"
	"path"
	"strings"
	"sync"
)

// Language is a language that text can be written in. A nil *Language is plain
// text. Languages are made once, compared by address, and safe for any goroutine.
type Language struct {
	name    string
	grammar func() *grammar // compiles at the first call; nil if that fails
}

// Of returns the language of the file at path, whose text begins with head: by the
// file's name, else by the first line. It returns nil for plain text and for what
// it does not know. The first call reads the list of languages, the first lines of
// each language its rules; both cost some milliseconds.
func Of(path string, head []byte) *Language {
	c := catalog()
	if l, ok := c.byFile(path); ok {
		return l
	}
	line, _, _ := bytes.Cut(head[:min(len(head), 256)], []byte("\n"))
	return c.byLine(string(line))
}

// Name returns what people call the language, "" for plain text.
func (l *Language) Name() string {
	if l == nil {
		return ""
	}
	return l.name
}

var catalog = sync.OnceValue(newDirectory)

// directory finds languages.
type directory struct {
	byName map[string]*Language // by names and aliases in lower case
	files  map[string]*Language // by whole file names
	ends   map[string]*Language // by what file names end with, from a dot on
	globs  []glob
}

type glob struct {
	pattern string
	lang    *Language
}

// byFile returns the language of files named like file, and whether it is known;
// a known one may be plain text.
func (d *directory) byFile(file string) (l *Language, ok bool) {
	name := path.Base(file)
	for {
		if l, ok = d.byBase(name); ok {
			return l, true
		}
		if l, ok = d.byBase(strings.ToLower(name)); ok {
			return l, true
		}
		short := name
		for _, end := range [...]string{"~", ".bak", ".orig", ".old", ".in", ".tmpl", ".template", ".example", ".sample", ".dist"} {
			short = strings.TrimSuffix(short, end)
		}
		if short == name || short == "" {
			return nil, false
		}
		name = short
	}
}

func (d *directory) byBase(name string) (*Language, bool) {
	if l, ok := d.files[name]; ok {
		return l, true
	}
	for i := range name {
		if name[i] == '.' {
			if l, ok := d.ends[name[i:]]; ok {
				return l, true
			}
		}
	}
	for _, g := range d.globs {
		if ok, err := path.Match(g.pattern, name); ok && err == nil {
			return g.lang, true
		}
	}
	return nil, false
}

// byLine returns the language that the first line of a text tells.
func (d *directory) byLine(line string) *Language {
	line = strings.TrimPrefix(line, "\ufeff")
	if command, ok := strings.CutPrefix(line, "#!"); ok {
		return d.byName[interpreter(command)]
	}
	for _, b := range beginnings {
		if strings.HasPrefix(strings.ToLower(line), b.text) {
			return d.byName[b.lexer]
		}
	}
	return nil
}

// beginnings are first lines that tell a language, in lower case.
var beginnings = [...]struct{ text, lexer string }{
	{"<?php", "php"},
	{"<?xml", "xml"},
	{"<!doctype html", "html"},
	{"<html", "html"},
	{"diff --git ", "diff"},
	{"--- a/", "diff"},
	{"%yaml", "yaml"},
	{"from ", ""}, // a mail, not Python
}

// interpreter returns the name of the lexer for a script that command runs, which
// is what follows "#!".
func interpreter(command string) string {
	words := strings.Fields(command)
	for len(words) > 1 && (path.Base(words[0]) == "env" || words[0][0] == '-' || strings.Contains(words[0], "=")) {
		words = words[1:]
	}
	if len(words) == 0 {
		return ""
	}
	name := strings.TrimRight(strings.ToLower(path.Base(words[0])), "0123456789.-")
	if lexer, ok := interpreters[name]; ok {
		return lexer
	}
	return name
}

// interpreters are those that are not called like a lexer.
var interpreters = map[string]string{
	"ash": "bash", "dash": "bash", "bats": "bash", "busybox": "bash",
	"node": "javascript", "nodejs": "javascript", "deno": "typescript", "bun": "typescript", "ts-node": "typescript",
	"pypy": "python", "ipython": "python", "uv": "python",
	"gawk": "awk", "mawk": "awk", "nawk": "awk",
	"gmake": "make", "rscript": "r", "wish": "tcl", "tclsh": "tcl", "pwsh": "powershell", "luajit": "lua", "jruby": "ruby",
}

package canvas

import "strings"

const ellipsis = "…"

// Width returns the cells that s takes on one line.
func Width(s string) int {
	n := 0
	for s != "" {
		var w int
		_, w, s = Next(s)
		n += w
	}
	return n
}

// Cut returns s cut to w cells, its end marked by an ellipsis if it was longer.
func Cut(s string, w int) string {
	if Width(s) <= w {
		return s
	}
	if w <= 0 {
		return ""
	}
	head, _ := split(s, w-1)
	return head + ellipsis
}

// CutLeft is Cut that keeps the end, as paths want.
func CutLeft(s string, w int) string {
	over := Width(s) - w
	if over <= 0 {
		return s
	}
	if w <= 0 {
		return ""
	}
	for dropped := 0; dropped < over+1; {
		var n int
		_, n, s = Next(s)
		dropped += n
	}
	return ellipsis + s
}

// Fold breaks s into lines of at most w cells wherever they are full, as a
// command is shown that must not be changed by a hyphen or a lost blank.
func Fold(s string, w int) []string {
	var lines []string
	for s != "" {
		head, rest := split(s, w)
		if head == "" { // a cluster wider than the line: alone on one, or for ever
			_, _, rest = Next(s)
			head = s[:len(s)-len(rest)]
		}
		lines, s = append(lines, head), rest
	}
	return lines
}

// Wrap breaks s between words into lines of at most w cells, and at line feeds.
// A word that is longer than a line is folded.
func Wrap(s string, w int) []string {
	var lines []string
	for _, par := range strings.Split(s, "\n") {
		line, width := "", 0
		for _, word := range strings.Fields(par) {
			n := Width(word)
			if line != "" && width+1+n <= w {
				line, width = line+" "+word, width+1+n
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			folded := Fold(word, w)
			lines = append(lines, folded[:len(folded)-1]...)
			line = folded[len(folded)-1]
			width = Width(line)
		}
		lines = append(lines, line)
	}
	return lines
}

// split cuts s after the last cluster that still fits into w cells.
func split(s string, w int) (head, rest string) {
	rest = s
	for rest != "" {
		_, n, after := Next(rest)
		if n > w {
			break
		}
		w -= n
		rest = after
	}
	return s[:len(s)-len(rest)], rest
}

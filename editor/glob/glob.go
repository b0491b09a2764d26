// Package glob matches paths to patterns as people write them in .gitignore files,
// grants and policies. No pattern takes long, whoever wrote it.
package glob

import "strings"

// Match reports whether the names of a path match the segments of a pattern,
// of which "**" stands for any number of names, at the end for at least one. Like
// MatchName it goes back to the last star only, so that no pattern takes long.
func Match(pattern, names []string) bool {
	p, n := 0, 0
	starP, starN := -1, 0
	for n < len(names) {
		switch {
		case p < len(pattern) && pattern[p] == "**":
			if p == len(pattern)-1 {
				return true
			}
			starP, starN = p, n
			p++
		case p < len(pattern) && MatchName(pattern[p], names[n]):
			p, n = p+1, n+1
		case starP >= 0:
			starN++
			p, n = starP+1, starN
		default:
			return false
		}
	}
	return p == len(pattern)
}

// MatchName reports whether a name matches a pattern without slashes, in which "*"
// stands for any bytes, "?" for one, "[…]" for one of a set, and a backslash takes
// the meaning from what follows it.
func MatchName(pattern, name string) bool {
	p, n := 0, 0
	starP, starN := -1, 0
	for n < len(name) {
		if p < len(pattern) && pattern[p] == '*' {
			starP, starN = p, n
			p++
			continue
		}
		if next, ok := matchByte(pattern, p, name[n]); ok {
			p, n = next, n+1
			continue
		}
		if starP < 0 {
			return false
		}
		starN++
		p, n = starP+1, starN
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// matchByte reports whether c matches what stands at p of pattern, which is not a star,
// and where the pattern goes on.
func matchByte(pattern string, p int, c byte) (next int, ok bool) {
	if p >= len(pattern) {
		return p, false
	}
	switch pattern[p] {
	case '?':
		return p + 1, true
	case '[':
		return matchSet(pattern, p+1, c)
	case '\\':
		p++
		if p == len(pattern) { // nothing follows: git takes that for no pattern at all
			return p, false
		}
	}
	return p + 1, pattern[p] == c
}

// matchSet reports whether c is in the set that begins at p, behind its bracket, and
// where the pattern goes on. A set without an end matches nothing.
func matchSet(pattern string, p int, c byte) (next int, ok bool) {
	inverted := p < len(pattern) && (pattern[p] == '!' || pattern[p] == '^')
	if inverted {
		p++
	}
	found := false
	for first := true; p < len(pattern); first = false {
		if pattern[p] == ']' && !first {
			return p + 1, found != inverted
		}
		if class, after, ok := setClass(pattern, p); ok {
			found = found || inClass(class, c)
			p = after
			continue
		}
		low, after, ok := setByte(pattern, p)
		if !ok {
			return p, false
		}
		high := low
		if after+1 < len(pattern) && pattern[after] == '-' && pattern[after+1] != ']' {
			if high, after, ok = setByte(pattern, after+1); !ok {
				return p, false
			}
		}
		found = found || low <= c && c <= high
		p = after
	}
	return p, false
}

// setByte returns the byte of a set at p, which a backslash may stand before.
func setByte(pattern string, p int) (b byte, next int, ok bool) {
	if pattern[p] == '\\' {
		p++
	}
	if p >= len(pattern) {
		return 0, p, false
	}
	return pattern[p], p + 1, true
}

// setClass returns the name of a class such as [:alpha:] that begins at p.
func setClass(pattern string, p int) (class string, next int, ok bool) {
	rest, ok := strings.CutPrefix(pattern[p:], "[:")
	if !ok {
		return "", p, false
	}
	class, _, _ = strings.Cut(rest, "]")
	class, ok = strings.CutSuffix(class, ":")
	return class, p + len("[:") + len(class) + len(":]"), ok
}

// inClass reports whether c is in a class of ASCII characters.
func inClass(class string, c byte) bool {
	lower, upper := 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z'
	digit, graph := '0' <= c && c <= '9', ' ' < c && c < 0x7f
	switch class {
	case "alpha":
		return lower || upper
	case "lower":
		return lower
	case "upper":
		return upper
	case "digit":
		return digit
	case "alnum":
		return lower || upper || digit
	case "xdigit":
		return digit || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
	case "punct":
		return graph && !lower && !upper && !digit
	case "graph":
		return graph
	case "print":
		return graph || c == ' '
	case "blank":
		return c == ' ' || c == '\t'
	case "space":
		return c == ' ' || '\t' <= c && c <= '\r'
	case "cntrl":
		return c < ' ' || c == 0x7f
	}
	return false
}

package workspace

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Denied reports whether a name in path is one that sessions keep out, for a caller
// who asks a person before such a file is shared by its name.
func Denied(path string) bool {
	for name := range strings.SplitSeq(path, "/") {
		if denied(name) {
			return true
		}
	}
	return false
}

// runs reports whether name is one of those that stay out for good: what it leads to is
// run as the host, or trusted.
func runs(name string) bool {
	name = spelling(name)
	return runNames[name] || draftName(name) || strings.HasPrefix(name, ".tshare") || strings.HasPrefix(name, "git~")
}

var runNames = map[string]bool{
	".git": true, ".hg": true, ".svn": true, ".jj": true, ".bzr": true, ".vscode": true, ".idea": true, ".envrc": true,
}

// deniedNames are kept out of sessions whole: what version control, editors and the
// program itself run or trust, for writing there is running commands as the host, and
// where credentials are kept.
var deniedNames = map[string]bool{
	".git": true, ".hg": true, ".svn": true, ".jj": true, ".bzr": true,
	".vscode": true, ".idea": true,
	".ssh": true, ".gnupg": true, ".aws": true, ".azure": true, ".gcloud": true, ".kube": true,
	".netrc": true, ".pgpass": true, ".pypirc": true, ".htpasswd": true, ".git-credentials": true,
}

var (
	deniedPrefixes = []string{".env", ".tshare", "git~", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"} // git~1 is .git on disks of Windows
	deniedSuffixes = []string{".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".ppk", ".kdbx"}
)

// denied reports whether name is kept out, under any spelling that some file system
// takes for the same: case, composed or not, with characters that are not seen, dots
// or blanks at the end, or the name of a stream.
func denied(name string) bool {
	name = spelling(name)
	if deniedNames[name] || draftName(name) {
		return true
	}
	for _, prefix := range deniedPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	for _, suffix := range deniedSuffixes {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	// Private keys of any name, and their public halves, but not id_map.go.
	return strings.HasPrefix(name, "id_") && (!strings.Contains(name, ".") || strings.HasSuffix(name, ".pub"))
}

// spelling returns the one form of all spellings of name.
func spelling(name string) string {
	if !asciiLower(name) {
		name = strings.Map(func(r rune) rune {
			if unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
				return -1
			}
			return r
		}, name)
		name = norm.NFC.String(cases.Fold().String(norm.NFD.String(name)))
	}
	if stream := strings.IndexByte(name, ':'); stream > 0 {
		name = name[:stream]
	}
	return strings.TrimRight(name, ". ")
}

// asciiLower reports whether name is ASCII without upper case letters.
func asciiLower(name string) bool {
	for i := range len(name) {
		if name[i] >= 0x80 || 'A' <= name[i] && name[i] <= 'Z' {
			return false
		}
	}
	return true
}

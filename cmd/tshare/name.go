package main

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
)

const (
	// maxSessionName is how many bytes a session's name may have: it is typed
	// after --session and shown in one column of a table.
	maxSessionName = 32
	// maxSocketPath is how long the path of a Unix socket may be: 104 bytes on
	// macOS, 108 on Linux, one of them for the end.
	maxSocketPath = 103
)

// sessionName returns the name of a session that shares path: its last part as
// letters, digits, dots, dashes and underscores.
func sessionName(path string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '-'
	}, filepath.Base(path))
	name = strings.Trim(name, ".-")
	if len(name) > maxSessionName {
		name = strings.TrimRight(name[:maxSessionName], ".-")
	}
	if name == "" {
		return "session"
	}
	return name
}

// loginName returns the name that the person is logged in by.
func loginName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	if name := os.Getenv("USER"); name != "" {
		return name
	}
	return fmt.Sprintf("user%d", os.Getuid())
}

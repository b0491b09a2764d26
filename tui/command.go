package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"tshare/tui/canvas"
	"tshare/tui/help"
)

// command is something that a person can do.
type command struct {
	name  string   // a word or two, as a hint says it
	keys  []string // as tea.KeyPressMsg.String gives them, the one to show first
	help  string   // a few words; "" where another row says it
	shown []string // the keys that the page of help has beside them, if not the first ones of keys
	scope scope
	run   func(*App) tea.Cmd
}

// scope is where a command's keys mean it.
type scope uint8

const (
	inText   scope = iota // while the keys go to the document
	inPane                // while no dialog is open
	anywhere              // but for a question, which wants its answer
)

// section is a part of the table, and of the page of help.
type section struct {
	title    string
	commands []command
}

// sections returns the table of all commands, in the order of the page of help.
func sections() []section {
	return []section{
		{"Files", append(fileCommands(), renameCommands()...)},
		{"Editing", append(editCommands(), clipboardCommands()...)},
		{"Moving and finding", append(moveCommands(), findCommands()...)},
		{"Together", guestCommands()},
		{"Screen", screenCommands()},
	}
}

// keymap finds the command of a key, and the key of a command.
type keymap struct {
	commands map[string]*command // by key
	keys     map[string]string   // as people read them, by the command's name
}

func newKeymap(table []section) keymap {
	m := keymap{commands: map[string]*command{}, keys: map[string]string{}}
	for _, s := range table {
		for _, c := range s.commands {
			m.keys[c.name] = keyName(c.keys[0])
			for _, key := range c.keys {
				m.commands[key] = &c
			}
		}
	}
	return m
}

// of returns the command that k means, nil for none. What types something
// means no command, whatever it types.
func (m keymap) of(k tea.KeyPressMsg) *command {
	if isText(k) {
		return nil
	}
	return m.commands[k.String()]
}

// isText reports whether k types something.
func isText(k tea.KeyPressMsg) bool {
	return k.Text != "" && k.Mod&(tea.ModCtrl|tea.ModAlt|tea.ModMeta|tea.ModSuper) == 0
}

// key returns the key of the command called name, as people read it.
func (m keymap) key(name string) string { return m.keys[name] }

// maxHelpKeys is how many keys of a command the page of help has room for.
const maxHelpKeys = 2

// helpSections returns the page of help that the table makes.
func helpSections() []help.Section {
	var page []help.Section
	for _, s := range sections() {
		var rows []help.Row
		for _, c := range s.commands {
			if c.help == "" {
				continue
			}
			keys := c.shown
			if keys == nil {
				keys = c.keys[:min(len(c.keys), maxHelpKeys)]
			}
			names := make([]string, len(keys))
			for i, key := range keys {
				names[i] = keyName(key)
				if mods := modifiers(key); i > 0 && c.shown != nil && mods == modifiers(keys[i-1]) {
					names[i] = names[i][len(mods):]
				}
			}
			rows = append(rows, help.Row{Keys: strings.Join(names, " "), Text: c.help})
		}
		page = append(page, help.Section{Title: s.title, Rows: rows})
	}
	return page
}

// modifiers returns what is held down for a key, such as ctrl+.
func modifiers(key string) string { return key[:strings.LastIndexByte(key, '+')+1] }

// printed are names of keys as they are printed on keyboards.
var printed = map[string]string{
	"left": "←", "right": "→", "up": "↑", "down": "↓",
	"pgup": "PgUp", "pgdown": "PgDn", "backspace": "Backsp", "delete": "Del",
}

// keyName returns a key as people read it.
func keyName(key string) string {
	mods := modifiers(key)
	if name, ok := printed[key[len(mods):]]; ok {
		return canvas.KeyName(mods + "x")[:len(mods)] + name
	}
	return canvas.KeyName(key)
}

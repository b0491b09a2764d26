// Package assets embeds data that is no code: the themes. What it means is said
// beside who reads it.
package assets

import "embed"

// Themes holds a file for each theme, themes/NAME.theme, in the form that
// tui/theme reads.
//
//go:embed themes/*.theme
var Themes embed.FS

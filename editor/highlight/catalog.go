package highlight

import (
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/dlclark/regexp2/v2"
)

// clockPeriod is how often the regular expression engine looks at the time: its
// own 100 ms would make that the least timeout.
const clockPeriod = 5 * time.Millisecond

// newDirectory lists the languages of chroma. None is compiled by that.
func newDirectory() *directory {
	regexp2.SetTimeoutCheckPeriod(clockPeriod)
	d := &directory{
		byName: map[string]*Language{},
		files:  map[string]*Language{},
		ends:   map[string]*Language{},
	}
	registry := chroma.NewLexerRegistry()
	ranks := map[string]float32{}
	for _, lexer := range lexers.GlobalLexerRegistry.Lexers {
		config := lexer.Config()
		l := &Language{name: strings.ToUpper(config.Name[:1]) + config.Name[1:]}
		l.grammar = sync.OnceValue(func() *grammar { return compile(registry, lexer) })
		registry.Register(embedded{config, l})
		for _, name := range append([]string{config.Name}, config.Aliases...) {
			d.byName[strings.ToLower(name)] = l
		}
		rank := config.Priority
		if rank == 0 {
			rank = 1
		}
		for _, pattern := range config.Filenames {
			if rank > ranks[pattern] {
				ranks[pattern] = rank
				d.put(pattern, l)
			}
		}
	}
	for name, patterns := range preferred {
		for pattern := range strings.FieldsSeq(patterns) {
			d.put(pattern, d.byName[name])
		}
	}
	return d
}

// put has files whose names match pattern be in l.
func (d *directory) put(pattern string, l *Language) {
	const special = "*?["
	end, isEnd := strings.CutPrefix(pattern, "*")
	switch {
	case !strings.ContainsAny(pattern, special):
		d.files[pattern] = l
	case isEnd && strings.HasPrefix(end, ".") && !strings.ContainsAny(end, special):
		d.ends[end] = l
	default:
		d.globs = append(d.globs, glob{pattern, l})
	}
}

// preferred has, by a lexer's name in lower case, the files that are in it
// whatever chroma says: names that it does not know, or that several lexers claim.
// Those under "" are plain text.
var preferred = map[string]string{
	"":                 "*.txt go.sum *.mod",
	"bash":             ".profile *.bats crontab .envrc",
	"c":                "*.h",
	"c++":              "*.hh *.cu *.cuh *.tpp *.ipp *.ixx *.cppm",
	"fsharp":           "*.fs",
	"gas":              "*.s *.S",
	"gdscript3":        "*.gd",
	"go":               "go.mod go.work",
	"go text template": "*.tmpl *.gotmpl *.tpl",
	"go html template": "*.gohtml *.html.tmpl *.tmpl.html",
	"groovy":           "Jenkinsfile Jenkinsfile.* *.Jenkinsfile",
	"html":             "*.svelte *.ejs *.astro",
	"ini":              "*.conf *.cnf .npmrc .pypirc .flake8 .coveragerc",
	"json": ".prettierrc .babelrc .eslintrc .swcrc *.ipynb *.webmanifest *.geojson *.code-workspace *.har *.map " +
		"composer.lock Pipfile.lock flake.lock",
	"makefile":    "*.mk GNUmakefile",
	"markdown":    "*.mdx",
	"nasm":        "*.asm *.ASM",
	"objective-c": "*.m *.mm",
	"perl":        "*.pl *.pm *.t",
	"php":         "*.phtml *.inc",
	"puppet":      "*.pp",
	"scss":        "*.less",
	"sql":         "*.sql *.psql",
	"systemd":     "*.service *.socket *.network",
	"terraform":   "*.hcl",
	"toml":        "Cargo.lock poetry.lock uv.lock Pipfile",
	"typescript":  "*.ts",
	"vb.net":      "*.bas",
	"verilog":     "*.v",
	"xml":         "*.plist *.xslt *.csproj *.resx *.xaml",
	"yaml":        ".clang-format .clang-tidy yarn.lock pubspec.lock *.sls",
}

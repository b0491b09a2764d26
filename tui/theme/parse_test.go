package theme

import (
	"strings"
	"testing"

	"tshare/assets"
)

func TestEmbeddedThemesParse(t *testing.T) {
	files, err := assets.Themes.ReadDir("themes")
	if err != nil || len(files) == 0 {
		t.Fatalf("themes: %v, %v", files, err)
	}
	for _, f := range files {
		text, err := assets.Themes.ReadFile("themes/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(string(text)); err != nil {
			t.Errorf("%s: %v", f.Name(), err)
		}
	}
}

func TestBadThemesSayWhatIsWrong(t *testing.T) {
	good, err := assets.Themes.ReadFile("themes/calm.theme")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, old, put, want string }{
		{"unknown name", "line-number ", "line-numbers ", "no style called line-numbers"},
		{"missing", "line-number          243 on 234\n", "", "the style line-number is missing"},
		{"twice", "muted                247", "muted 247\nmuted 247", "muted is there too often"},
		{"no colour", "muted                247", "muted grey", `"grey" is no colour`},
		{"too large a colour", "muted                247", "muted 256", `"256" is no colour`},
		{"nothing behind on", "muted                247", "muted on", `"on" is no colour`},
		{"too few people", "person.mark          36\n", "", "there are 7 of person.mark, want 8"},
		{"too many people", "person.mark          36\n", "person.mark 36\nperson.mark 36\n", "person.mark is there too often"},
	} {
		text := strings.Replace(string(good), tt.old, tt.put, 1)
		if text == string(good) {
			t.Fatalf("%s: the theme has no %q", tt.name, tt.old)
		}
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", tt.name, err, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	good, err := assets.Themes.ReadFile("themes/calm.theme")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(good))
	f.Add("text bold 1 on 2 # remark")
	f.Fuzz(func(t *testing.T, text string) {
		th, err := Parse(text)
		if err == nil && (len(th.People) != peopleColours || th.Text.IsZero()) {
			t.Errorf("Parse took a theme that lacks something: %q", text)
		}
	})
}

package theme

import (
	"image/color"
	"math"
	"reflect"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/lucasb-eyer/go-colorful"

	"tshare/tui/canvas/canvastest"
)

// grounds are the styles that others without a background are drawn over.
func grounds(t *Theme) map[string][]uv.Style {
	return map[string][]uv.Style{
		"Muted":         {t.Pane, t.Dialog},
		"ItemMatch":     {t.Pane, t.ItemCurrent, t.ItemIdle, t.Dialog},
		"DialogKey":     {t.Dialog},
		"Warning":       {t.Pane, t.Dialog},
		"StatusKey":     {t.Status},
		"StatusUnsaved": {t.Status},
		"StripKey":      {t.Strip, t.StripFocus},
	}
}

func TestEveryStyleIsLegible(t *testing.T) {
	th := Default()
	over := grounds(th)
	quiet := map[string]bool{"PaneRule": true} // a line that only divides
	v := reflect.ValueOf(*th)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if !v.Type().Field(i).IsExported() || quiet[name] {
			continue
		}
		st, ok := v.Field(i).Interface().(uv.Style)
		if !ok {
			continue
		}
		beneath := over[name]
		if st.Bg != nil {
			beneath = []uv.Style{st}
		}
		if len(beneath) == 0 {
			t.Errorf("%s has no background and no ground to lie on", name)
		}
		for _, b := range beneath {
			checkContrast(t, name, uv.Style{Fg: st.Fg, Bg: b.Bg})
		}
	}
	for i := range th.People {
		checkContrast(t, "Person", th.Person(i))
		for _, b := range []uv.Style{th.Pane, th.Dialog} {
			if r := canvastest.Contrast(uv.Style{Fg: th.PersonMark(i).Fg, Bg: b.Bg}, colorprofile.ANSI256); r < 3 {
				t.Errorf("mark of person %d has a contrast of %.1f", i, r)
			}
		}
		if r := canvastest.Contrast(th.PersonSelection(i, th.Text), colorprofile.ANSI256); r < 3.5 {
			t.Errorf("text in the selection of person %d has a contrast of %.1f", i, r)
		}
	}
}

// checkContrast asks for 4.5 (WCAG 2.1 AA) where colours are exact, and for less
// where a terminal has only 16 and its own idea of them.
func checkContrast(t *testing.T, name string, st uv.Style) {
	t.Helper()
	if r := canvastest.Contrast(st, colorprofile.ANSI256); r < least(name) {
		t.Errorf("%s has a contrast of %.1f, want %.1f", name, r, least(name))
	}
	if r := canvastest.Contrast(st, colorprofile.ANSI); r < 3 {
		t.Errorf("%s has a contrast of %.1f with 16 colours, want 3", name, r)
	}
}

// least is 4.5, but 3 for line numbers and marks, which are there to be overlooked.
func least(name string) float64 {
	if name == "LineNumber" || name == "Wrap" {
		return 3
	}
	return 4.5
}

func TestColoursAreTheSameOnEveryTerminal(t *testing.T) {
	v := reflect.ValueOf(*Default())
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			continue
		}
		st, ok := v.Field(i).Interface().(uv.Style)
		if !ok {
			continue
		}
		for _, c := range []color.Color{st.Fg, st.Bg} {
			if c != nil && colorprofile.ANSI256.Convert(c) != c {
				t.Errorf("%s: %v becomes another colour with 256", v.Type().Field(i).Name, c)
			}
		}
	}
}

func TestPeopleDifferWith16Colours(t *testing.T) {
	th := Default()
	seen := map[color.Color]int{}
	for i := range th.People {
		c := colorprofile.ANSI.Convert(th.Person(i).Bg)
		if j, ok := seen[c]; ok {
			t.Errorf("persons %d and %d are both %v with 16 colours", j, i, c)
		}
		seen[c] = i
	}
}

// TestPeopleDifferForTheColourBlind simulates the three kinds of dichromacy
// (Machado, Oliveira and Fernandes 2009, severity 1) and measures CIEDE2000,
// of which about 2 is the least that an eye sees, in hundredths.
func TestPeopleDifferForTheColourBlind(t *testing.T) {
	const least = 0.15
	th := Default()
	for name, sees := range map[string][9]float64{
		"all":    {1, 0, 0, 0, 1, 0, 0, 0, 1},
		"protan": {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
		"deutan": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
		"tritan": {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
	} {
		for i := range th.People {
			for j := range i {
				d := seen(th.Person(i).Bg, sees).DistanceCIEDE2000(seen(th.Person(j).Bg, sees))
				if d < least {
					t.Errorf("%s: persons %d and %d are only %.3f apart, want %.2f", name, i, j, d, least)
				}
			}
		}
	}
}

// seen returns c as it is seen by an eye that mixes linear light by m.
func seen(c color.Color, m [9]float64) colorful.Color {
	cc, _ := colorful.MakeColor(c)
	r, g, b := cc.LinearRgb()
	clamp := func(x float64) float64 { return math.Max(0, math.Min(1, x)) }
	return colorful.LinearRgb(
		clamp(m[0]*r+m[1]*g+m[2]*b), clamp(m[3]*r+m[4]*g+m[5]*b), clamp(m[6]*r+m[7]*g+m[8]*b))
}

func TestMorePeopleThanColours(t *testing.T) {
	th := Default()
	for _, i := range []int{-1, 7, 8, 1000} {
		got, want := th.Person(i), th.People[(i+8)%8]
		if !got.Equal(&want) {
			t.Errorf("Person(%d) = %v, want %v", i, got, want)
		}
	}
}

func TestSelectionOfOthersShowsWithoutColours(t *testing.T) {
	th := Default()
	st := uv.ConvertStyle(th.PersonSelection(1, th.Text), colorprofile.ASCII)
	if st.Underline == uv.UnderlineNone {
		t.Error("without colours nothing is left of the selection")
	}
	if th.PersonSelection(1, th.Match).Fg != th.Match.Fg {
		t.Error("the text changed its colour")
	}
}

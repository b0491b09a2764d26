package highlight

// languages are texts with what their spans should be, written as marked does.
var languages = []struct{ file, text, want string }{
	{"a.go", `// Package a is short.
package a

//go:generate stringer
import "fmt"

/* A block
   comment. */
func (t *T) Add(n int, s ...string) (err error) {
	x := len(s) + 0x1F*1.5e3 // sum
	fmt.Println("a\t\"b\"", 'c', ` + "`" + `raw
	"text"` + "`" + `, x >= n && true, nil)
	return fmt.Errorf("%w", err)
}

type T struct{ ä map[string]int }
`, `‹comment // Package a is short.›
‹keyword package› a

‹directive //go:generate stringer›
‹keyword import› ‹string "fmt"›

‹comment /* A block›
‹comment    comment. */›
‹keyword func› ‹punctuation (›t ‹operator *›T‹punctuation )› ‹function Add›‹punctuation (›n ‹type int›‹punctuation ,› s ‹operator ...›‹type string›‹punctuation )› ‹punctuation (›err ‹type error›‹punctuation )› ‹punctuation {›
	x ‹operator :=› ‹builtin len›‹punctuation (›s‹punctuation )› ‹operator +› ‹number 0x1F›‹operator *›‹number 1.5e3› ‹comment // sum›
	fmt‹punctuation .›‹function Println›‹punctuation (›‹string "a\t\"b\""›‹punctuation ,› ‹string 'c'›‹punctuation ,› ‹string ` + "`" + `raw›
‹string 	"text"` + "`" + `›‹punctuation ,› x ‹operator >=› n ‹operator &&› ‹constant true›‹punctuation ,› ‹constant nil›‹punctuation )›
	‹keyword return› fmt‹punctuation .›‹function Errorf›‹punctuation (›‹string "%w"›‹punctuation ,› err‹punctuation )›
‹punctuation }›

‹keyword type› T ‹keyword struct›‹punctuation {› ä ‹keyword map›‹punctuation [›‹type string›‹punctuation ]›‹type int› ‹punctuation }›
`},
	{"a.py", `#!/usr/bin/env python3
import os.path
@cached
class A(B):
    """Of two
    lines."""
    def f(self, x: int = 0x10) -> str:
        # comment
        return f"{x!r} and \n" + 'b' if x is not None else len(x)
`, `‹comment #!/usr/bin/env python3›
‹keyword import› ‹type os.path›
‹attribute @cached›
‹keyword class› ‹type A›‹punctuation (›B‹punctuation ):›
    ‹string """Of two›
‹string     lines."""›
    ‹keyword def› ‹function f›‹punctuation (›‹builtin self›‹punctuation ,› x‹punctuation :› ‹builtin int› ‹operator =› ‹number 0x10›‹punctuation )› ‹operator ->› ‹builtin str›‹punctuation :›
        ‹comment # comment›
        ‹keyword return› ‹string f"›‹escape {›x‹escape !r}›‹string  and ›‹escape \n›‹string "› ‹operator +› ‹string 'b'› ‹keyword if› x ‹keyword is› ‹keyword not› ‹constant None› ‹keyword else› ‹builtin len›‹punctuation (›x‹punctuation )›
`},
	{"a.md", `---
title: Front
---
# Heading with ` + "`" + `code` + "`" + `

Text, *emphasis*, **strong**, ` + "`" + `code` + "`" + `, snake_case_word, ~~gone~~ and [a link](https://x.y).

Title
-----

- [x] done
1. one
> quoted

` + "`" + `` + "`" + `` + "`" + `go
func f() { return }
` + "`" + `` + "`" + `` + "`" + `

<!-- a
comment --> &amp; <b>
`, `‹directive ---›
‹tag title›‹punctuation :› ‹string Front›
‹directive ---›
‹heading # Heading with ` + "`" + `code` + "`" + `›

Text, ‹emphasis *emphasis*›, ‹strong **strong**›, ‹string ` + "`" + `code` + "`" + `›, snake_case_word, ‹deleted ~~gone~~› and ‹punctuation [›‹tag a link›‹punctuation ](›‹attribute https://x.y›‹punctuation )›.

‹heading Title›
‹heading -----›

‹keyword -› ‹keyword [x]› done
‹keyword 1.› one
‹punctuation > ›quoted

‹string ` + "`" + `` + "`" + `` + "`" + `›‹attribute go›
‹keyword func› ‹function f›‹punctuation ()› ‹punctuation {› ‹keyword return› ‹punctuation }›
‹string ` + "`" + `` + "`" + `` + "`" + `›

‹comment <!-- a›
‹comment comment -->› ‹escape &amp;› ‹tag <b>›
`},
	{"a.json", `{
  "key": [1, -2.5e3, true, null, "v\"\\", {}],
  "unclosed: 1,
  "next": false
}
`, `‹punctuation {›
  ‹tag "key"›‹punctuation :› ‹punctuation [›‹number 1›‹punctuation ,› ‹number -2.5e3›‹punctuation ,› ‹constant true›‹punctuation ,› ‹constant null›‹punctuation ,› ‹string "v\"\\"›‹punctuation ,› ‹punctuation {}],›
  ‹tag "unclosed: 1,›
  ‹string "next"›‹punctuation :› ‹constant false›
‹punctuation }›
`},
	{"a.sh", `#!/bin/bash
# comment
name="x ${HOME:-/} $(ls -l)" # more
if [[ $1 == 'a b' ]]; then
	echo "$name" | grep -v x >out
fi
cat <<EOF
if $x
EOF
f() { return 1; }
`, `‹directive #!/bin/bash›
‹comment # comment›
‹variable name›‹operator =›‹string "x ›‹escape ${›‹variable HOME›‹keyword :-›‹punctuation /›‹escape }›‹string  ›‹keyword $(›ls -l‹keyword )›‹string "› ‹comment # more›
‹keyword if› ‹operator [[› ‹variable $1› ‹operator ==› ‹string 'a b'› ‹operator ]]›‹punctuation ;› ‹keyword then›
	‹builtin echo› ‹string "›‹variable $name›‹string "› ‹punctuation |› grep -v x >out
‹keyword fi›
cat ‹string <<EOF›
‹string if $x›
‹string EOF›
f‹operator ()› ‹operator {› ‹keyword return› 1‹punctuation ;› ‹operator }›
`},
	{"a.c", `#include <stdio.h>
#define MAX 10
/* a
 * comment */
static int f(const char *s, size_t n) {
	if (n > 0x10 && s[0] == 'a')
		printf("%d\n", n); // print
	return NULL;
}
`, `‹directive #include› ‹string <stdio.h>›
‹directive #define MAX 10›
‹comment /* a›
‹comment  * comment */›
‹keyword static› ‹type int› ‹function f›‹punctuation (›‹keyword const› ‹type char› ‹operator *›s‹punctuation ,› ‹type size_t› n‹punctuation )› ‹punctuation {›
	‹keyword if› ‹punctuation (›n ‹operator >› ‹number 0x10› ‹operator &&› s‹punctuation [›‹number 0›‹punctuation ]› ‹operator ==› ‹string 'a'›‹punctuation )›
		‹function printf›‹punctuation (›‹string "%d›‹escape \n›‹string "›‹punctuation ,› n‹punctuation );› ‹comment // print›
	‹keyword return› ‹builtin NULL›‹punctuation ;›
‹punctuation }›
`},
	{"a.html", `<!DOCTYPE html>
<html lang="en">
<!-- a
comment -->
<style>
p { color: red; }
</style>
<script>
let s = "<p>"; // no tag
</script>
<p class='x'>Text &amp; more</p>
`, `‹directive <!DOCTYPE html>›
‹punctuation <›‹tag html› ‹attribute lang›‹operator =›‹string "en"›‹punctuation >›
‹comment <!-- a›
‹comment comment -->›
‹punctuation <›‹tag style›‹punctuation >›
‹tag p› ‹punctuation {› ‹keyword color›‹punctuation :› ‹constant red›‹punctuation ;› ‹punctuation }›
‹punctuation </›‹tag style›‹punctuation >›
‹punctuation <›‹tag script›‹punctuation >›
‹keyword let› s ‹operator =› ‹string "<p>"›‹punctuation ;› ‹comment // no tag›
‹punctuation </›‹tag script›‹punctuation >›
‹punctuation <›‹tag p› ‹attribute class›‹operator =›‹string 'x'›‹punctuation >›Text ‹escape &amp;› more‹punctuation </›‹tag p›‹punctuation >›
`},
	{"a.yaml", `# comment
%YAML 1.2
---
on: [push, {branches: "main"}]
jobs: &a
  - run: |
      echo key: value

    name: it's a step # comment
    "quoted": 'it''s'
    when: 2024-01-02
    if: true
    n: -1.5
    <<: *a
    url: http://x.y/#z
`, `‹comment # comment›
‹directive %YAML 1.2›
‹directive ---›
‹tag on›‹punctuation :› ‹punctuation [›‹string push›‹punctuation ,› ‹punctuation {›‹tag branches›‹punctuation :› ‹string "main"›‹punctuation }]›
‹tag jobs›‹punctuation :› ‹variable &a›
  ‹punctuation -› ‹tag run›‹punctuation :› ‹punctuation |›
‹string       echo key: value›

    ‹tag name›‹punctuation :› ‹string it's a step› ‹comment # comment›
    ‹tag "quoted"›‹punctuation :› ‹string 'it''s'›
    ‹tag when›‹punctuation :› ‹number 2024-01-02›
    ‹tag if›‹punctuation :› ‹constant true›
    ‹tag n›‹punctuation :› ‹number -1.5›
    ‹tag <<›‹punctuation :› ‹variable *a›
    ‹tag url›‹punctuation :› ‹string http://x.y/#z›
`},
	{"a.diff", `diff --git a/x b/x
--- a/x
+++ b/x
@@ -1,2 +1,2 @@ func f()
 same
-old
+new
`, `‹heading diff --git a/x b/x›
‹deleted --- a/x›
‹inserted +++ b/x›
‹heading @@ -1,2 +1,2 @@ func f()›
 same
‹deleted -old›
‹inserted +new›
`},
	{"a.php", `<h1>Title</h1>
<?php
function f($a) { return $a->b . 'c'; } // comment
$s = <<<END
  if $x
  END;
?>
<p><?= $x ?></p>
`, `‹punctuation <›‹tag h1›‹punctuation >›Title‹punctuation </›‹tag h1›‹punctuation >›
‹directive <?php›
‹keyword function› ‹function f›‹punctuation (›‹variable $a›‹punctuation )› ‹punctuation {› ‹keyword return› ‹variable $a›‹operator ->›‹attribute b› ‹operator .› ‹string 'c'›‹punctuation ;› ‹punctuation }› ‹comment // comment›
‹variable $s› ‹operator =› ‹string <<<END›
‹string   if $x›
‹string   END›‹punctuation ;›
‹directive ?>›
‹punctuation <›‹tag p›‹punctuation >›‹directive <?=› ‹variable $x› ‹directive ?>›‹punctuation </›‹tag p›‹punctuation >›
`},
	{"a.erb", `<p class="a"><%= f(1) %></p>
<%# comment %>
`, `‹punctuation <›‹tag p› ‹attribute class›‹operator =›‹string "a"›‹punctuation >›‹directive <%=› f‹punctuation (›‹number 1›‹punctuation )› ‹directive %>›‹punctuation </›‹tag p›‹punctuation >›
‹comment <%# comment %>›
`},
}

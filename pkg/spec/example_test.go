package spec

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const examplesText = "## Interface\n```go\nfunc A()\n```\n- text\n  ~~~ts\n  export const b: number\n    indented\n  ~~~\n" + `
## Examples
Intro words.

| name | km | want | note |
|:-----|---:|------|------|
| near | 10 | ` + "`1`" + ` | a \| b |
| far | 20001 | error | <&> |

- On a Sunday it takes a day longer.
- Two lines:
  ` + "```json\n  {\"b\": 1,\n   \"a\": [1.50]}\n  ```" + `

From the shell:
` + "```sh\nslug 'A b'\n```" + `

### Titled
` + "```json\nnull\n```\n"

func TestExamples(t *testing.T) {
	t.Parallel()
	s := mustParse(t, examplesText)
	got, err := s.Fixture()
	if err != nil {
		t.Fatal(err)
	}
	want := `[
  {
    "title": "near",
    "data": {
      "km": 10,
      "want": 1,
      "note": "a | b"
    }
  },
  {
    "title": "far",
    "data": {
      "km": 20001,
      "want": "error",
      "note": "<&>"
    }
  },
  {
    "title": "On a Sunday it takes a day longer."
  },
  {
    "title": "Two lines",
    "data": {
      "b": 1,
      "a": [
        1.50
      ]
    }
  },
  {
    "title": "From the shell",
    "language": "sh",
    "text": "slug 'A b'\n"
  },
  {
    "title": "Titled",
    "data": null
  }
]
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	for _, e := range s.Examples() {
		one, err := e.Fixture()
		if err != nil || !json.Valid(one) {
			t.Errorf("%s: %v", one, err)
		}
		if e.Pos.Line == 0 {
			t.Errorf("%q has no place", e.Title)
		}
	}
	if none, err := mustParse(t, "## Behavior\n- x\n").Fixture(); err != nil || string(none) != "[]\n" {
		t.Errorf("%q, %v", none, err)
	}
}

func TestInterface(t *testing.T) {
	t.Parallel()
	want := []CodeBlock{
		{Language: "go", Text: "func A()\n", Pos: Position{2, 1}},
		{Language: "ts", Text: "export const b: number\n  indented\n", Pos: Position{6, 3}},
	}
	got := mustParse(t, examplesText).Interface()
	for i := range got {
		got[i].first = 0
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(CodeBlock{})); diff != "" {
		t.Error(diff)
	}
}

package patch_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// TestPartial: what failed among what matched is asked for in a text that can stand alone; what was refused as a whole is not.
func TestPartial(t *testing.T) {
	t.Parallel()
	some := diffOf("x.go", "-\treturn 3", "+\treturn 4", "@@ ... @@", " func a() int {", "-\treturn one", "+\treturn 5")
	for name, tc := range map[string]struct {
		answer string
		ok     bool
		has    []string
	}{
		"one of two":            {some, true, []string{"hunk 2 of 2, file x.go: NOT-FOUND", "you sent:\n```\n@@ ... @@ \n func a() int {\n-\treturn one\n", "lines 1 to 10\n```\npackage x\n", "Hunk 1 matched; re-send only hunk 2."}},
		"nothing matched":       {diffOf("x.go", " func a() int {", "-\treturn one", "+\treturn 5"), false, nil},
		"nothing like it":       {diffOf("x.go", "-\treturn 3", "+\treturn 4", "@@ ... @@", "-zzz zzz", "+yyy"), false, nil},
		"does not parse":        {diffOf("x.go", "-\treturn 3", "+\treturn 4 4", "@@ ... @@", "-\treturn 1", "+\treturn 5"), false, nil},
		"one file of two":       {some + "y.go\n```go\npackage y\nfunc\n```\n", false, nil},
		"all matched":           {diffOf("x.go", "-\treturn 3", "+\treturn 4"), false, nil},
		"two places to go":      {diffOf("x.go", "-\treturn 3", "+\treturn 4", "@@ ... @@", " }", "+// end"), true, []string{"AMBIGUOUS (lines 5, 12)", "lines 1 to 12\n"}},
		"fences in what is had": {diffOf("x.go", "-\treturn 3", "+\treturn 4", "@@ ... @@", " func a() int {", "-\treturn \"```\"", "+\treturn 5"), true, []string{"````\n@@ ... @@"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := patch.Apply(files("x.go", sample), []string{tc.answer}, patch.Options{})
			if err != nil {
				t.Fatal(err)
			}
			text, ok := r.Partial()
			if ok != tc.ok {
				t.Fatalf("ok %v, want %v\n%s\n%s", ok, tc.ok, text, r.Feedback())
			}
			for _, want := range tc.has {
				if !strings.Contains(text, want) {
					t.Errorf("lacks %q:\n%s", want, text)
				}
			}
		})
	}
}

// TestHunkResultForPrograms holds the machine form of a refusal.
func TestHunkResultForPrograms(t *testing.T) {
	t.Parallel()
	r, err := patch.Apply(files("x.go", sample), []string{diffOf("x.go", "-\treturn 3", "+\treturn 4", "@@ ... @@", " }", "+// end")}, patch.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(r.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`{"path":"x.go","action":"modify","hunks":[{"n":1,"status":"applied","tier":"exact","line":11}`, `{"n":2,"status":"refused",`, `"reason":"AMBIGUOUS","candidates":[5,12],"message":"`} {
		if !strings.Contains(string(got), want) {
			t.Errorf("lacks %s:\n%s", want, got)
		}
	}
}

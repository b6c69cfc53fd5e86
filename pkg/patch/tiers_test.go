package patch_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
)

const python = `import os
import sys


class Store:
    def load(self, path):
        # Read the file.
        with open(path) as f:
            data = f.read()

        return self.parse(data)

    def parse(self, data):
        rows = [r.strip() for r in data.split("\n")]
        rows = [r for r in rows if r]

        return rows

    def save(self, path, rows):
        with open(path, "w") as f:
            f.write("\n".join(rows))
`

// TestTiers: each tier finds what the ones before it do not, and says by its flag what it left out of account.
func TestTiers(t *testing.T) {
	t.Parallel()
	replace := func(old, now string) string { return strings.Replace(python, old, now, 1) }
	for name, tc := range map[string]struct {
		body        []string
		tier, flag  string
		want        string
		similar     bool
		header      string
		otherReason patch.Reason // without similar
	}{
		"exact":         {body: []string{"         rows = [r for r in rows if r]", "+        rows.sort()", " "}, tier: "exact", want: replace("if r]\n", "if r]\n        rows.sort()\n")},
		"rstrip":        {body: []string{"         rows = [r for r in rows if r]  ", "+        rows.sort()", " "}, tier: "rstrip", want: replace("if r]\n", "if r]\n        rows.sort()\n")},
		"bare":          {body: []string{"        rows = [r for r in rows if r]", "+        rows.sort()", ""}, tier: "bare", want: replace("if r]\n", "if r]\n        rows.sort()\n")},
		"indent":        {body: []string{" def parse(self, data):", "     rows = [r.strip() for r in data.split(\"\\n\")]", "-    rows = [r for r in rows if r]", "+    rows = sorted(rows)"}, tier: "indent", want: replace("rows = [r for r in rows if r]", "rows = sorted(rows)")},
		"tabs":          {body: []string{" \tdef parse(self, data):", " \t\trows = [r.strip() for r in data.split(\"\\n\")]", "+\t\tif not rows:", "+\t\t\treturn []"}, tier: "indent", want: replace("        rows = [r for", "        if not rows:\n            return []\n        rows = [r for")},
		"two columns":   {body: []string{"   def parse(self, data):", "     rows = [r.strip() for r in data.split(\"\\n\")]", "+    if not rows:", "+      return []"}, tier: "indent", want: replace("        rows = [r for", "        if not rows:\n            return []\n        rows = [r for")},
		"trim":          {body: []string{" def parse(self, data):", "         rows = [r.strip() for r in data.split(\"\\n\")]", "-        rows = [r for r in rows if r]", "+        rows = sorted(rows)"}, tier: "trim", want: replace("rows = [r for r in rows if r]", "rows = sorted(rows)")},
		"folded":        {body: []string{"         with open(path, “w”) as f:", "-            f.write(“\\n”.join(rows))", "+            f.writelines(rows)"}, tier: "folded", want: replace(`f.write("\n".join(rows))`, "f.writelines(rows)")},
		"a long dash":   {body: []string{" class Store :", "-    def load(self, path):", "+    def load(self, path=None):"}, tier: "folded", otherReason: patch.Indent},
		"blank-skip":    {body: []string{"             data = f.read()", "         return self.parse(data)", "     def parse(self, data):", "-        rows = [r.strip() for r in data.split(\"\\n\")]", "+        rows = data.splitlines()"}, tier: "blank-skip", flag: "blank-lines", want: replace(`[r.strip() for r in data.split("\n")]`, "data.splitlines()")},
		"extra blank":   {body: []string{" ", "     def load(self, path):", "         # Read the file.", " ", "         with open(path) as f:", "-            data = f.read()", "+            data = f.read().lower()"}, tier: "blank-skip", flag: "blank-lines", want: replace("f.read()", "f.read().lower()")},
		"ellipsis":      {body: []string{"     def load(self, path):", "         ...", "         rows = [r for r in rows if r]", " ", "-        return rows", "+        return rows[1:]"}, tier: "ellipsis", flag: "ellipsis", want: replace("return rows\n", "return rows[1:]\n")},
		"dots in words": {body: []string{" class Store:", "     # ... existing code ...", "         rows = [r for r in rows if r]", " ", "-        return rows", "+        return rows[1:]"}, tier: "ellipsis", flag: "ellipsis", want: replace("return rows\n", "return rows[1:]\n")},
		"gap":           {body: []string{"     def load(self, path):", "         with open(path) as f:", "             data = f.read()", " ", "-        return self.parse(data)", "+        return self.parse(data.lower())"}, tier: "gap", flag: "gap", want: replace("parse(data)\n", "parse(data.lower())\n")},
		"trim-context":  {body: []string{"     # Loads rows, one for each line.", "     def load(self, path):", "         # Read the file.", "-        with open(path) as f:", "+        with open(path, \"rb\") as f:", "             data = f.read()"}, tier: "trim-context", flag: "context-dropped", want: replace("open(path) as", `open(path, "rb") as`)},
		"similar":       {body: []string{"     def load(self, path):", "         # Read the whole file.", "         with open(path) as f:", "-            data = f.read()", "+            data = f.read().lower()"}, tier: "similar", flag: "needs-review", want: replace("f.read()", "f.read().lower()"), similar: true, otherReason: patch.EditInContext},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := diffOf("x.py", tc.body...)
			r, err := patch.Apply(files("x.py", python), []string{answer}, patch.Options{Similar: tc.similar})
			if err != nil {
				t.Fatal(err)
			}
			h := r.Files[0].Hunks[0]
			if tc.want == "" {
				if h.Reason != tc.otherReason {
					t.Fatalf("%+v\n%s", h, r.Feedback())
				}
				return
			}
			if r.Refused() || string(r.Changes[0].Data) != tc.want {
				t.Fatalf("%+v\n%s\n%s", h, r.Feedback(), changed(r, python))
			}
			if h.Tier != tc.tier || tc.flag != "" && !slices.Contains(h.Flags, tc.flag) || tc.flag == "" && len(h.Flags) > 0 {
				t.Errorf("%+v, want tier %s with flag %q", h, tc.tier, tc.flag)
			}
			if r.TierCounts() != tc.tier+"=1" {
				t.Errorf("counts %q", r.TierCounts())
			}
			if tc.otherReason == "" {
				return
			}
			if r, err = patch.Apply(files("x.py", python), []string{answer}, patch.Options{}); err != nil || r.Files[0].Hunks[0].Reason != tc.otherReason {
				t.Errorf("unasked: %+v %v", r.Files, err)
			}
		})
	}
}

func changed(r patch.Result, before string) string {
	if len(r.Changes) == 0 {
		return "no change"
	}
	return patch.Diff("x", []byte(before), r.Changes[0].Data)
}

// TestUndecided: places that are known while something else is not, each refused with the reason that says what. All of them
// were written to the wrong place, or with the wrong indentation, by an earlier engine.
func TestUndecided(t *testing.T) {
	t.Parallel()
	tabs := "package x\n\nfunc a() {\n\tone()\n\ttwo()\n\tthree()\n}\n\nfunc b() {\n\tfour()\n\tfive()\n}\n"
	list := "steps:\n  - name: a\n    run: x\n\n  - name: b\n    run: y\n\n  - name: c\n    run: z\n"
	for name, tc := range map[string]struct {
		base, answer string
		reason       patch.Reason
	}{
		"a blank line next to the insertion is missing":    {python, diffOf("f", "         rows = [r for r in rows if r]", "+        rows.sort()", "         return rows"), patch.OmitsLine},
		"a line next to the insertion is missing":          {python, diffOf("f", "     def load(self, path):", "+        self.path = path", "         with open(path) as f:", "             data = f.read()"), patch.OmitsLine},
		"a line within what is removed is missing":         {python, diffOf("f", "     def load(self, path):", "-        # Read the file.", "-            data = f.read()", "         return None"), patch.NotFound},
		"a context line is edited without marks":           {python, diffOf("f", "         rows = [r for r in rows if r and r[0]]", " ", "-        return rows", "+        return rows[1:]"), patch.EditInContext},
		"an outer context line is edited without marks":    {python, diffOf("f", "         # Read the whole file.", "         with open(path) as f:", "-            data = f.read()", "+            data = f.read().lower()", " "), patch.EditInContext},
		"an added line has no mark":                        {python, diffOf("f", "         rows = [r for r in rows if r]", "         rows.sort()", "+        rows.reverse()", " "), patch.NotFound},
		"an added line at the edge has no mark":            {python, diffOf("f", " import os", " import re", " import sys", " ", " ", "-class Store:", "+class Store(object):"), patch.EditInContext},
		"a removed line has no mark, the header says so":   {tabs, "--- a/f\n+++ b/f\n@@ -4,3 +4,3 @@\n \tone()\n \ttwo()\n+\ttwo(2)\n \tthree()\n", patch.EditInContext},
		"the dots stand for lines within what is removed":  {python, diffOf("f", "-        with open(path) as f:", "         ...", "-        return self.parse(data)", "+        return None"), patch.NotFound},
		"the part behind the dots is there twice":          {tabs + tabs, diffOf("f", " package x", " ...", " \ttwo()", "-\tthree()", "+\t// three"), patch.Ambiguous},
		"a file made with tabs gets spaces":                {tabs, diffOf("f", " func b() {", " \tfour()", "+    fourAndAHalf()", " \tfive()"), patch.Indent},
		"a file made with spaces gets a tab":               {python, diffOf("f", "         rows = [r for r in rows if r]", "+\trows.sort()", " "), patch.Indent},
		"all indentation is lost, added lines' too":        {python, diffOf("f", " def parse(self, data):", " rows = [r.strip() for r in data.split(\"\\n\")]", "+if not rows:", "+return []"), patch.Indent},
		"added lines alone kept their indentation":         {list, diffOf("f", " run: x", "+    env: y", " ", " - name: b"), patch.Indent},
		"one column is missing, or all blanks in front":    {"a:\n    b: 1\n    c: 2\n    d: 3\n", "--- a/f\n+++ b/f\n@@ @@\n    b: 1\n+     bb: 1\n    c: 2\n", patch.Indent},
		"a line that the file has with its plus":           {"x\ny\n+ b\nz\n", "--- a/f\n+++ b/f\n@@ @@\nx\n-y\n+Y\n+ b\n", patch.Ambiguous},
		"the result stands there, and would be put twice":  {python, diffOf("f", " import os", "+import sys"), patch.Ambiguous},
		"a hunk without context adds on both sides":        {python, diffOf("f", "+import re", "-import os", "+import json"), patch.OmitsLine},
		"a written line end":                               {tabs, diffOf("f", " \tone()", `+\n	two(2)`, " \ttwo()"), patch.Markers},
		"a header without lines":                           {tabs, "--- a/f\n+++ b/f\n@@ -4,3 +4,2 @@\n \tone()\n-\ttwo()\n \tthree()\n@@ -10,2 +9,3 @@", patch.Truncated},
		"the same text, and nearly the same at the header": {list + strings.Replace(list, "run: y\n", "", 1), "--- a/f\n+++ b/f\n@@ -13,4 +13,5 @@\n   - name: b\n     run: y\n \n+\n   - name: c\n", patch.Ambiguous},
		"brackets alone, in another indentation":           {"if x {\n\ty()\n\t}\n}\n", diffOf("f", "   }", "+  z()"), patch.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := patch.Apply(files("f", tc.base), []string{tc.answer}, patch.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var reasons []patch.Reason
			for _, h := range r.Files[0].Hunks {
				if h.Status == patch.Refused {
					reasons = append(reasons, h.Reason)
				}
			}
			if !slices.Contains(reasons, tc.reason) || len(r.Changes) > 0 {
				t.Fatalf("%v, want %s\n%s\n%s", reasons, tc.reason, r.Feedback(), changed(r, tc.base))
			}
		})
	}
}

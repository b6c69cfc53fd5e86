package patch_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// memory is a tree in memory: path to content. Folders follow from the paths.
type memory map[string]patch.Entry

func (m memory) Lookup(path string) (patch.Entry, bool, error) {
	if e, ok := m[path]; ok {
		return e, true, nil
	}
	for name := range m {
		if strings.HasPrefix(name, path+"/") || path == "" {
			return patch.Entry{Mode: patch.ModeDir}, true, nil
		}
	}
	return patch.Entry{}, false, nil
}

func (m memory) Names(dir string) ([]string, error) {
	seen := map[string]bool{}
	var out []string
	for name := range m {
		rest, ok := name, true
		if dir != "" {
			rest, ok = strings.CutPrefix(name, dir+"/")
		}
		part, _, _ := strings.Cut(rest, "/")
		if ok && !seen[part] {
			seen[part] = true
			out = append(out, part)
		}
	}
	return out, nil
}

// files makes a tree of regular files: path, content, path, content.
func files(pairs ...string) memory {
	m := memory{}
	for pair := range slices.Chunk(pairs, 2) {
		m[pair[0]] = patch.Entry{Mode: patch.ModeFile, Data: []byte(pair[1])}
	}
	return m
}

const sample = "package x\n\nfunc a() int {\n\treturn 1\n}\n\nfunc b() int {\n\tif true {\n\t\treturn 2\n\t}\n\treturn 3\n}\n"

func TestApplyFormats(t *testing.T) {
	t.Parallel()
	changed := strings.Replace(sample, "return 3", "return 4", 1)
	for name, tc := range map[string]struct {
		answer string
		opt    patch.Options
		want   string
		tiers  string
	}{
		"git diff":                         {answer: "diff --git a/x.go b/x.go\nindex 1..2 100644\n--- a/x.go\n+++ b/x.go\n@@ -8,5 +8,5 @@ func b() int {\n \tif true {\n \t\treturn 2\n \t}\n-\treturn 3\n+\treturn 4\n }\n", want: changed, tiers: "exact=1"},
		"no counts, prose":                 {answer: "Sure! Here is it:\n\n```diff\n--- x.go\n+++ x.go\n@@ ... @@\n \t}\n-\treturn 3\n+\treturn 4\n }\n```\n\nDone.", want: changed, tiers: "exact=1"},
		"no header, sole":                  {answer: "```diff\n-\treturn 3\n+\treturn 4\n```", opt: patch.Options{Sole: "x.go"}, want: changed, tiers: "exact=1"},
		"unfenced, prose":                  {answer: "--- a/x.go\n+++ b/x.go\n@@ -10,3 +10,3 @@\n \t}\n-\treturn 3\n+\treturn 4\n }\n\nThis returns four now.\nIt is better.\n", want: changed, tiers: "exact=1"},
		"blocks":                           {answer: "x.go\n```go\n<<<<<<< SEARCH\n\treturn 3\n=======\n\treturn 4\n>>>>>>> REPLACE\n```\n", want: changed, tiers: "exact=1"},
		"blocks, path inside":              {answer: "```\nx.go\n<<<<<<< SEARCH\n\t}\n\treturn 3\n=======\n\t}\n\treturn 4\n>>>>>>> REPLACE\n```\n", want: changed, tiers: "exact=1"},
		"blocks, no path":                  {answer: "<<<<<<< SEARCH\nreturn 3\n=======\nreturn 4\n>>>>>>> REPLACE\n", opt: patch.Options{Sole: "x.go"}, want: changed, tiers: "indent=1"},
		"V4A":                              {answer: "*** Begin Patch\n*** Update File: x.go\n@@ func b() int {\n \t}\n-\treturn 3\n+\treturn 4\n }\n*** End Patch\n", want: changed, tiers: "exact=1"},
		"heredoc V4A":                      {answer: "```bash\napply_patch <<'EOF'\n*** Begin Patch\n*** Update File: x.go\n@@\n-\treturn 3\n+\treturn 4\n*** End Patch\nEOF\n```", want: changed, tiers: "exact=1"},
		"heredoc file":                     {answer: "```bash\ncat > x.go <<'EOF'\n" + changed + "EOF\n```", want: changed, tiers: "whole=1"},
		"whole, bold":                      {answer: "**x.go**\n\n```go\n" + changed + "```", want: changed, tiers: "whole=1"},
		"whole, heading":                   {answer: "### `x.go`\n```go\n" + changed + "```", want: changed, tiers: "whole=1"},
		"whole, File":                      {answer: "**File:** `x.go`\n```go\n" + changed + "```", want: changed, tiers: "whole=1"},
		"whole, info":                      {answer: "```go x.go\n" + changed + "```", want: changed, tiers: "whole=1"},
		"whole, info colon":                {answer: "```go:x.go\n" + changed + "```", want: changed, tiers: "whole=1"},
		"whole, info title":                {answer: "```go title=\"x.go\"\n" + changed + "```", want: changed, tiers: "whole=1"},
		"whole, comment":                   {answer: "```go\n// x.go\n" + changed + "```", want: changed, tiers: "whole=1"},
		"whole, sentence":                  {answer: "Here is the new `x.go`:\n\n```go\n" + changed + "```\nRun it with:\n```bash\ngo test\n```", want: changed, tiers: "whole=1"},
		"whole, sole":                      {answer: "Here you are.\n\n```go\n" + changed + "```\n\n```bash\ngo test ./...\n```\n", opt: patch.Options{Sole: "x.go"}, want: changed, tiers: "whole=1"},
		"whole, sole of two":               {answer: "```go\nreturn 4\n```\nso\n```go\n" + changed + "```", opt: patch.Options{Sole: "x.go"}, want: changed, tiers: "whole=1"},
		"whole, with a test and a program": {answer: "```go\n" + changed + "```\n\n```go\npackage x\n\nimport \"testing\"\n\nfunc TestB(t *testing.T) {}\n```\n\n```go\npackage main\n\nfunc main() {}\n```\n", opt: patch.Options{Sole: "x.go"}, want: changed, tiers: "whole=1"},
		"whole, no fence":                  {answer: changed, opt: patch.Options{Sole: "x.go"}, want: changed, tiers: "whole=1"},
		"after thinking":                   {answer: "<think>\nMaybe\n```go\npackage y\n```\n</think>\n```go\n" + changed + "```\n", opt: patch.Options{Sole: "x.go"}, want: changed, tiers: "whole=1"},
		"comment with the name alone":      {answer: "```go\n// x.go\n\n" + changed + "```\n", opt: patch.Options{Sole: "x.go"}, want: changed, tiers: "whole=1"},
		"list, indented":                   {answer: "1. Change `x.go`:\n\n   ```diff\n   -\treturn 3\n   +\treturn 4\n   ```\n", opt: patch.Options{Sole: "x.go"}, want: changed, tiers: "exact=1"},
		"outdented":                        {answer: "--- a/x.go\n+++ b/x.go\n@@ -8,4 +8,5 @@\n if true {\n \treturn 2\n }\n+x()\n return 3\n", want: strings.Replace(sample, "\treturn 3", "\tx()\n\treturn 3", 1), tiers: "indent=1"},
		"first line lost":                  {answer: "--- a/x.go\n+++ b/x.go\n@@ -8,4 +8,5 @@\n if true {\n \t\treturn 2\n \t}\n+\tx()\n \treturn 3\n", want: strings.Replace(sample, "\treturn 3", "\tx()\n\treturn 3", 1), tiers: "trim=1"},
		"basename":                         {answer: "--- a/y/x.go\n+++ b/y/x.go\n@@\n-\treturn 3\n+\treturn 4\n", opt: patch.Options{Sole: "x.go", Writable: func(p string) bool { return p == "x.go" }}, want: changed, tiers: "exact=1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := patch.Apply(files("x.go", sample), []string{tc.answer}, tc.opt)
			if err != nil {
				t.Fatal(err)
			}
			if r.Refused() {
				t.Fatalf("refused:\n%s", r.Feedback())
			}
			if len(r.Changes) != 1 || r.Changes[0].Path != "x.go" || string(r.Changes[0].Data) != tc.want {
				t.Fatalf("changes: %+v\n%s", r.Changes, r.Changes[0].Data)
			}
			if got := r.TierCounts(); got != tc.tiers {
				t.Errorf("tiers %q, want %q", got, tc.tiers)
			}
		})
	}
}

func TestApplyNoPatch(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ answer, want string }{
		"empty":        {"", "empty"},
		"prose":        {"I cannot do that.", "prose only"},
		"unterminated": {"```go\npackage x\n", "unterminated code fence"},
		"no path":      {"```go\npackage x\n```", "none with the path"},
		"html":         {"<!doctype html><html></html>", "HTML"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := patch.Apply(files("x.go", sample), []string{tc.answer}, patch.Options{})
			if !errors.Is(err, patch.ErrNoPatch) || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("error %v, want ErrNoPatch with %q", err, tc.want)
			}
		})
	}
}

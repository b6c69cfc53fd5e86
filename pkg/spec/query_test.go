package spec

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPaths(t *testing.T) {
	t.Parallel()
	s := mustParse(t, `---
targets: ["./a/one.go", "b/{x,y}/*.go", "pages/\\[id\\].ts"]
context: ["**/*.go"]
tests:
  files: ["a/*_test.go"]
  sealed: ["sealed/**"]
---
`)
	for _, tt := range []struct {
		path                          string
		target, test, sealed, context bool
	}{
		{"a/one.go", true, false, false, true},
		{"a/two.go", false, false, false, true},
		{"b/y/z.go", true, false, false, true},
		{"b/y/z/z.go", false, false, false, true},
		{"pages/[id].ts", true, false, false, false},
		{"pages/i.ts", false, false, false, false},
		{"a/one_test.go", false, true, false, true},
		{"sealed/deep/x.go", false, true, true, false},
	} {
		if s.IsTarget(tt.path) != tt.target || s.IsTest(tt.path) != tt.test || s.IsSealed(tt.path) != tt.sealed || s.IsContext(tt.path) != tt.context {
			t.Errorf("%s: target %v, test %v, sealed %v, context %v", tt.path, s.IsTarget(tt.path), s.IsTest(tt.path), s.IsSealed(tt.path), s.IsContext(tt.path))
		}
	}
	if got := s.FrontPos("targets[1]"); got != (Position{2, 25}) {
		t.Errorf("targets[1] is at %v", got)
	}
}

func TestImpliedRunner(t *testing.T) {
	t.Parallel()
	for front, want := range map[string]string{
		"files: [a_test.go]":                    "go",
		"files: [a_test.go, b.py]":              "",
		"command: go test ./...":                "go",
		"command: make test":                    "exit",
		"command: \"true\"":                     "exit",
		"command: true":                         "exit",
		"{runner: junit, command: mvn test}":    "junit",
		"files: []":                             "",
		"{files: [x_test.go], command: ./t.sh}": "exit",
	} {
		s := mustParse(t, "---\ntests:\n  "+strings.ReplaceAll(front, "\n", "\n  ")+"\n---\n")
		if s.Front.Tests.Runner != want {
			t.Errorf("%s: runner %q, want %q", front, s.Front.Tests.Runner, want)
		}
	}
}

func TestQuestionsOfClauses(t *testing.T) {
	t.Parallel()
	s := mustParse(t, "---\nchecks: {build: go build}\n---\n## Behavior\n- **B1** x\n  - check: build\n  - check: `make`\n  - forbid text: \"a\"\n  - require path: \"b\"\n"+
		"  - evidence: human\n  - waive: for now, really, until 2030-06-30, by Ada\n\n## Intent\nWhy.\n")
	c, ok := s.Clause("B1")
	if !ok || !c.Open() || c.EvidenceKind() != EvidenceHuman {
		t.Fatalf("%+v", c)
	}
	if _, ok := s.Clause("B2"); ok {
		t.Error("there is no B2")
	}
	checks := c.Checks()
	if len(checks) != 2 || checks[0].Command || checks[0].Value != "build" || !checks[1].Command || checks[1].Value != "make" {
		t.Errorf("checks %+v", checks)
	}
	var rules []string
	for _, r := range c.Rules() {
		rules = append(rules, r.Rule())
	}
	if diff := cmp.Diff([]string{`forbid text: "a"`, "require path: b"}, rules); diff != "" {
		t.Error(diff)
	}
	last := time.Date(2030, 6, 30, 23, 59, 0, 0, time.UTC)
	if w, ok := c.Waiver(last); !ok || w.Value != "for now, really" || w.By != "Ada" {
		t.Errorf("waiver %+v", w)
	}
	if _, ok := c.Waiver(last.Add(time.Minute)); ok {
		t.Error("the waiver holds after its last day")
	}
	if intent, ok := s.Section(Intent); !ok || intent.Body != "Why.\n" || intent.Pos != (Position{13, 1}) {
		t.Errorf("intent %+v", intent)
	}
	if !strings.HasPrefix(s.Body(), "## Behavior") || !strings.HasPrefix(s.Source(c), "- **B1** x\n") || !strings.HasSuffix(s.Source(c), "by Ada") {
		t.Errorf("body %q, source %q", s.Body(), s.Source(c))
	}
}

func TestMatchesTest(t *testing.T) {
	t.Parallel()
	convention := &Clause{ID: "E1"}
	for name, want := range map[string]bool{
		"TestE1_OutOfStock": true, "TestE1_OutOfStock/two_lines": true, "TestE1": true, "TestE1/sub": true,
		"test_e1_out_of_stock": true, "test_E1_x": true, "teste1": true, "Test E1 x": true, "test-e1-x": true,
		"E1 out of stock": true, "E1: out of stock": true, "E1": true, "E1/x": true,
		"TestE10_X": false, "TestE10": false, "test_e10_x": false, "E10 x": false, "TestE1x": false, "TestE1OutOfStock": false,
		"TestB1_E1_x": false, "TestX/E1": false, "e1 x": false, "TestFE1_x": false, "": false, "test": false, "Test": false, "E1é": false,
	} {
		if got := MatchesTest(convention, name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	hyphen := &Clause{ID: "REQ-12"}
	for name, want := range map[string]bool{"TestREQ12_x": true, "TestREQ_12_x": true, "REQ-12: x": true, "TestREQ_123": false, "TestREQ1_2": false} {
		if got := MatchesTest(hyphen, name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	explicit := &Clause{ID: "E1", Attachments: []Attachment{{Kind: AttachTest, Value: "TestStock"}, {Kind: AttachTest, Value: "TestHold_*"}, {Kind: AttachTest, Value: "lists [all] lines"}}}
	for name, want := range map[string]bool{
		"TestStock": true, "TestStock/one": true, "TestStock/one/two": true, "TestHold_a": true, "TestHold_a/b": true, "lists [all] lines": true,
		"TestE1_OutOfStock": false, "TestStocks": false, "TestHold": false, "TestX/TestStock": false,
	} {
		if got := MatchesTest(explicit, name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestOverlap(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"a.go", "a.go", true},
		{"a.go", "b.go", false},
		{"*.go", "a.go", true},
		{"*.go", "x/a.go", false},
		{"**/*.go", "x/a.go", true},
		{"**/*.go", "a.go", true},
		{"**", "x/y/z", true},
		{"x/**", "y/**", false},
		{"x/**/z.go", "**/y/*", true},
		{"x/**/z.go", "x/z.go", true},
		{"a/*.go", "a/*_test.go", true},
		{"a/[a-m]*.go", "a/[n-z]*_test.go", false},
		{"a/[!b].go", "a/b.go", false},
		{"a/[^b].go", "a/c.go", true},
		{"{a,b}/x.go", "b/*", true},
		{"{a,b}/x.go", "c/*", false},
		{"{a,{b,c}}/x.go", "c/*", true},
		{"a?.go", "a/.go", false},
		{"a\\*.go", "ab.go", false},
		{"a\\*.go", "a*.go", true},
		{"x**y", "xay", true},
		{"x**y", "xa/y", false},
		{"é*", "?t", true},
	} {
		if got := overlap(tt.a, tt.b); got != tt.want {
			t.Errorf("overlap(%q, %q) = %v", tt.a, tt.b, got)
		}
		if got := overlap(tt.b, tt.a); got != tt.want {
			t.Errorf("overlap(%q, %q) = %v", tt.b, tt.a, got)
		}
	}
	if !overlap(strings.Repeat("{a,b}", 10), "x") {
		t.Error("a pattern too large to decide must be refused")
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	from := []string{"check", "test", "forbid", "order-eligibility"}
	for word, want := range map[string]string{
		"forbids": "forbid", "tset": "test", "TEST": "test", "chek": "check", "order-eligibilty": "order-eligibility",
		"xyz": "", "": "", "require": "",
	} {
		if got := Nearest(word, from); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestBlobID(t *testing.T) {
	t.Parallel()
	// printf 'hello\n' | git hash-object --stdin
	if got := BlobID([]byte("hello\n")); got != "ce013625030ba8dba906f756967f9e9ca394464a" {
		t.Error(got)
	}
	if got := BlobID(nil); got != "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391" {
		t.Error(got)
	}
}

const digested = `---
component: thing
owner: me
status: active
targets: [a.go, b.go]
tests: {files: [a_test.go], command: go test ./...}
checks: {build: go build}
review: yearly
---
# Spec: Thing
## Intent
Why.
## Interface
` + "```go\nfunc F()\n```" + `
## Behavior
- **B1** It works
  well.
  - test: TestB1_*
  - forbid text: x
- **B2** It SHOULD be quick.
## Examples
- one
## Decisions
Some.
`

func TestDigestCovers(t *testing.T) {
	t.Parallel()
	s := mustParse(t, digested)
	b1, _ := s.Clause("B1")
	for _, tt := range []struct {
		name, from, to string
		clause, spec   bool // whether the digests change
	}{
		{"wrapping", "It works\n  well.", "It   works well.", false, false},
		{"ID", "**B1**", "**B7**", false, false},
		{"order of attachments", "  - test: TestB1_*\n  - forbid text: x\n", "  - forbid text: x\n  - test: TestB1_*\n", false, false},
		{"waiver", "  - forbid text: x\n", "  - forbid text: x\n  - waive: y, until 2030-01-01, by z\n", false, false},
		{"place", "- **B2** It SHOULD be quick.\n", "", false, true},
		{"owner", "owner: me", "owner: you", false, false},
		{"status", "status: active", "status: draft", false, false},
		{"review", "yearly", "monthly", false, false},
		{"example", "- one", "- two", false, false},
		{"decision", "Some.", "Others.", false, false},
		{"order of targets", "[a.go, b.go]", "[b.go, a.go]", false, false},
		{"text", "works", "runs", true, true},
		{"level", "It works\n", "It SHOULD works\n", true, true},
		{"section", "## Behavior", "## Invariants", true, true},
		{"pattern", "forbid text: x", "forbid text: y", true, true},
		{"subject", "forbid text: x", "forbid call: x", true, true},
		{"test", "TestB1_*", "TestB1_a", true, true},
		{"another clause", "be quick", "be quicker", false, true},
		{"intent", "Why.", "Because.", false, true},
		{"interface", "func F()", "func G()", false, true},
		{"targets", "[a.go, b.go]", "[a.go]", false, true},
		{"test files", "[a_test.go]", "[b_test.go]", false, true},
		{"test command", "go test ./...", "go test -race ./...", false, true},
		{"check", "go build", "go vet", false, true},
	} {
		other := mustParse(t, strings.Replace(digested, tt.from, tt.to, 1))
		if got := other.Clauses()[0].Digest() != b1.Digest(); got != tt.clause {
			t.Errorf("%s: the clause's digest changed: %v", tt.name, got)
		}
		if got := other.Digest() != s.Digest(); got != tt.spec {
			t.Errorf("%s: the spec's digest changed: %v", tt.name, got)
		}
	}
	swapped := mustParse(t, strings.Replace(strings.Replace(digested, "- **B2** It SHOULD be quick.\n", "", 1), "## Behavior\n", "## Behavior\n- **B2** It SHOULD be quick.\n", 1))
	if swapped.Digest() != s.Digest() {
		t.Error("moving a clause changed the digest")
	}
}

// Locks and journals hold digests: a change of the encoding must be a decision, with a new version, and not an accident.
func TestDigestIsStable(t *testing.T) {
	t.Parallel()
	s := mustParse(t, digested)
	b1, _ := s.Clause("B1")
	if got := b1.Digest(); got != "12d532565a5b1ff83f036fd1475f14662c5cde9c0dbfdc7bfa2d09a06050f2af" {
		t.Errorf("clause: %s", got)
	}
	if got := s.Digest(); got != "886aaae281b4b43b34334d0a9513d77d82a72527220203b51ddd30b5d7a5d105" {
		t.Errorf("spec: %s", got)
	}
}

func TestDigestIsPrefixFree(t *testing.T) {
	t.Parallel()
	a := &Clause{Section: Behavior, Level: Must, Text: "x", Attachments: []Attachment{{Kind: AttachForbid, Subject: "text", Value: "ab"}}}
	b := &Clause{Section: Behavior, Level: Must, Text: "x", Attachments: []Attachment{{Kind: AttachForbid, Subject: "texta", Value: "b"}}}
	if a.Digest() == b.Digest() {
		t.Error("fields run into each other")
	}
}

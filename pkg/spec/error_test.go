package spec

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// complaints is everything that Parse has against a text: place, rule, message, and the hint behind an arrow.
func complaints(t *testing.T, path, text string) string {
	t.Helper()
	s, err := Parse(path, []byte(text))
	if err == nil {
		return ""
	}
	var errs Errors
	if !errors.As(err, &errs) || s != nil || len(errs) == 0 {
		t.Fatalf("Parse gave %v and %#v", s, err)
	}
	var b strings.Builder
	for _, e := range errs {
		fmt.Fprintf(&b, "%d:%d %s %s", e.Pos.Line, e.Pos.Col, e.Rule, e.Message)
		if e.Hint != "" {
			fmt.Fprintf(&b, " -> %s", e.Hint)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestErrorsOfClauses(t *testing.T) {
	t.Parallel()
	const words = "attachments: check, test, forbid, require, evidence, waive"
	for _, tt := range []struct{ name, text, want string }{
		{"unknown attachment", "- x\n  - forbids import: **/cache/**\n", `3:5 SG008 unknown attachment "forbids" -> did you mean "forbid import"? ` + words + "\n"},
		{"unknown word", "- x\n  - note: y\n", `3:5 SG008 unknown attachment "note" -> ` + words + "; if it is text of the clause, put it without a colon after its first word\n"},
		{"near word", "- x\n  - tset: y\n", `3:5 SG008 unknown attachment "tset" -> did you mean "test"? ` + words + "\n"},
		{"no value", "- x\n  - test:\n", "3:10 SG009 test: the value is missing -> write `test: TestE1_OutOfStock` or `test: TestE1_*`\n"},
		{"unknown check", "- x\n  - check: biuld\n", "3:12 SG009 check: no check is named \"biuld\" -> name it in the front matter's `checks`, or put a command in backquotes\n"},
		{"subject", "- x\n  - forbid imports: y\n", "3:5 SG008 unknown attachment \"forbid imports\" -> did you mean \"forbid import\"? write `forbid SUBJECT: PATTERN`, where the subject is import, call, identifier, text, path, dependency\n"},
		{"no subject", "- x\n  - require: y\n", "3:5 SG008 require: of what? its subject is missing -> write `require SUBJECT: PATTERN`, where the subject is text or path\n"},
		{"require import", "- x\n  - require import: y\n", "3:5 SG008 unknown attachment \"require import\" -> write `require SUBJECT: PATTERN`, where the subject is text or path\n"},
		{"expression", "- x\n  - forbid text: a(b\n", "3:18 SG009 forbid text: cannot be read: missing closing ): `a(b` -> text rules are regular expressions in Go's syntax (RE2)\n"},
		{"glob", "- x\n  - forbid import: a[b\n", "3:20 SG009 forbid import: \"a[b\" is not a pattern -> a bracket or a brace may be open\n"},
		{"path", "- x\n  - require path: ../a\n", "3:19 SG009 require path: leads out of its folder -> paths begin at the repository's root, without `..`\n"},
		{"evidence", "- x\n  - evidence: humans\n", "3:15 SG009 evidence: unknown word \"humans\" -> did you mean \"human\"? one of test, static, judge, human, production, bench\n"},
		{"evidence twice", "- x\n  - evidence: human\n  - evidence: test\n", "4:15 SG009 evidence: the clause names its evidence twice -> keep one\n"},
		{"waiver", "- x\n  - waive: later, by me\n", "3:12 SG009 waive: a waiver has a reason, an end and someone who grants it -> write `waive: reason, until 2030-12-31, by WHO`\n"},
		{"date", "- x\n  - waive: later, until 2030-02-30, by me\n", "3:12 SG009 waive: \"2030-02-30\" is not a date -> write the last day that it holds as YYYY-MM-DD\n"},
		{"not nested", "- x\n- test: TestX\n", "3:3 SG020 the attachment \"test: TestX\" belongs to no clause -> indent it by two columns, below the clause that it belongs to\n"},
		{"too deep", "- x\n  - test: TestX\n    - check: y\n", "4:7 SG009 the attachment \"test\" has an item of its own -> put it on the attachment's level\n"},
		{"goes on", "- x\n  - test: TestX\n  and more\n", "3:11 SG009 test: the value goes on over a second line -> put it on one line, and text of the clause before its attachments\n"},
		{"declared twice", "- **E2** x\n- y\n- **E2** z\n", "4:3 SG003 E2 is declared twice (first at line 2) -> give one of them another ID\n"},
		{"no words", "- **E2**\n", "2:3 SG021 the clause has no words -> say what must hold, or remove it\n"},
		{"open fence", "- x\n\n```\n- y\n", "4:1 SG015 the code fence is never closed: it swallows the rest of the file -> close it\n"},
		{"open comment", "- x\n<!-- y\n- z\n", "3:1 SG015 the comment is never closed: it swallows the rest of the file -> close it\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, complaints(t, "specs/thing.spec.md", "## Behavior\n"+tt.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestErrorsOfFrontMatter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"unknown key", "target: [a]", "2:1 SG006 unknown key \"target\" -> did you mean \"targets\"? the keys are component, status, owner, targets, context, tests, checks, depends, prepare, cache, retired, allow, format, review, superseded_by\n"},
		{"unknown key of tests", "tests:\n  runers: go", "3:3 SG006 unknown key \"runers\" in tests -> did you mean \"runner\"? the keys are files, runner, command, report, sealed\n"},
		{"twice", "owner: a\nowner: b", "3:1 SG005 front matter: mapping key \"owner\" already defined at [2:1]\n"},
		{"syntax", "owner: [a", "2:8 SG005 front matter: sequence end token ']' not found\n"},
		{"no mapping", "just text", "2:1 SG005 front matter is a list of `key: value` lines -> the keys are component, status, owner, targets, context, tests, checks, depends, prepare, cache, retired, allow, format, review, superseded_by\n"},
		{"list wanted", "targets: a.go", "2:10 SG007 targets: a list is wanted here, and this is one value -> write targets: [\"a.go\"]\n"},
		{"value wanted", "owner: [a]", "2:8 SG007 owner: one value is wanted here, and this is a list\n"},
		{"anchor", "owner: &a b", "2:8 SG007 owner: one value is wanted here, and this is an anchor, an alias or a tag, which specs do not use\n"},
		{"empty entry", "targets: [a.go, '']", "2:17 SG007 targets: an entry is empty\n"},
		{"tests as text", "tests: go test", "2:8 SG007 tests: its keys stand indented below it -> for instance `tests:`, and on the next line `  files: [\"pkg/*_test.go\"]`\n"},
		{"status", "status: actve", "2:9 SG007 status: unknown word \"actve\" -> did you mean \"active\"? one of draft, active, deprecated, superseded\n"},
		{"allow", "allow: [delete, move]", "2:17 SG007 allow: unknown word \"move\" -> one of delete, rename, chmod\n"},
		{"component", "component: Order Check", "2:12 SG007 component \"Order Check\" is not a name -> lower-case letters, digits and hyphens, for instance order-check\n"},
		{"batch", "component: batch", "2:12 SG007 component \"batch\" is reserved: it names the branches of batches -> choose another name\n"},
		{"runner", "tests:\n  runner: jnit\n  command: x", "3:11 SG007 tests.runner: unknown word \"jnit\" -> did you mean \"junit\"? one of go, junit, tap, exit\n"},
		{"command", "tests:\n  runner: tap", "3:11 SG007 tests: the runner tap needs a command -> add `command:` below tests\n"},
		{"absolute", "targets: [/etc/passwd]", "2:11 SG010 targets: \"/etc/passwd\" is absolute -> paths begin at the repository's root\n"},
		{"drive", "context: ['C:\\a']", "2:11 SG010 context: \"C:\\\\a\" is absolute -> paths begin at the repository's root\n"},
		{"backslash", "targets: ['a\\b.go']", "2:11 SG010 targets: \"a\\\\b.go\" holds a backslash -> separate folders with `/`\n"},
		{"out", "targets:\n  - ok.go\n  - a/../../b", "4:5 SG010 targets: \"a/../../b\" leads out of its folder -> paths begin at the repository's root, without `..`\n"},
		{"folder", "targets: [src/]", "2:11 SG010 targets: \"src/\" names a folder -> write \"src/**\" for all files in it\n"},
		{"bracket", "targets: ['a[']", "2:11 SG010 targets: \"a[\" is not a pattern -> a bracket or a brace may be open\n"},
		{"git", "targets: [.git/hooks/*]", "2:11 SG010 targets: \".git/hooks/*\" lies in .git, which a run never writes\n"},
		{"overlap", "targets: ['a/*.go']\ntests:\n  files: ['a/*_test.go']", "2:11 SG011 targets: \"a/*.go\" matches acceptance tests (\"a/*_test.go\") -> a run can never write its own tests: name the source files one by one, or move the tests\n"},
		{"overlap with sealed", "targets: ['**']\ntests:\n  sealed: ['hidden/x_test.go']", "2:11 SG011 targets: \"**\" matches acceptance tests (\"hidden/x_test.go\") -> a run can never write its own tests: name the source files one by one, or move the tests\n"},
		{"depends on itself", "depends: [thing, 'A B']", "2:11 SG007 depends: the component depends on itself\n2:18 SG007 depends: \"A B\" is not the name of a component\n"},
		{"retired", "retired: [b1]", "2:11 SG007 retired: \"b1\" is not a clause ID -> an ID is letters and a number, such as E4\n"},
		{"checks", "checks:\n  build:\n  'a b': x", "3:3 SG007 checks: \"build\" has no command\n4:3 SG007 checks: \"a b\" is not a name -> letters, digits, `-`, `_` and `.`\n"},
		{"after characters of several bytes", "owner: Zoë\nreview: 'é' \ntargets: [é.go, /é]", "4:18 SG010 targets: \"/é\" is absolute -> paths begin at the repository's root\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := complaints(t, "specs/thing.spec.md", "---\n"+tt.text+"\n---\n## Behavior\n- x\n")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			crlf := complaints(t, "specs/thing.spec.md", strings.ReplaceAll("---\n"+tt.text+"\n---\n## Behavior\n- x\n", "\n", "\r\n"))
			if crlf != got {
				t.Errorf("with CRLF: %s", crlf)
			}
		})
	}
}

func TestErrorsOfFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, path, text, want string }{
		{"zero byte", "a.spec.md", "x\n\x00", "2:1 SG001 the file holds a zero byte: it is not text -> save the file as UTF-8\n"},
		{"not UTF-8", "a.spec.md", "## Behavior\n- caf\xe9\n", "2:6 SG001 the file is not valid UTF-8 here -> save the file as UTF-8\n"},
		{"UTF-16", "a.spec.md", "\xff\xfe#\x00", "1:1 SG001 the file is UTF-16 and not UTF-8 -> save the file as UTF-8\n"},
		{"large", "a.spec.md", strings.Repeat("x", 1<<20+1), "1:1 SG001 the file is larger than 1 MiB -> a spec covers one component: split it\n"},
		{"not closed", "a.spec.md", "---\nowner: me\n# Spec\n", "1:1 SG005 the front matter is not closed -> end it with a line \"---\"\n"},
		{"name", "specs/Order Check.spec.md", "## Behavior\n- x\n", "1:1 SG007 the file's name gives no component: \"Order Check\" -> add front matter with `component: order-check`, or rename the file\n"},
		{"retired again", "a.spec.md", "---\nretired: [B1]\n---\n## Behavior\n- **B1** x\n", "5:3 SG004 B1 is retired and must not be used again -> give the clause a new ID\n"},
		{"all at once", "a.spec.md", "---\nstatus: x\ntarget: y\n---\n## Behavior\n- **B1** x\n  - test:\n- **B1** y\n", "2:9 SG007 status: unknown word \"x\" -> one of draft, active, deprecated, superseded\n" +
			"3:1 SG006 unknown key \"target\" -> did you mean \"targets\"? the keys are component, status, owner, targets, context, tests, checks, depends, prepare, cache, retired, allow, format, review, superseded_by\n" +
			"7:10 SG009 test: the value is missing -> write `test: TestE1_OutOfStock` or `test: TestE1_*`\n" +
			"8:3 SG003 B1 is declared twice (first at line 6) -> give one of them another ID\n"},
		{"front matter that cannot be read hides no checks", "a.spec.md", "---\nchecks: {a: b\n---\n## Behavior\n- x\n  - check: a\n", "2:9 SG005 front matter: could not find flow mapping end token '}'\n"},
		{"bad example", "a.spec.md", "## Examples\n- one\n  ```json\n  {\"a\": 1,\n   b}\n  ```\n", "5:4 SG016 the example is not JSON: invalid character 'b' looking for beginning of object key string -> correct it, or call the block by another language\n"},
		{"bad row", "a.spec.md", "## Examples\n| a | b |\n|---|---|\n| 1 |\n", "4:1 SG016 the row has 1 cells and the table 2 columns -> a `|` inside a cell is written `\\|`\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, complaints(t, tt.path, tt.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The sample of the terminal's style page, word for word.
func TestErrorExcerpt(t *testing.T) {
	t.Parallel()
	_, err := Parse("specs/billing.spec.md", []byte("## What NOT to build\n- **N1** no cache\n  - forbids import: **/cache/**\n"))
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *Error", err)
	}
	want := "specs/billing.spec.md:3:5: unknown attachment \"forbids\""
	if err.Error() != want || e.Error() != want {
		t.Errorf("got %q, want %q", err.Error(), want)
	}
	if want := "  - forbids import: **/cache/**\n    ^~~~~~~"; e.Excerpt != want {
		t.Errorf("excerpt:\n%s\nwant:\n%s", e.Excerpt, want)
	}
}

func TestExcerptIsSafeAndShort(t *testing.T) {
	t.Parallel()
	if got, want := excerpt("a\x1b[31mb\tc", 8, 1), "a·[31mb\tc\n       \t^"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	long := strings.Repeat("x", 500) + "HERE" + strings.Repeat("y", 500)
	shown, caret, _ := strings.Cut(excerpt(long, 500, 4), "\n")
	at := strings.IndexByte(caret, '^')
	if len([]rune(shown)) > excerptWidth+2 || string([]rune(shown)[at:at+4]) != "HERE" || !strings.HasSuffix(caret, "^~~~") {
		t.Errorf("%q\n%q", shown, caret)
	}
	if got, want := excerpt("\t- é x", 6, 1), "\t- é x\n\t    ^"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

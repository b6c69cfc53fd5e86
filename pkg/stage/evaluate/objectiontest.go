package evaluate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"path"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// objectionTest is the name of the test that runs an objection, and objectionFile that of its file.
const (
	objectionTest = "TestZZSpecgenObjection"
	objectionFile = "zz_specgen_objection_test.go"
)

// maxResults is how many results a call may give.
const maxResults = 4

// ran is what came of running a call.
type ran struct {
	equal bool
	got   string // what came, if it is not equal
	doubt string // why it shows nothing; "" if it shows something
}

// test is a Go test that runs the call and compares what it gives with want. What the types of the results are is left to the compiler:
// want is converted to them as any argument would be, and a want that cannot be does not compile. The test tells what it has found behind
// a word that the code under test cannot know.
func (c call) test(want expected, word string) patch.File {
	return patch.File{Path: path.Join(c.dir, objectionFile), Mode: patch.ModeFile, Data: []byte(c.testText(want, word))}
}

// word is what the test of a call on a tree says before its finding. A candidate cannot hold the name of its own tree.
func (c call) word(tree string, want expected) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{tree, c.text, want.String()}, "\x00")))
	return "objection" + hex.EncodeToString(sum[:8])
}

func (c call) testText(want expected, word string) string {
	var b strings.Builder
	fmt.Fprintf(&b, testHead, c.name)
	if !want.panics {
		b.WriteString(holder(len(want.values)))
	}
	fmt.Fprintf(&b, testBody, objectionTest, want.panics, c.steps(want), word)
	return b.String()
}

// steps are the statements that run the call and look at what it gives.
func (c call) steps(want expected) string {
	if want.panics {
		if c.gives() {
			return "\t\tzz.calm(\": \" + zzPrint(zzAll(" + c.text + ")...))\n"
		}
		return "\t\t" + c.text + "\n\t\tzz.calm(\"\")\n"
	}
	var b, all strings.Builder
	fmt.Fprintf(&b, "\t\tv := zzHold(%s)\n", c.text)
	for i, value := range want.values {
		if i > 0 {
			all.WriteString(", ")
		}
		fmt.Fprintf(&all, "v.r%d", i)
		if named(value, anyError) {
			fmt.Fprintf(&b, "\t\tzz.fails(v.r%d)\n", i)
			continue
		}
		fmt.Fprintf(&b, "\t\tzzWants(&zz, v.r%d)(%s)\n", i, code(value))
	}
	fmt.Fprintf(&b, "\t\tzz.got = zzPrint(%s)\n", all.String())
	return b.String()
}

// gives says whether it is known that the call has results.
func (c call) gives() bool {
	name, method := "", false
	switch f := c.expr.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name, method = f.Sel.Name, true
	}
	known := false
	for _, f := range c.funcDecls() {
		if f.Name.Name != name || (f.Recv != nil) != method {
			continue
		}
		if f.Type.Results.NumFields() == 0 {
			return false
		}
		known = true
	}
	return known
}

// holder declares what takes the results of a call with their types.
func holder(n int) string {
	var types, fields, params, values []string
	for i := range n {
		types = append(types, fmt.Sprintf("T%d", i))
		fields = append(fields, fmt.Sprintf("r%d T%d", i, i))
		params = append(params, fmt.Sprintf("r%d T%d", i, i))
		values = append(values, fmt.Sprintf("r%d", i))
	}
	list := strings.Join(types, ", ")
	return fmt.Sprintf("\ntype zzHeld[%s interface{}] struct{ %s }\n\nfunc zzHold[%s interface{}](%s) zzHeld[%s] {\n\treturn zzHeld[%s]{%s}\n}\n",
		list, strings.Join(fields, "; "), list, strings.Join(params, ", "), list, list, strings.Join(values, ", "))
}

// findingOf reads what the test said.
func findingOf(done verdict.Execution, word string, want expected) ran {
	switch {
	case len(done.Changed) > 0:
		return ran{doubt: done.Changed[0] + " was changed while it ran"}
	case done.BuildFailed():
		return ran{doubt: "it does not compile: " + shorten(oneLine(done.Diagnostics[0].Message), maxOutputLine)}
	case done.TimedOut:
		return ran{doubt: "it did not finish in " + seconds(done)}
	}
	for _, t := range done.Tests {
		if t.Name != objectionTest {
			continue
		}
		switch t.Status {
		case verdict.TestPassed:
			if done.Distrust != "" {
				return ran{doubt: done.Distrust}
			}
			return ran{equal: true, got: want.String()}
		case verdict.TestFailed:
			return told(t.Message, word)
		case verdict.TestSkipped, verdict.TestUnfinished:
		}
		return ran{doubt: "it ended before it was finished: " + shorten(oneLine(t.Message), maxOutputLine)}
	}
	if done.Distrust != "" {
		return ran{doubt: done.Distrust}
	}
	return ran{doubt: "it could not be run: " + brief(done)}
}

// told reads the finding of a test that failed.
func told(message, word string) ran {
	_, rest, ok := strings.Cut(message, word+" ")
	code, _, _ := strings.Cut(rest, "\n")
	kind, data, ok2 := strings.Cut(strings.TrimSpace(code), " ")
	text, err := hex.DecodeString(strings.TrimSpace(data))
	if !ok || !ok2 || err != nil {
		return ran{doubt: "it ended in a way that shows nothing: " + shorten(oneLine(message), maxOutputLine)}
	}
	clean := oneLine(strings.ToValidUTF8(string(text), "\ufffd"))
	if kind == "differs" {
		return ran{got: clean}
	}
	return ran{doubt: clean}
}

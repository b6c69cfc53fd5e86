package author

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// Declared lists what a Go file declares for its whole package: functions, types, variables, constants. A file that does not parse
// declares what can be read of it.
func Declared(f patch.File) []string {
	file, _ := parser.ParseFile(token.NewFileSet(), f.Path, f.Data, parser.SkipObjectResolution)
	if file == nil {
		return nil
	}
	var names []string
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names = append(names, d.Name.Name)
			}
		case *ast.GenDecl:
			names = append(names, genNames(d)...)
		}
	}
	return names
}

// PackageOf is the name of the package in a folder, by one of its files, or else by its own name.
func PackageOf(dir string, files []patch.File) string {
	for _, f := range files {
		parsed, _ := parser.ParseFile(token.NewFileSet(), f.Path, f.Data, parser.PackageClauseOnly)
		if parsed != nil && parsed.Name != nil && parsed.Name.Name != "_" {
			return parsed.Name.Name
		}
	}
	return strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, path.Base(dir))
}

// Wanted gives the clauses that need a test: of the asked ones all, or else each MUST and SHOULD whose evidence should be a test and that
// no test of those that are declared belongs to. Clauses that a rule, a check, a person or a judge decides need none, nor do those
// that are waived.
func Wanted(sp *spec.Spec, declared []string, asked []string) (wanted []*spec.Clause, unknown []string) {
	if len(asked) > 0 {
		for _, id := range asked {
			c, ok := sp.Clause(id)
			if !ok {
				unknown = append(unknown, id)
				continue
			}
			wanted = append(wanted, c)
		}
		return wanted, unknown
	}
	for _, c := range sp.Clauses() {
		if needsTest(c) && !hasTest(c, declared) {
			wanted = append(wanted, c)
		}
	}
	return wanted, nil
}

func needsTest(c *spec.Clause) bool {
	kind := c.EvidenceKind()
	switch {
	case c.Level == spec.May, len(c.Attached(spec.AttachWaive)) > 0, kind != "" && kind != spec.EvidenceTest:
		return false
	case kind == spec.EvidenceTest || len(c.Attached(spec.AttachTest)) > 0:
		return true
	}
	return c.Section != spec.NonGoals && len(c.Rules()) == 0 && len(c.Checks()) == 0
}

func hasTest(c *spec.Clause, declared []string) bool {
	for _, name := range declared {
		if isTest(name) && spec.MatchesTest(c, name) {
			return true
		}
	}
	return false
}

// isTest follows the go command: TestX and Test_x are tests, TestMain and Testimony are none.
func isTest(name string) bool {
	return name != "TestMain" && syntax.GoRuns(name, "Test", "Example", "Fuzz", "Benchmark")
}

// naming is how the test of a clause has to be called.
type naming struct {
	Form   string // as a person is told: TestE1_Words, or a whole name
	Prefix string // what comes before the words; "" where the whole name is given
}

// wanted goes by the clause's own `test:`, or else by the convention.
func (s *Stage) wanted(c *spec.Clause) naming {
	for _, pattern := range spec.TestPatterns(c) {
		pattern, _, _ = strings.Cut(pattern, "/")
		if !strings.HasPrefix(pattern, "Test") {
			continue
		}
		prefix, _, glob := strings.Cut(pattern, "*")
		if !glob {
			return naming{Form: pattern}
		}
		return naming{Form: prefix + "Words", Prefix: prefix}
	}
	prefix := "Test" + identifierOf(c.ID) + "_"
	return naming{Form: prefix + "Words", Prefix: prefix}
}

// identifierOf is a clause's ID as it can stand in a name.
func identifierOf(id string) string { return strings.ReplaceAll(id, "-", "_") }

// rename gives the name that a test gets, which nothing has yet, or why it cannot be that of the clause.
func (s *Stage) rename(c *spec.Clause, given string) (name, why string) {
	n := s.wanted(c)
	if n.Prefix == "" {
		if s.taken[n.Form] {
			return "", n.Form + " is there already, and the clause cites it by its whole name: let its `test:` end in *, or name a second one"
		}
		return n.Form, ""
	}
	if other := s.meant(c, given); other != "" {
		return "", "it is named for " + other + ": name it " + n.Form + ", and test this clause alone"
	}
	words, ok := strings.CutPrefix(given, n.Prefix)
	if !ok {
		words = strings.TrimLeft(strings.TrimPrefix(given, "Test"), "_")
		words = strings.TrimLeft(strings.TrimPrefix(words, identifierOf(c.ID)), "_")
	}
	if words == "" || words == "Words" {
		words = inWords(c.Text)
	}
	return s.free(n.Prefix + words), ""
}

// inWords makes a name of the first three long words of a clause.
func inWords(text string) string {
	const shortest, most = 4, 3
	var out strings.Builder
	n := 0
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(word) < shortest || n == most {
			continue
		}
		n++
		r, size := utf8.DecodeRuneInString(word)
		out.WriteString(string(unicode.ToUpper(r)) + strings.ToLower(word[size:]))
	}
	if n == 0 {
		return "Holds"
	}
	return out.String()
}

// meant gives another clause that a test is named for by the convention; "" if there is none.
func (s *Stage) meant(c *spec.Clause, given string) string {
	if spec.MatchesTest(c, given) {
		return ""
	}
	for _, other := range s.task.Spec.Clauses() {
		if other.ID != c.ID && spec.MatchesTest(other, given) {
			return other.ID
		}
	}
	return ""
}

// free gives a name, or the first of those with a number behind it that nothing has.
func (s *Stage) free(name string) string {
	for n := 2; ; n++ {
		if !s.taken[name] {
			return name
		}
		name = strings.TrimRight(name, "0123456789") + strconv.Itoa(n)
	}
}

package evaluate

import (
	"fmt"
	"path"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// testsAtFault says why no code could make the acceptance tests run: all errors stand in them, and each is of a kind that the
// code under test has no part in. A name that the tests miss is not of that kind: the code has to provide it.
func (e *evaluation) testsAtFault(found []verdict.Diagnostic) string {
	for _, d := range found {
		if d.File == "" || !e.spec.IsTest(path.Clean(d.File)) || !e.ownFault(d.Message) {
			return ""
		}
	}
	if len(found) == 0 {
		return ""
	}
	d := found[0]
	return fmt.Sprintf("the acceptance tests do not compile, whatever the code is: %s:%d: %s", d.File, d.Line, d.Message)
}

var (
	// syntaxFault is how compilers word what is wrong with a text by itself.
	syntaxFault = pattern.Lazy(`(?i)^syntax error\b|^SyntaxError\b|^IndentationError\b|^unterminated\b|^illegal character\b|^invalid character\b`)
	// unusedFault is what Go says of imports and variables that a file does not use.
	unusedFault = pattern.Lazy(`imported and not used|^declared and not used|declared (and|but) not used`)
	// importFault is what Go says of a package that is not there.
	importFault = pattern.Lazy(`(?:package |import |provides package |could not import )"?([\w./~-]+)"?`)
	importWords = pattern.Lazy(`is not in (std|GOROOT)|no required module provides package|could not import|cannot find (package|module)|no Go files in|no non-test Go files`)
	// againFault is what Go says of a name that is declared twice.
	againFault = pattern.Lazy(`^(\w+) redeclared in this block`)
)

func (e *evaluation) ownFault(message string) bool {
	switch {
	case syntaxFault.MatchString(message), unusedFault.MatchString(message):
		return true
	case importWords.MatchString(message):
		m := importFault.FindStringSubmatch(message)
		return m != nil && !e.provides(m[1])
	}
	if m := againFault.FindStringSubmatch(message); m != nil {
		return !e.declaresName(m[1])
	}
	return false
}

// provides says whether a package is one that the targets would make: then its absence is the candidate's miss.
func (e *evaluation) provides(importPath string) bool {
	for _, glob := range e.spec.Front.Targets {
		dir := path.Dir(glob)
		if dir == "." || strings.ContainsAny(dir, "*?[{") || importPath == dir || strings.HasSuffix(importPath, "/"+dir) {
			return true
		}
	}
	return false
}

// declaresName says whether a target uses a name, so that the clash may be its own.
func (e *evaluation) declaresName(name string) bool {
	for _, s := range e.targets {
		if s.mentions(name) {
			return true
		}
	}
	return false
}

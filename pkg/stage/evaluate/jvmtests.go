package evaluate

import (
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// jvmTests is what can be read of a file of Java or Kotlin tests without a parser.
type jvmTests struct {
	pkg     string
	classes []string
	methods map[string]bool
	titles  map[string]bool // strings, which @DisplayName and the like may hold
	tests   []string        // the methods that run for certain, and are called what they are named
	hollow  map[string]bool // methods with nothing in them
}

var (
	jvmPackage = pattern.Lazy(`(?m)^\s*package\s+([\w.]+)`)
	jvmClass   = pattern.Lazy(`\b(?:class|record|interface|enum|object)\s+(\w+)`)
	jvmMethod  = pattern.Lazy(`(\w+|[>\]?])\s+(\w+)\s*\(`)
	jvmQuoted  = pattern.Lazy("\\bfun\\s+`([^`\n]+)`")
	jvmTest    = pattern.Lazy(`@Test\b(?:\([^()]*\))?\s*(?:@\w+(?:\([^()]*\))?\s*)*(?:(?:public|protected|final)\s+)*(?:void|fun)\s+(\w+)\s*\(`)
	jvmEmpty   = pattern.Lazy(`(\w+)\s*\([^()]*\)\s*(?:throws\s+[\w.,\s]+)?\{\s*\}`)
	jvmRenames = pattern.Lazy(`\bDisplayName|\babstract\s+class\b|\binterface\b`)
	jvmName    = pattern.Lazy(`^[\w$.]+$`)
)

func readJVM(code string) jvmTests {
	t := jvmTests{methods: map[string]bool{}, titles: map[string]bool{}, hollow: map[string]bool{}}
	masked := mask(jvmMarks(), code, func(_, _ int, text string) { t.titles[strings.TrimSpace(text)] = true })
	if m := jvmPackage.FindStringSubmatch(masked); m != nil {
		t.pkg = m[1]
	}
	for _, m := range jvmClass.FindAllStringSubmatch(masked, -1) {
		t.classes = append(t.classes, m[1])
	}
	for _, m := range jvmMethod.FindAllStringSubmatch(masked, -1) {
		switch m[1] {
		case "return", "new", "throw", "else", "case", "do", "assert", "yield":
		default:
			t.methods[m[2]] = true
		}
	}
	for _, m := range jvmTest.FindAllStringSubmatch(masked, -1) {
		if !jvmRenames.MatchString(masked) { // or runners call it otherwise, or in another class
			t.tests = append(t.tests, m[1])
		}
	}
	for _, m := range jvmEmpty.FindAllStringSubmatch(masked, -1) {
		t.hollow[m[1]] = true
	}
	for _, m := range jvmQuoted.FindAllStringSubmatch(code, -1) {
		t.methods[m[1]] = true
	}
	return t
}

// has says whether a class name of a report is one of this file. What is no name of a class is a title that stands there.
func (t *jvmTests) has(class string) bool {
	if !jvmName.MatchString(class) {
		return t.titles[class]
	}
	outer, _, _ := strings.Cut(class, "$")
	i := strings.LastIndexByte(outer, '.')
	if i >= 0 && outer[:i] != t.pkg {
		return false
	}
	return slices.Contains(t.classes, outer[i+1:])
}

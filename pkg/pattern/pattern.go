// Package pattern holds regular expressions that are compiled when they are first needed. Every command that runs in a
// sandbox starts this program once more, which needs none of them: compiling all at the start was a quarter of its time.
package pattern

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression of package regexp. Its methods are those of regexp.Regexp with the same names.
type Pattern struct{ compiled func() *regexp.Regexp }

// Lazy gives the pattern of an expression. One that cannot be read panics at its first use, as regexp.MustCompile does at
// once: it is for constants, and a test of each.
func Lazy(expr string) *Pattern {
	return &Pattern{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })}
}

// String is the expression as it was written.
func (p *Pattern) String() string { return p.compiled().String() }

// MatchString says whether s holds a match.
func (p *Pattern) MatchString(s string) bool { return p.compiled().MatchString(s) }

// FindString is the first match in s, or "".
func (p *Pattern) FindString(s string) string { return p.compiled().FindString(s) }

// FindStringIndex is where the first match in s is, or nil.
func (p *Pattern) FindStringIndex(s string) []int { return p.compiled().FindStringIndex(s) }

// FindStringSubmatch is the first match in s and its groups, or nil.
func (p *Pattern) FindStringSubmatch(s string) []string { return p.compiled().FindStringSubmatch(s) }

// FindStringSubmatchIndex is where the first match in s and its groups are, or nil.
func (p *Pattern) FindStringSubmatchIndex(s string) []int {
	return p.compiled().FindStringSubmatchIndex(s)
}

// FindAllString gives up to n matches, all of them for n < 0.
func (p *Pattern) FindAllString(s string, n int) []string { return p.compiled().FindAllString(s, n) }

// FindAllStringIndex says where up to n matches are, all of them for n < 0.
func (p *Pattern) FindAllStringIndex(s string, n int) [][]int {
	return p.compiled().FindAllStringIndex(s, n)
}

// FindAllStringSubmatch gives up to n matches with their groups, all of them for n < 0.
func (p *Pattern) FindAllStringSubmatch(s string, n int) [][]string {
	return p.compiled().FindAllStringSubmatch(s, n)
}

// FindAllStringSubmatchIndex says where up to n matches and their groups are, all of them for n < 0.
func (p *Pattern) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return p.compiled().FindAllStringSubmatchIndex(s, n)
}

// ReplaceAllString gives s with its matches replaced; $1 stands for a group.
func (p *Pattern) ReplaceAllString(s, with string) string {
	return p.compiled().ReplaceAllString(s, with)
}

// ReplaceAllStringFunc gives s with its matches replaced by what with makes of them.
func (p *Pattern) ReplaceAllStringFunc(s string, with func(string) string) string {
	return p.compiled().ReplaceAllStringFunc(s, with)
}

// Split cuts s at up to n-1 matches, at all of them for n < 0.
func (p *Pattern) Split(s string, n int) []string { return p.compiled().Split(s, n) }

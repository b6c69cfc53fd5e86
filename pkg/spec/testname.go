package spec

import (
	"path"
	"strings"
)

// TestPatterns gives the names and globs of the clause's `test:` attachments. Without any, tests are found by
// convention: see MatchesTest.
func TestPatterns(c *Clause) []string {
	var out []string
	for _, a := range c.Attached(AttachTest) {
		out = append(out, a.Value)
	}
	return out
}

// MatchesTest says whether a test, by its name without package or class, is evidence for a clause. Explicit `test:`
// attachments replace the convention: a pattern matches the whole name, or that of a parent of a subtest, so that
// TestE1_Stock stands for TestE1_Stock/two_lines too. By convention a test belongs to the clause whose ID it begins
// with, after the word test: TestE1_Stock, test_e1_stock, "E1: out of stock". The ID ends where its word ends: E1 is not E10.
func MatchesTest(c *Clause, testName string) bool {
	patterns := TestPatterns(c)
	if len(patterns) == 0 {
		return conventional(c.ID, testName)
	}
	for _, pattern := range patterns {
		if MatchesPattern(pattern, testName) {
			return true
		}
	}
	return false
}

// MatchesPattern says whether a test's name, or a parent's, is matched by a name or glob of a `test:` attachment.
func MatchesPattern(pattern, testName string) bool {
	name := testName
	for {
		if matched, err := path.Match(pattern, name); name == pattern || (err == nil && matched) {
			return true
		}
		i := strings.LastIndexByte(name, '/')
		if i < 0 {
			return false
		}
		name = name[:i]
	}
}

func conventional(id, testName string) bool {
	name, _, _ := strings.Cut(testName, "/")
	if rest, ok := cutTestWord(name); ok {
		return beginsWithID(strings.ToLower(rest), strings.ToLower(id))
	}
	return beginsWithID(name, id)
}

// cutTestWord takes off the word test with what joins it to the next.
func cutTestWord(name string) (string, bool) {
	const word = "test"
	if len(name) < len(word) || !strings.EqualFold(name[:len(word)], word) {
		return "", false
	}
	return strings.TrimLeft(name[len(word):], "_- "), true
}

// beginsWithID compares up to the end of the ID's word. A hyphen of an ID cannot stand in most test names, so an
// underline, or nothing, stands for it.
func beginsWithID(name, id string) bool {
	for _, form := range []string{id, strings.ReplaceAll(id, "-", "_"), strings.ReplaceAll(id, "-", "")} {
		if rest, ok := strings.CutPrefix(name, form); ok && !beginsWithWord(rest) {
			return true
		}
	}
	return false
}

func beginsWithWord(text string) bool {
	if text == "" {
		return false
	}
	b := text[0]
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

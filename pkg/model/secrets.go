package model

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Secret is a place in a text that looks like a credential. It never holds the credential itself.
type Secret struct {
	Rule    string // which rule found it: known-value, aws-access-key, ...
	Line    int    // in the text that was searched, from 1
	Excerpt string // its first characters and a mask
	Name    string // rule:digest, stable when lines move; what a person writes down to allow it
}

// KnownValue is the rule of secrets that match a value specgen was told about, such as the endpoint's own key.
const KnownValue = "known-value"

// minKnown is the length below which a known value is no secret: people give local servers keys such as "x" or "none", and
// masking those would make every text unreadable.
const minKnown = 8

const (
	mask        = "***"
	shownPrefix = 4
)

// FindSecrets gives what looks like credentials in text: the known values first, then what some fifteen patterns find, at most one
// for each rule and line. Placeholders, hashes and UUIDs are not reported.
func FindSecrets(text string, known []string) []Secret {
	rules := secretRules()
	var found []Secret
	n := 0
	for line := range strings.Lines(text) {
		n++
		found = append(found, findKnown(line, n, known)...)
		lower := strings.ToLower(line)
		for _, r := range rules {
			value, ok := r.find(line, lower)
			if !ok || reported(found, n, value) {
				continue
			}
			found = append(found, newSecret(r.name, n, value))
		}
	}
	return knownFirst(found)
}

func findKnown(line string, n int, known []string) []Secret {
	var found []Secret
	for _, value := range known {
		if len(value) >= minKnown && strings.Contains(line, value) {
			found = append(found, newSecret(KnownValue, n, value))
		}
	}
	return found
}

// reported says whether a more precise rule has already reported this value on this line. Both carry the same digest.
func reported(found []Secret, line int, value string) bool {
	for i := len(found) - 1; i >= 0 && found[i].Line == line; i-- {
		if strings.HasSuffix(found[i].Name, ":"+shortDigest(value)) {
			return true
		}
	}
	return false
}

func newSecret(rule string, line int, value string) Secret {
	return Secret{Rule: rule, Line: line, Excerpt: maskValue(value), Name: rule + ":" + shortDigest(value)}
}

// maskValue shows enough of a value to find it and too little to use it.
func maskValue(value string) string {
	if strings.HasPrefix(value, "-----BEGIN") {
		return value
	}
	return value[:min(shownPrefix, len(value)/4)] + mask
}

// shortDigest is long enough to tell the secrets of one repository apart, and too short to confirm a guess.
func shortDigest(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:4])
}

func knownFirst(found []Secret) []Secret {
	var first, rest []Secret
	for _, s := range found {
		if s.Rule == KnownValue {
			first = append(first, s)
		} else {
			rest = append(rest, s)
		}
	}
	return append(first, rest...)
}

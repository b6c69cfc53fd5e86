package model

import "strings"

// minPrefix is how much of the beginning of a key must stand in a text to be masked. Servers echo keys shortened; a vendor's
// common prefix alone (sk-proj-) is harmless.
const minPrefix = 12

// Scrub replaces each secret in text, and each long beginning of one, with ***. Secrets shorter than 8 bytes are left alone.
func Scrub(text string, secrets []string) string {
	for _, s := range secrets {
		if len(s) >= minKnown {
			text = scrubOne(text, s)
		}
	}
	return text
}

// scrubOne masks every occurrence of the longest prefix of secret that is at least as long as shortest.
func scrubOne(text, secret string) string {
	head := secret[:min(len(secret), max(minPrefix, len(secret)/4))]
	if !strings.Contains(text, head) {
		return text
	}
	var b strings.Builder
	for {
		i := strings.Index(text, head)
		if i < 0 {
			break
		}
		b.WriteString(text[:i])
		b.WriteString(mask)
		text = text[i+commonPrefix(text[i:], secret):]
	}
	b.WriteString(text)
	return b.String()
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

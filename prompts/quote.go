package prompts

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Quote writes foreign text as a JSON string that holds nothing but what can be seen: control and format characters, such as those that
// turn the direction of writing, are escaped, and so is what fences, markup and the marks of chat templates are made of.
func Quote(text string) string {
	raw, err := json.Marshal(text) // escapes <, > and & too
	if err != nil {
		return `""`
	}
	var b strings.Builder
	for _, r := range string(raw) {
		switch {
		case r == '`' || !unicode.IsPrint(r) && r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		case !unicode.IsPrint(r):
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

package model

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// jsonObjects gives the JSON objects of an answer, whatever fences or prose stand around them, and the first text that looks like
// one and is broken. What stands inside a broken object is no answer.
func jsonObjects(text string) (whole []string, broken string) {
	for {
		i := strings.IndexByte(text, '{')
		if i < 0 {
			return whole, broken
		}
		text = text[i:]
		object, ok := firstObject(text)
		switch {
		case ok:
			whole = append(whole, object)
		case !objectStart.MatchString(text):
			object = "{" // a brace in prose or code
		case broken == "":
			broken = object
		}
		text = text[len(object):]
	}
}

// objectStart tells a JSON object from other things in braces.
var objectStart = pattern.Lazy(`^\{\s*["}]`)

// firstObject reads the object that text begins with. If that is broken, it gives the text up to the next fence.
func firstObject(text string) (string, bool) {
	dec := json.NewDecoder(strings.NewReader(text))
	var raw json.RawMessage
	if dec.Decode(&raw) == nil {
		return text[:dec.InputOffset()], true
	}
	object, _, _ := strings.Cut(text, "```")
	return object, false
}

// compact is raw without white space, for comparing.
func compact(raw string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(raw)) != nil {
		return raw
	}
	return b.String()
}

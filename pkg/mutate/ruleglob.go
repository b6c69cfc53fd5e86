package mutate

import (
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// stand is what stands for any name.
const stand = "zzPlanted"

// instances gives names that a glob means, the plainest first.
func instances(glob string) []string {
	if !doublestar.ValidatePattern(glob) {
		return nil
	}
	var out []string
	for _, some := range []string{stand, "zz_planted", "z", ""} {
		for _, deep := range []string{"", stand, stand + "/" + stand} {
			for _, pick := range []int{0, 1, 2} {
				name := instance1(glob, some, deep, pick)
				if name != "" && !slices.Contains(out, name) && doublestar.MatchUnvalidated(glob, name) {
					out = append(out, name)
				}
			}
		}
	}
	return out
}

// instance1 puts some in the place of *, deep in the place of **, and takes one of the alternatives.
func instance1(glob, some, deep string, pick int) string {
	var b strings.Builder
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; {
		case strings.HasPrefix(glob[i:], "**"):
			i++
			b.WriteString(deep)
			if deep == "" && i+1 < len(glob) && glob[i+1] == '/' {
				i++ // **/x means x as well
			}
		case c == '*':
			b.WriteString(some)
		case c == '?':
			b.WriteByte('z')
		case c == '\\' && i+1 < len(glob):
			i++
			b.WriteByte(glob[i])
		case c == '[':
			end := i + classEnd(glob[i:])
			b.WriteString(ofClass(glob[i : end+1]))
			i = end
		case c == '{':
			end := i + braceEnd(glob[i:])
			choices := alternatives(glob[i+1 : end])
			b.WriteString(instance1(choices[pick%len(choices)], some, deep, pick))
			i = end
		default:
			b.WriteByte(c)
		}
	}
	return strings.TrimSuffix(b.String(), "/")
}

// classEnd is where the class ends that a text begins with.
func classEnd(text string) int {
	for i := 2; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case ']':
			return i
		}
	}
	return len(text) - 1
}

// ofClass gives a character of a class.
func ofClass(class string) string {
	for c := range "zyxwvutsrqponmlkjihgfedcba0123456789ZYXWVUTSRQPONMLKJIHGFEDCBA_-." {
		one := string("zyxwvutsrqponmlkjihgfedcba0123456789ZYXWVUTSRQPONMLKJIHGFEDCBA_-."[c])
		if ok, err := doublestar.Match(class, one); ok && err == nil {
			return one
		}
	}
	return ""
}

// braceEnd is where the alternatives end that a text begins with.
func braceEnd(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(text) - 1
}

// alternatives splits at the commas that stand in no braces of their own.
func alternatives(text string) []string {
	var out []string
	depth, from := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, text[from:i])
				from = i + 1
			}
		}
	}
	return append(out, text[from:])
}

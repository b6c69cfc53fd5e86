package config

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/model"
)

// Error is one thing that is wrong with the configuration.
type Error struct {
	Origin  Origin
	Key     string // dotted; "" where the file as a whole is meant
	Message string
	Hint    string // what to do, without a full stop
	Excerpt string // the line and below it a caret under the place; two lines, without secrets; "" without a file
}

// Error gives the place and the message, without excerpt and hint.
func (e *Error) Error() string { return e.Origin.String() + ": " + e.Message }

// Errors is everything that is wrong, in the order in which it was found.
type Errors []*Error

// Error gives one line per error.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find each error.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

// NoModelError says that a role has no model to ask. A command can look up what the endpoint offers and say so.
type NoModelError struct {
	Role    model.Role
	BaseURL string
}

// Error says it without a list.
func (e *NoModelError) Error() string {
	return fmt.Sprintf("no model is named for the %s at %s", e.Role, e.BaseURL)
}

// Hint says where a model can be named.
func (e *NoModelError) Hint() string {
	return "name one with --model, SPECGEN_MODEL, or model.name in " + FileName
}

// Longest part of a line that an excerpt shows, in characters, and how much of it stands before the caret.
const (
	excerptWidth  = 100
	excerptBefore = 40
)

// excerpt draws a line and a caret under width characters from col (both in characters, col from 0). The text is foreign: what a
// terminal would obey is made visible, and credentials are masked.
func excerpt(line string, col, width int) string {
	shown := []rune(visible(mask(line)))
	col = min(max(col, 0), len(shown))
	width = min(max(width, 1), max(len(shown)-col, 1))
	if len(shown) > excerptWidth && col > excerptBefore {
		cut := col - excerptBefore
		shown = append([]rune("…"), shown[cut:]...)
		col = excerptBefore + 1
	}
	if len(shown) > excerptWidth {
		shown = append(shown[:excerptWidth:excerptWidth], '…')
	}
	width = min(width, max(excerptWidth-col, 1))
	return string(shown) + "\n" + strings.Repeat(" ", col) + "^" + strings.Repeat("~", width-1)
}

func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r == utf8.RuneError || !unicode.IsPrint(r):
			return '·'
		}
		return r
	}, text)
}

// mask hides what looks like a key, character for character so that carets stay in place.
func mask(line string) string {
	return keyLike.ReplaceAllStringFunc(line, func(found string) string {
		if !looksLikeKey(found) {
			return found
		}
		keep := min(shownOfKey, len(found))
		return found[:keep] + strings.Repeat("*", len(found)-keep)
	})
}

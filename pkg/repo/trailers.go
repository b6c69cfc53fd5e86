package repo

import (
	"slices"
	"strings"
)

// Trailer is a line `Key: value` at the end of a commit message.
type Trailer struct{ Key, Value string }

// Trailers are the last paragraph of a commit message.
type Trailers []Trailer

// Add gives the trailers with one more. A value is kept on one line; a trailer without value is left out.
func (t Trailers) Add(key, value string) Trailers {
	value = strings.Join(strings.Fields(value), " ")
	if value == "" {
		return t
	}
	return append(slices.Clip(t), Trailer{Key: key, Value: value})
}

// Get gives the last value of a key, whatever its case; "" if there is none.
func (t Trailers) Get(key string) string {
	value := ""
	for _, v := range t.All(key) {
		value = v
	}
	return value
}

// All gives the values of a key, whatever its case, in order.
func (t Trailers) All(key string) []string {
	var values []string
	for _, trailer := range t {
		if strings.EqualFold(trailer.Key, key) {
			values = append(values, trailer.Value)
		}
	}
	return values
}

// String gives the trailers as they stand in a message, one on a line.
func (t Trailers) String() string {
	var b strings.Builder
	for _, trailer := range t {
		b.WriteString(trailer.Key + ": " + trailer.Value + "\n")
	}
	return b.String()
}

// Message puts a commit message together: a subject, a body that may be empty, and trailers.
func Message(subject, body string, t Trailers) string {
	paragraphs := []string{strings.Join(strings.Fields(subject), " ")}
	if body = strings.Trim(body, "\n"); body != "" {
		paragraphs = append(paragraphs, body)
	}
	if len(t) > 0 {
		paragraphs = append(paragraphs, strings.TrimSuffix(t.String(), "\n"))
	}
	return strings.Join(paragraphs, "\n\n") + "\n"
}

// What git itself writes at the end of messages.
const (
	signedOff    = "Signed-off-by: "
	cherryPicked = "(cherry picked from commit "
)

// ParseTrailers reads the trailers of a commit message: its last paragraph, if that is not also its first, and if either every
// line of it is a trailer or a fourth of them are and one is git's own. That is the rule of git interpret-trailers.
func ParseTrailers(message string) Trailers {
	message = strings.TrimRight(strings.ReplaceAll(message, "\r\n", "\n"), "\n \t")
	var found Trailers
	trailers, other, own := 0, 0, false
	folds, joins := false, false // whether an indented line goes on with the one before, and whether that is a trailer
	for line := range strings.SplitSeq(lastParagraph(message), "\n") {
		trailer, ok := parseTrailer(line)
		switch {
		case line == "":
		case isSpace(line[0]) && folds:
			if joins {
				last := &found[len(found)-1]
				last.Value = strings.TrimSpace(last.Value + " " + strings.TrimSpace(line))
			}
		case strings.HasPrefix(line, cherryPicked):
			trailers, own, folds, joins = trailers+1, true, true, false
		case ok:
			found = append(found, trailer)
			trailers, own, folds, joins = trailers+1, own || strings.HasPrefix(line, signedOff), true, true
		default:
			other, folds, joins = other+1, false, false
		}
	}
	if other == 0 || own && trailers*3 >= other {
		return found
	}
	return nil
}

// lastParagraph gives the text after the last blank line; "" if the message has only one paragraph.
func lastParagraph(message string) string {
	lines := strings.Split(message, "\n")
	for i := len(lines) - 1; i > 0; i-- {
		if strings.TrimSpace(lines[i]) == "" {
			return strings.Join(lines[i+1:], "\n")
		}
	}
	return ""
}

func parseTrailer(line string) (Trailer, bool) {
	key, value, ok := strings.Cut(line, ":")
	key = strings.TrimRight(key, " \t")
	if !ok || key == "" || strings.ContainsFunc(key, notInKey) {
		return Trailer{}, false
	}
	return Trailer{Key: key, Value: strings.TrimSpace(value)}, true
}

func notInKey(c rune) bool {
	return c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

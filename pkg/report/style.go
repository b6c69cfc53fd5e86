// Package report turns the events of a run into something to read. It only reads: what a run means is decided by the
// packages below it.
package report

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Style is how text is to look.
type Style struct {
	Color   bool
	UTF8    bool
	Width   int    // columns; 0 cuts nothing
	Verbose bool   // also what went well
	Table   bool   // the whole verdict table at the end
	Dir     string // where the next commands are to be given; empty: here
}

// ANSI colours. They only repeat what the signs say.
const (
	red    = "31"
	yellow = "33"
	green  = "32"
	dim    = "2"
	bold   = "1"
)

func (s Style) paint(color, text string) string {
	if !s.Color || text == "" || color == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// sign is the mark of a status, with its colour.
func (s Style) sign(status verdict.Status) (text, color string) {
	mark := func(pretty, plain string) string {
		if s.UTF8 {
			return pretty
		}
		return plain
	}
	switch status {
	case verdict.Pass:
		return mark("✓", "ok  "), dim
	case verdict.Fail:
		return mark("✗", "FAIL"), red
	case verdict.Unknown:
		return mark("?", "??  "), yellow
	case verdict.Waived:
		return mark("~", "wv  "), dim
	case verdict.Open:
		return mark("○", "--  "), dim
	}
	return mark("?", "??  "), yellow
}

// cut shortens text to n columns, with an ellipsis. n <= 0 leaves it whole.
func (s Style) cut(text string, n int) string {
	if n <= 0 || utf8.RuneCountInString(text) <= n {
		return text
	}
	tail := s.ellipsis()
	keep := n - utf8.RuneCountInString(tail)
	if keep < 1 {
		return string([]rune(text)[:n])
	}
	return trimRight(string([]rune(text)[:keep])) + tail
}

func (s Style) ellipsis() string {
	if s.UTF8 {
		return "…"
	}
	return "..."
}

// fit cuts text to what the width leaves behind so many columns.
func (s Style) fit(text string, used int) string {
	if s.Width == 0 {
		return text
	}
	return s.cut(text, max(s.Width-used, 1))
}

// fitEnd is fit for paths, of which the end says most.
func (s Style) fitEnd(path string, used int) string {
	room := max(s.Width-used-utf8.RuneCountInString(s.ellipsis()), 1)
	if runes := []rune(path); s.fit(path, used) != path {
		return s.ellipsis() + string(runes[len(runes)-min(room, len(runes)):])
	}
	return path
}

// wrap breaks text into lines that fit behind so many columns. A word that is too long is cut.
func (s Style) wrap(text string, used int) []string {
	if s.fit(text, used) == text {
		return []string{text}
	}
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		word = s.fit(word, used)
		longer := strings.TrimLeft(line+" "+word, " ")
		if line != "" && s.fit(longer, used) != longer {
			lines, longer = append(lines, line), word
		}
		line = longer
	}
	return append(lines, line)
}

// pad fills text with blanks to n columns.
func pad(text string, n int) string {
	return text + strings.Repeat(" ", max(0, n-utf8.RuneCountInString(text)))
}

// Duration in words: 340 ms, 26 s, 1 min 4 s, 2 h 5 min.
func Duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// Number with its thousands apart: 2,310.
func Number(n int) string {
	digits := fmt.Sprint(max(n, -n))
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if n < 0 {
		return "-" + digits
	}
	return digits
}

// Count is a number with its noun: 1 attempt, 2 attempts.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Number(n) + " " + noun + "s"
}

// oneLine folds white space, so that text keeps to its row, and takes out what would command the terminal: models and the code
// that they wrote have a say in these texts.
func oneLine(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, text)), " ")
}

func trimRight(text string) string { return strings.TrimRight(text, " ") }

// Mark is the sign of a check that is ok, a warning, or failed.
func (s Style) Mark(state string) string {
	status := map[string]verdict.Status{"ok": verdict.Pass, "warning": verdict.Unknown}[state]
	if status == "" {
		status = verdict.Fail
	}
	sign, color := s.sign(status)
	return s.paint(color, sign)
}

package replay

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/specgen-dev/specgen/pkg/model"
)

// shownLine is how much of a differing line is shown, in characters.
const shownLine = 100

// unknown is the error for a request that the transcript does not hold.
func (p *Player) unknown(req model.Request, key string) *model.Error {
	fault := &model.Error{
		Kind: model.ErrReplay,
		Hint: "the spec, a template or a setting has changed since; record anew with --record FILE",
	}
	if n := p.used[key]; n > 0 {
		fault.Message = fmt.Sprintf("replay: the transcript answers this request %s, and this is time %d", times(n), n+1)
		fault.Hint = "the run took another course than when it was recorded; record anew with --record FILE"
		return fault
	}
	nearest := p.nearest(req)
	if nearest == nil {
		fault.Message = "replay: the transcript holds no exchange"
		return fault
	}
	fault.Message = fmt.Sprintf("replay: the transcript does not hold this request (%s); the nearest one, on line %d, differs: %s",
		req.Role, nearest.line, differences(nearest.Request, req))
	return fault
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// nearest is the exchange that has most in common with the request: most equal leading lines, then equal role, then not yet
// used.
func (p *Player) nearest(req model.Request) *recorded {
	var best *recorded
	bestScore := -1
	for i := range p.lines {
		r := &p.lines[i]
		score := 4 * commonLines(r.Request.Messages, req.Messages)
		if r.Request.Role == req.Role {
			score += 2
		}
		if !r.used {
			score++
		}
		if score > bestScore {
			best, bestScore = r, score
		}
	}
	return best
}

func commonLines(a, b []model.Message) int {
	n := 0
	for i := range min(len(a), len(b)) {
		if a[i].Role != b[i].Role {
			break
		}
		at := firstDifference(a[i].Content, b[i].Content)
		n += at
		if a[i].Content != b[i].Content {
			break
		}
	}
	return n
}

// firstDifference is how many leading lines are equal.
func firstDifference(a, b string) int {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

// differences says which settings differ, and the first message that does.
func differences(was, is model.Request) string {
	var out []string
	for _, s := range []struct {
		name    string
		was, is any
	}{
		{"model", was.Model, is.Model},
		{"temperature", value(was.Temperature), value(is.Temperature)},
		{"seed", value(was.Seed), value(is.Seed)},
		{"max_output_tokens", was.MaxOutputTokens, is.MaxOutputTokens},
	} {
		if !reflect.DeepEqual(s.was, s.is) {
			out = append(out, fmt.Sprintf("%s: recorded %v, asked %v", s.name, s.was, s.is))
		}
	}
	if (model.Request{Schema: was.Schema}).Digest() != (model.Request{Schema: is.Schema}).Digest() {
		out = append(out, "schema: recorded "+schema(was.Schema)+", asked "+schema(is.Schema))
	}
	if said := messageDifference(was.Messages, is.Messages); said != "" {
		out = append(out, said)
	}
	if len(out) == 0 {
		return "nothing that the transcript shows: a secret was masked when it was recorded"
	}
	return strings.Join(out, "; ")
}

// messageDifference names the first message and line that differ.
func messageDifference(was, is []model.Message) string {
	for i := range min(len(was), len(is)) {
		switch {
		case was[i].Role != is[i].Role:
			return fmt.Sprintf("message %d: recorded from %s, asked from %s", i+1, was[i].Role, is[i].Role)
		case was[i].Content != is[i].Content:
			n := firstDifference(was[i].Content, is[i].Content)
			before, after := linePair(was[i].Content, is[i].Content, n)
			return fmt.Sprintf("message %d (%s) at line %d: recorded %s, asked %s", i+1, is[i].Role, n+1, before, after)
		}
	}
	if len(was) != len(is) {
		return fmt.Sprintf("recorded %d messages, asked %d", len(was), len(is))
	}
	return ""
}

// linePair quotes line n of both texts, from 0, around where they begin to differ.
func linePair(was, is string, n int) (before, after string) {
	x, xok := lineAt(was, n)
	y, yok := lineAt(is, n)
	from := 0
	for from < len(x) && from < len(y) && x[from] == y[from] {
		from++
	}
	return quote(x, xok, from), quote(y, yok, from)
}

func lineAt(text string, n int) ([]rune, bool) {
	lines := strings.Split(text, "\n")
	if n >= len(lines) {
		return nil, false
	}
	return []rune(lines[n]), true
}

// quote shows a part of a line that holds position at. Without a line the text has ended.
func quote(line []rune, exists bool, at int) string {
	if !exists {
		return "the end"
	}
	start := max(0, at-shownLine/4)
	end := min(len(line), start+shownLine)
	shown := fmt.Sprintf("%q", string(line[start:end]))
	if start > 0 {
		shown = "..." + shown
	}
	if end < len(line) {
		shown += "..."
	}
	return shown
}

// value is what a pointer points to, or "unset".
func value[T any](p *T) any {
	if p == nil {
		return "unset"
	}
	return *p
}

func schema(s *model.Schema) string {
	if s == nil {
		return "none"
	}
	return fmt.Sprintf("%s (%d bytes)", s.Name, len(s.Schema))
}

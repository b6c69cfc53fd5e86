package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Verdicts writes the verdict table: one line per clause. all shows what passed too; else it is only counted. Where the width has
// no room for what speaks against a clause beside its text, that stands on a line of its own: it is what people look for.
func Verdicts(w io.Writer, s Style, verdicts []verdict.Verdict, all bool) {
	names := testNames(verdicts)
	some, _ := measured(verdicts)
	var rows []row
	for _, v := range verdicts {
		if all || bad(v) {
			rows = append(rows, row{v, oneLine(v.Text), names.observation(v, some)})
		}
	}
	columns := s.columns(rows)
	for _, r := range rows {
		s.row(w, r, columns)
	}
}

// measured says whether it was measured of some checks whether they are bound; none, that there are checks, and of none it was.
func measured(verdicts []verdict.Verdict) (some, none bool) {
	checked := false
	for _, v := range verdicts {
		if v.Basis == verdict.Executed || v.Basis == verdict.Static {
			checked = true
			some = some || v.Bound == verdict.Bound || v.Bound == verdict.Unbound
		}
	}
	return some, checked && !some
}

// row is a line of the table, uncut.
type row struct {
	verdict        verdict.Verdict
	text, evidence string
}

// bad says whether a person has to look at it.
func bad(v verdict.Verdict) bool {
	return v.Status == verdict.Fail || v.Status == verdict.Unknown || v.Refused != ""
}

type columns struct{ lead, id, text, evidence int } // widths; lead is all in front of the text. evidence 0: as long as it is

// between are the blanks between the text of a clause and its evidence.
const between = 3

// columns divides the width: the clause text gives way to the evidence until it has half of the room.
func (s Style) columns(rows []row) columns {
	c := columns{}
	evidence := 0
	for _, r := range rows {
		c.id = max(c.id, utf8.RuneCountInString(r.verdict.Clause))
		c.text = max(c.text, utf8.RuneCountInString(r.text))
		evidence = max(evidence, utf8.RuneCountInString(r.evidence))
	}
	sign, _ := s.sign(verdict.Pass)
	c.lead = 2 + utf8.RuneCountInString(sign) + 1 + c.id + 2
	if s.Width == 0 {
		return c
	}
	room := max(s.Width-c.lead-between, 20)
	c.text = min(c.text, max(room/2, room-evidence))
	c.evidence = room - c.text
	return c
}

func (s Style) row(w io.Writer, r row, c columns) {
	status := r.verdict.Status
	if r.verdict.Refused != "" {
		status = verdict.Unknown // it passes, and that does not count
	}
	sign, color := s.sign(status)
	head := "  " + s.paint(color, sign) + " "
	id := pad(r.verdict.Clause, c.id) + "  "
	if bad(r.verdict) && c.evidence > 0 && utf8.RuneCountInString(r.evidence) > c.evidence {
		_, _ = fmt.Fprintf(w, "%s%s%s\n", head, id, s.fit(r.text, c.lead))
		_, _ = fmt.Fprintf(w, "%s%s\n", strings.Repeat(" ", c.lead), s.fit(r.evidence, c.lead))
		return
	}
	line := trimRight(id + pad(s.cut(r.text, c.text), c.text) + strings.Repeat(" ", between) + s.cut(r.evidence, c.evidence))
	if !bad(r.verdict) {
		line = s.paint(dim, line)
	}
	_, _ = fmt.Fprintf(w, "%s%s\n", head, line)
}

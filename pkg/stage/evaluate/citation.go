package evaluate

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/specgen-dev/specgen/pkg/spec"
)

// maxCitations bounds an answer. Who quotes the whole file has cited nothing.
const (
	maxCitations  = 8
	maxQuoteLines = 20
)

// verify says what is wrong with an opinion; one wrong citation voids it. The error is worded for the judge, who is asked once more.
func (e *evaluation) verify(c *spec.Clause, o opinion, structural bool) error {
	if o.Verdict == "unknown" {
		return nil
	}
	if len(o.Citations) == 0 {
		return fmt.Errorf("the verdict %q needs at least one citation", o.Verdict)
	}
	if len(o.Citations) > maxCitations {
		return fmt.Errorf("there are %d citations; give the ones that decide, %d at most", len(o.Citations), maxCitations)
	}
	for i, cited := range o.Citations {
		if err := e.verifyCitation(c, cited); err != nil {
			return fmt.Errorf("citation %d is wrong: %w", i+1, err)
		}
	}
	if o.Verdict == "fail" && !structural && (strings.TrimSpace(o.Input) == "" || strings.TrimSpace(o.Expectation) == "") {
		return errors.New(`the verdict "fail" needs an input that breaks the clause, and what the clause says must happen then`)
	}
	return nil
}

func (e *evaluation) verifyCitation(c *spec.Clause, cited citation) error {
	lines, ok := e.view.lines[cited.File]
	if !ok {
		return fmt.Errorf("no file %q is shown", cited.File)
	}
	if cited.Line < 1 || cited.EndLine < cited.Line || cited.EndLine > len(lines) {
		return fmt.Errorf("%s has no lines %d to %d; it has %d", cited.File, cited.Line, cited.EndLine, len(lines))
	}
	if cited.EndLine-cited.Line >= maxQuoteLines {
		return fmt.Errorf("it goes over %d lines; quote the ones that decide, %d at most", cited.EndLine-cited.Line+1, maxQuoteLines)
	}
	if err := verbatim(lines[cited.Line-1:cited.EndLine], cited.Quote); err != nil {
		return fmt.Errorf("%s:%d: %w%s", cited.File, cited.Line, err, elsewhere(lines, cited.Quote))
	}
	return spokenTo(c.Text, cited.Words)
}

// verbatim compares a quote with the lines it names, byte for byte. It may begin and end within them, but must touch the first and
// the last, and must hold something that can be told from any other code.
func verbatim(lines []string, quote string) error {
	quote = strings.Trim(quote, "\r\n")
	parts := strings.Split(quote, "\n")
	if len(parts) != len(lines) {
		return fmt.Errorf("the quote has %d lines, and %d are named", len(parts), len(lines))
	}
	if significant(quote) < 3 {
		return errors.New("the quote is too short to mean anything")
	}
	last := len(lines) - 1
	for i, part := range parts {
		if !fits(lines[i], part, i > 0, i < last) {
			return fmt.Errorf("line %d of the quote does not stand there; the line reads %q", i+1, lines[i])
		}
	}
	return nil
}

// elsewhere says where a quote stands that does not stand where it should, if that is one place alone.
func elsewhere(lines []string, quote string) string {
	parts := strings.Split(strings.Trim(quote, "\r\n"), "\n")
	found := 0
	for i := 0; i+len(parts) <= len(lines); i++ {
		if verbatim(lines[i:i+len(parts)], quote) != nil {
			continue
		}
		if found > 0 {
			return ""
		}
		found = i + 1
	}
	switch {
	case found == 0:
		return ""
	case len(parts) == 1:
		return fmt.Sprintf("; it stands in line %d", found)
	}
	return fmt.Sprintf("; it stands in lines %d to %d", found, found+len(parts)-1)
}

// fits says whether part stands in a line: from its beginning if the quote began before it, to its end if the quote goes on.
func fits(line, part string, begun, goesOn bool) bool {
	switch {
	case begun && goesOn:
		return part == line
	case begun:
		return strings.HasPrefix(line, part)
	case goesOn:
		return strings.HasSuffix(line, part)
	}
	return strings.Contains(line, part)
}

// significant counts letters and digits.
func significant(text string) int {
	n := 0
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// spokenTo says what is wrong with the words of the clause that a citation claims to speak to.
func spokenTo(clause, words string) error {
	clause, words = oneLine(clause), oneLine(words)
	switch {
	case significant(words) < 4 && words != clause:
		return errors.New("its words of the clause are too few")
	case !strings.Contains(clause, words):
		return fmt.Errorf("the clause does not say %q", shorten(words, maxOutputLine))
	}
	return nil
}

package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// The bounds of what one call of Amend may add.
const (
	maxAmendments = 8
	maxGrowth     = 1200 // bytes
)

// Known tells Amend what exists beyond the spec itself. Named checks stand in the spec.
type Known struct {
	Tests []string // names of the acceptance tests, as their runner reports them, without package or class
}

// Rejected is an amendment that was not made, with why.
type Rejected struct {
	Amendment Amendment `json:"amendment"`
	Reason    string    `json:"reason"` // a sentence without capital and full stop
}

// splice puts text in the place of the bytes [from, to) of a file.
type splice struct {
	from, to int
	text     string
}

// Amend makes the amendments that cannot weaken the spec, in order, and gives the others back with the reason. The
// result is s itself where none could be made. It is monotonic by construction: there is no operation that removes or
// rewrites a clause, the sentences are sieved (see plainSentence and weakening), and after each splice the new text is
// read again and compared: the same clauses under the same IDs, all of them equal to the byte but the one that was
// amended, whose old text still stands at the beginning of the new.
func (s *Spec) Amend(as []Amendment, known Known) (*Spec, []Rejected) {
	current, grown := s, 0
	appended := map[string]bool{}
	var rejected []Rejected
	for i, a := range as {
		var next *Spec
		var reason string
		switch {
		case i >= maxAmendments:
			reason = fmt.Sprintf("more than %d amendments at once", maxAmendments)
		case a.Kind == AppendSentence && appended[a.Clause]:
			reason = a.Clause + " was amended already this time"
		default:
			next, reason = current.amend(a, known)
		}
		if reason == "" && grown+len(next.src)-len(current.src) > maxGrowth {
			reason = fmt.Sprintf("the spec would grow by more than %d bytes at once", maxGrowth)
		}
		if reason != "" {
			rejected = append(rejected, Rejected{Amendment: a, Reason: reason})
			continue
		}
		grown += len(next.src) - len(current.src)
		appended[a.Clause] = appended[a.Clause] || a.Kind == AppendSentence
		current = next
	}
	return current, rejected
}

// amend makes one amendment, or says why not.
func (s *Spec) amend(a Amendment, known Known) (*Spec, string) {
	var cut splice
	var reason string
	expect := expectation{}
	switch a.Kind {
	case AppendSentence:
		cut, reason = s.appendSentence(a)
		expect.amended = a.Clause
	case RaiseLevel:
		cut, reason = s.raiseLevel(a)
		expect.raised, expect.level = a.Clause, Level(a.Text)
	case AddExample:
		cut, reason = s.addExample(a)
		expect.example = true
	case AddClause:
		cut, expect.added, reason = s.addClause(a, known)
		expect.evidence = a.Evidence
	default:
		reason = fmt.Sprintf("there is no amendment %q", a.Kind)
	}
	if reason != "" {
		return nil, reason
	}
	return s.apply(cut, expect)
}

func (s *Spec) appendSentence(a Amendment) (splice, string) {
	c, ok := s.Clause(a.Clause)
	if !ok {
		return splice{}, fmt.Sprintf("there is no clause %q", a.Clause)
	}
	sentence, reason := s.sieve(a.Text)
	switch {
	case reason != "":
		return splice{}, reason
	case denies(sentence, c):
		return splice{}, "it may deny what the clause says"
	case c.split:
		return splice{}, "the clause's text goes on after its attachments, so that it has no one end"
	case strings.Contains(fold(c.Text), strings.TrimSuffix(sentence, ".")):
		return splice{}, "the clause says so already"
	}
	text := " " + sentence
	if !strings.ContainsRune(".!?:;", rune(s.src[c.textEnd-1])) {
		text = "." + text
	}
	if !c.lead {
		text = s.eol() + s.eol() + strings.Repeat(" ", max(c.bullet, 0)+nestBy) + sentence
	}
	return splice{c.textEnd, c.textEnd, text}, ""
}

// sieve checks a sentence by itself.
func (s *Spec) sieve(text string) (sentence, reason string) {
	sentence, reason = plainSentence(text)
	if reason != "" {
		return "", reason
	}
	if word := weakening(sentence); word != "" {
		return "", fmt.Sprintf("%q may make an exception or grant a permission", word)
	}
	for word := range strings.FieldsFuncSeq(sentence, func(r rune) bool { return strings.ContainsRune(" .,;:()[]\"'`“”’", r) }) {
		if s.isID(word) {
			return "", "it speaks of the clause " + word
		}
	}
	return sentence, ""
}

var countedID = pattern.Lazy(`^[BEIN][0-9]{1,4}$`)

func (s *Spec) isID(word string) bool {
	_, declared := s.Clause(word)
	return declared || countedID.MatchString(word) || slices.Contains(s.Front.Retired, word)
}

func (s *Spec) eol() string {
	if i := strings.IndexByte(string(s.src), '\n'); i > 0 && s.src[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// raiseLevel replaces the one word that gives the clause its level. A clause that makes an exception is left alone:
// raised, it would limit others.
func (s *Spec) raiseLevel(a Amendment) (splice, string) {
	c, ok := s.Clause(a.Clause)
	level := Level(strings.TrimSpace(a.Text))
	switch {
	case !ok:
		return splice{}, fmt.Sprintf("there is no clause %q", a.Clause)
	case level != Must && level != Should:
		return splice{}, fmt.Sprintf("%q is no level to raise to", a.Text)
	case !level.Stronger(c.Level):
		return splice{}, fmt.Sprintf("%s is %s already", c.ID, c.Level)
	case level != Level(a.Text):
		return splice{}, "the level is written with blanks"
	}
	text := unquoted(string(s.src[c.textStart:c.textEnd]))
	var at [][]int
	for _, m := range normative.FindAllStringIndex(text, -1) {
		if levelOfWord(text[m[0]:m[1]]) == c.Level {
			at = append(at, m)
		}
	}
	if len(at) != 1 {
		return splice{}, fmt.Sprintf("%s has no one word that gives it its level", c.ID)
	}
	word := text[at[0][0]:at[0][1]]
	rest := text[:at[0][0]] + text[at[0][1]:]
	raised := map[string]map[Level]string{
		"SHOULD": {Must: "MUST"}, "RECOMMENDED": {Must: "REQUIRED"},
		"MAY": {Must: "MUST", Should: "SHOULD"}, "OPTIONAL": {Must: "REQUIRED", Should: "RECOMMENDED"},
	}[word][level]
	switch {
	case raised == "" || strings.HasPrefix(strings.TrimSpace(text[at[0][1]:]), "NOT"):
		return splice{}, fmt.Sprintf("%q cannot be raised by another word", word)
	case weakening(rest) != "":
		return splice{}, fmt.Sprintf("with %q the clause may make an exception for another", weakening(rest))
	}
	return splice{c.textStart + at[0][0], c.textStart + at[0][1], raised}, ""
}

// addExample puts a sentence at the end of the list of examples, or begins the section at the end of the file.
func (s *Spec) addExample(a Amendment) (splice, string) {
	sentence, reason := s.sieve(a.Text)
	if reason != "" {
		return splice{}, reason
	}
	if strings.Contains(string(s.src), sentence) {
		return splice{}, "the spec says so already"
	}
	if _, exists := s.Section(Examples); exists {
		if s.lastExample == (listEnd{}) {
			return splice{}, "the examples are no list, so that none can be added in words"
		}
		return splice{s.lastExample.end, s.lastExample.end, s.eol() + s.nextItem(s.lastExample) + sentence}, ""
	}
	text := s.eol() + "## Examples" + s.eol() + "- " + sentence + s.eol()
	if s.plain {
		text = strings.Replace(text, "## ", "", 1)
	}
	if len(s.src) > 0 && s.src[len(s.src)-1] != '\n' {
		text = s.eol() + text
	}
	return splice{len(s.src), len(s.src), text}, ""
}

// listEnd is where a list ends, and the bytes before the text of its last item.
type listEnd struct {
	marker string
	end    int
}

var numberInMarker = pattern.Lazy(`\d+`)

// nextItem is the bullet of the item that would follow.
func (s *Spec) nextItem(l listEnd) string {
	marker := numberInMarker.ReplaceAllStringFunc(l.marker, func(n string) string {
		i, err := strconv.Atoi(n)
		if err != nil {
			return n
		}
		return strconv.Itoa(i + 1)
	})
	return strings.TrimRight(marker, " \t") + " "
}

// addClause puts a clause with evidence behind the last of its section's list, under an ID that nothing has or had.
func (s *Spec) addClause(a Amendment, known Known) (splice, string, string) {
	sentence, reason := s.sieve(a.Text)
	if reason != "" {
		return splice{}, "", reason
	}
	last := s.lastListed(a.Section)
	if last == nil {
		return splice{}, "", fmt.Sprintf("the spec has no section %q with a list to add to", a.Section)
	}
	for _, c := range s.Clauses() {
		if c.Text == sentence {
			return splice{}, "", c.ID + " says so already"
		}
		if denies(sentence, c) && common(stems(tokens(sentence)), stems(tokens(c.Text))) > 1 {
			return splice{}, "", "it may deny what " + c.ID + " says"
		}
	}
	if reason := s.supported(a, known); reason != "" {
		return splice{}, "", reason
	}
	taken := map[string]bool{}
	for _, id := range s.Front.Retired {
		taken[id] = true
	}
	highest := 0
	for _, c := range s.Clauses() {
		taken[c.ID] = true
		if n, err := strconv.Atoi(strings.TrimPrefix(c.ID, a.Section.letter())); err == nil {
			highest = max(highest, n)
		}
	}
	id, _ := freeID(a.Section.letter(), highest+1, taken)
	marker := s.nextItem(listEnd{marker: string(s.src[last.item:last.start])})
	white := marker[:len(marker)-len(strings.TrimLeft(marker, " \t"))]
	nested := white + strings.Repeat(" ", max(len([]rune(marker))-len(white), nestBy)) + "- "
	lines := []string{"", marker + "**" + id + "** " + sentence}
	for _, e := range a.Evidence {
		lines = append(lines, nested+e.Rule())
	}
	return splice{last.end, last.end, strings.Join(lines, s.eol())}, id, ""
}

// lastListed is the last clause of a section that is an item of a list; nil if the last clause is none.
func (s *Spec) lastListed(kind SectionKind) *Clause {
	if !kind.HasClauses() {
		return nil
	}
	var last *Clause
	for _, c := range s.Clauses() {
		if c.Section == kind {
			last = c
		}
	}
	if last == nil || last.bullet < 0 {
		return nil
	}
	return last
}

// supported says why the evidence of a new clause cannot be used, "" if it can.
func (s *Spec) supported(a Amendment, known Known) string {
	if len(a.Evidence) == 0 {
		return "a new clause needs evidence: an existing test, a named check or a static rule"
	}
	for _, e := range a.Evidence {
		if e.Command || e.Until != "" || e.By != "" || strings.ContainsAny(e.Value, "\r\n`") || len(e.Value) > maxSentence || strings.TrimSpace(e.Value) != e.Value {
			return fmt.Sprintf("%q is no evidence that can be added without a person", e.Rule())
		}
		switch e.Kind {
		case AttachTest:
			if !slices.ContainsFunc(known.Tests, func(name string) bool { return MatchesPattern(e.Value, name) }) {
				return fmt.Sprintf("no test is named %q", e.Value)
			}
		case AttachCheck:
			if _, ok := s.Front.Checks[e.Value]; !ok {
				return fmt.Sprintf("no check is named %q", e.Value)
			}
		case AttachForbid, AttachRequire: // read and checked when the result is parsed
		case AttachEvidence, AttachWaive:
			return fmt.Sprintf("%q is no evidence", e.Kind)
		default:
			return fmt.Sprintf("%q is no evidence", e.Kind)
		}
	}
	return ""
}

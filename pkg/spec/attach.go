package spec

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// EvidenceKind is the word of an `evidence:` attachment: where the evidence for a clause has to come from.
type EvidenceKind string

// The words of evidence. Human and production are evidence that no diff can show.
const (
	EvidenceTest       EvidenceKind = "test"
	EvidenceStatic     EvidenceKind = "static"
	EvidenceJudge      EvidenceKind = "judge"
	EvidenceHuman      EvidenceKind = "human"
	EvidenceProduction EvidenceKind = "production"
	EvidenceBench      EvidenceKind = "bench"
)

// The subjects of rules. Import, path and dependency are globs of paths, call and identifier globs of names, and text is
// a regular expression.
const (
	SubjectImport     = "import"
	SubjectCall       = "call"
	SubjectIdentifier = "identifier"
	SubjectText       = "text"
	SubjectPath       = "path"
	SubjectDependency = "dependency"
)

const dateForm = "2006-01-02"

var (
	attachmentForm = pattern.Lazy(`^([A-Za-z][A-Za-z_-]*)(?:[ \t]+([A-Za-z][A-Za-z_-]*))?[ \t]*:(?:[ \t]+(.*))?$`)
	waiverForm     = pattern.Lazy(`^(.*\S)\s*,\s*until\s+(\S+)\s*,\s*by\s+(\S.*)$`)
)

func attachmentKinds() []string {
	return []string{
		string(AttachCheck), string(AttachTest), string(AttachForbid), string(AttachRequire), string(AttachEvidence), string(AttachWaive),
	}
}

func subjectsOf(kind AttachmentKind) []string {
	switch kind {
	case AttachForbid:
		return []string{SubjectImport, SubjectCall, SubjectIdentifier, SubjectText, SubjectPath, SubjectDependency}
	case AttachRequire:
		return []string{SubjectText, SubjectPath}
	case AttachCheck, AttachTest, AttachEvidence, AttachWaive:
		return nil
	}
	return nil
}

func evidenceWords() []string {
	return []string{
		string(EvidenceTest), string(EvidenceStatic), string(EvidenceJudge), string(EvidenceHuman), string(EvidenceProduction), string(EvidenceBench),
	}
}

// attachmentWord is what stands before the colon of a nested item.
type attachmentWord struct{ kind, subject string }

func (w attachmentWord) String() string { return strings.TrimSpace(w.kind + " " + w.subject) }

func (w attachmentWord) known() bool {
	return slices.Contains(attachmentKinds(), strings.ToLower(w.kind))
}

// cutAttachment reads `word: value` or `forbid subject: value`. Two words before a colon are an attachment only where
// they are a rule, or nearly: other text, such as `for example: ...`, is a clause's own.
func cutAttachment(text string) (word attachmentWord, value string, ok bool) {
	m := attachmentForm.FindStringSubmatch(text)
	if m == nil {
		return attachmentWord{}, "", false
	}
	word, value = attachmentWord{m[1], m[2]}, strings.TrimSpace(m[3])
	if word.subject == "" {
		return word, value, true
	}
	rules := []string{string(AttachForbid), string(AttachRequire)}
	subject := slices.Contains(subjectsOf(AttachForbid), strings.ToLower(word.subject))
	near := Nearest(word.kind, rules) != ""
	return word, value, slices.Contains(rules, strings.ToLower(word.kind)) || (subject && near)
}

func (r *clauseReader) unknown(word attachmentWord, at int) {
	hint := "attachments: " + strings.Join(attachmentKinds(), ", ")
	if near := Nearest(word.kind, attachmentKinds()); near != "" {
		hint = fmt.Sprintf("did you mean %q? %s", strings.TrimSpace(near+" "+word.subject), hint)
	} else {
		hint += "; if it is text of the clause, put it without a colon after its first word"
	}
	r.fail(RuleUnknownWord, at, len(word.kind), fmt.Sprintf("unknown attachment %q", word.kind), hint)
}

// attachment checks a value and gives the attachment.
func (r *clauseReader) attachment(p *pendingAttachment) (Attachment, bool) {
	a := Attachment{
		Kind: AttachmentKind(strings.ToLower(p.word.kind)), Subject: strings.ToLower(p.word.subject),
		Value: strings.TrimSpace(strings.Join(p.value, " ")), Pos: r.pos(p.at),
	}
	bad := func(message, hint string) bool {
		r.fail(RuleBadWord, p.valAt, max(len(p.value[0]), 1), p.word.String()+": "+message, hint)
		return false
	}
	if a.Value == "" {
		return a, bad("the value is missing", attachmentForms(a.Kind))
	}
	if len(p.value) > 1 && a.Kind != AttachCheck && a.Kind != AttachWaive {
		return a, bad("the value goes on over a second line", "put it on one line, and text of the clause before its attachments")
	}
	a.Value, a.Command = unquote(a)
	switch a.Kind {
	case AttachForbid, AttachRequire:
		return a, r.rule(a, bad)
	case AttachCheck:
		return a, a.Command || r.checkNamed(a, bad)
	case AttachTest:
		return a, len(a.Value) <= maxGlob || bad("the name is too long", attachmentForms(a.Kind))
	case AttachEvidence:
		return a, r.evidence(a, bad)
	case AttachWaive:
		return a, waiver(&a, bad)
	}
	return a, false
}

// unquote takes quotes off a value. Backquotes around a check say that it is a command. In a text rule, other quotes
// are part of the expression.
func unquote(a Attachment) (value string, command bool) {
	bars := len(a.Value) - len(strings.TrimLeft(a.Value, "`"))
	if bars > 0 && len(a.Value) > 2*bars && strings.HasSuffix(a.Value, strings.Repeat("`", bars)) {
		inner := a.Value[bars : len(a.Value)-bars]
		if a.Kind == AttachCheck || !strings.Contains(inner, "`") {
			return strings.TrimSpace(inner), a.Kind == AttachCheck
		}
	}
	if a.Subject == SubjectText || a.Kind == AttachWaive || len(a.Value) < 3 {
		return a.Value, false
	}
	for _, q := range []string{`"`, `'`} {
		if strings.HasPrefix(a.Value, q) && strings.HasSuffix(a.Value, q) {
			return a.Value[1 : len(a.Value)-1], false
		}
	}
	return a.Value, false
}

// attachmentForms shows how an attachment is written.
func attachmentForms(kind AttachmentKind) string {
	switch kind {
	case AttachCheck:
		return "write `check: NAME`, a name of the front matter's checks, or a command in backquotes"
	case AttachTest:
		return "write `test: TestE1_OutOfStock` or `test: TestE1_*`"
	case AttachForbid:
		return "write `forbid SUBJECT: PATTERN`, where the subject is " + strings.Join(subjectsOf(kind), ", ")
	case AttachRequire:
		return "write `require SUBJECT: PATTERN`, where the subject is " + strings.Join(subjectsOf(kind), " or ")
	case AttachEvidence:
		return "one of " + strings.Join(evidenceWords(), ", ")
	case AttachWaive:
		return "write `waive: reason, until 2030-12-31, by WHO`"
	}
	return ""
}

type complain func(message, hint string) bool

// rule checks the subject and the pattern of a forbid or require.
func (r *clauseReader) rule(a Attachment, bad complain) bool {
	subjects := subjectsOf(a.Kind)
	if !slices.Contains(subjects, a.Subject) {
		hint := attachmentForms(a.Kind)
		if near := Nearest(a.Subject, subjects); near != "" && a.Subject != "" {
			hint = fmt.Sprintf("did you mean %q? %s", string(a.Kind)+" "+near, hint)
		}
		message := fmt.Sprintf("unknown attachment %q", strings.TrimSpace(string(a.Kind)+" "+a.Subject))
		if a.Subject == "" {
			message = fmt.Sprintf("%s: of what? its subject is missing", a.Kind)
		}
		r.failAt(RuleUnknownWord, a.Pos, len(a.Kind)+1+len(a.Subject), message, hint)
		return false
	}
	if message, hint := patternProblem(a); message != "" {
		return bad(message, hint)
	}
	return true
}

func patternProblem(a Attachment) (message, hint string) {
	if a.Subject == SubjectText {
		if _, err := regexp.Compile(a.Value); err != nil {
			return "cannot be read: " + strings.TrimPrefix(err.Error(), "error parsing regexp: "), "text rules are regular expressions in Go's syntax (RE2)"
		}
		return "", ""
	}
	if a.Subject == SubjectPath {
		return globProblem(a.Value)
	}
	if len(a.Value) > maxGlob || !doublestar.ValidatePattern(a.Value) {
		return fmt.Sprintf("%q is not a pattern", a.Value), "a bracket or a brace may be open"
	}
	return "", ""
}

func (r *clauseReader) checkNamed(a Attachment, bad complain) bool {
	if r.checks == nil {
		return true // the front matter could not be read: one error is enough
	}
	if _, ok := r.checks[a.Value]; ok {
		return true
	}
	names := slices.Sorted(maps.Keys(r.checks))
	hint := "name it in the front matter's `checks`, or put a command in backquotes"
	if near := Nearest(a.Value, names); near != "" {
		hint = fmt.Sprintf("did you mean %q? %s", near, hint)
	}
	return bad(fmt.Sprintf("no check is named %q", a.Value), hint)
}

func (r *clauseReader) evidence(a Attachment, bad complain) bool {
	if !slices.Contains(evidenceWords(), a.Value) {
		hint := attachmentForms(a.Kind)
		if near := Nearest(a.Value, evidenceWords()); near != "" {
			hint = fmt.Sprintf("did you mean %q? %s", near, hint)
		}
		return bad(fmt.Sprintf("unknown word %q", a.Value), hint)
	}
	if r.clause.EvidenceKind() != "" {
		return bad("the clause names its evidence twice", "keep one")
	}
	return true
}

func waiver(a *Attachment, bad complain) bool {
	m := waiverForm.FindStringSubmatch(a.Value)
	if m == nil {
		return bad("a waiver has a reason, an end and someone who grants it", attachmentForms(a.Kind))
	}
	if _, err := time.Parse(dateForm, m[2]); err != nil {
		return bad(fmt.Sprintf("%q is not a date", m[2]), "write the last day that it holds as YYYY-MM-DD")
	}
	a.Value, a.Until, a.By = m[1], m[2], m[3]
	return true
}

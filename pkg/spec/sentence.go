package spec

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// A sentence that is to be added to a spec without a person has to pass three sieves: it is one line of plain text that
// cannot mean anything to a Markdown reader, it holds none of the words by which English makes exceptions and grants
// permissions, and it does not deny what the clause says. The sieves are coarse on purpose. A good sentence that is held
// back costs a question; a bad one that passes weakens a spec.

// The bounds of a sentence, in bytes.
const (
	minSentence = 8
	maxSentence = 240
)

var (
	sentenceStart = pattern.Lazy("^[A-Za-z0-9`\"“(]")
	sentenceBreak = pattern.Lazy("[.!?][)\"”'’`]*\\s")
	htmlStart     = pattern.Lazy(`<[A-Za-z/!?]|&#?[A-Za-z0-9]+;`)
	markupInText  = pattern.Lazy("[*~|\\\\#^]|\\]\\(|\\]\\[|\\]:|://|__|``")
)

// symbols are the characters beyond ASCII that a sentence may hold. Other letters may not: a Cyrillic е in "unlеss"
// would pass every list of words.
const symbols = "°€£µ≤≥≠×÷±–—→…’‘“”"

// plainSentence gives the sentence as it would be written, or why it cannot be. It ends in a full stop.
func plainSentence(text string) (sentence, reason string) {
	text = strings.Trim(text, " ")
	switch {
	case strings.ContainsAny(text, "\r\n"):
		return "", "it is more than one line"
	case len(text) < minSentence:
		return "", "it is no sentence"
	case len(text) > maxSentence:
		return "", fmt.Sprintf("it is longer than %d bytes", maxSentence)
	case !sentenceStart.MatchString(text):
		return "", "it does not begin like a sentence"
	}
	for _, r := range text {
		if (r > unicode.MaxASCII || !unicode.IsPrint(r)) && !strings.ContainsRune(symbols, r) {
			return "", fmt.Sprintf("it holds the character %+q", r)
		}
	}
	if strings.Count(text, "`")%2 != 0 || strings.Count(text, `"`)%2 != 0 {
		return "", "a quote or backquote is not closed"
	}
	if htmlStart.MatchString(text) || markupInText.MatchString(text) {
		return "", "it holds markup"
	}
	if boldID.MatchString(text) || plainID.MatchString(text) || markerWidth(text) > 0 {
		return "", "it begins like a clause of its own"
	}
	return endSentence(text)
}

func endSentence(text string) (sentence, reason string) {
	last := []rune(text)[len([]rune(text))-1]
	switch {
	case last == '.':
	case unicode.IsLetter(last), unicode.IsDigit(last), strings.ContainsRune("`)\"”%°", last):
		text += "."
	default:
		return "", "it does not end like a sentence"
	}
	if sentenceBreak.MatchString(strings.TrimSuffix(codeSpans.ReplaceAllString(text, "x"), ".")) {
		return "", "it is more than one sentence"
	}
	return text, ""
}

// tokens are the words of a text, lower case, without punctuation. The parts of a word with hyphens are words, and so
// is the whole without them.
func tokens(text string) []string {
	text = strings.NewReplacer("’", "'", "‘", "'").Replace(strings.ToLower(text))
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '-' })
	var out []string
	for _, word := range words {
		word = strings.Trim(word, "'-")
		if word == "" {
			continue
		}
		parts := strings.Split(word, "-")
		out = append(out, parts...)
		if len(parts) > 1 {
			out = append(out, strings.Join(parts, ""))
		}
	}
	return out
}

// permissionWords grant something, unless they are denied: "is not accepted" forbids.
func permissionWords() []string {
	return strings.Fields(`accepted accepts accept acceptable allow allows allowed allowing permit permits permitted permissible
		valid possible ok okay fine legal legitimate tolerate tolerates tolerated tolerable harmless`)
}

// exceptionWords make an exception, leave a choice, weaken an obligation, or speak about the spec and not about the
// component. A word that ends in - stands for all that begin so.
func exceptionWords() []string {
	return strings.Fields(`unless except excepted excepting excepts exclud- exempt- barring besides otherwise
		may might can could maybe perhaps possibly option- discretion- should ought recommend- prefer- ideal- advis- desirabl-
		only sole- mere- just instead alternativ- either ignor- disregard- skip- bypass- omit- waiv- relax- loosen- weaken- lenien- suppress-
		disabl- deprecat- obsolet- supersed- overrid- overrul- void- revok- repeal- unnecessary needless- irrelevant unaffected
		immaterial negligible but however although though whereas despite notwithstanding nevertheless nonetheless until till
		usual- normal- typical- general- often sometimes occasional- mostly rough- approximate- approx temporar- provisional-
		todo tbd clause clauses spec specs specification specifications requirement requirements rule rules sentence section apply applies applied applying
		applicab- inapplicab- test tests testing undefined unspecified arbitrar- unsupported assum- presum- practicable practical feasib- convenien-
		opt unrestricted
		ausser sofern sauf excepto salvo tranne eccetto behalve tenzij undantag`)
}

// exceptionPhrases are as exceptionWords, of several words.
func exceptionPhrases() []string {
	return []string{
		"need not", "needs not", "no need", "not need", "not required", "not necessary", "not needed", "not mandatory", "not have to",
		"not matter", "not be required", "no longer", "not any more", "not anymore", "other than", "apart from", "aside from", "exception of", "exception to",
		"exception for", "exception is", "with exceptions", "as long as", "so long as", "provided that", "providing that", "rather than", "free to", "up to the",
		"best effort", "in place of", "limited to", "restricted to", "confined to", "has no effect", "have no effect", "if needed", "as needed", "if any",
		"caller must", "caller is", "callers must", "callers are", "the caller's", "this one", "the above", "the former", "the latter", "es sei denn", "a menos", "a meno",
	}
}

func negationWords() []string {
	return strings.Fields(`not no never nothing none nobody neither nor without cannot`)
}

// weakening says by which word a text makes an exception or grants a permission; "" if it does not.
func weakening(text string) string {
	words := tokens(text)
	words, permission := denyPermissions(words)
	if permission != "" {
		return permission
	}
	for _, word := range words {
		if strings.HasSuffix(word, "n't") {
			return word
		}
		for _, bad := range exceptionWords() {
			stem, prefix := strings.CutSuffix(bad, "-")
			if word == bad || (prefix && strings.HasPrefix(word, stem)) {
				return word
			}
		}
	}
	line := " " + strings.Join(words, " ") + " "
	for _, phrase := range exceptionPhrases() {
		if strings.Contains(line, " "+phrase+" ") {
			return phrase
		}
	}
	return ""
}

// denyPermissions takes out permissions that are denied, with the word that denies them, and gives the first that is not.
func denyPermissions(words []string) (rest []string, granted string) {
	for _, word := range words {
		if !slices.Contains(permissionWords(), word) {
			rest = append(rest, word)
			continue
		}
		i := slices.IndexFunc(rest[max(len(rest)-2, 0):], func(w string) bool { return slices.Contains(negationWords(), w) })
		if i < 0 {
			return nil, word
		}
		at := max(len(rest)-2, 0) + i
		rest = slices.Delete(slices.Clone(rest), at, at+1)
	}
	return rest, ""
}

// denies says whether a sentence may deny a clause: one of the two is negative, and they speak of the same things.
func denies(sentence string, c *Clause) bool {
	words, _ := denyPermissions(tokens(sentence))
	subject := stems(tokens(c.Text))
	negative := c.Section == NonGoals || slices.ContainsFunc(tokens(c.Text), isNegation)
	at := slices.IndexFunc(words, isNegation)
	switch {
	case negative && at >= 0, !negative && at < 0:
		return false
	case negative:
		return common(stems(words), subject) > 0
	case words[at] == "no" && !slices.ContainsFunc(words[at+1:], isNegation):
		return deniesBy(words[at+1:], c)
	default:
		return common(stems(words[at:]), subject) > 0
	}
}

// deniesBy looks at what follows a "no". "No distance is below 0" says more of what "an impossible distance is an error"
// speaks of; "no error is raised" and "no distance is impossible" deny it.
func deniesBy(words []string, c *Clause) bool {
	clause := tokens(c.Text)
	none, what := atVerb(words)
	_, promise := atVerb(clause)
	return common(stems(what), stems(clause)) > 0 || common(stems(none), stems(promise)) > 0
}

// atVerb cuts a sentence at its first plain verb. Without one all of it may be what is said.
func atVerb(words []string) (subject, predicate []string) {
	verbs := strings.Fields(`is are was were be has have had must shall will does do`)
	if i := slices.IndexFunc(words, func(w string) bool { return slices.Contains(verbs, w) }); i >= 0 {
		return words[:i], words[i+1:]
	}
	return words, words
}

func isNegation(word string) bool {
	return slices.Contains(negationWords(), word) || strings.HasSuffix(word, "n't")
}

// stems are the words that carry meaning, cut so that forms of one word are equal.
func stems(words []string) map[string]bool {
	const stemLength = 5
	out := map[string]bool{}
	for _, word := range words {
		if len(word) < 3 || slices.Contains(emptyWords(), word) {
			continue
		}
		word = strings.TrimSuffix(word, "s")
		out[word[:min(len(word), stemLength)]] = true
	}
	return out
}

func emptyWords() []string {
	return strings.Fields(`the and are was were has have had its this that these those which when then than from with for
		into must shall each every any all one two not never none nothing without cannot does done been being will would there their them they
		where while also both same such out off per via`)
}

func common(a, b map[string]bool) int {
	n := 0
	for word := range a {
		if b[word] {
			n++
		}
	}
	return n
}

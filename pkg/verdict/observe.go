package verdict

import "strings"

// Observation is what an assertion says, taken apart.
type Observation struct {
	Input string // what was put in, as the test words it; often empty
	Want  string
	Got   string
}

// Observe takes an assertion's message apart: "slug x: want a, got b", "F(1) = 2, want 3", "expected a but got b", pytest's
// "assert 2 == 3", and the lines "expected: a" and "got: b" of TAP and testify. ok is false, and the message should be
// shown as it is, wherever the split is not certain: a value that could contain the separator, two assertions in one line.
func Observe(message string) (o Observation, ok bool) {
	if o, ok = observeLabels(message); ok {
		return o, true
	}
	for line := range strings.SplitSeq(message, "\n") {
		if o, ok = observeLine(strings.TrimSpace(line)); ok {
			return o, true
		}
	}
	return Observation{}, false
}

// maxValue is the length in bytes up to which a value is worth showing taken apart.
const maxValue = 300

func observeLine(line string) (Observation, bool) {
	if rest, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimPrefix(line, "E ")), "assert "); ok {
		return observeAssert(rest)
	}
	words := markers(line)
	if len(words) != 2 {
		return observeEquation(line, words)
	}
	first, second := words[0], words[1]
	if first.want == second.want {
		return Observation{}, false
	}
	a := value(line[first.end:second.start])
	b := value(line[second.end:])
	if first.want {
		return checked(Observation{Input: input(line[:first.start]), Want: a, Got: b})
	}
	return checked(Observation{Input: input(line[:first.start]), Want: b, Got: a})
}

// observeEquation reads Go's customary "F(x) = 2, want 3" and "F(x) = 2; expected 3".
func observeEquation(line string, words []word) (Observation, bool) {
	if len(words) != 1 || !words[0].want {
		return Observation{}, false
	}
	left := line[:words[0].start]
	var at []int
	outside(left, func(i int) {
		if strings.HasPrefix(left[i:], " = ") {
			at = append(at, i)
		}
	})
	if len(at) != 1 {
		return Observation{}, false
	}
	return checked(Observation{Input: input(left[:at[0]]), Got: value(left[at[0]+3:]), Want: value(line[words[0].end:])})
}

// observeAssert reads pytest's "assert got == want", where both sides are plain values. By convention the value under test
// stands on the left.
func observeAssert(text string) (Observation, bool) {
	var at []int
	outside(text, func(i int) {
		if strings.HasPrefix(text[i:], " == ") {
			at = append(at, i)
		}
	})
	if len(at) != 1 {
		return Observation{}, false
	}
	return checked(Observation{Got: value(text[:at[0]]), Want: value(text[at[0]+4:])})
}

// observeLabels reads lines such as "expected: a" and "got: b" or "actual  : b", each of which occurs once.
func observeLabels(message string) (Observation, bool) {
	var o Observation
	seen := map[bool]int{}
	for line := range strings.SplitSeq(message, "\n") {
		label, text, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(label)) {
		case "expected", "want", "wanted":
			o.Want = value(text)
			seen[true]++
		case "got", "actual", "found", "received":
			o.Got = value(text)
			seen[false]++
		}
	}
	if seen[true] != 1 || seen[false] != 1 {
		return Observation{}, false
	}
	return checked(o)
}

func checked(o Observation) (Observation, bool) {
	ok := o.Want != "" && o.Got != "" && len(o.Want) <= maxValue && len(o.Got) <= maxValue
	if !ok {
		return Observation{}, false
	}
	return o, true
}

// word is a marker such as "want" with what belongs to it: the separator before and the blank behind.
type word struct {
	start, end int
	want       bool
}

// markers finds the words that introduce a value, outside of quotes and brackets.
func markers(line string) []word {
	var out []word
	outside(line, func(i int) {
		if i > 0 && !strings.ContainsRune(" ,;:(", rune(line[i-1])) {
			return
		}
		if w, ok := markerAt(line, i); ok {
			out = append(out, w)
		}
	})
	return out
}

func markerAt(line string, i int) (word, bool) {
	for _, m := range []struct {
		text string
		want bool
	}{{"want", true}, {"wanted", true}, {"expected", true}, {"got", false}, {"actual", false}, {"received", false}} {
		if len(line) < i+len(m.text) || !strings.EqualFold(line[i:i+len(m.text)], m.text) {
			continue
		}
		end := i + len(m.text)
		rest := line[end:]
		if rest == "" || !strings.ContainsRune(" :=", rune(rest[0])) {
			continue
		}
		return word{start: i, end: end, want: m.want}, true
	}
	return word{}, false
}

// outside calls do with every byte offset of text that stands outside of quotes and brackets.
func outside(text string, do func(i int)) {
	depth := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case strings.IndexByte(`"`+"`", c) >= 0 || (c == '\'' && (i == 0 || !letter(text[i-1]))):
			if end := closing(text, i); end > i {
				i = end
				continue
			}
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth = max(depth-1, 0)
		}
		if depth == 0 {
			do(i)
		}
	}
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// closing gives the offset of the quote that closes the one at i, or i where none does.
func closing(text string, i int) int {
	for j := i + 1; j < len(text); j++ {
		switch {
		case text[j] == '\\' && text[i] != '`':
			j++
		case text[j] == text[i]:
			return j
		}
	}
	return i
}

// value trims what joins a value to its marker: blanks, colons, commas, "but".
func value(text string) string {
	text = strings.TrimSpace(text)
	text = strings.TrimSpace(strings.TrimLeft(text, ":="))
	text = strings.TrimSpace(strings.TrimRight(text, ",;"))
	for _, joint := range []string{" but", " and", " instead"} {
		text = strings.TrimSuffix(text, joint)
	}
	text = strings.TrimSpace(strings.TrimRight(text, ",;"))
	if !balanced(text) {
		return ""
	}
	return text
}

func balanced(text string) bool {
	depth := 0
	for _, c := range text {
		switch c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
	}
	return depth == 0
}

// input trims what joins an input to the marker behind it.
func input(text string) string {
	return strings.TrimSpace(strings.TrimRight(strings.TrimSpace(text), ":,;=-"))
}

package tighten

import (
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// number is how numbers are written: 5, 20,037, 20 037, 0.5.
var number = pattern.Lazy(`[0-9]+(?:[,_' ][0-9]{3})*(?:\.[0-9]+)?`)

// inventedNumber gives a number of the sentence that stands neither in the spec nor in what was observed; "" if there is none. A bound
// that nobody wrote down would become part of the spec.
func inventedNumber(sentence string, sp *spec.Spec, failures []verdict.Failure) string {
	known := map[string]bool{}
	note := func(text string) {
		for _, n := range number.FindAllString(text, -1) {
			known[plain(n)] = true
			for part := range strings.FieldsSeq(n) { // what looks like one number may be two
				known[plain(part)] = true
			}
		}
	}
	note(string(sp.Bytes()))
	for _, f := range failures {
		note(strings.Join(append([]string{f.Input, f.Want, f.Got}, f.Lines...), "\n"))
	}
	for _, n := range number.FindAllString(sentence, -1) {
		if !known[plain(n)] {
			return n
		}
	}
	return ""
}

func plain(n string) string {
	return strings.NewReplacer(",", "", "_", "", "'", "", " ", "").Replace(n)
}

// inputNumber gives a number of the sentence that was observed only as an input of the failure: the sentence then speaks of
// one case, and not of the rule. "" if there is none.
func inputNumber(sentence string, f verdict.Failure) string {
	rules, inputs := f.Text+"\n"+f.Want, f.Input
	for _, line := range f.Lines {
		if o, ok := verdict.Observe(line); ok {
			rules, inputs = rules+"\n"+o.Want, inputs+"\n"+o.Input
		}
	}
	known, input := numbers(rules), numbers(inputs)
	for _, n := range number.FindAllString(sentence, -1) {
		if input[plain(n)] && !known[plain(n)] {
			return n
		}
	}
	return ""
}

func numbers(text string) map[string]bool {
	out := map[string]bool{}
	for _, n := range number.FindAllString(text, -1) {
		out[plain(n)] = true
	}
	return out
}

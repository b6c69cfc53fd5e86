package evaluate

import (
	"path"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// What commands write passes through here before it becomes evidence: of a sealed test the generator hears that its clause failed, and
// not one word, value or name more. Who runs tests in a check, or reads no more than an exit status, mixes what they say.

// shortestSecret is how long a text of a sealed test has to be, so that it is no accident where it turns up.
const shortestSecret = 4

// seal notes the words by which a sealed file is known: its name, its tests, and what stands between its quotes.
func (t *testFile) seal(data string) {
	t.secrets = append(t.secrets, path.Base(t.path))
	for name := range t.funcs {
		t.secrets = append(t.secrets, name)
	}
	t.secrets = append(t.secrets, t.names...)
	for _, m := range quoted.FindAllStringSubmatch(data, -1) {
		for _, piece := range strings.FieldsFunc(m[1]+m[2]+m[3], func(r rune) bool { return r == '%' || r == '\\' }) {
			path := strings.Contains(piece, "/") && !strings.Contains(piece, " ") // such as that of an import, which is no secret
			if piece = strings.TrimSpace(piece); len(piece) >= shortestSecret && strings.ContainsAny(piece, " :_-") && !path {
				t.secrets = append(t.secrets, piece)
			}
		}
	}
}

// sealed says whether there are sealed tests at all.
func (f *frozen) sealed() bool {
	return slices.ContainsFunc(f.files, func(t *testFile) bool { return t.sealed })
}

// tellsOfSealed says whether a text speaks of a sealed test.
func (e *evaluation) tellsOfSealed(text string) bool {
	return slices.ContainsFunc(e.frozen.files, func(t *testFile) bool {
		return slices.ContainsFunc(t.secrets, func(secret string) bool { return strings.Contains(text, secret) })
	})
}

// brief is how a command ended, in one line. Beside sealed tests it is without what was written: that may be theirs.
func (x *execution) brief(done verdict.Execution) string {
	if x.frozen.sealed() {
		done.Output = ""
	}
	return brief(done)
}

// veiled marks the evidence of a command that speaks of a sealed test. all says that the command ran every test, and that nobody can tell
// whose words they are.
func (x *execution) veiled(p part, done verdict.Execution, all bool) part {
	tells := all && x.frozen.sealed() || x.tellsOfSealed(done.Output)
	for i, e := range p.evidence {
		if !e.Passed && (tells && (e.Message != "" || all) || x.spec.IsSealed(path.Clean(e.File)) || x.tellsOfSealed(e.Message)) {
			p.evidence[i].Sealed = true
		}
	}
	return p
}

// sealReason marks a verdict whose reason speaks of a sealed test, whoever worded it: what is not believed, and why, may come from below.
func (e *evaluation) sealReason(v *verdict.Verdict) {
	speaks := (v.Status == verdict.Fail || v.Status == verdict.Unknown) && e.tellsOfSealed(v.Reason)
	if speaks && !slices.ContainsFunc(v.Evidence, func(x verdict.Evidence) bool { return x.Sealed }) {
		v.Evidence = append(v.Evidence, verdict.Evidence{Kind: verdict.FromTest, Sealed: true, Message: v.Reason})
	}
}

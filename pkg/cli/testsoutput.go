package cli

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/report"
)

// testsOutput is where the events of writing tests go, and where a person is asked.
type testsOutput struct {
	output

	options testsOptions
	answers *bufio.Reader
}

func newTestsOutput(env Env, o testsOptions) *testsOutput {
	return &testsOutput{output: newOutput(env, o.JSON), options: o, answers: bufio.NewReader(env.Stdin)}
}

// asks says whether a person is there to accept tests.
func (r *testsOutput) asks() bool {
	return r.env.StdinTerminal && r.env.StdoutTerminal && !r.env.CI() && !r.options.JSON && !r.options.Accept
}

func (r *testsOutput) begin(of report.TestsOf) {
	if r.json == nil {
		r.progress.clear()
		r.text = report.NewTests(r.env.Stdout, r.options.style, of)
	}
}

// answerQuit is a person's third answer, beside journal.TestAccepted and journal.TestDropped.
const answerQuit = "quit"

// ask shows a test and what it was checked against, and asks what is to become of it. The end of the input is the end of the asking.
func (r *testsOutput) ask(b journal.TestAuthored) string {
	r.progress.Doing("")
	r.progress.clear()
	out := r.env.Stdout
	_, _ = fmt.Fprintf(out, "%s  %s\n\n", b.Clause, b.Text)
	report.Code(out, 4, b.Source)
	_, _ = fmt.Fprintf(out, "\n    %s\n", report.Checks(b))
	if b.Reason != "" {
		_, _ = fmt.Fprintf(out, "    %s\n", b.Reason)
	}
	_, _ = fmt.Fprintf(out, "    for %s\n", b.File)
	for {
		_, _ = fmt.Fprintf(r.env.Stderr, "accept, drop or quit? [a/d/q] ")
		text, err := r.answers.ReadString('\n')
		text = strings.ToLower(strings.TrimSpace(text))
		for answer, word := range map[string]string{journal.TestAccepted: "accept", journal.TestDropped: "drop", answerQuit: "quit"} {
			if text != "" && strings.HasPrefix(word, text) {
				return answer
			}
		}
		if err != nil {
			_, _ = fmt.Fprintln(r.env.Stderr)
			return answerQuit
		}
	}
}

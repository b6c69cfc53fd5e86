package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/report"
)

// testsOutput is where the events of writing tests go, and where a person is asked.
type testsOutput struct {
	env      Env
	options  testsOptions
	json     *json.Encoder // nil for text
	text     *report.Tests
	progress *progress
	answers  *bufio.Reader
	seq      int
}

func newTestsOutput(env Env, o testsOptions) *testsOutput {
	out := &testsOutput{env: env, options: o, progress: newProgress(env, o.JSON), answers: bufio.NewReader(env.Stdin)}
	if o.JSON {
		out.json = json.NewEncoder(env.Stdout)
		out.json.SetEscapeHTML(false)
	}
	return out
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

// event shows an event. A reader that is gone does not stop the work.
func (r *testsOutput) event(b journal.Body) {
	r.seq++
	e := journal.Event{V: journal.Version, Seq: r.seq, Time: r.env.Clock().UTC(), Kind: b.Kind(), Body: b}
	r.progress.Doing("")
	r.progress.Event(e)
	switch {
	case r.json != nil:
		if err := r.json.Encode(e); err != nil {
			panic(err) // events can be encoded, and trouble of the output is told at the end
		}
	case r.text != nil:
		r.text.Event(e)
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

// retried tells that a request is sent again.
func (r *testsOutput) retried(n model.RetryNotice) {
	r.progress.clear()
	_, _ = fmt.Fprintf(r.env.Stderr, "specgen: %s; again in %s\n", n.Err.Message, report.Duration(n.Wait))
}

func (r *testsOutput) interrupted() {
	r.progress.clear()
	_, _ = fmt.Fprintln(r.env.Stderr, "specgen: finishing; press Ctrl-C again to stop now")
}

// Package journal is the record of a run: a stream of typed events, one JSON line each, with blobs for what is large. Everything
// that happened can be read from it afterwards, and a run that was killed goes on from it. Renderers read the same stream.
package journal

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Version is the format of events. A reader takes every version up to its own.
const Version = 1

// Body is what an event says. Kind is its name in the stream.
type Body interface{ Kind() string }

// Event is one entry of the stream. In JSON the fields of the body stand beside v, seq, time and event.
type Event struct {
	V    int       `json:"v"`
	Seq  int       `json:"seq"` // 1-based, without gaps within one journal
	Time time.Time `json:"time"`
	Kind string    `json:"event"`
	Body Body      `json:"-"`
}

// RunStarted opens a run. What it names is what the run works from, also when it is resumed.
type RunStarted struct {
	Run       string          `json:"run"`
	Component string          `json:"component"`
	Base      string          `json:"base"`  // commit that the run stands on
	Start     string          `json:"start"` // commit with the inputs of the working tree on the base; the base if they are equal
	Spec      string          `json:"spec"`  // path
	Digest    string          `json:"spec_digest"`
	Clauses   int             `json:"clauses"`
	Branch    string          `json:"branch"`
	Model     string          `json:"model"`
	Templates string          `json:"templates"` // digest of all templates
	Options   json.RawMessage `json:"options"`   // the resolved settings, without keys
	Warnings  []string        `json:"warnings,omitempty"`
}

// RunResumed says that a run goes on. Events before it are from an earlier process; completions and evaluations among them
// are recalled instead of made again.
type RunResumed struct {
	Run     string        `json:"run"`
	Elapsed time.Duration `json:"elapsed_ns"` // time that earlier processes spent
}

// AttemptStarted opens an attempt.
type AttemptStarted struct {
	Attempt int    `json:"attempt"`
	Shape   string `json:"shape"`  // first, repair, regenerate
	Format  string `json:"format"` // what the model is asked to answer with: whole, diff, blocks
	Prompt  string `json:"prompt"` // blob: the messages
	Tokens  int    `json:"prompt_tokens_estimate"`
}

// Completed is one answer of a model, whatever its role.
type Completed struct {
	Role     model.Role    `json:"role"`
	Key      string        `json:"key"`     // digest of the request
	Request  string        `json:"request"` // blob
	Answer   string        `json:"answer"`  // blob
	Model    string        `json:"model"`
	Finish   model.Finish  `json:"finish"`
	Usage    model.Usage   `json:"usage"`
	Duration time.Duration `json:"duration_ns"`
	Recalled bool          `json:"recalled,omitempty"` // came from the journal and cost nothing now
}

// Retried says that a request failed and is sent again.
type Retried struct {
	Message string        `json:"message"`
	Wait    time.Duration `json:"wait_ns"`
}

// Refused says that an answer could not be applied; the model is asked again, or the attempt is over.
type Refused struct {
	Attempt int                `json:"attempt"`
	Round   int                `json:"round"` // 1-based: which answer of this attempt
	Reason  string             `json:"reason"`
	Files   []patch.FileResult `json:"files,omitempty"`
}

// Applied says that an answer became a candidate tree.
type Applied struct {
	Attempt int                `json:"attempt"`
	Tree    string             `json:"tree"`
	Diff    string             `json:"diff"` // blob: against the start
	Files   []patch.FileResult `json:"files"`
	Repairs []patch.Repair     `json:"repairs,omitempty"`
	Commit  string             `json:"commit"`
}

// Evaluated carries the verdicts on a candidate.
type Evaluated struct {
	Attempt     int            `json:"attempt"`
	Report      verdict.Report `json:"report"`
	Accepted    bool           `json:"accepted"`
	Regressions []string       `json:"regressions,omitempty"` // clauses that passed before
	Duration    time.Duration  `json:"duration_ns"`
	Recalled    bool           `json:"recalled,omitempty"`
}

// Tightened carries the diagnosis of an attempt that was not accepted.
type Tightened struct {
	Attempt   int               `json:"attempt"`
	Diagnosis verdict.Diagnosis `json:"diagnosis"`
	Spec      string            `json:"spec,omitempty"` // blob: the new text of the spec
	Digest    string            `json:"spec_digest,omitempty"`
	Commits   []string          `json:"commits,omitempty"`
}

// Warned is something a person should know that stops nothing.
type Warned struct {
	Message string `json:"message"`
}

// Failure is the error part of a result.
type Failure struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// Finished is the last event of a run: the contract for programs.
type Finished struct {
	Run         string               `json:"run"`
	Component   string               `json:"component"`
	Outcome     string               `json:"outcome"` // accepted, not-accepted, error
	Stop        string               `json:"stop"`    // the stop reason
	Branch      string               `json:"branch"`
	Commit      string               `json:"commit"`
	Base        string               `json:"base"`
	Attempts    int                  `json:"attempts"`
	Best        int                  `json:"best,omitempty"` // the attempt that the branch holds
	Verdicts    []verdict.Verdict    `json:"verdicts"`
	Opinions    []string             `json:"opinion_alone,omitempty"` // clauses that pass and rest on nothing but a judge's opinion
	Judge       *verdict.JudgeErrors `json:"judge,omitempty"`         // how often that judge was wrong when that was measured
	Usage       model.Usage          `json:"usage"`
	Cost        float64              `json:"cost"`
	Priced      bool                 `json:"priced"` // whether cost was computed from prices
	Duration    int64                `json:"duration_ms"`
	SpecCommits []string             `json:"spec_commits"`
	Why         string               `json:"why,omitempty"` // what the stop reason is about
	Shapes      map[string]Shape     `json:"shapes,omitempty"`
	Walls       []string             `json:"walls,omitempty"`         // the isolation in which checks ran
	Unwalled    []MissingWall        `json:"missing_walls,omitempty"` // the isolation that could not be had, and why
	Ledger      *verdict.Ledger      `json:"ledger,omitempty"`        // of the best attempt, if its clauses hold: which of them each line serves
	Error       *Failure             `json:"error"`
}

// Shape counts how a shape of retry fared in a run.
type Shape struct {
	Tries    int `json:"tries"`
	Better   int `json:"better"` // tries whose candidate beat all before it
	Accepted int `json:"accepted"`
	Tokens   int `json:"tokens"`
}

// Kind implements Body.
func (RunStarted) Kind() string { return "run-started" }

// Kind implements Body.
func (RunResumed) Kind() string { return "run-resumed" }

// Kind implements Body.
func (AttemptStarted) Kind() string { return "attempt-started" }

// Kind implements Body.
func (Completed) Kind() string { return "completed" }

// Kind implements Body.
func (Retried) Kind() string { return "retried" }

// Kind implements Body.
func (Refused) Kind() string { return "refused" }

// Kind implements Body.
func (Applied) Kind() string { return "applied" }

// Kind implements Body.
func (Evaluated) Kind() string { return "evaluated" }

// Kind implements Body.
func (Tightened) Kind() string { return "tightened" }

// Kind implements Body.
func (Warned) Kind() string { return "warned" }

// Kind implements Body.
func (Finished) Kind() string { return "result" }

// Kind implements Body.
func (u Unread) Kind() string { return u.Name }

// Unread is an event of a kind that this version does not know. It is kept as it stands.
type Unread struct {
	Name string
	Raw  json.RawMessage
}

// MarshalJSON puts the header and the body into one object.
func (e Event) MarshalJSON() ([]byte, error) {
	if u, ok := e.Body.(Unread); ok {
		return u.Raw, nil
	}
	type header Event
	head, err := json.Marshal(header(e))
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", e.Kind, err)
	}
	body, err := json.Marshal(e.Body)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", e.Kind, err)
	}
	if string(body) == "{}" {
		return head, nil
	}
	return append(append(head[:len(head)-1], ','), body[1:]...), nil
}

// UnmarshalJSON reads an event of this or an older version. An unknown kind becomes Unread.
func (e *Event) UnmarshalJSON(line []byte) error {
	type header Event
	var head header
	if err := json.Unmarshal(line, &head); err != nil {
		return fmt.Errorf("event: %w", err)
	}
	*e = Event(head)
	if e.V > Version {
		return fmt.Errorf("event %d has format %d; this specgen reads up to %d: use a newer one", e.Seq, e.V, Version)
	}
	body, err := decode(e.Kind, line)
	if err != nil {
		return fmt.Errorf("event %d (%s): %w", e.Seq, e.Kind, err)
	}
	e.Body = body
	return nil
}

func decode(kind string, line []byte) (Body, error) {
	switch kind {
	case "run-started":
		return body[RunStarted](line)
	case "run-resumed":
		return body[RunResumed](line)
	case "attempt-started":
		return body[AttemptStarted](line)
	case "completed":
		return body[Completed](line)
	case "retried":
		return body[Retried](line)
	case "refused":
		return body[Refused](line)
	case "applied":
		return body[Applied](line)
	case "evaluated":
		return body[Evaluated](line)
	case "tightened":
		return body[Tightened](line)
	case "warned":
		return body[Warned](line)
	case "result":
		return body[Finished](line)
	case "audited":
		return body[Audited](line)
	case "finished":
		return body[AuditFinished](line)
	case "calibrated":
		return body[Calibrated](line)
	case "challenged":
		return body[Challenged](line)
	case "test-authored":
		return body[TestAuthored](line)
	case "tests-written":
		return body[TestsWritten](line)
	}
	return Unread{Name: kind, Raw: append(json.RawMessage(nil), line...)}, nil
}

func body[T Body](line []byte) (Body, error) {
	var b T
	if err := json.Unmarshal(line, &b); err != nil {
		return nil, err
	}
	return b, nil
}

package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Recall answers from the events of earlier processes what was already asked and evaluated, so that a resumed run does
// not pay for it again.
type Recall struct {
	mu          sync.Mutex
	completions map[string][]Completed // by request, in order of occurrence
	used        map[string]int
	reports     map[string]verdict.Report // by spec digest and tree
}

// NewRecall reads the events. None gives a recall that knows nothing.
func NewRecall(events []Event) *Recall {
	r := &Recall{completions: map[string][]Completed{}, used: map[string]int{}, reports: map[string]verdict.Report{}}
	seen := map[string]int{}
	for _, e := range events {
		switch b := e.Body.(type) {
		case RunResumed:
			seen = map[string]int{}
		case Completed:
			if n := seen[b.Key]; n == len(r.completions[b.Key]) {
				r.completions[b.Key] = append(r.completions[b.Key], b)
			}
			seen[b.Key]++
		case Evaluated:
			r.reports[b.Report.Spec+" "+b.Report.Tree] = b.Report
		}
	}
	return r
}

// Report gives the evaluation of a tree by a spec revision, if it was made before.
func (r *Recall) Report(specDigest, tree string) (verdict.Report, bool) {
	report, ok := r.reports[specDigest+" "+tree]
	return report, ok
}

// completion gives the next recorded answer to a request, each once.
func (r *Recall) completion(key string) (Completed, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.used[key]
	if n >= len(r.completions[key]) {
		return Completed{}, false
	}
	r.used[key] = n + 1
	return r.completions[key][n], true
}

// Model writes every completion of m into the journal, and answers from the recall what it holds.
func Model(m model.Model, j *Journal, r *Recall) model.Model {
	return &journaled{next: m, journal: j, recall: r}
}

type journaled struct {
	next    model.Model
	journal *Journal
	recall  *Recall
}

// Complete implements model.Model.
func (m *journaled) Complete(ctx context.Context, req model.Request, progress model.Progress) (model.Completion, error) {
	key := req.Digest()
	if past, ok := m.recall.completion(key); ok {
		answer, err := m.journal.Blob(past.Answer)
		if err != nil {
			return model.Completion{}, err
		}
		past.Recalled = true
		if err := m.journal.Append(past); err != nil {
			return model.Completion{}, err
		}
		return model.Completion{
			Text: string(answer), Finish: past.Finish, Model: past.Model, Usage: past.Usage, Duration: past.Duration,
		}, nil
	}
	done, err := m.next.Complete(ctx, req, progress)
	if err != nil {
		return done, err
	}
	return done, m.record(key, req, done)
}

func (m *journaled) record(key string, req model.Request, done model.Completion) error {
	sent, err := json.Marshal(req)
	if err != nil {
		return fmt.Errorf("journal: request: %w", err)
	}
	request, err1 := m.journal.Put(sent)
	answer, err2 := m.journal.Put([]byte(done.Text))
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	return m.journal.Append(Completed{
		Role: req.Role, Key: key, Request: request, Answer: answer, Model: done.Model,
		Finish: done.Finish, Usage: done.Usage, Duration: done.Duration,
	})
}

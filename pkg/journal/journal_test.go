package journal_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func clock() func() time.Time {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return func() time.Time {
		now = now.Add(time.Second)
		return now
	}
}

func open(t *testing.T, dir string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(dir, clock(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := open(t, dir)
	blob, err := j.Put([]byte("an answer"))
	if err != nil {
		t.Fatal(err)
	}
	bodies := []journal.Body{
		journal.RunStarted{Run: "r", Component: "c", Options: json.RawMessage(`{"a":1}`)},
		journal.AttemptStarted{Attempt: 1, Shape: "first", Prompt: blob},
		journal.Evaluated{Attempt: 1, Report: verdict.Report{Spec: "s", Tree: "t"}},
		journal.Finished{Run: "r", Outcome: "accepted", Stop: "accepted"},
	}
	for _, b := range bodies {
		if err := j.Append(b); err != nil {
			t.Fatal(err)
		}
	}
	events, err := journal.Folder(dir).Events()
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range events {
		if e.Seq != i+1 || e.V != journal.Version || e.Kind != bodies[i].Kind() {
			t.Errorf("event %d: %+v", i, e)
		}
		if diff := cmp.Diff(bodies[i], e.Body); diff != "" {
			t.Errorf("event %d (-want +got):\n%s", i, diff)
		}
	}
	if text, err := j.Blob(blob); err != nil || string(text) != "an answer" {
		t.Errorf("blob: %q %v", text, err)
	}
}

// A journal of the first format must stay readable for ever.
func TestVersion1StaysReadable(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/v1.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	events, err := journal.Memory(map[string][]byte{"journal.jsonl": text}).Events()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, e := range events {
		kinds[e.Kind] = true
		if _, unread := e.Body.(journal.Unread); unread && e.Kind != "from-the-future" {
			t.Errorf("%s is not read", e.Kind)
		}
	}
	last, ok := events[len(events)-1].Body.(journal.Finished)
	if !ok || last.Outcome != "accepted" || last.Usage.CompletionTokens != 149 || len(last.Verdicts) != 1 {
		t.Errorf("the result reads as %+v", last)
	}
	if len(kinds) < 11 {
		t.Errorf("the file shows only %d kinds of events", len(kinds))
	}
}

func TestANewerFormatIsRefused(t *testing.T) {
	t.Parallel()
	_, err := journal.Memory(map[string][]byte{"journal.jsonl": []byte(`{"v":2,"seq":1,"event":"x"}` + "\n")}).Events()
	if err == nil {
		t.Error("want an error that asks for a newer specgen")
	}
}

func TestATornLastLineIsCutOff(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := open(t, dir)
	if err := j.Append(journal.Warned{Message: "one"}); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "journal.jsonl")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(text, `{"v":1,"seq":2,"ev`...), 0o600); err != nil {
		t.Fatal(err)
	}
	again := open(t, dir)
	if err := again.Append(journal.Warned{Message: "two"}); err != nil {
		t.Fatal(err)
	}
	events, err := journal.Folder(dir).Events()
	if err != nil || len(events) != 2 || events[1].Seq != 2 {
		t.Errorf("want two events, got %+v %v", events, err)
	}
}

func TestOneProcessAtATime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open(t, dir)
	if _, err := journal.Open(dir, clock(), nil); !errors.Is(err, journal.ErrBusy) {
		t.Errorf("want ErrBusy, got %v", err)
	}
}

func TestADamagedBlobIsAnError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := open(t, dir)
	name, err := j.Put([]byte("text"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "blobs", name), []byte("tampered"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Blob(name); err == nil {
		t.Error("want an error")
	}
	if _, err := j.Blob("../journal.jsonl"); err == nil {
		t.Error("a name that is no digest must be refused")
	}
}

// A resumed run asks for the same things in the same order: the journal answers the nth request as it was answered, and
// only what is new is paid for.
func TestRecallAnswersWhatWasPaidFor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ask := func(m model.Model, text string) string {
		t.Helper()
		done, err := m.Complete(t.Context(), model.Request{Model: "m", Messages: []model.Message{{Role: "user", Content: text}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return done.Text
	}
	first := open(t, dir)
	script := model.Script("one", "two")
	m := journal.Model(script, first, journal.NewRecall(nil))
	if ask(m, "same") != "one" || ask(m, "same") != "two" {
		t.Fatal("the script does not answer in order")
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	again := open(t, dir)
	if err := again.Append(journal.RunResumed{Run: "r"}); err != nil {
		t.Fatal(err)
	}
	more := model.Script("three")
	m = journal.Model(more, again, journal.NewRecall(again.Past()))
	for _, want := range []string{"one", "two", "three"} {
		if got := ask(m, "same"); got != want {
			t.Errorf("want %q, got %q", want, got)
		}
	}
	events, err := journal.Folder(dir).Events()
	if err != nil {
		t.Fatal(err)
	}
	third := journal.NewRecall(events)
	m = journal.Model(model.Script(), again, third)
	for _, want := range []string{"one", "two", "three"} {
		if got := ask(m, "same"); got != want {
			t.Errorf("resumed twice: want %q, got %q", want, got)
		}
	}
}

func TestElapsedLeavesOutTheTimeBetweenProcesses(t *testing.T) {
	t.Parallel()
	at := func(minute int, b journal.Body) journal.Event {
		return journal.Event{Time: time.Date(2026, 1, 1, 0, minute, 0, 0, time.UTC), Kind: b.Kind(), Body: b}
	}
	events := []journal.Event{
		at(0, journal.RunStarted{}), at(2, journal.Warned{}),
		at(50, journal.RunResumed{}), at(53, journal.Warned{}),
	}
	if got := journal.Elapsed(events); got != 5*time.Minute {
		t.Errorf("want 5m, got %s", got)
	}
	if got := journal.LastSession(events); len(got) != 3 || got[0].Kind != "run-started" || got[1].Kind != "run-resumed" {
		t.Errorf("the last session reads %+v", got)
	}
}
